//! Form content: application/x-www-form-urlencoded (URL standard 5) and multipart/form-data
//! (RFC 7578). Query components of URLs have the first form too.

use std::borrow::Cow;

use memchr::memmem;

use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A `%` without two hexadecimal digits behind it.
pub static BAD_PERCENT: Rule = Rule { id: "bad-percent-encoding" };

/// Percent-encoded bytes that are no UTF-8.
pub static NOT_UTF8: Rule = Rule { id: "form-not-utf-8" };

/// Whitespace or a control character that should have been percent-encoded.
pub static UNENCODED: Rule = Rule { id: "form-unencoded-character" };

/// More pairs or parts than are read.
pub static TOO_MANY_PAIRS: Rule = Rule { id: "too-many-form-pairs" };

/// multipart/form-data without a boundary parameter.
pub static NO_BOUNDARY: Rule = Rule { id: "multipart-no-boundary" };

/// The boundary of the Content-Type does not stand in the content.
pub static BOUNDARY_ABSENT: Rule = Rule { id: "multipart-boundary-absent" };

/// The content ends without the closing delimiter.
pub static NOT_CLOSED: Rule = Rule { id: "multipart-not-closed" };

/// A part without Content-Disposition: form-data; name=….
pub static PART_WITHOUT_NAME: Rule = Rule { id: "multipart-part-without-name" };

/// A part whose header fields do not end in an empty line.
pub static PART_WITHOUT_BODY: Rule = Rule { id: "multipart-part-without-body" };

/// One parameter. Its `Debug` does not show the value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pair<'a> {
    /// Name, decoded.
    pub name: Cow<'a, str>,
    /// Value, decoded.
    pub value: Cow<'a, str>,
    /// Byte offset of the pair, or of the part's content, in the text that was read.
    pub at: usize,
}

impl std::fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={} bytes", self.name, self.value.len())
    }
}

/// Parameters in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form<'a> {
    /// The parameters.
    pub pairs: Vec<Pair<'a>>,
}

impl<'a> Form<'a> {
    /// The first value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|pair| &*pair.value)
    }

    /// The first pair of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Pair<'a>> {
        self.pairs.iter().find(|pair| pair.name == name)
    }

    /// Every value of that name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |pair| pair.name == name).map(|pair| &*pair.value)
    }

    /// Whether a parameter of that name is there, even without a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

/// Reads application/x-www-form-urlencoded content, a query without its `?`, or a fragment without
/// its `#`. Bytes that are no UTF-8 become U+FFFD.
#[must_use]
pub fn urlencoded(text: &str) -> Parsed<Form<'_>> {
    let mut violations = Vec::new();
    let mut pairs = Vec::new();
    let mut next = 0;
    for raw in text.split('&') {
        let at = next;
        next += raw.len() + 1;
        if raw.is_empty() {
            continue;
        }
        if pairs.len() >= limits::FORM_PAIRS {
            violations.push(SyntaxViolation { at, rule: &TOO_MANY_PAIRS });
            break;
        }
        let (name, value) = raw.split_once('=').unwrap_or((raw, ""));
        let value_at = at + name.len() + 1;
        pairs.push(Pair { name: decoded(name, at, &mut violations), value: decoded(value, value_at, &mut violations), at });
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: Form { pairs }, violations }
}

/// Decodes `+` and percent-encoding, noting what is wrong with it once per text.
fn decoded<'a>(text: &'a str, at: usize, violations: &mut Vec<SyntaxViolation>) -> Cow<'a, str> {
    if let Some(bad) = text.bytes().position(|b| b <= b' ' || b == 0x7f) {
        violations.push(SyntaxViolation { at: at + bad, rule: &UNENCODED });
    }
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut bad_percent = None;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok()).unwrap_or_default();
                bytes.push(digit(high) * 16 + digit(low));
                rest = after;
            }
            (b'%', _) => {
                bad_percent = bad_percent.or(Some(at + text.len() - tail.len() - 1));
                bytes.push(b'%');
            }
            (other, _) => bytes.push(*other),
        }
    }
    violations.extend(bad_percent.map(|at| SyntaxViolation { at, rule: &BAD_PERCENT }));
    match String::from_utf8(bytes) {
        Ok(text) => Cow::Owned(text),
        Err(error) => {
            violations.push(SyntaxViolation { at, rule: &NOT_UTF8 });
            Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
    }
}

