//! The causes this build knows, one file each, in a folder per family.

use crate::cause::{Cause, CauseMeta};
use crate::finding::{Certainty, Finding};
use crate::session::At;

pub mod audit;
pub mod cookies;
pub mod cors;
pub mod credentials;
pub mod digest;
pub mod iis;
pub mod network;
pub mod oauth;
pub mod redirects;
pub mod saml;
pub mod security;
pub mod server;
pub mod sessions;
pub mod tokens;
pub mod windows;

#[cfg(test)]
pub(crate) mod testing;

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

/// The finding of a cause that a product names in its own words, with what it says as its evidence.
pub(crate) fn stated(at: &At<'_>, meta: &'static CauseMeta, summary: impl Into<String>) -> Option<Finding> {
    let stated = at.stated(meta.id)?;
    let says = format!("This is how {} says so.", stated.product);
    Some(Finding::new(meta, Certainty::Stated, summary).shown(stated.at, stated.place.clone(), says))
}
