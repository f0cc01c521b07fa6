//! Recordings of real browsers in `tests/vectors`, and the rows in which we differ for a reason.

use std::fs;

use serde_json::Value;

/// What a browser did, as `tests/oracle` recorded it.
pub fn read(kind: &str, name: &str) -> Value {
    let file = format!("{}/../tests/vectors/{kind}/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))).unwrap()
}

/// Asserts that every disagreement is among the expected ones, and that none of those has vanished.
/// An expected difference names the browser, a part of the row, and the reason.
#[track_caller]
pub fn all_expected(kind: &str, browser: &str, disagreements: Vec<String>) {
    let expected = read(kind, "expected-differences");
    let expected: Vec<&str> =
        expected.as_array().unwrap().iter().filter(|one| one["browser"] == browser).map(|one| one["row"].as_str().unwrap()).collect();
    let unexplained: Vec<&String> = disagreements.iter().filter(|line| !expected.iter().any(|row| line.contains(row))).collect();
    assert!(
        unexplained.is_empty(),
        "{} rows differ:\n{}",
        unexplained.len(),
        unexplained.iter().map(|line| format!("{line}\n")).collect::<String>()
    );
    for row in expected {
        assert!(disagreements.iter().any(|line| line.contains(row)), "no longer different, so take it off the list: {row}");
    }
}
