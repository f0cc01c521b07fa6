//! How far a server's clock is from the browser's, and how well that is known.

use crate::time::Time;

/// The server's clock less the browser's, as an interval in milliseconds that every exchange narrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// The least that it can be.
    pub least: i64,
    /// The most that it can be.
    pub most: i64,
}

impl Default for Offset {
    /// Nothing known.
    fn default() -> Self {
        Self { least: i64::MIN, most: i64::MAX }
    }
}

impl Offset {
    /// What one answer shows. `Date` counts whole seconds and was written at some moment between the
    /// request's beginning and the response's end.
    #[must_use]
    pub const fn of(date: Time, started: Time, ended: Time) -> Self {
        Self { least: date.since(ended), most: date.plus(999).since(started) }
    }

    /// Takes one more answer into account.
    pub fn narrow(&mut self, date: Time, started: Time, ended: Time) {
        let Self { least, most } = Self::of(date, started, ended);
        // A clock that was set between two answers, or several servers behind one name, leave no
        // common interval; then the newer answer counts.
        let (narrowed_least, narrowed_most) = (self.least.max(least), self.most.min(most));
        (self.least, self.most) = if narrowed_least <= narrowed_most { (narrowed_least, narrowed_most) } else { (least, most) };
    }

    /// The middle of the interval.
    #[must_use]
    pub fn middle(&self) -> i64 {
        if self.least == i64::MIN || self.most == i64::MAX {
            return 0;
        }
        self.least + (self.most - self.least) / 2
    }

    /// The smallest disagreement that the interval allows; 0 where the clocks may agree.
    #[must_use]
    pub fn at_least(&self) -> i64 {
        if self.least > 0 {
            self.least
        } else if self.most < 0 {
            self.most
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrows_with_every_answer() {
        let mut offset = Offset::default();
        offset.narrow(Time(10_000), Time(10_200), Time(10_300));
        assert_eq!((offset.least, offset.most), (-300, 799));
        offset.narrow(Time(11_000), Time(10_990), Time(11_010));
        assert_eq!((offset.least, offset.most, offset.at_least()), (-10, 799, 0));
    }

    #[test]
    fn a_clock_that_was_set_counts_from_the_newer_answer() {
        let mut offset = Offset::default();
        offset.narrow(Time(10_000), Time(10_000), Time(10_100));
        offset.narrow(Time(611_000), Time(11_000), Time(11_100));
        assert_eq!(offset.at_least(), 599_900);
    }
}
