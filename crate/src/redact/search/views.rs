//! What a text says below its encodings.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

use crate::limits::XML_BYTES;
use crate::syntax::inflate::inflate;

/// Encodings within each other that are undone.
const DEPTH: usize = 6;
/// Bytes that are decoded at a time, and how far one piece reaches into the next.
const PIECE: usize = 64 * 1024;
const OVERLAP: usize = 8 * 1024;
/// The shortest run that may hold eight bytes of a secret.
const BASE64_RUN: usize = 11;
const HEX_RUN: usize = 16;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// Takes a decoded form of a text, where in the text it stands, and what was undone.
type Visit<'v> = &'v mut dyn FnMut(&[u8], usize, &[&'static str]);
/// Undoes one encoding: its name, what announces it, how it is undone.
type Escape = (&'static str, u8, fn(&[u8]) -> Vec<u8>);

/// Calls `visit` with every decoded form of a text, where in the text it stands, and what was undone.
pub fn each(text: &[u8], visit: Visit<'_>) {
    let is_run = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'%' | b'\\' | b'&' | b'#' | b';' | b'+' | b'/' | b'-' | b'_' | b'.' | b'=')
    };
    let mut from = 0;
    loop {
        let piece = text.get(from..text.len().min(from + PIECE + OVERLAP)).unwrap_or_default();
        // What is cut at either end stands whole in the piece beside.
        let cut = |length: usize| if length < OVERLAP / 2 { length } else { 0 };
        // A date is several words, so a piece is cut at the mark of a value's end, where there is one.
        let begins = match piece.iter().take(OVERLAP / 2).position(ends_value) {
            _ if from == 0 => 0,
            Some(mark) => mark + 1,
            None => cut(piece.iter().take_while(|byte| is_run(byte)).count()),
        };
        let ends = match piece.iter().rev().take(OVERLAP / 2).position(ends_value) {
            _ if from + piece.len() == text.len() => 0,
            Some(mark) => mark,
            None => cut(piece.iter().rev().take_while(|byte| is_run(byte)).count()),
        };
        descend(piece.get(begins..piece.len() - ends).unwrap_or_default(), from + begins, &mut Vec::new(), visit);
        from += PIECE;
        if from >= text.len() {
            return;
        }
    }
}

/// Whether a value ends there in most of what is written.
const fn ends_value(byte: &u8) -> bool {
    matches!(*byte, b'"' | b'\n' | b'<')
}

fn descend(text: &[u8], at: usize, undone: &mut Vec<&'static str>, visit: Visit<'_>) {
    if undone.len() >= DEPTH {
        return;
    }
    let escapes: [Escape; 4] = [
        ("percent-encoding", b'%', |text| percent_decode(text).collect()),
        ("JavaScript", b'\\', script),
        ("HTML", b'&', html),
        ("quoted-printable", b'=', quoted_printable),
    ];
    for (name, mark, decode) in escapes {
        if undone.len() < 4 && memchr::memchr(mark, text).is_some() {
            let decoded = decode(text);
            if decoded != text {
                below(&decoded, at, name, undone, visit);
            }
        }
    }
    if memchr::memchr(b'+', text).is_some() && undone.last() != Some(&"form") && undone.len() < 4 {
        let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        visit(&spaced, at, undone);
    }
    for (start, run) in runs(text, BASE64_RUN, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')) {
        for offset in 0..4 {
            let standard: Vec<u8> = run
                .get(offset..)
                .unwrap_or_default()
                .iter()
                .map(|byte| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    other => *other,
                })
                .collect();
            let whole = standard.len() - usize::from(standard.len() % 4 == 1);
            if let Ok(decoded) = ENGINE.decode(standard.get(..whole).unwrap_or_default()) {
                unpack(&decoded, at + start, "base64", undone, visit);
            }
        }
    }
    for (start, run) in runs(text, HEX_RUN, |byte| byte.is_ascii_hexdigit()) {
        for offset in 0..2 {
            let decoded: Vec<u8> = run
                .get(offset..)
                .unwrap_or_default()
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | nibble(*digit)))
                .collect();
            unpack(&decoded, at + start, "hexadecimal", undone, visit);
        }
    }
}

