//! What the browser and the servers knew at each moment, replayed from the exchanges.
//!
//! A session takes exchanges in any order and holds them in the order of time. Pushing one costs
//! the same however many there are; a late one rewinds only what came after it.

mod address;
mod backend;
mod calls;
pub mod clock;
pub mod cookie_store;
pub mod cors;
mod denial;
mod documents;
mod failure;
pub(crate) mod following;
mod forms;
mod guard;
mod handed_on;
pub mod identity;
mod lacking;
pub(crate) mod lists;
mod marks;
mod parties;
mod policy;
mod positions;
pub mod protection_space;
mod read;
pub mod redirects;
mod renewals;
mod renewed_field;
mod replay;
mod said;
mod saml;
mod seen;
mod shells;
pub mod sign_in;
mod signing_keys;
#[cfg(test)]
pub(crate) mod testing;
pub mod token_timeline;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

use crate::exchange::{Exchange, Kind};
use crate::facts::{ByFingerprint, Facts, Fingerprint};
use crate::fields::Lines;
use crate::parallel;
use crate::site::origin_of;
use crate::time::Time;
use address::{Addresses, Directory};
use lists::{Read, Task, key};
use marks::Marks;

pub use crate::profile::Profile;
pub(crate) use backend::backend;
pub use failure::{Failure, FailureKind};
pub use identity::Carries;
pub use replay::{CookieFate, Difference, Fate, HeldBack, Hypothesis, Likely, Reception, Unexplained, WhatIf};
pub use said::{Stated, said};
pub use seen::Seen;
pub use walk::Walk;

/// One exchange, its facts, and what the browser did with its cookies.
#[derive(Debug)]
pub struct Record {
    /// The exchange.
    pub exchange: Exchange,
    /// What its fields say.
    pub facts: Facts,
    marks: Marks,
    addresses: Addresses,
    /// Its origin, serialised: "https://app.example.test:8443".
    pub origin: Box<str>,
    /// What became of each Set-Cookie field, in order.
    pub receptions: Vec<Reception>,
    /// The stored cookies of this site that the request did not bear by the browser's rules.
    pub held_back: Vec<HeldBack>,
    /// The cookies in which the request differs from what the captured responses and the browser's
    /// rules explain. Empty where the capture hides the request's Cookie field.
    pub unexplained: Vec<Unexplained>,
}

impl Record {
    /// Its place in the order of time: of what began at one moment, the order of the input counts, not that of
    /// arrival.
    pub(crate) const fn place(&self) -> Place {
        (self.exchange.started, self.exchange.number)
    }
}

/// An exchange, and what it says whatever else is in the session.
struct Arrived {
    exchange: Exchange,
    facts: Facts,
    origin: Box<str>,
    page: Option<Url>,
    redirect: Option<Url>,
}

impl Arrived {
    fn of(mut exchange: Exchange, common: &mut Common) -> Self {
        if exchange.navigates_by_script() {
            exchange.kind = Kind::Document;
        }
        let (facts, page, redirect) = (Facts::of(&exchange), common.page(&exchange), exchange.redirect_target());
        let origin: Box<str> = origin_of(&exchange.url).into();
        common.share(&mut exchange, &origin);
        Self { exchange, facts, origin, page, redirect }
    }
}

/// What exchanges have in common.
#[derive(Default)]
struct Common {
    /// The lines of messages of one kind and origin.
    lines: ByFingerprint<Option<Arc<Lines>>>,
    /// The address that was the latest exchange's page, and what it is: a page asks for much.
    page: Option<(Box<str>, Option<Url>)>,
}

impl Common {
    /// See [`Exchange::page`].
    fn page(&mut self, exchange: &Exchange) -> Option<Url> {
        let address = exchange.page_address()?;
        if self.page.as_ref().is_none_or(|(known, _)| **known != *address) {
            self.page = Some((address.into(), exchange.page()));
        }
        self.page.as_ref().and_then(|(_, page)| page.clone())
    }

    /// Holds once what an exchange has in common with those before it.
    fn share(&mut self, exchange: &mut Exchange, origin: &str) {
        let place = Fingerprint::of(origin).and(&[exchange.kind as u8]);
        exchange.request.fields.share(self.lines.entry(place).or_default());
        if let Some(response) = &mut exchange.response {
            response.fields.share(self.lines.entry(place.and(b"response")).or_default());
        }
    }
}

/// When an exchange began, and its number in the input.
pub(crate) type Place = (Time, u32);

/// A captured session.
pub struct Session {
    records: Vec<Record>,
    lists: lists::Lists,
    common: Common,
    directory: Directory,
    replay: replay::Replay,
    clocks: clock::Clocks,
    forms: forms::Forms,
    renewals: renewals::Renewals,
    flows: sign_in::Flows,
    seen: Seen,
    /// Positions of exchanges of which something else is known since the latest came.
    altered: Vec<usize>,
    overlooks_products: bool,
}

