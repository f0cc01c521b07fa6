//! OAuth 2.0 and OpenID Connect: what goes wrong between application, browser and provider.

mod oauth_code_rejected;
mod oauth_consent_denied;
mod oauth_invalid_client;
mod oauth_invalid_request;
mod oauth_invalid_scope;
mod oauth_login_required;
mod oauth_nonce_mismatch;
mod oauth_redirect_uri_mismatch;
mod oauth_registration_refused;
mod oauth_state_mismatch;
mod oauth_token_hash_mismatch;
mod provider_error_swallowed;
mod token_request_malformed;
mod user_left_sign_in;
mod wrong_tenant;

use std::sync::Arc;

use super::stated;
use crate::cause::{Case, Cause, CauseMeta};
use crate::facts::Purpose;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::sign_in::{Remark, SignIn};
use crate::session::{FailureKind, Record};
use crate::syntax::json::{Members, text_of};
use crate::syntax::oauth::errors;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &provider_error_swallowed::ProviderErrorSwallowed,
    &user_left_sign_in::UserLeftSignIn,
    &wrong_tenant::WrongTenant,
    &oauth_invalid_request::OauthInvalidRequest,
    &oauth_invalid_scope::OauthInvalidScope,
    &oauth_login_required::OauthLoginRequired,
    &oauth_consent_denied::OauthConsentDenied,
    &oauth_nonce_mismatch::OauthNonceMismatch,
    &oauth_state_mismatch::OauthStateMismatch,
    &oauth_code_rejected::OauthCodeRejected,
    &oauth_invalid_client::OauthInvalidClient,
    &oauth_redirect_uri_mismatch::OauthRedirectUriMismatch,
    &oauth_token_hash_mismatch::OauthTokenHashMismatch,
    &token_request_malformed::TokenRequestMalformed,
    &oauth_registration_refused::OauthRegistrationRefused,
];

/// An error that a provider named by its registered code (RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6).
struct ProviderError<'s> {
    at: usize,
    code: &'s str,
    description: Option<&'s str>,
    place: Place,
}

/// The error of the failed exchange, or of the one that led to it by a redirect.
fn provider_error<'s>(case: &Case<'s>) -> Option<ProviderError<'s>> {
    let before = case.session.redirected_from(case.at());
    std::iter::once(case.at()).chain(before).find_map(|position| {
        let record = case.session.record(position)?;
        let message = record.facts.messages.iter().find(|message| message.param("error").is_some())?;
        let (code, description) = (message.param("error")?, message.param("error_description"));
        Some(ProviderError { at: position, code, description, place: place_of(record, message, code) })
    })
}

fn place_of(record: &Record, message: &Message, code: &str) -> Place {
    let span = |text: &str| text.find(code).map_or(0..0, |from| from..from + code.len());
    match message.carrier {
        Carrier::LocationQuery | Carrier::LocationFragment => Place::Received("location", 0),
        Carrier::ResponseJson => Place::ResponseBody(span(record.exchange.response_text())),
        Carrier::Form | Carrier::RequestJson => {
            Place::RequestBody(span(record.exchange.request.body.as_ref().map_or("", |body| &body.text)))
        }
        _ => Place::Target,
    }
}

/// Whether an application asks to be registered (RFC 7591 3.1).
pub(super) fn registers(case: &Case<'_>) -> bool {
    let sent = case.exchange().request.body.as_ref().map_or("", |body| &*body.text);
    case.facts().purpose == Purpose::Token && sent.contains("\"redirect_uris\"")
}

/// Where the provider still waited for the user of the device to which it now gives no token (RFC 8628 3.5).
fn waited(case: &Case<'_>) -> Option<usize> {
    let device = |record: &Record| record.facts.messages.iter().find_map(|message| message.link("device_code"));
    let mine = device(case.record)?;
    let waits = |record: &Record| record.facts.messages.iter().any(Message::is_pending);
    case.earlier().find(|(_, record)| waits(record) && device(record).is_some_and(|code| code.is_surely(mine))).map(|(at, _)| at)
}

/// The code by which a provider refuses a client, where none is registered: what it means is the provider's own.
fn own_code(case: &Case<'_>) -> Option<(String, Place)> {
    let text = case.exchange().response_text();
    let code = text_of(Members::read(text).ok()?.get("error")?.0).filter(|code| errors::find(code).is_none())?;
    let from = text.find(&code)?;
    Some((code.clone(), Place::ResponseBody(from..from + code.len())))
}

/// The finding where the provider names one of these codes, or a product the cause.
fn refused(case: &Case<'_>, meta: &'static CauseMeta, codes: &[&str], summary: &str) -> Option<Finding> {
    // Of what a registration lacks, nothing follows for a client.
    if case.failure.kind == FailureKind::Unreachable || registers(case) {
        return None;
    }
    if let Some(finding) = stated(case, meta, summary) {
        return Some(finding);
    }
    let Some(error) = provider_error(case).filter(|error| codes.contains(&error.code)) else {
        let (code, place) = shown_code(case, codes)?;
        return Some(Finding::new(meta, Certainty::Stated, summary).about(code).shown(
            case.at(),
            place,
            format!("The provider's page says {code}."),
        ));
    };
    let says = match error.description {
        Some(description) => format!("The provider says {}: {description}", error.code),
        None => format!("The provider says {}.", error.code),
    };
    Some(Finding::new(meta, Certainty::Stated, summary).about(error.code).shown(error.at, error.place, says))
}

/// The first of these registered codes that stands on the page by which a provider refuses to begin a login.
fn shown_code<'c>(case: &Case<'_>, codes: &[&'c str]) -> Option<(&'c str, Place)> {
    if case.facts().purpose != Purpose::Authorize || case.exchange().status() < 400 {
        return None;
    }
    let text = case.exchange().response_text();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let whole = |from: &usize, code: &str| {
        let before = from.checked_sub(1).and_then(|before| text.as_bytes().get(before));
        !is_part(before) && !is_part(text.as_bytes().get(from + code.len()))
    };
    codes.iter().find_map(|code| {
        let from = memchr::memmem::find_iter(text.as_bytes(), code).find(|from| whole(from, code))?;
        Some((*code, Place::ResponseBody(from..from + code.len())))
    })
}

/// The login that the failed exchange belongs to, and the first of its remarks that is wanted.
fn remark<T>(case: &Case<'_>, wanted: impl Fn(&Remark) -> Option<T>) -> Option<(Arc<SignIn>, T)> {
    let flow = case.session.sign_in(case.at())?;
    let found = flow.remarks.iter().find_map(wanted)?;
    Some((flow, found))
}

/// The authorization request of the login that the failed exchange belongs to, and its position.
fn request_of<'s>(case: &Case<'s>) -> Option<(usize, &'s Message)> {
    let flow = case.session.sign_in(case.at());
    let steps = flow.iter().flat_map(|flow| &flow.steps).map(|step| step.at);
    steps.chain(std::iter::once(case.at())).find_map(|position| {
        let messages = &case.session.record(position)?.facts.messages;
        let asks = |message: &&Message| matches!(message.kind, MessageKind::AuthorizationRequest | MessageKind::PushedRequest);
        Some((position, messages.iter().find(asks)?))
    })
}
