//! What the tests of causes ask: does this session have that root cause, and does that cause pass
//! this session over in silence?

use crate::diagnosis::{Diagnosis, Input};
use crate::redact::Redactor;
use crate::session::testing::session;

/// The diagnosis of a session in exchange notation, as Chrome would behave.
pub fn diagnose(notation: &str) -> Diagnosis {
    session(notation).diagnose(Input::default(), &mut Redactor::default())
}

/// Asserts that the one failed login of the session has this root cause, and returns its summary.
#[track_caller]
pub fn reports(id: &str, notation: &str) -> String {
    let diagnosis = diagnose(notation);
    let roots: Vec<_> = diagnosis.failures.iter().map(|failure| failure.causes.first().map_or("none", |cause| cause.id)).collect();
    assert_eq!(roots, [id], "{}", serde_json::to_string_pretty(&diagnosis.failures).unwrap());
    diagnosis.failures[0].causes[0].summary.clone()
}

/// Asserts that this cause is not among the findings, root or not.
#[track_caller]
pub fn is_silent(id: &str, notation: &str) {
    let diagnosis = diagnose(notation);
    let found: Vec<_> = diagnosis.failures.iter().flat_map(|failure| &failure.causes).filter(|cause| cause.id == id).collect();
    assert!(found.is_empty(), "{}", serde_json::to_string_pretty(&found).unwrap());
}

/// Asserts that nothing in the session is a failed login.
#[track_caller]
pub fn is_healthy(notation: &str) {
    let diagnosis = diagnose(notation);
    assert!(diagnosis.failures.is_empty(), "{}", serde_json::to_string_pretty(&diagnosis.failures).unwrap());
}

/// The `http-notation` blocks of a cause's documentation.
fn examples(docs: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut lines = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    while let Some(line) = lines.next() {
        if line.trim() == "```http-notation" {
            examples.push(lines.by_ref().take_while(|line| line.trim() != "```").map(|line| format!("{line}\n")).collect());
        }
    }
    examples
}

#[test]
fn every_example_in_the_docs_has_its_cause_as_the_root() {
    for cause in super::catalogue::all() {
        let meta = cause.meta();
        let examples = examples(meta.docs);
        assert!(!examples.is_empty(), "{} has no example session in its documentation", meta.id);
        for example in examples {
            if meta.family == "audit" {
                assert!(diagnose(&example).audit.iter().any(|risk| risk.id == meta.id), "{}", meta.id);
                continue;
            }
            reports(meta.id, &example);
        }
    }
}

#[test]
fn every_cause_has_advice_for_each_audience_and_its_file() {
    use crate::cause::Audience;
    let mut ids = std::collections::HashSet::new();
    for cause in super::catalogue::all() {
        let meta = cause.meta();
        assert!(ids.insert(meta.id), "{} is listed twice", meta.id);
        for audience in [Audience::User, Audience::Developer, Audience::Administrator] {
            assert!(meta.advice().remedies().any(|(whom, ..)| whom == audience), "{} has no advice for the {audience:?}", meta.id);
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/causes").join(meta.family);
        let file = folder.join(format!("{}.rs", meta.id.replace('-', "_")));
        assert!(file.exists() || meta.family == "iis", "{} should be {}", meta.id, file.display());
    }
}

#[test]
fn every_file_is_registered() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/causes");
    for family in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(&family).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            if text.contains("declare_cause!") && file.file_name().unwrap() != "mod.rs" {
                let id = file.file_stem().unwrap().to_str().unwrap().replace('_', "-");
                assert!(super::catalogue::find(&id).is_some(), "{} is not registered in its family", file.display());
            }
        }
    }
}
