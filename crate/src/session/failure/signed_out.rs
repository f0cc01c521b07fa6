//! What is refused because somebody has logged out, as it should be.

use super::ANSWERS;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::limits;
use crate::session::{Record, Session};

impl Session {
    /// Whether somebody logged out before, and nobody logs in since: what still asks in the background is refused as
    /// it should be.
    pub(super) fn is_signed_out(&self, at: usize, record: &Record) -> bool {
        let is_no_page = !record.facts.purpose.is_login() && record.exchange.kind != Kind::Document;
        let is_bare = record.facts.credentials.is_none() && !self.bears_carrier(record);
        let last = || self.logins_of(record.site()?).back_from(at).next().map(|(_, step)| step.facts.purpose);
        is_no_page && (is_bare && last() == Some(Purpose::SignOut) || self.clears_what_is_saved(at, record))
    }

    /// Whether a script puts a wrong name in the place of the one that the browser has saved, right after a call that ended
    /// the session: there is no other way to forget Basic credentials.
    fn clears_what_is_saved(&self, at: usize, record: &Record) -> bool {
        let Some(credentials) = record.facts.credentials.as_ref().filter(|credentials| credentials.is("basic")) else { return false };
        let others = |other: &Record| other.facts.credentials.as_ref().is_some_and(|theirs| theirs.fingerprint == credentials.fingerprint);
        let ends = |(at, other): (usize, &Record)| {
            &*other.exchange.method != "GET"
                && other.exchange.kind != Kind::Document
                && other.was_accepted()
                && (other.facts.purpose == Purpose::SignOut || self.takes_login_away(at, other))
        };
        let mut before = self.of_origin(&record.origin).back_from(at).at_most(ANSWERS, 0);
        let is_near = |other: &Record| record.exchange.started.since(other.exchange.started) <= CLEARING;
        let follows = before.by_ref().take_while(|(_, other)| is_near(other)).any(ends);
        follows && !self.of_origin(&record.origin).back_from(at).at_most(limits::LOOK_BACK, 0).any(|(_, other)| others(other))
    }
}

/// Milliseconds between a call that logs out and what clears the browser's memory after it.
const CLEARING: i64 = 3_000;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy};

    #[test]
    fn a_script_that_makes_the_browser_forget_a_password_is_refused_as_it_wants() {
        let call = |method: &str, path: &str, who: &str, answer: &str| {
            format!(
                "~ kind xhr\n> {method} https://crm.test/api/{path}\n> Authorization: Basic {who}\n> Cookie: at={{secret a 30}}\n< {answer}\n\n"
            )
        };
        let work = call("GET", "App", "YTpi", "200 OK\n< Set-Cookie: at={secret a 30}; Path=/; HttpOnly");
        let leave = call("POST", "destroy", "YTpi", "200 OK\n< Set-Cookie: at=; Max-Age=0; Path=/");
        let clear = call("GET", "", "Kipsb2dvdXQ6bG9nb3V0", "401 Unauthorized");
        is_healthy(&(work.clone() + &leave + &clear));
        // Without the call that ends the session it is a wrong name, and so it is with one that was there before.
        assert_eq!(diagnose(&(work.clone() + &clear)).failures.len(), 1);
        assert_eq!(diagnose(&(work + &leave + &call("GET", "", "YTpi", "401 Unauthorized"))).failures.len(), 1);
    }
}
