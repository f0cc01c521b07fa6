use super::{own_code, refused, registers};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::messages::MessageKind;
use crate::finding::{Certainty, Finding};

declare_cause! {
    /// The identity provider cannot work with the application's request: a parameter is missing, has a
    /// value that it does not support, or stands there twice.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=invalid_request&error_description=code_challenge+is+required&state=s1
    /// < 400 Bad Request
    /// ```
    OauthInvalidRequest {
        id: "oauth-invalid-request",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The authorization or token request is wrong",
        recognised: "invalid_request, unsupported_response_type, unsupported_grant_type and their kin, or a code by which a known product says so.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login goes on."),
            (Developer, "Correct the parameter that the description names; send PKCE with S256.", "The provider shows its login page."),
            (Administrator, "Allow the response or grant type for this application, if it should have it.", "The provider lists it under the application."),
        ],
        references: [("RFC 6749 4.1.2.1: error response", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1"), ("RFC 7636 4.4.1: PKCE is required", "https://www.rfc-editor.org/rfc/rfc7636#section-4.4.1")],
    }
}

impl Cause for OauthInvalidRequest {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.statements.iter().any(|stated| stated.cause != META.id) || case.speaks_of_proof().is_some() {
            return None;
        }
        let summary = format!("The provider cannot work with the request of {}.", case.host());
        refused(case, &META, &CODES, &summary).or_else(|| refused_at_the_start(case, summary))
    }
}

/// A client that asks to begin a login, before anybody else has a part in it, and is refused by a code of the provider's own.
fn refused_at_the_start(case: &Case<'_>, summary: String) -> Option<Finding> {
    let has_grant = || case.facts().messages.iter().any(|message| message.kind == MessageKind::TokenRequest);
    if case.facts().purpose != Purpose::Token || case.exchange().status() != 400 || has_grant() || registers(case) {
        return None;
    }
    let (code, place) = own_code(case)?;
    Some(Finding::new(&META, Certainty::Likely, summary).about(code.as_str()).shown(case.at(), place, format!("The provider says {code}.")))
}

/// RFC 6749 4.1.2.1 and 5.2, RFC 9101 6.2, OpenID Connect Core 3.1.2.6.
const CODES: [&str; 9] = [
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_target",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "unsupported_grant_type",
    "unsupported_response_type",
];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "oauth-invalid-request";

    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?error={error}&state=s\n< 400 Bad Request\n")
    }
    fn token(grant: &str, error: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}\n"
        )
    }

    #[test]
    fn reports_the_codes_at_both_endpoints() {
        reports(ID, &callback("unsupported_response_type"));
        reports(ID, &token("grant_type=authorization_code&code={secret c 30}", "invalid_request"));
        reports(ID, &token("grant_type=urn%3Ax", "unsupported_grant_type"));
    }

    #[test]
    fn reports_what_is_refused_before_anybody_logs_in() {
        let start =
            |path: &str, form: &str, error: &str| token(form, error).replace("https://id.test/token", &format!("https://id.test{path}"));
        let pushed = "client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";
        reports(ID, &start("/par", pushed, "invalid_request"));
        reports(ID, &start("/par", "client_id=a&request={jwt iss=a response_type=code}", "invalid_request_object"));
        reports(ID, &start("/device/code", "client_id=a", "device_flow_disabled"));
        is_silent(ID, &start("/device/code", "client_id=a", "invalid_client"));
        reports("oauth-invalid-client", &start("/par", pushed, "invalid_client"));
        reports("oauth-invalid-client", &start("/device/code", "client_id=a", "invalid_client"));
        reports("wrong-url", &start("/par", pushed, "x").replace("400 Bad Request", "404 Not Found"));
        // A request that was left is named alone.
        let named = "~ kind document\n> GET https://id.test/authorize?client_id=a&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ab\n< 400 Bad Request\n<\n< <h1>invalid_request_uri</h1>\n";
        reports(ID, named);
        // What is not refused is not looked at.
        is_healthy(&start("/par", pushed, "x").replace("400 Bad Request", "201 Created").replace("error", "request_uri"));
    }

    #[test]
    fn passes_over_other_codes_and_named_reasons() {
        is_silent(ID, &callback("access_denied"));
        is_silent(ID, &callback("invalid_request&error_description=AADSTS50011%3A+redirect"));
        is_silent(ID, &token("grant_type=authorization_code&code={secret c 30}", "invalid_grant"));
    }
}
