//! Which words may leave: those that say nothing of a person or a secret.
//!
//! Whatever is not known is taken for a secret, so a word that is missing here costs a reader
//! some convenience and never anybody a password.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::data;

static WORDS: LazyLock<HashSet<Box<str>>> = LazyLock::new(|| {
    let own = include_str!("vocabulary.txt").lines().filter(|line| !line.starts_with('#'));
    let mut known: HashSet<Box<str>> = own.flat_map(str::split_whitespace).map(Into::into).collect();
    for text in [data::products(), data::rules(), super::METHOD] {
        for run in text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”' | '`' | '(' | ')' | ',' | ';')) {
            let run = run.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            known.extend(run.split(|c: char| !c.is_alphanumeric()).filter(|word| !is_number(word)).map(Into::into));
            known.insert(run.into());
        }
    }
    known.remove("");
    known
});

/// The words of other languages: those in which servers refuse, and what joins them.
static FOREIGN: LazyLock<HashSet<Box<str>>> = LazyLock::new(|| {
    let joining = include_str!("joining.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    said().map(|(word, _)| word).chain(joining.map(Into::into)).collect()
});

/// The words in which servers of many languages refuse: each with whether it may have any ending.
fn said() -> impl Iterator<Item = (Box<str>, bool)> {
    // One letter alone is part of anything.
    let is_word = |word: &&str| word.trim_end_matches('*').chars().nth(1).is_some();
    let phrases = data::words().lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').nth(2));
    phrases
        .flat_map(|phrases| phrases.split([' ', '+']))
        .filter(is_word)
        .map(|word| (word.trim_end_matches('*').to_lowercase().into(), word.ends_with('*')))
}

static STEMS: LazyLock<HashSet<Box<str>>> =
    LazyLock::new(|| said().filter(|(word, is_stem)| *is_stem && word.chars().count() >= STEM).map(|(word, _)| word).collect());

/// Letters of the shortest stem whose endings are known as well.
const STEM: usize = 5;

/// Letters of an ending.
const ENDING: usize = 3;

/// Whether a word is a known stem with an ending.
fn is_ending(word: &str) -> bool {
    let mut ends = word.char_indices().rev().map(|(at, _)| at).take(ENDING);
    word.chars().all(char::is_alphabetic) && ends.any(|at| word.get(..at).is_some_and(|stem| STEMS.contains(stem)))
}

/// Digits that one word may hold and still be harmless: a status code has three, a PIN more.
const DIGITS: usize = 3;

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a run of letters, digits and the marks between them is made of known words only.
#[must_use]
pub fn is_harmless(run: &str) -> bool {
    let run = run.trim_matches(|c: char| !c.is_alphanumeric());
    if run.is_empty() || is_known(run) {
        return true;
    }
    if run.len() > 200 || run.bytes().filter(u8::is_ascii_digit).count() > DIGITS {
        return false;
    }
    let mut letters = 0;
    run.split(|c: char| !c.is_alphanumeric()).all(|word| is_known(word) || parts(word).all(|part| is_harmless_part(part, &mut letters)))
}

/// One letter alone tells nothing; several in a row may be a secret in mixed case.
fn is_harmless_part(part: &str, letters: &mut usize) -> bool {
    *letters += usize::from(part.len() == 1 && !is_number(part));
    is_number(part) || (if part.len() == 1 { *letters < 2 } else { is_known(part) })
}

fn is_known(word: &str) -> bool {
    if word.bytes().any(|byte| byte.is_ascii_uppercase() || byte >= 0x80) {
        // A short word with a capital letter may be a name, in other languages than English.
        let is_name = word.chars().next().is_some_and(char::is_uppercase);
        let (word, may_be_name) = (word.to_lowercase(), is_name && word.chars().count() < NAME);
        WORDS.contains(&*word) || !may_be_name && FOREIGN.contains(&*word) || !is_name && is_ending(&word)
    } else {
        WORDS.contains(word) || FOREIGN.contains(word) || is_ending(word)
    }
}

/// Letters of the shortest word of another language that is no name for its capital letter.
const NAME: usize = 5;

/// The words within a word: `accessToken2` is `access`, `Token`, `2`; `XMLHttpRequest` is `XML`, `Http`, `Request`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices();
        let (_, first) = characters.next()?;
        let upper = |c: char| c.is_uppercase();
        let mut before = first;
        let mut was_upper = upper(first);
        let mut at = rest.len();
        let mut last_start = 0;
        for (start, c) in characters {
            let turns = c.is_numeric() != before.is_numeric() || upper(c) && !upper(before);
            if turns {
                at = start;
                break;
            }
            // The last capital of several begins the next word.
            if was_upper && upper(before) && c.is_lowercase() && last_start > 0 {
                at = last_start;
                break;
            }
            was_upper = upper(c);
            last_start = start;
            before = c;
        }
        let (part, after) = rest.split_at_checked(at)?;
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_words_of_protocols_in_all_their_spellings() {
        for run in [
            "password",
            "accessToken",
            "X-Requested-With",
            "XMLHttpRequest",
            "application",
            "error_description",
            "401",
            "v2.0",
            "HTTP/1.1",
            "AADSTS50126",
            "redirect_uri",
            "authenticity_token",
            "index.html",
            "SameSite",
            "urn",
            "oauth2",
            "Mozilla",
        ] {
            assert!(is_harmless(run), "{run}");
        }
    }

    #[test]
    fn takes_everything_else_for_a_secret() {
        for run in
            ["hunter2", "alice", "4711", "123-456", "1.234", "aB3dE9", "wonderland", "eyJhbGciOi", "a-b-c-d", "AbCdEfGh", "Ærøskøbing"]
        {
            assert!(!is_harmless(run), "{run}");
        }
    }

    #[test]
    fn knows_the_words_in_which_servers_of_other_languages_refuse() {
        for word in ["Konto", "deaktiviert", "gesperrtes", "potekla", "annuaire", "contraseña"] {
            assert!(is_harmless(word), "{word}");
        }
        for name in ["gesperrt4711x", "deaktivierungsbehörde", "Ali", "Ole", "Engels", "Diesel"] {
            assert!(!is_harmless(name), "{name}");
        }
    }

    #[test]
    fn parts_words_at_capitals_and_digits() {
        assert_eq!(parts("XMLHttpRequest2x").collect::<Vec<_>>(), ["XML", "Http", "Request", "2", "x"]);
        assert_eq!(parts("id").collect::<Vec<_>>(), ["id"]);
    }
}
