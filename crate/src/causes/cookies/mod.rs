//! Cookies: refused, held back, lost, expired.

mod cookie_blocked_third_party;
mod cookie_duplicated;
mod cookie_expired_on_arrival;
mod cookie_header_too_large;
mod cookie_hidden_from_script;
mod cookie_not_sent_host;
mod cookie_not_sent_partition;
mod cookie_not_sent_path;
mod cookie_not_sent_samesite;
mod cookie_not_sent_scheme;
mod cookie_overwritten_by_neighbour;
mod cookie_rejected_domain;
mod cookie_rejected_overwrite;
mod cookie_rejected_prefix;
mod cookie_rejected_public_suffix;
mod cookie_rejected_samesite_none;
mod cookie_rejected_secure;
mod cookie_rejected_size;
mod cookie_rejected_syntax;
mod cookie_stripped;
mod cookies_disabled;
mod credentials_mode_omits_cookies;
mod session_cookie_lost;
mod session_corrupt;
mod session_ended_by_server;
mod session_expired;
mod session_not_sticky;

/// The cookies that the request lacks and the answer sets as SameSite=Strict: which of its fields, and the name.
fn set_anew_as_strict<'s>(case: &Case<'s>) -> impl Iterator<Item = (usize, &'s str)> + use<'s> {
    let record = case.record;
    record.receptions.iter().enumerate().filter_map(move |(nth, reception)| {
        let (_, same_site) = record.set_cookie(nth)?.same_site?;
        (same_site == SameSite::Strict && record.facts.cookie(&reception.name).is_none()).then_some((nth, &*reception.name))
    })
}

#[cfg(test)]
mod testing;

use crate::cause::{Case, Cause};
use crate::facts::messages::{Message, MessageKind};
use crate::facts::parameters::Parameters;
use crate::facts::statements::{Fault, Statement, Subject};
use crate::facts::tokens::{Role, guards_forms};
use crate::facts::{Fingerprint, Purpose};
use crate::finding::{Finding, Supposed};
use crate::place::Place;
use crate::session::cookie_store::{BlockedReason, BlockedReasons, Outcome};
use crate::session::{Carries, Difference, FailureKind, Reception, Record};
use crate::syntax::set_cookie::{self, SameSite, SetCookie};

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &cookie_overwritten_by_neighbour::CookieOverwrittenByNeighbour,
    &cookie_stripped::CookieStripped,
    &session_not_sticky::SessionNotSticky,
    &cookie_header_too_large::CookieHeaderTooLarge,
    &cookie_duplicated::CookieDuplicated,
    &session_corrupt::SessionCorrupt,
    &session_ended_by_server::SessionEndedByServer,
    &session_cookie_lost::SessionCookieLost,
    &cookies_disabled::CookiesDisabled,
    &credentials_mode_omits_cookies::CredentialsModeOmitsCookies,
    &cookie_blocked_third_party::CookieBlockedThirdParty,
    &cookie_rejected_secure::CookieRejectedSecure,
    &cookie_rejected_samesite_none::CookieRejectedSamesiteNone,
    &cookie_rejected_domain::CookieRejectedDomain,
    &cookie_rejected_public_suffix::CookieRejectedPublicSuffix,
    &cookie_rejected_prefix::CookieRejectedPrefix,
    &cookie_rejected_size::CookieRejectedSize,
    &cookie_rejected_syntax::CookieRejectedSyntax,
    &cookie_rejected_overwrite::CookieRejectedOverwrite,
    &cookie_expired_on_arrival::CookieExpiredOnArrival,
    &cookie_not_sent_samesite::CookieNotSentSamesite,
    &cookie_not_sent_partition::CookieNotSentPartition,
    &cookie_not_sent_scheme::CookieNotSentScheme,
    &cookie_not_sent_path::CookieNotSentPath,
    &cookie_not_sent_host::CookieNotSentHost,
    &session_expired::SessionExpired,
    &cookie_hidden_from_script::CookieHiddenFromScript,
];

