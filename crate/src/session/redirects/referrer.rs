//! What a browser puts into `Referer`: Referrer Policy 8.3, "determine request's Referrer"; read 2026-11-21.

use url::Url;

/// What a page, or a redirect's response, lets the browser tell about where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Nothing.
    NoReferrer,
    /// Everything, except from https to http.
    NoReferrerWhenDowngrade,
    /// Everything, to the same origin only.
    SameOrigin,
    /// The origin.
    Origin,
    /// The origin, except from https to http.
    StrictOrigin,
    /// Everything to the same origin, the origin elsewhere.
    OriginWhenCrossOrigin,
    /// The same, and nothing from https to http. What browsers do where nobody says otherwise.
    #[default]
    StrictOriginWhenCrossOrigin,
    /// Everything, to everybody.
    UnsafeUrl,
}

impl Policy {
    /// The last policy of a `Referrer-Policy` field that this browser knows; `None` where it names none.
    #[must_use]
    pub fn of_field(value: &str) -> Option<Self> {
        value.rsplit(',').find_map(|word| {
            Some(match word.trim().to_ascii_lowercase().as_str() {
                "no-referrer" => Self::NoReferrer,
                "no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
                "same-origin" => Self::SameOrigin,
                "origin" => Self::Origin,
                "strict-origin" => Self::StrictOrigin,
                "origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
                "strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
                "unsafe-url" => Self::UnsafeUrl,
                _ => return None,
            })
        })
    }

    /// The `Referer` of a request from a page to an address; `None` where the field is left out.
    #[must_use]
    pub fn referrer(self, page: &Url, to: &Url) -> Option<String> {
        if !matches!(page.scheme(), "http" | "https") {
            return None;
        }
        let is_same = page.origin() == to.origin();
        let is_downgrade = page.scheme() == "https" && to.scheme() != "https";
        let everything = || {
            let mut page = page.clone();
            page.set_fragment(None);
            let _ = (page.set_username(""), page.set_password(None));
            // A page's address that is longer than this is cut down to its origin.
            if page.as_str().len() > 4096 { origin(&page) } else { page.into() }
        };
        match self {
            Self::NoReferrer => None,
            Self::NoReferrerWhenDowngrade => (!is_downgrade).then(everything),
            Self::SameOrigin => is_same.then(everything),
            Self::Origin => Some(origin(page)),
            Self::StrictOrigin => (!is_downgrade).then(|| origin(page)),
            Self::OriginWhenCrossOrigin => Some(if is_same { everything() } else { origin(page) }),
            Self::StrictOriginWhenCrossOrigin if is_same => Some(everything()),
            Self::StrictOriginWhenCrossOrigin => (!is_downgrade).then(|| origin(page)),
            Self::UnsafeUrl => Some(everything()),
        }
    }
}

fn origin(url: &Url) -> String {
    format!("{}/", url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(policy: &str, page: &str, to: &str) -> Option<String> {
        Policy::of_field(policy).unwrap_or_default().referrer(&Url::parse(page).unwrap(), &Url::parse(to).unwrap())
    }

    const PAGE: &str = "https://u:p@a.test/x?y#z";

    #[test]
    fn tells_as_much_as_the_policy_lets_it() {
        let (all, origin) = (Some("https://a.test/x?y".to_owned()), Some("https://a.test/".to_owned()));
        for (policy, same, other, plain) in [
            ("", &all, &origin, &None),
            ("no-referrer", &None, &None, &None),
            ("no-referrer-when-downgrade", &all, &all, &None),
            ("same-origin", &all, &None, &None),
            ("origin", &origin, &origin, &origin),
            ("strict-origin", &origin, &origin, &None),
            ("origin-when-cross-origin", &all, &origin, &origin),
            ("strict-origin-when-cross-origin", &all, &origin, &None),
            ("unsafe-url", &all, &all, &all),
        ] {
            assert_eq!(&told(policy, PAGE, "https://a.test/"), same, "{policy}");
            assert_eq!(&told(policy, PAGE, "https://b.test/"), other, "{policy}");
            assert_eq!(&told(policy, PAGE, "http://a.test/"), plain, "{policy}");
        }
    }

    #[test]
    fn the_last_policy_that_is_known_counts() {
        assert_eq!(Policy::of_field("no-referrer, Unsafe-URL, something-new"), Some(Policy::UnsafeUrl));
        assert_eq!(Policy::of_field("something-new"), None);
    }

    #[test]
    fn pages_without_an_address_tell_nothing() {
        assert_eq!(told("unsafe-url", "about:blank", "https://b.test/"), None);
        let long = format!("https://a.test/{}", "x".repeat(5000));
        assert_eq!(told("unsafe-url", &long, "https://b.test/").as_deref(), Some("https://a.test/"));
    }
}
