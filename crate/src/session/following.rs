//! Who has to be told when the session changes: which parts of what was worked out hang on which parts of
//! its lists.

use super::lists::Read;
use crate::facts::{ByFingerprint, Fingerprint};
use crate::time::Time;

/// A part of what is known of one exchange.
pub type Part = u16;

/// That a part hangs on what was read.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// What was read.
    pub read: Read,
    /// What was found by it.
    pub part: Part,
}

/// The ties of one exchange.
#[derive(Debug, Default)]
pub struct Ties {
    ties: Vec<Tie>,
    /// From when until when anything was read, for parts whose ties are not kept one by one any more.
    range: Option<(Time, Time)>,
}

impl Ties {
    /// The parts that hang on this moment of a list.
    fn parts(&self, key: Fingerprint, moment: Time) -> impl Iterator<Item = Part> {
        let hangs = move |tie: &&Tie| tie.read.key == key && tie.read.from <= moment && moment <= tie.read.to;
        self.ties.iter().filter(hangs).map(|tie| tie.part)
    }

    /// Whether anything that happened at that moment was read for a part whose ties are not kept one by one.
    pub fn ranges_over(&self, moment: Time) -> bool {
        self.range.is_some_and(|(from, to)| from <= moment && moment <= to)
    }

    /// Until when that was read.
    pub fn ranged_to(&self) -> Option<Time> {
        self.range.map(|(_, to)| to)
    }

    /// Forgets on what some parts hung.
    pub fn untie(&mut self, is_meant: impl Fn(Part) -> bool) {
        self.ties.retain(|tie| !is_meant(tie.part));
    }

    /// Whether what is yet to come can touch one of these parts.
    pub fn is_open(&self, parts: impl Fn(Part) -> bool) -> bool {
        self.ties.iter().any(|tie| tie.read.to == Time::MAX && parts(tie.part))
    }
}

/// Those whose ties go to one list, by their positions.
#[derive(Debug, Default)]
struct Followers {
    /// Those that read on to the end of the list.
    open: Vec<u32>,
    /// Those that stopped before it.
    closed: Vec<u32>,
    /// The latest moment that one of these read.
    closed_to: Option<Time>,
}

/// Everybody who follows a list.
#[derive(Debug, Default)]
pub struct Following {
    by_list: ByFingerprint<Followers>,
}

impl Following {
    /// Ties a part of what is known of the exchange at `at` to what was read for it.
    pub fn tie(&mut self, at: usize, ties: &mut Ties, part: Part, reads: &[Read]) {
        let Ok(at) = u32::try_from(at) else { return };
        for read in reads {
            ties.ties.push(Tie { read: *read, part });
            let followers = self.by_list.entry(read.key).or_default();
            let list = if read.to == Time::MAX {
                &mut followers.open
            } else {
                followers.closed_to = followers.closed_to.max(Some(read.to));
                &mut followers.closed
            };
            if let Err(place) = list.binary_search(&at) {
                list.insert(place, at);
            }
        }
    }

    /// What hangs on that moment of a list: exchanges and parts. Whoever is no longer tied is let go.
    pub fn touched<'a>(&mut self, key: Fingerprint, moment: Time, ties_of: impl Fn(usize) -> Option<&'a Ties>) -> Vec<(usize, Part)> {
        let Some(followers) = self.by_list.get_mut(&key) else { return Vec::new() };
        let mut touched = Vec::new();
        let look = |touched: &mut Vec<(usize, Part)>, list: &mut Vec<u32>, is_open: bool| {
            list.retain(|at| {
                let Some(ties) = ties_of(*at as usize) else { return false };
                touched.extend(ties.parts(key, moment).map(|part| (*at as usize, part)));
                ties.ties.iter().any(|tie| tie.read.key == key && (tie.read.to == Time::MAX) == is_open)
            });
        };
        look(&mut touched, &mut followers.open, true);
        if followers.closed_to.is_some_and(|to| moment <= to) {
            look(&mut touched, &mut followers.closed, false);
        }
        touched
    }

    /// Keeps of the ties that nothing to come can touch only from when until when they reach.
    pub fn condense(&mut self, at: usize, ties: &mut Ties) {
        let Ok(at) = u32::try_from(at) else { return };
        let Ties { ties, range } = ties;
        ties.retain(|tie| {
            let Read { key, from, to } = tie.read;
            if to == Time::MAX {
                return true;
            }
            *range = Some(range.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
            if let Some(followers) = self.by_list.get_mut(&key) {
                if let Ok(place) = followers.closed.binary_search(&at) {
                    followers.closed.remove(place);
                }
                if followers.closed.is_empty() && followers.open.is_empty() {
                    self.by_list.remove(&key);
                }
            }
            false
        });
        ties.shrink_to_fit();
    }
}
