//! A capture's texts written anew, in which what may not leave is replaced by kind, length and pseudonym.

mod saml;
mod token;
mod windows;

use std::collections::{BTreeMap, HashMap, HashSet};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

use super::classify::{Classify, Encode, Sink, is_clear};
use super::pseudonym::{Key, stand_in};
use super::{Kind, classify};
use crate::syntax::redaction::is_mark;

/// Every value that was replaced, and how often.
#[derive(Default)]
pub struct Secrets {
    all: HashMap<Box<str>, Kind>,
    counts: BTreeMap<Kind, usize>,
    /// Hosts, numbers and moments that leave although they are no words.
    public: HashSet<Box<str>>,
}

impl Secrets {
    /// Counts a value of which something was replaced.
    fn count(&mut self, kind: Kind) {
        *self.counts.entry(kind).or_default() += 1;
    }

    /// Notes a value that was replaced whole.
    fn add(&mut self, kind: Kind, text: &str) {
        self.count(kind);
        match self.all.get_mut(text) {
            // What is a password in one place is one wherever it stands.
            Some(known) => *known = (*known).min(kind),
            None => {
                self.all.insert(text.into(), kind);
            }
        }
    }

    /// Every value and its kind.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.all.iter().map(|(text, kind)| (&**text, *kind))
    }

    /// Whether a text is such a value, whole.
    #[must_use]
    pub fn kind(&self, text: &str) -> Option<Kind> {
        self.all.get(text).copied()
    }

    /// Hosts, numbers, moments and names of requests that leave, in lower case.
    pub(super) fn public(&self) -> impl Iterator<Item = &str> {
        self.public.iter().map(|text| &**text)
    }

    /// How many places were replaced, by kind.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<Kind, usize> {
        &self.counts
    }

    /// How many different values there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing was replaced.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Writes texts anew under one key.
pub struct Rewriter<'k> {
    key: &'k Key,
    hides_hosts: bool,
    /// What was replaced so far.
    pub secrets: Secrets,
}

impl<'k> Rewriter<'k> {
    /// One that has replaced nothing yet. `hides_hosts`: hosts are replaced too, each by the same name wherever it stands.
    #[must_use]
    pub fn new(key: &'k Key, hides_hosts: bool) -> Self {
        Self { key, hides_hosts, secrets: Secrets::default() }
    }

    /// A text, its pieces handed on by a function of [`classify`].
    pub fn write(&mut self, text: &str, classify: impl FnOnce(&str, &mut dyn Sink)) -> String {
        let mut written = Written { rewriter: self, text: String::with_capacity(text.len()), depth: 0 };
        classify(text, &mut written);
        written.text
    }

    /// Notes what leaves although it is no word.
    pub(super) fn publish(&mut self, text: &str) {
        self.secrets.public.insert(text.to_lowercase().into());
    }

    /// One value that does not leave whatever it is.
    pub fn replace(&mut self, kind: Kind, text: &str) -> String {
        // What was hidden before gives nothing away, and tells that it was.
        if text.is_empty() || is_mark(text) && is_clear(text, classify::words) {
            return text.to_owned();
        }
        self.secrets.add(kind, text);
        stand_in(kind, text, self.key)
    }
}

/// Texts within texts that are looked into.
const DEPTH: usize = 8;

struct Written<'r, 'k> {
    rewriter: &'r mut Rewriter<'k>,
    text: String,
    depth: usize,
}

impl Written<'_, '_> {
    fn inner(&mut self, text: &str, classify: impl FnOnce(&str, &mut dyn Sink)) -> Option<String> {
        if self.depth >= DEPTH {
            return None;
        }
        let mut inner = Written { rewriter: self.rewriter, text: String::new(), depth: self.depth + 1 };
        classify(text, &mut inner);
        Some(inner.text)
    }

    fn replace(&mut self, kind: Kind, text: &str) {
        let stand_in = self.rewriter.replace(kind, text);
        self.text.push_str(&stand_in);
    }
}

impl Sink for Written<'_, '_> {
    fn clear(&mut self, text: &str) {
        self.text.push_str(text);
        let is_public = (8..=40).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':' | b'T' | b'Z' | b' '));
        if is_public && !self.rewriter.secrets.public.contains(text) {
            self.rewriter.secrets.public.insert(text.to_lowercase().into());
        }
    }

    fn secret(&mut self, kind: Kind, text: &str) {
        match token::jwt(text, self).or_else(|| token::json_in_base64(text, self)).or_else(|| saml::in_base64(text, self)) {
            Some(rewritten) => {
                self.rewriter.secrets.count(kind);
                self.text.push_str(&rewritten);
            }
            None => self.replace(kind, text),
        }
    }

    fn nested(&mut self, raw: &str, decoded: &str, encode: Encode, classify: Classify<'_>) {
        if is_clear(decoded, classify) {
            return self.clear(raw);
        }
        match self.inner(decoded, classify) {
            Some(inner) => self.text.push_str(&encode(&inner)),
            None => self.replace(Kind::Value, raw),
        }
    }

    fn basic(&mut self, token: &str) {
        let decoded = BASE64_STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded.as_deref().and_then(|text| text.split_once(':')) {
            Some((user, password)) => {
                let user = self.rewriter.replace(Kind::Person, user);
                let password = self.rewriter.replace(Kind::Password, password);
                self.text.push_str(&BASE64_STANDARD.encode(format!("{user}:{password}")));
            }
            None => self.replace(Kind::Password, token),
        }
    }

    fn negotiate(&mut self, token: &str) {
        match windows::ntlm(token) {
            Some(rewritten) => {
                self.rewriter.secrets.count(Kind::Token);
                self.text.push_str(&rewritten);
            }
            None => self.replace(Kind::Token, token),
        }
    }

    fn saml(&mut self, message: &str) {
        match saml::rewritten(message, self) {
            Some(rewritten) => {
                self.rewriter.secrets.count(Kind::Token);
                self.text.push_str(&rewritten);
            }
            None => self.replace(Kind::Token, message),
        }
    }

    fn public(&mut self, text: &str) {
        self.rewriter.publish(text);
    }

    fn hides_hosts(&self) -> bool {
        self.rewriter.hides_hosts
    }
}

/// Base64 of either alphabet, with or without padding, and the way back into the same form.
fn base64_text(text: &str) -> Option<(String, Encode)> {
    let (bytes, encode): (_, Encode) = match (text.contains(['-', '_']), text.ends_with('=')) {
        (true, true) => (BASE64_URL_SAFE.decode(text), |text| BASE64_URL_SAFE.encode(text)),
        (true, false) => (BASE64_URL_SAFE_NO_PAD.decode(text), |text| BASE64_URL_SAFE_NO_PAD.encode(text)),
        (false, true) => (BASE64_STANDARD.decode(text), |text| BASE64_STANDARD.encode(text)),
        (false, false) => (BASE64_STANDARD_NO_PAD.decode(text), |text| BASE64_STANDARD_NO_PAD.encode(text)),
    };
    Some((String::from_utf8(bytes.ok()?).ok()?, encode))
}

/// Classifies JSON of a token.
fn claims(text: &str, sink: &mut dyn Sink) {
    classify::content("application/json", text, true, sink);
}
