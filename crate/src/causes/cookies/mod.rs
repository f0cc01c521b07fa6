//! Cookies: refused, held back, lost, expired.

super::family! {
    cookie_rejected_secure::CookieRejectedSecure,
    cookie_rejected_samesite_none::CookieRejectedSamesiteNone,
    cookie_rejected_prefix::CookieRejectedPrefix,
    session_expired::SessionExpired,
}

use crate::facts::Purpose;
use crate::finding::{Finding, Place};
use crate::session::cookie_store::BlockedReason;
use crate::session::{At, FailureKind, Record, is_session_name};

/// A cookie that the browser refused and the failed request would have needed.
pub(super) struct RefusedCookie<'s> {
    /// Position of the exchange that tried to set it.
    pub at: usize,
    /// That exchange.
    pub record: &'s Record,
    /// Which of its Set-Cookie fields.
    pub field: usize,
    /// The cookie's name.
    pub name: &'s str,
}

impl RefusedCookie<'_> {
    /// The field that was refused.
    pub fn place(&self) -> Place {
        Place::Received("set-cookie", self.field)
    }

    /// What the failed request shows: that it lacks the cookie, where the capture lists its cookies.
    pub fn absence(&self, at: &At<'_>, finding: Finding) -> Finding {
        if at.exchange().unseen.cookies {
            finding.unseen(format!("The browser does not list the cookies of {}; it cannot have held {}.", at.request(), self.name))
        } else {
            finding.shown(at.at(), Place::Target, format!("This request does not bear {}.", self.name))
        }
    }

    /// "the answer to POST /login".
    pub fn setter(&self) -> String {
        format!("the answer to {} {}", self.record.exchange.method, self.record.exchange.url.path())
    }
}

/// The latest cookie that was refused for this reason before the failed request, that the request
/// lacks, and that was meant to carry the login: it came with the login itself, or its name says so.
pub(super) fn refused_cookie<'s>(at: &At<'s>, reason: BlockedReason) -> Option<RefusedCookie<'s>> {
    if !lacks_identity(at) {
        return None;
    }
    let site = crate::site::Site::of(&at.exchange().url)?;
    at.earlier_anywhere().chain(at.session.record(at.at()).map(|record| (at.at(), record))).find_map(|(position, record)| {
        let same_site = crate::site::Site::of(&record.exchange.url).is_some_and(|other| other.is_schemelessly_same(site));
        let reception = record
            .receptions
            .iter()
            .enumerate()
            .find(|(_, reception)| reception.reasons.contains(reason) && matters(at, record, &reception.name));
        reception.filter(|_| same_site).map(|(field, reception)| RefusedCookie { at: position, record, field, name: &reception.name })
    })
}

fn matters(at: &At<'_>, record: &Record, name: &str) -> bool {
    let came_with_login = matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback)
        || record.redirects_to_sign_in()
        || at.failure.kind == FailureKind::Loop;
    at.facts().cookie(name).is_none() && (came_with_login || is_session_name(name))
}

/// Whether the failed request is one that a session cookie would have carried through: it bears
/// neither Authorization nor a cookie of a session.
fn lacks_identity(at: &At<'_>) -> bool {
    let is_refusal = match at.failure.kind {
        FailureKind::Refused => matches!(at.exchange().status(), 401 | 403 | 419),
        FailureKind::Bounced | FailureKind::Loop => true,
        FailureKind::PreflightRefused | FailureKind::Unreachable => false,
    };
    is_refusal
        && at.facts().purpose != Purpose::SignIn
        && at.facts().credentials.is_none()
        && !at.facts().cookies.iter().any(|(name, _)| is_session_name(name))
}
