//! Sessions that programs bear in a field, and that answers hand out anew in the field of the same name.

use super::{Record, Session};
use crate::facts::Fingerprint;
use crate::limits;

/// A session that an answer replaced by another one.
pub struct Renewed {
    /// Position of the exchange whose answer brought the new one.
    pub at: usize,
    /// The field in which both stand, in lower case.
    pub name: Box<str>,
}

/// Milliseconds for which servers take a former session beside the new one, for requests that go together.
const GRACE: i64 = 30_000;

impl Session {
    /// Where an answer to the session that this request bears in a field handed out another one in the field of that name, which
    /// counts alone since.
    #[must_use]
    pub fn replaced_in_field(&self, at: usize) -> Option<Renewed> {
        let record = self.record(at)?;
        let others = || self.of_origin(&record.origin).around(at).at_most(limits::LOOK_BACK, limits::LOOK_AHEAD);
        let own = record.facts.own_fields.iter().map(|(name, _)| &**name);
        let bearer = record.facts.credentials.as_ref().filter(|sent| sent.is("bearer")).map(|_| "authorization");
        own.chain(bearer).find_map(|name| {
            let former = token(record.exchange.sent(name)?)?;
            let bears =
                |other: &Record, wanted: Fingerprint| other.exchange.sent(name).and_then(token).is_some_and(|sent| sent.is_surely(wanted));
            let handed_out = |other: &Record| other.exchange.received(name).and_then(token).filter(|new| !new.may_be(former));
            let replaces = |other: &Record| {
                other.was_accepted()
                    && bears(other, former)
                    && other.exchange.started <= record.exchange.ended()
                    && handed_out(other).is_some()
            };
            let (replaced, other) = others().find(|(_, other)| replaces(other))?;
            let newer = handed_out(other)?;
            // A server that takes the former ones as well refuses this one for something else.
            let is_taken = |later: &Record| {
                let is_since = later.exchange.started > other.exchange.ended().plus(GRACE) || later.place() > record.place();
                later.was_accepted() && is_since && later.exchange.started > other.exchange.ended() && bears(later, former)
            };
            let is_over = |later: &Record| later.exchange.status() == 401 && bears(later, newer);
            let is_excluded = others().any(|(_, later)| is_taken(later) || is_over(later));
            (!is_excluded).then(|| Renewed { at: replaced, name: name.into() })
        })
    }
}

/// What tells equal sessions in a field, without the scheme before them; `None` where nothing stands there.
fn token(value: &str) -> Option<Fingerprint> {
    value.split_whitespace().next_back().map(Fingerprint::unless_hidden)
}
