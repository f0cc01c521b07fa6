use super::{answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::syntax::saml::check;

declare_cause! {
    /// Nobody signed the response or the assertion in it, so that the service cannot know who wrote it,
    /// and refuses.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlN1Y2Nlc3MiLz48L3NhbWxwOlN0YXR1cz48c2FtbDpBc3NlcnRpb24gSUQ9Il9hIj48c2FtbDpTdWJqZWN0Lz48L3NhbWw6QXNzZXJ0aW9uPjwvc2FtbHA6UmVzcG9uc2U%2B
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlUnsigned {
        id: "saml-unsigned",
        family: "saml",
        side: IdentityProvider,
        stage: TokenUnfit,
        title: "Neither response nor assertion is signed",
        recognised: "Neither Response nor Assertion has a Signature, nothing is encrypted, and the service refuses.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login succeeds."),
            (Developer, "Keep the check; do not accept unsigned assertions.", "Signed assertions are accepted."),
            (Administrator, "Switch signing of the assertion, or of the response, on at the provider.", "A new response has a Signature."),
        ],
        references: [("SAML Profiles 4.1.4.5: POST-specific rules", "https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf")],
    }
}

impl Cause for SamlUnsigned {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case)?;
        let summary = format!("Neither the response nor the assertion that {} got is signed.", case.host());
        // What came by redirect is signed in the query.
        let is_bare = answer.is_success() && answer.saml.assertions > 0 && !answer.saml.signed.message;
        if !is_bare || !answer.checked.breaks(&[&check::UNSIGNED]) {
            return stated(case, &META, summary);
        }
        Some(Finding::new(&META, Certainty::Likely, summary).about(case.host()).shown(
            answer.at,
            place(case, answer.at),
            "There is no Signature in it.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "saml-unsigned";

    const BARE: &str = "<saml:Subject/>";

    #[test]
    fn reports_a_response_that_nobody_signed() {
        reports(ID, &login(&Answer { assertion: BARE, ..GOOD }, "403 Forbidden"));
    }

    #[test]
    fn passes_over_signed_and_accepted_ones() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&login(&Answer { assertion: BARE, ..GOOD }, "302 Found\n< Location: /home"));
    }
}
