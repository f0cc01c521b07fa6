//! Which exchanges are failed logins, and which only look like one.

mod answers;
mod bounced;
mod discovery;
mod hidden;
mod optional;
mod provider;
mod repair;
mod replaced;
mod signed_out;
mod unharmed;
mod unreachable;
mod wake;

use super::lists::key;
use super::{Carries, Record, Session, same_request};
use crate::exchange::{Exchange, Kind};
use crate::facts::messages::{Message, MessageKind};
use crate::facts::statements::Subject;
use crate::facts::{Credentials, Purpose};

pub(super) use answers::take;

/// A failed login: the exchange in which it shows, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Position of the exchange that shows it.
    pub at: usize,
    /// How it shows.
    pub kind: FailureKind,
    /// Positions of further exchanges of the same attempt: the sign-in before a bounce, the request
    /// behind a refused preflight, the hops of a loop.
    pub with: Vec<usize>,
    /// Position of the exchange in which the same thing succeeded later.
    pub recovered_by: Option<usize>,
}

/// How a failed login shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// A 401, 403, 407 or another status that refuses.
    Refused,
    /// A CORS preflight was refused, so the request was never made.
    PreflightRefused,
    /// The sign-in succeeded and the application sends the browser to sign in again.
    Bounced,
    /// The browser was sent in circles.
    Loop,
    /// No answer came.
    Unreachable,
    /// The server answered, or would have, and the browser keeps that from the page by the rules of CORS.
    Hidden,
}

impl Session {
    /// The failed login that shows in this exchange, by what the session tells of it. It may still be
    /// part of another one: see [`Failure::with`].
    #[must_use]
    pub fn judge(&self, at: usize) -> Option<Failure> {
        let record = self.record(at)?;
        let failure = self.failure_of(at, record);
        // Only what redirects, or what a browser gave up, can begin a circle.
        if failure.is_none() && record.exchange.error.is_none() && record.redirect_target().is_none() {
            return None;
        }
        match self.circle_of(at) {
            Some(circle) if circle.shows == at => Some(Failure { at, kind: FailureKind::Loop, with: circle.others, recovered_by: None }),
            Some(_) => None,
            None => failure,
        }
    }

    fn failure_of(&self, at: usize, record: &Record) -> Option<Failure> {
        let purpose = record.facts.purpose;
        let is_pending = || record.facts.messages.iter().any(Message::is_pending);
        let concerns_nobody =
            matches!(purpose, Purpose::Asset | Purpose::SignOut) || optional::is_speculative(&record.exchange) || is_pending();
        let is_of_nobody = || self.is_of_a_bystander(at, record) || optional::asks_for_no_identity(record);
        let is_over = || self.is_signed_out(at, record) || self.is_left_of_a_login(at);
        if concerns_nobody || is_of_nobody() || is_over() || self.leaves_a_login_unharmed(at, record) {
            return None;
        }
        let failed = |kind| Failure { at, kind, with: Vec::new(), recovered_by: None };
        if let Some(hidden) = self.hidden(at, record) {
            return Some(hidden);
        }
        if record.refuses_frame().is_some() || self.is_forbidden_redirect(at) || self.is_shut_door(at) {
            return Some(failed(FailureKind::Unreachable));
        }
        match record.exchange.status() {
            300..=399 | 401 | 403 if purpose == Purpose::Preflight => self.refused_preflight(at, record),
            0 if !self.provider_refused(at, record) => self.unreachable(at, record),
            _ if purpose == Purpose::Preflight => self.unfollowed_preflight(at, record),
            300..=399 if record.asks_script_to_sign_in() => self.repaired(at, record, failed(FailureKind::Bounced)),
            _ if self.refuses(at, record) => {
                let failure = Failure { with: self.in_the_wake_of(at, record), ..failed(FailureKind::Refused) };
                self.repaired(at, record, failure)
            }
            300..=399 if record.redirects_to_sign_in() => self.bounced(at, record),
            300..=399 if self.returned_as_stranger(at, record) => Some(failed(FailureKind::Bounced)),
            200..=299 => {
                let found = self.asked_in_place(at, record).or_else(|| self.lost_at_once(at, record));
                found.or_else(|| self.shell_in_place(at, record))
            }
            _ => None,
        }
    }

