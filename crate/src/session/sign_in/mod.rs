//! Sign-in flows: which exchanges of which hosts make one login, what links them, and how far it came.
//!
//! A flow is put together from the exchange that opens it, and again when something arrives that may be of it.

mod federation;
mod flows;
mod form;
mod hashes;
mod oauth;
mod saml;
mod windows;

use std::sync::Arc;

use url::Url;

use super::lists::{Lists, key};
use super::positions::Positions;
use super::{Record, Session, sign_ins_at};
use crate::facts::messages::{Message, MessageKind, is_link};
use crate::facts::tokens::{Carrier, Role};
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::syntax::oauth::pkce;
use crate::time::Time;

pub(super) use flows::Flows;

/// How people log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// A form with a name and a password.
    Form,
    /// A name and a password, or an application's secret, for a token.
    ApiToken,
    /// OAuth 2.0 or OpenID Connect.
    OAuth,
    /// SAML 2.0.
    Saml,
    /// WS-Federation.
    WsFederation,
    /// Integrated Windows authentication: Negotiate or NTLM.
    Windows,
}

/// One exchange of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its position in the session.
    pub at: usize,
    /// What it does.
    pub kind: StepKind,
}

/// What an exchange does in a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// The application sends the browser to the provider, or the server asks for credentials.
    Begin,
    /// The application hands its request in beforehand.
    Push,
    /// The provider gets the request.
    Request,
    /// The page with the login form.
    Page,
    /// Name, password or another proof is sent.
    Authenticate,
    /// The provider sends the browser back.
    Answer,
    /// The application gets the provider's answer.
    Callback,
    /// The code is exchanged for tokens.
    Redeem,
    /// The first time that the login is made use of.
    Use,
}

impl StepKind {
    /// The step in words, as the end of "the login got as far as …".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "the request for a login",
            Self::Push => "the pushed authorization request",
            Self::Request => "the request to the provider",
            Self::Page => "the login page",
            Self::Authenticate => "the name and password",
            Self::Answer => "the provider's answer",
            Self::Callback => "the callback",
            Self::Redeem => "the exchange of the code for tokens",
            Self::Use => "the first use of the login",
        }
    }
}

/// How far a flow came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The application let the user in, or got its tokens.
    Completed,
    /// Somebody said no in this step.
    Refused(Step),
    /// Nobody answered this step.
    Unanswered(Step),
    /// Nothing came after this step.
    Abandoned(Step),
}

/// A fact about how the messages of a flow fit together. Positions are those of the exchange in
/// which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The callback came without any request in the capture.
    RequestNotSeen,
    /// The request had a state, and the answer has none.
    StateMissing(usize),
    /// The answer has another state than the request.
    StateDiffers(usize),
    /// The answer has the state of the request at the second position, which is of another flow.
    StateOfAnotherFlow(usize, usize),
    /// The request had a nonce, and the ID token has none.
    NonceMissing(usize),
    /// The ID token has another nonce than the request.
    NonceDiffers(usize),
    /// `at_hash` of the ID token is not the hash of the access token that came with it.
    TokenHashDiffers(usize),
    /// How the code verifier fits the code challenge.
    Pkce(usize, pkce::Match),
    /// The request had a challenge, and the token request has no verifier.
    VerifierMissing(usize),
    /// The token request has a verifier, and the request had no challenge.
    ChallengeMissing(usize),
    /// The code was redeemed before, at the second position.
    CodeRedeemedTwice(usize, usize),
    /// The token request names another `redirect_uri` than the request.
    RedirectUriDiffers(usize),
    /// The token request names another `client_id` than the request.
    ClientDiffers(usize),
    /// The answer went to another address than the request's `redirect_uri` or `wreply`.
    AnsweredElsewhere(usize),
    /// `iss` of the answer is not the issuer of the ID token.
    IssuerDiffers(usize),
    /// The answer names another request's ID in `InResponseTo`.
    InResponseToDiffers(usize),
    /// `RelayState` is not the request's.
    RelayStateDiffers(usize),
    /// The same response was delivered before, at the second position.
    AnsweredTwice(usize, usize),
    /// The context that WS-Federation hands around is not the request's.
    ContextDiffers(usize),
    /// The page handed out a value against forged requests, and the form did not bear it.
    CsrfMissing(usize),
    /// The form bore another such value than the page at the second position had handed out.
    CsrfDiffers(usize, usize),
    /// The handshake went on over another connection.
    ConnectionChanged(usize),
}

/// One login, or what there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// How people log in here.
    pub protocol: Protocol,
    /// Its exchanges, in order of time.
    pub steps: Vec<Step>,
    /// How far it came.
    pub outcome: Outcome,
    /// How its messages fit together.
    pub remarks: Vec<Remark>,
}

impl SignIn {
    /// The first exchange of that kind.
    #[must_use]
    pub fn step(&self, kind: StepKind) -> Option<usize> {
        self.steps.iter().find(|step| step.kind == kind).map(|step| step.at)
    }

