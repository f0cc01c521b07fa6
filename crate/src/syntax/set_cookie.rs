//! The Set-Cookie response field: RFC 6265bis 4.1 (what servers may write) and 5.6 (what browsers
//! read).
//!
//! This grammar only reads. Whether a browser keeps the cookie depends on where it came from and is
//! decided by the cookie store.

use std::fmt;

use super::list::is_token_byte;
use super::redaction::is_mark;
use super::{Parsed, Rule, SyntaxViolation, cookie_date, trim_wsp};
use crate::limits;
use crate::time::Time;

/// Bytes of name and value together that browsers keep. RFC 6265bis 5.6, checked 2026-11-20.
pub const MAX_PAIR: usize = 4096;
/// Bytes of one attribute value that browsers read. RFC 6265bis 5.6, checked 2026-11-20.
pub const MAX_ATTRIBUTE_VALUE: usize = 1024;

/// One Set-Cookie field as it was written. Its `Debug` does not show the value.
///
/// Where an attribute is repeated, the named fields hold the one that counts, which is the last
/// readable one; the others are in [`ignored`](Self::ignored).
#[derive(Clone, PartialEq)]
pub struct SetCookie<'a> {
    /// Name without surrounding whitespace; empty for a nameless cookie.
    pub name: &'a str,
    /// Value without surrounding whitespace, with its quotes if it has any.
    pub value: &'a str,
    /// Byte offset of the value.
    pub value_at: usize,
    /// Whether the pair has a `=`. RFC 6265 drops a cookie without it; browsers keep it nameless.
    pub has_equals: bool,
    /// The first control character other than a tab and its byte offset.
    pub control_character: Option<(usize, u8)>,
    /// `Domain`, as written. Without a value it stands for the host itself.
    pub domain: Option<Attribute<'a>>,
    /// The last `Domain` that has a value, which is what RFC 6265 5.2.3 went by.
    pub nonempty_domain: Option<Attribute<'a>>,
    /// `Path`, as written, even if it does not begin with `/`.
    pub path: Option<Attribute<'a>>,
    /// `Expires`, and the moment it names.
    pub expires: Option<(Attribute<'a>, Time)>,
    /// `Max-Age`, and its seconds.
    pub max_age: Option<(Attribute<'a>, i64)>,
    /// `Secure`.
    pub secure: Option<Attribute<'a>>,
    /// `HttpOnly`.
    pub http_only: Option<Attribute<'a>>,
    /// `SameSite`, and what it means.
    pub same_site: Option<(Attribute<'a>, SameSite)>,
    /// `Partitioned`.
    pub partitioned: Option<Attribute<'a>>,
    /// Attributes that have no effect: unknown, unreadable, too long or overridden by a later one.
    pub ignored: Vec<Attribute<'a>>,
}

/// One attribute of a Set-Cookie field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Name, as written.
    pub name: &'a str,
    /// Value, as written; empty where there is none.
    pub value: &'a str,
    /// Byte offset of the name.
    pub at: usize,
    /// Byte offset of the value.
    pub value_at: usize,
}

/// What a `SameSite` attribute asks for: RFC 6265bis 5.6.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Only in requests that begin at the cookie's own site.
    Strict,
    /// Also in top-level navigations by a safe method from elsewhere.
    Lax,
    /// In every request.
    None,
    /// A value that no browser knows; the attribute then counts as absent.
    Unrecognised,
}

impl SameSite {
    /// Reads an attribute value.
    pub fn parse(value: &str) -> Self {
        if value.eq_ignore_ascii_case("strict") {
            Self::Strict
        } else if value.eq_ignore_ascii_case("lax") {
            Self::Lax
        } else if value.eq_ignore_ascii_case("none") {
            Self::None
        } else {
            Self::Unrecognised
        }
    }
}

