//! Walking through a session from one of its exchanges.

use super::Record;
use super::lists::{Lists, Read, began, place_of};
use crate::facts::Fingerprint;
use crate::time::Time;

/// Records with their positions: against the order of time first, then along it. One type for all
/// walks, since each further one would be compiled once more for every cause that walks. How far it
/// went is noted when it ends.
pub struct Walk<'s> {
    lists: &'s Lists,
    records: &'s [Record],
    key: Fingerprint,
    before: &'s [usize],
    after: &'s [usize],
    from: Time,
    to: Time,
    /// Until when it would go on.
    end: Time,
    goes_back: bool,
    goes_on: bool,
    /// Whether it stops before the beginning and the end of its list.
    is_cut: (bool, bool),
    has_begun: bool,
}

/// Where a walk goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Back,
    On,
    Both,
}

impl<'s> Walk<'s> {
    /// Along all these positions, which are in order of time.
    pub(crate) fn along(lists: &'s Lists, records: &'s [Record], key: Fingerprint, positions: &'s [usize]) -> Self {
        let (goes_back, goes_on) = (false, true);
        Self {
            lists,
            records,
            key,
            before: &[],
            after: positions,
            from: Time::MIN,
            to: Time::MIN,
            end: Time::MAX,
            goes_back,
            goes_on,
            is_cut: (false, false),
            has_begun: false,
        }
    }

    fn beginning(&self, moment: Time, way: Way, before: &'s [usize], after: &'s [usize]) -> Self {
        let (goes_back, goes_on) = (way != Way::On, way != Way::Back);
        let (lists, records, key) = (self.lists, self.records, self.key);
        Self {
            lists,
            records,
            key,
            before,
            after,
            from: moment,
            to: moment,
            end: Time::MAX,
            goes_back,
            goes_on,
            is_cut: (false, false),
            has_begun: false,
        }
    }

    /// From the exchange at a position, which these hold in order of time: to what was before it.
    pub(crate) fn back_from(self, at: usize) -> Self {
        let (moment, [before, ..]) = self.cut_at(at);
        self.beginning(moment, Way::Back, before, &[])
    }

    /// The exchange itself, and then what was before it.
    pub(crate) fn back_from_here(self, at: usize) -> Self {
        let (moment, [before, here, _]) = self.cut_at(at);
        let before = if here.is_empty() { before } else { self.after.get(..=before.len()).unwrap_or(before) };
        self.beginning(moment, Way::Back, before, &[])
    }

    /// To what was before it, and last to the exchange itself.
    pub(crate) fn back_from_and_at(self, at: usize) -> Self {
        let (moment, [before, here, _]) = self.cut_at(at);
        self.beginning(moment, Way::Back, before, here)
    }

    /// To what began at that moment or after it.
    pub(crate) fn since(self, moment: Time) -> Self {
        let [_, after] = self.cut_before(moment);
        self.beginning(moment, Way::On, &[], after)
    }

    /// No further than to that moment.
    pub(crate) fn until(mut self, moment: Time) -> Self {
        let is_within = |at: &usize| self.records.get(*at).is_some_and(|record| record.exchange.started <= moment);
        self.after = self.after.get(..self.after.partition_point(is_within)).unwrap_or_default();
        self.end = moment.max(self.to);
        self
    }

    /// No further than to what began before that moment.
    pub(crate) fn ending_before(self, moment: Time) -> Self {
        if moment == Time::MAX { self } else { self.until(moment.plus(-1)) }
    }

    /// Whether it comes by no more than so many exchanges.
    pub(crate) fn ends_within(mut self, count: usize) -> bool {
        self.nth(count).is_none()
    }

    /// At most so many back, and so many on.
    pub(crate) fn at_most(mut self, back: usize, on: usize) -> Self {
        if let Some(first) = self.before.len().checked_sub(back).filter(|first| *first > 0) {
            (self.before, self.is_cut.0) = (self.before.get(first..).unwrap_or_default(), true);
        }
        if let Some(after) = self.after.get(..on).filter(|after| after.len() < self.after.len()) {
            (self.after, self.is_cut.1) = (after, true);
        }
        self
    }

    /// To what began before that moment, the latest first.
    pub(crate) fn before(self, moment: Time) -> Self {
        let [before, _] = self.cut_before(moment);
        self.beginning(moment, Way::Back, before, &[])
    }

    /// To what was after it.
    pub(crate) fn on_from(self, at: usize) -> Self {
        let (moment, [.., after]) = self.cut_at(at);
        self.beginning(moment, Way::On, &[], after)
    }

    /// To what was before it, and then to what was after it.
    pub(crate) fn around(self, at: usize) -> Self {
        let (moment, [before, _, after]) = self.cut_at(at);
        self.beginning(moment, Way::Both, before, after)
    }

    /// The positions alone.
    #[must_use]
    pub fn positions(self) -> Vec<usize> {
        self.map(|(at, _)| at).collect()
    }

    /// The first, by its position.
    #[must_use]
    pub fn first(mut self) -> Option<usize> {
        self.next().map(|(at, _)| at)
    }

    fn cut_before(&self, moment: Time) -> [&'s [usize]; 2] {
        let is_before = |at: &usize| self.records.get(*at).is_some_and(|record| record.exchange.started < moment);
        let (before, after) = self.after.split_at_checked(self.after.partition_point(is_before)).unwrap_or_default();
        [before, after]
    }

    /// When that exchange began, the positions before it, itself if it is among them, and those after it.
    fn cut_at(&self, at: usize) -> (Time, [&'s [usize]; 3]) {
        let all = self.after;
        let first = place_of(all, at, self.records);
        let next = first + usize::from(all.get(first) == Some(&at));
        (began(self.records, at), [all.get(..first), all.get(first..next), all.get(next..)].map(Option::unwrap_or_default))
    }
}

impl<'s> Iterator for Walk<'s> {
    type Item = (usize, &'s Record);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        self.has_begun = true;
        if self.goes_back {
            if let Some((last, rest)) = self.before.split_last() {
                self.before = rest;
                let record = self.records.get(*last)?;
                self.from = record.exchange.started;
                return Some((*last, record));
            }
            self.from = if self.is_cut.0 { self.from } else { Time::MIN };
        }
        let Some((first, rest)) = self.after.split_first() else {
            self.to = if self.goes_on && !self.is_cut.1 { self.end } else { self.to };
            return None;
        };
        self.after = rest;
        let record = self.records.get(*first)?;
        self.to = if self.goes_on { record.exchange.started } else { self.to };
        Some((*first, record))
    }
}

impl Drop for Walk<'_> {
    fn drop(&mut self) {
        if self.has_begun {
            self.lists.note(Read { key: self.key, from: self.from, to: self.to });
        }
    }
}
