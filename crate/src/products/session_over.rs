//! Answers that say: this session is over.

use std::ops::Range;

/// Codes and phrases, in lower case. Common names in JSON APIs and framework pages, as of 2026-11-20.
const ANSWERS: [&str; 8] = [
    "session_expired",
    "sessionexpired",
    "session-expired",
    "session expired",
    "session has expired",
    "session timed out",
    "session is no longer valid",
    "your session has ended",
];

/// Where a body says that the session is over.
#[must_use]
pub fn session_over(body: &str) -> Option<Range<usize>> {
    super::find_any(body, ANSWERS)
}
