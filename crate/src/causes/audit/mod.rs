//! Risks that did not break this login: what is listed beside the failures.

mod auth_over_plaintext;
mod error_leaks_internals;
mod session_cookie_weak;
mod token_in_url;
mod token_lifetime_long;
mod unauthorized_cacheable;
mod weak_scheme;

#[cfg(test)]
mod testing;

use crate::cause::{Cause, CauseMeta};
use crate::finding::{Certainty, Finding};
use crate::place::Place;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &auth_over_plaintext::AuthOverPlaintext,
    &token_in_url::TokenInUrl,
    &session_cookie_weak::SessionCookieWeak,
    &token_lifetime_long::TokenLifetimeLong,
    &unauthorized_cacheable::UnauthorizedCacheable,
    &error_leaks_internals::ErrorLeaksInternals,
    &weak_scheme::WeakScheme,
];

/// Places of one risk that are shown; the others are counted.
const SHOWN: usize = 3;

/// Where one risk shows in a session.
#[derive(Default)]
struct Places {
    first: Option<String>,
    shown: Vec<(usize, Place, String)>,
    more: usize,
}

impl Places {
    /// Adds a place. `what` names, of the first one, the host, cookie or path that the summary is about.
    fn add(&mut self, at: usize, what: &str, place: Place, says: impl Into<String>) {
        self.first.get_or_insert_with(|| what.to_owned());
        if self.shown.len() < SHOWN {
            self.shown.push((at, place, says.into()));
        } else {
            self.more += 1;
        }
    }

    /// The finding, where there is any place.
    fn finding(self, meta: &'static CauseMeta, summary: impl Fn(&str) -> String) -> Option<Finding> {
        let mut summary = summary(self.first.as_deref()?);
        if self.more > 0 {
            summary = format!("{summary} {} more such places are in this capture.", self.more);
        }
        let finding = Finding::new(meta, Certainty::Proved, summary);
        Some(self.shown.into_iter().fold(finding, |finding, (at, place, says)| finding.shown(at, place, says)))
    }
}
