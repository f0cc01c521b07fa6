//! Findings gathered per failed login, the root cause first.

use serde::Serialize;

use crate::capture::{Capture, Skipped};
use crate::cause::{Advice, Audience, Case, Side, Stage};
use crate::causes;
use crate::exchange::Exchange;
use crate::facts::Purpose;
use crate::finding::{Certainty, Evidence, Finding, Remedy};
use crate::order::sort_by_key;
use crate::place::Place;
use crate::products;
use crate::redact::Redactor;
use crate::session::{Failure, FailureKind, Record, Session};

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
}

impl Input {
    /// A capture of which so many exchanges were read.
    #[must_use]
    pub fn of(capture: Capture, exchanges: usize) -> Self {
        let Capture { source, not_observable, skipped, .. } = capture;
        Self { exchanges, skipped, source: source.name, not_observable }
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
#[derive(Clone, Debug, Serialize)]
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
    /// Identifiers that the administrator can search the logs for.
    pub handles: Vec<Handle>,
}

/// One cause of a failed login.
#[derive(Clone, Debug, Serialize)]
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
    /// The same as a share.
    pub confidence: f64,
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
    /// Where the rules stand.
    pub references: Vec<Reference>,
}

/// A proof, as displayed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Quote {
    /// Number of the exchange.
    pub exchange: u32,
    /// The part of it: "response.header".
    pub part: &'static str,
    /// The field's name, in lower case; empty where the part has none.
    pub name: &'static str,
    /// The text there, its secrets masked.
    pub quote: String,
    /// What it shows.
    pub says: String,
}

/// Where a rule stands.
#[derive(Clone, Debug, Serialize)]
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
        let groups = self.grouped();
        let failures: Vec<DiagnosedFailure> = groups.iter().filter_map(|group| self.describe(group, redactor)).collect();
        let audit: Vec<DiagnosedCause> = causes::catalogue::all()
            .filter_map(|cause| cause.audit(self))
            .map(|finding| self.describe_cause(&finding, &[], redactor))
            .collect();
        let found = |id: &str| failures.iter().flat_map(|failure| &failure.causes).chain(&audit).any(|cause| cause.id == id);
        let checked = causes::catalogue::all()
            .map(|cause| cause.meta().id)
            .map(|id| Checked { id, result: if found(id) { "found" } else { "passed" } })
            .collect();
        let verdict = if failures.iter().any(|failure| failure.recovered_by.is_none()) {
            Verdict::Failing
        } else if !failures.is_empty() || self.records().iter().any(concerns_login) {
            Verdict::Healthy
        } else {
            Verdict::NoLoginSeen
        };
        let input = Input { exchanges: self.records().len(), ..input };
        Diagnosis {
            schema: SCHEMA,
            tool: Tool { name: "why401", version: env!("CARGO_PKG_VERSION") },
            input,
            verdict,
            failures,
            audit,
            checked,
        }
    }

    /// Failures of one root cause and subject at one origin are one failure with several exchanges.
    fn grouped(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for failure in self.failures() {
            let Some(record) = self.record(failure.at) else { continue };
            let statements = products::said(self, &failure);
            let at = Case { session: self, failure: &failure, record, statements: &statements };
            let findings = ranked(causes::catalogue::all().filter_map(|cause| cause.examine(&at)).collect());
            let key = |findings: &[Finding]| findings.first().map(|finding| (finding.cause.id, finding.subject.clone()));
            let same = groups
                .iter_mut()
                .find(|group| key(&group.findings) == key(&findings) && !findings.is_empty() && group.origin == record.origin);
            match same {
                Some(group) => {
                    group.exchanges.extend(std::iter::once(failure.at).chain(failure.with));
                    // How the last of them ended is how it stands.
                    group.failure.recovered_by = failure.recovered_by;
                }
                None => {
                    let exchanges = std::iter::once(failure.at).chain(failure.with.iter().copied()).collect();
                    groups.push(Group { origin: record.origin.clone(), exchanges, failure, findings });
                }
            }
        }
        groups
    }

    fn describe(&self, group: &Group, redactor: &mut Redactor) -> Option<DiagnosedFailure> {
        let record = self.record(group.failure.at)?;
        let exchange = &record.exchange;
        let number = |at: usize| self.record(at).map(|record| record.exchange.number);
        let mut exchanges: Vec<u32> = group.exchanges.iter().filter_map(|at| number(*at)).collect();
        sort_by_key(&mut exchanges, |number| *number);
        exchanges.dedup();
        let causes: Vec<DiagnosedCause> =
            group.findings.iter().map(|finding| self.describe_cause(finding, &group.findings, redactor)).collect();
        Some(DiagnosedFailure {
            exchanges,
            origin: record.origin.to_string(),
            status: exchange.status(),
            what: what(exchange, group.failure.kind),
            identity_or_permission: identity_or_permission(exchange, &group.findings),
            recovered_by: group.failure.recovered_by.and_then(number),
            causes,
            handles: handles(exchange, group.exchanges.iter().filter_map(|at| self.record(*at)).map(|record| &record.exchange)),
        })
    }

    fn describe_cause(&self, finding: &Finding, all: &[Finding], redactor: &mut Redactor) -> DiagnosedCause {
        let meta = finding.cause;
        let advice = meta.advice();
        DiagnosedCause {
            id: meta.id,
            family: meta.family,
            side: meta.side,
            title: advice.title(),
            summary: finding.summary.clone(),
            certainty: finding.certainty,
            confidence: finding.certainty.confidence(),
            evidence: finding.evidence.iter().filter_map(|evidence| self.quote(evidence, redactor)).collect(),
            against: finding.against.clone(),
            not_observable: finding.not_observable.clone(),
            next_observation: finding.next_observation.clone(),
            leads_to: all.iter().map(|other| other.cause).filter(|other| meta.stage.leads_to(other.stage)).map(|other| other.id).collect(),
            remedies: remedies(advice, &finding.remedies),
            references: advice.references().map(|(title, url)| Reference { title, url }).collect(),
        }
    }

    fn quote(&self, evidence: &Evidence, redactor: &mut Redactor) -> Option<Quote> {
        let exchange = &self.record(evidence.at)?.exchange;
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
        Some(Quote { exchange: exchange.number, part, name, quote: redactor.place(exchange, &evidence.place), says: evidence.says.clone() })
    }
}

