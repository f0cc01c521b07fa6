//! JSON: its shape and the names of its members leave, and the values that are known to be harmless.

use super::{Sink, parameter};
use crate::redact::{Kind, vocabulary};

/// What an open object or list is called, and whether a name comes next.
struct Level {
    is_object: bool,
    wants_name: bool,
    name: String,
}

/// A text that begins like JSON, also where it breaks off or is none.
pub fn json(text: &str, is_answer: bool, sink: &mut dyn Sink) {
    let mut levels: Vec<Level> = Vec::new();
    let mut rest = text;
    while let Some(mark) = rest.bytes().next() {
        let length = match mark {
            b'"' => string(rest),
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => 1,
            _ => rest.find(['{', '}', '[', ']', ',', ':', ' ', '\t', '\n', '\r', '"']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        match mark {
            b'{' | b'[' => {
                sink.clear(token);
                let name = levels.last().map(|level| level.name.clone()).unwrap_or_default();
                levels.push(Level { is_object: mark == b'{', wants_name: true, name });
            }
            b'}' | b']' => {
                sink.clear(token);
                levels.pop();
            }
            b',' => {
                sink.clear(token);
                if let Some(level) = levels.last_mut() {
                    level.wants_name = true;
                }
            }
            b':' => {
                sink.clear(token);
                if let Some(level) = levels.last_mut() {
                    level.wants_name = false;
                }
            }
            b' ' | b'\t' | b'\n' | b'\r' => sink.clear(token),
            b'"' => match levels.last_mut().filter(|level| level.is_object && level.wants_name) {
                Some(level) => {
                    level.name = unescaped(token);
                    let name = level.name.clone();
                    sink.nested(token, &name, quoted, &super::name);
                }
                None => {
                    let name = levels.last().map_or("", |level| &level.name);
                    sink.nested(token, &unescaped(token), quoted, &|text, sink| value(name, text, is_answer, sink));
                }
            },
            _ => scalar(levels.last().map_or("", |level| &level.name), token, sink),
        }
    }
}

fn value(name: &str, text: &str, is_answer: bool, sink: &mut dyn Sink) {
    let inner = text.trim_start();
    if inner.starts_with('{') && inner.trim_end().ends_with('}') {
        json(text, is_answer, sink)
    } else {
        parameter::value(name, text, is_answer, sink)
    }
}

/// A number, a truth value, or what is no JSON.
fn scalar(name: &str, token: &str, sink: &mut dyn Sink) {
    if parameter::is_harmless_value(&name.to_ascii_lowercase(), token) {
        sink.clear(token);
    } else if token.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E')) {
        sink.nested(token, token, quoted, &|text, sink| sink.secret(Kind::by_name(name), text));
    } else if vocabulary::is_harmless(token) {
        sink.clear(token);
    } else {
        super::words(token, sink);
    }
}

/// Bytes of the string that begins here, with its quotation marks.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn unescaped(token: &str) -> String {
    serde_json::from_str(token).unwrap_or_else(|_| token.trim_matches('"').to_owned())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
