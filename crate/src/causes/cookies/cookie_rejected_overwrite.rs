use super::refused_cookie;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// A Secure cookie of this name was set over https, and now an answer over plain http tries to
    /// set it anew. Browsers let no unencrypted answer overwrite it: the old value stays, and plain
    /// http does not get that one either.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/
    /// < 200 OK
    /// < Set-Cookie: sid={secret old 24}; Path=/; Secure
    ///
    /// > POST http://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret new 24}; Path=/
    ///
    /// ~ kind document
    /// > GET http://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedOverwrite {
        id: "cookie-rejected-overwrite",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "An http response may not overwrite a Secure cookie",
        recognised: "A response over http sets a cookie of the same name, domain and path as a stored Secure cookie, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Open the site by its https address.", "After the login the site knows you."),
            (Developer, "Serve the login over https as well, or give the cookie of the plain site another name.", "The request after the login bears the cookie that the login set."),
            (Administrator, "Redirect http to https for the whole host.", "http:// addresses set no cookie."),
        ],
        references: [("RFC 6265bis 5.7: leave secure cookies alone", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7")],
    }
}

impl Cause for CookieRejectedOverwrite {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::OverwriteSecure])?;
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser kept the older Secure cookie {}: {} came over http and may not overwrite it; so {} went without the new one.",
                cookie.name,
                cookie.setter(),
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), BlockedReason::OverwriteSecure.says());
        Some(cookie.absence(case, finding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-overwrite";

    fn after(first: &str, origin: &str) -> String {
        format!("> GET https://www.app.test/\n< 200 OK\n< Set-Cookie: {first}\n\n{}", login(origin, "sid=new; Path=/"))
    }

    #[test]
    fn a_cookie_of_the_parent_domain_is_left_alone_as_well() {
        reports(ID, &after("sid=old; Secure; Path=/", "http://www.app.test"));
        reports(ID, &after("sid=old; Secure; Path=/; Domain=app.test", "http://www.app.test"));
    }

    #[test]
    fn passes_over_https_and_cookies_that_are_not_secure() {
        is_silent(ID, &after("sid=old; Secure; Path=/", "https://www.app.test"));
        is_silent(ID, &after("sid=old; Path=/", "http://www.app.test"));
    }

    #[test]
    fn passes_over_other_names_and_other_paths() {
        is_silent(ID, &after("other=old; Secure; Path=/", "http://www.app.test"));
        is_silent(ID, &after("sid=old; Secure; Path=/elsewhere", "http://www.app.test"));
    }
}
