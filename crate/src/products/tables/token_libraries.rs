//! Libraries that check tokens and whose words applications pass on. Sources: their published
//! source code; checked 2026-11-21.

use crate::products::statement::Table;

/// jsonwebtoken for Node.js.
pub static JSONWEBTOKEN: Table = Table {
    product: "jsonwebtoken",
    rows: &[
        ("jwt expired", "token-expired"),
        ("TokenExpiredError", "token-expired"),
        ("jwt not active", "token-not-yet-valid"),
        ("jwt malformed", "token-malformed"),
        ("jwt audience invalid", "token-wrong-audience"),
        ("jwt issuer invalid", "token-wrong-issuer"),
        ("jwt signature is required", "token-signature-invalid"),
        ("invalid signature", "token-signature-invalid"),
        ("ERR_JWT_EXPIRED", "token-expired"),
        ("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "token-signature-invalid"),
        ("ERR_JWKS_NO_MATCHING_KEY", "token-signature-invalid"),
    ],
};

/// PyJWT and Flask-JWT-Extended.
pub static PYJWT: Table = Table {
    product: "PyJWT",
    rows: &[
        ("signature has expired", "token-expired"),
        ("the token is not yet valid", "token-not-yet-valid"),
        ("signature verification failed", "token-signature-invalid"),
        ("not enough segments", "token-malformed"),
        ("invalid header padding", "token-malformed"),
        ("audience doesn't match", "token-wrong-audience"),
        ("missing authorization header", "missing-credentials"),
        ("token has been revoked", "token-revoked"),
        ("only non-refresh tokens are allowed", "wrong-token-type"),
        ("only refresh tokens are allowed", "wrong-token-type"),
        ("fresh token required", "mfa-required"),
    ],
};

/// PostgREST and Supabase.
pub static POSTGREST: Table = Table {
    product: "PostgREST",
    rows: &[
        ("JWSError JWSInvalidSignature", "token-signature-invalid"),
        ("JWTIssuedAtFuture", "token-not-yet-valid"),
        ("PGRST301", "token-expired"),
        ("invalid login credentials", "wrong-credentials"),
        ("email not confirmed", "account-disabled"),
        ("bad_jwt", "token-malformed"),
        ("refresh token not found", "token-revoked"),
        ("refresh_token_already_used", "token-refresh-failed"),
        ("no API key found in request", "api-key-missing"),
    ],
};

/// Words for tokens that many APIs share.
pub static COMMON: Table = Table {
    product: "the application",
    rows: &[
        ("token_expired", "token-expired"),
        ("access_token_expired", "token-expired"),
        ("token has expired", "token-expired"),
        ("token is expired", "token-expired"),
        ("access token expired", "token-expired"),
        ("expired_token", "token-expired"),
        ("token_revoked", "token-revoked"),
        ("token was revoked", "token-revoked"),
        ("token has been revoked", "token-revoked"),
        ("invalid_audience", "token-wrong-audience"),
        ("invalid audience", "token-wrong-audience"),
        ("invalid issuer", "token-wrong-issuer"),
        ("invalid_signature", "token-signature-invalid"),
        ("malformed token", "token-malformed"),
        ("token_malformed", "token-malformed"),
        ("use_dpop_nonce", "dpop-proof-rejected"),
        ("invalid_dpop_proof", "dpop-proof-rejected"),
    ],
};
