//! Addresses that one server makes for another, with the moment of their making: how far the two clocks are apart then.

use super::Offset;
use crate::facts::randomness::is_secret;
use crate::session::{Record, Session};
use crate::time::Time;

/// Milliseconds by which a server's `Date` may be past the moment that it wrote into an address of the same answer.
const MAKING: i64 = 5_000;

/// Milliseconds by which two clocks may differ before it keeps an address from being taken: those who date addresses forgive
/// no less.
const APART: i64 = 60_000;

/// An address that was handed over between servers whose clocks disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Position of the answer that made it.
    pub from: usize,
    /// Position of the request for it.
    pub to: usize,
    /// How far the clock of the server that gets it is ahead of that of the one that made it, at least; in milliseconds.
    pub ahead: i64,
}

impl Session {
    /// The address with a moment that was handed from one server to another on the way on which this exchange lies, and that
    /// the other, whose clock disagrees, did not take. The moment is that of the address's making where it agrees with the maker's own `Date`.
    #[must_use]
    pub fn handed_over(&self, at: usize) -> Option<HandedOver> {
        let chain = self.redirect_chain(at);
        let ahead = |from: usize, to: usize| {
            let (maker, getter) = (self.record(from)?, self.record(to)?);
            let made = maker.facts.date.filter(|_| maker.origin != getter.origin && !getter.was_accepted())?;
            // What vouches for the moment stands beside it; trackers send moments as well.
            let is_vouched_for = getter.exchange.url.query_pairs().any(|(_, value)| moment(&value).is_none() && is_secret(&value));
            let mut moments = getter.exchange.url.query_pairs().filter_map(|(_, value)| moment(&value)).filter(|_| is_vouched_for);
            moments
                .any(|moment| (-1_000..=MAKING).contains(&made.since(moment)))
                .then(|| distance(maker, getter))
                .flatten()
                .filter(|ahead| ahead.abs() >= APART)
        };
        chain.windows(2).find_map(|hops| match hops {
            [from, to] => ahead(*from, *to).map(|ahead| HandedOver { from: *from, to: *to, ahead }),
            _ => None,
        })
    }
}

/// How far one clock is ahead of the other, at least, by what each says of itself.
fn distance(maker: &Record, getter: &Record) -> Option<i64> {
    let offset = |record: &Record| {
        let exchange = &record.exchange;
        let date = record.facts.date.filter(|_| !exchange.unseen.moment)?;
        Some(Offset::of(date, exchange.started, exchange.ended()))
    };
    let (made, got) = (offset(maker)?, offset(getter)?);
    Some(Offset { least: got.least - made.most, most: got.most - made.least }.at_least())
}

/// The moment that a parameter states: seconds or milliseconds since 1970, or a date (RFC 3339).
fn moment(value: &str) -> Option<Time> {
    // A plus sign stands for a blank in a query.
    let date = || Time::from_rfc3339(&value.replace(' ', "+"));
    let digits = value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten();
    match (value.len(), digits) {
        (10, Some(seconds)) => Some(Time::from_seconds(seconds)),
        (13, Some(milliseconds)) => Some(Time(milliseconds)),
        (20.., None) => date(),
        _ => None,
    }
}
