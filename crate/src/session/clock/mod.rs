//! How far each server's clock is from the browser's, how well that is known, and whose clock is off.

mod handed_over;
mod whose;

use std::collections::HashMap;

use super::lists::{Lists, key};
use super::{Record, Session};
use crate::facts::Fingerprint;
use crate::facts::clocks::{Witness, WitnessKind};
use crate::time::Time;

pub use whose::{Doubt, Whose};

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
    /// What one answer's `Date` shows.
    #[must_use]
    pub const fn of(date: Time, started: Time, ended: Time) -> Self {
        Self::by(Witness { kind: WitnessKind::Date, time: date }, started, ended)
    }

    /// What one statement shows: it was made at some moment between the request's beginning and the
    /// response's end.
    #[must_use]
    pub const fn by(witness: Witness, started: Time, ended: Time) -> Self {
        Self { least: witness.time.since(ended), most: witness.time.plus(witness.kind.slack()).since(started) }
    }

    /// What both leave possible; `None` where they contradict each other.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let both = Self { least: self.least.max(other.least), most: self.most.min(other.most) };
        (both.least <= both.most).then_some(both)
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

/// The statements of every origin, in order of time.
#[derive(Default)]
pub struct Clocks {
    by_origin: HashMap<Box<str>, Vec<Entry>>,
}

/// One statement, and what is known with it.
#[derive(Clone, Copy)]
struct Entry {
    at: usize,
    /// Which of its exchange: 0 is `Date`, the others follow as the facts have them.
    nth: u8,
    /// How often the clock had been found changed by then.
    period: u32,
    known: Offset,
}

impl Clocks {
    pub(super) fn take(&mut self, lists: &mut Lists, records: &[Record], at: usize) {
        let Some(record) = records.get(at) else { return };
        let count = record.facts.clocks.len();
        // Where no moment is known by the browser's clock, nothing can be compared with it.
        if record.facts.date.is_none() && count == 0 || record.exchange.unseen.moment {
            return;
        }
        let entries = self.by_origin.entry(record.origin.clone()).or_default();
        let last = entries.last().map(|entry| (entry.period, entry.known));
        let place = |at: usize| records.get(at).map(Record::place);
        let later = entries.iter().rev().take_while(|entry| place(entry.at) > Some(record.place())).count();
        let mut position = entries.len() - later;
        let first = usize::from(record.facts.date.is_none());
        for nth in (first..=count).filter_map(|nth| u8::try_from(nth).ok()) {
            entries.insert(position, Entry { at, nth, period: 0, known: Offset::default() });
            position += 1;
        }
        let from = position - (count + 1 - first).min(position);
        learn(entries, from, position, records);
        lists.change(statements_of(&record.origin));
        // Most statements come last and narrow nothing.
        if position < entries.len() || entries.last().map(|entry| (entry.period, entry.known)) != last {
            lists.change(offset_of(&record.origin));
            lists.change(OFFSETS);
        }
    }
}

/// What is known of any clock.
const OFFSETS: Fingerprint = Fingerprint::of_name("clocks");

/// What is known of an origin's clock.
fn offset_of(origin: &str) -> Fingerprint {
    key("clock", Fingerprint::of(origin))
}

/// What an origin stated of its clock.
fn statements_of(origin: &str) -> Fingerprint {
    key("statements", Fingerprint::of(origin))
}

/// Works out what is known from one entry on, up to the first old entry with which nothing changes.
fn learn(entries: &mut [Entry], from: usize, old_from: usize, records: &[Record]) {
    let mut before = from.checked_sub(1).and_then(|last| entries.get(last)).map(|entry| (entry.period, entry.known));
    for (nth, entry) in entries.iter_mut().enumerate().skip(from) {
        let Some((witness, offset)) = stated(*entry, records) else { continue };
        let (period, known) = match before {
            None => (0, offset),
            Some((period, known)) => match known.and(offset) {
                Some(narrowed) => (period, narrowed),
                // A clock that was set, or another server behind the same name: from here on the newer counts.
                None if witness.kind.is_strong() => (period + 1, offset),
                None => (period, known),
            },
        };
        if nth >= old_from && (entry.period, entry.known) == (period, known) {
            return;
        }
        (entry.period, entry.known) = (period, known);
        before = Some((period, known));
    }
}

fn stated(entry: Entry, records: &[Record]) -> Option<(Witness, Offset)> {
    let Record { facts, exchange, .. } = records.get(entry.at)?;
    let witness = match usize::from(entry.nth).checked_sub(1) {
        None => Witness { kind: WitnessKind::Date, time: facts.date? },
        Some(nth) => *facts.clocks.get(nth)?,
    };
    Some((witness, Offset::by(witness, exchange.started, exchange.ended())))
}

/// What is known of one origin's clock; `session.clock(origin)`.
#[derive(Clone, Copy)]
pub struct Clock<'s> {
    session: &'s Session,
    origin: &'s str,
    entries: &'s [Entry],
}

/// One statement of a server's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// Position of the exchange in which it stands.
    pub at: usize,
    /// What states it, and which time.
    pub witness: Witness,
    /// The server's clock less the browser's, by this statement alone.
    pub offset: Offset,
}

/// A statement that does not go together with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The statement.
    pub testimony: Testimony,
    /// What was known before.
    pub known: Offset,
}

impl Session {
    /// How far the clock of an origin is from the browser's; `None` where no answer stated a time.
    #[must_use]
    pub fn clock(&self, origin: &str) -> Option<Clock<'_>> {
        self.lists.note_value(offset_of(origin));
        let (origin, entries) = self.clocks.by_origin.get_key_value(origin)?;
        Some(Clock { session: self, origin, entries })
    }
}

