use super::refusal;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::session::cors::CorsError;

declare_cause! {
    /// The server answered, but its answer does not say that a page of this origin may read it. The
    /// script gets a network error and cannot tell that the server answered at all.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// > Origin: https://app.example.test
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    /// < Access-Control-Allow-Origin: https://www.example.test
    /// ```
    CorsOriginNotAllowed {
        id: "cors-origin-not-allowed",
        family: "cors",
        side: Server,
        stage: AnswerFaulty,
        title: "The response does not allow this origin",
        recognised: "Access-Control-Allow-Origin is missing, names another origin or several, on an answer to a script of another origin, be it the metadata of a login, or on its preflight.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once the server allows it."),
            (Developer, "Call the API by an address of the page's own origin, or have the page's origin allowed.", "The browser's console shows no CORS error."),
            (Administrator, "Answer with Access-Control-Allow-Origin and the page's exact origin, on every status, and Vary: Origin.", "The answer bears the field with this origin."),
        ],
        references: [("Fetch: CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check"), ("MDN: CORS", "https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS")],
    }
}

impl Cause for CorsOriginNotAllowed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let refusal = refusal(case, &KINDS)?;
        let says = match refusal.error {
            CorsError::MissingAllowOriginHeader | CorsError::PreflightMissingAllowOriginHeader => {
                "The answer has no Access-Control-Allow-Origin."
            }
            CorsError::MultipleAllowOriginValues | CorsError::PreflightMultipleAllowOriginValues => {
                "This names several origins; only one is allowed."
            }
            CorsError::AllowOriginMismatch | CorsError::PreflightAllowOriginMismatch => "This names another origin.",
            _ => "This is no origin.",
        };
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!("{} does not allow pages of {} to read {}.", case.host(), refusal.origin, case.request()),
        );
        let finding = refusal.shown(case, "access-control-allow-origin", finding, says).advise(
            Audience::Administrator,
            format!("Answer with Access-Control-Allow-Origin: {} and Access-Control-Allow-Credentials: true.", refusal.origin),
            "The script can read the answer.",
        );
        // A redirect is read by nobody: it is only not followed.
        let target = case.record.redirect_target().filter(|_| refusal.at == case.at());
        let finding = match target {
            Some(target) => finding.advise(
                Audience::Developer,
                format!("Ask for {} at once, so that no redirect has to be allowed.", target.path()),
                "The call is answered without a redirect.",
            ),
            None => finding,
        };
        Some(refusal.replayed(case, finding))
    }
}

