//! Requests of a login that got no answer.

use super::{ANSWERS, Failure, FailureKind};
use crate::exchange::Kind;
use crate::facts::{Fingerprint, Purpose};
use crate::session::lists::key;
use crate::session::{Record, Session, address};
use crate::site::Site;

impl Session {
    pub(super) fn unreachable(&self, at: usize, record: &Record) -> Option<Failure> {
        let is_behind_preflight = || self.list(key("refused preflight", address(&record.exchange.url))).next().is_some();
        let is_failure = match record.exchange.error.as_deref() {
            _ if record.exchange.unseen.response => false,
            Some(error) => crate::syntax::net_error::names_a_network_failure(error) && may_concern_login(record),
            // Firefox names no error and leaves the content out: a request that was stopped looks like
            // one that got no answer, so only what plainly belongs to the page counts.
            None if self.was_shown_all_the_same(at, record) => false,
            None => {
                let never_answered = || self.list(key("answered", Fingerprint::of(&record.origin))).next().is_none();
                let came_from_there = record.page().is_some_and(|page| page.origin() == record.exchange.url.origin());
                let is_of_the_page = record.facts.bears_credentials() || submits_to_its_own_site(record);
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
}

impl Session {
    /// Whether what came next was asked for by the page whose answer the capture lacks.
    fn was_shown_all_the_same(&self, at: usize, record: &Record) -> bool {
        let is_of_the_page = |later: &Record| later.exchange.sent("referer") == Some(record.exchange.url.as_str());
        let next = self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS);
        record.exchange.kind == Kind::Document && &*record.exchange.method == "GET" && next.map(|(_, later)| later).any(is_of_the_page)
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
