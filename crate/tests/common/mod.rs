//! What the integration tests share.

use std::path::PathBuf;

/// The folder of that name among the published test data, `../shared/data` beside the repository or
/// `$WHY401_SHARED/data`; `None`, with one printed line, where it is absent, as in a user's clone.
#[must_use]
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("WHY401_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let folder = shared.join("data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is not here", folder.display());
    None
}
