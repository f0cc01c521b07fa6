//! Negotiate, Kerberos and NTLM held against pyspnego's tokens, Chromium's tables and real browsers.
//! What the tokens hold was read with pyspnego 0.12's own `python -m spnego --token`.

#![cfg(test)]

mod common;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use why401::syntax::kerberos::{self, KdcReply, KdcRequest, KrbError, Message as Kerberos, Principal, Ticket, error_name};
use why401::syntax::negotiate::{Round, Token, decoded, round, token};
use why401::syntax::ntlm::{Message as Ntlm, Proof, TargetInfo, Version};
use why401::syntax::spnego::{self, MechToken, Mechanism, NegState};
use why401::time::Time;

/// The token of that name, which must be read without a violation, also from its base64 form.
fn read(name: &str) -> Option<Token> {
    let bytes = fs::read(common::shared_data("pyspnego-tokens")?.join("tests/data").join(name)).unwrap();
    let parsed = decoded(&bytes);
    assert_eq!(parsed.violations, [], "{name}");
    assert_eq!(token(&STANDARD.encode(&bytes)).value, parsed.value, "{name}");
    parsed.value
}

fn principal(kind: i64, names: &[&str]) -> Principal {
    Principal { kind, names: names.iter().map(|name| (*name).to_owned()).collect() }
}

fn service_ticket() -> Ticket {
    Ticket {
        realm: "DOMAIN.LOCAL".into(),
        service: principal(3, &["host", "dc01"]),
        encryption: 18,
        key_version: Some(6),
        cipher_bytes: 1031,
    }
}

fn assert_service_request(message: &Kerberos) {
    let Kerberos::ApRequest(request) = message else { panic!("{message:?}") };
    assert_eq!(request.ticket, service_ticket());
    assert!(request.mutual_required && !request.use_session_key);
    assert_eq!(request.authenticator_encryption, 18);
}

#[test]
fn reads_kerberos_in_its_gss_frame() {
    let Some(token) = read("initial_context_token_krb_ap_req") else { return };
    assert_service_request(token.kerberos().unwrap());
    assert_eq!(read("initial_context_token_krb_ap_rep"), Some(Token::Kerberos(Kerberos::ApReply(18))));
}

#[test]
fn reads_what_a_browser_offers() {
    let Some(Token::Spnego(spnego::Token::Init(init))) = read("initial_context_token_neg_token_init") else { return };
    assert_eq!(init.mechanisms, [Mechanism::Kerberos, Mechanism::Ntlm]);
    let Some(MechToken::Kerberos(message)) = init.token else { panic!("no Kerberos") };
    assert_service_request(&message);
    assert!(!init.has_mic && init.hint_name.is_none());
}

#[test]
fn reads_what_a_windows_server_hints() {
    let Some(Token::Spnego(spnego::Token::Init(init))) = read("initial_context_token_neg_token_init2") else { return };
    use Mechanism::{Kerberos, KerberosUserToUser, MicrosoftKerberos, NegoEx, Ntlm};
    assert_eq!(init.mechanisms, [NegoEx, MicrosoftKerberos, Kerberos, KerberosUserToUser, Ntlm]);
    assert_eq!(init.hint_name.as_deref(), Some("not_defined_in_RFC4178@please_ignore"));
    assert!(init.token.is_none() && !init.has_mic);
}

#[test]
fn reads_a_servers_last_word() {
    let Some(Token::Spnego(spnego::Token::Resp(resp))) = read("neg_token_resp") else { return };
    assert_eq!((resp.state, resp.mechanism), (Some(NegState::AcceptCompleted), Some(Mechanism::Kerberos)));
    assert_eq!(resp.token, Some(MechToken::Kerberos(Box::new(Kerberos::ApReply(18)))));
    assert!(!resp.has_mic);
}

