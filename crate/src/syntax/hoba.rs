//! HOBA, RFC 7486: logins by a signature over the server's challenge.

use super::challenge::Challenge;
use super::credentials::Credentials;
use super::lexer::{param, place};
use super::{Parsed, Rule, SyntaxViolation};

/// A result of other than four parts.
pub static BAD_RESULT: Rule = Rule { id: "hoba-bad-result" };

/// A part that is not base64url.
pub static NOT_BASE64URL: Rule = Rule { id: "hoba-not-base64url" };

/// A challenge without what every client needs.
pub static INCOMPLETE: Rule = Rule { id: "hoba-incomplete" };

/// What a client answers; the signature is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'c> {
    /// Which key, in base64url.
    pub key_id: &'c str,
    /// The server's challenge, which must be the one that it gave.
    pub challenge: &'c str,
}

/// Reads credentials; `None` for those of another scheme and where the parts cannot be told apart.
#[must_use]
pub fn of_credentials<'c>(credentials: &'c Credentials<'_>) -> Parsed<Option<Answer<'c>>> {
    let Some(result) = param(credentials.params(), "result").filter(|_| credentials.is("HOBA")) else {
        return Parsed { value: None, violations: Vec::new() };
    };
    let at = place(credentials.params(), "result");
    let mut parts = result.split('.');
    let (Some(key_id), Some(challenge), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Parsed { value: None, violations: vec![SyntaxViolation { at, rule: &BAD_RESULT }] };
    };
    let is_fine = result.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'='));
    let violations = if is_fine { Vec::new() } else { vec![SyntaxViolation { at, rule: &NOT_BASE64URL }] };
    Parsed { value: Some(Answer { key_id, challenge }), violations }
}

/// What a server asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand<'c> {
    /// What is to be signed.
    pub challenge: Option<&'c str>,
    /// For how many seconds an answer is good; 0 for once only.
    pub max_age: Option<u64>,
}

/// Reads a challenge; `None` for one of another scheme.
#[must_use]
pub fn demand<'c>(challenge: &'c Challenge<'_>) -> Parsed<Option<Demand<'c>>> {
    if !challenge.is("HOBA") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let value = Demand { challenge: challenge.param("challenge"), max_age: challenge.param("max-age").and_then(|age| age.parse().ok()) };
    let is_complete = value.challenge.is_some() && value.max_age.is_some();
    let violations = if is_complete { Vec::new() } else { vec![SyntaxViolation { at: challenge.at, rule: &INCOMPLETE }] };
    Parsed { value: Some(value), violations }
}

#[cfg(test)]
mod tests {
    use super::super::{challenge, credentials};
    use super::*;

    #[test]
    fn links_the_answer_to_its_challenge() {
        let asked = challenge::parse("HOBA challenge=\"pUE77w0LylHypHKhBqAiQHuGC751GiOVv4\", max-age=180, realm=\"r\"");
        let demand = demand(&asked.value[0]).value.unwrap();
        assert_eq!(demand.max_age, Some(180));
        let field = "HOBA result=\"vesscamS2Kze4FFOg3e2UyCJPhuQ6_3_gzN-k_L6t3w.pUE77w0LylHypHKhBqAiQHuGC751GiOVv4.Pm3yUW-sW5Q.c2ln\"";
        let sent = credentials::parse(field);
        let answer = of_credentials(&sent.value);
        assert_eq!((answer.violations, answer.value.map(|answer| answer.challenge)), (vec![], demand.challenge));
    }

    #[test]
    fn names_what_is_broken() {
        for (field, at, rule) in [("HOBA result=\"a.b.c\"", 5, &BAD_RESULT), ("HOBA result=\"a.b.c.d+e\"", 5, &NOT_BASE64URL)] {
            let sent = credentials::parse(field);
            assert_eq!(of_credentials(&sent.value).violations, [SyntaxViolation { at, rule }], "{field}");
        }
        assert_eq!(demand(&challenge::parse("HOBA challenge=\"a\"").value[0]).violations[0].rule, &INCOMPLETE);
    }
}
