//! Two captures of one login, one that works and one that fails: where they part, and what follows from it.

mod align;
mod differences;
mod disproved;
mod logins;
mod says;

use std::collections::HashSet;

use serde::Serialize;

use crate::cause::Stage;
use crate::causes::catalogue;
use crate::diagnosis::{DiagnosedCause, DiagnosedFailure, Input};
use crate::redact::Redactor;
use crate::session::{Record, Session};

use align::Pair;
pub use logins::{Compared, Logins, Own};

/// Where two logins part.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Comparison {
    /// The version of this form.
    pub schema: u32,
    /// How many exchanges do the same in both.
    pub aligned: usize,
    /// The first difference that matters; `None` where nothing tells the two apart.
    pub first: Option<Parting>,
    /// The differences after it that matter as well, in order of time.
    pub further: Vec<Parting>,
    /// The root causes of what failed from there on in the failing capture, without what the working one disproves.
    pub causes: Vec<DiagnosedCause>,
    /// What would explain these failures, had the working login not sent the same and been let in.
    pub disproved: Vec<Excluded>,
    /// What both do, in order of time, from a little before the first difference on.
    pub pairs: Vec<Pairing>,
}

/// A cause that the working login disproves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Excluded {
    /// Its id.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
}

/// What two logins do at one of their steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Pairing {
    /// What it is: "POST /login".
    pub what: String,
    /// The exchange of the working login; `None` where it has none.
    pub working: Option<Taken>,
    /// The exchange of the failing login; `None` where it has none.
    pub failing: Option<Taken>,
    /// Whether they differ in what matters.
    pub parts: bool,
}

/// One login's exchange at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Taken {
    /// Its number.
    pub number: u32,
    /// The status of its response; 0 without one.
    pub status: u16,
}

/// One difference, and the exchange of each capture in which it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Parting {
    /// What the exchange does: "POST /login".
    pub what: String,
    /// Its number in the working capture; `None` where it has none.
    pub working: Option<u32>,
    /// Its number in the failing capture; `None` where it has none.
    pub failing: Option<u32>,
    /// How the working one goes, as the end of "the working login …".
    pub works: String,
    /// How the failing one goes.
    pub fails: String,
}

impl Pairing {
    fn of(working: &Session, failing: &Session, pair: &Pair, parts: bool, redactor: &mut Redactor) -> Self {
        let (one, other) = match *pair {
            Pair::Both(one, other) => (Some(one), Some(other)),
            Pair::Working(at) => (Some(at), None),
            Pair::Failing(at) => (None, Some(at)),
        };
        let (works, fails) = (one.and_then(|at| working.record(at)), other.and_then(|at| failing.record(at)));
        let what = fails.or(works).map(|record| differences::what(record).shown(redactor));
        let taken = |record: &Record| Taken { number: record.exchange.number, status: record.exchange.status() };
        Self { what: what.unwrap_or_default(), working: works.map(taken), failing: fails.map(taken), parts }
    }
}

/// Differences listed beside the first.
const FURTHER: usize = 8;
/// Steps shown before the first difference.
const BEFORE: usize = 20;
/// Steps shown of a comparison.
const SHOWN: usize = 200;

/// Aligns two sessions by what their exchanges do, and names the first difference that matters.
#[must_use]
pub fn compare(working: &Session, failing: &Session, redactor: &mut Redactor) -> Comparison {
    let failures = failing.diagnose(Input::default(), redactor).failures;
    compare_by(working, failing, failures, redactor)
}