/// A Set-Cookie field whose cookie the failed request would have needed.
pub(super) struct Setting<'s> {
    /// Position of the exchange that has it.
    pub at: usize,
    /// That exchange.
    pub record: &'s Record,
    /// Which of its Set-Cookie fields.
    pub field: usize,
    /// The cookie's name.
    pub name: &'s str,
    /// Why the browser refused the cookie, or kept it off the failed request.
    pub reasons: BlockedReasons,
}

impl<'s> Setting<'s> {
    /// The latest before the failed request, on its site, that has this property and was meant to
    /// carry the login: it came with the login itself, or its name says so.
    pub fn find(case: &Case<'s>, is_wanted: &dyn Fn(&Record, &Reception) -> bool) -> Option<Self> {
        let site = case.record.site()?;
        let set_in = |(position, record): (usize, &'s Record)| {
            let (field, reception) = record
                .receptions
                .iter()
                .enumerate()
                .find(|(_, reception)| is_wanted(record, reception) && matters(case, record, &reception.name))?;
            let same_site = record.site().is_some_and(|other| other.is_schemelessly_same(site));
            same_site.then_some(Self { at: position, record, field, name: &reception.name, reasons: reception.reasons })
        };
        // Rounds of a circle are alike, and Chrome shows only of some what their answers set.
        let circle = if case.failure.kind == FailureKind::Loop { case.failure.with.as_slice() } else { &[] };
        let in_circle = || circle.iter().find_map(|position| set_in((*position, case.session.record(*position)?)));
        case.earlier_setters_and_here().find_map(set_in).or_else(in_circle)
    }

    /// The field.
    pub fn place(&self) -> Place {
        Place::Received("set-cookie", self.field)
    }

    /// The field's value.
    pub fn line(&self) -> Option<&'s str> {
        self.record.exchange.response.as_ref()?.fields.all("set-cookie").nth(self.field)
    }

    /// What the field says.
    pub fn attributes(&self) -> Option<SetCookie<'s>> {
        self.record.set_cookie(self.field)
    }

    /// The host that set the cookie.
    pub fn host(&self) -> &'s str {
        self.record.exchange.url.host_str().unwrap_or_default()
    }

    /// The first of these reasons that speaks against the cookie, as a sentence.
    pub fn why(&self, reasons: &[BlockedReason]) -> &'static str {
        reasons.iter().find(|reason| self.reasons.contains(**reason)).map_or("", |reason| reason.says())
    }

    /// What the failed request shows: that it lacks the cookie, where the capture lists its cookies.
    pub fn absence(&self, case: &Case<'_>, finding: Finding) -> Finding {
        if case.exchange().unseen.cookies {
            finding.unseen(format!("The browser does not list the cookies of {}; it cannot have held {}.", case.request(), self.name))
        } else if case.facts().cookie(self.name).is_some() {
            finding.shown(case.at(), Place::Sent("cookie", 0), format!("This request bears {} with the value from before.", self.name))
        } else {
            finding.shown(case.at(), Place::Target, format!("This request does not bear {}.", self.name))
        }
    }

    /// Adds what the developer's remedy is tried out with: the line without these attributes (in lower
    /// case), ending in those.
    pub fn replayed(&self, case: &Case<'_>, mut finding: Finding, without: &[&str], with: &str) -> Finding {
        let Some(line) = self.line() else { return finding };
        let is_kept = |attribute: &&str| {
            let name = attribute.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
            !without.contains(&name.as_str())
        };
        let mut pieces = line.split(';');
        let pair = pieces.next().unwrap_or_default();
        let line = std::iter::once(pair).chain(pieces.filter(is_kept)).chain(std::iter::once(with).filter(|with| !with.is_empty()));
        let line = line.map(str::trim).collect::<Vec<_>>().join("; ");
        finding.supposed = Some(Supposed { at: self.at, field: self.field, line, cookie: self.name.into(), needed_at: case.at() });
        finding
    }

    /// "the answer to POST /login".
    pub fn setter(&self) -> String {
        format!("the answer to {} {}", self.record.exchange.method, self.record.exchange.url.path())
    }
}

