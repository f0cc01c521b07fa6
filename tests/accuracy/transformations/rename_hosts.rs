//! Other hosts, with the same relations of site and origin.

use std::collections::{BTreeMap, BTreeSet};

use url::{Host, Url};
use why401::exchange::Exchange;
use why401::site::registrable_domain;

use super::neutral::Names;
use super::text;
use super::{each, opaque};
use crate::cases::Case;

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let hidden = opaque::texts(&case.exchanges);
    let mut domains: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for url in case.exchanges.iter().flat_map(|exchange| std::iter::once(exchange.url.clone()).chain(exchange.redirect_target())) {
        if let Some((domain, host)) = domain_of(&url) {
            domains.entry(domain).or_default().insert(host);
        }
    }
    // One host inside a token holds its whole site where it is.
    domains.retain(|domain, _| !hidden.iter().any(|text| text.contains(domain.as_str())));
    let mut names = Names::default();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for (domain, hosts) in domains {
        let (label, suffix) = domain.split_once('.').unwrap_or((&domain, ""));
        let new = format!("{}.{suffix}", names.of(label));
        for host in hosts {
            let below = host.strip_suffix(domain.as_str()).unwrap_or_default();
            // `www` is a convention of its own.
            let below = if below == "www." { below.to_owned() } else { names.of(below) };
            renamed.insert(host, format!("{below}{new}"));
        }
        renamed.insert(domain, new);
    }
    each(case, |exchange| text::rewrite(exchange, |_, old| in_text(old, &renamed)))
}

/// The registrable domain of a named host, and the host.
fn domain_of(url: &Url) -> Option<(String, String)> {
    let Some(Host::Domain(host)) = url.host() else { return None };
    let domain = registrable_domain(host)?.to_owned();
    domain.contains('.').then(|| (domain, host.to_owned()))
}

fn in_text(old: &str, renamed: &BTreeMap<String, String>) -> String {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    text::words(old, is_host, |before, word, _| {
        // In an escaped address `%2F` stands before the host.
        let (escaped, host) = match word.get(..2) {
            Some("2F" | "2f" | "40") if before.ends_with('%') => word.split_at(2),
            _ => ("", word),
        };
        let dots = host.len() - host.trim_start_matches('.').len();
        let new = renamed.get(&host[dots..])?;
        Some(format!("{escaped}{}{new}", &host[..dots]))
    })
}
