use super::cookie_blocked_third_party::frame_of_another_site;
use super::cookie_not_sent_partition::set_in_a_frame;
use super::{absent_cookie, is_left_out_by_script, lacks_identity, set_anew_as_strict};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The session cookie went along before and no longer does, although no answer deleted it and its
    /// time was not over: it was cleared by the user, an extension or a script, or the page runs in
    /// another container.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: sid={secret s 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// > GET https://app.example.test/home
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    ///
    /// @ 5m
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 401 Unauthorized
    /// ```
    SessionCookieLost {
        id: "session-cookie-lost",
        family: "cookies",
        side: Client,
        stage: CookieNotSent,
        title: "A session cookie was there and is gone",
        recognised: "A session cookie that earlier requests bore is missing, and neither a response, its time nor the browser's rules explain that.",
        remedies: [
            (User, "Log in again; if it happens often, look for extensions, private windows or a setting that clears cookies.", "The cookie stays."),
            (Developer, "Check whether a script of the page deletes cookies, and whether several tabs log out for each other.", "No script writes document.cookie for this name."),
            (Administrator, "Nothing is wrong at the server.", "The server's log shows requests without the cookie."),
        ],
        references: [("RFC 6265bis 5.8.3: retrieval", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3")],
    }
}

impl Cause for SessionCookieLost {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !lacks_identity(case) || frame_of_another_site(case).is_some() {
            return None;
        }
        let cookie = absent_cookie(case).filter(|cookie| !is_left_out_by_script(case, cookie) && set_in_a_frame(case).is_none())?;
        let bore = |(_, record): &(usize, &crate::session::Record)| record.facts.cookie(cookie.name).is_some() && record.was_accepted();
        let (last, _) = case.earlier().find(bore)?;
        // What another site led to a Strict cookie stays away from, and the next request at home bears it.
        if case.is_led_here_by_another_site() && set_anew_as_strict(case).any(|(_, name)| name == cookie.name) {
            return None;
        }
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!("The cookie {} went along before and is missing from {}; no answer deleted it.", cookie.name, case.request()),
            )
            .about(cookie.name)
            .shown(last, Place::Sent("cookie", 0), format!("Here the request still bore {}.", cookie.name))
            .shown(case.at(), Place::Target, format!("This request does not bear {}.", cookie.name))
            .next("The browser's list of cookies for this site, and the extensions that may clear it."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "session-cookie-lost";

    const LOGIN: &str = "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}\n\n";
    const HOME: &str = "> GET https://app.test/home\n> Cookie: sid={secret s 24}\n< 200 OK\n\n";
    const BARE: &str = "@ 5m\n~ kind document\n> GET https://app.test/home\n< 401 Unauthorized\n";

    #[test]
    fn quotes_the_last_request_that_bore_it() {
        assert!(reports(ID, &format!("{LOGIN}{HOME}{BARE}")).contains("sid"));
    }

    #[test]
    fn passes_over_cookies_that_ended_or_never_went_along() {
        is_silent(ID, &format!("{}{HOME}{BARE}", LOGIN.replace("24}", "24}; Max-Age=60")));
        is_silent(ID, &format!("{LOGIN}{}{BARE}", HOME.replace("< 200 OK", "< 200 OK\n< Set-Cookie: sid=; Max-Age=0")));
        is_silent(ID, &format!("{LOGIN}{BARE}"));
    }

    #[test]
    fn passes_over_hidden_cookies() {
        is_silent(ID, &format!("{LOGIN}{HOME}{BARE}").replace("@ 5m\n", "@ 5m\n~ unseen cookies\n"));
    }
}
