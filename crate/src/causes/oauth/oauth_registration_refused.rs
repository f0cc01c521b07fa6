use super::registers;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::json::{Members, text_of};

declare_cause! {
    /// The application asked the identity provider to register it, and was refused. Without a client
    /// identifier there is nothing that it could log in with.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://id.example.test/register
    /// > Content-Type: application/json
    /// >
    /// > {"redirect_uris": ["http://localhost:6274/callback"], "client_name": "App"}
    /// < 400 Bad Request
    /// < Content-Type: application/json
    /// <
    /// < {"error": "invalid_client_metadata", "error_description": "client_uri is missing"}
    /// ```
    OauthRegistrationRefused {
        id: "oauth-registration-refused",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The provider does not register the application",
        recognised: "A request with redirect_uris, and no grant, is refused.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login begins."),
            (Developer, "Register the application at the provider beforehand and configure its client_id; or send the metadata and the initial access token that the provider asks for.", "The registration is answered by 201."),
            (Administrator, "Allow registration for this application, or hand out a client_id or an initial access token.", "The provider lists the application."),
        ],
        references: [("RFC 7591 3.2.2: client registration error response", "https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2")],
    }
}

impl Cause for OauthRegistrationRefused {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !registers(case) || case.failure.kind != FailureKind::Refused {
            return None;
        }
        let finding = |certainty| Finding::new(&META, certainty, format!("{} does not register the application that asks.", case.host()));
        let text = case.exchange().response_text();
        let code = Members::read(text).ok().and_then(|members| text_of(members.get("error")?.0));
        Some(match code.and_then(|code| Some((text.find(&code)?, code))) {
            Some((at, code)) => {
                let place = Place::ResponseBody(at..at + code.len());
                finding(Certainty::Stated).about(code.as_str()).shown(case.at(), place, format!("The provider says {code}."))
            }
            None => finding(Certainty::Likely).shown(case.at(), Place::Status, "The registration is refused."),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "oauth-registration-refused";

    fn registration(answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://id.test/clients\n> Content-Type: application/json\n>\n> {{\"redirect_uris\":[\"https://app.test/cb\"],\"grant_types\":[\"authorization_code\"]}}\n< {answer}\n"
        )
    }

    #[test]
    fn reports_what_the_provider_says_or_that_it_says_nothing() {
        let denied = "400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"access_denied\",\"error_description\":\"Access Token not valid\"}";
        reports(ID, &registration(denied));
        reports(ID, &registration("403 Forbidden"));
        reports(ID, &registration("401 Unauthorized\n< WWW-Authenticate: Bearer"));
        reports(ID, &registration("422 Unprocessable Content"));
        // It looked in vain for metadata before, and went on without.
        let probe = "~ kind fetch\n> GET https://id.test/.well-known/oauth-authorization-server\n< 404 Not Found\n\n";
        reports(ID, &(probe.to_owned() + &registration("404 Not Found")));
    }

    #[test]
    fn passes_over_what_is_registered_and_what_is_refused_elsewhere() {
        is_healthy(&registration("201 Created\n< Content-Type: application/json\n<\n< {\"client_id\":\"a\"}"));
        is_silent(
            ID,
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_client\"}\n",
        );
    }
}
