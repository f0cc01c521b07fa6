//! JSON (RFC 8259): objects walked member by member, with each value as it stands there, and objects
//! typed with the tolerance that real senders need. What is not asked for costs no more than being
//! passed over.

mod object;

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::limits;

pub use object::{NOT_AN_OBJECT, NUMBER_IN_QUOTES, Object, WRONG_TYPE};

/// The members of one object, in order; a name may stand there twice.
pub struct Members<'a> {
    text: &'a str,
    list: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Members<'a> {
    /// Reads at most [`limits::JSON_MEMBERS`] members.
    ///
    /// # Errors
    /// The byte offset at which the text ceases to be a JSON object.
    pub fn read(text: &'a str) -> Result<Self, usize> {
        let mut list = Vec::with_capacity(16);
        walk(text, &mut |name, value| list.push((name, value)))?;
        Ok(Self { text, list })
    }

    /// Every member in order: its name, and its value as it stands there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.list.iter().map(|(name, value)| (&**name, *value))
    }

    /// The value of the last member of that name, as it stands there, and its byte offset. The last
    /// counts, as for nearly every JSON reader.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&'a str, usize)> {
        let (_, value) = self.list.iter().rev().find(|(member, _)| member == name)?;
        Some((value, place_in(self.text, value)))
    }
}

/// Calls `visit` with every member in order, its name and its value as it stands there, without
/// keeping a list: at most [`limits::JSON_MEMBERS`] of them, also of an object that turns out to be
/// broken further on.
///
/// # Errors
/// The byte offset at which the text ceases to be a JSON object.
pub fn each_member<'a>(text: &'a str, visit: &mut dyn FnMut(&str, &'a str)) -> Result<(), usize> {
    walk(text, &mut |name, value| visit(&name, value))
}

/// What an object wraps that consists of one member alone, an object: its name, and that object as it stands there.
#[must_use]
pub fn wrapped(text: &str) -> Option<(String, &str)> {
    // Two objects end there at once.
    text.trim_end().strip_suffix('}').filter(|inner| inner.trim_end().ends_with('}'))?;
    let (mut members, mut last) = (0, None);
    each_member(text, &mut |name, value| {
        members += 1;
        last = Some((name.to_owned(), value));
    })
    .ok()?;
    last.filter(|(_, value)| members == 1 && value.starts_with('{'))
}

/// Calls `visit` with the name of every member of a value, at any depth, as far as it is JSON.
pub fn each_name(value: &str, visit: &mut dyn FnMut(&str)) {
    let _ = Names(visit).deserialize(&mut Deserializer::from_str(value));
}

/// The elements of a JSON array as they stand there, at most [`limits::LIST_ELEMENTS`]; none of any other value.
#[must_use]
pub fn elements_of(value: &str) -> Vec<&str> {
    let elements: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
    elements.into_iter().take(limits::LIST_ELEMENTS).map(RawValue::get).collect()
}

/// The elements of a JSON array of strings, at most [`limits::LIST_ELEMENTS`]; `None` for any other value.
#[must_use]
pub fn texts_of(value: &str) -> Option<Vec<String>> {
    let elements: Vec<&RawValue> = serde_json::from_str(value).ok()?;
    elements.into_iter().take(limits::LIST_ELEMENTS).map(|element| text_of(element.get())).collect()
}

/// A JSON string's text; `None` for any other value.
#[must_use]
pub fn text_of(value: &str) -> Option<String> {
    unescaped(value).map(Cow::into_owned)
}

/// The text of a JSON string, borrowed where nothing in it is escaped; half of a surrogate pair
/// becomes U+FFFD. `None` for any other value.
#[must_use]
pub fn unescaped(value: &str) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix('"')?;
    let is_plain = |inner: &&str| !inner.bytes().any(|byte| matches!(byte, b'\\' | b'"') || byte < b' ');
    if let Some(plain) = inner.strip_suffix('"').filter(is_plain) {
        return Some(Cow::Borrowed(plain));
    }
    let mut reader = Deserializer::from_str(value);
    let text = reader.deserialize_bytes(Lossy).ok()?;
    reader.end().ok()?;
    Some(Cow::Owned(text))
}

