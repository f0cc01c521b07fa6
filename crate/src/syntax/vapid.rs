//! VAPID, RFC 8292: how an application server says to a push service who it is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::credentials::Credentials;
use super::json_members::text_of;
use super::jwt::{self, Jwt};
use super::lexer::{param, place};
use super::{Parsed, Rule, SyntaxViolation};
use crate::time::Time;

/// A key that is no point on P-256 as it is to be written.
pub static BAD_KEY: Rule = Rule { id: "vapid-bad-key" };

/// A token without what every push service needs.
pub static MISSING_CLAIM: Rule = Rule { id: "vapid-missing-claim" };

/// A contact that is neither a mail address nor a page.
pub static BAD_CONTACT: Rule = Rule { id: "vapid-bad-contact" };

/// Another algorithm.
pub static WRONG_ALG: Rule = Rule { id: "vapid-alg" };

/// Seconds for which a token may be good (RFC 8292 2).
const LONGEST: i64 = 24 * 60 * 60;

/// How a token differs from the request that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is for another push service.
    Audience,
    /// It has expired.
    Expired,
    /// It expires more than 24 hours from now.
    TooLong,
}

/// Reads credentials; `None` for those of another scheme, and where `t` is no token.
#[must_use]
pub fn of_credentials(credentials: &Credentials<'_>) -> Parsed<Option<Jwt>> {
    let params = credentials.params();
    let Some(token) = param(params, "t").filter(|_| credentials.is("vapid")) else {
        return Parsed { value: None, violations: Vec::new() };
    };
    let at = place(params, "t");
    let Parsed { value, mut violations } = jwt::parse(token);
    for violation in &mut violations {
        violation.at = at;
    }
    if let Some(jwt) = &value {
        let mut note = |rule| violations.push(SyntaxViolation { at, rule });
        if jwt.claims.aud.is_empty() || jwt.claims.exp.is_none() {
            note(&MISSING_CLAIM);
        }
        if jwt.header.alg.as_deref().is_some_and(|alg| alg != "ES256") {
            note(&WRONG_ALG);
        }
        let contact = jwt.claim("sub").and_then(text_of);
        if contact.is_some_and(|contact| !contact.starts_with("mailto:") && !contact.starts_with("https:")) {
            note(&BAD_CONTACT);
        }
    }
    let key = param(params, "k").and_then(|key| URL_SAFE_NO_PAD.decode(key.trim_end_matches('=')).ok());
    // 4 says that both coordinates follow.
    if key.is_none_or(|key| key.len() != 65 || key.first() != Some(&4)) {
        violations.push(SyntaxViolation { at: place(params, "k"), rule: &BAD_KEY });
    }
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value, violations }
}

/// Everything in which a token differs from the request to a push service, sent at that time.
#[must_use]
pub fn mismatches(token: &Jwt, endpoint: &Url, sent: Time) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let origin = endpoint.origin();
    let is_meant = |audience: &String| Url::parse(audience).is_ok_and(|audience| audience.origin() == origin);
    if !token.claims.aud.is_empty() && !token.claims.aud.iter().any(is_meant) {
        mismatches.push(Mismatch::Audience);
    }
    if let Some(exp) = token.claims.exp {
        let left = Time::from_seconds(exp).since(sent);
        if left < 0 {
            mismatches.push(Mismatch::Expired);
        } else if left > LONGEST * 1000 {
            mismatches.push(Mismatch::TooLong);
        }
    }
    mismatches
}

#[cfg(test)]
mod tests {
    use super::super::credentials;
    use super::*;

    /// RFC 8292 2.4.
    const EXAMPLE: &str = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

    fn rules(field: &str) -> Vec<&'static str> {
        of_credentials(&credentials::parse(field).value).violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_example_of_rfc_8292_2_4() {
        let sent = credentials::parse(EXAMPLE);
        let parsed = of_credentials(&sent.value);
        assert_eq!((sent.violations, parsed.violations), (vec![], vec![]));
        let token = parsed.value.unwrap();
        assert_eq!((token.claims.aud.as_slice(), token.claims.exp), (&["https://push.example.net".to_owned()][..], Some(1_453_523_768)));
        let endpoint = Url::parse("https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV").unwrap();
        assert_eq!(mismatches(&token, &endpoint, Time::from_seconds(1_453_523_000)), []);
        let other = Url::parse("https://updates.push.example/x").unwrap();
        assert_eq!(mismatches(&token, &other, Time::from_seconds(1_453_523_769)), [Mismatch::Audience, Mismatch::Expired]);
        assert_eq!(mismatches(&token, &endpoint, Time::from_seconds(1_453_400_000)), [Mismatch::TooLong]);
    }

    #[test]
    fn names_what_push_services_refuse() {
        assert_eq!(rules(&EXAMPLE.replace("k=BA1H", "k=AA1H")), ["vapid-bad-key"]);
        let token = |header: &str, claims: &str| {
            let key = EXAMPLE.split_once("k=").unwrap().1;
            format!("vapid t={}.{}.c2ln, k={key}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
        };
        assert_eq!(rules(&token(r#"{"alg":"ES256"}"#, r#"{"aud":"https://a.test","exp":1,"sub":"a@b.test"}"#)), ["vapid-bad-contact"]);
        assert_eq!(rules(&token(r#"{"alg":"HS256"}"#, "{}")), ["vapid-missing-claim", "vapid-alg"]);
        assert_eq!(of_credentials(&credentials::parse("Bearer a").value).value, None);
    }
}
