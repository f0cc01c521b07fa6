//! Recordings of real browsers in `tests/vectors`, and the rows in which we differ for a reason.

// Each test that takes this in uses its own part of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");

/// What a browser did, as `tests/oracle` recorded it: a moment ago where `WHY401_RECORDINGS` names the
/// folder of that, else in `tests/vectors`.
pub fn read(kind: &str, browser: &str) -> Value {
    let folder = env::var_os("WHY401_RECORDINGS").map_or_else(|| PathBuf::from(VECTORS), PathBuf::from);
    json(&folder.join(kind).join(browser).with_extension("json"))
}

/// A file of `tests/vectors`.
pub fn vectors(kind: &str, name: &str) -> Value {
    json(&Path::new(VECTORS).join(kind).join(name).with_extension("json"))
}

fn json(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Asserts that every disagreement is among the expected ones, and that none of those has vanished.
/// An expected difference names the browser, a part of the row, and the reason.
#[track_caller]
pub fn all_expected(kind: &str, browser: &str, disagreements: Vec<String>) {
    let expected = vectors(kind, "expected-differences");
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
