//! What is about to leave, for whoever decides whether it does.

use std::collections::BTreeMap;

use serde::Serialize;

use super::share::{Receipt, Share, headline};
use crate::redact::pseudonym::readable;
use crate::redact::{Redactor, Scope, join};
use crate::session::Session;

/// What leaves, and what stays.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Preview {
    /// The answer in one line, as it leaves.
    pub headline: String,
    /// What was removed.
    pub receipt: Receipt,
    /// The hosts of the capture, in alphabetical order.
    pub hosts: Vec<Leaving>,
    /// Its exchanges, in their order.
    pub exchanges: Vec<Leaving>,
}

/// A host or an exchange that can be left out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Leaving {
    /// What names it: the host, or the number of the exchange.
    pub name: String,
    /// What people read of it, its secrets masked.
    pub says: String,
    /// Whether it leaves.
    pub leaves: bool,
    /// Whether it carries or concerns authentication.
    pub auth: bool,
}

impl Share {
    /// What is left of `original`, and what of it could stay behind too.
    #[must_use]
    pub fn preview(&self, original: &Session, scope: &Scope) -> Preview {
        let mut redactor = Redactor::strict();
        let mut hosts: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
        let mut exchanges = Vec::with_capacity(original.records().len());
        for record in original.records() {
            let exchange = &record.exchange;
            let host = exchange.url.host_str().unwrap_or_default();
            let auth = record.concerns_authentication();
            let (count, any) = hosts.entry(host).or_default();
            *count += 1;
            *any |= auth;
            let says = format!("{} {}", exchange.method, join(&redactor.url(exchange.url.as_str())));
            exchanges.push(Leaving { name: exchange.number.to_string(), says, leaves: scope.lets_leave(exchange), auth });
        }
        let hosts = hosts.into_iter().map(|(host, (count, auth))| Leaving {
            name: host.to_owned(),
            says: count.to_string(),
            leaves: !scope.without_hosts.iter().any(|hidden| hidden == host),
            auth,
        });
        Preview { headline: readable(&headline(&self.diagnosis)), receipt: self.receipt.clone(), hosts: hosts.collect(), exchanges }
    }
}
