//! What the Content-Security-Policy of a page keeps it from doing.

use url::Url;

use super::{Record, Session};
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::limits;
use crate::site::is_same_origin;
use crate::syntax::csp::{self, Forbidden};
use crate::syntax::hidden_fields::password_action;

/// Milliseconds in which somebody whom nothing happened to tries once more.
const AGAIN: i64 = 60_000;

impl Session {
    /// The policy of the page behind a request that forbids it to go there: position of the page's exchange, which of its
    /// policy fields, and what that allows instead.
    #[must_use]
    pub fn forbidding<'s>(&'s self, at: usize, target: &Url) -> Option<(usize, usize, Forbidden<'s>)> {
        let record = self.form_behind(at).and_then(|form| self.record(form)).or_else(|| self.record(at))?;
        // A page that lets no Referer go still sends its forms to its own origin.
        let is_at_home = record.exchange.kind == Kind::Document && record.exchange.sent("sec-fetch-site") == Some("same-origin");
        let page = record.page().or_else(|| is_at_home.then_some(&record.exchange.url))?;
        let directives: &[&str] = match record.exchange.kind {
            Kind::Document if &*record.exchange.method != "GET" => &["form-action"],
            Kind::Document => &["frame-src", "child-src", "default-src"],
            _ => &["connect-src", "default-src"],
        };
        let is_page = |other: &Record| {
            let url = &other.exchange.url;
            let is_same = record.exchange.sent("referer").is_none_or(|_| page.path() == "/" || url.path() == page.path());
            other.exchange.kind == Kind::Document && other.exchange.status() == 200 && is_same_origin(url, page) && is_same
        };
        let mut before = self.in_order().back_from(at).at_most(limits::LOOK_BACK, 0);
        let (page_at, document) = before.find(|(_, other)| is_page(other))?;
        let mut fields = document.exchange.response.as_ref()?.fields.all("content-security-policy").enumerate();
        fields.find_map(|(nth, field)| Some((page_at, nth, csp::forbids(field, directives, &document.exchange.url, target)?)))
    }

    /// Whether the answer to a form leads where form-action of the form's page does not allow, and nobody went there:
    /// Chromium holds the redirects of a form against that policy as well (CSP3 6.4.2.1).
    #[must_use]
    pub fn is_forbidden_redirect(&self, at: usize) -> bool {
        let Some(record) = self.record(at) else { return false };
        let form = self.form_behind(at).and_then(|form| self.record(form));
        let Some((target, form)) = record.redirect_target().zip(form) else { return false };
        // Some captures do not say that the browser let go: then the page with the form soon comes again, and others of the
        // target's origin are there, which whoever looks at one origin alone never sees.
        let comes_again = || {
            let is_seen = self.of_origin(&target.origin().ascii_serialization()).next().is_some();
            let is_soon = |later: &Record| later.exchange.started.since(record.exchange.started) <= AGAIN;
            let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, limits::LOOK_AHEAD).map(|(_, later)| later);
            let is_form = |later: &Record| later.exchange.kind == Kind::Document && form.page() == Some(&later.exchange.url);
            is_seen && later.by_ref().take_while(|later| is_soon(later)).any(is_form)
        };
        self.redirect_step(at).is_none() && self.forbidding(at, target).is_some() && (record.exchange.error.is_some() || comes_again())
    }

    /// Position of the form that was sent and whose answer led here, in however many steps; the request itself where it is one.
    fn form_behind(&self, at: usize) -> Option<usize> {
        let is_form = |at: &usize| {
            let exchange = self.record(*at).map(|record| &record.exchange);
            exchange.is_some_and(|exchange| exchange.kind == Kind::Document && &*exchange.method != "GET")
        };
        std::iter::successors(Some(at), |at| self.redirected_from(*at)).take(limits::REDIRECT_HOPS).find(is_form)
    }

    /// Where the form of a page leads that asks for a password, if the page's own policy lets no form go there and none went:
    /// the address, which of the policy's fields, and what that allows instead.
    #[must_use]
    pub fn shut_form<'s>(&'s self, at: usize) -> Option<(Url, usize, Forbidden<'s>)> {
        let record = self.record(at)?;
        let exchange = &record.exchange;
        if exchange.kind != Kind::Document || exchange.status() != 200 || !record.shows_sign_in_form() {
            return None;
        }
        let action = password_action(exchange.response_text())?;
        let target = exchange.url.join(&action).ok().filter(|target| matches!(target.scheme(), "http" | "https"))?;
        let mut fields = exchange.response.as_ref()?.fields.all("content-security-policy").enumerate();
        let (nth, forbidden) =
            fields.find_map(|(nth, field)| Some((nth, csp::forbids(field, &["form-action"], &exchange.url, &target)?)))?;
        // Scripts take forms over, and send what was typed themselves; some log in elsewhere.
        let is_sent = |later: &Record| {
            later.facts.purpose.is_login()
                || later.facts.purpose == Purpose::Authorize
                || later.origin == record.origin
                    && !matches!(&*later.exchange.method, "GET" | "HEAD" | "OPTIONS")
                    && later.exchange.kind != Kind::Other
        };
        let went = self.in_order().on_from(at).at_most(0, limits::LOOK_AHEAD).any(|(_, later)| is_sent(later));
        (!went).then_some((target, nth, forbidden))
    }

    /// Whether nobody can log in at a page, whose own policy shuts its form: it is asked for again and again.
    pub(super) fn is_shut_door(&self, at: usize) -> bool {
        let Some(record) = self.record(at).filter(|_| self.shut_form(at).is_some()) else { return false };
        let mut again = self.of_request(&record.exchange).back_from(at).at_most(limits::LOOK_BACK, 0);
        again.any(|(_, other)| other.exchange.kind == Kind::Document)
    }
}
