//! Every parsed field of one exchange, made exactly once.

mod by_fingerprint;
mod call;
mod carried;
pub mod clocks;
mod inner_login;
pub mod messages;
pub mod negotiation;
pub mod outcome;
pub mod own_fields;
pub mod parameters;
mod purpose;
pub mod randomness;
pub mod renewal;
pub mod saml;
pub mod statements;
pub mod tokens;

use url::Url;

use carried::Carried;
use parameters::Parameters;

use crate::exchange::Exchange;
use crate::place::Place;
use crate::syntax::digest::{self, Demand};
use crate::syntax::redaction::is_mark;
use crate::syntax::{Parsed, SyntaxViolation, challenge, credentials, http_date};
use crate::time::Time;

pub use by_fingerprint::ByFingerprint;
pub use carried::text_of;
pub use inner_login::may_be_of_the_servers_own_login;
pub use purpose::{
    Purpose, brings_ticket, is_discovery, is_new_password_url, is_password_url, is_sign_in_url, leads_out, leads_to, names_password,
    sends_password,
};

/// What the fields of one exchange say.
#[derive(Debug, Default)]
pub struct Facts {
    /// What the exchange is for.
    pub purpose: Purpose,
    /// What is called, where one address serves everything.
    pub call: Option<Fingerprint>,
    /// The server's clock, from `Date`, where the response came from the network.
    pub date: Option<Time>,
    /// The challenges of `WWW-Authenticate`.
    pub challenges: Vec<Challenge>,
    /// The challenges of `Proxy-Authenticate`.
    pub proxy_challenges: Vec<Challenge>,
    /// Departures of those fields from their grammar: field name, which field of that name, what.
    pub challenge_violations: Vec<(&'static str, usize, SyntaxViolation)>,
    /// What `Authorization` bore.
    pub credentials: Option<Credentials>,
    /// The cookies that were sent: name, and what tells equal values.
    pub cookies: Vec<(Box<str>, Fingerprint)>,
    /// The cookies that the response sets, by name; the store has the rest.
    pub set_cookies: Vec<(Box<str>, Fingerprint)>,
    /// The tokens that went either way, those of the request first.
    pub tokens: Box<[tokens::Seen]>,
    /// The messages of sign-in protocols that went either way, those of the request first.
    pub messages: Box<[messages::Message]>,
    /// What the messages of SAML and the token responses of WS-Federation say, those of the request first.
    pub saml: Box<[saml::Saml]>,
    /// The fields of a program's own that bear what nobody could guess: name in lower case, value.
    pub own_fields: Box<[(Box<str>, Fingerprint)]>,
    /// What else than `Date` says what time it is at the server.
    pub clocks: Box<[clocks::Witness]>,
    /// What the answer calls itself.
    pub outcome: outcome::Outcome,
    /// What the answer says is wrong.
    pub statements: Box<[statements::Statement]>,
}

/// Tells equal secrets without holding them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of a value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).and(value.as_bytes())
    }

    /// One for a name in the program, told from those of other names (FNV-1a, 64 bits).
    #[must_use]
    pub const fn of_name(name: &str) -> Self {
        let (mut hash, mut rest) = (0xcbf2_9ce4_8422_2325, name.as_bytes());
        while let Some((byte, more)) = rest.split_first() {
            hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
            rest = more;
        }
        Self(hash)
    }

    /// That of every value that whoever made the capture hid: it tells nothing from anything.
    pub const HIDDEN: Self = Self(0);

    /// The fingerprint of a value, unless a mark stands in its place.
    #[must_use]
    pub fn unless_hidden(value: &str) -> Self {
        if is_mark(value) { Self::HIDDEN } else { Self::of(value) }
    }

    /// Whether both values are the same, and neither is hidden.
    #[must_use]
    pub fn is_surely(self, other: Self) -> bool {
        self == other && self != Self::HIDDEN
    }

    /// Whether both values may be the same: they are, or one of them is hidden.
    #[must_use]
    pub fn may_be(self, other: Self) -> bool {
        self == other || self == Self::HIDDEN || other == Self::HIDDEN
    }

    /// The fingerprint of this value and more behind it.
    #[must_use]
    pub fn and(self, more: &[u8]) -> Self {
        // Word by word: values are long, and each is asked for often.
        let (words, rest) = more.as_chunks::<8>();
        let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let last = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        Self(mix(words.iter().fold(self.0, |hash, word| mix(hash, u64::from_le_bytes(*word))), last))
    }

    /// Its bytes, to be part of another fingerprint.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }
}

