//! The top-level members of a JSON object, each with its value unread: what is not asked for costs
//! no more than being passed over.

use std::borrow::Cow;

use super::json_scan::{Scan, unescaped};
use crate::limits;

/// The members of one object, in order; a name may stand there twice.
pub(crate) struct Members<'a> {
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
pub(crate) fn each_member<'a>(text: &'a str, visit: &mut dyn FnMut(&str, &'a str)) -> Result<(), usize> {
    walk(text, &mut |name, value| visit(&name, value))
}

fn walk<'a>(text: &'a str, visit: &mut dyn FnMut(Cow<'a, str>, &'a str)) -> Result<(), usize> {
    let mut scan = Scan::new(text);
    let mut count = 0;
    let read = scan.object(&mut |name, value| {
        if let Some(name) = unescaped(name).filter(|_| count < limits::JSON_MEMBERS) {
            visit(name, value);
        }
        count += 1;
    });
    read.and_then(|()| scan.end()).map_err(|broken| scan.offset(&broken))
}

/// The elements of a JSON array of strings, at most [`limits::LIST_ELEMENTS`]; `None` for any other value.
pub(crate) fn texts_of(value: &str) -> Option<Vec<String>> {
    let mut scan = Scan::new(value);
    let mut texts = Some(Vec::new());
    let read = scan.array(&mut |element| match (&mut texts, text_of(element)) {
        (Some(list), Some(text)) if list.len() < limits::LIST_ELEMENTS => list.push(text),
        (_, Some(_)) => {}
        (_, None) => texts = None,
    });
    read.ok().and(texts)
}

/// The byte offset of a part of a text.
pub(crate) fn place_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// A JSON string's text; `None` for any other value.
pub(crate) fn text_of(value: &str) -> Option<String> {
    unescaped(value).map(Cow::into_owned)
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
