use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::session::cors::Outcome;

declare_cause! {
    /// The server refused the request, and because the refusal lacks the CORS fields the script sees
    /// only a network error. Whoever reads the console looks for the wrong fault.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Authorization: Bearer {secret t 40}
    /// < 403 Forbidden
    /// < Content-Type: text/plain
    /// ```
    CorsHides401 {
        id: "cors-hides-401",
        family: "cors",
        side: Server,
        stage: Symptom,
        title: "The real answer is 401 but CORS hides it from the page",
        recognised: "A 401, 403, 407 or 429 to a script of another origin whose CORS fields do not let the page read it.",
        remedies: [
            (User, "Log in again: behind the network error stands a refused login.", "The page works."),
            (Developer, "Treat a network error after a call with credentials as a possible refusal until the server is repaired.", "The script sees the status."),
            (Administrator, "Send the CORS fields with every status, those of gateways and of authentication layers too.", "The refusal bears Access-Control-Allow-Origin."),
        ],
        references: [("Fetch: CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check")],
    }
}

impl Cause for CorsHides401 {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let status = case.exchange().status();
        if case.failure.kind != FailureKind::Refused || !matches!(status, 401 | 403 | 407 | 429) {
            return None;
        }
        let verdict = case.session.cors(case.at())?;
        let Outcome::Hidden(error) = verdict.outcome else { return None };
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!(
                    "{} answered {} by {status}; the page of {} sees a network error instead.",
                    case.host(),
                    case.request(),
                    verdict.origin
                ),
            )
            .about(case.host())
            .shown(case.at(), Place::Status, format!("The real answer, hidden from the page ({}).", error.name())),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent};

    const ID: &str = "cors-hides-401";

    fn call(request: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n> Authorization: Bearer {{secret t 30}}\n{request}< {answer}\n"
        )
    }

    #[test]
    fn stands_below_what_explains_the_refusal() {
        let diagnosis = diagnose(&call(
            "",
            "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"",
        ));
        let ids: Vec<_> = diagnosis.failures[0].causes.iter().map(|cause| cause.id).collect();
        assert!(ids[0] == "token-expired" && ids.contains(&ID), "{ids:?}");
    }

    #[test]
    fn passes_over_readable_refusals_and_the_own_origin() {
        is_silent(ID, &call("", "401 Unauthorized\n< Access-Control-Allow-Origin: https://app.test"));
        is_silent(ID, &call("", "401 Unauthorized").replace("Origin: https://app.test", "Origin: https://api.test"));
        is_silent(ID, &call("", "200 OK"));
    }
}
