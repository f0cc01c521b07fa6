//! The browser's cookie store, replayed: what each response's Set-Cookie fields did, and which
//! stored cookies each request left behind.
//!
//! An exchange is two events, since a cookie that arrives while another request is under way was
//! not there when that request left. A late exchange takes back the events of its site after its
//! own and replays them; everything before stays, and responses do again what they did while it changes nothing.

mod confront;
mod past;
mod what_if;

use std::collections::HashMap;

use url::Url;

use super::Record;
use super::cookie_store::{
    BlockedReason, BlockedReasons, Change, CookieRequest, CookieStore, Outcome, Profile, Reception as Circumstances, Undone,
};
use super::lists::Lists;
use crate::exchange::{Kind, Told};
use crate::limits;
use crate::site::Site;
use crate::syntax::{clear_site_data, set_cookie};
use crate::time::Time;

pub use confront::{Difference, Likely, Unexplained};
pub use what_if::{CookieFate, Fate, Hypothesis, WhatIf};

/// What became of one Set-Cookie field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reception {
    /// The cookie's name.
    pub name: Box<str>,
    /// What the store did.
    pub outcome: Outcome,
    /// Why it was refused; empty where it was not.
    pub reasons: BlockedReasons,
    /// What the rules have against it, empty where nothing, if the browser itself said otherwise.
    pub by_rules: Option<BlockedReasons>,
}

impl Reception {
    /// In what the browser itself said otherwise than its rules.
    #[must_use]
    pub fn disagreement(&self) -> Option<String> {
        let reasons: Vec<&str> = self.by_rules?.iter().map(BlockedReason::says).collect();
        Some(match (reasons.as_slice(), self.outcome) {
            ([], _) => "The browser says that it does not keep it; by its attributes it might.".to_owned(),
            (reasons, Outcome::Rejected) => {
                format!("The browser refuses it for another reason than its rules as known here: {}", reasons.join(" "))
            }
            (reasons, _) => format!("The browser says that it keeps it, against its rules as known here: {}", reasons.join(" ")),
        })
    }
}

/// A stored cookie that a request did not bear, by the browser's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// The cookie's name.
    pub name: Box<str>,
    /// Every reason.
    pub reasons: BlockedReasons,
    /// Position of the exchange that set it.
    pub set_by: usize,
    /// What the rules have against sending it, empty where nothing, if the browser itself said otherwise.
    pub by_rules: Option<BlockedReasons>,
}

