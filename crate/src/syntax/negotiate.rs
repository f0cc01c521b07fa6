//! What stands behind `Negotiate` and `NTLM` in WWW-Authenticate and Authorization: nothing, or a
//! token in base64 (RFC 4559). Says which protocol the token really is.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Parsed, Rule, SyntaxViolation, kerberos, ntlm, spnego};
use crate::limits;

/// A token that is not base64.
pub static NOT_BASE64: Rule = Rule { id: "negotiate-not-base64" };

/// A token longer than what is read.
pub static TOO_LONG: Rule = Rule { id: "negotiate-too-long" };

/// A token of none of the protocols that belong here.
pub static UNKNOWN_TOKEN: Rule = Rule { id: "negotiate-unknown-token" };

/// A token, by what it really is, whatever scheme it stood behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Negotiated by SPNEGO.
    Spnego(spnego::Token),
    /// Kerberos without negotiation.
    Kerberos(kerberos::Message),
    /// NTLM without negotiation, which browsers also send behind `Negotiate`.
    Ntlm(ntlm::Message),
    /// Something else, with its length in bytes.
    Unknown(usize),
}

impl Token {
    /// The NTLM message in it, negotiated or not.
    #[must_use]
    pub const fn ntlm(&self) -> Option<&ntlm::Message> {
        match (self, self.mech_token()) {
            (Self::Ntlm(message), _) => Some(message),
            (_, Some(spnego::MechToken::Ntlm(message))) => Some(message),
            _ => None,
        }
    }

    /// The Kerberos message in it, negotiated or not.
    #[must_use]
    pub const fn kerberos(&self) -> Option<&kerberos::Message> {
        match (self, self.mech_token()) {
            (Self::Kerberos(message), _) => Some(message),
            (_, Some(spnego::MechToken::Kerberos(message))) => Some(message),
            _ => None,
        }
    }

    const fn mech_token(&self) -> Option<&spnego::MechToken> {
        match self {
            Self::Spnego(spnego::Token::Init(token)) => token.token.as_ref(),
            Self::Spnego(spnego::Token::Resp(token)) => token.token.as_ref(),
            _ => None,
        }
    }
}

/// Reads the token68 behind the scheme; `None` where there is nothing. Offsets of a token that is
/// not base64 count characters of the text, all others bytes of the decoded token.
#[must_use]
pub fn token(token68: &str) -> Parsed<Option<Token>> {
    let text = token68.trim_matches([' ', '\t']);
    if text.is_empty() {
        return Parsed { value: None, violations: Vec::new() };
    }
    let broken = |value, at, rule| Parsed { value: Some(value), violations: vec![SyntaxViolation { at, rule }] };
    if text.len() > limits::NEGOTIATE_TOKEN {
        return broken(Token::Unknown(text.len() / 4 * 3), 0, &TOO_LONG);
    }
    let lenient = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    let Ok(bytes) = lenient.decode(text) else {
        let at = text.bytes().position(|b| !b.is_ascii_alphanumeric() && !b"+/=".contains(&b)).unwrap_or(text.len());
        return broken(Token::Unknown(0), at, &NOT_BASE64);
    };
    decoded(&bytes)
}

/// Reads a decoded token.
#[must_use]
pub fn decoded(bytes: &[u8]) -> Parsed<Option<Token>> {
    let wrap = |violations, value: Option<Token>| match value {
        Some(token) => Parsed { value: Some(token), violations },
        None => Parsed { value: Some(Token::Unknown(bytes.len())), violations: vec![SyntaxViolation { at: 0, rule: &UNKNOWN_TOKEN }] },
    };
    if bytes.starts_with(ntlm::SIGNATURE) {
        let Parsed { value, violations } = ntlm::read(bytes);
        return wrap(violations, value.map(Token::Ntlm));
    }
    if spnego::begins(bytes) {
        let Parsed { value, violations } = spnego::read(bytes);
        return wrap(violations, value.map(Token::Spnego));
    }
    let Parsed { value, violations } = kerberos::read(bytes);
    wrap(violations, value.map(Token::Kerberos))
}

/// What a challenge means at its place in the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// The handshake begins or goes on.
    Accept,
    /// The server refuses: it asks for a new handshake after the client has answered.
    Reject,
    /// No browser goes on with it.
    Invalid,
}

/// Judges a Negotiate or NTLM challenge as browsers do: the first must be bare, the later ones must
/// bear a token, and a bare later one is a refusal.
#[must_use]
pub fn round(is_first: bool, token68: &str) -> Round {
    let Parsed { value, violations } = token(token68);
    match (is_first, value) {
        (true, None) => Round::Accept,
        (true, Some(_)) => Round::Invalid,
        (false, None) => Round::Reject,
        (false, Some(_)) if violations.iter().any(|violation| violation.rule == &NOT_BASE64) => Round::Invalid,
        (false, Some(_)) => Round::Accept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_a_token_really_is() {
        // The first bytes that administrators know by sight.
        assert!(token("TlRMTVNTUAABAAAAAgIAAA==").value.unwrap().ntlm().is_some());
        let parsed = token("Zm9vYmFy");
        assert_eq!(parsed.value, Some(Token::Unknown(6)));
        assert_eq!(parsed.violations.first().map(|v| v.rule), Some(&UNKNOWN_TOKEN));
        assert_eq!(token(" "), Parsed { value: None, violations: vec![] });
    }

    #[test]
    fn says_where_base64_ends() {
        assert_eq!(token("TlRM*TVN").violations, [SyntaxViolation { at: 4, rule: &NOT_BASE64 }]);
    }

    #[test]
    fn a_long_token_is_not_decoded() {
        let text = "A".repeat(limits::NEGOTIATE_TOKEN + 4);
        assert_eq!(token(&text).violations.first().map(|v| v.rule), Some(&TOO_LONG));
    }
}
