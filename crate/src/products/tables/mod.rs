//! What named products say, one file each. A row is a phrase or code and the cause that it states.
//!
//! Only what a product says to browsers stands here. Codes of the protocols themselves (RFC 6749,
//! RFC 6750, SAML status codes) are decided by the causes from their structure.

mod api_gateways;
mod applications;
mod edges;
mod entra;
mod frameworks;
mod identity_providers;
mod servers;
mod services;
mod token_libraries;

use super::statement::Table;

/// Every table.
pub static ALL: &[&Table] = &[
    &entra::ENTRA,
    &identity_providers::OKTA,
    &identity_providers::AUTH0,
    &identity_providers::KEYCLOAK,
    &identity_providers::COGNITO,
    &identity_providers::GOOGLE,
    &identity_providers::FIREBASE,
    &identity_providers::ACTIVE_DIRECTORY,
    &services::GITHUB,
    &services::GITLAB,
    &services::STRIPE,
    &services::AWS,
    &api_gateways::AWS_API_GATEWAY,
    &api_gateways::AZURE_API_MANAGEMENT,
    &api_gateways::KONG,
    &api_gateways::ENVOY,
    &api_gateways::OAUTH2_PROXY,
    &frameworks::SPRING_SECURITY,
    &frameworks::ASP_NET,
    &frameworks::DJANGO,
    &frameworks::DJANGO_REST,
    &frameworks::RAILS,
    &frameworks::LARAVEL,
    &frameworks::EXPRESS,
    &token_libraries::JSONWEBTOKEN,
    &token_libraries::PYJWT,
    &token_libraries::POSTGREST,
    &token_libraries::COMMON,
    &applications::WORDPRESS,
    &applications::DRUPAL,
    &applications::COMMON,
    &servers::IIS,
    &servers::NGINX,
    &servers::APACHE,
    &servers::SQUID,
    &edges::CLOUDFLARE,
    &edges::AKAMAI,
    &edges::AWS_WAF,
    &edges::IMPERVA,
    &edges::F5,
    &edges::MOD_SECURITY,
    &edges::DATADOME,
];
