//! Header fields, as received: repeated fields stay apart and in order.

use crate::syntax::set_cookie::split_joined;

/// The header fields of one message. Names are held in lower case, values as received.
///
/// One text and one table of ends hold them all, because a session keeps tens of thousands of
/// these and each separate allocation would cost more than a typical value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Fields {
    /// Every field in order: lower-case name, value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut from = 0;
        self.ends.chunks_exact(2).map(move |ends| {
            let name_end = ends.first().map_or(from, |end| *end as usize);
            let value_end = ends.last().map_or(name_end, |end| *end as usize);
            let name = self.text.get(from..name_end).unwrap_or_default();
            let value = self.text.get(name_end..value_end).unwrap_or_default();
            from = value_end;
            (name, value)
        })
    }

    /// The values of every field of that name (lower case), in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The value of the first field of that name (lower case).
    #[must_use]
    pub fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Whether a field of that name (lower case) is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len() / 2
    }

    /// Whether there is no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Values may be secrets, so only the names are shown.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Fields {
    /// Gathers fields; HTTP/2 pseudo-header fields (`:authority`) are no fields and are left out.
    /// Set-Cookie fields that a browser joined by line ends, as Firefox does, are several again.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        let mut push = |name: &str, value: &str| {
            let end = u32::try_from(text.len() + name.len() + value.len()).ok()?;
            let name_start = text.len();
            text.push_str(name);
            text.get_mut(name_start..)?.make_ascii_lowercase();
            ends.push(u32::try_from(text.len()).ok()?);
            text.push_str(value);
            ends.push(end);
            Some(())
        };
        for (name, value) in fields {
            let (name, value) = (name.as_ref(), value.as_ref());
            if name.starts_with(':') {
                continue;
            }
            let pushed = if name.eq_ignore_ascii_case("set-cookie") {
                split_joined(value).try_for_each(|line| push(name, line))
            } else {
                push(name, value)
            };
            if pushed.is_none() {
                break;
            }
        }
        Self { text: text.into(), ends: ends.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_repeated_fields_apart_and_in_order() {
        let fields: Fields = [(":status", "401"), ("Set-Cookie", "a=1"), ("Date", ""), ("set-cookie", "b=2")].into_iter().collect();
        assert_eq!(fields.all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(fields.get("date"), Some(""));
        assert_eq!(fields.len(), 3);
        assert!(!fields.has("status"));
    }

    #[test]
    fn takes_joined_cookies_apart_again() {
        let fields: Fields = [("set-cookie", "a=1; Path=/\nb=2"), ("WWW-Authenticate", "Negotiate\nNTLM")].into_iter().collect();
        assert_eq!(fields.all("set-cookie").collect::<Vec<_>>(), ["a=1; Path=/", "b=2"]);
        assert_eq!(fields.all("www-authenticate").collect::<Vec<_>>(), ["Negotiate\nNTLM"]);
    }

    #[test]
    fn shows_no_value_when_debugged() {
        let fields: Fields = [("Authorization", "Bearer s3cret")].into_iter().collect();
        assert_eq!(format!("{fields:?}"), r#"["authorization"]"#);
    }
}
