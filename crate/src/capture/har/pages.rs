//! The pages that entries belong to, by `pageref`.

use std::collections::HashMap;

use crate::exchange::{Exchange, Kind};

/// The address of each page of the file, as far as it was read.
#[derive(Default)]
pub(super) struct Pages(HashMap<Box<str>, Box<str>>);

impl Pages {
    /// Notes the page that an exchange shows. What a script of a page asked for and a browser never sent has no field
    /// that names the page, and Firefox names no initiator: it gets that of its page.
    pub(super) fn take(&mut self, page: &str, exchange: &mut Exchange) {
        if page.is_empty() {
            return;
        }
        if exchange.kind == Kind::Document && exchange.status() == 200 {
            self.0.insert(page.into(), exchange.url.as_str().into());
        } else if exchange.kind.is_by_script() && exchange.status() == 0 && exchange.page().is_none() {
            exchange.initiator = self.0.get(page).cloned();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::capture::har::Reader;

    #[test]
    fn what_was_never_sent_belongs_to_its_page() {
        let entry = |page: &str, kind: &str, url: &str, status: u16| {
            format!(
                r#"{{"startedDateTime":"2026-01-01T00:00:00Z","pageref":"{page}","_resourceType":"{kind}","request":{{"method":"GET","url":"{url}","headers":[]}},"response":{{"status":{status},"headers":[]}}}}"#
            )
        };
        let entries = [
            entry("page_1", "document", "https://app.test/in", 200),
            entry("page_1", "fetch", "http://api.test/login", 0),
            entry("page_1", "fetch", "https://app.test/me", 200),
            entry("page_2", "fetch", "http://api.test/login", 0),
        ];
        let mut exchanges = Vec::new();
        let mut reader = Reader::default();
        reader.feed(format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(",")).as_bytes(), &mut exchanges);
        let pages: Vec<_> = exchanges.iter().map(|exchange| exchange.initiator.as_deref()).collect();
        assert_eq!(pages, [None, Some("https://app.test/in"), None, None]);
    }
}
