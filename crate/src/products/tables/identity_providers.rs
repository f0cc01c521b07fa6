//! Identity providers other than Entra. Sources: each vendor's reference of error codes or its
//! published source code, as named at each table; checked 2026-11-21.

use crate::products::statement::Table;

/// Okta API error codes, developer.okta.com/docs/reference/error-codes.
pub static OKTA: Table = Table {
    product: "Okta",
    rows: &[
        ("E0000004", "wrong-credentials"),
        ("E0000069", "account-locked"),
        ("E0000119", "account-locked"),
        ("LOCKED_OUT", "account-locked"),
        ("PASSWORD_EXPIRED", "password-expired"),
        ("MFA_REQUIRED", "mfa-required"),
        ("MFA_ENROLL", "mfa-required"),
        ("E0000068", "mfa-required"),
        ("E0000011", "token-malformed"),
        ("E0000005", "session-expired"),
        ("E0000006", "insufficient-permissions"),
        ("E0000022", "insufficient-permissions"),
        ("E0000047", "rate-limited"),
        ("E0000038", "account-disabled"),
        ("E0000015", "conditional-access-blocked"),
        ("policy evaluation failed", "conditional-access-blocked"),
        ("user is not assigned to the client application", "user-not-assigned"),
        ("user is not assigned to this application", "user-not-assigned"),
    ],
};

/// Auth0: Authentication API errors and the standard error pages, auth0.com/docs.
pub static AUTH0: Table = Table {
    product: "Auth0",
    rows: &[
        ("wrong email or password", "wrong-credentials"),
        ("wrong username or password", "wrong-credentials"),
        ("invalid_user_password", "wrong-credentials"),
        ("too_many_attempts", "account-locked"),
        ("your account has been blocked", "account-locked"),
        ("password_leaked", "password-expired"),
        ("mfa_required", "mfa-required"),
        ("mfa_registration_required", "mfa-required"),
        ("user is blocked", "account-disabled"),
        ("callback URL mismatch", "oauth-redirect-uri-mismatch"),
        ("is not in the list of allowed callback URLs", "oauth-redirect-uri-mismatch"),
        ("invalid_signup", "wrong-credentials"),
        ("unauthorized_client", "oauth-invalid-client"),
        ("service not found", "oauth-invalid-request"),
    ],
};

/// Keycloak: messages_en.properties of its login theme and its OAuth error texts.
pub static KEYCLOAK: Table = Table {
    product: "Keycloak",
    rows: &[
        ("invalid user credentials", "wrong-credentials"),
        ("account disabled", "account-disabled"),
        ("account is disabled, contact your administrator", "account-disabled"),
        ("account is temporarily disabled", "account-locked"),
        ("account is not fully set up", "password-expired"),
        ("invalid parameter: redirect_uri", "oauth-redirect-uri-mismatch"),
        ("invalid redirect uri", "oauth-redirect-uri-mismatch"),
        ("incorrect redirect_uri", "oauth-redirect-uri-mismatch"),
        ("invalid client or invalid client credentials", "oauth-invalid-client"),
        ("invalid client secret", "oauth-invalid-client"),
        ("client not found", "oauth-invalid-client"),
        ("code not valid", "oauth-code-rejected"),
        ("PKCE verification failed", "oauth-code-rejected"),
        ("token is not active", "token-revoked"),
        ("session not active", "token-revoked"),
        ("invalid scopes", "oauth-invalid-scope"),
        ("your login attempt timed out", "session-expired"),
        ("cookie not found", "oauth-state-mismatch"),
        ("we are sorry... invalid requester", "saml-unsigned"),
    ],
};

