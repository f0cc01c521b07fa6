//! What a session shows of logins, counted as its exchanges come.

use super::lists::Lists;
use super::{Record, Session, Walk};
use crate::facts::{Fingerprint, Purpose};

/// Submitted logins.
const SUBMISSIONS: Fingerprint = Fingerprint::of_name("submissions");

/// How much of what concerns logins there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Logins that were accepted.
    pub logins: usize,
    /// Requests with credentials that were let through.
    pub let_through: usize,
    /// Answers with challenges.
    pub challenges: usize,
    /// Set-Cookie lines.
    pub cookies: usize,
}

impl Seen {
    /// Counts an exchange in.
    pub(super) fn add(&mut self, record: &Record) {
        let Self { logins, let_through, challenges, cookies } = Self::in_one(record);
        self.logins += logins;
        self.let_through += let_through;
        self.challenges += challenges;
        self.cookies += cookies;
    }

    /// Counts it out.
    pub(super) fn remove(&mut self, record: &Record) {
        let Self { logins, let_through, challenges, cookies } = Self::in_one(record);
        self.logins -= logins;
        self.let_through -= let_through;
        self.challenges -= challenges;
        self.cookies -= cookies;
    }

    fn in_one(record: &Record) -> Self {
        let (facts, is_accepted) = (&record.facts, record.was_accepted());
        Self {
            logins: usize::from(facts.purpose == Purpose::SignIn && is_accepted),
            let_through: usize::from(facts.bears_credentials() && is_accepted),
            challenges: usize::from(!facts.challenges.is_empty()),
            cookies: facts.set_cookies.len(),
        }
    }
}

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let is_submission = |record: &&Record| record.facts.purpose == Purpose::SignIn && &*record.exchange.method != "GET";
    if records.get(at).filter(is_submission).is_some() {
        lists.insert(SUBMISSIONS, at, records);
    }
}

impl Session {
    /// How much of what concerns logins there is so far.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        self.seen
    }

    /// The submitted logins, the latest first.
    pub(crate) fn submissions(&self) -> Walk<'_> {
        self.list(SUBMISSIONS).before(crate::time::Time::MAX)
    }
}