impl SetCookie<'_> {
    /// Whether whoever made the capture hid where and how long the cookie counts, or the whole line.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        let [expires, max_age] = [self.expires.map(|(of, _)| of), self.max_age.map(|(of, _)| of)];
        let bounds = [self.domain, self.path, self.same_site.map(|(of, _)| of), expires, max_age];
        let mut values = bounds.iter().flatten().chain(&self.ignored).map(|attribute| attribute.value);
        values.any(is_mark) || self.name.is_empty() && is_mark(self.value)
    }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.name)
            .field("value_bytes", &self.value.len())
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("expires", &self.expires)
            .field("max_age", &self.max_age)
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("same_site", &self.same_site)
            .field("partitioned", &self.partitioned)
            .field("ignored", &self.ignored)
            .finish_non_exhaustive()
    }
}

/// A control character anywhere: browsers drop the whole field.
pub static CONTROL_CHARACTER: Rule = Rule { id: "set-cookie-control-character" };

/// The pair has no `=`.
pub static MISSING_EQUALS: Rule = Rule { id: "set-cookie-missing-equals" };

/// The name is empty.
pub static EMPTY_NAME: Rule = Rule { id: "set-cookie-empty-name" };

/// Name and value are both empty.
pub static EMPTY_COOKIE: Rule = Rule { id: "set-cookie-empty" };

/// Name and value are longer than browsers keep.
pub static PAIR_TOO_LONG: Rule = Rule { id: "set-cookie-pair-too-long" };

/// The name is no token.
pub static NAME_CHARACTER: Rule = Rule { id: "set-cookie-name-character" };

/// The value has a character outside `cookie-octet`.
pub static VALUE_CHARACTER: Rule = Rule { id: "set-cookie-value-character" };

/// An attribute value is longer than browsers read.
pub static ATTRIBUTE_TOO_LONG: Rule = Rule { id: "set-cookie-attribute-too-long" };

/// An attribute that counts once stands there again.
pub static REPEATED_ATTRIBUTE: Rule = Rule { id: "set-cookie-repeated-attribute" };

/// `Expires` cannot be read.
pub static UNREADABLE_EXPIRES: Rule = Rule { id: "set-cookie-unreadable-expires" };

/// `Max-Age` cannot be read.
pub static UNREADABLE_MAX_AGE: Rule = Rule { id: "set-cookie-unreadable-max-age" };

/// `Domain` has no value.
pub static EMPTY_DOMAIN: Rule = Rule { id: "set-cookie-empty-domain" };

/// `Path` does not begin with `/`.
pub static RELATIVE_PATH: Rule = Rule { id: "set-cookie-relative-path" };

/// `Secure`, `HttpOnly` or `Partitioned` has a value.
pub static FLAG_WITH_VALUE: Rule = Rule { id: "set-cookie-flag-with-value" };

/// `SameSite` has a value that browsers do not know.
pub static UNKNOWN_SAME_SITE: Rule = Rule { id: "set-cookie-unknown-same-site" };

/// Reads one Set-Cookie field value by the algorithm of RFC 6265bis 5.6.
pub fn parse(line: &str) -> Parsed<SetCookie<'_>> {
    let mut reader = Reader { violations: Vec::new() };
    let (pair, attributes) = match split_at(line, b';') {
        Some((pair, attributes)) => (pair, Some(attributes)),
        None => (line, None),
    };
    let mut cookie = reader.pair(pair);
    // Step 1. A tab is whitespace here, not a control character.
    if holds(line, is_control) {
        cookie.control_character = line.bytes().enumerate().find(|(_, byte)| is_control(*byte));
    }
    if let Some((at, _)) = cookie.control_character {
        reader.note(at, &CONTROL_CHARACTER);
    }
    let mut at = pair.len() + 1;
    let mut rest = attributes;
    while let Some(text) = rest {
        let (piece, next) = split_at(text, b';').map_or((text, None), |(piece, next)| (piece, Some(next)));
        reader.attribute(piece, at, &mut cookie);
        at += piece.len() + 1;
        rest = next;
    }
    reader.violations.sort_by_key(|violation| violation.at);
    Parsed { value: cookie, violations: reader.violations }
}

