//! Makes JSON of what broken tools and people write as JSON: control characters and half surrogate pairs in
//! strings, escapes that JSON does not know, bytes that are no UTF-8, comments, commas behind the last element.

/// The entry as JSON, as far as it can be mended without guessing.
pub(super) fn repaired(entry: &[u8]) -> String {
    let text = String::from_utf8_lossy(entry);
    let mut out = String::with_capacity(text.len() + 64);
    let mut in_string = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            '\\' if in_string => escape(&mut rest, &mut out),
            '\0'..='\x1f' if in_string => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            '/' if !in_string => pass_comment(&mut rest),
            '}' | ']' if !in_string => {
                let end = out.trim_end().len();
                if out.get(..end).is_some_and(|before| before.ends_with(',')) {
                    out.truncate(end - 1);
                }
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Passes over the rest of a comment whose first stroke was taken.
fn pass_comment(rest: &mut std::str::Chars<'_>) {
    let end = match rest.next() {
        Some('/') => rest.as_str().find('\n'),
        Some('*') => rest.as_str().find("*/").map(|at| at + 2),
        _ => Some(0),
    };
    *rest = end.and_then(|end| rest.as_str().get(end..)).unwrap_or_default().chars();
}

/// Copies the escape behind a backslash, or what stands for it.
fn escape(rest: &mut std::str::Chars<'_>, out: &mut String) {
    let Some(c) = rest.next() else { return };
    match c {
        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => out.extend(['\\', c]),
        'u' => {
            let Some(unit) = hex(rest) else { return out.push(char::REPLACEMENT_CHARACTER) };
            let mut ahead = rest.clone();
            let low = (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| hex(&mut ahead)).flatten();
            match (char::from_u32(unit), low.filter(|low| (0xdc00..0xe000).contains(low))) {
                (Some(_), _) => out.push_str(&format!("\\u{unit:04x}")),
                (None, Some(low)) if unit < 0xdc00 => {
                    out.push_str(&format!("\\u{unit:04x}\\u{low:04x}"));
                    *rest = ahead;
                }
                _ => out.push(char::REPLACEMENT_CHARACTER),
            }
        }
        _ => {
            out.push_str("\\\\");
            out.push(c);
        }
    }
}

/// Four hexadecimal digits; nothing is taken where they are not.
fn hex(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let (digits, after) = rest.as_str().split_at_checked(4)?;
    let unit = digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())??;
    *rest = after.chars();
    Some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entry: &[u8]) -> String {
        serde_json::from_str(&repaired(entry)).expect("JSON")
    }

    #[test]
    fn mends_what_serde_json_refuses() {
        for (broken, expected) in [
            (&b"\"a\nb\""[..], "a\nb"),
            (br#""half \ud83d pair""#, "half \u{fffd} pair"),
            (br#""\udc00\ud83d\ud83d\ude00""#, "\u{fffd}\u{fffd}\u{1f600}"),
            (br#""C:\path""#, "C:\\path"),
            (br#""\u12""#, "\u{fffd}12"),
            (b"\"caf\xe9\"", "caf\u{fffd}"),
            (b"/* a */ \"b // c\" // d", "b // c"),
        ] {
            assert!(serde_json::from_slice::<String>(broken).is_err(), "{broken:?}");
            assert_eq!(read(broken), expected);
        }
        let list = repaired(b"[{\"a\": \"b,]\", }, // no more\n]");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&list).unwrap(), serde_json::json!([{"a": "b,]"}]));
    }
}
