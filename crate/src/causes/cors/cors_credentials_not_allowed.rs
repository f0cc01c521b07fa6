use super::refusal;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::session::cors::CorsError;

declare_cause! {
    /// The script asks with cookies, and the server's answer is one for everybody: with credentials a
    /// wildcard is not enough, and Access-Control-Allow-Credentials must be true.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < Access-Control-Allow-Origin: *
    /// ```
    CorsCredentialsNotAllowed {
        id: "cors-credentials-not-allowed",
        family: "cors",
        side: Server,
        stage: AnswerFaulty,
        title: "CORS without credentials",
        recognised: "A request with cookies, and an answer with Access-Control-Allow-Origin: * or without Access-Control-Allow-Credentials: true.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once the server allows it."),
            (Developer, "Leave credentials out where the call needs none; else have the server allow them.", "The browser's console shows no CORS error."),
            (Administrator, "Answer with the page's exact origin instead of * and with Access-Control-Allow-Credentials: true, and Vary: Origin.", "The answer bears both fields."),
        ],
        references: [("Fetch: CORS protocol and credentials", "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials")],
    }
}

impl Cause for CorsCredentialsNotAllowed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let refusal = refusal(case, &KINDS)?;
        let is_wildcard = matches!(refusal.error, CorsError::WildcardOriginNotAllowed | CorsError::PreflightWildcardOriginNotAllowed);
        let (field, says) = if is_wildcard {
            ("access-control-allow-origin", "With credentials * stands for nothing.")
        } else {
            ("access-control-allow-credentials", "The answer does not say that credentials are allowed.")
        };
        // A preflight alone shows no credentials: that they were asked for is why nothing came of it, or the page was left.
        let is_alone = case.facts().purpose == Purpose::Preflight;
        let finding = Finding::new(
            &META,
            if is_alone { Certainty::Likely } else { Certainty::Proved },
            format!("{} does not allow {} to ask with credentials, as {} did.", case.host(), refusal.origin, case.request()),
        );
        let finding = refusal.shown(case, field, finding, says).advise(
            Audience::Administrator,
            format!("Answer with Access-Control-Allow-Origin: {} and Access-Control-Allow-Credentials: true.", refusal.origin),
            "The script can read the answer.",
        );
        Some(refusal.replayed(case, finding))
    }
}

const KINDS: [CorsError; 4] = [
    CorsError::WildcardOriginNotAllowed,
    CorsError::InvalidAllowCredentials,
    CorsError::PreflightWildcardOriginNotAllowed,
    CorsError::PreflightInvalidAllowCredentials,
];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cors-credentials-not-allowed";

    fn call(answer: &str) -> String {
        format!(
            "~ kind fetch\n> GET https://api.app.test/me\n> Origin: https://app.test\n> Cookie: sid={{secret s 24}}\n< 200 OK\n{answer}"
        )
    }

    #[test]
    fn reports_wildcards_and_missing_leave() {
        reports(ID, &call("< Access-Control-Allow-Origin: *\n"));
        reports(ID, &call("< Access-Control-Allow-Origin: https://app.test\n"));
        reports(ID, &call("< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Credentials: True\n"));
    }

    #[test]
    fn passes_over_leave_and_requests_without_cookies() {
        is_healthy(&call("< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Credentials: true\n"));
        is_healthy(&call("< Access-Control-Allow-Origin: *\n").replace("> Cookie: sid={secret s 24}\n", ""));
    }

    #[test]
    fn passes_over_another_origin() {
        is_silent(ID, &call("< Access-Control-Allow-Origin: https://b.test\n"));
    }
}
