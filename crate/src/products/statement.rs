//! Finding what a product says of itself: codes and phrases, looked up in the dated tables.
//!
//! Both the text and the phrases are taken as words, so that letter case, markup, punctuation,
//! line breaks and escapes between them do not matter. The time is linear in the text.

use std::ops::Range;

/// What one product says when a login fails.
#[derive(Debug)]
pub struct Table {
    /// The product, as people call it.
    pub product: &'static str,
    /// Phrase or code, and the id of the cause that it states.
    pub rows: &'static [(&'static str, &'static str)],
}

/// A row that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The id of the cause that is stated.
    pub cause: &'static str,
    /// The product that words it so.
    pub product: &'static str,
    /// Where in the text.
    pub span: Range<usize>,
}

/// Bytes of a text that are searched: what a product says of itself stands near the beginning.
const PREFIX: usize = 64 * 1024;

/// Every row of these tables that the text contains, in order of their places; a longer phrase
/// before a shorter one at the same place.
pub fn find(text: &str, tables: &'static [&'static Table]) -> Vec<Statement> {
    let mut found = Vec::new();
    let words: Vec<Range<usize>> = words(text.get(..floor(text, PREFIX)).unwrap_or(text)).collect();
    let index = FirstWords::of(tables);
    for (at, word) in words.iter().enumerate() {
        let Some(first) = text.get(word.clone()).filter(|first| index.may_hold(first)) else { continue };
        let here = found.len();
        for table in tables {
            for (phrase, cause) in table.rows {
                let mut parts = self::words(phrase).filter_map(|part| phrase.get(part));
                if !parts.next().is_some_and(|part| part.eq_ignore_ascii_case(first)) {
                    continue;
                }
                let mut end = word.end;
                let mut rest = words.iter().skip(at + 1);
                let matches = parts.all(|part| {
                    rest.next().is_some_and(|next| {
                        end = next.end;
                        text.get(next.clone()).is_some_and(|next| next.eq_ignore_ascii_case(part))
                    })
                });
                if matches {
                    let statement = Statement { cause, product: table.product, span: word.start..end };
                    let longer = found.iter().skip(here).take_while(|other: &&Statement| other.span.end >= end).count();
                    found.insert(here + longer, statement);
                }
            }
        }
    }
    found
}

/// Which words phrases begin with, as a filter that may say yes too often: most words of a page
/// are passed over by it without a look at the tables.
struct FirstWords([u64; 32]);

impl FirstWords {
    fn of(tables: &[&Table]) -> Self {
        let mut filter = Self([0; 32]);
        for (phrase, _) in tables.iter().flat_map(|table| table.rows) {
            let first = words(phrase).next().and_then(|part| phrase.get(part)).unwrap_or_default();
            let (slot, bit) = Self::place(first);
            if let Some(slot) = filter.0.get_mut(slot) {
                *slot |= bit;
            }
        }
        filter
    }

    fn may_hold(&self, word: &str) -> bool {
        let (slot, bit) = Self::place(word);
        self.0.get(slot).is_some_and(|bits| bits & bit != 0)
    }

    fn place(word: &str) -> (usize, u64) {
        let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193));
        ((hash >> 6) as usize & 31, 1 << (hash & 63))
    }
}

/// The words of a text: runs of ASCII letters, digits, `_` and all that is not ASCII. Tags, JSON and
/// percent escapes and character references separate words and are none themselves.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            let rest = bytes.get(at + 1..).unwrap_or_default();
            let skipped = match byte {
                b'\\' => if rest.first() == Some(&b'u') { 6 } else { 2 },
                b'%' if rest.iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2 => 3,
                b'&' => reference(rest),
                b'<' if rest.first().is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/') => 1 + name(rest),
                _ if is_word(byte) => {
                    let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_word(**byte)).count();
                    return Some(std::mem::replace(&mut at, end)..end);
                }
                _ => 1,
            };
            at += skipped;
        }
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Bytes of a character reference such as `&#39;` or `&quot;`; 1 where `&` stands for itself.
fn reference(rest: &[u8]) -> usize {
    let length = rest.iter().take(10).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    if rest.get(length) == Some(&b';') { length + 2 } else { 1 }
}

/// Bytes of a tag's name with its slash: attributes are left to be read, since messages stand there too.
fn name(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'/').count()
}

fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: Table = Table {
        product: "Test",
        rows: &[("No API key found", "api-key-missing"), ("no api key found in request", "api-key-missing"), ("AADSTS50057", "account-disabled"), ("can't verify", "csrf-rejected")],
    };
    static TABLES: [&Table; 1] = [&TABLE];

    fn causes(text: &str) -> Vec<(&'static str, &str)> {
        find(text, &TABLES).into_iter().map(|statement| (statement.cause, text.get(statement.span).unwrap())).collect()
    }

    #[test]
    fn markup_case_and_escapes_do_not_matter() {
        for text in [
            "AADSTS50057: The user account is disabled.",
            "{\"error_description\":\"AADSTS50057: x\"}",
            "error_description=AADSTS50057%3a+The+user",
            "<b>aadsts50057</b>",
            "a\\nAADSTS50057",
        ] {
            assert_eq!(causes(text).len(), 1, "{text}");
        }
        for text in ["Can&#39;t verify the token", "Can\\u0027t verify", "can<b>'</b>t\n verify"] {
            assert_eq!(causes(text).first().map(|(cause, _)| *cause), Some("csrf-rejected"), "{text}");
        }
    }

    #[test]
    fn quotes_the_longest_phrase_first() {
        assert_eq!(causes("x No API key found in request."), [("api-key-missing", "No API key found in request"), ("api-key-missing", "No API key found")]);
    }

    #[test]
    fn parts_of_words_and_broken_phrases_are_none() {
        for text in ["AADSTS500571", "XAADSTS50057", "no api keys found", "No API key", "verify can't", ""] {
            assert_eq!(causes(text), [], "{text}");
        }
    }

    #[test]
    fn looks_no_further_than_the_beginning() {
        assert_eq!(causes(&format!("{}AADSTS50057", "x ".repeat(PREFIX))), []);
        assert_eq!(causes(&format!("{}AADSTS50057", "é".repeat(PREFIX))), []);
    }
}
