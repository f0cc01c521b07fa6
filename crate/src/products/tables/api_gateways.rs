//! Gateways in front of APIs. Sources: each product's documentation or published source code; checked 2026-11-21.

use crate::products::statement::Table;

/// Amazon API Gateway: gateway responses, docs.aws.amazon.com.
pub static AWS_API_GATEWAY: Table = Table {
    product: "Amazon API Gateway",
    rows: &[
        ("missing authentication token", "wrong-url"),
        ("the incoming token has expired", "token-expired"),
        ("user is not authorized to access this resource", "insufficient-permissions"),
        ("authorizer configuration error", "auth-backend-unavailable"),
        ("AuthorizerConfigurationException", "auth-backend-unavailable"),
        ("AuthorizerFailureException", "auth-backend-unavailable"),
        ("not a valid key=value pair (missing equal-sign) in Authorization header", "wrong-scheme"),
        ("Authorization header requires 'Credential' parameter", "wrong-scheme"),
    ],
};

/// Azure API Management: the subscription-key check, learn.microsoft.com.
pub static AZURE_API_MANAGEMENT: Table = Table {
    product: "Azure API Management",
    rows: &[
        ("access denied due to missing subscription key", "api-key-missing"),
        ("access denied due to invalid subscription key", "api-key-invalid"),
    ],
};

/// Kong: the messages of its authentication plugins, github.com/Kong/kong.
pub static KONG: Table = Table {
    product: "Kong",
    rows: &[
        ("no API key found in request", "api-key-missing"),
        ("duplicate API key found", "multiple-credentials"),
        ("no credentials found for given 'iss'", "token-wrong-issuer"),
        ("invalid algorithm", "token-signature-invalid"),
        ("you cannot consume this service", "insufficient-permissions"),
        ("your IP address is not allowed", "ip-denied"),
    ],
};

/// Envoy and Istio: jwt_verify_lib's status strings and the RBAC filter, github.com/envoyproxy/envoy.
pub static ENVOY: Table = Table {
    product: "Envoy",
    rows: &[
        ("Jwt is missing", "missing-credentials"),
        ("Jwt is expired", "token-expired"),
        ("Jwt not yet valid", "token-not-yet-valid"),
        ("Jwt issuer is not configured", "token-wrong-issuer"),
        ("Audiences in Jwt are not allowed", "token-wrong-audience"),
        ("Jwt verification fails", "token-signature-invalid"),
        ("Jwks doesn't have key to match kid or alg from Jwt", "token-signature-invalid"),
        ("Jwks remote fetch is failed", "auth-backend-unavailable"),
        ("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections", "token-malformed"),
        ("Jwt header is an invalid Base64url encoded", "token-malformed"),
        ("Jwt payload is an invalid Base64url encoded", "token-malformed"),
        ("found multiple Jwt tokens", "multiple-credentials"),
        ("RBAC: access denied", "insufficient-permissions"),
        ("OAuth flow failed", "oauth-state-mismatch"),
    ],
};

/// oauth2-proxy: its error pages, github.com/oauth2-proxy/oauth2-proxy.
pub static OAUTH2_PROXY: Table = Table {
    product: "oauth2-proxy",
    rows: &[
        ("unable to find a valid CSRF token", "oauth-state-mismatch"),
        ("CSRF token mismatch, potential attack", "oauth-state-mismatch"),
        ("Invalid session: unauthorized", "user-not-assigned"),
        ("the upstream identity provider returned an error", "provider-error-swallowed"),
    ],
};