const KINDS: [CorsError; 8] = [
    CorsError::MissingAllowOriginHeader,
    CorsError::MultipleAllowOriginValues,
    CorsError::InvalidAllowOriginValue,
    CorsError::AllowOriginMismatch,
    CorsError::PreflightMissingAllowOriginHeader,
    CorsError::PreflightMultipleAllowOriginValues,
    CorsError::PreflightInvalidAllowOriginValue,
    CorsError::PreflightAllowOriginMismatch,
];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "cors-origin-not-allowed";

    fn call(request: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n> Authorization: Bearer {{secret t 30}}\n{request}< {answer}\n"
        )
    }

    #[test]
    fn a_preflight_that_nobody_takes_hides_the_login_behind_it() {
        let login = "~ kind xhr\n> POST https://org.test/login\n> Origin: https://www.org.test\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< ! net::ERR_FAILED\n\n";
        let preflight = |status: &str| {
            format!(
                "~ kind preflight\n> OPTIONS https://org.test/login\n> Origin: https://www.org.test\n> Access-Control-Request-Method: POST\n> Access-Control-Request-Headers: content-type\n< {status}\n"
            )
        };
        reports(ID, &(login.to_owned() + &preflight("405 Method Not Allowed")));
        reports("cors-preflight-unauthorized", &(login.to_owned() + &preflight("401 Unauthorized")));
    }

    #[test]
    fn reports_missing_other_and_several_origins() {
        reports(ID, &call("", "200 OK"));
        reports(ID, &call("", "200 OK\n< Access-Control-Allow-Origin: https://www.app.test"));
        reports(ID, &call("", "200 OK\n< Access-Control-Allow-Origin: https://app.test, https://b.test"));
    }

    #[test]
    fn a_client_that_cannot_learn_where_to_log_in_does_not() {
        let asks = |path: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://id.test/{path}\n> Origin: https://app.test\n< 200 OK{answer}\n\n")
        };
        let allowed = "\n< Access-Control-Allow-Origin: *";
        let hidden = asks("realm/.well-known/openid-configuration", "");
        reports(ID, &hidden);
        is_healthy(&asks(".well-known/assetlinks.json", ""));
        is_healthy(&asks("realm/.well-known/openid-configuration", allowed));
        let found_elsewhere = diagnose(&(hidden + &asks(".well-known/oauth-authorization-server", allowed)));
        assert!(found_elsewhere.failures.iter().all(|failure| failure.recovered_by.is_some()));
    }

    #[test]
    fn passes_over_an_origin_that_was_hidden() {
        for mark in ["[REDACTED]", "***"] {
            is_silent(ID, &call("", "200 OK\n< Access-Control-Allow-Origin: https://www.app.test").replace("https://app.test", mark));
        }
    }

    #[test]
    fn a_redirect_that_may_not_be_followed_ends_the_call() {
        let moved =
            |error: &str, fields: &str| format!("{error}{}", call("", &format!("308 Permanent Redirect\n< Location: /me/{fields}")));
        let next = |answer: &str| call("", answer).replace("/me", "/me/");
        let allowed = "\n< Access-Control-Allow-Origin: https://app.test";
        reports(ID, &moved("~ error net::ERR_FAILED\n", ""));
        reports(ID, &moved("", "\n< Access-Control-Allow-Origin: https://www.app.test"));
        let login = "~ kind xhr\n> POST http://api.test/login\n> Origin: https://app.test\n>\n> user=a&password=b\n< 301 Moved Permanently\n< Location: https://api.test/login\n";
        reports(ID, login);
        // One that is allowed, one that was followed all the same, and one that came from a place whose fields nobody sees.
        is_healthy(&(moved("", allowed) + "\n" + &next(&format!("200 OK{allowed}"))));
        is_healthy(&moved("", allowed));
        is_silent(ID, &(moved("", "") + "\n" + &next(&format!("200 OK{allowed}"))));
        is_silent(ID, &moved("~ unseen response-fields\n", ""));
        // Nor is it about CORS that a script is sent to log in.
        is_silent(ID, &call("", "302 Found\n< Location: https://id.test/authorize?response_type=code&client_id=a&redirect_uri=x"));
        let later = "\n@ 1m\n".to_owned() + &next(&format!("200 OK{allowed}"));
        assert!(diagnose(&(moved("", "") + &later)).failures.iter().all(|failure| failure.recovered_by.is_some()));
    }

    #[test]
    fn replays_the_answer_that_would_be_read() {
        let diagnosis = diagnose(&call("> Cookie: sid=1\n", "200 OK"));
        let remedies = &diagnosis.failures[0].causes[0].remedies;
        assert!(remedies.iter().any(|remedy| remedy.counterfactual.is_some()), "{remedies:?}");
    }

    #[test]
    fn passes_over_readable_answers_and_what_nobody_logs_in_to() {
        is_healthy(&call("", "200 OK\n< Access-Control-Allow-Origin: https://app.test"));
        is_healthy("~ kind fetch\n> GET https://cdn.test/data\n> Origin: https://app.test\n< 200 OK\n");
        is_healthy(
            "~ kind fetch\n> POST https://tracker.test/hit\n> Origin: https://app.test\n> Cookie: uid={secret u 20}\n< 204 No Content\n",
        );
    }

    #[test]
    fn passes_over_faults_of_credentials() {
        is_silent(ID, &call("> Cookie: sid=1\n", "200 OK\n< Access-Control-Allow-Origin: *"));
    }
}
