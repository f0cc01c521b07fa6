//! What is refused because somebody has logged out, as it should be.

use super::ANSWERS;
use crate::exchange::Kind;
use crate::facts::own_fields::names_a_session;
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, Reception, Record, Session};

impl Session {
    /// Whether somebody logged out before, and nobody logs in since: what still asks in the background is refused as
    /// it should be.
    pub(super) fn is_signed_out(&self, at: usize, record: &Record) -> bool {
        let purpose = record.facts.purpose;
        let brings_token = || record.facts.tokens.iter().any(|seen| seen.carrier.is_sent());
        let may_ask = !purpose.is_login() || purpose == Purpose::Refresh && !brings_token();
        let is_no_page = may_ask && record.exchange.kind != Kind::Document;
        let is_bare = self.is_stranger(record) || self.bears_what_came_after_leaving(at, record);
        let last = || self.logins_of(record.site()?).back_from(at).next().map(|(_, step)| step.facts.purpose);
        let has_left = || last() == Some(Purpose::SignOut) || self.has_ended_the_session(at, record);
        let is_led_here = || {
            let leaves = |from: usize| self.record(from).is_some_and(|from| from.facts.purpose == Purpose::SignOut);
            record.facts.purpose == Purpose::Page && self.redirected_from(at).is_some_and(leaves)
        };
        is_no_page && (is_bare && has_left() || self.clears_what_is_saved(at, record)) || is_bare && is_led_here()
    }

    /// Whether all that could carry a login was handed out since somebody logged out, by that answer itself or a later one: many
    /// begin a session for a stranger at once.
    fn bears_what_came_after_leaving(&self, at: usize, record: &Record) -> bool {
        let Some((_, left)) = record.site().and_then(|site| self.logins_of(site).back_from(at).next()) else { return false };
        let is_since = |name: &str, value: Fingerprint| {
            let sets = |(set, new): &(Box<str>, Fingerprint)| **set == *name && new.is_surely(value);
            let setter = self.setters(name).back_from(at).next().map(|(_, setter)| setter);
            setter.is_some_and(|setter| setter.facts.set_cookies.iter().any(sets) && setter.place() >= left.place())
        };
        let mut carriers = record.facts.cookies.iter().filter(|(name, _)| self.carries(record, name) > Carries::No);
        left.facts.purpose == Purpose::SignOut
            && left.was_accepted()
            && record.facts.credentials.is_none()
            && carriers.all(|(name, value)| is_since(name, *value))
    }

    /// Whether a call that a script made for nothing else ended the session, whatever its address is called: it brings
    /// nothing, succeeds, and takes the login away; and nobody logs in since.
    fn has_ended_the_session(&self, at: usize, record: &Record) -> bool {
        let is_empty = |other: &Record| other.exchange.request.body.as_ref().is_none_or(|body| body.text.trim().len() <= NOTHING);
        // What renews a session, or only asks whether it is still there, is sent time and again.
        let goes_once = |other: &Record| self.of_request(&other.exchange).take(2).count() == 1;
        let deletes = |other: &Record| {
            let is_gone = |reception: &Reception| {
                reception.outcome == Outcome::Deleted
                    && other.facts.cookie(&reception.name).is_some()
                    && self.carries(other, &reception.name) > Carries::No
            };
            other.receptions.iter().any(is_gone)
        };
        // What a program keeps itself and sends in a field of its own it forgets itself.
        let still_bears = |secret| record.facts.own_secrets().any(|own| own.is_surely(secret));
        let is_of_sessions = |other: &Record| {
            let path = other.exchange.url.path().to_ascii_lowercase();
            path.split('/').any(|part| names_a_session(part.trim_end_matches('s')))
        };
        let gives_up = |other: &Record| {
            let is_last = other.facts.own_secrets().any(|secret| !still_bears(secret));
            &*other.exchange.method == "DELETE" && is_of_sessions(other) && is_last
        };
        let ends = |(_, other): (usize, &Record)| {
            &*other.exchange.method != "GET"
                && other.exchange.kind != Kind::Document
                && other.was_accepted()
                && is_empty(other)
                && (deletes(other) || gives_up(other))
                && goes_once(other)
        };
        let login = || self.logins_of(record.site()?).back_from(at).next().map(|(_, login)| login.exchange.started);
        let since = login();
        let is_since = |other: &Record| since.is_none_or(|since| other.exchange.started > since);
        let mut before = self.of_origin(&record.origin).back_from(at).at_most(ANSWERS, 0).take_while(|(_, other)| is_since(other));
        before.any(ends)
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

/// Bytes of content that says nothing: an object or a list of nothing, a word.
const NOTHING: usize = 32;

/// Milliseconds between a call that logs out and what clears the browser's memory after it.
const CLEARING: i64 = 3_000;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy};

