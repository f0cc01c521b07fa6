//! Tokens of a login with Windows: NTLM (MS-NLMP 2.2.1), SPNEGO (RFC 4178) and Kerberos (RFC 4120)
//! inside it, in base64. Names and framing are real; proofs and tickets are noise.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{noise, words};
use crate::syntax::der::{OCTET_STRING, SEQUENCE, application, context};
use crate::syntax::ntlm::{Flags, SIGNATURE};
use crate::time::Time;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const ENUMERATED: u8 = 0x0a;
const GENERALIZED_TIME: u8 = 0x18;
const GENERAL_STRING: u8 = 0x1b;

// Object identifiers, encoded with their tag.
const SPNEGO: &[u8] = &[6, 6, 0x2b, 6, 1, 5, 5, 2];
const KERBEROS: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];
const MICROSOFT_KERBEROS: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2];
const NTLM: &[u8] = &[6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10];

/// `{ntlm negotiate}`, `{ntlm challenge domain=CORP server=WEB01}`,
/// `{ntlm authenticate domain=CORP user=alice workstation=PC7}`.
pub(super) fn ntlm(arguments: &str, now: Time) -> Result<String, String> {
    let (kind, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let given = words(rest);
    let message = match kind {
        "negotiate" => negotiate(),
        "challenge" => challenge(&given, now),
        "authenticate" => authenticate(&given, now),
        _ => return Err(format!("`ntlm {kind}` is no message; write {{ntlm negotiate}}, {{ntlm challenge}} or {{ntlm authenticate}}")),
    };
    Ok(STANDARD.encode(message))
}

/// `{spnego kerberos service=HTTP/web.corp.test realm=CORP.TEST}`, `{spnego ntlm}`,
/// `{spnego answer state=reject error=37}`.
pub(super) fn spnego(arguments: &str, now: Time) -> Result<String, String> {
    let (kind, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let given = words(rest);
    let token = match kind {
        "kerberos" => initial(&[MICROSOFT_KERBEROS, KERBEROS, NTLM], &gss(KERBEROS, &[&[1, 0], &ap_request(&given)])),
        "ntlm" => initial(&[NTLM], &negotiate()),
        "answer" => answer(&given, now)?,
        _ => {
            return Err(format!(
                "`spnego {kind}` is no token; write {{spnego kerberos}}, {{spnego ntlm}} or {{spnego answer state=reject}}"
            ));
        }
    };
    Ok(STANDARD.encode(token))
}

fn word<'a>(given: &'a [(String, String)], name: &str, default: &'a str) -> &'a str {
    given.iter().find(|(known, _)| known == name).map_or(default, |(_, value)| value)
}

/// Bytes of a challenge before its fields, without a version.
const CHALLENGE: usize = 48;
/// Bytes of the last message before its fields, without a version.
const AUTHENTICATE: usize = 64;
const FLAGS: u32 = Flags::UNICODE | Flags::REQUEST_TARGET | Flags::NTLM | Flags::EXTENDED_SESSION_SECURITY;

fn negotiate() -> Vec<u8> {
    let mut message = [SIGNATURE, &1_u32.to_le_bytes(), &FLAGS.to_le_bytes()].concat();
    message.resize(32, 0);
    message
}

fn challenge(given: &[(String, String)], now: Time) -> Vec<u8> {
    let domain = word(given, "domain", "CORP");
    let target = utf16(domain);
    let info = target_info(domain, word(given, "server", "SERVER"), now);
    [
        SIGNATURE,
        &2_u32.to_le_bytes(),
        &field(target.len(), CHALLENGE),
        &(FLAGS | Flags::TARGET_TYPE_DOMAIN | Flags::TARGET_INFO).to_le_bytes(),
        &noise(&format!("challenge {}", now.0), 8),
        &[0; 8],
        &field(info.len(), CHALLENGE + target.len()),
        &target,
        &info,
    ]
    .concat()
}

fn authenticate(given: &[(String, String)], now: Time) -> Vec<u8> {
    let [domain, user, workstation] =
        [("domain", "CORP"), ("user", "alice"), ("workstation", "PC")].map(|(name, default)| utf16(word(given, name, default)));
    // NTLM version 2: a proof, then the client's clock and the server's target information.
    let nt = [
        &noise("nt proof", 16)[..],
        &[1, 1, 0, 0, 0, 0, 0, 0],
        &filetime(now),
        &noise("client challenge", 8),
        &[0; 4],
        &target_info(word(given, "domain", "CORP"), word(given, "server", "SERVER"), now),
    ]
    .concat();
    let mut at = AUTHENTICATE;
    let mut fields = Vec::new();
    for part in [&[][..], &nt, &domain, &user, &workstation, &[]] {
        fields.extend(field(part.len(), at));
        at += part.len();
    }
    [SIGNATURE, &3_u32.to_le_bytes(), &fields, &FLAGS.to_le_bytes(), &nt, &domain, &user, &workstation].concat()
}

/// Length, room and offset.
fn field(length: usize, at: usize) -> [u8; 8] {
    let [a, b] = u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
    let [w, x, y, z] = u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes();
    [a, b, a, b, w, x, y, z]
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// MS-NLMP 2.2.2.1: domain, computer, clock, end.
fn target_info(domain: &str, server: &str, now: Time) -> Vec<u8> {
    let pairs: [(u16, &[u8]); 4] = [(2, &utf16(domain)), (1, &utf16(server)), (7, &filetime(now)), (0, &[])];
    let length = |value: &[u8]| u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes();
    pairs.iter().flat_map(|(id, value)| [&id.to_le_bytes()[..], &length(value), value].concat()).collect()
}

fn filetime(now: Time) -> [u8; 8] {
    now.0.saturating_add(11_644_473_600_000).saturating_mul(10_000).to_le_bytes()
}

/// What a browser sends first: the mechanisms that it has, and a token for the first of them.
fn initial(mechanisms: &[&[u8]], token: &[u8]) -> Vec<u8> {
    let list = element(SEQUENCE, mechanisms);
    let token = element(OCTET_STRING, &[token]);
    gss(SPNEGO, &[&element(context(0), &[&numbered([(0, list), (2, token)])])])
}

fn answer(given: &[(String, String)], now: Time) -> Result<Vec<u8>, String> {
    let state = match word(given, "state", "accept-completed") {
        "accept-completed" => 0,
        "accept-incomplete" => 1,
        "reject" => 2,
        "request-mic" => 3,
        other => return Err(format!("`{other}` is no state; write accept-completed, accept-incomplete, reject or request-mic")),
    };
    let mechanism = if word(given, "mechanism", "kerberos") == "ntlm" { NTLM } else { KERBEROS };
    let mut fields = vec![(0, element(ENUMERATED, &[&[state]])), (1, mechanism.to_vec())];
    if let Some((_, code)) = given.iter().find(|(name, _)| name == "error") {
        let code =
            code.parse().map_err(|_| format!("`{code}` is no error of Kerberos; write a number such as error=37 (RFC 4120 7.5.9)"))?;
        fields.push((2, element(OCTET_STRING, &[&gss(KERBEROS, &[&[3, 0], &krb_error(given, code, now)])])));
    }
    Ok(element(context(1), &[&numbered(fields)]))
}

fn ap_request(given: &[(String, String)]) -> Vec<u8> {
    let mutual_required = element(BIT_STRING, &[&[0, 0x20, 0, 0, 0]]);
    let ticket = numbered([(0, number(5)), (1, realm(given)), (2, service(given)), (3, encrypted("ticket", 256))]);
    let fields = [
        (0, number(5)),
        (1, number(14)),
        (2, mutual_required),
        (3, element(application(1), &[&ticket])),
        (4, encrypted("authenticator", 128)),
    ];
    element(application(14), &[&numbered(fields)])
}

fn krb_error(given: &[(String, String)], code: u8, now: Time) -> Vec<u8> {
    let digits: String = now.to_rfc3339().chars().take(19).filter(char::is_ascii_digit).collect();
    let clock = element(GENERALIZED_TIME, &[digits.as_bytes(), b"Z"]);
    let fields = [(0, number(5)), (1, number(30)), (4, clock), (5, number(0)), (6, number(code)), (9, realm(given)), (10, service(given))];
    element(application(30), &[&numbered(fields)])
}

fn realm(given: &[(String, String)]) -> Vec<u8> {
    element(GENERAL_STRING, &[word(given, "realm", "EXAMPLE.TEST").as_bytes()])
}

/// The service as a principal of the type NT-SRV-INST.
fn service(given: &[(String, String)]) -> Vec<u8> {
    let names = word(given, "service", "HTTP/web.example.test").split('/');
    let names: Vec<u8> = names.flat_map(|name| element(GENERAL_STRING, &[name.as_bytes()])).collect();
    numbered([(0, number(2)), (1, element(SEQUENCE, &[&names]))])
}

/// EncryptedData under aes256-cts-hmac-sha1-96.
fn encrypted(seed: &str, length: usize) -> Vec<u8> {
    numbered([(0, number(18)), (2, element(OCTET_STRING, &[&noise(seed, length)]))])
}

fn gss(mechanism: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    element(application(0), &[&[mechanism], parts].concat())
}

/// A SEQUENCE of fields with context-specific tags.
fn numbered(fields: impl IntoIterator<Item = (u8, Vec<u8>)>) -> Vec<u8> {
    let content: Vec<u8> = fields.into_iter().flat_map(|(tag, value)| element(context(tag), &[&value])).collect();
    element(SEQUENCE, &[&content])
}

fn number(value: u8) -> Vec<u8> {
    element(INTEGER, &[&[value]])
}

/// One element, its length in as many bytes as it takes (X.690 8.1.3).
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => out.push(length),
        Ok(length) => out.extend([0x81, length]),
        Err(_) => {
            out.push(0x82);
            out.extend(u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::kerberos;
    use crate::syntax::ntlm::{self as reader, Message, Proof};
    use crate::syntax::spnego::{self as offer, MechToken, Mechanism, NegState, Token};

    const NOW: Time = Time(1_767_225_600_000);

    fn bytes(made: Result<String, String>) -> Vec<u8> {
        STANDARD.decode(made.unwrap()).unwrap()
    }

    #[test]
    fn makes_the_three_messages_of_ntlm() {
        let read = |arguments: &str| {
            let parsed = reader::read(&bytes(ntlm(arguments, NOW)));
            assert_eq!(parsed.violations, [], "{arguments}");
            parsed.value.unwrap()
        };
        assert!(matches!(read("negotiate"), Message::Negotiate(_)));
        let Message::Challenge(challenge) = read("challenge domain=CORP server=WEB01") else { panic!("a challenge") };
        let info = challenge.target_info.unwrap();
        assert_eq!((challenge.target_name.as_deref(), info.computer.as_deref()), (Some("CORP"), Some("WEB01")));
        assert_eq!(info.timestamp, Some(NOW));
        let Message::Authenticate(last) = read("authenticate domain=CORP user=alice workstation=PC7") else { panic!("the last") };
        assert_eq!((&*last.domain, &*last.user, &*last.workstation), ("CORP", "alice", "PC7"));
        assert!(matches!(last.proof, Proof::V2 { timestamp: NOW, .. }));
    }

    #[test]
    fn makes_an_offer_with_a_ticket() {
        let parsed = offer::read(&bytes(spnego("kerberos service=HTTP/web.corp.test realm=CORP.TEST", NOW)));
        assert_eq!(parsed.violations, []);
        let Some(Token::Init(init)) = parsed.value else { panic!("an offer") };
        assert_eq!(init.mechanisms, [Mechanism::MicrosoftKerberos, Mechanism::Kerberos, Mechanism::Ntlm]);
        let Some(MechToken::Kerberos(message)) = init.token else { panic!("a ticket") };
        let kerberos::Message::ApRequest(request) = *message else { panic!("an AP-REQ") };
        assert_eq!((request.ticket.realm.as_str(), request.ticket.service.to_string().as_str()), ("CORP.TEST", "HTTP/web.corp.test"));
    }

    #[test]
    fn makes_an_answer_with_an_error() {
        let parsed = offer::read(&bytes(spnego("answer state=reject error=37", NOW)));
        assert_eq!(parsed.violations, []);
        let Some(Token::Resp(answer)) = parsed.value else { panic!("an answer") };
        assert_eq!(answer.state, Some(NegState::Reject));
        let Some(MechToken::Kerberos(message)) = answer.token else { panic!("an error") };
        let kerberos::Message::Error(error) = *message else { panic!("a KRB-ERROR") };
        assert_eq!((error.code, error.server_time), (37, Some(NOW)));
    }
}
