//! The sessions of `tests/cases`, as they were recorded or written down.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use why401::capture;
use why401::exchange::Exchange;
use why401::session::Profile;
use why401::time::Time;

/// The folder of the cases.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// The folder of each case, in order of their names.
///
/// # Errors
/// A folder that cannot be read.
pub fn folders() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    collect(&root(), &mut folders)?;
    folders.sort();
    Ok(folders)
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

/// The session in a case's folder, and how the browser that it is from keeps cookies.
///
/// # Errors
/// What is wrong with the file.
pub fn session(folder: &Path) -> Result<(Profile, Vec<Exchange>), Box<dyn Error>> {
    let har = folder.join("session.har");
    let file = if har.exists() { har } else { folder.join("session.http") };
    let (exchanges, capture) = capture::read(&fs::read(file)?, Time(0))?;
    Ok((capture.source.profile(), exchanges))
}