    /// Whether an exchange is part of it.
    #[must_use]
    pub fn has(&self, at: usize) -> bool {
        self.steps.iter().any(|step| step.at == at)
    }
}

/// By what a flow is opened. Callbacks belong to the requests that they answer, and forms and
/// handshakes at a provider to the flow that led there, so the former are tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    Request,
    Callback,
    Local,
}

impl Opening {
    const RANKS: [Self; 3] = [Self::Request, Self::Callback, Self::Local];

    /// How the flow begins that an exchange opens.
    fn of(record: &Record) -> Self {
        let messages = &record.facts.messages;
        let saml = saml::opening(record);
        if messages.iter().any(|message| message.kind.is_request()) || saml == Some(Self::Request) {
            Self::Request
        } else if messages.iter().any(|message| message.kind != MessageKind::TokenRequest) || saml.is_some() {
            Self::Callback
        } else {
            Self::Local
        }
    }

    /// The list of the exchanges with which flows begin so.
    const fn openers(self) -> Fingerprint {
        match self {
            Self::Request => Fingerprint::of_name("opened by requests"),
            Self::Callback => Fingerprint::of_name("opened by callbacks"),
            Self::Local => Fingerprint::of_name("opened by logins"),
        }
    }
}

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    for message in &record.facts.messages {
        for (name, value) in message.links() {
            lists.insert(key(name, value), at, records);
        }
        match message.kind {
            MessageKind::AuthorizationRequest | MessageKind::WsFederationRequest => {
                lists.insert(key("request", message.identity()), at, records);
                if let Some(client) = message.param("client_id") {
                    lists.insert(key("client", Fingerprint::of(client)), at, records);
                }
                if let Some(target) = message.param("redirect_uri") {
                    lists.insert(key("asked-for", Fingerprint::of(bare(target))), at, records);
                }
            }
            MessageKind::AuthorizationResponse | MessageKind::WsFederationResponse => {
                if let Some(target) = response_target(record, message) {
                    lists.insert(key("answered-at", Fingerprint::of(bare(target.as_str()))), at, records);
                }
            }
            _ => {}
        }
    }
    saml::take(lists, records, at);
    lists.insert(asked_at(&record.exchange.url), at, records);
    if opens_a_flow(record) {
        lists.insert(Opening::of(record).openers(), at, records);
    }
}

/// A URL without its query and fragment.
fn bare(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// The list of what was asked for at an address, whatever the query.
fn asked_at(url: &Url) -> Fingerprint {
    key("asked at", Fingerprint::of(bare(url.as_str())))
}

/// Where a response goes, or has come.
fn response_target<'r>(record: &'r Record, message: &Message) -> Option<&'r Url> {
    match message.carrier {
        Carrier::LocationQuery | Carrier::LocationFragment => record.redirect_target(),
        Carrier::HiddenField => None,
        _ => Some(&record.exchange.url),
    }
}

/// Whether a flow may begin with this exchange, as far as it alone can tell.
fn opens_a_flow(record: &Record) -> bool {
    let is_opening = |message: &Message| match message.kind {
        MessageKind::AuthorizationRequest | MessageKind::WsFederationRequest => true,
        MessageKind::AuthorizationResponse | MessageKind::WsFederationResponse => message.carrier.is_sent(),
        MessageKind::TokenRequest => {
            matches!(message.param("grant_type"), Some(grant) if grant != "authorization_code" && grant != "refresh_token")
        }
        _ => false,
    };
    record.facts.purpose == Purpose::SignIn
        || windows::opens(record)
        || saml::opening(record).is_some()
        || record.facts.messages.iter().any(is_opening)
}

impl Session {
    /// Whether a login was asked for in this client's name.
    pub(super) fn is_client(&self, client: &str) -> bool {
        self.list(key("client", Fingerprint::of(client))).first().is_some()
    }

    /// Every login in the session, in order of time. Exchanges that belong to one flow open no other.
    #[must_use]
    pub fn sign_ins(&self) -> Vec<Arc<SignIn>> {
        let mut claimed = Positions::default();
        let mut flows: Vec<Arc<SignIn>> = Vec::new();
        for rank in Opening::RANKS {
            for (at, _) in self.list(rank.openers()) {
                if let Some(flow) = self.flow_of(at).filter(|_| !claimed.contains(at)) {
                    claimed.add_all(flow.steps.iter().map(|step| step.at));
                    flows.push(Arc::clone(flow));
                }
            }
        }
        flows.sort_by_key(|flow| flow.steps.first().and_then(|step| self.record(step.at)).map(|record| record.exchange.started));
        flows
    }

