//! Risks that did not break this login: what is listed beside the failures.

mod auth_over_plaintext;
mod error_leaks_internals;
mod session_cookie_weak;
mod token_in_url;
mod token_lifetime_long;
mod unauthorized_cacheable;
mod weak_scheme;

#[cfg(test)]
mod testing;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &auth_over_plaintext::AuthOverPlaintext,
    &token_in_url::TokenInUrl,
    &session_cookie_weak::SessionCookieWeak,
    &token_lifetime_long::TokenLifetimeLong,
    &unauthorized_cacheable::UnauthorizedCacheable,
    &error_leaks_internals::ErrorLeaksInternals,
    &weak_scheme::WeakScheme,
];
