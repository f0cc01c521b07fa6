//! What a login that works disproves of one that fails: a cause that would explain as well why the working one was
//! refused, had it been, and it was not.

use std::collections::{HashMap, HashSet};

use super::align::Pair;
use crate::diagnosis::Input;
use crate::exchange::ServedBy;
use crate::finding::Certainty;
use crate::redact::Redactor;
use crate::session::{Record, Session};

/// Refusals of which the counterpart is looked at.
const REFUSALS: usize = 4;
/// Exchanges before a counterpart from which its session is made again.
const BEFORE: usize = 2_000;

/// Causes that lie in how a request is made, whatever its values are, whenever and by whomever it is judged.
const OF_SHAPE: [&str; 8] = [
    "api-key-missing",
    "credentials-in-wrong-place",
    "malformed-authorization",
    "missing-credentials",
    "multiple-credentials",
    "token-request-malformed",
    "unauthenticated-as-403",
    "wrong-scheme",
];
/// Causes that lie in the values that a request brings, whenever it is judged.
const OF_VALUES: [&str; 8] = [
    "cookie-duplicated",
    "credentials-charset-mismatch",
    "digest-mismatch",
    "session-corrupt",
    "token-malformed",
    "token-wrong-audience",
    "token-wrong-issuer",
    "wrong-token-type",
];
/// Causes that lie in values which somebody may have changed at the server meanwhile.
const OF_ACCOUNTS: [&str; 3] = ["api-key-invalid", "oauth-invalid-client", "wrong-credentials"];
/// Milliseconds in which hardly anybody changes a password.
const SOON: i64 = 3_600_000;

/// For each exchange that failed, whose numbers are given, and has a counterpart: the ids of the causes that do not explain it.
pub fn disproved(working: &Session, failing: &Session, pairs: &[Pair], failed: &HashSet<u32>) -> HashMap<u32, Vec<&'static str>> {
    let mut found = HashMap::new();
    let mut left = REFUSALS;
    for pair in pairs {
        let Pair::Both(one, other) = *pair else { continue };
        let (Some(works), Some(fails)) = (working.record(one), failing.record(other)) else { continue };
        if failed.contains(&fails.exchange.number) {
            let is_told = left > 0 && is_judged(works) && is_seen(works) && is_seen(fails);
            left -= usize::from(is_told);
            found.insert(fails.exchange.number, if is_told { excluded(working, one, works, fails) } else { Vec::new() });
        }
    }
    found
}

/// Those that would be named had the working exchange been answered as the failing one was, and that lie in what both send. What
/// a server says it says of that request; what it or the clock does meanwhile may have changed.
fn excluded(working: &Session, at: usize, works: &Record, fails: &Record) -> Vec<&'static str> {
    let mut supposed = Session::new(working.profile().clone());
    for record in working.records().get(at.saturating_sub(BEFORE)..=at).unwrap_or_default() {
        let mut exchange = record.exchange.clone();
        if exchange.number == works.exchange.number {
            exchange.response.clone_from(&fails.exchange.response);
            exchange.error.clone_from(&fails.exchange.error);
        }
        supposed.push(exchange);
    }
    let (is_same, is_soon) = (sends_the_same(works, fails), is_soon(works, fails));
    let lies_in_it = |id: &str| OF_SHAPE.contains(&id) || is_same && (OF_VALUES.contains(&id) || is_soon && OF_ACCOUNTS.contains(&id));
    let failures = supposed.diagnose(Input::default(), &mut Redactor::default()).failures;
    let of_it = failures.into_iter().filter(|failure| failure.exchanges.contains(&works.exchange.number));
    let causes = of_it.flat_map(|failure| failure.causes);
    causes.filter(|cause| cause.certainty != Certainty::Stated && lies_in_it(cause.id)).map(|cause| cause.id).collect()
}

/// Whether the server itself let the request through.
fn is_judged(works: &Record) -> bool {
    works.was_accepted() && works.exchange.served_by == ServedBy::Network
}

/// Whether all that a request bears is to be seen.
fn is_seen(record: &Record) -> bool {
    !record.exchange.unseen.authorization && !record.exchange.unseen.cookies
}

