//! OAuth 2.0 and OpenID Connect messages: what the browser carries to the authorization endpoint and
//! back ([`authorization`]), what goes to the token and other endpoints ([`token`]), the registered
//! errors ([`errors`]), PKCE ([`pkce`]) and how logins end everywhere ([`logout`]).

pub mod authorization;
pub mod errors;
pub mod logout;
pub mod pkce;
pub mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::form::{Form, Pair};
use super::json::{Members, text_of};
use super::{Rule, SyntaxViolation};
use crate::limits;

/// A parameter that stands more than once.
pub static REPEATED_PARAMETER: Rule = Rule { id: "oauth-repeated-parameter" };

/// A parameter that the message needs and lacks.
pub static MISSING_PARAMETER: Rule = Rule { id: "oauth-missing-parameter" };

/// The parameters that may stand several times: RFC 8707 2 and RFC 8693 2.1.
const REPEATABLE: [&str; 2] = ["resource", "audience"];

fn note_repeated(form: &Form<'_>, violations: &mut Vec<SyntaxViolation>) {
    let mut seen: Vec<&str> = Vec::new();
    for pair in &form.pairs {
        let name: &str = &pair.name;
        if seen.contains(&name) && !REPEATABLE.contains(&name) {
            violations.push(SyntaxViolation { at: pair.at, rule: &REPEATED_PARAMETER });
        }
        seen.push(name);
    }
}

/// The claims of a JWT with their values as text, unverified: `None` where it is encrypted or cannot
/// be decoded.
pub(crate) fn claims_of(jwt: &str) -> Option<Vec<(String, String)>> {
    let mut segments = jwt.split('.');
    let (_, payload) = (segments.next()?, segments.next()?);
    if segments.count() != 1 || payload.len() > limits::JWT_SEGMENT {
        return None;
    }
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    let members = Members::read(&json).ok()?;
    Some(members.iter().map(|(name, value)| (name.to_owned(), text_of(value).unwrap_or_else(|| value.to_owned()))).collect())
}

/// Puts claims before the parameters beside them, because they take precedence (RFC 9101 6.3).
fn prepend_claims(form: &mut Form<'_>, claims: Vec<(String, String)>, at: usize) {
    let pairs = claims.into_iter().take(limits::FORM_PAIRS).map(|(name, value)| Pair { name: name.into(), value: value.into(), at });
    form.pairs.splice(0..0, pairs);
}

/// A message's parameters by their registered names.
macro_rules! parameters {
    ($type:ident: $($name:ident),+ $(,)?) => {
        impl $type<'_> {
            /// The parameters that belong to it.
            pub const PARAMETERS: &'static [&'static str] = &[$(stringify!($name)),+];

            /// A parameter's value. Sent without one is the same as not sent: RFC 6749 3.1.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&str> {
                self.form.get(name).filter(|value| !value.is_empty())
            }
        }
    };
}
use parameters;