/// Every exchange.
const EVERY: Fingerprint = Fingerprint::of_name("every exchange");

impl Session {
    /// An empty session of a browser with this cookie behaviour.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            records: Vec::new(),
            lists: lists::Lists::default(),
            common: Common::default(),
            directory: Directory::default(),
            replay: replay::Replay::new(profile),
            clocks: clock::Clocks::default(),
            forms: forms::Forms::default(),
            renewals: renewals::Renewals::default(),
            flows: sign_in::Flows::default(),
            seen: Seen::default(),
            altered: Vec::new(),
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
        let arrived = Arrived::of(exchange, &mut self.common);
        let at = self.take_in(arrived);
        let stale = self.stale_flows(at);
        self.keep_flows(stale);
        at
    }

    fn take_in(&mut self, arrived: Arrived) -> usize {
        self.lists.begin();
        let at = self.take(arrived);
        self.altered = std::mem::take(self.replay.altered_mut());
        for other in &self.altered {
            self.lists.instead(Task::Name, |lists| list_up(lists, &self.records, *other));
        }
        for other in self.learn_forms(at) {
            self.take_again(other);
            // A redirect of what turned out to be a login leads elsewhere by other signs.
            if self.learn_where_leads(other) {
                self.take_again(other);
            }
        }
        for other in self.learn_renewals(at) {
            self.take_again(other);
        }
        at
    }

    /// Puts an exchange where it belongs by what is known of the forms and renewals now. What other exchanges say of it
    /// stays: that a call turned out to be a login or a renewal changes nothing of clocks and cookies.
    fn take_again(&mut self, at: usize) {
        self.lists.instead(Task::Strike, |lists| list_up(lists, &self.records, at));
        if let Some(record) = self.records.get_mut(at) {
            self.seen.remove(record);
            if self.forms.brings_password(&record.exchange, &record.facts) || self.forms.opens(at) {
                record.facts.become_sign_in(&record.exchange);
            } else if let Some(names) = self.renewals.names(&record.exchange, &record.facts) {
                record.facts.become_renewal(&record.exchange, names);
            }
            record.marks = Marks::of(&record.exchange, &record.facts, record.addresses.redirect(), self.forms.led_to_by(at));
            self.seen.add(record);
        }
        list_up(&mut self.lists, &self.records, at);
        self.altered.push(at);
    }

    fn take(&mut self, arrived: Arrived) -> usize {
        let Arrived { exchange, mut facts, origin, page, redirect } = arrived;
        if self.forms.brings_password(&exchange, &facts) {
            facts.become_sign_in(&exchange);
        } else if let Some(names) = self.renewals.names(&exchange, &facts) {
            facts.become_renewal(&exchange, names);
        }
        token_timeline::share(&self.lists, &mut facts.tokens, &self.records);
        let at = self.records.len();
        // Doubling would leave half of a long session's memory unused.
        if self.records.len() == self.records.capacity() {
            self.records.reserve_exact(self.records.len() / 8 + 64);
        }
        let addresses = self.directory.addresses_of(&exchange, page, redirect);
        let marks = Marks::of(&exchange, &facts, addresses.redirect(), self.forms.led_to_by(at));
        let (receptions, held_back, unexplained) = (Vec::new(), Vec::new(), Vec::new());
        self.records.push(Record { exchange, facts, marks, addresses, origin, receptions, held_back, unexplained });
        list_up(&mut self.lists, &self.records, at);
        self.clocks.take(&mut self.lists, &self.records, at);
        self.replay.take(&mut self.records, &self.lists, at);
        self.records.get(at).into_iter().for_each(|record| self.seen.add(record));
        at
    }

    /// Every record with its position, in order of arrival.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The exchanges alone, of which nothing else is kept.
    #[must_use]
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.records.into_iter().map(|record| record.exchange).collect()
    }

    /// The record at a position.
    #[must_use]
    pub fn record(&self, at: usize) -> Option<&Record> {
        self.records.get(at)
    }

    /// Every exchange with its position, in order of time.
    #[must_use]
    pub fn in_order(&self) -> Walk<'_> {
        self.list(EVERY)
    }

    /// Every exchange with its position, the latest first.
    #[must_use]
    pub fn latest_first(&self) -> Walk<'_> {
        self.list(EVERY).before(Time::MAX)
    }

    /// Answers a question, and tells what was read of the session for it: the answer holds until the
    /// session says by [`changed`](Self::changed) or [`altered`](Self::altered) that this has changed.
    pub(crate) fn noting<T>(&self, question: impl FnOnce() -> T) -> (T, Vec<Read>) {
        self.lists.noting(question)
    }

    /// The lists that were changed since the latest exchange came, and the moments in them.
    pub(crate) fn changed(&self) -> &[(Fingerprint, Time)] {
        self.lists.changed()
    }

    /// The exchanges with whose cookies, since the latest came, it went otherwise than was thought before, or that
    /// turned out to be a login.
    pub(crate) fn altered(&self) -> &[usize] {
        &self.altered
    }

    fn list(&self, key: Fingerprint) -> Walk<'_> {
        self.lists.walk(key, &self.records)
    }

    /// Whether a response before that moment set a cookie of that name.
    pub(crate) fn issued_before(&self, name: &str, moment: Time) -> bool {
        self.setters(name).next().is_some_and(|(_, record)| record.exchange.started < moment)
    }

    /// Records whose response set a cookie of that name, in order of time.
    pub(crate) fn setters(&self, name: &str) -> Walk<'_> {
        self.list(key("sets", Fingerprint::of(name)))
    }

    /// Records of the site of this one whose response set a cookie, in order of time.
    pub(crate) fn setters_of_site(&self, record: &Record) -> Walk<'_> {
        self.list(setters_of_site(record.site().map_or("", |site| site.domain)))
    }

    /// Records that the origin of this one let through with the same Authorization, or without any.
    pub(crate) fn accepted_with(&self, record: &Record) -> Walk<'_> {
        self.list(accepted_with(record))
    }

    /// Records of an origin in order of time.
    pub(crate) fn of_origin(&self, origin: &str) -> Walk<'_> {
        self.list(of_origin(origin))
    }

    /// Records with the method and URL of this one, in order of time.
    pub(crate) fn of_request(&self, exchange: &Exchange) -> Walk<'_> {
        self.list(same_request(exchange))
    }
}

