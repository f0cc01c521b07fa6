use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The server marked the cookie Secure and sent it over plain http. Browsers drop such a cookie
    /// without a word, so the login succeeds and the next request is a stranger's again.
    ///
    /// ```http-notation
    /// > POST http://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Secure; HttpOnly
    ///
    /// ~ kind document
    /// > GET http://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedSecure {
        id: "cookie-rejected-secure",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The browser drops a Secure cookie set over http",
        recognised: "A Set-Cookie with the Secure attribute comes from a URL that is not potentially trustworthy, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Open the site by its https address.", "After the login the site knows you."),
            (Developer, "Serve the login over https; the Secure attribute is right and should stay.", "The request after the login bears the cookie."),
            (Administrator, "Redirect http to https before anything sets a cookie; behind a TLS proxy make sure that browsers never reach the http port.", "http:// addresses answer with a redirect to https:// and set no cookie."),
        ],
        references: [("RFC 6265bis 5.7: storage model, the secure-only-flag", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7"), ("W3C Secure Contexts 3.1: potentially trustworthy origins", "https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy")],
    }
}

impl Cause for CookieRejectedSecure {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::SecureOnly])?;
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser dropped the cookie {} because it is Secure and {} came over http; so {} went without it.",
                cookie.name,
                cookie.setter(),
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(
            cookie.at,
            cookie.place(),
            format!("{} is marked Secure, and this response came over {}.", cookie.name, cookie.record.exchange.url.scheme()),
        )
        .advise(
            Audience::Developer,
            format!("Serve {} over https; Secure on {} is right and should stay.", case.host(), cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        Some(cookie.absence(case, finding))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cookie-rejected-secure";

    fn login(origin: &str, cookie: &str, then: &str) -> String {
        format!(
            "> POST {origin}/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: {cookie}\n\n~ kind document\n> GET {origin}/home\n{then}\n"
        )
    }

    const BOUNCED: &str = "< 302 Found\n< Location: /login\n";

    #[test]
    fn reports_a_401_after_the_login_as_well() {
        reports(ID, &login("http://app.test", "sid=x; Secure", "< 401 Unauthorized\n< WWW-Authenticate: Cookie\n"));
    }

    #[test]
    fn a_neighbours_session_cookie_carries_no_login() {
        let login = login("http://app.test", "shop=x; Secure", &format!("> Cookie: sid={{secret sid 27}}\n{BOUNCED}"));
        reports(ID, &login.replacen("/login\n>\n", "/login\n> Cookie: sid={secret sid 27}\n>\n", 1));
        // One that the login itself brought is the login's, whatever else was refused.
        is_silent(ID, &login.replacen("Secure\n", "Secure\n< Set-Cookie: sid={secret sid 27}\n", 1));
    }

    #[test]
    fn passes_over_https_and_loopback() {
        is_silent(ID, &login("https://app.test", "sid=x; Secure", BOUNCED));
        is_silent(ID, &login("http://localhost:8080", "sid=x; Secure", BOUNCED));
    }

    #[test]
    fn passes_over_a_login_that_went_on_with_another_cookie() {
        is_silent(ID, &login("http://app.test", "sid=x; Secure\n< Set-Cookie: session=y", "> Cookie: session=y\n< 401 Unauthorized\n"));
        is_healthy(&login("http://app.test", "seen=x; Secure", "< 200 OK\n"));
    }

    #[test]
    fn passes_over_a_cookie_that_has_nothing_to_do_with_the_login() {
        is_silent(
            ID,
            "> GET http://app.test/\n< 200 OK\n< Set-Cookie: theme=x; Secure\n\n> GET http://app.test/api\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n",
        );
    }
}
