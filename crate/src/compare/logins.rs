//! Which two logins are held against each other: those of two captures, or of one the newest that failed and the one
//! that works with which it has most in common.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::align::{Pair, align};
use super::{Comparison, compare_by};
use crate::diagnosis::DiagnosedFailure;
use crate::redact::Redactor;
use crate::session::{Record, Session};

/// An exchange and its position.
type Step<'s> = (usize, &'s Record);

/// Exchanges of one login; what it turns on stands before its end.
const MOST: usize = 2_000;
/// Logins that are looked at, nearest to the failed one first.
const CANDIDATES: usize = 8;

/// A comparison, and which of its logins are those of the capture that was asked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Compared {
    /// Where the two part.
    pub comparison: Comparison,
    /// Whose exchanges are those of the capture that was asked.
    pub own: Own,
}

/// Which of two logins are those of the capture that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Own {
    /// The one that works.
    Working,
    /// The one that fails.
    Failing,
    /// Both.
    Both,
}

impl Own {
    /// Of the captures in which these logins failed: the one with a failure that nothing repaired fails, and of equals
    /// this one.
    #[must_use]
    pub fn of(own: &[DiagnosedFailure], other: &[DiagnosedFailure]) -> Self {
        let is_open = |failures: &[DiagnosedFailure]| failures.iter().any(|failure| failure.recovered_by.is_none());
        if !is_open(own) && is_open(other) { Self::Working } else { Self::Failing }
    }
}

/// Two logins of one session.
pub struct Logins {
    working: Session,
    failing: Session,
    failures: Vec<DiagnosedFailure>,
}

impl Logins {
    /// Of a session in which these logins failed; `None` where none of it works.
    #[must_use]
    pub fn of(session: &Session, failures: Vec<DiagnosedFailure>) -> Option<Self> {
        let order: Vec<Step<'_>> = session.in_order().collect();
        let urgent = failures.iter().max_by_key(|failure| (failure.recovered_by.is_none(), failure.exchanges.last()))?;
        let newest = *urgent.exchanges.last()?;
        let failed: HashSet<u32> = failures.iter().flat_map(|failure| failure.exchanges.iter().copied()).collect();
        let cuts = cuts(session, &order, &failures);
        let parts: Vec<&[Step<'_>]> = cuts.iter().zip(cuts.iter().skip(1)).filter_map(|(from, to)| order.get(*from..*to)).collect();
        let at = parts.iter().position(|part| part.iter().any(|(_, record)| record.exchange.number == newest))?;
        let failing = part_of(session, parts.get(at)?);
        let mut candidates: Vec<_> = parts.iter().enumerate().filter_map(|(other, part)| Some((other, working(part, &failed)?))).collect();
        candidates.sort_by_key(|(other, _)| other.abs_diff(at));
        let sessions = candidates.into_iter().take(CANDIDATES).map(|(_, part)| part_of(session, part));
        let shared = |working: &Session| align(working, &failing, &failed).iter().filter(|pair| matches!(pair, Pair::Both(..))).count();
        // Of equals the last is taken, which is to be the nearest.
        let working = sessions.collect::<Vec<_>>().into_iter().rev().max_by_key(shared).filter(|working| shared(working) > 0)?;
        let is_of_it =
            |failure: &DiagnosedFailure| failing.records().iter().any(|record| failure.exchanges.contains(&record.exchange.number));
        let failures = failures.into_iter().filter(is_of_it).collect();
        Some(Self { working, failing, failures })
    }

    /// Where the two part.
    pub fn compare(self, redactor: &mut Redactor) -> Comparison {
        compare_by(&self.working, &self.failing, self.failures, redactor)
    }
}

/// Where one login ends and the next begins, as places in the order of time: at the first step of a sign-in, behind a
/// failure, and between a request that was let through and the same one refused, if nobody signs in between.
fn cuts(session: &Session, order: &[Step<'_>], failures: &[DiagnosedFailure]) -> Vec<usize> {
    let mut cuts = BTreeSet::from([0, order.len()]);
    let begins: BTreeSet<usize> = session.sign_ins().iter().filter_map(|flow| flow.steps.first()).map(|step| step.at).collect();
    let first_of = |failure: &DiagnosedFailure| failure.exchanges.first().copied();
    let refused: BTreeSet<u32> = failures.iter().filter_map(first_of).collect();
    let ends: BTreeSet<u32> = failures.iter().filter_map(|failure| failure.exchanges.last().copied()).collect();
    let place = |at: usize| order.iter().position(|(other, _)| *other == at);
    for (here, (at, record)) in order.iter().enumerate() {
        if begins.contains(at) {
            cuts.insert(here);
        }
        if ends.contains(&record.exchange.number) {
            cuts.insert(here + 1);
        }
        if refused.contains(&record.exchange.number) {
            let before =
                session.of_request(&record.exchange).take_while(|(other, _)| other != at).filter(|(_, other)| other.was_accepted());
            let after = before.last().and_then(|(other, _)| place(other)).map(|place| place + 1);
            let is_one_login =
                |after: &usize| order.get(*after..=here).is_some_and(|between| between.iter().all(|(at, _)| !begins.contains(at)));
            cuts.extend(after.filter(is_one_login));
        }
    }
    cuts.into_iter().collect()
}

/// The beginning of a part in which nothing failed yet, where it lets somebody in.
fn working<'p, 's>(part: &'p [Step<'s>], failed: &HashSet<u32>) -> Option<&'p [Step<'s>]> {
    let end = part.iter().position(|(_, record)| failed.contains(&record.exchange.number)).unwrap_or(part.len());
    part.get(..end).filter(|part| part.iter().any(|(_, record)| lets_in(record)))
}

