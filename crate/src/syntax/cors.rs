//! The fields by which a browser asks, and a server allows, reading across origins: Origin,
//! Access-Control-* and Sec-Fetch-*. Sources: the Fetch standard 3.2 and 3.3, Fetch Metadata, both
//! read on 2026-11-20.

use std::borrow::Cow;

use super::{Parsed, Rule, SyntaxViolation, list};
use crate::fields::Fields;

/// An Origin field that is neither `null` nor `scheme://host[:port]`.
pub static NOT_AN_ORIGIN: Rule = Rule { id: "not-an-origin" };

/// A serialized origin that goes on with a path, query or fragment.
pub static ORIGIN_WITH_PATH: Rule = Rule { id: "origin-with-path" };

/// An origin with capital letters: it is compared byte by byte and browsers send lower case.
pub static ORIGIN_NOT_LOWER_CASE: Rule = Rule { id: "origin-not-lower-case" };

/// More than one origin where one is allowed.
pub static SEVERAL_ORIGINS: Rule = Rule { id: "several-origins" };

/// Access-Control-Allow-Credentials with any value but `true`.
pub static CREDENTIALS_NOT_TRUE: Rule = Rule { id: "allow-credentials-not-true" };

/// Access-Control-Max-Age that is no whole number of seconds.
pub static MAX_AGE_NOT_SECONDS: Rule = Rule { id: "max-age-not-seconds" };

/// A Sec-Fetch field that is no structured token or boolean.
pub static NOT_FETCH_METADATA: Rule = Rule { id: "not-fetch-metadata" };

/// What an Origin or Access-Control-Allow-Origin field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginValue<'a> {
    /// `*`: any origin.
    Any,
    /// `null`: an opaque origin.
    Null,
    /// A serialized origin, as written.
    Origin(&'a str),
    /// Nothing that is an origin, as written.
    Other(&'a str),
}

/// Reads an Origin field, or an Access-Control-Allow-Origin field, which may also be `*`.
#[must_use]
pub fn origin(value: &str) -> Parsed<OriginValue<'_>> {
    let text = value.trim_matches([' ', '\t']);
    let at = value.len() - value.trim_start_matches([' ', '\t']).len();
    let none = Vec::new();
    match text {
        "*" => return Parsed { value: OriginValue::Any, violations: none },
        "null" => return Parsed { value: OriginValue::Null, violations: none },
        _ => {}
    }
    let mut violations = none;
    let mut broken = |at, rule| violations.push(SyntaxViolation { at, rule });
    let value = if let Some(separator) = text.find([',', ' ']) {
        broken(at + separator, &SEVERAL_ORIGINS);
        OriginValue::Other(text)
    } else {
        match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) && !rest.is_empty() => {
                let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
                if !is_authority(authority) {
                    broken(at + scheme.len() + 3, &NOT_AN_ORIGIN);
                    OriginValue::Other(text)
                } else if authority.len() < rest.len() {
                    broken(at + scheme.len() + 3 + authority.len(), &ORIGIN_WITH_PATH);
                    OriginValue::Other(text)
                } else {
                    if let Some(upper) = text.bytes().position(|b| b.is_ascii_uppercase()) {
                        broken(at + upper, &ORIGIN_NOT_LOWER_CASE);
                    }
                    OriginValue::Origin(text)
                }
            }
            _ => {
                broken(at, &NOT_AN_ORIGIN);
                OriginValue::Other(text)
            }
        }
    };
    Parsed { value, violations }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, "0"),
    };
    let host_is_fine = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.'),
        None => !host.is_empty() && !host.starts_with('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    host_is_fine && port.parse::<u16>().is_ok()
}

/// Reads Access-Control-Allow-Credentials: whether credentials are allowed.
#[must_use]
pub fn allow_credentials(value: &str) -> Parsed<bool> {
    let allowed = value.trim_matches([' ', '\t']) == "true";
    let violations = if allowed { Vec::new() } else { vec![SyntaxViolation { at: 0, rule: &CREDENTIALS_NOT_TRUE }] };
    Parsed { value: allowed, violations }
}

