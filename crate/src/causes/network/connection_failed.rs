use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::{asks_for_http1, names_a_connection_failure};

declare_cause! {
    /// No answer came: the connection was refused, broke, or timed out. Neither name nor password
    /// were looked at.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://api.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "wonder"}
    /// < ! net::ERR_CONNECTION_REFUSED
    /// ```
    ConnectionFailed {
        id: "connection-failed",
        family: "network",
        side: Network,
        stage: Unreachable,
        title: "The server cannot be reached",
        recognised: "The browser's error says refused, reset, timed out or unreachable, and there is no response.",
        remedies: [
            (User, "Check your connection and whether this address needs a VPN; then try again.", "Any page of this server opens."),
            (Developer, "Check host and port of the request, and that the server runs there.", "The request gets an answer, whatever it is."),
            (Administrator, "Check that the service listens on that address and that no firewall drops the connection.", "curl from the same network gets an answer."),
        ],
        references: [("Fetch: network error", "https://fetch.spec.whatwg.org/#concept-network-error"), ("Chromium: net error list", "https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h")],
    }
}

impl Cause for ConnectionFailed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Unreachable || super::captive_portal::shut_in_between(case).is_some() {
            return None;
        }
        let finding = match case.exchange().error.as_deref() {
            Some(error) if asks_for_http1(error) && case.offers_windows().is_some() => return None,
            Some(error) if names_a_connection_failure(error) => {
                Finding::new(&META, Certainty::Stated, format!("{} did not answer {}: {error}.", case.host(), case.request()))
                    .about(case.host())
                    .shown(case.at(), Place::Error, "The browser says why there is no response.")
            }
            Some(_) => return None,
            None => Finding::new(&META, Certainty::Possible, format!("{} did not answer {}.", case.host(), case.request()))
                .about(case.host())
                .unseen("This browser does not tell extensions why a request got no answer.")
                .next("The browser's own Network panel: it names the error."),
        };
        Some(finding.shown(case.at(), Place::Target, "This request got no response."))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "connection-failed";

    #[test]
    fn says_that_nobody_judged_the_credentials() {
        let diagnosis = diagnose("> GET https://api.test/\n> Authorization: Bearer x\n< ! NS_ERROR_NET_RESET\n");
        assert_eq!(diagnosis.failures[0].causes[0].id, ID);
        assert!(diagnosis.failures[0].identity_or_permission.contains("never judged"));
    }

    #[test]
    fn is_less_sure_where_the_browser_names_no_error() {
        reports(ID, "~ kind document\n> GET https://app.test/login\n");
    }

    #[test]
    fn passes_over_what_somebody_stopped_and_what_is_blocked() {
        is_silent(ID, "> GET https://api.test/\n> Authorization: Bearer x\n< ! net::ERR_ABORTED\n");
        is_silent(ID, "> GET https://ads.test/\n< ! net::ERR_BLOCKED_BY_CLIENT\n");
    }

    #[test]
    fn passes_over_a_request_without_an_error_to_a_server_that_answers() {
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer x\n< 200 OK\n\n> GET https://api.test/slow\n> Authorization: Bearer x\n",
        );
    }

    #[test]
    fn passes_over_a_connection_that_came_about_at_the_next_try() {
        let diagnosis = diagnose("> GET https://api.test/\n< ! net::ERR_CONNECTION_RESET\n\n> GET https://api.test/\n< 200 OK\n");
        assert_ne!(diagnosis.verdict, crate::diagnosis::Verdict::Failing);
    }

    #[test]
    fn passes_over_a_missing_picture() {
        is_silent(ID, "~ kind image\n> GET https://app.test/a.png\n< ! net::ERR_CONNECTION_REFUSED\n");
    }
}
