use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The Set-Cookie line names a Domain that does not cover the host that answered: a sibling, a
    /// host below, or quite another site. Browsers refuse such a cookie.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Domain=www.example.test
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedDomain {
        id: "cookie-rejected-domain",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The cookie names a domain it may not set",
        recognised: "The Domain attribute of a Set-Cookie line does not domain-match the host that sent it, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Open the site by its usual address: the cookie is meant for another one.", "After the login the site knows you."),
            (Developer, "Leave Domain out, which binds the cookie to this very host, or name a parent of it.", "The request after the login bears the cookie."),
            (Administrator, "Check the cookie domain in the application's settings against the name by which browsers reach it; behind a proxy rewrite it (proxy_cookie_domain, ProxyPassReverseCookieDomain).", "Set-Cookie as the browser gets it names this host or a parent of it."),
        ],
        references: [("RFC 6265bis 5.7: storage model, the domain-attribute", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7"), ("RFC 6265bis 5.1.3: domain matching", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.3")],
    }
}

impl Cause for CookieRejectedDomain {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::InvalidDomain])?;
        let domain = cookie.attributes()?.domain?.value;
        let host = cookie.host();
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser dropped the cookie {}: its Domain {domain} does not cover {host}, which set it; so {} went without it.",
                cookie.name,
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("Domain={domain} came from {host}."))
        .advise(
            Audience::Developer,
            format!("Leave Domain out of {}, or name {host} or a parent of it.", cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        let finding = cookie.absence(case, finding);
        Some(cookie.replayed(case, finding, &["domain"], ""))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-domain";

    #[test]
    fn names_both_hosts() {
        let summary = reports(ID, &login("https://app.example.test", "sid=x; Domain=internal.corp.test"));
        assert!(summary.contains("internal.corp.test") && summary.contains("app.example.test"), "{summary}");
        reports(ID, &login("https://example.test", "sid=x; Domain=app.example.test"));
        reports(ID, &login("http://127.0.0.1:8080", "sid=x; Domain=localhost"));
    }

    #[test]
    fn passes_over_parents_and_the_host_itself() {
        for domain in ["example.test", ".example.test", "app.example.test", ""] {
            is_silent(ID, &login("https://app.example.test", &format!("sid=x; Domain={domain}")));
        }
    }

    #[test]
    fn passes_over_a_public_suffix() {
        is_silent(ID, &login("https://app.example.co.uk", "sid=x; Domain=co.uk"));
    }
}
