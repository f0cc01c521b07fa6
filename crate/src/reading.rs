//! What was found when a capture was whole, carried along with what is left of it.
//!
//! A redacted capture proves most causes by itself. What only a secret proves (that two tokens were equal, that
//! a verifier did not fit its challenge, that a password had a trailing blank) it cannot: so a report says what
//! the first reading found beyond the second, and each such cause says that it comes from there.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::cause::Audience;
use crate::causes::catalogue as causes;
use crate::diagnosis::{Checked, DiagnosedCause, DiagnosedFailure, Diagnosis, Handle, Quote, Reference, Verdict};
use crate::finding::{Certainty, Remedy};

/// What stands beside a cause that is known from the first reading only.
pub const KNOWN_FROM_BEFORE: &str = "What proves this was removed from the report. It was found when the capture was whole.";

#[derive(Serialize, Deserialize)]
struct Reading {
    verdict: String,
    failures: Vec<Failure>,
    audit: Vec<Cause>,
}

#[derive(Serialize, Deserialize)]
struct Failure {
    exchanges: Vec<u32>,
    origin: String,
    status: u16,
    what: String,
    identity_or_permission: String,
    recovered_by: Option<u32>,
    causes: Vec<Cause>,
}

#[derive(Serialize, Deserialize)]
struct Cause {
    id: String,
    /// Where the redacted capture does not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
}

#[derive(Serialize, Deserialize)]
struct Found {
    summary: String,
    certainty: String,
    evidence: Vec<Proof>,
    against: Vec<String>,
    not_observable: Vec<String>,
    next_observation: Option<String>,
    remedies: Vec<Advice>,
}

#[derive(Serialize, Deserialize)]
struct Proof {
    exchange: u32,
    part: String,
    name: String,
    quote: String,
    says: String,
}

#[derive(Serialize, Deserialize)]
struct Advice {
    audience: String,
    step: String,
    confirm: String,
    counterfactual: Option<String>,
}

const PARTS: [&str; 8] =
    ["request.line", "request.header", "response.header", "response.status", "request.body", "response.body", "error", "time"];
const CERTAINTIES: [Certainty; 4] = [Certainty::Possible, Certainty::Likely, Certainty::Stated, Certainty::Proved];
const AUDIENCES: [(&str, Audience); 3] =
    [("user", Audience::User), ("developer", Audience::Developer), ("administrator", Audience::Administrator)];
const VERDICTS: [(&str, Verdict); 3] =
    [("failing", Verdict::Failing), ("healthy", Verdict::Healthy), ("no-login-seen", Verdict::NoLoginSeen)];

/// What the first reading found and the second does not; `None` where both agree. `scrub` removes from a
/// sentence what may not leave.
pub fn beyond(first: &Diagnosis, second: &Diagnosis, scrub: &mut dyn FnMut(&str) -> String) -> Option<String> {
    if agree(first, second) {
        return None;
    }
    let reading = Reading {
        verdict: VERDICTS.iter().find(|(_, verdict)| *verdict == first.verdict).map_or("", |(name, _)| name).to_owned(),
        failures: first
            .failures
            .iter()
            .map(|failure| {
                let again = same_failure(&second.failures, &failure.exchanges);
                Failure {
                    exchanges: failure.exchanges.clone(),
                    origin: scrub(&failure.origin),
                    status: failure.status,
                    what: scrub(&failure.what),
                    identity_or_permission: failure.identity_or_permission.clone(),
                    recovered_by: failure.recovered_by,
                    causes: failure
                        .causes
                        .iter()
                        .map(|cause| Cause::beyond(cause, again.map_or(&[], |again| &again.causes), scrub))
                        .collect(),
                }
            })
            .collect(),
        audit: first.audit.iter().map(|cause| Cause::beyond(cause, &second.audit, scrub)).collect(),
    };
    serde_json::to_string(&reading).ok()
}

fn agree(first: &Diagnosis, second: &Diagnosis) -> bool {
    let causes = |causes: &[DiagnosedCause]| causes.iter().map(|cause| (cause.id, cause.certainty)).collect::<Vec<_>>();
    let failures = |diagnosis: &Diagnosis| {
        diagnosis
            .failures
            .iter()
            .map(|failure| (failure.exchanges.clone(), failure.recovered_by, causes(&failure.causes)))
            .collect::<Vec<_>>()
    };
    first.verdict == second.verdict && failures(first) == failures(second) && causes(&first.audit) == causes(&second.audit)
}

fn same_failure<'d>(failures: &'d [DiagnosedFailure], exchanges: &[u32]) -> Option<&'d DiagnosedFailure> {
    failures.iter().find(|failure| failure.exchanges.iter().any(|number| exchanges.contains(number)))
}

impl Cause {
    fn beyond(cause: &DiagnosedCause, again: &[DiagnosedCause], scrub: &mut dyn FnMut(&str) -> String) -> Self {
        let is_found_again = again.iter().any(|other| other.id == cause.id && other.certainty == cause.certainty);
        Self { id: cause.id.to_owned(), found: (!is_found_again).then(|| Found::of(cause, scrub)) }
    }

