//! Which cookie carries a login, by what it does: it is born in the answer to a sign-in or changed there, it ends
//! when somebody logs out, its value is no text that anybody could read. Its name is the weakest sign.

use std::collections::HashMap;

use super::lists::{Lists, key};
use super::{Record, Session};
use crate::exchange::Kind;
use crate::facts::own_fields::names_a_session;
use crate::facts::randomness::is_secret;
use crate::facts::tokens::{guards_forms, is_session_name, is_tracker_name};
use crate::facts::{Credentials, Fingerprint, Purpose};
use crate::limits;
use crate::site::Site;
use crate::syntax::cookie;
use crate::syntax::hidden_fields;
use crate::syntax::redaction::is_mark;
use crate::syntax::set_cookie::{self, SetCookie};

/// Whether a cookie carries a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carries {
    /// Nothing says so.
    No,
    /// Its value could, or its name says so.
    Probably,
    /// A sign-in brought it, or a sign-out took it away.
    Surely,
}

/// Lines that set a cookie of one name that are looked at.
const SETTERS: usize = 4;

/// Notes what the answer to a sign-in brings, and what one to a sign-out takes away.
pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    for cookie in guards_of_forms(record) {
        if let Some(site) = record.site() {
            lists.insert(guard(site, cookie.name), at, records);
        }
    }
    let ends = record.facts.purpose == Purpose::SignOut;
    if !ends && !brings_login(record) {
        return;
    }
    let Some(site) = record.site() else { return };
    for cookie in set_by(record) {
        if ends && is_deletion(&cookie) || !ends && is_secret(cookie.value) {
            lists.insert(carrier(site, cookie.name), at, records);
        }
    }
}

fn carrier(site: Site<'_>, name: &str) -> Fingerprint {
    key("carrier", Fingerprint::of(site.domain).and(name.as_bytes()))
}

fn guard(site: Site<'_>, name: &str) -> Fingerprint {
    key("guard", Fingerprint::of(site.domain).and(name.as_bytes()))
}

/// The cookies whose secret the page puts into a form too: a forged request could not bring it twice. A page that was
/// logged in to has its session elsewhere.
fn guards_of_forms(record: &Record) -> Vec<SetCookie<'_>> {
    if record.exchange.kind != Kind::Document || record.facts.set_cookies.is_empty() {
        return Vec::new();
    }
    // A session that an address or a form has to repeat is called so there as well.
    let may_be = |cookie: &SetCookie<'_>| !is_session_name(cookie.name) && is_secret(cookie.value);
    let mut cookies: Vec<SetCookie<'_>> = set_by(record).filter(may_be).collect();
    if !cookies.is_empty() {
        let hidden = hidden_fields::read(record.exchange.response_text());
        let values: HashMap<&str, &str> = hidden.pairs.iter().map(|field| (&*field.value, &*field.name)).collect();
        cookies.retain(|cookie| values.get(cookie.value).is_some_and(|name| *name != cookie.name));
    }
    cookies
}

fn lines(record: &Record) -> impl Iterator<Item = &str> {
    record.exchange.response.as_ref().into_iter().flat_map(|response| response.fields.all("set-cookie"))
}

fn set_by(record: &Record) -> impl Iterator<Item = SetCookie<'_>> {
    lines(record).take(limits::COOKIES).map(|line| set_cookie::parse(line).value)
}

/// The cookies of one name that the answer sets. Whoever asks this of each name would read every line as often.
fn set_as<'r>(record: &'r Record, name: &str) -> impl Iterator<Item = SetCookie<'r>> {
    let named = lines(record).zip(&record.facts.set_cookies).filter(move |(_, (set, _))| **set == *name);
    named.map(|(line, _)| set_cookie::parse(line).value)
}

fn is_deletion(cookie: &SetCookie<'_>) -> bool {
    cookie.value.is_empty() || cookie.max_age.is_some_and(|(_, seconds)| seconds <= 0)
}

impl Record {
    /// Whether the answer sets a cookie that carries a login, as far as it alone can tell.
    #[must_use]
    pub fn sets_carrier(&self, name: &str) -> bool {
        is_session_name(name) || brings_login(self) && set_as(self, name).any(|cookie| is_secret(cookie.value))
    }
}

