//! Calls that log somebody in, whatever they and their parameters are called: the same call with another value was refused
//! once and handed out a login once, or what was refused before it is open with the cookie that it set.

use super::{Record, Session};
use crate::facts::outcome::Outcome;
use crate::facts::parameters::Parameters;
use crate::facts::randomness::is_secret;
use crate::facts::{Fingerprint, Purpose};
use crate::syntax::form::Form;

/// Calls of the same address, before and after, that are looked at.
const NEAR: usize = 16;

impl Session {
    /// Of a call and those like it, the positions of the ones that show each other to be logins.
    pub(super) fn paired_logins(&self, at: usize) -> Vec<usize> {
        let Some(record) = self.record(at).filter(|record| may_log_in(record)) else { return Vec::new() };
        let like = self.of_request(&record.exchange).around(at).at_most(NEAR, NEAR).filter(|(other, _)| *other != at);
        let mut found = Vec::new();
        for (other, twin) in like.filter(|(_, twin)| may_log_in(twin)) {
            if is_pair(record, twin) || is_pair(twin, record) {
                found.extend([at, other]);
            }
        }
        found
    }

    /// Position of the call that set the cookie by which a request is served now that was refused before.
    pub(super) fn login_that_opened(&self, at: usize) -> Option<usize> {
        let record = self.record(at).filter(|record| record.was_accepted() && !record.facts.cookies.is_empty())?;
        let is_refused = |(_, before): &(usize, &Record)| before.exchange.status() == 401;
        let (before, refused) = self.of_request(&record.exchange).back_from(at).at_most(NEAR, 0).find(is_refused)?;
        let is_new = |(name, _): &&(Box<str>, Fingerprint)| refused.facts.cookie(name).is_none();
        record.facts.cookies.iter().filter(is_new).find_map(|(name, value)| {
            let sets = |(_, setter): &(usize, &Record)| {
                may_log_in(setter)
                    && setter.origin == record.origin
                    && setter.facts.set_cookies.iter().any(|(set, new)| set == name && new.is_surely(*value))
                    && setter.secrets_set().any(|secret| *secret == **name)
                    && !Parameters::of(&setter.exchange).content.pairs.is_empty()
            };
            self.setters(name).back_from(at).take(NEAR).take_while(|(setter, _)| *setter != before).find(sets).map(|(setter, _)| setter)
        })
    }
}

fn may_log_in(record: &Record) -> bool {
    &*record.exchange.method == "POST" && matches!(record.facts.purpose, Purpose::Api | Purpose::SignIn)
}

/// Whether one was turned away, and the other, with another value in one of the same places, was let in and given what opens more.
fn is_pair(refused: &Record, accepted: &Record) -> bool {
    let is_refused = match refused.exchange.status() {
        401 | 403 => true,
        // A rule of a form is no login's.
        400 | 422 => accepted.facts.hands_out_access(),
        _ => false,
    };
    let is_accepted = matches!(accepted.exchange.status(), 200..=299)
        && !Outcome::of_exchange(&accepted.exchange).is_error
        && (accepted.facts.hands_out_access() || accepted.secrets_set().next().is_some());
    is_refused && is_accepted && differ_in_a_value(refused, accepted)
}

/// Whether two calls send the same names, and the same value under at least one and another under at least one of them. Where
/// both values are secrets that programs make, they are guards of forms.
fn differ_in_a_value(one: &Record, other: &Record) -> bool {
    let (one, other) = (Parameters::of(&one.exchange), Parameters::of(&other.exchange));
    let names = |form: &Form<'_>| form.pairs.iter().map(|pair| pair.name.to_string()).collect::<Vec<_>>();
    let pairs = || one.content.pairs.iter().zip(&other.content.pairs);
    one.content.pairs.len() > 1
        && names(&one.content) == names(&other.content)
        && pairs().any(|(one, other)| one.value == other.value)
        && pairs().any(|(one, other)| one.value != other.value && !(is_secret(&one.value) && is_secret(&other.value)))
}