impl HeldBack {
    /// In what the browser itself said otherwise than its rules.
    #[must_use]
    pub fn disagreement(&self) -> Option<String> {
        let reasons: Vec<&str> = self.by_rules?.iter().map(BlockedReason::says).collect();
        Some(match reasons.as_slice() {
            [] => "The browser says that it holds it back; by its rules as known here it would send it.".to_owned(),
            reasons => format!("The browser holds it back for another reason than its rules as known here: {}", reasons.join(" ")),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Request,
    Response,
}

/// When something happened, the number of its exchange in the input, its position, and which part of it.
type Key = (Time, u32, usize, Part);

#[derive(Debug)]
struct Event {
    key: Key,
    at: usize,
    part: Part,
    changes: Vec<Change>,
}

/// The store and the journal of everything that happened to it.
pub struct Replay {
    store: CookieStore,
    /// In order of time, by the site of whose cookies they speak: no other site's cookies change by them.
    events: HashMap<Box<str>, Vec<Event>>,
    altered: Vec<usize>,
}

impl Replay {
    pub fn new(profile: Profile) -> Self {
        Self { store: CookieStore::new(profile), events: HashMap::new(), altered: Vec::new() }
    }

    pub fn profile(&self) -> &Profile {
        self.store.profile()
    }

    /// The exchanges whose story the latest one changed, to be taken.
    pub fn altered_mut(&mut self) -> &mut Vec<usize> {
        &mut self.altered
    }

    /// Replays the exchange at `at`, and whatever came after it at its site once more. `lists` have it already.
    pub fn take(&mut self, records: &mut [Record], lists: &Lists, at: usize) {
        self.altered.clear();
        let Some(record) = records.get(at) else { return };
        let number = record.exchange.number;
        let mut new = vec![(record.exchange.started, Part::Request)];
        if speaks_of_cookies(record) {
            new.push((record.exchange.ended(), Part::Response));
        }
        let domain = record.site().map_or("", |site| site.domain);
        if !self.events.contains_key(domain) {
            self.events.insert(domain.into(), Vec::new());
        }
        let Some(events) = self.events.get_mut(domain) else { return };
        let mut first = events.len();
        for (time, part) in new {
            let new = Event { key: (time, number, at, part), at, part, changes: Vec::new() };
            let position = place_of(events, &new);
            events.insert(position, new);
            first = first.min(position);
        }
        let mut undone: Vec<Vec<Undone>> = Vec::new();
        for event in events.iter_mut().skip(first).rev() {
            undone.push(event.changes.drain(..).rev().map(|change| self.store.undo(change)).collect());
        }
        let mut is_as_before = true;
        for event in events.iter_mut().skip(first) {
            let former = undone.pop().unwrap_or_default();
            // What a response does hangs on the store alone.
            if is_as_before && event.part == Part::Response && event.at != at {
                event.changes = former.into_iter().rev().map(|undone| self.store.redo(undone)).collect();
                continue;
            }
            let (changes, is_altered) = match event.part {
                Part::Request => send(&mut self.store, records, lists, event.at),
                Part::Response => receive(&mut self.store, records, event.at),
            };
            is_as_before &= former.is_empty() && changes.is_empty();
            event.changes = changes;
            if is_altered && event.at != at {
                self.altered.push(event.at);
            }
        }
    }
}

/// Where an event belongs among those of its site.
fn place_of(events: &[Event], new: &Event) -> usize {
    let is_later = |event: &&Event| event.key > new.key;
    let under_way = events.iter().rev().take(limits::RESPONSES_UNDER_WAY);
    let passed = under_way.take_while(|event| is_later(event) && event.part == Part::Response).count();
    if passed == limits::RESPONSES_UNDER_WAY {
        return events.len() - passed;
    }
    events.len() - events.iter().rev().take_while(is_later).count()
}

/// Whether a response can change what is stored.
fn speaks_of_cookies(record: &Record) -> bool {
    let clears = || record.exchange.response.as_ref().is_some_and(|response| response.fields.has("clear-site-data"));
    !record.facts.set_cookies.is_empty() || clears()
}

/// What changed in the store, and whether the record tells something else now.
fn send(store: &mut CookieStore, records: &mut [Record], lists: &Lists, at: usize) -> (Vec<Change>, bool) {
    let Some(record) = records.get(at) else { return (Vec::new(), false) };
    let of_origin = lists.positions(super::of_origin(&record.origin));
    let told = confront::confront(store, &past::Past { records, of_origin, at, record, spared: None });
    let is_altered = (&record.held_back, &record.unexplained) != (&told.held_back, &told.unexplained);
    if let Some(record) = records.get_mut(at).filter(|_| is_altered) {
        (record.held_back, record.unexplained) = (told.held_back, told.unexplained);
    }
    (told.changes, is_altered)
}

fn receive(store: &mut CookieStore, records: &mut [Record], at: usize) -> (Vec<Change>, bool) {
    let Some(record) = records.get_mut(at) else { return (Vec::new(), false) };
    let request = request_at(record, record.exchange.ended());
    let (receptions, changes) = receive_from(store, record, &request, at, None);
    let is_altered = record.receptions != receptions;
    record.receptions = receptions;
    (changes, is_altered)
}

/// Takes in what a response says about cookies, with one of its Set-Cookie fields exchanged for
/// another line where that is asked for.
fn receive_from(
    store: &mut CookieStore,
    record: &Record,
    request: &CookieRequest<'_>,
    at: usize,
    exchanged: Option<(usize, &str)>,
) -> (Vec<Reception>, Vec<Change>) {
    let (mut receptions, mut changes) = (Vec::new(), Vec::new());
    let Some(response) = &record.exchange.response else { return (receptions, changes) };
    if !record.facts.set_cookies.is_empty() {
        for (number, value) in response.fields.all("set-cookie").take(limits::COOKIES).enumerate() {
            let line = exchanged.filter(|(field, _)| *field == number).map_or(value, |(_, line)| line);
            let field = set_cookie::parse(line).value;
            // Nobody knows what became of a cookie whose bounds were hidden.
            if field.is_hidden() {
                let outcome = Outcome::Kept;
                receptions.push(Reception { name: field.name.into(), outcome, reasons: BlockedReasons::default(), by_rules: None });
                continue;
            }
            // What the browser said, it said of the line that came.
            let told = if line == value { record.exchange.told.get(number).copied().unwrap_or_default() } else { Told::Nothing };
            let circumstances = Circumstances { exchange: u32::try_from(at).unwrap_or(u32::MAX), server_date: record.facts.date, told };
            let receipt = store.receive(&field, request, &circumstances);
            receptions.push(Reception {
                name: field.name.into(),
                outcome: receipt.outcome,
                reasons: receipt.reasons,
                by_rules: receipt.by_rules,
            });
            changes.extend(receipt.change);
        }
    }
    // Browsers clear what the same response has set, too.
    if response.fields.all("clear-site-data").any(|value| clear_site_data::parse(value).value.cookies) {
        changes.extend(store.clear(request));
    }
    (receptions, changes)
}

/// An exchange as far as cookies care: `at` is when its request left or its response came.
fn request_at(record: &Record, at: Time) -> CookieRequest<'_> {
    cookie_request(record, record.page_site(), at)
}

fn cookie_request<'a>(record: &'a Record, page: Option<Site<'a>>, at: Time) -> CookieRequest<'a> {
    let exchange = &record.exchange;
    let is_framed = matches!(exchange.sent("sec-fetch-dest"), Some("iframe" | "frame"));
    let top_level = if exchange.kind == Kind::Document && !is_framed { None } else { page.or_else(|| record.site()) };
    // The browser itself says who began it where it sends Sec-Fetch-Site.
    let initiator = if matches!(exchange.sent("sec-fetch-site"), Some("none" | "same-origin")) { None } else { page };
    CookieRequest {
        url: &exchange.url,
        method: &exchange.method,
        at,
        top_level,
        initiator,
        credentials: exchange.kind != Kind::Preflight,
        http_api: true,
    }
}

impl Record {
    /// The request as cookies see it. `page` is what [`Exchange::page`] says, or another page to ask
    /// about.
    #[must_use]
    pub fn cookie_request<'a>(&'a self, page: Option<&'a Url>) -> CookieRequest<'a> {
        cookie_request(self, page.and_then(Site::of), self.exchange.started)
    }
}

#[cfg(test)]
mod tests;
