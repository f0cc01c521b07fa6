use super::provider_error;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};

declare_cause! {
    /// Nobody was refused: the user left the provider's page by another door – cancelled, or chose "forgot your
    /// password" – and the provider reports that as an error. The application has to go on from there.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=access_denied&error_description=AADB2C90118%3A+The+user+has+forgotten+their+password.&state=s1
    /// < 400 Bad Request
    /// ```
    UserLeftSignIn {
        id: "user-left-sign-in",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The user left the sign-in by another door",
        recognised: "access_denied at the callback, with a code or a reason that a provider documents for a cancelled sign-in or a forgotten password.",
        remedies: [
            (User, "Log in again; to set a new password, follow the link to it and come back afterwards.", "The application lets you in."),
            (Developer, "Take such an answer for what it is: lead on to the flow for a new password, or back to the page before the sign-in, without an error.", "Whoever cancels sees no error page."),
            (Administrator, "Where the provider can, let the sign-in itself handle forgotten passwords.", "The provider no longer leads back with this code."),
        ],
        references: [("Azure AD B2C: error codes", "https://learn.microsoft.com/azure/active-directory-b2c/error-codes"), ("RFC 6749 4.1.2.1: access_denied", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1")],
    }
}

/// How providers word it: the code or reason in error_description, in lower case, and what the user did. From the
/// documentation of Azure AD B2C, LinkedIn and Facebook Login; checked 2026-11-29.
const DOORS: [(&str, &str); 5] = [
    ("aadb2c90118", "chose that the password is forgotten"),
    ("aadb2c90091", "cancelled"),
    ("user_cancelled_login", "cancelled"),
    ("user_cancelled_authorize", "cancelled"),
    ("user_denied", "cancelled"),
];

impl Cause for UserLeftSignIn {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = provider_error(case)?;
        let text = [Some(error.code), error.description, case.exchange().url.query()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let text = text.to_ascii_lowercase();
        let (door, did) = DOORS.iter().find(|(door, _)| text.contains(door))?;
        Some(
            Finding::new(
                &META,
                Certainty::Stated,
                format!("At the provider's page the user {did}; nobody refused the login to {}.", case.host()),
            )
            .about(*door)
            .shown(error.at, error.place, format!("The provider's code for it is {door}.")),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "user-left-sign-in";

    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?{error}&state=s\n< 400 Bad Request\n")
    }

    #[test]
    fn reports_each_door_of_each_provider() {
        for error in [
            "error=access_denied&error_description=AADB2C90118%3a+The+user+has+forgotten+their+password.",
            "error=access_denied&error_description=AADB2C90091%3a+The+user+has+cancelled",
            "error=user_cancelled_login&error_description=The+user+cancelled+LinkedIn+login",
            "error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied",
        ] {
            reports(ID, &callback(error));
        }
    }

    #[test]
    fn passes_over_refusals() {
        is_silent(ID, &callback("error=access_denied"));
        reports("oauth-consent-denied", &callback("error=access_denied"));
        is_silent(ID, &callback("error=access_denied&error_description=AADB2C90157%3a+retry+limit"));
    }
}
