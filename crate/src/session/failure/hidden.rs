//! Requests whose answer the browser keeps from the page by the rules of CORS, or that it never makes for them.

use url::Url;

use super::{ANSWERS, Failure, FailureKind};
use crate::facts::{Purpose, is_discovery};
use crate::session::cors::{Asked, Outcome};
use crate::session::lists::key;
use crate::session::{Record, Session, address};

impl Session {
    /// A script's request across origins that bears or should bear a login, and whose answer the browser
    /// keeps from the page.
    pub(super) fn hidden(&self, at: usize, record: &Record) -> Option<Failure> {
        if !matches!(record.exchange.status(), 0 | 200..=299) && !self.is_redirect_to_nowhere(at, record) {
            return None;
        }
        let verdict = self.cors(at).filter(|verdict| matches!(verdict.outcome, Outcome::Hidden(_) | Outcome::NotSent(_)))?;
        // A request that was answered was made, whatever the preflight says that the capture shows beside it.
        if matches!(verdict.outcome, Outcome::NotSent(_)) && record.exchange.status() != 0 && record.facts.purpose != Purpose::Preflight {
            return None;
        }
        let asked = if let Asked::At(question) = verdict.asked { Some(question) } else { None };
        let question = asked.and_then(|question| self.record(question));
        // A preflight that was itself refused is a failure of its own; where nobody takes one, what it was for is.
        if question.is_some_and(|question| matches!(question.exchange.status(), 300..=399 | 401 | 403)) {
            return None;
        }
        let asks_for_authorization = question.is_some_and(asks_for_authorization);
        let is_of_site = record.page_site().zip(record.site()).is_some_and(|(page, target)| page.is_schemelessly_same(target));
        let bears_session = self.bears_carrier(record);
        let concerns_login =
            record.facts.credentials.is_some() || asks_for_authorization || record.facts.purpose.is_login() || is_of_site && bears_session;
        let discovers = is_discovery(&record.exchange.url);
        let is_hidden =
            |other: usize| self.cors(other).is_some_and(|verdict| matches!(verdict.outcome, Outcome::Hidden(_) | Outcome::NotSent(_)));
        let recovered_by =
            || self.later_of_target("let through", at, record).take(ANSWERS).map(|(other, _)| other).find(|other| !is_hidden(*other));
        // Whoever asks at once where the redirect leads gets what it was about.
        let led_to = || record.redirect_target().map(|target| self.list(key("let through", address(target))).on_from(at).take(ANSWERS));
        let direct = || led_to().and_then(|mut later| later.find(|(other, _)| !is_hidden(*other))).map(|(other, _)| other);
        // Clients look in several places for the metadata, or do without.
        let found = || self.goes_on_without_metadata(at, record, |other, later| later.was_accepted() && !is_hidden(other));
        (concerns_login || discovers).then(|| Failure {
            at,
            kind: FailureKind::Hidden,
            with: asked.into_iter().filter(|asked| *asked != at).collect(),
            recovered_by: recovered_by().or_else(direct).or_else(|| found().filter(|_| discovers)),
        })
    }

    /// A redirect that nobody followed: it is held to the rules of CORS before it is (Fetch 4.3). One that sends a script to
    /// log in, or back to where it came from, is told by that.
    fn is_redirect_to_nowhere(&self, at: usize, record: &Record) -> bool {
        let is_redirect = matches!(record.exchange.status(), 301 | 302 | 303 | 307 | 308)
            && record.facts.purpose != Purpose::Preflight
            && !record.exchange.unseen.response_fields;
        let asks_to_sign_in = || record.redirects_to_sign_in() || record.asks_script_to_sign_in();
        let leads = |target: &Url| is_proper_form(&record.exchange.url, target) || !asks_to_sign_in();
        is_redirect && record.redirect_target().is_some_and(leads) && self.redirect_step(at).is_none()
    }

    pub(super) fn refused_preflight(&self, at: usize, record: &Record) -> Option<Failure> {
        // The request behind it never left the browser; Chrome reports it as failed, Firefox not at all.
        let url = address(&record.exchange.url);
        let unanswered = || self.list(key("unanswered", url));
        let behind = unanswered().on_from(at).until(record.exchange.started.plus(TOGETHER)).first();
        let behind = behind.or_else(|| unanswered().since(record.exchange.started.plus(-TOGETHER)).until(record.exchange.started).first());
        let recovered_by = self.list(key("let through", url)).on_from(at).first();
        Some(Failure { at, kind: FailureKind::PreflightRefused, with: behind.into_iter().collect(), recovered_by })
    }

    /// Firefox tells nothing of the request behind a preflight that fails by any other status.
    pub(super) fn unfollowed_preflight(&self, at: usize, record: &Record) -> Option<Failure> {
        if record.exchange.status() < 400 || !asks_for_authorization(record) {
            return None;
        }
        // A request that was answered was made, and one that differs in its query alone asks for the same.
        let is_same = |other: &Record| other.exchange.url.path() == record.exchange.url.path() && other.facts.purpose != Purpose::Preflight;
        let near = self.of_origin(&record.origin).around(at).at_most(ANSWERS, ANSWERS);
        let is_made = near.map(|(_, other)| other).any(|other| is_same(other) && other.exchange.status() != 0);
        self.refused_preflight(at, record).filter(|failure| !is_made && failure.with.is_empty() && failure.recovered_by.is_none())
    }
}

/// Whether an address is another only by its scheme or host, or by a slash more or less.
pub(super) fn is_proper_form(from: &Url, to: &Url) -> bool {
    from != to && from.path().trim_end_matches('/') == to.path().trim_end_matches('/') && from.query() == to.query()
}

fn asks_for_authorization(question: &Record) -> bool {
    question
        .exchange
        .sent("access-control-request-headers")
        .is_some_and(|names| names.split(',').any(|name| name.trim().eq_ignore_ascii_case("authorization")))
}

/// Milliseconds between a preflight and the request that it is for; browsers report either first.
const TOGETHER: i64 = 10_000;
