//! What of a captured value may leave, decided by its place: one classification behind every display,
//! every report and every redacted capture.
//!
//! A value leaves only if its place is known to be harmless. Each function walks through one kind of
//! text and hands its pieces, in order, to a [`Sink`].

mod challenge;
mod content;
mod cookies;
mod field;
mod json;
mod markup;
mod multipart;
mod parameter;
mod url;
mod words;

use super::Kind;

pub use content::content;
pub use cookies::cookie_name;
pub use field::{field, field_name};
pub use markup::markup;
pub use parameter::value;
pub use url::{path, url};
pub use words::words;

/// Where the pieces of a classified text go.
pub trait Sink {
    /// A piece that may leave.
    fn clear(&mut self, text: &str);

    /// A piece that may not.
    fn secret(&mut self, kind: Kind, text: &str);

    /// Text within text: `raw` as it stands there, `decoded` what it means, `encode` the way back.
    fn nested(&mut self, raw: &str, decoded: &str, encode: Encode, classify: Classify<'_>);

    /// The credentials of Basic (RFC 7617).
    fn basic(&mut self, token: &str) {
        self.secret(Kind::Password, token);
    }

    /// A token of Negotiate or NTLM.
    fn negotiate(&mut self, token: &str) {
        self.secret(Kind::Token, token);
    }

    /// A SAML message in the form of its binding, without percent-encoding.
    fn saml(&mut self, message: &str) {
        self.secret(Kind::Token, message);
    }

    /// What leaves although it is no word: a host, the name of a request.
    fn public(&mut self, _: &str) {}

    /// Whether hosts are to be hidden too.
    fn hides_hosts(&self) -> bool {
        false
    }
}

/// How a text is written within another.
pub type Encode = fn(&str) -> String;
/// What classifies a text within another.
pub type Classify<'c> = &'c dyn Fn(&str, &mut dyn Sink);

/// Tells only whether anything may not leave.
#[derive(Default)]
pub struct Probe(pub bool);

impl Sink for Probe {
    fn clear(&mut self, _: &str) {}

    fn secret(&mut self, _: Kind, text: &str) {
        self.0 |= !text.is_empty();
    }

    fn nested(&mut self, _: &str, decoded: &str, _: Encode, classify: Classify<'_>) {
        classify(decoded, self);
    }
}

/// Whether nothing of a text would be removed.
#[must_use]
pub fn is_clear(text: &str, classify: impl FnOnce(&str, &mut dyn Sink)) -> bool {
    let mut probe = Probe::default();
    classify(text, &mut probe);
    !probe.0
}

/// A name of a field, cookie, parameter or member: itself, unless it may hold an identifier.
fn name(text: &str, sink: &mut dyn Sink) {
    if super::vocabulary::is_harmless(text) { sink.clear(text) } else { sink.secret(Kind::Name, text) }
}

/// The name and version of what wrote a capture.
pub fn program(text: &str, sink: &mut dyn Sink) {
    for (at, word) in text.split(' ').enumerate() {
        sink.clear(if at > 0 { " " } else { "" });
        let is_version = word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_version { sink.clear(word) } else { words(word, sink) }
    }
}

/// Text of percent-encoding, decoded; a plus sign is a space where forms are written.
pub(super) fn percent_decoded(text: &str, form: bool) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    let is_plain = !text.contains('%') && (!form || !text.contains('+'));
    if is_plain {
        return Cow::Borrowed(text);
    }
    let text = if form { text.replace('+', " ") } else { text.to_owned() };
    Cow::Owned(percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned())
}

fn percent_encoded(text: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(text, KEPT).to_string()
}
