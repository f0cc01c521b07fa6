//! SAML: from the `AuthnRequest` to the response at the application's consumer service, linked by the
//! request's ID, or by `RelayState` where the answer was not asked for or cannot be read.

use super::{Opening, Protocol, Remark, SignIn, Step, StepKind, bare};
use crate::facts::Fingerprint;
use crate::facts::saml::{Saml, What};
use crate::limits;
use crate::session::lists::{Lists, key};
use crate::session::{Record, Session};
use crate::syntax::saml::kind::Kind;
use crate::time::Time;

/// A message and where it stands.
#[derive(Clone, Copy)]
struct Found<'s> {
    at: usize,
    record: &'s Record,
    saml: &'s Saml,
}

impl Found<'_> {
    const fn started(self) -> Time {
        self.record.exchange.started
    }
}

fn is_request(saml: &Saml) -> bool {
    saml.what == What::Saml(Kind::AuthnRequest)
}

/// An artifact stands for a response.
fn is_answer(saml: &Saml) -> bool {
    matches!(saml.what, What::Saml(Kind::Response) | What::Artifact)
}

/// How a flow may begin with this exchange.
pub fn opening(record: &Record) -> Option<Opening> {
    let messages = &record.facts.saml;
    if messages.iter().any(is_request) {
        Some(Opening::Request)
    } else {
        messages.iter().any(|saml| is_answer(saml) && saml.carrier.is_sent()).then_some(Opening::Callback)
    }
}

/// Whether the provider says that the login failed.
pub fn is_refusal(record: &Record) -> bool {
    let says_so = |saml: &Saml| is_answer(saml) && saml.status.as_deref().is_some_and(|status| !status.ends_with(":Success"));
    record.facts.saml.iter().any(says_so)
}

pub fn take(lists: &mut Lists, records: &[Record], at: usize) {
    for saml in records.get(at).map_or(&[][..], |record| &record.facts.saml) {
        let id = if is_request(saml) { saml.id } else { saml.in_response_to };
        for (name, value) in [("saml", id), ("relay", saml.relay_state)] {
            if let Some(value) = value {
                lists.insert(key(name, value), at, records);
            }
        }
    }
}

impl Session {
    fn saml_from<'s>(&'s self, name: &str, value: Option<Fingerprint>, from: Time, fits: fn(&Saml) -> bool) -> Vec<Found<'s>> {
        let later = value.into_iter().flat_map(|value| self.list(key(name, value)).since(from));
        let found = |(at, record): (usize, &'s Record)| Some(Found { at, record, saml: record.facts.saml.iter().find(|saml| fits(saml))? });
        later.take(limits::SIGN_IN_STEPS).filter_map(found).collect()
    }

    pub(super) fn saml_flow(&self, opener: usize) -> Option<SignIn> {
        let record = self.record(opener)?;
        let mut steps = Vec::new();
        let mut remarks = Vec::new();
        let mut is_done = false;
        let request = record.facts.saml.iter().find(|saml| is_request(saml));
        let answers = match request {
            Some(request) => {
                let same = self.saml_from("saml", request.id, record.exchange.started, is_request);
                let answers = self.saml_answers(request, record.exchange.started);
                let answered = answers.first().map_or(Time(i64::MAX), |answer| answer.started());
                for asked in same.iter().filter(|asked| asked.started() <= answered) {
                    let kind = if asked.saml.carrier.is_sent() { StepKind::Request } else { StepKind::Begin };
                    steps.push(Step { at: asked.at, kind });
                    if kind == StepKind::Request {
                        self.add_passwords(&mut steps, &asked.record.origin, asked.started(), answered.plus(1));
                    }
                }
                answers
            }
            None => {
                remarks.push(Remark::RequestNotSeen);
                let saml = record.facts.saml.iter().find(|saml| is_answer(saml))?;
                vec![Found { at: opener, record, saml }]
            }
        };
        let mut delivered: Option<Found<'_>> = None;
        for answer in answers {
            let is_callback = answer.saml.carrier.is_sent();
            steps.push(Step { at: answer.at, kind: if is_callback { StepKind::Callback } else { StepKind::Answer } });
            if let Some(request) = request {
                remarks.extend(compare(request, &answer));
            }
            if !is_callback {
                continue;
            }
            is_done |= answer.record.was_accepted() && !is_refusal(answer.record);
            match delivered {
                Some(first) if first.saml.id.is_some() && first.saml.id == answer.saml.id => {
                    remarks.push(Remark::AnsweredTwice(answer.at, first.at))
                }
                Some(_) => {}
                None => delivered = Some(answer),
            }
        }
        self.finish(Protocol::Saml, steps, remarks, is_done)
    }

    /// The answers to a request; else those with its `RelayState`, until another request has it.
    fn saml_answers(&self, request: &Saml, from: Time) -> Vec<Found<'_>> {
        let by_id = self.saml_from("saml", request.id, from, is_answer);
        if !by_id.is_empty() {
            return by_id;
        }
        let others = self.saml_from("relay", request.relay_state, from, is_request);
        let next = others.iter().find(|other| other.saml.id != request.id).map_or(Time(i64::MAX), |other| other.started());
        let mut answers = self.saml_from("relay", request.relay_state, from, is_answer);
        // What answers a request in the capture belongs to that one.
        answers.retain(|answer| {
            answer.started() < next && self.saml_from("saml", answer.saml.in_response_to, Time(i64::MIN), is_request).is_empty()
        });
        answers
    }
}

fn compare(request: &Saml, answer: &Found<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let differs = |asked: Option<Fingerprint>, answered: Option<Fingerprint>| match (asked, answered) {
        (Some(asked), Some(answered)) => !asked.may_be(answered),
        _ => asked != answered,
    };
    if answer.saml.in_response_to.is_some() && differs(request.id, answer.saml.in_response_to) {
        remarks.push(Remark::InResponseToDiffers(answer.at));
    }
    if request.relay_state.is_some() && differs(request.relay_state, answer.saml.relay_state) {
        remarks.push(Remark::RelayStateDiffers(answer.at));
    }
    let elsewhere = request.reply_to.as_deref().is_some_and(|target| bare(target) != bare(answer.record.exchange.url.as_str()));
    if answer.saml.carrier.is_sent() && elsewhere {
        remarks.push(Remark::AnsweredElsewhere(answer.at));
    }
    remarks
}
