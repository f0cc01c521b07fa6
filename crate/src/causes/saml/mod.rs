//! SAML: what a service may object to in the answer of an identity provider.

mod saml_audience_mismatch;
mod saml_destination_mismatch;
mod saml_expired;
mod saml_in_response_to_mismatch;
mod saml_status_failure;
mod saml_unsigned;

#[cfg(test)]
mod testing;

use crate::cause::{Case, Cause};
use crate::facts::saml::{Saml, What};
use crate::limits;
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::syntax::saml::kind::Kind;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &saml_unsigned::SamlUnsigned,
    &saml_in_response_to_mismatch::SamlInResponseToMismatch,
    &saml_destination_mismatch::SamlDestinationMismatch,
    &saml_expired::SamlExpired,
    &saml_audience_mismatch::SamlAudienceMismatch,
    &saml_status_failure::SamlStatusFailure,
];

/// Milliseconds by which times of assertions may be off without a word: as much as clocks are.
const TOLERANCE: i64 = 60_000;

/// The response that was posted to the service in the failed exchange, or in one that belongs to it.
fn response<'s>(case: &Case<'s>) -> Option<(usize, &'s Saml)> {
    if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
        return None;
    }
    let before = case.session.redirected_from(case.at());
    std::iter::once(case.at()).chain(case.failure.with.iter().copied()).chain(before).find_map(|position| {
        let messages = &case.session.record(position)?.facts.saml;
        let is_answer = |saml: &&Saml| saml.carrier.is_sent() && matches!(saml.what, What::Saml(Kind::Response) | What::TokenResponse);
        Some((position, messages.iter().find(is_answer)?))
    })
}

/// The requests that the session holds, the latest first.
fn requests<'s>(case: &Case<'s>) -> impl Iterator<Item = (usize, &'s Saml)> + use<'s> {
    let asked = |(position, record): (usize, &'s Record)| {
        record.facts.saml.iter().filter(|saml| saml.what == What::Saml(Kind::AuthnRequest)).map(move |saml| (position, saml))
    };
    case.earlier_anywhere().take(limits::LOOK_BACK).flat_map(asked)
}

/// The request that a response answers: the one that it names, where the session holds it, else the latest.
/// Behind a broker the latest request is the broker's own.
fn request_for<'s>(case: &Case<'s>, answer: &Saml) -> Option<(usize, &'s Saml)> {
    let named = |(_, request): &(usize, &Saml)| request.id.is_some() && request.id == answer.in_response_to;
    requests(case).find(named).or_else(|| requests(case).next())
}

/// The parameter that carries the response.
fn place(case: &Case<'_>, position: usize) -> Place {
    let body = case.session.record(position).and_then(|record| record.exchange.request.body.as_ref());
    match body.and_then(|body| body.text.find("SAMLResponse").or_else(|| body.text.find("wresult"))) {
        Some(from) => Place::RequestBody(from..from),
        None => Place::Target,
    }
}
