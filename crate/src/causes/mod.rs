//! The causes this build knows, one file each, in a folder per family.

use crate::cause::{Case, CauseMeta};
use crate::finding::{Certainty, Finding};

pub mod audit;
pub mod catalogue;
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

/// Milliseconds in which no page of a login grows old.
pub(crate) const NO_AGE: i64 = 2_000;

/// The finding of a cause that a product names in its own words, with what it says as its evidence.
pub(crate) fn stated(case: &Case<'_>, meta: &'static CauseMeta, summary: impl Into<String>) -> Option<Finding> {
    let stated = case.stated(meta.id)?;
    let says = format!("This is how {} says so.", stated.product);
    let certainty = if stated.in_words { Certainty::Likely } else { Certainty::Stated };
    Some(Finding::new(meta, certainty, summary).said().shown(stated.at, stated.place.clone(), says))
}
