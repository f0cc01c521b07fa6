//! What the browser and the servers knew at each moment, replayed from the exchanges.
//!
//! A session takes exchanges in any order and holds them in the order of time. Pushing one costs
//! the same however many there are; a late one rewinds only what came after it.

pub mod clock;
pub mod cookie_store;
pub mod cors;
mod denial;
mod documents;
mod failure;
mod forms;
mod index;
mod parties;
mod positions;
pub mod protection_space;
pub mod redirects;
mod replay;
pub mod sign_in;
pub mod token_timeline;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use crate::exchange::{Exchange, Kind};
use crate::facts::tokens::{Role, guards_forms};
use crate::facts::{Facts, Fingerprint, Purpose, is_sign_in_url};
use crate::fields::Lines;
use crate::time::Time;

pub use crate::facts::is_session_name;
pub use cookie_store::Profile;
pub use failure::{Failure, FailureKind};
pub use replay::{CookieFate, Difference, Fate, HeldBack, Hypothesis, Likely, Reception, Unexplained, WhatIf};
pub use walk::Walk;

/// One exchange, its facts, and what the browser did with its cookies.
#[derive(Debug)]
pub struct Record {
    /// The exchange.
    pub exchange: Exchange,
    /// What its fields say.
    pub facts: Facts,
    /// Its origin, serialised: "https://app.example.test:8443".
    pub origin: Box<str>,
    /// Whether its redirect led to a page that asks for a password.
    leads_to_form: bool,
    /// What became of each Set-Cookie field, in order.
    pub receptions: Vec<Reception>,
    /// The stored cookies of this site that the request did not bear by the browser's rules.
    pub held_back: Vec<HeldBack>,
    /// The cookies in which the request differs from what the captured responses and the browser's
    /// rules explain. Empty where the capture hides the request's Cookie field.
    pub unexplained: Vec<Unexplained>,
}

/// A captured session.
pub struct Session {
    records: Vec<Record>,
    common_fields: HashMap<Fingerprint, Option<Arc<Lines>>>,
    by_origin: HashMap<Box<str>, Vec<usize>>,
    by_request: HashMap<Fingerprint, Vec<usize>>,
    order: Vec<usize>,
    setters: Vec<usize>,
    setters_by_name: HashMap<Box<str>, Vec<usize>>,
    replay: replay::Replay,
    clocks: clock::Clocks,
    tokens: token_timeline::TokenTimeline,
    sign_ins: sign_in::SignIns,
    parties: parties::Parties,
    redirects: redirects::Redirects,
    preflights: cors::Preflights,
    spaces: protection_space::Spaces,
    documents: documents::Documents,
    forms: forms::Forms,
    overlooks_products: bool,
}