struct Reader {
    violations: Vec<SyntaxViolation>,
}

impl Reader {
    fn note(&mut self, at: usize, rule: &'static Rule) {
        if self.violations.len() < limits::COOKIE_VIOLATIONS {
            self.violations.push(SyntaxViolation { at, rule });
        }
    }

    /// Steps 2 to 5: name and value.
    fn pair<'a>(&mut self, pair: &'a str) -> SetCookie<'a> {
        let (name, value, value_start) = match split_at(pair, b'=') {
            Some((name, value)) => (name, value, name.len() + 1),
            None => ("", pair, 0),
        };
        let has_equals = value_start > 0;
        let name_at = leading_wsp(name);
        let value_at = value_start + leading_wsp(value);
        let (name, value) = (trim_wsp(name), trim_wsp(value));
        if name.is_empty() && value.is_empty() {
            self.note(0, &EMPTY_COOKIE);
        } else if !has_equals {
            self.note(value_at, &MISSING_EQUALS);
        } else if name.is_empty() {
            self.note(0, &EMPTY_NAME);
        }
        if name.len() + value.len() > MAX_PAIR {
            self.note(name_at, &PAIR_TOO_LONG);
        }
        if let Some(offset) = name.bytes().position(|byte| !is_token_byte(byte) && !is_control(byte)) {
            self.note(name_at + offset, &NAME_CHARACTER);
        }
        let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let octets = unquoted.unwrap_or(value);
        let is_strange = |byte| !is_cookie_octet(byte) && !is_control(byte);
        if holds(octets, is_strange)
            && let Some(offset) = octets.bytes().position(is_strange)
        {
            self.note(value_at + usize::from(unquoted.is_some()) + offset, &VALUE_CHARACTER);
        }
        SetCookie {
            name,
            value,
            value_at,
            has_equals,
            control_character: None,
            domain: None,
            nonempty_domain: None,
            path: None,
            expires: None,
            max_age: None,
            secure: None,
            http_only: None,
            same_site: None,
            partitioned: None,
            ignored: Vec::new(),
        }
    }

    /// One `cookie-av`, which begins at byte `at` of the line.
    fn attribute<'a>(&mut self, piece: &'a str, at: usize, cookie: &mut SetCookie<'a>) {
        let (name, value, value_start) = match split_at(piece, b'=') {
            Some((name, value)) => (name, value, name.len() + 1),
            None => (piece, "", piece.len()),
        };
        let attribute = Attribute {
            name: trim_wsp(name),
            value: trim_wsp(value),
            at: at + leading_wsp(name),
            value_at: at + value_start + leading_wsp(value),
        };
        if attribute.name.is_empty() && attribute.value.is_empty() {
            return;
        }
        if attribute.value.len() > MAX_ATTRIBUTE_VALUE {
            self.note(attribute.value_at, &ATTRIBUTE_TOO_LONG);
            cookie.ignore(attribute);
            return;
        }
        let is = |known: &str| attribute.name.eq_ignore_ascii_case(known);
        let overridden = if is("Secure") {
            self.flag(&mut cookie.secure, attribute)
        } else if is("HttpOnly") {
            self.flag(&mut cookie.http_only, attribute)
        } else if is("Partitioned") {
            self.flag(&mut cookie.partitioned, attribute)
        } else if is("Path") {
            if !attribute.value.starts_with('/') {
                self.note(attribute.value_at, &RELATIVE_PATH);
            }
            cookie.path.replace(attribute)
        } else if is("Domain") {
            if attribute.value.is_empty() {
                self.note(attribute.value_at, &EMPTY_DOMAIN);
            } else {
                cookie.nonempty_domain = Some(attribute);
            }
            cookie.domain.replace(attribute)
        } else if is("SameSite") {
            let same_site = SameSite::parse(attribute.value);
            if same_site == SameSite::Unrecognised {
                self.note(attribute.value_at, &UNKNOWN_SAME_SITE);
            }
            let former = cookie.same_site.replace((attribute, same_site));
            former.map(|(former, _)| former)
        } else if is("Expires") {
            match cookie_date::parse(attribute.value) {
                Some(moment) => {
                    let former = cookie.expires.replace((attribute, moment));
                    former.map(|(former, _)| former)
                }
                None => {
                    self.note(attribute.value_at, &UNREADABLE_EXPIRES);
                    return cookie.ignore(attribute);
                }
            }
        } else if is("Max-Age") {
            match delta_seconds(attribute.value) {
                Some(seconds) => {
                    let former = cookie.max_age.replace((attribute, seconds));
                    former.map(|(former, _)| former)
                }
                None => {
                    self.note(attribute.value_at, &UNREADABLE_MAX_AGE);
                    return cookie.ignore(attribute);
                }
            }
        } else {
            return cookie.ignore(attribute);
        };
        if let Some(former) = overridden {
            self.note(attribute.at, &REPEATED_ATTRIBUTE);
            cookie.ignore(former);
        }
    }

    fn flag<'a>(&mut self, slot: &mut Option<Attribute<'a>>, attribute: Attribute<'a>) -> Option<Attribute<'a>> {
        if !attribute.value.is_empty() {
            self.note(attribute.value_at, &FLAG_WITH_VALUE);
        }
        slot.replace(attribute)
    }
}

