//! The proof: the finished bytes of a report hold nothing of a known secret, however it is written.
//!
//! Eight bytes of a secret in a row, in whatever case, are found by one look into a table at each byte.
//! Encodings are undone in the searched text rather than done to the secrets, so that any nesting of them,
//! any alignment of base64 and any part of a secret is found alike.

mod views;

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;

use super::classify::{is_clear, words};
use super::{Kind, Secrets, vocabulary};
use crate::syntax::http_date;

/// Bytes of a secret that may not be found in a row.
pub const WINDOW: usize = 8;
/// Shorter secrets are looked for as whole words from this length on.
pub const SHORTEST: usize = 5;

/// What was searched for, in words for the receipt.
pub const METHOD: &str = "every 8 bytes of every secret, and shorter ones from 5 characters on as whole words, in any case: as they are, and below any nesting of percent-encoding, forms, JSON, JavaScript, HTML, quoted-printable, hexadecimal, base64 and base64url in every alignment, DEFLATE, zlib and gzip";

/// A place in finished bytes that holds something of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What the secret was.
    pub kind: Kind,
    /// The byte at which it stands, or the encoded text that holds it.
    pub at: usize,
    /// How it is encoded there: "", or "base64", "percent-encoding, base64".
    pub encoding: String,
}

/// The secrets of one capture, ready to be searched for.
pub struct Search<'s> {
    secrets: &'s Secrets,
    windows: HashSet<u64>,
    /// One bit for each of a million remainders: most bytes need no further look.
    filter: Box<[u64]>,
    short: HashSet<Box<[u8]>>,
    /// What leaves although it is no word, the longest first.
    public: Vec<&'s [u8]>,
    /// What the program itself says in every report.
    fixed: Vec<u8>,
}

/// Bytes before and behind a find that may be of the same sentence.
const SENTENCE: usize = 240;

const FILTER_BITS: u64 = 1 << 20;

const fn slot(window: u64) -> (usize, u64) {
    let mixed = window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44;
    ((mixed % FILTER_BITS / 64) as usize, 1 << (mixed % 64))
}

