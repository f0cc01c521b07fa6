//! Answers that say: this name and password are not right.

use std::ops::Range;

/// Codes and phrases, in lower case, codes first. As of 2026-11-20.
const ANSWERS: [&str; 20] = [
    // RFC 6749 5.2, on a password grant.
    "\"invalid_grant\"",
    // Microsoft Entra: error codes reference.
    "aadsts50126",
    // Okta: error codes reference.
    "e0000004",
    // Common names of the same in JSON APIs.
    "invalid_credentials",
    "invalidcredentials",
    "invalid_login",
    "wrong_password",
    "incorrect_password",
    "invalid_password",
    "invalid-credential",
    "bad credentials",
    "invalid credentials",
    "invalid username or password",
    "invalid email or password",
    "incorrect username or password",
    "incorrect email or password",
    "wrong username or password",
    "username or password is incorrect",
    "password is incorrect",
    // Django: AuthenticationForm.
    "please enter a correct",
];

/// Where a body says that the credentials are invalid.
#[must_use]
pub fn invalid_credentials(body: &str) -> Option<Range<usize>> {
    super::find_any(body, ANSWERS)
}
