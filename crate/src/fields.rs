//! Header fields, as received: repeated fields stay apart and in order.

use std::sync::Arc;

/// The header fields of one message. Names are held in lower case, values as received.
///
/// A session keeps tens of thousands of these, and most lines of a message are those of the message
/// before: what is [shared](Self::share) with another is held once, the rest in one text with a
/// table of ends, because each separate allocation would cost more than a typical value.
#[derive(Clone, Default)]
pub struct Fields {
    /// The [marks](mark_of) of all names: most questions are for a field that is not there.
    names: u64,
    own: Lines,
    shared: Option<Shared>,
}

#[derive(Clone)]
struct Shared {
    lines: Arc<Lines>,
    /// Which line stands at each place: twice its number among the own ones, or among the shared
    /// ones and one more.
    places: Box<[u16]>,
}

/// One bit of 64, the same for each field of a name (lower case).
fn mark_of(name: &str) -> u64 {
    let [first, last] = [name.bytes().next(), name.bytes().next_back()].map(|byte| usize::from(byte.unwrap_or_default()));
    1 << ((31 * name.len() + 7 * first + 17 * last) % 64)
}

/// Lines that messages may share.
#[derive(Clone, Default)]
pub struct Lines {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Lines {
    fn len(&self) -> usize {
        self.ends.len() / 2
    }

    fn line(&self, number: usize) -> Option<(&str, &str)> {
        let (from, name_end, end) = self.bounds(number)?;
        Some((self.text.get(from..name_end)?, self.text.get(name_end..end)?))
    }

    /// The value of a line, where it is of that name.
    fn value_of(&self, number: usize, name: &str) -> Option<&str> {
        let (from, name_end, end) = self.bounds(number)?;
        // Most names differ in their length already.
        let is_it = name_end.checked_sub(from) == Some(name.len()) && self.text.get(from..name_end) == Some(name);
        if is_it { self.text.get(name_end..end) } else { None }
    }

    /// Where a line begins, its name ends and its value ends.
    fn bounds(&self, number: usize) -> Option<(usize, usize, usize)> {
        let end = |at: usize| self.ends.get(at).map(|end| *end as usize);
        Some(((2 * number).checked_sub(1).map_or(Some(0), end)?, end(2 * number)?, end(2 * number + 1)?))
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.len()).filter_map(|number| self.line(number))
    }

    /// The number of an equal line, looked for from `near` on.
    fn find(&self, near: usize, line: (&str, &str)) -> Option<usize> {
        (near..self.len()).chain(0..near).find(|number| self.line(*number) == Some(line))
    }
}

/// Fields in order.
#[derive(Clone)]
pub struct Iter<'a> {
    fields: &'a Fields,
    at: usize,
}

impl<'a> Iter<'a> {
    /// Where the next line stands.
    fn place(&mut self) -> Option<(&'a Lines, usize)> {
        let fields = self.fields;
        let place = match &fields.shared {
            None => (self.at < fields.own.len()).then_some((&fields.own, self.at))?,
            Some(shared) => {
                let place = usize::from(*shared.places.get(self.at)?);
                (if place % 2 == 0 { &fields.own } else { &*shared.lines }, place / 2)
            }
        };
        self.at += 1;
        Some(place)
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (lines, number) = self.place()?;
        lines.line(number)
    }
}

/// The values of the fields of one name, in order.
#[derive(Clone)]
pub struct All<'a> {
    rest: Iter<'a>,
    name: &'a str,
}

impl<'a> Iterator for All<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let (lines, number) = self.rest.place()?;
            if let Some(value) = lines.value_of(number, self.name) {
                return Some(value);
            }
        }
    }
}

impl Fields {
    /// Every field in order: lower-case name, value.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { fields: self, at: 0 }
    }

    /// Holds the lines that are also among these only once. Where that would save less than half of
    /// the text, nothing is shared, and the lines are handed out for later messages to share.
    pub fn share(&mut self, common: &mut Option<Arc<Lines>>) {
        if self.shared.is_some() || self.own.len() > usize::from(u16::MAX / 2) {
            return;
        }
        let mut kept = Vec::new();
        let mut places = Vec::with_capacity(self.own.len());
        let (mut near, mut saved) = (0, 0);
        for line in self.own.iter() {
            let number = match common.as_ref().and_then(|common| common.find(near, line)) {
                Some(number) => {
                    near = number + 1;
                    saved += line.0.len() + line.1.len();
                    2 * number + 1
                }
                None => {
                    kept.push(line);
                    2 * (kept.len() - 1)
                }
            };
            places.push(u16::try_from(number).unwrap_or_default());
        }
        match common {
            Some(lines) if 2 * saved >= self.own.text.len() => {
                let own: Fields = kept.into_iter().collect();
                let shared = Shared { lines: lines.clone(), places: places.into() };
                *self = Self { names: self.names, own: own.own, shared: Some(shared) };
            }
            _ => {
                let lines = Arc::new(std::mem::take(&mut self.own));
                let places = (0..lines.len()).filter_map(|number| u16::try_from(2 * number + 1).ok()).collect();
                self.shared = Some(Shared { lines: lines.clone(), places });
                *common = Some(lines);
            }
        }
    }

    /// The values of every field of that name (lower case), in order.
    #[must_use]
    pub fn all<'a>(&'a self, name: &'a str) -> All<'a> {
        let at = if self.names & mark_of(name) == 0 { self.len() } else { 0 };
        All { rest: Iter { fields: self, at }, name }
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
        self.shared.as_ref().map_or(self.own.len(), |shared| shared.places.len())
    }

    /// Whether there is no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PartialEq for Fields {
    /// However they are held.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Fields {}