/// The same where it is known already what failed in the failing one.
#[must_use]
pub fn compare_by(working: &Session, failing: &Session, failures: Vec<DiagnosedFailure>, redactor: &mut Redactor) -> Comparison {
    let failed: HashSet<u32> = failures.iter().flat_map(|failure| failure.exchanges.iter().copied()).collect();
    let pairs = align::align(working, failing, &failed);
    let aligned = pairs.iter().filter(|pair| matches!(pair, Pair::Both(..))).count();
    let mut partings: Vec<Parting> = Vec::new();
    let mut differs = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        let found = differences::of(working, failing, pair);
        differs.push(!found.is_empty());
        let left = (FURTHER + 1).saturating_sub(partings.len());
        partings.extend(found.iter().take(left).map(|difference| difference.shown(redactor)));
    }
    let from = differs.iter().position(|differs| *differs).unwrap_or(0).saturating_sub(BEFORE);
    let shown = pairs.iter().zip(differs).skip(from).take(SHOWN);
    let shown = shown.map(|(pair, differs)| Pairing::of(working, failing, pair, differs, redactor)).collect();
    let mut partings = partings.into_iter();
    let first = partings.next();
    let disproved = disproved::disproved(working, failing, &pairs, &failed);
    let since = first.as_ref().and_then(|first| first.failing).unwrap_or(0);
    let follows = |exchanges: &[u32]| exchanges.iter().any(|number| *number >= since);
    let is_open = |failure: &DiagnosedFailure| failure.recovered_by.is_none() && follows(&failure.exchanges);
    let (mut causes, mut excluded) = (Vec::new(), Vec::new());
    for failure in failures.into_iter().filter(is_open) {
        let held: Vec<_> = failure.exchanges.iter().filter_map(|number| disproved.get(number)).collect();
        let is_out = |cause: &DiagnosedCause| !held.is_empty() && held.iter().all(|ids| ids.contains(&cause.id));
        let root = failure.causes.first().filter(|root| is_out(root)).map(|root| Excluded { id: root.id, title: root.title });
        excluded.extend(root.filter(|root| !excluded.contains(root)));
        causes.extend(failure.causes.into_iter().find(|cause| !is_out(cause) && (root.is_none() || explains(cause.id))));
    }
    Comparison { schema: crate::diagnosis::SCHEMA, aligned, first, further: partings.collect(), causes, disproved: excluded, pairs: shown }
}

