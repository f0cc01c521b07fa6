//! Every error code that OAuth 2.0, OpenID Connect and their extensions define. Source: the
//! specification named in each row, and the IANA registry "OAuth Extensions Error"; checked 2026-11-20.

/// One registered error code.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// The code, as it stands in `error`.
    pub code: &'static str,
    /// What it means, as the end of a sentence that begins with "The server".
    pub says: &'static str,
    /// The specification and section.
    pub source: &'static str,
}

const fn row(code: &'static str, says: &'static str, source: &'static str) -> ErrorCode {
    ErrorCode { code, says, source }
}

/// The table, in order of code.
pub static ERRORS: &[ErrorCode] = &[
    row("access_denied", "or the user refused the request", "RFC 6749 4.1.2.1"),
    row(
        "account_selection_required",
        "would have had to ask which account to use, but was told not to show anything",
        "OpenID Connect Core 3.1.2.6",
    ),
    row("authorization_pending", "still waits for the user to finish on the other device", "RFC 8628 3.5"),
    row("consent_required", "would have had to ask for consent, but was told not to show anything", "OpenID Connect Core 3.1.2.6"),
    row("expired_token", "says that the device code has expired", "RFC 8628 3.5"),
    row("insufficient_scope", "says that the token does not cover this request", "RFC 6750 3.1"),
    row("insufficient_user_authentication", "asks for a stronger or fresher login", "RFC 9470 3"),
    row("interaction_required", "would have had to show something to the user, but was told not to", "OpenID Connect Core 3.1.2.6"),
    row("invalid_authorization_details", "does not accept the authorization_details", "RFC 9396 5"),
    row("invalid_binding_message", "does not accept the binding message", "OpenID CIBA 13"),
    row("invalid_client", "does not recognise the application or its secret", "RFC 6749 5.2"),
    row("invalid_client_metadata", "does not accept the application's registration data", "RFC 7591 3.2.2"),
    row("invalid_dpop_proof", "does not accept the DPoP proof", "RFC 9449 5"),
    row(
        "invalid_grant",
        "does not accept the code, refresh token or password: expired, used before, revoked, or issued for another application or redirect URI",
        "RFC 6749 5.2",
    ),
    row("invalid_redirect_uri", "does not accept a redirect URI", "RFC 7591 3.2.2"),
    row("invalid_request", "misses a parameter, or finds one malformed or repeated", "RFC 6749 4.1.2.1"),
    row("invalid_request_object", "does not accept the request object", "RFC 9101 7"),
    row("invalid_request_uri", "cannot use the request_uri", "RFC 9101 7"),
    row("invalid_scope", "does not know or does not allow a requested scope", "RFC 6749 4.1.2.1"),
    row("invalid_software_statement", "does not accept the software statement", "RFC 7591 3.2.2"),
    row("invalid_target", "does not accept the resource or audience", "RFC 8707 2"),
    row("invalid_token", "does not accept the access token: expired, revoked, malformed or otherwise invalid", "RFC 6750 3.1"),
    row("invalid_user_code", "does not accept the user code", "OpenID CIBA 13"),
    row("login_required", "would have had to ask the user to sign in, but was told not to show anything", "OpenID Connect Core 3.1.2.6"),
    row("missing_user_code", "asks for a user code", "OpenID CIBA 13"),
    row("registration_not_supported", "does not support the registration parameter", "OpenID Connect Core 3.1.2.6"),
    row("request_not_supported", "does not support the request parameter", "OpenID Connect Core 3.1.2.6"),
    row("request_uri_not_supported", "does not support the request_uri parameter", "OpenID Connect Core 3.1.2.6"),
    row("server_error", "failed unexpectedly", "RFC 6749 4.1.2.1"),
    row("slow_down", "asks the device to poll less often", "RFC 8628 3.5"),
    row("temporarily_unavailable", "is overloaded or under maintenance", "RFC 6749 4.1.2.1"),
    row("transaction_failed", "could not finish the transaction", "OpenID CIBA 11"),
    row("unapproved_software_statement", "has not approved the software statement", "RFC 7591 3.2.2"),
    row("unauthorized_client", "does not allow this application to use this grant or response type", "RFC 6749 4.1.2.1"),
    row("unknown_user_id", "does not know the user that the request hints at", "OpenID CIBA 13"),
    row(
        "unmet_authentication_requirements",
        "cannot meet the requested authentication requirements",
        "OpenID Connect Unmet Authentication Requirements 1.0",
    ),
    row("unsupported_grant_type", "does not support this grant_type", "RFC 6749 5.2"),
    row("unsupported_response_type", "does not support this response_type", "RFC 6749 4.1.2.1"),
    row("unsupported_token_type", "cannot revoke tokens of this type", "RFC 7009 2.2.1"),
    row("use_dpop_nonce", "asks for the same request again with a nonce in the DPoP proof", "RFC 9449 8"),
];

/// The row of a code, where it is registered.
#[must_use]
pub fn find(code: &str) -> Option<&'static ErrorCode> {
    ERRORS.binary_search_by(|row| row.code.cmp(code)).ok().and_then(|at| ERRORS.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_can_be_found() {
        for row in ERRORS {
            assert_eq!(find(row.code), Some(row));
        }
        assert_eq!(find("AADSTS50011"), None);
    }
}