/// Reads Access-Control-Max-Age in seconds; `None` where it is no number, which browsers take for
/// five seconds.
#[must_use]
pub fn max_age(value: &str) -> Parsed<Option<u32>> {
    let text = value.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Parsed { value: Some(text.parse().unwrap_or(u32::MAX)), violations: Vec::new() };
    }
    Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &MAX_AGE_NOT_SECONDS }] }
}

/// The Access-Control fields of one response, as browsers combine them: repeated fields are joined
/// by a comma and a space, and missing ones are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessControl<'a> {
    /// Access-Control-Allow-Origin.
    pub allow_origin: Option<Cow<'a, str>>,
    /// Access-Control-Allow-Credentials.
    pub allow_credentials: Option<Cow<'a, str>>,
    /// Access-Control-Allow-Methods.
    pub allow_methods: Option<Cow<'a, str>>,
    /// Access-Control-Allow-Headers.
    pub allow_headers: Option<Cow<'a, str>>,
    /// Access-Control-Expose-Headers.
    pub expose_headers: Option<Cow<'a, str>>,
    /// Access-Control-Max-Age.
    pub max_age: Option<Cow<'a, str>>,
}

impl<'a> AccessControl<'a> {
    /// Gathers them from a response's header fields.
    #[must_use]
    pub fn of(fields: &'a Fields) -> Self {
        let get = |name| combined(fields, name);
        Self {
            allow_origin: get("access-control-allow-origin"),
            allow_credentials: get("access-control-allow-credentials"),
            allow_methods: get("access-control-allow-methods"),
            allow_headers: get("access-control-allow-headers"),
            expose_headers: get("access-control-expose-headers"),
            max_age: get("access-control-max-age"),
        }
    }
}

/// All fields of that name (lower case) as one value, each without the whitespace around it: what
/// the Fetch standard calls getting a header.
#[must_use]
pub fn combined<'a>(fields: &'a Fields, name: &'static str) -> Option<Cow<'a, str>> {
    let mut values = fields.all(name).map(|value| value.trim_matches([' ', '\t', '\r', '\n']));
    let first = values.next()?;
    let mut all = Cow::Borrowed(first);
    for value in values {
        let text = all.to_mut();
        text.push_str(", ");
        text.push_str(value);
    }
    Some(all)
}

/// How the initiator's origin relates to the target, and the same for the whole redirect chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchSite {
    /// Same origin.
    SameOrigin,
    /// Same site, another origin.
    SameSite,
    /// Another site.
    CrossSite,
    /// The user's own doing: address bar, bookmark.
    None,
}

/// Whether a request of another site may use cookies that no partition keeps apart: Sec-Fetch-Storage-Access
/// (Storage Access Headers, 2026), which Chrome sends with such requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageAccess {
    /// It may not.
    None,
    /// The user has allowed it, and the page has not asked for it yet.
    Inactive,
    /// It may.
    Active,
}

/// Reads a Sec-Fetch field that holds a token, without its parameters.
#[must_use]
pub fn fetch_token(value: &str) -> Parsed<Option<&str>> {
    let text = value.split(';').next().unwrap_or_default().trim_matches([' ', '\t']);
    if list::is_token(text) {
        return Parsed { value: Some(text), violations: Vec::new() };
    }
    Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &NOT_FETCH_METADATA }] }
}

/// Reads Sec-Fetch-Site.
#[must_use]
pub fn fetch_site(value: &str) -> Parsed<Option<FetchSite>> {
    let site = match fetch_token(value).value {
        Some("same-origin") => FetchSite::SameOrigin,
        Some("same-site") => FetchSite::SameSite,
        Some("cross-site") => FetchSite::CrossSite,
        Some("none") => FetchSite::None,
        _ => return Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &NOT_FETCH_METADATA }] },
    };
    Parsed { value: Some(site), violations: Vec::new() }
}

