//! What people and tools put in the place of a value before they hand a capture on.
//!
//! Nobody sent such a mark: the value was there and is hidden. So a mark breaks no grammar, equals no
//! other mark, and is shown as it is.

use memchr::memchr;

/// Words that say that something was taken away, in lower case, as far as they stand.
const HIDING: [&str; 16] = [
    "anonymi", "censored", "elided", "filtered", "hidden", "masked", "obfuscat", "omitted", "redact", "removed", "sanitis", "sanitiz",
    "scrubbed", "secret ", "stripped", "withheld",
];

/// Those that no program has for a value, so that they tell without brackets around them.
const PLAIN: [&str; 6] = ["anonymi", "censored", "obfuscat", "redacted", "sanitis", "sanitiz"];

/// What tools name in braces before what stands for the value: `{hash:…}`, `{obf:…}`.
const STAND_INS: [&str; 8] = ["enc", "encrypted", "hash", "hmac", "mask", "obf", "redacted", "sha256"];

/// What pseudonyms are written with: no vowels, no two digits that look alike, so that they make no words.
pub const PSEUDONYM_DIGITS: &[u8; 20] = b"3479cdfghjkmnpqrtvwx";

/// How many of them: 43 bits, so that a hundred thousand values have no two alike in 1,700 reports.
pub const PSEUDONYM: usize = 10;

/// No longer text is a mark.
const LONGEST: usize = 4096;

/// Whether a value is hidden, wholly or in part: `[REDACTED]`, `***`, `xxxx`, `<token>`, `{hash:1f}`,
/// `[55 bytes were stripped]`, `eyJhbGciOi…`, also where a URL encodes it.
#[must_use]
pub fn is_mark(value: &str) -> bool {
    let value = value.trim_matches([' ', '\t', '"', '\'']);
    if value.len() < 2 || value.len() > LONGEST {
        return false;
    }
    is_marked(value) || memchr(b'%', value.as_bytes()).is_some() && decoded(value).is_some_and(|value| is_marked(&value))
}

/// Whether a mark stands for a whole content, of which nothing is left: text may well hold three stars.
#[must_use]
pub fn is_mark_alone(content: &str) -> bool {
    let content = content.trim();
    content.len() > 1 && content.len() <= LONGEST && (is_run(content) || is_bracketed(content) || is_plain_word(content))
}

fn is_marked(value: &str) -> bool {
    value == "…" || is_run(value) || is_partly_hidden(value) || is_bracketed(value) || is_plain_word(value)
}

/// The kind, length and pseudonym of what a report of this program puts in a value's place:
/// `_cookie-24-k3f9q7wdmt_`, filled up with underscores. Unlike a mark it can be compared.
#[must_use]
pub fn stand_in(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.strip_prefix('_')?.strip_suffix('_')?.trim_end_matches('_').split('-');
    let found = [parts.next()?, parts.next()?, parts.next()?];
    let [kind, length, pseudonym] = found;
    let is_ours = parts.next().is_none()
        && !kind.is_empty()
        && kind.bytes().all(|byte| byte.is_ascii_lowercase())
        && (1..=7).contains(&length.len())
        && length.bytes().all(|byte| byte.is_ascii_digit())
        && pseudonym.len() == PSEUDONYM
        && pseudonym.bytes().all(|byte| PSEUDONYM_DIGITS.contains(&byte));
    is_ours.then_some(found)
}

/// Whether a value is no longer the one that was sent.
#[must_use]
pub fn is_replaced(value: &str) -> bool {
    is_mark(value) || stand_in(value).is_some()
}

/// Nothing but what people paint over letters with.
fn is_run(value: &str) -> bool {
    let is_paint = |c: char| matches!(c, 'x' | 'X' | '*' | '•' | '●' | '█' | '■' | '…' | '-' | '.');
    value.chars().all(is_paint)
        && (value.chars().filter(|c| matches!(c, 'x' | 'X')).count() > 2
            || value.chars().filter(|c| matches!(c, '*' | '•' | '●' | '█' | '■')).count() > 1
            || value == "...")
}

/// A value of which a part is left: `abcd****`, `eyJhbGciOi...`.
fn is_partly_hidden(value: &str) -> bool {
    let has_stars = memchr(b'*', value.as_bytes()).is_some_and(|at| value.get(at..).is_some_and(|rest| rest.contains("***")));
    let has_paint = || !value.is_ascii() && ["•••", "●●●", "██", "…"].iter().any(|paint| value.contains(paint));
    has_stars || has_paint() || value.ends_with("...") && !value.ends_with("....")
}

fn is_bracketed(value: &str) -> bool {
    let inside = |open: char, close: char| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(name) = inside('<', '>') {
        return !matches!(name, "" | "nil") && !name.contains(['<', '>', '=', '/']);
    }
    if let Some(name) = inside('[', ']').or_else(|| inside('‹', '›')).or_else(|| inside('(', ')')) {
        return hides(name) || name.starts_with('*') && name.chars().all(|c| c == '*');
    }
    if let Some(name) = inside('{', '}') {
        let kind = name.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        return !name.contains('"')
            && (STAND_INS.contains(&kind.as_str()) && name.contains(':') || PLAIN.iter().any(|word| kind.starts_with(word)));
    }
    false
}

fn hides(text: &str) -> bool {
    let text = text.to_lowercase();
    HIDING.iter().any(|word| text.contains(word))
}

/// `REDACTED`, `__REDACTED__`, `REDACTED_TOKEN`, `redacted-value`.
fn is_plain_word(value: &str) -> bool {
    value.len() < 64
        && value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ' | b'#' | b'!' | b'*'))
        && value
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| PLAIN.iter().any(|plain| word.get(..plain.len()).is_some_and(|start| start.eq_ignore_ascii_case(plain))))
}

/// The value as a URL encodes it, where that is text.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let hex = |digit: Option<u8>| char::from(digit?).to_digit(16);
        bytes.push(if byte == b'%' { u8::try_from(hex(rest.next())? * 16 + hex(rest.next())?).ok()? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_stands_for_a_hidden_value() {
        for value in [
            "[REDACTED]",
            "[Authorization redacted]",
            "[55 bytes were stripped]",
            "[FILTERED]",
            "(removed)",
            "<token>",
            "<your access token>",
            "‹secret 24 chars #a1›",
            "{hash:1f3870be}",
            "{obf:AAAB}",
            "{redacted}",
            "REDACTED",
            "__REDACTED__",
            "***REDACTED***",
            "REDACTED_TOKEN",
            "***",
            "xxxx",
            "XXXX-XXXX",
            "••••••",
            "████",
            "abcd****wxyz",
            "eyJhbGciOi...",
            "eyJhbGciOi…",
            "...",
            "\"[REDACTED]\"",
            "%5BREDACTED%5D",
            "%3Credacted%3E",
            "anonymized",
        ] {
            assert!(is_mark(value), "{value}");
        }
    }

    #[test]
    fn passes_over_what_a_program_sends() {
        for value in [
            "",
            "x",
            "xx",
            "*",
            "undefined",
            "null",
            "{token}",
            "{{token}}",
            "${TOKEN}",
            "<nil>",
            "[object Object]",
            "[]",
            "{\"hash\":\"a\"}",
            "hidden",
            "removed",
            "YOUR_TOKEN",
            "redirect",
            "a.b.c",
            "eyJhbGciOiJkaXIifQ..iv.text.tag",
            "1*abc*def",
            "%7Btoken%7D",
            "xoxb-1",
            "<Response ID=\"a\">",
            "0xXX",
        ] {
            assert!(!is_mark(value), "{value}");
        }
    }
}
