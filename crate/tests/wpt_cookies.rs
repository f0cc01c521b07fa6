//! The cookie store held against web-platform-tests, by the rules of both browsers.

#![cfg(test)]

mod common;

use std::fs;

use serde_json::Value;
use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::syntax::set_cookie;
use why401::time::Time;

const NOW: Time = Time(1_800_000_000_000);

fn rows(file: &str) -> Option<Vec<Value>> {
    let folder = common::shared_data("wpt-derived")?;
    Some(serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap())
}

/// The Cookie field that goes to `to` after `from` sent these lines.
fn cookie_field(profile: Profile, from: &str, lines: &[&str], to: &str) -> String {
    let (from, to) = (Url::parse(from).unwrap(), Url::parse(to).unwrap());
    let mut store = CookieStore::new(profile);
    for line in lines {
        // A line feed ends a field, before any cookie grammar sees it.
        let line = line.split('\n').next().unwrap();
        store.receive(&set_cookie::parse(line).value, &CookieRequest::navigation(&from, NOW), &Reception::default());
    }
    let request = CookieRequest::navigation(&to, NOW);
    let pairs: Vec<_> = store
        .consult(&request)
        .iter()
        .filter(|decision| decision.is_sent())
        .map(|decision| match decision.cookie.name() {
            "" => decision.cookie.value().to_owned(),
            name => format!("{name}={}", decision.cookie.value()),
        })
        .collect();
    pairs.join("; ")
}

fn lines(row: &Value) -> Vec<&str> {
    row["set_cookie"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect()
}

fn assert_all_agree(file: &str, count: usize, check: impl Fn(&Value, Profile) -> Result<(), String>) {
    let Some(rows) = rows(file) else { return };
    assert_eq!(rows.len(), count);
    for profile in [Profile::chrome(), Profile::firefox()] {
        let wrong: Vec<_> = rows.iter().filter_map(|row| check(row, profile.clone()).err()).collect();
        assert!(wrong.is_empty(), "{}:\n{}", profile.name, wrong.join("\n"));
    }
}

/// Rows in which the newer specification and the browsers differ from the published expectation; one
/// that agrees with its row after all is a mistake too.
fn expected(row: &Value) -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/cookies/expected-differences.json");
    let differences: Vec<Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let difference = differences.iter().find(|difference| difference["set_cookie"] == row["set_cookie"][0]);
    assert!(difference.is_none_or(|difference| difference["sent"] != row["sent"]), "no longer a difference: {row}");
    difference.unwrap_or(row)["sent"].as_str().unwrap().to_owned()
}

fn agree(row: &Value, sent: &str, expected: &str) -> Result<(), String> {
    if sent == expected { Ok(()) } else { Err(format!("sent {sent:?}: {row}")) }
}

#[test]
fn agrees_with_every_attribute_and_value_row() {
    assert_all_agree("cookies.json", 59, |row, profile| {
        let page = "http://example.org/cookies/attributes/page.html";
        agree(row, &cookie_field(profile, page, &lines(row), page), &expected(row))
    });
}

#[test]
fn agrees_with_every_domain_row() {
    assert_all_agree("cookie-domain.json", 46, |row, profile| {
        let page = |host: &str| format!("http://{}/cookies/attributes/page.html", row[host].as_str().unwrap());
        let lines: Vec<_> = lines(row).iter().map(|line| format!("{line}; path=/cookies/attributes")).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let sent = cookie_field(profile, &page("set_on_host"), &lines, &page("request_host"));
        agree(row, &sent, &expected(row))
    });
}

#[test]
fn agrees_with_every_path_row() {
    assert_all_agree("cookie-path-match.json", 8, |row, profile| {
        let page = format!("http://example.org{}", row["request_path"].as_str().unwrap());
        let line = format!("a=b; Path={}", row["path_attr"].as_str().unwrap());
        let expected = if row["match"].as_bool().unwrap() { "a=b" } else { "" };
        agree(row, &cookie_field(profile, &page, &[&line], &page), expected)
    });
}
