use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::may_be_of_the_servers_own_login;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The login was neither accepted nor refused: the part of the server that checks it did not
    /// answer. Name and password may well be right.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 503 Service Unavailable
    /// ```
    AuthBackendUnavailable {
        id: "auth-backend-unavailable",
        family: "server",
        side: Server,
        stage: Refused,
        title: "What checks the login is down",
        recognised: "5xx on a login, token or callback request, or only where credentials are sent; temporarily_unavailable or server_error of OAuth; or a sentence by which a known product says so.",
        remedies: [
            (User, "Try again in some minutes.", "The login gets another answer."),
            (Developer, "Tell people that the login is not available instead of calling their password wrong.", "The page says so."),
            (Administrator, "Look at the directory, database or identity provider behind the login, and at the key sets that gateways load.", "The log shows that it answers."),
        ],
        references: [("RFC 6749 4.1.2.1: temporarily_unavailable", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1"), ("RFC 9110 15.6.4: 503", "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4")],
    }
}

impl Cause for AuthBackendUnavailable {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind == FailureKind::Unreachable {
            return None;
        }
        let summary = format!("What checks the login of {} is not available.", case.host());
        let error = case
            .facts()
            .messages
            .iter()
            .find_map(|message| message.param("error"))
            .filter(|error| matches!(*error, "temporarily_unavailable" | "server_error"));
        if let Some(error) = error {
            return Some(Finding::new(&META, Certainty::Stated, summary).about(case.host()).shown(
                case.at(),
                Place::Target,
                format!("The provider says {error}."),
            ));
        }
        let status = case.exchange().status();
        if let Some(finding) = stated(case, &META, summary.clone()) {
            return Some(finding);
        }
        if let Some(finding) = refused_itself(case, &summary) {
            return Some(finding);
        }
        let certainty = match status {
            502..=504 => Certainty::Likely,
            500..=599 => Certainty::Possible,
            _ => return None,
        };
        Some(
            Finding::new(
                &META,
                certainty,
                format!("{} failed with {status} at {}, before it judged the login.", case.host(), case.request()),
            )
            .about(case.host())
            .shown(case.at(), Place::Status, "A fault of the server, not of the login."),
        )
    }
}

/// A password that is refused behind the server: it may be the server's own, by which it asks what checks the login.
fn refused_itself(case: &Case<'_>, summary: &str) -> Option<Finding> {
    let said = case.stated("wrong-credentials").filter(|said| may_be_of_the_servers_own_login(case.exchange(), &said.place))?;
    let finding = Finding::new(&META, Certainty::Possible, summary).said().about(case.host());
    Some(finding.shown(said.at, said.place.clone(), "The server fails, and may speak of a password of its own."))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "auth-backend-unavailable";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n< {answer}\n")
    }

    #[test]
    fn reports_faults_of_the_server_and_the_words_of_protocols() {
        for status in ["500 Internal Server Error", "502 Bad Gateway", "504 Gateway Timeout"] {
            reports(ID, &login(status));
        }
        reports(ID, "> GET https://app.test/cb?error=temporarily_unavailable&state=s\n< 400 Bad Request\n");
        reports(
            ID,
            "> GET https://api.test/x\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n<\n< Jwks remote fetch is failed\n",
        );
    }

    #[test]
    fn passes_over_refusals_and_faults_that_concern_no_login() {
        is_silent(ID, &login("401 Unauthorized"));
        is_silent(ID, &login("429 Too Many Requests"));
        is_healthy("> GET https://app.test/report\n< 503 Service Unavailable\n");
    }
}
