//! Two sources of one browser become one log: `webRequest` sees every hop, `devtools.network` sees content.
//!
//! Neither has a number that the other knows, so they are joined by method, URL and time.

use std::collections::VecDeque;

use crate::exchange::{Exchange, Unseen, Version};
use crate::fields::Fields;
use crate::time::Time;

/// Two descriptions of one request begin at most this far apart, in milliseconds. The clocks of the two sources
/// differ by at most 6 (measured in Chromium 156 and Firefox 153, 2026-11-20).
const APART: i64 = 50;
/// How far apart they may begin where each has waited in vain for one nearer: a busy machine is late in telling.
const APART_WHEN_BUSY: i64 = 1000;
/// How long after its end an exchange waits for the other source, in milliseconds: content is handed out last.
const PATIENCE: i64 = 1000;

/// So many of those that stayed alone are remembered.
const ALONE: usize = 256;

/// Exchanges that may yet be joined.
#[derive(Default)]
pub struct Join {
    /// As `webRequest` told them.
    seen: Vec<Exchange>,
    /// As `devtools.network` told them.
    shown: Vec<Exchange>,
    /// What `webRequest` told alone; content that comes after that is late.
    alone: VecDeque<Exchange>,
}

impl Join {
    /// Takes an exchange of `webRequest`; the joined one, if the other half was here.
    pub fn seen(&mut self, exchange: Exchange) -> Option<Exchange> {
        match nearest(&self.shown, &exchange, APART) {
            Some(at) => Some(joined(self.shown.remove(at), &exchange)),
            None => {
                self.seen.push(exchange);
                None
            }
        }
    }

    /// Takes an exchange of `devtools.network`; the joined one, if the other half was here. What comes when the
    /// other half has been taken in without it is left out.
    pub fn shown(&mut self, exchange: Exchange) -> Option<Exchange> {
        if let Some(at) = nearest(&self.seen, &exchange, APART) {
            return Some(joined(exchange, &self.seen.remove(at)));
        }
        match nearest(self.alone.make_contiguous(), &exchange, APART) {
            Some(at) => drop(self.alone.remove(at)),
            None => self.shown.push(exchange),
        }
        None
    }

    /// Those that have waited long enough at `now`, in the order in which they began.
    pub fn settled(&mut self, now: Time) -> Vec<Exchange> {
        let is_due = |exchange: &Exchange| now.since(exchange.ended()) > PATIENCE;
        let (mut due, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.seen).into_iter().partition(is_due);
        self.seen = waiting;
        let (mut shown, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.shown).into_iter().partition(is_due);
        self.shown = waiting;
        let mut halves = pairs(&due, &shown);
        for exchange in (0..due.len()).rev() {
            let half = halves.iter().find(|(seen, _)| *seen == exchange).map(|(_, shown)| *shown);
            match (half.and_then(|at| shown.get(at)), due.get_mut(exchange)) {
                (Some(half), Some(seen)) => *seen = joined(half.clone(), seen),
                (None, Some(seen)) => self.alone.push_back(seen.clone()),
                (_, None) => {}
            }
        }
        halves.sort_unstable_by_key(|(_, shown)| std::cmp::Reverse(*shown));
        for (_, at) in halves {
            shown.remove(at);
        }
        for exchange in shown {
            match nearest(self.alone.make_contiguous(), &exchange, APART_WHEN_BUSY) {
                Some(at) => drop(self.alone.remove(at)),
                None => due.push(exchange),
            }
        }
        self.alone.drain(..self.alone.len().saturating_sub(ALONE));
        due.sort_by_key(|exchange| exchange.started);
        due
    }
}

