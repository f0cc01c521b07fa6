use super::held_back;
use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Audience, Certainty, Finding, Place};
use crate::session::At;
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The browser holds the session cookie and keeps it back, because SameSite does not let it
    /// travel with a request that begins on another site: a form posted from the identity provider,
    /// a frame, a call from a script elsewhere.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Location: https://idp.test/authorize?client_id=app&response_type=code&state=s1
    /// < Set-Cookie: correlation={secret c 24}; Path=/; Secure; SameSite=Lax
    ///
    /// ~ kind document
    /// > POST https://app.example.test/callback
    /// > Origin: https://idp.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > code={secret code 24}&state=s1
    /// < 401 Unauthorized
    /// ```
    CookieNotSentSamesite {
        id: "cookie-not-sent-samesite",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "SameSite keeps the cookie off this request",
        recognised: "A stored cookie matches the failed request in everything but SameSite: the request begins on another site and is no plain link, or the cookie is Strict.",
        remedies: [
            (User, "Begin the login on the site itself instead of by a link or a frame of another site.", "The site knows you."),
            (Developer, "Give the cookie that must survive a cross-site POST or a frame SameSite=None; Secure; for a Strict session cookie let the page after the login come by a same-site navigation, or use Lax.", "The request from the other site bears the cookie."),
            (Administrator, "If the identity provider can answer by a redirect instead of a posted form (response_mode=query), Lax cookies suffice.", "The callback is a GET and bears the cookie."),
        ],
        references: [("RFC 6265bis 5.6.7: SameSite", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6.7"), ("MDN: SameSite cookies", "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value")],
    }
}

const REASONS: [BlockedReason; 6] = [
    BlockedReason::SameSiteStrict,
    BlockedReason::SameSiteLax,
    BlockedReason::SameSiteUnspecifiedTreatedAsLax,
    BlockedReason::SchemefulSameSiteStrict,
    BlockedReason::SchemefulSameSiteLax,
    BlockedReason::SchemefulSameSiteUnspecifiedTreatedAsLax,
];

impl Cause for CookieNotSentSamesite {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, at: &At<'_>) -> Option<Finding> {
        let cookie = held_back(at, &REASONS)?;
        let from = at.exchange().page().and_then(|page| page.host_str().map(str::to_owned)).unwrap_or_else(|| "another site".to_owned());
        let finding = Finding::new(&META, Certainty::Proved, format!("The browser holds the cookie {} and kept it off {}, which began on {from}.", cookie.name, at.request()))
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), cookie.why(&REASONS))
            .advise(Audience::Developer, format!("Set {} with SameSite=None; Secure if it must travel with requests from {from}.", cookie.name), format!("{} bears {}.", at.request(), cookie.name));
        let finding = if at.exchange().sent("origin").is_some() { finding.shown(at.at(), Place::Sent("origin", 0), "The request began here.") } else { finding };
        let finding = cookie.absence(at, finding);
        Some(cookie.replayed(at, finding, &["samesite", "secure"], "SameSite=None; Secure"))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "cookie-not-sent-samesite";

    fn call(cookie: &str, request: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n@ 10m\n{request}< 401 Unauthorized\n")
    }

    const FOREIGN_CALL: &str = "~ kind fetch\n> POST https://app.test/api\n> Origin: https://elsewhere.test\n";

    #[test]
    fn reports_lax_strict_and_unspecified() {
        for attribute in ["; SameSite=Lax", "; SameSite=Strict", "", "; SameSite=Sometimes"] {
            reports(ID, &call(&format!("sid=x; Secure{attribute}"), FOREIGN_CALL));
        }
    }

    #[test]
    fn says_what_the_replayed_session_shows() {
        let remedies = |cookie: &str| diagnose(&call(cookie, FOREIGN_CALL)).failures.remove(0).causes.remove(0).remedies;
        let says = |cookie: &str| remedies(cookie).into_iter().find_map(|remedy| remedy.counterfactual).unwrap();
        assert!(says("sid=x; SameSite=Lax").contains("would have borne sid"));
        assert!(says("sid=x; SameSite=Lax; Path=/").contains("exchange 1"));
    }

    #[test]
    fn a_strict_cookie_stays_behind_on_a_link_as_well() {
        reports(ID, &call("sid=x; SameSite=Strict", "~ kind document\n> GET https://app.test/home\n> Referer: https://elsewhere.test/\n"));
    }

    #[test]
    fn passes_over_requests_of_the_site_itself_and_plain_links() {
        is_silent(ID, &call("sid=x; SameSite=Strict", "~ kind fetch\n> POST https://app.test/api\n> Origin: https://app.test\n"));
        is_silent(ID, &call("sid=x; SameSite=Lax", "~ kind document\n> GET https://app.test/home\n> Referer: https://elsewhere.test/\n"));
    }

    #[test]
    fn passes_over_a_cookie_that_may_travel() {
        is_silent(ID, &call("sid=x; SameSite=None; Secure", FOREIGN_CALL));
    }

    #[test]
    fn passes_over_a_cookie_that_says_nothing_of_a_login() {
        is_silent(ID, "> GET https://app.test/\n< 200 OK\n< Set-Cookie: theme=x; SameSite=Strict\n\n~ kind fetch\n> POST https://app.test/api\n> Origin: https://elsewhere.test\n< 401 Unauthorized\n");
    }
}
