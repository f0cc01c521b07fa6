//! Finding what a product says of itself: codes and phrases, looked up in dated tables.
//!
//! Both the text and the phrases are taken as words, so that letter case, markup, punctuation,
//! line breaks and escapes between them do not matter. The time is linear in the text.

use std::ops::Range;

use memchr::memmem;

use crate::limits;

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
pub const PREFIX: usize = 64 * 1024;

/// Bytes between a label and its value.
const GAP: usize = 24;

/// Bytes of the longest value.
const LONGEST_VALUE: usize = 80;

/// Rows by their first words.
pub struct Index {
    rows: Vec<Row>,
}

struct Row {
    first: u32,
    product: &'static str,
    phrase: &'static str,
    cause: &'static str,
}

impl Index {
    /// Of rows `phrase TAB cause`, each below the line `## product TAB …` that it belongs to. Other
    /// lines are passed over.
    pub fn of(text: &'static str) -> Self {
        let mut product = "";
        let mut rows = Vec::new();
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                product = heading.split('\t').next().unwrap_or_default();
            } else if let Some((phrase, cause)) = line.split_once('\t') {
                let first = words(phrase).next().and_then(|word| phrase.get(word.span)).unwrap_or_default();
                rows.push(Row { first: hash(first), product, phrase, cause });
            }
        }
        rows.sort_by_key(|row| row.first);
        Self { rows }
    }

    /// Every row that the text contains, in order of their places; a longer phrase before a shorter one
    /// at the same place.
    pub fn find(&self, text: &str) -> Vec<Statement> {
        let mut found: Vec<Statement> = Vec::new();
        let words: Vec<Word> = words(limits::beginning(text, PREFIX)).collect();
        for (at, word) in words.iter().enumerate() {
            let first = text.get(word.span.clone()).map_or(0, hash);
            let from = self.rows.partition_point(|row| row.first < first);
            let here = found.len();
            for row in self.rows.iter().skip(from).take_while(|row| row.first == first) {
                if let Some(end) = row.end_in(text, words.get(at..).unwrap_or_default()) {
                    let statement = Statement { cause: row.cause, product: row.product, span: word.span.start..end };
                    let longer = found.iter().skip(here).take_while(|other| other.span.end >= end).count();
                    found.insert(here + longer, statement);
                }
            }
        }
        found
    }
}

impl Row {
    /// Where the phrase ends if the words begin with it. In a script only codes count: its sentences may
    /// be shown at another time.
    fn end_in(&self, text: &str, words: &[Word]) -> Option<usize> {
        let mut rest = words.iter();
        let mut last = None;
        for part in self::words(self.phrase) {
            let (word, part) = (rest.next()?, self.phrase.get(part.span)?);
            if !text.get(word.span.clone())?.eq_ignore_ascii_case(part) {
                return None;
            }
            last = Some(word);
        }
        let is_code = || self.phrase.bytes().any(|byte| byte.is_ascii_digit()) && !self.phrase.contains(' ');
        last.filter(|word| !word.in_script || is_code()).map(|word| word.span.end)
    }
}

/// The identifier that follows a label: letters, digits and what joins them, with at least one digit.
pub fn value_after(text: &str, label_end: usize) -> Option<String> {
    let rest = text.get(label_end..)?;
    // Between label and value stand marks and at most one tag, no sentence.
    let start = words(rest).next()?.span.start;
    // Akamai writes its dots as character references.
    let value = limits::beginning(rest, start + 3 * LONGEST_VALUE).get(start..).filter(|_| start <= GAP)?.replace("&#46;", ".");
    let is_value = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let end = value.find(|c| !is_value(c)).unwrap_or(value.len()).min(LONGEST_VALUE);
    let value = value.get(..end)?.trim_end_matches(['.', '-', '_']);
    value.bytes().any(|byte| byte.is_ascii_digit()).then(|| value.to_owned())
}

/// FNV-1a of a word in lower case.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

/// A word of a text.
struct Word {
    span: Range<usize>,
    /// Whether it stands in a script or a style sheet of a page.
    in_script: bool,
}

/// The words of a text: runs of ASCII letters, digits, `_` and all that is not ASCII. Tags, JSON and
/// percent escapes and character references separate words and are none themselves.
fn words(text: &str) -> impl Iterator<Item = Word> {
    let bytes = text.as_bytes();
    let (mut at, mut script_end) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            let rest = bytes.get(at + 1..).unwrap_or_default();
            let skipped = match byte {
                b'\\' => {
                    if rest.first() == Some(&b'u') {
                        6
                    } else {
                        2
                    }
                }
                b'%' if rest.iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2 => 3,
                b'&' => reference(rest),
                b'<' if at >= script_end && begins_script(rest) => {
                    script_end = at + script_end_in(rest);
                    1
                }
                b'<' if rest.first().is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/') => 1 + name(rest),
                _ if is_word(byte) => {
                    let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_word(**byte)).count();
                    let span = std::mem::replace(&mut at, end)..end;
                    return Some(Word { in_script: span.start < script_end, span });
                }
                _ => 1,
            };
            at += skipped;
        }
    })
}

/// Whether a tag begins a script or a style sheet.
fn begins_script(rest: &[u8]) -> bool {
    [&b"script"[..], b"style"].iter().any(|name| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// Where the script or style sheet ends that begins here.
fn script_end_in(rest: &[u8]) -> usize {
    let is_end = |at: &usize| rest.get(at + 2).is_some_and(|byte| byte.eq_ignore_ascii_case(&b's'));
    memmem::find_iter(rest, b"</").find(is_end).unwrap_or(rest.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# A remark\n## Test\tmade up\t2026-11-21\nNo API key found\tapi-key-missing\nno api key found in request\tapi-key-missing\nAADSTS50057\taccount-disabled\ncan't verify\tcsrf-rejected\n";

    fn causes(text: &str) -> Vec<(&'static str, &str)> {
        Index::of(TABLE).find(text).into_iter().map(|statement| (statement.cause, text.get(statement.span).unwrap())).collect()
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
        assert_eq!(
            causes("x No API key found in request."),
            [("api-key-missing", "No API key found in request"), ("api-key-missing", "No API key found")]
        );
    }

    #[test]
    fn parts_of_words_and_broken_phrases_are_none() {
        for text in ["AADSTS500571", "XAADSTS50057", "no api keys found", "No API key", "verify can't", ""] {
            assert_eq!(causes(text), [], "{text}");
        }
    }

    #[test]
    fn in_a_script_only_codes_count() {
        let page = |script: &str| format!("<p>Sign in</p><SCRIPT>{script}</SCRIPT><p>Welcome</p>");
        assert_eq!(causes(&page("x = 'No API key found'")), []);
        assert_eq!(causes(&page("x = 'AADSTS50057: disabled'")).len(), 1);
        assert_eq!(causes(&(page("x") + "No API key found")).len(), 1);
    }

    #[test]
    fn looks_no_further_than_the_beginning() {
        assert_eq!(causes(&format!("{}AADSTS50057", "x ".repeat(PREFIX))), []);
        assert_eq!(causes(&format!("{}AADSTS50057", "é".repeat(PREFIX))), []);
    }
}
