//! What calls of an API bear in a field of its own, and one that is refused lacks.

use super::{Record, Session};
use crate::facts::Purpose;
use crate::facts::randomness::is_secret;
use crate::facts::statements::{Fault, Statement, Subject, says_something_is_missing};
use crate::facts::tokens::is_csrf_name;
use crate::syntax::api_keys;

/// Calls of an API, before and after a refused one, that are held against it.
const CALLS: usize = 64;

/// Calls that bear a field and were let through, from which on it is no chance.
const BEARERS: usize = 2;

/// A field that a refused call lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Its name.
    pub name: Box<str>,
    /// Position of a call that bears it and was let through.
    pub borne_at: usize,
}

impl Session {
    /// The field with a secret that every call of the same API bears which is let through, always the same, and that no
    /// refused call bears, this one least of all: its answer says that something is missing.
    #[must_use]
    pub fn lacks_key(&self, at: usize) -> Option<Lacking> {
        let record = self.record(at)?;
        // A call that is not in order is refused by 400 as well: there it has to be called a key, here or in the answer.
        let status = record.exchange.status();
        let is_key = |statement: &Statement| {
            let subject = statement.pair.subject;
            statement.pair.fault == Fault::Missing && matches!(subject, Subject::ApiKey | Subject::Key | Subject::Token | Subject::Header)
        };
        let says_key = record.facts.statements.iter().any(is_key);
        let may_be = |name: &str| status != 400 || says_key || api_keys::is_like_one(name);
        if !matches!(status, 400 | 401 | 403) || !may_lack(record) || !says_something_is_missing(&record.exchange) {
            return None;
        }
        let api = record.exchange.url.path_segments().and_then(|mut segments| segments.next());
        let is_of_api = |(_, other): &(usize, &Record)| {
            let of_other = other.exchange.url.path_segments().and_then(|mut segments| segments.next());
            may_lack(other) && other.exchange.status() != 0 && of_other == api
        };
        let near = || self.of_origin(&record.origin).around(at).at_most(CALLS, CALLS).filter(is_of_api);
        let (borne_at, bearer) = near().find(|(_, other)| other.was_accepted())?;
        let mut fields = bearer.exchange.request.fields.iter().filter(|(name, value)| may_be(name) && is_own_secret(name, value));
        let (name, _) = fields.find(|(name, value)| {
            let bears = |other: &Record| other.exchange.sent(name) == Some(value);
            let is_let_in_by_it = |(_, other): (usize, &Record)| other.was_accepted() == bears(other);
            record.exchange.sent(name).is_none()
                && near().all(is_let_in_by_it)
                && near().filter(|(_, other)| bears(other)).count() >= BEARERS
        })?;
        Some(Lacking { name: name.into(), borne_at })
    }
}

/// Whether a script calls an API without Authorization.
fn may_lack(record: &Record) -> bool {
    let exchange = &record.exchange;
    exchange.kind.is_by_script()
        && record.facts.purpose == Purpose::Api
        && record.facts.credentials.is_none()
        && !exchange.unseen.authorization
        // Its other calls lie in the same folder.
        && exchange.url.path_segments().is_some_and(|mut segments| segments.nth(1).is_some())
}

/// Whether a field is the application's own and holds what nobody could guess.
fn is_own_secret(name: &str, value: &str) -> bool {
    (name.starts_with("x-") || api_keys::is_like_one(name)) && !is_csrf_name(name) && is_secret(value)
}
