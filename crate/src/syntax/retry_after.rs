//! `Retry-After`: RFC 9110 10.2.3.

use super::{Parsed, Rule, SyntaxViolation, http_date};

/// Neither a whole number of seconds nor a date.
pub static NEITHER: Rule = Rule { id: "retry-after-neither" };

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this many seconds.
    Delay(u64),
    /// At this moment, in milliseconds since the epoch.
    Date(i64),
}

/// Reads a field's value. Seconds with a fraction, which some services send, are rounded up and noted.
#[must_use]
pub fn parse(text: &str) -> Parsed<Option<RetryAfter>> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Parsed { value: Some(RetryAfter::Delay(seconds)), violations: Vec::new() };
    }
    let neither = vec![SyntaxViolation { at: 0, rule: &NEITHER }];
    if let Some(seconds) = with_fraction(text) {
        return Parsed { value: Some(RetryAfter::Delay(seconds)), violations: neither };
    }
    let date = http_date::parse(text);
    let violations = if date.value.is_some() { date.violations } else { neither };
    Parsed { value: date.value.map(RetryAfter::Date), violations }
}

fn with_fraction(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.')?;
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u64 = whole.parse().ok().filter(|_| is_number)?;
    seconds.checked_add(u64::from(fraction.bytes().any(|byte| byte != b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_examples_of_rfc_9110() {
        let date = parse("Fri, 31 Dec 1999 23:59:59 GMT");
        assert_eq!((date.value, date.violations.len()), (Some(RetryAfter::Date(946_684_799_000)), 0));
        assert_eq!(parse("120").value, Some(RetryAfter::Delay(120)));
    }

    #[test]
    fn names_what_is_neither() {
        for (text, value) in [
            ("", None),
            ("soon", None),
            ("-1", None),
            ("1.", None),
            ("99999999999999999999999", None),
            ("0.25", Some(RetryAfter::Delay(1))),
            ("30.0", Some(RetryAfter::Delay(30))),
        ] {
            let parsed = parse(text);
            assert_eq!((parsed.value, parsed.violations.first().map(|violation| violation.rule)), (value, Some(&NEITHER)), "{text}");
        }
    }
}
