//! Which exchanges are failed logins, and which only look like one.

use url::Url;

use super::cookie_store::Outcome as Stored;
use super::cors::{Asked, Outcome};
use super::lists::{Lists, key};
use super::{Record, Session, address, is_session_name, same_request};
use crate::exchange::{Exchange, Kind};
use crate::facts::messages::{Message, MessageKind};
use crate::facts::negotiation::is_windows_scheme;
use crate::facts::saml::{Saml, What};
use crate::facts::tokens::Carrier;
use crate::facts::{Credentials, Fingerprint, Purpose};
use crate::limits;
use crate::site::Site;
use crate::syntax::saml::kind::Kind as SamlKind;
use crate::syntax::saml::status;

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

/// The answers that a failed login is held against, each by what was asked for. A refusal that comes
/// again and again is in none of them, so it is examined once and not for each that follows.
pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    let facts = &record.facts;
    let origin = Fingerprint::of(&record.origin);
    let is_sign_in = facts.purpose == Purpose::SignIn;
    let targets = [Some(target(record)), is_sign_in.then(|| key("sign-ins", origin))];
    if is_sign_in {
        lists.insert(key("sign-ins", origin), at, records);
    }
    if record.exchange.status() == 0 {
        lists.insert(key("unanswered", address(&record.exchange.url)), at, records);
    } else {
        lists.insert_first(key("answered", origin), at, records);
        for target in targets.into_iter().flatten() {
            lists.insert(key("answered", target), at, records);
        }
    }
    if facts.purpose == Purpose::Preflight {
        if record.exchange.status() >= 300 {
            lists.insert_first(key("refused preflight", address(&record.exchange.url)), at, records);
        }
    } else if record.was_accepted() {
        lists.insert(key("let through", address(&record.exchange.url)), at, records);
    }
    if record.was_accepted() && !facts.messages.iter().any(is_error_answer) {
        for target in targets.into_iter().flatten() {
            lists.insert(key("let through", target), at, records);
        }
    }
    if facts.credentials.is_some() {
        for target in targets.into_iter().flatten() {
            lists.insert(key("credentials", target), at, records);
        }
    } else if record.exchange.status() == 401 {
        lists.insert_first(key("asked without", same_request(&record.exchange)), at, records);
    }
    if record.was_accepted() && facts.purpose == Purpose::Refresh {
        lists.insert(RENEWALS, at, records);
    }
    if matches!(facts.purpose, Purpose::SignIn | Purpose::Callback | Purpose::SignOut)
        && let Some(site) = Site::of(&record.exchange.url)
    {
        lists.insert(key("logins", Fingerprint::of(site.domain)), at, records);
    }
}

/// Tokens that were renewed, wherever.
const RENEWALS: Fingerprint = Fingerprint::of_name("renewals");

/// What is asked for: parameters of a query may differ between attempts.
fn target(record: &Record) -> Fingerprint {
    let target = Fingerprint::of(&record.origin).and(record.exchange.method.as_bytes());
    target.and(record.exchange.url.path().as_bytes())
}

impl Session {
    /// The failed login that shows in this exchange, by what the session tells of it. It may still be
    /// part of another one: see [`Failure::with`].
    #[must_use]
    pub fn judge(&self, at: usize) -> Option<Failure> {
        let record = self.record(at)?;
        let failure = self.failure_of(at, record);
        // Only what redirects, or what a browser gave up, can begin a circle.
        if failure.is_none() && record.exchange.error.is_none() && record.exchange.redirect_target().is_none() {
            return None;
        }
        match self.circle_of(at) {
            Some(circle) if circle.begins == at => Some(Failure { at, kind: FailureKind::Loop, with: circle.others, recovered_by: None }),
            Some(_) => None,
            None => failure,
        }
    }

    /// The records, after this one, in which the same was asked for, and that have that property; the
    /// sign-ins of an origin are all attempts at the same.
    fn later_of_target(&self, property: &str, at: usize, record: &Record) -> impl Iterator<Item = (usize, &Record)> {
        let walk = |target| self.list(key(property, target)).on_from(at);
        let same = walk(target(record)).peekable();
        let is_sign_in = record.facts.purpose == Purpose::SignIn;
        let sign_ins = is_sign_in.then(|| walk(key("sign-ins", Fingerprint::of(&record.origin)))).into_iter().flatten().peekable();
        Merged { one: same, other: sign_ins }
    }

