//! What a refusal leaves undone: the refusals, and the ways to log in once more, that would not be without it.

use url::Url;

use super::bounced::WAKE;
use crate::exchange::Kind;
use crate::facts::statements::Statement;
use crate::facts::{Credentials, Purpose};
use crate::session::{Record, Session};

/// Milliseconds in which pages ask for what a refused login left undone.
pub(super) const AFTER_REFUSAL: i64 = 10_000;

impl Session {
    /// The refusals after one whose answer took the cookie of the login away, or after a login or a renewal that was
    /// refused: they would not be without it.
    pub(super) fn in_the_wake_of(&self, at: usize, record: &Record) -> Vec<usize> {
        let is_error = record.exchange.status() >= 400 || record.facts.outcome.is_error;
        let takes_login_away = is_error && self.takes_login_away(at, record);
        let is_refused_login = matches!(record.facts.purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback);
        if !takes_login_away && !is_refused_login {
            return self.way_back_to_the_provider(at, record).into_iter().collect();
        }
        // A code is redeemed at the provider, for the page that asks.
        let page = record.page().filter(|_| record.facts.purpose == Purpose::Token).map(|page| page.origin().ascii_serialization());
        let later = self.of_origin(page.as_deref().unwrap_or(&record.origin)).on_from(at).at_most(0, WAKE);
        let same_login = later.take_while(|(_, later)| !matches!(later.facts.purpose, Purpose::SignIn | Purpose::Callback));
        // What stopped a form lets its page through afterwards, without what was typed.
        let stops = record.checks_for_humans();
        // Who is known all the same may lack a permission.
        let is_renewal = record.facts.purpose == Purpose::Refresh && !takes_login_away;
        let is_refused = |later: &Record| {
            // What the login itself bears is the application's own key, and nobody's.
            let is_own_key = |theirs: &Credentials| {
                record.facts.credentials.as_ref().is_some_and(|own| own.is("bearer") && own.fingerprint.is_surely(theirs.fingerprint))
            };
            let is_nobodys = |credentials: &Credentials| !credentials.violations.is_empty() || is_own_key(credentials);
            let is_bare = later.facts.credentials.as_ref().is_none_or(is_nobodys);
            let is_sent_away =
                || later.redirects_to_sign_in() || stops && later.exchange.kind == Kind::Document && later.shows_sign_in_form();
            let is_told = || later.facts.outcome.is_error && later.facts.statements.iter().any(Statement::says_nobody_asks);
            let is_turned_away = matches!(later.exchange.status(), 401 | 403) && !(is_renewal && later.exchange.status() == 403);
            is_bare && (is_turned_away || (takes_login_away || stops) && is_sent_away() || takes_login_away && is_told())
        };
        // A callback is followed by what its page asks for, and by nothing that somebody does later.
        let is_callback = record.facts.purpose == Purpose::Callback;
        let follows = |later: &Record| {
            let asks = ["basic", "digest"].iter().any(|scheme| later.facts.challenge(scheme).is_some());
            !is_callback || later.exchange.started.since(record.exchange.started) <= AFTER_REFUSAL && !asks
        };
        same_login.filter(|(_, later)| is_refused(later) && follows(later)).map(|(at, _)| at).collect()
    }

    /// Position of the bounce by which the page of a script whose token was refused sends the browser to its provider once
    /// more: it would not without the refusal.
    fn way_back_to_the_provider(&self, at: usize, record: &Record) -> Option<usize> {
        let bears_token = record.facts.credentials.is_some() && record.facts.token().is_some();
        let is_refused = record.exchange.status() == 401 && record.facts.purpose == Purpose::Api && record.exchange.kind.is_by_script();
        let page = record.page().filter(|_| bears_token && is_refused)?.origin();
        let mut later = self.in_order().on_from(at).at_most(0, WAKE).take_while(|(_, later)| !later.facts.purpose.is_login());
        let (back, asks) = later.find(|(_, later)| later.facts.purpose == Purpose::Authorize && later.exchange.kind == Kind::Document)?;
        let requests = asks.facts.messages.iter().filter(|message| message.kind.is_request() && message.carrier.is_sent());
        let leads_back = requests
            .filter_map(|message| message.param("redirect_uri"))
            .any(|target| Url::parse(target).is_ok_and(|target| target.origin() == page));
        (leads_back && asks.redirects_to_sign_in() && self.bounced(back, asks).is_some()).then_some(back)
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, reports};

    #[test]
    fn the_way_back_to_the_provider_is_part_of_the_refusal_of_its_token() {
        let auth = |state: &str| {
            format!(
                "~ kind document\n> GET https://id.test/auth?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state={{secret {state} 20}}\n< 302 Found\n< Location: /auth/login?r={{secret r{state} 20}}\n\n"
            )
        };
        let login = |state: &str| {
            format!(
                "~ kind document\n> POST https://id.test/auth/login?r={{secret r{state} 20}}\n>\n> user=a&password=b\n< 303 See Other\n< Location: https://app.test/cb?code={{secret c{state} 20}}&state={{secret {state} 20}}\n\n\
                 ~ kind document\n> GET https://app.test/cb?code={{secret c{state} 20}}&state={{secret {state} 20}}\n< 200 OK\n<\n< <div id=root></div>\n\n"
            )
        };
        let call = |answer: &str| {
            format!(
                "~ kind fetch\n> GET https://app.test/me\n> Referer: https://app.test/cb\n> Authorization: Bearer {{jwt aud=api exp=300}}\n< {answer}\n\n"
            )
        };
        let refused = "401 Unauthorized\n<\n< {\"message\":\"token invalid\"}";
        let failures = |text: &str| diagnose(text).failures.len();
        assert_eq!(failures(&(auth("s") + &login("s") + &call(refused) + &auth("t") + &login("t") + &call("200 OK"))), 1);
        // Without the refusal somebody who has just come back is sent away for a reason of its own.
        assert_eq!(failures(&(auth("s") + &login("s") + &call("200 OK") + &auth("t"))), 1);
        // And so is whom another application's page sends there.
        let elsewhere = call(refused).replace("Referer: https://app.test/cb", "Referer: https://other.test/");
        assert_eq!(failures(&(auth("s") + &login("s") + &elsewhere + &auth("t"))), 2);
    }

    #[test]
    fn what_a_login_that_was_refused_leaves_undone_is_part_of_it() {
        let login = "~ kind fetch\n> POST https://id.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 203 OK\n<\n< {\"changePasswordReason\":\"Expired\"}\n\n";
        let call = "~ kind fetch\n> GET https://id.test/me\n> Authorization: Bearer undefined\n< 401 Unauthorized\n\n";
        reports("password-expired", &(login.to_owned() + call));
        reports("malformed-authorization", call);
    }

    #[test]
    fn what_fails_because_an_answer_took_the_login_away_is_part_of_that_failure() {
        let login = "> POST https://pos.test/enter\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: at={secret a 40}; Path=/; HttpOnly\n\n";
        let renewal = "~ kind fetch\n> POST https://pos.test/token/refresh\n> Cookie: at={secret a 40}\n< 401 Unauthorized\n";
        let call = "~ kind fetch\n> GET https://pos.test/me\n< 401 Unauthorized\n";
        reports("token-refresh-failed", &format!("{login}{renewal}< Set-Cookie: at=; Path=/; Max-Age=0\n\n{call}"));
    }
}
