use url::Url;

use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::{is_stock_page, stated};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::messages::Message;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The account is known and the password was right, but nobody gave this account access to this
    /// application.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/callback?error=access_denied&error_description=AADSTS50105%3A+The+signed+in+user+is+not+assigned&state=s1
    /// < 403 Forbidden
    /// ```
    UserNotAssigned {
        id: "user-not-assigned",
        family: "credentials",
        side: IdentityProvider,
        stage: NotAllowed,
        title: "The account is not assigned to this application",
        recognised: "A code or a sentence by which a known product says that the user is not assigned, or X-GitHub-SSO: required.",
        remedies: [
            (User, "Ask the administrator to give your account access to this application.", "The same login opens it."),
            (Developer, "Show people this reason, and whom to ask.", "The page names the reason."),
            (Administrator, "Assign the user or one of the user's groups to the application at the identity provider.", "The provider lists the user under the application."),
        ],
        references: [("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"), ("GitHub: authorizing a token for single sign-on", "https://docs.github.com/enterprise-cloud@latest/authentication/authenticating-with-single-sign-on")],
    }
}

impl Cause for UserNotAssigned {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let by_field = || {
            let asks = case.exchange().received("x-github-sso").is_some_and(|value| value.trim_start().starts_with("required"));
            asks.then(|| {
                Finding::new(
                    &META,
                    Certainty::Stated,
                    format!("{} wants the token to be authorized for the organisation's single sign-on.", case.host()),
                )
                .shown(case.at(), Place::Received("x-github-sso", 0), "The server requires it.")
            })
        };
        let summary = format!("{} says that this account has no access to the application.", case.host());
        stated(case, &META, summary.clone()).or_else(by_field).or_else(|| at_callback(case, summary))
    }
}

/// A provider let the user in, and the application that it leads back to does not: who they are is known, and nothing of the
/// application was asked for yet. What a web server says of an address, by its own page or by that address, says nothing of an
/// account.
fn at_callback(case: &Case<'_>, summary: String) -> Option<Finding> {
    let brings_code = |message: &Message| message.carrier.is_sent() && message.link("code").is_some();
    let said = case.stated("insufficient-permissions")?;
    let is_of_address = || match &said.place {
        Place::ResponseBody(span) => {
            case.exchange().response_text().get(span.clone()).is_some_and(|text| names_address(text, &case.exchange().url))
        }
        _ => false,
    };
    let is_led_back = case.facts().purpose == Purpose::Callback && case.exchange().status() == 403;
    (is_led_back && case.facts().messages.iter().any(brings_code) && !is_stock_page(case) && !is_of_address()).then(|| {
        Finding::new(&META, Certainty::Likely, summary).said().shown(said.at, said.place.clone(), "The answer speaks of permission.").shown(
            case.at(),
            Place::Target,
            "The provider let the user in.",
        )
    })
}

/// Whether a text names an address as a word of its own: whole, or by its path, where that is more than the root.
fn names_address(text: &str, url: &Url) -> bool {
    let is_between = |sign: char| sign.is_whitespace() || "<>\"'()".contains(sign);
    let is_whole = |word: &str| Url::parse(word).is_ok_and(|named| named.host() == url.host() && named.path() == url.path());
    let is_path = |word: &str| word.len() > 1 && word.split('?').next() == Some(url.path());
    let mut words = text.split(is_between).map(|word| word.trim_end_matches(['.', ',', ':', ';', '!']));
    words.any(|word| is_path(word) || is_whole(word))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "user-not-assigned";

    #[test]
    fn reports_the_words_of_named_products() {
        // Okta; oauth2-proxy; GitHub.
        reports(
            ID,
            "> GET https://app.test/cb?error=access_denied&error_description=User+is+not+assigned+to+the+client+application.&state=s\n< 403 Forbidden\n",
        );
        reports(
            ID,
            "~ kind document\n> GET https://app.test/oauth2/callback?code={secret c 20}&state=s\n< 403 Forbidden\n<\n< <p>Invalid session: unauthorized</p>\n",
        );
        reports(
            ID,
            "> GET https://api.github.test/orgs/x\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n< X-GitHub-SSO: required; url=https://github.test/orgs/x/sso\n",
        );
    }

    #[test]
    fn an_application_speaks_of_people_and_a_web_server_of_addresses() {
        let back = |answer: &str| {
            format!(
                "~ kind document\n> GET https://app.test/cb?code={{secret c 30}}&state=s1\n< 403 Forbidden\n< Content-Type: text/html\n{answer}\n"
            )
        };
        for page in [
            "<h1>No entry</h1><p>You don't have permission to use this application.</p>",
            "<h1>Forbidden</h1><p>You don't have permission.</p>",
        ] {
            reports(ID, &back(&format!("<\n< {page}")));
            reports(ID, &back(&format!("< Server: Apache\n<\n< {page}")));
        }
        for stock in [
            "< Server: Apache\n<\n< <title>403 Forbidden</title><h1>Forbidden</h1><p>You don't have permission to access this resource.</p>",
            "< Server: Apache/2.4.62\n<\n< <h1>Forbidden</h1><p>You don't have permission.</p><hr><address>Apache/2.4 Server at app.test</address>",
            "<\n< <h1>Access Denied</h1><p>You do not have permission to access /cb on this server.</p>",
        ] {
            is_silent(ID, &back(stock));
        }
    }

    #[test]
    fn a_way_back_to_the_root_is_named_by_no_stroke_between_words() {
        let back = |path: &str, said: &str| {
            format!(
                "~ kind document\n> GET https://time.test{path}?code={{secret c 30}}&state=s1\n< 403 Forbidden\n< Content-Type: text/html\n<\n< <h1>No entry</h1><p>{said}</p>\n"
            )
        };
        reports(ID, &back("/", "You don't have permission to use this application. Ask your team lead and/or payroll."));
        reports(ID, &back("/in", "You don't have permission to use this application, ask sales/invoices."));
        for named in ["/in", "/in?code=1.", "https://time.test/in,", "<code>/in</code>"] {
            is_silent(ID, &back("/in", &format!("You don't have permission to access {named} on this server")));
        }
        is_silent(ID, &back("/", "You don't have permission to access https://time.test/ on this server"));
    }

    #[test]
    fn passes_over_denied_consent_and_missing_rights() {
        is_silent(ID, "> GET https://app.test/cb?error=access_denied&error_description=The+user+denied+access&state=s\n< 403 Forbidden\n");
        is_silent(
            ID,
            "> GET https://api.test/admin\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n<\n< {\"error\":\"insufficient permissions\"}\n",
        );
        is_silent(
            ID,
            "> GET https://api.github.test/x\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n< X-GitHub-SSO: partial-results; organizations=1\n",
        );
    }
}
