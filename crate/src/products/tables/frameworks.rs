//! Web frameworks. Sources: each framework's published source code; checked 2026-11-21.

use crate::products::statement::Table;

/// Spring Security: its exceptions' messages and resource server errors, github.com/spring-projects/spring-security.
pub static SPRING_SECURITY: Table = Table {
    product: "Spring Security",
    rows: &[
        ("found multiple bearer tokens in the request", "multiple-credentials"),
        ("bearer token is malformed", "token-malformed"),
        ("Jwt expired at", "token-expired"),
        ("Jwt used before", "token-not-yet-valid"),
        ("the aud claim is not valid", "token-wrong-audience"),
        ("the iss claim is not valid", "token-wrong-issuer"),
        ("signed JWT rejected", "token-signature-invalid"),
        ("couldn't retrieve remote JWK set", "auth-backend-unavailable"),
        ("could not verify the provided CSRF token because no token was found to compare", "csrf-rejected"),
        ("could not verify the provided CSRF token because your session was not found", "csrf-rejected"),
        ("invalid CSRF token", "csrf-rejected"),
        ("user account is locked", "account-locked"),
        ("user is disabled", "account-disabled"),
        ("user account has expired", "account-disabled"),
        ("user credentials have expired", "password-expired"),
        ("this session has been expired", "session-expired"),
        ("full authentication is required to access this resource", "missing-credentials"),
        ("authorization_request_not_found", "oauth-state-mismatch"),
        ("invalid_state_parameter", "oauth-state-mismatch"),
        ("invalid_nonce", "oauth-nonce-mismatch"),
        ("invalid_in_response_to", "saml-in-response-to-mismatch"),
        ("invalid_destination", "saml-destination-mismatch"),
    ],
};

/// ASP.NET Core and its Microsoft.IdentityModel libraries, github.com/dotnet/aspnetcore and AzureAD.
pub static ASP_NET: Table = Table {
    product: "ASP.NET Core",
    rows: &[
        ("the token is expired", "token-expired"),
        ("the token expired at", "token-expired"),
        ("the token is not valid before", "token-not-yet-valid"),
        ("the token is not valid yet", "token-not-yet-valid"),
        ("the audience is invalid", "token-wrong-audience"),
        ("the audience is empty", "token-wrong-audience"),
        ("the issuer is invalid", "token-wrong-issuer"),
        ("the signature key was not found", "token-signature-invalid"),
        ("the signature is invalid", "token-signature-invalid"),
        ("the token has no expiration", "token-malformed"),
        ("correlation failed", "oauth-state-mismatch"),
        ("unable to unprotect the message.State", "oauth-state-mismatch"),
        ("the antiforgery token could not be decrypted", "csrf-rejected"),
        ("the required antiforgery cookie", "csrf-rejected"),
        ("the required antiforgery form field", "csrf-rejected"),
        ("the provided anti-forgery token was meant for a different claims-based user", "csrf-rejected"),
    ],
};

/// Django: django/middleware/csrf.py and contrib.auth.
pub static DJANGO: Table = Table {
    product: "Django",
    rows: &[
        ("CSRF verification failed. Request aborted", "csrf-rejected"),
        ("CSRF cookie not set", "csrf-rejected"),
        ("CSRF token missing", "csrf-rejected"),
        ("CSRF token from", "csrf-rejected"),
        ("referer checking failed", "csrf-rejected"),
        ("origin checking failed", "csrf-rejected"),
        ("please enter a correct", "wrong-credentials"),
        ("this account is inactive", "account-disabled"),
    ],
};

/// Django REST framework and simplejwt: rest_framework/exceptions.py, authentication.py.
pub static DJANGO_REST: Table = Table {
    product: "Django REST framework",
    rows: &[
        ("authentication credentials were not provided", "missing-credentials"),
        ("CSRF Failed", "csrf-rejected"),
        ("token is blacklisted", "token-revoked"),
        ("token has wrong type", "wrong-token-type"),
        ("no active account found with the given credentials", "wrong-credentials"),
        ("user inactive or deleted", "account-disabled"),
        ("user is inactive", "account-disabled"),
        ("invalid username/password", "wrong-credentials"),
        ("invalid token header. No credentials provided", "malformed-authorization"),
        ("you do not have permission to perform this action", "insufficient-permissions"),
        ("request was throttled", "rate-limited"),
    ],
};

/// Ruby on Rails and Devise: actionpack, devise.en.yml.
pub static RAILS: Table = Table {
    product: "Ruby on Rails",
    rows: &[
        ("InvalidAuthenticityToken", "csrf-rejected"),
        ("can't verify CSRF token authenticity", "csrf-rejected"),
        ("didn't match request.base_url", "csrf-rejected"),
        ("the change you wanted was rejected", "csrf-rejected"),
        ("invalid email or password", "wrong-credentials"),
        ("your account is locked", "account-locked"),
        ("you have one more attempt before your account is locked", "wrong-credentials"),
        ("your session expired. Please sign in again", "session-expired"),
        ("you have to confirm your email address before continuing", "account-disabled"),
        ("your account is not activated yet", "account-disabled"),
    ],
};

/// Laravel: its exceptions and lang/en/auth.php.
pub static LARAVEL: Table = Table {
    product: "Laravel",
    rows: &[
        ("CSRF token mismatch", "csrf-rejected"),
        ("page expired", "csrf-rejected"),
        ("these credentials do not match our records", "wrong-credentials"),
        ("too many login attempts", "rate-limited"),
        ("too many attempts", "rate-limited"),
        ("your email address is not verified", "account-disabled"),
        ("this action is unauthorized", "insufficient-permissions"),
    ],
};

/// Express middlewares: csurf, csrf-csrf, lusca, express-jwt, passport.
pub static EXPRESS: Table = Table {
    product: "Express",
    rows: &[
        ("EBADCSRFTOKEN", "csrf-rejected"),
        ("invalid csrf token", "csrf-rejected"),
        ("misconfigured csrf", "csrf-rejected"),
        ("CSRF token missing", "csrf-rejected"),
        ("credentials_required", "missing-credentials"),
        ("no authorization token was found", "missing-credentials"),
        ("credentials_bad_scheme", "wrong-scheme"),
        ("format is Authorization: Bearer [token]", "malformed-authorization"),
        ("unable to verify authorization request state", "oauth-state-mismatch"),
    ],
};
