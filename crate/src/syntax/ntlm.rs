//! NTLM, MS-NLMP 2.2.1: the three messages of a handshake, field by field. What could be used to
//! guess a password is not kept. Offsets count bytes of the decoded message.

use super::{Parsed, Rule, SyntaxViolation};
use crate::time::Time;

/// What every message begins with.
pub const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// Bytes that are no NTLM message.
pub static NOT_NTLM: Rule = Rule { id: "not-ntlm" };

/// A message type other than 1, 2 and 3.
pub static BAD_TYPE: Rule = Rule { id: "ntlm-message-type" };

/// A message that ends within its fixed part.
pub static TRUNCATED: Rule = Rule { id: "ntlm-truncated" };

/// A field that points outside the message.
pub static FIELD_OUTSIDE: Rule = Rule { id: "ntlm-field-outside" };

/// UTF-16 with an odd number of bytes or lone surrogates.
pub static BAD_UNICODE: Rule = Rule { id: "ntlm-bad-unicode" };

/// Target information that does not end in its end mark.
pub static AV_NOT_CLOSED: Rule = Rule { id: "ntlm-target-info-not-closed" };

/// Flags of a negotiation, MS-NLMP 2.2.2.5.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    /// Text is UTF-16.
    pub const UNICODE: u32 = 0x1;
    /// The server is to send its name.
    pub const REQUEST_TARGET: u32 = 0x4;
    /// Messages after the login may be signed.
    pub const SIGN: u32 = 0x10;
    /// NTLM version 1 session security.
    pub const NTLM: u32 = 0x200;
    /// Nobody logs in.
    pub const ANONYMOUS: u32 = 0x800;
    /// The client names its domain.
    pub const DOMAIN_SUPPLIED: u32 = 0x1000;
    /// The client names its computer.
    pub const WORKSTATION_SUPPLIED: u32 = 0x2000;
    /// The target is a domain.
    pub const TARGET_TYPE_DOMAIN: u32 = 0x1_0000;
    /// The target is a server.
    pub const TARGET_TYPE_SERVER: u32 = 0x2_0000;
    /// Extended session security.
    pub const EXTENDED_SESSION_SECURITY: u32 = 0x8_0000;
    /// Target information is there.
    pub const TARGET_INFO: u32 = 0x80_0000;
    /// The version is there.
    pub const VERSION: u32 = 0x200_0000;

    const NAMES: [(u32, &str); 22] = [
        (0x1, "UNICODE"),
        (0x2, "OEM"),
        (0x4, "REQUEST_TARGET"),
        (0x10, "SIGN"),
        (0x20, "SEAL"),
        (0x40, "DATAGRAM"),
        (0x80, "LM_KEY"),
        (0x200, "NTLM"),
        (0x800, "ANONYMOUS"),
        (0x1000, "OEM_DOMAIN_SUPPLIED"),
        (0x2000, "OEM_WORKSTATION_SUPPLIED"),
        (0x8000, "ALWAYS_SIGN"),
        (0x1_0000, "TARGET_TYPE_DOMAIN"),
        (0x2_0000, "TARGET_TYPE_SERVER"),
        (0x8_0000, "EXTENDED_SESSIONSECURITY"),
        (0x10_0000, "IDENTIFY"),
        (0x40_0000, "REQUEST_NON_NT_SESSION_KEY"),
        (0x80_0000, "TARGET_INFO"),
        (0x200_0000, "VERSION"),
        (0x2000_0000, "128"),
        (0x4000_0000, "KEY_EXCH"),
        (0x8000_0000, "56"),
    ];

    /// Whether all of these are set.
    #[must_use]
    pub const fn has(self, flags: u32) -> bool {
        self.0 & flags == flags
    }

    /// The names of those that are set, without `NTLMSSP_NEGOTIATE_`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, name)| *name)
    }
}

impl std::fmt::Debug for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

/// The version of Windows that wrote a message; for debugging only, says MS-NLMP 2.2.2.10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
    /// Build.
    pub build: u16,
    /// Revision of the protocol: 15.
    pub revision: u8,
}

/// Target information, MS-NLMP 2.2.2.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetInfo {
    /// The server's NetBIOS name.
    pub computer: Option<String>,
    /// The domain's NetBIOS name.
    pub domain: Option<String>,
    /// The server's DNS name.
    pub dns_computer: Option<String>,
    /// The domain's DNS name.
    pub dns_domain: Option<String>,
    /// The forest's DNS name.
    pub dns_tree: Option<String>,
    /// 1: the account is constrained; 2: a message integrity code is there; 4: the service name is
    /// from an untrusted source.
    pub flags: Option<u32>,
    /// The server's clock when it wrote this.
    pub timestamp: Option<Time>,
    /// The service that the client wants: `HTTP/app.example.com`.
    pub target_name: Option<String>,
    /// Whether the login is bound to its TLS connection: `Some(false)` where the client says that
    /// there is none.
    pub channel_bound: Option<bool>,
    /// Identifiers of pairs that MS-NLMP does not name.
    pub others: Vec<u16>,
}