impl Session {
    /// An empty session of a browser with this cookie behaviour.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            records: Vec::new(),
            common_fields: HashMap::new(),
            by_origin: HashMap::new(),
            by_request: HashMap::new(),
            order: Vec::new(),
            setters: Vec::new(),
            setters_by_name: HashMap::new(),
            replay: replay::Replay::new(profile),
            clocks: clock::Clocks::default(),
            tokens: token_timeline::TokenTimeline::default(),
            sign_ins: sign_in::SignIns::default(),
            parties: parties::Parties::default(),
            redirects: redirects::Redirects::default(),
            preflights: cors::Preflights::default(),
            spaces: protection_space::Spaces::default(),
            documents: documents::Documents::default(),
            forms: forms::Forms::default(),
            overlooks_products: false,
        }
    }

    /// The browser's rules for cookies.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        self.replay.profile()
    }

    /// Leaves out what products are known to say, so that it can be measured how far a diagnosis carries
    /// at a product that nobody knows.
    pub fn overlook_products(&mut self) {
        self.overlooks_products = true;
    }

    /// Whether what products are known to say is left out.
    #[must_use]
    pub(crate) fn overlooks_products(&self) -> bool {
        self.overlooks_products
    }

    /// Takes one more exchange and returns its position.
    pub fn push(&mut self, exchange: Exchange) -> usize {
        let at = self.take(exchange);
        if self.learn_forms(at) {
            self.take_all_again();
        }
        at
    }

    /// Takes every exchange in anew, at its position, by what is known of the forms now. Seldom: a login page's
    /// form is mostly known before it is sent, and its address by a common word.
    fn take_all_again(&mut self) {
        let mut fresh = Self::new(self.profile().clone());
        fresh.overlooks_products = self.overlooks_products;
        fresh.forms = std::mem::take(&mut self.forms);
        fresh.common_fields = std::mem::take(&mut self.common_fields);
        for record in std::mem::take(&mut self.records) {
            fresh.take(record.exchange);
        }
        *self = fresh;
    }

    fn take(&mut self, mut exchange: Exchange) -> usize {
        let mut facts = Facts::of(&exchange);
        if self.forms.brings_password(&exchange, &facts) {
            facts.purpose = Purpose::SignIn;
        }
        self.tokens.share(&mut facts.tokens, &self.records);
        let origin: Box<str> = exchange.url.origin().ascii_serialization().into();
        self.share_fields(&mut exchange, &origin);
        let at = self.records.len();
        let set_names: Vec<Box<str>> = facts.set_cookies.iter().map(|(name, _)| name.clone()).collect();
        let request = request_key(&exchange);
        // Doubling would leave half of a long session's memory unused.
        if self.records.len() == self.records.capacity() {
            self.records.reserve_exact(self.records.len() / 8 + 64);
        }
        self.records.push(Record {
            exchange,
            facts,
            origin: origin.clone(),
            leads_to_form: self.forms.is_led_to_by(at),
            receptions: Vec::new(),
            held_back: Vec::new(),
            unexplained: Vec::new(),
        });
        for list in [&mut self.order, self.by_origin.entry(origin).or_default(), self.by_request.entry(request).or_default()] {
            index::insert_by_time(list, at, &self.records);
        }
        if !set_names.is_empty() {
            index::insert_by_time(&mut self.setters, at, &self.records);
        }
        for name in set_names {
            index::insert_by_time(self.setters_by_name.entry(name).or_default(), at, &self.records);
        }
        self.clocks.take(&self.records, at);
        self.tokens.take(&self.records, at);
        self.sign_ins.take(&self.records, at);
        self.parties.take(&self.records, at);
        self.redirects.take(&self.records, at);
        self.preflights.take(&self.records, at);
        self.spaces.take(&self.records, at);
        self.documents.take(&self.records, at);
        self.replay.take(&mut self.records, &self.by_origin, at);
        at
    }

    /// Holds what one origin's messages of a kind have in common once.
    fn share_fields(&mut self, exchange: &mut Exchange, origin: &str) {
        let place = Fingerprint::of(origin).and(&[exchange.kind as u8]);
        exchange.request.fields.share(self.common_fields.entry(place).or_default());
        if let Some(response) = &mut exchange.response {
            response.fields.share(self.common_fields.entry(place.and(b"response")).or_default());
        }
    }

    /// Every record with its position, in order of arrival.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record at a position.
    #[must_use]
    pub fn record(&self, at: usize) -> Option<&Record> {
        self.records.get(at)
    }

    /// Positions in order of time.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Every exchange with its position, in order of time.
    #[must_use]
    pub fn in_order(&self) -> Walk<'_> {
        Walk::along(&self.records, &self.order)
    }

    /// Whether a response before that moment set a cookie of that name.
    pub(crate) fn issued_before(&self, name: &str, moment: Time) -> bool {
        let setters = self.setters_by_name.get(name).and_then(|setters| self.records.get(*setters.first()?));
        setters.is_some_and(|record| record.exchange.started < moment)
    }

    /// Records whose response set a cookie, of that name where one is given, in order of time.
    pub(crate) fn setters(&self, name: Option<&str>) -> Walk<'_> {
        let positions = match name {
            Some(name) => self.setters_by_name.get(name).map_or(&[][..], Vec::as_slice),
            None => &self.setters,
        };
        Walk::along(&self.records, positions)
    }

    /// Records of an origin in order of time.
    pub(crate) fn of_origin(&self, origin: &str) -> Walk<'_> {
        Walk::along(&self.records, self.by_origin.get(origin).map_or(&[], Vec::as_slice))
    }

    /// Records with the method and URL of this one, in order of time.
    pub(crate) fn of_request(&self, exchange: &Exchange) -> Walk<'_> {
        Walk::along(&self.records, self.by_request.get(&request_key(exchange)).map_or(&[], Vec::as_slice))
    }
}

