use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// Before a cross-origin request with an Authorization field the browser asks for leave, with
    /// an OPTIONS request that never bears credentials. The server asks that question to
    /// authenticate, so the real request is never made.
    ///
    /// ```http-notation
    /// ~ kind preflight
    /// > OPTIONS https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Access-Control-Request-Method: GET
    /// > Access-Control-Request-Headers: authorization
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer
    ///
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Authorization: Bearer {jwt exp=600}
    /// < ! net::ERR_FAILED
    /// ```
    CorsPreflightUnauthorized {
        id: "cors-preflight-unauthorized",
        family: "cors",
        side: Server,
        stage: Intercepted,
        title: "The CORS preflight itself is asked to authenticate",
        recognised: "An OPTIONS request with Access-Control-Request-Method is answered by 401, 403 or a redirect, or by any error where it asks for Authorization, and the request it asked for is never sent.",
        remedies: [
            (User, "Nothing you type can help: tell the application's developer.", "The application loads its data."),
            (Developer, "Answer OPTIONS before authentication: put the CORS handling in front of the login check.", "The preflight is answered by 204 with Access-Control-Allow-Origin, and the real request follows."),
            (Administrator, "Let the proxy or gateway answer OPTIONS requests that bear Access-Control-Request-Method itself, without credentials.", "curl -X OPTIONS with Origin and Access-Control-Request-Method is answered by 2xx."),
        ],
        references: [("Fetch: CORS-preflight request", "https://fetch.spec.whatwg.org/#cors-preflight-fetch"), ("Fetch: CORS protocol and credentials", "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials")],
    }
}

impl Cause for CorsPreflightUnauthorized {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::PreflightRefused {
            return None;
        }
        let exchange = case.exchange();
        let origin = exchange.sent("origin").unwrap_or("the page");
        let asked = exchange.sent("access-control-request-method").unwrap_or("the");
        let answered = match exchange.status() {
            300..=399 => "by a redirect".to_owned(),
            status => format!("by {status}"),
        };
        let finding = Finding::new(
            &META,
            // A server that knows no such address, or fails, says nothing of logins.
            if matches!(exchange.status(), 300..=403) { Certainty::Proved } else { Certainty::Likely },
            format!(
                "{} answered the preflight for {asked} {} {answered}, so the browser never made that request for {origin}.",
                case.host(),
                exchange.url.path()
            ),
        )
        .about(case.host())
        .shown(
            case.at(),
            Place::Sent("access-control-request-method", 0),
            "This is the browser's question before the real request; it never bears credentials.",
        )
        .shown(case.at(), Place::Status, "The question itself is refused.");
        Some(match case.failure.with.first() {
            Some(behind) => finding.shown(*behind, Place::Error, "The real request never left the browser."),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cors-preflight-unauthorized";

    fn preflight(answer: &str) -> String {
        format!(
            "~ kind preflight\n> OPTIONS https://api.test/me\n> Origin: https://app.test\n> Access-Control-Request-Method: PUT\n> Access-Control-Request-Headers: authorization\n{answer}\n"
        )
    }

    #[test]
    fn reports_a_redirect_as_well() {
        reports(ID, &preflight("< 302 Found\n< Location: https://id.test/login\n"));
    }

    #[test]
    fn reports_it_where_the_real_request_is_not_in_the_capture() {
        reports(ID, &preflight("< 403 Forbidden\n"));
    }

    #[test]
    fn passes_over_a_preflight_that_is_answered() {
        is_healthy(
            &(preflight("< 204 No Content\n< Access-Control-Allow-Origin: *\n")
                + "> PUT https://api.test/me\n> Authorization: Bearer {jwt exp=60}\n< 200 OK\n"),
        );
    }

    #[test]
    fn passes_over_a_refusal_of_the_real_request_and_a_plain_options() {
        is_silent(
            ID,
            &(preflight("< 204 No Content\n< Access-Control-Allow-Origin: *\n")
                + "> PUT https://api.test/me\n> Authorization: Bearer {jwt exp=60}\n< 401 Unauthorized\n"),
        );
        is_silent(ID, "> OPTIONS https://api.test/dav/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"dav\"\n");
    }
}
