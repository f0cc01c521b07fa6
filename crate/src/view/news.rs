//! What is new in a session since it was last told: only what changed crosses to a panel.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::{Row, Seen, Standing};
use crate::diagnosis::{Change, Changes, DiagnosedCause, DiagnosedFailure, Verdict};
use crate::redact::Redactor;
use crate::session::Session;
use crate::time::Time;

/// What changed. Whatever is `None` stayed as it was.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct News {
    /// Position of the first of the rows.
    pub from: usize,
    /// The rows from there on.
    pub rows: Vec<Row>,
    /// How the logins stand.
    pub standing: Option<Standing>,
    /// The keys of all failed logins: what nothing repaired stands first, within that the newest.
    pub order: Option<Vec<String>>,
    /// The failed logins that are new or look different now.
    pub failures: Vec<FailureCard>,
    /// Risks that broke no login.
    pub audit: Option<Vec<DiagnosedCause>>,
    /// Numbers of the exchanges in which a login failed that nothing repaired.
    pub failing: Option<Vec<u32>>,
}

/// A failed login, and what a list of them needs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FailureCard {
    /// Names it for as long as the session lasts.
    pub key: String,
    /// When the last of its exchanges began, in milliseconds since the Unix epoch; none where the capture does not say.
    pub last: Option<i64>,
    /// The diagnosis of it.
    #[serde(flatten)]
    pub failure: DiagnosedFailure,
}

/// A failed login, and when the last of its exchanges began: in a capture without times in the order of the input.
struct Card {
    last: Moment,
    told: FailureCard,
}

/// When an exchange began, to put it in order, and where the capture says so.
type Moment = (Time, Option<Time>);

/// Knows how things stand, and what of it was told.
#[derive(Default)]
pub struct Teller {
    cards: BTreeMap<u32, Card>,
    audit: Vec<DiagnosedCause>,
    /// When each exchange began, by its number.
    began: HashMap<u32, Moment>,
    rows: usize,
    standing: Option<Standing>,
    order: Vec<String>,
    failing: Vec<u32>,
    /// The keys of the failed logins that are to be told.
    untold: BTreeSet<u32>,
    is_audit_new: bool,
    verdict: Option<Verdict>,
    seen: Seen,
}

impl Teller {
    /// One that was told nothing yet, of a session that is known from there.
    #[must_use]
    pub fn of(seen: Seen) -> Self {
        Self { seen, ..Self::default() }
    }

    /// One that begins anew.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self::of(self.seen)
    }

    /// Takes note of what changed in the diagnosis of a session.
    pub fn take(&mut self, session: &Session, changes: Changes) {
        let known = self.began.len();
        let moments = session.records().iter().skip(known).map(|record| &record.exchange);
        self.began.extend(moments.map(|exchange| (exchange.number, (exchange.started, exchange.moment()))));
        self.verdict = Some(changes.verdict);
        for key in &changes.gone {
            self.cards.remove(key);
            self.untold.remove(key);
        }
        for change in changes.failures {
            let is_known = |card: &Card| change.failure.as_ref() == Some(&card.told.failure);
            // What it hangs on may change without anything to be told.
            if !self.cards.get(&change.key).is_some_and(is_known) {
                self.untold.insert(change.key);
                self.take_failure(change);
            }
        }
        if let Some(audit) = changes.audit {
            self.audit = audit;
            self.is_audit_new = true;
        }
    }

    fn take_failure(&mut self, change: Change) {
        let last = |exchanges: &[u32]| exchanges.iter().filter_map(|number| self.began.get(number)).max().copied().unwrap_or_default();
        match (self.cards.get_mut(&change.key), change.failure) {
            (_, Some(failure)) => {
                let last = last(&failure.exchanges);
                let told = FailureCard { key: format!("f{}", change.key), last: in_milliseconds(last), failure };
                self.cards.insert(change.key, Card { last, told });
            }
            (Some(Card { last: before, told }), None) => {
                *before = last(&change.exchanges).max(*before);
                told.last = in_milliseconds(*before);
                told.failure.exchanges.extend(change.exchanges);
                told.failure.exchanges.sort_unstable();
                told.failure.exchanges.dedup();
                told.failure.recovered_by = change.recovered_by;
                if let Some(handles) = change.handles {
                    told.failure.handles = handles;
                }
            }
            (None, None) => {}
        }
    }

    /// What is new since the last call.
    pub fn news(&mut self, session: &Session, redactor: &mut Redactor) -> News {
        let now = self.everything_from(self.rows, session, redactor);
        self.rows = session.records().len();
        let untold = std::mem::take(&mut self.untold);
        News {
            standing: changed(&mut self.standing, now.standing).flatten(),
            order: now.order.and_then(|order| changed(&mut self.order, order)),
            failures: untold.iter().filter_map(|key| Some(self.cards.get(key)?.told.clone())).collect(),
            audit: std::mem::take(&mut self.is_audit_new).then(|| self.audit.clone()),
            failing: now.failing.and_then(|failing| changed(&mut self.failing, failing)),
            ..now
        }
    }

    /// Everything, as somebody needs it who was told nothing yet; what others were told is not touched.
    pub fn everything(&self, session: &Session, redactor: &mut Redactor) -> News {
        let failures = self.cards.values().map(|card| card.told.clone()).collect();
        News { failures, audit: Some(self.audit.clone()), ..self.everything_from(0, session, redactor) }
    }

    /// The failed logins, in no order.
    pub fn failures(&self) -> impl Iterator<Item = &DiagnosedFailure> {
        self.cards.values().map(|card| &card.told.failure)
    }

    fn everything_from(&self, from: usize, session: &Session, redactor: &mut Redactor) -> News {
        let from = from.min(session.records().len());
        let mut cards: Vec<&Card> = self.cards.values().collect();
        cards.sort_by_key(|Card { last, told }| {
            (told.failure.recovered_by.is_some(), Reverse(*last), told.failure.exchanges.first().copied())
        });
        let open = cards.iter().filter(|card| card.told.failure.recovered_by.is_none());
        let mut failing: Vec<u32> = open.flat_map(|card| card.told.failure.exchanges.iter().copied()).collect();
        failing.sort_unstable();
        failing.dedup();
        News {
            from,
            rows: (from..session.records().len()).filter_map(|at| session.row(at, redactor)).collect(),
            standing: self.verdict.map(|verdict| masked(session.standing(verdict, cards.len(), self.seen), redactor)),
            order: Some(cards.iter().map(|card| card.told.key.clone()).collect()),
            failures: Vec::new(),
            audit: None,
            failing: Some(failing),
        }
    }
}

