//! What a login that works disproves of one that fails: a cause that would explain as well why the working one was
//! refused, had it been, and it was not.

use std::collections::HashSet;

use super::align::Pair;
use crate::cause::Stage;
use crate::causes::catalogue;
use crate::diagnosis::{DiagnosedCause, Input};
use crate::finding::Certainty;
use crate::redact::Redactor;
use crate::session::{Record, Session};

/// Refusals of which the counterpart is looked at.
const REFUSALS: usize = 4;
/// Exchanges before a counterpart from which its session is made again.
const BEFORE: usize = 2_000;

/// The ids of the causes that do not explain why these exchanges failed, whose numbers are given.
pub fn disproved(working: &Session, failing: &Session, pairs: &[Pair], failed: &HashSet<u32>) -> HashSet<&'static str> {
    let refused = pairs.iter().filter_map(|pair| {
        let Pair::Both(one, other) = *pair else { return None };
        let (works, fails) = (working.record(one)?, failing.record(other)?);
        (failed.contains(&fails.exchange.number) && works.was_accepted()).then_some((one, works, fails))
    });
    refused.take(REFUSALS).flat_map(|(at, works, fails)| excluded(working, at, works, fails)).collect()
}

/// Those that would be named had the working exchange been answered as the failing one was. What a server says it says of
/// that request, and what depends on values is the same only where the values are.
fn excluded(working: &Session, at: usize, works: &Record, fails: &Record) -> Vec<&'static str> {
    let mut supposed = Session::new(working.profile().clone());
    let before: Vec<_> = working.in_order().back_from(at).take(BEFORE).map(|(_, record)| record.exchange.clone()).collect();
    supposed.extend(before.into_iter().rev());
    let mut exchange = works.exchange.clone();
    exchange.response.clone_from(&fails.exchange.response);
    exchange.error.clone_from(&fails.exchange.error);
    supposed.extend([exchange]);
    let is_same = sends_the_same(works, fails);
    let holds = |cause: &DiagnosedCause| {
        let stage = catalogue::find(cause.id).map(|cause| cause.meta().stage);
        let is_by_shape = matches!(stage, Some(Stage::CredentialSpoiled | Stage::NoCredentials));
        cause.certainty != Certainty::Stated && stage != Some(Stage::Unexplained) && (is_by_shape || is_same)
    };
    let failures = supposed.diagnose(Input::default(), &mut Redactor::default()).failures;
    let here = failures.into_iter().filter(|failure| failure.exchanges.contains(&works.exchange.number));
    here.flat_map(|failure| failure.causes).filter(holds).map(|cause| cause.id).collect()
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
