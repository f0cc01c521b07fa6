//! Every segment of a path becomes a word that says nothing, the same everywhere.

use std::collections::{BTreeMap, BTreeSet};

use why401::exchange::Exchange;

use super::neutral::Names;
use super::text::{self, Where};
use super::{each, opaque};
use crate::cases::Case;

/// Files and folders that specifications or the products themselves fix, so that nobody can rename them:
/// RFC 8615, HTML's icon, CGI, and what WordPress, Tomcat and MediaWiki call their own scripts.
const FIXED: [&str; 9] =
    [".well-known", "favicon.ico", "cgi-bin", "wp-login.php", "wp-json", "wp-admin", "xmlrpc.php", "j_security_check", "api.php"];

/// Fields with addresses in them.
const FIELDS: [&str; 10] = [
    "authorization",
    "content-location",
    "link",
    "location",
    "referer",
    "refresh",
    "set-cookie",
    "www-authenticate",
    "x-original-url",
    "origin",
];

/// What stands before a reference that is relative to the page's own folder.
const REFERENCES: [&str; 6] = ["action=\"", "action='", "href=\"", "href='", "src=\"", "url="];

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let hidden = opaque::texts(&case.exchanges);
    let mut names = Names::default();
    let mut segments: BTreeMap<String, String> = BTreeMap::new();
    for segment in segments_of(&case.exchanges) {
        if !hidden.iter().any(|text| text.contains(&segment)) {
            let new = renamed(&segment, &mut names);
            segments.insert(segment, new);
        }
    }
    each(case, |exchange| {
        text::rewrite(exchange, |at, old| match at {
            Where::Sent(name) | Where::Received(name) if !FIELDS.contains(&name) => old.to_owned(),
            _ => in_text(old, at == Where::Received("location"), &segments),
        })
    })
}

fn segments_of(exchanges: &[Exchange]) -> BTreeSet<String> {
    let mut segments = BTreeSet::new();
    for exchange in exchanges {
        for url in std::iter::once(exchange.url.clone()).chain(exchange.redirect_target()) {
            let path: Vec<&str> = url.path().split('/').collect();
            if !path.iter().any(|segment| *segment == FIXED[0]) {
                segments.extend(path.into_iter().filter(|segment| !FIXED.contains(segment)).map(str::to_owned));
            }
        }
    }
    segments.retain(|segment| segment.bytes().filter(u8::is_ascii_alphabetic).count() > 1 && !segment.contains('%'));
    segments
}

/// The ending that says what kind of file it is stays.
fn renamed(segment: &str, names: &mut Names) -> String {
    match segment.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{}.{ending}", names.of(stem)),
        _ => names.of(segment),
    }
}

fn in_text(old: &str, is_reference: bool, segments: &BTreeMap<String, String>) -> String {
    let is_segment = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    text::words(old, is_segment, |before, word, _| {
        // In an escaped address the slash is `%2F`, of which the word swallowed two characters.
        let (before, escaped, word) = match word.get(..2) {
            Some("2F" | "2f") if before.ends_with('%') => ("/", &word[..2], &word[2..]),
            _ => (before, "", word),
        };
        let is_path = before.ends_with('/') && !before.ends_with("//") && !before.ends_with("</");
        let is_relative = before.is_empty() && is_reference || REFERENCES.iter().any(|reference| before.ends_with(reference));
        let new = segments.get(word).filter(|_| is_path || is_relative)?;
        Some(format!("{escaped}{new}"))
    })
}
