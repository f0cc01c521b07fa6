use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The server refused with 401 and did not say what it wants to see: there is no
    /// WWW-Authenticate field. A browser then has nothing to ask the user for, and a program nothing
    /// to go by.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret token 40}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"message": "Unauthorized"}
    /// ```
    ChallengeMissing {
        id: "challenge-missing",
        family: "server",
        side: Server,
        stage: AnswerFaulty,
        title: "The 401 names no scheme",
        recognised: "A 401 has no WWW-Authenticate field, which RFC 9110 demands of every 401.",
        remedies: [
            (User, "Tell the site's developer; the answer does not say what is missing.", "The answer names a scheme."),
            (Developer, "Answer 401 with WWW-Authenticate and an error code, for instance Bearer error=\"invalid_token\"; where the login is by cookie, name a scheme that no browser asks for.", "The answer has WWW-Authenticate, and says why."),
            (Administrator, "Check whether a proxy removes WWW-Authenticate on the way out.", "The same request made behind the proxy gets the field."),
        ],
        references: [("RFC 9110 15.5.2: 401 needs a challenge", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"), ("RFC 9110 11.6.1: WWW-Authenticate", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1")],
    }
}

impl Cause for ChallengeMissing {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let response = case.exchange().response.as_ref()?;
        let unseen = case.exchange().unseen;
        let applies = case.failure.kind == FailureKind::Refused
            && response.status == 401
            && !response.fields.has("www-authenticate")
            && !unseen.response_fields
            // Whether it bore credentials decides what such an answer means.
            && !(unseen.authorization && unseen.cookies && !case.facts().bears_credentials());
        applies.then(|| {
            let bore = if case.facts().bears_credentials() || case.bears_own_session() { "credentials" } else { "no credentials" };
            Finding::new(
                &META,
                Certainty::Possible,
                format!(
                    "{} answered {} by 401 without WWW-Authenticate, so it names no scheme that it would accept; the request bore {bore}.",
                    case.host(),
                    case.request()
                ),
            )
            .shown(case.at(), Place::Status, "This answer has no WWW-Authenticate field.")
            .next("The server's log at this moment: it knows the reason that it does not tell.")
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "challenge-missing";

    #[test]
    fn is_the_answer_only_where_credentials_were_sent() {
        assert!(
            reports(ID, "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n")
                .contains("bore credentials")
        );
        reports("missing-credentials", "> GET https://api.test/\n< 401 Unauthorized\n");
    }

    #[test]
    fn stands_below_what_explains_the_refusal() {
        let diagnosis = diagnose("> GET https://api.test/\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n");
        let ids: Vec<_> = diagnosis.failures[0].causes.iter().map(|cause| cause.id).collect();
        assert_eq!(ids, ["token-expired", ID]);
    }

    #[test]
    fn passes_over_other_statuses_and_fields_that_the_capture_hides() {
        is_silent(ID, "> GET https://api.test/\n> Cookie: sid=1\n< 403 Forbidden\n");
        is_silent(ID, "~ unseen response-fields\n> GET https://api.test/\n< 401 Unauthorized\n");
        is_silent(ID, "> GET https://api.test/\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        is_silent(ID, "> GET https://api.test/\n< 401 Unauthorized\n< WWW-Authenticate: \n");
    }
}
