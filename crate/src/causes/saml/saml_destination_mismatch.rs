use super::{answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::saml::check;

declare_cause! {
    /// The response says for which address it is meant, and it was posted to another one: http instead
    /// of https, another host, another path. Behind a proxy the service may also see another address
    /// than the browser.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly93d3cuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlN1Y2Nlc3MiLz48L3NhbWxwOlN0YXR1cz48c2FtbDpBc3NlcnRpb24gSUQ9Il9hIj48ZHM6U2lnbmF0dXJlIHhtbG5zOmRzPSJodHRwOi8vd3d3LnczLm9yZy8yMDAwLzA5L3htbGRzaWcjIi8%2BPC9zYW1sOkFzc2VydGlvbj48L3NhbWxwOlJlc3BvbnNlPg%3D%3D
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlDestinationMismatch {
        id: "saml-destination-mismatch",
        family: "saml",
        side: Server,
        stage: TokenUnfit,
        title: "The response went to another URL than it names",
        recognised: "Destination or Recipient differs from the URL to which the browser posted the response; or a product says so.",
        remedies: [
            (User, "Open the application by the address that the provider knows.", "The login succeeds."),
            (Developer, "Send the address of this environment as AssertionConsumerServiceURL, and let the application trust X-Forwarded-Proto and X-Forwarded-Host.", "The application compares with the address that the browser used."),
            (Administrator, "Register the address at the provider, letter for letter.", "Destination of a new response equals it."),
        ],
        references: [("SAML Bindings 3.5.5.2: Destination", "https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf")],
    }
}

impl Cause for SamlDestinationMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case)?;
        let (position, saml) = (answer.at, answer.saml);
        let posted = &case.session.record(position)?.exchange.url;
        let other = if answer.checked.breaks(&[&check::DESTINATION]) {
            saml.destination.as_deref()
        } else {
            saml.recipient.as_deref().filter(|_| answer.checked.breaks(&[&check::RECIPIENT]))
        };
        let Some(other) = other else {
            return stated(case, &META, format!("{} finds that the response was meant for another address.", case.host()));
        };
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!("The response is meant for {other}, and was posted to {}{}.", case.record.origin, posted.path()),
            )
            .about(other)
            .shown(position, place(case, position), format!("It names {other}."))
            .shown(position, Place::Target, "It came here."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "saml-destination-mismatch";

    #[test]
    fn names_both_addresses() {
        for other in
            [r#"Destination="http://app.test/acs" InResponseTo="_q1""#, r#"Destination="https://app.test/saml" InResponseTo="_q1""#]
        {
            assert!(reports(ID, &login(&Answer { response: other, ..GOOD }, "403 Forbidden")).contains("https://app.test"));
        }
    }

    #[test]
    fn passes_over_the_right_address_and_none() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_silent(ID, &login(&Answer { response: r#"InResponseTo="_q1""#, ..GOOD }, "403 Forbidden"));
    }
}