#[test]
fn reads_a_kerberos_error() {
    let Some(Token::Kerberos(Kerberos::Error(error))) = read("krb_error") else { return };
    assert_eq!(error_name(error.code), Some("KDC_ERR_PREAUTH_REQUIRED"));
    let expected = KrbError {
        code: 25,
        server_time: Time::from_rfc3339("2020-06-13T21:04:23.748Z"),
        realm: "DOMAIN.LOCAL".into(),
        service: principal(2, &["krbtgt", "DOMAIN.LOCAL"]),
        data_bytes: 92,
        ..KrbError::default()
    };
    assert_eq!(error, expected);
}

#[test]
fn reads_the_exchanges_with_a_key_distribution_centre() {
    let granting = Ticket {
        realm: "DOMAIN.LOCAL".into(),
        service: principal(2, &["krbtgt", "DOMAIN.LOCAL"]),
        encryption: 18,
        key_version: Some(2),
        cipher_bytes: 980,
    };
    let user = principal(1, &["vagrant-domain"]);
    let Some(Token::Kerberos(asked)) = read("krb_as_req") else { return };
    let expected = KdcRequest {
        preauthentication: vec![2, 149],
        client: Some(user.clone()),
        realm: "DOMAIN.LOCAL".into(),
        service: Some(granting.service.clone()),
        till: Time::from_rfc3339("2020-06-14T07:04:20Z"),
        encryptions: vec![18, 17, 16, 23],
    };
    assert_eq!(asked, Kerberos::AsRequest(expected.clone()));

    let server = principal(3, &["HTTP", "server2019.domain.local"]);
    let Some(Token::Kerberos(Kerberos::TgsRequest(asked))) = read("krb_tgs_req") else { panic!("no TGS-REQ") };
    let for_server =
        KdcRequest { preauthentication: vec![1], client: None, service: Some(server.clone()), till: Some(Time(0)), ..expected };
    assert_eq!(asked, for_server);

    let reply = KdcReply { client_realm: "DOMAIN.LOCAL".into(), client: user, ticket: granting, encryption: 18 };
    assert_eq!(read("krb_as_rep"), Some(Token::Kerberos(Kerberos::AsReply(reply.clone()))));
    let ticket = Ticket { service: server, key_version: Some(6), cipher_bytes: 1020, ..reply.ticket.clone() };
    assert_eq!(read("krb_tgs_rep"), Some(Token::Kerberos(Kerberos::TgsReply(KdcReply { ticket, ..reply }))));
}

#[test]
fn reads_the_first_and_second_ntlm_message() {
    let Some(Token::Ntlm(Ntlm::Negotiate(first))) = read("ntlm_negotiate") else { return };
    assert_eq!(first.flags.0, 3_792_208_567);
    assert_eq!((first.domain, first.workstation), (None, None));
    assert_eq!(first.version, Some(Version { major: 10, minor: 0, build: 17_763, revision: 15 }));

    let Some(Token::Ntlm(Ntlm::Challenge(second))) = read("ntlm_challenge") else { panic!("no challenge") };
    assert_eq!(second.flags.0, 3_800_662_581);
    assert_eq!((second.target_name.as_deref(), &*second.server_challenge), (Some("DOMAIN"), "e4101014cf8a90be"));
    assert_eq!(second.version, Some(Version { major: 10, minor: 0, build: 14_393, revision: 15 }));
    let info = TargetInfo {
        computer: Some("DC01".into()),
        domain: Some("DOMAIN".into()),
        dns_computer: Some("DC01.domain.local".into()),
        dns_domain: Some("domain.local".into()),
        dns_tree: Some("domain.local".into()),
        timestamp: Time::from_rfc3339("2020-04-30T02:46:22.414Z"),
        ..TargetInfo::default()
    };
    assert_eq!(second.target_info, Some(info));
}