/// Amazon Cognito: exceptions of its API and texts of its hosted pages, docs.aws.amazon.com.
pub static COGNITO: Table = Table {
    product: "Amazon Cognito",
    rows: &[
        ("NotAuthorizedException", "wrong-credentials"),
        ("UserNotFoundException", "wrong-credentials"),
        ("UserNotConfirmedException", "account-disabled"),
        ("PasswordResetRequiredException", "password-expired"),
        ("NEW_PASSWORD_REQUIRED", "password-expired"),
        ("SMS_MFA", "mfa-required"),
        ("SOFTWARE_TOKEN_MFA", "mfa-required"),
        ("TooManyFailedAttemptsException", "account-locked"),
        ("TooManyRequestsException", "rate-limited"),
        ("access token has been revoked", "token-revoked"),
        ("access token has expired", "token-expired"),
        ("refresh token has expired", "token-revoked"),
        ("refresh token has been revoked", "token-revoked"),
        ("redirect_mismatch", "oauth-redirect-uri-mismatch"),
        ("PostAuthentication failed", "auth-backend-unavailable"),
    ],
};

/// Google: OAuth errors and google.rpc.ErrorInfo reasons, developers.google.com and cloud.google.com.
pub static GOOGLE: Table = Table {
    product: "Google",
    rows: &[
        ("redirect_uri_mismatch", "oauth-redirect-uri-mismatch"),
        ("origin_mismatch", "oauth-redirect-uri-mismatch"),
        ("admin_policy_enforced", "conditional-access-blocked"),
        ("org_internal", "wrong-tenant"),
        ("disallowed_useragent", "conditional-access-blocked"),
        ("deleted_client", "oauth-invalid-client"),
        ("API_KEY_INVALID", "api-key-invalid"),
        ("API key not valid", "api-key-invalid"),
        ("API_KEY_SERVICE_BLOCKED", "api-key-invalid"),
        ("API_KEY_HTTP_REFERRER_BLOCKED", "api-key-invalid"),
        ("API_KEY_IP_ADDRESS_BLOCKED", "api-key-invalid"),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient-scope"),
        ("ACCESS_TOKEN_EXPIRED", "token-expired"),
        ("ACCESS_TOKEN_TYPE_UNSUPPORTED", "wrong-token-type"),
        ("CREDENTIALS_MISSING", "missing-credentials"),
        ("request is missing a valid API key", "api-key-missing"),
        ("method doesn't allow unregistered callers", "api-key-missing"),
        ("invalid_rapt", "mfa-required"),
        ("ACCOUNT_STATE_INVALID", "account-disabled"),
        ("SESSION_COOKIE_EXPIRED", "session-expired"),
        ("token has been expired or revoked", "token-revoked"),
    ],
};

/// Firebase Authentication REST API, firebase.google.com/docs/reference/rest/auth.
pub static FIREBASE: Table = Table {
    product: "Firebase Authentication",
    rows: &[
        ("INVALID_LOGIN_CREDENTIALS", "wrong-credentials"),
        ("EMAIL_NOT_FOUND", "wrong-credentials"),
        ("INVALID_PASSWORD", "wrong-credentials"),
        ("USER_DISABLED", "account-disabled"),
        ("TOO_MANY_ATTEMPTS_TRY_LATER", "account-locked"),
        ("TOKEN_EXPIRED", "token-expired"),
        ("INVALID_REFRESH_TOKEN", "token-revoked"),
    ],
};

/// Active Directory's data codes in an LDAP error, as applications pass them on ("AcceptSecurityContext
/// error, data 532"). Microsoft Learn, "Common Active Directory bind errors".
pub static ACTIVE_DIRECTORY: Table = Table {
    product: "Active Directory",
    rows: &[
        ("error, data 525", "wrong-credentials"),
        ("error, data 52e", "wrong-credentials"),
        ("error, data 530", "conditional-access-blocked"),
        ("error, data 531", "conditional-access-blocked"),
        ("error, data 532", "password-expired"),
        ("error, data 533", "account-disabled"),
        ("error, data 701", "account-disabled"),
        ("error, data 773", "password-expired"),
        ("error, data 775", "account-locked"),
    ],
};
