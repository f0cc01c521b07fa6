//! What the exchanges before a request tell of a cookie in it.

use super::super::cookie_store::{Outcome, StoredCookie};
use super::super::{Record, lists};
use super::confront::Likely;
use crate::exchange::{Kind, ServedBy};
use crate::facts::Fingerprint;
use crate::limits;
use crate::syntax::cookie;

/// A request and the earlier ones of its origin.
pub(super) struct Past<'a> {
    pub records: &'a [Record],
    /// Positions of this origin's records in order of time.
    pub of_origin: &'a [usize],
    /// Position of the request's own record.
    pub at: usize,
    pub record: &'a Record,
    /// The exchange whose cookies are supposed to be there, whatever the request bears.
    pub spared: Option<usize>,
}

impl<'a> Past<'a> {
    /// Whether nothing is concluded about this cookie.
    pub fn spares(&self, cookie: &StoredCookie) -> bool {
        self.spared == Some(cookie.set_by as usize)
    }

    /// The value of the nth cookie that was sent.
    pub fn sent_value(&self, number: usize) -> &'a str {
        let fields = self.record.exchange.request.fields.all("cookie");
        fields.flat_map(|field| cookie::parse(field).value).nth(number).map_or("", |pair| pair.value)
    }

    /// The last records of the origin that began before this one, backwards.
    fn before(&self) -> impl Iterator<Item = (usize, &'a Record)> + use<'a> {
        let (records, of_origin) = (self.records, self.of_origin);
        let count = lists::count_before(of_origin, self.record.exchange.started, records);
        let before = of_origin.get(..count).unwrap_or_default();
        before.iter().rev().take(limits::EARLIER_REQUESTS).filter_map(|at| Some((*at, records.get(*at)?)))
    }

    /// Whether a response that sets or deletes a cookie of that name (and value) was on its way when
    /// the request left: browsers heed its fields before it has come to its end.
    pub fn is_under_way(&self, name: &str, value: Option<Fingerprint>) -> bool {
        let left = self.record.exchange.started;
        self.before()
            .filter(|(_, other)| other.exchange.ended() >= left)
            .any(|(_, other)| other.facts.set_cookies.iter().any(|(set, to)| **set == *name && value.is_none_or(|value| value == *to)))
    }

    /// Where a cookie comes from that no response set.
    pub fn origin_of(&self, name: &str, value: Fingerprint) -> (Likely, Option<usize>) {
        for (at, other) in self.before() {
            let sets = &other.facts.set_cookies;
            let refused = |(number, (set, to)): (usize, &(Box<str>, Fingerprint))| {
                **set == *name && *to == value && other.receptions.get(number).is_some_and(|one| one.outcome == Outcome::Rejected)
            };
            if sets.iter().enumerate().any(refused) {
                return (Likely::AgainstTheRules, Some(at));
            }
            if other.exchange.unseen.set_cookies {
                return (Likely::HiddenResponse, Some(at));
            }
            if other.shows_its_cookies() && first_segment(other) == first_segment(self.record) {
                return (Likely::ByHand, Some(at));
            }
        }
        (Likely::BeforeCapture, None)
    }

    /// What happened to a cookie since the exchange that set it.
    pub fn since(&self, setter: usize) -> (Likely, Option<usize>) {
        let set = self.records.get(setter).map(|setter| setter.exchange.started);
        let since_then = self.before().take_while(|(_, other)| Some(other.exchange.started) > set);
        let hidden = { since_then }.find(|(_, other)| other.exchange.unseen.set_cookies);
        hidden.map_or((Likely::ByHand, Some(setter)), |(at, _)| (Likely::HiddenResponse, Some(at)))
    }

    /// By how many milliseconds the expiry of a cookie may differ from what the browser reckoned: it
    /// reads the clock when the fields come in, and some read `Expires` by the server's.
    pub fn uncertainty(&self, setter: usize) -> i64 {
        self.records.get(setter).map_or(0, |setter| {
            let ended = setter.exchange.ended();
            i64::from(setter.exchange.duration) + setter.facts.date.map_or(0, |date| ended.since(date).abs()) + 1000
        })
    }
}

impl Record {
    /// Whether the capture shows which cookies the request bore, and it was one that bears them.
    fn shows_its_cookies(&self) -> bool {
        let exchange = &self.exchange;
        let is_anonymous = self.facts.cookies.is_empty() && (exchange.kind == Kind::Preflight || exchange.kind.is_asset());
        !exchange.unseen.cookies && exchange.served_by == ServedBy::Network && exchange.response.is_some() && !is_anonymous
    }
}

/// As far as cookies with a narrower path mostly go: an application's own folder.
fn first_segment(record: &Record) -> Option<&str> {
    let mut segments = record.exchange.url.path_segments()?;
    let first = segments.next();
    segments.next().and(first)
}
