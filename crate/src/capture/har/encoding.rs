//! The file's bytes as UTF-8: byte order marks go, UTF-16 (a redirect of PowerShell) is converted.

use std::borrow::Cow;

/// Turns chunks of a file into chunks of UTF-8. What is no text stays as it is.
#[derive(Default)]
pub(super) struct Encoding {
    found: Option<Found>,
    /// Bytes of the mark, or of a UTF-16 unit or pair, that the last chunk left open.
    open: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Found {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

impl Encoding {
    /// The next chunk as UTF-8.
    pub(super) fn decode<'a>(&mut self, chunk: &'a [u8]) -> Cow<'a, [u8]> {
        let chunk = if self.open.is_empty() {
            Cow::Borrowed(chunk)
        } else {
            let mut joined = std::mem::take(&mut self.open);
            joined.extend_from_slice(chunk);
            Cow::Owned(joined)
        };
        match self.found {
            Some(Found::Utf8) => chunk,
            Some(Found::Utf16(unit)) => Cow::Owned(self.utf16(&chunk, unit)),
            None if chunk.len() < 3 => {
                self.open = chunk.into_owned();
                Cow::Borrowed(&[])
            }
            None => {
                let (found, mark) = match *chunk {
                    [0xef, 0xbb, 0xbf, ..] => (Found::Utf8, 3),
                    [0xff, 0xfe, ..] => (Found::Utf16(u16::from_le_bytes), 2),
                    [0xfe, 0xff, ..] => (Found::Utf16(u16::from_be_bytes), 2),
                    [_, 0, ..] => (Found::Utf16(u16::from_le_bytes), 0),
                    [0, ..] => (Found::Utf16(u16::from_be_bytes), 0),
                    _ => (Found::Utf8, 0),
                };
                self.found = Some(found);
                match (found, chunk) {
                    (Found::Utf16(unit), chunk) => Cow::Owned(self.utf16(chunk.get(mark..).unwrap_or_default(), unit)),
                    (Found::Utf8, Cow::Borrowed(chunk)) => Cow::Borrowed(chunk.get(mark..).unwrap_or_default()),
                    (Found::Utf8, Cow::Owned(mut chunk)) => {
                        chunk.drain(..mark);
                        Cow::Owned(chunk)
                    }
                }
            }
        }
    }

    /// What was held back in case it was the beginning of a mark.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.open)
    }

    fn utf16(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
        let (pairs, odd) = bytes.as_chunks::<2>();
        let ends_in_high = pairs.last().is_some_and(|pair| (0xd800..0xdc00).contains(&unit(*pair)));
        let whole = bytes.len() - odd.len() - if ends_in_high { 2 } else { 0 };
        self.open = bytes.get(whole..).unwrap_or_default().to_vec();
        let units = pairs.iter().take(whole / 2).map(|pair| unit(*pair));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], size: usize) -> String {
        let mut encoding = Encoding::default();
        let mut text: Vec<u8> = bytes.chunks(size).flat_map(|chunk| encoding.decode(chunk).into_owned()).collect();
        text.extend(encoding.rest());
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn reads_every_mark_however_the_bytes_arrive() {
        let text = "{\"a\": \"\u{1f511} käse\"}";
        let little: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let marked = format!("\u{feff}{text}");
        for size in [1, 2, 3, 7, 1000] {
            assert_eq!(decoded(&little, size), text, "little, {size}");
            assert_eq!(decoded(little.get(2..).unwrap(), size), text, "unmarked, {size}");
            assert_eq!(decoded(&big, size), text, "big, {size}");
            assert_eq!(decoded(marked.as_bytes(), size), text, "UTF-8, {size}");
            assert_eq!(decoded(text.as_bytes(), size), text, "plain, {size}");
        }
    }
}
