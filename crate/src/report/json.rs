//! What goes to programs: JSON, version 1.

use serde::Serialize;

/// A diagnosis or a comparison as indented JSON with a line end.
#[must_use]
pub fn render(answer: &impl Serialize) -> String {
    // Nothing in either is a map with keys that are no text, which is all that can fail here.
    let mut text = serde_json::to_string_pretty(answer).unwrap_or_default();
    text.push('\n');
    text
}
