//! How the server says no.

super::family! {
    proxy_unaware_application::ProxyUnawareApplication,
    cached_unauthorized::CachedUnauthorized,
    auth_backend_unavailable::AuthBackendUnavailable,
    directory_protection_broken::DirectoryProtectionBroken,
    authorization_stripped::AuthorizationStripped,
    conflicting_authentication::ConflictingAuthentication,
    inconsistent_authentication::InconsistentAuthentication,
    unauthenticated_as_403::UnauthenticatedAs403,
    permission_denied_as_401::PermissionDeniedAs401,
    challenge_malformed::ChallengeMalformed,
    unexplained_refusal::UnexplainedRefusal,
    insufficient_permissions::InsufficientPermissions,
    challenge_missing::ChallengeMissing,
}
