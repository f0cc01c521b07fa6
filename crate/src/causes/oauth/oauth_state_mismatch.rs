use super::remark;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::session::sign_in::{Remark, StepKind};

declare_cause! {
    /// The application cannot match the provider's answer with a login that it began: the state is
    /// another one, is missing, or the cookie that remembers it did not come along.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Location: https://id.example.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&state=first
    ///
    /// ~ kind document
    /// > GET https://id.example.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&state=first
    /// < 302 Found
    /// < Location: https://app.example.test/cb?code={secret c 40}&state=second
    ///
    /// ~ kind document
    /// > GET https://app.example.test/cb?code={secret c 40}&state=second
    /// < 400 Bad Request
    /// ```
    OauthStateMismatch {
        id: "oauth-state-mismatch",
        family: "oauth",
        side: Client,
        stage: CredentialSpoiled,
        title: "The state does not come back as it was sent",
        recognised: "The callback's state differs from the request's or is missing; or a framework says that its correlation failed, or the cookie set at the begin of the login is missing at the callback.",
        remedies: [
            (User, "Begin the login again from the application's own page, in one tab.", "The login succeeds."),
            (Developer, "Keep state in a cookie that survives the way through the provider: SameSite=Lax for a GET callback, None and Secure for form_post.", "The callback bears the cookie."),
            (Administrator, "Let all servers behind one name share the keys that protect state and cookies.", "The callback succeeds on every server."),
        ],
        references: [("RFC 6749 10.12: cross-site request forgery", "https://www.rfc-editor.org/rfc/rfc6749#section-10.12"), ("ASP.NET Core: correlation failed", "https://learn.microsoft.com/aspnet/core/security/samesite")],
    }
}

impl Cause for OauthStateMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
            return None;
        }
        let summary = format!("{} cannot match the provider's answer with a login that it began.", case.host());
        let said = stated(case, &META, summary.clone());
        let wanted = |remark: &Remark| match remark {
            Remark::StateMissing(position) => Some((*position, "The request had a state, and the answer has none.")),
            Remark::StateDiffers(position) => Some((*position, "The answer has another state than the request.")),
            Remark::StateOfAnotherFlow(position, _) => Some((*position, "The answer has the state of another login of this session.")),
            _ => None,
        };
        if let Some((flow, (position, says))) = remark(case, wanted) {
            let finding = Finding::new(&META, Certainty::Proved, summary).shown(position, Place::Target, says);
            return Some(match flow.step(StepKind::Request).or_else(|| flow.step(StepKind::Begin)) {
                Some(request) => finding.shown(request, Place::Target, "The request."),
                None => finding,
            });
        }
        if let Some((name, start)) = case.session.state_of_an_older_start(case.at()) {
            return Some(
                Finding::new(&META, Certainty::Likely, summary)
                    .about(name)
                    .shown(start, Place::Target, format!("The login was begun once more, and its state kept in {name}."))
                    .shown(case.at(), Place::Target, "The answer belongs to the login that was begun before."),
            );
        }
        match (said, lost_cookie(case)) {
            (Some(said), Some((position, field, name))) => Some(said.about(name.clone()).shown(
                position,
                Place::Received("set-cookie", field),
                format!("{name} was set here, and the callback does not bear it."),
            )),
            (said @ Some(_), None) => said,
            (None, Some((position, field, name))) => Some(
                Finding::new(&META, Certainty::Likely, summary)
                    .about(name.clone())
                    .shown(position, Place::Received("set-cookie", field), format!("{name} was set when the login began."))
                    .shown(case.at(), Place::Target, "The callback does not bear it."),
            ),
            (None, None) => None,
        }
    }
}

/// Parts of the names of cookies that remember a login under way, in lower case: ASP.NET Core, oauth2-proxy,
/// Auth.js, mod_auth_openidc, Spring; checked 2026-11-21.
const NAMES: [&str; 6] = ["correlation", "csrf", "nonce", "oauth", "pkce", "state"];

/// The cookie that the begin of the login set and that the callback lacks.
fn lost_cookie(case: &Case<'_>) -> Option<(usize, usize, String)> {
    if case.facts().purpose != Purpose::Callback || case.exchange().unseen.cookies {
        return None;
    }
    let begin = case.session.sign_in(case.at())?.step(StepKind::Begin)?;
    let receptions = &case.session.record(begin)?.receptions;
    let remembers = |name: &str| NAMES.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let field = receptions.iter().position(|reception| remembers(&reception.name) && case.facts().cookie(&reception.name).is_none())?;
    Some((begin, field, receptions.get(field)?.name.to_string()))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "oauth-state-mismatch";

    fn flow(cookie: &str, state: &str, sent: &str, answer: &str) -> String {
        let authorize = "https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=one";
        format!(
            "~ kind document\n> GET https://app.test/login\n< 302 Found\n< Location: {authorize}\n{cookie}\n~ kind document\n> GET {authorize}\n< 302 Found\n< Location: https://app.test/cb?code={{secret c 30}}{state}\n\n~ kind document\n> GET https://app.test/cb?code={{secret c 30}}{state}\n{sent}< {answer}\n"
        )
    }

    const COOKIE: &str = "< Set-Cookie: .AspNetCore.Correlation.x=N; Path=/; Secure; SameSite=None\n";

    #[test]
    fn reports_other_and_missing_states_and_the_words_of_frameworks() {
        reports(ID, &flow("", "&state=two", "", "400 Bad Request"));
        reports(ID, &flow("", "&state=one", "", "500 Internal Server Error\n<\n< Exception: Correlation failed."));
    }

    #[test]
    fn names_the_cookie_that_was_lost() {
        assert!(reports(ID, &flow(COOKIE, "&state=one", "", "500 Internal Server Error")).contains("app.test"));
    }

    #[test]
    fn reports_the_answer_to_a_login_that_was_begun_again_meanwhile() {
        let start = |state: &str| {
            format!(
                "~ kind document\n> GET https://app.test/auth\n< 302 Found\n< Location: https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state={state}\n< Set-Cookie: st={state}; Path=/; Secure\n\n"
            )
        };
        let back = |state: &str, kept: &str| {
            format!(
                "~ kind document\n> GET https://app.test/cb?code={{secret c 30}}&state={state}\n> Cookie: st={kept}\n< 302 Found\n< Location: /\n< Set-Cookie: st=; Max-Age=0; Path=/\n\n"
            )
        };
        let twice = start("aaaaaaaaaaaa1") + &start("bbbbbbbbbbbb2");
        reports(ID, &(twice.clone() + &back("aaaaaaaaaaaa1", "bbbbbbbbbbbb2")));
        is_healthy(&(twice + &back("bbbbbbbbbbbb2", "bbbbbbbbbbbb2")));
    }

    #[test]
    fn passes_over_a_state_that_comes_back() {
        is_silent(ID, &flow("", "&state=one", "", "400 Bad Request"));
        is_silent(ID, &flow(COOKIE, "&state=one", "> Cookie: .AspNetCore.Correlation.x=N\n", "500 Internal Server Error"));
        is_healthy(&flow(COOKIE, "&state=one", "> Cookie: .AspNetCore.Correlation.x=N\n", "302 Found\n< Location: /home"));
    }
}
