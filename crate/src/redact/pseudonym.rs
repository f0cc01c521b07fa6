//! What stands in the place of a removed value: its kind, its length, and a pseudonym that is equal
//! for equal values under one key.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Kind;
use crate::syntax::redaction::{self, PSEUDONYM, PSEUDONYM_DIGITS};

/// Random bytes from outside the core, new for each report and kept nowhere: without them a pseudonym
/// cannot be tried against guesses.
#[derive(Clone)]
pub struct Key([u8; 32]);

const BLOCK: usize = 64;
const MARK: char = '_';

impl From<[u8; 32]> for Key {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// HMAC-SHA-256 (RFC 2104).
    fn mac(&self, text: &[u8]) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; BLOCK];
            block.iter_mut().zip(self.0).for_each(|(byte, key)| *byte ^= key);
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }

    /// The pseudonym of a value.
    #[must_use]
    pub fn pseudonym(&self, value: &str) -> String {
        let bytes = self.mac(value.as_bytes()).into_iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(byte));
        let mut rest = bytes;
        let digit = |_| {
            let digit = PSEUDONYM_DIGITS.get((rest % PSEUDONYM_DIGITS.len() as u64) as usize).copied().unwrap_or(b'x');
            rest /= PSEUDONYM_DIGITS.len() as u64;
            char::from(digit)
        };
        (0..PSEUDONYM).map(digit).collect()
    }
}

/// What stands for a value: `_cookie-24-k3f9q7wdmt_`, filled up to the value's own length, so that what
/// depends on sizes still does. Of characters that need no escape in header fields, URLs, JSON or markup.
#[must_use]
pub fn stand_in(kind: Kind, value: &str, key: &Key) -> String {
    let (kind, length, pseudonym) = match read(value) {
        // What an earlier report put there stays what it was.
        Some(earlier) => (earlier.kind, earlier.length, key.pseudonym(earlier.pseudonym)),
        None => (kind, value.chars().count(), key.pseudonym(value)),
    };
    if kind == Kind::Host {
        return format!("host-{pseudonym}");
    }
    let mut text = format!("{MARK}{}-{length}-{pseudonym}{MARK}", kind.name());
    text.extend(std::iter::repeat_n(MARK, length.saturating_sub(text.len())));
    text
}

/// A value's place in a redacted capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn<'a> {
    /// What the value was.
    pub kind: Kind,
    /// Its length in characters.
    pub length: usize,
    /// Its pseudonym.
    pub pseudonym: &'a str,
}

/// The stand-in that a text is, whole.
#[must_use]
pub fn read(text: &str) -> Option<StandIn<'_>> {
    let [kind, length, pseudonym] = redaction::stand_in(text)?;
    Some(StandIn { kind: Kind::named(kind)?, length: length.parse().ok()?, pseudonym })
}

/// A text with its stand-ins in the form in which people read them: `‹cookie 24 chars #k3f9q7wdmt›`.
#[must_use]
pub fn readable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        shown.push_str(before);
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == MARK)).unwrap_or(from.len());
        let run = from.get(..end).unwrap_or(from);
        let closed = run.get(1..).and_then(|inside| inside.find(MARK)).map(|at| at + 1);
        let end = closed.map_or(run.len(), |at| run.len() - run.get(at..).unwrap_or_default().trim_start_matches(MARK).len());
        let whole = run.get(..end).unwrap_or(run);
        match read(whole) {
            Some(StandIn { kind, length, pseudonym }) => {
                let noun = if length == 1 { "char" } else { "chars" };
                let _ = write!(shown, "‹{} {length} {noun} #{pseudonym}›", kind.name());
                rest = from.get(end..).unwrap_or_default();
            }
            None => {
                shown.push(MARK);
                rest = from.get(MARK.len_utf8()..).unwrap_or_default();
            }
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key::from([byte; 32])
    }

    #[test]
    fn equal_values_are_equal_under_one_key_only() {
        assert_eq!(stand_in(Kind::Cookie, "abc", &key(1)), stand_in(Kind::Cookie, "abc", &key(1)));
        assert_ne!(key(1).pseudonym("abc"), key(1).pseudonym("abd"));
        assert_ne!(key(1).pseudonym("abc"), key(2).pseudonym("abc"));
    }

    #[test]
    fn is_the_mac_of_rfc_2104() {
        // RFC 4231, test case 1, its key filled up to a block as RFC 2104 2 has it.
        let mut bytes = [0; 32];
        bytes[..20].fill(0x0b);
        let mac = Key::from(bytes).mac(b"Hi There");
        assert_eq!(mac[..8], [0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53]);
    }

    #[test]
    fn keeps_kind_and_length_and_is_read_again() {
        let long = "x".repeat(900);
        let text = stand_in(Kind::Token, &long, &key(1));
        assert_eq!(text.len(), 900);
        let read = read(&text).unwrap();
        assert_eq!((read.kind, read.length), (Kind::Token, 900));
        let shown = readable(&format!("Bearer {text}, a_b _x_ {}", stand_in(Kind::Password, "p", &key(1))));
        assert!(shown.starts_with("Bearer ‹token 900 chars #"), "{shown}");
        assert!(shown.contains("›, a_b _x_ ‹password 1 char #"), "{shown}");
        let again = stand_in(Kind::Value, &text, &key(2));
        assert_eq!(super::read(&again).unwrap().length, 900);
        assert_ne!(again, text);
    }
}
