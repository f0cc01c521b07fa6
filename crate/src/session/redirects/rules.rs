//! What a browser changes when it follows a redirect: Fetch, "HTTP-redirect fetch"; read 2026-11-21.

use url::Url;

/// Redirects in one chain that a browser of that `User-Agent` follows: 20 by Fetch; one fewer in
/// Chrome where a page is opened (recorded by `tests/oracle/redirects.mjs`).
#[must_use]
pub fn limit(user_agent: &str, is_navigation: bool) -> usize {
    if is_navigation && user_agent.contains("Chrome/") { 19 } else { 20 }
}

/// The versions since which browsers drop a script's `Authorization` when a redirect leaves the
/// origin, as Fetch asks since November 2022 (whatwg/fetch#1544). From the browsers' release notes
/// and the compatibility data of MDN; checked 2026-11-21.
const DROPS_AUTHORIZATION: [(&str, u32); 2] = [("Firefox/", 111), ("Chrome/", 119)];

/// Whether a response of this status sends the browser on, if it names a place.
#[must_use]
pub const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The method of the request that follows: POST becomes GET after 301 and 302, and everything but
/// GET and HEAD after 303. Where it changes, the content and the fields that describe it go too.
#[must_use]
pub fn method_after(status: u16, method: &str) -> &str {
    match status {
        301 | 302 if method == "POST" => "GET",
        303 if !matches!(method, "GET" | "HEAD") => "GET",
        _ => method,
    }
}

/// Where a redirect leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nowhere: there is no `Location`, and the response is shown as it is.
    Stay,
    /// To no URL: a network error.
    Invalid,
    /// To an address that no redirect may lead to: a network error.
    Forbidden(Url),
    /// There.
    Follow(Url),
}

/// Where `Location` leads from `url`. A target without a fragment inherits that of the request, if
/// there is anything in it.
#[must_use]
pub fn target(url: &Url, location: Option<&str>) -> Target {
    let Some(location) = location else { return Target::Stay };
    let Ok(mut target) = url.join(location) else { return Target::Invalid };
    if target.fragment().is_none() {
        target.set_fragment(url.fragment().filter(|fragment| !fragment.is_empty()));
    }
    if matches!(target.scheme(), "http" | "https") { Target::Follow(target) } else { Target::Forbidden(target) }
}

/// Whether a browser of that `User-Agent` takes a script's `Authorization` along from one address
/// to the next. One that is not in the table is taken for a new one.
#[must_use]
pub fn keeps_authorization(user_agent: &str, from: &Url, to: &Url) -> bool {
    let version = |(name, since): &(&str, u32)| {
        let digits = user_agent.split_once(name)?.1;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        Some(digits.get(..end)?.parse::<u32>().ok()? >= *since)
    };
    from.origin() == to.origin() || !DROPS_AUTHORIZATION.iter().find_map(version).unwrap_or(true)
}

/// Whether the request that follows names `null` as its origin: it leaves an origin that is not the
/// page's own for a third one, or it had lost its origin before.
#[must_use]
pub fn is_origin_tainted(page: &url::Origin, from: &Url, to: &Url, was_tainted: bool) -> bool {
    was_tainted || from.origin() != *page && from.origin() != to.origin()
}

/// Whether a script's cross-origin request is stopped because the target has a name or password in it.
#[must_use]
pub fn is_stopped_by_credentials(page: &url::Origin, from: &Url, to: &Url) -> bool {
    let has_credentials = !to.username().is_empty() || to.password().is_some();
    has_credentials && (to.origin() != *page || from.origin() != *page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_method_changes_by_status() {
        for (status, method, next) in [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (302, "PUT", "PUT"),
            (301, "HEAD", "HEAD"),
            (303, "POST", "GET"),
            (303, "DELETE", "GET"),
            (303, "HEAD", "HEAD"),
            (307, "POST", "POST"),
            (308, "PATCH", "PATCH"),
        ] {
            assert_eq!(method_after(status, method), next, "{method} after {status}");
        }
    }

    #[test]
    fn a_fragment_is_inherited_unless_the_target_has_one() {
        let from = url("https://a.test/x?y#old");
        assert_eq!(target(&from, Some("/z")), Target::Follow(url("https://a.test/z#old")));
        assert_eq!(target(&from, Some("/z#new")), Target::Follow(url("https://a.test/z#new")));
        assert_eq!(target(&from, Some("//b.test")), Target::Follow(url("https://b.test/#old")));
        assert_eq!(target(&from, Some("")), Target::Follow(url("https://a.test/x?y#old")));
        assert_eq!(target(&url("https://a.test/x#"), Some("/z")), Target::Follow(url("https://a.test/z")));
        assert_eq!(target(&from, None), Target::Stay);
        assert_eq!(target(&from, Some("http://[")), Target::Invalid);
        assert!(matches!(target(&from, Some("javascript:alert(1)")), Target::Forbidden(_)));
    }

    #[test]
    fn authorization_stays_behind_at_another_origin_in_new_browsers() {
        let (from, same, other) = (url("https://a.test/"), url("https://a.test/b"), url("https://b.test/"));
        let chrome = |version: u32| {
            format!("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36")
        };
        assert!(keeps_authorization(&chrome(156), &from, &same));
        assert!(!keeps_authorization(&chrome(119), &from, &other));
        assert!(keeps_authorization(&chrome(118), &from, &other));
        assert!(keeps_authorization("Mozilla/5.0 (X11; Linux x86_64; rv:110.0) Gecko/20100101 Firefox/110.0", &from, &other));
        assert!(!keeps_authorization("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", &from, &other));
        assert!(!keeps_authorization("", &from, &url("http://a.test/")));
    }

    #[test]
    fn an_origin_is_lost_on_the_way_from_a_foreign_origin_to_a_third() {
        let page = url("https://a.test/").origin();
        let (own, other, third) = (url("https://a.test/"), url("https://b.test/"), url("https://c.test/"));
        assert!(!is_origin_tainted(&page, &own, &other, false));
        assert!(is_origin_tainted(&page, &other, &third, false));
        assert!(is_origin_tainted(&page, &other, &own, false));
        assert!(!is_origin_tainted(&page, &other, &url("https://b.test/2"), false));
        assert!(is_origin_tainted(&page, &own, &own, true));
    }

    #[test]
    fn a_name_in_the_target_stops_scripts_that_look_across_origins() {
        let page = url("https://a.test/").origin();
        assert!(is_stopped_by_credentials(&page, &url("https://a.test/"), &url("https://u@b.test/")));
        assert!(is_stopped_by_credentials(&page, &url("https://b.test/"), &url("https://u:p@a.test/")));
        assert!(!is_stopped_by_credentials(&page, &url("https://a.test/"), &url("https://u:p@a.test/")));
        assert!(!is_stopped_by_credentials(&page, &url("https://a.test/"), &url("https://b.test/")));
    }
}
