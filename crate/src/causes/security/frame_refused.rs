use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The login was to appear in a frame of another site's page, and its answer forbids that: whoever could frame a
    /// login could trick people into pressing its buttons. A silent renewal in a hidden frame waits in vain then.
    ///
    /// ```http-notation
    /// ~ kind document
    /// ~ error net::ERR_BLOCKED_BY_RESPONSE
    /// > GET https://id.example.test/login
    /// > Referer: https://app.example.test/
    /// > Sec-Fetch-Dest: iframe
    /// > Sec-Fetch-Site: cross-site
    /// < 200 OK
    /// < X-Frame-Options: DENY
    /// ```
    FrameRefused {
        id: "frame-refused",
        family: "security",
        side: Server,
        stage: Unreachable,
        title: "The sign-in page does not let itself be framed",
        recognised: "A login's page in a frame is answered with X-Frame-Options or frame-ancestors that do not allow the framing page.",
        remedies: [
            (User, "Open the login in a tab of its own.", "The login page appears."),
            (Developer, "Lead the whole page to the provider, or open it in a window; renew tokens with a refresh token instead of a hidden frame.", "No request of the login is made in a frame."),
            (Administrator, "Where the portal and the login are yours, name the portal in frame-ancestors of the login, and leave X-Frame-Options away; it knows no list.", "The login page appears in the portal."),
        ],
        references: [("Content Security Policy Level 3: frame-ancestors", "https://www.w3.org/TR/CSP3/#directive-frame-ancestors"), ("HTML: X-Frame-Options", "https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-x-frame-options-header")],
    }
}

impl Cause for FrameRefused {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let (field, nth) = case.record.refuses_frame().filter(|_| case.failure.kind == FailureKind::Unreachable)?;
        let whose = case.record.page().and_then(|page| page.host_str()).unwrap_or("another site");
        let error = case.exchange().error.as_deref();
        let finding = Finding::new(
            &META,
            if error.is_some() { Certainty::Stated } else { Certainty::Likely },
            format!("{} does not let a page of {whose} show {} in a frame.", case.host(), case.request()),
        )
        .about(case.host())
        .shown(case.at(), Place::Received(field, nth), "The answer says who may frame it.");
        Some(match error {
            Some(error) => finding.shown(case.at(), Place::Error, format!("The browser says {error}.")),
            None => finding.shown(case.at(), Place::Sent("sec-fetch-dest", 0), "The browser asked for it to put it into a frame."),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, reports};

    const ID: &str = "frame-refused";
    const ERROR: &str = "~ error net::ERR_BLOCKED_BY_RESPONSE\n";

    fn framed(before: &str, path: &str, answer: &str) -> String {
        format!(
            "{before}~ kind document\n> GET https://id.test{path}\n> Referer: https://app.test/\n> Sec-Fetch-Dest: iframe\n< 200 OK\n< {answer}\n"
        )
    }

    const SILENT: &str = "/auth?client_id=a&response_type=code&prompt=none&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";

    #[test]
    fn reports_both_fields_with_and_without_the_browsers_word() {
        for path in ["/login", SILENT] {
            for answer in [
                "X-Frame-Options: DENY",
                "X-Frame-Options: SAMEORIGIN",
                "Content-Security-Policy: frame-ancestors 'self' https://portal.test",
            ] {
                reports(ID, &framed(ERROR, path, answer));
                reports(ID, &framed("", path, answer));
            }
        }
    }

    #[test]
    fn passes_over_frames_that_are_allowed() {
        for answer in
            ["Content-Security-Policy: frame-ancestors https://app.test", "Content-Security-Policy: default-src 'none'", "Server: nginx"]
        {
            is_healthy(&framed("", "/login", answer));
        }
        is_healthy(&framed("", "/login", "X-Frame-Options: SAMEORIGIN").replace("https://app.test/", "https://id.test/"));
        // CSP3 7.4: where there is frame-ancestors, X-Frame-Options counts for nothing.
        is_healthy(&framed("", "/login", "X-Frame-Options: DENY\n< Content-Security-Policy: frame-ancestors https://app.test"));
    }

    #[test]
    fn passes_over_pages_of_their_own_and_frames_of_no_login() {
        is_healthy(&framed("", "/login", "X-Frame-Options: DENY").replace("iframe", "document"));
        is_healthy(&framed(ERROR, "/advert", "X-Frame-Options: DENY"));
    }
}
