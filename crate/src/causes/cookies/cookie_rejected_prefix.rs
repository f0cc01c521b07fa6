use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;
use crate::syntax::set_cookie::SetCookie;

declare_cause! {
    /// The cookie's name begins with __Host- or __Secure-, which promises certain attributes, and
    /// the Set-Cookie line does not keep the promise. Browsers refuse such a cookie.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: __Host-sid={secret sid 24}; Path=/; Secure; HttpOnly; Domain=example.test
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedPrefix {
        id: "cookie-rejected-prefix",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "A __Host- or __Secure- cookie breaks its rule",
        recognised: "A Set-Cookie whose name begins with __Host- lacks Secure or Path=/ or bears Domain, or one that begins with __Secure- lacks Secure or comes over http; the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer; nothing you type can help.", "After the login the site knows you."),
            (Developer, "Give a __Host- cookie Secure and Path=/ and no Domain, a __Secure- cookie Secure, over https; or choose a name without the prefix.", "The request after the login bears the cookie."),
            (Administrator, "If a proxy rewrites Domain or Path of cookies, exempt those whose names begin with __Host-.", "Set-Cookie as the browser gets it keeps the rule of its prefix."),
        ],
        references: [("RFC 6265bis 4.1.3: cookie name prefixes", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3")],
    }
}

impl Cause for CookieRejectedPrefix {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::InvalidPrefix])?;
        let broken = broken_rule(&cookie.attributes()?, cookie.record.exchange.url.scheme() == "https");
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser dropped the cookie {}: by its prefix it must {broken}, and {} did otherwise; so {} went without it.",
                cookie.name,
                cookie.setter(),
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("A cookie of that prefix must {broken}."))
        .advise(
            Audience::Developer,
            format!("Let the line that sets {} {broken}.", cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        let finding = cookie.absence(case, finding);
        Some(cookie.replayed(case, finding, &["domain", "path", "secure"], "Path=/; Secure"))
    }
}

/// The first rule of the prefix that the line breaks, after "must".
fn broken_rule(cookie: &SetCookie<'_>, is_https: bool) -> &'static str {
    let name = cookie.name.to_ascii_lowercase();
    if !is_https {
        "come over https"
    } else if cookie.secure.is_none() {
        "bear Secure"
    } else if name.starts_with("__host-") && cookie.domain.is_some() {
        "bear no Domain"
    } else if name.starts_with("__host-") && cookie.path.as_ref().is_none_or(|path| path.value != "/") {
        "bear Path=/"
    } else {
        "bear HttpOnly"
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-prefix";

    fn login(origin: &str, cookie: &str) -> String {
        format!(
            "> POST {origin}/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n~ kind fetch\n> GET {origin}/api/me\n< 401 Unauthorized\n"
        )
    }

    #[test]
    fn names_the_rule_that_is_broken() {
        for (cookie, rule) in [
            ("__Host-sid=x; Secure; Path=/; Domain=app.test", "bear no Domain"),
            ("__Host-sid=x; Secure; Path=/app", "bear Path=/"),
            ("__Host-sid=x; Path=/", "bear Secure"),
            ("__Secure-sid=x", "bear Secure"),
        ] {
            let summary = reports(ID, &login("https://app.test", cookie));
            assert!(summary.contains(rule), "{summary}");
        }
    }

    #[test]
    fn reports_the_cookie_that_a_form_is_held_against() {
        let form = |value: &str| {
            format!(
                "> GET https://app.test/csrf\n< 200 OK\n< Set-Cookie: __Host-x=aVeryLongValueOfAForm1234%7Chash; Domain=app.test; Secure; Path=/\n\n\
                 ~ kind document\n> POST https://app.test/signin/go\n> Content-Type: application/x-www-form-urlencoded\n>\n> t={value}&back=%2Fhome\n\
                 < 302 Found\n< Location: https://app.test/signin?again=1\n"
            )
        };
        reports(ID, &form("aVeryLongValueOfAForm1234"));
        is_silent(ID, &form("anotherLongValueOfAForm12"));
        // A form repeats what a page remembers of somebody without being held against it.
        is_silent(ID, &form("aVeryLong%40Value.example").replace("aVeryLongValueOfAForm1234%7Chash", "aVeryLong@Value.example"));
    }

    #[test]
    fn passes_over_prefixes_that_keep_their_promise() {
        for cookie in ["__Host-sid=x; Secure; Path=/", "__Secure-sid=x; Secure; Domain=app.test", "__Hostsid=x", "sid=__Host-x"] {
            is_silent(ID, &login("https://app.test", cookie));
        }
    }
}
