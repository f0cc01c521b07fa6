//! The way between browser and server.

mod blocked_by_client;
mod captive_portal;
mod client_certificate_required;
mod connection_failed;
mod host_changed;
mod mixed_content_blocked;
mod name_not_resolved;
mod proxy_authentication_required;
mod service_worker_interference;
mod tls_failure;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &captive_portal::CaptivePortal,
    &service_worker_interference::ServiceWorkerInterference,
    &host_changed::HostChanged,
    &client_certificate_required::ClientCertificateRequired,
    &mixed_content_blocked::MixedContentBlocked,
    &blocked_by_client::BlockedByClient,
    &name_not_resolved::NameNotResolved,
    &tls_failure::TlsFailure,
    &proxy_authentication_required::ProxyAuthenticationRequired,
    &connection_failed::ConnectionFailed,
];