/// How HTML writes the input for a password.
const PASSWORD_INPUTS: [&[u8]; 3] = [b"type=\"password\"", b"type='password'", b"type=password"];

/// Response fields by which firewalls and bot checks mark their own answers, in lower case. From
/// the documentation of Cloudflare and AWS WAF; checked 2026-11-20.
const INTERCEPTION_FIELDS: [&str; 2] = ["cf-mitigated", "x-amzn-waf-action"];

/// Bytes of an answer in which a refusal names its check.
const FORGERY_PREFIX: usize = 4096;

/// RFC 6749 4.1.1: what every authorization request has.
fn is_authorization_request(query: &str) -> bool {
    let parameters = crate::syntax::form::urlencoded(query).value;
    parameters.has("client_id") && parameters.has("response_type")
}

/// What tells equal requests: method, and URL without its fragment.
fn request_key(exchange: &Exchange) -> Fingerprint {
    let url = exchange.url.as_str();
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    Fingerprint::of(&format!("{} {url}", exchange.method))
}

impl Record {
    /// Whether the server let this request through: a success, or a redirect elsewhere than to a
    /// page where people log in.
    #[must_use]
    pub fn was_accepted(&self) -> bool {
        match self.exchange.status() {
            200..=299 => !(self.facts.purpose == Purpose::SignIn && self.shows_sign_in_form()),
            304 => true,
            300..=399 => !self.redirects_to_sign_in(),
            _ => false,
        }
    }

    /// Whether the response sends the browser to a page where people log in.
    #[must_use]
    pub fn redirects_to_sign_in(&self) -> bool {
        self.leads_to_form
            || self.exchange.redirect_target().is_some_and(|target| {
                is_sign_in_url(&target) && target.path() != self.exchange.url.path()
                    || self.facts.purpose == Purpose::SignIn && target.path() == self.exchange.url.path()
            })
    }

    /// Whether the response sends a script, which can fill in no form, to a page where people log in.
    #[must_use]
    pub fn asks_script_to_sign_in(&self) -> bool {
        let leads_to_provider = || {
            let target = self.exchange.redirect_target();
            target.is_some_and(|target| is_authorization_request(target.query().unwrap_or_default()))
        };
        matches!(self.exchange.kind, Kind::Fetch | Kind::Xhr)
            && self.facts.purpose == Purpose::Api
            && (self.redirects_to_sign_in() || leads_to_provider())
    }

    /// Whether the response is a page that asks for a password.
    #[must_use]
    pub fn shows_sign_in_form(&self) -> bool {
        let text = self.exchange.response_text().as_bytes();
        PASSWORD_INPUTS.iter().any(|input| memchr::memmem::find(text, input).is_some())
    }

    /// Whether a firewall or a bot check marks the answer as its own.
    #[must_use]
    pub fn was_intercepted(&self) -> bool {
        INTERCEPTION_FIELDS.iter().any(|name| self.exchange.received(name).is_some())
    }

    /// Whether the answer speaks of a certificate that the client should have shown.
    #[must_use]
    pub fn names_client_certificate(&self) -> bool {
        let text = self.exchange.response_text().as_bytes();
        memchr::memmem::find(text.get(..FORGERY_PREFIX).unwrap_or(text), b"SSL certificate").is_some()
    }

