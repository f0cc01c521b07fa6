//! Findings gathered per failed login, the root cause first.

mod contradictions;
mod examined;
mod groups;
mod live;
mod ranked;
mod risks;
mod settings;

use std::borrow::Cow;

use serde::Serialize;

use crate::capture::{Capture, Skipped};
use crate::cause::{Advice, Audience, Side, Stage};
use crate::causes;
use crate::exchange::Exchange;
use crate::facts::{Purpose, statements};
use crate::finding::{Certainty, Evidence, Finding, Remedy};
use crate::parallel;
use crate::place::Place;
use crate::products;
use crate::reading;
use crate::redact::Redactor;
use crate::session::{Failure, FailureKind, Fate, Hypothesis, Record, Session};
use examined::Examined;
use groups::Group;

pub use live::{Change, Changes, Live};
pub use settings::Setting;

/// The version of the JSON form.
pub const SCHEMA: u32 = 1;

/// What is known of the capture itself.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Input {
    /// How many exchanges were read.
    pub exchanges: usize,
    /// What could not be read.
    pub skipped: Vec<Skipped>,
    /// What the capture was made by: "Chrome 156 HAR".
    pub source: String,
    /// What no exchange of this capture can show: "cookies".
    pub not_observable: Vec<String>,
    /// What was found when the capture was whole, where it is a report.
    #[serde(skip)]
    #[cfg_attr(test, ts(skip))]
    pub first_reading: Option<Box<str>>,
}

impl Input {
    /// A capture of which so many exchanges were read.
    #[must_use]
    pub fn of(capture: Capture, exchanges: usize) -> Self {
        let Capture { source, not_observable, skipped, first_reading, .. } = capture;
        Self { exchanges, skipped, source: source.name, not_observable, first_reading }
    }
}

/// The whole answer, in the shape of its JSON form.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Diagnosis {
    /// The version of this form.
    pub schema: u32,
    /// What made it.
    pub tool: Tool,
    /// What it was made from.
    pub input: Input,
    /// Whether a login failed.
    pub verdict: Verdict,
    /// The failed logins, in order of time.
    pub failures: Vec<DiagnosedFailure>,
    /// Risks that did not break this login.
    pub audit: Vec<DiagnosedCause>,
    /// Every cause that was looked for.
    pub checked: Vec<Checked>,
}

/// Name and version of the program.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Tool {
    /// "why401".
    pub name: &'static str,
    /// As in Cargo.toml.
    pub version: &'static str,
}

/// Whether a login failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// At least one login failed and nothing later repaired it.
    Failing,
    /// Somebody was authenticated, and no failure was left.
    Healthy,
    /// Nothing in the capture concerns a login.
    NoLoginSeen,
}

/// One failed login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiagnosedFailure {
    /// Numbers of the exchanges in which it shows.
    pub exchanges: Vec<u32>,
    /// The origin that refused.
    pub origin: String,
    /// The status that refused; 0 where no answer came.
    pub status: u16,
    /// What failed, in a sentence.
    pub what: String,
    /// Whether identity or permission failed, in words.
    pub identity_or_permission: String,
    /// Number of the exchange that succeeded later.
    pub recovered_by: Option<u32>,
    /// The causes, the root first, what it explains below it.
    pub causes: Vec<DiagnosedCause>,
    /// The sentence with which the server refused, else its code, where it said one.
    pub server_says: Option<Quote>,
    /// Identifiers that the administrator can search the logs for.
    pub handles: Vec<Handle>,
}

/// One cause of a failed login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiagnosedCause {
    /// The catalogue's id.
    pub id: &'static str,
    /// Its family.
    pub family: &'static str,
    /// Who has to act.
    pub side: Side,
    /// The cause in a few words.
    pub title: &'static str,
    /// What happened here, with the real names and values.
    pub summary: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where the proof lies.
    pub evidence: Vec<Quote>,
    /// What speaks against it.
    pub against: Vec<String>,
    /// What this capture cannot show that would matter.
    pub not_observable: Vec<String>,
    /// The one observation that would settle it.
    pub next_observation: Option<String>,
    /// Ids of the causes below that it explains.
    pub leads_to: Vec<&'static str>,
    /// What each person can do.
    pub remedies: Vec<Remedy>,
    /// What to write into the products that the exchanges show.
    pub settings: Vec<Setting>,
    /// Where the rules stand.
    pub references: Vec<Reference>,
}

