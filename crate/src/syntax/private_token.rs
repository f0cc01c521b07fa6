//! Privacy Pass over HTTP, RFC 9577: challenges and tokens of the scheme `PrivateToken`.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};

use super::challenge::Challenge;
use super::credentials::Credentials;
use super::lexer::{param, place};
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A challenge that is not built as it must be.
pub static BAD_CHALLENGE: Rule = Rule { id: "private-token-bad-challenge" };

/// A token that is not built as it must be.
pub static BAD_TOKEN: Rule = Rule { id: "private-token-bad-token" };

/// A type of token that is not registered.
pub static UNKNOWN_TYPE: Rule = Rule { id: "private-token-unknown-type" };

/// No key for the issuer's signature.
pub static NO_KEY: Rule = Rule { id: "private-token-no-key" };

/// Padded or not: RFC 9577 wants the padding, and many leave it out.
const BASE64URL: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// Types and the lengths of their authenticators in bytes (RFC 9578 8.2); checked 2026-11-21.
const TYPES: [(u16, usize); 2] = [(1, 48), (2, 256)];

/// What an origin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// 1: privately verifiable; 2: publicly verifiable.
    pub kind: u16,
    /// Who is to issue the token.
    pub issuer: String,
    /// Whether the token must be made for this very challenge.
    pub is_fresh: bool,
    /// The origins for which it is good, with commas between; empty for any.
    pub origins: String,
    /// For how many seconds the challenge stands.
    pub max_age: Option<u64>,
    /// What a token names the challenge by.
    pub digest: [u8; 32],
}

/// Reads a challenge; `None` for one of another scheme, and where it cannot be read.
#[must_use]
pub fn demand(challenge: &Challenge<'_>) -> Parsed<Option<Demand>> {
    if !challenge.is("PrivateToken") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let mut violations = Vec::new();
    let mut note = |name: &str, rule| violations.push(SyntaxViolation { at: place(&challenge.params, name).max(challenge.at), rule });
    if challenge.param("token-key").and_then(bytes).is_none_or(|key| key.is_empty()) {
        note("token-key", &NO_KEY);
    }
    let value = challenge.param("challenge").and_then(bytes).and_then(|bytes| token_challenge(&bytes));
    match &value {
        None => note("challenge", &BAD_CHALLENGE),
        Some(demand) if TYPES.iter().all(|(kind, _)| *kind != demand.kind) => note("challenge", &UNKNOWN_TYPE),
        Some(_) => {}
    }
    let max_age = challenge.param("max-age").and_then(|age| age.parse().ok());
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value: value.map(|demand| Demand { max_age, ..demand }), violations }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    (text.len() <= limits::NEGOTIATE_TOKEN).then(|| BASE64URL.decode(text).ok()).flatten()
}

fn token_challenge(bytes: &[u8]) -> Option<Demand> {
    let (kind, rest) = number(bytes)?;
    let (issuer_length, rest) = number(rest)?;
    let (issuer, rest) = rest.split_at_checked(usize::from(issuer_length))?;
    let (context_length, rest) = rest.split_first()?;
    let (context, rest) = rest.split_at_checked(usize::from(*context_length))?;
    let (origins_length, rest) = number(rest)?;
    let is_whole = rest.len() == usize::from(origins_length) && matches!(context.len(), 0 | 32) && !issuer.is_empty();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let demand = Demand {
        kind,
        issuer: text(issuer)?,
        is_fresh: !context.is_empty(),
        origins: text(rest)?,
        max_age: None,
        digest: Sha256::digest(bytes).into(),
    };
    is_whole.then_some(demand)
}

fn number(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<2>()?;
    Some((u16::from_be_bytes(*number), rest))
}

/// What a client redeems. Nonce and authenticator are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// 1: privately verifiable; 2: publicly verifiable.
    pub kind: u16,
    /// The hash of the challenge that it answers.
    pub challenge_digest: [u8; 32],
    /// The hash of the issuer's key.
    pub key_id: [u8; 32],
}

impl Token {
    /// Whether it answers that challenge.
    #[must_use]
    pub fn answers(&self, demand: &Demand) -> bool {
        self.kind == demand.kind && self.challenge_digest == demand.digest
    }
}

