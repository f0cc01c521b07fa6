//! Kerberos messages, RFC 4120, as they travel in HTTP: the AP-REQ that a browser sends, the AP-REP
//! or KRB-ERROR that a server returns, framed by GSS-API (RFC 4121 4.1) or bare, and the messages of
//! a key distribution centre that a proxy may carry. Offsets count bytes of the decoded token.

use super::der::{self, Element, Reader, application};
use super::{Parsed, Rule, SyntaxViolation};
use crate::time::{Time, days_from_civil};

/// Bytes that are no Kerberos message.
pub static NOT_KERBEROS: Rule = Rule { id: "not-kerberos" };

/// A protocol version other than 5.
pub static BAD_VERSION: Rule = Rule { id: "kerberos-version" };

/// A time that is not `YYYYMMDDHHMMSSZ`.
pub static BAD_TIME: Rule = Rule { id: "kerberos-time" };

/// A principal: `HTTP/app.example.com`, `alice`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// Its name type: 1 a user, 2 a service instance, 3 a service on a host, 10 an enterprise name.
    pub kind: i64,
    /// Its components.
    pub names: Vec<String>,
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.names.join("/"))
    }
}

/// A ticket, whose encrypted part only the service can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    /// The realm that issued it.
    pub realm: String,
    /// The service that it is for.
    pub service: Principal,
    /// Encryption type of the service's key.
    pub encryption: i64,
    /// Version of the service's key, where given.
    pub key_version: Option<i64>,
    /// Bytes of the encrypted part.
    pub cipher_bytes: usize,
}

/// What a client shows to a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApRequest {
    /// Whether the service is to prove itself too.
    pub mutual_required: bool,
    /// Whether the ticket is under the session key of a ticket-granting ticket.
    pub use_session_key: bool,
    /// The ticket.
    pub ticket: Ticket,
    /// Encryption type of the authenticator.
    pub authenticator_encryption: i64,
}

/// Why a service or the key distribution centre refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KrbError {
    /// The error code; [`error_name`] gives its name.
    pub code: i64,
    /// The client's time, as the other side read it from the authenticator.
    pub client_time: Option<Time>,
    /// The time at the side that refused.
    pub server_time: Option<Time>,
    /// The client's realm.
    pub client_realm: Option<String>,
    /// The client.
    pub client: Option<Principal>,
    /// The service's realm.
    pub realm: String,
    /// The service.
    pub service: Principal,
    /// The other side's own words.
    pub text: Option<String>,
    /// Bytes of further data.
    pub data_bytes: usize,
}

/// A request to a key distribution centre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KdcRequest {
    /// Types of the pre-authentication data.
    pub preauthentication: Vec<i64>,
    /// The client; only in an AS-REQ.
    pub client: Option<Principal>,
    /// The realm.
    pub realm: String,
    /// The service that a ticket is asked for.
    pub service: Option<Principal>,
    /// Until when the ticket is to be good.
    pub till: Option<Time>,
    /// Encryption types in order of preference.
    pub encryptions: Vec<i64>,
}

/// A key distribution centre's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KdcReply {
    /// The client's realm.
    pub client_realm: String,
    /// The client.
    pub client: Principal,
    /// The ticket.
    pub ticket: Ticket,
    /// Encryption type of the part that only the client can read.
    pub encryption: i64,
}

/// A Kerberos message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// AP-REQ.
    ApRequest(ApRequest),
    /// AP-REP; holds the encryption type of its one, encrypted field.
    ApReply(i64),
    /// KRB-ERROR.
    Error(KrbError),
    /// AS-REQ.
    AsRequest(KdcRequest),
    /// TGS-REQ.
    TgsRequest(KdcRequest),
    /// AS-REP.
    AsReply(KdcReply),
    /// TGS-REP.
    TgsReply(KdcReply),
}

