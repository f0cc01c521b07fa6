use super::refusal;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cors::CorsError;

declare_cause! {
    /// Before the real request the browser asked whether it may send Authorization, and the answer does
    /// not name that field. A wildcard does not cover it. The real request was never made.
    ///
    /// ```http-notation
    /// ~ kind preflight
    /// > OPTIONS https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Access-Control-Request-Method: GET
    /// > Access-Control-Request-Headers: authorization
    /// < 204 No Content
    /// < Access-Control-Allow-Origin: https://app.example.test
    /// < Access-Control-Allow-Headers: content-type
    ///
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://app.example.test
    /// < ! net::ERR_FAILED
    /// ```
    CorsHeaderNotAllowed {
        id: "cors-header-not-allowed",
        family: "cors",
        side: Server,
        stage: AnswerFaulty,
        title: "CORS does not allow the Authorization header",
        recognised: "A preflight asks for authorization, and its Access-Control-Allow-Headers does not name it.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once the server allows it."),
            (Developer, "Send only fields that the API allows.", "The browser's console shows no CORS error."),
            (Administrator, "Name Authorization in Access-Control-Allow-Headers of the answer to OPTIONS; * does not cover it.", "The preflight's answer names it."),
        ],
        references: [("Fetch: CORS-preflight fetch", "https://fetch.spec.whatwg.org/#cors-preflight-fetch"), ("Fetch: wildcard and Authorization", "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name")],
    }
}

impl Cause for CorsHeaderNotAllowed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let refusal = refusal(case, &[CorsError::HeaderDisallowedByPreflightResponse, CorsError::InvalidAllowHeadersPreflightResponse])?;
        let field = if refusal.subject.is_empty() { "a field" } else { &*refusal.subject };
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!("{} does not allow pages of {} to send {field}, so {} was never made.", case.host(), refusal.origin, case.request()),
        )
        .shown(refusal.at, Place::Sent("access-control-request-headers", 0), "The browser asked whether it may send these.");
        let finding = refusal.shown(case, "access-control-allow-headers", finding, "The answer does not name it.");
        Some(finding.advise(
            Audience::Administrator,
            format!("Add {field} to Access-Control-Allow-Headers of the answer to OPTIONS."),
            "The real request is made.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cors-header-not-allowed";

    fn preflight(allowed: &str, request: &str) -> String {
        format!(
            "~ kind preflight\n> OPTIONS https://api.test/me\n> Origin: https://app.test\n> Access-Control-Request-Method: GET\n> Access-Control-Request-Headers: authorization\n< 204 No Content\n< Access-Control-Allow-Origin: https://app.test\n{allowed}\n~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n{request}"
        )
    }

    const FAILED: &str = "< ! net::ERR_FAILED\n";

    #[test]
    fn reports_lists_without_it_and_wildcards() {
        reports(ID, &preflight("< Access-Control-Allow-Headers: content-type\n", FAILED));
        reports(ID, &preflight("< Access-Control-Allow-Headers: *\n", FAILED));
        assert!(reports(ID, &preflight("", FAILED)).contains("authorization"));
    }

    #[test]
    fn passes_over_leave_in_any_case() {
        is_healthy(&preflight(
            "< Access-Control-Allow-Headers: X-A, AUTHORIZATION\n",
            "> Authorization: Bearer {secret t 30}\n< 200 OK\n< Access-Control-Allow-Origin: https://app.test\n",
        ));
    }

    #[test]
    fn passes_over_a_refused_preflight_and_another_origin() {
        is_silent(ID, &preflight("", FAILED).replace("204 No Content", "401 Unauthorized"));
        is_silent(
            ID,
            &preflight("< Access-Control-Allow-Headers: authorization\n", FAILED)
                .replace("Allow-Origin: https://app.test", "Allow-Origin: https://b.test"),
        );
    }
}
