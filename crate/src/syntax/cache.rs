//! What stands between a browser and the server, as far as a login turns on it: `Cache-Control` (RFC
//! 9111 5.2), `Vary`, `Age` and `Via` (RFC 9110 12.5.5, RFC 9111 5.1, RFC 9110 7.6.3). An answer for one
//! user that a cache hands to another is the worst of them.

use super::lexer::Cursor;
use super::list::{self, is_token};
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A directive that needs a number of seconds and has none.
pub static NOT_SECONDS: Rule = Rule { id: "cache-not-seconds" };

/// Something that is no directive.
pub static NOT_A_DIRECTIVE: Rule = Rule { id: "cache-not-a-directive" };

/// A directive twice with different values; the strictest reading is taken.
pub static REPEATED_DIRECTIVE: Rule = Rule { id: "cache-repeated-directive" };

/// `public` beside `private` or `no-store`.
pub static CONTRADICTION: Rule = Rule { id: "cache-contradiction" };

/// A hop of `Via` that names no protocol or no host.
pub static BAD_HOP: Rule = Rule { id: "via-bad-hop" };

/// The directives of a response that say who may keep it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheControl {
    /// Nobody may keep it.
    pub no_store: bool,
    /// It may be used again only after asking the server.
    pub no_cache: bool,
    /// Only the user's own browser may keep it.
    pub private: bool,
    /// Everybody may keep it, even the answer to a request with `Authorization`.
    pub public: bool,
    /// It may not be used once it is stale.
    pub must_revalidate: bool,
    /// For how many seconds it is fresh.
    pub max_age: Option<u32>,
    /// The same, for caches that several users share.
    pub s_maxage: Option<u32>,
}

impl CacheControl {
    /// Whether a cache that several users share may hand it to another user: where the request bore
    /// `Authorization` only if the response says so (RFC 9111 3.5). Cookies do not keep it from that.
    #[must_use]
    pub fn may_be_shared(&self, request_had_authorization: bool) -> bool {
        let says_so = self.public || self.must_revalidate || self.s_maxage.is_some();
        !self.no_store && !self.private && (!request_had_authorization || says_so)
    }
}

/// Reads `Cache-Control` of a response. A directive that names fields, as `no-cache="set-cookie"`, says
/// nothing about the whole response and is left out.
#[must_use]
pub fn cache_control(field_value: &str) -> Parsed<CacheControl> {
    let mut cursor = Cursor::new(field_value);
    let mut value = CacheControl::default();
    let mut seen: Vec<&str> = Vec::new();
    loop {
        cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b','));
        let at = cursor.at;
        if cursor.is_at_end() || seen.len() >= limits::LIST_ELEMENTS {
            break;
        }
        let name = cursor.token();
        let argument = (!name.is_empty() && cursor.peek() == Some(b'=')).then(|| {
            cursor.at += 1;
            if cursor.peek() == Some(b'"') { cursor.quoted_string() } else { cursor.token().into() }
        });
        let rest = cursor.take_while(|byte| byte != b',');
        if name.is_empty() || !rest.trim_matches([' ', '\t']).is_empty() {
            cursor.note(at, &NOT_A_DIRECTIVE);
        }
        if seen.iter().any(|former| former.eq_ignore_ascii_case(name)) {
            cursor.note(at, &REPEATED_DIRECTIVE);
        }
        seen.push(name);
        directive(&mut value, name, argument.as_deref(), at, &mut cursor);
    }
    if value.public && (value.private || value.no_store) {
        cursor.note(0, &CONTRADICTION);
    }
    let mut violations = cursor.violations;
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

fn directive(value: &mut CacheControl, name: &str, argument: Option<&str>, at: usize, cursor: &mut Cursor<'_>) {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("no-store") {
        value.no_store = true;
    } else if is("no-cache") {
        value.no_cache |= argument.is_none();
    } else if is("private") {
        value.private |= argument.is_none();
    } else if is("public") {
        value.public = true;
    } else if is("must-revalidate") {
        value.must_revalidate = true;
    } else if is("max-age") || is("s-maxage") {
        let parsed = seconds(argument.unwrap_or_default());
        if parsed.is_none() {
            cursor.note(at, &NOT_SECONDS);
        }
        let age = if is("max-age") { &mut value.max_age } else { &mut value.s_maxage };
        // Of two ages the shorter, and an unreadable one is none at all: a cache may take it for stale.
        *age = Some(parsed.unwrap_or(0).min(age.unwrap_or(u32::MAX)));
    }
}

/// Seconds; more than 31 bits hold are as good as for ever (RFC 9111 1.2.2).
fn seconds(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

/// Reads `Age`: for how many seconds a response has lain in a cache.
#[must_use]
pub fn age(field_value: &str) -> Parsed<Option<u32>> {
    // Of a list the first counts.
    let text = field_value.split(',').next().unwrap_or_default().trim_matches([' ', '\t']);
    let value = seconds(text);
    let violations = if value.is_some() { Vec::new() } else { vec![SyntaxViolation { at: 0, rule: &NOT_SECONDS }] };
    Parsed { value, violations }
}

/// What a response varies with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vary<'a> {
    /// With anything: no cache may hand it on without asking the server.
    pub any: bool,
    /// With these request fields, as written.
    pub names: Vec<&'a str>,
}

