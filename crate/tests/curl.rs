//! What servers asked of curl and what curl answered, in its own tests: every field is read as it was
//! meant, and what a login turns on is recomputed.

#![cfg(test)]

mod common;
#[path = "common/curl.rs"]
mod curl;
#[path = "common/differences.rs"]
mod differences;

use std::collections::BTreeMap;

use curl::{Request, Transcript};
use sha2::{Digest, Sha256};
use why401::syntax::aws_canonical::{self, canonical_request, string_to_sign};
use why401::syntax::aws_sigv4;
use why401::syntax::credentials::{self, Credentials, Kind};
use why401::syntax::negotiate::{self, Token};
use why401::syntax::ntlm::Message;
use why401::syntax::{challenge, cookie, set_cookie};

fn transcripts() -> Vec<Transcript> {
    common::shared_data("curl-transcripts").map(|folder| curl::transcripts(&folder)).unwrap_or_default()
}

fn is(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Every credentials field with its request.
fn sent(all: &[Transcript]) -> Vec<(&Transcript, &Request, &str)> {
    let mut sent = Vec::new();
    for transcript in all {
        for request in &transcript.requests {
            let credentials = request.fields.iter().filter(|(name, _)| is(name, &["authorization", "proxy-authorization"]));
            sent.extend(credentials.map(|(_, value)| (transcript, request, value.as_str())));
        }
    }
    sent
}

#[test]
fn reads_every_challenge() {
    let all = transcripts();
    let mut differences = BTreeMap::new();
    let mut count = 0;
    for transcript in &all {
        for (name, value) in transcript.replies.iter().flatten() {
            if !is(name, &["www-authenticate", "proxy-authenticate"]) {
                continue;
            }
            let parsed = challenge::parse(value);
            count += 1;
            let first = value.split([' ', ',']).next().unwrap_or_default();
            assert_eq!(parsed.value.first().map(|challenge| challenge.scheme), Some(first), "{}: {value}", transcript.name);
            if !parsed.violations.is_empty() {
                let rules: Vec<_> = parsed.violations.iter().map(|violation| violation.rule.id).collect();
                differences.insert(format!("{}: {value}", transcript.name), rules.join(" "));
            }
        }
    }
    if !all.is_empty() {
        assert!(count > 300, "only {count} challenges");
        differences::assert_expected("curl-transcripts, challenges", &differences);
    }
}

#[test]
fn reads_what_curl_answers_field_by_field() {
    let all = transcripts();
    let mut differences = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for (transcript, request, value) in sent(&all) {
        let parsed = credentials::parse(value);
        if !parsed.violations.is_empty() {
            let rules: Vec<_> = parsed.violations.iter().map(|violation| violation.rule.id).collect();
            differences.insert(format!("{}: {value:.80}", transcript.name), rules.join(" "));
        }
        let is_checked = check(transcript, request, &parsed.value);
        *counts.entry(parsed.value.scheme.to_owned()).or_insert(0) += usize::from(is_checked);
    }
    if !all.is_empty() {
        println!("{counts:?}");
        for (scheme, least) in [("Basic", 50), ("Digest", 60), ("NTLM", 60)] {
            assert!(counts[scheme] >= least, "{scheme}: only {}", counts[scheme]);
        }
        differences::assert_expected("curl-transcripts, credentials", &differences);
    }
}

/// Compares one answer with the command and the challenge that it belongs to; says whether there was one.
fn check(transcript: &Transcript, request: &Request, answer: &Credentials<'_>) -> bool {
    let name = &transcript.name;
    match &answer.kind {
        Kind::Basic(basic) => {
            let Some((user, password)) = &transcript.login else { return false };
            // A few commands have another login for the proxy, or a second host.
            basic.user == user.as_bytes() && basic.password == password.as_bytes()
        }
        Kind::Params(_) if answer.scheme.eq_ignore_ascii_case("Digest") => {
            let challenges = transcript.replies.iter().flatten().filter(|(name, _)| is(name, &["www-authenticate", "proxy-authenticate"]));
            let asked: Vec<_> = challenges.flat_map(|(_, value)| challenge::parse(value).value).collect();
            let fits = |asked: &challenge::Challenge<'_>| {
                ["realm", "nonce", "opaque"].iter().all(|param| asked.param(param) == answer.param(param))
                    && asked.param("algorithm").is_none_or(|algorithm| answer.param("algorithm") == Some(algorithm))
            };
            let is_answered = asked.iter().any(fits);
            assert!(
                answer.param("uri").is_some_and(|uri| uri == request.path() || uri == request.target),
                "{name}: {:?}",
                answer.param("uri")
            );
            is_answered
        }
        Kind::Token68(token68) if answer.scheme.eq_ignore_ascii_case("NTLM") => {
            let parsed = negotiate::token(token68);
            assert_eq!(parsed.violations, [], "{name}: {token68}");
            match parsed.value {
                Some(Token::Ntlm(Message::Negotiate(first))) => assert!(first.domain.is_none() && first.workstation.is_none(), "{name}"),
                Some(Token::Ntlm(Message::Authenticate(last))) => {
                    assert_eq!(&*last.workstation, "WORKSTATION", "{name}");
                    let Some((user, _)) = &transcript.login else { return true };
                    let (domain, user) = user.split_once(['\\', '/']).unwrap_or(("", user));
                    return *last.user == *user && *last.domain == *domain;
                }
                other => panic!("{name}: {other:?}"),
            }
            true
        }
        _ => false,
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = [0_u8; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key))
    } else {
        block[..key.len()].copy_from_slice(key)
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn signs_as_curl_signs_for_aws() {
    let all = transcripts();
    let (mut count, mut differences) = (0, BTreeMap::new());
    for (transcript, request, value) in sent(&all) {
        let credentials = credentials::parse(value).value;
        let Some(signature) = aws_sigv4::of_credentials(&credentials).value else { continue };
        // The programs in C behind some files give a name alone, and a Content-Type that the files leave out.
        let secret = transcript.login.as_ref().map_or("", |(_, password)| password);
        let (path, query) = request.path().split_once('?').unwrap_or((request.path(), ""));
        let mut fields: Vec<(&str, &str)> = request.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        if request.field("content-type").is_none() {
            fields.push(("content-type", "application/json"));
        }
        let hash = hex(&Sha256::digest(&request.body));
        let payload_hash = request.field("x-amz-content-sha256").unwrap_or(&hash);
        let signed = aws_canonical::Request { method: &request.method, path, query, fields: &fields, payload_hash };
        let canonical = canonical_request(&signed, &signature.signed_headers, signature.service == "s3");
        let date = request.field("x-amz-date").unwrap_or_default();
        assert_eq!(date.get(..8), signature.scope.split('/').next(), "{}", transcript.name);
        let mut key = [b"AWS4", secret.as_bytes()].concat();
        for part in signature.scope.split('/') {
            key = hmac(&key, part);
        }
        let expected = hex(&hmac(&key, &string_to_sign(date, &signature.scope, &canonical)));
        if credentials.param("Signature") == Some(&expected) {
            count += 1;
        } else {
            differences.insert(format!("{}: {} {}", transcript.name, request.method, request.target), canonical);
        }
    }
    if !all.is_empty() {
        assert!(count >= 5, "only {count} signatures; {differences:#?}");
        differences::assert_expected("curl-transcripts, signatures", &differences);
    }
}

#[test]
fn reads_every_cookie() {
    let all = transcripts();
    let (mut count, mut differences) = (0, BTreeMap::new());
    for transcript in &all {
        for (name, value) in transcript.replies.iter().flatten().filter(|(name, _)| is(name, &["set-cookie"])) {
            let parsed = set_cookie::parse(value);
            count += 1;
            assert!(parsed.violations.iter().all(|violation| violation.at <= value.len()), "{name}: {value}");
            let (pair, _) = value.split_once(';').unwrap_or((value, ""));
            let (key, rest) = pair.split_once('=').map_or(("", pair.trim()), |(key, rest)| (key.trim(), rest.trim()));
            assert_eq!((parsed.value.name, parsed.value.value), (key, rest), "{}: {value}", transcript.name);
        }
        for value in transcript.requests.iter().filter_map(|request| request.field("cookie")) {
            let parsed = cookie::parse(value);
            assert!(!parsed.value.is_empty(), "{}: {value}", transcript.name);
            if !parsed.violations.is_empty() {
                let rules: Vec<_> = parsed.violations.iter().map(|violation| violation.rule.id).collect();
                differences.insert(format!("{}: {value:.60}", transcript.name), rules.join(" "));
            }
        }
    }
    if !all.is_empty() {
        assert!(count > 200, "only {count} cookies");
        differences::assert_expected("curl-transcripts, cookies", &differences);
    }
}