/// The client's first message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Negotiate {
    /// Flags.
    pub flags: Flags,
    /// The client's domain.
    pub domain: Option<String>,
    /// The client's computer.
    pub workstation: Option<String>,
    /// Version.
    pub version: Option<Version>,
}

/// The server's message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// Flags.
    pub flags: Flags,
    /// The server's or domain's name.
    pub target_name: Option<String>,
    /// The challenge, in hexadecimal: it tells one handshake from another.
    pub server_challenge: String,
    /// Target information.
    pub target_info: Option<TargetInfo>,
    /// Version.
    pub version: Option<Version>,
}

/// How the client proves the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: an anonymous login.
    None,
    /// NTLM version 1.
    V1 {
        /// Whether with extended session security.
        extended: bool,
    },
    /// NTLM version 2.
    V2 {
        /// The clock that the client used: the server's, where the challenge named one.
        timestamp: Time,
        /// Target information, the server's with the client's additions.
        target_info: TargetInfo,
    },
    /// A response of a length that is neither.
    Unknown(usize),
}

/// The client's last message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticate {
    /// Flags.
    pub flags: Flags,
    /// The user's domain.
    pub domain: String,
    /// The user.
    pub user: String,
    /// The client's computer.
    pub workstation: String,
    /// The proof.
    pub proof: Proof,
    /// Whether an LM response other than zeros goes with it.
    pub has_lm_response: bool,
    /// Whether a session key goes with it.
    pub has_session_key: bool,
    /// Version.
    pub version: Option<Version>,
    /// Whether a message integrity code ties the three messages together.
    pub has_mic: bool,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Type 1.
    Negotiate(Negotiate),
    /// Type 2.
    Challenge(Challenge),
    /// Type 3.
    Authenticate(Authenticate),
}

/// Reads a message; `None` where the bytes are something else.
#[must_use]
pub fn read(bytes: &[u8]) -> Parsed<Option<Message>> {
    let mut message = Bytes { all: bytes, violations: Vec::new() };
    if !bytes.starts_with(SIGNATURE) {
        message.note(0, &NOT_NTLM);
        return Parsed { value: None, violations: message.violations };
    }
    let value = match message.u32(8) {
        Some(1) => Some(Message::Negotiate(negotiate(&mut message))),
        Some(2) => Some(Message::Challenge(challenge(&mut message))),
        Some(3) => Some(Message::Authenticate(authenticate(&mut message))),
        kind => {
            message.note(8, if kind.is_some() { &BAD_TYPE } else { &TRUNCATED });
            None
        }
    };
    message.violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations: message.violations }
}

fn negotiate(message: &mut Bytes<'_>) -> Negotiate {
    let Some(flags) = message.u32(12).map(Flags) else {
        message.note(12, &TRUNCATED);
        return Negotiate::default();
    };
    // Old clients stop here, and what they do not supply has no field.
    let mut supplied =
        |flag: u32, at: usize| flags.has(flag).then(|| message.field(at))?.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let domain = supplied(Flags::DOMAIN_SUPPLIED, 16);
    let workstation = supplied(Flags::WORKSTATION_SUPPLIED, 24);
    Negotiate { flags, domain, workstation, version: message.version(flags, 32) }
}

fn challenge(message: &mut Bytes<'_>) -> Challenge {
    let (Some(flags), Some(server_challenge)) = (message.u32(20).map(Flags), message.slice(24, 8)) else {
        message.note(message.all.len(), &TRUNCATED);
        return Challenge::default();
    };
    let target_name = message.field(12).filter(|bytes| !bytes.is_empty()).map(|bytes| message.text(bytes, flags, 12));
    let target_info = if flags.has(Flags::TARGET_INFO) { message.field(40) } else { None };
    Challenge {
        flags,
        target_name,
        server_challenge: server_challenge.iter().map(|byte| format!("{byte:02x}")).collect(),
        target_info: target_info.map(|bytes| message.target_info(bytes, 40)),
        version: message.version(flags, 48),
    }
}

