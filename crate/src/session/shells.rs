//! Pages that say nothing of who asks: documents that an origin hands to everybody, such as the shell of an application
//! whose scripts only then ask for what is somebody's own.

use super::lists::{Lists, key};
use super::{Record, Session};
use crate::exchange::Kind;
use crate::facts::statements::Subject;
use crate::facts::{Fingerprint, Purpose, leads_out, leads_to};
use crate::limits;

/// Pages of the same content that are looked at before and after one.
const SAME: usize = 16;

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    if let Some(same) = records.get(at).and_then(same_document) {
        lists.insert(same, at, records);
    }
}

/// The list of an origin's pages of the same content; `None` of what is no page, or an empty one.
fn same_document(record: &Record) -> Option<Fingerprint> {
    let text = record.exchange.response_text();
    let is_page = record.exchange.kind == Kind::Document && record.was_accepted() && !text.trim().is_empty();
    is_page.then(|| key("same document", Fingerprint::of(&record.origin).and(text.as_bytes())))
}

impl Session {
    /// Whether strangers get the very same page, or, by cookies alone, whoever asks for another one: that it was handed
    /// out then shows nobody known.
    #[must_use]
    pub fn is_page_for_all(&self, at: usize, record: &Record) -> bool {
        let is_elsewhere = |other: &Record| record.facts.credentials.is_none() && other.exchange.url.path() != record.exchange.url.path();
        let is_for_all = |other: &Record| self.is_stranger(other) || is_elsewhere(other);
        let of_same = |same| self.list(same).around(at).at_most(SAME, SAME);
        same_document(record).is_some_and(|same| of_same(same).any(|(_, other)| is_for_all(other)))
    }

    /// Whether a page leads back to where somebody has logged in before, and to nowhere where they could log out: it was made
    /// for a stranger. Where a login leads to its own address, what stands there is the account's as well.
    #[must_use]
    pub fn offers_the_login_again(&self, at: usize, record: &Record) -> bool {
        let is_of_login = |login: &&Record| login.facts.purpose == Purpose::SignIn && login.was_accepted();
        let login = || record.site().and_then(|site| self.logins_of(site).back_from(at).next()).map(|(_, login)| login).filter(is_of_login);
        let text = limits::beginning(record.exchange.response_text(), limits::STATEMENT_CONTENT);
        let leads_back = |login: &Record| {
            let entry = &login.exchange.url;
            let is_entry_alone = login.redirect_target().is_some_and(|target| target.path() != entry.path());
            is_entry_alone && entry.path() != "/" && leads_to(text, entry)
        };
        record.exchange.kind == Kind::Document && !text.is_empty() && login().is_some_and(leads_back) && !leads_out(text)
    }

    /// Whether who is refused with what a login brought them gets pages for strangers alone: what they bear was not seen.
    #[must_use]
    pub fn is_taken_for_a_stranger(&self, at: usize, record: &Record) -> bool {
        let bears_alike =
            self.accepted_with(record).around(at).at_most(SAME, SAME).filter(|(_, other)| other.bears_the_same_credentials_as(record));
        let (for_strangers, for_them): (Vec<_>, Vec<_>) = bears_alike
            .filter(|(_, other)| matches!(other.facts.purpose, Purpose::Page | Purpose::Api) && !other.shows_sign_in_form())
            .partition(|(at, other)| other.exchange.cached_on_the_way().is_some() || self.offers_the_login_again(*at, other));
        // Who is told that they may not is offered another account as well.
        let speaks_of_permission = record.facts.statements.iter().any(|statement| statement.pair.subject == Subject::Permission);
        let own = (!speaks_of_permission).then_some((at, record));
        for_them.is_empty() && for_strangers.into_iter().chain(own).any(|(at, other)| self.offers_the_login_again(at, other))
    }
}

#[cfg(test)]
mod tests {
    use crate::session::testing::session;

    fn is_for_all(others: &str) -> bool {
        let own = "~ kind document\n> GET https://app.test/orders/7\n> Cookie: sid={secret s 40}\n< 200 OK\n<\n< <div id=app></div>\n\n";
        let session = session(&(own.to_owned() + others));
        session.is_page_for_all(0, session.record(0).unwrap())
    }

    #[test]
    fn a_page_that_a_stranger_gets_or_that_stands_everywhere_shows_nobody_known() {
        let page = |path: &str, cookie: &str, text: &str| {
            format!("~ kind document\n> GET https://app.test{path}\n{cookie}< 200 OK\n<\n< {text}\n\n")
        };
        let (known, shell) = ("> Cookie: sid={secret s 40}\n", "<div id=app></div>");
        assert!(is_for_all(&page("/orders/7", "", shell)));
        assert!(is_for_all(&page("/", known, shell)));
        assert!(!is_for_all(&page("/orders/7", known, shell)));
        assert!(!is_for_all(&page("/", known, "<h1>Three orders</h1>")));
        assert!(!is_for_all(&page("/", known, shell).replace("app.test", "other.test")));
        assert!(!is_for_all(&page("/", known, shell).replace("document", "fetch")));
    }
}
