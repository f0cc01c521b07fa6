use super::{answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::syntax::saml::status;

declare_cause! {
    /// The identity provider did not log anybody in: its response carries a status other than Success,
    /// with a code below it that says why.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlJlc3BvbmRlciIvPjxzYW1scDpTdGF0dXNNZXNzYWdlPm5vPC9zYW1scDpTdGF0dXNNZXNzYWdlPjwvc2FtbHA6U3RhdHVzPjwvc2FtbHA6UmVzcG9uc2U%2B
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlStatusFailure {
        id: "saml-status-failure",
        family: "saml",
        side: IdentityProvider,
        stage: Refused,
        title: "The identity provider answered with an error",
        recognised: "The status of the Response is not Success.",
        remedies: [
            (User, "Begin the login again from the application's page; give the code below to the administrator if it comes back.", "The login succeeds."),
            (Developer, "Show people the status and its message.", "The page names the code."),
            (Administrator, "Look up the code below: AuthnFailed, NoPassive, RequestDenied and InvalidNameIDPolicy have different remedies.", "The provider answers Success."),
        ],
        references: [("SAML Core 3.2.2.2: status codes", "https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf")],
    }
}

impl Cause for SamlStatusFailure {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case).filter(|answer| !answer.is_success())?;
        let (position, saml) = (answer.at, answer.saml);
        let code = saml.status.as_deref()?;
        let code = saml.sub_status.as_deref().unwrap_or(code);
        let name = status::name(code);
        let meaning = status::says(code).map_or_else(String::new, |says| format!(": it {says}"));
        let finding =
            Finding::new(&META, Certainty::Stated, format!("The identity provider answered {} with {name}{meaning}.", case.host()))
                .about(name)
                .shown(position, place(case, position), format!("The status of the response is {name}."));
        Some(match &saml.status_message {
            Some(message) => finding.shown(position, place(case, position), format!("Its message is: {message}")),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "saml-status-failure";

    #[test]
    fn names_the_code() {
        let answer = Answer { status: "AuthnFailed", ..GOOD };
        assert!(reports(ID, &login(&answer, "403 Forbidden")).contains("AuthnFailed"));
        reports(ID, &login(&Answer { status: "Responder", ..GOOD }, "302 Found\n< Location: /error"));
    }

    #[test]
    fn passes_over_success() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&login(&GOOD, "302 Found\n< Location: /home"));
    }
}
