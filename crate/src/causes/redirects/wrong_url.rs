use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::oauth::registers;
use crate::causes::{NO_AGE, stated};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// The credentials may be right; the address is not the one that takes them. A sibling of it works
    /// with the same credentials, or the server says so.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/v2/me
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    ///
    /// > GET https://api.example.test/v1/me
    /// > Authorization: Bearer {secret t 40}
    /// < 401 Unauthorized
    /// ```
    WrongUrl {
        id: "wrong-url",
        family: "redirects",
        side: Client,
        stage: NoCredentials,
        title: "The URL is not the one that logs in",
        recognised: "A refusal for a path that differs from an accepted one only in a version, a last slash or letter case, with the same credentials; a login POST answered by 404 or 405; or a provider's metadata that is not where the application looks for it.",
        remedies: [
            (User, "Check the address against the one in the documentation or a bookmark that works.", "The page opens."),
            (Developer, "Compare the path with the one that works, letter for letter: version, prefix, last slash.", "The same request to the other path succeeds."),
            (Administrator, "Redirect or remove addresses that only look like the right one.", "The old address answers 404 or 308."),
        ],
        references: [("RFC 9110 15.5.5: 404 Not Found", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5")],
    }
}

impl Cause for WrongUrl {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let status = case.exchange().status();
        if case.failure.kind != FailureKind::Refused {
            return None;
        }
        let summary = format!("{} is not the address that takes these credentials.", case.request());
        if let Some(finding) = stated(case, &META, summary.clone()) {
            return Some(finding);
        }
        let path = case.exchange().url.path();
        let is_sibling = |(_, record): &(usize, &Record)| {
            let other = record.exchange.url.path();
            record.was_accepted()
                && other != path
                && record.exchange.method == case.exchange().method
                && (record.bears_the_same_credentials_as(case.record)
                    || record.facts.purpose == Purpose::SignIn && case.facts().purpose == Purpose::SignIn)
                // What takes longest comes last: a long session has thousands of others.
                && bare(other).eq(bare(path))
        };
        let sibling = matches!(status, 401 | 403 | 404 | 405).then(|| case.others().find(is_sibling)).flatten();
        if let Some((position, record)) = sibling {
            return Some(
                Finding::new(&META, Certainty::Likely, format!("{summary} {} does.", record.exchange.url.path()))
                    .about(path)
                    .shown(position, Place::Target, "With the same credentials this address is accepted.")
                    .shown(case.at(), Place::Target, "This one is not."),
            );
        }
        if let Some(finding) = of_a_bookmark(case) {
            return Some(finding);
        }
        if case.record.lacks_metadata() && status < 500 {
            let summary = format!("{} has no provider's metadata at {}, so that no login can begin.", case.host(), path);
            return Some(Finding::new(&META, Certainty::Likely, summary).about(path).shown(
                case.at(),
                Place::Target,
                "Here the application looks for the addresses of the provider.",
            ));
        }
        // Who registers nobody need have no address for it.
        let is_login = matches!(case.facts().purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh) && !registers(case);
        (is_login && matches!(status, 404 | 405)).then(|| {
            Finding::new(&META, Certainty::Likely, summary).about(path).shown(
                case.at(),
                Place::Status,
                "There is nothing here that takes a login.",
            )
        })
    }
}

/// The parts of a path by which siblings are known: without versions, empty parts and letter case.
fn bare(path: &str) -> impl Iterator<Item = String> + '_ {
    let is_version = |part: &str| {
        part.len() <= 4
            && part.strip_prefix(['v', 'V']).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    path.split('/').filter(move |part| !part.is_empty() && !is_version(part)).map(str::to_ascii_lowercase)
}

/// A login that is told of a timeout at once after its page was opened: the server has forgotten, or never knew, what the
/// login is for, as where somebody opens the form's own address (Jakarta Servlet 6.0, 13.6.3.1).
fn of_a_bookmark(case: &Case<'_>) -> Option<Finding> {
    let (page, record, open) = case.form_out_of_time()?;
    (case.session.redirected_from(page).is_none() && open < NO_AGE).then(|| {
        let summary = format!(
            "{} knows of nothing that {} is for: the page with the form was opened by itself, at {}.",
            case.host(),
            case.request(),
            record.exchange.url.path()
        );
        Finding::new(&META, Certainty::Likely, summary)
            .about(record.exchange.url.path())
            .shown(page, Place::Target, "The form's own address is opened.")
            .shown(case.at(), Place::Status, "Time is up as soon as the form is sent.")
            .next("Open the page that is wanted instead, and log in when asked.")
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "wrong-url";

    fn call(path: &str, status: &str) -> String {
        format!("> GET https://api.test{path}\n> Authorization: Bearer {{secret t 30}}\n< {status}\n\n")
    }

    #[test]
    fn names_the_sibling_that_works() {
        for sibling in ["/v2/me", "/ME", "/me/"] {
            assert!(reports(ID, &(call(sibling, "200 OK") + &call("/me", "401 Unauthorized"))).contains(sibling));
        }
    }

    #[test]
    fn a_form_whose_own_address_is_opened_is_for_nothing() {
        let session = |wait: &str| {
            format!(
                "~ kind document\n> GET https://app.test/enter.jsp\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; HttpOnly\n<\n< <form><input name=u><input type=password name=p></form>\n\n{wait}~ kind document\n> POST https://app.test/check\n> Cookie: sid={{secret s 30}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> u=a&p=b\n< 408 Request Timeout\n"
            )
        };
        reports(ID, &session(""));
        is_silent(ID, &session("@ 9m\n"));
    }

    #[test]
    fn reports_a_login_that_goes_nowhere() {
        reports(ID, "> POST https://app.test/api/login\n>\n> user=a&password=b\n< 404 Not Found\n");
        reports(
            ID,
            "> POST https://api.test/prod/x\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n<\n< {\"message\":\"Missing Authentication Token\"}\n",
        );
    }

    #[test]
    fn passes_over_other_paths_and_other_credentials() {
        is_silent(ID, &(call("/orders", "200 OK") + &call("/me", "401 Unauthorized")));
        is_silent(ID, &(call("/v2/me", "200 OK").replace("secret t", "secret u") + &call("/v1/me", "401 Unauthorized")));
        is_healthy(&call("/nothing", "404 Not Found"));
    }
}
