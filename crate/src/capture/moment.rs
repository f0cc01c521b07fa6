//! The forms in which captures state when something was.

use std::borrow::Cow;

use crate::syntax::http_date;
use crate::time::Time;

/// A moment, and whether the zone is stated too; else it is taken for UTC and tells only the order.
///
/// Reads RFC 3339 (also with a comma or a blank, or without a zone), RFC 1123, what JavaScript's `Date` prints,
/// and seconds or milliseconds since the epoch.
#[must_use]
pub fn moment(text: &str) -> Option<(Time, bool)> {
    let text = text.trim();
    iso(text)
        .or_else(|| epoch(text).map(|time| (time, true)))
        .or_else(|| javascript(text).map(|time| (time, true)))
        .or_else(|| http_date::moment(text).map(|time| (time, true)))
}

fn iso(text: &str) -> Option<(Time, bool)> {
    // As every browser writes it.
    if let Some(time) = Time::from_rfc3339(text).filter(|_| text.ends_with('Z')) {
        return Some((time, true));
    }
    let text = match text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")) {
        Some(text) => Cow::Owned(format!("{text}Z")),
        None => Cow::Borrowed(text),
    };
    let (date, clock) = text.split_at_checked(10)?;
    let clock = clock.get(1..).filter(|_| clock.starts_with(['T', 't', ' ']))?.replacen(',', ".", 1);
    let has_zone = clock.ends_with(['Z', 'z']) || clock.get(8..).is_some_and(|rest| rest.contains(['+', '-']));
    Time::from_rfc3339(&format!("{date}T{clock}")).map(|time| (time, has_zone))
}

/// Seconds or milliseconds, fractions cut off; of this century's first hundred years.
fn epoch(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = whole.parse::<i64>().ok()?;
    let milliseconds = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
    match number {
        900_000_000..4_200_000_000 => Some(Time::from_seconds(number).plus(milliseconds)),
        900_000_000_000..4_200_000_000_000 => Some(Time(number)),
        _ => None,
    }
}

/// "Fri Nov 20 2026 19:51:41 GMT+0100 (Central European Standard Time)".
fn javascript(text: &str) -> Option<Time> {
    let mut words = text.split_ascii_whitespace();
    let (_, month, day, year, clock, zone) = (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let zone = zone.strip_prefix("GMT")?;
    Time::from_rfc3339(&format!("{year}-{month:02}-{day}T{clock}{}", if zone.is_empty() { "Z" } else { zone }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_tools_write() {
        let second = Time(1_795_204_301_000);
        let milli = second.plus(538);
        for (text, expected) in [
            ("2026-11-20T19:51:41.538Z", milli),
            ("2026-11-20T19:51:41,538Z", milli),
            ("2026-11-20T20:51:41.538+01:00", milli),
            ("2026-11-20 20:51:41.538+01:00", milli),
            ("2026-11-20 19:51:41 UTC", second),
            ("Fri, 20 Nov 2026 19:51:41 GMT", second),
            ("Fri Nov 20 2026 20:51:41 GMT+0100 (Central European Standard Time)", second),
            ("1795204301538", milli),
            ("1795204301", second),
            ("1795204301.538", milli),
        ] {
            assert_eq!(moment(text), Some((expected, true)), "{text}");
        }
    }

    #[test]
    fn tells_where_no_zone_is_stated() {
        assert_eq!(moment("2026-11-20T19:51:41"), Some((Time(1_795_204_301_000), false)));
        for text in ["", "-1", "0", "yesterday", "20/11/2026 19:51"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
