//! The lists of answers that failed logins are held against.

use std::borrow::Cow;

use super::provider::is_error_answer;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::saml::{Saml, What};
use crate::facts::{Fingerprint, Purpose};
use crate::session::lists::{Lists, key};
use crate::session::{Record, Session, Walk, address, same_request, sign_ins_at};
use crate::site::Site;
use crate::syntax::saml::kind;

/// The answers that a failed login is held against, each by what was asked for. A refusal that comes
/// again and again is in none of them, so it is examined once and not for each that follows.
pub fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    let facts = &record.facts;
    let origin = Fingerprint::of(&record.origin);
    let is_sign_in = facts.purpose == Purpose::SignIn;
    let targets = [Some(target(record)), is_sign_in.then(|| sign_ins_at(&record.origin))];
    if is_sign_in {
        lists.insert(sign_ins_at(&record.origin), at, records);
    }
    if record.exchange.status() == 0 {
        lists.insert(key("unanswered", address(&record.exchange.url)), at, records);
    } else {
        lists.insert_first(key("answered", origin), at, records);
        for target in targets.into_iter().flatten() {
            lists.insert(key("answered", target), at, records);
        }
    }
    if facts.purpose == Purpose::Preflight {
        if record.exchange.status() >= 300 {
            lists.insert_first(key("refused preflight", address(&record.exchange.url)), at, records);
        }
    } else if record.was_accepted() {
        lists.insert(key("let through", address(&record.exchange.url)), at, records);
    }
    if record.was_accepted() && !facts.messages.iter().any(is_error_answer) {
        for target in targets.into_iter().flatten() {
            lists.insert(key("let through", target), at, records);
        }
    }
    if let Some(provider) = hands_out(record) {
        lists.insert(handed_out_by(&provider), at, records);
    }
    if facts.credentials.is_some() {
        for target in targets.into_iter().flatten() {
            lists.insert(key("credentials", target), at, records);
        }
    } else if record.exchange.status() == 401 {
        lists.insert_first(key("asked without", same_request(&record.exchange)), at, records);
    }
    if record.was_accepted() && facts.purpose == Purpose::Refresh {
        lists.insert(RENEWALS, at, records);
    }
    if matches!(facts.purpose, Purpose::SignIn | Purpose::Callback | Purpose::SignOut)
        && let Some(site) = record.site()
    {
        lists.insert(logins_of(site), at, records);
    }
}

/// The origin of the provider that let somebody in, where an exchange shows it: it sends the browser on with an
/// authorization response, or its page does.
fn hands_out(record: &Record) -> Option<Cow<'_, str>> {
    let is_answer = |message: &&Message| {
        matches!(message.kind, MessageKind::AuthorizationResponse | MessageKind::WsFederationResponse) && !is_error_answer(message)
    };
    let is_assertion = |saml: &&Saml| matches!(saml.what, What::Saml(kind::Kind::Response)) && !saml.is_refusal();
    let answer = record.facts.messages.iter().find(is_answer).map(|message| message.carrier);
    let answer = answer.or_else(|| record.facts.saml.iter().find(is_assertion).map(|saml| saml.carrier))?;
    if !answer.is_sent() {
        return Some(Cow::Borrowed(&record.origin));
    }
    let page = record.page()?;
    (record.facts.purpose == Purpose::Callback && page.origin() != record.exchange.url.origin())
        .then(|| Cow::Owned(page.origin().ascii_serialization()))
}

/// The list of the steps at which somebody logs in at a site, or out.
fn logins_of(site: Site<'_>) -> Fingerprint {
    key("logins", Fingerprint::of(site.domain))
}

impl Session {
    /// The steps at which somebody logs in at a site, or out, in order of time.
    pub(crate) fn logins_of(&self, site: Site<'_>) -> Walk<'_> {
        self.list(logins_of(site))
    }
}

/// The list of what a provider's origin let in.
pub fn handed_out_by(origin: &str) -> Fingerprint {
    key("handed out by", Fingerprint::of(origin))
}

/// Tokens that were renewed, wherever.
pub const RENEWALS: Fingerprint = Fingerprint::of_name("renewals");

/// What is asked for: parameters of a query may differ between attempts.
pub fn target(record: &Record) -> Fingerprint {
    let target = Fingerprint::of(&record.origin).and(record.exchange.method.as_bytes());
    let target = target.and(record.exchange.url.path().as_bytes());
    record.facts.call.map_or(target, |call| target.and(&call.to_bytes()))
}
