//! The pieces that header fields are made of: whitespace, tokens, quoted strings and parameters
//! (RFC 9110 5.6 and 11.2), read without ever failing.

use std::borrow::Cow;

use super::list::is_token_byte;
use super::{Rule, SyntaxViolation};
use crate::limits;

/// A quoted string that is never closed.
pub static UNTERMINATED_QUOTED_STRING: Rule = Rule { id: "unterminated-quoted-string" };

/// A field that goes on in a second line.
pub static OBS_FOLD: Rule = Rule { id: "obs-fold" };

/// Blanks around the equals sign of a parameter.
pub static BLANKS_AROUND_EQUALS: Rule = Rule { id: "blanks-around-equals" };

/// A bare value with characters that only a quoted string may hold.
pub static VALUE_NOT_A_TOKEN: Rule = Rule { id: "value-not-a-token" };

/// A name and an equals sign with nothing behind.
pub static EMPTY_VALUE: Rule = Rule { id: "empty-value" };

/// A control character, which no field value may hold.
pub static CONTROL_CHARACTER: Rule = Rule { id: "control-character" };

/// A parameter in the extended notation that does not decode.
pub static BAD_EXTENDED_VALUE: Rule = Rule { id: "bad-extended-value" };

/// No comma between two parameters or two challenges.
pub static MISSING_COMMA: Rule = Rule { id: "missing-comma" };

/// A character that belongs to no scheme and no parameter.
pub static STRAY_CHARACTER: Rule = Rule { id: "stray-character" };

/// The same parameter twice. The first is kept: RFC 9110 lets a name stand there only once.
pub static REPEATED_PARAMETER: Rule = Rule { id: "repeated-parameter" };

/// More parameters than are read.
pub static TOO_MANY_PARAMETERS: Rule = Rule { id: "too-many-parameters" };

/// One `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthParam<'a> {
    /// Byte offset of the name.
    pub at: usize,
    /// The name, as written. One that ends in `*` is of the extended notation of RFC 8187.
    pub name: &'a str,
    /// The value: without its quotation marks and backslashes, and decoded where the name ends in `*`.
    pub value: Cow<'a, str>,
    /// Whether it was a quoted string.
    pub quoted: bool,
}

