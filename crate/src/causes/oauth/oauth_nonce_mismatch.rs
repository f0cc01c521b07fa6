use super::remark;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::session::sign_in::Remark;

declare_cause! {
    /// The ID token was made for another login than the one that the application began: its nonce is
    /// not that of the request. The application must refuse it.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://id.example.test/authorize?response_type=id_token&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&response_mode=form_post&scope=openid&state=s1&nonce=first
    /// < 200 OK
    /// <
    /// < <form method="post" action="https://app.example.test/cb"><input type="hidden" name="id_token" value="{jwt nonce=second aud=app exp=+300}"><input type="hidden" name="state" value="s1"></form>
    ///
    /// ~ kind document
    /// > POST https://app.example.test/cb
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > id_token={jwt nonce=second aud=app exp=+300}&state=s1
    /// < 401 Unauthorized
    /// ```
    OauthNonceMismatch {
        id: "oauth-nonce-mismatch",
        family: "oauth",
        side: Client,
        stage: CredentialSpoiled,
        title: "The ID token's nonce is another",
        recognised: "nonce of the ID token differs from that of the authorization request, or is missing; or a framework says so.",
        remedies: [
            (User, "Begin the login again, in one tab.", "The login succeeds."),
            (Developer, "Keep the nonce until the callback, and begin only one login at a time.", "nonce of the ID token is that of the request."),
            (Administrator, "Let all servers behind one name share what they keep of a login.", "The callback succeeds on every server."),
        ],
        references: [("OpenID Connect Core 3.1.2.1: nonce", "https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest")],
    }
}

impl Cause for OauthNonceMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
            return None;
        }
        let summary = format!("The ID token that came to {} was made for another login.", case.host());
        let wanted = |remark: &Remark| match remark {
            Remark::NonceDiffers(position) => Some((*position, "nonce of the ID token is not that of the request.")),
            Remark::NonceMissing(position) => Some((*position, "The request had a nonce, and the ID token has none.")),
            _ => None,
        };
        if let Some((_, (position, says))) = remark(case, wanted) {
            return Some(Finding::new(&META, Certainty::Proved, summary).shown(position, Place::Target, says));
        }
        stated(case, &META, summary).or_else(|| {
            let came = case.answer_that_came_to_nothing()?;
            let (position, says) = case.session.sign_in(came)?.remarks.iter().find_map(wanted)?;
            let page = case.record.page().and_then(|page| page.host_str()).unwrap_or_default();
            let summary = format!("The ID token that came to {page} was made for another login, and no call bears what came with it.");
            let finding = Finding::new(&META, Certainty::Likely, summary).shown(position, Place::Target, says);
            Some(finding.shown(case.at(), Place::Target, "This call bears no token."))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "oauth-nonce-mismatch";

    fn flow(nonce: &str, answer: &str) -> String {
        format!(
            "~ kind document\n> GET https://id.test/authorize?response_type=id_token&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&response_mode=form_post&scope=openid&state=s1&nonce=one\n< 200 OK\n\n~ kind document\n> POST https://app.test/cb\n> Origin: https://id.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> id_token={{jwt {nonce} aud=app exp=+300}}&state=s1\n< {answer}\n"
        )
    }

    #[test]
    fn reports_other_and_missing_nonces() {
        reports(ID, &flow("nonce=two", "401 Unauthorized"));
        reports(ID, &flow("sub=a", "401 Unauthorized"));
    }

    #[test]
    fn passes_over_the_right_nonce() {
        is_silent(ID, &flow("nonce=one", "401 Unauthorized"));
        is_healthy(&flow("nonce=one", "302 Found\n< Location: /home"));
    }
}