/// One challenge, kept beyond its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Which field of its name it stands in.
    pub field: usize,
    /// The scheme, as sent.
    pub scheme: Box<str>,
    /// Whether it bears a token of a handshake instead of parameters.
    pub has_token: bool,
    /// Parameters: lower-case name, value.
    pub params: Vec<(Box<str>, Box<str>)>,
}

impl Challenge {
    /// Whether it is of that scheme, in any case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// A parameter's value, by lower-case name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| &**n == name).map(|(_, value)| &**value)
    }

    /// What it asks for, where it is of Digest.
    #[must_use]
    pub fn digest(&self) -> Option<Demand> {
        self.is("digest").then(|| digest::demand(|name| self.param(name)))
    }
}

/// What an `Authorization` field bore.
#[derive(Debug)]
pub struct Credentials {
    /// The scheme, as sent; empty where there is none.
    pub scheme: Box<str>,
    /// Tells equal credentials; [`HIDDEN`](Fingerprint::HIDDEN) where a mark stands for them.
    pub fingerprint: Fingerprint,
    /// Departures from the grammar, and values that no program meant to send.
    pub violations: Vec<SyntaxViolation>,
    /// The user, of Basic credentials.
    pub user: Option<Box<str>>,
    /// Whether they stand in the address instead of the field.
    pub in_url: bool,
}

impl Credentials {
    /// Where they stand.
    #[must_use]
    pub const fn place(&self) -> Place {
        if self.in_url { Place::Target } else { Place::Sent("authorization", 0) }
    }

    /// Whether they are of that scheme, in any case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// Whether whoever made the capture hid them: they were sent, and no more is known.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.fingerprint == Fingerprint::HIDDEN
    }
}

impl Facts {
    /// Whether the answer brings a token that opens an API, and the request bore none.
    #[must_use]
    pub fn hands_out_access(&self) -> bool {
        let is_access = |seen: &tokens::Seen| matches!(seen.role, tokens::Role::Access | tokens::Role::Refresh);
        let mut tokens = self.tokens.iter().filter(|seen| is_access(seen)).peekable();
        tokens.peek().is_some() && tokens.all(|seen| seen.carrier == tokens::Carrier::ResponseJson)
    }

    /// Whether the request bears a refresh token in a cookie, and the answer changes that cookie.
    fn changes_refresh_cookie(&self) -> bool {
        let is_refresh = |seen: &&tokens::Seen| seen.role == tokens::Role::Refresh && seen.carrier == tokens::Carrier::Cookie;
        self.tokens.iter().filter(is_refresh).any(|seen| self.set_cookies.iter().any(|(name, _)| **name == *seen.name))
    }

