//! Prints our reading of NTLM and SPNEGO tokens as JSON lines: one line in is one token in base64.

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use why401::syntax::negotiate::{self, Token};
use why401::syntax::ntlm::{Message, Proof, TargetInfo, Version};
use why401::syntax::spnego::{self, MechToken};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let parsed = negotiate::token(&line?);
        let rules: Vec<&str> = parsed.violations.iter().map(|violation| violation.rule.id).collect();
        let token = match parsed.value {
            Some(Token::Ntlm(message)) => ntlm(&message),
            Some(Token::Spnego(token)) => negotiation(&token),
            _ => Value::Null,
        };
        writeln!(out, "{}", json!({"violations": rules, "token": token}))?;
    }
    Ok(())
}

fn version(version: Option<Version>) -> Value {
    json!(version.map(|version| json!([version.major, version.minor, version.build, version.revision])))
}

fn target_info(info: &TargetInfo) -> Value {
    json!({
        "computer": info.computer, "domain": info.domain, "dns_computer": info.dns_computer, "dns_domain": info.dns_domain,
        "dns_tree": info.dns_tree, "flags": info.flags, "timestamp": info.timestamp.map(|time| time.0), "target_name": info.target_name,
    })
}

fn ntlm(message: &Message) -> Value {
    match message {
        Message::Negotiate(one) => {
            json!({"type": 1, "flags": one.flags.0, "domain": one.domain, "workstation": one.workstation, "version": version(one.version)})
        }
        Message::Challenge(one) => json!({
            "type": 2, "flags": one.flags.0, "target_name": one.target_name, "challenge": one.server_challenge,
            "target_info": one.target_info.as_ref().map(target_info), "version": version(one.version),
        }),
        Message::Authenticate(one) => json!({
            "type": 3, "flags": one.flags.0, "domain": one.domain, "user": one.user, "workstation": one.workstation,
            "key": one.has_session_key, "mic": one.has_mic, "version": version(one.version),
            "proof": match &one.proof {
                Proof::None => json!("none"),
                Proof::V1 { .. } => json!("v1"),
                Proof::V2 { timestamp, target_info: info } => json!({"timestamp": timestamp.0, "target_info": target_info(info)}),
                Proof::Unknown(length) => json!(length),
            },
        }),
    }
}

fn negotiation(token: &spnego::Token) -> Value {
    let inner = |token: &Option<MechToken>| match token {
        Some(MechToken::Ntlm(message)) => ntlm(message),
        Some(MechToken::Other(length)) => json!(length),
        Some(MechToken::Kerberos(_)) => json!("kerberos"),
        None => Value::Null,
    };
    match token {
        spnego::Token::Init(init) => json!({
            "init": init.mechanisms.iter().map(|mechanism| format!("{mechanism:?}")).collect::<Vec<_>>(), "token": inner(&init.token),
            "hint": init.hint_name, "mic": init.has_mic,
        }),
        spnego::Token::Resp(resp) => json!({
            "resp": resp.state.map(|state| format!("{state:?}")), "mechanism": resp.mechanism.as_ref().map(|mechanism| format!("{mechanism:?}")),
            "token": inner(&resp.token), "mic": resp.has_mic,
        }),
    }
}
