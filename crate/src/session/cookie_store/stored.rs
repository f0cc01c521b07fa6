//! One cookie as the store holds it.

use std::fmt;

use crate::facts::Fingerprint;
use crate::syntax::set_cookie::SameSite;
use crate::time::Time;

/// A cookie that the browser holds: RFC 6265bis 5.7 "cookie". Its `Debug` does not show the value.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCookie {
    /// Name, value, domain and path, one after the other: one allocation instead of four.
    text: Box<str>,
    name_end: u32,
    value_end: u32,
    domain_end: u32,
    /// Tells its value from others, as requests' values are told apart.
    pub(in crate::session) fingerprint: Fingerprint,
    /// Tells most cookies of another name or domain apart at a glance.
    tag: u32,
    /// Its place in the order of creation.
    pub(super) serial: u32,
    /// Number of the exchange that set it, as the caller counts them.
    pub set_by: u32,
    /// When it was first set; a new value does not change it.
    pub created: Time,
    /// When a request last took it along, to the minute, or it was set.
    pub last_access: Time,
    /// When it expires; `None` for a session cookie.
    pub expires: Option<Time>,
    /// The top-level site it is kept apart for, as `scheme://domain`.
    pub partition: Option<Box<str>>,
    /// What it asked for; `None` where it asked for nothing known.
    pub same_site: Option<SameSite>,
    /// Whether only the very host that set it gets it.
    pub host_only: bool,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// Whether it was only ever seen in requests: its attributes are then the narrowest that fit.
    pub learned: bool,
    /// Whether something spoke against its being there still.
    pub(in crate::session) doubt: Doubt,
}

/// What speaks against a cookie's being there still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::session) enum Doubt {
    /// Nothing.
    #[default]
    None,
    /// A request that should have borne it did not.
    Missed,
    /// A line that may have meant this cookie set or deleted one of its name; its real attributes are
    /// not known.
    MaybeReplaced,
}

/// What a [`StoredCookie`] is made of, before it is packed.
pub(super) struct Parts<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub domain: &'a str,
    pub path: &'a str,
}

impl Parts<'_> {
    /// See [`StoredCookie::is`].
    pub fn tag(&self) -> u32 {
        tag(self.name).rotate_left(1) ^ tag(self.domain)
    }
}

/// A hash that nobody has to trust: equal tags are followed by a comparison.
fn tag(text: &str) -> u32 {
    let (words, rest) = text.as_bytes().as_chunks::<4>();
    let mix = |hash: u32, word: u32| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1);
    let last = rest.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    mix(words.iter().fold(0, |hash, word| mix(hash, u32::from_le_bytes(*word))), last)
}

impl StoredCookie {
    /// Packs the texts; everything else is for the caller to set.
    pub(super) fn new(parts: &Parts<'_>, at: Time) -> Self {
        let Parts { name, value, domain, path } = parts;
        let mut text = String::with_capacity(name.len() + value.len() + domain.len() + path.len());
        let mut end = |part: &str| {
            text.push_str(part);
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        };
        let (name_end, value_end) = (end(name), end(value));
        let domain_end = end(domain);
        end(path);
        Self {
            text: text.into_boxed_str(),
            name_end,
            value_end,
            domain_end,
            fingerprint: Fingerprint::unless_hidden(value),
            tag: parts.tag(),
            serial: 0,
            set_by: 0,
            created: at,
            last_access: at,
            expires: None,
            partition: None,
            same_site: None,
            host_only: true,
            secure: false,
            http_only: false,
            learned: false,
            doubt: Doubt::None,
        }
    }

    /// The same cookie with another value.
    pub(super) fn with_value(&self, value: &str) -> Self {
        let parts = Parts { name: self.name(), value, domain: self.domain(), path: self.path() };
        let Self { text, name_end, value_end, domain_end, fingerprint, tag, .. } = Self::new(&parts, self.created);
        Self { text, name_end, value_end, domain_end, fingerprint, tag, doubt: Doubt::None, ..self.clone() }
    }

    /// Its name; empty for a nameless cookie.
    pub fn name(&self) -> &str {
        self.part(0, self.name_end)
    }

    /// Its value, which may be a secret.
    pub fn value(&self) -> &str {
        self.part(self.name_end, self.value_end)
    }

    /// Its domain, in lower case, without a leading dot.
    pub fn domain(&self) -> &str {
        self.part(self.value_end, self.domain_end)
    }

    /// Its path.
    pub fn path(&self) -> &str {
        self.text.get(self.domain_end as usize..).unwrap_or_default()
    }

    /// Bytes of its path.
    pub(super) fn path_len(&self) -> usize {
        self.text.len().saturating_sub(self.domain_end as usize)
    }

    /// Whether name, domain and path are these, of which `tag` is the [tag](Parts::tag).
    pub(super) fn is(&self, parts: &Parts<'_>, tag: u32) -> bool {
        self.tag == tag && self.name() == parts.name && self.domain() == parts.domain && self.path() == parts.path
    }

    /// Whether both have the same name, domain and path, and are kept apart alike.
    pub(in crate::session) fn is_same(&self, other: &Self) -> bool {
        (self.tag, self.host_only) == (other.tag, other.host_only)
            && (self.name(), self.domain(), self.path()) == (other.name(), other.domain(), other.path())
            && self.partition == other.partition
    }

    /// Whether its time is over.
    pub fn is_expired(&self, now: Time) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    fn part(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }
}

impl fmt::Debug for StoredCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCookie")
            .field("name", &self.name())
            .field("value_bytes", &self.value().len())
            .field("domain", &self.domain())
            .field("path", &self.path())
            .field("expires", &self.expires)
            .field("partition", &self.partition)
            .field("same_site", &self.same_site)
            .field("host_only", &self.host_only)
            .field("secure", &self.secure)
            .field("http_only", &self.http_only)
            .field("set_by", &self.set_by)
            .field("learned", &self.learned)
            .finish_non_exhaustive()
    }
}
