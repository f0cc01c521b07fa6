//! Redirects: which exchange follows which, and what the browser changed on the way.
//!
//! Hops are linked by the address that a redirect names and by time, across origins. Only the
//! addresses are indexed; a chain is put together when it is asked for.

mod loops;
pub mod rules;

use super::address;
use super::forms::place;
use super::lists::{Lists, key};
use super::{Record, Session};
use crate::exchange::Exchange;
use crate::site::is_same_origin;

pub use loops::Circle;

/// Milliseconds between a redirect's end and the next hop's beginning beyond which the next request
/// for the same address is somebody's new visit, not the redirect being followed.
const FOLLOWED_WITHIN: i64 = 10_000;

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    lists.insert(key("asked", address(&record.exchange.url)), at, records);
    if let Some(target) = record.redirect_target() {
        lists.insert(key("named", address(target)), at, records);
        lists.insert(key("led to", place(target)), at, records);
    }
}

impl Session {
    /// The hop that followed this one's redirect.
    pub(super) fn next_hop(&self, at: usize) -> Option<usize> {
        let record = self.record(at)?;
        let target = address(record.redirect_target()?);
        let (candidate, next) = self.list(key("asked", target)).on_from(at).next()?;
        // Of several redirects to one address the last before the request is the one that it follows.
        let is_ours = next.exchange.started.since(record.exchange.ended()) <= FOLLOWED_WITHIN
            && self.list(key("named", target)).back_from(candidate).first() == Some(at);
        is_ours.then_some(candidate)
    }

    /// The exchange that led to this one by a redirect.
    #[must_use]
    pub fn redirected_from(&self, at: usize) -> Option<usize> {
        let target = address(&self.record(at)?.exchange.url);
        let candidate = self.list(key("named", target)).back_from(at).first()?;
        (self.next_hop(candidate) == Some(at)).then_some(candidate)
    }

    /// Position of the exchange whose redirect made this request of one that bore Authorization, and left it behind.
    #[must_use]
    pub fn left_authorization_behind(&self, at: usize) -> Option<usize> {
        let from = self.redirected_from(at)?;
        self.redirect_step(from).is_some_and(|step| step.loses_authorization).then_some(from)
    }
}

/// From one hop to the next: what the browser changed, by the rules, and where the capture shows
/// something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position of the exchange that follows.
    pub to: usize,
    /// Whether the next hop is of another origin.
    pub is_cross_origin: bool,
    /// Whether the method became GET.
    pub changes_method: bool,
    /// Whether content that was sent was not sent again.
    pub loses_body: bool,
    /// Whether `Authorization` was sent and is not any more.
    pub loses_authorization: bool,
    /// Whether the next request names its origin as `null`.
    pub taints_origin: bool,
    /// In what the capture differs from the rules.
    pub departures: Vec<Departure>,
}

/// Something that the rules of redirects do not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The next request has another method.
    Method,
    /// `Authorization` was dropped within the origin, or kept where browsers drop it.
    Authorization,
    /// `Origin` is another one.
    Origin,
}

impl Session {
    /// The positions of the chain of redirects that an exchange belongs to, in order; itself alone
    /// where it is in none.
    #[must_use]
    pub fn redirect_chain(&self, at: usize) -> Vec<usize> {
        let mut first = at;
        for _ in 0..crate::limits::REDIRECT_HOPS {
            match self.redirected_from(first) {
                Some(previous) => first = previous,
                None => break,
            }
        }
        self.chain_from(first)
    }

    fn chain_from(&self, first: usize) -> Vec<usize> {
        std::iter::successors(Some(first), |at| self.next_hop(*at)).take(crate::limits::REDIRECT_HOPS).collect()
    }