fn below(text: &[u8], at: usize, name: &'static str, undone: &mut Vec<&'static str>, visit: Visit<'_>) {
    undone.push(name);
    visit(text, at, undone);
    descend(text, at, undone, visit);
    undone.pop();
}

/// Bytes that were text before, or that were packed before that.
fn unpack(bytes: &[u8], at: usize, name: &'static str, undone: &mut Vec<&'static str>, visit: Visit<'_>) {
    undone.push(name);
    visit(bytes, at, undone);
    let printable = bytes.iter().filter(|byte| (b' '..0x7f).contains(byte) || matches!(byte, b'\n' | b'\r' | b'\t')).count();
    if printable * 10 >= bytes.len() * 8 {
        descend(bytes, at, undone, visit);
    }
    let packed = match bytes {
        [0x1f, 0x8b, 8, _, _, _, _, _, _, _, rest @ ..] => rest,
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, rest @ ..] => rest,
        _ => bytes,
    };
    if packed.len() >= 6 {
        let inflated = inflate(packed, XML_BYTES).value;
        if inflated.len() >= super::WINDOW {
            below(&inflated, at, "DEFLATE", undone, visit);
        }
    }
    undone.pop();
}

/// Runs of at least that many such bytes.
fn runs(text: &[u8], least: usize, is_run: impl Fn(&u8) -> bool) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text.get(at..)?.iter().position(&is_run)?;
            let start = at;
            at += text.get(at..)?.iter().take_while(|byte| is_run(byte)).count();
            if at - start >= least {
                return Some((start, text.get(start..at)?));
            }
        }
    })
}

fn nibble(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default()
}

fn hex_after(text: &[u8], at: usize, digits: usize) -> Option<u32> {
    let text = text.get(at..at + digits)?;
    text.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

fn push_char(text: &mut Vec<u8>, code: u32) {
    let mut buffer = [0; 4];
    text.extend_from_slice(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer).as_bytes());
}

/// Backslash escapes of JSON, JavaScript and CSS.
fn script(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        if *byte != b'\\' {
            decoded.push(*byte);
            continue;
        }
        match text.get(at) {
            Some(b'u') if hex_after(text, at + 1, 4).is_some() => {
                let mut code = hex_after(text, at + 1, 4).unwrap_or_default();
                at += 5;
                // Two halves of a pair make one character.
                if let (0xd800..0xdc00, Some(b"\\u"), Some(low @ 0xdc00..0xe000)) = (code, text.get(at..at + 2), hex_after(text, at + 2, 4))
                {
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    at += 6;
                }
                push_char(&mut decoded, code);
            }
            Some(b'x') if hex_after(text, at + 1, 2).is_some() => {
                push_char(&mut decoded, hex_after(text, at + 1, 2).unwrap_or_default());
                at += 3;
            }
            Some(other) => {
                decoded.push(match other {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    other => *other,
                });
                at += 1;
            }
            None => {}
        }
    }
    decoded
}

/// Character references of HTML and XML, those by name only where they are common in values.
fn html(text: &[u8]) -> Vec<u8> {
    const NAMES: [(&[u8], u8); 6] = [(b"amp", b'&'), (b"lt", b'<'), (b"gt", b'>'), (b"quot", b'"'), (b"apos", b'\''), (b"nbsp", b' ')];
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest.iter().take(10).position(|byte| *byte == b';');
        let reference = end.and_then(|end| rest.get(..end)).filter(|_| *byte == b'&');
        let code = reference.and_then(|name| match name {
            [b'#', b'x' | b'X', digits @ ..] => hex_after(digits, 0, digits.len()),
            [b'#', digits @ ..] => std::str::from_utf8(digits).ok()?.parse().ok(),
            name => NAMES.iter().find(|(known, _)| *known == name).map(|(_, byte)| u32::from(*byte)),
        });
        match (code, end) {
            (Some(code), Some(end)) => {
                push_char(&mut decoded, code);
                at += end + 2;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}

/// RFC 2045 6.7.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match (byte, hex_after(text, at, 2), text.get(at..at + 2), text.get(at)) {
            (b'=', Some(code), ..) => {
                decoded.extend(u8::try_from(code));
                at += 2;
            }
            (b'=', _, Some(b"\r\n"), _) => at += 2,
            (b'=', .., Some(b'\n')) => at += 1,
            _ => decoded.push(*byte),
        }
    }
    decoded
}
