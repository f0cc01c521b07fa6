use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding, Place};
use crate::session::{At, FailureKind};

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
        stage: AnswerFaulty,
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

    fn examine(&self, at: &At<'_>) -> Option<Finding> {
        let violations = &at.facts().challenge_violations;
        let (name, field, first) = violations.first()?;
        if at.failure.kind != FailureKind::Refused || at.exchange().unseen.response_fields {
            return None;
        }
        let finding = Finding::new(&META, Certainty::Proved, format!("The {name} field of {} {}.", at.host(), first.rule.says)).about(first.rule.id);
        let finding = finding.shown(at.at(), Place::Received(name, *field), format!("At byte {} the field {} ({}).", first.at, first.rule.says, first.rule.source));
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "challenge-malformed";

    fn refused(field: &str) -> String {
        format!("> GET https://app.test/\n> Authorization: {{basic a:b}}\n< 401 Unauthorized\n< WWW-Authenticate: {field}\n")
    }

    fn names(field: &str) -> bool {
        diagnose(&refused(field)).failures[0].causes.iter().any(|cause| cause.id == ID)
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        assert!(names("Basic realm=\"a"));
        assert!(names("realm=\"a\""));
        reports(ID, "> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: realm=\"a\"\n");
    }

    #[test]
    fn passes_over_well_formed_fields() {
        for field in ["Basic realm=\"a\"", "Bearer error=\"invalid_token\", error_description=\"a, b\"", "Negotiate", "Digest realm=\"a\", nonce=\"b\", qop=\"auth\""] {
            is_silent(ID, &refused(field));
        }
    }
}
