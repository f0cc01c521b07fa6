use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::names_an_unexplained_block;

declare_cause! {
    /// The browser did not send the request: an extension, a policy of the page or the browser's own
    /// protection stopped it.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://api.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < ! net::ERR_BLOCKED_BY_CLIENT
    /// ```
    BlockedByClient {
        id: "blocked-by-client",
        family: "network",
        side: Client,
        stage: Unreachable,
        title: "An extension or the browser blocked the request",
        recognised: "The browser's error says that it, an extension or a policy blocked the request.",
        remedies: [
            (User, "Switch blockers off for this site, or try a private window without extensions.", "The login gets an answer."),
            (Developer, "Check Content-Security-Policy, mixed content and names that blockers take for advertising.", "The browser's console names no block."),
            (Administrator, "Check the browser policies of managed computers.", "The request reaches the server."),
        ],
        references: [("MDN: Content-Security-Policy", "https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP"), ("MDN: mixed content", "https://developer.mozilla.org/docs/Web/Security/Mixed_content")],
    }
}

impl Cause for BlockedByClient {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = case
            .exchange()
            .error
            .as_deref()
            .filter(|error| case.failure.kind == FailureKind::Unreachable && names_an_unexplained_block(error))?;
        if case.record.refuses_frame().is_some() {
            return None;
        }
        Some(
            Finding::new(
                &META,
                Certainty::Stated,
                format!("The browser or an extension blocked the request to {}; the server never saw it.", case.host()),
            )
            .about(case.host())
            .shown(case.at(), Place::Error, format!("The browser says {error}.")),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "blocked-by-client";

    fn login(error: &str) -> String {
        format!("~ kind fetch\n> POST https://app.test/login\n>\n> user=a&password=b\n< ! {error}\n")
    }

    #[test]
    fn reports_the_names_of_both_browsers() {
        for error in ["net::ERR_BLOCKED_BY_CLIENT", "net::ERR_BLOCKED_BY_RESPONSE", "NS_ERROR_CONTENT_BLOCKED"] {
            reports(ID, &login(error));
        }
    }

    #[test]
    fn passes_over_other_errors_and_answers() {
        for error in ["net::ERR_CONNECTION_REFUSED", "net::ERR_ABORTED"] {
            is_silent(ID, &login(error));
        }
        is_healthy("> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n");
    }

    #[test]
    fn passes_over_requests_of_other_parties() {
        is_healthy(&format!(
            "~ kind fetch\n> GET https://tracker.example/hit\n> Origin: https://app.test\n< ! {}\n",
            ["net::ERR_BLOCKED_BY_CLIENT", "net::ERR_BLOCKED_BY_RESPONSE", "NS_ERROR_CONTENT_BLOCKED", "net::ERR_BLOCKED_BY_CSP"][0]
        ));
    }
}
