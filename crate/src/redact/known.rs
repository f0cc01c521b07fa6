//! Secrets that are known by where they stood, found wherever they come again: in the sentence of an answer, in a
//! page, in what a program says of them.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::ops::Range;
use std::rc::Rc;

use super::Kind;
use super::classify::{is_clear, words};
use super::escapes::Unescaped;

/// Secrets from this many bytes on are found within other text too.
const LONG: usize = 8;
/// What somebody types, and what opens a door at once, is found from this many bytes on where it stands as a word.
const SHORT: usize = 4;
/// A text of known words is no secret by itself, up to this many bytes: nobody's sentence is longer.
const SENTENCE: usize = 256;
/// Bits of the filter.
const FILTER_BITS: usize = 1 << 16;

/// A secret in the order of its bytes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Bytes(Rc<str>);

impl Borrow<[u8]> for Bytes {
    fn borrow(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Secrets that begin alike, of which the longest is looked for.
const ALIKE: usize = 16;

/// Secrets, by how they begin.
#[derive(Default)]
pub(super) struct Known {
    /// Each with the number that it is shown by.
    all: BTreeMap<Bytes, usize>,
    /// One bit for each remainder of a beginning: nearly every byte of a text needs no further look.
    filter: Vec<u64>,
    /// Hosts that are shown in every address.
    hosts: HashSet<Box<str>>,
}

/// Whether a value of this kind is looked for even where it is short.
pub(super) const fn is_typed(kind: Kind) -> bool {
    matches!(kind, Kind::Password | Kind::Token | Kind::Key | Kind::Code)
}

impl Known {
    /// Takes note of a secret. `is_typed`: also where it is short.
    pub fn add(&mut self, secret: &Rc<str>, number: usize, is_typed: bool) {
        let is_long_enough = secret.len() >= if is_typed { SHORT } else { LONG };
        // A password may be made of single letters and digits, which say nothing where nobody typed them.
        let is_made_up = is_typed && secret.contains(|c: char| !c.is_alphabetic() && !matches!(c, ' ' | '-' | '_' | '.' | '/'));
        let is_words = || !is_made_up && secret.len() <= SENTENCE && is_clear(secret, words);
        let Some(beginning) = beginning(secret.as_bytes()).filter(|_| is_long_enough && !is_words()) else { return };
        if self.filter.is_empty() {
            self.filter = vec![0; FILTER_BITS / 64];
        }
        let (slot, bit) = slot(beginning);
        if let Some(bits) = self.filter.get_mut(slot) {
            *bits |= bit;
        }
        self.all.insert(Bytes(Rc::clone(secret)), number);
    }

    /// Takes note of a host, which is no secret although somebody may keep it in a cookie.
    pub fn show(&mut self, host: &str) {
        if !self.hosts.contains(host) {
            self.hosts.insert(host.into());
        }
    }

    /// Where known secrets stand in a text, plain or below escapes of JSON, addresses and HTML: in order, none within
    /// another.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let mut found = Vec::new();
        if self.all.is_empty() {
            return found;
        }
        self.scan(text.as_bytes(), &mut |range, number| found.push((range, number)));
        if let Some(unescaped) = Unescaped::of(text) {
            self.scan(unescaped.bytes(), &mut |range, number| found.extend(unescaped.source(range).map(|range| (range, number))));
            found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
            let mut end = 0;
            found.retain(|(range, _)| {
                let is_free = range.start >= end;
                end = if is_free { range.end } else { end };
                is_free
            });
        }
        found
    }

    fn scan(&self, text: &[u8], found: &mut dyn FnMut(Range<usize>, usize)) {
        let mut at = 0;
        while let Some(beginning) = beginning(text.get(at..).unwrap_or_default()) {
            let (slot, bit) = slot(beginning);
            let may_be = self.filter.get(slot).is_some_and(|bits| bits & bit != 0);
            let longest = if may_be { self.longest(text, at) } else { None };
            match longest {
                Some((length, number)) => {
                    found(at..at + length, number);
                    at += length;
                }
                None => at += 1,
            }
        }
    }

    /// The longest secret that stands at a byte, and its number.
    fn longest(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let mut rest = text.get(at..)?;
        let mut last = None;
        // Secrets that begin alike are rare but where somebody made them up.
        for _ in 0..ALIKE {
            if rest.len() < SHORT {
                return None;
            }
            let upto = (Bound::Unbounded, Bound::Included(rest));
            // What the text begins with stands before it in the order of bytes, and behind all that it does not begin with
            // but for what differs later.
            let (Bytes(secret), number) = self.all.range::<[u8], _>(upto).next_back()?;
            last = Some(*number);
            let common = secret.bytes().zip(rest).take_while(|(one, other)| one == *other).count();
            if common < secret.len() {
                rest = rest.get(..common)?;
                continue;
            }
            let is_word = || !at.checked_sub(1).is_some_and(|before| is_letter(text, before)) && !is_letter(text, at + secret.len());
            if (secret.len() >= LONG || is_word()) && !self.hosts.contains(&**secret) {
                return Some((secret.len(), *number));
            }
            rest = rest.get(..secret.len() - 1)?;
        }
        // More of them than anybody looks through: what is left of the text may be one.
        last.map(|number| (rest.len(), number))
    }
}

fn is_letter(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
}

fn beginning(text: &[u8]) -> Option<u32> {
    text.first_chunk::<SHORT>().map(|bytes| u32::from_le_bytes(*bytes))
}

const fn slot(beginning: u32) -> (usize, u64) {
    let mixed = (beginning.wrapping_mul(0x9e37_79b1) >> 16) as usize % FILTER_BITS;
    (mixed / 64, 1 << (mixed % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(secrets: &[(&str, bool)], text: &'t str) -> Vec<&'t str> {
        let mut known = Known::default();
        for (number, (secret, is_typed)) in secrets.iter().enumerate() {
            known.add(&Rc::from(*secret), number, *is_typed);
        }
        known.find(text).into_iter().map(|(range, _)| text.get(range).unwrap()).collect()
    }

    #[test]
    fn finds_long_secrets_within_words_and_short_ones_as_words() {
        assert_eq!(found(&[("Qz00919kW", false)], "xQz00919kWy, Qz00919k"), ["Qz00919kW"]);
        assert_eq!(found(&[("hunter2", true)], "the password hunter2 is wrong, not hunter22"), ["hunter2"]);
        assert_eq!(found(&[("hunter2", false)], "hunter2"), [""; 0]);
        assert_eq!(found(&[("4711", true), ("471", true)], "4711, 47110, 471"), ["4711"]);
    }

    #[test]
    fn finds_the_longest_and_none_within_another() {
        let secrets = [("Qz00919kW", false), ("Qz00919kWvJ8p", false), ("Qz00919kX", false), ("919kWvJ8", false)];
        assert_eq!(found(&secrets, "Qz00919kWvJ8p Qz00919kWvJ Qz919kWvJ8"), ["Qz00919kWvJ8p", "Qz00919kW", "919kWvJ8"]);
    }

    #[test]
    fn finds_a_secret_among_many_that_begin_alike() {
        let long = "Zq7Kx9Lm2PABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH";
        let alike: Vec<String> = (1..30).map(|more| long.chars().take(10 + more).chain(['1']).collect()).collect();
        let secrets: Vec<(&str, bool)> = alike.iter().map(|secret| (secret.as_str(), false)).chain([("Zq7Kx9Lm2P", false)]).collect();
        assert!(found(&secrets, long).iter().any(|found| found.starts_with("Zq7Kx9Lm2P")));
    }

    #[test]
    fn finds_what_is_escaped_where_it_is_repeated() {
        let secret = [("pa\"ss/w é<7>", false)];
        for text in
            [r#"{"error":"pa\"ss\/w \u00e9<7> is wrong"}"#, "/login?error=pa%22ss/w%20%C3%A9%3C7%3E", "<p>pa&quot;ss/w &#233;&lt;7&gt;</p>"]
        {
            assert_eq!(found(&secret, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_everybody_says_is_no_secret() {
        assert_eq!(found(&[("password", true), ("invalid token", true)], "the password, an invalid token"), [""; 0]);
        let mut known = Known::default();
        known.add(&Rc::from("shop.acme.example"), 0, false);
        known.show("shop.acme.example");
        assert!(known.find("https://shop.acme.example/").is_empty());
    }
}