impl<'s> Clock<'s> {
    /// What all statements together say; where some contradict each other, the latest in time.
    #[must_use]
    pub fn offset(self) -> Offset {
        self.entries.last().map(|entry| entry.known).unwrap_or_default()
    }

    /// The same for one moment: by the statements before and after, up to where the clock changed.
    #[must_use]
    pub fn offset_at(self, moment: Time) -> Offset {
        let records = &self.session.records;
        let started = |entry: &Entry| records.get(entry.at).map_or(Time(0), |record| record.exchange.started);
        let before = self.entries.partition_point(|entry| started(entry) <= moment);
        let period = self.entries.get(before.saturating_sub(1)).map_or(0, |entry| entry.period);
        let end = self.entries.partition_point(|entry| entry.period <= period);
        end.checked_sub(1).and_then(|last| self.entries.get(last)).map(|entry| entry.known).unwrap_or_default()
    }

    /// Every statement, in order of time.
    pub fn testimonies(self) -> impl Iterator<Item = Testimony> + use<'s> {
        self.session.lists.note_value(statements_of(self.origin));
        self.entries.iter().filter_map(move |entry| {
            let (witness, offset) = stated(*entry, &self.session.records)?;
            Some(Testimony { at: entry.at, witness, offset })
        })
    }

    /// The statements that do not go together with those before them.
    pub fn contradictions(self) -> impl Iterator<Item = Contradiction> + use<'s> {
        let known = self.entries.iter().map(|entry| entry.known);
        let contradicts =
            |(testimony, known): (Testimony, Offset)| known.and(testimony.offset).is_none().then_some(Contradiction { testimony, known });
        self.testimonies().skip(1).zip(known).filter_map(contradicts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Profile;

    use crate::session::testing::session;

    fn answer(date: &str) -> String {
        format!("> GET https://a.test/\n< 200 OK\n< Date: {{date {date}}}\n\n")
    }

    #[test]
    fn narrows_with_every_answer() {
        let first = Offset::of(Time(10_000), Time(10_200), Time(10_300));
        assert_eq!((first.least, first.most), (-300, 799));
        let both = first.and(Offset::of(Time(11_000), Time(10_990), Time(11_010))).unwrap();
        assert_eq!((both.least, both.most, both.at_least()), (-10, 799, 0));
    }

    #[test]
    fn a_clock_that_was_set_counts_from_the_newer_answer() {
        let text = [answer("+0s"), answer("+10m"), answer("+10m")].concat();
        let session = session(&text);
        let clock = session.clock("https://a.test").unwrap();
        assert_eq!(clock.offset().at_least(), 599_950);
        let contradictions: Vec<_> = clock.contradictions().map(|contradiction| contradiction.testimony.at).collect();
        assert_eq!(contradictions, [1]);
        let moment = |at: usize| session.record(at).unwrap().exchange.started;
        assert_eq!(clock.offset_at(moment(0)).at_least(), 0);
        assert_eq!(clock.offset_at(moment(1)).at_least(), 599_950);
    }

    #[test]
    fn tells_the_same_whatever_the_order_of_arrival() {
        let text = [answer("+0s"), answer("+10m"), answer("+10m"), answer("-1h"), answer("-1h")].concat();
        let exchanges = crate::capture::notation::parse(&text).unwrap();
        let told = |order: &mut dyn Iterator<Item = usize>| {
            let mut session = Session::new(Profile::chrome());
            for at in order {
                session.push(exchanges[at].clone());
            }
            let clock = session.clock("https://a.test").unwrap();
            (clock.offset(), clock.contradictions().map(|contradiction| contradiction.known).collect::<Vec<_>>())
        };
        let in_order = told(&mut (0..5));
        assert_eq!(in_order.0.at_least(), -3_599_001);
        for rotation in 1..5 {
            assert_eq!(told(&mut (0..5).map(|at| (at + rotation) % 5)), in_order, "rotated by {rotation}");
        }
        assert_eq!(told(&mut (0..5).rev()), in_order);
    }

    #[test]
    fn other_fields_than_date_are_witnesses() {
        // RFC 7235 lets no Date be sent; Hawk's own answer has a clock, and a new token another.
        let hawk = "> GET https://a.test/\n< 401 Unauthorized\n< WWW-Authenticate: Hawk ts=\"{epoch +1h}\", tsm=\"x\", error=\"Stale timestamp\"\n";
        assert!(session(hawk).clock("https://a.test").unwrap().offset().at_least() > 3_590_000);
        let grant = "> POST https://a.test/token\n>\n> grant_type=refresh_token&refresh_token=r\n< 200 OK\n<\n< {\"access_token\":\"{jwt iat=7200 exp=9000}\",\"token_type\":\"Bearer\"}\n";
        let granted = session(grant);
        let offset = granted.clock("https://a.test").unwrap().offset();
        assert_eq!((offset.least, offset.most), (7_200_000 - 50, 7_200_000 + 300_999));
        // A token that an answer merely contains may be an old one.
        let kept = "> GET https://a.test/me\n< 200 OK\n<\n< {\"access_token\":\"{jwt iat=-7200}\"}\n";
        assert!(session(kept).clock("https://a.test").is_none());
    }

    #[test]
    fn a_token_that_contradicts_the_date_does_not_outweigh_it() {
        let text = "> POST https://a.test/token\n>\n> grant_type=refresh_token&refresh_token=r\n< 200 OK\n< Date: {date}\n<\n< {\"access_token\":\"{jwt iat=7200}\"}\n";
        let session = session(text);
        let clock = session.clock("https://a.test").unwrap();
        assert_eq!(clock.offset().at_least(), 0);
        assert_eq!(
            clock.contradictions().map(|contradiction| contradiction.testimony.witness.kind).collect::<Vec<_>>(),
            [WitnessKind::TokenIssued]
        );
    }
}