fn authenticate(message: &mut Bytes<'_>) -> Authenticate {
    let flags = Flags(message.u32(60).unwrap_or_else(|| {
        message.note(message.all.len(), &TRUNCATED);
        // What Windows negotiates, so that the names are read as they were most likely written.
        Flags::UNICODE
    }));
    let mut name = |at: usize| message.field(at).map(|bytes| message.text(bytes, flags, at)).unwrap_or_default();
    let (domain, user, workstation) = (name(28), name(36), name(44));
    let lm = message.field(12).unwrap_or_default();
    let nt = message.field(20).unwrap_or_default();
    let proof = match nt.len() {
        0 => Proof::None,
        24 => Proof::V1 { extended: flags.has(Flags::EXTENDED_SESSION_SECURITY) },
        44.. => {
            let (stamp, info) = (nt.get(24..32).unwrap_or_default(), nt.get(44..).unwrap_or_default());
            Proof::V2 { timestamp: filetime(stamp), target_info: message.target_info(info, 20) }
        }
        other => Proof::Unknown(other),
    };
    // The version and the code stand between the fixed part and the first field that is not empty,
    // so that room tells whether they are there.
    let filled = [12, 20, 28, 36, 44, 52].into_iter().filter(|at| message.u16(*at).is_some_and(|length| length > 0));
    let first_field = filled.filter_map(|at| message.u32(at + 4)).min().unwrap_or_default();
    Authenticate {
        flags,
        domain,
        user,
        workstation,
        proof,
        has_lm_response: lm.iter().any(|byte| *byte != 0),
        has_session_key: message.field(52).is_some_and(|key| !key.is_empty()),
        version: if first_field >= 72 { message.version(flags, 64) } else { None },
        has_mic: first_field >= 88 && message.slice(72, 16).is_some_and(|code| code.iter().any(|byte| *byte != 0)),
    }
}

struct Bytes<'a> {
    all: &'a [u8],
    violations: Vec<SyntaxViolation>,
}

impl<'a> Bytes<'a> {
    fn note(&mut self, at: usize, rule: &'static Rule) {
        self.violations.push(SyntaxViolation { at: at.min(self.all.len()), rule });
    }

    fn slice(&self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.all.get(at..at.checked_add(length)?)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.slice(at, 2)?.try_into().ok()?))
    }

    fn u32(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.slice(at, 4)?.try_into().ok()?))
    }

    /// The bytes that the field description at `at` points to: length, room, offset.
    fn field(&mut self, at: usize) -> Option<&'a [u8]> {
        let (Some(length), Some(offset)) = (self.u16(at), self.u32(at + 4)) else {
            self.note(at, &TRUNCATED);
            return None;
        };
        let bytes = usize::try_from(offset).ok().and_then(|offset| self.slice(offset, usize::from(length)));
        // Writers put any offset beside an empty field.
        if bytes.is_none() && length > 0 {
            self.note(at, &FIELD_OUTSIDE);
        }
        if length == 0 { Some(&[]) } else { bytes }
    }

    fn text(&mut self, bytes: &[u8], flags: Flags, at: usize) -> String {
        if !flags.has(Flags::UNICODE) {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?))).collect();
        let text = String::from_utf16_lossy(&units);
        if bytes.len() % 2 == 1 || text.contains('\u{fffd}') {
            self.note(at, &BAD_UNICODE);
        }
        text
    }

    fn version(&mut self, flags: Flags, at: usize) -> Option<Version> {
        if !flags.has(Flags::VERSION) {
            return None;
        }
        let Some(bytes) = self.slice(at, 8) else {
            self.note(at, &TRUNCATED);
            return None;
        };
        let [major, minor, low, high, _, _, _, revision] = *bytes else { return None };
        Some(Version { major, minor, build: u16::from_le_bytes([low, high]), revision })
    }

    fn target_info(&mut self, mut rest: &[u8], at: usize) -> TargetInfo {
        let mut info = TargetInfo::default();
        let unicode = Flags(Flags::UNICODE);
        loop {
            let Some(([id_low, id_high, length_low, length_high], tail)) = rest.split_first_chunk() else {
                self.note(at, &AV_NOT_CLOSED);
                return info;
            };
            let id = u16::from_le_bytes([*id_low, *id_high]);
            let Some((value, tail)) = tail.split_at_checked(usize::from(u16::from_le_bytes([*length_low, *length_high]))) else {
                self.note(at, &AV_NOT_CLOSED);
                return info;
            };
            rest = tail;
            match id {
                0 => return info,
                1 => info.computer = Some(self.text(value, unicode, at)),
                2 => info.domain = Some(self.text(value, unicode, at)),
                3 => info.dns_computer = Some(self.text(value, unicode, at)),
                4 => info.dns_domain = Some(self.text(value, unicode, at)),
                5 => info.dns_tree = Some(self.text(value, unicode, at)),
                6 => info.flags = value.try_into().ok().map(u32::from_le_bytes),
                7 => info.timestamp = Some(filetime(value)),
                // Data about the client's machine, of no use to a diagnosis.
                8 => {}
                9 => info.target_name = Some(self.text(value, unicode, at)),
                10 => info.channel_bound = Some(value.iter().any(|byte| *byte != 0)),
                other if info.others.len() < 32 => info.others.push(other),
                _ => {}
            }
        }
    }
}

