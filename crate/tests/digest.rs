//! Challenges, Digest demands and responses held against Chromium's own tables and curl's exchanges.

#![cfg(test)]

mod common;

use std::fs;

use serde_json::Value;
use why401::syntax::digest::{self, Algorithm, Known};
use why401::syntax::{challenge, credentials};

fn table(name: &str) -> Option<Vec<Value>> {
    let folder = common::shared_data("chromium-derived")?;
    Some(serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap())
}

#[test]
fn tokenizes_challenges_as_chromium_does() {
    for case in table("challenge-tokenizer.json").unwrap_or_default() {
        let text = case["challenge"].as_str().unwrap();
        let parsed = challenge::parse(text);
        let read = &parsed.value[0];
        assert!(read.is(case["scheme"].as_str().unwrap()), "{text}");
        if case["valid"] == false {
            assert!(!parsed.violations.is_empty(), "{text}");
            continue;
        }
        let params: Vec<Value> = read.params.iter().map(|param| serde_json::json!([param.name, param.value])).collect();
        assert_eq!(Value::from(params), case["params"], "{text}");
        if let Some(expected) = case["base64_param"].as_str() {
            // Chromium cuts superfluous padding; here the token68 stays as it was sent.
            assert_eq!(read.token68.map(|token68| token68.trim_end_matches('=')), Some(expected.trim_end_matches('=')), "{text}");
        }
    }
}

#[test]
fn reads_digest_challenges_as_chromium_does() {
    for case in table("digest-parse.json").unwrap_or_default() {
        let text = case["challenge"].as_str().unwrap();
        let parsed = challenge::parse(text);
        let demand = digest::demand(|name| parsed.value[0].param(name));
        let answerable = parsed.value[0].is("Digest") && demand.nonce && demand.algorithm.is_some();
        assert_eq!(answerable, case["accepted"] == true, "{text}");
        if answerable {
            for name in ["realm", "nonce", "domain", "opaque"] {
                assert_eq!(parsed.value[0].param(name).unwrap_or_default(), case[name].as_str().unwrap(), "{text}");
            }
            assert_eq!(demand.qop.is_some_and(|qop| qop.auth), case["qop"] == "auth", "{text}");
            let algorithm = Algorithm::parse(case["algorithm"].as_str());
            assert_eq!(demand.algorithm, algorithm, "{text}");
        }
    }
}

#[test]
fn computes_the_responses_that_chromium_computes() {
    for case in table("digest-response.json").unwrap_or_default() {
        let text = |name: &str| case[name].as_str().unwrap();
        let field = text("challenge");
        let mut sent = format!("{field}, uri=\"{}\"", text("uri")).replace("qop=\"auth\"", "qop=auth");
        if field.contains("qop") {
            sent += &format!(", nc={}, cnonce=\"{}\"", text("nc"), text("cnonce"));
        }
        let known =
            Known { username: text("username").as_bytes(), password: text("password").as_bytes(), method: text("method"), body: b"" };
        let response = digest::response(&credentials::parse(&sent).value, known);
        assert_eq!(response.as_deref(), Some(text("response")), "{field}");
    }
}

#[test]
fn computes_the_responses_that_curl_sends() {
    let Some(folder) = common::shared_data("curl-transcripts") else { return };
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // Only where name and password stand in the command and no variable goes into the response.
        let Some((user, password)) = text.split_once("-u ").and_then(|(_, rest)| rest.split_whitespace().next()?.split_once(':')) else {
            continue;
        };
        let number = path.file_name().unwrap().to_string_lossy().replace("test", "");
        let sent = text.split_once("<protocol").map_or("", |(_, sent)| sent);
        let mut method = "";
        for line in sent.lines() {
            let line = line.trim_end();
            if line.ends_with("HTTP/1.1") {
                method = line.split(' ').next().unwrap_or_default();
            }
            let Some(field) =
                line.strip_prefix("Authorization: ").filter(|field| field.starts_with("Digest") && !field.contains("auth-int"))
            else {
                continue;
            };
            let field = field.replace("%TESTNUMBER", &number);
            // curl draws client nonces at random and its files hold stand-ins for them.
            if field.contains('%') || field.contains("cnonce") {
                continue;
            }
            let parsed = credentials::parse(&field);
            assert_eq!(parsed.violations, [], "{path:?}: {field}");
            let known = Known { username: user.as_bytes(), password: password.as_bytes(), method, body: b"" };
            assert_eq!(digest::response(&parsed.value, known).as_deref(), parsed.value.param("response"), "{path:?}: {field}");
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} responses");
}