    fn failure_of(&self, at: usize, record: &Record) -> Option<Failure> {
        let exchange = &record.exchange;
        let purpose = record.facts.purpose;
        if matches!(purpose, Purpose::Asset | Purpose::SignOut) || self.is_of_a_bystander(record) {
            return None;
        }
        let failed = |kind| Failure { at, kind, with: Vec::new(), recovered_by: None };
        let is_login = purpose.is_login();
        if let 0 | 200..=299 = exchange.status()
            && let Some(hidden) = self.hidden(at, record)
        {
            return Some(hidden);
        }
        if self.provider_refused(at, record) {
            return self.repaired(at, record, failed(FailureKind::Refused));
        }
        match exchange.status() {
            401 | 403 if purpose == Purpose::Preflight => self.refused_preflight(at, record),
            300..=399 if purpose == Purpose::Preflight => self.refused_preflight(at, record),
            0 => self.unreachable(at, record),
            _ if purpose == Purpose::Preflight => None,
            495 | 496 | 511 => self.repaired(at, record, failed(FailureKind::Refused)),
            400 if record.names_client_certificate() => self.repaired(at, record, failed(FailureKind::Refused)),
            401 | 407 | 419 | 421 | 440 => self.repaired(at, record, failed(FailureKind::Refused)),
            403 if self.concerns_this_login(record) => self.repaired(at, record, failed(FailureKind::Refused)),
            429 if is_login || record.facts.bears_credentials() || crate::facts::is_sign_in_url(&exchange.url) => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            // AWS WAF answers by 202 or 405 in the application's place; pages solve such a check by themselves.
            202 | 405 if is_login && record.was_intercepted() => self.repaired(at, record, failed(FailureKind::Refused)),
            // A change that a framework's own check refuses.
            400 | 422 if record.names_forgery() => self.repaired(at, record, failed(FailureKind::Refused)),
            // RFC 6750 3.1 puts invalid_request under 400.
            400 if !record.facts.challenges.is_empty() => self.repaired(at, record, failed(FailureKind::Refused)),
            431 | 494 if !record.facts.cookies.is_empty() => self.repaired(at, record, failed(FailureKind::Refused)),
            400 if exchange.sent("cookie").is_some_and(|field| field.len() > OVERSIZED) => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            400 | 422 | 423 | 431 | 500..=599 if is_login => self.repaired(at, record, failed(FailureKind::Refused)),
            200..=299 if purpose == Purpose::SignIn && record.shows_sign_in_form() => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            300..=399 if purpose == Purpose::SignIn && record.redirects_to_sign_in() => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            301..=303 if purpose == Purpose::SignIn && self.loses_content(at).is_some() => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            300..=399 if record.asks_script_to_sign_in() => self.repaired(at, record, failed(FailureKind::Bounced)),
            300..=399 if record.redirects_to_sign_in() => self.bounced(at, record),
            200..=499 if self.denies_login(record) => self.repaired(at, record, failed(FailureKind::Refused)),
            404 | 405 if matches!(purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh) => {
                self.repaired(at, record, failed(FailureKind::Refused))
            }
            500..=599 if self.fails_only_with_credentials(record) => self.repaired(at, record, failed(FailureKind::Refused)),
            _ => None,
        }
    }

    /// A refusal that the same session repairs without anybody noticing is no failed login.
    fn repaired(&self, at: usize, record: &Record, mut failure: Failure) -> Option<Failure> {
        let let_through = self.later_of_target("let through", at, record).next();
        let is_before = |other: &Record| let_through.is_none_or(|(_, later)| other.exchange.started <= later.exchange.started);
        if handshake_goes_on(record) || record.facts.credentials.is_none() && !record.facts.challenges.is_empty() {
            // The first leg of a login by challenge: what was answered to it tells how it ended.
            let mut answered = self.later_of_target("credentials", at, record).take(ANSWERS).take_while(|(_, later)| is_before(later));
            if answered.any(|(_, later)| handshake_goes_on(record) || answers_challenge(record, later)) {
                return None;
            }
        }
        if record.exchange.status() == 407 {
            let mut answered = self.later_of_target("answered", at, record).take(ANSWERS).take_while(|(_, later)| is_before(later));
            if answered.any(|(_, later)| answers_challenge(record, later)) {
                return None;
            }
        }
        if let Some((later_at, later)) = let_through {
            let is_refreshed = || self.list(RENEWALS).on_from(at).next().is_some_and(|(_, renewal)| is_before(renewal));
            // Where credentials cannot be seen, nobody can tell a refusal from the question for them.
            let is_hidden = later.exchange.unseen.authorization;
            if is_hidden || record.was_intercepted() || asks_for_renewal(record) || renews(record, later) || is_refreshed() {
                return None;
            }
            failure.recovered_by = Some(later_at);
        }
        (!self.is_probe(at, record)).then_some(failure)
    }

