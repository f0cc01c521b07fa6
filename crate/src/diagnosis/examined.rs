//! What was found of every exchange, kept until something arrives that can change it.
//!
//! What is known of one exchange has parts: whether it is a failed login, what products say of it, and
//! what each cause finds. Every part is asked for while the session notes what is read for the answer
//! (see [`crate::session::lists`]), and is asked for again only when an exchange arrives in what was read,
//! or the cookies of an earlier exchange turn out otherwise. Nobody who asks has to know of this, as long
//! as what is asked of other exchanges is asked by walks.
//!
//! Of exchanges long ago only the range of time is kept that was read for them, and of their findings
//! only the first of their group's.

use std::collections::{BTreeSet, HashMap};

use super::contradictions;
use super::groups::{Group, Groups, Likeness, Member};
use super::ranked::ranked;
use super::risks::Risks;
use crate::cause::{Case, Cause, Stage};
use crate::causes;
use crate::facts::Purpose;
use crate::finding::Finding;
use crate::parallel;
use crate::session::following::{Following, Part, Ties};
use crate::session::{Failure, Record, Session, Stated, said};
use crate::time::Time;

/// Whether it is a failed login.
const JUDGEMENT: Part = 0;
/// What products say of it.
const STATEMENTS: Part = 1;
/// What the first cause finds; those of the others follow.
const FIRST_CAUSE: Part = 2;
/// What is written down of the group that it stands for.
pub const DESCRIPTION: Part = Part::MAX;

/// So many exchanges later an exchange is long ago.
const LONG_AGO: usize = 1024;

/// What is known of one exchange.
#[derive(Debug, Default)]
struct Item {
    failure: Option<Failure>,
    findings: Option<Findings>,
    /// Its group, when it stands for itself.
    group: Option<(Likeness, u32)>,
    ties: Ties,
}

/// What was found of a failed login.
#[derive(Debug, Default)]
struct Findings {
    statements: Vec<Stated>,
    /// In the order of the causes.
    found: Vec<(Part, Finding)>,
}

impl Findings {
    /// Exchanges what one cause found; whether that was something else.
    fn replace(&mut self, part: Part, finding: Option<Finding>) -> bool {
        let place = self.found.binary_search_by_key(&part, |(part, _)| *part);
        match (place, finding) {
            (Err(_), None) => false,
            (Err(place), Some(finding)) => {
                self.found.insert(place, (part, finding));
                true
            }
            (Ok(place), None) => {
                self.found.remove(place);
                true
            }
            (Ok(place), Some(finding)) => self.found.get_mut(place).is_some_and(|(_, before)| {
                let is_changed = *before != finding;
                *before = finding;
                is_changed
            }),
        }
    }

    /// What everybody finds.
    fn of(session: &Session, failure: &Failure) -> Self {
        let statements = said(session, failure);
        let ask = |(part, cause)| Some((part, found_by(cause, session, failure, &statements)?));
        let found = (FIRST_CAUSE..).zip(causes::catalogue::all()).filter_map(ask).collect();
        Self { statements, found }
    }

    fn ranked(&self) -> Vec<&Finding> {
        ranked(self.found.iter().map(|(_, finding)| finding).collect())
    }
}

/// Everything that was found in a session.
#[derive(Debug, Default)]
pub struct Examined {
    items: HashMap<usize, Box<Item>>,
    /// Whether what was read is noted, so that it can be examined again.
    follows: bool,
    following: Following,
    /// The positions of the failed logins to which an exchange belongs.
    claims: HashMap<usize, BTreeSet<usize>>,
    waiting: BTreeSet<(usize, Part)>,
    groups: Groups,
    risks: Risks,
    concerns_login: bool,
    /// Positions whose ties are kept one by one.
    recent: BTreeSet<usize>,
    /// The latest moment that was read for what is long ago.
    long_ago: Option<Time>,
}

impl Examined {
    /// Ready to follow a session on.
    pub fn following(session: &Session) -> Self {
        let mut examined = Self { follows: true, ..Self::default() };
        examined.begin_all(session);
        examined
    }

    /// Everything that is found in a session as it is.
    pub fn of(session: &Session) -> Self {
        let mut examined = Self::default();
        examined.begin_all(session);
        examined.update(session);
        examined
    }

    fn begin_all(&mut self, session: &Session) {
        self.risks.take_all(session);
        self.concerns_login = session.records().iter().any(super::concerns_login);
        self.waiting.extend((0..session.records().len()).map(|at| (at, JUDGEMENT)));
    }

    /// The groups of failed logins.
    pub const fn groups(&self) -> &Groups {
        &self.groups
    }

    /// The same, to be told.
    pub const fn groups_mut(&mut self) -> &mut Groups {
        &mut self.groups
    }

