//! How a login ends everywhere: the page that an identity provider loads in a frame of every application
//! (OpenID Connect Front-Channel Logout 1.0), and the token that it posts to them (Back-Channel Logout 1.0).
//! The request of the application itself is among those of [`token`](super::token).

use super::REPEATED_PARAMETER;
use crate::syntax::form::urlencoded;
use crate::syntax::jwt::{self, Jwt};
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// One of two parameters that belong together.
pub static HALF_A_SESSION: Rule = Rule { id: "logout-half-a-session" };

/// A token that does not say it is about a logout.
pub static NO_LOGOUT_EVENT: Rule = Rule { id: "logout-token-no-event" };

/// A token that names neither a user nor a session.
pub static NOBODY: Rule = Rule { id: "logout-token-nobody" };

/// An ID token in place of a logout token.
pub static NONCE: Rule = Rule { id: "logout-token-nonce" };

/// A claim that every logout token has.
pub static MISSING_CLAIM: Rule = Rule { id: "logout-token-missing-claim" };

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Whose session ends, as a front-channel logout says. Both are missing where the application did not ask for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontChannel {
    /// Who says so.
    pub iss: Option<String>,
    /// Which session.
    pub sid: Option<String>,
}

/// Reads the query of a front-channel logout; `None` where it holds neither parameter.
#[must_use]
pub fn front_channel(query: &str) -> Option<Parsed<FrontChannel>> {
    let Parsed { value: form, mut violations } = urlencoded(query);
    let value = FrontChannel { iss: form.get("iss").map(str::to_owned), sid: form.get("sid").map(str::to_owned) };
    let at = form.find("iss").or_else(|| form.find("sid"))?.at;
    // An authorization response names its issuer too.
    if form.has("code") || form.has("error") || form.has("state") {
        return None;
    }
    if value.iss.is_none() || value.sid.is_none() {
        violations.push(SyntaxViolation { at, rule: &HALF_A_SESSION });
    }
    if form.all("iss").count() > 1 || form.all("sid").count() > 1 {
        violations.push(SyntaxViolation { at, rule: &REPEATED_PARAMETER });
    }
    violations.sort_by_key(|violation| violation.at);
    Some(Parsed { value, violations })
}

/// Reads the content of a back-channel logout; `None` where it holds no `logout_token`, and a value of
/// `None` where that is no JWT. Positions are those of the parameter.
#[must_use]
pub fn back_channel(content: &str) -> Option<Parsed<Option<Jwt>>> {
    let Parsed { value: form, mut violations } = urlencoded(content);
    let pair = form.find("logout_token")?;
    let token = jwt::parse(&pair.value);
    let mut note = |rule| violations.push(SyntaxViolation { at: pair.at, rule });
    for violation in &token.violations {
        note(violation.rule);
    }
    if let Some(jwt) = token.value.as_ref().filter(|jwt| jwt.form != jwt::Form::Encrypted) {
        let claims = &jwt.claims;
        if !jwt.claim("events").is_some_and(|events| events.contains(EVENT)) {
            note(&NO_LOGOUT_EVENT);
        }
        if claims.sub.is_none() && jwt.claim("sid").is_none() {
            note(&NOBODY);
        }
        if claims.nonce.is_some() {
            note(&NONCE);
        }
        if claims.iss.is_none() || claims.aud.is_empty() || claims.iat.is_none() || claims.exp.is_none() || claims.jti.is_none() {
            note(&MISSING_CLAIM);
        }
    }
    violations.sort_by_key(|violation| violation.at);
    Some(Parsed { value: token.value, violations })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn posted(claims: &str) -> Parsed<Option<Jwt>> {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let content = format!("logout_token={}.{}.c2ln", encode(r#"{"alg":"RS256","typ":"logout+jwt"}"#), encode(claims));
        back_channel(&content).unwrap()
    }

    fn rules<T>(parsed: &Parsed<T>) -> Vec<&'static str> {
        parsed.violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_frame_of_front_channel_logout_3() {
        let parsed = front_channel("iss=https://server.example.com&sid=08a5019c-17e1-4977-8f42-65a12843ea02").unwrap();
        assert_eq!((parsed.violations.as_slice(), parsed.value.iss.as_deref()), (&[][..], Some("https://server.example.com")));
        assert_eq!(rules(&front_channel("sid=1").unwrap()), ["logout-half-a-session"]);
        assert_eq!(rules(&front_channel("iss=a&sid=1&sid=2").unwrap()), ["oauth-repeated-parameter"]);
        assert_eq!(front_channel("code=a&state=b&iss=https%3A%2F%2Fa"), None);
        assert_eq!(front_channel("q=1"), None);
    }

    #[test]
    fn reads_the_token_of_back_channel_logout_2_4() {
        let example = r#"{"iss":"https://server.example.com","sub":"248289761001","aud":"s6BhdRkqt3","iat":1471566154,"exp":1471569754,"jti":"bWJq","sid":"08a5019c-17e1-4977-8f42-65a12843ea02","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}"#;
        let parsed = posted(example);
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.unwrap().claims.sub.as_deref(), Some("248289761001"));
        assert_eq!(
            rules(&posted(r#"{"nonce":"a"}"#)),
            ["logout-token-no-event", "logout-token-nobody", "logout-token-nonce", "logout-token-missing-claim"]
        );
        assert_eq!(rules(&back_channel("logout_token=junk").unwrap()), ["not-a-jwt"]);
        assert_eq!(back_channel("token=a"), None);
    }
}