/// Values may be secrets, so only the names are shown.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Fields {
    /// Gathers fields; HTTP/2 pseudo-header fields (`:authority`) are no fields and are left out.
    /// Set-Cookie fields that a browser joined by line ends, as Firefox does, are several again; Cookie fields are one.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut gathered = Gathered::default();
        for (name, value) in fields {
            gathered.take(name.as_ref(), value.as_ref());
        }
        gathered.whole()
    }
}

/// Fields in the course of being gathered, wherever they come from.
struct Gathered {
    names: u64,
    text: String,
    ends: Vec<u32>,
    /// Cookie fields among them.
    cookies: usize,
    is_full: bool,
}

impl Default for Gathered {
    fn default() -> Self {
        Self { names: 0, text: String::with_capacity(512), ends: Vec::with_capacity(32), cookies: 0, is_full: false }
    }
}

impl Gathered {
    fn take(&mut self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("set-cookie") {
            split_joined(value).for_each(|line| self.push(name, line));
        } else if !name.starts_with(':') {
            self.push(name, value);
        }
    }

    fn push(&mut self, name: &str, value: &str) {
        let name_start = self.text.len();
        let [name_end, end] = [name.len(), name.len() + value.len()].map(|length| u32::try_from(name_start + length));
        let (Ok(name_end), Ok(end), false) = (name_end, end, self.is_full) else {
            self.is_full = true;
            return;
        };
        self.text.push_str(name);
        if let Some(name) = self.text.get_mut(name_start..) {
            name.make_ascii_lowercase();
            self.names |= mark_of(name);
            self.cookies += usize::from(name == "cookie");
        }
        self.ends.extend([name_end, end]);
        self.text.push_str(value);
    }

    /// All of them, with one Cookie field, in the place of the first: so it was before HTTP/2 parted it (RFC 9113 8.2.3).
    fn whole(self) -> Fields {
        let fields = Fields { names: self.names, own: Lines { text: self.text.into(), ends: self.ends.into() }, shared: None };
        if self.cookies < 2 {
            return fields;
        }
        let mut cookies = Some(fields.all("cookie").collect::<Vec<_>>().join("; "));
        let mut one = Self::default();
        for (name, value) in fields.iter() {
            match (name == "cookie", cookies.as_deref()) {
                (false, _) => one.push(name, value),
                (true, Some(whole)) => {
                    one.push(name, whole);
                    cookies = None;
                }
                (true, None) => {}
            }
        }
        one.whole()
    }
}

/// The Set-Cookie values that Firefox's `webRequest` delivers joined by newlines into one field.
fn split_joined(value: &str) -> impl Iterator<Item = &str> {
    value.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
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
        let fields: Fields = [("set-cookie", "a=1; Path=/\nb=2\r\nc=3"), ("WWW-Authenticate", "Negotiate\nNTLM")].into_iter().collect();
        assert_eq!(fields.all("set-cookie").collect::<Vec<_>>(), ["a=1; Path=/", "b=2", "c=3"]);
        assert_eq!(fields.all("www-authenticate").collect::<Vec<_>>(), ["Negotiate\nNTLM"]);
    }

    #[test]
    fn puts_the_crumbs_of_a_cookie_field_together() {
        let fields: Fields = [("cookie", "a=1"), ("Date", "x"), ("Cookie", "b=2; c=3"), ("cookie", "")].into_iter().collect();
        assert_eq!(fields.iter().collect::<Vec<_>>(), [("cookie", "a=1; b=2; c=3; "), ("date", "x")]);
    }

    #[test]
    fn shows_no_value_when_debugged() {
        let fields: Fields = [("Authorization", "Bearer s3cret")].into_iter().collect();
        assert_eq!(format!("{fields:?}"), r#"["authorization"]"#);
    }

    #[test]
    fn sharing_changes_nothing_that_is_read() {
        let message = |date: &str, extra: &[(&'static str, &'static str)]| -> Fields {
            let common = [
                ("server", "nginx"),
                ("vary", "Origin"),
                ("set-cookie", "a=1"),
                ("set-cookie", "b=2"),
                ("content-type", "application/json"),
            ];
            common.into_iter().chain([("date", date)]).chain(extra.iter().copied()).collect()
        };
        let mut common = None;
        for (date, extra) in
            [("Mon", &[][..]), ("Tue", &[("vary", "Cookie")]), ("Wed", &[]), ("Thu", &[("x", "one"), ("set-cookie", "c=3")])]
        {
            let whole = message(date, extra);
            let mut shared = whole.clone();
            shared.share(&mut common);
            assert_eq!(shared, whole);
            assert_eq!(shared.get("date"), Some(date));
            assert_eq!(shared.all("set-cookie").count(), whole.all("set-cookie").count());
            assert_eq!(shared.len(), whole.len());
        }
        let mut other: Fields = [("location", "/quite/another/message")].into_iter().collect();
        other.share(&mut common);
        assert_eq!(other.get("location"), Some("/quite/another/message"));
        let mut empty = Fields::default();
        empty.share(&mut common);
        assert!(empty.is_empty());
    }
}
