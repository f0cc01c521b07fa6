//! Reads the members of a structured field one by one (RFC 9651 4.2).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::{BAD_INNER_LIST, BAD_KEY, BAD_SEPARATOR, BAD_VALUE, Bare, Item, Member, Param, TOO_MANY_MEMBERS};
use crate::limits;
use crate::syntax::lexer::{Cursor, hex_digit};
use crate::syntax::list::is_token_byte;

/// Padded or not, as RFC 9651 4.2.7 asks of readers.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// A place in a field's value, and what can be read from there.
pub(super) struct Reader<'a> {
    pub cursor: Cursor<'a>,
}

impl<'a> Reader<'a> {
    pub const fn new(field_value: &'a str) -> Self {
        Self { cursor: Cursor::new(field_value) }
    }

    pub fn blanks(&mut self) {
        self.cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
    }

    pub fn take(&mut self, byte: u8) -> bool {
        let is_there = self.cursor.peek() == Some(byte);
        self.cursor.at += usize::from(is_there);
        is_there
    }

    /// Reads members until one cannot be read or there is no room for it.
    pub fn members(&mut self, mut read: impl FnMut(&mut Self) -> Option<bool>) {
        self.blanks();
        while !self.cursor.is_at_end() {
            let at = self.cursor.at;
            match read(self) {
                None => return,
                Some(false) => return self.cursor.note(at, &TOO_MANY_MEMBERS),
                Some(true) => {}
            }
            self.blanks();
            if self.cursor.is_at_end() {
                return;
            }
            let separator = self.cursor.at;
            let is_apart = self.take(b',');
            self.blanks();
            if !is_apart || self.cursor.is_at_end() {
                return self.cursor.note(separator, &BAD_SEPARATOR);
            }
        }
    }

    pub fn member(&mut self) -> Option<Member<'a>> {
        if self.cursor.peek() != Some(b'(') {
            return self.item().map(Member::Item);
        }
        let opened = self.cursor.at;
        self.cursor.at += 1;
        let mut items = Vec::new();
        loop {
            let apart = !self.cursor.take_while(|byte| byte == b' ').is_empty();
            if self.take(b')') {
                return Some(Member::Inner(items, self.params()?));
            }
            if self.cursor.is_at_end() || (!apart && !items.is_empty()) || items.len() >= limits::LIST_ELEMENTS {
                self.cursor.note(opened, &BAD_INNER_LIST);
                return None;
            }
            items.push(self.item()?);
        }
    }

    pub fn item(&mut self) -> Option<Item<'a>> {
        let at = self.cursor.at;
        let value = self.bare();
        if value.is_none() {
            self.cursor.note(at, &BAD_VALUE);
        }
        Some(Item { at, value: value?, params: self.params()? })
    }

    pub fn params(&mut self) -> Option<Vec<Param<'a>>> {
        let mut params: Vec<Param<'a>> = Vec::new();
        while self.take(b';') {
            self.cursor.take_while(|byte| byte == b' ');
            let at = self.cursor.at;
            let name = self.key()?;
            let value = if self.take(b'=') { self.bare() } else { Some(Bare::Boolean(true)) };
            let Some(value) = value else {
                self.cursor.note(at, &BAD_VALUE);
                return None;
            };
            if let Some(former) = params.iter_mut().find(|param| param.name == name) {
                former.value = value;
            } else if params.len() < limits::AUTH_PARAMS {
                params.push(Param { at, name, value });
            }
        }
        Some(params)
    }

    pub fn key(&mut self) -> Option<&'a str> {
        let at = self.cursor.at;
        let key =
            self.cursor.take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.' | b'*'));
        let is_key = key.starts_with(|first: char| first.is_ascii_lowercase() || first == '*');
        if !is_key {
            self.cursor.note(at, &BAD_KEY);
        }
        is_key.then_some(key)
    }

    fn bare(&mut self) -> Option<Bare<'a>> {
        match self.cursor.peek()? {
            b'"' => self.string(),
            b':' => {
                self.cursor.at += 1;
                let text = self.cursor.take_while(|byte| byte != b':');
                let bytes = BASE64.decode(text).ok()?;
                self.take(b':').then(|| Bare::Bytes(bytes.into()))
            }
            b'?' => {
                self.cursor.at += 1;
                if self.take(b'1') {
                    return Some(Bare::Boolean(true));
                }
                self.take(b'0').then_some(Bare::Boolean(false))
            }
            b'@' => {
                self.cursor.at += 1;
                self.number().and_then(|number| number.integer()).map(Bare::Date)
            }
            b'%' => self.display_string(),
            b'-' | b'0'..=b'9' => self.number(),
            b'*' | b'a'..=b'z' | b'A'..=b'Z' => {
                Some(Bare::Token(self.cursor.take_while(|byte| is_token_byte(byte) || matches!(byte, b':' | b'/'))))
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Bare<'a>> {
        let sign = if self.take(b'-') { -1 } else { 1 };
        let whole = self.cursor.take_while(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 15 {
            return None;
        }
        let number: i64 = whole.parse().ok()?;
        if !self.take(b'.') {
            return Some(Bare::Integer(sign * number));
        }
        let fraction = self.cursor.take_while(|byte| byte.is_ascii_digit());
        if whole.len() > 12 || !(1..=3).contains(&fraction.len()) {
            return None;
        }
        let thousandths = (0..3).map(|at| fraction.as_bytes().get(at).map_or(0, |digit| i64::from(digit - b'0')));
        Some(Bare::Thousandths(sign * thousandths.fold(number, |sum, digit| sum * 10 + digit)))
    }

    /// Unlike the quoted strings of other fields these escape nothing but `"` and `\`, and hold ASCII only.
    fn string(&mut self) -> Option<Bare<'a>> {
        self.cursor.at += 1;
        let mut value = Cow::Borrowed("");
        loop {
            let piece = self.cursor.take_while(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
            if value.is_empty() {
                value = Cow::Borrowed(piece);
            } else {
                value.to_mut().push_str(piece);
            }
            if self.take(b'"') {
                return Some(Bare::String(value));
            }
            if !self.take(b'\\') {
                return None;
            }
            let escaped = self.cursor.peek().filter(|byte| matches!(byte, b'"' | b'\\'))?;
            self.cursor.at += 1;
            value.to_mut().push(char::from(escaped));
        }
    }

    fn display_string(&mut self) -> Option<Bare<'a>> {
        self.cursor.at += 1;
        if !self.take(b'"') {
            return None;
        }
        let text = self.cursor.take_while(|byte| matches!(byte, b' '..=b'~') && byte != b'"');
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            // Lower case only, unlike in addresses.
            let mut digit = || rest.next().filter(|byte| !byte.is_ascii_uppercase()).and_then(hex_digit);
            bytes.push(if byte == b'%' { digit()? << 4 | digit()? } else { byte });
        }
        let decoded = String::from_utf8(bytes).ok()?;
        self.take(b'"').then_some(Bare::String(Cow::Owned(decoded)))
    }
}
