//! Reports of every case of `tests/cases`: the redacted capture is diagnosed as the whole one is, and no report
//! is held back.

mod planted;

use std::fs;
use std::path::{Path, PathBuf};

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

fn shared(read: &Read, scope: &Scope, note: &str, key: &Key) -> Share {
    let original = Original { exchanges: read.exchanges.iter().collect(), input: read.input.clone(), source: read.source.clone() };
    Share::of(&original, &diagnosed(read), scope, note, key).unwrap()
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

#[test]
fn the_redacted_capture_of_every_case_has_the_diagnosis_of_the_whole() {
    let (mut alone, mut all, mut wrong) = (0, 0, Vec::new());
    for path in cases() {
        let whole = read(&fs::read(&path).unwrap());
        let shared = shared(&whole, &Scope::default(), "", &Key::from([3; 32]));
        let har = match shared.redacted_har() {
            Ok(har) => har,
            Err(leak) => {
                wrong.push(format!("{}: {leak}", path.display()));
                continue;
            }
        };
        for (name, format) in Format::ALL {
            if let Err(leak) = shared.report(format) {
                wrong.push(format!("{} as {name}: {leak}", path.display()));
            }
        }
        let again = read(har.as_bytes());
        let page = shared.report(Format::Html).map(|page| answer(&diagnosed(&read(page.as_bytes()))));
        if page.is_ok_and(|page| page != answer(&diagnosed(&again))) {
            wrong.push(format!("{}: its page has another diagnosis", path.display()));
        }
        all += 1;
        alone += usize::from(again.input.first_reading.is_none());
        let (first, second) = (answer(&diagnosed(&whole)), answer(&diagnosed(&again)));
        if first != second || again.exchanges.len() != whole.exchanges.len() {
            wrong.push(format!("{}:\n  {first}\n  {second}", path.display()));
        }
    }
    println!("{alone} of {all} redacted captures prove their diagnosis without the first reading");
    assert!(wrong.is_empty(), "{} are different:\n{}", wrong.len(), wrong.join("\n"));
    assert!(alone * 2 > all, "only {alone} of {all} prove it by themselves");
}

#[test]
fn a_reading_is_void_when_the_capture_was_edited() {
    let edited = cases().into_iter().find_map(|path| {
        let whole = read(&fs::read(&path).unwrap());
        let har = shared(&whole, &Scope::default(), "", &Key::from([3; 32])).redacted_har().ok()?;
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
    let har = shared(&read(notation), &scope, "", &Key::from([3; 32])).redacted_har().unwrap();
    assert!(!har.contains("acmecorp"));
    let exchange = read(har.as_bytes()).exchanges.remove(0);
    let host = exchange.url.host_str().unwrap().strip_prefix("app.").unwrap().to_owned();
    assert!(exchange.received("location").unwrap().contains(&format!("login.{host}")));
    assert!(exchange.received("set-cookie").unwrap().ends_with(&format!("Domain={host}")));
}
