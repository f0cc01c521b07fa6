//! HTTP-date: RFC 9110 5.6.7.

use super::Parsed;

/// Reads a date; the value is in milliseconds since the Unix epoch.
#[must_use]
pub fn parse(text: &str) -> Parsed<Option<i64>> {
    Parsed { value: super::cookie_date::parse(text).map(|time| time.0), violations: Vec::new() }
}
