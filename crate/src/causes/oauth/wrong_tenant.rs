use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// The account is good, but it belongs to another organisation than the one for which the
    /// application lets people in. Often the browser is still logged in with another account.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=access_denied&error_description=AADSTS50020%3A+User+account+does+not+exist+in+tenant&state=s1
    /// < 403 Forbidden
    /// ```
    WrongTenant {
        id: "wrong-tenant",
        family: "oauth",
        side: Client,
        stage: NotAllowed,
        title: "The account belongs to another tenant or organisation",
        recognised: "A code or a sentence by which a known provider says that the account is of another tenant or organisation.",
        remedies: [
            (User, "Log out at the provider, or use a private window, and choose the account of the right organisation.", "The login goes on."),
            (Developer, "Ask with prompt=select_account, and with the tenant of this environment.", "People can choose their account."),
            (Administrator, "Invite the account as a guest, or allow its tenant for the application.", "The provider lists the account or tenant."),
        ],
        references: [("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"), ("Google: hd parameter", "https://developers.google.com/identity/openid-connect/openid-connect#hd-param")],
    }
}

impl Cause for WrongTenant {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        stated(case, &META, format!("The account belongs to another organisation than {} lets in.", case.host()))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "wrong-tenant";

    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?error={error}&state=s\n< 400 Bad Request\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        for description in ["AADSTS90072%3A+x", "AADSTS50128%3A+Invalid+domain+name"] {
            reports(ID, &callback(&format!("invalid_request&error_description={description}")));
        }
    }

    #[test]
    fn passes_over_other_codes() {
        is_silent(ID, &callback("access_denied"));
        is_silent(ID, &callback("access_denied&error_description=AADSTS50105%3A+x"));
        is_silent(ID, "> POST https://id.test/login\n>\n> user=a&password=b\n< 401 Unauthorized\n");
    }
}