    /// Reads the fields of an exchange.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        let parameters = Parameters::of(exchange);
        let sent = exchange.sent("authorization").map(|value| (credentials::parse(value), value));
        let mut carried = Carried::default();
        carried.read(exchange, &parameters, sent.as_ref().map(|(parsed, _)| &parsed.value));
        let mut facts = Self {
            purpose: Purpose::of(exchange, &parameters),
            call: call::called(&parameters),
            tokens: carried.tokens.into(),
            messages: carried.messages.into(),
            saml: carried.saml.into(),
            own_fields: if sent.is_none() { own_fields::read(exchange) } else { Box::default() },
            cookies: carried.cookies,
            set_cookies: carried.set_cookies,
            ..Self::default()
        };
        if facts.purpose == Purpose::Api && &*exchange.method != "GET" && facts.changes_refresh_cookie() {
            facts.purpose = Purpose::Refresh;
        } else if facts.purpose == Purpose::Api && purpose::is_submission(exchange, &parameters.content) && facts.hands_out_access() {
            facts.purpose = Purpose::SignIn;
        } else if facts.purpose == Purpose::Api && facts.messages.iter().any(|message| message.kind == messages::MessageKind::TokenError) {
            facts.purpose = Purpose::Token;
        }
        facts.read_response(exchange);
        facts.outcome = outcome::Outcome::of_exchange(exchange);
        facts.credentials = sent.map(|(parsed, value)| credentials_of(parsed, value));
        facts.clocks = clocks::read(&facts, exchange);
        facts.credentials = facts.credentials.take().or_else(|| credentials_in(&exchange.url, &facts.challenges));
        facts.statements = statements::read(exchange, &facts);
        if facts.is_answered_as_login(exchange, &parameters) {
            facts.become_sign_in(exchange);
        }
        facts
    }

    /// Whether what a call sent is judged by its answer as a name and password, whatever they are called. Names and passwords are
    /// filled into other forms as well: whoever may be known already is refused as a stranger, or by a code, and whoever bears a
    /// session of the program's own is known.
    fn is_answered_as_login(&self, exchange: &Exchange, parameters: &Parameters<'_>) -> bool {
        let refuses = match exchange.status() {
            400 | 401 | 403 | 422 | 423 | 429 => true,
            200..=299 => self.outcome.is_error,
            _ => false,
        };
        let is_known = self.own_fields.iter().any(|(name, _)| own_fields::names_a_session(name));
        let is_stranger = self.cookies.is_empty() && !exchange.unseen.cookies || exchange.status() == 401;
        let is_one = |statement: &statements::Statement| match statement.voice {
            statements::Voice::Page => false,
            voice if voice.is_for_programs() => statement.judges_password(),
            _ => is_stranger && (statement.judges_password() || statement.judges_account() && exchange.status() == 401),
        };
        self.purpose == Purpose::Api
            && refuses
            && &*exchange.method == "POST"
            && self.credentials.is_none()
            && !exchange.unseen.authorization
            && !is_known
            && parameters.content.pairs.len() > 1
            && self.statements.iter().any(is_one)
    }

    /// Takes note that the request submits a login, which its own fields do not show: what the answer says is read anew.
    pub fn become_sign_in(&mut self, exchange: &Exchange) {
        if self.purpose != Purpose::SignIn {
            self.purpose = Purpose::SignIn;
            self.statements = statements::read(exchange, self);
        }
    }

    fn read_response(&mut self, exchange: &Exchange) {
        let Some(response) = &exchange.response else { return };
        if exchange.served_by == crate::exchange::ServedBy::Network && !response.fields.has("age") {
            self.date = response.fields.get("date").and_then(http_date::moment);
        }
        for (name, into) in [("www-authenticate", &mut self.challenges), ("proxy-authenticate", &mut self.proxy_challenges)] {
            for (field, value) in response.fields.all(name).enumerate() {
                let parsed = challenge::parse(value);
                into.extend(parsed.value.iter().map(|challenge| kept(challenge, field)));
                self.challenge_violations.extend(parsed.violations.into_iter().map(|violation| (name, field, violation)));
            }
        }
    }

    /// Whether the request bore `Authorization` or any cookie.
    #[must_use]
    pub fn bears_credentials(&self) -> bool {
        self.credentials.is_some() || !self.cookies.is_empty()
    }

    /// Whether both bear secrets in the same fields of their program's own, whatever these are.
    #[must_use]
    pub fn has_own_fields_like(&self, other: &Self) -> bool {
        !self.own_fields.is_empty() && self.own_fields.iter().map(|(name, _)| name).eq(other.own_fields.iter().map(|(name, _)| name))
    }

    /// What the request bears beside Authorization and cookies that nobody could guess and that may say who asks.
    pub fn own_secrets(&self) -> impl Iterator<Item = Fingerprint> {
        use tokens::Role;
        let speaks = |seen: &&tokens::Seen| {
            seen.carrier.is_sent()
                && seen.carrier != tokens::Carrier::Cookie
                && matches!(seen.role, Role::Access | Role::Session | Role::Unknown)
        };
        let tokens = self.tokens.iter().filter(speaks).map(|seen| seen.token.fingerprint);
        self.own_fields.iter().map(|(_, value)| *value).chain(tokens)
    }

    /// The fingerprint of the cookie of that name, as sent.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Fingerprint> {
        self.cookies.iter().find(|(n, _)| &**n == name).map(|(_, value)| *value)
    }

    /// The JWT that the request is judged by.
    #[must_use]
    pub fn token(&self) -> Option<&tokens::Token> {
        self.judged_by().map(|seen| &*seen.token)
    }

    /// The JWT that the request is judged by, and where it stands: in `Authorization`, or, where nothing is there, the
    /// only one that a field, a cookie or the content brings and that speaks for a user.
    #[must_use]
    pub fn judged_by(&self) -> Option<&tokens::Seen> {
        use tokens::{Carrier, Role};
        if self.credentials.is_some() {
            return self.tokens.first().filter(|seen| seen.carrier == Carrier::Authorization && seen.token.jwt().is_some());
        }
        if matches!(self.purpose, Purpose::Token | Purpose::Refresh | Purpose::Callback | Purpose::Authorize | Purpose::SignOut) {
            return None;
        }
        let speaks = |seen: &&tokens::Seen| matches!(seen.role, Role::Access | Role::Id | Role::Session | Role::Unknown);
        let is_borne = |seen: &&tokens::Seen| seen.carrier.is_sent() && seen.token.jwt().is_some();
        let mut borne = self.tokens.iter().filter(is_borne).filter(speaks);
        borne.next().filter(|_| borne.next().is_none())
    }

    /// The first challenge of that scheme.
    #[must_use]
    pub fn challenge(&self, scheme: &str) -> Option<&Challenge> {
        self.challenges.iter().find(|challenge| challenge.is(scheme))
    }

    /// The `error` code of a Bearer or DPoP challenge (RFC 6750 3.1).
    #[must_use]
    pub fn bearer_error(&self) -> Option<(&Challenge, &str)> {
        self.challenges
            .iter()
            .filter(|challenge| challenge.is("bearer") || challenge.is("dpop"))
            .find_map(|challenge| challenge.param("error").map(|error| (challenge, error)))
    }
}

