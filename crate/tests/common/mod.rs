//! What the integration tests share.

mod shared;

use std::path::PathBuf;

/// The folder of that name among the published test data, `data` of the shared material; `None` where it is absent.
#[must_use]
pub fn shared_data(name: &str) -> Option<PathBuf> {
    shared::folder(&format!("data/{name}"))
}
