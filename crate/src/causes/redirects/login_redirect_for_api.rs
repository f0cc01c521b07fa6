use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// A script asked for data and was sent to a login page, as if a person had opened the address. It
    /// gets HTML or a CORS error instead of a 401 that it could understand.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > GET https://app.example.test/api/orders
    /// > Accept: application/json
    /// < 302 Found
    /// < Location: /login
    ///
    /// ~ kind fetch
    /// > GET https://app.example.test/login
    /// < 200 OK
    /// < Content-Type: text/html
    /// <
    /// < <form><input type="password"></form>
    /// ```
    LoginRedirectForApi {
        id: "login-redirect-for-api",
        family: "redirects",
        side: Server,
        stage: AnswerFaulty,
        title: "An API call is redirected to a login page",
        recognised: "A fetch or XMLHttpRequest is answered by a redirect to a page where people log in.",
        remedies: [
            (User, "Open the site's main page and log in again.", "The page works."),
            (Developer, "Treat an answer that was redirected to the login, or is HTML where JSON was asked for, as a missing login.", "The script leads people to the login."),
            (Administrator, "Answer 401 to requests of scripts (Accept: application/json, Sec-Fetch-Mode: cors), and redirect only pages.", "The same call is answered by 401."),
        ],
        references: [("RFC 9110 15.5.2: 401 Unauthorized", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"), ("oauth2-proxy: nginx auth_request", "https://oauth2-proxy.github.io/oauth2-proxy/configuration/integration/")],
    }
}

impl Cause for LoginRedirectForApi {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Bounced || !case.exchange().kind.is_by_script() {
            return None;
        }
        let target = case.exchange().redirect_target()?;
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "{} sent the script that asked for {} to the login page {}{}.",
                case.host(),
                case.exchange().url.path(),
                target.host_str().unwrap_or_default(),
                target.path()
            ),
        )
        .about(target.path())
        .shown(case.at(), Place::Received("location", 0), "The call leads to a page where people log in.");
        let page = case.session.redirect_chain(case.at()).into_iter().rfind(|other| *other != case.at());
        Some(match page {
            Some(page) => finding.shown(page, Place::Status, "This is what the script got."),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "login-redirect-for-api";

    fn call(kind: &str, target: &str) -> String {
        format!("~ kind {kind}\n> GET https://app.test/api/me\n< 302 Found\n< Location: {target}\n")
    }

    #[test]
    fn reports_own_and_foreign_login_pages() {
        reports(ID, &call("fetch", "/login"));
        reports(ID, &call("xhr", "https://id.test/authorize?client_id=a&response_type=code&state=s"));
    }

    #[test]
    fn passes_over_pages_other_targets_and_a_probe_before_the_login() {
        is_silent(ID, &call("document", "/login"));
        is_healthy(&call("fetch", "/api/v2/me"));
        is_healthy(&(call("fetch", "/login") + "\n> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n"));
    }

    #[test]
    fn a_script_that_asks_for_whole_pages_is_sent_to_the_login_like_a_page() {
        let visit = |accept: &str| {
            format!(
                "~ kind fetch\n> POST https://app.test/session/end\n> Accept: {accept}\n> Sec-Fetch-Site: same-origin\n> Cookie: sid={{secret s 30}}\n< 303 See Other\n< Location: /\n\n~ kind fetch\n> GET https://app.test/\n> Accept: {accept}\n> Sec-Fetch-Site: same-origin\n> Cookie: sid={{secret s 30}}\n< 302 Found\n< Location: /login\n"
            )
        };
        is_silent(ID, &visit("text/vnd.turbo-stream.html, text/html, application/xhtml+xml"));
        reports(ID, &visit("*/*"));
        reports(ID, &visit("text/html"));
        reports(ID, &visit("text/html, */*; q=0.01"));
    }
}