impl<'s> Search<'s> {
    /// For everything that was replaced in a capture. Words of running text count where they hold more than
    /// letters: what is in a dictionary is no secret by itself.
    #[must_use]
    pub fn new(secrets: &'s Secrets) -> Self {
        let mut public: Vec<&[u8]> = secrets.public().map(str::as_bytes).collect();
        public.sort_by_key(|text| std::cmp::Reverse((text.len(), *text)));
        let filter = vec![0; (FILTER_BITS / 64) as usize].into();
        let mut search = Self { secrets, windows: HashSet::new(), filter, short: HashSet::new(), public, fixed: Vec::new() };
        for (text, kind) in secrets.iter() {
            let is_word =
                matches!(kind, Kind::Word | Kind::Name) && text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '.'));
            if !is_word && !is_clear(text, words) {
                search.learn(text.as_bytes());
                views::each(text.as_bytes(), &mut |view, _, _| search.learn_text(view));
            }
        }
        search
    }

    /// Leaves out of what is found all that stands in a text of the program's own: what everybody can read
    /// there gives nothing away.
    #[must_use]
    pub fn beside(mut self, fixed: &str) -> Self {
        self.fixed = fixed.to_ascii_lowercase().into_bytes();
        self
    }

    /// Decoded parts of a secret count where they are text: the bytes of other things are like any bytes.
    fn learn_text(&mut self, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if text.len() >= WINDOW && text.chars().all(|c| !c.is_control()) && !is_clear(text, words) {
            self.learn(bytes);
        }
    }

    fn learn(&mut self, secret: &[u8]) {
        let lower = secret.to_ascii_lowercase();
        if lower.len() < WINDOW {
            let is_number = lower.iter().all(u8::is_ascii_digit);
            if lower.len() >= SHORTEST && !is_number {
                self.short.insert(lower.into());
            }
            return;
        }
        for window in windows(&lower) {
            if self.windows.insert(window) {
                let (at, bit) = slot(window);
                if let Some(bits) = self.filter.get_mut(at) {
                    *bits |= bit;
                }
            }
        }
    }

    /// The first place of a text that holds something of a secret.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<Hit> {
        let mut hit = self.find_in(text).map(|(at, kind)| Hit { kind, at, encoding: String::new() });
        if hit.is_none() {
            views::each(text, &mut |view, at, encodings| {
                if hit.is_none() {
                    hit = self.find_in(view).map(|(_, kind)| Hit { kind, at, encoding: encodings.join(", ") });
                }
            });
        }
        hit
    }

    fn find_in(&self, text: &[u8]) -> Option<(usize, Kind)> {
        let mut window = 0_u64;
        let mut word_start = 0;
        let mut passed = 0;
        for (at, byte) in text.iter().enumerate() {
            let byte = byte.to_ascii_lowercase();
            window = window << 8 | u64::from(byte);
            let (slot, bit) = slot(window);
            let may_be = at + 1 >= WINDOW && self.filter.get(slot).is_some_and(|bits| bits & bit != 0);
            if may_be && at >= passed && self.windows.contains(&window) {
                let start = at + 1 - WINDOW;
                let end = self.end_of_match(text, start);
                if !self.is_public(text, start, end) {
                    return Some((start, self.kind_at(text.get(start..end).unwrap_or_default())));
                }
                passed = end;
            }
            if !is_word_byte(byte) {
                if let Some(kind) = self.short_at(text, word_start, at) {
                    return Some((word_start, kind));
                }
                word_start = at + 1;
            }
        }
        self.short_at(text, word_start, text.len()).map(|kind| (word_start, kind))
    }

    fn short_at(&self, text: &[u8], start: usize, end: usize) -> Option<Kind> {
        if !(SHORTEST..WINDOW).contains(&(end - start)) || self.short.is_empty() {
            return None;
        }
        let word = text.get(start..end)?;
        let is_found = self.short.contains(&*word.to_ascii_lowercase()) && !self.is_public(text, start, end);
        is_found.then(|| self.kind_at(word))
    }

    /// How far what is found belongs to secrets.
    fn end_of_match(&self, text: &[u8], start: usize) -> usize {
        let rest = text.get(start..).unwrap_or_default().to_vec().to_ascii_lowercase();
        let count = windows(&rest).take_while(|window| self.windows.contains(window)).count();
        start + count + WINDOW - 1
    }

    /// Whether a find is made of nothing but known words and of hosts, moments and numbers that leave.
    fn is_public(&self, text: &[u8], start: usize, end: usize) -> bool {
        let found = text.get(start..end).unwrap_or_default().to_ascii_lowercase();
        if memmem::find(&self.fixed, &found).is_some() {
            return true;
        }
        let is_run = |byte: &u8| is_word_byte(*byte) || matches!(byte, b'.' | b'-' | b':');
        let before = text.get(..start).unwrap_or_default().iter().rev().take(80).take_while(|byte| is_run(byte)).count();
        let after = text.get(end..).unwrap_or_default().iter().take(80).take_while(|byte| is_run(byte)).count();
        let mut whole = text.get(start - before..end + after).unwrap_or_default().to_vec();
        for public in &self.public {
            let lower = whole.to_ascii_lowercase();
            for at in memmem::find_iter(&lower, public) {
                whole.iter_mut().skip(at).take(public.len()).for_each(|byte| *byte = b' ');
            }
        }
        // Words of other languages are names as well, so what stands around them has to be prose.
        let line = |byte: &u8| !matches!(byte, b'\n' | b'\r' | b'<' | b'>' | b'"');
        let back = text.get(..start).unwrap_or_default().iter().rev().take(SENTENCE).take_while(|byte| line(byte)).count();
        let on = text.get(end..).unwrap_or_default().iter().take(SENTENCE).take_while(|byte| line(byte)).count();
        let around = String::from_utf8_lossy(text.get(start - back..end + on).unwrap_or_default());
        let is_prose = std::cell::LazyCell::new(|| vocabulary::is_foreign_prose(&around));
        let outside = (start - before).checked_sub(1).and_then(|at| text.get(at)).copied();
        let mut at = 0;
        whole.split(|byte| !is_word_byte(*byte)).all(|word| {
            let begins = at;
            at += word.len() + 1;
            let is_beside = begins + word.len() <= before || begins >= whole.len() - after;
            // The end of an escape is no part of the word behind it.
            let escape = match begins.checked_sub(1).map_or(outside, |at| whole.get(at).copied()) {
                Some(b'%') => 2,
                Some(b'\\') => 1,
                _ => 0,
            };
            let word = String::from_utf8_lossy(word.get(escape..).unwrap_or_default());
            is_beside || vocabulary::is_harmless(&word) || vocabulary::is_own(&word) || vocabulary::is_foreign(&word) && *is_prose
        }) || self.encodes_public(text.get(start..end).unwrap_or_default())
            || is_within_date(text, start, end)
    }

    /// Whether a find is base64 of a host that leaves: a certificate names the host that it is for.
    fn encodes_public(&self, found: &[u8]) -> bool {
        let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        let found = found.split(|byte| !is_sign(byte)).max_by_key(|run| run.len()).unwrap_or_default();
        (0..4).any(|offset| {
            let aligned = found.get(offset..).unwrap_or_default();
            let decoded = BASE64_STANDARD.decode(aligned.get(..aligned.len() / 4 * 4).unwrap_or_default()).unwrap_or_default();
            let lower = decoded.to_ascii_lowercase();
            // A state often is an object whose names are kept, and so is how they look in base64.
            let is_text = decoded.len() >= WINDOW && decoded.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
            let is_words = || is_text && std::str::from_utf8(&decoded).is_ok_and(vocabulary::is_harmless);
            decoded.len() > 2 && (self.public.iter().any(|public| memmem::find(public, &lower).is_some()) || is_words())
        })
    }

    fn kind_at(&self, found: &[u8]) -> Kind {
        let found = String::from_utf8_lossy(found).to_lowercase();
        let whose = self.secrets.iter().filter(|(text, _)| text.to_lowercase().contains(&found)).map(|(_, kind)| kind).min();
        whose.unwrap_or(Kind::Value)
    }
}