    /// Whether an answer turns away who asks. That it does so by one status or another decides nothing by itself:
    /// what the request was for, what it bore and what the answer says does.
    fn refuses(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let purpose = record.facts.purpose;
        let is_in_vain = || self.is_received_in_vain(at, record) || self.state_of_an_older_start(at).is_some();
        let is_cut_off = || self.is_metadata_missing(at, record) || self.is_code_refused(at, record);
        if self.provider_refused(at, record) || is_in_vain() || is_cut_off() {
            return true;
        }
        match exchange.status() {
            // These say so themselves: for identity, a proxy, a form's guard, another host, a session, a certificate, a portal.
            401 | 407 | 419 | 421 | 440 | 495 | 496 | 511 => true,
            403 => self.concerns_this_login(record) && !self.is_closed_to_all(at, record) && !self.is_done_without(at, record),
            429 => self.is_slowed_down(at, record),
            // AWS WAF answers by 202 or 405 in the application's place; pages solve such a check by themselves.
            202 | 405 if purpose.is_login() && record.was_intercepted() => true,
            400..=499 if purpose == Purpose::SignIn && record.refuses_choice() || self.is_sent_without_password(record) => false,
            400..=599 if matches!(purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh) => true,
            400 | 413 | 422 | 423 | 431 | 500..=599 if purpose.is_login() => true,
            400 if record.names_client_certificate() || exchange.sent("cookie").is_some_and(|field| field.len() > OVERSIZED) => true,
            // RFC 6750 3.1 puts invalid_request under 400.
            400 if !record.facts.challenges.is_empty() => true,
            // A change that a framework's own check refuses.
            400 | 422 if record.names_forgery() => true,
            431 | 494 if !record.facts.cookies.is_empty() => true,
            500..=599 => self.fails_only_with_credentials(record) || is_door(exchange),
            // Some providers tell a client by a success that it gets no token.
            200..=299 if purpose == Purpose::Token && record.facts.messages.iter().any(|one| one.kind == MessageKind::TokenError) => true,
            200..=299 if purpose == Purpose::SignIn && record.checks_for_humans() => true,
            200..=299 if record.answers_without_login() || purpose == Purpose::SignIn && record.shows_sign_in_form() => true,
            200..=299 if self.is_denied_in_a_success(at, record) || self.is_sent_nowhere(at, record) => true,
            300..=399 if purpose == Purpose::SignIn && record.redirects_to_sign_in() => true,
            301..=303 if purpose == Purpose::SignIn && (self.loses_content(at).is_some() || self.lands_on_a_refusal(at, record)) => true,
            300..=399 if record.redirects_to_sign_in() => false,
            200..=499 => self.denies_login(at, record) && !self.is_done_without(at, record),
            _ => false,
        }
    }

    /// Position of the GET that became of a submitted form because its address only redirects to its
    /// proper form: another scheme or host, a slash more or less.
    #[must_use]
    pub fn loses_content(&self, at: usize) -> Option<usize> {
        let from = &self.record(at)?.exchange;
        let step = self.redirect_step(at).filter(|step| step.changes_method && step.loses_body)?;
        hidden::is_proper_form(&from.url, &self.record(step.to)?.exchange.url).then_some(step.to)
    }

    /// Whether it is the GET that became of a submitted form: what was lost is told there.
    fn is_left_of_a_login(&self, at: usize) -> bool {
        let is_login = |before: &usize| self.record(*before).is_some_and(|before| before.facts.purpose == Purpose::SignIn);
        self.redirected_from(at).filter(is_login).is_some_and(|before| self.loses_content(before) == Some(at))
    }

    /// A 5xx with credentials, where the same request without them was challenged.
    fn fails_only_with_credentials(&self, record: &Record) -> bool {
        // A page bears Basic or Digest only where it was asked to, be the question in the capture or not.
        let is_page = record.exchange.kind == Kind::Document;
        let by_dialog = |credentials: &Credentials| is_page && (credentials.is("basic") || credentials.is("digest"));
        let asks_without = || self.list(key("asked without", same_request(&record.exchange))).next().is_some();
        record.facts.credentials.as_ref().is_some_and(|credentials| by_dialog(credentials) || asks_without())
    }

    /// A 403 that some other party's asset or beacon got says nothing about this login.
    fn concerns_this_login(&self, record: &Record) -> bool {
        let is_foreign = record.exchange.sent("sec-fetch-site") == Some("cross-site");
        record.facts.bears_credentials()
            || matches!(record.facts.purpose, Purpose::Page | Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback)
            || !is_foreign
            || record.held_back.iter().any(|held| self.carries(record, &held.name) > Carries::No)
            || record.facts.statements.iter().any(|statement| statement.concerns_login() || statement.pair.subject == Subject::ForgeryToken)
    }
}

/// Answers to one refusal, of several that may have been one, that are looked at.
const ANSWERS: usize = 16;

/// Whether somebody goes to where people log in.
fn is_door(exchange: &Exchange) -> bool {
    exchange.kind == Kind::Document && &*exchange.method == "GET" && crate::facts::is_sign_in_url(&exchange.url)
}

/// Bytes of cookies from which on a 400 is likely to be for them: half of what servers commonly take.
const OVERSIZED: usize = 4096;
