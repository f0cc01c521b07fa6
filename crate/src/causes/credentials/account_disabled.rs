use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// The name and the password may well be right: the account behind them is switched off, and
    /// whoever knows the accounts refuses every login with it.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"error": "account_disabled", "message": "This account is disabled"}
    /// ```
    AccountDisabled {
        id: "account-disabled",
        family: "credentials",
        side: IdentityProvider,
        stage: Refused,
        title: "The account is disabled",
        recognised: "The answer to a login bears a code or a sentence by which a known product says that the account is disabled.",
        remedies: [
            (User, "Ask the administrator of your accounts to switch yours on again; another password will not help.", "The same login succeeds."),
            (Developer, "Show people this reason instead of a general error.", "The page says that the account is disabled."),
            (Administrator, "Look the account up where accounts are kept, and enable it if its owner still belongs there.", "The sign-in log no longer shows this reason."),
        ],
        references: [("Microsoft Entra error codes: AADSTS50057", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes")],
    }
}

impl Cause for AccountDisabled {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        stated(case, &META, format!("{} says that the account is disabled.", case.host()))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "account-disabled";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra's reference of error codes; Firebase Authentication's REST reference.
        reports(
            ID,
            &login(
                "< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50057: The user account is disabled.\"}",
            ),
        );
        reports(ID, &login("< 400 Bad Request\n<\n< {\"error\":{\"code\":400,\"message\":\"USER_DISABLED\"}}"));
    }

    #[test]
    fn reports_the_message_of_the_page_that_a_refused_login_leads_to() {
        let page = "~ kind document\n> GET https://app.test/login?again=1\n< 200 OK\n<\n< <p>Your account has been disabled.</p><input type=password>\n";
        reports(ID, &(login("< 302 Found\n< Location: /login?again=1\n") + page));
    }

    #[test]
    fn passes_over_another_reason_and_words_in_passing() {
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< <script>messages = {off: 'account is disabled'}</script>"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< the account is not disabled"));
    }

    #[test]
    fn passes_over_a_login_that_succeeds() {
        is_healthy(&login("< 200 OK\n<\n< {\"help\":\"what if my account is disabled\"}"));
    }
}
