use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::{SyntaxViolation, challenge, list};

declare_cause! {
    /// The server says what it wants in a form that clients cannot read, so that they take it for
    /// something else or do not answer at all.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff
    /// ```
    ChallengeMalformed {
        id: "challenge-malformed",
        family: "server",
        side: Server,
        stage: CredentialSpoiled,
        title: "The WWW-Authenticate header cannot be parsed",
        recognised: "The field breaks the grammar of RFC 9110 11.6.1; the place is named.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The browser asks for a login."),
            (Developer, "Write the challenge as scheme and parameters: Basic realm=\"staff\", charset=\"UTF-8\".", "The field reads as one challenge."),
            (Administrator, "Look which layer writes the field; proxies that join or rewrite it break it at times.", "The field arrives as the application wrote it."),
        ],
        references: [("RFC 9110 11.6.1: WWW-Authenticate", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1")],
    }
}

impl Cause for ChallengeMalformed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        if case.failure.kind != FailureKind::Refused || case.exchange().unseen.response_fields || facts.credentials.is_some() {
            return None;
        }
        let is_harmful = |(_, _, violation): &&(_, _, SyntaxViolation)| !HARMLESS.contains(&violation.rule.id);
        let (name, field, first) = facts.challenge_violations.iter().find(is_harmful)?;
        let finding = Finding::new(&META, Certainty::Proved, format!("The {name} field of {} {}.", case.host(), first.rule.says()))
            .about(first.rule.id);
        let finding = finding.shown(
            case.at(),
            Place::Received(name, *field),
            format!("At byte {} the field {} ({}).", first.at, first.rule.says(), first.rule.source()),
        );
        Some(finding)
    }
}

/// Departures that every browser puts up with.
const HARMLESS: [&str; 2] = [challenge::REALM_NOT_QUOTED.id, list::EMPTY_ELEMENT.id];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "challenge-malformed";

    fn refused(field: &str) -> String {
        format!("> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: {field}\n")
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        reports(ID, &refused("Basic realm=\"a"));
        reports(ID, &refused("realm=\"a\""));
    }

    #[test]
    fn passes_over_clients_that_answered_all_the_same() {
        is_silent(ID, &refused("Basic realm=\"a").replace("/\n<", "/\n> Authorization: {basic a:b}\n<"));
        is_silent(ID, &refused("Basic realm=a"));
    }

    #[test]
    fn passes_over_well_formed_fields() {
        for field in [
            "Basic realm=\"a\"",
            "Bearer error=\"invalid_token\", error_description=\"a, b\"",
            "Negotiate",
            "Digest realm=\"a\", nonce=\"b\", qop=\"auth\"",
        ] {
            is_silent(ID, &refused(field));
        }
    }
}