/// Reads Sec-Fetch-Storage-Access.
#[must_use]
pub fn storage_access(value: &str) -> Parsed<Option<StorageAccess>> {
    let access = match fetch_token(value).value {
        Some("none") => StorageAccess::None,
        Some("inactive") => StorageAccess::Inactive,
        Some("active") => StorageAccess::Active,
        _ => return Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &NOT_FETCH_METADATA }] },
    };
    Parsed { value: Some(access), violations: Vec::new() }
}

/// Reads Sec-Fetch-User, a structured boolean.
#[must_use]
pub fn fetch_user(value: &str) -> Parsed<bool> {
    match value.split(';').next().unwrap_or_default().trim_matches([' ', '\t']) {
        "?1" => Parsed { value: true, violations: Vec::new() },
        "?0" => Parsed { value: false, violations: Vec::new() },
        _ => Parsed { value: false, violations: vec![SyntaxViolation { at: 0, rule: &NOT_FETCH_METADATA }] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn broken(value: &str, at: usize, rule: &'static Rule) {
        assert_eq!(origin(value).violations, [SyntaxViolation { at, rule }], "{value:?}");
    }

    #[test]
    fn reads_the_three_forms_of_an_origin() {
        assert_eq!(origin(" * ").value, OriginValue::Any);
        assert_eq!(origin("null").value, OriginValue::Null);
        for text in
            ["https://app.example", "http://app.example:8080", "https://[2001:db8::1]:8443", "https://[::1]", "chrome-extension://abcdef"]
        {
            assert_eq!(origin(text), Parsed { value: OriginValue::Origin(text), violations: vec![] });
        }
    }

    #[test]
    fn says_where_an_origin_goes_wrong() {
        broken("https://app.example/", 19, &ORIGIN_WITH_PATH);
        broken(" https://app.example#x", 20, &ORIGIN_WITH_PATH);
        broken("https://a.example, https://b.example", 17, &SEVERAL_ORIGINS);
        broken("app.example", 0, &NOT_AN_ORIGIN);
        broken("https://*.example", 8, &NOT_AN_ORIGIN);
        broken("https://a.example:80:80", 8, &NOT_AN_ORIGIN);
        broken("https://App.example", 8, &ORIGIN_NOT_LOWER_CASE);
        broken("", 0, &NOT_AN_ORIGIN);
    }

    #[test]
    fn only_lower_case_true_allows_credentials() {
        assert!(allow_credentials(" true").value);
        for value in ["True", "TRUE", "1", "true, true", ""] {
            assert!(!allow_credentials(value).value, "{value}");
        }
    }

    #[test]
    fn max_age_counts_whole_seconds() {
        assert_eq!(max_age("86400").value, Some(86_400));
        assert_eq!(max_age("99999999999").value, Some(u32::MAX));
        assert_eq!(max_age("-1").value, None);
        assert_eq!(max_age("1h").violations.len(), 1);
    }

    #[test]
    fn joins_repeated_fields_as_the_fetch_standard_gets_a_header() {
        let fields: Fields =
            [("Access-Control-Allow-Origin", " https://a.example "), ("Access-Control-Allow-Origin", "*")].into_iter().collect();
        assert_eq!(AccessControl::of(&fields).allow_origin.as_deref(), Some("https://a.example, *"));
    }

    #[test]
    fn reads_fetch_metadata() {
        assert_eq!(fetch_site("cross-site").value, Some(FetchSite::CrossSite));
        assert_eq!((fetch_token("navigate").value, fetch_user("?1").value), (Some("navigate"), true));
        assert_eq!(storage_access("inactive").value, Some(StorageAccess::Inactive));
        assert_eq!(storage_access("yes").violations.len(), 1);
        assert_eq!(fetch_site("sideways").violations.len(), 1);
    }
}
