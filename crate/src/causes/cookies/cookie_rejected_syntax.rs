use super::refused_cookie;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The Set-Cookie line holds something that browsers keep no cookie for: a control character,
    /// or neither a name nor a value.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: =; Path=/; HttpOnly
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedSyntax {
        id: "cookie-rejected-syntax",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The Set-Cookie line is not one browsers keep",
        recognised: "A Set-Cookie line holds a control character, or has neither name nor value, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer; nothing you type can help.", "After the login the site knows you."),
            (Developer, "Encode the value before it goes into the cookie, for example in base64url, and set it by the framework's own function.", "Set-Cookie holds printable ASCII only, and the next request bears the cookie."),
            (Administrator, "If a proxy rewrites cookies, compare the line that the application writes with the one that browsers get.", "Both lines are the same."),
        ],
        references: [("RFC 6265bis 5.6: what is ignored", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6")],
    }
}

const REASONS: [BlockedReason; 3] = [BlockedReason::DisallowedCharacter, BlockedReason::NoCookieContent, BlockedReason::SyntaxError];

impl Cause for CookieRejectedSyntax {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &REASONS)?;
        let what = if cookie.name.is_empty() { "A cookie without a name".to_owned() } else { format!("The cookie {}", cookie.name) };
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!("{what} that {} sets is not one browsers keep, so {} went without it.", cookie.setter(), case.request()),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), cookie.why(&REASONS));
        Some(cookie.absence(case, finding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-syntax";

    #[test]
    fn reports_control_characters_in_name_value_and_attributes() {
        for line in ["s\u{1}id=x", "sid=a\u{2}b", "sid=a\tb", "sid=a; Path=/\u{7f}"] {
            reports(ID, &login("https://app.test", line));
        }
    }

    #[test]
    fn passes_over_what_browsers_forgive() {
        for line in ["sid=a b", "sid=\"quoted\"", "sid=a;\tPath=/", "sid=é", "sid=", "sid=a; Unknown; Path"] {
            is_silent(ID, &login("https://app.test", line));
        }
    }
}