/// A proof, as displayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Quote {
    /// Number of the exchange.
    pub exchange: u32,
    /// The part of it: "response.header".
    pub part: &'static str,
    /// The field's name, in lower case; empty where the part has none.
    pub name: Cow<'static, str>,
    /// The text there, its secrets masked.
    pub quote: String,
    /// What it shows.
    pub says: String,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reference {
    /// Its name.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

/// An identifier that the administrator can search the logs for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Handle {
    /// Field name, or what it is.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A cause that was looked for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Checked {
    /// The catalogue's id.
    pub id: &'static str,
    /// "passed" or "found".
    pub result: &'static str,
}

impl Session {
    /// The diagnosis of all that was pushed. `input` tells what the capture itself is known for.
    #[must_use]
    pub fn diagnose(&self, input: Input, redactor: &mut Redactor) -> Diagnosis {
        diagnose(self, &Examined::of(self), input, redactor)
    }
}

fn diagnose(session: &Session, examined: &Examined, input: Input, redactor: &mut Redactor) -> Diagnosis {
    let groups = examined.groups().in_order();
    let tried_out = parallel::map(&groups, |(_, group)| tried_out(session, examined, group));
    let failures = groups.into_iter().zip(tried_out);
    let failures = failures.filter_map(|((_, group), tried_out)| describe(session, examined, group, tried_out, redactor)).collect();
    let first_reading = input.first_reading.clone();
    let diagnosis = Diagnosis {
        schema: SCHEMA,
        tool: Tool { name: "why401", version: env!("CARGO_PKG_VERSION") },
        input: Input { exchanges: session.records().len(), ..input },
        verdict: verdict(examined),
        failures,
        audit: audit(session, examined, redactor),
        checked: checked(examined),
    };
    match first_reading {
        Some(first_reading) => reading::completed(diagnosis, &first_reading),
        None => diagnosis,
    }
}

fn verdict(examined: &Examined) -> Verdict {
    if examined.groups().is_any_open() {
        Verdict::Failing
    } else if !examined.groups().is_empty() || examined.concerns_login() {
        Verdict::Healthy
    } else {
        Verdict::NoLoginSeen
    }
}

fn audit(session: &Session, examined: &Examined, redactor: &mut Redactor) -> Vec<DiagnosedCause> {
    examined.risks().findings(session).iter().map(|finding| session.describe_cause(finding, &[], redactor)).collect()
}

fn checked(examined: &Examined) -> Vec<Checked> {
    let is_found = |id: &str| examined.groups().is_found(id) || examined.risks().is_found(id);
    causes::catalogue::all()
        .map(|cause| cause.meta().id)
        .map(|id| Checked { id, result: if is_found(id) { "found" } else { "passed" } })
        .collect()
}

/// What would have come of the root's remedy.
fn tried_out(session: &Session, examined: &Examined, group: &Group) -> Option<String> {
    let ((_, stands), _) = group.ends()?;
    session.try_out(examined.findings(stands).first()?)
}

/// A group as the member that stands for it shows it; the exchanges are those of all.
fn describe(
    session: &Session,
    examined: &Examined,
    group: &Group,
    tried_out: Option<String>,
    redactor: &mut Redactor,
) -> Option<DiagnosedFailure> {
    let ((_, stands), (_, last)) = group.ends()?;
    let exchange = &session.record(stands)?.exchange;
    let failure = examined.failure(stands)?;
    let findings = examined.findings(stands);
    // What an address masks, no sentence about it shows.
    for exchange in group.members().take(MOST_EXCHANGES).flat_map(|at| exchanges(session, examined, at)) {
        redactor.url(exchange.url.as_str());
    }
    let all = examined.causes(group);
    let mut causes: Vec<DiagnosedCause> = all.iter().map(|finding| session.describe_cause(finding, &findings, redactor)).collect();
    if let (Some(root), Some(says)) = (causes.first_mut(), tried_out) {
        let own = root.remedies.iter_mut().filter(|remedy| remedy.audience == Audience::Developer);
        own.for_each(|remedy| remedy.counterfactual = Some(says.clone()));
    }
    Some(DiagnosedFailure {
        exchanges: numbers(session, examined, group.members()),
        origin: session.record(stands)?.origin.to_string(),
        status: exchange.status(),
        what: redactor.sentence(&what(exchange, failure.kind)),
        identity_or_permission: identity_or_permission(exchange, &findings),
        recovered_by: recovered_by(session, examined, last),
        causes,
        server_says: session.server_says(failure, &findings, redactor),
        handles: handles_of(session, examined, group),
    })
}

fn handles_of(session: &Session, examined: &Examined, group: &Group) -> Vec<Handle> {
    let stands = group.ends().and_then(|((_, stands), _)| session.record(stands));
    let members = group.members().take(MOST_EXCHANGES).flat_map(|at| exchanges(session, examined, at));
    stands.map_or_else(Vec::new, |stands| handles(&stands.exchange, members))
}

