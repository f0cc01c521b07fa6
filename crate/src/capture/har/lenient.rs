//! Values that HAR writers get wrong in harmless ways: numbers as text, `null`, a missing member.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Text; a number or truth value is taken as its text, anything else as empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Text<'_> {
    /// The text, unless it is empty.
    pub(super) fn some(&self) -> Option<&str> {
        Some(self.as_ref()).filter(|text| !text.is_empty())
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned((number as i64).to_string()))
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if truth { "true" } else { "false" }))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cow::Borrowed(""))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cow::Borrowed(""))
    }
}

/// A whole number, fractions cut off; text that holds one counts as that number, anything else as
/// none. No use of HAR needs the fractions, and reading them takes tables that browsers download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number(pub Option<i64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Option<i64>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(whole_number(text))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Some(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(number).ok())
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Some(number as i64))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                TextVisitor.visit_seq(list).map(|_| None)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                TextVisitor.visit_map(map).map(|_| None)
            }
        }
        deserializer.deserialize_any(NumberVisitor).map(Self)
    }
}

/// The whole part of a decimal number.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    // A unit or a reason phrase may follow: "12 ms", "401 Unauthorized".
    let number = text.split_ascii_whitespace().next()?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse().ok())?
}

/// Header fields: the list of `{name, value}` that HAR asks for, one object of names and values (or lists
/// of values), a list of pairs or lines, or one text.
#[derive(Clone, Default)]
pub struct Headers<'a>(pub Vec<(Text<'a>, Text<'a>)>);

impl Headers<'_> {
    /// The value of the first field of that name, in whatever case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.as_ref().eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }
}

/// Reads one field, an object of name and value, a list of both, or a line, and puts it behind those before it.
struct Header<'h, 'a>(&'h mut Vec<(Text<'a>, Text<'a>)>);

impl<'de> DeserializeSeed<'de> for Header<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Header<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header field")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut name, mut values, mut other) = (None, None, None);
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match key.as_ref() {
                "name" | "key" => name = Some(map.next_value()?),
                "value" => values = Some(map.next_value::<Values<'de>>()?),
                _ if other.is_none() => other = Some((key, map.next_value()?)),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        // Some tools write an object for each field, whose one member has its name.
        let (name, values) = match (name, values, other) {
            (None, None, Some(field)) => field,
            (name, values, _) => (name.unwrap_or_default(), values.unwrap_or_default()),
        };
        values.put(name, self.0);
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let name = list.next_element()?.unwrap_or_default();
        let values = list.next_element::<Values<'de>>()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        values.put(name, self.0);
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.extend(lines(text));
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The values of one name: a text, or a list of several.
enum Values<'a> {
    One(Text<'a>),
    Several(Vec<Text<'a>>),
}

impl Default for Values<'_> {
    fn default() -> Self {
        Self::One(Text::default())
    }
}

impl<'a> Values<'a> {
    fn put(self, name: Text<'a>, into: &mut Vec<(Text<'a>, Text<'a>)>) {
        match self {
            Self::One(value) => into.push((name, value)),
            Self::Several(values) if values.is_empty() => into.push((name, Text::default())),
            Self::Several(values) => into.extend(values.into_iter().map(|value| (name.clone(), value))),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValuesVisitor;
        impl<'de> Visitor<'de> for ValuesVisitor {
            type Value = Values<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, or a list of values")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Owned(text.to_owned()))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Owned(number.to_string()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Owned((number as i64).to_string()))))
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(Values::One(Text(Cow::Borrowed(if truth { "true" } else { "false" }))))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Values::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Values::Several(values))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Values::default())
            }
        }
        deserializer.deserialize_any(ValuesVisitor)
    }
}

/// The fields of one text, a line each.
fn lines(text: &str) -> Vec<(Text<'static>, Text<'static>)> {
    let owned = |text: &str| Text(Cow::Owned(text.trim().to_owned()));
    text.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (owned(name), owned(value))).collect()
}

impl<'de: 'a, 'a> Deserialize<'de> for Headers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of header fields")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut headers = Vec::with_capacity(16);
        while list.next_element_seed(Header(&mut headers))?.is_some() {}
        Ok(Headers(headers))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut headers = Vec::new();
        while let Some((name, values)) = map.next_entry::<Text<'de>, Values<'de>>()? {
            values.put(name, &mut headers);
        }
        Ok(Headers(headers))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Headers::default())
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Headers(lines(text)))
    }
}

/// Who asked for a request, in Chrome's member `_initiator`; some tools write its address alone.
#[derive(Clone, Default)]
pub struct Initiator<'a> {
    /// "parser", "script", "preflight", "other".
    pub kind: Text<'a>,
    /// The page, or the script at the top of the call stack.
    pub url: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Initiator<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InitiatorVisitor)
    }
}

struct InitiatorVisitor;

impl<'de> Visitor<'de> for InitiatorVisitor {
    type Value = Initiator<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an initiator")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut initiator = Initiator::default();
        let mut script = Text::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match key.as_ref() {
                "type" => initiator.kind = map.next_value()?,
                "url" => initiator.url = map.next_value()?,
                "stack" => script = map.next_value::<Option<Stack<'de>>>()?.map(|stack| stack.call_frames.0).unwrap_or_default(),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if initiator.url.some().is_none() {
            initiator.url = script;
        }
        Ok(initiator)
    }
    fn visit_str<E>(self, url: &str) -> Result<Self::Value, E> {
        Ok(Initiator { kind: Text::default(), url: Text(Cow::Owned(url.to_owned())) })
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Initiator::default())
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stack<'a> {
    #[serde(borrow, default)]
    call_frames: TopFrame<'a>,
}

/// The address of the first of a list of call frames; the others are passed over.
#[derive(Default)]
struct TopFrame<'a>(Text<'a>);

#[derive(serde::Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for TopFrame<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TopVisitor;
        impl<'de> Visitor<'de> for TopVisitor {
            type Value = TopFrame<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of call frames")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let top = list.next_element::<Frame<'de>>()?.map(|frame| frame.url).unwrap_or_default();
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(TopFrame(top))
            }
        }
        deserializer.deserialize_seq(TopVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_in_whatever_shape_it_is_written() {
        for (json, expected) in [
            ("-1", Some(-1)),
            ("401", Some(401)),
            ("31.75", Some(31)),
            ("18446744073709551615", None),
            ("\"12 ms\"", Some(12)),
            ("\"0.9\"", Some(0)),
            ("\"none\"", None),
            ("null", None),
            ("true", None),
            ("[1]", None),
            ("{\"a\":1}", None),
        ] {
            assert_eq!(serde_json::from_str::<Number>(json).unwrap().0, expected, "{json}");
        }
    }
}
