//! The language in which people ask for exchanges: `status:401 host:api cookie:sid scheme:bearer is:failed -method:options`.
//!
//! Words without a key are looked for in method, address, status and error. A leading `-` turns a term around, and quotes
//! keep spaces: `path:"my page"`.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use crate::session::{Record, Session};

/// What an exchange must have to be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    /// Only what concerns logins.
    pub sign_in_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    is_not: bool,
    key: Key,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Text,
    Status,
    Host,
    Path,
    Method,
    Kind,
    Cookie,
    Scheme,
    Has,
    Is,
}

/// A key with the values that it always takes, and what it looks at.
const KEYS: [(Key, &str, &[&str], &str); 9] = [
    (Key::Status, "status", &["401", "403", "4xx", "5xx", "0"], "the status, or its class"),
    (Key::Is, "is", &["failed", "sign-in", "redirect", "error", "cached"], "what it is"),
    (Key::Host, "host", &[], "part of the host"),
    (Key::Path, "path", &[], "part of the path"),
    (Key::Method, "method", &["get", "post", "options"], "the method"),
    (Key::Kind, "kind", &["document", "fetch", "xhr", "preflight"], "what the browser wanted it for"),
    (Key::Cookie, "cookie", &[], "a cookie that was sent or set"),
    (Key::Scheme, "scheme", &["basic", "bearer", "digest", "negotiate"], "the scheme of credentials or challenges"),
    (Key::Has, "has", &["challenge", "token", "cookie", "content"], "what it carried"),
];

/// Something that can be typed next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Suggestion {
    /// The whole filter with it.
    pub text: String,
    /// What it looks at.
    pub says: String,
}

/// Exchanges that are asked for their hosts, schemes and cookies, the last ones.
const LOOKED_AT: usize = 1000;
/// Suggestions at a time.
const MOST: usize = 12;

impl Filter {
    /// Reads a filter. Whatever it does not understand is looked for as text.
    #[must_use]
    pub fn parse(text: &str, sign_in_only: bool) -> Self {
        let terms = words(text).filter(|word| !word.is_empty()).map(|word| term(&word)).collect();
        Self { terms, sign_in_only }
    }

    /// Whether it turns on which logins failed.
    #[must_use]
    pub fn asks_for_failures(&self) -> bool {
        self.terms.iter().any(|term| term.key == Key::Is && term.value == "failed")
    }

    /// Whether an exchange is to be listed. `failing` has the numbers of those in which a login failed.
    #[must_use]
    pub fn passes(&self, record: &Record, failing: &HashSet<u32>) -> bool {
        (!self.sign_in_only || record.concerns_authentication()) && self.terms.iter().all(|term| term.meets(record, failing) != term.is_not)
    }
}

impl Term {
    fn meets(&self, record: &Record, failing: &HashSet<u32>) -> bool {
        let (exchange, facts, value) = (&record.exchange, &record.facts, &*self.value);
        let status = exchange.status();
        let has = |text: &str| contains(text, value);
        match self.key {
            Key::Text => {
                has(&exchange.method)
                    || has(exchange.url.as_str())
                    || status.to_string().starts_with(value)
                    || exchange.error.as_deref().is_some_and(has)
            }
            Key::Status => match value.strip_suffix("xx") {
                Some(class) => (status / 100).to_string() == class,
                None => status.to_string().starts_with(value),
            },
            Key::Host => has(&record.origin),
            Key::Path => has(exchange.url.path()),
            Key::Method => exchange.method.eq_ignore_ascii_case(value),
            Key::Kind => has(exchange.kind.name()),
            Key::Cookie => facts.cookies.iter().chain(&facts.set_cookies).any(|(name, _)| has(name)),
            Key::Scheme => {
                let sent = facts.credentials.as_ref().map(|credentials| &credentials.scheme);
                sent.into_iter()
                    .chain(facts.challenges.iter().chain(&facts.proxy_challenges).map(|one| &one.scheme))
                    .any(|scheme| has(scheme))
            }
            Key::Has => match value {
                "challenge" => !facts.challenges.is_empty() || !facts.proxy_challenges.is_empty(),
                "token" => !facts.tokens.is_empty(),
                "cookie" => !facts.cookies.is_empty() || !facts.set_cookies.is_empty(),
                "content" => !exchange.response_text().is_empty(),
                _ => false,
            },
            Key::Is => match value {
                "failed" => failing.contains(&exchange.number) || record.is_notable(),
                "sign-in" => record.concerns_authentication(),
                "redirect" => exchange.redirect_target().is_some(),
                "error" => exchange.error.is_some(),
                "cached" => exchange.served_by != crate::exchange::ServedBy::Network,
                _ => false,
            },
        }
    }
}

