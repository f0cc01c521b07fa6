//! What the grammar of a header field has to say of its value.

use crate::syntax::cors::{self, FetchSite, OriginValue, StorageAccess};
use crate::syntax::{
    Parsed, SyntaxViolation, cache, challenge, clear_site_data, cookie, credentials, dpop, http_date, list, proxy, rate_limit, referrer,
    retry_after, set_cookie,
};
use crate::time::span;

/// What a field says, in words where they tell more than the value does, and its departures from the grammar.
#[derive(Default)]
pub struct Reading {
    /// What it says: "no shared cache may keep this answer".
    pub says: Option<String>,
    /// Departures, in order of position.
    pub violations: Vec<SyntaxViolation>,
}

impl Reading {
    fn of<T>(parsed: Parsed<T>, says: impl FnOnce(T) -> Option<String>) -> Self {
        Self { says: says(parsed.value), violations: parsed.violations }
    }

    fn silent<T>(parsed: Parsed<T>) -> Self {
        Self::of(parsed, |_| None)
    }
}

/// Reads the value of a field by its lower-case name; nothing for fields that no login turns on. Some
/// mean another thing in a response than in a request.
pub fn read(name: &str, value: &str, is_response: bool) -> Reading {
    match name {
        "access-control-allow-credentials" => Reading::silent(cors::allow_credentials(value)),
        "access-control-max-age" => Reading::silent(cors::max_age(value)),
        "access-control-allow-origin" | "origin" => Reading::of(cors::origin(value), |origin| {
            (origin == OriginValue::Null)
                .then(|| "an opaque origin: a sandboxed frame, a local file, or a page that hides its address".to_owned())
        }),
        "access-control-allow-headers" | "access-control-allow-methods" | "access-control-expose-headers" => {
            Reading::silent(list::tokens(value))
        }
        "age" => Reading::of(cache::age(value), |age| age.map(|age| format!("it lay {} in a cache", span(i64::from(age) * 1000)))),
        "authorization" | "proxy-authorization" => Reading::silent(credentials::parse(value)),
        "cache-control" if is_response => Reading::of(cache::cache_control(value), |directives| {
            directives.may_be_shared(false).then(|| "a cache that several users share may hand it on".to_owned())
        }),
        "clear-site-data" => Reading::silent(clear_site_data::parse(value)),
        "cookie" => Reading::silent(cookie::parse(value)),
        "date" | "expires" | "last-modified" => Reading::silent(http_date::parse(value)),
        "dpop" => Reading::silent(dpop::parse(value)),
        "proxy-status" => Reading::of(proxy::status(value), |hops| hops.iter().find_map(intermediary)),
        "proxy-support" => Reading {
            says: proxy::supports_session_based_authentication(value)
                .then(|| "the proxy keeps the connection of a Negotiate or NTLM handshake".to_owned()),
            ..Reading::default()
        },
        "ratelimit" => Reading::silent(rate_limit::limits(value)),
        "ratelimit-policy" => Reading::silent(rate_limit::policies(value)),
        "referer" => Reading::silent(referrer::referer(value)),
        "referrer-policy" => Reading::of(referrer::policy(value), |policy| {
            (policy == referrer::Policy::NoReferrer)
                .then(|| "requests from this page bear no Referer, and forms that it posts bear Origin: null".to_owned())
        }),
        "retry-after" => Reading::silent(retry_after::parse(value)),
        "sec-fetch-site" => Reading::of(cors::fetch_site(value), |site| {
            let says = match site? {
                FetchSite::SameOrigin => return None,
                FetchSite::SameSite => "a page of another origin of this site asks, so that SameSite holds no cookie back",
                FetchSite::CrossSite => {
                    "a page of another site asks, so that SameSite=Strict and, but for a link that is followed, Lax hold cookies back"
                }
                FetchSite::None => "the user asks: by the address bar or a bookmark",
            };
            Some(says.to_owned())
        }),
        "sec-fetch-storage-access" => Reading::of(cors::storage_access(value), |access| {
            let says = match access? {
                StorageAccess::None => "the browser keeps third-party cookies from this request",
                StorageAccess::Inactive => "the user has allowed third-party cookies here, but the page must ask for them first",
                StorageAccess::Active => "third-party cookies go along",
            };
            Some(says.to_owned())
        }),
        "sec-fetch-mode" | "sec-fetch-dest" => Reading::silent(cors::fetch_token(value)),
        "sec-fetch-user" => Reading::silent(cors::fetch_user(value)),
        "set-cookie" => Reading::silent(set_cookie::parse(value)),
        "vary" => Reading::of(cache::vary(value), |vary| {
            vary.with("cookie").then(|| "caches keep an answer for each Cookie field apart".to_owned())
        }),
        "via" => Reading::of(cache::via(value), |hops| {
            let names: Vec<&str> = hops.iter().map(|hop| hop.by).filter(|name| !name.is_empty()).collect();
            (!names.is_empty()).then(|| format!("it came through {}", names.join(", then ")))
        }),
        "www-authenticate" | "proxy-authenticate" => Reading::silent(challenge::parse(value)),
        _ => Reading::default(),
    }
}

/// What an intermediary says of a request that it answered itself.
fn intermediary(status: &proxy::Status) -> Option<String> {
    let error = status.error.as_deref()?;
    let error = error.replace('_', " ");
    Some(if status.is_generated() {
        format!("{} answered in the server's place: {error}", status.name)
    } else {
        format!("{} reports: {error}", status.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, value: &str) -> String {
        read(name, value, true).says.unwrap_or_default()
    }

    fn rules(name: &str, value: &str) -> Vec<&'static str> {
        read(name, value, true).violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn tells_what_a_value_alone_does_not() {
        assert_eq!(says("via", "1.1 edge, 1.1 varnish (Varnish/7)"), "it came through edge, then varnish");
        assert_eq!(
            says("proxy-status", "edge.example; error=connection_refused"),
            "edge.example answered in the server's place: connection refused"
        );
        assert!(says("cache-control", "public, max-age=60").starts_with("a cache that several users share"));
        assert_eq!(says("cache-control", "private, no-store"), "");
        assert!(says("referrer-policy", "no-referrer").ends_with("Origin: null"));
        assert_eq!(says("referrer-policy", "strict-origin"), "");
        assert!(says("origin", "null").starts_with("an opaque origin"));
        assert!(says("sec-fetch-site", "cross-site").contains("another site"));
        assert_eq!(says("sec-fetch-site", "same-origin"), "");
        assert!(says("sec-fetch-storage-access", "none").contains("keeps third-party cookies"));
        assert_eq!(says("age", "120"), "it lay 120 s in a cache");
    }

    #[test]
    fn a_request_that_asks_caches_to_ask_anew_shares_nothing() {
        assert!(read("cache-control", "max-age=0", false).says.is_none());
    }

    #[test]
    fn names_departures_and_passes_over_what_is_right() {
        assert_eq!(rules("access-control-allow-credentials", "True"), ["allow-credentials-not-true"]);
        assert_eq!(rules("age", "soon"), ["cache-not-seconds"]);
        for (name, value) in [
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-origin", "https://app.test"),
            ("cache-control", "no-store, max-age=0"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-user", "?1"),
            ("proxy-status", "edge.example; received-status=502"),
            ("ratelimit", "\"default\";r=50;t=30"),
            ("referer", "https://app.test/login"),
            ("x-unknown", "= ; , \""),
        ] {
            assert_eq!(rules(name, value), Vec::<&str>::new(), "{name}: {value}");
        }
    }
}
