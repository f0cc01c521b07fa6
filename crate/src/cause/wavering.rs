//! Logins that are taken and not taken for what they are, by turns.

use std::collections::HashMap;

use super::Case;
use crate::facts::{Fingerprint, Purpose};
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

impl Case<'_> {
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
        let judged = |(at, record): (usize, &Record)| is_same(record).then(|| Some((at, request(record), is_taken(record)?))).flatten();
        let mut seen: Vec<_> = self.earlier().take_while(goes_on).filter_map(judged).collect();
        seen.reverse();
        seen.extend(judged((self.at(), self.record)));
        seen.extend(self.later().take_while(goes_on).filter_map(judged));
        let mut ways: HashMap<Fingerprint, [bool; 2]> = HashMap::new();
        for (_, request, is_taken) in &seen {
            ways.entry(*request).or_default()[usize::from(*is_taken)] = true;
        }
        seen.retain(|(_, request, _)| ways.get(request) == Some(&[true; 2]));
        let turns = seen.windows(2).filter(|pair| pair[0].2 != pair[1].2).count();
        let last = |taken: bool| seen.iter().rev().find(|one| one.2 == taken).map(|one| one.0);
        (turns > 1).then(|| Some(Wavering { taken: last(true)?, refused: last(false)?, turns })).flatten()
    }
}

/// What tells equal requests.
fn request(record: &Record) -> Fingerprint {
    let content = record.exchange.request.body.as_ref().map_or("", |body| &body.text);
    Fingerprint::of(record.exchange.url.as_str()).and(record.exchange.method.as_bytes()).and(content.as_bytes())
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