impl Record {
    /// The names of the cookies that the answer sets to a value that nobody could guess, or that somebody hid for one.
    pub(crate) fn secrets_set(&self) -> impl Iterator<Item = &str> {
        set_by(self).filter(is_kept_secret).map(|cookie| cookie.name)
    }

    /// Whether a cookie of that name is among them.
    pub(crate) fn sets_secret(&self, name: &str) -> bool {
        set_as(self, name).any(|cookie| is_kept_secret(&cookie))
    }
}

fn is_kept_secret(cookie: &SetCookie<'_>) -> bool {
    !is_deletion(cookie) && (is_secret(cookie.value) || is_mark(cookie.value))
}

fn brings_login(record: &Record) -> bool {
    record.was_accepted() && (matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) || exchanges_password(record))
}

/// Whether a password in Authorization is taken for a cookie: the answer sends the browser on with one.
fn exchanges_password(record: &Record) -> bool {
    let is_redirect = (300..=399).contains(&record.exchange.status()) && record.exchange.status() != 304;
    let bears = |credentials: &Credentials| PASSWORD_SCHEMES.iter().any(|scheme| credentials.is(scheme));
    is_redirect && record.facts.credentials.as_ref().is_some_and(bears) && record.secrets_set().next().is_some()
}

/// Schemes by which a browser proves a password or a ticket.
const PASSWORD_SCHEMES: [&str; 4] = ["basic", "digest", "negotiate", "ntlm"];