/// Whether a text holds lower-case letters, in any case.
fn contains(text: &str, lower: &str) -> bool {
    lower.is_empty() || text.as_bytes().windows(lower.len()).any(|window| window.eq_ignore_ascii_case(lower.as_bytes()))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let mut is_quoted = false;
    let mut all = vec![String::new()];
    for char in text.chars() {
        match char {
            '"' => is_quoted = !is_quoted,
            char if char.is_whitespace() && !is_quoted => all.push(String::new()),
            char => {
                if let Some(word) = all.last_mut() {
                    word.push(char);
                }
            }
        }
    }
    all.into_iter()
}

fn term(word: &str) -> Term {
    let (is_not, rest) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    let known = rest.split_once(':').and_then(|(name, value)| {
        let (key, ..) = KEYS.iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(name))?;
        Some((*key, value))
    });
    let (key, value) = known.unwrap_or((Key::Text, rest));
    Term { is_not, key, value: value.to_lowercase() }
}

impl Session {
    /// Positions of the exchanges that a filter lets through, in order of arrival.
    #[must_use]
    pub fn filtered(&self, filter: &Filter, failing: &HashSet<u32>, from: usize) -> Vec<u32> {
        let passing = self.records().iter().zip(0..).skip(from).filter(|(record, _)| filter.passes(record, failing));
        passing.map(|(_, at)| at).collect()
    }

    /// What can be typed next behind a filter: keys, and the values that this session has for them.
    #[must_use]
    pub fn suggestions(&self, text: &str) -> Vec<Suggestion> {
        let begin = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let (before, word) = text.split_at_checked(begin).unwrap_or(("", text));
        let (sign, word) = word.strip_prefix('-').map_or(("", word), |word| ("-", word));
        let whole = |key: &str, value: &str| {
            let value = if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value.to_owned() };
            format!("{before}{sign}{key}:{value}")
        };
        let Some((name, typed)) = word.split_once(':') else {
            let keys = KEYS.iter().filter(|(_, name, ..)| name.starts_with(&word.to_lowercase()));
            return keys.map(|(_, name, _, says)| Suggestion { text: whole(name, ""), says: (*says).to_owned() }).collect();
        };
        let Some((key, name, fixed, says)) = KEYS.iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(name)) else { return Vec::new() };
        let mut values: BTreeSet<String> = fixed.iter().map(|value| (*value).to_owned()).collect();
        for record in self.records().iter().rev().take(LOOKED_AT) {
            let facts = &record.facts;
            match key {
                Key::Status => drop(values.insert(record.exchange.status().to_string())),
                Key::Host => drop(values.insert(record.origin.split_once("://").map_or("", |(_, host)| host).to_owned())),
                Key::Method => drop(values.insert(record.exchange.method.to_lowercase())),
                Key::Kind => drop(values.insert(record.exchange.kind.name().to_owned())),
                Key::Cookie => values.extend(facts.cookies.iter().chain(&facts.set_cookies).map(|(name, _)| name.to_string())),
                Key::Scheme => values.extend(facts.challenges.iter().map(|one| one.scheme.to_lowercase())),
                _ => {}
            }
        }
        let typed = typed.to_lowercase();
        let fitting = values
            .into_iter()
            .filter(|value| !value.is_empty() && value.to_lowercase().starts_with(&typed) && value.to_lowercase() != typed);
        fitting.take(MOST).map(|value| Suggestion { text: whole(name, &value), says: (*says).to_owned() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let text = "~ kind document\n> GET https://app.test/my%20page\n> Cookie: sid=x\n< 200 OK\n\n\
            ~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer abc\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n\n\
            ~ kind preflight\n> OPTIONS https://api.test/me\n< 204 No Content\n\n\
            ~ kind image\n> GET https://cdn.test/logo.png\n< 404 Not Found\n";
        crate::session::testing::session(text)
    }

    fn passing(text: &str) -> Vec<u32> {
        session().filtered(&Filter::parse(text, false), &HashSet::from([1]), 0)
    }

    #[test]
    fn finds_by_key_by_word_and_by_what_is_not() {
        assert_eq!(passing(""), [0, 1, 2, 3]);
        assert_eq!(passing("status:401"), [1]);
        assert_eq!(passing("status:4xx"), [1, 3]);
        assert_eq!(passing("host:API -method:options"), [1]);
        assert_eq!(passing("cookie:sid"), [0]);
        assert_eq!(passing("scheme:bearer is:failed"), [1]);
        assert_eq!(passing("me"), [1, 2]);
        assert_eq!(passing("logo 404"), [3]);
    }

    #[test]
    fn sign_in_only_leaves_out_what_concerns_no_login() {
        assert_eq!(session().filtered(&Filter::parse("", true), &HashSet::new(), 0), [0, 1, 2]);
    }

    #[test]
    fn suggests_keys_then_values_of_this_session() {
        let texts = |typed: &str| session().suggestions(typed).into_iter().map(|one| one.text).collect::<Vec<_>>();
        assert_eq!(texts("me host:ap"), ["me host:api.test", "me host:app.test"]);
        assert_eq!(texts("-co"), ["-cookie:"]);
        assert_eq!(texts("cookie:"), ["cookie:sid"]);
        assert!(texts("nonsense:").is_empty());
    }
}
