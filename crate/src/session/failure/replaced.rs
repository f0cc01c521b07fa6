//! What was refused for being over, where somebody then logs in: the login replaces it.

use super::ANSWERS;
use crate::facts::{Fingerprint, Purpose};
use crate::session::{Carries, Record, Session, of_site};

impl Session {
    /// Position of the login after a renewal that was refused, or after a token that had run out: its answer brings another,
    /// and with that somebody gets in.
    pub(super) fn is_replaced_by_login(&self, at: usize, record: &Record) -> Option<usize> {
        if record.facts.purpose != Purpose::Refresh && !record.bears_what_is_over() {
            return None;
        }
        let site = record.site()?;
        let brings = |login: &Record| login.facts.hands_out_access() || login.secrets_set().next().is_some();
        let is_login = |login: &Record| login.facts.purpose == Purpose::SignIn && login.was_accepted() && brings(login);
        let is_served = |login_at: usize, login: &Record| {
            let mut later = self.list(of_site(site.domain)).on_from(login_at).at_most(0, ANSWERS);
            later.any(|(_, later)| is_where_it_was_refused(record, login, later) && self.is_served_anew(record, login, later))
        };
        let mut logins = self.logins_of(site).on_from(at).take(ANSWERS);
        logins.find(|(login_at, login)| is_login(login) && is_served(*login_at, login)).map(|(login_at, _)| login_at)
    }

    /// Whether something is served with what a login brought, and not with what was refused.
    fn is_served_anew(&self, refused: &Record, login: &Record, later: &Record) -> bool {
        let is_brought =
            |name: &str, value: Fingerprint| login.facts.set_cookies.iter().any(|(set, new)| **set == *name && new.is_surely(value));
        let is_other = |theirs: Fingerprint| refused.facts.credentials.as_ref().is_none_or(|own| !own.fingerprint.is_surely(theirs));
        let by_token = || later.facts.credentials.as_ref().is_some_and(|theirs| is_other(theirs.fingerprint));
        let by_cookie = || {
            let mut borne = later.facts.cookies.iter();
            borne.any(|(name, value)| is_brought(name, *value) && self.carries(later, name) > Carries::No)
        };
        later.was_accepted() && matches!(later.facts.purpose, Purpose::Api | Purpose::Page) && (by_token() || by_cookie())
    }
}

/// Whether somebody who logs in works on with the application that refused them: sites have several. It is the one at the same
/// origin, the one whose page asks, or the one that sets the refused cookie anew.
fn is_where_it_was_refused(refused: &Record, login: &Record, later: &Record) -> bool {
    let is_here = [login, later].iter().any(|one| one.origin == refused.origin);
    let is_of_page = || refused.page().zip(later.page()).is_some_and(|(page, other)| page.origin() == other.origin());
    is_here || is_of_page() || login.secrets_set().any(|name| refused.facts.cookie(name).is_some())
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::diagnose;

    fn call(method: &str, path: &str, token: &str, answer: &str) -> String {
        format!("~ kind fetch\n> {method} https://notes.test/api/{path}\n{token}< {answer}\n\n")
    }

    const OLD: &str = "> Authorization: {jwt as old exp=-86400 sub=7}\n";
    const NEW: &str = "> Authorization: {new}\n";

    fn login(answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://notes.test/api/login\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< {answer}\n\n"
        )
    }

    fn goes_in() -> String {
        login("200 OK\n< Content-Type: application/json\n<\n< {\"token\":\"{jwt as new exp=3600 sub=7}\"}")
    }

    fn is_recovered(session: &str) -> bool {
        let diagnosis = diagnose(session);
        assert!(!diagnosis.failures.is_empty(), "{session}");
        diagnosis.failures.iter().all(|failure| failure.recovered_by.is_some())
    }

    #[test]
    fn a_login_replaces_the_token_that_had_run_out() {
        let served = call("GET", "notes", NEW, "200 OK");
        for refused in [call("POST", "auth-refresh", OLD, "401 Unauthorized"), call("GET", "account", OLD, "401 Unauthorized")] {
            assert!(is_recovered(&format!("{refused}{}{served}", goes_in())), "{refused}");
            // Nobody gets in, the old one is sent on, or what comes after is refused as well.
            assert!(!is_recovered(&format!("{refused}{}{served}", login("401 Unauthorized"))), "{refused}");
            assert!(!is_recovered(&format!("{refused}{}", goes_in())), "{refused}");
            assert!(!is_recovered(&format!("{refused}{}{}", goes_in(), call("GET", "notes", NEW, "401 Unauthorized"))), "{refused}");
        }
        // One that still holds was refused for something else.
        let valid = call("GET", "account", "> Authorization: {jwt exp=3600 sub=7}\n", "401 Unauthorized");
        assert!(!is_recovered(&format!("{valid}{}{served}", goes_in())));
    }

    #[test]
    fn a_login_replaces_the_session_that_could_not_be_renewed() {
        let renewal = call("POST", "token/refresh", "> Cookie: rt={secret one 40}\n", "401 Unauthorized");
        let enters = login("200 OK\n< Set-Cookie: rt={secret two 40}; Path=/; HttpOnly");
        let served = |value: &str| call("GET", "notes", &format!("> Cookie: rt={{secret {value} 40}}\n"), "200 OK");
        assert!(is_recovered(&format!("{renewal}{enters}{}", served("two"))));
        assert!(!is_recovered(&format!("{renewal}{enters}{}", served("one"))));
    }

    #[test]
    fn a_login_at_another_application_of_the_site_replaces_nothing() {
        let renewal = call("POST", "token/refresh", "> Cookie: rt={secret one 40}\n", "401 Unauthorized");
        let enters = login("200 OK\n< Set-Cookie: wiki={secret two 40}; Path=/; HttpOnly");
        let served = call("GET", "notes", "> Cookie: wiki={secret two 40}\n", "200 OK");
        let at = |host: &str, text: &str| text.replace("://notes.test", &format!("://{host}.notes.test"));
        let from = |page: &str, text: &str| {
            let (asked, answer) = text.split_once("< ").unwrap();
            let allows = format!("< Access-Control-Allow-Origin: https://{page}.notes.test\n< Access-Control-Allow-Credentials: true\n\n");
            format!("{asked}> Origin: https://{page}.notes.test\n< {}\n{allows}", answer.trim_end())
        };
        let refused = at("api", &renewal);
        let other = at("wiki", &enters) + &at("wiki", &served);
        assert!(!is_recovered(&(refused.clone() + &other)));
        assert!(!is_recovered(&(from("app", &refused) + &at("wiki", &enters) + &from("wiki", &at("wiki", &served)))));
        // The application's own login comes after that, or its page works on with another server.
        assert!(is_recovered(&(refused.clone() + &other + &at("api", &enters) + &at("api", &served))));
        assert!(is_recovered(&(refused.clone() + &at("id", &enters.replace("Path=/", "Path=/; Domain=notes.test")) + &at("api", &served))));
        assert!(is_recovered(&(from("app", &refused) + &at("id", &enters) + &from("app", &at("id", &served)))));
    }
}
