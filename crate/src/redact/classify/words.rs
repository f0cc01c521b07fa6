//! Running text: what a server says, a page, a list of a protocol's own words.

use super::{Sink, url};
use crate::redact::{Kind, vocabulary};
use crate::syntax::jwt;

/// Opaque text of this many bytes is one secret, also where it holds marks that part words.
const OPAQUE: usize = 24;

/// Every run that is made of known words is clear; the others are not.
pub fn words(text: &str, sink: &mut dyn Sink) {
    let mut clear_from = 0;
    let mut at = 0;
    let is_foreign = vocabulary::is_foreign_prose(text);
    while let Some((start, end)) = next_run(text, at) {
        at = end;
        let run = text.get(start..end).unwrap_or_default();
        if vocabulary::is_harmless(run)
            || is_foreign && vocabulary::is_foreign(run)
            || is_version(text.get(..start).unwrap_or_default(), run)
        {
            continue;
        }
        sink.clear(text.get(clear_from..start).unwrap_or_default());
        let rest = text.get(start..).unwrap_or_default();
        let address =
            (run.starts_with("http") || run.starts_with("ws")) && rest.get(run.len()..).is_some_and(|rest| rest.starts_with("://"));
        if address {
            at = start
                + rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')' | '|' | '\\')).unwrap_or(rest.len());
            url(text.get(start..at).unwrap_or_default(), sink);
        } else {
            unknown(run, sink);
        }
        clear_from = at;
    }
    sink.clear(text.get(clear_from..).unwrap_or_default());
}

/// A run that is not harmless as a whole.
fn unknown(run: &str, sink: &mut dyn Sink) {
    if run.len() >= OPAQUE && !run.contains("//") && is_opaque(run) || jwt::looks_like_jwt(run) {
        sink.secret(Kind::Token, run);
        return;
    }
    for piece in run.split_inclusive(['/', '+', '%']) {
        let word = piece.trim_end_matches(['/', '+', '%']);
        if vocabulary::is_harmless(word) {
            sink.clear(word)
        } else {
            sink.secret(kind(word), word)
        }
        sink.clear(piece.get(word.len()..).unwrap_or_default());
    }
}

fn kind(word: &str) -> Kind {
    if word.contains('@') { Kind::Person } else { Kind::Word }
}

/// Letters and digits mixed, with no word between marks that is known.
fn is_opaque(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let has_letters = run.bytes().any(|byte| byte.is_ascii_alphabetic());
    has_letters && (digits > 1 || run.bytes().any(|byte| byte.is_ascii_uppercase())) && !run.split('/').any(vocabulary_word)
}

fn vocabulary_word(piece: &str) -> bool {
    piece.len() > 3 && vocabulary::is_harmless(piece)
}

/// `156.0.0.0` behind `Chrome/`, `v="` or `rv:`: digits that a program is versioned by.
fn is_version(before: &str, run: &str) -> bool {
    let of_product = before.strip_suffix('/').or_else(|| before.strip_suffix("v=\"")).or_else(|| before.strip_suffix("rv:"));
    let is_dotted =
        run.len() <= 15 && run.split('.').all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
    is_dotted && run.split('.').count() <= 4 && of_product.is_some_and(|before| !before.ends_with('/'))
}

/// The next run of characters that words, addresses and tokens are made of.
fn next_run(text: &str, from: usize) -> Option<(usize, usize)> {
    let is_run =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'~' | b'%' | b'/' | b'@') || byte >= 0x80;
    let bytes = text.as_bytes().get(from..)?;
    let start = from + bytes.iter().position(|byte| is_run(*byte))?;
    let length = text.as_bytes().get(start..)?.iter().take_while(|byte| is_run(**byte)).count();
    let mut end = start + length;
    // The padding of base64 belongs to it.
    if length >= OPAQUE {
        end += text.as_bytes().get(end..)?.iter().take(2).take_while(|byte| **byte == b'=').count();
    }
    Some((start, end))
}