    /// Whether the answer to a change names a check against forged requests, and is no page whose form
    /// brings the token of such a check along.
    #[must_use]
    pub fn names_forgery(&self) -> bool {
        let text = self.exchange.response_text();
        let prefix = text.as_bytes().get(..FORGERY_PREFIX).unwrap_or(text.as_bytes()).to_ascii_lowercase();
        let brings_token = || self.facts.tokens.iter().any(|seen| seen.role == Role::Csrf && !seen.carrier.is_sent());
        &*self.exchange.method != "GET" && std::str::from_utf8(&prefix).is_ok_and(guards_forms) && !brings_token()
    }

    /// Whether `other` asks for the same with the same credentials.
    #[must_use]
    pub fn bears_the_same_credentials_as(&self, other: &Self) -> bool {
        let mine = self.facts.credentials.as_ref().map(|credentials| credentials.fingerprint);
        let theirs = other.facts.credentials.as_ref().map(|credentials| credentials.fingerprint);
        match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine == theirs,
            (None, None) => self.facts.cookies.iter().any(|(name, value)| other.facts.cookie(name) == Some(*value)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Input;
    use crate::redact::Redactor;

    /// A login whose cookie is refused, an API call under way meanwhile, a second login that works.
    const LOGINS: &str = "~ took 5s\n> GET http://app.test/slow\n< 200 OK\n\n\
        > POST http://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid=1; Secure\n\n\
        ~ kind document\n> GET http://app.test/home\n< 302 Found\n< Location: /login\n\n\
        > POST http://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid=2\n\n\
        ~ kind document\n> GET http://app.test/home\n> Cookie: sid=2\n< 200 OK\n\n\
        @ 40m\n~ kind fetch\n> GET http://app.test/api\n> Cookie: sid=2\n< 401 Unauthorized\n< Date: {date +2h}\n";

    fn pushed(order: impl Iterator<Item = usize>) -> Session {
        let exchanges = crate::capture::notation::parse(LOGINS).unwrap();
        let mut session = Session::new(Profile::chrome());
        for at in order {
            session.push(exchanges[at].clone());
        }
        session
    }

    fn told(session: &Session) -> (String, Vec<String>) {
        let diagnosis = session.diagnose(Input::default(), &mut Redactor::default());
        let cookies = |record: &Record| {
            format!(
                "{} {:?} {:?}",
                record.exchange.number,
                record.receptions,
                record.held_back.iter().map(|held| &held.name).collect::<Vec<_>>()
            )
        };
        let mut records: Vec<String> = session.records().iter().map(cookies).collect();
        records.sort();
        (serde_json::to_string(&diagnosis).unwrap(), records)
    }

    #[test]
    fn tells_the_same_however_late_an_exchange_arrives() {
        let in_order = told(&pushed(0..6));
        assert!(in_order.0.contains("cookie-rejected-secure"), "{}", in_order.0);
        for rotation in 1..6 {
            assert_eq!(told(&pushed((0..6).map(|at| (at + rotation) % 6))), in_order, "rotated by {rotation}");
        }
        assert_eq!(told(&pushed((0..6).rev())), in_order);
    }

    #[test]
    fn a_cookie_that_arrives_meanwhile_was_not_there_when_a_request_left() {
        let text = "~ took 3s\n> GET http://app.test/a\n< 200 OK\n< Set-Cookie: x=1; Path=/private\n\n~ kind fetch\n> GET http://app.test/b\n< 200 OK\n\n@ 5s\n~ kind fetch\n> GET http://app.test/c\n< 200 OK\n";
        let mut session = Session::new(Profile::chrome());
        for exchange in crate::capture::notation::parse(text).unwrap() {
            session.push(exchange);
        }
        let held: Vec<usize> = session.records().iter().map(|record| record.held_back.len()).collect();
        assert_eq!(held, [0, 0, 1]);
    }
}
