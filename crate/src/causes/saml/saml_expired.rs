use super::{Answer, OTHER_REASONS, answer, place};
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::saml::check;
use crate::time::{Time, span};

declare_cause! {
    /// By the service's clock the assertion is over, or does not hold yet. It was delivered late, or
    /// one of the two clocks is off.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlN1Y2Nlc3MiLz48L3NhbWxwOlN0YXR1cz48c2FtbDpBc3NlcnRpb24gSUQ9Il9hIj48ZHM6U2lnbmF0dXJlIHhtbG5zOmRzPSJodHRwOi8vd3d3LnczLm9yZy8yMDAwLzA5L3htbGRzaWcjIi8%2BPHNhbWw6Q29uZGl0aW9ucyBOb3RCZWZvcmU9IjIwMjAtMDEtMDFUMDA6MDA6MDBaIiBOb3RPbk9yQWZ0ZXI9IjIwMjAtMDEtMDFUMDA6MDU6MDBaIi8%2BPC9zYW1sOkFzc2VydGlvbj48L3NhbWxwOlJlc3BvbnNlPg%3D%3D
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlExpired {
        id: "saml-expired",
        family: "saml",
        side: IdentityProvider,
        stage: TokenUnfit,
        title: "The assertion is out of its time",
        recognised: "NotBefore or NotOnOrAfter of the assertion lies on the other side of the service's own Date. Or everything else fits, and the user had signed in at the provider more than an hour before (AuthnInstant).",
        remedies: [
            (User, "Begin the login again from the application's page; do not go back to an old page.", "The login succeeds."),
            (Developer, "Allow for a minute or two between the clocks.", "The assertion is accepted."),
            (Administrator, "Set the clocks of provider and service by a time service.", "IssueInstant and Date agree."),
        ],
        references: [("SAML Core 2.5.1.2: NotBefore and NotOnOrAfter", "https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf")],
    }
}

impl Cause for SamlExpired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case)?;
        let now = case.now()?;
        let is_late = answer.checked.breaks(&[&check::EXPIRED, &check::CONFIRMATION_EXPIRED]);
        let late = answer.saml.not_on_or_after.map(|end| now.since(end)).filter(|_| is_late);
        let early = answer.saml.not_before.map(|begin| begin.since(now)).filter(|_| answer.checked.breaks(&[&check::NOT_YET_VALID]));
        let (summary, says) = match (late, early) {
            (Some(late), _) => (
                format!("The assertion was over {} before {} got it.", span(late), case.host()),
                "NotOnOrAfter lies before the service's clock.",
            ),
            (None, Some(early)) => (
                format!("The assertion holds only {} after {} got it.", span(early), case.host()),
                "NotBefore lies after the service's clock.",
            ),
            (None, None) => return old_sign_in(case, &answer, now),
        };
        let finding = Finding::new(&META, Certainty::Proved, summary).about(case.host()).shown(answer.at, place(case, answer.at), says);
        Some(match case.facts().date {
            Some(date) => finding.shown(case.at(), Place::Received("date", 0), format!("The service's clock says {}.", date.to_utc())),
            None => finding.shown(case.at(), Place::Moment, "By the browser's clock."),
        })
    }
}

/// Milliseconds after which services begin to refuse a sign-in at the provider: the least of what pac4j, Spring Security
/// SAML and Shibboleth come with; checked 2026-11-29.
const MAX_AGE: i64 = 3_600_000;

/// Milliseconds after which all of them do.
const DAY: i64 = 86_400_000;

/// A sign-in at the provider from long ago, to which nothing else in the answer objects: services limit that age.
fn old_sign_in(case: &Case<'_>, answer: &Answer<'_>, now: Time) -> Option<Finding> {
    let age = now.since(answer.saml.authenticated?);
    if age <= MAX_AGE || !answer.is_success() || answer.checked.breaks(&OTHER_REASONS) {
        return None;
    }
    // Service providers name the moment in their exceptions.
    let says_so = ["AuthnInstant", "issue instant"].iter().any(|name| case.exchange().response_text().contains(name));
    let summary = format!(
        "The user had signed in at the provider {} before {} got the assertion; some services take none so old.",
        span(age),
        case.host()
    );
    Some(
        Finding::new(&META, if says_so || age > DAY { Certainty::Likely } else { Certainty::Possible }, summary)
            .about(case.host())
            .shown(answer.at, place(case, answer.at), "AuthnInstant lies that far back.")
            .advise(
                Audience::Developer,
                "Raise the age of a sign-in that the service takes, or ask for a new one by ForceAuthn=\"true\".",
                "The same login passes.",
            )
            .next("Log out at the provider and log in anew: that passes if the age was the reason."),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "saml-expired";

    const OVER: &str = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions NotBefore="2025-12-31T00:00:00Z" NotOnOrAfter="2025-12-31T23:00:00Z"/>"#;
    const EARLY: &str =
        r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions NotBefore="2026-01-01T01:00:00Z"/>"#;

    #[test]
    fn says_by_how_much() {
        assert!(reports(ID, &login(&Answer { assertion: OVER, ..GOOD }, "403 Forbidden")).contains("before"));
        assert!(reports(ID, &login(&Answer { assertion: EARLY, ..GOOD }, "403 Forbidden")).contains("after"));
    }

    #[test]
    fn counts_the_age_of_the_sign_in() {
        const OLD: &str = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions NotBefore="2025-12-31T23:59:00Z" NotOnOrAfter="2026-01-01T00:10:00Z"/><saml:AuthnStatement AuthnInstant="2025-12-20T00:00:00Z"/>"#;
        let told = reports(ID, &login(&Answer { assertion: OLD, ..GOOD }, "500 Internal Server Error"));
        assert!(told.contains("12 days"), "{told}");
        is_healthy(&login(&Answer { assertion: OLD, ..GOOD }, "302 Found\n< Location: /home"));
    }

    #[test]
    fn passes_over_assertions_in_their_time() {
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&login(&Answer { assertion: OVER, ..GOOD }, "302 Found\n< Location: /home"));
    }
}
