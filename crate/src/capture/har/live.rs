//! An entry as the live devtools API hands it out, as JSON; the response's content comes apart from it.

use super::entry::Entry;
use super::{EntryError, repair};
use crate::exchange::Exchange;
use crate::time::Time;

/// Content that was asked for: the text, and whether it is base64.
pub type Given<'a> = (&'a str, bool);

/// Whether the response's content is worth asking the browser for.
///
/// # Errors
/// When the text is no entry.
pub fn wants_content(entry: &str) -> Result<bool, EntryError> {
    read(entry, |entry| Ok(entry.wants_content()))
}

/// The exchange that an entry and its content captured; see [`Entry::exchange`] for the numbers.
///
/// # Errors
/// When the text is no entry, or an entry without a request to an absolute URL.
pub fn exchange(entry: &str, content: Option<Given<'_>>, number: u32, otherwise: Time) -> Result<Exchange, EntryError> {
    read(entry, |entry| match content {
        Some((text, base64)) => entry.with_content(text, base64).exchange(number, otherwise),
        None => entry.exchange(number, otherwise),
    })
}

fn read<T>(text: &str, answer: impl Fn(Entry<'_>) -> Result<T, EntryError>) -> Result<T, EntryError> {
    match serde_json::from_str(text) {
        Ok(entry) => answer(entry),
        // Scripts may send half of a character, which JSON of JavaScript writes and other readers refuse.
        Err(_) => {
            let repaired = repair::repaired(text.as_bytes());
            answer(serde_json::from_str(&repaired).map_err(|_| EntryError("it is no HAR entry as devtools.network hands it out"))?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTED: &str = r#"{"startedDateTime":"2026-11-20T08:25:03.000Z","request":{"method":"POST","url":"https://app.test/login","headers":[],
        "postData":{"mimeType":"text/plain","text":"TEXT"}},"response":{"status":401,"headers":[],"content":{"size":2,"mimeType":"application/json"}}}"#;

    fn posted(text: &str, content: Option<Given<'_>>) -> Exchange {
        exchange(&POSTED.replace("TEXT", text), content, 3, Time::default()).unwrap()
    }

    #[test]
    fn content_comes_apart_from_its_entry() {
        assert!(wants_content(POSTED).unwrap());
        assert_eq!(posted("a", None).response_text(), "");
        assert_eq!(posted("a", Some(("{}", false))).response_text(), "{}");
        assert_eq!(posted("a", Some(("e30=", true))).response_text(), "{}");
        assert_eq!(posted("a", None).number, 3);
    }

    #[test]
    fn half_a_character_costs_no_entry() {
        let body = posted(r"user=a\ud83d&x=1", None).request.body.unwrap();
        assert!(body.text.starts_with("user=a") && body.text.ends_with("&x=1"), "{}", body.text);
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for text in ["", "7", "{", "[]x"] {
            assert!(exchange(text, None, 0, Time::default()).is_err(), "{text}");
        }
    }
}
