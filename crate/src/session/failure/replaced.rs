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
        let (login_at, login) = self.logins_of(site).on_from(at).take(ANSWERS).find(|(_, login)| is_login(login))?;
        let is_brought =
            |name: &str, value: Fingerprint| login.facts.set_cookies.iter().any(|(set, new)| **set == *name && new.is_surely(value));
        let is_used = |later: &Record| {
            let is_other = |theirs: Fingerprint| record.facts.credentials.as_ref().is_none_or(|own| !own.fingerprint.is_surely(theirs));
            let by_token = || later.facts.credentials.as_ref().is_some_and(|theirs| is_other(theirs.fingerprint));
            let by_cookie = || {
                let mut borne = later.facts.cookies.iter();
                borne.any(|(name, value)| is_brought(name, *value) && self.carries(later, name) > Carries::No)
            };
            later.was_accepted() && matches!(later.facts.purpose, Purpose::Api | Purpose::Page) && (by_token() || by_cookie())
        };
        let mut later = self.list(of_site(site.domain)).on_from(login_at).at_most(0, ANSWERS);
        later.any(|(_, later)| is_used(later)).then_some(login_at)
    }
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
}
