//! OAuth 2.0 and OpenID Connect: from the authorization request to the first use of the tokens.

use super::hashes;
use super::{Protocol, Remark, SignIn, Step, StepKind, asked_at, bare, response_target};
use crate::exchange::Exchange;
use crate::facts::Fingerprint;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::session::{Record, Session};
use crate::syntax::form;
use crate::syntax::json::{Members, text_of};
use crate::syntax::oauth::pkce;
use crate::syntax::redaction::is_mark;
use crate::time::Time;

/// A message and where it stands.
#[derive(Clone, Copy)]
struct Found<'s> {
    at: usize,
    record: &'s Record,
    message: &'s Message,
}

impl Session {
    pub(super) fn oauth_flow(&self, opener: usize) -> Option<SignIn> {
        let record = self.record(opener)?;
        let of_kind = |kind| record.facts.messages.iter().find(|message| message.kind == kind);
        let request = of_kind(MessageKind::AuthorizationRequest).map(|message| Found { at: opener, record, message });
        let mut flow = match request {
            Some(request) => Flow::from_request(self, request),
            None => Flow::from_callback(self, Found { at: opener, record, message: of_kind(MessageKind::AuthorizationResponse)? }),
        };
        flow.redeem();
        flow.compare();
        let is_done = flow.is_done();
        flow.add_use();
        self.finish(Protocol::OAuth, flow.steps, flow.remarks, is_done)
    }

    fn found<'s>(
        &'s self,
        name: &'static str,
        value: Fingerprint,
        kind: MessageKind,
        from: Time,
    ) -> impl Iterator<Item = Found<'s>> + use<'s> {
        self.messages_from(name, value, kind, from).map(|(at, record, message)| Found { at, record, message })
    }
}

/// A flow being put together.
struct Flow<'s> {
    session: &'s Session,
    request: Option<Found<'s>>,
    /// What was handed in beforehand, where the request only refers to it.
    pushed: Option<Found<'s>>,
    answers: Vec<Found<'s>>,
    redemptions: Vec<Found<'s>>,
    steps: Vec<Step>,
    remarks: Vec<Remark>,
}

impl<'s> Flow<'s> {
    fn from_request(session: &'s Session, request: Found<'s>) -> Self {
        let mut flow = Self {
            session,
            request: Some(request),
            pushed: None,
            answers: Vec::new(),
            redemptions: Vec::new(),
            steps: Vec::new(),
            remarks: Vec::new(),
        };
        if let Some(reference) = request.message.link("request_uri") {
            flow.pushed =
                session.found("request_uri", reference, MessageKind::PushedRequest, Time(i64::MIN)).find(|pushed| pushed.at != request.at);
            flow.steps.extend(flow.pushed.map(|pushed| Step { at: pushed.at, kind: StepKind::Push }));
        }
        let from = request.record.exchange.started;
        let same: Vec<Found<'s>> = session.found("request", request.message.identity(), MessageKind::AuthorizationRequest, from).collect();
        flow.answers = flow.find_answers(&same);
        // The same request once more after an answer is another try.
        let answered = flow.answers.first().map_or(Time(i64::MAX), |answer| answer.record.exchange.started);
        let restarted = same.iter().map(|other| other.record.exchange.started).find(|time| *time > answered).unwrap_or(Time(i64::MAX));
        flow.answers.retain(|answer| answer.record.exchange.started < restarted);
        let first_tries = same.iter().filter(|other| other.record.exchange.started <= answered);
        flow.steps.extend(first_tries.map(|other| {
            let kind = if other.message.carrier.is_sent() { StepKind::Request } else { StepKind::Begin };
            Step { at: other.at, kind }
        }));
        if let Some(asked) = same.iter().find(|other| other.message.carrier.is_sent()) {
            session.add_passwords(&mut flow.steps, &asked.record.origin, asked.record.exchange.started, answered.plus(1).min(restarted));
        }
        flow.add_answers();
        flow
    }

    fn from_callback(session: &'s Session, callback: Found<'s>) -> Self {
        let mut flow = Self {
            session,
            request: None,
            pushed: None,
            answers: vec![callback],
            redemptions: Vec::new(),
            steps: Vec::new(),
            remarks: vec![Remark::RequestNotSeen],
        };
        flow.add_answers();
        flow
    }

    /// What the request asked with, also where it was handed in beforehand.
    fn asked_link(&self, name: &str) -> Option<Fingerprint> {
        [self.request, self.pushed].into_iter().flatten().find_map(|found| found.message.link(name))
    }

