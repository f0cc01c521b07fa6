//! What a text says below its escapes, and where each byte of that stands in it.

use std::ops::Range;

/// A text without the escapes of addresses, JSON and HTML.
pub(super) struct Unescaped {
    bytes: Vec<u8>,
    /// Where in the text each of these bytes begins and ends.
    places: Vec<(u32, u32)>,
}

/// References of HTML by name that are common in values.
const NAMES: [(&str, char); 6] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
/// Bytes of the longest reference of HTML.
const REFERENCE: usize = 10;

impl Unescaped {
    /// `None` where nothing is escaped.
    pub fn of(text: &str) -> Option<Self> {
        memchr::memchr3(b'%', b'\\', b'&', text.as_bytes())?;
        let mut unescaped = Self { bytes: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut is_escaped = false;
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            let rest = text.get(at..).unwrap_or_default();
            let (length, utf8): (usize, &[u8]) = match byte {
                b'%' => hex(rest, 1, 2).and_then(|code| u8::try_from(code).ok()).map_or((1, b"%"), |code| {
                    unescaped.bytes.push(code);
                    (3, &[])
                }),
                b'\\' => script(rest).map_or((1, b"\\"), |(length, character)| {
                    unescaped.push_char(character);
                    (length, &[])
                }),
                b'&' => reference(rest).map_or((1, b"&"), |(length, character)| {
                    unescaped.push_char(character);
                    (length, &[])
                }),
                byte => (1, std::slice::from_ref(byte)),
            };
            is_escaped |= utf8.is_empty();
            unescaped.bytes.extend_from_slice(utf8);
            let place = (u32::try_from(at).ok()?, u32::try_from(at + length).ok()?);
            unescaped.places.resize(unescaped.bytes.len(), place);
            at += length;
        }
        is_escaped.then_some(unescaped)
    }

    /// The text without them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where in the text a part of this stands.
    pub fn source(&self, part: Range<usize>) -> Option<Range<usize>> {
        let (start, _) = *self.places.get(part.start)?;
        let (_, end) = *self.places.get(part.end.checked_sub(1)?)?;
        Some(start as usize..end as usize)
    }

    fn push_char(&mut self, character: char) {
        self.bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// A backslash and what it escapes: how long it is, and what it says.
fn script(text: &str) -> Option<(usize, char)> {
    match *text.as_bytes().get(1)? {
        b'u' => {
            let high = hex(text, 2, 4)?;
            // Two halves of a pair make one character.
            let low = text.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| hex(text, 8, 4));
            match (high, low) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    Some((12, char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?))
                }
                _ => Some((6, char::from_u32(high)?)),
            }
        }
        b'x' => Some((4, char::from_u32(hex(text, 2, 2)?)?)),
        mark @ (b'"' | b'\'' | b'\\' | b'/') => Some((2, char::from(mark))),
        _ => None,
    }
}

/// A reference to a character: how long it is, and what it says.
fn reference(text: &str) -> Option<(usize, char)> {
    let end = text.bytes().take(REFERENCE).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((end + 1, character))
}