/// The latest cookie that the browser refused for one of these reasons and that the failed request lacks.
pub(super) fn refused_cookie<'s>(case: &Case<'s>, reasons: &[BlockedReason]) -> Option<Setting<'s>> {
    if !lacks_identity(case) {
        return None;
    }
    Setting::find(case, &|_, reception| reasons.iter().any(|reason| reception.reasons.contains(*reason)))
}

/// A cookie that the browser holds and kept off the failed request for these reasons alone.
pub(super) fn held_back<'s>(case: &Case<'s>, reasons: &[BlockedReason]) -> Option<Setting<'s>> {
    if !lacks_identity(case) {
        return None;
    }
    case.record.held_back.iter().find_map(|held| {
        let record = case.session.record(held.set_by)?;
        let field = record.receptions.iter().rposition(|reception| reception.name == held.name)?;
        let is_wanted = held.reasons.iter().all(|reason| reasons.contains(&reason)) && matters(case, record, &held.name);
        is_wanted.then_some(Setting { at: held.set_by, record, field, name: &held.name, reasons: held.reasons })
    })
}

/// A cookie of a session that the browser holds and should have sent, and that the failed request lacks
/// for no reason that the rules give.
pub(super) fn absent_cookie<'s>(case: &Case<'s>) -> Option<Setting<'s>> {
    case.record
        .unexplained
        .iter()
        .filter(|one| one.difference == Difference::Absent)
        .find_map(|one| {
            let set_here =
                |record: &Record, reception: &Reception| reception.name == one.name && record.exchange.started < case.exchange().started;
            Setting::find(case, &set_here)
        })
        .or_else(|| lost_before(case))
        .or_else(|| {
            // A script's request across origins that bears no cookie at all is taken to be made without credentials.
            let held =
                case.record.held_back.iter().find(|held| held.reasons.iter().all(|reason| reason == BlockedReason::CredentialsOmitted))?;
            Setting::find(case, &|_, reception| reception.name == held.name)
        })
}

/// A cookie that a request just before lacked already, for no reason either, and that nothing set since.
fn lost_before<'s>(case: &Case<'s>) -> Option<Setting<'s>> {
    let is_absent = |one: &&crate::session::Unexplained| one.difference == Difference::Absent;
    let (at, name) = case.earlier().take(RECENT).find_map(|(at, record)| Some((at, &record.unexplained.iter().find(is_absent)?.name)))?;
    let is_of_case = |record: &Record, reception: &Reception| reception.name == *name && record.exchange.started < case.exchange().started;
    Setting::find(case, &is_of_case).filter(|setting| setting.at < at && case.facts().cookie(name).is_none())
}

/// Whether the script that made the failed request left this cookie out, rather than that the browser lost
/// it: no script can delete an HttpOnly cookie, and a lost one does not come back.
pub(super) fn is_left_out_by_script(case: &Case<'_>, cookie: &Setting<'_>) -> bool {
    let is_http_only = || cookie.attributes().is_some_and(|line| line.http_only.is_some());
    let comes_back = || case.later().any(|(_, record)| record.facts.cookie(cookie.name).is_some());
    case.exchange().kind.is_by_script() && !case.exchange().unseen.cookies && (is_http_only() || comes_back())
}

