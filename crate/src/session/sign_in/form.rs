//! Logins by name and password: a form, or a request for a token.

use super::{Protocol, Remark, SignIn, Step, StepKind, turns_away};
use crate::exchange::Kind;
use crate::facts::Fingerprint;
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::limits;
use crate::session::{Record, Session};

impl Session {
    pub(super) fn form_flow(&self, opener: usize) -> Option<SignIn> {
        let record = self.record(opener)?;
        let mut steps = vec![Step { at: opener, kind: StepKind::Authenticate }];
        let mut remarks = Vec::new();
        if let Some((at, page)) = self.page_before(record) {
            steps.push(Step { at, kind: StepKind::Page });
            remarks.extend(compare_csrf(opener, record, at, page));
        }
        let is_access = |seen: &&Seen| seen.carrier == Carrier::ResponseJson && matches!(seen.role, Role::Access | Role::Session);
        let token = record.facts.tokens.iter().find(is_access);
        let first_use = token.and_then(|seen| self.tokens().borne(seen.token.fingerprint).first());
        let landing = first_use.or_else(|| self.landing(record)).or_else(|| self.cookie_use(record));
        steps.extend(landing.map(|at| Step { at, kind: StepKind::Use }));
        let protocol = if token.is_some() || record.facts.messages.iter().any(|message| message.param("grant_type").is_some()) {
            Protocol::ApiToken
        } else {
            Protocol::Form
        };
        let is_let_in = landing.and_then(|at| self.record(at)).is_none_or(|landing| !turns_away(landing));
        self.finish(protocol, steps, remarks, record.was_accepted() && is_let_in)
    }

    /// The page with the login form that came before, of the same origin.
    fn page_before(&self, record: &Record) -> Option<(usize, &Record)> {
        let mut earlier = self.of_origin(&record.origin).before(record.exchange.started).take(limits::SIGN_IN_WALK);
        let is_page = |(_, page): &(usize, &Record)| {
            page.exchange.kind == Kind::Document
                && page.exchange.status() < 300
                && (page.shows_sign_in_form() || csrf(page).next().is_some())
        };
        earlier.find(is_page)
    }

    /// The first exchange that bears a cookie which the login has set.
    fn cookie_use(&self, record: &Record) -> Option<usize> {
        let is_session = |seen: &&Seen| seen.carrier == Carrier::SetCookie && seen.role != Role::Csrf;
        let sessions = record.facts.tokens.iter().filter(is_session);
        sessions.filter_map(|seen| self.tokens().borne(seen.token.fingerprint).first()).next()
    }
}

/// The values against forged requests that a page hands out in its forms.
fn csrf(page: &Record) -> impl Iterator<Item = &Seen> {
    page.facts.tokens.iter().filter(|seen| seen.role == Role::Csrf && seen.carrier == Carrier::HiddenField)
}

fn compare_csrf(at: usize, record: &Record, page_at: usize, page: &Record) -> Option<Remark> {
    let handed_out = csrf(page).next()?;
    let borne = || record.facts.tokens.iter().filter(|seen| seen.role == Role::Csrf && seen.carrier.is_sent());
    let value = |seen: &Seen| -> Fingerprint { seen.token.fingerprint };
    if borne().any(|seen| csrf(page).any(|handed_out| value(handed_out) == value(seen))) {
        return None;
    }
    match borne().find(|seen| seen.name == handed_out.name) {
        Some(_) => Some(Remark::CsrfDiffers(at, page_at)),
        // Scripts send it in a field or a cookie of another name, and some change its form.
        None => borne().next().is_none().then_some(Remark::CsrfMissing(at)),
    }
}
