//! Walking through a session from one of its exchanges.

use super::Record;
use crate::time::Time;

/// Records with their positions: against the order of time first, then along it. One type for all
/// walks, since each further one would be compiled once more for every cause that walks.
#[derive(Clone)]
pub struct Walk<'s> {
    records: &'s [Record],
    before: &'s [usize],
    after: &'s [usize],
}

impl<'s> Walk<'s> {
    /// Along all these positions, which are in order of time.
    pub(crate) fn along(records: &'s [Record], positions: &'s [usize]) -> Self {
        Self { records, before: &[], after: positions }
    }

    /// From the exchange at a position, which these hold in order of time: to what was before it.
    pub(crate) fn back_from(self, at: usize) -> Self {
        let [before, ..] = self.cut_at(at);
        Self { before, after: &[], ..self }
    }

    /// The exchange itself, and then what was before it.
    pub(crate) fn back_from_here(self, at: usize) -> Self {
        let [before, ..] = self.cut_at(at);
        let before = self.after.get(..=before.len()).unwrap_or(before);
        Self { before, after: &[], ..self }
    }

    /// To what was before it, and last to the exchange itself.
    pub(crate) fn back_from_and_at(self, at: usize) -> Self {
        let [before, here, _] = self.cut_at(at);
        Self { before, after: here, ..self }
    }

    /// To what began at that moment or after it.
    pub(crate) fn since(self, moment: Time) -> Self {
        let is_before = |at: &usize| self.records.get(*at).is_some_and(|record| record.exchange.started < moment);
        let first = self.after.partition_point(is_before);
        Self { before: &[], after: self.after.get(first..).unwrap_or_default(), ..self }
    }

    /// To what was after it.
    pub(crate) fn on_from(self, at: usize) -> Self {
        let [.., after] = self.cut_at(at);
        Self { after, ..self }
    }

    /// To what was before it, and then to what was after it.
    pub(crate) fn around(self, at: usize) -> Self {
        let [before, _, after] = self.cut_at(at);
        Self { before, after, ..self }
    }

    /// The positions before that one, itself if it is among them, and those after it.
    fn cut_at(&self, at: usize) -> [&'s [usize]; 3] {
        let all = self.after;
        let started = |at: &usize| self.records.get(*at).map(|record| record.exchange.started);
        let moment = started(&at);
        let first = all.partition_point(|other| started(other) < moment);
        // Several can have begun at the same moment.
        let place = all.iter().skip(first).take_while(|other| started(other) == moment).position(|other| *other == at);
        let (here, after) = place.map_or((first, first), |place| (first + place, first + place + 1));
        [all.get(..here), all.get(here..after), all.get(after..)].map(Option::unwrap_or_default)
    }
}

impl<'s> Iterator for Walk<'s> {
    type Item = (usize, &'s Record);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let at = if let Some((last, rest)) = self.before.split_last() {
            self.before = rest;
            *last
        } else {
            let (first, rest) = self.after.split_first()?;
            self.after = rest;
            *first
        };
        self.records.get(at).map(|record| (at, record))
    }
}