/// Whether a cause says why somebody was refused, rather than how that was said.
fn explains(id: &str) -> bool {
    let stage = catalogue::find(id).map(|cause| cause.meta().stage);
    stage.is_some_and(|stage| !matches!(stage, Stage::AnswerFaulty | Stage::Symptom | Stage::Unexplained))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::session::testing::session;

    fn compared(working: &str, failing: &str) -> Comparison {
        compare(&session(working), &session(failing), &mut Redactor::default())
    }

    const ASSETS: &str = "~ kind script\n> GET https://app.test/app.js\n< 200 OK\n\n";

    fn login(cookie: &str, home: &str) -> String {
        format!(
            "~ kind document\n> GET https://app.test/login\n< 200 OK\n\n~ kind document\n> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: {cookie}\n\n~ kind document\n> GET https://app.test/home\n{home}\n"
        )
    }

    #[test]
    fn names_the_attribute_by_which_the_two_part() {
        let works = login("sid={secret a 24}; Secure; SameSite=None", "> Cookie: sid={secret a 24}\n< 200 OK");
        let fails = format!("{ASSETS}{}", login("sid={secret b 24}; SameSite=None", "< 302 Found\n< Location: /login"));
        let comparison = compared(&works, &fails);
        let first = comparison.first.unwrap();
        assert_eq!((first.working, first.failing, &*first.what), (Some(1), Some(2), "POST /login"));
        assert!(first.works.contains("Secure") && !first.fails.contains("Secure"), "{first:?}");
        assert_eq!(comparison.causes.iter().map(|cause| cause.id).collect::<Vec<_>>(), ["cookie-rejected-samesite-none"]);
    }

    #[test]
    fn masks_for_others_what_a_field_is_called() {
        let call = |fields: &str, status: &str| format!("~ kind fetch\n> GET https://api.other.example/me\n{fields}< {status}\n");
        let works = call("> X-Jane-Doe-Acmebank: 1\n> X-Api-Key: {secret k 30}\n", "200 OK");
        let fails = call("", "401 Unauthorized");
        let told = compare(&session(&works), &session(&fails), &mut Redactor::strict());
        let text = serde_json::to_string(&told).unwrap().to_lowercase();
        assert!(text.contains("x-api-key"), "{text}");
        for hidden in ["jane", "acmebank"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }

    /// What others read of a comparison, as text and for programs, in lower case.
    fn told_to_others(working: &str, failing: &str) -> String {
        let told = compare(&session(working), &session(failing), &mut Redactor::strict());
        let text = crate::report::comparison::render(&told, false) + &serde_json::to_string(&told).unwrap();
        text.to_lowercase()
    }

    #[test]
    fn shows_others_nothing_that_evidence_masks() {
        let call = |path: &str, sent: &str, answer: &str| {
            format!("~ kind fetch\n> POST https://api.test/{path}\n> Content-Type: application/x-www-form-urlencoded\n{sent}< {answer}\n")
        };
        let refused = "401 Unauthorized\n< WWW-Authenticate: Bearer";
        let content = "client_id=kurt7app&scope=read:heinz9&redirect_uri=https%3A%2F%2Fbob%3Amypw12@app.test%2Fcb%3Fkey%3Dhunter2hunter2";
        let query =
            "data?client_id=kurt7app&scope=read:heinz9&redirect_uri=https%3A%2F%2Fbob%3Amypw12@app.test%2Fcb%3Fkey%3Dhunter2hunter2";
        let token = "> Authorization: Bearer {jwt exp=60 iss=kurt7 aud=heinz9 scope=\"read:bob7\"}\n";
        for (works, fails) in [
            (call("data", "> Origin: https://alice:mypw12@app.test\n", "200 OK"), call("data", "", refused)),
            (call("data", &format!(">\n> {content}\n"), "200 OK"), call("data", ">\n> client_id=other\n", refused)),
            (call(query, "", "200 OK"), call("data", "", refused)),
            (call("data", "> Cookie: sess_kurt7heinz9=abc; u_9918237=1\n", "200 OK"), call("data", "", refused)),
            (call("data", "", "200 OK\n< Set-Cookie: hq_kurt7=a; Domain=u9918237.api.test; Path=/u/heinz9"), call("data", "", refused)),
            (call("data", "> Authorization: hunter2\n", "200 OK"), call("data", "", refused)),
            (call("data", "> Authorization: hunter2 kurt7\n", "200 OK"), call("data", "> Authorization: Bearer kurt7\n", refused)),
            (call("data", "> X-Kurt: 1\n> X-Bob: 1\n", "200 OK"), call("data", "", refused)),
            (call("data", token, "200 OK"), call("data", "> Authorization: Bearer {jwt exp=60}\n", refused)),
            (call("u/kurt7", "", "200 OK"), call("u/kurt7", "", &format!("{refused} error=\"heinz9\""))),
            (call("data", "", "302 Found\n< Location: /u/kurt7?bob=heinz9"), call("data", "", refused)),
            (call("data", "", "200 OK\n< Access-Control-Allow-Headers: x-kurt"), call("data", "", refused)),
        ] {
            let told = told_to_others(&works, &fails);
            assert!(told.contains("the working login"), "{told}");
            for hidden in ["kurt", "heinz", "bob", "alice", "mypw12", "hunter2", "9918237"] {
                assert!(!told.contains(hidden), "{hidden}: {told}");
            }
        }
    }

    #[test]
    fn shows_others_what_everybody_knows() {
        let call = |sent: &str, answer: &str| format!("~ kind fetch\n> POST https://api.test/login\n{sent}< {answer}\n");
        let works = call("> Origin: https://app.test\n> Authorization: Bearer {secret a 40}\n", "200 OK\n< Set-Cookie: session=a; Path=/");
        let told = told_to_others(&works, &call("> Authorization: Basic {base64 a:b}\n", "403 Forbidden"));
        for shown in ["post /login", "bearer", "basic", "https://app.test", "sets session; path=/"] {
            assert!(told.contains(shown), "{shown}: {told}");
        }
    }

    #[test]
    fn names_an_exchange_that_only_one_has() {
        let call = |token: &str, status: &str| format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< {status}\n\n");
        let refresh = "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 200 OK\n\n";
        let works = format!("{}{refresh}{}", call("{secret a 30}", "200 OK"), call("{secret b 30}", "200 OK"));
        let fails = format!("{}{}", call("{secret a 30}", "200 OK"), call("{secret a 30}", "401 Unauthorized"));
        let first = compared(&works, &fails).first.unwrap();
        assert_eq!((first.working, first.failing, &*first.what), (Some(1), None, "POST /token"));
    }

    #[test]
    fn a_call_is_the_same_whatever_its_answer_makes_of_it() {
        let call =
            |path: &str, sent: &str, answer: &str| format!("~ kind fetch\n> POST https://app.test/{path}\n>\n> {sent}\n< {answer}\n\n");
        let said = "401 Unauthorized\n< Content-Type: application/json\n<\n< {\"error\":\"The password is wrong.\"}";
        let pushed = "client_id=c&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";
        for (works, fails) in [
            (call("in", "kade=kurt&refo=right", "200 OK"), call("in", "kade=kurt&refo=falsch", said)),
            (call("as/par", pushed, "201 Created"), call("as/par", &pushed.replace("app.test", "app.example"), "400 Bad Request")),
            (
                call("v1/open", "a=b&c=d", "200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret t 40}\"}"),
                call("v1/open", "a=b&c=e", "403 Forbidden"),
            ),
        ] {
            let told = compared(&works, &fails);
            assert_eq!((told.aligned, told.pairs.len()), (1, 1), "{works}");
        }
        // What asks otherwise is another step.
        let token = |grant: &str| call("token", &format!("grant_type={grant}&client_id=c"), "200 OK");
        assert_eq!(compared(&token("authorization_code"), &token("refresh_token")).aligned, 0);
        let back = "~ kind document\n> GET https://app.test/?code={secret c 30}&state={secret s 20}\n< 200 OK\n";
        assert_eq!(compared("~ kind document\n> GET https://app.test/\n< 200 OK\n", back).aligned, 0);
    }

    #[test]
    fn tells_step_by_step_who_did_what() {
        let works = login("sid={secret a 24}; Secure; SameSite=None", "> Cookie: sid={secret a 24}\n< 200 OK");
        let fails = login("sid={secret b 24}; SameSite=None", "< 302 Found\n< Location: /login");
        let steps: Vec<_> = compared(&works, &fails)
            .pairs
            .into_iter()
            .map(|pair| (pair.what, pair.working.map(|taken| taken.status), pair.failing.map(|taken| taken.status), pair.parts))
            .collect();
        let step = |what: &str, works, fails, parts| (what.to_owned(), Some(works), Some(fails), parts);
        let expected = [step("GET /login", 200, 200, false), step("POST /login", 302, 302, true), step("GET /home", 200, 302, true)];
        assert_eq!(steps, expected);
    }

    #[test]
    fn numbers_in_paths_and_values_of_secrets_do_not_matter() {
        let works = "> GET https://api.test/orders/17?t=1\n> Authorization: Bearer {secret a 30}\n< 200 OK\n";
        let same = works.replace("17", "18").replace("secret a", "secret b").replace("t=1", "t=2");
        let comparison = compared(works, &same);
        assert_eq!((comparison.aligned, comparison.first, comparison.causes.len()), (1, None, 0));
    }

    #[test]
    fn what_is_sent_matters_before_what_comes_back() {
        let works = "> GET https://api.test/me\n> Authorization: Bearer {secret a 30}\n< 200 OK\n";
        let fails = "> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n";
        let comparison = compared(works, fails);
        assert!(comparison.first.as_ref().unwrap().fails.contains("no Authorization"), "{comparison:?}");
        assert_eq!(comparison.causes[0].id, "missing-credentials");
    }

    #[test]
    fn names_the_field_that_only_one_request_bears() {
        let call = |field: &str, status: &str| format!("> POST https://app.test/check\n> Accept: */*\n{field}< {status}\n");
        let first = |works: &str, fails: &str| compared(works, fails).first.unwrap();
        let parting = first(&call("> X-Custom-Auth: true\n> Sec-Fetch-Mode: cors\n", "200 OK"), &call("", "401 Unauthorized"));
        assert_eq!((&*parting.works, &*parting.fails), ("bears the field x-custom-auth", "bears no other field"));
        let works = "> Ocp-Apim-Subscription-Key: {secret k 32}\n> X-Zq81-Kx77-Person: 1\n";
        let parting = first(&call(works, "200 OK"), &call("", "401 Unauthorized"));
        assert_eq!(&*parting.works, "bears the field ocp-apim-subscription-key, and 1 of its own");
        let parting = first(&call("> Origin: https://app.test\n", "200 OK"), &call("> Origin: null\n", "403 Forbidden"));
        assert_eq!((&*parting.works, &*parting.fails), ("comes from https://app.test", "comes from null"));
        // Where the answers are alike it decides nothing, and what a browser adds never does.
        assert_eq!(compared(&call("> X-Custom-Auth: true\n", "200 OK"), &call("", "200 OK")).first, None);
        assert_eq!(&*first(&call("> Sec-Fetch-Mode: cors\n", "200 OK"), &call("", "401 Unauthorized")).works, "is answered by 200");
    }

    #[test]
    fn what_tells_one_request_from_another_is_no_difference() {
        let call = |fields: &str, status: &str| format!("~ kind fetch\n> GET https://api.test/me\n{fields}< {status}\n");
        let first = |works: &str, fails: &str| compared(&call(works, "200 OK"), &call(fails, "401 Unauthorized")).first.unwrap();
        let traced = "> X-Request-Id: 1\n> Traceparent: 00-1-1-01\n";
        assert_eq!(&*first(traced, "> Sentry-Trace: 1\n").works, "is answered by 200");
        assert_eq!(&*first("> DPoP: {secret p 60}\n> X-Requested-With: a\n", traced).works, "bears the fields dpop, x-requested-with");
    }

    #[test]
    fn says_only_what_is_there() {
        let call = |sent: &str, status: &str| format!("~ kind fetch\n> GET https://api.test/me\n> Authorization: {sent}\n< {status}\n");
        let both = |works: &str, fails: &str| {
            let first = compared(&call(works, "200 OK"), &call(fails, "401 Unauthorized")).first.unwrap();
            (first.works, first.fails)
        };
        let says = |works: &str, fails: &str| (works.to_owned(), fails.to_owned());
        assert_eq!(both("Bearer {jwt exp=60}", "Bearer {jwt exp=-60}"), says("bears a token", "bears an expired token"));
        let (one, other) = ("Bearer {jwt iss=https://id.test exp=60}", "Bearer {jwt aud=api scope=\"read\" exp=60}");
        assert_eq!(both(one, other), says("bears a token of https://id.test", "bears a token for api with scope read"));
        assert_eq!(both("Bearer {jwt exp=60}", "Bearer {secret o 40}"), says("bears a token", "bears no token that can be read"));
        assert_eq!(
            both("Bearer {secret a 40}", "{secret o 40}"),
            says("bears Authorization: Bearer", "bears an Authorization without a scheme")
        );
        assert_eq!(both("Bearer {secret a 40}", "[REDACTED]"), says("is answered by 200", "is answered by 401"));
    }

    #[test]
    fn what_failed_is_held_against_what_works_whatever_worked_before() {
        let works = "> GET https://api.test/me\n> Authorization: Bearer {secret a 30}\n< 200 OK\n\n";
        let fails = "@ 5s\n> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n";
        let first = compared(works, &format!("{works}{fails}")).first.unwrap();
        assert_eq!((first.working, first.failing, &*first.fails), (Some(0), Some(1), "bears no Authorization"));
    }

    #[test]
    fn what_a_capture_leaves_out_is_no_difference() {
        let works = "> GET https://api.test/me\n> Authorization: Bearer {secret a 30}\n< 200 OK\n";
        let fails = "~ unseen authorization\n> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n";
        let first = compared(works, fails).first.unwrap();
        assert_eq!((&*first.works, &*first.fails), ("is answered by 200", "is answered by 401"));
    }

    #[test]
    fn shows_no_secret() {
        let works = login("sid=hush-hush-hush; Secure", "> Cookie: sid=hush-hush-hush\n< 200 OK");
        let fails = login("sid=quiet-quiet-quiet", "< 401 Unauthorized");
        let text = serde_json::to_string(&compared(&works, &fails)).unwrap();
        assert!(!text.contains("hush") && !text.contains("quiet"), "{text}");
    }
}
