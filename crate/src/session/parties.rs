//! Which sites take part in a login, so that what other parties are refused meanwhile is no failed login:
//! a tracker's beacon, a widget that asks for a session of its own.

use super::lists::{Lists, key};
use super::{Record, Session};
use crate::exchange::Kind;
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::site::Site;

/// Notes the sites to which somebody logs in or bears a login.
pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some((record, site)) = records.get(at).and_then(|record| Some((record, record.site()?))) else { return };
    if concerns_login(record) {
        lists.insert_first(party(site), at, records);
    } else if !record.facts.challenges.is_empty() {
        lists.insert_first(challenging(site), at, records);
    }
}

fn party(site: Site<'_>) -> Fingerprint {
    key("party", Fingerprint::of(site.domain))
}

fn challenging(site: Site<'_>) -> Fingerprint {
    key("challenging", Fingerprint::of(site.domain))
}

fn concerns_login(record: &Record) -> bool {
    let facts = &record.facts;
    let asks_for_authorization =
        || record.exchange.sent("access-control-request-headers").is_some_and(|names| names.to_ascii_lowercase().contains("authorization"));
    facts.credentials.is_some()
        || facts.purpose.is_login()
        || facts.purpose == Purpose::Authorize
        || record.shows_sign_in_form()
        || asks_for_authorization()
}

impl Session {
    /// Whether a request that a page sent to another site, without any credentials, went to a party that has no
    /// part in the login while the page's own site has one.
    pub(super) fn is_of_a_bystander(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        if exchange.kind == Kind::Document || record.facts.bears_credentials() || self.left_authorization_behind(at).is_some() {
            return false;
        }
        if self.is_asked_by_a_login(at, record) {
            return false;
        }
        let sites = record.page_site().zip(record.site());
        let takes_part = |site| self.list(party(site)).next().is_some();
        sites.is_some_and(|(page, target)| {
            let challenges = self.list(challenging(target)).next().is_some();
            !page.is_schemelessly_same(target)
                && takes_part(page)
                && !takes_part(target)
                && (!challenges || self.is_refused_whoever_asks(page, record))
        })
    }

    /// Whether the same is refused before somebody logs in at a page's site and after: what challenges there may be
    /// what the login is for, or a party that the page asks in any case.
    fn is_refused_whoever_asks(&self, page: Site<'_>, record: &Record) -> bool {
        let is_login = |record: &Record| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) && record.was_accepted();
        let Some((login, _)) = self.logins_of(page).take(limits::LOOK_BACK).find(|(_, record)| is_login(record)) else { return false };
        let is_refused = |(_, other): (usize, &Record)| other.exchange.status() == record.exchange.status();
        let same = || self.of_request(&record.exchange);
        same().back_from(login).next().is_some_and(is_refused) && same().on_from(login).next().is_some_and(is_refused)
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, reports};

    const LOGIN: &str = "> POST https://news.test/login\n>\n> user=a&password=b\n< 303 See Other\n< Location: /\n< Set-Cookie: sid=1\n\n";

    fn call(more: &str) -> String {
        format!(
            "{LOGIN}~ kind fetch\n> GET https://chat.test/session\n> Origin: https://news.test\n{more}< 401 Unauthorized\n< Access-Control-Allow-Origin: https://news.test\n"
        )
    }

    #[test]
    fn a_party_that_refuses_whoever_asks_is_none_even_if_it_challenges() {
        let banner = "~ kind fetch\n> GET https://portal.test/banner\n> Origin: https://news.test\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n< Access-Control-Allow-Origin: *\n\n";
        is_healthy(&(banner.to_owned() + LOGIN + banner));
        // What is asked for only once somebody is known may well want that login.
        reports("missing-credentials", &(LOGIN.to_owned() + banner));
    }

    #[test]
    fn what_other_parties_are_refused_is_no_failed_login() {
        is_healthy(&call(""));
        reports("challenge-missing", &call("> Authorization: Bearer {secret t 30}\n"));
        reports("missing-credentials", &call("").replace(LOGIN, ""));
    }
}