/// Reads multipart/form-data content. File parts are kept with their content, as text.
#[must_use]
pub fn multipart<'a>(content_type: &str, content: &'a str) -> Parsed<Form<'a>> {
    let mut violations = Vec::new();
    let mut form = Form::default();
    let Some(boundary) = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty()) else {
        violations.push(SyntaxViolation { at: 0, rule: &NO_BOUNDARY });
        return Parsed { value: form, violations };
    };
    let delimiter = format!("--{boundary}");
    let mut starts = memmem::find_iter(content.as_bytes(), delimiter.as_bytes())
        .filter(|at| *at == 0 || content.as_bytes().get(at - 1) == Some(&b'\n'))
        .peekable();
    if starts.peek().is_none() {
        violations.push(SyntaxViolation { at: 0, rule: &BOUNDARY_ABSENT });
    }
    let mut is_closed = false;
    while let Some(start) = starts.next() {
        let part_at = start + delimiter.len();
        let end = starts.peek().copied().unwrap_or(content.len());
        let part = content.get(part_at..end).unwrap_or_default();
        if part.starts_with("--") {
            is_closed = true;
            break;
        }
        if form.pairs.len() >= limits::FORM_PAIRS {
            violations.push(SyntaxViolation { at: start, rule: &TOO_MANY_PAIRS });
            return Parsed { value: form, violations };
        }
        let Some((fields, value, value_offset)) = split_part(part) else {
            violations.push(SyntaxViolation { at: part_at, rule: &PART_WITHOUT_BODY });
            continue;
        };
        let disposition = fields.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
        });
        match disposition.and_then(|value| parameter(value, "name")) {
            Some(name) => form.pairs.push(Pair {
                name: Cow::Owned(name.into_owned()),
                value: Cow::Borrowed(value.strip_suffix("\r\n").or_else(|| value.strip_suffix('\n')).unwrap_or(value)),
                at: part_at + value_offset,
            }),
            None => violations.push(SyntaxViolation { at: part_at, rule: &PART_WITHOUT_NAME }),
        }
    }
    if !is_closed && !form.pairs.is_empty() {
        violations.push(SyntaxViolation { at: content.len(), rule: &NOT_CLOSED });
    }
    Parsed { value: form, violations }
}

/// The fields, the content, and the content's offset in the part.
fn split_part(part: &str) -> Option<(&str, &str, usize)> {
    ["\r\n\r\n", "\n\n"].into_iter().find_map(|gap| {
        let (fields, value) = part.split_once(gap)?;
        Some((fields, value, fields.len() + gap.len()))
    })
}

/// A parameter of a Content-Type or Content-Disposition value. Browsers write `%22` for a quotation
/// mark in a name, so that a quoted string ends at the next one.
fn parameter<'a>(value: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let (text, tail) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if key.rsplit(';').next().unwrap_or(key).trim().eq_ignore_ascii_case(name) {
            let text = text.trim();
            return Some(if text.contains("%22") { Cow::Owned(text.replace("%22", "\"")) } else { Cow::Borrowed(text) });
        }
        rest = tail;
    }
}

/// Parts of the form and JSON names under which login forms send the password, in lower case, in
/// several languages. Common practice, as of 2026-11-20.
const PASSWORD_PARTS: [&str; 6] = ["passw", "passcode", "pwd", "kennwort", "motdepasse", "contrase"];

/// Words that such a name is, or ends in. The same, as of 2026-11-30.
const PASSWORD_WORDS: [&str; 16] = [
    "adgangskode",
    "clave",
    "haslo",
    "heslo",
    "jelszo",
    "kodeord",
    "losenord",
    "lozinka",
    "mdp",
    "parola",
    "pass",
    "passord",
    "salasana",
    "senha",
    "sifre",
    "wachtwoord",
];

/// Words before `pass` that make it another thing.
const OTHER_PASSES: [&str; 4] = ["boarding", "day", "season", "ski"];