    /// The login that an exchange is part of, or whose token it bears.
    #[must_use]
    pub fn sign_in(&self, at: usize) -> Option<Arc<SignIn>> {
        let record = self.records.get(at)?;
        let borne = record.facts.tokens.iter().filter(|seen| seen.carrier.is_sent() && seen.role != Role::Csrf);
        let issued = borne.filter_map(|seen| self.tokens().issued(seen.token.fingerprint)).map(|(issued, _)| issued);
        // The token leads to the login however long ago that was.
        std::iter::once(at).chain(issued.take(limits::TOKENS)).find_map(|at| self.flow_with(at))
    }

    /// The flow of an opener that has `at`, from its first exchange on: the application's redirect to
    /// the provider says the same as the request that follows it.
    fn whole_flow(&self, opener: usize, at: usize) -> Option<Arc<SignIn>> {
        let has_it = |opener: usize| self.flow_of(opener).filter(|flow| flow.has(at)).map(Arc::clone);
        let flow = has_it(opener)?;
        let facts = &self.record(opener)?.facts;
        let request = facts.messages.iter().find(|message| message.kind.is_request()).map(|request| key("request", request.identity()));
        let saml = || facts.saml.iter().find_map(|saml| saml.id).map(|id| key("saml", id));
        let same = request.or_else(saml).into_iter().flat_map(|request| self.list(request)).map(|(other, _)| other);
        let mut earlier = same.take(limits::SIGN_INS).take_while(|other| *other != opener);
        Some(earlier.find_map(has_it).unwrap_or(flow))
    }

    fn flow_from(&self, opener: usize) -> Option<SignIn> {
        let record = self.records.get(opener)?;
        let kind = record.facts.messages.iter().map(|message| message.kind).find(|kind| *kind != MessageKind::TokenRequest);
        match kind {
            Some(MessageKind::AuthorizationRequest | MessageKind::AuthorizationResponse) => self.oauth_flow(opener),
            Some(MessageKind::WsFederationRequest | MessageKind::WsFederationResponse) => self.ws_federation_flow(opener),
            _ if saml::opening(record).is_some() => self.saml_flow(opener),
            _ if windows::opens(record) => self.windows_flow(opener),
            _ => self.form_flow(opener),
        }
    }

    /// Messages of one kind at positions of an index, from a moment on.
    fn messages_from<'s>(
        &'s self,
        name: &'static str,
        value: Fingerprint,
        kind: MessageKind,
        from: Time,
    ) -> impl Iterator<Item = (usize, &'s Record, &'s Message)> + use<'s> {
        self.list(key(name, value)).since(from).take(limits::SIGN_IN_STEPS).filter_map(move |(at, record)| {
            // One exchange may carry a request and an answer with different values.
            let bears = |message: &&Message| message.kind == kind && (!is_link(name) || message.link(name) == Some(value));
            Some((at, record, record.facts.messages.iter().find(bears)?))
        })
    }

    /// Adds the exchanges in which a name and password go to an origin between two moments.
    fn add_passwords(&self, steps: &mut Vec<Step>, origin: &str, from: Time, to: Time) {
        let passwords = self.list(sign_ins_at(origin)).since(from).ending_before(to).take(limits::SIGN_IN_STEPS);
        steps.extend(passwords.map(|(at, _)| Step { at, kind: StepKind::Authenticate }));
    }

    /// Puts the steps in order, each exchange once, and says how far they came.
    fn finish(&self, protocol: Protocol, mut steps: Vec<Step>, remarks: Vec<Remark>, is_done: bool) -> Option<SignIn> {
        let started = |at: usize| self.records.get(at).map_or(Time(0), |record| record.exchange.started);
        steps.sort_by_key(|step| (started(step.at), step.kind as u8));
        let mut seen = Positions::default();
        steps.retain(|step| seen.add(step.at));
        let last = *steps.last()?;
        let outcome = match steps.iter().find(|step| self.is_refused(**step)) {
            Some(step) if !is_done => Outcome::Refused(*step),
            _ if is_done => Outcome::Completed,
            _ if self.records.get(last.at).is_some_and(|record| record.exchange.status() == 0) => Outcome::Unanswered(last),
            _ => Outcome::Abandoned(last),
        };
        Some(SignIn { protocol, steps, outcome, remarks })
    }

    fn is_refused(&self, step: Step) -> bool {
        let Some(record) = self.records.get(step.at) else { return false };
        let says_error = |message: &Message| {
            matches!(message.kind, MessageKind::AuthorizationResponse | MessageKind::TokenError) && message.param("error").is_some()
        };
        record.facts.messages.iter().any(says_error)
            || saml::is_refusal(record)
            || match step.kind {
                StepKind::Begin | StepKind::Page => false,
                StepKind::Use => turns_away(record),
                StepKind::Callback => record.exchange.status() != 0 && !record.was_accepted(),
                _ => record.exchange.status() >= 400,
            }
    }
}

/// Whether the application asks for a login where one was just made.
fn turns_away(record: &Record) -> bool {
    matches!(record.exchange.status(), 401 | 403) || record.redirects_to_sign_in() || record.shows_sign_in_form()
}

#[cfg(test)]
mod tests;