    /// A script asked who is logged in before anybody had tried to, and somebody logs in afterwards.
    fn is_probe(&self, at: usize, record: &Record) -> bool {
        let sign_ins = key("sign-ins", Fingerprint::of(&record.origin));
        let is_answered_once_known = || {
            let is_same = |later: &Record| {
                same_request(&later.exchange) == same_request(&record.exchange)
                    && later.exchange.request.body == record.exchange.request.body
            };
            self.later_of_target("credentials", at, record).take(ANSWERS).any(|(_, later)| later.was_accepted() && is_same(later))
        };
        let is_anonymous =
            record.facts.purpose == Purpose::Api && record.facts.credentials.is_none() && record.exchange.kind != Kind::Document;
        is_anonymous && record.facts.challenges.is_empty() && is_answered_once_known()
            || is_anonymous
                && self.list(sign_ins).back_from(at).next().is_none()
                && self.list(key("let through", sign_ins)).on_from(at).next().is_some()
    }

    /// A script's request across origins that bears or should bear a login, and whose answer the browser
    /// keeps from the page.
    fn hidden(&self, at: usize, record: &Record) -> Option<Failure> {
        let verdict = self.cors(at).filter(|verdict| matches!(verdict.outcome, Outcome::Hidden(_) | Outcome::NotSent(_)))?;
        let asked = if let Asked::At(question) = verdict.asked { Some(question) } else { None };
        let question = asked.and_then(|question| self.record(question));
        // A preflight that was itself refused is a failure of its own.
        if question.is_some_and(|question| !(200..=299).contains(&question.exchange.status())) {
            return None;
        }
        let asks_for_authorization = question
            .and_then(|question| question.exchange.sent("access-control-request-headers"))
            .is_some_and(|names| names.contains("authorization"));
        let is_of_site = record
            .exchange
            .page()
            .as_ref()
            .and_then(Site::of)
            .zip(Site::of(&record.exchange.url))
            .is_some_and(|(page, target)| page.is_schemelessly_same(target));
        let bears_session = record.facts.cookies.iter().any(|(name, _)| is_session_name(name));
        let concerns_login =
            record.facts.credentials.is_some() || asks_for_authorization || record.facts.purpose.is_login() || is_of_site && bears_session;
        let is_hidden =
            |other: usize| self.cors(other).is_some_and(|verdict| matches!(verdict.outcome, Outcome::Hidden(_) | Outcome::NotSent(_)));
        let recovered_by =
            || self.later_of_target("let through", at, record).take(ANSWERS).map(|(other, _)| other).find(|other| !is_hidden(*other));
        concerns_login.then(|| Failure {
            at,
            kind: FailureKind::Hidden,
            with: asked.into_iter().filter(|asked| *asked != at).collect(),
            recovered_by: recovered_by(),
        })
    }

    /// Position of the GET that became of a submitted form because its address only redirects to its
    /// proper form: another scheme or host, a slash more or less.
    #[must_use]
    pub fn loses_content(&self, at: usize) -> Option<usize> {
        let from = &self.record(at)?.exchange;
        let step = self.redirect_step(at).filter(|step| step.changes_method && step.loses_body)?;
        let to = &self.record(step.to)?.exchange.url;
        let is_same_page = from.url.path().trim_end_matches('/') == to.path().trim_end_matches('/') && from.url.query() == to.query();
        (is_same_page && from.url != *to).then_some(step.to)
    }

    /// A 5xx with credentials, where the same request without them was challenged.
    fn fails_only_with_credentials(&self, record: &Record) -> bool {
        // A page bears Basic or Digest only where it was asked to, be the question in the capture or not.
        let is_page = record.exchange.kind == Kind::Document;
        let by_dialog = |credentials: &Credentials| is_page && (credentials.is("basic") || credentials.is("digest"));
        let asks_without = || self.list(key("asked without", same_request(&record.exchange))).next().is_some();
        record.facts.credentials.as_ref().is_some_and(|credentials| by_dialog(credentials) || asks_without())
    }