/// Whether a form field or JSON member of that name takes a password.
#[must_use]
pub fn is_password_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if PASSWORD_PARTS.iter().any(|part| lower.contains(part)) {
        return true;
    }
    let Some(word) = PASSWORD_WORDS.iter().find(|word| lower.trim_end_matches([']', ')']).ends_with(**word)) else { return false };
    let end = lower.trim_end_matches([']', ')']).len();
    let before = name.get(..end - word.len()).unwrap_or_default();
    // The word stands alone, behind a mark, or begins with a capital as `UserPass` does.
    let begins = name.get(before.len()..).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_uppercase()));
    let is_parted = before.is_empty() || !before.ends_with(|sign: char| sign.is_ascii_alphabetic());
    let is_other = OTHER_PASSES.iter().any(|other| before.trim_end_matches(['_', '-']).eq_ignore_ascii_case(other));
    (is_parted || begins && before.ends_with(|sign: char| sign.is_ascii_lowercase())) && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_pairs<'a>(form: &'a Form<'_>) -> Vec<(&'a str, &'a str, usize)> {
        form.pairs.iter().map(|pair| (&*pair.name, &*pair.value, pair.at)).collect()
    }

    #[test]
    fn knows_names_of_passwords() {
        for name in ["password", "user[password]", "pass", "j_pass", "UserPass", "txtPass", "login[pass]", "senha", "usuario_clave", "mdp"]
        {
            assert!(is_password_name(name), "{name}");
        }
        for name in ["compass", "bypass", "boardingPass", "ski_pass", "passenger", "enclave", "PASSAGE", "q"] {
            assert!(!is_password_name(name), "{name}");
        }
    }

    #[test]
    fn reads_names_values_and_places() {
        let parsed = urlencoded("user=J%C3%B6rg+K&&pass=a%3Db%26c&flag&=x");
        assert_eq!(read_pairs(&parsed.value), [("user", "Jörg K", 0), ("pass", "a=b&c", 18), ("flag", "", 33), ("", "x", 38)]);
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.get("pass"), Some("a=b&c"));
    }

    #[test]
    fn goes_on_after_broken_encoding_and_says_where_it_is() {
        let parsed = urlencoded("a=100%&b=%f6&c=x y");
        assert_eq!(read_pairs(&parsed.value), [("a", "100%", 0), ("b", "\u{fffd}", 7), ("c", "x y", 13)]);
        let rules: Vec<_> = parsed.violations.iter().map(|v| (v.at, v.rule.id)).collect();
        assert_eq!(rules, [(5, "bad-percent-encoding"), (9, "form-not-utf-8"), (16, "form-unencoded-character")]);
    }

    #[test]
    fn shows_no_value_when_debugged() {
        assert_eq!(format!("{:?}", urlencoded("password=s3cret").value), "Form { pairs: [password=6 bytes] }");
    }

    #[test]
    fn reads_at_most_the_limit() {
        let text = "a=1&".repeat(limits::FORM_PAIRS + 3);
        let parsed = urlencoded(&text);
        assert_eq!(parsed.value.pairs.len(), limits::FORM_PAIRS);
        assert_eq!(parsed.violations.last().map(|v| v.rule), Some(&TOO_MANY_PAIRS));
    }

    const TYPE: &str = "multipart/form-data; charset=utf-8; boundary=\"AaB03x\"";

    #[test]
    fn reads_parts_as_browsers_write_them() {
        let content = "--AaB03x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\njoe\r\n--AaB03x\r\n\
            content-disposition: form-data; name=\"a%22b\"; filename=\"x;y.txt\"\r\nContent-Type: text/plain\r\n\r\nline\r\n\r\n--AaB03\r\n--AaB03x--\r\n";
        let parsed = multipart(TYPE, content);
        assert_eq!(parsed.violations, []);
        let pairs = read_pairs(&parsed.value);
        assert_eq!(pairs.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>(), [("user", "joe"), ("a\"b", "line\r\n\r\n--AaB03")]);
        assert_eq!(content.get(pairs[0].2..pairs[0].2 + 3), Some("joe"));
    }

    #[test]
    fn names_what_is_wrong_with_multipart() {
        let rule = |content_type: &str, content: &str| multipart(content_type, content).violations.first().map(|v| v.rule.id);
        assert_eq!(rule("multipart/form-data", "x"), Some("multipart-no-boundary"));
        assert_eq!(rule(TYPE, "--other\r\n"), Some("multipart-boundary-absent"));
        assert_eq!(rule(TYPE, "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx"), Some("multipart-not-closed"));
        assert_eq!(rule(TYPE, "--AaB03x\r\nContent-Type: a/b\r\n\r\nx\r\n--AaB03x--"), Some("multipart-part-without-name"));
        assert_eq!(rule(TYPE, "--AaB03x\r\nx\r\n--AaB03x--"), Some("multipart-part-without-body"));
    }

    #[test]
    fn departures_stand_in_order_of_their_places() {
        let places: Vec<_> = urlencoded("a=%zz b&c= %").violations.iter().map(|violation| violation.at).collect();
        assert_eq!(places, [2, 5, 10, 11]);
    }
}