fn matters(case: &Case<'_>, record: &Record, name: &str) -> bool {
    let came_with_login = matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback)
        || record.redirects_to_sign_in()
        || case.failure.kind == FailureKind::Loop;
    let guards = || {
        is_guarded_form(case) && guards_forms(&name.to_ascii_lowercase())
            || misses_cookie(case) && case.facts().cookies.is_empty()
            || is_answered_by_form(case, record, name)
            || is_set_anew(case, name)
    };
    // The answer gives another in its place: the server looked for it.
    let is_replaced = || {
        let is_new = |reception: &Reception| *reception.name == *name && matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
        case.failure.kind == FailureKind::Bounced && case.record.receptions.iter().any(is_new)
    };
    // A server that asks for a login by HTTP's own means wants no cookie that only looks like one.
    let asks_by_challenge = case.exchange().received("www-authenticate").is_some() && case.session.carries(record, name) < Carries::Surely;
    let carries = || case.session.carries(record, name) > Carries::No && !asks_by_challenge;
    // Of what was set at the begin only a secret can tell one login from another.
    let may_tell = !breaks_at_callback(case) || record.secrets_set().any(|secret| secret == name);
    lacks(case, record, name) && may_tell && (came_with_login || is_replaced() || carries() || guards())
}

/// Whether the failed request lacks the cookie that was set there: it bears none of that name, or still another
/// value although the browser refused this one.
fn lacks(case: &Case<'_>, record: &Record, name: &str) -> bool {
    let Some(sent) = case.facts().cookie(name) else { return true };
    let refused = record.receptions.iter().zip(&record.facts.set_cookies);
    let mut refused = refused.filter(|(reception, (set, _))| reception.outcome == Outcome::Rejected && **set == *name);
    refused.any(|(_, (_, value))| *value != sent)
}

/// Whether the failed request is one that a session cookie would have carried through: it bears
/// neither Authorization nor a cookie of a session that the latest login could have meant.
pub(super) fn lacks_identity(case: &Case<'_>) -> bool {
    if brings_refusal(case) {
        return false;
    }
    let names = case.record.held_back.iter().map(|held| &held.name).chain(case.record.receptions.iter().map(|one| &one.name));
    let guarded = is_guarded_form(case) || names.into_iter().any(|name| is_set_anew(case, name));
    let is_refusal = match case.failure.kind {
        FailureKind::Refused => guarded || case.is_denied() || breaks_at_callback(case) || lost_what_its_password_brought(case),
        FailureKind::Bounced | FailureKind::Loop => true,
        FailureKind::PreflightRefused | FailureKind::Unreachable | FailureKind::Hidden => false,
    };
    let brings_token = || case.facts().tokens.iter().any(|seen| seen.role == Role::Refresh && seen.carrier.is_sent());
    let brings_its_own = match case.facts().purpose {
        Purpose::SignIn | Purpose::Token => true,
        Purpose::Refresh => brings_token(),
        _ => false,
    };
    let carries = |(name, value): &(Box<str>, Fingerprint)| {
        case.session.carries(case.record, name) > Carries::No
            && !is_of_another(case, name, *value)
            && !lost_its_companion(case, name, *value)
    };
    let bears_nothing = || case.facts().credentials.is_none() && !case.facts().cookies.iter().any(carries);
    let is_lost = is_refusal
        && (!brings_its_own || guarded || case.failure.kind == FailureKind::Loop)
        && (bears_nothing() || lost_what_its_password_brought(case));
    is_lost || submits_what_a_lost_cookie_holds(case)
}

/// Whether the application broke down over what the provider sent it: it may have kept the login's begin in a cookie.
pub(super) fn breaks_at_callback(case: &Case<'_>) -> bool {
    case.facts().purpose == Purpose::Callback && case.exchange().status() == 500
}

/// Whether the browser brings back that the provider let nobody in: no cookie would have made a login of it.
fn brings_refusal(case: &Case<'_>) -> bool {
    let is_error = |message: &Message| {
        message.carrier.is_sent() && message.kind == MessageKind::AuthorizationResponse && message.param("error").is_some()
    };
    let facts = case.facts();
    facts.purpose == Purpose::Callback
        && (facts.messages.iter().any(is_error) || facts.saml.iter().any(|saml| saml.carrier.is_sent() && saml.is_refusal()))
}