    /// Whether the identity provider said no: in its answer at the callback, in a fragment that only the
    /// browser sees, by a status of SAML, or on an error page of its own.
    fn provider_refused(&self, at: usize, record: &Record) -> bool {
        let facts = &record.facts;
        let status = record.exchange.status();
        if let Some(message) = facts.messages.iter().find(|message| is_error_answer(message)) {
            let is_shown = message.carrier.is_sent() || message.carrier == Carrier::LocationFragment;
            let is_silent = message.param("error").is_some_and(|error| SILENT_CODES.contains(&error));
            return is_shown && (!is_silent || self.was_logged_in_before(at, record));
        }
        let saml_failed = |saml: &Saml| {
            saml.carrier.is_sent()
                && saml.status.as_deref().is_some_and(|code| code != status::SUCCESS)
                && matches!(saml.what, What::Saml(SamlKind::Response))
        };
        // A page may well be about errors: only where no session begins does its address tell.
        let begins_session = || {
            let is_stored = |outcome: &Stored| matches!(outcome, Stored::Kept | Stored::Replaced);
            record.receptions.iter().any(|reception| is_stored(&reception.outcome) && is_session_name(&reception.name))
        };
        let leads_to_error = || {
            record.exchange.redirect_target().is_some_and(|target| target.path().to_ascii_lowercase().contains("error"))
                && !begins_session()
        };
        match facts.purpose {
            Purpose::Callback => {
                facts.saml.iter().any(saml_failed) || (300..400).contains(&status) && (record.redirects_to_sign_in() || leads_to_error())
            }
            Purpose::Authorize => {
                (400..500).contains(&status) || status == 200 && super::said::names_provider_error(record.exchange.response_text())
            }
            _ => false,
        }
    }

    /// Whether somebody was let in by a token or a callback before: then a silent question that fails
    /// ends a login, else it only finds out that nobody is logged in.
    fn was_logged_in_before(&self, at: usize, record: &Record) -> bool {
        let started = record.exchange.started;
        let page = record.exchange.page();
        let origin = page.as_ref().map_or_else(|| record.origin.to_string(), |page| page.origin().ascii_serialization());
        let before = |(other, earlier): &(usize, &Record)| {
            *other != at
                && earlier.exchange.started < started
                && earlier.was_accepted()
                && (earlier.facts.credentials.is_some() || earlier.facts.purpose == Purpose::Callback)
        };
        let of_page = |(_, earlier): &(usize, &Record)| {
            earlier.exchange.page().is_none_or(|page| page.origin().ascii_serialization() == origin) || *earlier.origin == *origin
        };
        self.in_order().back_from(at).take(limits::LOOK_BACK).any(|one| before(&one) && of_page(&one))
    }

    /// A 403 that some other party's asset or beacon got says nothing about this login.
    fn concerns_this_login(&self, record: &Record) -> bool {
        let is_foreign = record.exchange.sent("sec-fetch-site") == Some("cross-site");
        record.facts.bears_credentials()
            || matches!(record.facts.purpose, Purpose::Page | Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback)
            || !is_foreign
    }

    fn refused_preflight(&self, at: usize, record: &Record) -> Option<Failure> {
        // The request behind it never left the browser; Chrome reports it as failed, Firefox not at all.
        let url = address(&record.exchange.url);
        let unanswered = || self.list(key("unanswered", url));
        let behind = unanswered().on_from(at).until(record.exchange.started.plus(TOGETHER)).first();
        let behind = behind.or_else(|| unanswered().since(record.exchange.started.plus(-TOGETHER)).until(record.exchange.started).first());
        let recovered_by = self.list(key("let through", url)).on_from(at).first();
        Some(Failure { at, kind: FailureKind::PreflightRefused, with: behind.into_iter().collect(), recovered_by })
    }

    fn unreachable(&self, at: usize, record: &Record) -> Option<Failure> {
        let is_behind_preflight = || self.list(key("refused preflight", address(&record.exchange.url))).next().is_some();
        let is_failure = match record.exchange.error.as_deref() {
            _ if record.exchange.unseen.response => false,
            Some(error) => crate::syntax::net_error::names_a_network_failure(error) && may_concern_login(record),
            // Firefox names no error and leaves the content out: a request that was stopped looks like
            // one that got no answer, so only what plainly belongs to the page counts.
            None => {
                let never_answered = || self.list(key("answered", Fingerprint::of(&record.origin))).next().is_none();
                let page = record.exchange.page();
                let came_from_there = page.as_ref().is_some_and(|page| page.origin() == record.exchange.url.origin());
                let is_of_the_page = record.facts.bears_credentials() || submits_to_its_own_site(&record.exchange, page.as_ref());
                record.exchange.kind == Kind::Document && is_navigation(record) || is_of_the_page && !came_from_there && never_answered()
            }
        };
        if !is_failure || is_behind_preflight() {
            return None;
        }
        let failure = Failure { at, kind: FailureKind::Unreachable, with: Vec::new(), recovered_by: None };
        let recovered_by = self.later_of_target("answered", at, record).next().map(|(later, _)| later);
        Some(Failure { recovered_by, ..failure })
    }

