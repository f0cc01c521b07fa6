//! Where the material lies that is no part of the project.

use std::path::PathBuf;

/// A folder of `../shared` beside the repository, or of `$WHY401_SHARED`, by its path in there; `None`, with one
/// printed line, where it is absent, as in a user's clone.
#[must_use]
pub fn folder(path: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("WHY401_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let folder = shared.join(path);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is not here", folder.display());
    None
}
