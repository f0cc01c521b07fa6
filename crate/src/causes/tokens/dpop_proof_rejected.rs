use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The token is bound to a key, and the proof that the sender holds this key is missing, stale, or
    /// was made for another request.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: DPoP {secret at 40}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: DPoP error="invalid_dpop_proof"
    /// ```
    DpopProofRejected {
        id: "dpop-proof-rejected",
        family: "tokens",
        side: Client,
        stage: CredentialSpoiled,
        title: "The DPoP proof is missing or rejected",
        recognised: "use_dpop_nonce that no retry with the nonce follows, invalid_dpop_proof, or a proof whose htm, htu, iat or ath does not fit the request.",
        remedies: [
            (User, "Reload the page.", "The call succeeds."),
            (Developer, "Make a new proof for each request: its method, its URL without query, the time, the hash of the token, and the last DPoP-Nonce of this server.", "The proof shows these values."),
            (Administrator, "Check that the proxy hands the original URL and the DPoP field on.", "The application sees the URL that the browser used."),
        ],
        references: [("RFC 9449 4.3: checking DPoP proofs", "https://www.rfc-editor.org/rfc/rfc9449#section-4.3"), ("RFC 9449 9: nonces", "https://www.rfc-editor.org/rfc/rfc9449#section-9")],
    }
}

impl Cause for DpopProofRejected {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let is_bound = facts.credentials.as_ref().is_some_and(|credentials| credentials.is("dpop"));
        let field = case.exchange().sent("dpop");
        if case.failure.kind != FailureKind::Refused || !(is_bound || field.is_some()) {
            return None;
        }
        let summary = format!("{} does not take the DPoP proof of {}.", case.host(), case.request());
        let error = facts.bearer_error().filter(|(_, error)| matches!(*error, "use_dpop_nonce" | "invalid_dpop_proof"));
        let said = stated(case, &META, summary.clone()).or_else(|| {
            let (challenge, error) = error?;
            let says = if error == "use_dpop_nonce" {
                "The server wants its nonce in the proof, and no retry with it followed."
            } else {
                "The server says invalid_dpop_proof."
            };
            Some(Finding::new(&META, Certainty::Stated, summary.clone()).shown(
                case.at(),
                Place::Received("www-authenticate", challenge.field),
                says,
            ))
        });
        let Some(field) = field else {
            let finding = said.unwrap_or_else(|| {
                Finding::new(&META, Certainty::Proved, format!("{} bears a DPoP token without a DPoP field.", case.request()))
            });
            return Some(finding.shown(
                case.at(),
                Place::Sent("authorization", 0),
                "This token needs a proof beside it, and the request has no DPoP field.",
            ));
        };
        let faults = case.proof_faults(field);
        match (said, faults.is_empty()) {
            (said, false) => {
                let finding = said.unwrap_or_else(|| Finding::new(&META, Certainty::Proved, summary));
                Some(faults.into_iter().fold(finding, |finding, says| finding.shown(case.at(), Place::Sent("dpop", 0), says)))
            }
            (Some(said), true) => Some(said),
            (None, true) => case.speaks_of_proof().filter(|(_, is_of_address)| !is_of_address).map(|(place, _)| {
                Finding::new(&META, Certainty::Stated, summary).shown(case.at(), place, "The answer speaks of the proof.")
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "dpop-proof-rejected";

    #[test]
    fn reports_a_missing_proof_and_a_proof_for_another_request() {
        reports(
            ID,
            "> GET https://api.test/\n> Authorization: DPoP {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: DPoP algs=\"ES256\"\n",
        );
        let proof = "> DPoP: {jwt typ=dpop+jwt htm=POST htu=https://api.test/ iat=0 jti=1}\n";
        let diagnosis = diagnose(&format!(
            "> GET https://api.test/\n> Authorization: DPoP {{secret t 30}}\n{proof}< 401 Unauthorized\n< Date: {{date}}\n< WWW-Authenticate: DPoP error=\"invalid_dpop_proof\"\n"
        ));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.evidence.iter().any(|quote| quote.says.contains("htm")), "{cause:?}");
    }

    #[test]
    fn passes_over_the_question_for_a_nonce_that_is_answered() {
        let call = |answer: &str| {
            format!(
                "> GET https://api.test/\n> Authorization: DPoP {{secret t 30}}\n> DPoP: {{jwt typ=dpop+jwt htm=GET htu=https://api.test/ iat=0 jti=1}}\n{answer}\n\n"
            )
        };
        is_healthy(&(call("< 401 Unauthorized\n< WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\n< DPoP-Nonce: n1") + &call("< 200 OK")));
    }

    #[test]
    fn passes_over_bearer_tokens() {
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n",
        );
    }
}
