//! Passwords for something else than the login that somebody has already: for a mailbox, a vault, another account.

use url::Url;

use super::ANSWERS;
use crate::facts::{Purpose, is_sign_in_url, names_password};
use crate::session::{Record, Session};

impl Session {
    /// Whether a name and password are refused to somebody who had logged in elsewhere, is served with that before, and is so all
    /// the same afterwards.
    pub(super) fn leaves_a_login_unharmed(&self, at: usize, record: &Record) -> bool {
        if !record.is_password_for_something_else() {
            return false;
        }
        let Some(login) = self.login_that_brought(at, record) else { return false };
        let is_served = |(_, other): (usize, &Record)| {
            matches!(other.facts.purpose, Purpose::Page | Purpose::Api)
                && other.was_accepted()
                && !other.shows_sign_in_form()
                && other.bears_the_same_credentials_as(record)
                && !is_step_of(&login.exchange.url, &other.exchange.url)
                && !record.was_asked_for_by(other)
        };
        let here = || self.of_origin(&record.origin);
        here().back_from(at).at_most(ANSWERS, 0).any(is_served) && here().on_from(at).at_most(0, ANSWERS).any(is_served)
    }

    /// The login at another address that gave what a request bears. The first of several steps of a login gives nothing yet:
    /// it took a password, or somebody came back from a provider.
    fn login_that_brought(&self, at: usize, record: &Record) -> Option<&Record> {
        let is_login = |login: &Record| match login.facts.purpose {
            Purpose::SignIn => names_password(&login.exchange),
            Purpose::Callback | Purpose::Token => true,
            _ => false,
        };
        let is_given = |login: &Record| {
            let by_cookie = login.facts.set_cookies.iter().any(|(name, value)| {
                let is_sent = record.facts.cookie(name).is_some_and(|sent| sent.is_surely(*value));
                is_sent && login.secrets_set().any(|secret| secret == &**name)
            });
            let borne = || record.facts.own_secrets().chain(record.facts.credentials.as_ref().map(|borne| borne.fingerprint));
            let given = || login.facts.tokens.iter().filter(|seen| !seen.carrier.is_sent()).map(|seen| seen.token.fingerprint);
            by_cookie || given().any(|given| borne().any(|borne| borne.is_surely(given)))
        };
        let is_elsewhere = |login: &Record| login.exchange.url.path() != record.exchange.url.path();
        let is_one = |login: &Record| login.was_accepted() && is_elsewhere(login) && is_given(login) && is_login(login);
        let mut logins = self.logins_of(record.site()?).back_from(at).at_most(ANSWERS, 0);
        logins.find(|(_, login)| is_one(login)).map(|(_, login)| login)
    }
}

impl Record {
    /// Whether what may be a login is none by its address and its answer: who is asked by an address or a page of logins logs in there.
    fn is_password_for_something_else(&self) -> bool {
        self.facts.purpose == Purpose::SignIn && !self.shows_sign_in_form() && !is_sign_in_url(&self.exchange.url)
    }

    /// Whether a page or call is of the address to which this one was sent, or is the page from which it was: it shows the question.
    fn was_asked_for_by(&self, other: &Self) -> bool {
        let is_there = |url: &Url| url.path() == other.exchange.url.path();
        is_there(&self.exchange.url) || self.page().is_some_and(is_there)
    }
}