    /// The sign-in succeeded, nothing of this origin was let through since, and the browser is sent
    /// to sign in once more.
    fn bounced(&self, at: usize, record: &Record) -> Option<Failure> {
        let mut sign_in = None;
        let site = Site::of(&record.exchange.url)?;
        for (other, earlier) in self.list(key("logins", Fingerprint::of(site.domain))).back_from(at).take(limits::LOOK_BACK) {
            match earlier.facts.purpose {
                // Whoever comes back with the provider's no has not signed in, however the page takes it.
                Purpose::Callback if earlier.facts.messages.iter().any(is_error_answer) => {}
                Purpose::SignIn | Purpose::Callback if earlier.was_accepted() => {
                    sign_in = Some(other);
                    break;
                }
                Purpose::SignOut => return None,
                _ => {}
            }
        }
        let has_session = !record.facts.cookies.is_empty();
        let was_let_through = || {
            let before = self.list(key("let through", address(&record.exchange.url))).back_from(at).take(limits::LOOK_BACK);
            let is_equal = |other: &Record| other.exchange.method == record.exchange.method && other.bears_the_same_credentials_as(record);
            before.filter(|(_, other)| other.exchange.started < record.exchange.started).any(|(_, other)| is_equal(other))
        };
        if sign_in.is_none() && !(has_session && was_let_through()) {
            return None;
        }
        let failure = Failure { at, kind: FailureKind::Bounced, with: sign_in.into_iter().collect(), recovered_by: None };
        self.repaired(at, record, failure)
    }
}

/// Milliseconds between a preflight and the request that it is for; browsers report either first.
const TOGETHER: i64 = 10_000;

/// Answers to one refusal, of several that may have been one, that are looked at.
const ANSWERS: usize = 16;

/// Two walks as one, in order of time.
struct Merged<A: Iterator, B: Iterator> {
    one: std::iter::Peekable<A>,
    other: std::iter::Peekable<B>,
}

