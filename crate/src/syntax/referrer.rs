//! `Referer` and `Referrer-Policy`: what a request says about the page that it came from, and what it should
//! say. Servers that guard their forms by `Referer` refuse those who hide it.
//!
//! Source: Referrer Policy (W3C) 3, 8.3 and 8.4, read on 2026-11-21.

use url::Url;

use super::list::elements;
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A policy that browsers do not know, for which they pass it over.
pub static UNKNOWN_POLICY: Rule = Rule { id: "referrer-policy-unknown" };

/// A Referer that is no address of a page.
pub static NOT_A_PAGE: Rule = Rule { id: "referer-not-a-page" };

/// A Referer with a fragment or a name and password, which browsers always cut.
pub static NOT_STRIPPED: Rule = Rule { id: "referer-not-stripped" };

/// How much of its address a page gives away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Nothing.
    NoReferrer,
    /// All, but nothing from a secure to an insecure address.
    NoReferrerWhenDowngrade,
    /// All to its own origin, nothing to others.
    SameOrigin,
    /// Its origin alone.
    Origin,
    /// Its origin alone, and nothing from a secure to an insecure address.
    StrictOrigin,
    /// All to its own origin, its origin to others.
    OriginWhenCrossOrigin,
    /// As before, and nothing from a secure to an insecure address. The default of both browsers.
    #[default]
    StrictOriginWhenCrossOrigin,
    /// All, to everybody.
    UnsafeUrl,
}

const POLICIES: [(&str, Policy); 8] = [
    ("no-referrer", Policy::NoReferrer),
    ("no-referrer-when-downgrade", Policy::NoReferrerWhenDowngrade),
    ("same-origin", Policy::SameOrigin),
    ("origin", Policy::Origin),
    ("strict-origin", Policy::StrictOrigin),
    ("origin-when-cross-origin", Policy::OriginWhenCrossOrigin),
    ("strict-origin-when-cross-origin", Policy::StrictOriginWhenCrossOrigin),
    ("unsafe-url", Policy::UnsafeUrl),
];

/// Reads `Referrer-Policy`: the last policy that is known counts, and without any the default.
#[must_use]
pub fn policy(field_value: &str) -> Parsed<Policy> {
    let mut value = Policy::default();
    let mut violations = Vec::new();
    for (at, element) in elements(field_value).take(limits::LIST_ELEMENTS) {
        match POLICIES.iter().find(|(name, _)| name.eq_ignore_ascii_case(element)) {
            Some((_, policy)) => value = *policy,
            None if element.is_empty() => {}
            None => violations.push(SyntaxViolation { at, rule: &UNKNOWN_POLICY }),
        }
    }
    Parsed { value, violations }
}

/// Reads `Referer`.
#[must_use]
pub fn referer(field_value: &str) -> Parsed<Option<Url>> {
    let value = Url::parse(field_value.trim_matches([' ', '\t'])).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let rule = match &value {
        None => Some(&NOT_A_PAGE),
        Some(url) => (url.fragment().is_some() || !url.username().is_empty() || url.password().is_some()).then_some(&NOT_STRIPPED),
    };
    Parsed { value, violations: rule.map(|rule| SyntaxViolation { at: 0, rule }).into_iter().collect() }
}

/// What a browser sends as `Referer` from that page to that target; `None` for nothing. Longer than 4096
/// characters it is cut to the origin.
#[must_use]
pub fn expected(policy: Policy, page: &Url, target: &Url) -> Option<String> {
    if !matches!(page.scheme(), "http" | "https") {
        return None;
    }
    let is_downgrade = page.scheme() == "https" && target.scheme() == "http" && !is_loopback(target);
    let is_same = page.origin() == target.origin();
    let origin = || Some(format!("{}/", page.origin().ascii_serialization()));
    let full = || {
        let bare = page.as_str().split('#').next().unwrap_or_default();
        let (_, rest) = bare.split_once("://")?;
        let path = rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/");
        Some(format!("{}{path}", page.origin().ascii_serialization())).filter(|text| text.len() <= 4096).or_else(origin)
    };
    match policy {
        Policy::NoReferrer => None,
        Policy::UnsafeUrl => full(),
        Policy::SameOrigin => is_same.then(full).flatten(),
        Policy::Origin => origin(),
        Policy::OriginWhenCrossOrigin => {
            if is_same {
                full()
            } else {
                origin()
            }
        }
        Policy::NoReferrerWhenDowngrade | Policy::StrictOrigin | Policy::StrictOriginWhenCrossOrigin if is_downgrade => None,
        Policy::NoReferrerWhenDowngrade => full(),
        Policy::StrictOrigin => origin(),
        Policy::StrictOriginWhenCrossOrigin => {
            if is_same {
                full()
            } else {
                origin()
            }
        }
    }
}

/// What browsers trust although it is not encrypted.
fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_last_policy_that_is_known() {
        // Referrer Policy 11.1, with a policy of the future.
        let parsed = policy("no-referrer, Unsafe-URL, of-the-future");
        assert_eq!(parsed.value, Policy::UnsafeUrl);
        assert_eq!(parsed.violations, [SyntaxViolation { at: 25, rule: &UNKNOWN_POLICY }]);
        assert_eq!(policy("").value, Policy::StrictOriginWhenCrossOrigin);
    }

    #[test]
    fn sends_what_the_examples_of_referrer_policy_3_say() {
        let url = |text: &str| Url::parse(text).unwrap();
        let page = url("https://user:pw@example.com/page.html?a=1#top");
        let (same, other, insecure) = (url("https://example.com/x"), url("https://not.example.com/"), url("http://not.example.com/"));
        let full = Some("https://example.com/page.html?a=1".to_owned());
        let origin = Some("https://example.com/".to_owned());
        for (policy, to_same, to_other, to_insecure) in [
            (Policy::NoReferrer, None, None, None),
            (Policy::NoReferrerWhenDowngrade, full.clone(), full.clone(), None),
            (Policy::SameOrigin, full.clone(), None, None),
            (Policy::Origin, origin.clone(), origin.clone(), origin.clone()),
            (Policy::StrictOrigin, origin.clone(), origin.clone(), None),
            (Policy::OriginWhenCrossOrigin, full.clone(), origin.clone(), origin.clone()),
            (Policy::StrictOriginWhenCrossOrigin, full.clone(), origin.clone(), None),
            (Policy::UnsafeUrl, full.clone(), full.clone(), full.clone()),
        ] {
            let sent = [&same, &other, &insecure].map(|target| expected(policy, &page, target));
            assert_eq!(sent, [to_same, to_other, to_insecure], "{policy:?}");
        }
        assert_eq!(
            expected(Policy::UnsafeUrl, &url(&format!("https://a.test/{}", "x".repeat(5000))), &other).as_deref(),
            Some("https://a.test/")
        );
        assert_eq!(expected(Policy::UnsafeUrl, &url("data:text/html,x"), &other), None);
    }

    #[test]
    fn names_what_no_browser_sends() {
        assert_eq!(referer("https://example.com/page.html").violations, []);
        assert_eq!(referer("about:blank").violations[0].rule, &NOT_A_PAGE);
        assert_eq!(referer("https://example.com/#top").violations[0].rule, &NOT_STRIPPED);
    }
}
