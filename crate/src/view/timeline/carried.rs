//! What a message of a login carried, in few words.

use serde::Serialize;

use crate::facts::Challenge;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::saml::{Saml, What};
use crate::facts::tokens::{Carrier, Role};
use crate::session::Record;
use crate::session::cookie_store::Outcome;

/// One thing that a message carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Carried {
    /// The kind of thing.
    pub kind: CarriedKind,
    /// What it is, in words: "cookie sid", "challenge Basic".
    pub label: String,
}

/// The kind of thing that a message carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum CarriedKind {
    /// A cookie.
    Cookie,
    /// A cookie that the browser refused.
    Refused,
    /// A token, or another secret that a header field bore.
    Token,
    /// What a server asks for.
    Challenge,
    /// A code that is exchanged for tokens.
    Code,
    /// What one server says to another about the user.
    Assertion,
    /// A step of a protocol without a secret in it.
    Message,
}

/// Things of one kind that are named one by one.
const NAMED: usize = 2;

pub fn sent(record: &Record) -> Vec<Carried> {
    let facts = &record.facts;
    let mut all = Vec::new();
    let token = facts.tokens.iter().find(|seen| seen.carrier == Carrier::Authorization);
    if let Some(credentials) = &facts.credentials {
        let role = token.map(|seen| seen.role).filter(|role| *role != Role::Unknown);
        let label = role.map_or_else(|| credentials.scheme.to_string(), |role| format!("{} {}", credentials.scheme, role.name()));
        all.push(Carried { kind: CarriedKind::Token, label });
    }
    read(record, true, &mut all);
    let names: Vec<&str> = facts.cookies.iter().map(|(name, _)| &**name).collect();
    cookies(CarriedKind::Cookie, "cookie", &names, &mut all);
    all
}

pub fn received(record: &Record) -> Vec<Carried> {
    let facts = &record.facts;
    let mut all = Vec::new();
    let mut schemes: Vec<&str> = Vec::new();
    for Challenge { scheme, .. } in facts.challenges.iter().chain(&facts.proxy_challenges) {
        if !schemes.contains(&&**scheme) {
            schemes.push(scheme);
        }
    }
    if !schemes.is_empty() {
        all.push(Carried { kind: CarriedKind::Challenge, label: format!("challenge {}", schemes.join(", ")) });
    }
    read(record, false, &mut all);
    let of = |wanted: fn(Outcome) -> bool| {
        record.receptions.iter().filter(move |one| wanted(one.outcome)).map(|one| &*one.name).collect::<Vec<_>>()
    };
    cookies(CarriedKind::Cookie, "cookie", &of(|outcome| matches!(outcome, Outcome::Kept | Outcome::Replaced)), &mut all);
    cookies(CarriedKind::Refused, "refused cookie", &of(|outcome| outcome == Outcome::Rejected), &mut all);
    cookies(CarriedKind::Message, "deleted cookie", &of(|outcome| outcome == Outcome::Deleted), &mut all);
    all
}

/// Messages of protocols and tokens, of the request or of the response.
fn read(record: &Record, sent: bool, all: &mut Vec<Carried>) {
    let facts = &record.facts;
    let mut add = |kind: CarriedKind, label: &str| {
        if !label.is_empty() && !all.iter().any(|one| one.label == label) {
            all.push(Carried { kind, label: label.to_owned() });
        }
    };
    for saml in facts.saml.iter().filter(|saml| saml.carrier.is_sent() == sent) {
        let (kind, label) = assertion(saml);
        add(kind, label);
    }
    for seen in facts.tokens.iter().filter(|seen| seen.carrier.is_sent() == sent) {
        let kind = match seen.role {
            Role::AuthorizationCode | Role::DeviceCode => CarriedKind::Code,
            Role::Assertion => CarriedKind::Assertion,
            // Cookies are named as cookies, and what guards a form is no credential.
            Role::Session | Role::Csrf | Role::Unknown => continue,
            _ => CarriedKind::Token,
        };
        if !matches!(seen.carrier, Carrier::Authorization | Carrier::Cookie | Carrier::SetCookie) {
            add(kind, seen.role.name());
        }
    }
    for message in facts.messages.iter().filter(|message| message.carrier.is_sent() == sent) {
        add(CarriedKind::Message, message_name(message));
    }
}

fn assertion(saml: &Saml) -> (CarriedKind, &'static str) {
    match saml.what {
        What::Saml(kind) if matches!(kind.name(), "Response" | "Assertion" | "EncryptedAssertion") => {
            (CarriedKind::Assertion, "SAML assertion")
        }
        What::Saml(kind) => (CarriedKind::Message, kind.name()),
        What::Artifact => (CarriedKind::Code, "SAML artifact"),
        What::TokenResponse => (CarriedKind::Assertion, "token response"),
    }
}

fn message_name(message: &Message) -> &'static str {
    match message.kind {
        MessageKind::AuthorizationRequest | MessageKind::PushedRequest => "authorization request",
        MessageKind::TokenError => "token error",
        MessageKind::WsFederationRequest => "WS-Federation request",
        // An answer is named by what it brings, unless it brings an error.
        _ if message.param("error").is_some() => "error",
        _ => "",
    }
}

fn cookies(kind: CarriedKind, noun: &str, names: &[&str], all: &mut Vec<Carried>) {
    let label = match names {
        [] => return,
        names if names.len() <= NAMED => format!("{noun}{} {}", if names.len() == 1 { "" } else { "s" }, names.join(", ")),
        names => format!("{} {noun}s", names.len()),
    };
    all.push(Carried { kind, label });
}
