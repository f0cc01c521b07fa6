//! Reports of every case of `tests/cases`: the redacted capture is diagnosed as the whole one is, and no report
//! is held back.

mod planted;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use why401::capture;
use why401::diagnosis::{Diagnosis, Input};
use why401::exchange::Exchange;
use why401::redact::{Key, Redactor, Scope};
use why401::report::Format;
use why401::report::share::{Original, Share};
use why401::session::Session;
use why401::time::Time;

fn cases() -> Vec<PathBuf> {
    fn collect(folder: &Path, cases: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, cases);
            } else if path.file_name().is_some_and(|name| name == "session.har" || name == "session.http") {
                cases.push(path);
            }
        }
    }
    let mut cases = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"), &mut cases);
    cases.sort();
    cases
}

struct Read {
    exchanges: Vec<Exchange>,
    input: Input,
    source: capture::Source,
}

fn read(bytes: &[u8]) -> Read {
    let (exchanges, capture) = capture::read(bytes, Time(0)).unwrap();
    let source = capture.source.clone();
    Read { input: Input::of(capture, exchanges.len()), exchanges, source }
}

fn diagnosed(read: &Read) -> Diagnosis {
    let mut session = Session::new(read.source.profile());
    for exchange in read.exchanges.iter().cloned() {
        session.push(exchange);
    }
    session.diagnose(read.input.clone(), &mut Redactor::strict())
}

fn shared(read: &Read, diagnosis: &Diagnosis, scope: &Scope, note: &str, key: &Key) -> Share {
    let original =
        Original { exchanges: read.exchanges.iter().map(Cow::Borrowed).collect(), input: read.input.clone(), source: read.source.clone() };
    Share::of(original, diagnosis, scope, note, key).unwrap()
}

/// What a reader would miss if it were different.
fn answer(diagnosis: &Diagnosis) -> String {
    let causes = |causes: &[why401::diagnosis::DiagnosedCause]| {
        causes.iter().map(|cause| format!("{} {}", cause.id, cause.certainty.name())).collect::<Vec<_>>()
    };
    let failures: Vec<_> =
        diagnosis.failures.iter().map(|failure| (&failure.exchanges, failure.recovered_by, causes(&failure.causes))).collect();
    format!("{:?} {failures:?} {:?}", diagnosis.verdict, causes(&diagnosis.audit))
}

/// What became of one case: whether its redacted capture proves the diagnosis without the first reading, and
/// what is wrong with its reports.
#[derive(Default)]
struct Outcome {
    is_alone: bool,
    wrong: Vec<String>,
}

fn outcome(path: &Path) -> Outcome {
    let whole = read(&fs::read(path).unwrap());
    let diagnosis = diagnosed(&whole);
    let shared = shared(&whole, &diagnosis, &Scope::default(), "", &Key::from([3; 32]));
    let mut outcome = Outcome::default();
    let mut note = |what: String| outcome.wrong.push(format!("{}{what}", path.display()));
    let mut page = None;
    for (name, format) in Format::ALL {
        match shared.report(format) {
            Ok(report) if format == Format::Html => page = Some(report),
            Ok(_) => {}
            Err(leak) => note(format!(" as {name}: {leak}")),
        }
    }
    match shared.redacted_har() {
        Ok(har) => {
            let again = read(har.as_bytes());
            let (first, second) = (answer(&diagnosis), answer(&diagnosed(&again)));
            if page.is_some_and(|page| answer(&diagnosed(&read(page.as_bytes()))) != second) {
                note(": its page has another diagnosis".to_owned());
            }
            if first != second || again.exchanges.len() != whole.exchanges.len() {
                note(format!(":\n  {first}\n  {second}"));
            }
            outcome.is_alone = again.input.first_reading.is_none();
        }
        Err(leak) => note(format!(": {leak}")),
    }
    outcome
}