/// Whether the password in Authorization was taken for a cookie before, which this request lacks: the application knows
/// people by that.
fn lost_what_its_password_brought(case: &Case<'_>) -> bool {
    let brought = |reception: &&Reception, record: &Record| {
        reception.outcome != Outcome::Deleted && case.session.carries(record, &reception.name) == Carries::Surely
    };
    let all_lost = |record: &Record| {
        let mut brought = record.receptions.iter().filter(|reception| brought(reception, record)).peekable();
        brought.peek().is_some() && brought.all(|reception| lacks(case, record, &reception.name))
    };
    case.accepted_elsewhere().any(|(_, record)| all_lost(record))
}

/// Whether a cookie was there with this value when the latest login went out, whose answer set another
/// one that did not come back: then that one carries the login, and this belongs to something else.
fn is_of_another(case: &Case<'_>, name: &str, value: Fingerprint) -> bool {
    let is_kept_off = |name: &str| case.record.held_back.iter().any(|held| *held.name == *name);
    let logins = || Some(case.session.logins_of(case.record.site()?).back_from(case.at()).at_most(crate::limits::LOOK_BACK, 0));
    let mut logins = logins().into_iter().flatten();
    let login = logins.find(|(_, record)| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback));
    login.is_some_and(|(_, record)| {
        // Another host's login is this one's where it leads here.
        let is_from_before = || {
            let leads_here = record.redirect_target().is_some_and(|target| target.host_str() == case.exchange().url.host_str());
            let sets = |(_, setter): &(usize, &Record)| setter.facts.set_cookies.iter().any(|(set, held)| **set == *name && *held == value);
            leads_here
                && case.earlier_setters_of(name).find(sets).is_some_and(|(_, setter)| setter.exchange.started < record.exchange.started)
        };
        let is_lost = |reception: &Reception| {
            let carries = || case.session.carries(record, &reception.name) == Carries::Surely;
            lacks(case, record, &reception.name) && (reception.outcome == Outcome::Rejected || is_kept_off(&reception.name) || carries())
        };
        (record.facts.cookie(name) == Some(value) || record.origin != case.record.origin && is_from_before())
            && record.receptions.iter().any(is_lost)
    })
}

/// Whether the answer that set this cookie set another one with a secret as well, which the browser refused: what is left is a
/// part of what the login brought, a signature or a guard, and no request that bears it alone was let in by it.
fn lost_its_companion(case: &Case<'_>, name: &str, value: Fingerprint) -> bool {
    let sets = |record: &Record| record.facts.set_cookies.iter().any(|(set, held)| **set == *name && *held == value);
    let Some((_, setter)) = case.earlier_setters_of(name).find(|(_, record)| sets(record)) else { return false };
    let mut refused = setter.receptions.iter().filter(|other| other.outcome == Outcome::Rejected && *other.name != *name).peekable();
    if refused.peek().is_none() {
        return false;
    }
    let secrets: Vec<&str> = setter.secrets_set().collect();
    let bears = |record: &Record| record.facts.cookie(name).is_some_and(|sent| sent.is_surely(value));
    let is_open = |record: &Record| {
        let mut others = case.session.of_request(&record.exchange).around(case.at()).at_most(RECENT, RECENT);
        others.any(|(_, other)| other.was_accepted() && !bears(other))
    };
    let lets_in = |record: &Record| {
        matches!(record.facts.purpose, Purpose::Page | Purpose::Api)
            && record.was_accepted()
            && bears(record)
            && !record.shows_sign_in_form()
            && !is_open(record)
    };
    refused.any(|other| secrets.contains(&&*other.name)) && !case.earlier().any(|(_, record)| lets_in(record))
}

