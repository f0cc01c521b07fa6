use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// The name and the password were right. A policy of the identity provider refuses this device,
    /// this app or this place.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/callback?error=access_denied&error_description=AADSTS53003%3A+Access+has+been+blocked+by+Conditional+Access+policies&state=s1
    /// < 403 Forbidden
    /// ```
    ConditionalAccessBlocked {
        id: "conditional-access-blocked",
        family: "security",
        side: SecurityControl,
        stage: NotAllowed,
        title: "A sign-in policy refuses this device or place",
        recognised: "A code or a sentence by which a known identity provider says that a policy refused the sign-in.",
        remedies: [
            (User, "Use the managed device or the network that your organisation asks for; ask its administrator if you already do.", "The same login succeeds from there."),
            (Developer, "Show people the provider's error_description; the policy is not in your hands.", "The page names the reason."),
            (Administrator, "Open the sign-in log at the moment and with the trace id below: it names the policy and the condition that failed.", "The log shows the policy as satisfied."),
        ],
        references: [("Microsoft Entra: troubleshoot Conditional Access", "https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access")],
    }
}

impl Cause for ConditionalAccessBlocked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        stated(case, &META, format!("A sign-in policy refused this login at {}.", case.host()))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "conditional-access-blocked";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra; Okta; Active Directory by way of an application.
        for body in [
            "AADSTS53000: Device is not in required device state",
            "{\"errorCode\":\"E0000015\"}",
            "AcceptSecurityContext error, data 531, v4563",
        ] {
            reports(ID, &login(&format!("< 403 Forbidden\n<\n< {body}")));
        }
    }

    #[test]
    fn passes_over_other_codes_and_success() {
        is_silent(ID, &login("< 400 Bad Request\n<\n< AADSTS50126: Error validating credentials"));
        is_silent(ID, &login("< 403 Forbidden\n<\n< {\"error\":\"policy\"}"));
        is_healthy(&login("< 200 OK"));
    }
}