    /// The risks.
    pub const fn risks(&self) -> &Risks {
        &self.risks
    }

    /// The same, to be told.
    pub const fn risks_mut(&mut self) -> &mut Risks {
        &mut self.risks
    }

    /// Whether anything in the session concerns a login.
    pub const fn concerns_login(&self) -> bool {
        self.concerns_login
    }

    /// A failed login.
    pub fn failure(&self, at: usize) -> Option<&Failure> {
        self.items.get(&at)?.failure.as_ref()
    }

    /// What was found of a failed login, the root first.
    pub fn findings(&self, at: usize) -> Vec<&Finding> {
        self.items.get(&at).and_then(|item| item.findings.as_ref()).map_or_else(Vec::new, Findings::ranked)
    }

    /// The causes of a group, the root first: those of the member that stands for it, and what stood in the way
    /// of earlier attempts.
    pub fn causes(&self, group: &Group) -> Vec<&Finding> {
        causes_of(&self.items, group)
    }

    /// Takes note of the exchange that the session took last.
    pub fn take(&mut self, session: &Session, at: usize) {
        let Some(record) = session.record(at) else { return };
        let moment = record.exchange.started;
        for (key, moment) in session.changed() {
            let items = &self.items;
            let touched = self.following.touched(*key, *moment, |at| Some(&items.get(&at)?.ties));
            self.waiting.extend(touched);
        }
        if self.long_ago.is_some_and(|latest| moment <= latest) {
            self.wait_for(|ties| ties.ranges_over(moment));
        }
        for altered in session.altered() {
            if let Some(item) = self.items.get_mut(altered) {
                item.findings = None;
            }
            self.begin(session, *altered);
        }
        self.begin(session, at);
    }

    fn begin(&mut self, session: &Session, at: usize) {
        self.concerns_login |= session.record(at).is_some_and(super::concerns_login);
        self.risks.take(session, at);
        self.waiting.insert((at, JUDGEMENT));
    }

    /// Everything known of these has to be asked for again.
    fn wait_for(&mut self, is_meant: impl Fn(&Ties) -> bool) {
        for (at, item) in self.items.iter_mut().filter(|(_, item)| is_meant(&item.ties)) {
            item.findings = None;
            self.waiting.insert((*at, JUDGEMENT));
        }
    }

    /// Asks for everything again that may be otherwise now.
    pub fn update(&mut self, session: &Session) {
        let (mut affected, mut judged, mut parts) = (BTreeSet::new(), Vec::new(), Vec::new());
        for (at, part) in std::mem::take(&mut self.waiting) {
            match part {
                JUDGEMENT => judged.push(at),
                _ => parts.push((at, part)),
            }
        }
        let failures = self.ask_each(session, &judged, JUDGEMENT, |at| session.judge(at));
        for (at, failure) in judged.into_iter().zip(failures) {
            self.judge(at, failure, &mut affected);
        }
        self.add_claimed(&mut affected);
        let is_unknown = |at: &usize| self.items.get(at).is_some_and(|item| item.findings.is_none());
        let new: Vec<usize> = affected.iter().copied().filter(|at| is_unknown(at) && self.is_shown(session, *at)).collect();
        self.examine_each(session, &new);
        for at in affected {
            self.show(session, at, new.binary_search(&at).is_ok());
        }
        for (at, part) in parts {
            self.examine_again(session, at, part);
        }
        for stands in self.groups.changed() {
            if self.items.get(&stands).is_some_and(|item| item.findings.is_none()) {
                self.examine(session, stands);
            }
        }
        let items = &self.items;
        self.groups.settle(|group| {
            let causes = causes_of(items, group).iter().map(|finding| finding.cause.id).collect();
            let failure = group.ends().and_then(|(_, (_, last))| items.get(&last)?.failure.as_ref());
            (causes, failure.is_some_and(|failure| failure.recovered_by.is_none()))
        });
        self.condense(session);
    }

    /// Answers a question, ties that part to what was read for it, and lets go of what it hung on before.
    fn ask<T>(&mut self, session: &Session, at: usize, part: Part, question: impl FnOnce() -> T) -> T {
        if !self.follows {
            return question();
        }
        let (answer, reads) = session.noting(question);
        if let Some(item) = self.items.get_mut(&at) {
            item.ties.untie(|other| other == part);
        }
        if !reads.is_empty() {
            self.following.tie(at, &mut self.items.entry(at).or_default().ties, part, &reads);
            self.recent.insert(at);
        }
        answer
    }

    /// The same of each of these exchanges. What need not be followed on two cores ask.
    fn ask_each<T: Send>(&mut self, session: &Session, of: &[usize], part: Part, question: impl Fn(usize) -> T + Sync) -> Vec<T> {
        if !self.follows {
            return parallel::map(of, |at| question(*at));
        }
        of.iter().map(|at| self.ask(session, *at, part, || question(*at))).collect()
    }

