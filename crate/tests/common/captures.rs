//! What an extension was handed out by real browsers.

use serde_json::{Value, json};

/// The HAR file that would hold what one of our captures was handed out by a browser: the entries,
/// with the content that had to be asked for apart.
#[must_use]
pub fn capture_as_har(capture: &[u8]) -> Vec<u8> {
    let capture: Value = serde_json::from_slice(capture).expect("a capture");
    let contents = capture["getContent"].as_array();
    let entries = capture["entries"].as_array().into_iter().flatten().enumerate().map(|(at, element)| {
        let (mut entry, content) = match element.get("entry") {
            Some(entry) => (entry.clone(), &element["content"]["body"]),
            None => (element.clone(), contents.and_then(|all| all.get(at)).map_or(&Value::Null, |content| &content["content"])),
        };
        if content.is_string() {
            entry["response"]["content"]["text"] = content.clone();
        }
        entry
    });
    json!({"log": {"version": "1.2", "entries": entries.collect::<Vec<_>>()}}).to_string().into_bytes()
}
