//! The diagnosis as JSON, version 1.

use crate::diagnosis::Diagnosis;

/// The diagnosis as indented JSON with a line end.
#[must_use]
pub fn render(diagnosis: &Diagnosis) -> String {
    // Nothing in a diagnosis is a map with keys that are no text, which is all that can fail here.
    let mut text = serde_json::to_string_pretty(diagnosis).unwrap_or_default();
    text.push('\n');
    text
}