/// Whether two requests bring the same credentials and the same content.
fn sends_the_same(works: &Record, fails: &Record) -> bool {
    let (one, other) = (&works.exchange, &fails.exchange);
    let is_same = |name: &str| one.request.fields.all(name).eq(other.request.fields.all(name));
    let mut own = works.facts.own_fields.iter().chain(&fails.facts.own_fields);
    is_same("authorization")
        && is_same("cookie")
        && own.all(|(name, _)| is_same(name))
        && one.url.query() == other.url.query()
        && one.request.body == other.request.body
}

fn is_soon(works: &Record, fails: &Record) -> bool {
    let (one, other) = (&works.exchange, &fails.exchange);
    !one.unseen.moment && !other.unseen.moment && (-SOON..=SOON).contains(&other.started.since(one.started))
}

#[cfg(test)]
mod tests {
    use crate::compare::compare;
    use crate::redact::Redactor;
    use crate::session::testing::session;

    #[test]
    fn every_cause_that_may_be_disproved_is_one() {
        for id in super::OF_SHAPE.iter().chain(&super::OF_VALUES).chain(&super::OF_ACCOUNTS) {
            assert!(crate::causes::catalogue::find(id).is_some(), "{id}");
        }
    }

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

    #[test]
    fn what_the_clock_or_the_server_does_is_not_disproved() {
        let cookie = "> Cookie: sid={secret s 40}\n";
        let session = call(cookie, "200 OK");
        assert_eq!(causes(&session, &format!("{session}@ 2h\n{}", call(cookie, "401 Unauthorized"))), ["session-expired"]);
        let token = "> Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjoxNzY3MjI2MDAwfQ.c2lnbmF0dXJlc2lnbmF0dXJl\n";
        let late = format!("@ 2h\n{}", call(token, "401 Unauthorized\n< Date: {date}"));
        assert_eq!(causes(&call(token, "200 OK"), &late), ["token-expired"]);
        let login = |answer: &str| format!("~ kind fetch\n> POST https://app.test/login\n>\n> user=a&password=b\n< {answer}\n\n");
        let works = login("200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly");
        assert_eq!(causes(&works, &login("502 Bad Gateway")), ["auth-backend-unavailable"]);
        // A password may have been changed by the next day.
        assert_eq!(causes(&works, &login("401 Unauthorized")), Vec::<&str>::new());
        assert_eq!(causes(&works, &format!("@ 24h\n{}", login("401 Unauthorized"))), ["wrong-credentials"]);
    }

    #[test]
    fn what_hides_its_credentials_or_never_asked_disproves_nothing() {
        let bare = call("", "401 Unauthorized\n< WWW-Authenticate: Bearer");
        for works in ["~ unseen cookies\n", "~ unseen authorization\n", "~ from cache\n", "~ from service-worker\n"] {
            assert_eq!(causes(&format!("{works}{}", call("", "200 OK")), &bare), ["missing-credentials"], "{works}");
        }
        assert_eq!(causes(&call("", "200 OK"), &bare), Vec::<&str>::new());
    }

    #[test]
    fn what_is_disproved_of_one_failure_stays_with_another() {
        let open = |answer: &str| call("", answer).replace("api.test/me", "pub.test/info");
        let bears = call("> Authorization: Bearer {secret a 40}\n", "200 OK");
        let refused = "401 Unauthorized\n< WWW-Authenticate: Bearer";
        let (working, failing) = (open("200 OK") + &bears, open(refused) + &call("", refused));
        let told = compare(&session(&working), &session(&failing), &mut Redactor::default());
        assert_eq!(told.causes.len(), 1);
        assert!(told.causes[0].summary.contains("/me"), "{}", told.causes[0].summary);
        assert_eq!(told.disproved.iter().map(|excluded| excluded.id).collect::<Vec<_>>(), ["missing-credentials"]);
    }

    #[test]
    fn what_only_describes_the_answer_does_not_take_the_place_of_a_disproved_cause() {
        let told = compare(&session(&call("", "200 OK")), &session(&call("", "401 Unauthorized")), &mut Redactor::default());
        assert_eq!((told.causes.len(), told.disproved.len()), (0, 1));
        assert!(crate::report::comparison::render(&told, false).contains("No credentials were sent"));
    }
}
