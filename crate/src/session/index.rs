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
        let list = self.lists.entry(key).or_default();
        if list.last() != Some(&at) {
            insert_by_time(list, at, records);
        }
    }

    /// The positions of that key.
    pub fn get(&self, key: Fingerprint) -> &[usize] {
        self.lists.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Puts a position where it belongs in a list in order of time.
pub fn insert_by_time(list: &mut Vec<usize>, at: usize, records: &[Record]) {
    let time = began(records, at);
    let later = list.iter().rev().take_while(|other| began(records, **other) > time).count();
    list.insert(list.len() - later, at);
}

/// How many positions of a list in order of time began before that moment.
pub fn count_before(list: &[usize], moment: Time, records: &[Record]) -> usize {
    list.partition_point(|at| began(records, *at) < moment)
}

fn began(records: &[Record], at: usize) -> Time {
    records.get(at).map_or(Time(0), |record| record.exchange.started)
}
