//! WS-Federation: from the request to the provider to the answer that the browser posts.

use super::{Protocol, Remark, SignIn, Step, StepKind, bare};
use crate::facts::Fingerprint;
use crate::facts::messages::{Message, MessageKind};
use crate::session::{Record, Session};
use crate::time::Time;

impl Session {
    pub(super) fn ws_federation_flow(&self, opener: usize) -> Option<SignIn> {
        let record = self.record(opener)?;
        let of_kind = |kind| move |message: &&Message| message.kind == kind;
        let messages = &record.facts.messages;
        let Some(request) = messages.iter().find(of_kind(MessageKind::WsFederationRequest)) else {
            let steps = vec![Step { at: opener, kind: StepKind::Callback }];
            return self.finish(Protocol::WsFederation, steps, vec![Remark::RequestNotSeen], record.was_accepted());
        };
        let from = record.exchange.started;
        let same: Vec<_> = self.messages_from("request", request.identity(), MessageKind::WsFederationRequest, from).collect();
        let answers = self.ws_federation_answers(request, from);
        let answered = answers.first().map_or(Time(i64::MAX), |(_, answer, _)| answer.exchange.started);
        let restarted = same.iter().map(|(_, other, _)| other.exchange.started).find(|time| *time > answered);
        let until = restarted.unwrap_or(Time(i64::MAX));

        let mut steps = Vec::new();
        for (at, other, message) in same.iter().filter(|(_, other, _)| other.exchange.started <= answered) {
            let kind = if message.carrier.is_sent() { StepKind::Request } else { StepKind::Begin };
            steps.push(Step { at: *at, kind });
            if kind == StepKind::Request {
                self.add_passwords(&mut steps, &other.origin, other.exchange.started, answered.plus(1).min(until));
            }
        }
        let mut remarks = Vec::new();
        let mut is_done = false;
        for (at, answer, message) in answers.iter().filter(|(_, answer, _)| answer.exchange.started < until) {
            let is_callback = message.carrier.is_sent();
            steps.push(Step { at: *at, kind: if is_callback { StepKind::Callback } else { StepKind::Answer } });
            if is_callback {
                is_done |= answer.was_accepted();
                let differs = request.link("wctx").is_some() && message.link("wctx") != request.link("wctx");
                remarks.extend(differs.then_some(Remark::ContextDiffers(*at)));
                let elsewhere = request.param("wreply").is_some_and(|reply| bare(reply) != bare(answer.exchange.url.as_str()));
                remarks.extend(elsewhere.then_some(Remark::AnsweredElsewhere(*at)));
            }
        }
        self.finish(Protocol::WsFederation, steps, remarks, is_done)
    }

    /// By context; else the first that came to the application's address.
    fn ws_federation_answers<'s>(&'s self, request: &Message, from: Time) -> Vec<(usize, &'s Record, &'s Message)> {
        let kind = MessageKind::WsFederationResponse;
        let by_context = request.link("wctx").map_or_else(Vec::new, |context| self.messages_from("wctx", context, kind, from).collect());
        if !by_context.is_empty() {
            return by_context;
        }
        let target = request.param("wreply").or_else(|| request.param("wtrealm"));
        target
            .map_or_else(Vec::new, |target| self.messages_from("answered-at", Fingerprint::of(bare(target)), kind, from).take(1).collect())
    }
}
