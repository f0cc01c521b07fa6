//! Cookie dates, as in the `Expires` attribute of Set-Cookie: RFC 6265bis 5.1.1.
//!
//! The algorithm takes nearly anything that holds a time, a day, a month and a year in some order,
//! because servers write nearly anything. A zone is never looked at: every cookie date is UTC.

use crate::time::{Time, days_from_civil};

/// Reads a cookie date; `None` where the algorithm fails (a part missing or out of range, a day
/// that does not exist).
pub fn parse(text: &str) -> Option<Time> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.as_bytes().split(|&byte| is_delimiter(byte)) {
        if token.is_empty() {
            continue;
        }
        // Each token fills the first part that is still open and that it fits (step 2).
        if time.is_none() {
            time = hms_time(token);
            if time.is_some() {
                continue;
            }
        }
        if day.is_none() {
            day = number(token, 1, 2).map(|(value, _)| value);
            if day.is_some() {
                continue;
            }
        }
        if month.is_none() {
            month = month_number(token);
            if month.is_some() {
                continue;
            }
        }
        if year.is_none() {
            year = number(token, 2, 4).map(|(value, _)| value);
        }
    }
    let ((hour, minute, second), day, month) = (time?, day?, month?);
    // Steps 3 and 4: two-digit years belong to 1970 to 2069.
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        full => full,
    };
    // Steps 5 and 6.
    if day < 1 || day > days_in_month(year, month) || year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(Time::from_seconds(days * 86_400 + seconds))
}

/// `delimiter` of the date grammar.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// A leading number of `least` to `most` digits that no further digit follows, and what is left.
fn number(token: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let mut value = 0;
    let mut digits = 0;
    let mut rest = token;
    while let Some((byte @ b'0'..=b'9', after)) = rest.split_first() {
        digits += 1;
        if digits > most {
            return None;
        }
        value = value * 10 + u32::from(byte - b'0');
        rest = after;
    }
    (digits >= least).then_some((value, rest))
}

/// `time`: hours, minutes and seconds of one or two digits each; anything but a digit may follow.
fn hms_time(token: &[u8]) -> Option<(u32, u32, u32)> {
    let (hour, rest) = number(token, 1, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 1, 2)?;
    let (second, _) = number(rest.strip_prefix(b":")?, 1, 2)?;
    Some((hour, minute, second))
}

/// `month`: the first three letters decide, so that `January` and `Janus` are both January.
fn month_number(token: &[u8]) -> Option<u32> {
    const MONTHS: [&[u8; 3]; 12] = [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let letters = token.get(..3)?;
    (1..).zip(MONTHS).find(|(_, month)| letters.eq_ignore_ascii_case(*month)).map(|(number, _)| number)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_rfc_9110() {
        // RFC 9110 5.6.7 gives one moment in its three formats.
        let moment = Some(Time(784_111_777_000));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), moment);
        assert_eq!(parse("Sunday, 06-Nov-94 08:49:37 GMT"), moment);
        assert_eq!(parse("Sun Nov  6 08:49:37 1994"), moment);
    }

    #[test]
    fn counts_from_the_epoch_and_over_leap_days() {
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Time(0)));
        assert_eq!(parse("29 Feb 2000 00:00:00"), Some(Time(951_782_400_000)));
        assert_eq!(parse("1 Mar 2000 00:00:00"), Some(Time(951_868_800_000)));
        assert_eq!(parse("31 Dec 9999 23:59:59"), Some(Time(253_402_300_799_000)));
        assert_eq!(parse("1 Jan 1601 00:00:00"), Some(Time(-11_644_473_600_000)));
    }

    #[test]
    fn takes_parts_in_any_order_and_ignores_the_zone() {
        let moment = parse("Sat, 15 Apr 2017 21:01:22 GMT");
        assert!(moment.is_some());
        assert_eq!(parse("2017 April 15 21:01:22"), moment);
        assert_eq!(parse("15-Sat, Apr 21:01:22 GMT 17"), moment);
        assert_eq!(parse("Sat, 15-Apr-17 21:01:22 GMT-0400 (EDT)"), moment);
        assert_eq!(parse("15 apr 2017 21:01:22pm"), moment);
    }

    #[test]
    fn splits_two_digit_years_at_seventy() {
        assert_eq!(parse("1 Jan 69 00:00:00"), parse("1 Jan 2069 00:00:00"));
        assert_eq!(parse("1 Jan 70 00:00:00"), Some(Time(0)));
    }

    #[test]
    fn fails_where_the_algorithm_fails() {
        for broken in [
            "",
            "0",
            "-1",
            "Thu, 01 Jan 1970",
            "Mon, 01-Jan-2011 00: 00:00 GMT",
            "31 Feb 2020 00:00:00",
            "29 Feb 2100 00:00:00",
            "00 Jan 2020 00:00:00",
            "1 Jan 1600 00:00:00",
            "1 Jan 2020 24:00:00",
            "1 Jan 2020 00:60:00",
            "1 Jan 2020 00:00:60",
            "1 Jan 20200 00:00:00",
            "1 Jan 2020 000:00:00",
            "1 Ja 2020 00:00:00",
        ] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}