/// The byte offset of a part of a text.
#[must_use]
pub fn place_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The byte offset of a JSON error: of the character that holds the byte which it counts.
fn place_of(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(text.len().saturating_sub(1));
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn walk<'a>(text: &'a str, visit: &mut dyn FnMut(Cow<'a, str>, &'a str)) -> Result<(), usize> {
    let mut reader = Deserializer::from_str(text);
    let read = reader.deserialize_map(Walk(visit)).and_then(|()| reader.end());
    read.map_err(|error| place_of(text, &error))
}

struct Walk<'v, 'a>(&'v mut dyn FnMut(Cow<'a, str>, &'a str));

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut count = 0;
        while let Some(name) = map.next_key_seed(Name)? {
            let value: &'a RawValue = map.next_value()?;
            if count < limits::JSON_MEMBERS {
                (self.0)(name, value.get());
            }
            count += 1;
        }
        Ok(())
    }
}

/// A member's name, borrowed where nothing in it is escaped.
struct Name;

impl<'a> DeserializeSeed<'a> for Name {
    type Value = Cow<'a, str>;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Name {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// A string, also one that no UTF-8 can hold.
struct Lossy;

impl Visitor<'_> for Lossy {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        // The reader writes half of a surrogate pair as three bytes that are no UTF-8.
        Ok(bytes.utf8_chunks().fold(String::with_capacity(bytes.len()), |mut text, chunk| {
            text.push_str(chunk.valid());
            if chunk.invalid().first().is_some_and(|byte| *byte >= 0xc0) {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            text
        }))
    }
}

struct Names<'v>(&'v mut dyn FnMut(&str));

impl<'a> DeserializeSeed<'a> for Names<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            (self.0)(&name);
            map.next_value_seed(Names(&mut *self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Names(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_unread_with_their_place() {
        let members = Members::read(r#"{"a":1,"b":{"a":[2]},"\u0063":"x","a" : "y\n"}"#).ok().unwrap();
        assert_eq!(members.get("b"), Some((r#"{"a":[2]}"#, 11)));
        assert_eq!(members.get("c"), Some((r#""x""#, 30)));
        assert_eq!(members.get("a").and_then(|(value, _)| text_of(value)).as_deref(), Some("y\n"));
        assert_eq!(members.get("d"), None);
    }

    #[test]
    fn says_where_an_object_ends_too_early() {
        assert_eq!(Members::read(r#"{"a":1,"b":"#).err(), Some(10));
        assert_eq!(Members::read("{\"a\":\"é").err(), Some(6));
        assert!(Members::read("[1]").is_err());
        assert!(Members::read("{} {}").is_err());
        assert!(Members::read(&r#"{"a":"#.repeat(10_000)).is_err());
    }

    #[test]
    fn hands_out_the_members_before_a_break() {
        let mut seen = Vec::new();
        let end = each_member("{\"a\":1,\"b\":x}", &mut |name, value| seen.push(format!("{name}={value}")));
        assert_eq!((seen, end), (vec!["a=1".to_owned()], Err(11)));
    }

    #[test]
    fn unescapes_strings_and_nothing_else() {
        for (text, value) in [(r#""plain""#, "plain"), (r#""a\n\/\"é""#, "a\n/\"é"), (r#""\u00e9\ud83d\ude00""#, "é😀")] {
            assert_eq!(unescaped(text).as_deref(), Some(value), "{text}");
        }
        assert_eq!(unescaped(r#""\ud83dx\ude00""#).as_deref(), Some("\u{fffd}x\u{fffd}"));
        for text in ["1", "\"", r#""\q""#, r#""\u12""#, r#""\""#, "\"a\" \"b\""] {
            assert_eq!(unescaped(text), None, "{text}");
        }
        assert_eq!(texts_of(r#"["a","b"]"#), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(texts_of(r#"["a",1]"#), None);
    }

    #[test]
    fn names_stand_at_any_depth_and_behind_escapes() {
        let mut names = Vec::new();
        each_name(r#"[{"user":{"\u0070assword":"x"}},{"b":[1,null,{"c":"d: \"e\": f"}]}] and so on"#, &mut |name| {
            names.push(name.to_owned())
        });
        assert_eq!(names, ["user", "password", "b", "c"]);
    }
}
