//! HTML and XML: elements, attributes and known words leave.

use super::{Sink, url, words};
use crate::redact::{Kind, vocabulary};
use crate::time::Time;

/// Elements whose text is a secret, in lower case, without prefix.
const SECRET_ELEMENTS: [&str; 17] = [
    "accesskeyid",
    "attributevalue",
    "binarysecuritytoken",
    "ciphervalue",
    "context",
    "digestvalue",
    "embedded",
    "exponent",
    "keyidentifier",
    "keyname",
    "modulus",
    "nameid",
    "password",
    "sessionindex",
    "signaturevalue",
    "username",
    "x509certificate",
];
/// Elements and attributes whose text is an address.
const ADDRESSES: [&str; 20] = [
    "action",
    "address",
    "algorithm",
    "assertionconsumerserviceurl",
    "audience",
    "authncontextclassref",
    "consent",
    "destination",
    "format",
    "href",
    "issuer",
    "location",
    "method",
    "nameformat",
    "namequalifier",
    "protocolbinding",
    "recipient",
    "spnamequalifier",
    "src",
    "xmlns",
];
/// Attributes whose text is a secret.
const SECRET_ATTRIBUTES: [&str; 8] = ["id", "inresponseto", "integrity", "nonce", "providername", "srcset", "style", "title"];

/// Text with tags.
pub fn markup(text: &str, sink: &mut dyn Sink) {
    let mut rest = text;
    let mut element = String::new();
    while !rest.is_empty() {
        let end = rest.find('<').unwrap_or(rest.len());
        let (before, from) = rest.split_at_checked(end).unwrap_or((rest, ""));
        content(&element, before, sink);
        if from.is_empty() {
            return;
        }
        let (length, is_comment) = match from.strip_prefix("<!--") {
            Some(comment) => (comment.find("-->").map_or(from.len(), |at| at + 7), true),
            None => (tag_length(from), false),
        };
        let (tag, after) = from.split_at_checked(length).unwrap_or((from, ""));
        if is_comment || tag.starts_with("<!") || tag.starts_with("<?") {
            words(tag, sink);
        } else {
            let name = tag.trim_start_matches(['<', '/']).split([' ', '\t', '\n', '\r', '>', '/']).next().unwrap_or_default();
            self::tag(tag, name, sink);
            element = if tag.starts_with("</") || tag.ends_with("/>") { String::new() } else { local(name) };
        }
        rest = after;
    }
}

/// A tag ends where a `>` stands outside of quotation marks.
fn tag_length(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if at > 0 => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

fn content(element: &str, text: &str, sink: &mut dyn Sink) {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return sink.clear(text);
    }
    let start = text.len() - text.trim_start().len();
    sink.clear(text.get(..start).unwrap_or_default());
    if SECRET_ELEMENTS.contains(&element) {
        sink.secret(Kind::by_name(element), trimmed)
    } else {
        address_or_words(element, trimmed, sink)
    }
    sink.clear(text.get(start + trimmed.len()..).unwrap_or_default());
}

fn address_or_words(name: &str, text: &str, sink: &mut dyn Sink) {
    let is_moment = || Time::from_rfc3339(text).is_some() && text.len() <= 35 && text.starts_with(|c: char| c.is_ascii_digit());
    if ADDRESSES.contains(&name) && (text.contains("://") || text.starts_with('/') || text.starts_with("urn:")) {
        url(text, sink);
    } else if is_moment() {
        sink.clear(text);
    } else {
        words(text, sink);
    }
}

fn tag(tag: &str, name: &str, sink: &mut dyn Sink) {
    let is_button = || ["submit", "button"].iter().any(|kind| tag.to_ascii_lowercase().contains(kind));
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let attribute = before.trim_end().rsplit([' ', '\t', '\n', '\r', '"', '\'', '/']).next().unwrap_or_default();
        words(before, sink);
        let after = after.get(1..).unwrap_or_default();
        let space = after.len() - after.trim_start().len();
        let start = after.get(space..).unwrap_or_default();
        let quote = start.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inside = start.get(quote.map_or(0, char::len_utf8)..).unwrap_or_default();
        let end = match quote {
            Some(quote) => inside.find(quote),
            None => inside.find([' ', '\t', '\n', '\r', '>']),
        };
        let value = inside.get(..end.unwrap_or(inside.len())).unwrap_or_default();
        sink.clear("=");
        sink.clear(after.get(..space + inside.len().abs_diff(start.len())).unwrap_or_default());
        self::attribute(attribute, value, name, &is_button, sink);
        rest = inside.get(value.len()..).unwrap_or_default();
    }
    words(rest, sink);
}

fn attribute(name: &str, value: &str, element: &str, is_button: &dyn Fn() -> bool, sink: &mut dyn Sink) {
    let local = local(name);
    let is_secret_attribute = SECRET_ATTRIBUTES.contains(&&*local) || local.starts_with("data-") || local.starts_with("on");
    let is_xml_value = || matches!(self::local(element).as_str(), "statuscode");
    if value.is_empty() {
    } else if name.starts_with("xmlns") {
        url(value, sink);
    } else if local == "value" && !is_xml_value() && !is_button() || is_secret_attribute && !vocabulary::is_harmless(value) {
        sink.secret(Kind::Value, value);
    } else {
        address_or_words(&local, value, sink);
    }
}