#[test]
fn the_redacted_capture_of_every_case_has_the_diagnosis_of_the_whole() {
    let cases = cases();
    let next = AtomicUsize::new(0);
    let work = || std::iter::from_fn(|| Some(outcome(cases.get(next.fetch_add(1, Ordering::Relaxed))?))).collect::<Vec<_>>();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let alone = outcomes.iter().filter(|outcome| outcome.is_alone).count();
    println!("{alone} of {} redacted captures prove their diagnosis without the first reading", outcomes.len());
    let wrong: Vec<&str> = outcomes.iter().flat_map(|outcome| &outcome.wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} are different:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(outcomes.len(), cases.len());
    assert!(alone * 2 > outcomes.len(), "only {alone} of {} prove it by themselves", outcomes.len());
}

#[test]
fn nothing_tells_of_an_exchange_that_stays_behind() {
    let notation =
        b"> GET https://app.test/internal/apikey?access_token=0123456789abcdef\n> Authorization: Bearer undefined\n< 401 Unauthorized\n\n\
        > GET https://app.test/me\n> Authorization: Bearer undefined\n< 401 Unauthorized\n";
    let whole = read(notation);
    let diagnosis = diagnosed(&whole);
    assert!(shared(&whole, &diagnosis, &Scope::default(), "", &Key::from([3; 32])).redacted_har().unwrap().contains("/internal"));
    let scope = Scope { without: vec![0], ..Scope::default() };
    let shared = shared(&whole, &diagnosis, &scope, "", &Key::from([3; 32]));
    for (name, format) in Format::ALL {
        assert!(!shared.report(format).unwrap().contains("/internal"), "{name}");
    }
}

#[test]
fn a_secret_that_shares_letters_with_the_pages_own_names_holds_no_report_back() {
    let notation = b"> GET https://app.test/a\n> Authorization: Bearer planted-token-unlikely-identity-5d1f\n< 401 Unauthorized\n";
    let whole = read(notation);
    let shared = shared(&whole, &diagnosed(&whole), &Scope::default(), "", &Key::from([3; 32]));
    for (name, format) in Format::ALL {
        let text = shared.report(format).unwrap_or_else(|leak| panic!("{name}: {leak}"));
        assert!(!text.contains("planted"), "{name}");
    }
}

#[test]
fn what_the_reports_own_words_are_part_of_holds_no_report_back() {
    let failing = "> GET https://app.test/a\n> Authorization: Bearer undefined\n< 401 Unauthorized\n< Content-Type: application/json\n<\n";
    let capture = |values: &[String]| {
        let whole = read(format!("{failing}< {}\n", serde_json::to_string(values).unwrap()).as_bytes());
        let diagnosis = diagnosed(&whole);
        shared(&whole, &diagnosis, &Scope::default(), "", &Key::from([3; 32]))
    };
    let plain = capture(&[]);
    let reports = Format::ALL.map(|(_, format)| plain.report(format).unwrap()).join("\n");
    let words: BTreeSet<&str> = reports.split(|sign: char| !sign.is_alphabetic()).filter(|word| word.len() >= 8).collect();
    assert!(words.len() > 100, "{words:?}");
    // One by one, for the first that is found hides the others.
    let held: Vec<String> = words
        .iter()
        .flat_map(|word| [format!("q{word}"), format!("\" class=\"{word}")])
        .filter(|value| Format::ALL.iter().any(|(_, format)| capture(std::slice::from_ref(value)).report(*format).is_err()))
        .collect();
    assert!(held.is_empty(), "{held:?}");
}

#[test]
fn a_reading_is_void_when_the_capture_was_edited() {
    let edited = cases().into_iter().find_map(|path| {
        let whole = read(&fs::read(&path).unwrap());
        let har = shared(&whole, &diagnosed(&whole), &Scope::default(), "", &Key::from([3; 32])).redacted_har().ok()?;
        read(har.as_bytes()).input.first_reading.is_some().then(|| har.replacen("\"time\":", "\"time\":9", 1))
    });
    let again = read(edited.unwrap().as_bytes());
    assert_eq!(again.input.first_reading, None);
    assert!(again.input.skipped.iter().any(|skipped| skipped.why.contains("edited")));
}

