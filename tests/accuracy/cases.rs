//! The cases of `tests/cases`: a session each, and what its diagnosis must be.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use why401::exchange::Exchange;
use why401::session::Profile;
use why401_tests::recorded;

/// What is expected of a session: `expected.json` beside it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Where the session comes from: the scenario that recorded it, the documentation of the answers in it,
    /// or the public report that it was rebuilt from.
    #[serde(rename = "source")]
    pub _source: String,
    /// The root cause of each failed login, in order of time; none in a healthy session.
    pub failures: Vec<String>,
    /// Causes that are as right as the one named.
    #[serde(default)]
    pub equally: Vec<String>,
    /// Causes that a helpful person could name as well, though there is a better answer.
    #[serde(default)]
    pub also: Vec<String>,
    /// Causes that would lead people astray.
    #[serde(default)]
    pub never: Vec<String>,
    /// Risks that must be named, whatever else is.
    #[serde(default)]
    pub audit: Vec<String>,
    /// Whether every failed login was followed by one that worked.
    #[serde(default)]
    pub recovers: bool,
    /// Whether it is known not to be diagnosed right yet. The run fails once it is, until this goes.
    #[serde(default)]
    pub known_to_fail: bool,
}

/// One case.
pub struct Case {
    /// Its folder below `tests/cases`: "tokens/token-expired/spring".
    pub name: String,
    /// What is expected of it.
    pub expected: Expected,
    /// What was captured.
    pub exchanges: Vec<Exchange>,
    /// The browser that it was captured in.
    pub profile: Profile,
}

impl Case {
    /// The folder of the family.
    pub fn family(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Whether nothing is wrong with the session, or nothing that was not put right in it.
    pub fn is_healthy(&self) -> bool {
        self.expected.failures.is_empty() || self.expected.recovers
    }
}

/// Every case, in order of their names.
///
/// # Errors
/// A case that cannot be read, by its name.
pub fn all() -> Result<Vec<Case>, Box<dyn Error>> {
    let named = |folder: &PathBuf| read(folder).map_err(|error| format!("{}: {error}", folder.display()).into());
    recorded::folders()?.iter().map(named).collect()
}

fn read(folder: &Path) -> Result<Case, Box<dyn Error>> {
    let name = folder.strip_prefix(recorded::root())?.to_str().ok_or("its name is no text")?.replace('\\', "/");
    let expected = serde_json::from_slice(&fs::read(folder.join("expected.json"))?)?;
    let (profile, exchanges) = recorded::session(folder)?;
    Ok(Case { name, expected, exchanges, profile })
}
