//! The list of all causes.

use super::{audit, cookies, cors, credentials, digest, iis, network, oauth, redirects, saml, security, server, sessions, tokens, windows};
use crate::cause::Cause;

/// Every cause. Between findings that are equally sure the earlier one is the root, so families
/// whose evidence is more specific stand first.
pub fn all() -> impl Iterator<Item = &'static dyn Cause> {
    [
        network::CAUSES,
        security::CAUSES,
        iis::CAUSES,
        cors::CAUSES,
        cookies::CAUSES,
        sessions::CAUSES,
        oauth::CAUSES,
        saml::CAUSES,
        tokens::CAUSES,
        windows::CAUSES,
        digest::CAUSES,
        credentials::CAUSES,
        server::CAUSES,
        redirects::CAUSES,
        audit::CAUSES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The cause of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Cause> {
    all().find(|cause| cause.meta().id == id)
}

/// Titles, remedies and references of all causes, which each cause's file declares.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn advice() -> String {
    all().map(|cause| cause.meta().advice().text()).collect()
}
