//! Positions of exchanges by what they have in common, each list in order of time, and an account of
//! what a question has read of them.
//!
//! Whatever is kept of an answer can be kept until an exchange arrives in a part of a list that was
//! read for it. So everything that asks about other exchanges asks a list, by a [`Walk`], and a walk
//! notes by itself how far it went: new questions take part without knowing of it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::walk::Walk;
use super::{Place, Record};
use crate::facts::{ByFingerprint, Fingerprint};
use crate::time::Time;

/// What was read: everything in a list between two moments, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The list.
    pub key: Fingerprint,
    /// From when on.
    pub from: Time,
    /// Until when; [`Time::MAX`] where an exchange that is yet to come would have been read.
    pub to: Time,
}

/// What is done with the lists that an exchange belongs to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Task {
    /// It is put into them.
    #[default]
    Insert,
    /// It is taken out of them.
    Strike,
    /// They are named as changed.
    Name,
}

/// Lists of positions, each in the order of [`order_of`].
#[derive(Default)]
pub struct Lists {
    lists: ByFingerprint<Vec<usize>>,
    changed: Vec<(Fingerprint, Time)>,
    /// What comes last in time of all that stands in any list.
    latest: (Place, usize),
    task: Task,
    noted: Mutex<Vec<Read>>,
    /// Whether anybody wants that: most questions are asked once, by two cores.
    notes: AtomicBool,
}

/// The list of those exchanges that share a value in one respect.
pub fn key(respect: &str, value: Fingerprint) -> Fingerprint {
    value.and(respect.as_bytes())
}

impl Lists {
    /// Begins to take in an exchange.
    pub fn begin(&mut self) {
        self.changed.clear();
    }

    /// Does something else with the lists into which `list_up` would put an exchange.
    pub fn instead(&mut self, task: Task, list_up: impl FnOnce(&mut Self)) {
        self.task = task;
        list_up(self);
        self.task = Task::Insert;
    }

    /// Adds the position of a stored record to a list, once.
    pub fn insert(&mut self, key: Fingerprint, at: usize, records: &[Record]) {
        let own = order_of(records, at);
        let list = self.lists.entry(key).or_default();
        // What is the latest of all is so in each list; no other exchange need be looked at for that.
        let place = match own >= self.latest {
            true => list.len() - usize::from(list.last() == Some(&at)),
            false => place_of(list, at, records),
        };
        self.latest = self.latest.max(own);
        match (self.task, list.get(place) == Some(&at)) {
            (Task::Insert, false) => list.insert(place, at),
            (Task::Strike, true) => drop(list.remove(place)),
            (Task::Name, true) => {}
            _ => return,
        }
        self.changed.push((key, began(records, at)));
    }

    /// The same for a list of which only the earliest is ever asked for. Once in such a list, an exchange stays:
    /// what is learned of it later makes it no other.
    pub fn insert_first(&mut self, key: Fingerprint, at: usize, records: &[Record]) {
        let list = self.lists.entry(key).or_default();
        if self.task != Task::Insert {
            self.changed.extend((list.first() == Some(&at)).then(|| (key, began(records, at))));
        } else if place_of(list, at, records) == 0 && list.first() != Some(&at) {
            list.clear();
            list.push(at);
            self.changed.push((key, began(records, at)));
        }
    }

    /// Says that what the exchange brought changes a value that is kept under this key.
    pub fn change(&mut self, key: Fingerprint) {
        self.changed.push((key, Time::MIN));
    }

    /// The lists that were changed since the latest exchange came, and the moments in them.
    pub fn changed(&self) -> &[(Fingerprint, Time)] {
        &self.changed
    }

    /// Walks along a list.
    pub fn walk<'s>(&'s self, key: Fingerprint, records: &'s [Record]) -> Walk<'s> {
        Walk::along(self, records, key, self.positions(key))
    }

