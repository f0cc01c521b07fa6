use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::ServedBy;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The refusal was given to somebody else, or to you at another time, and a cache hands it out
    /// again. The server was not asked.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/api/me
    /// > Cookie: sid={secret s 32}
    /// < 401 Unauthorized
    /// < Age: 240
    /// < X-Cache: HIT
    /// ```
    CachedUnauthorized {
        id: "cached-unauthorized",
        family: "server",
        side: Server,
        stage: Intercepted,
        title: "The 401 comes from a cache",
        recognised: "A refusal with Age, a cache's mark of a hit, or from the browser's own cache.",
        remedies: [
            (User, "Reload without the cache (Shift and Reload).", "The answer is a fresh one."),
            (Developer, "Send Cache-Control: no-store with refusals, and Vary: Authorization, Cookie with what depends on them.", "The answer has no Age."),
            (Administrator, "Exclude 401 and 403 and everything that depends on a login from the cache.", "The cache reports a miss or a bypass."),
        ],
        references: [("RFC 9111 5.1: Age", "https://www.rfc-editor.org/rfc/rfc9111#section-5.1"), ("RFC 9111 3.5: storing responses to authenticated requests", "https://www.rfc-editor.org/rfc/rfc9111#section-3.5")],
    }
}

impl Cause for CachedUnauthorized {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        if !case.is_denied() && !matches!(case.failure.kind, FailureKind::Bounced | FailureKind::Loop) {
            return None;
        }
        // The page to which a provider's no is sent may well be the same for everybody.
        if case.facts().messages.iter().any(|message| message.carrier.is_sent() && message.param("error").is_some()) {
            return None;
        }
        let (place, says) = match exchange.cached_on_the_way() {
            _ if exchange.served_by == ServedBy::Cache => (Place::Status, "The browser took this answer out of its own cache."),
            Some("age") => (Place::Received("age", 0), "So many seconds ago a cache got this answer."),
            mark => (Place::Received(mark?, 0), "A cache says that it answered."),
        };
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!("The {} to {} comes from a cache; {} was not asked.", exchange.status(), case.request(), case.host()),
            )
            .about(case.host())
            .shown(case.at(), place, says),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cached-unauthorized";

    fn refused(fields: &str) -> String {
        format!("> GET https://app.test/me\n> Cookie: sid={{secret s 24}}\n< 401 Unauthorized\n{fields}")
    }

    #[test]
    fn reports_age_and_hits() {
        reports(ID, &refused("< Age: 12\n"));
        reports(ID, &refused("< X-Cache: Hit from cloudfront\n"));
        reports(ID, &refused("< CF-Cache-Status: HIT\n"));
    }

    #[test]
    fn passes_over_a_page_to_which_a_provider_said_no() {
        let begin = "~ kind document\n> GET https://id.test/authorize?client_id=a&response_type=code&state={secret s 20}&redirect_uri=https%3A%2F%2Fapp.test%2Fcb\n< 302 Found\n< Location: https://app.test/cb?error=invalid_request&state={secret s 20}\n\n";
        let back = "~ kind document\n> GET https://app.test/cb?error=invalid_request&state={secret s 20}\n< 200 OK\n< X-Cache: Hit from cloudfront\n<\n< <div id=root></div>\n";
        is_silent(ID, &format!("{begin}{back}"));
    }

    #[test]
    fn passes_over_misses_and_cached_successes() {
        is_silent(ID, &refused("< X-Cache: MISS\n< Age: 0\n"));
        is_silent(ID, &refused(""));
        is_healthy("> GET https://app.test/me\n< 200 OK\n< Age: 12\n");
    }
}