/// Of exchanges that are all there already, each login is put together once, when they are in.
impl Extend<Exchange> for Session {
    fn extend<I: IntoIterator<Item = Exchange>>(&mut self, exchanges: I) {
        let mut stale = BTreeSet::new();
        let mut common = std::mem::take(&mut self.common);
        let read = |exchange| Arrived::of(exchange, &mut common);
        let exchanges: Vec<Exchange> = exchanges.into_iter().collect();
        // A list that grows is there twice meanwhile.
        self.records.reserve(exchanges.len());
        parallel::ahead(exchanges, read, |arrived| {
            let at = self.take_in(arrived);
            stale.extend(self.stale_flows(at));
        });
        self.common = common;
        self.keep_flows(stale);
    }
}

/// Puts an exchange into every list that it belongs to.
fn list_up(lists: &mut lists::Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    lists.insert(EVERY, at, records);
    lists.insert(of_origin(&record.origin), at, records);
    if let Some(site) = record.site() {
        lists.insert(of_site(site.domain), at, records);
        if !record.facts.set_cookies.is_empty() {
            lists.insert(setters_of_site(site.domain), at, records);
        }
    }
    lists.insert(same_request(&record.exchange), at, records);
    if record.was_accepted() {
        lists.insert(accepted_with(record), at, records);
    }
    for (name, _) in &record.facts.set_cookies {
        lists.insert(key("sets", Fingerprint::of(name)), at, records);
    }
    for take in [
        token_timeline::take,
        sign_in::take,
        redirects::take,
        cors::take,
        protection_space::take,
        documents::take,
        parties::take,
        identity::take,
        failure::take,
        seen::take,
        shells::take,
    ] {
        take(lists, records, at);
    }
}

/// The list of an origin's exchanges.
fn of_origin(origin: &str) -> Fingerprint {
    key("origin", Fingerprint::of(origin))
}

/// The list of the exchanges with the hosts of a registrable domain.
fn of_site(domain: &str) -> Fingerprint {
    key("site", Fingerprint::of(domain))
}

/// The list of the exchanges of a registrable domain whose response set a cookie.
fn setters_of_site(domain: &str) -> Fingerprint {
    key("setters of site", Fingerprint::of(domain))
}

/// The list of what an origin let through with the same Authorization, or without any.
fn accepted_with(record: &Record) -> Fingerprint {
    let credentials = record.facts.credentials.as_ref().map(|credentials| credentials.fingerprint.to_bytes());
    key("accepted with", Fingerprint::of(&record.origin).and(&credentials.unwrap_or_default()))
}

/// The list of the exchanges in which somebody logs in at an origin.
fn sign_ins_at(origin: &str) -> Fingerprint {
    key("sign-ins", Fingerprint::of(origin))
}

/// The list of equal requests: of one method and URL without its fragment.
fn same_request(exchange: &Exchange) -> Fingerprint {
    key("same request", address(&exchange.url)).and(exchange.method.as_bytes())
}

/// An address without its fragment, which never leaves the browser.
fn address(url: &Url) -> Fingerprint {
    let text = url.as_str();
    // What is asked with an empty query is written without it by some captures.
    Fingerprint::of(text.split_once('#').map_or(text, |(text, _)| text).trim_end_matches('?'))
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
        let session = testing::session(text);
        let held: Vec<usize> = session.records().iter().map(|record| record.held_back.len()).collect();
        assert_eq!(held, [0, 0, 1]);
    }
}
