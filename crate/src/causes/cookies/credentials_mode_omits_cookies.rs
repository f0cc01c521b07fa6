use super::cookie_blocked_third_party::{frame_of_another_site, keeps_third_party_cookies};
use super::{absent_cookie, held_back, is_left_out_by_script};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The browser holds the cookie and would send it, but the script's request to another origin was
    /// made without credentials: fetch leaves cookies at home unless it is told otherwise.
    ///
    /// ```http-notation
    /// > POST https://api.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: sid={secret s 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://www.example.test
    /// < 401 Unauthorized
    /// ```
    CredentialsModeOmitsCookies {
        id: "credentials-mode-omits-cookies",
        family: "cookies",
        side: Client,
        stage: CookieNotSent,
        title: "The script asked for the request without credentials",
        recognised: "A fetch or XMLHttpRequest to another origin bears none of the cookies that the browser holds for it and that nothing else keeps back.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once its script sends cookies."),
            (Developer, "Call fetch with credentials: 'include', or set withCredentials = true.", "The request bears the cookie."),
            (Administrator, "Answer such requests with the page's origin in Access-Control-Allow-Origin, and Access-Control-Allow-Credentials: true.", "The page can read the answer."),
        ],
        references: [("Fetch: credentials mode", "https://fetch.spec.whatwg.org/#concept-request-credentials-mode"), ("MDN: including credentials", "https://developer.mozilla.org/docs/Web/API/Fetch_API/Using_Fetch#including_credentials")],
    }
}

impl Cause for CredentialsModeOmitsCookies {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        // Where the browser itself says that it keeps them apart, no script left them out.
        if !exchange.kind.is_by_script() || exchange.unseen.cookies || keeps_third_party_cookies(case) {
            return None;
        }
        if frame_of_another_site(case).is_some() {
            return None;
        }
        let Some(cookie) = held_back(case, &[BlockedReason::CredentialsOmitted]) else { return left_out_at_home(case) };
        let page = case.record.page()?;
        let is_foreign = case.record.page_site().zip(case.record.site()).is_some_and(|(page, target)| !page.is_schemelessly_same(target));
        // From another site the browser may as well have blocked the cookie, above all where the server expects it.
        let expects = exchange.received("access-control-allow-credentials") == Some("true");
        let certainty = match (is_foreign, expects) {
            (false, _) => Certainty::Proved,
            (true, false) => Certainty::Likely,
            (true, true) => Certainty::Possible,
        };
        let from = page.host_str().unwrap_or_default();
        let finding = Finding::new(
            &META,
            certainty,
            format!(
                "The browser holds the cookie {}, and the script of {from} asked for {} without credentials.",
                cookie.name,
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), "This cookie would have gone along.")
        .shown(case.at(), Place::Target, "A request to another origin without any cookie.");
        Some(match exchange.sent("origin") {
            Some(_) => finding.shown(case.at(), Place::Sent("origin", 0), "The script belongs to this origin."),
            None => finding,
        })
    }
}

/// A request to the page's own origin, where only `credentials: "omit"` leaves cookies out.
fn left_out_at_home(case: &Case<'_>) -> Option<Finding> {
    let cookie = absent_cookie(case).filter(|cookie| is_left_out_by_script(case, cookie))?;
    let summary = format!(
        "The browser holds the cookie {}, and a script asked for {} without it, as fetch does with credentials: \"omit\".",
        cookie.name,
        case.request()
    );
    let finding = Finding::new(&META, Certainty::Likely, summary)
        .about(cookie.name)
        .shown(
            cookie.at,
            cookie.place(),
            "This cookie would have gone along, and no script can have deleted it or it went along again later.",
        )
        .shown(case.at(), Place::Target, format!("This request of a script does not bear {}.", cookie.name));
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "credentials-mode-omits-cookies";

    const LOGIN: &str = "> POST https://api.app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}; Secure\n\n";

    fn call(fields: &str, status: &str) -> String {
        format!("{LOGIN}~ kind fetch\n> GET https://api.app.test/me\n> Origin: https://www.app.test\n{fields}< {status}\n")
    }

    #[test]
    fn names_the_cookie_and_the_page() {
        let summary = reports(ID, &call("", "401 Unauthorized"));
        assert!(summary.contains("sid") && summary.contains("www.app.test"), "{summary}");
    }

    #[test]
    fn names_the_mode_at_home_where_no_script_can_have_deleted_the_cookie() {
        let login = "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}; Secure; HttpOnly\n\n~ kind document\n> GET https://app.test/\n> Cookie: sid={secret s 24}\n< 200 OK\n\n";
        let call = "~ kind fetch\n> GET https://app.test/me\n> Origin: https://app.test\n< 401 Unauthorized\n";
        assert!(reports(ID, &format!("{login}{call}")).contains("omit"));
        is_silent(ID, &format!("{login}{call}").replace("; HttpOnly", ""));
        is_silent(ID, &format!("{login}{call}").replace("~ kind fetch", "~ kind document"));
    }

    #[test]
    fn passes_over_calls_with_cookies_and_hidden_ones() {
        is_silent(ID, &call("> Cookie: sid={secret s 24}\n", "401 Unauthorized"));
        is_silent(ID, &call("", "401 Unauthorized").replace("~ kind fetch", "~ unseen cookies\n~ kind fetch"));
        is_silent(ID, &call("", "401 Unauthorized").replace("~ kind fetch", "~ kind document"));
    }

    #[test]
    fn passes_over_the_own_origin_and_cookies_that_stay_at_home_anyway() {
        is_silent(ID, &call("", "401 Unauthorized").replace("Origin: https://www.app.test", "Origin: https://api.app.test"));
        is_silent(ID, &call("", "401 Unauthorized").replace("; Secure", "; Path=/elsewhere"));
        is_healthy(&call("", "200 OK"));
    }
}
