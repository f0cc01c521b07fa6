//! Collections of Postman (v2), of which the answers that people saved as examples are read.
//! <https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html>

use memchr::memmem;
use serde_json::Value;

use super::har::Entries;
use super::shape::{put, shaped, text};
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning};
use crate::exchange::Exchange;
use crate::time::Time;

/// Folders within folders.
const DEPTH: usize = 16;

/// Whether a file begins with what says that it is a collection.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head);
    let begins = text.get(..4096).unwrap_or(text);
    text.starts_with(b"{") && memmem::find(begins, b"/json/collection/v2").is_some()
}

/// A reader; a saved answer has no time but its own Date, else it is `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Postman { now })
}

struct Postman {
    now: Time,
}

impl Read for Postman {
    const NAME: &'static str = "collection of Postman";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let collection: Value = serde_json::from_slice(bytes).map_err(|error| {
            format!("this collection of Postman breaks at line {}, column {}; export it again", error.line(), error.column())
        })?;
        let mut entries = Entries::starting(self.now);
        walk(&collection, DEPTH, &mut entries, exchanges);
        if exchanges.is_empty() {
            return Err(
                "this collection of Postman has no saved answer; send the request, choose Save as example, then export it".to_owned()
            );
        }
        Ok(entries.finish("Postman collection", exchanges))
    }
}

fn walk(folder: &Value, depth: usize, entries: &mut Entries, exchanges: &mut Vec<Exchange>) {
    for item in list(folder, "item") {
        for answer in list(item, "response") {
            let name = answer.get("name").and_then(Value::as_str).unwrap_or_default();
            entries.take(&format!("example {name:?}"), &entry(item, answer), exchanges);
        }
        if depth > 0 {
            walk(item, depth - 1, entries, exchanges);
        }
    }
}

/// Where Postman keeps what HAR has, of an answer and of the request that it is for.
const ANSWER: [[&str; 2]; 4] =
    [["time", "/responseTime"], ["response/status", "/code"], ["response/statusText", "/status"], ["response/content/text", "/body"]];
const REQUEST: [[&str; 2]; 4] = [["method", "/method"], ["url", "/url"], ["url", "/url/raw"], ["postData/text", "/body/raw"]];

fn entry(item: &Value, answer: &Value) -> Value {
    let asked = answer.get("originalRequest").or_else(|| item.get("request")).unwrap_or(&Value::Null);
    let mut request = shaped(asked, &REQUEST);
    put(&mut request, "headers", used(asked, "header"));
    if let Some(body) = asked.get("body").filter(|body| text(body, "/mode") == "urlencoded") {
        put(&mut request, "postData", Value::Null);
        put(&mut request, "postData/params", used(body, "urlencoded"));
    }
    let mut entry = shaped(answer, &ANSWER);
    put(&mut entry, "request", request);
    put(&mut entry, "response/headers", used(answer, "header"));
    let is_media = |field: &&Value| text(field, "/key").eq_ignore_ascii_case("content-type");
    if let Some(media) = list(answer, "header").find(is_media) {
        put(&mut entry, "response/content/mimeType", text(media, "/value").into());
    }
    entry
}

/// What is listed as keys and values, without what was switched off.
fn used(of: &Value, member: &str) -> Value {
    let is_on = |pair: &&Value| pair.get("disabled") != Some(&Value::Bool(true));
    Value::Array(list(of, member).filter(is_on).cloned().collect())
}

fn list<'a>(of: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    of.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter()
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::time::Time;

    // In the shape of Postman's published schema; Postman itself does not run here.
    const COLLECTION: &str = r#"{"info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "Account", "item": [{"name": "Me", "request": {"method": "GET", "url": "https://app.test/other"}, "response": [
            {"name": "refused", "originalRequest": {"method": "GET", "url": {"raw": "https://app.test/me"}, "header": [
                {"key": "Authorization", "value": "Bearer a.b"}, {"key": "X-Off", "value": "1", "disabled": true}]},
             "status": "Unauthorized", "code": 401, "header": [{"key": "Content-Type", "value": "application/json"}], "body": "{\"a\":1}"}]}]}]}"#;

    #[test]
    fn reads_answers_that_were_saved_in_folders() {
        let (exchanges, capture) = read(COLLECTION.as_bytes(), Time::default()).unwrap();
        let [only] = exchanges.as_slice() else { panic!("one exchange, not {}", exchanges.len()) };
        assert_eq!((only.url.as_str(), only.status(), only.response_text()), ("https://app.test/me", 401, "{\"a\":1}"));
        assert_eq!((only.sent("authorization"), only.sent("x-off")), (Some("Bearer a.b"), None));
        assert_eq!(capture.source.name, "Postman collection");
    }

    #[test]
    fn says_how_to_save_an_answer() {
        let empty = r#"{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}"#;
        assert!(read(empty.as_bytes(), Time::default()).unwrap_err().contains("Save as example"));
    }
}
