//! What an exchange's secrets are, by where they stand in it: known before anything of it is shown, so that what
//! repeats them is masked as well.

use memchr::memmem;

use super::Redactor;
use super::classify;
use super::display::is_secret_field;
use crate::exchange::{Exchange, Fields};
use crate::limits;

/// Bytes of a content in which secrets are looked for: a login's are short.
const CONTENT: usize = 64 * 1024;

/// What stands in an answer that hands out a secret: the ends of members' names.
const MARKS: [&str; 8] = ["oken\"", "ecret\"", "assword\"", "assertion\"", "_code\"", "ession", "ey\"", "jwt\""];

/// Fields with a grammar of their own in which secrets stand, in lower case.
const FIELDS: [&str; 10] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "referer",
    "location",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "refresh",
];

/// Whether a product may have made this field up for what proves who asks.
fn is_own(name: &str) -> bool {
    name.starts_with("x-") || ["auth", "session", "cookie", "key"].iter().any(|word| name.contains(word))
}

impl Redactor {
    /// Takes note of the secrets of an exchange. Whatever repeats one of them is masked from now on.
    pub fn learn(&mut self, exchange: &Exchange) {
        if self.goes_by_place() {
            return;
        }
        if let Some(host) = exchange.url.host_str() {
            self.known_mut().show(host);
        }
        self.note(exchange.url.as_str(), classify::url);
        self.learn_fields(&exchange.request.fields);
        if let Some(body) = &exchange.request.body {
            self.learn_content(&body.text);
        }
        if let Some(response) = &exchange.response {
            self.learn_fields(&response.fields);
        }
        let answer = limits::beginning(exchange.response_text(), CONTENT);
        let is_json = answer.trim_start().starts_with(['{', '[']);
        if is_json && MARKS.iter().any(|mark| memmem::find(answer.as_bytes(), mark.as_bytes()).is_some()) {
            self.learn_content(answer);
        }
    }

    fn learn_fields(&mut self, fields: &Fields) {
        for (name, value) in fields.iter() {
            if is_secret_field(name) {
                self.field(name, value);
            } else if FIELDS.contains(&name) || is_own(name) {
                self.note(value, |value, sink| classify::field(name, value, sink));
            }
        }
    }

    fn learn_content(&mut self, text: &str) {
        self.note(limits::beginning(text, CONTENT), |text, sink| classify::content("", text, true, sink));
    }
}
