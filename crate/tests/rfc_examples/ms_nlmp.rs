//! MS-NLMP 4.2: the messages of its three examples, read field by field. The values that go into them
//! are those of 4.2.1: user "User", domain "Domain", computer "COMPUTER", server "Server".

use why401::syntax::negotiate::{Token, decoded};
use why401::syntax::ntlm::{Authenticate, Challenge, Flags, Message, Proof, TargetInfo, Version};
use why401::time::Time;

fn read(hex: &str) -> Message {
    let bytes: Vec<u8> = hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    let parsed = decoded(&bytes);
    assert_eq!(parsed.violations, []);
    match parsed.value {
        Some(Token::Ntlm(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn target_info() -> TargetInfo {
    TargetInfo { domain: Some("Domain".into()), computer: Some("Server".into()), ..TargetInfo::default() }
}

/// The version of the examples: 6.0, build 6000.
const SERVER: Version = Version { major: 6, minor: 0, build: 6000, revision: 15 };
/// 5.1, build 2600.
const CLIENT: Version = Version { major: 5, minor: 1, build: 2600, revision: 15 };

#[test]
fn section_4_2_2_3() {
    let challenge = read(
        "4e544c4d53535000020000000c000c0038000000338202e20123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200",
    );
    let Message::Challenge(Challenge { flags, target_name, server_challenge, target_info, version }) = challenge else {
        panic!("no challenge")
    };
    assert_eq!((target_name.as_deref(), server_challenge.as_str()), (Some("Server"), "0123456789abcdef"));
    assert_eq!((flags, target_info, version), (Flags(0xe202_8233), None, Some(SERVER)));
    let Message::Authenticate(last) = read(
        "4e544c4d5353500003000000180018006c00000018001800840000000c000c00480000000800080054000000100010005c000000100010009c000000358280e20501280a0000000f44006f006d00610069006e00550073006500720043004f004d005000550054004500520098def7b87f88aa5dafe2df779688a172def11c7d5ccdef1367c43011f30298a2ad35ece64f16331c44bdbed927841f94518822b1b3f350c8958682ecbb3e3cb7",
    ) else {
        panic!("no answer")
    };
    assert_eq!(
        last,
        Authenticate {
            flags: Flags(0xe280_8235),
            domain: "Domain".into(),
            user: "User".into(),
            workstation: "COMPUTER".into(),
            proof: Proof::V1 { extended: false },
            has_lm_response: true,
            has_session_key: true,
            version: Some(CLIENT),
            has_mic: false,
        }
    );
}

#[test]
fn section_4_2_3_3() {
    let challenge = read(
        "4e544c4d53535000020000000c000c003800000033820a820123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200",
    );
    let Message::Challenge(challenge) = challenge else { panic!("no challenge") };
    assert_eq!((challenge.flags, challenge.target_info), (Flags(0x820a_8233), None));
    assert!(challenge.flags.has(Flags::EXTENDED_SESSION_SECURITY));
}

#[test]
fn section_4_2_4_3() {
    let challenge = read(
        "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000",
    );
    let Message::Challenge(challenge) = challenge else { panic!("no challenge") };
    assert_eq!((challenge.target_info, challenge.version), (Some(target_info()), Some(SERVER)));
    let Message::Authenticate(last) = read(concat!(
        "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f",
        "44006f006d00610069006e00550073006500720043004f004d0050005500540045005200",
        "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa",
        "68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000",
        "c5dad2544fc9799094ce1ce90bc9d03e",
    )) else {
        panic!("no answer")
    };
    assert_eq!((last.domain.as_str(), last.user.as_str(), last.workstation.as_str()), ("Domain", "User", "COMPUTER"));
    // The example has the time at zero, the beginning of the year 1601.
    let Proof::V2 { timestamp, target_info: info } = last.proof else { panic!("not version 2") };
    assert_eq!((timestamp, info), (Time(-11_644_473_600_000), target_info()));
    assert!(last.has_lm_response && last.has_session_key && !last.has_mic);
    assert_eq!(last.version, Some(CLIENT));
}
