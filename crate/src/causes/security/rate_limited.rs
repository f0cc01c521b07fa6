use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::retry_after;
use crate::time::{Time, span};

declare_cause! {
    /// Too many attempts came in too short a time, and the server does not look at further ones for
    /// a while. The name and password may well be right.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 429 Too Many Requests
    /// < Retry-After: 120
    /// ```
    RateLimited {
        id: "rate-limited",
        family: "security",
        side: SecurityControl,
        stage: Intercepted,
        title: "Too many attempts",
        recognised: "A login, or a request with credentials, is answered by 429; Retry-After or RateLimit fields say when it may be tried again.",
        remedies: [
            (User, "Wait, then try once; more attempts make the wait longer.", "After the pause the answer is another one."),
            (Developer, "Respect Retry-After, and never retry a refused login by itself.", "No further attempt is made before the time that the server names."),
            (Administrator, "Count failed attempts by account as well as by address, so that people behind one address do not shut each other out.", "The limit's log shows which counter was full."),
        ],
        references: [("RFC 6585 4: 429 Too Many Requests", "https://www.rfc-editor.org/rfc/rfc6585#section-4"), ("RFC 9110 10.2.3: Retry-After", "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3")],
    }
}

impl Cause for RateLimited {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let says_so = case.stated(META.id);
        if exchange.status() != 429 && says_so.is_none() {
            return None;
        }
        let wait = exchange.received("retry-after").and_then(|value| wait(value, exchange.ended()));
        let when = wait.map_or_else(String::new, |wait| format!(" It may be tried again in {}.", span(wait)));
        let finding = Finding::new(
            &META,
            Certainty::Stated,
            format!("{} takes no further attempts at {} for now.{when}", case.host(), case.request()),
        );
        let finding = match says_so.filter(|_| exchange.status() != 429) {
            Some(stated) => finding.shown(stated.at, stated.place.clone(), "The answer says so."),
            None => finding.shown(case.at(), Place::Status, "The server says that there were too many requests."),
        };
        Some(match wait {
            Some(wait) => finding
                .shown(case.at(), Place::Received("retry-after", 0), format!("The server asks for a pause of {}.", span(wait)))
                .advise(
                    Audience::User,
                    format!("Wait {}, then try once; more attempts make the wait longer.", span(wait)),
                    "After the pause the answer is another one.",
                ),
            None => finding.unseen("The answer does not say how long the pause is: it has no Retry-After field."),
        })
    }
}

/// The pause in milliseconds, from either form of Retry-After.
fn wait(value: &str, received: Time) -> Option<i64> {
    match retry_after::parse(value).value? {
        retry_after::RetryAfter::Delay(seconds) => i64::try_from(seconds).ok()?.checked_mul(1000),
        retry_after::RetryAfter::Date(moment) => Some(Time(moment).since(received)).filter(|wait| *wait > 0),
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "rate-limited";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}")
    }

    #[test]
    fn says_when_it_may_be_tried_again() {
        assert!(reports(ID, &login("< 429 Too Many Requests\n< Retry-After: 90\n")).contains("90 s"));
        assert!(reports(ID, &login("< 429 Too Many Requests\n< Retry-After: {date +5m}\n")).contains("299 s"));
    }

    #[test]
    fn passes_over_limits_on_what_is_no_login() {
        is_healthy("> GET https://cdn.test/search\n< 429 Too Many Requests\n");
    }

    #[test]
    fn passes_over_other_refusals_with_a_retry_after() {
        is_silent(ID, &login("< 503 Service Unavailable\n< Retry-After: 60\n"));
        is_silent(ID, &login("< 401 Unauthorized\n< RateLimit-Remaining: 4\n"));
    }
}
