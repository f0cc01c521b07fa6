//! Structured fields: RFC 9651. Lists, dictionaries and items of typed values with parameters, as
//! HTTP signatures, rate limits and proxies write them.
//!
//! A strict reader drops the whole field at the first departure; here what stood before it is kept.

mod reader;

use std::borrow::Cow;

use self::reader::Reader;
use super::{Parsed, Rule};
use crate::limits;

/// A key that does not begin with a lower-case letter or an asterisk.
pub static BAD_KEY: Rule = Rule { id: "structured-bad-key" };

/// A value of no known type, or one that is never closed or too long.
pub static BAD_VALUE: Rule = Rule { id: "structured-bad-value" };

/// An inner list that is never closed, or whose items are not apart.
pub static BAD_INNER_LIST: Rule = Rule { id: "structured-bad-inner-list" };

/// Something other than a comma between two members, or a comma at the end.
pub static BAD_SEPARATOR: Rule = Rule { id: "structured-bad-separator" };

/// A key twice; the last one counts.
pub static REPEATED_KEY: Rule = Rule { id: "structured-repeated-key" };

/// More members than are read.
pub static TOO_MANY_MEMBERS: Rule = Rule { id: "structured-too-many-members" };

/// A value without its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bare<'a> {
    /// A whole number of at most 15 digits.
    Integer(i64),
    /// A decimal number, in thousandths.
    Thousandths(i64),
    /// A string in quotation marks, or one in the display form, decoded.
    String(Cow<'a, str>),
    /// A bare word.
    Token(&'a str),
    /// Bytes, decoded from base64.
    Bytes(Box<[u8]>),
    /// `?0` or `?1`.
    Boolean(bool),
    /// A moment, in seconds since the Unix epoch.
    Date(i64),
}

impl Bare<'_> {
    /// The text of a string or a token.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Token(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub const fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// `;name=value` behind a value; without `=value` it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// Byte offset of the name.
    pub at: usize,
    /// The name.
    pub name: &'a str,
    /// The value.
    pub value: Bare<'a>,
}

/// One value with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Byte offset of the value.
    pub at: usize,
    /// The value.
    pub value: Bare<'a>,
    /// Its parameters, each name once.
    pub params: Vec<Param<'a>>,
}

impl<'a> Item<'a> {
    /// A parameter's value.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Bare<'a>> {
        find(&self.params, name)
    }
}

/// The value of the parameter of that name.
#[must_use]
pub fn find<'p, 'a>(params: &'p [Param<'a>], name: &str) -> Option<&'p Bare<'a>> {
    params.iter().find(|param| param.name == name).map(|param| &param.value)
}

/// A member of a list or a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member<'a> {
    /// One value.
    Item(Item<'a>),
    /// Values in parentheses, and the parameters of all of them.
    Inner(Vec<Item<'a>>, Vec<Param<'a>>),
}

/// A member of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Byte offset of the key.
    pub at: usize,
    /// The key.
    pub key: &'a str,
    /// The value; a key alone is true.
    pub member: Member<'a>,
}

/// Reads a field that holds a list; repeated fields are read one by one.
#[must_use]
pub fn list(field_value: &str) -> Parsed<Vec<Member<'_>>> {
    let mut reader = Reader::new(field_value);
    let mut members = Vec::new();
    reader.members(|reader| {
        let member = reader.member()?;
        let has_room = members.len() < limits::LIST_ELEMENTS;
        if has_room {
            members.push(member);
        }
        Some(has_room)
    });
    Parsed { value: members, violations: reader.cursor.violations }
}

