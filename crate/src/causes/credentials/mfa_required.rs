use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;
use crate::syntax::hidden_fields::one_time_code;

declare_cause! {
    /// The password was enough for the account, but not for this: a second factor, a stronger or a more
    /// recent login is asked for, and the request did not bring it.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/payments
    /// > Authorization: Bearer {jwt acr=1 exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="insufficient_user_authentication", acr_values="phr", max_age=300
    /// ```
    MfaRequired {
        id: "mfa-required",
        family: "credentials",
        side: IdentityProvider,
        stage: Refused,
        title: "A second factor or a stronger login is required",
        recognised: "error=\"insufficient_user_authentication\" (RFC 9470), X-GitHub-OTP: required, or a code or a sentence by which a known product asks for a second factor.",
        remedies: [
            (User, "Log in again and confirm with your second factor; set one up if you have none.", "After the confirmation the same page opens."),
            (Developer, "Answer this error by a new authorization request with the acr_values and max_age that the server names.", "The new token's acr or auth_time satisfies the server."),
            (Administrator, "Check which policy asks for the factor, and that the account has one enrolled.", "The sign-in log shows the factor as satisfied."),
        ],
        references: [("RFC 9470: step-up authentication", "https://www.rfc-editor.org/rfc/rfc9470"), ("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes")],
    }
}

impl Cause for MfaRequired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        step_up(case)
            .or_else(|| one_time_password(case))
            .or_else(|| asks_for_code(case))
            .or_else(|| stated(case, &META, format!("{} asks for a second factor.", case.host())))
    }
}

/// RFC 9470 3.
fn step_up(case: &Case<'_>) -> Option<Finding> {
    let (challenge, _) = case.facts().bearer_error().filter(|(_, error)| *error == "insufficient_user_authentication")?;
    let wants: Vec<String> =
        ["acr_values", "max_age"].iter().filter_map(|name| challenge.param(name).map(|value| format!("{name} {value}"))).collect();
    let wanted = if wants.is_empty() { "a stronger or more recent login".to_owned() } else { wants.join(" and ") };
    let has = case
        .facts()
        .token()
        .and_then(|token| token.claims()?.acr.as_deref())
        .map_or_else(String::new, |acr| format!("; the token says acr {acr}"));
    Some(Finding::new(&META, Certainty::Stated, format!("{} asks for {wanted}{has}.", case.host())).about(wanted).shown(
        case.at(),
        Place::Received("www-authenticate", challenge.field),
        "The server names the login that would be enough.",
    ))
}

/// A challenge for a one-time password, as npm's registry sends it, or GitHub's field ("Working with two-factor
/// authentication").
fn one_time_password(case: &Case<'_>) -> Option<Finding> {
    if let Some(challenge) = case.facts().challenge("otp") {
        let summary = format!("{} asks for a one-time password of the second factor.", case.host());
        let place = Place::Received("www-authenticate", challenge.field);
        return Some(Finding::new(&META, Certainty::Stated, summary).shown(case.at(), place, "The server challenges for one."));
    }
    let asks = case.exchange().received("x-github-otp").is_some_and(|value| value.trim_start().starts_with("required"));
    asks.then(|| {
        Finding::new(&META, Certainty::Stated, format!("{} asks for a one-time password of the second factor.", case.host())).shown(
            case.at(),
            Place::Received("x-github-otp", 0),
            "The server requires it.",
        )
    })
}

/// A login that leads to a page with a field for a code that is used once (HTML, autofill: `one-time-code`).
fn asks_for_code(case: &Case<'_>) -> Option<Finding> {
    let is_login = |at: &usize| case.session.record(*at).is_some_and(|record| record.facts.purpose == Purpose::SignIn);
    let login = std::iter::once(case.at()).chain(case.failure.with.iter().copied()).find(is_login)?;
    let (at, record) = case.session.redirect_chain(login).last().and_then(|at| Some((*at, case.session.record(*at)?)))?;
    let text = record.exchange.response_text();
    let from = one_time_code(text)?;
    let until = text.get(from..).and_then(|tag| tag.find('>')).map_or(text.len(), |end| from + end);
    // Who typed it in and got on has one.
    let is_sent = |other: &Record| &*other.exchange.method == "POST" && other.exchange.url.path() == record.exchange.url.path();
    let gets_on = |other: &Record| other.redirect_target().is_some_and(|target| target.path() != record.exchange.url.path());
    if case.session.of_origin(&record.origin).on_from(at).any(|(_, other)| is_sent(other) && gets_on(other)) {
        return None;
    }
    (record.facts.purpose != Purpose::Asset && !record.shows_sign_in_form()).then(|| {
        Finding::new(&META, Certainty::Stated, format!("{} took the password and asks for a second factor.", case.host()))
            .shown(login, Place::Status, "The login leads on.")
            .shown(at, Place::ResponseBody(from..until), "The page asks for a code that is used once.")
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "mfa-required";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn names_what_would_be_enough() {
        let call = "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"insufficient_user_authentication\", max_age=\"60\"\n";
        assert!(reports(ID, call).contains("max_age 60"));
        reports(
            ID,
            "> GET https://api.github.test/user\n> Authorization: {basic a:b}\n< 401 Unauthorized\n< X-GitHub-OTP: required; app\n",
        );
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra; Okta; Auth0.
        for body in ["AADSTS50076: Due to a configuration change", "{\"status\":\"MFA_REQUIRED\"}", "{\"error\":\"mfa_required\"}"] {
            reports(ID, &login(&format!("< 403 Forbidden\n<\n< {body}")));
        }
    }

    #[test]
    fn reads_a_challenge_for_a_one_time_password() {
        let call = |method: &str, answer: &str| {
            format!("> {method} https://registry.test/kit\n> Authorization: Bearer {{secret t 30}}\n< {answer}\n\n")
        };
        reports(ID, &(call("GET", "200 OK") + &call("PUT", "401 Unauthorized\n< WWW-Authenticate: OTP")));
    }

    #[test]
    fn a_login_that_leads_to_a_field_for_a_code_asks_for_one() {
        let page = |field: &str| {
            login("< 302 Found\n< Location: /step\n< Set-Cookie: sid={secret s 30}; Path=/\n\n")
                + &format!(
                    "~ kind document\n> GET https://app.test/step\n> Cookie: sid={{secret s 30}}\n< 200 OK\n<\n< <form method=post>{field}</form>\n\n"
                )
                + "~ kind document\n> GET https://app.test/profile\n> Cookie: sid={secret s 30}\n< 302 Found\n< Location: /login\n\n"
        };
        reports(ID, &page("<input name=c autocomplete=\"one-time-code\">"));
        is_silent(ID, &page("<input name=c autocomplete=\"off\">"));
        is_silent(ID, &page("<p>Browsers fill in a one-time-code</p>"));
    }

    #[test]
    fn passes_over_other_errors() {
        is_silent(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n",
        );
        is_silent(ID, "> GET https://api.test/\n> Authorization: {basic a:b}\n< 401 Unauthorized\n< X-GitHub-OTP: none\n");
        is_healthy(&login("< 200 OK\n<\n< {\"status\":\"SUCCESS\",\"mfa\":\"done\"}"));
    }
}