fn in_milliseconds((_, moment): Moment) -> Option<i64> {
    moment.map(|moment| moment.0)
}

fn masked(mut standing: Standing, redactor: &mut Redactor) -> Standing {
    standing.notes.iter_mut().for_each(|note| *note = redactor.sentence(note));
    standing
}

/// The new value, where it differs from the old.
fn changed<T: PartialEq + Clone>(old: &mut T, new: T) -> Option<T> {
    (*old != new).then(|| {
        old.clone_from(&new);
        new
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Live;
    use crate::session::Profile;

    fn told(live: &mut Live, teller: &mut Teller) -> News {
        let mut redactor = Redactor::default();
        let changes = live.changes(&mut redactor);
        teller.take(live.session(), changes);
        teller.news(live.session(), &mut redactor)
    }

    const LOGINS: &str = "> GET https://api.test/a\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n\n\
        @ 60s\n> GET https://other.test/b\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n\n\
        > GET https://other.test/picture\n< 200 OK\n";

    #[test]
    fn tells_each_thing_once_and_the_newest_failure_first() {
        let mut session = Live::new(Profile::chrome());
        let mut teller = Teller::default();
        let mut exchanges = crate::capture::notation::parse(LOGINS).unwrap().into_iter();
        session.push(exchanges.next().unwrap());
        let first = told(&mut session, &mut teller);
        assert_eq!((first.rows.len(), first.failures.len(), first.order), (1, 1, Some(vec!["f1".into()])));
        session.push(exchanges.next().unwrap());
        let second = told(&mut session, &mut teller);
        assert_eq!((second.from, second.rows.len(), second.order), (1, 1, Some(vec!["f2".into(), "f1".into()])));
        assert_eq!(second.failures.iter().map(|card| &*card.key).collect::<Vec<_>>(), ["f2"]);
        session.push(exchanges.next().unwrap());
        let third = told(&mut session, &mut teller);
        assert!(
            third.rows.len() == 1
                && third.failures.is_empty()
                && third.order.is_none()
                && third.standing.is_none()
                && third.failing.is_none(),
            "{third:?}"
        );
    }

    #[test]
    fn what_looks_the_same_is_not_told_again() {
        let text =
            "> GET https://app.test/a\n> Authorization: Bearer undefined\n< 401 Unauthorized\n\n> GET https://app.test/quiet\n< 200 OK\n";
        let mut exchanges = crate::capture::notation::parse(text).unwrap().into_iter();
        let (mut session, mut teller) = (Live::new(Profile::chrome()), Teller::default());
        let first = exchanges.next().unwrap();
        let started = first.started;
        session.push(first);
        assert_eq!(told(&mut session, &mut teller).failures.len(), 1);
        session.push(crate::exchange::Exchange { started, ..exchanges.next().unwrap() });
        let news = told(&mut session, &mut teller);
        assert!(news.rows.len() == 1 && news.failures.is_empty() && news.order.is_none() && news.audit.is_none(), "{news:?}");
    }

    #[test]
    fn a_failure_that_is_repaired_is_told_again_and_falls_behind() {
        let text = "> GET https://api.test/a\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n\n\
            > GET https://api.test/a\n> Authorization: Bearer {jwt exp=600}\n< 200 OK\n";
        let mut exchanges = crate::capture::notation::parse(text).unwrap().into_iter();
        let (mut session, mut teller) = (Live::new(Profile::chrome()), Teller::default());
        session.push(exchanges.next().unwrap());
        told(&mut session, &mut teller);
        session.push(exchanges.next().unwrap());
        let news = told(&mut session, &mut teller);
        assert_eq!(news.failures.iter().map(|card| card.failure.recovered_by).collect::<Vec<_>>(), [Some(1)]);
        assert_eq!(news.failing, Some(Vec::new()));
    }
}
