//! The CORS model held against what real browsers did: `tests/vectors/cors/*.json`, recorded by
//! `tests/oracle/cors.mjs`. It agrees on whether leave was asked for, whether the request was made, and
//! whether the page got to see the answer; and on the reason wherever the browser names one.

#![cfg(test)]

#[path = "common/recorded.rs"]
mod recorded;

use serde_json::Value;
use why401::fields::Fields;
use why401::session::cors::{CorsError, CredentialsMode, Preflighted, check, needs_preflight, preflight, unsafe_names};
use why401::syntax::cors::AccessControl;

fn fields(list: &Value) -> Fields {
    // The network takes the blanks around a value away.
    list.as_array().unwrap().iter().map(|field| (field[0].as_str().unwrap(), field[1].as_str().unwrap().trim())).collect()
}

/// What happens to one row by the model: asked, made, seen by the page, the reason.
fn modelled(row: &Value, page: &str, question: &Value, answer: &Value) -> (bool, bool, String, &'static str) {
    let method = row["method"].as_str().unwrap();
    let normal = method.to_ascii_uppercase();
    let method = if ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].contains(&normal.as_str()) { &normal } else { method };
    let origin = if row["sandboxed"].as_bool() == Some(true) { "null" } else { page };
    let credentials = match row["credentials"].as_str().unwrap() {
        "omit" => CredentialsMode::Omit,
        "same-origin" => CredentialsMode::SameOrigin,
        _ => CredentialsMode::Include,
    };
    let script = fields(&row["fields"]);
    let asked = needs_preflight(method, &script);
    if asked {
        let names = unsafe_names(script.iter());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let request = Preflighted { origin, credentials, method, unsafe_names: &names, star_covers_authorization: true };
        let status = u16::try_from(question["status"].as_u64().unwrap()).unwrap();
        let refusals = preflight(request, status, &AccessControl::of(&fields(&question["fields"])));
        if let Some(refusal) = refusals.first() {
            return (true, false, "network error".to_owned(), refusal.error.name());
        }
    }
    match check(origin, credentials, &AccessControl::of(&fields(&answer["fields"]))) {
        Ok(()) => (asked, true, answer["status"].to_string(), ""),
        Err(error) => (asked, true, "network error".to_owned(), CorsError::name(error)),
    }
}

fn disagreements(browser: &str) -> Vec<String> {
    let recording = recorded::read("cors", browser);
    let page = recording["page"].as_str().unwrap();
    let rows = recording["rows"].as_array().unwrap();
    assert!(rows.len() > 300, "{} rows", rows.len());
    let shared = |value: &'_ Value| value.as_str().map_or_else(|| value.clone(), |name| recording[name].clone());
    let differs = |row: &Value| {
        let (question, answer) = (shared(&row["question"]), shared(&row["answer"]));
        let (asked, made, got, reason) = modelled(row, page, &question, &answer);
        let named = row["reason"].as_str().unwrap();
        let agrees = row["asked"] == asked && row["made"] == made && row["got"] == got && (named.is_empty() || named == reason);
        let line = || {
            let seen = format!("asked {} made {} got {} {named}", row["asked"], row["made"], row["got"]);
            format!(
                "{} {} {} ? {question} ! {answer}\n    browser: {seen}\n    model:   asked {asked} made {made} got {got:?} {reason}",
                row["method"], row["credentials"], row["fields"]
            )
        };
        (!agrees).then(line)
    };
    rows.iter().filter_map(differs).collect()
}

#[test]
fn agrees_with_chrome() {
    recorded::all_expected("cors", "chrome", disagreements("chrome"));
}

#[test]
fn agrees_with_firefox() {
    recorded::all_expected("cors", "firefox", disagreements("firefox"));
}
