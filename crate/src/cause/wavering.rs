//! Logins that are taken and not taken for what they are, by turns.

use super::Case;
use crate::facts::{ByFingerprint, Fingerprint, Purpose};
use crate::session::{Carries, Record};

/// Requests that were taken and refused by turns with the very same login, by their positions.
pub struct Wavering {
    /// One that was taken.
    pub taken: usize,
    /// One that was refused.
    pub refused: usize,
    /// How often the one followed the other.
    pub turns: usize,
}

impl<'s> Case<'s> {
    /// How requests that bear this very login are taken and refused by turns, the same ones one way and the other, while nobody
    /// logs in: what ends does not begin again, and who lacks a permission lacks it every time.
    #[must_use]
    pub fn wavering(&self) -> Option<Wavering> {
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
        let judged = |(at, record): (usize, &'s Record)| is_same(record).then(|| Some((at, record, is_taken(record)?))).flatten();
        let mut seen: Vec<(usize, &Record, bool)> = self.earlier().take_while(goes_on).filter_map(judged).collect();
        seen.reverse();
        seen.extend(judged((self.at(), self.record)));
        seen.extend(self.later().take_while(goes_on).filter_map(judged));
        let requests: Vec<Fingerprint> = seen.iter().map(|(_, record, _)| request(record)).collect();
        let mut ways = ByFingerprint::<(bool, bool)>::default();
        for ((_, _, is_taken), request) in seen.iter().zip(&requests) {
            let (taken, refused) = ways.entry(*request).or_default();
            *if *is_taken { taken } else { refused } = true;
        }
        let goes_both_ways = |request: &Fingerprint| ways.get(request) == Some(&(true, true));
        let both: Vec<_> = seen.iter().zip(&requests).filter(|(_, request)| goes_both_ways(request)).map(|(one, _)| one).collect();
        let turns = both.iter().zip(both.iter().skip(1)).filter(|(one, next)| one.2 != next.2).count();
        let last = |taken: bool| both.iter().rev().find(|one| one.2 == taken).map(|one| one.0);
        (turns > 1).then(|| Some(Wavering { taken: last(true)?, refused: last(false)?, turns })).flatten()
    }
}

/// What a request asks for, to be told from others.
fn request(record: &Record) -> Fingerprint {
    let asked = Fingerprint::of(record.exchange.url.as_str()).and(record.exchange.method.as_bytes());
    record.exchange.request.body.as_ref().map_or(asked, |body| asked.and(body.text.as_bytes()).and(&[u8::from(body.cut)]))
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
