//! What named products answer when a login fails: dated tables, searched without regular expressions.

mod iis;
mod invalid_credentials;
mod session_over;

pub use iis::{SubStatus, iis_sub_status};
pub use invalid_credentials::invalid_credentials;
pub use session_over::session_over;

use std::ops::Range;

/// How much of a body is searched: what a product says of itself stands near the beginning.
const PREFIX: usize = 64 * 1024;

/// Where the first of the phrases stands in the beginning of a text, letter case ignored.
fn find_any<'a>(text: &str, phrases: impl IntoIterator<Item = &'a str>) -> Option<Range<usize>> {
    let prefix = text.as_bytes().get(..PREFIX.min(text.len()))?.to_ascii_lowercase();
    phrases.into_iter().find_map(|phrase| memchr::memmem::find(&prefix, phrase.as_bytes()).map(|at| at..at + phrase.len()))
}
