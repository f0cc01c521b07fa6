//! The content of a message, by what it is rather than by what it is called.

use super::{Sink, json, markup, multipart, parameter, words};
use crate::redact::{Kind, vocabulary};
use crate::syntax::jwt;

/// The content of a request or response. `media_type` is its Content-Type, `is_answer` whether a server wrote it.
pub fn content(media_type: &str, text: &str, is_answer: bool, sink: &mut dyn Sink) {
    let beginning = text.trim_start_matches('\u{feff}').trim_start();
    let media_type = media_type.to_ascii_lowercase();
    if jwt::looks_like_jwt(text.trim()) {
        sink.secret(Kind::Token, text);
    } else if beginning.starts_with(['{', '[']) || media_type.contains("json") {
        json::json(text, is_answer, sink);
    } else if beginning.starts_with('<') || media_type.contains("html") || media_type.contains("xml") {
        markup(text, sink);
    } else if (media_type.starts_with("multipart/") || beginning.contains("form-data; name=")) && beginning.starts_with("--") {
        multipart::multipart(text, sink);
    } else if media_type.contains("form-urlencoded") || is_form(beginning) {
        parameter::pairs(text, sink);
    } else if is_answer {
        words(text, sink);
    } else if vocabulary::is_harmless(text) {
        sink.clear(text);
    } else {
        sink.secret(Kind::Value, text);
    }
}

fn is_form(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.len() < 64
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'%'))
    })
}
