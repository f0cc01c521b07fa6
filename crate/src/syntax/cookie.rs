//! The Cookie request field: RFC 6265bis 4.2.1.

use std::fmt;

use super::{Parsed, Rule, SyntaxViolation, trim_wsp};
use crate::limits;

/// One `cookie-pair` of a Cookie field. Its `Debug` does not show the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CookiePair<'a> {
    /// Name, as sent. Empty for a nameless cookie, which browsers send without `=`.
    pub name: &'a str,
    /// Value, as sent, with its quotes if it has any.
    pub value: &'a str,
    /// Byte offset of the pair in the field value.
    pub at: usize,
}

impl fmt::Debug for CookiePair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookiePair").field("name", &self.name).field("value_bytes", &self.value.len()).field("at", &self.at).finish()
    }
}

/// Between two pairs stands something other than `; `.
pub static SEPARATOR: Rule = Rule { id: "cookie-separator" };

/// Nothing stands between two semicolons.
pub static EMPTY_PAIR: Rule = Rule { id: "empty-cookie-pair" };

/// A pair without `=`.
pub static NAMELESS: Rule = Rule { id: "nameless-cookie" };

/// A control character in a name or value.
pub static CONTROL_CHARACTER: Rule = Rule { id: "cookie-control-character" };

/// The same name twice: which one a server takes is not specified.
pub static REPEATED_NAME: Rule = Rule { id: "repeated-cookie-name" };

/// More cookies than are read.
pub static TOO_MANY: Rule = Rule { id: "too-many-cookies" };

/// Reads a Cookie field value into its pairs, in order, the same name as often as it stands there.
/// At most [`limits::COOKIES`] pairs are read.
pub fn parse(value: &str) -> Parsed<Vec<CookiePair<'_>>> {
    let mut pairs = Vec::new();
    let mut violations = Vec::new();
    let mut note = |at, rule| {
        if violations.len() < limits::COOKIE_VIOLATIONS {
            violations.push(SyntaxViolation { at, rule });
        }
    };
    let mut start = 0;
    for piece in value.split(';') {
        let at = start + (piece.len() - piece.trim_start_matches([' ', '\t']).len());
        let first = start == 0;
        start += piece.len() + 1;
        if pairs.len() == limits::COOKIES {
            note(at, &TOO_MANY);
            break;
        }
        let pair = trim_wsp(piece);
        if pair.is_empty() {
            note(at, &EMPTY_PAIR);
            continue;
        }
        if at != start - piece.len() - 1 + usize::from(!first) {
            note(at, &SEPARATOR);
        }
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (trim_wsp(name), trim_wsp(value)),
            None => ("", pair),
        };
        if name.is_empty() {
            note(at, &NAMELESS);
        }
        if let Some(offset) = pair.bytes().position(|byte| byte.is_ascii_control()) {
            note(at + offset, &CONTROL_CHARACTER);
        }
        pairs.push(CookiePair { name, value, at });
    }
    note_repeated_names(&pairs, &mut violations);
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: pairs, violations }
}

/// Sorting finds repeats without comparing every name with every other.
fn note_repeated_names(pairs: &[CookiePair<'_>], violations: &mut Vec<SyntaxViolation>) {
    let mut by_name: Vec<_> = pairs.iter().map(|pair| (pair.name, pair.at)).collect();
    by_name.sort_unstable();
    for (former, latter) in by_name.iter().zip(by_name.iter().skip(1)) {
        if former.0 == latter.0 && violations.len() < limits::COOKIE_VIOLATIONS {
            violations.push(SyntaxViolation { at: latter.1, rule: &REPEATED_NAME });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(value: &str) -> Vec<(&str, &str)> {
        parse(value).value.iter().map(|pair| (pair.name, pair.value)).collect()
    }

    fn broken(value: &str) -> Vec<(usize, &'static str)> {
        parse(value).violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_example_of_the_specification() {
        // RFC 6265bis 3.1.
        let value = "SID=31d4d96e407aad42; lang=en-US";
        assert_eq!(pairs(value), [("SID", "31d4d96e407aad42"), ("lang", "en-US")]);
        assert_eq!(broken(value), []);
    }

    #[test]
    fn keeps_duplicates_and_points_at_the_second() {
        let value = "sid=old; lang=en; sid=new";
        assert_eq!(pairs(value), [("sid", "old"), ("lang", "en"), ("sid", "new")]);
        assert_eq!(broken(value), [(18, "repeated-cookie-name")]);
    }

    #[test]
    fn keeps_what_follows_the_first_equals_sign() {
        assert_eq!(pairs("a=b=c; d=\"e f\""), [("a", "b=c"), ("d", "\"e f\"")]);
        assert_eq!(pairs("nameless; =also"), [("", "nameless"), ("", "also")]);
    }

    #[test]
    fn names_each_departure_with_its_place() {
        assert_eq!(broken("a=1;b=2"), [(4, "cookie-separator")]);
        assert_eq!(broken("a=1;  b=2"), [(6, "cookie-separator")]);
        assert_eq!(broken(" a=1"), [(1, "cookie-separator")]);
        assert_eq!(broken("a=1; ; b=2"), [(5, "empty-cookie-pair")]);
        assert_eq!(broken("a=1; b"), [(5, "nameless-cookie")]);
        assert_eq!(broken("a=1\u{1}2"), [(3, "cookie-control-character")]);
    }

    #[test]
    fn stops_at_the_limit() {
        let value = "a=1; ".repeat(limits::COOKIES + 5);
        assert_eq!(parse(&value).value.len(), limits::COOKIES);
    }

    #[test]
    fn debug_hides_the_value() {
        assert!(!format!("{:?}", parse("sid=hush").value).contains("hush"));
    }
}
