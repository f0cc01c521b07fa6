//! What an exchange's secrets are, by where they stand in it: known before anything of it is shown, so that what
//! repeats them is masked as well.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Redactor;
use super::classify;
use super::display::is_secret_field;
use crate::exchange::{Exchange, Fields};
use crate::facts::Fingerprint;
use crate::limits;

/// Bytes of a content in which secrets are looked for: a login's are short.
const CONTENT: usize = 64 * 1024;

/// What stands in an answer that hands out a secret: the ends of members' names.
static MARKS: LazyLock<[Finder<'static>; 8]> = LazyLock::new(|| {
    ["oken\"", "ecret\"", "assword\"", "assertion\"", "_code\"", "ession", "ey\"", "jwt\""].map(|mark| Finder::new(mark.as_bytes()))
});

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

/// Fields and addresses that are remembered.
const SLOTS: usize = 4096;

/// What was looked through already: most lines of a message are those of one before it.
pub(super) struct Learned(Box<[Fingerprint]>);

impl Default for Learned {
    fn default() -> Self {
        Self(vec![Fingerprint::HIDDEN; SLOTS].into())
    }
}

impl Learned {
    /// Whether this is not known to have been looked through. It is, from now on.
    fn is_new(&mut self, name: &str, value: &str) -> bool {
        let line = Fingerprint::of(name).and(value.as_bytes());
        let number = u64::from_le_bytes(line.to_bytes()) >> 32;
        let slot = self.0.get_mut(number as usize % SLOTS);
        slot.is_none_or(|slot| std::mem::replace(slot, line) != line)
    }
}

impl Redactor {
    /// Takes note of the secrets of an exchange. Whatever repeats one of them is masked from now on.
    pub fn learn(&mut self, exchange: &Exchange) {
        if self.goes_by_place() {
            return;
        }
        let url = exchange.url.as_str();
        let (address, parameters) = url.split_at_checked(url.find(['?', '#']).unwrap_or(url.len())).unwrap_or((url, ""));
        if self.learned_mut().is_new("", address) {
            if let Some(host) = exchange.url.host_str() {
                self.known_mut().show(host);
            }
            self.note(address, classify::url);
        }
        if !parameters.is_empty() {
            self.note(parameters, classify::url);
        }
        self.learn_fields(&exchange.request.fields);
        if let Some(body) = &exchange.request.body {
            self.learn_content(&body.text);
        }
        if let Some(response) = &exchange.response {
            self.learn_fields(&response.fields);
        }
        let answer = limits::beginning(exchange.response_text(), CONTENT);
        let is_json = answer.trim_start().starts_with(['{', '[']);
        if is_json && MARKS.iter().any(|mark| mark.find(answer.as_bytes()).is_some()) {
            self.learn_content(answer);
        }
    }

    fn learn_fields(&mut self, fields: &Fields) {
        for (name, value) in fields.iter() {
            if !self.learned_mut().is_new(name, value) {
                continue;
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::notation;

    #[test]
    fn what_differs_behind_a_known_address_is_learned_too() {
        let session = "> GET https://app.test/a?access_token={secret one 32}\n> X-Api-Key: {secret key 32}\n< 200 OK\n\n\
            > GET https://app.test/a?access_token={secret two 32}\n> X-Api-Key: {secret key 32}\n< 200 OK\n\n\
            > GET https://app.test/a#access_token={secret three 32}\n> X-Api-Key: {secret other 32}\n< 200 OK\n";
        let exchanges = notation::parse(session).unwrap();
        let mut redactor = Redactor::default();
        exchanges.iter().for_each(|exchange| redactor.learn(exchange));
        let values = exchanges.iter().flat_map(|exchange| {
            let token = exchange.url.as_str().rsplit('=').next();
            [token, exchange.sent("x-api-key")]
        });
        for value in values.flatten() {
            assert!(redactor.text(&format!("It says {value} here.")).iter().all(|part| !part.text.contains(value)), "{value}");
        }
    }
}