/// A FILETIME: hundreds of nanoseconds since 1601.
pub(super) fn filetime(bytes: &[u8]) -> Time {
    let ticks = bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
    Time(i64::try_from(ticks / 10_000).unwrap_or(i64::MAX).saturating_sub(11_644_473_600_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<u32> = hexadecimal.chars().filter_map(|c| c.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
    }

    // MS-NLMP 4.2.4.3.
    const CHALLENGE: &str = "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000
        060070170000000f 530065007200760065007200 02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000";
    const AUTHENTICATE: &str = "4e544c4d53535000 03000000 180018006c000000 5400540084000000 0c000c0048000000 0800080054000000
        100010005c000000 10001000d8000000 358288e2 0501280a0000000f 44006f006d00610069006e00 5500730065007200
        43004f004d0050005500540045005200 86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa 68cd0ab851e51c96aabc927bebef6a1c
        0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000 02000c0044006f006d00610069006e00
        01000c00530065007200760065007200 00000000 00000000 c5dad2544fc9799094ce1ce90bc9d03e";

    #[test]
    fn reads_the_challenge_of_ms_nlmp_4_2_4() {
        let parsed = read(&bytes(CHALLENGE));
        assert_eq!(parsed.violations, []);
        let Some(Message::Challenge(challenge)) = parsed.value else { panic!("no challenge") };
        assert_eq!(challenge.target_name.as_deref(), Some("Server"));
        assert_eq!(challenge.server_challenge, "0123456789abcdef");
        let info = challenge.target_info.unwrap();
        assert_eq!((info.domain.as_deref(), info.computer.as_deref()), (Some("Domain"), Some("Server")));
        assert_eq!(challenge.version, Some(Version { major: 6, minor: 0, build: 6000, revision: 15 }));
        let names: Vec<_> = challenge.flags.names().collect();
        assert!(names.contains(&"TARGET_TYPE_SERVER") && names.contains(&"128") && !names.contains(&"ANONYMOUS"), "{names:?}");
    }

    #[test]
    fn reads_the_answer_of_ms_nlmp_4_2_4() {
        let parsed = read(&bytes(AUTHENTICATE));
        assert_eq!(parsed.violations, []);
        let Some(Message::Authenticate(answer)) = parsed.value else { panic!("no answer") };
        assert_eq!((&*answer.domain, &*answer.user, &*answer.workstation), ("Domain", "User", "COMPUTER"));
        let Proof::V2 { timestamp, target_info } = answer.proof else { panic!("not version 2") };
        assert_eq!(timestamp, filetime(&[0; 8]));
        assert_eq!(target_info.domain.as_deref(), Some("Domain"));
        assert!(answer.has_session_key && answer.has_lm_response && !answer.has_mic);
        assert_eq!(answer.version.map(|v| v.build), Some(2600));
    }

    #[test]
    fn keeps_no_proof_of_the_password() {
        let shown = format!("{:?}", read(&bytes(AUTHENTICATE)));
        assert!(!shown.contains("68cd") && !shown.contains("104, 205"), "{shown}");
    }

    #[test]
    fn reads_the_short_first_message_of_old_clients() {
        let parsed = read(&bytes("4e544c4d53535000 01000000 02020000"));
        let expected = Negotiate { flags: Flags(0x202), ..Negotiate::default() };
        assert_eq!(parsed, Parsed { value: Some(Message::Negotiate(expected)), violations: vec![] });
    }

    #[test]
    fn counts_filetimes_from_1601() {
        // 116444736000000000 hundreds of nanoseconds lie between 1601 and 1970.
        assert_eq!(filetime(&116_444_736_000_000_000_u64.to_le_bytes()), Time(0));
    }

    #[test]
    fn names_what_is_broken_wherever_it_is_cut() {
        let whole = bytes(AUTHENTICATE);
        for end in 0..whole.len() - 1 {
            let parsed = read(&whole[..end]);
            assert!(!parsed.violations.is_empty(), "cut at {end}");
        }
        let rules = |text: &str| read(&bytes(text)).violations.iter().map(|v| v.rule.id).collect::<Vec<_>>();
        assert_eq!(rules("4e544c4d53535000 07000000"), ["ntlm-message-type"]);
        assert_eq!(rules("00"), ["not-ntlm"]);
    }

    #[test]
    fn a_cut_message_is_pointed_at_within_its_bytes() {
        for length in 8..40 {
            let mut bytes = b"NTLMSSP\0\x01\0\0\0\xff\xff\xff\xff".to_vec();
            bytes.resize(length, 0);
            assert!(read(&bytes).violations.iter().all(|violation| violation.at <= length), "{length}");
        }
    }
}