/// Which of the one may be the other half of which, the nearest in time first; each once.
fn pairs(seen: &[Exchange], shown: &[Exchange]) -> Vec<(usize, usize)> {
    let all = seen.iter().enumerate().flat_map(|(one, exchange)| {
        let same = shown.iter().enumerate().filter(|(_, other)| is_same(exchange, other, APART_WHEN_BUSY));
        same.map(move |(other, half)| (exchange.started.since(half.started).abs(), one, other))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, one, other) in all {
        if !pairs.iter().any(|(seen, shown)| *seen == one || *shown == other) {
            pairs.push((one, other));
        }
    }
    pairs
}

/// Whether two descriptions may be of one request. A cached answer that was confirmed is 304 in one and 200 in the other,
/// and what a page could not read has no status in one.
fn is_same(one: &Exchange, other: &Exchange, apart: i64) -> bool {
    let statuses = [one.status(), other.status()];
    one.method == other.method
        && one.url == other.url
        && one.started.since(other.started).abs() <= apart
        && (statuses.iter().any(|status| matches!(status, 0 | 304)) || one.status() == other.status())
}

/// The place of the one nearest in time that may be the same.
fn nearest(among: &[Exchange], exchange: &Exchange, apart: i64) -> Option<usize> {
    let candidates = among.iter().enumerate().filter(|(_, other)| is_same(exchange, other, apart));
    candidates.min_by_key(|(_, other)| exchange.started.since(other.started).abs()).map(|(at, _)| at)
}

/// What both show of one exchange.
fn joined(mut shown: Exchange, seen: &Exchange) -> Exchange {
    let lacking: Vec<(&str, &str)> = seen.request.fields.iter().filter(|(name, _)| shown.sent(name).is_none()).collect();
    if !lacking.is_empty() {
        let all: Fields = shown.request.fields.iter().chain(lacking.iter().copied()).collect();
        shown.request.fields = all;
    }
    if shown.request.body.is_none() {
        shown.request.body.clone_from(&seen.request.body);
    }
    match (&mut shown.response, &seen.response) {
        (Some(response), Some(other)) => {
            if shown.unseen.set_cookies || shown.unseen.response_fields {
                response.fields = other.fields.clone();
            }
            if response.redirect_url.is_none() {
                response.redirect_url.clone_from(&other.redirect_url);
            }
        }
        (none @ None, Some(other)) => *none = Some(other.clone()),
        (_, None) => {}
    }
    if shown.version == Version::Unknown {
        shown.version = seen.version;
    }
    if shown.error.is_none() {
        shown.error.clone_from(&seen.error);
    }
    let cookies = |exchange: &Exchange| exchange.response.iter().flat_map(|response| response.fields.all("set-cookie")).count();
    if cookies(&shown) == cookies(seen) {
        shown.told.clone_from(&seen.told);
    }
    let both = |pick: fn(&Unseen) -> bool| pick(&shown.unseen) && pick(&seen.unseen);
    shown.unseen = Unseen {
        cookies: both(|unseen| unseen.cookies),
        set_cookies: both(|unseen| unseen.set_cookies),
        authorization: both(|unseen| unseen.authorization),
        response_fields: both(|unseen| unseen.response_fields),
        response_body: both(|unseen| unseen.response_body),
        response: both(|unseen| unseen.response),
        moment: both(|unseen| unseen.moment),
    };
    shown
}

#[cfg(test)]
mod tests {
    use super::Join;
    use crate::capture::read;
    use crate::exchange::Exchange;
    use crate::time::Time;

    fn exchange(notation: &str) -> Exchange {
        read(notation.as_bytes(), Time::default()).unwrap().0.remove(0)
    }

    const SHOWN: &str = "~ unseen set-cookies authorization\n> POST https://a.test/login\n< 302 Found\n< Location: /home\n";
    const SEEN: &str =
        "~ unseen response-body\n> POST https://a.test/login\n> Cookie: a=1\n< 302 Found\n< Location: /home\n< Set-Cookie: b=2\n";

    #[test]
    fn one_request_is_one_exchange_whichever_source_comes_first() {
        for first in [0, 1] {
            let mut join = Join::default();
            let halves = [join.shown(exchange(if first == 0 { SHOWN } else { "> GET https://other.test/\n" })), join.seen(exchange(SEEN))];
            let whole = if first == 0 { halves.into_iter().flatten().next() } else { join.shown(exchange(SHOWN)) }.unwrap();
            assert_eq!((whole.sent("cookie"), whole.received("set-cookie")), (Some("a=1"), Some("b=2")));
            assert!(!whole.unseen.set_cookies && !whole.unseen.response_body && !whole.unseen.authorization);
        }
    }

    #[test]
    fn another_request_to_the_same_url_stays_another() {
        let mut join = Join::default();
        let mut later = exchange(SEEN);
        later.started = later.started.plus(80);
        let end = later.ended().plus(1500);
        assert!(join.shown(exchange(SHOWN)).is_none() && join.seen(later.clone()).is_none());
        let refused = exchange(&SEEN.replace("302 Found", "401 Unauthorized"));
        assert!(join.seen(refused).is_none());
        let first = join.seen(exchange(SEEN)).expect("the half that is nearer");
        assert_eq!((first.started, first.unseen.response_body), (exchange(SHOWN).started, false));
        let rest: Vec<_> = join.settled(end).iter().map(|exchange| (exchange.status(), exchange.started)).collect();
        assert_eq!(rest, [(401, first.started), (302, later.started)]);
    }

    #[test]
    fn on_a_busy_machine_the_halves_of_one_request_begin_apart_and_still_are_one() {
        let mut join = Join::default();
        let mut late = exchange(SHOWN);
        late.started = late.started.plus(220);
        let ended = late.ended();
        assert!(join.seen(exchange(SEEN)).is_none() && join.shown(late).is_none());
        let all = join.settled(ended.plus(1500));
        assert_eq!(all.iter().map(|exchange| exchange.received("set-cookie")).collect::<Vec<_>>(), [Some("b=2")]);
        assert!(!all[0].unseen.response_body && join.settled(ended.plus(9000)).is_empty());
    }

    #[test]
    fn of_several_the_halves_that_are_nearest_are_one() {
        let mut join = Join::default();
        let at = |exchange: Exchange, offset: i64| Exchange { started: exchange.started.plus(offset), ..exchange };
        assert!(join.seen(at(exchange(SEEN), 0)).is_none() && join.seen(at(exchange(SEEN), 700)).is_none());
        assert!(join.shown(at(exchange(SHOWN), 600)).is_none());
        let all = join.settled(exchange(SEEN).ended().plus(9000));
        assert_eq!(all.iter().map(|exchange| exchange.unseen.response_body).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_only_one_source_saw_comes_after_a_while() {
        let mut join = Join::default();
        let only = exchange(SEEN);
        let ended = only.ended();
        assert!(join.seen(only).is_none() && join.settled(ended.plus(500)).is_empty());
        assert_eq!(join.settled(ended.plus(1500)).len(), 1);
        assert!(join.shown(exchange(SHOWN)).is_none() && join.settled(ended.plus(9000)).is_empty());
    }
}
