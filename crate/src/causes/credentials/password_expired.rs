use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// The password may be right, but it is too old, or was given out only to be replaced. Nobody gets
    /// in with it until it is changed.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"error": "password_expired"}
    /// ```
    PasswordExpired {
        id: "password-expired",
        family: "credentials",
        side: IdentityProvider,
        stage: Refused,
        title: "The password has expired or must be changed",
        recognised: "The answer to a login bears a code or a sentence by which a known product says that the password has expired or must be changed.",
        remedies: [
            (User, "Change the password where your accounts are kept, then log in with the new one.", "The login succeeds with the new password."),
            (Developer, "Lead people to the page where they change the password instead of showing a general error.", "The answer leads to that page."),
            (Administrator, "Check the policy for the age of passwords, and exempt accounts of programs from it.", "The directory shows when the password was last set."),
        ],
        references: [("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"), ("Active Directory: data codes of failed binds", "https://learn.microsoft.com/troubleshoot/windows-server/active-directory/ldap-bind-error-codes")],
    }
}

impl Cause for PasswordExpired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        stated(case, &META, format!("{} says that the password has expired or must be changed.", case.host()))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "password-expired";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra; Okta; Active Directory by way of an application; Amazon Cognito.
        for body in [
            "AADSTS50055: The password is expired.",
            "{\"status\":\"PASSWORD_EXPIRED\"}",
            "LDAP: error code 49 - AcceptSecurityContext error, data 532, v4563",
            "{\"__type\":\"PasswordResetRequiredException\"}",
        ] {
            reports(ID, &login(&format!("< 401 Unauthorized\n<\n< {body}")));
        }
    }

    #[test]
    fn passes_over_wrong_passwords_and_offers_to_change_one() {
        is_silent(ID, &login("< 401 Unauthorized\n<\n< AcceptSecurityContext error, data 52e, v4563"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}"));
        is_healthy(&login("< 200 OK\n<\n< <a href=/password>Change your password</a>"));
    }
}
