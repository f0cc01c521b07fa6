use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The form went to an address that redirects to its proper form: https, another host, a slash. On
    /// the way the browser made a GET of the POST and left the name and the password behind.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST http://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 301 Moved Permanently
    /// < Location: https://app.example.test/login
    ///
    /// ~ kind document
    /// > GET https://app.example.test/login
    /// < 200 OK
    /// <
    /// < <form><input type="password"></form>
    /// ```
    MethodChangedOnRedirect {
        id: "method-changed-on-redirect",
        family: "redirects",
        side: Client,
        stage: CredentialSpoiled,
        title: "The redirect turned the login POST into a GET",
        recognised: "A login POST answered by 301, 302 or 303 to the same path on another scheme or host or with another slash, and followed by a GET.",
        remedies: [
            (User, "Open the site by the address to which it redirects, then log in.", "The login succeeds."),
            (Developer, "Let the form's action name the final address.", "The POST is answered without a redirect."),
            (Administrator, "Redirect people to the final address before they see the form, and use 308 where a POST must be redirected.", "The POST arrives with its content."),
        ],
        references: [("RFC 9110 15.4.2: 301 and POST", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.2"), ("RFC 9110 15.4.9: 308", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.9")],
    }
}

impl Cause for MethodChangedOnRedirect {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let next = case.session.loses_content(case.at())?;
        let target = case.session.record(next)?;
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "{} was redirected to {}{} and became a GET there, without the name and the password.",
                case.request(),
                target.origin,
                target.exchange.url.path()
            ),
        )
        .about(case.exchange().url.path())
        .shown(case.at(), Place::Received("location", 0), "The same page under another address.")
        .shown(next, Place::Target, "The content that was posted is gone.");
        Some(finding.advise(
            Audience::Developer,
            format!("Post the form to {}{}.", target.origin, target.exchange.url.path()),
            "The POST is answered without a redirect.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "method-changed-on-redirect";

    fn login(status: &str, to: &str, next: &str) -> String {
        format!(
            "~ kind document\n> POST http://app.test/login\n>\n> user=a&password=b\n< {status}\n< Location: {to}\n\n~ kind document\n> {next} {to}\n< 200 OK\n<\n< <input type=password>\n"
        )
    }

    #[test]
    fn reports_scheme_host_and_slash() {
        for to in ["https://app.test/login", "http://www.app.test/login", "http://app.test/login/"] {
            reports(ID, &login("301 Moved Permanently", to, "GET"));
        }
    }

    #[test]
    fn what_is_left_of_the_form_is_part_of_it() {
        let refused = login("301 Moved Permanently", "http://app.test/login/", "GET")
            .replace("200 OK\n<\n< <input type=password>", "405 Method Not Allowed");
        assert_eq!(diagnose(&refused).failures.len(), 1);
    }

    #[test]
    fn passes_over_the_page_after_a_login_and_308() {
        is_silent(ID, &login("302 Found", "http://app.test/home", "GET"));
        is_silent(ID, &login("308 Permanent Redirect", "https://app.test/login", "POST"));
        is_silent(ID, &login("302 Found", "http://app.test/login?error=1", "GET"));
    }
}
