//! Services with APIs of their own. Sources: each vendor's documentation of its errors; checked 2026-11-21.

use crate::products::statement::Table;

/// GitHub REST API, docs.github.com.
pub static GITHUB: Table = Table {
    product: "GitHub",
    rows: &[
        ("must specify two-factor authentication OTP code", "mfa-required"),
        ("resource not accessible by integration", "insufficient-scope"),
        ("resource not accessible by personal access token", "insufficient-scope"),
        ("protected by organization SAML enforcement", "user-not-assigned"),
        ("API rate limit exceeded", "rate-limited"),
        ("you have exceeded a secondary rate limit", "rate-limited"),
        ("your account was suspended", "account-disabled"),
        ("incorrect_client_credentials", "oauth-invalid-client"),
        ("bad_verification_code", "oauth-code-rejected"),
        ("the IP address you have is not allowed", "ip-denied"),
        ("has an IP allow list enabled", "ip-denied"),
    ],
};

/// GitLab: lib/api/api_guard.rb and its documentation.
pub static GITLAB: Table = Table {
    product: "GitLab",
    rows: &[
        ("token is expired. You can either do re-authorization or token refresh", "token-expired"),
        ("token was revoked. You have to re-authorize from the user", "token-revoked"),
        ("the request requires higher privileges than provided by the access token", "insufficient-scope"),
        ("your account has been blocked", "account-disabled"),
        ("your account is locked", "account-locked"),
        ("your password expired", "password-expired"),
    ],
};

/// Stripe API, docs.stripe.com/error-handling.
pub static STRIPE: Table = Table {
    product: "Stripe",
    rows: &[
        ("invalid API key provided", "api-key-invalid"),
        ("expired API key provided", "api-key-invalid"),
        ("you did not provide an API key", "api-key-missing"),
        ("api_key_expired", "api-key-invalid"),
        ("secret_key_required", "api-key-invalid"),
        ("platform_api_key_expired", "api-key-invalid"),
    ],
};

/// AWS services: common error types, docs.aws.amazon.com.
pub static AWS: Table = Table {
    product: "AWS",
    rows: &[
        ("SignatureDoesNotMatch", "aws-signature-mismatch"),
        ("InvalidSignatureException", "aws-signature-mismatch"),
        ("IncompleteSignature", "aws-signature-mismatch"),
        ("IncompleteSignatureException", "aws-signature-mismatch"),
        ("AuthorizationHeaderMalformed", "aws-signature-mismatch"),
        ("AuthorizationQueryParametersError", "aws-signature-mismatch"),
        ("the request signature we calculated does not match", "aws-signature-mismatch"),
        ("credential should be scoped to", "aws-signature-mismatch"),
        ("RequestTimeTooSkewed", "clock-skew"),
        ("RequestExpired", "clock-skew"),
        ("signature expired", "clock-skew"),
        ("signature not yet current", "clock-skew"),
        ("InvalidClientTokenId", "api-key-invalid"),
        ("UnrecognizedClientException", "api-key-invalid"),
        ("InvalidAccessKeyId", "api-key-invalid"),
        ("ExpiredToken", "token-expired"),
        ("ExpiredTokenException", "token-expired"),
        ("MissingAuthenticationToken", "missing-credentials"),
        ("AccessDeniedException", "insufficient-permissions"),
        ("is not authorized to perform", "insufficient-permissions"),
    ],
};