    fn resumed(&self, again: &[DiagnosedCause], all: &[Self]) -> Option<DiagnosedCause> {
        let Some(found) = &self.found else {
            return again
                .iter()
                .find(|cause| cause.id == self.id)
                .map(|cause| DiagnosedCause { leads_to: leads_to(&self.id, all), ..cause.clone() });
        };
        let meta = causes::find(&self.id)?.meta();
        let advice = meta.advice();
        let certainty = CERTAINTIES.into_iter().find(|certainty| certainty.name() == found.certainty)?;
        Some(DiagnosedCause {
            id: meta.id,
            family: meta.family,
            side: meta.side,
            title: advice.title(),
            summary: found.summary.clone(),
            certainty,
            evidence: found.evidence.iter().filter_map(Proof::quote).collect(),
            against: found.against.clone(),
            not_observable: found.not_observable.iter().cloned().chain([KNOWN_FROM_BEFORE.to_owned()]).collect(),
            next_observation: found.next_observation.clone(),
            leads_to: leads_to(&self.id, all),
            remedies: found.remedies.iter().filter_map(Advice::remedy).collect(),
            settings: Vec::new(),
            references: advice.references().map(|(title, url)| Reference { title, url }).collect(),
        })
    }
}

fn leads_to(id: &str, all: &[Cause]) -> Vec<&'static str> {
    let Some(meta) = causes::find(id).map(|cause| cause.meta()) else { return Vec::new() };
    let others = all.iter().filter_map(|cause| causes::find(&cause.id)).map(|cause| cause.meta());
    others.filter(|other| meta.stage.leads_to(other.stage)).map(|other| other.id).collect()
}

impl Found {
    fn of(cause: &DiagnosedCause, scrub: &mut dyn FnMut(&str) -> String) -> Self {
        Self {
            summary: scrub(&cause.summary),
            certainty: cause.certainty.name().to_owned(),
            evidence: cause
                .evidence
                .iter()
                .map(|quote| Proof {
                    exchange: quote.exchange,
                    part: quote.part.to_owned(),
                    name: scrub(&quote.name),
                    quote: scrub(&quote.quote),
                    says: scrub(&quote.says),
                })
                .collect(),
            against: cause.against.iter().map(|says| scrub(says)).collect(),
            not_observable: cause.not_observable.iter().filter(|says| *says != KNOWN_FROM_BEFORE).map(|says| scrub(says)).collect(),
            next_observation: cause.next_observation.as_deref().map(&mut *scrub),
            remedies: cause
                .remedies
                .iter()
                .map(|remedy| Advice {
                    audience: AUDIENCES.iter().find(|(_, audience)| *audience == remedy.audience).map_or("", |(name, _)| name).to_owned(),
                    step: scrub(&remedy.step),
                    confirm: scrub(&remedy.confirm),
                    counterfactual: remedy.counterfactual.as_deref().map(&mut *scrub),
                })
                .collect(),
        }
    }
}

impl Proof {
    fn quote(&self) -> Option<Quote> {
        let part = PARTS.into_iter().find(|part| *part == self.part)?;
        Some(Quote {
            exchange: self.exchange,
            part,
            name: Cow::Owned(self.name.clone()),
            quote: self.quote.clone(),
            says: self.says.clone(),
        })
    }
}

impl Advice {
    fn remedy(&self) -> Option<Remedy> {
        let (_, audience) = AUDIENCES.into_iter().find(|(name, _)| *name == self.audience)?;
        Some(Remedy { audience, step: self.step.clone(), confirm: self.confirm.clone(), counterfactual: self.counterfactual.clone() })
    }
}

/// The diagnosis of a redacted capture, completed by what the first reading found.
#[must_use]
pub fn completed(second: Diagnosis, first_reading: &str) -> Diagnosis {
    let Ok(reading) = serde_json::from_str::<Reading>(first_reading) else { return second };
    let failures: Vec<DiagnosedFailure> = reading
        .failures
        .iter()
        .map(|failure| {
            let again = same_failure(&second.failures, &failure.exchanges);
            let known: &[DiagnosedCause] = again.map_or(&[], |again| &again.causes);
            DiagnosedFailure {
                exchanges: failure.exchanges.clone(),
                origin: failure.origin.clone(),
                status: failure.status,
                what: again.map_or(&failure.what, |again| &again.what).clone(),
                identity_or_permission: failure.identity_or_permission.clone(),
                recovered_by: failure.recovered_by,
                causes: failure.causes.iter().filter_map(|cause| cause.resumed(known, &failure.causes)).collect(),
                server_says: again.and_then(|again| again.server_says.clone()),
                handles: again.map_or_else(Vec::<Handle>::new, |again| again.handles.clone()),
            }
        })
        .collect();
    let audit: Vec<DiagnosedCause> = reading.audit.iter().filter_map(|cause| cause.resumed(&second.audit, &[])).collect();
    let found = |id: &str| failures.iter().flat_map(|failure| &failure.causes).chain(&audit).any(|cause| cause.id == id);
    let checked = second
        .checked
        .iter()
        .map(|checked| Checked { id: checked.id, result: if found(checked.id) { "found" } else { "passed" } })
        .collect();
    let verdict = VERDICTS.into_iter().find(|(name, _)| *name == reading.verdict).map_or(second.verdict, |(_, verdict)| verdict);
    Diagnosis { verdict, failures, audit, checked, ..second }
}