impl<'a> SetCookie<'a> {
    fn ignore(&mut self, attribute: Attribute<'a>) {
        if self.ignored.len() < limits::IGNORED_COOKIE_ATTRIBUTES {
            self.ignored.push(attribute);
        }
    }
}

/// Whether any byte is of that kind. Looks at all of them, which compilers turn into looking at many
/// at once; nearly every field has none.
fn holds(text: &str, is_of_kind: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, byte| found | is_of_kind(byte))
}

/// `split_once` for an ASCII separator, without the search by characters, which costs more than it
/// saves on texts this short.
fn split_at(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn leading_wsp(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// 5.6.2: an optional minus and digits only. A number too large to hold is the largest.
fn delta_seconds(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = digits.parse().unwrap_or(i64::MAX);
    Some(if digits.len() == value.len() { seconds } else { -seconds })
}

/// The control characters for which a browser drops the field: all but the tab.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// `token` of RFC 9110 5.6.2.
/// `cookie-octet`: printable ASCII without whitespace, quote, comma, semicolon and backslash.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(line: &str) -> Vec<(usize, &'static str)> {
        parse(line).violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_examples_of_the_specification() {
        // RFC 6265bis 3.1.
        let line = "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly";
        let Parsed { value, violations } = parse(line);
        assert_eq!((value.name, value.value), ("SID", "31d4d96e407aad42"));
        assert_eq!(value.path.map(|path| path.value), Some("/"));
        assert!(value.secure.is_some() && value.http_only.is_some());
        assert_eq!(violations, []);

        let line = "lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT";
        let Parsed { value, violations } = parse(line);
        let (attribute, moment) = value.expires.unwrap();
        assert_eq!(moment, Time(1_623_233_894_000));
        assert_eq!(line.get(attribute.value_at..), Some("Wed, 09 Jun 2021 10:18:14 GMT"));
        assert_eq!(violations, []);

        let line = "__Host-SID=12345; Secure; Path=/; SameSite=Lax; Partitioned";
        let value = parse(line).value;
        assert_eq!(value.same_site.map(|(_, same_site)| same_site), Some(SameSite::Lax));
        assert!(value.partitioned.is_some());
    }

    #[test]
    fn positions_point_into_the_line() {
        let line = "  sid = a b ;  domain = example.com ;Path";
        let cookie = parse(line).value;
        assert_eq!((cookie.name, cookie.value), ("sid", "a b"));
        assert_eq!(line.find("a b"), Some(cookie.value_at));
        let domain = cookie.domain.unwrap();
        assert_eq!(line.find("domain"), Some(domain.at));
        assert_eq!(line.find("example"), Some(domain.value_at));
        assert_eq!(cookie.path.unwrap().value_at, line.len());
        assert_eq!(rules(line), [(9, "set-cookie-value-character"), (line.len(), "set-cookie-relative-path")]);
    }

    #[test]
    fn the_last_readable_attribute_counts_and_the_others_are_kept_as_facts() {
        let cookie = parse("a=b; Max-Age=5; Max-Age=soon; Path=/x; Path=/y; Priority=High").value;
        assert_eq!(cookie.max_age.map(|(_, seconds)| seconds), Some(5));
        assert_eq!(cookie.path.map(|path| path.value), Some("/y"));
        let ignored: Vec<_> = cookie.ignored.iter().map(|one| one.value).collect();
        assert_eq!(ignored, ["soon", "/x", "High"]);
    }

    #[test]
    fn an_empty_domain_counts_and_the_former_one_stays_known() {
        let cookie = parse("a=b; Domain=example.com; Domain=").value;
        assert_eq!(cookie.domain.map(|domain| domain.value), Some(""));
        assert_eq!(cookie.nonempty_domain.map(|domain| domain.value), Some("example.com"));
    }

    #[test]
    fn max_age_is_an_optional_minus_and_digits() {
        let seconds = |value: &str| {
            let line = format!("a=b; Max-Age={value}");
            parse(&line).value.max_age.map(|(_, seconds)| seconds)
        };
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("-1"), Some(-1));
        assert_eq!(seconds("007"), Some(7));
        assert_eq!(seconds("99999999999999999999"), Some(i64::MAX));
        for unreadable in ["", "-", "+1", "1.5", "50,399", "1s", "--1"] {
            assert_eq!(seconds(unreadable), None, "{unreadable}");
        }
    }

    #[test]
    fn names_each_departure_with_its_place() {
        for (line, expected) in [
            ("a=b\u{0}c", (3, "set-cookie-control-character")),
            ("token", (0, "set-cookie-missing-equals")),
            ("=token", (0, "set-cookie-empty-name")),
            (" ; Path=/", (0, "set-cookie-empty")),
            ("a b=c", (1, "set-cookie-name-character")),
            ("a=\"b\"c\"", (4, "set-cookie-value-character")),
            ("a=b; Expires=never", (13, "set-cookie-unreadable-expires")),
            ("a=b; Max-Age=1h", (13, "set-cookie-unreadable-max-age")),
            ("a=b; Domain=", (12, "set-cookie-empty-domain")),
            ("a=b; Path=x", (10, "set-cookie-relative-path")),
            ("a=b; Secure=false", (12, "set-cookie-flag-with-value")),
            ("a=b; SameSite=Any", (14, "set-cookie-unknown-same-site")),
            ("a=b; Secure; Secure", (13, "set-cookie-repeated-attribute")),
        ] {
            assert_eq!(rules(line)[0], expected, "{line:?}");
        }
        assert_eq!(rules("a=\"b\"; Path=/; Priority=High"), []);
    }

    #[test]
    fn a_value_of_secure_does_not_turn_it_off() {
        assert!(parse("a=b; Secure=false").value.secure.is_some());
    }

    #[test]
    fn long_attribute_values_are_ignored() {
        let line = format!("a=b; Path=/{}", "x".repeat(1024));
        let parsed = parse(&line);
        assert_eq!(parsed.value.path, None);
        assert_eq!(rules(&line), [(10, "set-cookie-attribute-too-long")]);
        let line = format!("a=b; Path=/{}", "x".repeat(1023));
        assert!(parse(&line).value.path.is_some());
    }

    #[test]
    fn long_pairs_are_named() {
        assert_eq!(rules(&format!("a={}", "x".repeat(4095))), []);
        assert_eq!(rules(&format!("a={}", "x".repeat(4096))), [(0, "set-cookie-pair-too-long")]);
    }

    #[test]
    fn debug_hides_the_value() {
        assert!(!format!("{:?}", parse("sid=hush; Path=/")).contains("hush"));
    }
}
