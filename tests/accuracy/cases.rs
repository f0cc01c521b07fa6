//! The cases of `tests/cases`: a session each, and what its diagnosis must be.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use why401::capture;
use why401::diagnosis::{Diagnosis, Input};
use why401::redact::Redactor;
use why401::session::Session;
use why401::time::Time;

/// What is expected of a session: `expected.json` beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Where the session comes from: the scenario that recorded it, or the documentation of the answers in it.
    #[serde(rename = "source")]
    pub _source: String,
    /// The root cause of each failed login, in order of time; none in a healthy session.
    pub failures: Vec<String>,
    /// Risks that must be named, whatever else is.
    #[serde(default)]
    pub audit: Vec<String>,
}

/// One case.
pub struct Case {
    /// Its folder below `tests/cases`: "tokens/token-expired/spring".
    pub name: String,
    /// What is expected of it.
    pub expected: Expected,
    /// What this build says of it.
    pub diagnosis: Diagnosis,
}

impl Case {
    /// The folder of the family.
    pub fn family(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The root cause of each failed login.
    pub fn roots(&self) -> Vec<&str> {
        let root = |failure: &why401::diagnosis::DiagnosedFailure| failure.causes.first().map_or("none", |cause| cause.id);
        self.diagnosis.failures.iter().map(root).collect()
    }

    /// Whether every failed login has the expected root cause, there is no other, and no expected risk is missing.
    pub fn is_right(&self) -> bool {
        let names = |risk: &String| self.diagnosis.audit.iter().any(|cause| cause.id == risk);
        self.roots() == self.expected.failures && self.expected.audit.iter().all(names)
    }

    /// Whether each expected cause is among the first three of its failed login.
    pub fn is_nearly_right(&self) -> bool {
        let failures = &self.diagnosis.failures;
        let among =
            |(failure, cause): (&why401::diagnosis::DiagnosedFailure, &String)| failure.causes.iter().take(3).any(|one| one.id == cause);
        failures.len() == self.expected.failures.len() && failures.iter().zip(&self.expected.failures).all(among)
    }

    /// Whether nothing is wrong with the session.
    pub fn is_healthy(&self) -> bool {
        self.expected.failures.is_empty()
    }
}

/// Every case, in order of their names.
///
/// # Errors
/// A case that cannot be read, by its name.
pub fn all() -> Result<Vec<Case>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut folders = Vec::new();
    collect(&root, &mut folders)?;
    folders.sort();
    folders.iter().map(|folder| read(&root, folder).map_err(|error| format!("{}: {error}", folder.display()).into())).collect()
}

fn collect(folder: &Path, cases: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.join("expected.json").exists() { cases.push(path) } else { collect(&path, cases)? }
        }
    }
    Ok(())
}

fn read(root: &Path, folder: &Path) -> Result<Case, Box<dyn Error>> {
    let name = folder.strip_prefix(root)?.to_str().ok_or("its name is no text")?.replace('\\', "/");
    let expected = serde_json::from_slice(&fs::read(folder.join("expected.json"))?)?;
    let har = folder.join("session.har");
    let file = if har.exists() { har } else { folder.join("session.http") };
    let (exchanges, capture) = capture::read(&fs::read(file)?, Time(0))?;
    let mut session = Session::new(capture.source.profile());
    for exchange in exchanges {
        session.push(exchange);
    }
    Ok(Case { name, expected, diagnosis: session.diagnose(Input::default(), &mut Redactor::default()) })
}
