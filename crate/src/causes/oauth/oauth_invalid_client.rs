use super::{refused, request_of};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// The identity provider does not know the application that asks, or refuses the secret by which it
    /// proves itself. The user has no part in it.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=authorization_code&code={secret c 40}&client_id=app&client_secret={secret s 40}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"error": "invalid_client"}
    /// ```
    OauthInvalidClient {
        id: "oauth-invalid-client",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The client id or secret is refused",
        recognised: "invalid_client or unauthorized_client, or a sentence by which a known product says so.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login succeeds."),
            (Developer, "Check client_id and client_secret of this environment, and the way in which they are sent: Basic, in the form, or as a signed assertion.", "The token endpoint answers 200."),
            (Administrator, "Check that the application is registered here, of the right kind (public or confidential), and that its secret has not expired.", "The provider lists the application as active."),
        ],
        references: [("RFC 6749 5.2: invalid_client", "https://www.rfc-editor.org/rfc/rfc6749#section-5.2")],
    }
}

impl Cause for OauthInvalidClient {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let client =
            case.facts().messages.iter().find_map(|message| message.param("client_id")).or_else(|| request_of(case)?.1.param("client_id"));
        let who = client.map_or_else(String::new, |client| format!(" {client}"));
        let finding =
            refused(case, &META, &["invalid_client", "unauthorized_client"], &format!("{} does not accept the client{who}.", case.host()))?;
        Some(match client {
            Some(client) => finding.about(client),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "oauth-invalid-client";

    fn token(grant: &str, error: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}\n"
        )
    }
    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?error={error}&state=s\n< 400 Bad Request\n")
    }

    #[test]
    fn reports_what_is_answered_to_a_form_that_was_not_recorded() {
        let call = |media: &str, error: &str| {
            format!(
                "> POST https://id.test/x\n> Content-Type: {media}\n> Content-Length: 80\n< 401 Unauthorized\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}\n"
            )
        };
        reports(ID, &call("application/x-www-form-urlencoded", "invalid_client"));
        is_silent(ID, &call("application/json", "invalid_client"));
        is_silent(ID, &call("application/x-www-form-urlencoded", "invalid_name"));
    }

    #[test]
    fn reports_the_codes_at_both_endpoints() {
        assert!(reports(ID, &token("grant_type=client_credentials&client_id=app&client_secret=x", "invalid_client")).contains("app"));
        reports(ID, &callback("unauthorized_client"));
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra.
        reports(
            ID,
            &token(
                "grant_type=authorization_code&code={secret c 30}",
                "invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.",
            ),
        );
    }

    #[test]
    fn passes_over_other_codes() {
        is_silent(ID, &token("grant_type=authorization_code&code={secret c 30}", "invalid_grant"));
        is_silent(ID, &callback("access_denied"));
        is_silent(ID, &callback("invalid_scope"));
    }
}