impl<'s, A: Iterator<Item = (usize, &'s Record)>, B: Iterator<Item = (usize, &'s Record)>> Iterator for Merged<A, B> {
    type Item = (usize, &'s Record);

    fn next(&mut self) -> Option<Self::Item> {
        let order = |one: &(usize, &'s Record)| (one.1.exchange.started, one.0);
        match (self.one.peek(), self.other.peek()) {
            (Some(one), Some(other)) if order(one) == order(other) => {
                self.other.next();
                self.one.next()
            }
            (Some(one), Some(other)) if order(other) < order(one) => self.other.next(),
            (None, _) => self.other.next(),
            (Some(_), _) => self.one.next(),
        }
    }
}

/// What a provider answers to a request that may show nothing: OpenID Connect Core 3.1.2.6.
const SILENT_CODES: [&str; 4] = ["account_selection_required", "consent_required", "interaction_required", "login_required"];

/// Bytes of cookies from which on a 400 is likely to be for them: half of what servers commonly take.
const OVERSIZED: usize = 4096;

/// Whether the provider answers an authorization request by an error: RFC 6749 4.1.2.1.
fn is_error_answer(message: &Message) -> bool {
    message.kind == MessageKind::AuthorizationResponse && message.param("error").is_some()
}

/// Whether a page that got no answer is one that somebody went to, rather than a frame of another party.
fn is_navigation(record: &Record) -> bool {
    !is_foreign(record)
        || record.facts.purpose.is_login()
        || record.facts.purpose == Purpose::Authorize
        || crate::facts::is_sign_in_url(&record.exchange.url)
}

fn is_foreign(record: &Record) -> bool {
    let page = record.exchange.page();
    page.as_ref().and_then(Site::of).zip(Site::of(&record.exchange.url)).is_some_and(|(page, target)| !page.is_schemelessly_same(target))
}

/// Whether a request that got nowhere may be part of a login: what other parties are sent unasked is not.
fn may_concern_login(record: &Record) -> bool {
    !is_foreign(record) || record.exchange.kind == Kind::Document || record.facts.credentials.is_some() || record.facts.purpose.is_login()
}

fn submits_to_its_own_site(exchange: &Exchange, page: Option<&Url>) -> bool {
    let same_site = |page: Site<'_>| Site::of(&exchange.url).is_some_and(|site| site.is_schemelessly_same(page));
    &*exchange.method != "GET" && page.and_then(Site::of).is_some_and(same_site)
}

/// Whether `later` bears credentials of a challenged scheme that `refused` did not bear.
fn answers_challenge(refused: &Record, later: &Record) -> bool {
    if refused.exchange.status() == 407 {
        // What was answered to a proxy is hidden in some captures; that it let the next request
        // through says enough.
        return refused.exchange.sent("proxy-authorization").is_none() && later.exchange.status() != 407;
    }
    let answers = |credentials: &Credentials| refused.facts.challenges.iter().any(|challenge| credentials.is(&challenge.scheme));
    refused.facts.credentials.is_none() && later.facts.credentials.as_ref().is_some_and(answers)
}

/// Whether the 401 is a step of a Negotiate or NTLM handshake: it bears the server's message.
fn handshake_goes_on(record: &Record) -> bool {
    record.facts.challenges.iter().any(|challenge| challenge.has_token && is_windows_scheme(&challenge.scheme))
}

/// Milliseconds in which a script repeats what failed, having renewed its token out of sight.
const RENEWAL: i64 = 10_000;

/// Whether a script repeats a refused call at once with another token: the renewal itself may be hidden in
/// a worker, a frame or an answer that was not captured.
fn renews(record: &Record, later: &Record) -> bool {
    let by_script = |record: &Record| matches!(record.exchange.kind, Kind::Fetch | Kind::Xhr);
    let token = |record: &Record| record.facts.token().and(record.facts.credentials.as_ref()).map(|credentials| credentials.fingerprint);
    record.exchange.status() == 401
        && by_script(record)
        && by_script(later)
        && token(record).zip(token(later)).is_some_and(|(refused, renewed)| refused != renewed)
        && later.exchange.started.since(record.exchange.started) <= RENEWAL
}

/// Whether the refusal only asks for the same once more with a new nonce: RFC 7616 3.3 and RFC 9449 9.
fn asks_for_renewal(refused: &Record) -> bool {
    let facts = &refused.facts;
    let is_stale =
        facts.challenge("digest").and_then(|challenge| challenge.param("stale")).is_some_and(|stale| stale.eq_ignore_ascii_case("true"));
    let token_error =
        facts.messages.iter().any(|message| message.kind == MessageKind::TokenError && message.param("error") == Some("use_dpop_nonce"));
    is_stale || token_error || facts.bearer_error().is_some_and(|(_, error)| error == "use_dpop_nonce")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    /// A login at a provider that answers `answer` to the callback, and what the application then says.
    fn login(state: &str, answer: &str, outcome: &str) -> String {
        let authorize =
            format!("https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state={state}");
        let callback = format!("https://app.test/cb?{answer}&state={state}");
        format!(
            "~ kind document\n> GET https://app.test/login\n< 302 Found\n< Location: {authorize}\n\n~ kind document\n> GET {authorize}\n< 302 Found\n< Location: {callback}\n\n~ kind document\n> GET {callback}\n< {outcome}\n\n"
        )
    }

    const IN: &str = "302 Found\n< Set-Cookie: sid={secret s 30}; Path=/; Secure; HttpOnly\n< Location: ";

    #[test]
    fn who_cancels_and_logs_in_again_has_recovered() {
        for outcome in ["302 Found\n< Location: /", "200 OK"] {
            let cancelled = login("s1", "error=access_denied", outcome);
            let again = diagnose(&(cancelled.clone() + &login("s2", "code={secret c 30}", &format!("{IN}/home"))));
            let recovered: Vec<_> = again.failures.iter().map(|failure| failure.recovered_by).collect();
            assert_eq!(recovered, [Some(5)]);
            let twice = diagnose(&(cancelled + &login("s2", "error=access_denied", outcome)));
            assert!(!twice.failures.is_empty() && twice.failures.iter().all(|failure| failure.recovered_by.is_none()));
        }
    }

    #[test]
    fn a_page_about_errors_is_no_error_page() {
        let page = "~ kind document\n> GET https://app.test/projects/errors\n> Cookie: sid={secret s 30}\n< 200 OK\n";
        is_healthy(&(login("s1", "code={secret c 30}", &format!("{IN}/projects/errors")) + page));
        reports("unexplained-refusal", &login("s1", "code={secret c 30}", "302 Found\n< Location: /auth/error"));
    }
}
