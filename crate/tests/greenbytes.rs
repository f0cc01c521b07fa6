//! The challenge cases that Julian Reschke published: each is read exactly, or what is wrong is named.

#![cfg(test)]

use serde_json::Value;
use why401::syntax::challenge;

mod common;

#[test]
fn every_case_is_read_exactly_or_names_what_is_wrong() {
    let Some(folder) = common::shared_data("greenbytes-httpauth") else { return };
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(folder.join("cases.json")).unwrap()).unwrap();
    let (mut exact, mut named) = (0, 0);
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let fields: Vec<&str> = case["headers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let parsed: Vec<_> = fields.iter().map(|field| challenge::parse(field)).collect();
        let Some(expected) = case["rfc9110_challenges"].as_array() else {
            assert!(parsed.iter().any(|parsed| !parsed.violations.is_empty()), "{name}: nothing is found wrong");
            named += 1;
            continue;
        };
        let read: Vec<Value> = parsed
            .iter()
            .flat_map(|parsed| &parsed.value)
            .map(|challenge| {
                let params = challenge.params.iter().map(|param| (param.name.to_ascii_lowercase(), Value::from(&*param.value)));
                serde_json::json!({ "scheme": challenge.scheme.to_ascii_lowercase(), "params": Value::Object(params.collect()) })
            })
            .collect();
        assert_eq!(&read, expected, "{name}");
        if case["greenbytes_class"] == "ok" && !["simplebasiclf", "simplebasicwsrealm"].contains(&name) {
            assert!(parsed.iter().all(|parsed| parsed.violations.is_empty()), "{name}: {parsed:?}");
        }
        exact += 1;
    }
    assert_eq!((exact, named), (28, 4));
}