/// A submitted form whose refusal speaks of cookies, or of a check against forged requests, or a login that is
/// refused for none of the reasons that a wrong password has: it needs the cookie that came with the form.
fn is_guarded_form(case: &Case<'_>) -> bool {
    let says = |cause| case.stated(cause).is_some();
    let is_unexplained_login = || {
        case.facts().purpose == Purpose::SignIn
            && matches!(case.exchange().status(), 400 | 403 | 408 | 419 | 422)
            && case.statements.iter().all(|stated| stated.cause == "oauth-state-mismatch")
            && case.facts().messages.is_empty()
    };
    case.failure.kind == FailureKind::Refused
        && (says("csrf-rejected")
            || says("cookies-disabled")
            || case.record.names_forgery()
            || misses_cookie(case)
            || is_unexplained_login())
}

/// Whether the answer says that a cookie did not come.
fn misses_cookie(case: &Case<'_>) -> bool {
    let is_missing = |statement: &Statement| statement.pair.subject == Subject::Cookie && statement.pair.fault == Fault::Missing;
    matches!(case.facts().purpose, Purpose::SignIn | Purpose::Callback) && case.facts().statements.iter().any(is_missing)
}

/// Whether a form's login went without a session, and its answer sets anew what the browser has and keeps off it, or
/// refuses each time: the server looked for that session, and found none to hold the form against.
fn is_set_anew(case: &Case<'_>, name: &str) -> bool {
    let is_refused_form =
        case.failure.kind == FailureKind::Refused && case.facts().purpose == Purpose::SignIn && !case.session.bears_carrier(case.record);
    let is_of_session = |cause: &str| matches!(cause, "session-expired" | "session-ended-by-server" | "csrf-rejected" | "cookies-disabled");
    let is_held = || case.record.held_back.iter().any(|held| *held.name == *name);
    let is_refused = |one: &Reception| *one.name == *name && one.outcome == Outcome::Rejected;
    let is_new = |one: &Reception| *one.name == *name && matches!(one.outcome, Outcome::Kept | Outcome::Replaced);
    let here = || case.record.receptions.iter();
    let is_refused_each_time =
        || here().any(is_refused) && case.earlier().take(RECENT).any(|(_, page)| page.receptions.iter().any(is_refused));
    let says_no_more = case.statements.iter().all(|stated| is_of_session(stated.cause));
    is_refused_form && says_no_more && (is_held() && here().any(is_new) || is_refused_each_time())
}

/// Answers before a form among which is the one that brought its token.
const RECENT: usize = 16;

/// Bytes of a value that a form and a cookie do not share by chance.
const SHARED: usize = 16;

/// Whether the failed form brings a value that the cookie of that name held as it was set there: the server compares
/// the two (OWASP: signed double-submit cookie).
fn is_answered_by_form(case: &Case<'_>, record: &Record, name: &str) -> bool {
    if case.failure.kind != FailureKind::Refused || case.facts().purpose != Purpose::SignIn {
        return false;
    }
    // Names, addresses and sentences stand in cookies as well.
    let is_token = |value: &str| value.len() >= SHARED && !value.contains(['@', ':', ' ']);
    let content = Parameters::of(case.exchange()).content;
    let tokens: Vec<&str> = content.pairs.iter().map(|pair| &*pair.value).filter(|value| is_token(value)).collect();
    if tokens.is_empty() {
        return false;
    }
    let lines = record.exchange.response.as_ref().map(|response| response.fields.all("set-cookie"));
    let mut set = lines.into_iter().flatten().map(|line| set_cookie::parse(line).value);
    set.any(|line| line.name == name && tokens.iter().any(|token| line.value.contains(token)))
}

/// Whether the failed form is held against a cookie that the browser refused to keep.
fn submits_what_a_lost_cookie_holds(case: &Case<'_>) -> bool {
    let is_refused = |record: &Record, reception: &Reception| {
        reception.outcome == Outcome::Rejected && is_answered_by_form(case, record, &reception.name)
    };
    case.failure.kind == FailureKind::Refused
        && case.facts().purpose == Purpose::SignIn
        && case.earlier_setters_and_here().take(RECENT).any(|(_, record)| record.receptions.iter().any(|one| is_refused(record, one)))
}
