//! Moments and spans of time. The core never reads a clock: time is always input.

/// A moment, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Before every moment.
    pub const MIN: Self = Self(i64::MIN);
    /// After every moment.
    pub const MAX: Self = Self(i64::MAX);

    /// This moment, `milliseconds` later (earlier when negative).
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// A moment from seconds since the epoch, as JWT claims and HTTP dates count.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Reads an RFC 3339 date-time ("2026-11-20T19:51:41.538Z", any offset); `None` for anything else.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| -> Option<i64> {
            let part = text.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let is = |at: usize, any: &[u8]| text.as_bytes().get(at).is_some_and(|b| any.contains(b));
        if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
            return None;
        }
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        let mut rest = text.get(19..)?;
        let mut milliseconds = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if count == 0 {
                return None;
            }
            let mut scale = 100;
            for digit in fraction.bytes().take(count) {
                milliseconds += i64::from(digit - b'0') * scale;
                scale /= 10;
            }
            rest = fraction.get(count..)?;
        }
        let offset_minutes = match rest.as_bytes() {
            [] | [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), h1, h2, tail @ ..] => {
                let tail = tail.strip_prefix(b":").unwrap_or(tail);
                let [m1, m2] = tail else { return None };
                let two = |a: u8, b: u8| (a.is_ascii_digit() && b.is_ascii_digit()).then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'));
                let minutes = two(*h1, *h2)? * 60 + two(*m1, *m2)?;
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => return None,
        };
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset_minutes * 60;
        Some(Self(seconds * 1000 + milliseconds))
    }

    /// The moment in UTC, to the second: "2026-11-20 19:51:41 UTC".
    #[must_use]
    pub fn to_utc(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(86_400_000));
        let in_day = self.0.rem_euclid(86_400_000) / 1000;
        format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", in_day / 3600, in_day / 60 % 60, in_day % 60)
    }

    /// The moment as RFC 3339 writes it, to the millisecond: "2026-11-20T19:51:41.250Z".
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let text = self.to_utc().replacen(' ', "T", 1);
        format!("{}.{:03}Z", text.trim_end_matches(" UTC"), self.0.rem_euclid(1000))
    }

    /// The moment as an IMF-fixdate of RFC 9110 5.6.7: "Fri, 20 Nov 2026 19:51:41 GMT".
    #[must_use]
    pub fn to_http_date(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let days = self.0.div_euclid(86_400_000);
        let (year, month, day) = civil_from_days(days);
        let in_day = self.0.rem_euclid(86_400_000) / 1000;
        let name = |table: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| table.get(at).copied()).unwrap_or_default();
        format!(
            "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
            name(&DAYS, days.rem_euclid(7)),
            name(&MONTHS, month - 1),
            in_day / 3600,
            in_day / 60 % 60,
            in_day % 60
        )
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
#[must_use]
pub const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day that lie `days` after 1970-01-01.
#[must_use]
pub const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// A span in words that a person would use: "312 s", "9 min", "3 h 20 min", "12 days".
#[must_use]
pub fn span(milliseconds: i64) -> String {
    let seconds = milliseconds.unsigned_abs() / 1000;
    match seconds {
        0 => format!("{} ms", milliseconds.unsigned_abs()),
        1..=599 => format!("{seconds} s"),
        600..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => match seconds / 60 % 60 {
            0 => format!("{} h", seconds / 3600),
            minutes => format!("{} h {minutes} min", seconds / 3600),
        },
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_browsers_write() {
        let expected = Some(Time(1_795_204_301_538));
        assert_eq!(Time::from_rfc3339("2026-11-20T19:51:41.538Z"), expected);
        assert_eq!(Time::from_rfc3339("2026-11-20T20:51:41.538+01:00"), expected);
        assert_eq!(Time::from_rfc3339("2026-11-20T14:21:41.538999-0530"), expected);
    }

    #[test]
    fn refuses_what_is_no_date_time() {
        for text in ["", "2026-11-20", "2026-13-20T00:00:00Z", "2026-11-20T19:51:41.Z", "2026-11-20T19:51:41+1", "é026-11-20T19:51:41Z"] {
            assert_eq!(Time::from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn writes_the_http_date_of_rfc_9110() {
        assert_eq!(Time(784_111_777_000).to_http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(Time(1_795_204_301_538).to_utc(), "2026-11-20 19:51:41 UTC");
    }

    #[test]
    fn says_spans_as_people_do() {
        assert_eq!(span(312_000), "312 s");
        assert_eq!(span(-12_000_000), "3 h 20 min");
        assert_eq!(span(40), "40 ms");
    }
}
