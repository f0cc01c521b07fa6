//! Logins that are taken and not taken for what they are, by turns.

use super::Case;
use crate::facts::own_fields::is_tracers;
use crate::facts::{ByFingerprint, Fingerprint, Purpose};
use crate::session::cors::is_browsers;
use crate::session::{Carries, Record};

/// Requests that were taken and refused by turns with the very same login, by their positions.
pub struct Wavering {
    /// One that was taken.
    pub taken: usize,
    /// One that was refused.
    pub refused: usize,
    /// How often the one followed the other.
    pub turns: usize,
    /// Whether who was refused was ever taken for nobody, rather than kept out.
    pub is_of_identity: bool,
}

/// A request of which the answer tells whether who asks was taken for somebody.
struct Judged<'s> {
    at: usize,
    record: &'s Record,
    is_taken: bool,
    /// What was done elsewhere before it.
    acts: usize,
}

impl<'s> Case<'s> {
    /// How requests that bear this very login are taken and refused by turns, the same ones one way and the other, while nobody
    /// logs in: what ends does not begin again, and who lacks a permission lacks it every time, or is given it by what is done.
    #[must_use]
    pub fn wavering(&self) -> Option<Wavering> {
        let seen = self.judged_with_this_login();
        let requests = requests(&seen);
        let mut ways = ByFingerprint::<(bool, bool)>::default();
        for (one, request) in seen.iter().zip(&requests) {
            let (taken, refused) = ways.entry(*request).or_default();
            *if one.is_taken { taken } else { refused } = true;
        }
        let goes_both_ways = |request: &Fingerprint| ways.get(request) == Some(&(true, true));
        let both: Vec<_> = seen.iter().zip(&requests).filter(|(_, request)| goes_both_ways(request)).map(|(one, _)| one).collect();
        let turns = || both.iter().zip(both.iter().skip(1)).filter(|(one, next)| one.is_taken != next.is_taken);
        let is_given_back = turns().filter(|(one, _)| !one.is_taken).all(|(one, next)| next.acts > one.acts);
        let last = |taken: bool| both.iter().rev().find(|one| one.is_taken == taken).map(|one| one.at);
        let is_of_identity = both.iter().any(|one| !one.is_taken && one.record.exchange.status() != 403);
        let turns = turns().count();
        (turns > 1 && !is_given_back).then(|| Some(Wavering { taken: last(true)?, refused: last(false)?, turns, is_of_identity })).flatten()
    }

    /// The requests around this one that bear its login and of which the answer tells something, in order of time, while nobody
    /// logs in.
    fn judged_with_this_login(&self) -> Vec<Judged<'s>> {
        let carries = |name: &str| self.session.carries(self.record, name) > Carries::No;
        let cookies: Vec<_> = self.facts().cookies.iter().filter(|(name, _)| carries(name)).collect();
        let is_borne = |record: &Record, (name, value): &(Box<str>, Fingerprint)| {
            record.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(*value))
        };
        let is_same = |record: &Record| {
            !record.facts.purpose.is_login()
                && match self.facts().credentials {
                    Some(_) => record.bears_the_same_credentials_as(self.record),
                    None => !cookies.is_empty() && cookies.iter().all(|cookie| is_borne(record, cookie)),
                }
        };
        let is_login = |record: &Record| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) && record.was_accepted();
        let goes_on = |&(_, record): &(usize, &Record)| !is_login(record);
        let mut near: Vec<(usize, &Record)> = self.earlier().take_while(goes_on).collect();
        near.reverse();
        near.push((self.at(), self.record));
        near.extend(self.later().take_while(goes_on));
        // Where one address serves everything, nobody knows what changes anything.
        let is_elsewhere = |record: &Record| record.exchange.url.path() != self.exchange().url.path();
        let is_act = |record: &Record| {
            !matches!(&*record.exchange.method, "GET" | "HEAD" | "OPTIONS") && record.was_accepted() && is_elsewhere(record)
        };
        let (mut acts, mut seen) = (0, Vec::new());
        for (at, record) in near.into_iter().filter(|(_, record)| is_same(record)) {
            seen.extend(is_taken(record).map(|is_taken| Judged { at, record, is_taken, acts }));
            acts += usize::from(is_act(record));
        }
        seen
    }
}

/// What each request asks for, to be told from the others. What a program sends of its own belongs to it where it comes again, as
/// the name of a tenant does; what never does tells only when it was asked.
fn requests(seen: &[Judged<'_>]) -> Vec<Fingerprint> {
    let mut times = ByFingerprint::<usize>::default();
    for own in seen.iter().flat_map(|one| own(one.record)) {
        *times.entry(own).or_default() += 1;
    }
    let comes_again = |own: &Fingerprint| times.get(own).is_some_and(|times| *times > 1);
    let request = |record| own(record).filter(comes_again).fold(asked(record), |all, own| all.and(&own.to_bytes()));
    seen.iter().map(|one| request(one.record)).collect()
}

fn asked(record: &Record) -> Fingerprint {
    let asked = Fingerprint::of(record.exchange.url.as_str()).and(record.exchange.method.as_bytes());
    record.exchange.request.body.as_ref().map_or(asked, |body| asked.and(body.text.as_bytes()).and(&[u8::from(body.cut)]))
}

/// The fields of the program's own and the cookies that a request bears.
fn own(record: &Record) -> impl Iterator<Item = Fingerprint> {
    let is_own = |(name, _): &(&str, &str)| !is_browsers(name) && !is_tracers(name) && !name.starts_with("if-") && *name != "authorization";
    let fields = record.exchange.request.fields.iter().filter(is_own).map(|(name, value)| Fingerprint::of(name).and(value.as_bytes()));
    let cookies = record.facts.cookies.iter().map(|(name, value)| Fingerprint::of(name).and(&value.to_bytes()));
    fields.chain(cookies)
}

/// Whether who asks was taken for somebody, or for nobody; `None` where the answer tells neither.
fn is_taken(record: &Record) -> Option<bool> {
    let is_refused = matches!(record.exchange.status(), 401 | 403) || record.redirects_to_sign_in() || record.shows_sign_in_form();
    let is_content = matches!(record.facts.purpose, Purpose::Api | Purpose::Page);
    match (is_refused, is_content && record.was_accepted()) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}
