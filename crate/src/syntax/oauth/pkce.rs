//! Proof Key for Code Exchange, RFC 7636: does the verifier of the token request hash to the
//! challenge of the authorization request, and if not, which well-known mistake explains it?

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// A verifier shorter than 43 or longer than 128 characters.
pub static VERIFIER_LENGTH: Rule = Rule { id: "pkce-verifier-length" };

/// A verifier with a character outside `A-Z a-z 0-9 - . _ ~`.
pub static VERIFIER_CHARACTER: Rule = Rule { id: "pkce-verifier-character" };

/// An S256 challenge that is not 43 characters of base64url.
pub static CHALLENGE_FORM: Rule = Rule { id: "pkce-challenge-form" };

/// How a verifier relates to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// They belong together.
    Holds,
    /// They do not, and nothing explains why: another login's verifier, most likely.
    Differs,
    /// The challenge is the verifier itself, although S256 was named.
    ChallengeNotHashed,
    /// The challenge is the verifier's S256 hash, although `plain` was named or no method at all.
    MethodNotNamed,
    /// The challenge is the right hash in base64 with padding or with `+` and `/`.
    NotBase64Url,
    /// The challenge is the right hash written in hexadecimal, or base64url of that text.
    Hexadecimal,
    /// The method is neither `S256` nor `plain`.
    UnknownMethod,
}

/// The S256 challenge of a verifier.
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Compares a token request's `code_verifier` with an authorization request's `code_challenge` and
/// `code_challenge_method`, which is `plain` where it is missing.
#[must_use]
pub fn compare(verifier: &str, challenge: &str, method: Option<&str>) -> Match {
    let digest = Sha256::digest(verifier.as_bytes());
    let is_hash = s256(verifier) == challenge;
    match method.unwrap_or("plain") {
        "plain" if challenge == verifier => Match::Holds,
        "plain" if is_hash => Match::MethodNotNamed,
        "S256" if is_hash => Match::Holds,
        "S256" if challenge == verifier => Match::ChallengeNotHashed,
        "S256" if [STANDARD, STANDARD_NO_PAD, URL_SAFE].iter().any(|form| form.encode(digest) == challenge) => Match::NotBase64Url,
        "S256" => {
            let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let is_hexadecimal = challenge.eq_ignore_ascii_case(&hexadecimal) || challenge == URL_SAFE_NO_PAD.encode(&hexadecimal);
            if is_hexadecimal { Match::Hexadecimal } else { Match::Differs }
        }
        "plain" => Match::Differs,
        _ => Match::UnknownMethod,
    }
}

/// Reads a verifier.
#[must_use]
pub fn verifier(text: &str) -> Parsed<&str> {
    let mut violations = Vec::new();
    if let Some(at) = text.bytes().position(|b| !b.is_ascii_alphanumeric() && !b"-._~".contains(&b)) {
        violations.push(SyntaxViolation { at, rule: &VERIFIER_CHARACTER });
    }
    if !(43..=128).contains(&text.len()) {
        let at = (0..=text.len().min(128)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        violations.push(SyntaxViolation { at, rule: &VERIFIER_LENGTH });
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: text, violations }
}

/// Whether a text has the form of an S256 challenge.
#[must_use]
pub fn is_s256_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn computes_the_challenge_of_rfc_7636_appendix_b() {
        assert_eq!(s256(VERIFIER), CHALLENGE);
        assert_eq!(compare(VERIFIER, CHALLENGE, Some("S256")), Match::Holds);
        assert!(is_s256_challenge(CHALLENGE));
    }

    #[test]
    fn names_the_usual_mistakes() {
        assert_eq!(compare(VERIFIER, CHALLENGE, None), Match::MethodNotNamed);
        assert_eq!(compare(VERIFIER, VERIFIER, Some("S256")), Match::ChallengeNotHashed);
        assert_eq!(compare(VERIFIER, VERIFIER, None), Match::Holds);
        assert_eq!(compare(VERIFIER, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=", Some("S256")), Match::NotBase64Url);
        // The digest that RFC 7636 appendix B lists octet by octet.
        let hexadecimal = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
        assert_eq!(compare(VERIFIER, hexadecimal, Some("S256")), Match::Hexadecimal);
        assert_eq!(compare("another-verifier-of-some-other-login-0123456", CHALLENGE, Some("S256")), Match::Differs);
        assert_eq!(compare(VERIFIER, CHALLENGE, Some("s256")), Match::UnknownMethod);
    }

    #[test]
    fn says_what_is_wrong_with_a_verifier() {
        assert_eq!(verifier(VERIFIER).violations, []);
        assert_eq!(verifier("short").violations, [SyntaxViolation { at: 5, rule: &VERIFIER_LENGTH }]);
        assert_eq!(
            verifier("dBjftJeZ4CVP+mB92K27uhbUJU1p1r_wW1gFWFOEjXk").violations,
            [SyntaxViolation { at: 12, rule: &VERIFIER_CHARACTER }]
        );
    }

    #[test]
    fn a_verifier_that_is_too_long_is_pointed_at_between_characters() {
        let text = format!("{}é{}", "a".repeat(127), "b".repeat(20));
        let places: Vec<_> = verifier(&text).violations.iter().map(|violation| violation.at).collect();
        assert_eq!(places, [127, 127]);
    }
}
