//! SAML: what a service may object to in the answer of an identity provider.

mod saml_audience_mismatch;
mod saml_destination_mismatch;
mod saml_expired;
mod saml_in_response_to_mismatch;
mod saml_signature_invalid;
mod saml_status_failure;
mod saml_unsigned;

#[cfg(test)]
mod testing;

use crate::cause::{Case, Cause};
use crate::facts::saml::{Saml, What};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::Rule;
use crate::syntax::saml::check::{self, Checked};
use crate::syntax::saml::kind::Kind;
use crate::syntax::saml::status;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &saml_unsigned::SamlUnsigned,
    &saml_signature_invalid::SamlSignatureInvalid,
    &saml_in_response_to_mismatch::SamlInResponseToMismatch,
    &saml_destination_mismatch::SamlDestinationMismatch,
    &saml_expired::SamlExpired,
    &saml_audience_mismatch::SamlAudienceMismatch,
    &saml_status_failure::SamlStatusFailure,
];

/// The answer that was posted to the service in the failed exchange, or in one that belongs to it.
struct Answer<'s> {
    /// Position of its exchange.
    at: usize,
    /// What it says.
    saml: &'s Saml,
    /// What its receiver will not accept in it.
    checked: Checked,
}

impl Answer<'_> {
    /// Whether it says that the login succeeded, or nothing about it.
    fn is_success(&self) -> bool {
        self.saml.status.as_deref().is_none_or(|code| code == status::SUCCESS)
    }
}

/// That answer, checked.
fn answer<'s>(case: &Case<'s>) -> Option<Answer<'s>> {
    if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
        return None;
    }
    let before = case.session.redirected_from(case.at());
    let (at, saml) = std::iter::once(case.at()).chain(case.failure.with.iter().copied()).chain(before).find_map(|position| {
        let messages = &case.session.record(position)?.facts.saml;
        let is_answer = |saml: &&Saml| saml.carrier.is_sent() && matches!(saml.what, What::Saml(Kind::Response) | What::TokenResponse);
        Some((position, messages.iter().find(is_answer)?))
    })?;
    Some(Answer { at, saml, checked: case.session.saml_check(at, saml, case.now())? })
}

/// The parameter that carries the response.
fn place(case: &Case<'_>, position: usize) -> Place {
    let body = case.session.record(position).and_then(|record| record.exchange.request.body.as_ref());
    match body.and_then(|body| body.text.find("SAMLResponse").or_else(|| body.text.find("wresult"))) {
        Some(from) => Place::RequestBody(from..from),
        None => Place::Target,
    }
}

/// What a service objects to however a response is signed.
const OTHER_REASONS: [&Rule; 9] = [
    &check::AUDIENCE,
    &check::CONFIRMATION_EXPIRED,
    &check::CONFIRMATION_IN_RESPONSE_TO,
    &check::DESTINATION,
    &check::EXPIRED,
    &check::IN_RESPONSE_TO,
    &check::NOT_SUCCESS,
    &check::NOT_YET_VALID,
    &check::RECIPIENT,
];
