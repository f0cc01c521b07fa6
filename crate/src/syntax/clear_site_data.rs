//! `Clear-Site-Data`: which of a site's data a response asks the browser to delete, as logouts do.
//!
//! Sources: Clear Site Data (W3C) 3.1; Chromium's `clear_site_data_handler.cc` for the types that
//! only it knows; both read on 2026-11-21.

use super::list::elements;
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// A type without its quotation marks, for which browsers pass it over.
pub static NOT_QUOTED: Rule = Rule { id: "clear-site-data-not-quoted" };

/// A type that no browser knows.
pub static UNKNOWN_TYPE: Rule = Rule { id: "clear-site-data-unknown-type" };

/// What is to be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClearSiteData {
    /// The cookies of the whole registrable domain, and stored names and passwords of HTTP authentication.
    pub cookies: bool,
    /// The origin's storage: `localStorage`, IndexedDB, service workers.
    pub storage: bool,
    /// What the browser's caches hold of the origin.
    pub cache: bool,
    /// The origin's pages, which are loaded anew.
    pub execution_contexts: bool,
    /// The client hints that the origin asked for.
    pub client_hints: bool,
}

/// Reads the field. Only over a trustworthy connection do browsers heed it.
#[must_use]
pub fn parse(field_value: &str) -> Parsed<ClearSiteData> {
    let mut value = ClearSiteData::default();
    let mut violations = Vec::new();
    for (at, element) in elements(field_value).take(limits::LIST_ELEMENTS) {
        let quoted = element.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match quoted {
            Some("cookies") => value.cookies = true,
            Some("storage") => value.storage = true,
            Some("cache") => value.cache = true,
            Some("executionContexts") => value.execution_contexts = true,
            Some("clientHints") => value.client_hints = true,
            Some("*") => {
                value = ClearSiteData { cookies: true, storage: true, cache: true, execution_contexts: true, client_hints: true };
            }
            // Caches of their own for pages that are loaded ahead.
            Some("prefetchCache" | "prerenderCache") => {}
            Some(_) => violations.push(SyntaxViolation { at, rule: &UNKNOWN_TYPE }),
            None if element.is_empty() => {}
            None => violations.push(SyntaxViolation { at, rule: &NOT_QUOTED }),
        }
    }
    Parsed { value, violations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_examples_of_the_specification() {
        // Clear Site Data 1.1 and 3.1.
        let parsed = parse("\"cookies\", \"storage\", \"executionContexts\"");
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value, ClearSiteData { cookies: true, storage: true, execution_contexts: true, ..ClearSiteData::default() });
        let all = parse("\"*\"").value;
        assert!(all.cookies && all.storage && all.cache && all.client_hints);
    }

    #[test]
    fn names_what_browsers_pass_over() {
        let parsed = parse("cookies, \"cash\", \"cache\"");
        let rules: Vec<_> = parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect();
        assert_eq!(rules, [(0, "clear-site-data-not-quoted"), (9, "clear-site-data-unknown-type")]);
        assert_eq!(parsed.value, ClearSiteData { cache: true, ..ClearSiteData::default() });
    }
}
