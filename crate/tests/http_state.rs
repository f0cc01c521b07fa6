//! The cookie store and the date algorithm held against the vectors of the IETF http-state group,
//! by the rules of RFC 6265.

#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use serde_json::Value;
use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::syntax::{cookie_date, set_cookie};
use why401::time::Time;

/// Between the past and the future that the vectors' dates mean: 2011-01-01.
const NOW: Time = Time(1_293_840_000_000);

fn read(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    // One of the files begins with a licence in `//` comments, which JSON does not know.
    let json: String = text.lines().filter(|line| !line.starts_with("//")).collect();
    serde_json::from_str(&json).unwrap()
}

/// What HTTP hands on of a field: a NUL, CR or LF ends it before any cookie grammar sees it.
fn field_value(received: &str) -> &str {
    received.split(['\0', '\r', '\n']).next().unwrap()
}

#[test]
fn agrees_with_every_case_of_the_parser_suite() {
    let Some(folder) = common::shared_data("abarth-http-state") else { return };
    let cases = read(&folder.join("tests/data/parser.json"));
    assert_eq!(cases.len(), 222);
    let mut wrong = Vec::new();
    for case in &cases {
        let test = case["test"].as_str().unwrap();
        let from = Url::parse(&format!("http://home.example.org:8888/cookie-parser?{test}")).unwrap();
        let to = case["sent-to"].as_str().unwrap_or("/cookie-parser-result");
        let to = from.join(to).unwrap();
        let mut store = CookieStore::new(Profile::rfc6265());
        for line in case["received"].as_array().unwrap() {
            let field = set_cookie::parse(field_value(line.as_str().unwrap())).value;
            store.receive(&field, &CookieRequest::navigation(&from, NOW), &Reception::default());
        }
        let decisions = store.consult(&CookieRequest::navigation(&to, NOW));
        let sent: Vec<_> = decisions.iter().filter(|one| one.is_sent()).map(|one| (one.cookie.name(), one.cookie.value())).collect();
        let expected: Vec<_> =
            case["sent"].as_array().unwrap().iter().map(|pair| (pair["name"].as_str().unwrap(), pair["value"].as_str().unwrap())).collect();
        if sent != expected {
            wrong.push(format!("{test}: sent {sent:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn agrees_with_every_date() {
    let Some(folder) = common::shared_data("abarth-http-state") else { return };
    let mut dates = 0;
    for file in ["examples.json", "bsd-examples.json"] {
        for case in read(&folder.join("tests/data/dates").join(file)) {
            let read = cookie_date::parse(case["test"].as_str().unwrap()).map(Time::to_http_date);
            assert_eq!(read.as_deref(), case["expected"].as_str(), "{case}");
            dates += 1;
        }
    }
    assert_eq!(dates, 70);
}
