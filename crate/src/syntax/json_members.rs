//! The top-level members of a JSON object, each with its value unread: what is not asked for costs
//! no more than being passed over.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits;

/// The members of one object, in order; a name may stand there twice.
pub(crate) struct Members<'a> {
    text: &'a str,
    list: Vec<(Name<'a>, &'a RawValue)>,
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
        self.list.iter().map(|(name, value)| (name.as_str(), value.get()))
    }

    /// The value of the last member of that name, as it stands there, and its byte offset. The last
    /// counts, as for nearly every JSON reader.
    pub fn get(&self, name: &str) -> Option<(&'a str, usize)> {
        let (_, value) = self.list.iter().rev().find(|(member, _)| member.as_str() == name)?;
        Some((value.get(), place_in(self.text, value.get())))
    }
}

/// Calls `visit` with every member in order, its name and its value as it stands there, without
/// keeping a list: at most [`limits::JSON_MEMBERS`] of them, also of an object that turns out to be
/// broken further on.
///
/// # Errors
/// The byte offset at which the text ceases to be a JSON object.
pub(crate) fn each_member<'a>(text: &'a str, visit: &mut dyn FnMut(&str, &'a str)) -> Result<(), usize> {
    walk(text, &mut |name, value| visit(name.as_str(), value.get()))
}

fn walk<'a>(text: &'a str, visit: &mut dyn FnMut(Name<'a>, &'a RawValue)) -> Result<(), usize> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let walked = reader.deserialize_map(MembersVisitor { visit }).and_then(|()| reader.end());
    walked.map_err(|error| place_of(text, &error))
}

/// The byte offset of a part of a text.
pub(crate) fn place_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The byte offset of a JSON error: of the character that holds the byte which it counts.
pub(super) fn place_of(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A JSON string's text; `None` for any other value.
pub(crate) fn text_of(value: &str) -> Option<String> {
    borrowed_text_of(value).map(Cow::into_owned)
}

/// The same, borrowed where nothing in it is escaped.
pub(crate) fn borrowed_text_of(value: &str) -> Option<Cow<'_, str>> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        Some(Cow::Borrowed(inner))
    } else {
        serde_json::from_str(value).ok().map(Cow::Owned)
    }
}

enum Name<'a> {
    Borrowed(&'a str),
    Owned(Box<str>),
}

impl Name<'_> {
    const fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(name) => name,
            Self::Owned(name) => name,
        }
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name::Borrowed(name))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name::Owned(name.into()))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

struct MembersVisitor<'v, 'de> {
    visit: &'v mut dyn FnMut(Name<'de>, &'de RawValue),
}

impl<'de> Visitor<'de> for MembersVisitor<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut count = 0;
        while let Some((name, value)) = map.next_entry()? {
            if count < limits::JSON_MEMBERS {
                (self.visit)(name, value);
            }
            count += 1;
        }
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
        assert!(Members::read("[1]").is_err());
        assert!(Members::read(r#"{} {}"#).is_err());
        assert!(Members::read(&r#"{"a":"#.repeat(10_000)).is_err());
    }
}
