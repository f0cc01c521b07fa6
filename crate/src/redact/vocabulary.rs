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
            known.extend(series_of(&run).map(Into::into));
            known.insert(run.into());
        }
    }
    known.remove("");
    known
});

/// The words in which the program itself writes.
static OWN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("own.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect());

/// Whether a word stands in a report because the program wrote it, whatever else it may be. Only for a report that is written:
/// nothing leaves for it.
#[must_use]
pub fn is_own(word: &str) -> bool {
    OWN.contains(&*word.to_lowercase())
}

/// The words of other languages: those in which servers refuse, and what joins them.
static FOREIGN: LazyLock<HashSet<Box<str>>> = LazyLock::new(|| {
    let joining = include_str!("joining.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    said().map(|(word, _)| word).chain(joining.map(Into::into)).collect()
});

/// The words in which servers of other languages than English refuse: each with whether it may have any ending.
fn said() -> impl Iterator<Item = (Box<str>, bool)> {
    // One letter alone is part of anything.
    let is_word = |word: &&str| word.trim_end_matches('*').chars().nth(1).is_some();
    let others = data::words().lines().skip_while(|line| !line.starts_with("language"));
    let phrases = others.filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').nth(2));
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

/// The series to which an error code belongs, of which a product has many and documents some: `aadsts#` of AADSTS900023.
fn series_of(run: &str) -> Option<String> {
    let digits = run.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
    let letters = run.strip_suffix(digits)?;
    (letters.len() >= 4 && (4..=7).contains(&digits.len()) && is_number(digits)).then(|| format!("{letters}#"))
}

/// Whether a run of letters, digits and the marks between them is made of known words only.
#[must_use]
pub fn is_harmless(run: &str) -> bool {
    let run = run.trim_matches(|c: char| !c.is_alphanumeric());
    if run.is_empty() || is_known(run) || series_of(&run.to_lowercase()).is_some_and(|series| WORDS.contains(&*series)) {
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
        WORDS.contains(&*word.to_lowercase())
    } else {
        WORDS.contains(word)
    }
}

/// Words of another language from which on a text is one in that language.
const PROSE: usize = 3;

/// Whether a text is a sentence in another language than English, by its words: most are known, and several are of
/// those in which servers refuse. What stands alone, or in an address, may be anybody's name.
#[must_use]
pub fn is_foreign_prose(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(1).is_some());
    if words.clone().nth(PROSE - 1).is_none() {
        return false;
    }
    let (mut all, mut known, mut foreign, mut longest) = (0, 0, 0, 0);
    for word in words.take(WORDS_OF_A_SENTENCE) {
        all += 1;
        let is_foreign = is_foreign(word) && !is_known(word);
        foreign += usize::from(is_foreign);
        longest = longest.max(if is_foreign { word.chars().count() } else { 0 });
        known += usize::from(is_foreign || is_known(word));
    }
    foreign >= PROSE && longest >= TELLING && 3 * known >= 2 * all
}

/// Letters of a word that is not likely to be a name, of which there is one at least.
const TELLING: usize = 6;

/// Words of a text by which it is told what it is written in.
const WORDS_OF_A_SENTENCE: usize = 64;

/// Whether a word is one in which servers of other languages refuse, or joins such words. Only for what
/// [is prose](is_foreign_prose): words are names as well.
#[must_use]
pub fn is_foreign(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_name = word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() < NAME;
    let plain = word.to_lowercase();
    !is_name && (FOREIGN.contains(&*plain) || is_ending(&plain))
}

/// Letters of the shortest word that is no name for its capital letter.
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
            "AADSTS7000229",
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
        for run in [
            "hunter2",
            "wonder20264",
            "alice",
            "4711",
            "123-456",
            "1.234",
            "aB3dE9",
            "wonderland",
            "eyJhbGciOi",
            "a-b-c-d",
            "AbCdEfGh",
            "Ærøskøbing",
        ] {
            assert!(!is_harmless(run), "{run}");
        }
    }

    #[test]
    fn what_the_program_writes_is_harmless_to_nobody_else() {
        for word in ["stronger", "chips", "stranger", "travel"] {
            assert!(is_own(word) && !is_harmless(word), "{word}");
        }
        assert!(!is_own("StrongerChips") && !is_own("hunter2"));
    }

    #[test]
    fn a_sentence_in_another_language_is_known_by_its_words() {
        for text in ["Dein Konto wurde deaktiviert.", "Vaša seja je potekla, prijavite se.", "Connexion à l'annuaire LDAP impossible"] {
            assert!(is_foreign_prose(text), "{text}");
        }
        for text in ["ole engel", "user ole engel of vale", "validova", "Ali Engels, Ole Diesel", "Account locked: ole engel"] {
            assert!(!is_foreign_prose(text), "{text}");
        }
        for name in ["gesperrt4711x", "deaktivierungsbehörde", "Ali", "Ole"] {
            assert!(!is_foreign(name), "{name}");
        }
        // Where they stand alone, they are anybody's.
        for value in ["engel", "ole", "nalog", "loginova", "validova", "gesperrt"] {
            assert!(!is_harmless(value), "{value}");
        }
    }

    #[test]
    fn parts_words_at_capitals_and_digits() {
        assert_eq!(parts("XMLHttpRequest2x").collect::<Vec<_>>(), ["XML", "Http", "Request", "2", "x"]);
        assert_eq!(parts("id").collect::<Vec<_>>(), ["id"]);
    }
}
