use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The server set a cookie with SameSite=None and without Secure. Browsers refuse that pair, so
    /// the cookie never exists and the next request is a stranger's again.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; HttpOnly; SameSite=None
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedSamesiteNone {
        id: "cookie-rejected-samesite-none",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "SameSite=None without Secure is dropped",
        recognised: "A Set-Cookie bears SameSite=None and no Secure, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer; nothing you type can help.", "After the login the site knows you."),
            (Developer, "Add Secure, and serve the site over https; or, where no other site needs the cookie, use SameSite=Lax.", "The request after the login bears the cookie."),
            (Administrator, "If a proxy rewrites cookies, let it add Secure wherever it adds SameSite=None.", "Set-Cookie as the browser gets it bears both attributes."),
        ],
        references: [("RFC 6265bis 5.7: SameSite=None needs Secure", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7"), ("MDN: Set-Cookie, SameSite", "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value")],
    }
}

impl Cause for CookieRejectedSamesiteNone {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::SameSiteNoneInsecure])?;
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser dropped the cookie {}: {} set it with SameSite=None and without Secure; so {} went without it.",
                cookie.name,
                cookie.setter(),
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("{} bears SameSite=None and no Secure.", cookie.name))
        .advise(
            Audience::Developer,
            format!("Set {} with SameSite=None; Secure over https, or with SameSite=Lax where no other site needs it.", cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        let finding = cookie.absence(case, finding);
        Some(cookie.replayed(case, finding, &["secure"], "Secure"))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-samesite-none";

    fn login(cookie: &str, sent: &str) -> String {
        format!(
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n~ kind fetch\n> GET https://app.test/api/me\n{sent}< 401 Unauthorized\n"
        )
    }

    #[test]
    fn reports_a_refused_api_call_after_the_login() {
        reports(ID, &login("sid=x; samesite=none", ""));
    }

    #[test]
    fn passes_over_the_pair_with_secure_and_over_other_values() {
        for cookie in ["sid=x; SameSite=None; Secure", "sid=x; SameSite=Lax", "sid=x", "sid=x; SameSite=Nonsense"] {
            is_silent(ID, &login(cookie, ""));
        }
    }

    #[test]
    fn passes_over_a_cookie_that_was_sent_all_the_same() {
        is_silent(ID, &login("sid=x; SameSite=None", "> Cookie: sid=x\n"));
    }

    #[test]
    fn passes_over_requests_with_a_credential_of_their_own() {
        is_silent(ID, &login("sid=x; SameSite=None", "> Authorization: Bearer {secret t 30}\n"));
    }
}
