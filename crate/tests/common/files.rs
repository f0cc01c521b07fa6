//! Where the captured files are that tests read.

use std::path::{Path, PathBuf};

/// Folders of HAR files that other people and tools published.
pub const PUBLISHED: [&str; 11] = [
    "gatling-har",
    "har-reader",
    "har-to-k6",
    "har-validator-fixtures",
    "har2tree-har",
    "haralyzer-har",
    "harviewer-har",
    "mitmproxy-har",
    "modem-auth-fixtures",
    "playwright-har",
    "zap-har",
];

/// Every file below a folder, in order.
#[must_use]
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
