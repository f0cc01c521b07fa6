use super::remark;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::session::sign_in::Remark;

declare_cause! {
    /// An ID token and an access token came together, and the hash in the ID token is that of another access
    /// token. One of them was replaced on its way, or kept from an earlier login; the application must refuse both.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://id.example.test/authorize?response_type=id_token%20token&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&response_mode=form_post&scope=openid&state=s1&nonce=n1
    /// < 200 OK
    ///
    /// ~ kind document
    /// > POST https://app.example.test/cb
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > id_token={jwt alg=RS256 nonce=n1 aud=app exp=+300 at_hash=AAAAAAAAAAAAAAAAAAAAAA}&access_token=jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y&state=s1
    /// < 401 Unauthorized
    /// ```
    OauthTokenHashMismatch {
        id: "oauth-token-hash-mismatch",
        family: "oauth",
        side: Client,
        stage: CredentialSpoiled,
        title: "The ID token belongs to another access token",
        recognised: "at_hash of the ID token is not the left half of the access token's hash by the ID token's alg; or a library says so.",
        remedies: [
            (User, "Begin the login again, in one tab.", "The login succeeds."),
            (Developer, "Check both tokens of one answer together, and keep neither of them from an earlier one.", "at_hash is the hash of the access token beside it."),
            (Administrator, "Look for what changes tokens on their way: a proxy, or a gateway that puts its own in their place.", "The access token that arrives is the one that the provider logged."),
        ],
        references: [("OpenID Connect Core 3.1.3.6: at_hash", "https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken"), ("OpenID Connect Core 3.2.2.9: access token validation", "https://openid.net/specs/openid-connect-core-1_0.html#ImplicitTokenValidation")],
    }
}

impl Cause for OauthTokenHashMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
            return None;
        }
        let summary = format!("The ID token that came to {} was issued with another access token.", case.host());
        let wanted = |remark: &Remark| if let Remark::TokenHashDiffers(position) = remark { Some(*position) } else { None };
        match remark(case, wanted) {
            Some((_, position)) => Some(Finding::new(&META, Certainty::Proved, summary).shown(
                position,
                Place::Target,
                "at_hash of the ID token is not the hash of the access token beside it.",
            )),
            None => stated(case, &META, summary),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "oauth-token-hash-mismatch";
    /// OpenID Connect Core, appendices A.3 and A.4: an access token and its at_hash by RS256.
    const TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    const HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";

    fn flow(claims: &str, answer: &str) -> String {
        format!(
            "~ kind document\n> GET https://id.test/authorize?response_type=id_token%20token&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&response_mode=form_post&scope=openid&state=s1&nonce=n1\n< 200 OK\n\n~ kind document\n> POST https://app.test/cb\n> Origin: https://id.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> id_token={{jwt {claims} nonce=n1 aud=app exp=+300}}&access_token={TOKEN}&state=s1\n< {answer}\n"
        )
    }

    #[test]
    fn proves_it_by_the_hash() {
        assert!(reports(ID, &flow("alg=RS256 at_hash=AAAAAAAAAAAAAAAAAAAAAA", "401 Unauthorized")).contains("another access token"));
    }

    #[test]
    fn passes_over_the_specifications_own_pair() {
        is_silent(ID, &flow(&format!("alg=RS256 at_hash={HASH}"), "401 Unauthorized"));
    }

    #[test]
    fn passes_over_what_cannot_be_computed_and_what_is_accepted() {
        is_silent(ID, &flow("alg=RS256", "401 Unauthorized"));
        is_silent(ID, &flow("alg=EdDSA at_hash=AAAAAAAAAAAAAAAAAAAAAA", "401 Unauthorized"));
        is_healthy(&flow(
            "alg=RS256 at_hash=AAAAAAAAAAAAAAAAAAAAAA",
            "302 Found\n< Location: /home\n< Set-Cookie: sid={secret s 24}; Secure",
        ));
    }
}