/// Whether it shows that somebody is let in.
fn lets_in(record: &Record) -> bool {
    record.was_accepted() && (record.facts.purpose.is_login() || record.facts.bears_credentials())
}

/// A part of a session as a session of its own; its exchanges keep their numbers.
fn part_of(session: &Session, part: &[Step<'_>]) -> Session {
    let mut own = Session::new(session.profile().clone());
    own.extend(part.iter().skip(part.len().saturating_sub(MOST)).map(|(_, record)| record.exchange.clone()));
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Input;
    use crate::session::testing::session;

    fn compared(notation: &str) -> Option<Comparison> {
        let session = session(notation);
        let mut redactor = Redactor::default();
        let failures = session.diagnose(Input::default(), &mut redactor).failures;
        Some(Logins::of(&session, failures)?.compare(&mut redactor))
    }

    fn login(cookie: &str, home: &str) -> String {
        format!(
            "~ kind document\n> POST http://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: {cookie}\n\n\
             ~ kind document\n> GET http://app.test/home\n{home}\n"
        )
    }

    #[test]
    fn a_second_attempt_that_works_is_held_against_the_first() {
        let fails = login("sid={secret a 24}; Secure", "< 302 Found\n< Location: /login");
        let works = login("sid={secret b 24}", "> Cookie: sid={secret b 24}\n< 200 OK");
        for text in [format!("{fails}@ 30s\n{works}"), format!("{works}@ 30s\n{fails}")] {
            let first = compared(&text).unwrap().first.unwrap();
            assert_eq!(first.what, "POST /login", "{text}");
            assert!(first.fails.contains("Secure") && !first.works.contains("Secure"), "{first:?}");
        }
    }

    #[test]
    fn a_login_that_works_stays_one_when_something_else_fails_later() {
        let works = login("sid={secret a 24}", "> Cookie: sid={secret a 24}\n< 200 OK");
        let api = "~ kind fetch\n> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n\n";
        let fails = login("sid={secret b 24}; Secure", "< 302 Found\n< Location: /login");
        let first = compared(&format!("{works}@ 5s\n{api}@ 30s\n{fails}")).unwrap().first.unwrap();
        assert_eq!((first.working, first.failing), (Some(0), Some(3)), "{first:?}");
    }

    #[test]
    fn a_request_that_was_let_through_is_held_against_the_same_one_refused() {
        let call = |token: &str, status: &str| format!("~ kind fetch\n> GET https://api.test/me\n{token}< {status}\n\n");
        let token = "> Authorization: Bearer {secret a 30}\n";
        let comparison =
            compared(&format!("{}@ 5s\n{}", call(token, "200 OK"), call("", "401 Unauthorized\n< WWW-Authenticate: Bearer"))).unwrap();
        let first = comparison.first.unwrap();
        assert_eq!((first.working, first.failing), (Some(0), Some(1)));
        assert!(first.fails.contains("no Authorization"), "{first:?}");
        assert_eq!(comparison.causes[0].id, "missing-credentials");
    }

    #[test]
    fn the_capture_with_an_open_failure_is_the_one_that_fails() {
        let failures = |text: &str| session(text).diagnose(Input::default(), &mut Redactor::default()).failures;
        let fails = failures("> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        let works = failures("> GET https://api.test/me\n> Authorization: Bearer {secret a 30}\n< 200 OK\n");
        assert_eq!([Own::of(&fails, &works), Own::of(&works, &fails), Own::of(&works, &works)], [Own::Failing, Own::Working, Own::Failing]);
    }

    #[test]
    fn nothing_is_held_against_a_login_where_none_works() {
        let fails = login("sid={secret a 24}; Secure", "< 302 Found\n< Location: /login");
        assert!(compared(&format!("{fails}@ 30s\n{fails}")).is_none());
        assert!(compared("> GET http://app.test/\n< 200 OK\n").is_none());
    }
}