/// Reads a field that holds a dictionary; repeated fields are read one by one.
#[must_use]
pub fn dictionary(field_value: &str) -> Parsed<Vec<Entry<'_>>> {
    let mut reader = Reader::new(field_value);
    let mut entries: Vec<Entry<'_>> = Vec::new();
    reader.members(|reader| {
        let at = reader.cursor.at;
        let key = reader.key()?;
        let member = if reader.take(b'=') {
            reader.member()?
        } else {
            Member::Item(Item { at, value: Bare::Boolean(true), params: reader.params()? })
        };
        if let Some(former) = entries.iter_mut().find(|entry| entry.key == key) {
            reader.cursor.note(at, &REPEATED_KEY);
            former.member = member;
            return Some(true);
        }
        let has_room = entries.len() < limits::LIST_ELEMENTS;
        if has_room {
            entries.push(Entry { at, key, member });
        }
        Some(has_room)
    });
    Parsed { value: entries, violations: reader.cursor.violations }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<Bare<'_>> {
        match list(text).value.into_iter().next()? {
            Member::Item(item) => Some(item.value),
            Member::Inner(..) => None,
        }
    }

    fn broken<T>(parsed: &Parsed<T>) -> Vec<(usize, &'static str)> {
        parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_items_of_rfc_9651_3_3() {
        assert_eq!(one("42"), Some(Bare::Integer(42)));
        assert_eq!(one("-999999999999999"), Some(Bare::Integer(-999_999_999_999_999)));
        assert_eq!(one("4.5"), Some(Bare::Thousandths(4500)));
        assert_eq!(one("\"hello world\""), Some(Bare::String("hello world".into())));
        assert_eq!(one("foo123/456"), Some(Bare::Token("foo123/456")));
        let bytes = one(":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==:");
        assert_eq!(bytes, Some(Bare::Bytes((*b"pretend this is binary content.").into())));
        assert_eq!(one("?1"), Some(Bare::Boolean(true)));
        assert_eq!(one("@1659578233"), Some(Bare::Date(1_659_578_233)));
        let display = one("%\"This is intended for display to %c3%bcsers.\"");
        assert_eq!(display.unwrap().text(), Some("This is intended for display to \u{fc}sers."));
    }

    #[test]
    fn reads_the_lists_and_dictionaries_of_rfc_9651() {
        let list = list("(\"foo\" \"bar\"), (\"baz\"), (\"bat\" \"one\"), ()");
        assert_eq!(list.violations, []);
        let lengths: Vec<_> = list.value.iter().map(|member| matches!(member, Member::Inner(items, _) if !items.is_empty())).collect();
        assert_eq!(lengths, [true, true, true, false]);
        let Member::Inner(items, params) = &super::list("(\"foo\"; a=1;b=2);lvl=5, (\"bar\" \"baz\");lvl=1").value[0] else {
            panic!("no inner list")
        };
        assert_eq!((items[0].param("b"), find(params, "lvl")), (Some(&Bare::Integer(2)), Some(&Bare::Integer(5))));
        let dictionary = dictionary("a=?0, b, c; foo=bar, rating=1.5, feelings=(joy sadness)");
        assert_eq!(dictionary.violations, []);
        assert_eq!(dictionary.value.iter().map(|entry| entry.key).collect::<Vec<_>>(), ["a", "b", "c", "rating", "feelings"]);
        let Member::Item(c) = &dictionary.value[2].member else { panic!("no item") };
        assert_eq!((&c.value, c.param("foo")), (&Bare::Boolean(true), Some(&Bare::Token("bar"))));
    }

    #[test]
    fn says_where_strict_readers_stop() {
        assert_eq!(broken(&list("a, b,")), [(4, "structured-bad-separator")]);
        assert_eq!(broken(&list("a b")), [(2, "structured-bad-separator")]);
        assert_eq!(broken(&list("(a b")), [(0, "structured-bad-inner-list")]);
        assert_eq!(broken(&list("a, \"b")), [(3, "structured-bad-value")]);
        assert_eq!(list("a, \"b").value.len(), 1);
        assert_eq!(broken(&dictionary("A=1")), [(0, "structured-bad-key")]);
        assert_eq!(broken(&dictionary("a=1, a=2")), [(5, "structured-repeated-key")]);
        let Member::Item(last) = &dictionary("a=1, a=2").value[0].member else { panic!("no item") };
        assert_eq!(last.value, Bare::Integer(2));
        for text in
            ["", "1234567890123456", "1.", "1.2345", "'a'", "\"\u{e9}\"", "?2", ":a b:", "\"\\a\"", "%\"%f\"", "%\"%C3%BC\"", "@1.5"]
        {
            assert_eq!(one(text), None, "{text}");
        }
    }

    #[test]
    fn stops_at_the_limits() {
        let text = "a,".repeat(limits::LIST_ELEMENTS + 5);
        let parsed = list(&text);
        assert_eq!((parsed.value.len(), parsed.violations[0].rule), (limits::LIST_ELEMENTS, &TOO_MANY_MEMBERS));
        let params: String = (0..limits::AUTH_PARAMS + 5).map(|n| format!(";p{n}")).collect();
        let text = format!("a{params}");
        let parsed = list(&text).value;
        assert!(matches!(&parsed[..], [Member::Item(item)] if item.params.len() == limits::AUTH_PARAMS));
        assert_eq!(broken(&list(&"(".repeat(100_000))).len(), 1);
    }
}
