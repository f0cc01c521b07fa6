use super::{answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::saml::check;

declare_cause! {
    /// The response names another request than the one of this login, or the service has forgotten its
    /// own: the cookie that remembers it did not come along with the provider's POST.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://id.example.test/sso
    /// > Origin: https://app.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLRequest=PHNhbWxwOkF1dGhuUmVxdWVzdCB4bWxuczpzYW1scD0idXJuOm9hc2lzOm5hbWVzOnRjOlNBTUw6Mi4wOnByb3RvY29sIiB4bWxuczpzYW1sPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6YXNzZXJ0aW9uIiBWZXJzaW9uPSIyLjAiIElEPSJfcSI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vYXBwLmV4YW1wbGUudGVzdC9zcDwvc2FtbDpJc3N1ZXI%2BPC9zYW1scDpBdXRoblJlcXVlc3Q%2B
    /// < 200 OK
    ///
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyIgSW5SZXNwb25zZVRvPSJfb3RoZXIiPjxzYW1sOklzc3Vlcj5odHRwczovL2lkLmV4YW1wbGUudGVzdDwvc2FtbDpJc3N1ZXI%2BPHNhbWxwOlN0YXR1cz48c2FtbHA6U3RhdHVzQ29kZSBWYWx1ZT0idXJuOm9hc2lzOm5hbWVzOnRjOlNBTUw6Mi4wOnN0YXR1czpTdWNjZXNzIi8%2BPC9zYW1scDpTdGF0dXM%2BPHNhbWw6QXNzZXJ0aW9uIElEPSJfYSI%2BPGRzOlNpZ25hdHVyZSB4bWxuczpkcz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC8wOS94bWxkc2lnIyIvPjwvc2FtbDpBc3NlcnRpb24%2BPC9zYW1scDpSZXNwb25zZT4%3D
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlInResponseToMismatch {
        id: "saml-in-response-to-mismatch",
        family: "saml",
        side: Server,
        stage: CredentialSpoiled,
        title: "The response answers another request",
        recognised: "InResponseTo differs from the ID of the request in the session; or a product says so; a cookie set at the begin and missing at the POST is named.",
        remedies: [
            (User, "Begin the login again from the application's page, in one tab.", "The login succeeds."),
            (Developer, "Set the cookie that remembers the request with SameSite=None; Secure, since the answer comes by a POST of another site.", "The POST bears the cookie."),
            (Administrator, "Let all servers behind one name share what they keep of a login.", "The answer is accepted on every server."),
        ],
        references: [("SAML Profiles 4.1.4.3: InResponseTo", "https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf")],
    }
}

impl Cause for SamlInResponseToMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        // A refusal is none for what it answers.
        let answer = answer(case).filter(super::Answer::is_success)?;
        let summary = format!("The response does not answer the request that {} made for this login.", case.host());
        let differs = answer.checked.breaks(&[&check::IN_RESPONSE_TO, &check::CONFIRMATION_IN_RESPONSE_TO]);
        let said = stated(case, &META, summary.clone());
        let finding = match (differs, said) {
            (true, _) => Finding::new(&META, Certainty::Proved, summary).shown(
                answer.at,
                place(case, answer.at),
                "InResponseTo is not the ID of any request in this session.",
            ),
            (false, Some(said)) => said,
            (false, None) => return None,
        };
        let lost = case.record.held_back.first();
        Some(match lost {
            Some(held) => {
                finding.shown(case.at(), Place::Target, format!("The POST from the provider does not bear the cookie {}.", held.name))
            }
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "saml-in-response-to-mismatch";

    #[test]
    fn compares_with_the_request_of_the_session() {
        reports(ID, &login(&Answer { response: r#"Destination="https://app.test/acs" InResponseTo="_old""#, ..GOOD }, "403 Forbidden"));
        reports(ID, &login(&GOOD, "403 Forbidden\n<\n< invalid_in_response_to").replace("\n< Date: {date}", ""));
    }

    #[test]
    fn passes_over_the_right_request() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&login(&GOOD, "302 Found\n< Location: /home"));
    }
}