/// Whether a find lies within a moment as HTTP writes it: pages show the same day in words of their own.
fn is_within_date(text: &[u8], start: usize, end: usize) -> bool {
    const LENGTH: usize = "Sun, 06 Nov 1994 08:49:37 GMT".len();
    let is_date = |text: &str| {
        let parsed = http_date::parse(text);
        parsed.value.is_some() && parsed.violations.is_empty()
    };
    (start.saturating_sub(LENGTH)..=start).any(|from| {
        let moment = text.get(from..from + LENGTH).and_then(|moment| std::str::from_utf8(moment).ok());
        from + LENGTH >= end && moment.is_some_and(is_date)
    })
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn windows(text: &[u8]) -> impl Iterator<Item = u64> {
    text.windows(WINDOW).map(|window| window.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Key, Rewriter};
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    const SECRET: &str = "Zebra-7719-quux+Äther";

    fn finds(text: &[u8]) -> Option<Hit> {
        let key = Key::from([7; 32]);
        let mut rewriter = Rewriter::new(&key, false);
        rewriter.replace(Kind::Password, SECRET);
        rewriter.replace(Kind::Person, "bobby7");
        Search::new(&rewriter.secrets).find(text)
    }

    fn hex(text: &[u8]) -> String {
        text.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    #[test]
    fn finds_any_eight_characters_in_any_case() {
        assert_eq!(finds(format!("x {SECRET}").as_bytes()).unwrap(), Hit { kind: Kind::Password, at: 2, encoding: String::new() });
        assert!(finds(b"zebra-77").is_some());
        assert!(finds(b"zebra-7").is_none());
        assert!(finds(b"user=BOBBY7&").is_some());
        assert!(finds(b"bobby77").is_none());
    }

    #[test]
    fn passes_over_moments_and_the_names_of_an_object_in_base64() {
        let key = Key::from([7; 32]);
        let mut rewriter = Rewriter::new(&key, false);
        rewriter.replace(Kind::Value, "See timeline at 29 nov 2026, 15:32:07");
        rewriter.replace(Kind::Cookie, "\"state\":\"eyJyZXR1cm5UbyI6Ii9kaW5nIn0\"");
        let search = Search::new(&rewriter.secrets);
        assert_eq!(search.find(b"date: Sun, 29 Nov 2026 15:32:27 GMT"), None);
        assert!(search.find(b"on 29 nov 2026 at home").is_some());
        assert_eq!(search.find(b"\"value\":\"eyJyZXR1cm5UbyI6Il92YWx1ZS01In0\""), None);
        assert!(search.find(b"eyJyZXR1cm5UbyI6Ii9kaW5nIn0").is_some());
    }

    #[test]
    fn finds_it_below_every_encoding() {
        let percent = percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC).to_string();
        let twice = percent.replace('%', "%25");
        let html: String = SECRET.chars().map(|c| format!("&#{};", c as u32)).collect();
        let script: String = SECRET.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let printable: String = SECRET.bytes().map(|byte| format!("={byte:02X}")).collect();
        let deflated = miniz_oxide::deflate::compress_to_vec(SECRET.repeat(3).as_bytes(), 6);
        let zlib = miniz_oxide::deflate::compress_to_vec_zlib(SECRET.repeat(3).as_bytes(), 6);
        let forms = [
            percent,
            twice,
            html,
            script,
            printable,
            hex(SECRET.as_bytes()),
            hex(SECRET.as_bytes()).to_lowercase(),
            BASE64_STANDARD.encode(deflated),
            BASE64_URL_SAFE_NO_PAD.encode(zlib),
        ];
        for form in &forms {
            assert!(finds(format!("{{\"a\": \"{form}\"}}").as_bytes()).is_some(), "{form}");
            let again = BASE64_STANDARD.encode(format!("{{\"x\":\"{form}\"}}"));
            assert!(finds(again.as_bytes()).is_some(), "{form} in base64");
        }
        for lead in ["", "a", "ab"] {
            let text = format!("{lead}{SECRET}");
            assert!(finds(BASE64_STANDARD.encode(&text).as_bytes()).is_some());
            assert!(finds(format!("eyJ{}.x", BASE64_URL_SAFE_NO_PAD.encode(&text)).as_bytes()).is_some());
        }
    }

    #[test]
    fn passes_over_what_everybody_knows() {
        let key = Key::from([7; 32]);
        let mut rewriter = Rewriter::new(&key, false);
        rewriter.replace(Kind::Value, "application/json; charset=utf-8");
        rewriter.replace(Kind::Password, "password");
        rewriter.replace(Kind::Cookie, "expired-session-4f5a6b7c8d9e");
        let search = Search::new(&rewriter.secrets);
        assert!(search.find(b"Content-Type: application/json; charset=utf-8, the password of an expired-session").is_none());
        assert!(search.find(b"session-4f5a6b").is_some());
    }
}
