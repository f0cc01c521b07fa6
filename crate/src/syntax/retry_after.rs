//! `Retry-After`: RFC 9110 10.2.3.

use super::Parsed;

/// When to try again.
pub enum RetryAfter {
    /// After this many seconds.
    Delay(u64),
    /// At this moment, in milliseconds since the epoch.
    Date(i64),
}

/// Reads a field's value.
#[must_use]
pub fn parse(text: &str) -> Parsed<Option<RetryAfter>> {
    let value = match text.trim().parse() {
        Ok(seconds) => Some(RetryAfter::Delay(seconds)),
        Err(_) => super::http_date::parse(text).value.map(RetryAfter::Date),
    };
    Parsed { value, violations: Vec::new() }
}