/// Reads a Kerberos message, with or without its GSS-API frame; `None` where it is something else.
#[must_use]
pub fn read(token: &[u8]) -> Parsed<Option<Message>> {
    let mut violations = Vec::new();
    let value = message(Reader::new(token), &mut violations);
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

/// Reads one from the place where another structure holds it.
pub(super) fn message(mut reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> Option<Message> {
    let whole = reader;
    let element = reader.next(violations)?;
    if element.tag == application(0) {
        return framed(element, violations);
    }
    let found = match element.tag & 0x1f {
        _ if element.tag & 0xe0 != 0x60 => bare(whole, element, violations),
        10 => Some(Message::AsRequest(kdc_request(element, violations))),
        11 => Some(Message::AsReply(kdc_reply(element, violations))),
        12 => Some(Message::TgsRequest(kdc_request(element, violations))),
        13 => Some(Message::TgsReply(kdc_reply(element, violations))),
        14 => Some(Message::ApRequest(ap_request(element, violations))),
        15 => Some(Message::ApReply(ap_reply(element, violations))),
        30 => Some(Message::Error(krb_error(element.elements(), violations))),
        _ => None,
    };
    if found.is_none() {
        violations.push(SyntaxViolation { at: whole.at(), rule: &NOT_KERBEROS });
    }
    found
}

/// GSS-API: the mechanism, a two-byte token identifier, and the message.
fn framed(frame: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> Option<Message> {
    let mut inner = frame.elements();
    inner.next(violations).filter(|mechanism| mechanism.tag == der::OBJECT_IDENTIFIER)?;
    inner.take(2)?;
    // A frame inside a frame is none of Kerberos's.
    if inner.rest().first() == Some(&application(0)) {
        violations.push(SyntaxViolation { at: inner.at(), rule: &NOT_KERBEROS });
        return None;
    }
    message(inner, violations)
}

/// A message without its APPLICATION tag, told by its `msg-type`.
fn bare(whole: Reader<'_>, element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> Option<Message> {
    if element.tag != der::SEQUENCE {
        return None;
    }
    let mut quiet = Vec::new();
    let mut elements = element.elements();
    let mut kind = None;
    while let Some(field) = elements.next(&mut quiet) {
        // msg-type is field 2 of a KDC request and field 1 of everything else.
        let number = field.elements().next(&mut quiet).filter(|inner| inner.tag == 2).and_then(|inner| inner.integer());
        if let Some(10..=15 | 30) = number {
            kind = number;
            break;
        }
    }
    Some(match kind? {
        10 => Message::AsRequest(kdc_request_fields(whole, violations)),
        12 => Message::TgsRequest(kdc_request_fields(whole, violations)),
        11 => Message::AsReply(kdc_reply_fields(whole, violations)),
        13 => Message::TgsReply(kdc_reply_fields(whole, violations)),
        14 => Message::ApRequest(ap_request_fields(whole, violations)),
        30 => Message::Error(krb_error(whole, violations)),
        _ => return None,
    })
}

fn note_version(version: Option<i64>, at: usize, violations: &mut Vec<SyntaxViolation>) {
    if version != Some(5) {
        violations.push(SyntaxViolation { at, rule: &BAD_VERSION });
    }
}

fn ap_request(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> ApRequest {
    ap_request_fields(element.elements(), violations)
}

fn ap_request_fields(reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> ApRequest {
    let at = reader.at();
    let fields = reader.sequence(violations);
    note_version(fields.integer(0, violations), at, violations);
    // A BIT STRING begins with its number of unused bits; bit 0 is the highest.
    let options = fields.field(2, violations).and_then(|bits| bits.content.get(1).copied()).unwrap_or(0);
    ApRequest {
        mutual_required: options & 0x20 != 0,
        use_session_key: options & 0x40 != 0,
        ticket: fields.wrapper(3).map(|wrapper| ticket(wrapper, violations)).unwrap_or_default(),
        authenticator_encryption: fields.wrapper(4).map(|wrapper| encrypted(wrapper, violations).0).unwrap_or_default(),
    }
}

fn ap_reply(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> i64 {
    let fields = element.elements().sequence(violations);
    note_version(fields.integer(0, violations), element.at, violations);
    fields.wrapper(2).map(|wrapper| encrypted(wrapper, violations).0).unwrap_or_default()
}

fn ticket(wrapper: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> Ticket {
    let Some(element) = wrapper.elements().only(application(1), violations) else { return Ticket::default() };
    let fields = element.elements().sequence(violations);
    note_version(fields.integer(0, violations), element.at, violations);
    let (encryption, key_version, cipher_bytes) = fields.wrapper(3).map(|wrapper| encrypted(wrapper, violations)).unwrap_or_default();
    Ticket {
        realm: fields.text(1, violations).unwrap_or_default(),
        service: fields.wrapper(2).map(|wrapper| principal(wrapper, violations)).unwrap_or_default(),
        encryption,
        key_version,
        cipher_bytes,
    }
}

/// EncryptedData: its type, its key's version, and how many bytes it has.
fn encrypted(wrapper: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> (i64, Option<i64>, usize) {
    let fields = wrapper.elements().sequence(violations);
    (
        fields.integer(0, violations).unwrap_or_default(),
        fields.integer(1, violations),
        fields.field(2, violations).map_or(0, |cipher| cipher.content.len()),
    )
}

fn principal(wrapper: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> Principal {
    let fields = wrapper.elements().sequence(violations);
    let mut names = Vec::new();
    if let Some(list) = fields.field(1, violations) {
        let mut elements = list.elements();
        while let Some(name) = elements.next(violations).filter(|_| names.len() < 16) {
            names.push(name.text());
        }
    }
    Principal { kind: fields.integer(0, violations).unwrap_or_default(), names }
}

fn krb_error(reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> KrbError {
    let at = reader.at();
    let fields = reader.sequence(violations);
    note_version(fields.integer(0, violations), at, violations);
    let mut moment = |seconds: u8, microseconds: u8| {
        let time = time(fields.field(seconds, violations)?, violations)?;
        Some(time.plus(fields.integer(microseconds, violations).unwrap_or_default() / 1000))
    };
    let client_time = moment(2, 3);
    let server_time = moment(4, 5);
    KrbError {
        code: fields.integer(6, violations).unwrap_or_default(),
        client_time,
        server_time,
        client_realm: fields.text(7, violations),
        client: fields.wrapper(8).map(|wrapper| principal(wrapper, violations)),
        realm: fields.text(9, violations).unwrap_or_default(),
        service: fields.wrapper(10).map(|wrapper| principal(wrapper, violations)).unwrap_or_default(),
        text: fields.text(11, violations),
        data_bytes: fields.field(12, violations).map_or(0, |data| data.content.len()),
    }
}

fn kdc_request(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> KdcRequest {
    kdc_request_fields(element.elements(), violations)
}

fn kdc_request_fields(reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> KdcRequest {
    let at = reader.at();
    let fields = reader.sequence(violations);
    note_version(fields.integer(1, violations), at, violations);
    let mut preauthentication = Vec::new();
    if let Some(list) = fields.field(3, violations) {
        let mut items = list.elements();
        while preauthentication.len() < 32 && !items.rest().is_empty() {
            preauthentication.extend(items.sequence(violations).integer(1, violations));
            if items.next(violations).is_none() {
                break;
            }
        }
    }
    let Some(wrapper) = fields.wrapper(4) else { return KdcRequest { preauthentication, ..KdcRequest::default() } };
    let body = wrapper.elements().sequence(violations);
    let mut encryptions = Vec::new();
    if let Some(list) = body.field(8, violations) {
        let mut items = list.elements();
        while let Some(item) = items.next(violations).filter(|_| encryptions.len() < 32) {
            encryptions.extend(item.integer());
        }
    }
    KdcRequest {
        preauthentication,
        client: body.wrapper(1).map(|wrapper| principal(wrapper, violations)),
        realm: body.text(2, violations).unwrap_or_default(),
        service: body.wrapper(3).map(|wrapper| principal(wrapper, violations)),
        till: body.field(5, violations).and_then(|element| time(element, violations)),
        encryptions,
    }
}

fn kdc_reply(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> KdcReply {
    kdc_reply_fields(element.elements(), violations)
}

fn kdc_reply_fields(reader: Reader<'_>, violations: &mut Vec<SyntaxViolation>) -> KdcReply {
    let at = reader.at();
    let fields = reader.sequence(violations);
    note_version(fields.integer(0, violations), at, violations);
    KdcReply {
        client_realm: fields.text(3, violations).unwrap_or_default(),
        client: fields.wrapper(4).map(|wrapper| principal(wrapper, violations)).unwrap_or_default(),
        ticket: fields.wrapper(5).map(|wrapper| ticket(wrapper, violations)).unwrap_or_default(),
        encryption: fields.wrapper(6).map(|wrapper| encrypted(wrapper, violations).0).unwrap_or_default(),
    }
}

/// KerberosTime: `20200613210423Z`.
fn time(element: Element<'_>, violations: &mut Vec<SyntaxViolation>) -> Option<Time> {
    let time = generalized_time(&element.text());
    if time.is_none() {
        violations.push(SyntaxViolation { at: element.at, rule: &BAD_TIME });
    }
    time
}

/// KerberosTime, RFC 4120 5.2.3: `YYYYMMDDHHMMSSZ`.
pub(super) fn generalized_time(text: &str) -> Option<Time> {
    let number = |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<i64>().ok();
    let days = days_from_civil(number(0, 4)?, number(4, 6)?, number(6, 8)?);
    (text.get(14..)? == "Z").then_some(())?;
    Some(Time::from_seconds(days * 86_400 + number(8, 10)? * 3600 + number(10, 12)? * 60 + number(12, 14)?))
}

/// Error codes by number. Source: RFC 4120 7.5.9 and RFC 4556 3.1.3, checked 2026-11-20.
const ERRORS: &str = "\
0 KDC_ERR_NONE\n\
1 KDC_ERR_NAME_EXP\n\
2 KDC_ERR_SERVICE_EXP\n\
3 KDC_ERR_BAD_PVNO\n\
4 KDC_ERR_C_OLD_MAST_KVNO\n\
5 KDC_ERR_S_OLD_MAST_KVNO\n\
6 KDC_ERR_C_PRINCIPAL_UNKNOWN\n\
7 KDC_ERR_S_PRINCIPAL_UNKNOWN\n\
8 KDC_ERR_PRINCIPAL_NOT_UNIQUE\n\
9 KDC_ERR_NULL_KEY\n\
10 KDC_ERR_CANNOT_POSTDATE\n\
11 KDC_ERR_NEVER_VALID\n\
12 KDC_ERR_POLICY\n\
13 KDC_ERR_BADOPTION\n\
14 KDC_ERR_ETYPE_NOSUPP\n\
15 KDC_ERR_SUMTYPE_NOSUPP\n\
16 KDC_ERR_PADATA_TYPE_NOSUPP\n\
17 KDC_ERR_TRTYPE_NOSUPP\n\
18 KDC_ERR_CLIENT_REVOKED\n\
19 KDC_ERR_SERVICE_REVOKED\n\
20 KDC_ERR_TGT_REVOKED\n\
21 KDC_ERR_CLIENT_NOTYET\n\
22 KDC_ERR_SERVICE_NOTYET\n\
23 KDC_ERR_KEY_EXPIRED\n\
24 KDC_ERR_PREAUTH_FAILED\n\
25 KDC_ERR_PREAUTH_REQUIRED\n\
26 KDC_ERR_SERVER_NOMATCH\n\
27 KDC_ERR_MUST_USE_USER2USER\n\
28 KDC_ERR_PATH_NOT_ACCEPTED\n\
29 KDC_ERR_SVC_UNAVAILABLE\n\
31 KRB_AP_ERR_BAD_INTEGRITY\n\
32 KRB_AP_ERR_TKT_EXPIRED\n\
33 KRB_AP_ERR_TKT_NYV\n\
34 KRB_AP_ERR_REPEAT\n\
35 KRB_AP_ERR_NOT_US\n\
36 KRB_AP_ERR_BADMATCH\n\
37 KRB_AP_ERR_SKEW\n\
38 KRB_AP_ERR_BADADDR\n\
39 KRB_AP_ERR_BADVERSION\n\
40 KRB_AP_ERR_MSG_TYPE\n\
41 KRB_AP_ERR_MODIFIED\n\
42 KRB_AP_ERR_BADORDER\n\
44 KRB_AP_ERR_BADKEYVER\n\
45 KRB_AP_ERR_NOKEY\n\
46 KRB_AP_ERR_MUT_FAIL\n\
47 KRB_AP_ERR_BADDIRECTION\n\
48 KRB_AP_ERR_METHOD\n\
49 KRB_AP_ERR_BADSEQ\n\
50 KRB_AP_ERR_INAPP_CKSUM\n\
51 KRB_AP_PATH_NOT_ACCEPTED\n\
52 KRB_ERR_RESPONSE_TOO_BIG\n\
60 KRB_ERR_GENERIC\n\
61 KRB_ERR_FIELD_TOOLONG\n\
62 KDC_ERR_CLIENT_NOT_TRUSTED\n\
63 KDC_ERR_KDC_NOT_TRUSTED\n\
64 KDC_ERR_INVALID_SIG\n\
65 KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED\n\
66 KDC_ERR_CERTIFICATE_MISMATCH\n\
67 KRB_AP_ERR_NO_TGT\n\
68 KDC_ERR_WRONG_REALM\n\
69 KRB_AP_ERR_USER_TO_USER_REQUIRED\n\
70 KDC_ERR_CANT_VERIFY_CERTIFICATE\n\
71 KDC_ERR_INVALID_CERTIFICATE\n\
72 KDC_ERR_REVOKED_CERTIFICATE\n\
73 KDC_ERR_REVOCATION_STATUS_UNKNOWN\n\
74 KDC_ERR_REVOCATION_STATUS_UNAVAILABLE\n\
75 KDC_ERR_CLIENT_NAME_MISMATCH\n\
76 KDC_ERR_KDC_NAME_MISMATCH\n\
77 KDC_ERR_INCONSISTENT_KEY_PURPOSE\n\
";

/// The registered name of an error code.
#[must_use]
pub fn error_name(code: i64) -> Option<&'static str> {
    ERRORS.lines().filter_map(|line| line.split_once(' ')).find(|(number, _)| number.parse() == Ok(code)).map(|(_, name)| name)
}

/// The registered name of an encryption type. Source: IANA "Kerberos Encryption Type Numbers", checked
/// 2026-11-20.
#[must_use]
pub const fn encryption_name(kind: i64) -> Option<&'static str> {
    Some(match kind {
        1 => "des-cbc-crc",
        2 => "des-cbc-md4",
        3 => "des-cbc-md5",
        16 => "des3-cbc-sha1-kd",
        17 => "aes128-cts-hmac-sha1-96",
        18 => "aes256-cts-hmac-sha1-96",
        19 => "aes128-cts-hmac-sha256-128",
        20 => "aes256-cts-hmac-sha384-192",
        23 => "rc4-hmac",
        24 => "rc4-hmac-exp",
        25 => "camellia128-cts-cmac",
        26 => "camellia256-cts-cmac",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element of a tag and its content, built by hand from X.690.
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        assert!(content.len() < 128);
        let mut bytes = vec![tag, u8::try_from(content.len()).unwrap()];
        bytes.extend(content);
        bytes
    }

    fn field(number: u8, content: Vec<u8>) -> Vec<u8> {
        element(0xa0 | number, &content)
    }

    fn name(kind: u8, names: &[&str]) -> Vec<u8> {
        let list: Vec<u8> = names.iter().flat_map(|name| element(0x1b, name.as_bytes())).collect();
        element(0x30, &[field(0, element(2, &[kind])), field(1, element(0x30, &list))].concat())
    }

    fn error(code: u8) -> Vec<u8> {
        let fields = [
            field(0, element(2, &[5])),
            field(1, element(2, &[30])),
            field(2, element(0x18, b"20261120100000Z")),
            field(4, element(0x18, b"20261120101000Z")),
            field(5, element(2, &[0x01, 0x86, 0xa0])),
            field(6, element(2, &[code])),
            field(9, element(0x1b, b"EXAMPLE.COM")),
            field(10, name(2, &["HTTP", "app"])),
        ];
        element(0x7e, &element(0x30, &fields.concat()))
    }

    #[test]
    fn reads_an_error_with_both_clocks() {
        let parsed = read(&error(37));
        assert_eq!(parsed.violations, []);
        let Some(Message::Error(error)) = parsed.value else { panic!("no error") };
        assert_eq!(error_name(error.code), Some("KRB_AP_ERR_SKEW"));
        assert_eq!(error.server_time.unwrap().since(error.client_time.unwrap()), 600_100);
        assert_eq!((error.realm.as_str(), error.service.to_string().as_str()), ("EXAMPLE.COM", "HTTP/app"));
    }

    #[test]
    fn reads_the_frame_of_gss_api() {
        let mut framed = element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2]);
        framed.extend([3, 0]);
        framed.extend(error(32));
        let mut token = vec![0x60, 0x81, u8::try_from(framed.len()).unwrap()];
        token.extend(framed);
        assert!(matches!(read(&token).value, Some(Message::Error(KrbError { code: 32, .. }))));
    }

    #[test]
    fn names_what_is_no_kerberos() {
        assert_eq!(read(b"NTLMSSP\0").value, None);
        let parsed = read(&element(0x64, &[]));
        assert_eq!(parsed.violations.iter().map(|v| v.rule.id).collect::<Vec<_>>(), ["not-kerberos"]);
        let cut = error(37);
        let parsed = read(cut.get(..40).unwrap());
        assert!(parsed.violations.iter().any(|v| v.rule == &der::TRUNCATED));
        assert_eq!(read(&[]).value, None);
    }

    #[test]
    fn every_error_code_can_be_found() {
        assert_eq!(ERRORS.lines().count(), 69);
        assert_eq!(error_name(25), Some("KDC_ERR_PREAUTH_REQUIRED"));
        assert_eq!(error_name(30), None);
    }

    #[test]
    fn departures_stand_in_order_of_their_places() {
        let parsed = read(&[0x7e, 0x22, 0x30, 0x16, 0x04, 0x51, 0x45, 0x14]);
        assert!(parsed.violations.is_sorted_by_key(|violation| violation.at) && parsed.violations.len() > 1, "{:?}", parsed.violations);
    }
}
