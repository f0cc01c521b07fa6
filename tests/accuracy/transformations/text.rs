//! Every text of an exchange, rewritten in place.

use url::Url;
use why401::exchange::{Body, Exchange};
use why401::fields::Fields;

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Where<'a> {
    /// The target, the target of a redirect, the page or script that asked.
    Address,
    /// A request field of this lower-case name.
    Sent(&'a str),
    /// A response field of this lower-case name.
    Received(&'a str),
    /// The request's content, and its media type.
    RequestBody(&'a str),
    /// The response's content, and its media type.
    ResponseBody(&'a str),
}

/// Rewrites every text of an exchange; whether one changed. A rewritten address that is none any more is left.
pub fn rewrite(exchange: &mut Exchange, mut new: impl FnMut(Where<'_>, &str) -> String) -> bool {
    let mut changed = false;
    let mut replace = |at: Where<'_>, old: &str| {
        let text = new(at, old);
        changed |= text != old;
        text
    };
    if let Ok(url) = Url::parse(&replace(Where::Address, exchange.url.as_str())) {
        exchange.url = url;
    }
    exchange.initiator = exchange.initiator.take().map(|initiator| replace(Where::Address, &initiator).into());
    let media = |fields: &Fields| fields.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let sent = media(&exchange.request.fields);
    exchange.request.fields =
        exchange.request.fields.iter().map(|(name, value)| (name.to_owned(), replace(Where::Sent(name), value))).collect();
    exchange.request.body = exchange.request.body.take().map(|body| body_of(&replace(Where::RequestBody(&sent), &body.text), body.cut));
    if let Some(response) = &mut exchange.response {
        let received = media(&response.fields);
        response.redirect_url = response.redirect_url.take().map(|url| replace(Where::Address, &url).into());
        response.fields = response.fields.iter().map(|(name, value)| (name.to_owned(), replace(Where::Received(name), value))).collect();
        response.body = response.body.take().map(|body| body_of(&replace(Where::ResponseBody(&received), &body.text), body.cut));
    }
    changed
}

fn body_of(text: &str, cut: bool) -> Body {
    Body { cut, ..Body::from(text) }
}

/// Every text of a session.
pub fn all(exchanges: &[Exchange]) -> Vec<String> {
    let mut texts = Vec::new();
    for exchange in exchanges {
        rewrite(&mut exchange.clone(), |_, text| {
            texts.push(text.to_owned());
            text.to_owned()
        });
    }
    texts
}

/// Replaces words for which `new` has another, where `begins` and `ends` accept what stands around them.
/// A word is a longest run of `is_word` characters.
pub fn words(text: &str, is_word: impl Fn(char) -> bool, mut new: impl FnMut(&str, &str, &str) -> Option<String>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(&is_word) {
        let after = &rest[start..];
        let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
        let before = &text[..text.len() - after.len()];
        let word = &after[..end];
        written.push_str(&rest[..start]);
        match new(before, word, &after[end..]) {
            Some(other) => written.push_str(&other),
            None => written.push_str(word),
        }
        rest = &after[end..];
    }
    written.push_str(rest);
    written
}
