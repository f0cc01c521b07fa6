//! Typed members, with the tolerance that real senders need: numbers in quotation marks are read, and noted.

use memchr::memmem;
use serde_json::{Map, Value};

use super::place_of;
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// Content that is no JSON at all.
pub static NOT_JSON: Rule = Rule { id: "not-json" };

/// JSON that is no object.
pub static NOT_AN_OBJECT: Rule = Rule { id: "json-not-an-object" };

/// A number sent as a string.
pub static NUMBER_IN_QUOTES: Rule = Rule { id: "json-number-in-quotes" };

/// A member of another type than its definition says.
pub static WRONG_TYPE: Rule = Rule { id: "json-member-wrong-type" };

/// An object being read: its members, its text for positions, and what was found wrong.
pub struct Object<'a> {
    /// The members; of repeated ones the last.
    pub members: Map<String, Value>,
    text: &'a str,
    violations: Vec<SyntaxViolation>,
}

impl<'a> Object<'a> {
    /// Reads an object; one without members where the text is none. Depth is bounded at 128 by the
    /// JSON reader.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let (members, violation) = match serde_json::from_str(text) {
            Ok(Value::Object(members)) => (members, None),
            Ok(_) => (Map::new(), Some(SyntaxViolation { at: 0, rule: &NOT_AN_OBJECT })),
            Err(error) => (Map::new(), Some(SyntaxViolation { at: place_of(text, &error), rule: &NOT_JSON })),
        };
        Self { members, text, violations: violation.into_iter().collect() }
    }

    /// The byte offset of a member's name, or 0.
    #[must_use]
    pub fn place(&self, name: &str) -> usize {
        memmem::find(self.text.as_bytes(), format!("\"{name}\"").as_bytes()).unwrap_or(0)
    }

    /// Notes a violation at a member.
    pub fn note(&mut self, name: &str, rule: &'static Rule) {
        let at = self.place(name);
        self.violations.push(SyntaxViolation { at, rule });
    }

    /// A member that is a string.
    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            _ => {
                self.note(name, &WRONG_TYPE);
                None
            }
        }
    }

    /// A member that is a whole number, or a string or float that holds one.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let (number, rule) = match self.members.get(name)? {
            Value::Null => return None,
            Value::Number(number) => (number.as_i64().or_else(|| number.as_f64().and_then(whole)), None),
            Value::String(text) => (text.trim().parse().ok(), Some(&NUMBER_IN_QUOTES)),
            _ => (None, None),
        };
        let rule = if number.is_none() { Some(&WRONG_TYPE) } else { rule };
        if let Some(rule) = rule {
            self.note(name, rule);
        }
        number
    }

    /// A member that is true or false.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.members.get(name)? {
            Value::Bool(value) => Some(*value),
            Value::Null => None,
            _ => {
                self.note(name, &WRONG_TYPE);
                None
            }
        }
    }

    /// A member that is a list of strings, or one string.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        match self.members.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
            Some(_) => {
                self.note(name, &WRONG_TYPE);
                Vec::new()
            }
        }
    }

    /// The value made of this object, with its violations in order of position.
    #[must_use]
    pub fn finish<T>(mut self, value: T) -> Parsed<T> {
        self.violations.sort_by_key(|violation| violation.at);
        Parsed { value, violations: self.violations }
    }
}

/// The whole part of a float that a 64-bit integer can hold.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 9e18).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_every_form_that_servers_send() {
        let mut object = Object::read(r#"{"a": 3600, "b": "3600", "c": 3600.0, "d": "soon", "e": null}"#);
        assert_eq!(["a", "b", "c", "d", "e", "f"].map(|name| object.number(name)), [Some(3600), Some(3600), Some(3600), None, None, None]);
        let rules: Vec<_> = object.finish(()).violations.iter().map(|v| (v.at, v.rule.id)).collect();
        assert_eq!(rules, [(12, "json-number-in-quotes"), (38, "json-member-wrong-type")]);
    }

    #[test]
    fn says_where_the_text_stops_being_json() {
        let parsed = Object::read("{\n \"a\": <html>}").finish(());
        assert_eq!(parsed.violations, [SyntaxViolation { at: 8, rule: &NOT_JSON }]);
        assert_eq!(Object::read("[1]").finish(()).violations[0].rule, &NOT_AN_OBJECT);
        assert_eq!(Object::read(&"[".repeat(100_000)).finish(()).violations[0].rule, &NOT_JSON);
    }

    #[test]
    fn an_error_is_pointed_at_between_characters() {
        let text = "{\"a\": \"é\" ü}";
        let parsed = Object::read(text).finish(());
        let at = parsed.violations.first().map(|violation| violation.at).unwrap();
        assert!(text.is_char_boundary(at) && at >= text.find('ü').unwrap(), "{at}");
    }
}
