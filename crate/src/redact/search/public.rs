//! What leaves although it is no word: hosts, moments, numbers, names of requests. A long session has tens of
//! thousands of them, and the proof asks for them at every find.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;

/// A byte that no text holds.
const BETWEEN: u8 = 0;
/// Bytes of a beginning. Nearly no byte of a text begins one of these, so that few are looked at more closely.
const BEGINNING: usize = 3;

/// Texts that leave, in lower case.
pub(super) struct Public {
    all: HashSet<Box<[u8]>>,
    beginnings: HashSet<[u8; BEGINNING]>,
    /// How long they are, the longest first.
    lengths: Vec<usize>,
    /// All of them, one behind the other.
    joined: Vec<u8>,
}

impl Public {
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let all: HashSet<Box<[u8]>> = texts.filter(|text| !text.is_empty()).map(|text| text.as_bytes().into()).collect();
        let mut lengths: Vec<usize> = all.iter().map(|text| text.len()).collect();
        lengths.sort_unstable_by(|one, other| other.cmp(one));
        lengths.dedup();
        let joined = all.iter().flat_map(|text| text.iter().copied().chain([BETWEEN])).collect();
        let beginnings = all.iter().filter_map(|text| text.first_chunk()).copied().collect();
        Self { all, beginnings, lengths, joined }
    }

    /// Where such texts stand in another in lower case, none over a longer one.
    pub fn within(&self, lower: &[u8]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let begins = |at: &usize| lower.get(*at..).and_then(<[u8]>::first_chunk).is_some_and(|begins| self.beginnings.contains(begins));
        let begun: Vec<usize> = (0..lower.len()).filter(begins).collect();
        let all: Vec<usize> = (0..lower.len()).collect();
        for length in self.lengths.iter().copied().filter(|length| *length <= lower.len()) {
            for at in if length < BEGINNING { &all } else { &begun } {
                let range = *at..*at + length;
                let Some(text) = lower.get(range.clone()) else { continue };
                let is_free = || found.iter().all(|other| other.end <= range.start || range.end <= other.start);
                if self.all.contains(text) && is_free() {
                    found.push(range);
                }
            }
        }
        found
    }

    /// Whether a text in lower case is part of one of them.
    pub fn holds(&self, lower: &[u8]) -> bool {
        memmem::find(&self.joined, lower).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_longest_first_and_none_twice() {
        let public = Public::of(["app.test", "test", "api.app.test", "2026-11-20"].into_iter());
        assert_eq!(public.within(b"https://api.app.test/test"), [8..20, 21..25]);
        assert!(public.holds(b"pi.app.te") && !public.holds(b"testapp"));
    }
}
