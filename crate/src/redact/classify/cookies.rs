//! Cookie and Set-Cookie: names and attributes leave, values do not.

use super::parameter::is_harmless_value;
use super::{Sink, url, words};
use crate::redact::{Kind, vocabulary};
use crate::syntax::cookie_date;
use crate::syntax::trim_wsp;

const PREFIXES: [&str; 4] = ["__Host-", "__Secure-", "__Http-", "__Host-Http-"];

/// Every value is a secret, however the pairs are written: what is not a name, a separator or a blank.
pub fn cookie(value: &str, sink: &mut dyn Sink) {
    for (at, piece) in value.split(';').enumerate() {
        sink.clear(if at > 0 { ";" } else { "" });
        pair(piece, sink);
    }
}

pub fn set_cookie(value: &str, sink: &mut dyn Sink) {
    for (at, piece) in value.split(';').enumerate() {
        if at == 0 {
            pair(piece, sink);
            continue;
        }
        sink.clear(";");
        attribute(piece, sink);
    }
}

/// The name of a cookie, by itself.
pub fn cookie_name(name: &str, sink: &mut dyn Sink) {
    let prefix = PREFIXES.into_iter().rev().find(|prefix| name.starts_with(prefix)).unwrap_or_default();
    sink.clear(prefix);
    super::name(name.get(prefix.len()..).unwrap_or_default(), sink);
}

fn pair(piece: &str, sink: &mut dyn Sink) {
    let (name, rest) = piece.find('=').map_or(("", piece), |at| piece.split_at_checked(at).unwrap_or(("", piece)));
    around(name, sink, cookie_name);
    let value = match rest.strip_prefix('=') {
        Some(value) => {
            sink.clear("=");
            value
        }
        None => rest,
    };
    around(value, sink, |value, sink| {
        if !value.is_empty() {
            sink.secret(Kind::Cookie, value)
        }
    });
}

/// Keeps the blanks around a text.
fn around(text: &str, sink: &mut dyn Sink, inner: impl FnOnce(&str, &mut dyn Sink)) {
    let trimmed = trim_wsp(text);
    let before = text.len() - text.trim_start_matches([' ', '\t']).len();
    sink.clear(text.get(..before).unwrap_or_default());
    inner(trimmed, sink);
    sink.clear(text.get(before + trimmed.len()..).unwrap_or_default());
}

fn attribute(piece: &str, sink: &mut dyn Sink) {
    let Some((name, _)) = piece.split_once('=') else { return words(piece, sink) };
    words(name, sink);
    sink.clear("=");
    let value = piece.get(name.len() + 1..).unwrap_or_default();
    around(value, sink, |value, sink| match &*name.trim().to_ascii_lowercase() {
        "expires"
            if cookie_date::parse(value).is_some()
                && value.len() <= 40
                && value.split([' ', ',', '-', ':']).all(|word| word.len() <= 4 || vocabulary::is_harmless(word)) =>
        {
            sink.clear(value)
        }
        name @ "max-age" if is_harmless_value(name, value) => sink.clear(value),
        "domain" => url::host(value, sink),
        "path" => url::path(value, sink),
        _ => words(value, sink),
    });
}
