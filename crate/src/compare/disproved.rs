//! What a login that works disproves of one that fails: a cause that would explain as well why the working one was
//! refused, had it been, and it was not.

use std::collections::HashSet;

use super::align::Pair;
use crate::cause::Stage;
use crate::causes::catalogue;
use crate::diagnosis::Input;
use crate::finding::Certainty;
use crate::redact::Redactor;
use crate::session::{Record, Session};

/// Refusals of which the counterpart is looked at.
const REFUSALS: usize = 4;
/// Exchanges before a counterpart from which its session is made again.
const BEFORE: usize = 2_000;

/// The ids of the causes that do not explain why these exchanges failed, whose numbers are given.
pub fn disproved(working: &Session, failing: &Session, pairs: &[Pair], failed: &HashSet<u32>) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut left = REFUSALS;
    for pair in pairs {
        let Pair::Both(one, other) = *pair else { continue };
        let (Some(works), Some(fails)) = (working.record(one), failing.record(other)) else { continue };
        if left > 0 && failed.contains(&fails.exchange.number) && works.was_accepted() {
            left -= 1;
            exclude(working, one, works, fails, &mut found);
        }
    }
    found
}

/// Those that would be named had the working exchange been answered as the failing one was. What a server says it says of
/// that request, and what depends on values is the same only where the values are.
fn exclude(working: &Session, at: usize, works: &Record, fails: &Record, found: &mut Vec<&'static str>) {
    let mut supposed = Session::new(working.profile().clone());
    for record in working.records().get(at.saturating_sub(BEFORE)..=at).unwrap_or_default() {
        let mut exchange = record.exchange.clone();
        if exchange.number == works.exchange.number {
            exchange.response.clone_from(&fails.exchange.response);
            exchange.error.clone_from(&fails.exchange.error);
        }
        supposed.push(exchange);
    }
    let is_same = sends_the_same(works, fails);
    for failure in supposed.diagnose(Input::default(), &mut Redactor::default()).failures {
        for cause in failure.causes.iter().filter(|_| failure.exchanges.contains(&works.exchange.number)) {
            let stage = catalogue::find(cause.id).map(|cause| cause.meta().stage);
            let is_by_shape = matches!(stage, Some(Stage::CredentialSpoiled | Stage::NoCredentials));
            if cause.certainty != Certainty::Stated && stage != Some(Stage::Unexplained) && (is_by_shape || is_same) {
                found.push(cause.id);
            }
        }
    }
}

/// Whether two requests bring the same credentials and the same content, as far as that is to be seen.
fn sends_the_same(works: &Record, fails: &Record) -> bool {
    let (one, other) = (&works.exchange, &fails.exchange);
    let is_seen = |record: &Record| !record.exchange.unseen.authorization && !record.exchange.unseen.cookies;
    let is_same = |name: &str| one.request.fields.all(name).eq(other.request.fields.all(name));
    is_seen(works) && is_seen(fails) && is_same("authorization") && is_same("cookie") && one.request.body == other.request.body
}

#[cfg(test)]
mod tests {
    use crate::compare::compare;
    use crate::redact::Redactor;
    use crate::session::testing::session;

    fn causes(working: &str, failing: &str) -> Vec<&'static str> {
        let comparison = compare(&session(working), &session(failing), &mut Redactor::default());
        comparison.causes.iter().map(|cause| cause.id).collect()
    }

    fn call(fields: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://api.test/me\n{fields}< {answer}\n\n")
    }

    #[test]
    fn what_the_working_request_shares_is_no_cause() {
        let refused = "401 Unauthorized\n< WWW-Authenticate: Bearer";
        for (works, fails, before) in [
            ("> Authorization: {secret a 40}\n", "> Authorization: {secret b 40}\n", "malformed-authorization"),
            ("> X-Forwarded-User: alice\n", "", "missing-credentials"),
        ] {
            assert_eq!(causes(&call("", "200 OK").replace("/me", "/other"), &call(fails, refused)), [before]);
            assert!(!causes(&call(works, "200 OK"), &call(fails, refused)).contains(&before), "{before}");
        }
        // What the working one does otherwise stays.
        let bears = call("> Authorization: Bearer {secret a 40}\n", "200 OK");
        assert_eq!(causes(&bears, &call("", refused)), ["missing-credentials"]);
        assert_eq!(causes(&bears, &call("> Authorization: {secret b 40}\n", refused)), ["malformed-authorization"]);
    }

    #[test]
    fn another_password_may_be_wrong_and_the_same_may_not() {
        let login = |password: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password={password}\n< {answer}\n\n"
            )
        };
        let works = login("right-one", "200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly");
        assert_eq!(causes(&works, &login("wrong-one", "401 Unauthorized")), ["wrong-credentials"]);
        assert_eq!(causes(&works, &login("right-one", "401 Unauthorized")), Vec::<&str>::new());
        let said = "401 Unauthorized\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_password\"}";
        assert_eq!(causes(&works, &login("right-one", said)).len(), 1);
    }
}
