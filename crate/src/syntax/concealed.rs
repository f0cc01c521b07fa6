//! Concealed authentication, RFC 9729: a signature over the TLS connection itself, sent unasked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::credentials::Credentials;
use super::lexer::param;
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A parameter that is not written as it must be.
pub static BAD_PARAMETER: Rule = Rule { id: "concealed-bad-parameter" };

/// A signature scheme that is no number of 16 bits.
pub static BAD_SCHEME: Rule = Rule { id: "concealed-bad-scheme" };

/// A verification of another length.
pub static BAD_VERIFICATION: Rule = Rule { id: "concealed-bad-verification" };

/// Which key is used and how. Proof and verification are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concealed {
    /// The key's name, which may be any bytes.
    pub key_id: Vec<u8>,
    /// The scheme of TLS: 2055 is Ed25519, 1027 ECDSA on P-256 with SHA-256.
    pub scheme: Option<u16>,
    /// How long the public key is, in bytes.
    pub key_length: usize,
}

/// Reads credentials; `None` for those of another scheme.
#[must_use]
pub fn of_credentials(credentials: &Credentials<'_>) -> Parsed<Option<Concealed>> {
    if !credentials.is("Concealed") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let params = credentials.params();
    let mut violations = Vec::new();
    let mut decoded = |name: &str| {
        let found = params.iter().find(|param| param.name.eq_ignore_ascii_case(name))?;
        let bytes = (found.value.len() <= limits::JWT_SEGMENT).then(|| URL_SAFE_NO_PAD.decode(&*found.value).ok()).flatten();
        let is_wrong = bytes.is_none() || found.quoted;
        let rule = if is_wrong {
            Some(&BAD_PARAMETER)
        } else {
            (name == "v" && bytes.as_ref().is_some_and(|bytes| bytes.len() != 16)).then_some(&BAD_VERIFICATION)
        };
        violations.extend(rule.map(|rule| SyntaxViolation { at: found.at, rule }));
        bytes
    };
    let key_id = decoded("k").unwrap_or_default();
    let key_length = decoded("a").map_or(0, |key| key.len());
    decoded("p");
    decoded("v");
    let scheme = param(params, "s").map(|text| text.parse::<u16>().ok().filter(|number| number.to_string() == text));
    if scheme == Some(None) {
        violations.push(SyntaxViolation { at: super::lexer::place(params, "s"), rule: &BAD_SCHEME });
    }
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value: Some(Concealed { key_id, scheme: scheme.flatten(), key_length }), violations }
}

#[cfg(test)]
mod tests {
    use super::super::credentials;
    use super::*;

    /// RFC 9729 5.
    const EXAMPLE: &str = "Concealed k=YmFzZW1lbnQ, a=VGhpcyBpcyBh-HB1YmxpYyBrZXkgaW4gdXNl_GhlcmU, s=2055, v=dmVyaWZpY2F0aW9u_zE2Qg, p=QzpcV2luZG93c_xTeXN0ZW0zMlxkcml2ZXJz-ENyb3dkU3RyaWtlXEMtMDAwMDAwMDAyOTEtMD-wMC0w_DAwLnN5cw";

    fn rules(field: &str) -> Vec<&'static str> {
        of_credentials(&credentials::parse(field).value).violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_example_of_rfc_9729_5() {
        let sent = credentials::parse(EXAMPLE);
        let parsed = of_credentials(&sent.value);
        assert_eq!((sent.violations, parsed.violations), (vec![], vec![]));
        assert_eq!(parsed.value, Some(Concealed { key_id: b"basement".to_vec(), scheme: Some(2055), key_length: 32 }));
    }

    #[test]
    fn names_what_servers_refuse() {
        assert_eq!(rules(&EXAMPLE.replace("k=YmFzZW1lbnQ", "k=\"YmFzZW1lbnQ\"")), ["concealed-bad-parameter"]);
        assert_eq!(rules(&EXAMPLE.replace("YmFzZW1lbnQ", "YmFzZW1lbnQ=")), ["concealed-bad-parameter"]);
        assert_eq!(rules(&EXAMPLE.replace("s=2055", "s=02055")), ["concealed-bad-scheme"]);
        assert_eq!(rules(&EXAMPLE.replace("v=dmVyaWZpY2F0aW9u_zE2Qg", "v=dmVy")), ["concealed-bad-verification"]);
        assert_eq!(of_credentials(&credentials::parse("Bearer a").value).value, None);
    }
}
