use super::super::credentials::offered;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The server offers several ways to log in at once. The browser picks the one that it holds for
    /// the strongest, and just that one does not work here.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/
    /// > Authorization: Negotiate {base64 NTLMSSP-token-that-is-refused}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Negotiate
    /// < WWW-Authenticate: Bearer
    /// ```
    ConflictingAuthentication {
        id: "conflicting-authentication",
        family: "server",
        side: Server,
        stage: AnswerFaulty,
        title: "Several authentication methods contradict each other",
        recognised: "A refusal of credentials of one scheme, by an answer that offers Windows login or Basic beside Bearer.",
        remedies: [
            (User, "Try another browser, or log in by the site's own form.", "The page opens."),
            (Developer, "Send credentials of the scheme that this API is made for.", "The call succeeds."),
            (Administrator, "Offer one scheme for each address: switch Windows authentication off where tokens are used, and the reverse.", "The 401 names one scheme."),
        ],
        references: [("RFC 9110 11.6.1: several challenges", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1")],
    }
}

impl Cause for ConflictingAuthentication {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let credentials = facts.credentials.as_ref().filter(|credentials| credentials.violations.is_empty())?;
        let has = |schemes: &[&str]| facts.challenges.iter().any(|challenge| schemes.iter().any(|scheme| challenge.is(scheme)));
        let is_offered = facts.challenge(&credentials.scheme).is_some();
        let contradicts = has(&["bearer"]) && has(&["negotiate", "ntlm", "basic", "digest"]);
        if !case.is_denied() || !is_offered || !contradicts {
            return None;
        }
        Some(
            Finding::new(
                &META,
                Certainty::Possible,
                format!(
                    "{} offers {} at once, and refuses the {} credentials that came.",
                    case.host(),
                    offered(&facts.challenges),
                    credentials.scheme
                ),
            )
            .about(&*credentials.scheme)
            .shown(case.at(), Place::Received("www-authenticate", 0), "Programs and browsers pick different ones of these.")
            .next("Whether the same login succeeds with one of the other schemes."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent};

    const ID: &str = "conflicting-authentication";

    fn names(authorization: &str, challenges: &str) -> bool {
        let diagnosis = diagnose(&format!("> GET https://app.test/\n> Authorization: {authorization}\n< 401 Unauthorized\n{challenges}"));
        diagnosis.failures[0].causes.iter().any(|cause| cause.id == ID)
    }

    const BASIC: &str = "< WWW-Authenticate: Basic realm=\"r\"\n";
    const BEARER: &str = "< WWW-Authenticate: Bearer\n";

    #[test]
    fn stands_below_refused_credentials() {
        assert!(names("{basic a:b}", &[BASIC, BEARER].concat()));
    }

    #[test]
    fn passes_over_one_scheme_and_kinds_that_belong_together() {
        assert!(!names("{basic a:b}", BASIC));
        assert!(!names("{basic a:b}", &[BASIC, "< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\n"].concat()));
        is_silent(ID, &format!("> GET https://app.test/\n< 401 Unauthorized\n{BASIC}{BEARER}"));
    }
}