    /// Takes note of whether an exchange is a failed login.
    fn judge(&mut self, at: usize, failure: Option<Failure>, affected: &mut BTreeSet<usize>) {
        if failure.is_none() && !self.items.contains_key(&at) {
            return;
        }
        let item = self.items.entry(at).or_default();
        let is_same = |one: &Failure, other: &Failure| (one.kind, &one.with) == (other.kind, &other.with);
        let looks_the_same = match (&item.failure, &failure) {
            (Some(before), Some(now)) => is_same(before, now),
            (before, now) => before.is_none() && now.is_none(),
        };
        if item.failure != failure || failure.is_some() && item.findings.is_none() {
            affected.insert(at);
        }
        let before = std::mem::replace(&mut item.failure, failure);
        if looks_the_same {
            return;
        }
        item.findings = None;
        for claimed in before.into_iter().flat_map(|failure| failure.with) {
            self.claims.entry(claimed).or_default().remove(&at);
            affected.insert(claimed);
        }
        for claimed in item.failure.iter().flat_map(|failure| &failure.with) {
            self.claims.entry(*claimed).or_default().insert(at);
            affected.insert(*claimed);
        }
    }

    /// Adds what belongs to these.
    fn add_claimed(&self, affected: &mut BTreeSet<usize>) {
        let mut open: Vec<usize> = affected.iter().copied().collect();
        while let Some(at) = open.pop() {
            let claimed = self.failure(at).map_or(&[][..], |failure| &failure.with);
            open.extend(claimed.iter().copied().filter(|claimed| affected.insert(*claimed)));
        }
    }

    /// Whether what belongs to this failed login belongs to no other: it is no part of an earlier one.
    fn counts(&self, session: &Session, at: usize, depth: usize) -> bool {
        let claimants = self.claims.get(&at).into_iter().flatten();
        let mut earlier = claimants.filter(|claimant| member(session, **claimant) < member(session, at));
        self.failure(at).is_some() && (depth == 0 || !earlier.any(|claimant| self.counts(session, *claimant, depth - 1)))
    }

    /// Whether it stands for itself: it is no part of another one.
    fn is_shown(&self, session: &Session, at: usize) -> bool {
        let mut claimants = self.claims.get(&at).into_iter().flatten();
        self.counts(session, at, CLAIMS) && !claimants.any(|claimant| self.counts(session, *claimant, CLAIMS))
    }

    fn show(&mut self, session: &Session, at: usize, is_new: bool) {
        let is_shown = self.is_shown(session, at);
        let Some(item) = self.items.get_mut(&at) else { return };
        if !is_shown {
            item.findings = None;
            item.ties.untie(|part| part != JUDGEMENT);
            if let Some((likeness, _)) = item.group.take() {
                self.groups.remove(&likeness, member(session, at));
            }
            return;
        }
        self.group(session, at, is_new);
    }

    /// Puts a failed login into its group.
    fn group(&mut self, session: &Session, at: usize, is_whole: bool) {
        let (Some(item), Some(record)) = (self.items.get_mut(&at), session.record(at)) else { return };
        let root = item.findings.as_ref().and_then(|findings| findings.ranked().first().copied());
        let likeness = match root {
            None => Likeness::Alone(at),
            Some(_) if record.facts.purpose == Purpose::SignIn => Likeness::Login(record.origin.clone()),
            Some(root) => Likeness::Cause(record.origin.clone(), root.cause.id, (*root.subject).into()),
        };
        let member = member(session, at);
        match item.group.take() {
            Some((before, number)) if before == likeness => {
                self.groups.touch(number, member, is_whole);
                item.group = Some((before, number));
            }
            before => {
                if let Some((before, _)) = before {
                    self.groups.remove(&before, member);
                }
                let number = self.groups.add(likeness.clone(), member);
                item.group = Some((likeness, number));
            }
        }
    }

    /// Asks everybody about each of these failed logins.
    fn examine_each(&mut self, session: &Session, of: &[usize]) {
        if self.follows {
            return of.iter().for_each(|at| self.examine(session, *at));
        }
        let found = parallel::map(of, |at| self.failure(*at).map(|failure| Findings::of(session, failure)));
        for (at, findings) in of.iter().zip(found) {
            if let Some(item) = self.items.get_mut(at) {
                item.findings = findings;
            }
        }
    }

