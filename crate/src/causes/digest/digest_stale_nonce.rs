use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The server says that only its nonce was too old. The name and the password may be right; the
    /// client has to answer the new nonce and did not.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/p
    /// > Authorization: Digest username="alice", realm="staff", nonce="old", uri="/p", response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="0a4f113b"
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Digest realm="staff", nonce="new", qop="auth", stale=true
    /// ```
    DigestStaleNonce {
        id: "digest-stale-nonce",
        family: "digest",
        side: Client,
        stage: NotRenewed,
        title: "The Digest nonce went stale",
        recognised: "stale=true in the challenge that answers Digest credentials, and no request with the new nonce follows.",
        remedies: [
            (User, "Reload the page.", "The page opens without asking."),
            (Developer, "Answer stale=true by the same request with the new nonce, without asking for the password.", "The second request succeeds."),
            (Administrator, "Raise the life of nonces, and share their key between the servers behind one name.", "stale=true is rare."),
        ],
        references: [("RFC 7616 3.3: stale", "https://www.rfc-editor.org/rfc/rfc7616#section-3.3")],
    }
}

impl Cause for DigestStaleNonce {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let challenge = facts.challenge("digest")?;
        let is_stale = challenge.digest().is_some_and(|demand| demand.stale);
        let bore = facts.credentials.as_ref().is_some_and(|credentials| credentials.is("digest"));
        (case.failure.kind == FailureKind::Refused && is_stale && bore).then(|| {
            Finding::new(
                &META,
                Certainty::Stated,
                format!(
                    "{} says that only the nonce of {} was too old, and no answer to the new one followed.",
                    case.host(),
                    case.request()
                ),
            )
            .about(case.host())
            .shown(case.at(), Place::Received("www-authenticate", challenge.field), "stale=true: the credentials may be right.")
            .shown(case.at(), Place::Sent("authorization", 0), "They were made for the former nonce.")
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "digest-stale-nonce";

    fn call(nonce: &str, answer: &str) -> String {
        format!("> GET https://app.test/p\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n1\", uri=\"/p\", response=\"00\", qop=auth, nc=00000001, cnonce=\"c\"\n{answer}\n").replace("n1", nonce)
    }

    const STALE: &str = "< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", stale=TRUE\n";

    #[test]
    fn reports_a_new_nonce_that_nobody_answered() {
        reports(ID, &call("n1", STALE));
    }

    #[test]
    fn passes_over_an_answer_to_the_new_nonce() {
        is_healthy(&(call("n1", STALE) + &call("n2", "< 200 OK\n")));
    }

    #[test]
    fn passes_over_a_wrong_password_and_the_first_leg() {
        is_silent(ID, &call("n1", &STALE.replace(", stale=TRUE", "")));
        is_silent(ID, &call("n1", &STALE.replace("TRUE", "false")));
        is_silent(ID, &format!("> GET https://app.test/p\n{STALE}"));
    }
}