/// Whether an address is that of a login, or stands below it: whoever is served there may be in the midst of that login.
fn is_step_of(login: &Url, url: &Url) -> bool {
    let rest = url.path().strip_prefix(login.path().trim_end_matches('/'));
    login.origin() == url.origin() && login.path() != "/" && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    const LOGIN: &str = "~ kind fetch\n> POST https://app.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n\
                         < 200 OK\n< Set-Cookie: s={secret a 40}; HttpOnly\n\n";

    fn asks(path: &str) -> String {
        format!(
            "~ kind fetch\n> GET https://app.test{path}\n> Cookie: s={{secret a 40}}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"user\":\"ann\"}}\n\n"
        )
    }

    fn submits(path: &str, field: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://app.test{path}\n> Cookie: s={{secret a 40}}\n> Content-Type: application/json\n>\n\
             > {{\"host\":\"h\",\"{field}\":\"nix\"}}\n< {answer}\n\n"
        )
    }

    const CODE: &str = "422 Unprocessable Content\n< Content-Type: application/json\n<\n< {\"code\":\"INVALID_PASSWORD\"}";

    #[test]
    fn a_password_for_something_else_is_no_failed_login_of_somebody_who_is_known() {
        for refused in [
            submits("/vaults/7/open", "phrase", CODE),
            submits("/mailboxes", "password", CODE),
            submits("/mailboxes", "password", "401 Unauthorized\n<\n< no"),
            submits("/mailboxes", "password", "400 Bad Request\n<\n< {\"error\":\"wrong password\"}"),
        ] {
            is_healthy(&(LOGIN.to_owned() + &asks("/me") + &refused + &asks("/me")));
            // Nothing shows that the login is unharmed, or that there was one.
            reports("wrong-credentials", &(LOGIN.to_owned() + &asks("/me") + &refused));
            reports("wrong-credentials", &(asks("/me") + &refused + &asks("/me")));
        }
    }

    #[test]
    fn who_logs_in_again_or_further_is_refused_a_login() {
        let again = submits("/login", "password", "401 Unauthorized\n<\n< no");
        reports("wrong-credentials", &(LOGIN.to_owned() + &asks("/me") + &again + &asks("/me")));
        // The first step asked for a name alone, and what it gave says nothing of who asks.
        let first = LOGIN.replace("/login", "/login/name").replace("\"user\":\"a\",\"password\":\"b\"", "\"user\":\"a\",\"next\":\"/me\"");
        let second = submits("/login/word", "password", "401 Unauthorized\n<\n< no");
        reports("wrong-credentials", &(first + &asks("/settings") + &second + &asks("/settings")));
    }

    #[test]
    fn a_token_that_a_login_gave_tells_as_much_as_a_cookie() {
        let by_token = |text: &str| text.replace("Cookie: s={secret a 40}", "Authorization: Bearer {secret t 40}");
        let gives = "< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret t 40}\",\"token_type\":\"Bearer\"}";
        let login = LOGIN.replace("< 200 OK\n< Set-Cookie: s={secret a 40}; HttpOnly", gives);
        let refused = by_token(&submits("/mailboxes", "password", CODE));
        let asks = by_token(&asks("/me"));
        is_healthy(&(login + &asks + &refused + &asks));
        // The key of an application is no login.
        reports("wrong-credentials", &(asks.clone() + &refused + &asks));
    }

    #[test]
    fn who_may_be_known_is_refused_no_login_by_a_sentence() {
        let says = "422 Unprocessable Content\n< Content-Type: application/json\n<\n< {\"message\":\"The password is wrong.\"}";
        let refused = submits("/vaults/7/open", "phrase", says);
        let cookie = "> Cookie: s={secret a 40}\n";
        for known in [
            refused.replace(cookie, "> X-Auth-Token: {secret a 40}\n"),
            refused.replace(cookie, "").replace("~ kind", "~ unseen cookies set-cookies\n~ kind"),
        ] {
            assert!(diagnose(&known).failures.is_empty(), "{known}");
        }
        for stranger in [refused.replace(cookie, ""), refused.replace(cookie, "> X-Request-Id: {secret a 40}\n")] {
            reports("wrong-credentials", &stranger);
        }
    }

    #[test]
    fn a_second_step_of_a_login_that_is_refused_leaves_nobody_logged_in() {
        let json = |content: &str| format!("422 Unprocessable Content\n< Content-Type: application/json\n<\n< {content}");
        let wrong = json("{\"error\":\"invalid_code\"}");
        for (step, beside) in [("/login/totp", "/login/devices"), ("/signin/totp", "/devices")] {
            let refused = submits(step, "pin_code", &wrong);
            let session = LOGIN.to_owned() + &asks(beside) + &refused + &asks(beside);
            assert!(!diagnose(&session).failures.is_empty(), "{session}");
        }
        // A password is asked for once more, and only its own page or the steps of the login are shown.
        let again = submits("/second", "password", &json("{\"error\":\"wrong password\"}"));
        for shown in ["/second", "/login/why"] {
            reports("wrong-credentials", &(LOGIN.to_owned() + &asks(shown) + &again + &asks(shown)));
        }
        let from_page = again.replace("> Cookie", "> Referer: https://app.test/ask\n> Cookie");
        reports("wrong-credentials", &(LOGIN.to_owned() + &asks("/ask") + &from_page + &asks("/ask")));
        is_healthy(&(LOGIN.to_owned() + &asks("/loginless") + &again + &asks("/loginless")));
    }

    #[test]
    fn the_login_of_another_part_of_a_site_is_one_of_its_own() {
        let form = "<p>Wrong password</p><form method=post><input name=user><input type=password name=password></form>";
        let page = format!("200 OK\n< Content-Type: text/html\n<\n< {form}");
        for refused in [
            submits("/staff/login", "password", "401 Unauthorized\n<\n< no"),
            submits("/staff", "password", &page).replace("kind fetch", "kind document"),
        ] {
            reports("wrong-credentials", &(LOGIN.to_owned() + &asks("/me") + &refused + &asks("/me")));
        }
    }
}
