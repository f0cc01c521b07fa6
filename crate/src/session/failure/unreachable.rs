//! Requests of a login that got no answer.

use super::{ANSWERS, Failure, FailureKind};
use crate::exchange::{CrossOrigin, Kind};
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::session::lists::key;
use crate::session::{Record, Session, address};
use crate::site::{Site, is_loopback};
use crate::syntax::csp;
use crate::syntax::net_error::names_local_network_access;

impl Session {
    pub(super) fn unreachable(&self, at: usize, record: &Record) -> Option<Failure> {
        let is_behind_preflight = || self.list(key("refused preflight", address(&record.exchange.url))).next().is_some();
        let is_failure = match record.ended_by() {
            None if record.exchange.unseen.response => false,
            Some(error) => {
                crate::syntax::net_error::names_a_network_failure(error)
                    && (may_concern_login(record) || self.is_own_backend(at, record) || self.is_asked_by_a_login(at, record))
            }
            // Firefox names no error and leaves the content out: a request that was stopped looks like
            // one that got no answer, so only what plainly belongs to the page counts.
            None if self.was_shown_all_the_same(at, record) => false,
            None => {
                let never_answered = || self.list(key("answered", Fingerprint::of(&record.origin))).next().is_none();
                let came_from_there = record.page().is_some_and(|page| page.origin() == record.exchange.url.origin());
                let is_login = record.facts.purpose.is_login();
                let is_of_the_page = is_login || record.facts.bears_credentials() || submits_to_its_own_site(record);
                record.exchange.kind == Kind::Document && is_navigation(record) || is_of_the_page && !came_from_there && never_answered()
            }
        };
        if !is_failure || is_behind_preflight() {
            return None;
        }
        let failure = Failure { at, kind: FailureKind::Unreachable, with: Vec::new(), recovered_by: None };
        let recovered_by = self.later_of_target("answered", at, record).next().map(|(later, _)| later);
        let recovered_by = recovered_by.or_else(|| self.goes_on_without(at, record));
        Some(Failure { recovered_by, ..failure })
    }
}

impl Session {
    /// Whether the page of a step of a login asks for what the browser keeps to itself, the local network: there it waits for the
    /// answer. Of several ports the first stands for all; a form at which they are tried looks whom it has before it, and waits for
    /// nothing.
    pub(in crate::session) fn is_asked_by_a_login(&self, at: usize, record: &Record) -> bool {
        if !record.ended_by().is_some_and(names_local_network_access) {
            return false;
        }
        let page = || record.page().map(|page| page.origin().ascii_serialization());
        let Some(origin) = record.exchange.sent("origin").map(str::to_owned).or_else(page) else { return false };
        let is_other_port = |other: &Record| {
            let (one, another) = (&record.exchange.url, &other.exchange.url);
            one.host() == another.host() && one.port_or_known_default() != another.port_or_known_default()
        };
        let is_kept = |other: &Record| other.ended_by().is_some_and(names_local_network_access);
        let near = || self.in_order().around(at).at_most(ANSWERS, ANSWERS);
        let mut ports = near().filter(|(_, other)| is_kept(other) && is_other_port(other)).peekable();
        let tries_several = ports.peek().is_some();
        if ports.any(|(_, other)| other.exchange.started < record.exchange.started) {
            return false;
        }
        let mut shown = self.of_origin(&origin).back_from(at).take(limits::LOOK_BACK);
        let is_page = |(_, other): &(usize, &Record)| other.exchange.kind == Kind::Document;
        let waits = |page: &Record| page.facts.purpose == Purpose::Authorize || page.shows_sign_in_form() && !tries_several;
        shown.find(is_page).is_some_and(|(_, page)| waits(page))
    }

    /// Position of the request by which a login goes on whose page asked the local network in vain.
    fn goes_on_without(&self, at: usize, record: &Record) -> Option<usize> {
        let page = record.page().filter(|_| record.ended_by().is_some_and(names_local_network_access))?;
        let goes_on = |later: &Record| later.was_accepted() && (later.facts.purpose.is_login() || self.bears_carrier(later));
        let mut later = self.of_origin(&page.origin().ascii_serialization()).on_from(at).at_most(0, limits::LOOK_AHEAD);
        later.find(|(_, later)| goes_on(later)).map(|(later, _)| later)
    }

