//! The CORS rules held against web-platform-tests and against Chromium's own captures.

#![cfg(test)]

mod common;
#[path = "common/recorded.rs"]
mod recorded;

use std::fs;

use serde_json::Value;
use why401::fields::Fields;
use why401::session::cors::{CredentialsMode, Preflighted, check, is_safelisted, needs_preflight, preflight};
use why401::syntax::cors::AccessControl;

fn rows(file: &str) -> Option<Vec<Value>> {
    let folder = common::shared_data("wpt-derived")?;
    Some(serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap())
}

#[test]
fn agrees_with_every_allow_origin_row_of_wpt() {
    let Some(rows) = rows("cors-allow-origin.json") else { return };
    assert_eq!(rows.len(), 58);
    for row in rows {
        let fields: Fields = row["acao"].as_array().unwrap().iter().map(|v| ("Access-Control-Allow-Origin", v.as_str().unwrap())).collect();
        let verdict = check(row["origin"].as_str().unwrap(), CredentialsMode::SameOrigin, &AccessControl::of(&fields));
        assert_eq!(verdict.is_ok(), row["allowed"].as_bool().unwrap(), "{row}: {verdict:?}");
    }
}

#[test]
fn agrees_with_every_safelist_row_of_wpt() {
    let Some(rows) = rows("cors-safelist-preflight.json") else { return };
    assert_eq!(rows.len(), 42);
    let differs = |row: &Value| {
        let fields: Fields = [(row["header"].as_str().unwrap(), row["value"].as_str().unwrap())].into_iter().collect();
        (needs_preflight("GET", &fields) != row["preflight"].as_bool().unwrap()).then(|| row.to_string())
    };
    recorded::all_expected("cors", "web-platform-tests", rows.iter().filter_map(differs).collect());
}

#[test]
fn agrees_with_every_unsafe_row_of_wpt() {
    let Some(rows) = rows("cors-not-safelisted.json") else { return };
    assert_eq!(rows.len(), 13);
    for row in rows {
        assert!(!is_safelisted(row[0].as_str().unwrap(), row[1].as_str().unwrap()), "{row}");
    }
}

/// The entries of one capture: method, status, request fields, response fields.
fn capture(case: &str) -> Option<Vec<(String, u16, Fields, Fields)>> {
    let file = common::shared_data("chromium-156")?.join("har").join(format!("{case}.json"));
    let capture: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let fields = |message: &Value| -> Fields {
        let all = message["headers"].as_array().unwrap();
        all.iter().map(|h| (h["name"].as_str().unwrap(), h["value"].as_str().unwrap())).collect()
    };
    let read = |entry: &Value| {
        let (request, response) = (&entry["request"], &entry["response"]);
        let status = response["status"].as_i64().and_then(|s| u16::try_from(s).ok()).unwrap();
        (request["method"].as_str().unwrap().to_owned(), status, fields(request), fields(response))
    };
    Some(capture["entries"].as_array().unwrap().iter().map(|e| if e["request"].is_null() { read(&e["entry"]) } else { read(e) }).collect())
}

#[test]
fn agrees_with_what_chromium_let_the_page_read() {
    use CredentialsMode::{Include, SameOrigin};
    // Case, credentials mode of its fetch(), and whether the page saw a response.
    let cases = [
        ("cors-no-acao-200", SameOrigin, false),
        ("cors-401-no-acao", SameOrigin, false),
        ("cors-wildcard-with-credentials", Include, false),
        ("cors-401-with-acao", SameOrigin, true),
        ("cors-preflight-ok-then-401", SameOrigin, true),
    ];
    for (case, credentials, page_saw) in cases {
        let Some(entries) = capture(case) else { return };
        let (_, _, request, response) = entries.last().unwrap();
        let verdict = check(request.get("origin").unwrap(), credentials, &AccessControl::of(response));
        assert_eq!(verdict.is_ok(), page_saw, "{case}: {verdict:?}");
    }
}

#[test]
fn names_why_chromium_refused_a_preflight() {
    let cases = [
        ("cors-preflight-401", "PreflightInvalidStatus"),
        ("cors-preflight-redirect", "PreflightDisallowedRedirect"),
        ("cors-preflight-header-not-allowed", "HeaderDisallowedByPreflightResponse"),
        ("cors-preflight-ok-then-401", ""),
    ];
    for (case, reason) in cases {
        let Some(entries) = capture(case) else { return };
        let (_, status, request, response) = entries.iter().find(|(method, ..)| method == "OPTIONS").unwrap();
        let names: Vec<&str> = request.get("access-control-request-headers").unwrap().split(',').collect();
        let asked = Preflighted {
            origin: request.get("origin").unwrap(),
            credentials: CredentialsMode::SameOrigin,
            method: request.get("access-control-request-method").unwrap(),
            unsafe_names: &names,
            star_covers_authorization: true,
        };
        let refusals = preflight(asked, *status, &AccessControl::of(response));
        assert_eq!(refusals.first().map_or("", |r| r.error.name()), reason, "{case}");
    }
}
