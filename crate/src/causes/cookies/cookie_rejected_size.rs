use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;
use crate::syntax::set_cookie::MAX_PAIR;

declare_cause! {
    /// Name and value of the cookie are longer than 4096 bytes together. Browsers drop it whole,
    /// without a word. It happens when a whole token or user record is packed into a cookie.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: session={repeat x 5000}; Path=/; Secure; HttpOnly
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedSize {
        id: "cookie-rejected-size",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The cookie is larger than browsers keep",
        recognised: "Name and value of a Set-Cookie line exceed 4096 bytes, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer. If other accounts can log in, yours carries more roles or groups than fit.", "After the login the site knows you."),
            (Developer, "Keep the session on the server and only its identifier in the cookie; or store less in it, or split it into several as session libraries offer.", "Name and value of each cookie stay below 4096 bytes, and the next request bears it."),
            (Administrator, "If a gateway packs tokens into the cookie, let it keep sessions in a store such as Redis, or leave group claims out of the token.", "The cookie that the gateway sets is shorter than 4096 bytes."),
        ],
        references: [("RFC 6265bis 5.6: the limit on name and value", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6")],
    }
}

impl Cause for CookieRejectedSize {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::NameValuePairExceedsMaxSize])?;
        let line = cookie.attributes()?;
        let size = line.name.len() + line.value.len();
        let finding = Finding::new(&META, Certainty::Proved, format!("The browser dropped the cookie {}: its name and value are {size} bytes long, and browsers keep no more than {MAX_PAIR}; so {} went without it.", cookie.name, case.request()))
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), format!("Name and value have {size} bytes."))
            .advise(Audience::Developer, format!("Let {} carry an identifier and keep the rest on the server; at least {} bytes must go.", cookie.name, size.saturating_sub(MAX_PAIR)), format!("{} bears {}.", case.request(), cookie.name));
        Some(cookie.absence(case, finding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-size";

    #[test]
    fn counts_name_and_value() {
        assert!(reports(ID, &login("https://app.test", "sid={repeat x 4094}")).contains("4097 bytes"));
    }

    #[test]
    fn passes_over_the_largest_that_fits() {
        is_silent(ID, &login("https://app.test", "sid={repeat x 4093}"));
    }

    #[test]
    fn attributes_do_not_count() {
        is_silent(ID, &login("https://app.test", "sid=x; Path=/{repeat y 900}; Comment={repeat z 4000}"));
    }
}
