//! What is new in a session since it was last told: only what changed crosses to a panel.

use std::collections::HashMap;

use serde::Serialize;

use super::{Row, Standing};
use crate::diagnosis::{DiagnosedCause, DiagnosedFailure, Diagnosis};
use crate::facts::Fingerprint;
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

/// Remembers what was told.
#[derive(Default)]
pub struct Teller {
    rows: usize,
    standing: Option<Standing>,
    order: Vec<String>,
    failures: HashMap<String, Fingerprint>,
    audit: Option<Fingerprint>,
    failing: Vec<u32>,
}

impl Teller {
    /// What is new since the last call, by the diagnosis of the session as it is now.
    pub fn news(&mut self, session: &Session, diagnosis: &Diagnosis, redactor: &mut Redactor) -> News {
        let from = self.rows.min(session.records().len());
        let rows: Vec<Row> = (from..session.records().len()).filter_map(|at| session.row(at, redactor)).collect();
        self.rows = session.records().len();
        let cards = cards(session, diagnosis);
        let order: Vec<String> = cards.iter().map(|card| card.key.clone()).collect();
        self.failures.retain(|key, _| order.contains(key));
        let failures = cards.into_iter().filter(|card| self.failures.insert(card.key.clone(), look(card)) != Some(look(card))).collect();
        let mut failing: Vec<u32> = diagnosis
            .failures
            .iter()
            .filter(|failure| failure.recovered_by.is_none())
            .flat_map(|failure| failure.exchanges.iter().copied())
            .collect();
        failing.sort_unstable();
        failing.dedup();
        let mut standing = session.standing(diagnosis);
        standing.notes.iter_mut().for_each(|note| *note = redactor.sentence(note));
        let audit = look(&diagnosis.audit);
        let risks = (self.audit != Some(audit)).then(|| diagnosis.audit.clone());
        self.audit = Some(audit);
        News {
            from,
            rows,
            standing: changed(&mut self.standing, Some(standing)).flatten(),
            order: changed(&mut self.order, order),
            failures,
            audit: risks,
            failing: changed(&mut self.failing, failing),
        }
    }
}

/// The new value, where it differs from the old.
fn changed<T: PartialEq + Clone>(old: &mut T, new: T) -> Option<T> {
    (*old != new).then(|| {
        old.clone_from(&new);
        new
    })
}

/// Tells whether two values would look alike.
fn look(value: &impl Serialize) -> Fingerprint {
    Fingerprint::of(&serde_json::to_string(value).unwrap_or_default())
}

fn cards(session: &Session, diagnosis: &Diagnosis) -> Vec<FailureCard> {
    let times: HashMap<u32, (Time, Option<Time>)> =
        session.records().iter().map(|record| (record.exchange.number, (record.exchange.started, record.exchange.moment()))).collect();
    let mut cards: Vec<(Time, FailureCard)> = Vec::new();
    for failure in &diagnosis.failures {
        let first = failure.exchanges.first().copied().unwrap_or_default();
        let twins = cards.iter().filter(|(_, card)| card.failure.exchanges.first() == Some(&first)).count();
        let key = if twins == 0 { format!("f{first}") } else { format!("f{first}-{twins}") };
        let (last, moment) = failure.exchanges.iter().filter_map(|number| times.get(number)).max().copied().unwrap_or_default();
        cards.push((last, FailureCard { key, last: moment.map(|moment| moment.0), failure: failure.clone() }));
    }
    cards.sort_by_key(|(last, card)| (card.failure.recovered_by.is_some(), std::cmp::Reverse(*last)));
    cards.into_iter().map(|(_, card)| card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Input;
    use crate::session::Profile;

    fn told(session: &Session, teller: &mut Teller) -> News {
        let mut redactor = Redactor::default();
        let diagnosis = session.diagnose(Input::default(), &mut redactor);
        teller.news(session, &diagnosis, &mut redactor)
    }

    const LOGINS: &str = "> GET https://api.test/a\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n\n\
        @ 60s\n> GET https://other.test/b\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n\n\
        > GET https://other.test/picture\n< 200 OK\n";

    #[test]
    fn tells_each_thing_once_and_the_newest_failure_first() {
        let mut session = Session::new(Profile::chrome());
        let mut teller = Teller::default();
        let mut exchanges = crate::capture::notation::parse(LOGINS).unwrap().into_iter();
        session.push(exchanges.next().unwrap());
        let first = told(&session, &mut teller);
        assert_eq!((first.rows.len(), first.failures.len(), first.order), (1, 1, Some(vec!["f0".into()])));
        session.push(exchanges.next().unwrap());
        let second = told(&session, &mut teller);
        assert_eq!((second.from, second.rows.len(), second.order), (1, 1, Some(vec!["f1".into(), "f0".into()])));
        assert_eq!(second.failures.iter().map(|card| &*card.key).collect::<Vec<_>>(), ["f1"]);
        session.push(exchanges.next().unwrap());
        let third = told(&session, &mut teller);
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
    fn a_failure_that_is_repaired_is_told_again_and_falls_behind() {
        let text = "> GET https://api.test/a\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n\n\
            > GET https://api.test/a\n> Authorization: Bearer {jwt exp=600}\n< 200 OK\n";
        let mut exchanges = crate::capture::notation::parse(text).unwrap().into_iter();
        let (mut session, mut teller) = (Session::new(Profile::chrome()), Teller::default());
        session.push(exchanges.next().unwrap());
        told(&session, &mut teller);
        session.push(exchanges.next().unwrap());
        let news = told(&session, &mut teller);
        assert_eq!(news.failures.iter().map(|card| card.failure.recovered_by).collect::<Vec<_>>(), [Some(1)]);
        assert_eq!(news.failing, Some(Vec::new()));
    }
}
