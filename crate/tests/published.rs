//! Cookies of well-known sites and logins to modems, as others recorded them.

#![cfg(test)]

mod common;
#[path = "common/differences.rs"]
mod differences;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use why401::capture::har::Reader;
use why401::exchange::Exchange;
use why401::facts::Facts;
use why401::syntax::{challenge, cookie, form, set_cookie};

fn table(file: &str) -> Option<Value> {
    let folder = common::shared_data("jshttp-cookie-top")?;
    Some(serde_json::from_str(&fs::read_to_string(folder.join("scripts").join(file)).unwrap()).unwrap())
}

#[test]
fn finds_nothing_wrong_with_the_cookies_that_17_sites_set() {
    let Some(sites) = table("top-set-cookie.json") else { return };
    let (mut count, mut differences) = (0, BTreeMap::new());
    for (site, lines) in sites.as_object().unwrap() {
        for line in lines.as_array().unwrap() {
            let line = line.as_str().unwrap();
            let parsed = set_cookie::parse(line);
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            assert_eq!((parsed.value.name, parsed.value.value), (name, value), "{line}");
            count += 1;
            for violation in parsed.violations {
                differences.insert(format!("{site}: {name}: {}", violation.rule.id), line.to_owned());
            }
        }
    }
    assert_eq!((sites.as_object().unwrap().len(), count), (17, 51));
    differences::assert_expected("jshttp-cookie-top, Set-Cookie", &differences);
}

#[test]
fn finds_nothing_wrong_with_the_cookies_that_17_sites_get() {
    let Some(sites) = table("top-cookie.json") else { return };
    let mut differences = BTreeMap::new();
    for (site, line) in sites.as_object().unwrap() {
        let line = line.as_str().unwrap();
        let parsed = cookie::parse(line);
        let pairs: Vec<_> = parsed.value.iter().map(|pair| (pair.name, pair.value)).collect();
        assert_eq!(pairs, line.split("; ").map(|pair| pair.split_once('=').unwrap()).collect::<Vec<_>>(), "{site}");
        for violation in parsed.violations {
            differences.insert(format!("{site}: {}", violation.rule.id), line.to_owned());
        }
    }
    differences::assert_expected("jshttp-cookie-top, Cookie", &differences);
}

/// The HAR file inside a fixture, read.
fn exchanges(fixture: &Value) -> Result<Vec<Exchange>, String> {
    let mut reader = Reader::default();
    let mut exchanges = Vec::new();
    reader.feed(fixture["_har"].to_string().as_bytes(), &mut exchanges);
    reader.finish(&mut exchanges).map_err(|error| error.what.clone())?;
    Ok(exchanges)
}

#[test]
fn sees_how_each_modem_lets_users_in() {
    let Some(folder) = common::shared_data("modem-auth-fixtures") else { return };
    let folder = folder.join("packages/cable_modem_monitor_catalog_tools/tests/fixtures/analyze_har/valid");
    let mut seen = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let fixture: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let strategy = fixture["_expected_auth_strategy"].as_str().unwrap();
        let exchanges = exchanges(&fixture).unwrap();
        let facts: Vec<Facts> = exchanges.iter().map(Facts::of).collect();
        let name = path.file_name().unwrap().to_string_lossy();
        let is_basic = facts.iter().any(|facts| facts.challenge("basic").is_some())
            && facts.iter().any(|facts| {
                facts.credentials.as_ref().is_some_and(|credentials| credentials.is("basic") && credentials.violations.is_empty())
            });
        assert_eq!(is_basic, strategy == "basic", "{name}");
        if let Some(cookie) = fixture["_expected_session_cookie"].as_str().filter(|cookie| !cookie.is_empty()) {
            let is_set = facts.iter().any(|facts| facts.set_cookies.iter().any(|(known, _)| &**known == cookie));
            let is_sent = facts.iter().any(|facts| facts.cookie(cookie).is_some());
            assert!(is_set || is_sent, "{name}: no {cookie}");
        }
        if let Some(field) = fixture["_expected_auth_fields"]["password_field"].as_str() {
            let has_field = exchanges.iter().any(|exchange| {
                let body = exchange.request.body.as_ref().map_or("", |body| &body.text);
                form::urlencoded(body).value.has(field)
            });
            assert!(has_field, "{name}: no {field}");
        }
        *seen.entry(strategy.to_owned()).or_insert(0) += 1;
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

#[test]
fn reads_the_captures_that_their_tool_refuses() {
    let Some(folder) = common::shared_data("modem-auth-fixtures") else { return };
    let invalid = folder.join("packages/cable_modem_monitor_catalog_tools/tests/fixtures/validate_har/invalid");
    let read = |name: &str| exchanges(&serde_json::from_str(&fs::read_to_string(invalid.join(name)).unwrap()).unwrap());
    assert!(read("missing_log.json").is_err());
    let digest = read("digest_auth_unsupported.json").unwrap();
    let field = digest.iter().find_map(|exchange| exchange.received("www-authenticate")).unwrap();
    assert!(challenge::parse(field).value[0].is("Digest"));
    let early = read("authorization_on_first_request.json").unwrap();
    assert!(Facts::of(&early[0]).credentials.is_some());
}
