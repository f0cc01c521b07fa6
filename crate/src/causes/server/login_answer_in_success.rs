use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The server refused the login and called that a success: the status is 200, and only the content says no.
    /// Whatever goes by the status – a browser, a proxy, a cache, a monitor, a library that renews tokens – takes
    /// the login for done.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/api/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"success": false}
    /// ```
    LoginAnswerInSuccess {
        id: "login-answer-in-success",
        family: "server",
        side: Server,
        stage: AnswerFaulty,
        title: "The server says no with a success status",
        recognised: "A sign-in or a call that needs one is answered by 2xx, and the JSON in it calls itself an error: error, errors, success false, or a status of its own from 400 on.",
        remedies: [
            (User, "Check name and password; where the page stays silent, tell the site's operators.", "The page says what is wrong."),
            (Developer, "Answer a refusal by 401 or 403, with the reason in the content; until then, let the client look into the content before it takes a login for done.", "The status of a refused login is 401."),
            (Administrator, "Look in the application's log for the reason; counts of statuses do not show these refusals.", "The log names the reason."),
        ],
        references: [("RFC 9110 15.5.2: 401 Unauthorized", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"), ("RFC 9457: problem details in an answer", "https://www.rfc-editor.org/rfc/rfc9457")],
    }
}

impl Cause for LoginAnswerInSuccess {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let status = case.exchange().status();
        let text = case.exchange().response_text();
        let is_json = text.trim_start().starts_with('{');
        if case.failure.kind != FailureKind::Refused || !(200..300).contains(&status) || !is_json || case.record.was_accepted() {
            return None;
        }
        let what = if case.facts().purpose == Purpose::SignIn { "a login" } else { "a request" };
        Some(
            Finding::new(
                &META,
                Certainty::Possible,
                format!(
                    "{} answered {} by {status}, which says that all went well, and refuses {what} in the content.",
                    case.host(),
                    case.request()
                ),
            )
            .about(case.host())
            .shown(case.at(), Place::Status, "The status of a success.")
            .shown(case.at(), Place::ResponseBody(0..text.len()), "The content calls itself an error.")
            .next("The server's log for this moment: the answer does not say why."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "login-answer-in-success";

    fn login(answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://app.test/x\n> Content-Type: application/json\n>\n> {{\"mail\":\"a\",\"password\":\"b\"}}\n< {answer}\n"
        )
    }

    #[test]
    fn reports_a_refusal_without_a_reason() {
        for content in [
            "{\"success\":false}",
            "{\"ok\":false,\"user\":null}",
            "{\"data\":{\"login\":null},\"errors\":[{\"path\":[\"login\"]}]}",
            "{\"status\":\"fail\",\"data\":{}}",
            "{\"code\":500,\"msg\":\"E-17\",\"data\":null}",
        ] {
            reports(ID, &login(&format!("200 OK\n<\n< {content}")));
        }
    }

    #[test]
    fn stands_below_the_reason_where_one_is_given() {
        let diagnosis = diagnose(&login("200 OK\n<\n< {\"success\":false,\"message\":\"Invalid username or password\"}"));
        let causes: Vec<_> = diagnosis.failures.iter().flat_map(|failure| &failure.causes).map(|cause| cause.id).collect();
        assert_eq!(causes, ["wrong-credentials", ID]);
        let expired =
            "~ kind fetch\n> GET https://app.test/x\n> Authorization: Bearer {jwt exp=-60}\n< 200 OK\n<\n< {\"code\":401,\"msg\":\"no\"}\n";
        reports("token-expired", expired);
    }

    #[test]
    fn passes_over_success_and_honest_refusals() {
        for content in [
            "{\"success\":true}",
            "{\"error\":null,\"token\":\"x\"}",
            "{\"errors\":[],\"status\":\"success\"}",
            "{\"code\":200,\"msg\":\"ok\"}",
        ] {
            is_healthy(&login(&format!("200 OK\n<\n< {content}")));
        }
        is_silent(ID, &login("401 Unauthorized\n<\n< {\"success\":false}"));
    }

    #[test]
    fn passes_over_what_fails_for_no_login() {
        is_healthy(
            "~ kind fetch\n> POST https://app.test/search\n> Cookie: sid={secret s 30}\n>\n> q=x\n< 200 OK\n<\n< {\"success\":false}\n",
        );
        for message in ["This email is already taken", "A user with that name already exists", "email_taken"] {
            for status in ["200 OK", "409 Conflict"] {
                is_healthy(&login(&format!("{status}\n<\n< {{\"success\":false,\"message\":\"{message}\"}}")));
            }
        }
    }
}
