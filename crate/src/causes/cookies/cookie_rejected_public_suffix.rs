use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The cookie's Domain is a public suffix: a name below which anybody may register, such as
    /// co.uk or github.io. A cookie for it would reach strangers, so browsers refuse it.
    ///
    /// ```http-notation
    /// > POST https://alice.github.io/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Domain=github.io
    ///
    /// ~ kind document
    /// > GET https://alice.github.io/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedPublicSuffix {
        id: "cookie-rejected-public-suffix",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The cookie names a public suffix",
        recognised: "The Domain attribute is on the Public Suffix List and is not the host itself, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer; nothing you type can help.", "After the login the site knows you."),
            (Developer, "Leave Domain out: the cookie then belongs to this host alone. What must be shared between hosts needs a registered domain of your own above them.", "The request after the login bears the cookie."),
            (Administrator, "Put the hosts that share a login below one registered domain of yours, not below a provider's.", "The application's cookie domain is not on publicsuffix.org."),
        ],
        references: [("RFC 6265bis 5.7: storage model, public suffixes", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7"), ("Public Suffix List", "https://publicsuffix.org/learn/")],
    }
}

impl Cause for CookieRejectedPublicSuffix {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = refused_cookie(case, &[BlockedReason::PublicSuffix])?;
        let domain = cookie.attributes()?.domain?.value;
        let finding = Finding::new(&META, Certainty::Proved, format!("The browser dropped the cookie {}: its Domain {domain} is a public suffix, below which strangers have their hosts too; so {} went without it.", cookie.name, case.request()))
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), format!("{domain} is on the Public Suffix List."))
            .advise(Audience::Developer, format!("Leave Domain={domain} out: the cookie then belongs to {}.", cookie.host()), format!("{} bears {}.", case.request(), cookie.name));
        let finding = cookie.absence(case, finding);
        Some(cookie.replayed(case, finding, &["domain"], ""))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-public-suffix";

    #[test]
    fn knows_country_domains_and_providers() {
        reports(ID, &login("https://shop.example.co.uk", "sid=x; Domain=co.uk"));
        reports(ID, &login("https://alice.github.io", "sid=x; Domain=.github.io"));
    }

    #[test]
    fn passes_over_registered_domains() {
        is_silent(ID, &login("https://shop.example.co.uk", "sid=x; Domain=example.co.uk"));
        is_silent(ID, &login("https://shop.example.co.uk", "sid=x; Domain=other.co.uk"));
    }

    #[test]
    fn passes_over_a_suffix_that_is_the_host_itself() {
        is_silent(ID, &login("https://github.io", "sid=x; Domain=github.io"));
    }
}
