use super::{answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::saml::check;

declare_cause! {
    /// The assertion names another service as its audience than the one that asked for it. Entity ids
    /// must be equal, letter for letter.
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
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlN1Y2Nlc3MiLz48L3NhbWxwOlN0YXR1cz48c2FtbDpBc3NlcnRpb24gSUQ9Il9hIj48ZHM6U2lnbmF0dXJlIHhtbG5zOmRzPSJodHRwOi8vd3d3LnczLm9yZy8yMDAwLzA5L3htbGRzaWcjIi8%2BPHNhbWw6Q29uZGl0aW9ucz48c2FtbDpBdWRpZW5jZVJlc3RyaWN0aW9uPjxzYW1sOkF1ZGllbmNlPmh0dHBzOi8vb3RoZXIuZXhhbXBsZS50ZXN0L3NwPC9zYW1sOkF1ZGllbmNlPjwvc2FtbDpBdWRpZW5jZVJlc3RyaWN0aW9uPjwvc2FtbDpDb25kaXRpb25zPjwvc2FtbDpBc3NlcnRpb24%2BPC9zYW1scDpSZXNwb25zZT4%3D
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlAudienceMismatch {
        id: "saml-audience-mismatch",
        family: "saml",
        side: Server,
        stage: TokenUnfit,
        title: "The assertion is for another service",
        recognised: "The Audience of the assertion differs from the Issuer of the request; or a product says so.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login succeeds."),
            (Developer, "Send the entity id that is registered at the provider as Issuer of the request.", "Issuer and Audience are equal."),
            (Administrator, "Set the audience, or entity id, of this service at the provider to the one that the service uses.", "The Audience of a new response equals it."),
        ],
        references: [("SAML Core 2.5.1.4: AudienceRestriction", "https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf")],
    }
}

impl Cause for SamlAudienceMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case)?;
        let (position, saml) = (answer.at, answer.saml);
        let summary = |audience: &str| format!("The assertion is for {audience}, and {} is another service.", case.host());
        let audience = saml.audience.first().map_or("(nobody)", |audience| audience);
        if let Some(finding) = stated(case, &META, summary(audience)) {
            return Some(finding);
        }
        let (asked, request) = case.session.saml_request_for(position, saml)?;
        let issuer = request.issuer.as_deref()?;
        answer.checked.breaks(&[&check::AUDIENCE]).then(|| {
            Finding::new(&META, Certainty::Proved, summary(audience))
                .about(audience)
                .shown(position, place(case, position), format!("Audience is {audience}."))
                .shown(asked, Place::Target, format!("The request came from {issuer}."))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, encoded, login};
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "saml-audience-mismatch";

    const OTHER: &str = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions><saml:AudienceRestriction><saml:Audience>https://app.test/sp/</saml:Audience></saml:AudienceRestriction></saml:Conditions>"#;

    #[test]
    fn sees_a_slash_that_is_too_much() {
        assert!(reports(ID, &login(&Answer { assertion: OTHER, ..GOOD }, "403 Forbidden")).contains("https://app.test/sp/"));
    }

    #[test]
    fn a_service_may_say_goodbye_to_whom_it_does_not_take() {
        let session = |answer: &str, then: &str| {
            let bye = "~ kind document\n> GET https://app.test/bye\n< 200 OK\n<\n< <h1>Goodbye</h1>\n\n";
            format!("{}\n{bye}{then}", login(&Answer { assertion: OTHER, ..GOOD }, answer))
        };
        let work = "~ kind document\n> GET https://app.test/work\n< 200 OK\n<\n< <h1>Work</h1>\n";
        reports(ID, &session("302 Found\n< Location: /bye", ""));
        is_silent(ID, &session("302 Found\n< Location: /bye", work));
        is_silent(ID, &session("302 Found\n< Location: /bye\n< Set-Cookie: sid={secret s 30}; Secure", ""));
    }

    #[test]
    fn passes_over_the_right_audience() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&login(&GOOD, "302 Found\n< Location: /home"));
    }

    #[test]
    fn asks_the_request_that_is_answered_and_not_the_brokers_own() {
        let brokers = "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" Version=\"2.0\" ID=\"_q2\"><saml:Issuer>https://broker.test/sp</saml:Issuer></samlp:AuthnRequest>";
        let asked = format!(
            "~ kind document\n> POST https://idp.test/sso\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLRequest={}\n< 200 OK\n\n~ kind document\n> POST https://app.test/acs",
            encoded(brokers)
        );
        let through = login(&GOOD, "403 Forbidden").replacen("~ kind document\n> POST https://app.test/acs", &asked, 1);
        assert!(through.contains("idp.test"));
        is_silent(ID, &through);
    }
}