/// Reads credentials; `None` for those of another scheme, and where the token cannot be read.
#[must_use]
pub fn of_credentials(credentials: &Credentials<'_>) -> Parsed<Option<Token>> {
    let Some(text) = param(credentials.params(), "token").filter(|_| credentials.is("PrivateToken")) else {
        return Parsed { value: None, violations: Vec::new() };
    };
    let read = bytes(text).and_then(|bytes| {
        let (kind, rest) = number(&bytes)?;
        let (_nonce, rest) = rest.split_first_chunk::<32>()?;
        let (challenge_digest, rest) = rest.split_first_chunk()?;
        let (key_id, authenticator) = rest.split_first_chunk()?;
        Some((Token { kind, challenge_digest: *challenge_digest, key_id: *key_id }, authenticator.len()))
    });
    let rule = match &read {
        None => Some(&BAD_TOKEN),
        Some((token, length)) => match TYPES.iter().find(|(kind, _)| *kind == token.kind) {
            None => Some(&UNKNOWN_TYPE),
            Some((_, expected)) => (expected != length).then_some(&BAD_TOKEN),
        },
    };
    let at = place(credentials.params(), "token");
    let violations = rule.map(|rule| SyntaxViolation { at, rule }).into_iter().collect();
    Parsed { value: read.map(|(token, _)| token), violations }
}

#[cfg(test)]
mod tests {
    use super::super::{challenge, credentials};
    use super::*;
    use crate::syntax::digest::hex;

    fn unhex(text: &str) -> Vec<u8> {
        text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    fn asked(challenge: &str) -> Parsed<Option<Demand>> {
        let field = format!("PrivateToken challenge=\"{}\", token-key=\"MIIB\", max-age=10", BASE64URL.encode(unhex(challenge)));
        demand(&challenge::parse(&field).value[0])
    }

    #[test]
    fn reads_the_challenge_of_rfc_9577_appendix_a() {
        let parsed = asked(
            "0002000e6973737565722e6578616d706c6520476ac2c935f458e9b2d7af32dacfbd22dd6023ef5887a789f1abe004e79bb5bb000e6f726967696e2e6578616d706c65",
        );
        assert_eq!(parsed.violations, []);
        let demand = parsed.value.unwrap();
        assert_eq!((demand.kind, demand.issuer.as_str(), demand.origins.as_str()), (2, "issuer.example", "origin.example"));
        assert_eq!((demand.is_fresh, demand.max_age), (true, Some(10)));
        assert_eq!(hex(&demand.digest), "8e1d5518ec82964255526efd8f9db88205a8ddd3ffb1db298fcc3ad36c42388f");
    }

    #[test]
    fn links_the_token_of_rfc_9578_to_its_challenge() {
        // RFC 9578 appendix A.2, the first vector, with another authenticator of the same length.
        let demand = asked(
            "0002000e6973737565722e6578616d706c65208e7acc900e393381e8810b7c9e4a68b5163f1f880ab6688a6ffe780923609e88000e6f726967696e2e6578616d706c65",
        );
        let head = "0002aa72019d1f951df197021ce63876fe8b0a02dc1c31a12b0a2dd1508d07827f055969f643b4cfda5196d4aa86aeb5368834f4f06de46950ed435b3b81bd036d44ca572f8982a9ca248a3056186322d93ca147266121ddeb5632c07f1f71cd2708";
        let field = format!("PrivateToken token=\"{}\"", BASE64URL.encode(unhex(&format!("{head}{}", "5a".repeat(256)))));
        let sent = credentials::parse(&field);
        let parsed = of_credentials(&sent.value);
        assert_eq!((sent.violations, parsed.violations), (vec![], vec![]));
        assert!(parsed.value.unwrap().answers(&demand.value.unwrap()));
        let cut = credentials::parse("PrivateToken token=\"AAI=\"");
        assert_eq!(of_credentials(&cut.value).violations, [SyntaxViolation { at: 13, rule: &BAD_TOKEN }]);
    }

    #[test]
    fn names_what_is_not_built_so() {
        assert_eq!(asked("0002").violations[0].rule, &BAD_CHALLENGE);
        assert_eq!(asked("0009000161000000").violations[0].rule, &UNKNOWN_TYPE);
        assert_eq!(asked("000200016100000000").violations[0].rule, &BAD_CHALLENGE);
        assert_eq!(demand(&challenge::parse("PrivateToken challenge=\"AAI=\"").value[0]).violations[0].rule, &NO_KEY);
        assert_eq!(demand(&challenge::parse("Basic realm=\"a\"").value[0]).value, None);
    }
}
