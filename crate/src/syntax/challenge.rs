//! `WWW-Authenticate` and `Proxy-Authenticate`: RFC 9110 11.6.1.

use std::borrow::Cow;

use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

static UNTERMINATED: Rule =
    Rule { id: "unterminated-quoted-string", says: "has a quoted string that is never closed", source: "RFC 9110 5.6.4" };
static NO_SCHEME: Rule = Rule { id: "parameter-without-scheme", says: "has a parameter before any scheme", source: "RFC 9110 11.6.1" };
static STRAY: Rule =
    Rule { id: "stray-character", says: "has a character that belongs to no scheme and no parameter", source: "RFC 9110 11.6.1" };
static REPEATED: Rule = Rule { id: "repeated-parameter", says: "names a parameter twice in one challenge", source: "RFC 9110 11.2" };

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge<'a> {
    /// Byte offset of the scheme.
    pub at: usize,
    /// The scheme, as written.
    pub scheme: &'a str,
    /// The token68, where the challenge bears one instead of parameters.
    pub token68: Option<&'a str>,
    /// Parameters in order.
    pub params: Vec<AuthParam<'a>>,
}

/// One parameter of a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthParam<'a> {
    /// Byte offset of the name.
    pub at: usize,
    /// The name, as written.
    pub name: &'a str,
    /// The value, without its quotes.
    pub value: Cow<'a, str>,
    /// Whether it was a quoted string.
    pub quoted: bool,
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a str {
        let from = self.at;
        while self.peek().is_some_and(&test) {
            self.at += 1;
        }
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn skip_blanks(&mut self) -> bool {
        !self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).is_empty()
    }

    fn quoted(&mut self, violations: &mut Vec<SyntaxViolation>) -> Cow<'a, str> {
        let opened = self.at;
        self.at += 1;
        let mut value = Cow::Borrowed("");
        loop {
            let piece = self.take_while(|byte| byte != b'"' && byte != b'\\');
            value = if value.is_empty() { Cow::Borrowed(piece) } else { Cow::Owned(value.into_owned() + piece) };
            match self.peek() {
                Some(b'\\') => {
                    let escaped = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                    let mut owned = value.into_owned();
                    owned.extend(escaped);
                    value = Cow::Owned(owned);
                }
                Some(_) => {
                    self.at += 1;
                    return value;
                }
                None => {
                    violations.push(SyntaxViolation { at: opened, rule: &UNTERMINATED });
                    return value;
                }
            }
        }
    }
}

/// Reads one field's value.
#[must_use]
pub fn parse(text: &str) -> Parsed<Vec<Challenge<'_>>> {
    let mut challenges: Vec<Challenge<'_>> = Vec::new();
    let mut violations = Vec::new();
    let mut cursor = Cursor { text, at: 0 };
    while cursor.at < text.len() && challenges.len() < limits::CHALLENGES {
        cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
        let at = cursor.at;
        let word = cursor.take_while(is_token);
        if word.is_empty() {
            if at < text.len() {
                violations.push(SyntaxViolation { at, rule: &STRAY });
                cursor.take_while(|byte| byte != b',');
            }
            continue;
        }
        let blanks = cursor.skip_blanks();
        if cursor.peek() == Some(b'=') {
            let param = param(&mut cursor, at, word, &mut violations);
            match challenges.last_mut() {
                Some(challenge) => keep(challenge, param, &mut violations),
                None => violations.push(SyntaxViolation { at, rule: &NO_SCHEME }),
            }
            continue;
        }
        let mut challenge = Challenge { at, scheme: word, token68: None, params: Vec::new() };
        if blanks {
            after_scheme(&mut cursor, &mut challenge, &mut violations);
        }
        challenges.push(challenge);
    }
    Parsed { value: challenges, violations }
}

fn after_scheme<'a>(cursor: &mut Cursor<'a>, challenge: &mut Challenge<'a>, violations: &mut Vec<SyntaxViolation>) {
    let at = cursor.at;
    let token68 = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
    let padding = cursor.take_while(|byte| byte == b'=').len();
    if !token68.is_empty()
        && matches!(cursor.peek(), None | Some(b',' | b' ' | b'\t'))
        && (padding != 1
            || matches!(cursor.text.get(cursor.at..).map(|rest| rest.trim_start().is_empty() || rest.starts_with(',')), Some(true)))
    {
        let rest = cursor.text.get(cursor.at..).unwrap_or_default().trim_start();
        if padding > 0 || rest.is_empty() || rest.starts_with(',') {
            challenge.token68 = cursor.text.get(at..cursor.at);
            return;
        }
    }
    cursor.at = at;
    let word = cursor.take_while(is_token);
    cursor.skip_blanks();
    if cursor.peek() == Some(b'=') && !word.is_empty() {
        let param = param(cursor, at, word, violations);
        keep(challenge, param, violations);
    } else {
        cursor.at = at;
    }
}

fn param<'a>(cursor: &mut Cursor<'a>, at: usize, name: &'a str, violations: &mut Vec<SyntaxViolation>) -> AuthParam<'a> {
    cursor.at += 1;
    cursor.skip_blanks();
    let quoted = cursor.peek() == Some(b'"');
    let value = if quoted {
        cursor.quoted(violations)
    } else {
        Cow::Borrowed(cursor.take_while(|byte| byte != b',' && byte != b' ' && byte != b'\t'))
    };
    AuthParam { at, name, value, quoted }
}

fn keep<'a>(challenge: &mut Challenge<'a>, param: AuthParam<'a>, violations: &mut Vec<SyntaxViolation>) {
    if challenge.params.iter().any(|other| other.name.eq_ignore_ascii_case(param.name)) {
        violations.push(SyntaxViolation { at: param.at, rule: &REPEATED });
    } else if challenge.params.len() < limits::AUTH_PARAMS {
        challenge.params.push(param);
    }
}