struct Group {
    origin: Box<str>,
    exchanges: Vec<usize>,
    failure: Failure,
    findings: Vec<Finding>,
}

/// The root first: what no other finding explains, the surest of them; then what it explains, in
/// the order in which one brings about the next; then the rest.
fn ranked(mut findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() > 1 {
        findings.retain(|finding| finding.cause.stage != Stage::Unexplained);
    }
    let reasons: Vec<_> = findings.iter().map(|finding| (finding.cause.stage, finding.certainty)).collect();
    // What is merely possible explains nothing that is surer.
    let is_explained = |finding: &Finding| {
        reasons.iter().any(|(stage, certainty)| {
            stage.leads_to(finding.cause.stage) && (*certainty >= Certainty::Likely || *certainty >= finding.certainty)
        })
    };
    let root = findings
        .iter()
        .filter(|finding| !is_explained(finding))
        .max_by(|a, b| a.certainty.cmp(&b.certainty).then(b.cause.stage.cmp(&a.cause.stage)));
    let Some(root) = root.map(|root| root.cause) else { return findings };
    sort_by_key(&mut findings, |finding| {
        let place = if finding.cause == root {
            0
        } else if root.stage.leads_to(finding.cause.stage) {
            1
        } else {
            2
        };
        (place, finding.cause.stage, std::cmp::Reverse(finding.certainty))
    });
    findings
}

/// General advice, replaced by what is concrete to this session where there is any.
fn remedies(advice: Advice, concrete: &[Remedy]) -> Vec<Remedy> {
    [Audience::User, Audience::Developer, Audience::Administrator]
        .into_iter()
        .flat_map(|audience| {
            let own: Vec<Remedy> = concrete.iter().filter(|remedy| remedy.audience == audience).cloned().collect();
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

fn identity_or_permission(exchange: &Exchange, findings: &[Finding]) -> String {
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

/// Identifiers listed of one failure.
const MOST_HANDLES: usize = 24;

/// What names the failed requests in somebody's log: the moment, the identifiers of every exchange,
/// the server's address.
fn handles<'e>(first: &Exchange, exchanges: impl Iterator<Item = &'e Exchange>) -> Vec<Handle> {
    let mut handles = vec![Handle { name: "time".into(), value: first.started.to_utc() }];
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
