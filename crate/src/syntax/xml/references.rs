//! Character and entity references, and the normalization of line ends and attribute values.

use std::borrow::Cow;

/// What stands behind an ampersand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A character, and how many bytes its reference takes.
    Character(char, usize),
    /// An entity that is not predefined, and how many bytes its reference takes.
    Unknown(usize),
    /// No reference at all.
    Bare,
}

/// Reads the reference that `text` begins with, from its ampersand.
pub(super) fn reference(text: &str) -> Reference {
    let Some((name, _)) = text.get(1..).and_then(|rest| rest.split_once(';')) else { return Reference::Bare };
    let taken = name.len() + 2;
    let character = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => match name.strip_prefix('#') {
            Some(number) => match numbered(number) {
                Some(character) => Some(character),
                None => return Reference::Bare,
            },
            None => None,
        },
    };
    match character {
        Some(character) => Reference::Character(character, taken),
        None if is_name(name) => Reference::Unknown(taken),
        None => Reference::Bare,
    }
}

fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    let code = digits.chars().try_fold(0_u32, |code, digit| code.checked_mul(radix)?.checked_add(digit.to_digit(radix)?))?;
    char::from_u32(code).filter(|character| !digits.is_empty() && is_allowed(*character))
}

/// Whether XML 1.0 allows the character at all (2.2).
pub(super) fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether text is a name without a prefix, as far as its ASCII characters tell (Namespaces in XML 1.0 3).
pub(super) fn is_name(text: &str) -> bool {
    let is_start = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | 0x80..);
    text.bytes().next().is_some_and(|first| is_start(&first))
        && text.bytes().all(|byte| is_start(&byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// The text with its references resolved and its line ends normalized; in an attribute every space
/// character becomes a space. Entities that are not predefined leave nothing behind.
pub(super) fn resolved(raw: &str, is_attribute: bool) -> Cow<'_, str> {
    let is_special = |byte: u8| matches!(byte, b'&' | b'\r') || is_attribute && matches!(byte, b'\n' | b'\t');
    if !raw.bytes().any(is_special) {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        match character {
            '&' => match reference(rest) {
                Reference::Character(character, length) => {
                    text.push(character);
                    taken = length;
                }
                Reference::Unknown(length) => taken = length,
                Reference::Bare => text.push('&'),
            },
            '\r' => {
                text.push(if is_attribute { ' ' } else { '\n' });
                taken += usize::from(rest.starts_with("\r\n"));
            }
            '\n' | '\t' if is_attribute => text.push(' '),
            other => text.push(other),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_xml_predefines_and_nothing_else() {
        assert_eq!(resolved("a&lt;&#x20AC;&#65;&gt;&quot;&apos;&amp;lt;", false), "a<\u{20ac}A>\"'&lt;");
        assert_eq!(resolved("a&nbsp;b & c &#0; &#xD800; &#x;", false), "ab & c &#0; &#xD800; &#x;");
        assert_eq!(resolved("a\r\nb\rc\td", false), "a\nb\nc\td");
        assert_eq!(resolved("a\r\nb\tc\n&#xA;", true), "a b c \n");
    }
}
