use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

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
        recognised: "The answer to a login bears a code or a sentence by which a known product says that the password has expired or must be changed; or a login leads to a page for choosing a new password, and that page back to the login.",
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
            .or_else(|| led_to_choose(case))
    }
}

/// A login after which everybody is led to a page for choosing a new password that they had not asked for, and which lets
/// nobody in.
fn led_to_choose(case: &Case<'_>) -> Option<Finding> {
    let at = case.sent_to_choose_a_password()?;
    let page = case.exchange().url.path();
    let summary = format!("{} sends a login on to {page}, where a new password is chosen, and lets nobody in there.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(at, Place::Received("location", 0), "The login was accepted, and leads to where a new password is chosen.")
            .shown(case.at(), Place::Status, "Nobody gets as far as that.")
            .next("The account in the server's store: does its password have to be changed?"),
    )
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

    fn led(target: &str, back: &str) -> String {
        format!(
            "~ kind document\n> GET https://app.test/enter\n< 200 OK\n< Content-Type: text/html\n<\n< <form method=post action=/enter><input name=user><input type=password name=password></form>\n\n\
             ~ kind document\n> POST https://app.test/enter\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b&back={back}\n< 302 Found\n< Location: {target}\n< Set-Cookie: app_sid={{secret sid 32}}; HttpOnly\n\n\
             ~ kind document\n> GET https://app.test{target}\n> Cookie: app_sid={{secret sid 32}}\n< 302 Found\n< Location: /enter\n\n\
             ~ kind document\n> GET https://app.test/enter\n> Cookie: app_sid={{secret sid 32}}\n< 200 OK\n< Content-Type: text/html\n<\n< <form method=post action=/enter><input name=user><input type=password name=password></form>\n"
        )
    }

    #[test]
    fn knows_who_is_led_to_choose_a_new_password_and_back() {
        for target in ["/account/change-password", "/password/expired", "/web/ForcePasswordChange.aspx", "/profile/password/new"] {
            reports(ID, &led(target, ""));
        }
        // A next step of the login, another page, and a page that was asked for before.
        for (target, back) in
            [("/password", ""), ("/news", ""), ("/account/change-password", "/account/change-password"), ("/forgot-password/new", "")]
        {
            is_silent(ID, &led(target, back));
        }
        let asked = "~ kind document\n> GET https://app.test/password/change\n< 302 Found\n< Location: /enter\n\n".to_owned();
        is_silent(ID, &(asked + &led("/password/change", "")));
    }

    #[test]
    fn passes_over_wrong_passwords_and_offers_to_change_one() {
        is_silent(ID, &login("< 401 Unauthorized\n<\n< AcceptSecurityContext error, data 52e, v4563"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}"));
        is_healthy(&login("< 200 OK\n<\n< <a href=/password>Change your password</a>"));
    }
}
