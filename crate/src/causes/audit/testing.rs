//! What the tests of audits ask.

use crate::causes::testing::diagnose;

/// Asserts that the diagnosis warns of this risk, and returns the summary.
#[track_caller]
pub fn warns(id: &str, notation: &str) -> String {
    let audit = diagnose(notation).audit;
    let found = audit.iter().find(|risk| risk.id == id);
    found.unwrap_or_else(|| panic!("{:?}", audit.iter().map(|risk| risk.id).collect::<Vec<_>>())).summary.clone()
}

/// Asserts that the diagnosis does not warn of this risk.
#[track_caller]
pub fn passes(id: &str, notation: &str) {
    let audit = diagnose(notation).audit;
    assert!(audit.iter().all(|risk| risk.id != id), "{}", serde_json::to_string_pretty(&audit).unwrap());
}
