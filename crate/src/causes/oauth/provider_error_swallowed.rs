use super::provider_error;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The provider sent the reason along to the application, and the page that people get shows
    /// another one or none. The reason stands below, word for word.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/cb?error=no_seat_left&error_description=Ask+the+registrar&state=s1
    /// < 302 Found
    /// < Location: /oops
    ///
    /// ~ kind document
    /// > GET https://app.example.test/oops
    /// < 200 OK
    /// < Content-Type: text/html
    /// <
    /// < <h1>Something went wrong</h1>
    /// ```
    ProviderErrorSwallowed {
        id: "provider-error-swallowed",
        family: "oauth",
        side: Server,
        stage: Symptom,
        title: "The identity provider said why, and the application hid it",
        recognised: "The callback got an error, and the page that followed holds neither its code nor its description.",
        remedies: [
            (User, "Give the reason below to whoever runs the application.", "They know what to repair."),
            (Developer, "Show error and error_description of the callback, or log them with an id that people see.", "The page or the log names the reason."),
            (Administrator, "Look up the reason below at the provider.", "The provider's log shows it at the same moment."),
        ],
        references: [("RFC 6749 4.1.2.1: error response", "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1")],
    }
}

impl Cause for ProviderErrorSwallowed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = provider_error(case).filter(|_| case.facts().purpose == Purpose::Callback);
        let Some(error) = error else {
            return stated(case, &META, format!("{} hides what the identity provider says.", case.host()));
        };
        let page = case
            .session
            .redirect_chain(case.at())
            .into_iter()
            .rfind(|position| case.session.record(*position).is_some_and(|record| !record.exchange.response_text().is_empty()))?;
        let text = case.session.record(page)?.exchange.response_text().to_ascii_lowercase();
        let words = error.description.unwrap_or_default().to_ascii_lowercase();
        let names = |word: &str| !word.is_empty() && text.contains(word);
        if names(&error.code.to_ascii_lowercase()) || names(words.get(..words.len().min(RECOGNISED)).unwrap_or(&words)) {
            return None;
        }
        let quoted = error.description.map_or_else(String::new, |description| format!(": {description}"));
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!("The provider said {}{quoted}, and the page of {} does not.", error.code, case.host()),
            )
            .about(error.code)
            .shown(error.at, error.place, "What the provider says.")
            .shown(page, Place::Status, "The page that people get instead."),
        )
    }
}

/// Bytes of a description by which it is known again on a page.
const RECOGNISED: usize = 16;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent};

    const ID: &str = "provider-error-swallowed";

    fn page(body: &str) -> String {
        format!(
            "~ kind document\n> GET https://app.test/cb?error=registration_closed&error_description=Directory+is+down&state=s\n< 400 Bad Request\n<\n< {body}\n"
        )
    }

    fn names(notation: &str) -> bool {
        diagnose(notation).failures.iter().flat_map(|failure| &failure.causes).any(|cause| cause.id == ID)
    }

    #[test]
    fn quotes_what_the_page_hides() {
        assert!(names(&page("<h1>Sorry</h1>")));
    }

    #[test]
    fn passes_over_pages_that_say_it() {
        assert!(!names(&page("<p>registration_closed</p>")));
        assert!(!names(&page("<p>Reason: directory is down</p>")));
        is_silent(ID, "~ kind document\n> GET https://app.test/cb?code={secret c 30}&state=s\n< 500 Internal Server Error\n<\n< oops\n");
    }
}