    /// Asks everybody about a failed login.
    fn examine(&mut self, session: &Session, at: usize) {
        let Some(failure) = self.failure(at).cloned() else { return };
        let statements = self.ask(session, at, STATEMENTS, || said(session, &failure));
        let mut found = Vec::new();
        for (part, cause) in (FIRST_CAUSE..).zip(causes::catalogue::all()) {
            found.extend(self.ask_cause(session, &failure, &statements, part, cause).map(|finding| (part, finding)));
        }
        if let Some(item) = self.items.get_mut(&at) {
            item.findings = Some(Findings { statements, found });
        }
    }

    fn ask_cause(&mut self, session: &Session, failure: &Failure, statements: &[Stated], part: Part, cause: &dyn Cause) -> Option<Finding> {
        self.ask(session, failure.at, part, || found_by(cause, session, failure, statements))
    }

    /// Asks once more for one part.
    fn examine_again(&mut self, session: &Session, at: usize, part: Part) {
        let Some(item) = self.items.get_mut(&at).filter(|item| item.group.is_some()) else { return };
        if part == DESCRIPTION {
            let number = item.group.as_ref().map_or(0, |(_, number)| *number);
            self.groups.touch(number, member(session, at), true);
            return;
        }
        let (Some(failure), Some(mut findings)) = (item.failure.clone(), item.findings.take()) else {
            self.examine(session, at);
            self.group_again(session, at);
            return;
        };
        let is_changed = if part == STATEMENTS {
            let statements = self.ask(session, at, STATEMENTS, || said(session, &failure));
            statements != findings.statements
        } else if let Some(cause) = causes::catalogue::all().nth(usize::from(part - FIRST_CAUSE)) {
            let finding = self.ask_cause(session, &failure, &findings.statements, part, cause);
            findings.replace(part, finding)
        } else {
            false
        };
        if is_changed && part == STATEMENTS {
            self.examine(session, at);
        } else if let Some(item) = self.items.get_mut(&at) {
            item.findings = Some(findings);
        }
        if is_changed {
            self.group_again(session, at);
        }
    }

    /// The same where something else was found: of members that a group does not name only the exchanges are shown.
    fn group_again(&mut self, session: &Session, at: usize) {
        let number = self.items.get(&at).and_then(|item| item.group.as_ref()).map_or(0, |(_, number)| *number);
        self.group(session, at, self.groups.names(number, member(session, at)));
    }

    /// Writes something down of a group, and notes on what of the session that hangs.
    pub fn describe<T>(&mut self, session: &Session, first: usize, write: impl FnOnce(&Self) -> T) -> T {
        if !self.follows {
            return write(self);
        }
        let (written, reads) = session.noting(|| write(self));
        if let Some(item) = self.items.get_mut(&first) {
            item.ties.untie(|part| part == DESCRIPTION);
            self.following.tie(first, &mut item.ties, DESCRIPTION, &reads);
            self.recent.insert(first);
        }
        written
    }

    fn condense(&mut self, session: &Session) {
        let Some(horizon) = session.records().len().checked_sub(LONG_AGO) else { return };
        let rest = self.recent.split_off(&horizon);
        for at in std::mem::replace(&mut self.recent, rest) {
            let Some(item) = self.items.get_mut(&at) else { continue };
            self.following.condense(at, &mut item.ties);
            self.long_ago = self.long_ago.max(item.ties.ranged_to());
            let is_named = item.group.as_ref().is_some_and(|(_, number)| self.groups.names(*number, member(session, at)));
            if !is_named && !item.ties.is_open(|part| part != JUDGEMENT) {
                item.findings = None;
            }
        }
    }
}

fn found_by(cause: &dyn Cause, session: &Session, failure: &Failure, statements: &[Stated]) -> Option<Finding> {
    let case = Case { session, failure, record: session.record(failure.at)?, statements };
    let finding = cause.examine(&case).filter(|finding| !contradictions::exclude(&case, finding))?;
    Some(contradictions::bounded(&case, finding))
}

/// Failed logins that are part of one another, at most.
const CLAIMS: usize = 8;

fn member(session: &Session, at: usize) -> Member {
    (session.record(at).map_or((Time(0), 0), Record::place), at)
}

fn causes_of<'i>(items: &'i HashMap<usize, Box<Item>>, group: &Group) -> Vec<&'i Finding> {
    let ranked = |at: usize| items.get(&at).and_then(|item| item.findings.as_ref()).map_or_else(Vec::new, Findings::ranked);
    let mut causes = group.ends().map_or_else(Vec::new, |((_, stands), _)| ranked(stands));
    if group.is_login() {
        for root in group.members().filter_map(|at| ranked(at).first().copied()) {
            // Nothing of what went wrong before is unexplained once something is explained.
            if root.cause.stage != Stage::Unexplained && !causes.iter().any(|cause| cause.cause == root.cause) {
                causes.push(root);
            }
        }
    }
    causes
}