    fn asked(&self, name: &str) -> Option<&'s str> {
        [self.request, self.pushed].into_iter().flatten().find_map(|found| found.message.param(name))
    }

    /// The answers to this request: those with its state; else those that the provider gave in the
    /// same exchange, or the first that came to its redirect URI before any other request did ask for that.
    fn find_answers(&self, same: &[Found<'s>]) -> Vec<Found<'s>> {
        let Some(request) = self.request else { return Vec::new() };
        let from = request.record.exchange.started;
        let kind = MessageKind::AuthorizationResponse;
        let answers_another = |answer: &Found<'_>| !answer.message.carrier.is_sent() && asks_otherwise(answer.record, request.message);
        let by_state = self.asked_link("state").into_iter().flat_map(|state| self.session.found("state", state, kind, from));
        let by_state: Vec<_> = by_state.filter(|answer| !answers_another(answer)).collect();
        if !by_state.is_empty() {
            return by_state;
        }
        let own = same.iter().rev().find_map(|asked| {
            let message = asked.record.facts.messages.iter().find(|message| message.kind == kind && !message.carrier.is_sent())?;
            Some(Found { message, ..*asked })
        });
        if let Some(own) = own {
            let with_it = own.message.link("code").map_or_else(Vec::new, |code| self.session.found("code", code, kind, from).collect());
            return if with_it.is_empty() { vec![own] } else { with_it };
        }
        let Some(target) = self.asked("redirect_uri") else { return Vec::new() };
        let target = Fingerprint::of(bare(target));
        let another = |other: &Found<'_>| !same.iter().any(|found| found.at == other.at);
        let next = self.session.found("asked-for", target, MessageKind::AuthorizationRequest, from).find(another);
        let until = next.map_or(Time(i64::MAX), |next| next.record.exchange.started);
        let fits = |answer: &Found<'_>| answer.record.exchange.started < until && !self.is_of_another(answer.message);
        self.session.found("answered-at", target, kind, from).filter(fits).take(2).collect()
    }

    /// Whether an answer bears the state of a request that is in the capture, but is not this one.
    fn is_of_another(&self, answer: &Message) -> bool {
        let Some(state) = answer.link("state").filter(|state| self.asked_link("state") != Some(*state)) else { return false };
        self.session.found("state", state, MessageKind::AuthorizationRequest, Time(i64::MIN)).next().is_some()
    }

    fn add_answers(&mut self) {
        for answer in &self.answers {
            let kind = if answer.message.carrier.is_sent() { StepKind::Callback } else { StepKind::Answer };
            self.steps.push(Step { at: answer.at, kind });
            // The fragment stays in the browser, so the callback shows nothing of it.
            if answer.message.carrier == Carrier::LocationFragment {
                self.steps.extend(self.session.landing(answer.record).map(|at| Step { at, kind: StepKind::Callback }));
            }
        }
    }

    fn redeem(&mut self) {
        let Some((code, first)) = self.answers.iter().find_map(|answer| Some((answer.message.link("code")?, answer.record))) else {
            return;
        };
        self.redemptions = self.session.found("code", code, MessageKind::TokenRequest, first.exchange.started).collect();
        self.steps.extend(self.redemptions.iter().map(|found| Step { at: found.at, kind: StepKind::Redeem }));
        if let ([first, others @ ..], true) = (self.redemptions.as_slice(), code.is_surely(code)) {
            self.remarks.extend(others.iter().map(|again| Remark::CodeRedeemedTwice(again.at, first.at)));
        }
    }

    /// The tokens that came of the flow.
    fn tokens(&self) -> impl Iterator<Item = (usize, &'s Seen)> {
        let found = self.answers.iter().chain(&self.redemptions);
        found.flat_map(|found| found.record.facts.tokens.iter().map(|seen| (found.at, seen)))
    }

    fn compare(&mut self) {
        let mut remarks = Vec::new();
        if self.request.is_some() {
            remarks.extend(self.answers.iter().filter_map(|answer| self.compare_state(answer)).take(1));
            remarks.extend(self.answers.iter().filter_map(|answer| self.compare_target(answer)).take(1));
            remarks.extend(self.redemptions.iter().flat_map(|found| self.compare_redemption(found)));
        }
        let id_tokens = || self.tokens().filter(|(_, seen)| seen.role == Role::Id);
        remarks.extend(id_tokens().find_map(|(at, seen)| self.compare_nonce(at, seen)));
        let beside = |at: usize| self.session.record(at).map(|record| &record.exchange);
        remarks.extend(id_tokens().find_map(|(at, seen)| hashes::compare(at, beside(at)?, seen)));
        let issuer = self.answers.iter().find_map(|answer| answer.message.param("iss"));
        let differs = |seen: &Seen| seen.token.claims().and_then(|claims| claims.iss.as_deref()).is_some_and(|own| Some(own) != issuer);
        remarks.extend(id_tokens().find(|(_, seen)| issuer.is_some() && differs(seen)).map(|(at, _)| Remark::IssuerDiffers(at)));
        self.remarks.extend(remarks);
    }

    fn compare_state(&self, answer: &Found<'_>) -> Option<Remark> {
        let asked = self.asked_link("state")?;
        match answer.message.link("state") {
            None => Some(Remark::StateMissing(answer.at)),
            Some(state) if state.may_be(asked) => None,
            Some(state) => {
                let other = self.session.found("state", state, MessageKind::AuthorizationRequest, Time(i64::MIN)).next();
                Some(other.map_or(Remark::StateDiffers(answer.at), |other| Remark::StateOfAnotherFlow(answer.at, other.at)))
            }
        }
    }

    fn compare_target(&self, answer: &Found<'_>) -> Option<Remark> {
        let asked = self.asked("redirect_uri")?;
        let target = response_target(answer.record, answer.message)?;
        let asked = url::Url::parse(asked).ok()?;
        (bare(asked.as_str()) != bare(target.as_str())).then_some(Remark::AnsweredElsewhere(answer.at))
    }

    fn compare_nonce(&self, at: usize, seen: &Seen) -> Option<Remark> {
        let asked = self.asked_link("nonce")?;
        match &seen.token.claims()?.nonce {
            None => Some(Remark::NonceMissing(at)),
            Some(nonce) => (!Fingerprint::unless_hidden(nonce).may_be(asked)).then_some(Remark::NonceDiffers(at)),
        }
    }

    fn compare_redemption(&self, found: &Found<'_>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let is_grant = found.message.param("grant_type").is_some();
        let challenge = self.asked("code_challenge");
        match (challenge, parameter(&found.record.exchange, "code_verifier")) {
            (Some(challenge), Some(verifier)) if !is_mark(challenge) && !is_mark(&verifier) => {
                let fit = pkce::compare(&verifier, challenge, self.asked("code_challenge_method"));
                remarks.push(Remark::Pkce(found.at, fit));
            }
            (Some(_), None) if is_grant => remarks.push(Remark::VerifierMissing(found.at)),
            (None, Some(_))
                if self.request.is_some_and(|request| request.message.link("request_uri").is_none() || self.pushed.is_some()) =>
            {
                remarks.push(Remark::ChallengeMissing(found.at));
            }
            _ => {}
        }
        for (name, remark) in [("redirect_uri", Remark::RedirectUriDiffers(found.at)), ("client_id", Remark::ClientDiffers(found.at))] {
            let differs = self
                .asked(name)
                .zip(found.message.param(name))
                .is_some_and(|(asked, named)| asked != named && !is_mark(asked) && !is_mark(named));
            remarks.extend(differs.then_some(remark));
        }
        remarks
    }

    /// The application got its tokens, or let the user in after the callback.
    fn is_done(&self) -> bool {
        let got_tokens = self.redemptions.iter().any(|found| found.record.was_accepted());
        let is_callback = |step: &&Step| step.kind == StepKind::Callback;
        let landed = self.steps.iter().filter(is_callback).filter_map(|step| self.session.record(step.at)).any(Record::was_accepted);
        let is_refused = self.answers.iter().any(|answer| answer.message.param("error").is_some());
        !is_refused && (got_tokens || self.redemptions.is_empty() && landed)
    }

    fn add_use(&mut self) {
        let is_issued = |seen: &&Seen| !seen.carrier.is_sent() && seen.role == Role::Access;
        let access = self.tokens().map(|(_, seen)| seen).find(is_issued);
        let first = access.and_then(|seen| self.session.tokens().borne(seen.token.fingerprint).first());
        self.steps.extend(first.map(|at| Step { at, kind: StepKind::Use }));
    }
}

/// Whether the request of that exchange is another authorization request than this one.
fn asks_otherwise(record: &Record, request: &Message) -> bool {
    let mut asked =
        record.facts.messages.iter().filter(|message| message.kind == MessageKind::AuthorizationRequest && message.carrier.is_sent());
    asked.any(|other| other.identity() != request.identity())
}

/// A parameter of the request's content that is kept nowhere, since it is a secret.
fn parameter(exchange: &Exchange, name: &str) -> Option<String> {
    let text = &exchange.request.body.as_ref()?.text;
    let value = if text.trim_start().starts_with('{') {
        text_of(Members::read(text).ok()?.get(name)?.0)
    } else {
        form::urlencoded(text).value.get(name).map(str::to_owned)
    };
    value.filter(|value| !value.is_empty())
}

impl Session {
    /// The exchange at the redirect's target that came next.
    pub(super) fn landing(&self, from: &Record) -> Option<usize> {
        let mut later = self.list(asked_at(from.redirect_target()?)).since(from.exchange.started);
        let (at, landing) = later.find(|(_, record)| !std::ptr::eq(*record, from))?;
        let between = self.of_origin(&landing.origin).since(from.exchange.started).until(landing.exchange.started);
        between.ends_within(crate::limits::SIGN_IN_WALK).then_some(at)
    }
}
