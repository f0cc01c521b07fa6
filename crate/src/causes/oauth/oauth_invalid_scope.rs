use super::{refused, request_of};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Finding;
use crate::place::Place;

declare_cause! {
    /// The application asks for a scope that the provider does not know, or does not give to this
    /// application.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=invalid_scope&state=s1
    /// < 400 Bad Request
    /// ```
    OauthInvalidScope {
        id: "oauth-invalid-scope",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "A scope is not allowed",
        recognised: "invalid_scope, or a code by which a known product says so.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login goes on."),
            (Developer, "Ask for scopes as the provider spells them, and for those that the application is registered for.", "The provider shows its login page."),
            (Administrator, "Allow the scope for this application at the provider, if it needs it.", "The provider lists the scope under the application."),
        ],
        references: [("RFC 6749 3.3: scope", "https://www.rfc-editor.org/rfc/rfc6749#section-3.3")],
    }
}

impl Cause for OauthInvalidScope {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let finding =
            refused(case, &META, &["invalid_scope"], &format!("The provider does not give {} a scope that it asks for.", case.host()))?;
        let asked = request_of(case).and_then(|(position, request)| Some((position, request.param("scope")?)));
        Some(match asked {
            Some((position, scope)) => finding.about(scope).shown(position, Place::Target, format!("It asks for {scope}.")),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "oauth-invalid-scope";

    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?error={error}&state=s\n< 400 Bad Request\n")
    }
    fn token(grant: &str, error: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}\n"
        )
    }

    #[test]
    fn reports_both_endpoints_and_the_words_of_named_products() {
        reports(ID, &callback("invalid_scope"));
        reports(ID, &token("grant_type=client_credentials&client_id=a&client_secret=b&scope=x", "invalid_scope"));
        // Microsoft Entra.
        reports(ID, &callback("invalid_request&error_description=AADSTS70011%3A+The+provided+value+for+scope+is+not+valid"));
    }

    #[test]
    fn passes_over_other_codes() {
        is_silent(ID, &callback("access_denied"));
        is_silent(ID, &callback("invalid_request"));
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n< WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"a\"\n",
        );
    }
}