    /// What the browser changed between this exchange and the one that its redirect led to; `None`
    /// where it led to none.
    #[must_use]
    pub fn redirect_step(&self, at: usize) -> Option<Step> {
        let to = self.next_hop(at)?;
        let page = self.record(at)?.page().map(|page| page.origin());
        let (from, next) = (&self.record(at)?.exchange, &self.record(to)?.exchange);
        let method = rules::method_after(from.status(), &from.method);
        let agent = from.sent("user-agent").unwrap_or_default();
        let was_tainted = from.sent("origin") == Some("null");
        let taints_origin = page.as_ref().is_some_and(|page| rules::is_origin_tainted(page, &from.url, &next.url, was_tainted));
        let changes_method = method != &*from.method;
        // Whose value is hidden was there all the same.
        let (bore, bears) = (from.request.fields.has("authorization"), next.request.fields.has("authorization"));
        let hides_authorization = from.unseen.authorization && !bore || next.unseen.authorization && !bears;
        let mut departures = Vec::new();
        if &*next.method != method {
            departures.push(Departure::Method);
        }
        // A browser adds what it has saved for the next origin by itself, so a page may gain it.
        let is_by_script = from.kind.is_by_script();
        if bore && !hides_authorization && is_by_script && bears != rules::keeps_authorization(agent, &from.url, &next.url) {
            departures.push(Departure::Authorization);
        }
        if next.sent("origin").is_some_and(|origin| (origin == "null") != taints_origin) && is_by_script && page.is_some() {
            departures.push(Departure::Origin);
        }
        Some(Step {
            to,
            is_cross_origin: !is_same_origin(&from.url, &next.url),
            changes_method,
            loses_body: changes_method && has_content(from),
            loses_authorization: bore && !bears && !hides_authorization,
            taints_origin,
            departures,
        })
    }
}

fn has_content(exchange: &Exchange) -> bool {
    exchange.request.body.is_some() || exchange.sent("content-length").is_some_and(|length| length != "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Profile;

    fn session(notation: &str, order: &[usize]) -> Session {
        let exchanges = crate::capture::notation::parse(notation).unwrap();
        let mut session = Session::new(Profile::chrome());
        for at in order {
            session.push(exchanges[*at].clone());
        }
        session
    }

    const SIGN_IN: &str = "~ kind document\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: https://id.test/authorize#top\n\n\
        ~ kind document\n> GET https://id.test/authorize\n< 303 See Other\n< Location: https://app.test/home\n\n\
        ~ kind document\n> GET https://app.test/home\n< 200 OK\n\n\
        @ 5m\n~ kind document\n> GET https://id.test/authorize\n< 200 OK\n";

    #[test]
    fn links_hops_across_origins_in_any_order_of_arrival() {
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let session = session(SIGN_IN, &order);
            let number = |at: &usize| session.record(*at).unwrap().exchange.number;
            let home = order.iter().position(|number| *number == 2).unwrap();
            assert_eq!(session.redirect_chain(home).iter().map(number).collect::<Vec<_>>(), [0, 1, 2], "{order:?}");
            let visit = order.iter().position(|number| *number == 3).unwrap();
            assert_eq!(session.redirect_chain(visit), [visit], "a later visit is no hop");
        }
    }

    #[test]
    fn says_what_was_changed_on_the_way() {
        let session = session(SIGN_IN, &[0, 1, 2, 3]);
        let step = session.redirect_step(0).unwrap();
        assert!(step.changes_method && step.loses_body && step.is_cross_origin);
        assert_eq!(step.departures, []);
        let step = session.redirect_step(1).unwrap();
        assert!(!step.changes_method && !step.loses_body);
        assert_eq!(session.redirect_step(2), None);
        assert_eq!(session.redirected_from(1), Some(0));
    }

    fn call(location: &str, next: &str) -> Step {
        let text = format!(
            "~ kind fetch\n> GET https://api.test/a\n> Origin: https://app.test\n> Authorization: Bearer x\n< 307 Temporary Redirect\n< Location: {location}\n\n~ kind fetch\n> GET {next}\n< 401 Unauthorized\n"
        );
        session(&text, &[0, 1]).redirect_step(0).unwrap()
    }

    #[test]
    fn a_script_loses_authorization_where_it_leaves_the_origin() {
        let step = call("https://www.api.test/a", "https://www.api.test/a\n> Origin: null");
        assert!(step.loses_authorization && step.taints_origin);
        assert_eq!(step.departures, []);
    }

    #[test]
    fn names_what_the_rules_do_not_explain() {
        assert_eq!(call("/b", "https://api.test/b\n> Origin: https://app.test").departures, [Departure::Authorization]);
        assert_eq!(call("https://b.test/", "https://b.test/\n> Origin: https://app.test").departures, [Departure::Origin]);
        assert_eq!(call("/b", "https://api.test/b\n> Origin: https://app.test\n> Authorization: Bearer x").departures, []);
    }

    #[test]
    fn two_chains_to_one_place_stay_apart() {
        let text = "> GET https://a.test/1\n< 302 Found\n< Location: /home\n\n> GET https://a.test/2\n< 302 Found\n< Location: /home\n\n> GET https://a.test/home\n< 200 OK\n\n> GET https://a.test/home\n< 200 OK\n";
        let session = session(text, &[0, 1, 2, 3]);
        assert_eq!(session.redirect_chain(2), [1, 2]);
        assert_eq!(session.redirect_chain(3), [3]);
    }
}