impl Vary<'_> {
    /// Whether it varies with the request field of that name, in any case.
    #[must_use]
    pub fn with(&self, name: &str) -> bool {
        self.any || self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Reads `Vary`.
#[must_use]
pub fn vary(field_value: &str) -> Parsed<Vary<'_>> {
    let Parsed { value: mut names, violations } = list::tokens(field_value);
    let any = names.contains(&"*");
    names.retain(|name| *name != "*");
    Parsed { value: Vary { any, names }, violations }
}

/// One proxy or gateway that a message went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop<'a> {
    /// Byte offset.
    pub at: usize,
    /// The protocol by which it received the message: `1.1`, `HTTP/2`.
    pub protocol: &'a str,
    /// Its host, or the name that it gives itself.
    pub by: &'a str,
    /// What it says of itself, in parentheses; empty where nothing.
    pub comment: &'a str,
}

/// Reads `Via`, in the order in which the message went.
#[must_use]
pub fn via(field_value: &str) -> Parsed<Vec<Hop<'_>>> {
    let mut cursor = Cursor::new(field_value);
    let mut hops = Vec::new();
    loop {
        cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b','));
        let at = cursor.at;
        if cursor.is_at_end() || hops.len() >= limits::LIST_ELEMENTS {
            break;
        }
        let word = |byte: u8| !matches!(byte, b' ' | b'\t' | b',' | b'(');
        let protocol = cursor.take_while(word);
        cursor.skip_blanks();
        let by = cursor.take_while(word);
        cursor.skip_blanks();
        // A comment may hold commas.
        let comment = if cursor.peek() == Some(b'(') { cursor.take_while(|byte| byte != b')') } else { "" };
        cursor.take_while(|byte| byte != b',');
        if by.is_empty() || !protocol.split('/').all(is_token) {
            cursor.note(at, &BAD_HOP);
        }
        hops.push(Hop { at, protocol, by, comment: comment.trim_start_matches('(') });
    }
    let mut violations = cursor.violations;
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: hops, violations }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules<T>(parsed: &Parsed<T>) -> Vec<(usize, &'static str)> {
        parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn says_who_may_keep_an_answer() {
        let no_store = cache_control("no-store, no-cache, must-revalidate, max-age=0");
        assert_eq!(no_store.violations, []);
        assert!(no_store.value.no_store && !no_store.value.may_be_shared(false));
        for (field, without, with_authorization) in [
            ("", true, false),
            ("max-age=60", true, false),
            ("private, max-age=60", false, false),
            ("public, max-age=60", true, true),
            ("s-maxage=60", true, true),
            ("must-revalidate", true, true),
            ("no-cache=\"set-cookie\", max-age=60", true, false),
        ] {
            let value = cache_control(field).value;
            assert_eq!((value.may_be_shared(false), value.may_be_shared(true)), (without, with_authorization), "{field}");
        }
    }

    #[test]
    fn names_what_is_wrong_with_directives() {
        assert_eq!(rules(&cache_control("public, private")), [(0, "cache-contradiction")]);
        assert_eq!(rules(&cache_control("max-age=1h")), [(0, "cache-not-seconds")]);
        assert_eq!(rules(&cache_control("max-age=60, max-age=30")), [(12, "cache-repeated-directive")]);
        assert_eq!(cache_control("max-age=60, max-age=30").value.max_age, Some(30));
        assert_eq!(cache_control("Max-Age=\"60\"").value.max_age, Some(60));
        assert_eq!(rules(&cache_control("no store, =")), [(0, "cache-not-a-directive"), (10, "cache-not-a-directive")]);
        assert_eq!(cache_control("max-age=99999999999").value.max_age, Some(u32::MAX));
    }

    #[test]
    fn reads_what_an_answer_varies_with() {
        // RFC 9110 12.5.5.
        let parsed = vary("accept-encoding, accept-language");
        assert!(parsed.value.with("Accept-Language") && !parsed.value.with("cookie"));
        assert!(vary("Origin").value.with("origin"));
        assert!(vary("*").value.with("authorization"));
        assert_eq!(rules(&vary("a b")), [(1, "list-element-not-a-token")]);
    }

    #[test]
    fn reads_the_way_of_a_message() {
        // RFC 9110 7.6.3.
        let parsed = via("1.0 fred, 1.1 p.example.net");
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.iter().map(|hop| (hop.protocol, hop.by)).collect::<Vec<_>>(), [("1.0", "fred"), ("1.1", "p.example.net")]);
        let parsed = via("HTTP/2 edge (Varnish, v7), 1.1 cache:3128");
        assert_eq!((parsed.value[0].comment, parsed.value[1].by), ("Varnish, v7", "cache:3128"));
        assert_eq!(rules(&via("squid")), [(0, "via-bad-hop")]);
    }

    #[test]
    fn reads_an_age() {
        assert_eq!(age(" 30").value, Some(30));
        assert_eq!(age("30, 40").value, Some(30));
        assert_eq!(rules(&age("-1")), [(0, "cache-not-seconds")]);
    }
}