/// The value of the first parameter of that name, in any case.
#[must_use]
pub fn param<'p>(params: &'p [AuthParam<'_>], name: &str) -> Option<&'p str> {
    params.iter().find(|param| param.name.eq_ignore_ascii_case(name)).map(|param| &*param.value)
}

/// The byte offset of the first parameter of that name, in any case; 0 where there is none.
#[must_use]
pub fn place(params: &[AuthParam<'_>], name: &str) -> usize {
    params.iter().find(|param| param.name.eq_ignore_ascii_case(name)).map_or(0, |param| param.at)
}

/// A place in a field's value, and what was found wrong up to there.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    /// Byte offset of what is read next.
    pub at: usize,
    /// Departures in the order in which they were met, at most [`limits::AUTH_VIOLATIONS`].
    pub violations: Vec<SyntaxViolation>,
}

impl<'a> Cursor<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self::from(text, 0)
    }

    /// One that begins at a byte offset of the text.
    pub const fn from(text: &'a str, at: usize) -> Self {
        Self { text, at, violations: Vec::new() }
    }

    pub const fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn note(&mut self, at: usize, rule: &'static Rule) {
        if self.violations.len() < limits::AUTH_VIOLATIONS {
            self.violations.push(SyntaxViolation { at, rule });
        }
    }

    /// What lies between an earlier place and this one.
    pub fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    pub fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a str {
        let from = self.at;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !test(*byte)).unwrap_or(rest.len());
        // A test that stops inside a character would cut it: every caller's test treats all bytes
        // from 0x80 on alike.
        self.since(from)
    }

    pub fn token(&mut self) -> &'a str {
        self.take_while(is_token_byte)
    }

    /// Skips blanks, also over folded lines; says whether there were any. A line end that no blank
    /// follows is left standing: it separates fields that were joined.
    pub fn skip_blanks(&mut self) -> bool {
        let from = self.at;
        loop {
            self.take_while(|byte| matches!(byte, b' ' | b'\t'));
            let fold = self.at;
            // One only: a run of them would be walked over again and again.
            if self.peek() == Some(b'\r') {
                self.at += 1;
            }
            let line = self.peek() == Some(b'\n');
            if !line {
                // A lone carriage return is no fold; the caller meets it as a stray character.
                self.at = fold;
                break;
            }
            self.at += 1;
            if !matches!(self.peek(), Some(b' ' | b'\t')) {
                self.at = fold;
                break;
            }
            self.note(fold, &OBS_FOLD);
        }
        self.at > from
    }

    /// Reads on from behind a parameter's name, which begins at `at`. The cursor stands at the
    /// equals sign, before which `blanks` were skipped or not.
    pub fn param(&mut self, at: usize, name: &'a str, blanks: bool) -> AuthParam<'a> {
        if blanks {
            self.note(at + name.len(), &BLANKS_AROUND_EQUALS);
        }
        self.at += 1;
        let behind = self.at;
        if self.skip_blanks() && !blanks {
            self.note(behind, &BLANKS_AROUND_EQUALS);
        }
        let quoted = self.peek() == Some(b'"');
        let from = self.at;
        let value = if quoted { self.quoted_string() } else { Cow::Borrowed(self.bare_value()) };
        let value = if name.ends_with('*') { self.extended(from, value) } else { value };
        AuthParam { at, name, value, quoted }
    }

    /// Reads `name=value, name=value` to the end of the text.
    pub fn params(&mut self) -> Vec<AuthParam<'a>> {
        let mut params = Vec::new();
        let mut apart = true;
        loop {
            self.skip_blanks();
            let at = self.at;
            if self.peek() == Some(b',') {
                apart = true;
                self.at += 1;
                continue;
            }
            if self.is_at_end() {
                return params;
            }
            let name = self.token();
            let blanks = self.skip_blanks();
            if name.is_empty() || self.peek() != Some(b'=') {
                self.note(at, &STRAY_CHARACTER);
                self.take_while(|byte| byte != b',');
            } else {
                if !apart {
                    self.note(at, &MISSING_COMMA);
                }
                let param = self.param(at, name, blanks);
                self.keep(&mut params, param);
            }
            apart = false;
        }
    }

    /// Adds a parameter whose name is not there yet.
    pub fn keep(&mut self, params: &mut Vec<AuthParam<'a>>, new: AuthParam<'a>) {
        if param(params, new.name).is_some() {
            self.note(new.at, &REPEATED_PARAMETER);
        } else if params.len() >= limits::AUTH_PARAMS {
            self.note(new.at, &TOO_MANY_PARAMETERS);
        } else {
            params.push(new);
        }
    }

    fn bare_value(&mut self) -> &'a str {
        let from = self.at;
        let value = self.take_while(|byte| !matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n'));
        if value.is_empty() {
            self.note(from, &EMPTY_VALUE);
        } else if let Some(bad) = value.bytes().position(|byte| !is_token_byte(byte)) {
            self.note(from + bad, &VALUE_NOT_A_TOKEN);
        }
        value
    }

    /// Reads a quoted string, at whose opening quotation mark the cursor stands. One that is never
    /// closed ends with the field.
    pub fn quoted_string(&mut self) -> Cow<'a, str> {
        let opened = self.at;
        self.at += 1;
        let mut value = Cow::Borrowed("");
        loop {
            let from = self.at;
            let piece = self.take_while(|byte| !matches!(byte, b'"' | b'\\' | b'\n'));
            if let Some(control) = piece.bytes().position(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r')) {
                self.note(from + control, &CONTROL_CHARACTER);
            }
            append(&mut value, piece);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return value;
                }
                Some(b'\\') => {
                    let escaped = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
                    let width = escaped.map_or(0, char::len_utf8);
                    let pair = self.at + 1;
                    if escaped.is_some_and(|character| character.is_ascii_control() && character != '\t') {
                        self.note(pair, &CONTROL_CHARACTER);
                    }
                    self.at = pair + width;
                    append(&mut value, self.since(pair));
                }
                Some(_) if matches!(self.text.as_bytes().get(self.at + 1), Some(b' ' | b'\t')) => {
                    self.note(self.at, &OBS_FOLD);
                    self.at += 1;
                }
                _ => {
                    self.note(opened, &UNTERMINATED_QUOTED_STRING);
                    return value;
                }
            }
        }
    }

    /// Decodes `UTF-8'en'%e2%82%ac%20rates`; keeps the text as it is where it does not decode.
    fn extended(&mut self, at: usize, value: Cow<'a, str>) -> Cow<'a, str> {
        match decode_extended(&value) {
            Some(decoded) => Cow::Owned(decoded),
            None => {
                self.note(at, &BAD_EXTENDED_VALUE);
                value
            }
        }
    }
}

fn append<'a>(value: &mut Cow<'a, str>, piece: &'a str) {
    if value.is_empty() {
        *value = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        value.to_mut().push_str(piece);
    }
}

/// `ext-value` of RFC 8187 3.2.1. ISO-8859-1, which RFC 5987 still named, is read too.
fn decode_extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = decode_percent(text)?;
    if charset.eq_ignore_ascii_case("utf-8") {
        String::from_utf8(bytes).ok()
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        Some(bytes.into_iter().map(char::from).collect())
    } else {
        None
    }
}

fn decode_percent(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex_digit(rest.next()?)? << 4 | hex_digit(rest.next()?)? } else { byte });
    }
    Some(bytes)
}

/// The value of a hexadecimal digit.
pub(crate) const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
