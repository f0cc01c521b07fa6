//! Positions of exchanges by what they have in common.

use std::collections::HashMap;

use super::Record;
use crate::facts::Fingerprint;
use crate::time::Time;

/// Lists of positions, each in order of time. Whatever arrives late is put in its place, so that
/// what the lists say does not depend on the order of arrival.
#[derive(Default)]
pub struct Index {
    lists: HashMap<Fingerprint, Vec<usize>>,
}

impl Index {
    /// Adds the position of a stored record, once.
    pub fn insert(&mut self, key: Fingerprint, at: usize, records: &[Record]) {
        insert_by_time(self.lists.entry(key).or_default(), at, records);
    }

    /// The positions of that key.
    pub fn get(&self, key: Fingerprint) -> &[usize] {
        self.lists.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Puts a position where it belongs in a list in order of time, once.
pub fn insert_by_time(list: &mut Vec<usize>, at: usize, records: &[Record]) {
    let time = began(records, at);
    let later = list.iter().rev().take_while(|other| began(records, **other) > time).count();
    let place = list.len() - later;
    if place == 0 || list.get(place - 1) != Some(&at) {
        list.insert(place, at);
    }
}

/// How many positions of a list in order of time began before that moment.
pub fn count_before(list: &[usize], moment: Time, records: &[Record]) -> usize {
    list.partition_point(|at| began(records, *at) < moment)
}

fn began(records: &[Record], at: usize) -> Time {
    records.get(at).map_or(Time(0), |record| record.exchange.started)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Profile, Session};

    #[test]
    fn a_late_exchange_stands_where_it_belongs_and_once() {
        let mut session = Session::new(Profile::chrome());
        for exchange in
            crate::capture::notation::parse("> GET https://a.test/1\n\n> GET https://a.test/2\n\n> GET https://a.test/3\n").unwrap()
        {
            session.push(exchange);
        }
        let (mut index, key) = (Index::default(), Fingerprint::of("key"));
        for at in [2, 0, 0, 1, 1] {
            index.insert(key, at, session.records());
        }
        assert_eq!(index.get(key), [0, 1, 2]);
        let second = session.records()[1].exchange.started;
        assert_eq!(count_before(index.get(key), second, session.records()), 1);
    }
}
