//! Bytes of a content as text, by what the content says of itself and, where it says nothing, by what
//! it looks like: Encoding standard, as far as login pages and error answers go.

use std::borrow::Cow;

/// What windows-1252 has where ISO 8859-1 has control characters, 0x80 to 0x9f. Encoding standard,
/// index windows-1252; checked 2026-11-21.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of these bytes, of a content of that media type. A byte order mark comes before the type's
/// charset, as in browsers; what is neither UTF-8 nor UTF-16 is read as windows-1252.
pub fn decode<'b>(bytes: &'b [u8], media_type: &str) -> Cow<'b, str> {
    let charset = charset_of(media_type);
    let is = |name: &str| charset.eq_ignore_ascii_case(name);
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).into(),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).into(),
        _ if is("utf-16le") || is("utf-16") => utf16(bytes, u16::from_le_bytes).into(),
        _ if is("utf-16be") => utf16(bytes, u16::from_be_bytes).into(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            // Content that was cut in the middle of a character is still UTF-8.
            Err(error) if error.error_len().is_none() || is("utf-8") => String::from_utf8_lossy(bytes),
            Err(_) => bytes.iter().map(|byte| single(*byte)).collect::<String>().into(),
        },
    }
}

fn single(byte: u8) -> char {
    let beyond = usize::from(byte).checked_sub(0x80).and_then(|at| WINDOWS_1252.get(at));
    beyond.copied().unwrap_or(char::from(byte))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The `charset` of a media type; empty where it names none.
fn charset_of(media_type: &str) -> &str {
    let mut parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charset.map_or("", |(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_login_pages_are_written_in() {
        assert_eq!(decode("Größe".as_bytes(), "text/html"), "Größe");
        assert_eq!(decode(b"Gr\xf6\xdfe \x80", "text/html; charset=iso-8859-1"), "Größe €");
        assert_eq!(decode(b"Gr\xf6\xdfe", "text/html"), "Größe");
        assert_eq!(decode(b"\xff\xfeG\0r\0", "text/html"), "Gr");
        assert_eq!(decode(b"\0G\0r", "text/html; Charset=\"UTF-16BE\""), "Gr");
        assert_eq!(decode(b"\xef\xbb\xbfa", "text/html; charset=iso-8859-1"), "a");
    }

    #[test]
    fn a_character_that_was_cut_does_not_change_the_encoding() {
        assert_eq!(decode("Größe ü".as_bytes().get(..9).unwrap(), "text/html"), "Größe \u{fffd}");
    }
}
