//! A session that somebody watches: the diagnosis is kept up to date with every exchange, at a cost that
//! does not grow with the session.

use serde::Serialize;

use super::examined::Examined;
use super::groups::News;
use super::{Checked, DiagnosedCause, DiagnosedFailure, Diagnosis, Handle, Input, Verdict};
use crate::exchange::Exchange;
use crate::redact::Redactor;
use crate::session::{Profile, Session};

/// A session and what was found in it so far.
pub struct Live {
    session: Session,
    examined: Examined,
    /// The causes that are told to be found.
    told: Option<Vec<&'static str>>,
}

/// What is new in a diagnosis since it was last asked for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Changes {
    /// How many exchanges there are.
    pub exchanges: usize,
    /// Whether a login failed.
    pub verdict: Verdict,
    /// The failed logins that are new or changed.
    pub failures: Vec<Change>,
    /// The keys of those that are none any more.
    pub gone: Vec<u32>,
    /// All risks, where one of them is new or shows in more places.
    pub audit: Option<Vec<DiagnosedCause>>,
    /// Every cause that was looked for, where one of them was found or is no longer found.
    pub checked: Option<Vec<Checked>>,
}

/// What is new of one failed login.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Change {
    /// Tells it from all others, as long as the session lasts.
    pub key: u32,
    /// When it happened, in milliseconds since 1970: failed logins stand in this order, and at one moment
    /// in that of their keys.
    pub began: i64,
    /// All of it, where it is new or more changed than what follows.
    pub failure: Option<DiagnosedFailure>,
    /// Numbers of exchanges in which it shows as well, beside those that are known of it.
    pub exchanges: Vec<u32>,
    /// Number of the exchange that succeeded later.
    pub recovered_by: Option<u32>,
    /// All identifiers for the administrator, where there may be more than are known of it.
    pub handles: Option<Vec<Handle>>,
}

impl Live {
    /// The session, of which no diagnosis is kept.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }

    /// An empty session of a browser with this cookie behaviour.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self::of(Session::new(profile))
    }

    /// A session that goes on.
    #[must_use]
    pub fn of(session: Session) -> Self {
        let examined = Examined::following(&session);
        Self { session, examined, told: None }
    }

    /// Takes one more exchange and returns its position.
    pub fn push(&mut self, exchange: Exchange) -> usize {
        let at = self.session.push(exchange);
        self.examined.take(&self.session, at);
        at
    }

    /// The session so far.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The whole diagnosis: the same as [`Session::diagnose`] makes anew.
    pub fn diagnosis(&mut self, input: Input, redactor: &mut Redactor) -> Diagnosis {
        self.examined.update(&self.session);
        super::diagnose(&self.session, &self.examined, input, redactor)
    }

    /// What is new since this was last asked. What it tells, taken together, is the whole diagnosis.
    pub fn changes(&mut self, redactor: &mut Redactor) -> Changes {
        self.examined.update(&self.session);
        let (news, gone) = self.examined.groups_mut().news();
        let mut failures = Vec::new();
        for (key, news) in news {
            failures.extend(self.change(key, &news, redactor));
        }
        let audit = self.examined.risks_mut().is_new().then(|| super::audit(&self.session, &self.examined, redactor));
        let may_differ = self.told.is_none() || audit.is_some() || !failures.is_empty() || !gone.is_empty();
        let checked = may_differ.then(|| self.checked()).flatten();
        Changes { exchanges: self.session.records().len(), verdict: super::verdict(&self.examined), failures, gone, audit, checked }
    }

    /// Every cause that was looked for, where other ones were found than was told.
    fn checked(&mut self) -> Option<Vec<Checked>> {
        let checked = super::checked(&self.examined);
        let found: Vec<&str> = checked.iter().filter(|checked| checked.result == "found").map(|checked| checked.id).collect();
        let is_told = self.told.as_ref() == Some(&found);
        self.told = Some(found);
        (!is_told).then_some(checked)
    }

    fn change(&mut self, key: u32, news: &News, redactor: &mut Redactor) -> Option<Change> {
        let session = &self.session;
        let group = self.examined.groups().get(key)?;
        let (began, (stands, last)) = (group.began()?, group.ends()?);
        let recovered_by = super::recovered_by(session, &self.examined, last.1);
        let change = Change { key, began: began.0.0, failure: None, exchanges: Vec::new(), recovered_by, handles: None };
        match news {
            News::All => {
                let write = |examined: &Examined| {
                    let group = examined.groups().get(key)?;
                    super::describe(session, examined, group, super::tried_out(session, examined, group), redactor)
                };
                Some(Change { failure: self.examined.describe(session, stands.1, write), ..change })
            }
            News::Members(new) => {
                let group = self.examined.groups().get(key).filter(|group| group.len() <= super::MOST_EXCHANGES);
                let exchanges = super::numbers(session, &self.examined, new.iter().copied());
                let handles = group.map(|group| super::handles_of(session, &self.examined, group));
                Some(Change { exchanges, handles, ..change })
            }
            News::None => None,
        }
    }
}