/// The exchanges of a failed login.
fn exchanges<'s>(session: &'s Session, examined: &'s Examined, at: usize) -> impl Iterator<Item = &'s Exchange> {
    let with = examined.failure(at).map_or(&[][..], |failure| &failure.with);
    std::iter::once(at).chain(with.iter().copied()).filter_map(|at| session.record(at)).map(|record| &record.exchange)
}

/// The numbers of the exchanges of failed logins, in order, each once.
fn numbers(session: &Session, examined: &Examined, members: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut numbers: Vec<u32> = members.flat_map(|at| exchanges(session, examined, at)).map(|exchange| exchange.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The number of the exchange that succeeded after this failed login.
fn recovered_by(session: &Session, examined: &Examined, at: usize) -> Option<u32> {
    let later = examined.failure(at)?.recovered_by?;
    session.record(later).map(|record| record.exchange.number)
}

impl Session {
    /// Replays the session with what the finding's own remedy for the developer proposes, and tells what would have come of it.
    fn try_out(&self, finding: &Finding) -> Option<String> {
        let supposed = finding.supposed.as_ref()?;
        finding.remedies.iter().find(|remedy| remedy.audience == Audience::Developer)?;
        let number = self.record(supposed.needed_at)?.exchange.number;
        let hypothesis = Hypothesis::SetCookie { at: supposed.at, field: supposed.field, line: &supposed.line };
        let what_if = self.what_if_until(&hypothesis, Some(supposed.needed_at));
        let fate = what_if.fates.iter().find(|fate| fate.at == supposed.needed_at && *fate.name == *supposed.cookie);
        Some(match fate.map(|fate| fate.would_be) {
            Some(Fate::Sent) => format!("exchange {number} would have borne {}", supposed.cookie),
            Some(Fate::HeldBack(reasons)) => {
                let reason = reasons.iter().next().map_or("", |reason| reason.says());
                format!("the browser would keep {} and still hold it back: {reason}", supposed.cookie)
            }
            Some(Fate::NotStored) | None => return None,
        })
    }

    fn describe_cause(&self, finding: &Finding, all: &[&Finding], redactor: &mut Redactor) -> DiagnosedCause {
        let meta = finding.cause;
        let advice = meta.advice();
        // Quoted first, so that the sentences know what is masked.
        let evidence: Vec<Quote> = finding.evidence.iter().filter_map(|evidence| self.quote(evidence, redactor)).collect();
        let mut sentence = |text: &String| redactor.sentence(text);
        DiagnosedCause {
            id: meta.id,
            family: meta.family,
            side: meta.side,
            title: advice.title(),
            summary: sentence(&finding.summary),
            certainty: finding.certainty,
            evidence: evidence.into_iter().map(|quote| Quote { says: sentence(&quote.says), ..quote }).collect(),
            against: finding.against.iter().map(&mut sentence).collect(),
            not_observable: finding.not_observable.iter().map(&mut sentence).collect(),
            next_observation: finding.next_observation.as_ref().map(&mut sentence),
            leads_to: all.iter().map(|other| other.cause).filter(|other| meta.stage.leads_to(other.stage)).map(|other| other.id).collect(),
            remedies: remedies(advice, &finding.remedies, &mut sentence),
            settings: self.settings(finding),
            references: advice.references().map(|(title, url)| Reference { title, url }).collect(),
        }
    }

    /// What the server says of a failed login, in its exchanges or where the answer's proof lies.
    fn server_says(&self, failure: &Failure, findings: &[&Finding], redactor: &mut Redactor) -> Option<Quote> {
        let proofs = findings.first().into_iter().flat_map(|root| root.evidence.iter().map(|evidence| evidence.at));
        let mut answers = std::iter::once(failure.at).chain(failure.with.iter().copied()).chain(proofs);
        answers.find_map(|at| {
            let record = self.record(at)?;
            let place = statements::spoken(&record.exchange, &record.facts)?;
            self.quote(&Evidence { at, place, says: "The server says so.".into() }, redactor)
        })
    }

    /// Settings of the products that the proof and what came before it from the same origins show.
    fn settings(&self, finding: &Finding) -> Vec<Setting> {
        let proofs = finding.evidence.iter().filter_map(|evidence| self.record(evidence.at).map(|record| (evidence.at, record)));
        let around = |(at, record): (usize, &'_ Record)| self.of_origin(&record.origin).back_from_here(at).at_most(NEIGHBOURS, 0);
        let records: Vec<&Record> = proofs.take(NEIGHBOURS).flat_map(around).map(|(_, record)| record).collect();
        settings::settings(finding.cause.id, &records)
    }

    fn quote(&self, evidence: &Evidence, redactor: &mut Redactor) -> Option<Quote> {
        let exchange = &self.record(evidence.at)?.exchange;
        redactor.url(exchange.url.as_str());
        redactor.learn(exchange);
        let (part, name) = match &evidence.place {
            Place::Target => ("request.line", ""),
            Place::Sent(name, _) => ("request.header", *name),
            Place::Received(name, _) => ("response.header", *name),
            Place::Status => ("response.status", ""),
            Place::RequestBody(_) => ("request.body", ""),
            Place::ResponseBody(_) => ("response.body", ""),
            Place::Error => ("error", ""),
            Place::Moment => ("time", ""),
        };
        Some(Quote {
            exchange: exchange.number,
            part,
            name: Cow::Borrowed(name),
            quote: redactor.place(exchange, &evidence.place),
            says: evidence.says.clone(),
        })
    }
}

/// General advice, replaced by what is concrete to this session where there is any.
fn remedies(advice: Advice, concrete: &[Remedy], sentence: &mut dyn FnMut(&String) -> String) -> Vec<Remedy> {
    [Audience::User, Audience::Developer, Audience::Administrator]
        .into_iter()
        .flat_map(|audience| {
            let own: Vec<Remedy> = concrete
                .iter()
                .filter(|remedy| remedy.audience == audience)
                .map(|remedy| Remedy { step: sentence(&remedy.step), confirm: sentence(&remedy.confirm), ..remedy.clone() })
                .collect();
            if !own.is_empty() {
                return own;
            }
            let general = advice.remedies().filter(|(whom, ..)| *whom == audience);
            general
                .map(|(_, step, confirm)| Remedy { audience, step: step.into(), confirm: confirm.into(), counterfactual: None })
                .collect()
        })
        .collect()
}

fn concerns_login(record: &Record) -> bool {
    let facts = &record.facts;
    record.exchange.url.password().is_some()
        || facts.credentials.is_some()
        || !facts.challenges.is_empty()
        || matches!(facts.purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback | Purpose::Authorize)
}

fn what(exchange: &Exchange, kind: FailureKind) -> String {
    let request = format!("{} {}", exchange.method, exchange.url.path());
    match kind {
        FailureKind::Refused => format!("{request} was refused"),
        FailureKind::PreflightRefused => format!("The preflight for {} was refused, so the request was never made", exchange.url.path()),
        FailureKind::Bounced => format!("{request} sent the browser back to the login page"),
        FailureKind::Loop => format!("{request} sent the browser in circles"),
        FailureKind::Unreachable => format!("{request} got no answer"),
        FailureKind::Hidden => format!("{} {} gave the page only a network error", exchange.asked_method(), exchange.url.path()),
    }
}

fn identity_or_permission(exchange: &Exchange, findings: &[&Finding]) -> String {
    let permission = findings.first().is_some_and(|root| root.cause.stage == Stage::NotAllowed);
    let intercepted = findings.first().is_some_and(|root| matches!(root.cause.stage, Stage::Intercepted | Stage::Unreachable));
    match (exchange.status(), permission, intercepted) {
        (_, _, true) => "Neither identity nor permission was decided: the application never judged this request.".into(),
        (401, true, _) => "Permission failed, not identity: the server said 401 where 403 is meant.".into(),
        (_, true, _) => "Permission failed, not identity: the server knows who asks, and does not allow it.".into(),
        (403, false, _) => "Identity failed, although the server said 403.".into(),
        _ => "Identity failed, not permission: the server does not accept who asks.".into(),
    }
}

/// Failed logins of one group in which identifiers are looked for.
const MOST_EXCHANGES: usize = 64;

/// Exchanges of a proof's origin in which signs of a product are looked for, and proofs around which they are.
const NEIGHBOURS: usize = 8;

/// Identifiers listed of one failure.
const MOST_HANDLES: usize = 24;

/// What names the failed requests in somebody's log: the moment, the identifiers of every exchange,
/// the server's address.
fn handles<'e>(first: &Exchange, exchanges: impl Iterator<Item = &'e Exchange>) -> Vec<Handle> {
    let time = (!first.unseen.moment).then(|| Handle { name: "time".into(), value: first.started.to_utc() });
    let mut handles: Vec<Handle> = time.into_iter().collect();
    for exchange in exchanges {
        let address = exchange.server_address.as_deref().map(|address| ("server address", address.to_owned()));
        for (name, value) in products::handles(exchange).into_iter().chain(address) {
            let handle = Handle { name: name.into(), value };
            if handles.len() < MOST_HANDLES && !handles.contains(&handle) {
                handles.push(handle);
            }
        }
    }
    handles
}
