use super::held_back;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The browser holds a Secure session cookie of this host, and the request goes over plain http,
    /// where such a cookie never travels.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: http://app.example.test/home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Secure
    ///
    /// ~ kind document
    /// > GET http://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieNotSentScheme {
        id: "cookie-not-sent-scheme",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "A Secure cookie cannot go over http",
        recognised: "A stored Secure cookie of that host, and a failed request over http.",
        remedies: [
            (User, "Open the site by its https address.", "The site knows you."),
            (Developer, "Let links and redirects after the login stay on https; build them from the address that the browser used.", "Location after the login begins with https."),
            (Administrator, "Redirect http to https, and pass X-Forwarded-Proto to the application so that it builds https addresses.", "No request of the login goes over http."),
        ],
        references: [("RFC 6265bis 5.8.3: retrieval, the secure-only-flag", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3")],
    }
}

const REASONS: [BlockedReason; 4] = [
    BlockedReason::SecureOnly,
    BlockedReason::SchemefulSameSiteStrict,
    BlockedReason::SchemefulSameSiteLax,
    BlockedReason::SchemefulSameSiteUnspecifiedTreatedAsLax,
];

impl Cause for CookieNotSentScheme {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = held_back(case, &REASONS)?;
        if !cookie.reasons.contains(BlockedReason::SecureOnly) {
            return None;
        }
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser holds the cookie {}, which is Secure, and kept it off {}, which went over http.",
                cookie.name,
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("{} was set as Secure over https.", cookie.name));
        Some(match http_redirect(case) {
            Some((position, path)) => cookie.absence(
                case,
                finding.shown(position, Place::Received("location", 0), format!("Here {path} sends the browser from https to http.")),
            ),
            None => cookie.absence(case, finding),
        })
    }
}

/// The redirect from https that led to the failed request, and the path that made it.
fn http_redirect(case: &Case<'_>) -> Option<(usize, String)> {
    let url = &case.exchange().url;
    let leads_here = |target: &url::Url| target.path() == url.path() && target.host() == url.host() && target.scheme() == "http";
    case.earlier_anywhere()
        .find(|(_, record)| record.exchange.url.scheme() == "https" && record.redirect_target().is_some_and(leads_here))
        .map(|(position, record)| (position, record.exchange.url.path().to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "cookie-not-sent-scheme";

    fn then(cookie: &str, url: &str) -> String {
        format!(
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: {url}\n< Set-Cookie: {cookie}\n\n~ kind document\n> GET {url}\n< 401 Unauthorized\n"
        )
    }

    #[test]
    fn quotes_the_redirect_that_left_https() {
        let diagnosis = diagnose(&then("sid=x; Secure", "http://app.test/home"));
        let cause = &diagnosis.failures[0].causes[0];
        assert_eq!(cause.id, ID);
        assert!(cause.evidence.iter().any(|quote| quote.name == "location"), "{:?}", cause.evidence);
        reports(ID, &then("sid=x; Secure; SameSite=Strict", "http://app.test/home"));
    }

    #[test]
    fn passes_over_https_and_loopback() {
        is_silent(ID, &then("sid=x; Secure", "https://app.test/home"));
        is_silent(ID, &then("sid=x; Secure", "http://localhost/home").replace("https://app.test", "https://localhost"));
    }

    #[test]
    fn passes_over_cookies_that_are_not_secure() {
        is_silent(ID, &then("sid=x; SameSite=None", "http://app.test/home"));
        let with_another = then("theme=x; Secure", "http://app.test/home").replace("home\n< 401", "home\n> Cookie: sid=y\n< 401");
        is_silent(ID, &with_another);
    }
}
