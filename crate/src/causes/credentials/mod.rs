//! What was sent to prove an identity, and what became of it.

mod account_disabled;
mod account_locked;
mod api_key_invalid;
mod api_key_missing;
mod credentials_charset_mismatch;
mod credentials_in_wrong_place;
mod malformed_authorization;
mod mfa_required;
mod missing_credentials;
mod multiple_credentials;
mod password_expired;
mod stale_saved_credentials;
mod user_not_assigned;
mod wrong_credentials;
mod wrong_scheme;

pub use account_locked::shut_out;

use crate::cause::{Case, Cause};
use crate::exchange::Exchange;
use crate::facts::Purpose;
use crate::session::Record;
use crate::syntax::{api_keys, schemes};

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &multiple_credentials::MultipleCredentials,
    &credentials_charset_mismatch::CredentialsCharsetMismatch,
    &credentials_in_wrong_place::CredentialsInWrongPlace,
    &user_not_assigned::UserNotAssigned,
    &api_key_invalid::ApiKeyInvalid,
    &api_key_missing::ApiKeyMissing,
    &mfa_required::MfaRequired,
    &password_expired::PasswordExpired,
    &account_locked::AccountLocked,
    &account_disabled::AccountDisabled,
    &malformed_authorization::MalformedAuthorization,
    &wrong_scheme::WrongScheme,
    &stale_saved_credentials::StaleSavedCredentials,
    &wrong_credentials::WrongCredentials,
    &missing_credentials::MissingCredentials,
];

/// Whether the Authorization field holds the credentials of two schemes with a comma between them.
fn joins_credentials(exchange: &Exchange) -> bool {
    let begins_credentials = |part: &str| part.trim_start().split_once(' ').is_some_and(|(scheme, _)| schemes::known(scheme).is_some());
    exchange.sent("authorization").is_some_and(|field| field.split(',').filter(|part| begins_credentials(part)).count() > 1)
}

/// Whether a request bears a key in a field of its own.
#[must_use]
pub fn bears_key(exchange: &Exchange) -> bool {
    exchange.request.fields.iter().any(|(name, _)| api_keys::known(name).is_some())
}

/// The field of a product's own in which a request without Authorization bears a key, unless the same server lets in who
/// bears it: then it is for something else.
fn misplaced_key<'s>(case: &Case<'s>) -> Option<&'s str> {
    let is_key = |name: &str, value: &str| api_keys::known(name).is_none() && api_keys::is_like_one(name) && !value.trim().is_empty();
    let (name, _) = case.exchange().request.fields.iter().find(|(name, value)| is_key(name, value))?;
    let is_taken = |other: &Record| other.was_accepted() && other.facts.purpose == Purpose::Api && other.exchange.sent(name).is_some();
    (case.facts().credentials.is_none() && !case.others().any(|(_, other)| is_taken(other))).then_some(name)
}

/// Schemes by which gateways ask for a key: Kong, ASP.NET's handlers, Azure API Management; checked 2026-11-29.
const KEY_SCHEMES: [&str; 4] = ["key", "apikey", "api-key", "azureapimanagementkey"];

/// The challenge that asks for a key, where nothing else would do as well.
#[must_use]
pub fn key_challenge(challenges: &[crate::facts::Challenge]) -> Option<&crate::facts::Challenge> {
    let asks = |one: &crate::facts::Challenge| KEY_SCHEMES.iter().any(|known| one.scheme.eq_ignore_ascii_case(known));
    challenges.first().filter(|_| challenges.iter().all(asks))
}

/// The challenges of a response in words: "Basic (realm "staff"), Bearer".
#[must_use]
pub fn offered(challenges: &[crate::facts::Challenge]) -> String {
    let words: Vec<String> = challenges
        .iter()
        .map(|challenge| match challenge.param("realm").filter(|realm| !realm.is_empty()) {
            Some(realm) => format!("{} for “{realm}”", challenge.scheme),
            None => challenge.scheme.to_string(),
        })
        .collect();
    words.join(" or ")
}