fn kept(challenge: &challenge::Challenge<'_>, field: usize) -> Challenge {
    Challenge {
        field,
        scheme: challenge.scheme.into(),
        has_token: challenge.token68.is_some(),
        params: challenge.params.iter().map(|param| (param.name.to_ascii_lowercase().into(), (*param.value).into())).collect(),
    }
}

fn credentials_of(parsed: Parsed<credentials::Credentials<'_>>, value: &str) -> Credentials {
    let user = match &parsed.value.kind {
        credentials::Kind::Basic(basic) => Some(String::from_utf8_lossy(&basic.user).into()),
        _ => None,
    };
    Credentials {
        scheme: parsed.value.scheme.into(),
        fingerprint: if parsed.value.kind == credentials::Kind::Hidden { Fingerprint::HIDDEN } else { Fingerprint::of(value) },
        violations: parsed.violations,
        user,
        in_url: false,
    }
}

/// A browser answers a Basic or Digest challenge with the name and password in the address, without
/// asking anybody, and captures do not show that answer's field.
fn credentials_in(url: &Url, challenges: &[Challenge]) -> Option<Credentials> {
    let password = url.password()?;
    let challenge = challenges.iter().find(|challenge| challenge.is("basic") || challenge.is("digest"))?;
    Some(Credentials {
        scheme: challenge.scheme.clone(),
        fingerprint: Fingerprint::of(&format!("{}:{password}", url.username())),
        violations: Vec::new(),
        user: Some(url.username().into()),
        in_url: true,
    })
}