    /// Whether a page hands something to the machine that it is shown on, and asks the same program there for other things: who looks
    /// for a helper tries its ports one by one. A page from elsewhere knows that the program is there only if it has answered.
    fn is_own_backend(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let is_handed = is_loopback(&exchange.url) && exchange.kind.is_by_script() && exchange.request.body.is_some();
        let near = || self.of_origin(&record.origin).around(at).at_most(ANSWERS, ANSWERS).map(|(_, other)| &other.exchange);
        let is_known = || record.page().is_some_and(is_loopback) || near().any(|other| other.status() != 0);
        is_handed && &*exchange.method != "GET" && near().any(|other| other.url.path() != exchange.url.path()) && is_known()
    }

    /// Whether what came next was asked for by the page whose answer the capture lacks.
    fn was_shown_all_the_same(&self, at: usize, record: &Record) -> bool {
        let is_of_the_page = |later: &Record| later.exchange.sent("referer") == Some(record.exchange.url.as_str());
        let next = self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS);
        record.exchange.kind == Kind::Document && &*record.exchange.method == "GET" && next.map(|(_, later)| later).any(is_of_the_page)
    }
}

impl Record {
    /// The browser's own name for why no answer came: an error of the network, or its check of the local network, which the DevTools
    /// Protocol counts among those of CORS.
    #[must_use]
    pub fn ended_by(&self) -> Option<&str> {
        let refused = || match self.exchange.said.as_ref()?.cors.as_ref()? {
            CrossOrigin::Refused { error, .. } if names_local_network_access(error) => Some(&**error),
            _ => None,
        };
        refused().or(self.exchange.error.as_deref())
    }

    /// The response field, and which of its name, by which a login's page refuses to be put into the frame that it was
    /// asked for.
    #[must_use]
    pub fn refuses_frame(&self) -> Option<(&'static str, usize)> {
        let exchange = &self.exchange;
        let is_framed = exchange.error.as_deref() == Some("net::ERR_BLOCKED_BY_RESPONSE")
            || exchange.sent("sec-fetch-dest").is_some_and(|destination| matches!(destination, "iframe" | "frame"));
        let is_of_login = || self.facts.purpose == Purpose::Authorize || crate::facts::is_sign_in_url(&exchange.url);
        if exchange.kind != Kind::Document || !is_framed || !is_of_login() {
            return None;
        }
        let page = self.page()?;
        let fields = &exchange.response.as_ref()?.fields;
        let names_ancestors = |policy: &str| policy.to_ascii_lowercase().contains("frame-ancestors");
        if fields.all("content-security-policy").any(names_ancestors) {
            let mut policies = fields.all("content-security-policy").enumerate();
            let forbids = |policy: &str| csp::forbids(policy, &["frame-ancestors"], &exchange.url, page).is_some();
            return policies.find(|(_, policy)| forbids(policy)).map(|(nth, _)| ("content-security-policy", nth));
        }
        let refuses = match fields.get("x-frame-options")?.trim().to_ascii_lowercase().as_str() {
            "deny" => true,
            "sameorigin" => page.origin() != exchange.url.origin(),
            _ => false,
        };
        refuses.then_some(("x-frame-options", 0))
    }
}

/// Whether a page that got no answer is one that somebody went to, rather than a frame of another party.
fn is_navigation(record: &Record) -> bool {
    !is_foreign(record)
        || record.facts.purpose.is_login()
        || record.facts.purpose == Purpose::Authorize
        || crate::facts::is_sign_in_url(&record.exchange.url)
}

fn is_foreign(record: &Record) -> bool {
    record.page_site().zip(record.site()).is_some_and(|(page, target)| !page.is_schemelessly_same(target))
}

/// Whether a request that got nowhere may be part of a login: what other parties are sent unasked is not.
fn may_concern_login(record: &Record) -> bool {
    !is_foreign(record) || record.exchange.kind == Kind::Document || record.facts.credentials.is_some() || record.facts.purpose.is_login()
}

fn submits_to_its_own_site(record: &Record) -> bool {
    let is_same = |(page, target): (Site<'_>, Site<'_>)| target.is_schemelessly_same(page);
    &*record.exchange.method != "GET" && record.page_site().zip(record.site()).is_some_and(is_same)
}
