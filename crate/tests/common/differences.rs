//! Rows of published data in which this project knowingly differs, each with its reason.

use std::collections::BTreeMap;
use std::fs;

/// Compares what differs in a suite, by row, with what is expected to. A new difference fails, and so
/// does one that has vanished: its line in `tests/vectors/fields/expected-differences.json` must go.
///
/// # Panics
/// Where the two are not the same rows.
pub fn assert_expected(suite: &str, found: &BTreeMap<String, String>) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/fields/expected-differences.json");
    let all: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let none = BTreeMap::new();
    let expected = all.get(suite).unwrap_or(&none);
    assert!(expected.values().all(|reason| reason.len() > 20), "{suite}: a difference without its reason");
    let new: Vec<_> = found.iter().filter(|(row, _)| !expected.contains_key(*row)).collect();
    let vanished: Vec<_> = expected.keys().filter(|row| !found.contains_key(*row)).collect();
    assert!(new.is_empty() && vanished.is_empty(), "{suite}: new {new:#?}, vanished {vanished:#?}");
}