    #[test]
    fn who_left_by_a_call_of_any_name_is_a_stranger_again() {
        let login = "~ kind fetch\n> POST https://app.test/in\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly; Secure\n\n";
        let call = |path: &str, method: &str, cookie: &str, answer: &str| {
            format!("~ kind fetch\n> {method} https://app.test/{path}\n{cookie}< {answer}\n\n")
        };
        let bears = "> Cookie: s={secret s 40}\n";
        let work = call("list", "GET", bears, "200 OK");
        let leave = call("esci", "POST", bears, "200 OK\n< Set-Cookie: s=; Max-Age=0; HttpOnly; Secure");
        let asks = call("me", "GET", "", "401 Unauthorized\n< WWW-Authenticate: Bearer");
        is_healthy(&format!("{login}{work}{leave}{asks}"));
        let renewed = call("extend", "POST", bears, "200 OK\n< Set-Cookie: s={secret n 40}; Max-Age=900; HttpOnly; Secure");
        assert_eq!(diagnose(&format!("{login}{work}{renewed}@ 20m\n{asks}")).failures.len(), 1);
        let thrown_out = call("list?p=2", "GET", bears, "200 OK\n< Set-Cookie: s=; Max-Age=0; HttpOnly; Secure");
        assert_eq!(diagnose(&format!("{login}{work}{thrown_out}{asks}")).failures.len(), 1);
    }

    #[test]
    fn a_session_in_a_field_of_its_own_is_given_up() {
        let call = |method: &str, path: &str, secret: &str, answer: &str| {
            format!("~ kind fetch\n> {method} https://api.test/{path}\n{secret}< {answer}\n\n")
        };
        let field = "> X-Fallback: {secret f 60}\n";
        let work = call("GET", "account", field, "200 OK");
        let asks = call("GET", "account", "", "401 Unauthorized");
        is_healthy(&(work.clone() + &call("DELETE", "sessions/current", field, "204 No Content") + &asks));
        assert_eq!(diagnose(&(work.clone() + &call("DELETE", "items/7", field, "204 No Content") + &asks)).failures.len(), 1);
        assert_eq!(diagnose(&(work + &call("POST", "items", field, "201 Created") + &asks)).failures.len(), 1);
    }

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

    #[test]
    fn a_stranger_who_is_given_a_session_on_leaving_is_one() {
        let call = |method: &str, path: &str, cookie: &str, answer: &str| {
            format!("~ kind fetch\n> {method} https://api.test/{path}\n> Cookie: app_session={{secret {cookie} 60}}\n< {answer}\n\n")
        };
        let gives = |status: &str, cookie: &str| format!("{status}\n< Set-Cookie: app_session={{secret {cookie} 60}}; Path=/; HttpOnly");
        let login = format!("~ kind fetch\n> POST https://api.test/login\n>\n> user=a&password=b\n< {}\n\n", gives("200 OK", "a"));
        let work = call("GET", "me", "a", "200 OK");
        let leave = |status: &str| call("POST", "logout", "a", &gives(status, "b"));
        let before = format!("{login}{work}@ 20m\n");
        let asks = |cookie: &str| call("GET", "me", cookie, "401 Unauthorized");
        is_healthy(&format!("{before}{}{}", leave("204 No Content"), asks("b")));
        is_healthy(&format!("{before}{}{}{}", leave("204 No Content"), call("GET", "news", "b", &gives("200 OK", "c")), asks("c")));
        let fails = |after: &str| assert_eq!(diagnose(&(before.clone() + after)).failures.len(), 1, "{after}");
        // Without leaving, with the session from before, and once somebody has logged in again, it is none.
        fails(&(call("POST", "extend", "a", &gives("204 No Content", "b")) + &asks("b")));
        fails(&(leave("204 No Content") + &asks("a")));
        fails(&(leave("204 No Content") + &login.replace("secret a", "secret d") + &asks("d")));
    }
}
