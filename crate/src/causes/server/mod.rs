//! How the server says no.

mod answered_by_another_gateway;
mod auth_backend_unavailable;
mod authorization_stripped;
mod cached_unauthorized;
mod challenge_malformed;
mod challenge_missing;
mod conflicting_authentication;
mod directory_protection_broken;
mod inconsistent_authentication;
mod insufficient_permissions;
mod login_answer_in_success;
mod permission_denied_as_401;
mod proxy_unaware_application;
mod request_content_too_large;
mod response_header_too_large;
mod unauthenticated_as_403;
mod unexplained_refusal;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &proxy_unaware_application::ProxyUnawareApplication,
    &cached_unauthorized::CachedUnauthorized,
    &directory_protection_broken::DirectoryProtectionBroken,
    &auth_backend_unavailable::AuthBackendUnavailable,
    &authorization_stripped::AuthorizationStripped,
    &conflicting_authentication::ConflictingAuthentication,
    &inconsistent_authentication::InconsistentAuthentication,
    &unauthenticated_as_403::UnauthenticatedAs403,
    &permission_denied_as_401::PermissionDeniedAs401,
    &challenge_malformed::ChallengeMalformed,
    &unexplained_refusal::UnexplainedRefusal,
    &insufficient_permissions::InsufficientPermissions,
    &challenge_missing::ChallengeMissing,
    &answered_by_another_gateway::AnsweredByAnotherGateway,
    &login_answer_in_success::LoginAnswerInSuccess,
    &request_content_too_large::RequestContentTooLarge,
    &response_header_too_large::ResponseHeaderTooLarge,
];