impl Session {
    /// Whether a cookie that an exchange bears or sets carries the login of its site.
    #[must_use]
    pub fn carries(&self, record: &Record, name: &str) -> Carries {
        if guards_forms(&name.to_ascii_lowercase()) {
            return Carries::No;
        }
        let is_in = |key: fn(Site<'_>, &str) -> Fingerprint| record.site().is_some_and(|site| self.list(key(site, name)).next().is_some());
        if is_in(carrier) {
            return Carries::Surely;
        }
        if is_in(guard) {
            return Carries::No;
        }
        if is_session_name(name) || !is_tracker_name(name) && self.could_carry(record, name) { Carries::Probably } else { Carries::No }
    }

    /// Whether a request bears nothing that could tell who asks.
    pub(crate) fn is_stranger(&self, record: &Record) -> bool {
        record.facts.credentials.is_none() && !self.bears_carrier(record)
    }

    /// Whether a request bears a cookie that carries a login.
    #[must_use]
    pub fn bears_carrier(&self, record: &Record) -> bool {
        record.facts.cookies.iter().any(|(name, _)| self.carries(record, name) > Carries::No)
    }

    /// Whether all that could tell who asks is what this server gave a visitor: nobody has logged in since.
    #[must_use]
    pub fn asks_as_visitor(&self, at: usize, record: &Record) -> bool {
        let is_given = |name: &str| {
            let before = self.setters(name).back_from(at).at_most(SETTERS, 0);
            let mut given = before.filter(|(_, setter)| set_as(setter, name).any(|cookie| is_secret(cookie.value)));
            given.next().is_some_and(|(_, setter)| setter.facts.cookie(name).is_none() && !brings_login(setter))
        };
        let carriers = || record.facts.cookies.iter().filter(|(name, _)| self.carries(record, name) > Carries::No);
        let logs_in = |(_, step): (usize, &Record)| step.facts.purpose != Purpose::SignOut && step.exchange.status() < 400;
        record.facts.credentials.is_none()
            && !record.facts.own_fields.iter().any(|(name, _)| names_a_session(name))
            && !record.exchange.unseen.cookies
            && carriers().all(|(name, _)| is_given(name))
            && record.site().is_some_and(|site| !self.logins_of(site).back_from(at).any(logs_in))
    }

    /// Whether a cookie is a secret that pages' scripts have no part in: one that was set so, or one from before
    /// the capture.
    fn could_carry(&self, record: &Record, name: &str) -> bool {
        let mut setters = self.setters(name).at_most(0, SETTERS).peekable();
        if setters.peek().is_none() {
            let is_sent = || record.facts.cookies.iter().any(|(sent, _)| **sent == *name);
            let fields = || record.exchange.request.fields.all("cookie");
            let is_it = |pair: &str| cookie::parse(pair).value.iter().any(|pair| pair.name == name && is_secret(pair.value));
            return is_sent() && fields().flat_map(|field| field.split(';')).filter(|pair| pair.contains(name)).any(is_it);
        }
        let is_kept = |cookie: SetCookie<'_>| cookie.http_only.is_some() && is_secret(cookie.value);
        setters.any(|(_, setter)| set_as(setter, name).any(is_kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::session;

    fn carries(notation: &str, name: &str) -> Carries {
        let session = session(notation);
        session.carries(session.records().last().unwrap(), name)
    }

    const LOGIN: &str = "> POST https://app.test/door\n>\n> user=a&password=b\n< 303 See Other\n< Location: /\n< Set-Cookie: qx={secret q 32}\n< Set-Cookie: lang=de-AT\n\n";

    #[test]
    fn what_a_sign_in_brings_carries_the_login_whatever_it_is_called() {
        assert_eq!(carries(LOGIN, "qx"), Carries::Surely);
        assert_eq!(carries(LOGIN, "lang"), Carries::No);
        assert_eq!(carries(&LOGIN.replace("303 See Other", "401 Unauthorized"), "qx"), Carries::No);
        let login_out = "> GET https://app.test/logout\n< 302 Found\n< Location: /\n< Set-Cookie: kuka=; Max-Age=0\n";
        assert_eq!(carries(login_out, "kuka"), Carries::Surely);
    }

    #[test]
    fn what_a_sign_in_brings_that_leads_back_to_its_form_carries_none() {
        let to = |page: &str| {
            format!(
                "{}~ kind document\n> GET https://app.test/\n> Cookie: qx={{secret q 32}}\n< 200 OK\n<\n< {page}\n",
                LOGIN.replace("> POST", "~ kind document\n> POST")
            )
        };
        assert_eq!(carries(&to("<h1>Hello</h1>"), "qx"), Carries::Surely);
        assert_eq!(carries(&to("<form method=post><input name=user><input type=password name=password></form>"), "qx"), Carries::No);
    }

    #[test]
    fn a_secret_that_scripts_do_not_see_may_carry_it() {
        let page = |line: &str| format!("> GET https://app.test/\n< 200 OK\n< Set-Cookie: {line}\n\n");
        assert_eq!(carries(&page("box={secret b 32}; HttpOnly"), "box"), Carries::Probably);
        assert_eq!(carries(&page("box={secret b 32}"), "box"), Carries::No);
        assert_eq!(carries(&page("box=Europe/Vienna-2026; HttpOnly"), "box"), Carries::No);
        let before = "> GET https://app.test/\n> Cookie: zeta={secret z 32}; _ga=GA1.2.1234567890.1234567890; view=list\n< 200 OK\n";
        assert_eq!(["zeta", "_ga", "view"].map(|name| carries(before, name)), [Carries::Probably, Carries::No, Carries::No]);
    }

    #[test]
    fn a_cookie_for_which_a_password_was_taken_carries_the_login() {
        let login =
            "> GET https://app.test/enter\n> Authorization: {basic a:b}\n< 302 Found\n< Location: /\n< Set-Cookie: oma={secret oma 40}\n\n";
        assert_eq!(carries(login, "oma"), Carries::Surely);
        assert_eq!(carries(&login.replace("> Authorization: {basic a:b}\n", ""), "oma"), Carries::No);
    }

    #[test]
    fn a_guard_of_forms_carries_none() {
        assert_eq!(carries(&LOGIN.replace("qx=", "csrftoken="), "csrftoken"), Carries::No);
        let page = |hidden: &str| {
            format!(
                "~ kind document\n> GET https://app.test/\n< 200 OK\n< Set-Cookie: box={{secret b 32}}; HttpOnly\n<\n< <form><input type=hidden name=x value={hidden}></form>\n"
            )
        };
        assert_eq!(carries(&page("{secret b 32}"), "box"), Carries::No);
        assert_eq!(carries(&page("{secret c 32}"), "box"), Carries::Probably);
    }
}
