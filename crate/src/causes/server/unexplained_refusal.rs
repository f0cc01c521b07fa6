use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The login failed, and nothing in the capture says why: no code, no phrase of a known product,
    /// no rule that was broken. What is known stands here, and what to look at next.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 400 Bad Request
    /// < Server: nginx
    /// ```
    UnexplainedRefusal {
        id: "unexplained-refusal",
        family: "server",
        side: Server,
        stage: Unexplained,
        title: "The capture does not show why",
        recognised: "A login failed and no other cause of this build explains it.",
        remedies: [
            (User, "Give the moment and the request ids below to whoever runs the site.", "They find the request in their log."),
            (Developer, "Answer with a reason: an RFC 9457 problem or an OAuth error code, and a WWW-Authenticate field with every 401.", "The next capture names the reason."),
            (Administrator, "Look this request up in the log of the server that answered, by the moment and the ids below.", "The log shows the reason."),
        ],
        references: [("RFC 9457: problem details", "https://www.rfc-editor.org/rfc/rfc9457")],
    }
}

impl Cause for UnexplainedRefusal {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let bore = match (&case.facts().credentials, case.bears_known_cookie()) {
            (Some(credentials), _) => format!("{} credentials", credentials.scheme),
            (None, true) => "a session cookie".to_owned(),
            (None, false) => "no credentials that are visible here".to_owned(),
        };
        let server = exchange.received("server").map_or_else(String::new, |server| format!(" ({server})"));
        let did = match case.failure.kind {
            FailureKind::Unreachable => "did not answer".to_owned(),
            FailureKind::Hidden => "answered what the page may not read to".to_owned(),
            FailureKind::Bounced | FailureKind::Loop => "sent the browser elsewhere at".to_owned(),
            FailureKind::Refused | FailureKind::PreflightRefused => format!("answered {} to", exchange.status()),
        };
        let finding = Finding::new(
            &META,
            Certainty::Possible,
            format!("{}{server} {did} {}, which bore {bore}; nothing here says why.", case.host(), case.request()),
        )
        .shown(case.at(), Place::Status, "This is all that the answer says.");
        let finding = if exchange.unseen.response_body {
            finding.unseen("The content of the answer was not captured; it may name the reason.")
        } else {
            finding
        };
        let finding = if exchange.unseen.cookies { finding.unseen("The request's cookies are not in this capture.") } else { finding };
        Some(finding.next(if exchange.unseen.response_body {
            "Record again with the contents of answers, with DevTools open before the login."
        } else {
            "The server's log at this moment."
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "unexplained-refusal";

    #[test]
    fn says_what_is_known() {
        let summary = reports(ID, "> POST https://app.test/login\n>\n> user=a&password=b\n< 400 Bad Request\n< Server: Kestrel\n");
        assert!(summary.contains("Kestrel") && summary.contains("400") && summary.contains("/login"), "{summary}");
    }

    #[test]
    fn is_silent_where_anything_else_explains_it() {
        is_silent(ID, "> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic\n");
        is_silent(
            ID,
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 400 Bad Request\n<\n< {\"error\":\"invalid_credentials\"}\n",
        );
        is_silent(ID, "> POST https://app.test/login\n>\n> user=a&password=b\n< 429 Too Many Requests\n");
    }

    #[test]
    fn passes_over_what_is_no_failed_login() {
        is_healthy("> POST https://app.test/orders\n>\n> id=1\n< 400 Bad Request\n");
        is_healthy("> GET https://app.test/report\n< 500 Internal Server Error\n");
    }
}
