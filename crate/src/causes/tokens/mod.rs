//! Tokens: their times, their scopes, and the clocks that judge them.

super::family! {
    clock_skew::ClockSkew,
    token_expired::TokenExpired,
    insufficient_scope::InsufficientScope,
}

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