#[test]
fn hosts_are_hidden_alike_wherever_they_stand() {
    let notation = b"> GET https://app.acmecorp.example/a\n< 302 Found\n< Location: https://login.acmecorp.example/b\n< Set-Cookie: sid=1; Domain=acmecorp.example\n";
    let scope = Scope { hides_hosts: true, ..Scope::default() };
    let whole = read(notation);
    let har = shared(&whole, &diagnosed(&whole), &scope, "", &Key::from([3; 32])).redacted_har().unwrap();
    assert!(!har.contains("acmecorp"));
    let exchange = read(har.as_bytes()).exchanges.remove(0);
    let host = exchange.url.host_str().unwrap().strip_prefix("app.").unwrap().to_owned();
    assert!(exchange.received("location").unwrap().contains(&format!("login.{host}")));
    assert!(exchange.received("set-cookie").unwrap().ends_with(&format!("Domain={host}")));
}

#[test]
fn what_the_browser_said_of_requests_travels_along_without_what_is_secret_in_it() {
    let text = "~ kind fetch\n~ held wolf.amadeus@mail.test SameSiteLax\n~ cors no-preflight\n~ told refused:SecureOnly\n\
        > GET https://app.test/me\n< 401 Unauthorized\n< Set-Cookie: sid={secret s 24}; Secure\n";
    let whole = read(text.as_bytes());
    let said = |read: &Read| read.exchanges[0].said.as_ref().map(|said| (said.held.len(), said.cors.clone()));
    assert_eq!(said(&whole).map(|(held, _)| held), Some(1));
    let har = shared(&whole, &diagnosed(&whole), &Scope::default(), "", &Key::from([3; 32])).redacted_har().unwrap();
    assert!(!har.contains("wolf"), "{har}");
    let again = read(har.as_bytes());
    assert_eq!((said(&again), &again.exchanges[0].told), (said(&whole), &whole.exchanges[0].told));
}

#[test]
fn what_the_browser_said_of_cookies_travels_along() {
    let text = "~ kind document\n~ told not-kept\n> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid={secret s 24}\n\n\
        ~ kind document\n> GET https://app.test/home\n< 302 Found\n< Location: /login\n";
    let whole = read(text.as_bytes());
    let har = shared(&whole, &diagnosed(&whole), &Scope::default(), "", &Key::from([3; 32])).redacted_har().unwrap();
    let again = read(har.as_bytes());
    assert_eq!(again.exchanges[0].told, whole.exchanges[0].told);
    assert_eq!(answer(&diagnosed(&again)), answer(&diagnosed(&whole)));
}

#[test]
fn a_comment_says_its_headline_once_and_a_missing_answer_in_words() {
    let refused = "~ kind fetch\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=alice&password=wonder\n< 401 Unauthorized\n<\n< {\"error\":\"invalid_password\"}\n";
    let unanswered = "~ kind document\n~ error net::ERR_CERT_DATE_INVALID\n> GET https://app.test/login\n";
    for (text, answer) in [(refused, "(401)"), (unanswered, "(no answer)")] {
        let whole = read(text.as_bytes());
        let diagnosis = diagnosed(&whole);
        let shared = shared(&whole, &diagnosis, &Scope::default(), "", &Key::from([3; 32]));
        for format in [Format::Markdown, Format::Jira] {
            let comment = shared.report(format).unwrap();
            assert!(comment.contains(answer), "{comment}");
            let headline = comment.lines().next().and_then(|line| line.strip_prefix("## ").or_else(|| line.strip_prefix("h2. "))).unwrap();
            assert_eq!(comment.matches(headline).count(), 1, "{comment}");
        }
    }
}
