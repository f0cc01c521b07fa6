use super::{provider_error, request_of, stated};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The application tried to renew its login without showing anything, and the provider answers that
    /// somebody would have to be asked: its own session is over, or the browser does not let its cookie
    /// through in a frame.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    ///
    /// @ 1h
    /// ~ kind document
    /// > GET https://id.example.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.test%2Fsilent&prompt=none&state=s1
    /// > Referer: https://app.example.test/
    /// < 302 Found
    /// < Location: https://app.example.test/silent?error=login_required&state=s1
    ///
    /// ~ kind document
    /// > GET https://app.example.test/silent?error=login_required&state=s1
    /// < 200 OK
    /// ```
    OauthLoginRequired {
        id: "oauth-login-required",
        family: "oauth",
        side: IdentityProvider,
        stage: NoCredentials,
        title: "Silent sign-in failed",
        recognised: "prompt=none answered by login_required, interaction_required or account_selection_required, for somebody who was logged in before.",
        remedies: [
            (User, "Log in again; allow the provider's cookies if it happens every time.", "The login lasts."),
            (Developer, "Renew with refresh tokens instead of hidden frames, and lead people to the login when this fails.", "No request has prompt=none."),
            (Administrator, "Serve provider and application from one registrable domain, or lengthen the provider's session.", "The request to the provider bears its cookie."),
        ],
        references: [("OpenID Connect Core 3.1.2.6: login_required", "https://openid.net/specs/openid-connect-core-1_0.html#AuthError")],
    }
}

impl Cause for OauthLoginRequired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let Some(error) = provider_error(case).filter(|error| CODES.contains(&error.code)) else {
            return stated(case, &META, format!("The provider would have had to ask somebody, and {} told it not to.", case.host()));
        };
        let finding = Finding::new(
            &META,
            Certainty::Stated,
            format!("The provider would have had to ask somebody, and {} told it not to.", case.host()),
        )
        .about(error.code)
        .shown(error.at, error.place, format!("The provider says {}.", error.code));
        let request = request_of(case).map(|(position, _)| position).filter(|position| *position != error.at);
        let Some((position, record)) = request.and_then(|position| Some((position, case.session.record(position)?))) else {
            return Some(finding);
        };
        Some(if record.exchange.unseen.cookies {
            finding.unseen("Whether the provider's cookie went along is not in this capture.")
        } else if record.facts.cookies.is_empty() {
            finding.shown(position, Place::Target, "The request to the provider bore no cookie, so that it knew nobody.")
        } else {
            finding.shown(position, Place::Sent("cookie", 0), "The request to the provider bore cookies, so that its session is over.")
        })
    }
}

/// OpenID Connect Core 3.1.2.6.
pub const CODES: [&str; 3] = ["login_required", "interaction_required", "account_selection_required"];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy};

    const ID: &str = "oauth-login-required";

    const CALL: &str = "> GET https://api.test/me\n> Authorization: Bearer {secret t 30}\n";

    fn silent(cookie: &str) -> String {
        format!(
            "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fs&prompt=none&state=s1\n> Referer: https://app.test/\n{cookie}< 302 Found\n< Location: https://app.test/s?error=login_required&state=s1\n\n~ kind document\n> GET https://app.test/s?error=login_required&state=s1\n< 200 OK\n\n"
        )
    }

    #[test]
    fn says_whether_the_providers_cookie_went_along() {
        let evidence = |cookie: &str| {
            let diagnosis = diagnose(&format!("{CALL}< 200 OK\n\n{}{CALL}< 401 Unauthorized\n", silent(cookie)));
            let cause = diagnosis.failures.into_iter().flat_map(|failure| failure.causes).find(|cause| cause.id == ID).unwrap();
            cause.evidence.into_iter().map(|quote| quote.says).collect::<String>()
        };
        assert!(evidence("").contains("bore no cookie"));
        assert!(evidence("> Cookie: idsession={secret i 30}\n").contains("session is over"));
    }

    #[test]
    fn passes_over_a_question_before_anybody_logged_in() {
        is_healthy(&silent(""));
        is_healthy(
            &(silent("")
                + "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s2\n< 200 OK\n"),
        );
    }
}
