//! Small captures as the tools of others write them, held to the table beside them: the verdict, the first
//! cause, and what must not be said.

#![cfg(test)]

#[path = "common/shared.rs"]
mod shared;

use std::fs;
use std::path::Path;

use why401::capture;
use why401::diagnosis::{Diagnosis, Input, Verdict};
use why401::redact::Redactor;
use why401::session::Session;
use why401::time::Time;

const TABLE: &str = "expect.tsv";

fn diagnosed(file: &Path) -> Diagnosis {
    let bytes = fs::read(file).unwrap();
    let (exchanges, capture) = capture::read(&bytes, Time::default()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut session = Session::new(capture.source.profile());
    let input = Input::of(capture, exchanges.len());
    session.extend(exchanges);
    session.diagnose(input, &mut Redactor::strict())
}

/// Whether a verdict is the one that the table words so; "-" stands for any.
fn is_verdict(verdict: Verdict, word: &str) -> bool {
    let is_failing = verdict == Verdict::Failing;
    match word {
        "failing" => is_failing,
        "healthy" => verdict == Verdict::Healthy,
        "not-failing" => !is_failing,
        "failing-or-healthy" => is_failing || verdict == Verdict::Healthy,
        "-" => true,
        other => panic!("{TABLE} has a verdict that this test does not know: {other}"),
    }
}

/// What does not hold of one row of the table.
fn wrong(folder: &Path, row: &str) -> Vec<String> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [file, verdict, first, never, why] = columns[..] else { panic!("five columns, not {}: {row}", columns.len()) };
    let diagnosis = diagnosed(&folder.join(file));
    let mut wrong = Vec::new();
    if !is_verdict(diagnosis.verdict, verdict) {
        wrong.push(format!("is {:?}, not {verdict}", diagnosis.verdict));
    }
    for failure in &diagnosis.failures {
        let causes: Vec<&str> = failure.causes.iter().map(|cause| cause.id).collect();
        if first != "-" && diagnosis.verdict == Verdict::Failing && !first.split('|').any(|id| causes.first() == Some(&id)) {
            wrong.push(format!("is called {causes:?}, not {first}"));
        }
        wrong.extend(causes.iter().filter(|id| never.split(',').any(|never| never == **id)).map(|id| format!("says {id}")));
    }
    wrong.into_iter().map(|what| format!("{file} {what}; {why}")).collect()
}

#[test]
fn every_file_is_read_as_its_table_says() {
    let Some(folder) = shared::folder("cases/foreign") else { return };
    let table = fs::read_to_string(folder.join(TABLE)).unwrap();
    let rows: Vec<&str> = table.lines().filter(|row| !row.is_empty() && !row.starts_with('#')).collect();
    let wrong: Vec<String> = rows.iter().flat_map(|row| wrong(&folder, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let named: Vec<&str> = rows.iter().filter_map(|row| row.split('\t').next()).collect();
    for file in fs::read_dir(&folder).unwrap().filter_map(|file| file.ok()?.file_name().into_string().ok()) {
        assert!(file == TABLE || named.contains(&&*file), "{file} is in no row of the table");
    }
}

/// What the last column of the table says of files whose verdict is free.
#[test]
fn what_a_capture_lacks_is_named_and_what_it_hides_is_masked() {
    let Some(folder) = shared::folder("cases/foreign") else { return };
    let of = |file: &str| diagnosed(&folder.join(file));
    let shown = |file: &str| serde_json::to_string(&of(file)).unwrap();
    assert!(!shown("l1.har").contains("0123456789ABCDEF"));
    assert!(!shown("l7.har").contains("shorttok123"));
    assert_eq!(of("dup-member.har").failures[0].status, 401);
    assert_eq!(of("bmp-nohdr.har").input.not_observable, ["header fields in 1 of 1 exchange", "response bodies in 1 of 1 exchange"]);
    assert_eq!(of("redacted-jwt.har").input.not_observable, ["signatures of tokens, hidden in 1 of 1 exchange"]);
    assert_eq!(of("request-only.har").input.not_observable[0], "the answer, not recorded in 1 of 1 exchange");
}
