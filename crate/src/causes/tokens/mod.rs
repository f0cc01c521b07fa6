//! Tokens: their times, their scopes, and the clocks that judge them.

mod anonymous_token_issued;
mod aws_signature_mismatch;
mod clock_skew;
mod dpop_proof_rejected;
mod forgotten;
mod insufficient_scope;
mod refresh_token_expired;
mod refresh_token_reused;
mod signing_keys_stale;
mod token_expired;
mod token_malformed;
mod token_not_yet_valid;
mod token_refresh_failed;
mod token_refresh_missing;
mod token_revoked;
mod token_signature_invalid;
mod token_superseded;
mod token_wrong_audience;
mod token_wrong_issuer;
mod wrong_token_type;

pub(super) use token_wrong_issuer::answered_by_another_name;

use super::stated;
use crate::cause::{Case, Cause, CauseMeta};
use crate::facts::Purpose;
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::Record;
use crate::syntax::jwt::Claims;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &anonymous_token_issued::AnonymousTokenIssued,
    &token_superseded::TokenSuperseded,
    &aws_signature_mismatch::AwsSignatureMismatch,
    &dpop_proof_rejected::DpopProofRejected,
    &refresh_token_reused::RefreshTokenReused,
    &refresh_token_expired::RefreshTokenExpired,
    &token_refresh_failed::TokenRefreshFailed,
    &token_refresh_missing::TokenRefreshMissing,
    &token_revoked::TokenRevoked,
    &wrong_token_type::WrongTokenType,
    &token_malformed::TokenMalformed,
    &signing_keys_stale::SigningKeysStale,
    &token_signature_invalid::TokenSignatureInvalid,
    &token_wrong_issuer::TokenWrongIssuer,
    &token_wrong_audience::TokenWrongAudience,
    &token_not_yet_valid::TokenNotYetValid,
    &clock_skew::ClockSkew,
    &token_expired::TokenExpired,
    &insufficient_scope::InsufficientScope,
];

/// How far two clocks may disagree before a judgement of times is in doubt, in milliseconds. Token
/// libraries forgive between 60 s (Spring Security) and 300 s (ASP.NET Core, AWS); checked 2026-11-20.
pub const TOLERANCE: i64 = 60_000;

/// Words with which an `error_description` says that time ran out, in lower case. RFC 6750 3.1 puts
/// expiry under `invalid_token` and leaves the words to the server; checked 2026-11-20.
const EXPIRY_WORDS: [&str; 2] = ["expired", "lifetime"];

/// Whether a description speaks of expiry.
#[must_use]
pub fn speaks_of_expiry(description: &str) -> bool {
    let description = description.to_ascii_lowercase();
    EXPIRY_WORDS.iter().any(|word| description.contains(word))
}

/// Whether the failed login is a token that was refused.
fn refuses_token(case: &Case<'_>) -> bool {
    let facts = case.facts();
    let bears = facts.tokens.first().is_some_and(|seen| seen.carrier == Carrier::Authorization) || facts.judged_by().is_some();
    case.is_denied() && (bears || case.hides_what_was_refused())
}

/// The finding where a product names the cause, or where the `error_description` of `invalid_token`
/// has one of these words, in lower case.
fn described(case: &Case<'_>, meta: &'static CauseMeta, words: &[&str], summary: String) -> Option<Finding> {
    stated(case, meta, summary.clone()).or_else(|| {
        let (challenge, _) = case.facts().bearer_error().filter(|(_, error)| *error == "invalid_token")?;
        let description = challenge.param("error_description")?.to_ascii_lowercase();
        let mut parts = description.split(|c: char| !c.is_ascii_alphanumeric());
        let place = Place::Received("www-authenticate", challenge.field);
        let finding = || Finding::new(meta, Certainty::Stated, summary).said().shown(case.at(), place, "The server's description says so.");
        parts.any(|part| words.contains(&part)).then(finding)
    })
}

/// Where another site accepted the token that this one refuses, or one for the same audience, none of which this one calls itself:
/// whoever it was made for found nothing wrong with it.
fn accepted_by_another<'s>(case: &Case<'s>) -> Option<(usize, &'s Record)> {
    let token = case.facts().token()?;
    let aud = &token.claims()?.aud;
    let site = case.record.site()?;
    if aud.iter().any(|audience| audience.contains(case.host())) {
        return None;
    }
    let is_other = |record: &Record| record.site().is_some_and(|other| !other.is_schemelessly_same(site));
    let takes = |(_, record): &(usize, &Record)| record.facts.purpose == Purpose::Api && record.was_accepted() && is_other(record);
    let is_for_same = |record: &Record| record.facts.token().and_then(|other| other.claims()).is_some_and(|other| other.aud == *aud);
    let mut accepted = case.session.tokens().accepted(token.fingerprint).take(limits::TOKENS);
    accepted.find(takes).or_else(|| case.others_anywhere().find(|other| !aud.is_empty() && takes(other) && is_for_same(other.1)))
}

/// A JWT that the same origin accepted in Authorization and whose claims are wanted.
fn accepted_token<'s>(case: &Case<'s>, is_wanted: impl Fn(&Claims) -> bool) -> Option<(usize, &'s Claims)> {
    case.others().filter(|(_, record)| record.was_accepted()).find_map(|(position, record)| {
        let claims = record.facts.token()?.claims()?;
        is_wanted(claims).then_some((position, claims))
    })
}
