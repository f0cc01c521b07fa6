//! Passing over JSON values (RFC 8259): where one ends, or where it ceases to be one. Nothing is
//! built, so that a value which nobody asks for costs no more than its bytes.

use std::borrow::Cow;

use crate::limits;

/// A place in a JSON text.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

/// There the text ceases to be JSON.
pub(super) struct Broken(usize);

impl<'a> Scan<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn broken<T>(&self) -> Result<T, Broken> {
        Err(Broken(self.at))
    }

    /// The byte offset of that place: of the character there, or of the last one where the text
    /// ends too early.
    pub fn offset(&self, broken: &Broken) -> usize {
        let at = broken.0.min(self.text.len().saturating_sub(1));
        (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes past that mark, and the space before it.
    fn expect(&mut self, mark: u8) -> Result<(), Broken> {
        if self.takes(mark) { Ok(()) } else { self.broken() }
    }

    /// Whether that mark stands here, after space; then goes past it.
    fn takes(&mut self, mark: u8) -> bool {
        self.skip_space();
        let is_there = self.peek() == Some(mark);
        self.at += usize::from(is_there);
        is_there
    }

    /// Nothing may follow but space.
    pub fn end(&mut self) -> Result<(), Broken> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { self.broken() }
    }

    /// Reads an object: calls `visit` with the name of each member, in its quotation marks, and its value.
    pub fn object(&mut self, visit: &mut dyn FnMut(&'a str, &'a str)) -> Result<(), Broken> {
        self.expect(b'{')?;
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.expect(b':')?;
            visit(name, self.value()?);
            if self.takes(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads an array: calls `visit` with each element.
    pub fn array(&mut self, visit: &mut dyn FnMut(&'a str)) -> Result<(), Broken> {
        self.expect(b'[')?;
        if self.takes(b']') {
            return Ok(());
        }
        loop {
            visit(self.value()?);
            if self.takes(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Goes past a value of any type and depth, and returns it as it stands there.
    fn value(&mut self) -> Result<&'a str, Broken> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{' | b'[') => self.nested()?,
            _ => self.word()?,
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Goes past an object or an array with all that it holds.
    fn nested(&mut self) -> Result<(), Broken> {
        let mut closers = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'"') => drop(self.string()?),
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    let closer = if open == b'{' { b'}' } else { b']' };
                    if !self.takes(closer) {
                        if closers.len() == limits::JSON_DEPTH {
                            return self.broken();
                        }
                        closers.push(closer);
                        self.name_in(closer)?;
                        continue;
                    }
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                _ => self.word()?,
            }
            loop {
                let Some(closer) = closers.last().copied() else { return Ok(()) };
                if self.takes(closer) {
                    closers.pop();
                } else {
                    self.expect(b',')?;
                    self.name_in(closer)?;
                    break;
                }
            }
        }
    }

    /// Goes past the name of the next member, where what closes next is an object.
    fn name_in(&mut self, closer: u8) -> Result<(), Broken> {
        if closer == b'}' {
            self.skip_space();
            self.string()?;
            self.expect(b':')?;
        }
        Ok(())
    }

    /// Goes past a string and returns it with its quotation marks.
    fn string(&mut self) -> Result<&'a str, Broken> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.broken();
        }
        self.at += 1;
        loop {
            // Most strings here are too short for anything cleverer.
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += rest.iter().take_while(|byte| is_plain(**byte)).count();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.text.get(start..self.at).unwrap_or_default());
                }
                Some(b'\\') => self.escape()?,
                _ => return self.broken(),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Broken> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return self.broken();
                    }
                    self.at += 1;
                }
            }
            _ => return self.broken(),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Broken> {
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { self.broken() }
    }

    fn word(&mut self) -> Result<(), Broken> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        match ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes())) {
            Some(word) => {
                self.at += word.len();
                Ok(())
            }
            None => self.broken(),
        }
    }
}

/// Whether a byte stands for itself in a string.
const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

/// The text of a JSON string as it stands there, borrowed where nothing in it is escaped; half of a
/// surrogate pair becomes U+FFFD. `None` for any other value.
pub(crate) fn unescaped(value: &str) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(inner));
    }
    let (plain, mut rest) = inner.split_once('\\')?;
    let mut text = String::with_capacity(inner.len());
    text.push_str(plain);
    // Code units of escapes that follow each other at once, as halves of a pair do.
    let mut units: Vec<u16> = Vec::new();
    loop {
        let mut after = rest.chars();
        let escaped = after.next()?;
        rest = after.as_str();
        if escaped == 'u' {
            units.push(u16::from_str_radix(rest.get(..4)?, 16).ok()?);
            rest = rest.get(4..)?;
        } else {
            write_units(&mut text, &mut units);
            text.push(match escaped {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                itself @ ('"' | '\\' | '/') => itself,
                _ => return None,
            });
        }
        let (plain, next) = rest.split_once('\\').map_or((rest, None), |(plain, next)| (plain, Some(next)));
        if !plain.is_empty() || next.is_none() {
            write_units(&mut text, &mut units);
        }
        text.push_str(plain);
        match next {
            Some(next) => rest = next,
            None => return Some(Cow::Owned(text)),
        }
    }
}

fn write_units(text: &mut String, units: &mut Vec<u16>) {
    text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> Result<(), usize> {
        let mut scan = Scan::new(text);
        let read = scan.value().and_then(|_| scan.end());
        read.map_err(|broken| scan.offset(&broken))
    }

    #[test]
    fn takes_what_serde_json_takes_and_nothing_else() {
        for text in [
            "0",
            "-0",
            "10",
            "-1.5e+3",
            "1E9",
            "true",
            "false",
            "null",
            "\"\"",
            "\"a\\n\\u00e9\\\"\"",
            "[]",
            "{}",
            " [ 1 , [ ] , { } ] ",
            "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":\"\"}",
            "\"é\u{7f}\"",
            "[[[[]]]]",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nulll",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\n\"",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "[1}",
            "{\"a\":1]",
            "",
            " ",
            "1 2",
            "\"\\",
            "[",
            "{",
            "{\"a\"",
            "{\"a\":1",
            "é",
        ] {
            assert_eq!(end(text).is_ok(), serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn says_where_it_breaks_and_goes_no_deeper_than_its_limit() {
        for (text, at) in [("[1,x]", 3), ("{\"a\":1 \"b\"", 7), ("[\"é", 2), ("", 0), ("1 2", 2)] {
            assert_eq!(end(text), Err(at), "{text}");
        }
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(end(&deep(limits::JSON_DEPTH)), Ok(()));
        assert!(end(&deep(limits::JSON_DEPTH + 2)).is_err());
    }

    #[test]
    fn unescapes_as_serde_json_does() {
        for text in [r#""plain""#, r#""a\n\t\b\f\r\/\\\"é""#, r#""\u00e9\u0041""#, r#""\ud83d\ude00!""#, r#""x\u0000""#] {
            assert_eq!(unescaped(text).as_deref(), serde_json::from_str::<String>(text).ok().as_deref(), "{text}");
        }
        assert_eq!(unescaped(r#""\ud83dx\ude00""#).as_deref(), Some("\u{fffd}x\u{fffd}"));
        for text in ["1", "\"", r#""\q""#, r#""\u12""#, r#""\""#] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }
}
