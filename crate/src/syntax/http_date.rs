//! HTTP-date: RFC 9110 5.6.7.
//!
//! Any text that holds a date is read, by the tolerant algorithm that browsers use for cookies, and
//! whatever is not exactly an IMF-fixdate is named.

use super::{Parsed, Rule, SyntaxViolation, cookie_date};
use crate::time::Time;

/// No date at all.
pub static NOT_A_DATE: Rule = Rule { id: "not-a-date" };

/// One of the two forms of old.
pub static OBSOLETE_DATE: Rule = Rule { id: "obsolete-date" };

/// A weekday on which that date does not fall.
pub static WRONG_WEEKDAY: Rule = Rule { id: "wrong-weekday" };

/// A date of another form, read as if it were GMT.
pub static OTHER_DATE: Rule = Rule { id: "other-date" };

/// Reads a date; the value is in milliseconds since the Unix epoch.
#[must_use]
pub fn parse(text: &str) -> Parsed<Option<i64>> {
    let Some(time) = cookie_date::parse(text) else {
        return Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &NOT_A_DATE }] };
    };
    let violation = departure(text, time).map(|rule| SyntaxViolation { at: 0, rule });
    Parsed { value: Some(time.0), violations: violation.into_iter().collect() }
}

/// The moment alone, of a date in whatever form.
#[must_use]
pub fn moment(text: &str) -> Option<Time> {
    cookie_date::parse(text)
}

/// Compares with the one right spelling of the same moment.
fn departure(text: &str, time: Time) -> Option<&'static Rule> {
    let fixed = time.to_http_date();
    if text == fixed {
        return None;
    }
    let (weekday, date) = fixed.split_once(", ")?;
    let mut parts = date.split(' ');
    let (day, month, year, clock) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if text.get(3..).is_some_and(|rest| rest.strip_prefix(", ") == Some(date)) {
        return Some(&WRONG_WEEKDAY);
    }
    let day_of_asctime = day.strip_prefix('0').map_or_else(|| day.to_owned(), |digit| format!(" {digit}"));
    let is_asctime = text == format!("{weekday} {month} {day_of_asctime} {clock} {year}");
    let rfc_850 = format!("day, {day}-{month}-{} {clock} GMT", year.get(2..)?);
    let is_rfc_850 = text.starts_with(weekday) && text.ends_with(&rfc_850);
    Some(if is_asctime || is_rfc_850 { &OBSOLETE_DATE } else { &OTHER_DATE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<i64>, Vec<&'static str>) {
        let parsed = parse(text);
        (parsed.value, parsed.violations.iter().map(|violation| violation.rule.id).collect())
    }

    #[test]
    fn reads_the_three_forms_of_rfc_9110() {
        let moment = Some(784_111_777_000);
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), (moment, vec![]));
        assert_eq!(read("Sunday, 06-Nov-94 08:49:37 GMT"), (moment, vec!["obsolete-date"]));
        assert_eq!(read("Sun Nov  6 08:49:37 1994"), (moment, vec!["obsolete-date"]));
    }

    #[test]
    fn reads_other_dates_and_says_so() {
        let moment = Some(784_111_777_000);
        assert_eq!(read("Mon, 06 Nov 1994 08:49:37 GMT"), (moment, vec!["wrong-weekday"]));
        for text in
            ["Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt", "6 Nov 1994 08:49:37"]
        {
            assert_eq!(read(text), (moment, vec!["other-date"]), "{text}");
        }
        for text in ["", "0", "-1", "Sun, 31 Feb 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", "\u{e9}"] {
            assert_eq!(read(text), (None, vec!["not-a-date"]), "{text}");
        }
    }
}
