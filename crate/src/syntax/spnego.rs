//! SPNEGO, RFC 4178 with Microsoft's additions (MS-SPNG): which mechanisms a browser offers, which
//! one a server picks, and how far they are. Offsets count bytes of the decoded token.

use super::der::{self, Element, Reader, application, context};
use super::ntlm;
use super::{Parsed, Rule, SyntaxViolation, kerberos};

/// Bytes that are no SPNEGO token.
pub static NOT_SPNEGO: Rule = Rule { id: "not-spnego" };

/// A negotiation state outside 0 to 3.
pub static BAD_STATE: Rule = Rule { id: "spnego-state" };

/// An offer without mechanisms.
pub static NO_MECHANISM: Rule = Rule { id: "spnego-no-mechanism" };

/// A mechanism, by its object identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Kerberos 5.
    Kerberos,
    /// Kerberos 5 under the identifier that old Windows versions wrote by mistake.
    MicrosoftKerberos,
    /// Kerberos 5, user to user.
    KerberosUserToUser,
    /// Kerberos 5 through the server (IAKERB).
    Iakerb,
    /// NTLM.
    Ntlm,
    /// Microsoft's extended negotiation.
    NegoEx,
    /// SPNEGO itself.
    Spnego,
    /// Another, in dotted form.
    Other(String),
}

impl Mechanism {
    /// The mechanism of an object identifier in dotted form. Sources: RFC 4121, MS-SPNG 1.9, checked
    /// 2026-11-20.
    #[must_use]
    pub fn of(identifier: &str) -> Self {
        match identifier {
            "1.2.840.113554.1.2.2" => Self::Kerberos,
            "1.2.840.48018.1.2.2" => Self::MicrosoftKerberos,
            "1.2.840.113554.1.2.2.3" => Self::KerberosUserToUser,
            "1.3.6.1.5.2.5" => Self::Iakerb,
            "1.3.6.1.4.1.311.2.2.10" => Self::Ntlm,
            "1.3.6.1.4.1.311.2.2.30" => Self::NegoEx,
            "1.3.6.1.5.5.2" => Self::Spnego,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Whether it is Kerberos in one of its forms.
    #[must_use]
    pub const fn is_kerberos(&self) -> bool {
        matches!(self, Self::Kerberos | Self::MicrosoftKerberos | Self::KerberosUserToUser | Self::Iakerb)
    }
}

/// How far the negotiation is, in a server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NegState {
    /// Done.
    AcceptCompleted,
    /// Goes on.
    AcceptIncomplete,
    /// Refused.
    Reject,
    /// Goes on, and a checksum over the offered mechanisms is wanted.
    RequestMic,
}

/// A token of the mechanism itself, inside a negotiation token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MechToken {
    /// Kerberos.
    Kerberos(Box<kerberos::Message>),
    /// NTLM.
    Ntlm(Box<ntlm::Message>),
    /// Something else, with its length in bytes.
    Other(usize),
}

/// What the initiator, the browser, offers. A server may send one first, with hints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NegTokenInit {
    /// Mechanisms in order of preference.
    pub mechanisms: Vec<Mechanism>,
    /// A first token for the preferred mechanism.
    pub token: Option<MechToken>,
    /// A server's hint at its name; Windows writes `not_defined_in_RFC4178@please_ignore`.
    pub hint_name: Option<String>,
    /// Whether a checksum over the mechanisms is there.
    pub has_mic: bool,
}

/// What either side says after the first token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NegTokenResp {
    /// How far they are.
    pub state: Option<NegState>,
    /// The mechanism that the server picked.
    pub mechanism: Option<Mechanism>,
    /// The mechanism's next token.
    pub token: Option<MechToken>,
    /// Whether a checksum over the mechanisms is there.
    pub has_mic: bool,
}

/// A negotiation token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// The first.
    Init(NegTokenInit),
    /// Any later one.
    Resp(NegTokenResp),
}