    /// A whole list, for what is done while an exchange is taken in: nothing is noted.
    pub fn positions(&self, key: Fingerprint) -> &[usize] {
        self.lists.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Does something and tells what was read for it.
    pub fn noting<T>(&self, job: impl FnOnce() -> T) -> (T, Vec<Read>) {
        let is_within = self.notes.swap(true, Ordering::Relaxed);
        let outer = self.replace_noted(Vec::new());
        let told = job();
        let read = self.replace_noted(outer);
        self.notes.store(is_within, Ordering::Relaxed);
        self.note_all(&read);
        (told, read)
    }

    fn replace_noted(&self, noted: Vec<Read>) -> Vec<Read> {
        self.noted.lock().map_or_else(|_| Vec::new(), |mut kept| std::mem::replace(&mut *kept, noted))
    }

    /// Notes what was read for an answer that had been kept.
    pub fn note_all(&self, read: &[Read]) {
        read.iter().for_each(|read| self.note(*read));
    }

    /// Notes that a part of a list was read.
    pub fn note(&self, read: Read) {
        if !self.notes.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(mut noted) = self.noted.lock() {
            match noted.iter_mut().find(|other| other.key == read.key) {
                Some(other) => (other.from, other.to) = (other.from.min(read.from), other.to.max(read.to)),
                None => noted.push(read),
            }
        }
    }

    /// Notes that a value was read which is kept under this key: any change of it counts.
    pub fn note_value(&self, key: Fingerprint) {
        self.note(Read { key, from: Time::MIN, to: Time::MAX });
    }
}

/// Where a position belongs in a list, or already is.
pub fn place_of(list: &[usize], at: usize, records: &[Record]) -> usize {
    let own = order_of(records, at);
    let is_before = |other: &usize| order_of(records, *other) < own;
    // Most captures are in order of time, so that positions are too, and only the neighbours need be looked at.
    let likely = list.partition_point(|other| *other < at);
    let neighbours = (likely.checked_sub(1).and_then(|last| list.get(last)), list.get(likely));
    if neighbours.0.is_none_or(is_before) && !neighbours.1.is_some_and(is_before) {
        return likely;
    }
    list.partition_point(is_before)
}

/// By what exchanges are put in order: when they began, then as the capture numbers them, then as they arrived.
pub fn order_of(records: &[Record], at: usize) -> (Place, usize) {
    (records.get(at).map_or((Time(0), 0), Record::place), at)
}

/// How many positions of a list in order of time began before that moment.
pub fn count_before(list: &[usize], moment: Time, records: &[Record]) -> usize {
    list.partition_point(|at| began(records, *at) < moment)
}

/// When an exchange began.
pub fn began(records: &[Record], at: usize) -> Time {
    records.get(at).map_or(Time(0), |record| record.exchange.started)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::session;

    const THREE: &str = "> GET https://a.test/1\n\n> GET https://a.test/2\n\n> GET https://a.test/3\n";

    #[test]
    fn a_late_exchange_stands_where_it_belongs_and_once() {
        let session = session(THREE);
        let (mut lists, key) = (Lists::default(), Fingerprint::of("key"));
        for at in [2, 0, 0, 1, 1] {
            lists.insert(key, at, session.records());
        }
        assert_eq!(lists.positions(key), [0, 1, 2]);
        let second = session.records()[1].exchange.started;
        assert_eq!(count_before(lists.positions(key), second, session.records()), 1);
    }

    #[test]
    fn a_walk_notes_how_far_it_went() {
        let session = session(THREE);
        let (mut lists, key) = (Lists::default(), Fingerprint::of("key"));
        (0..3).for_each(|at| lists.insert(key, at, session.records()));
        let time = |at: usize| session.records()[at].exchange.started;
        let read = |walk: &dyn Fn() -> bool| lists.noting(walk).1.first().map(|read| (read.from, read.to));
        let walk = || lists.walk(key, session.records());
        assert_eq!(read(&|| walk().back_from(2).next().is_some()), Some((time(1), time(2))));
        assert_eq!(read(&|| walk().back_from(2).count() == 2), Some((Time::MIN, time(2))));
        assert_eq!(read(&|| walk().on_from(1).next().is_some()), Some((time(1), time(2))));
        assert_eq!(read(&|| walk().around(1).all(|_| true)), Some((Time::MIN, Time::MAX)));
        assert_eq!(read(&|| lists.walk(Fingerprint::of("none"), session.records()).next().is_none()), Some((Time::MIN, Time::MAX)));
        assert_eq!(read(&|| walk().back_from(2).size_hint().0 == 0), None);
    }
}
