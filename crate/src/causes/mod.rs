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

/// What stands in the error pages that web servers bring along: Apache httpd and nginx.
const STOCK_PAGES: [&str; 3] =
    ["<title>403 Forbidden</title>", "<title>406 Not Acceptable</title>", "<title>501 Method Not Implemented</title>"];

/// How the servers that have these pages name themselves.
const STOCK_SERVERS: [&str; 2] = ["Apache", "nginx"];

/// Whether the answer is the web server's own error page, by what the page calls that server.
pub(crate) fn is_stock_page(case: &Case<'_>) -> bool {
    let server = case.exchange().received("server").unwrap_or_default();
    let text = case.exchange().response_text();
    // An application's own page has more to it than a heading and a line.
    let is_made = ["<form", "<div", "<script"].iter().any(|tag| text.contains(tag));
    let is_known =
        !is_made && STOCK_SERVERS.iter().any(|name| server.starts_with(name)) && STOCK_PAGES.iter().any(|page| text.contains(page));
    // The page may name more or less of it than the field does.
    let product = server.split(['/', ' ']).next().unwrap_or_default();
    let is_signed = || text.contains(&format!("<center>{server}</center>")) || text.contains(&format!("<address>{product}"));
    let signs = || matches!(case.exchange().status(), 403 | 406) && !product.is_empty() && is_signed();
    // The page's own sentence speaks of permissions.
    (is_known || signs()) && case.statements.iter().all(|stated| stated.cause == "insufficient-permissions")
}