#[test]
fn reads_the_last_ntlm_message() {
    let Some(Token::Ntlm(Ntlm::Authenticate(last))) = read("ntlm_authenticate") else { return };
    assert_eq!(last.flags.0, 3_800_662_581);
    assert_eq!((&*last.domain, &*last.user, &*last.workstation), ("", "vagrant-domain@DOMAIN.LOCAL", "JBOREAN-LINUX"));
    assert!(!last.has_lm_response && last.has_session_key && !last.has_mic);
    assert_eq!(last.version, Some(Version { major: 6, minor: 2, build: 0, revision: 15 }));
    let Proof::V2 { timestamp, target_info } = last.proof else { panic!("not version 2") };
    assert_eq!(Some(timestamp), Time::from_rfc3339("2020-04-30T02:46:22.414Z"));
    assert_eq!(target_info.target_name.as_deref(), Some("dc01.domain.local"));
    assert_eq!((target_info.flags, target_info.channel_bound), (Some(0), Some(false)));

    let Some(Token::Ntlm(Ntlm::Authenticate(last))) = read("ntlm_authenticate_no_sign_seal") else { panic!("no answer") };
    assert_eq!((&*last.user, last.has_mic, last.has_lm_response), ("vagrant", true, false));
    assert_eq!(last.version, Some(Version { major: 0, minor: 0, build: 1, revision: 15 }));
    let Proof::V2 { target_info, .. } = last.proof else { panic!("not version 2") };
    assert_eq!((target_info.flags, target_info.target_name.as_deref()), (Some(2), Some("HOST/192.168.121.229")));
}

#[test]
fn survives_every_cut_and_every_flipped_byte() {
    let Some(folder) = common::shared_data("pyspnego-tokens") else { return };
    for entry in fs::read_dir(folder.join("tests/data")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for end in 0..bytes.len() {
            let _ = decoded(&bytes[..end]);
            let mut flipped = bytes.clone();
            flipped[end] ^= 0xff;
            let _ = decoded(&flipped);
        }
        let cut = decoded(&bytes[..bytes.len() - 1]);
        assert!(!cut.violations.is_empty());
    }
    assert_eq!(kerberos::read(&[0x60; 4096]).value, None);
}

fn chromium(file: &str) -> Option<Value> {
    let folder = common::shared_data("chromium-derived")?;
    Some(serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap())
}

#[test]
fn judges_every_round_as_chromium_does() {
    let Some(rows) = chromium("negotiate-rounds.json") else { return };
    let rows = rows.as_array().unwrap().clone();
    assert_eq!(rows.len(), 6);
    for row in rows {
        let (scheme, rest) = row["header"].as_str().unwrap().split_once(' ').unwrap_or((row["header"].as_str().unwrap(), ""));
        let verdict = if scheme == "Negotiate" { round(row["round"] == "first", rest) } else { Round::Invalid };
        let expected = match row["result"].as_str().unwrap() {
            "accept" => Round::Accept,
            "reject" => Round::Reject,
            _ => Round::Invalid,
        };
        assert_eq!(verdict, expected, "{row}");
    }
}

#[test]
fn reads_the_challenges_of_chromiums_ntlm_tests() {
    let Some(data) = chromium("ms-nlmp-4.2.json") else { return };
    let bytes = |name: &str| -> Vec<u8> {
        let text = data[name].as_str().unwrap();
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2).unwrap(), 16).unwrap()).collect()
    };
    for (name, has_info) in [("challenge_v1_4.2.3.3", false), ("challenge_v2_4.2.4.3", true)] {
        let parsed = decoded(&bytes(name));
        assert_eq!(parsed.violations, [], "{name}");
        let Some(Token::Ntlm(Ntlm::Challenge(challenge))) = parsed.value else { panic!("{name}") };
        assert_eq!(challenge.server_challenge, data["server_challenge"].as_str().unwrap());
        assert_eq!(challenge.target_name.as_deref(), Some("Server"));
        assert_eq!(challenge.target_info.is_some(), has_info);
        if let Some(info) = challenge.target_info {
            assert_eq!((info.domain.as_deref(), info.computer.as_deref()), (Some("Domain"), Some("Server")));
        }
    }
}
