use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Challenge;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::digest::Algorithm;

declare_cause! {
    /// The challenge asks for an algorithm or a quality of protection that browsers do not know, so
    /// they do not ask for a password at all.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Digest realm="staff", nonce="n1", qop="auth", algorithm=SHA-512-256
    /// ```
    DigestAlgorithmUnsupported {
        id: "digest-algorithm-unsupported",
        family: "digest",
        side: Server,
        stage: CredentialSpoiled,
        title: "The browser cannot answer this Digest challenge",
        recognised: "Every Digest challenge names an algorithm other than MD5 and SHA-256, or only qop=auth-int, or no nonce, and no credentials follow.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The browser asks for a password."),
            (Developer, "Nothing in the application is involved.", "The browser asks for a password."),
            (Administrator, "Offer SHA-256 with qop=\"auth\", and MD5 behind it for old clients.", "The browser asks for a password."),
        ],
        references: [("RFC 7616 6.1: algorithms", "https://www.rfc-editor.org/rfc/rfc7616#section-6.1")],
    }
}

impl Cause for DigestAlgorithmUnsupported {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let digests = || facts.challenges.iter().filter(|challenge| challenge.is("digest"));
        let first = digests().next()?;
        let is_other_way = facts.challenges.iter().any(|challenge| !challenge.is("digest"));
        if case.failure.kind != FailureKind::Refused || facts.credentials.is_some() || is_other_way {
            return None;
        }
        let mut unknown = digests().map(unknown);
        let what = unknown.next()??;
        if unknown.any(|what| what.is_none()) {
            return None;
        }
        Some(
            Finding::new(&META, Certainty::Likely, format!("{} asks for Digest with {what}, which browsers cannot answer.", case.host()))
                .about(what)
                .shown(case.at(), Place::Received("www-authenticate", first.field), "No browser knows this.")
                .shown(case.at(), Place::Target, "No credentials followed."),
        )
    }
}

/// What of a challenge browsers do not know; nothing where they can answer it.
fn unknown(challenge: &Challenge) -> Option<String> {
    let demand = challenge.digest()?;
    if !demand.algorithm.is_some_and(Algorithm::is_known_to_browsers) {
        return Some(format!("algorithm {}", challenge.param("algorithm").unwrap_or_default()));
    }
    match demand.qop {
        Some(qop) if !qop.auth => Some(if qop.auth_int { "qop=auth-int".to_owned() } else { "no qop that is defined".to_owned() }),
        _ if !demand.nonce => Some("no nonce".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "digest-algorithm-unsupported";

    fn asked(challenge: &str) -> String {
        format!(
            "~ kind document\n> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"{challenge}\n"
        )
    }

    #[test]
    fn names_the_algorithm_or_the_quality() {
        assert!(reports(ID, &asked(", algorithm=SHA-512-256")).contains("SHA-512-256"));
        assert!(reports(ID, &asked(", qop=\"auth-int\"")).contains("auth-int"));
        assert!(reports(ID, &asked("").replace("nonce", "nonse")).contains("no nonce"));
    }

    #[test]
    fn passes_over_known_algorithms_and_other_ways_in() {
        for challenge in [
            "",
            ", algorithm=MD5",
            ", algorithm=sha-256, qop=\"auth, auth-int\"",
            ", algorithm=SHA-512-256\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5",
        ] {
            is_silent(ID, &asked(challenge));
        }
        is_silent(ID, &asked(", algorithm=SHA-512-256\n< WWW-Authenticate: Basic realm=\"r\""));
    }

    #[test]
    fn passes_over_a_client_that_answers() {
        is_silent(
            ID,
            &asked(", algorithm=SHA-512-256")
                .replace("/\n<", "/\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"0\"\n<"),
        );
    }
}
