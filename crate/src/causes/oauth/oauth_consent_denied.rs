use super::{own_code, refused, waited};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// Somebody, or a policy, did not agree that the application gets what it asks for. The password
    /// was right.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=access_denied&error_description=The+user+denied+access&state=s1
    /// < 403 Forbidden
    /// ```
    OauthConsentDenied {
        id: "oauth-consent-denied",
        family: "oauth",
        side: IdentityProvider,
        stage: NotAllowed,
        title: "Consent was denied or is missing",
        recognised: "access_denied or consent_required at the callback, or a code by which a known product says that consent is missing, and no other reason in it.",
        remedies: [
            (User, "Log in again and agree, if you trust the application; where an administrator has to agree, ask for it.", "The login goes on."),
            (Developer, "Ask for no more scopes than are needed, and show people what happened when they say no.", "The consent page lists what you expect."),
            (Administrator, "Give consent for the organisation, or allow people to give their own.", "The provider lists the consent."),
        ],
        references: [("RFC 6749 4.1.2.1: access_denied", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1"), ("OpenID Connect Core 3.1.2.6: consent_required", "https://openid.net/specs/openid-connect-core-1_0.html#AuthError")],
    }
}

impl Cause for OauthConsentDenied {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        // access_denied is also how providers word assignments and policies.
        if case.statements.iter().any(|stated| stated.cause != META.id) {
            return None;
        }
        let summary = format!("The provider did not get consent for what {} asks for.", case.host());
        refused(case, &META, &["access_denied", "consent_required"], &summary).or_else(|| declined(case, summary))
    }
}

/// A device that asks again, as it was told to, and is refused by a code of the provider's own: since the question before,
/// only the user can have decided.
fn declined(case: &Case<'_>, summary: String) -> Option<Finding> {
    let waited = waited(case)?;
    let is_no = |code: &str| NO.iter().any(|word| code.to_ascii_lowercase().contains(word));
    let (code, place) = own_code(case).filter(|(code, _)| matches!(case.exchange().status(), 400 | 403) && is_no(code))?;
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(code.as_str())
            .shown(waited, Place::Status, "Here the provider still waited for the user.")
            .shown(case.at(), place, format!("Now it says {code}.")),
    )
}

/// How codes say that somebody did not want it.
const NO: [&str; 5] = ["cancel", "declin", "den", "refus", "reject"];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "oauth-consent-denied";

    fn callback(error: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?error={error}&state=s\n< 400 Bad Request\n")
    }

    #[test]
    fn reports_the_codes() {
        reports(ID, &callback("access_denied"));
        reports(ID, &callback("consent_required"));
        // Microsoft Entra.
        reports(ID, &callback("invalid_grant&error_description=AADSTS65001%3A+The+user+or+administrator+has+not+consented"));
    }

    fn device(second: &str) -> String {
        let ask = |answer: &str| {
            format!(
                "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code={{secret d 30}}&client_id=tv\n< {answer}\n\n"
            )
        };
        let json = |error: &str| format!("400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}");
        ask(&json("authorization_pending")) + &ask(&json("slow_down")) + &ask(&json(second))
    }

    #[test]
    fn a_user_may_decline_on_another_device() {
        reports(ID, &device("access_denied"));
        reports(ID, &device("authorization_declined"));
        for other in ["authorization_pending", "expired_token", "invalid_client"] {
            is_silent(ID, &device(other));
        }
    }

    #[test]
    fn passes_over_assignments_and_policies() {
        is_silent(ID, &callback("access_denied&error_description=User+is+not+assigned+to+the+client+application."));
        is_silent(ID, &callback("access_denied&error_description=AADSTS53003%3A+blocked"));
        is_silent(ID, &callback("invalid_scope"));
    }
}
