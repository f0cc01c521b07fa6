use super::held_back;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The browser holds the session cookie and keeps it back, because its Path does not cover the
    /// address that was asked for. Without a Path attribute it is the folder of the page that set it.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/auth/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Secure; HttpOnly
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /auth/login
    /// ```
    CookieNotSentPath {
        id: "cookie-not-sent-path",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "The cookie's Path does not cover this URL",
        recognised: "A stored cookie matches the failed request in everything but Path.",
        remedies: [
            (User, "Tell the site's developer; nothing you type can help.", "After the login the site knows you."),
            (Developer, "Set the session cookie with Path=/, or with the folder that holds the whole application.", "The request after the login bears the cookie."),
            (Administrator, "If a proxy serves the application below another folder than it believes, rewrite the path of its cookies (proxy_cookie_path, ProxyPassReverseCookiePath).", "Path in Set-Cookie as the browser gets it covers the application's addresses."),
        ],
        references: [("RFC 6265bis 5.1.4: path matching and the default path", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.4")],
    }
}

impl Cause for CookieNotSentPath {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = held_back(case, &[BlockedReason::NotOnPath])?;
        let path = cookie.attributes()?.path.filter(|path| path.value.starts_with('/'));
        let (covers, says) = match path {
            Some(path) => (path.value.to_owned(), format!("Path={} covers only what lies below it.", path.value)),
            None => {
                (folder(cookie.record.exchange.url.path()).to_owned(), "It names no Path, so the folder of this address counts.".to_owned())
            }
        };
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!("The browser holds the cookie {} and kept it off {}: it is for {covers} only.", cookie.name, case.request()),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), says)
        .advise(
            Audience::Developer,
            format!("Set {} with Path=/.", cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        let finding = cookie.absence(case, finding);
        Some(cookie.replayed(case, finding, &["path"], "Path=/"))
    }
}

/// The default path of RFC 6265bis 5.1.4.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty()).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-not-sent-path";

    fn then(login: &str, cookie: &str, path: &str) -> String {
        format!(
            "> POST https://app.test{login}\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n~ kind fetch\n> GET https://app.test{path}\n< 401 Unauthorized\n"
        )
    }

    #[test]
    fn names_the_path_that_counts() {
        assert!(reports(ID, &then("/login", "sid=x; Path=/admin", "/api")).contains("/admin"));
        assert!(reports(ID, &then("/v1/auth/login", "sid=x", "/v1/me")).contains("/v1/auth"));
        reports(ID, &then("/login", "sid=x; Path=/api/", "/api"));
    }

    #[test]
    fn passes_over_paths_that_cover_the_address() {
        is_silent(ID, &then("/login", "sid=x", "/api/me"));
        is_silent(ID, &then("/auth/login", "sid=x; Path=/", "/api"));
        is_silent(ID, &then("/auth/login", "sid=x; Path=/api", "/api/me"));
    }

    #[test]
    fn passes_over_a_cookie_that_is_held_back_for_more_than_its_path() {
        is_silent(ID, &then("/auth/login", "sid=x; Secure", "/api").replace("GET https", "GET http"));
    }
}