/// Reads a negotiation token; `None` where the bytes are something else.
#[must_use]
pub fn read(token: &[u8]) -> Parsed<Option<Token>> {
    let mut violations = Vec::new();
    let value = read_token(Reader::new(token), &mut violations);
    if value.is_none() && violations.is_empty() {
        violations.push(SyntaxViolation { at: 0, rule: &NOT_SPNEGO });
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

/// Whether bytes begin as a negotiation token does.
#[must_use]
pub fn begins(token: &[u8]) -> bool {
    let mut quiet = Vec::new();
    let mut reader = Reader::new(token);
    match reader.next(&mut quiet) {
        Some(frame) if frame.tag == application(0) => {
            let identifier = frame.elements().next(&mut quiet).and_then(|first| first.object_identifier());
            identifier.as_deref() == Some("1.3.6.1.5.5.2")
        }
        Some(frame) => frame.tag == context(0) || frame.tag == context(1),
        None => false,
    }
}

fn read_token(mut reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> Option<Token> {
    let mut element = reader.next(violations)?;
    if element.tag == application(0) {
        let mut inner = element.elements();
        let mechanism = inner.next(violations)?.object_identifier()?;
        if Mechanism::of(&mechanism) != Mechanism::Spnego {
            return None;
        }
        element = inner.next(violations)?;
    }
    match element.tag {
        tag if tag == context(0) => Some(Token::Init(init(element, violations))),
        tag if tag == context(1) => Some(Token::Resp(resp(element, violations))),
        _ => None,
    }
}

fn init(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> NegTokenInit {
    let fields = element.elements().sequence(violations);
    let mut token = NegTokenInit::default();
    if let Some(list) = fields.field(0, violations) {
        let mut elements = list.elements();
        while let Some(mechanism) = elements.next(violations).filter(|_| token.mechanisms.len() < 32) {
            token.mechanisms.push(Mechanism::of(&mechanism.object_identifier().unwrap_or_default()));
        }
    }
    if token.mechanisms.is_empty() {
        violations.push(SyntaxViolation { at: element.at, rule: &NO_MECHANISM });
    }
    token.token = fields.wrapper(2).and_then(|wrapper| wrapper.octets(violations)).map(|octets| mech_token(octets, violations));
    // Field 3 is the checksum in RFC 4178 and the hints, a sequence, in MS-SPNG 2.2.1.
    match fields.field(3, violations) {
        Some(field) if field.tag == der::SEQUENCE => {
            token.hint_name = fields.wrapper(3).and_then(|hints| hints.elements().sequence(violations).text(0, violations));
        }
        field => token.has_mic = field.is_some(),
    }
    token.has_mic |= fields.wrapper(4).is_some();
    token
}

fn resp(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> NegTokenResp {
    let fields = element.elements().sequence(violations);
    let state = match fields.integer(0, violations) {
        Some(0) => Some(NegState::AcceptCompleted),
        Some(1) => Some(NegState::AcceptIncomplete),
        Some(2) => Some(NegState::Reject),
        Some(3) => Some(NegState::RequestMic),
        None => None,
        Some(_) => {
            violations.push(SyntaxViolation { at: element.at, rule: &BAD_STATE });
            None
        }
    };
    let mechanism = fields.field(1, violations).and_then(|field| field.object_identifier()).map(|identifier| Mechanism::of(&identifier));
    let token = fields.wrapper(2).and_then(|wrapper| wrapper.octets(violations)).map(|octets| mech_token(octets, violations));
    NegTokenResp { state, mechanism, token, has_mic: fields.wrapper(3).is_some() }
}

fn mech_token(octets: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> MechToken {
    let other = MechToken::Other(octets.content.len());
    if octets.content.starts_with(ntlm::SIGNATURE) {
        let Parsed { value, violations: inner } = ntlm::read(octets.content);
        violations.extend(inner.into_iter().map(|violation| SyntaxViolation { at: violation.at + octets.at, ..violation }));
        return value.map_or(other, |message| MechToken::Ntlm(Box::new(message)));
    }
    if octets.content.first() == Some(&application(0)) {
        return kerberos::message(octets.elements(), violations).map_or(other, |message| MechToken::Kerberos(Box::new(message)));
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_refusal_and_a_bare_answer() {
        let reject = read(&[0xa1, 7, 0x30, 5, 0xa0, 3, 0x0a, 1, 2]);
        let expected = NegTokenResp { state: Some(NegState::Reject), ..NegTokenResp::default() };
        assert_eq!(reject, Parsed { value: Some(Token::Resp(expected)), violations: vec![] });
        let unknown = read(&[0xa1, 7, 0x30, 5, 0xa0, 3, 0x0a, 1, 9]);
        assert_eq!(unknown.violations.first().map(|v| v.rule), Some(&BAD_STATE));
    }

    #[test]
    fn names_what_is_no_negotiation() {
        for bytes in [&b"NTLMSSP\0"[..], b"", &[0x30, 0]] {
            let parsed = read(bytes);
            assert_eq!(parsed.value, None);
            assert!(!parsed.violations.is_empty(), "{bytes:?}");
        }
        let empty = read(&[0xa0, 2, 0x30, 0]);
        assert_eq!(empty.violations.iter().map(|v| v.rule.id).collect::<Vec<_>>(), ["spnego-no-mechanism"]);
    }
}
