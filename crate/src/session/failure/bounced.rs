//! Logins that succeed and are asked for once more, and what fails because an answer took the login away.

use url::Url;

use super::provider::is_error_answer;
use super::{ANSWERS, Failure, FailureKind};
use crate::exchange::{Kind, ServedBy};
use crate::facts::saml::{Saml, What};
use crate::facts::tokens::{Carrier, Role};
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::session::cookie_store::Outcome;
use crate::session::forms::{Leads, remembers};
use crate::session::lists::key;
use crate::session::{Carries, Difference, Reception, Record, Session, Unexplained, address, backend, same_request, sign_ins_at};
use crate::syntax::saml::message;

/// Milliseconds within which somebody was last at work who now logs out.
const AT_WORK: i64 = 60_000;

/// Milliseconds after a login before which nobody is taken to log out by choice.
const SETTLED: i64 = 5_000;

/// Answers after a refusal that took the login away, of which those that are refused for it are part of it.
pub(super) const WAKE: usize = 32;

impl Session {
    /// The sign-in succeeded, nothing of this origin was let through since, and the browser is sent
    /// to sign in once more.
    pub(super) fn bounced(&self, at: usize, record: &Record) -> Option<Failure> {
        // Who submits a form that leads to a provider begins a login; one that leads to the page where people log in was
        // somebody's work.
        if &*record.exchange.method != "GET" && !self.is_work_of_a_stranger(at, record) && !self.is_work_that_ends_the_login(record) {
            return None;
        }
        if self.goes_on(at, record) || self.is_left_by_choice(at, record) || self.is_refused_on_the_way(at, record) {
            return None;
        }
        // Who was sent here to log in is sent on to the provider: that they have to is told where they came from.
        let sends_here = |from: usize| self.record(from).is_some_and(|from| from.origin == record.origin && from.redirects_to_sign_in());
        if record.asks_provider() && self.redirected_from(at).is_some_and(sends_here) {
            return None;
        }
        // Whose hand-over comes too late or too early is sent back, from whatever site it was made for them.
        let mut sign_in = self.handed_over(at).filter(|handed| handed.to == at).map(|handed| handed.from);
        let site = record.site()?;
        for (other, earlier) in self.logins_of(site).back_from(at).take(limits::LOOK_BACK) {
            if sign_in.is_some() {
                break;
            }
            match earlier.facts.purpose {
                // What failed there is told there.
                Purpose::Callback if self.refuses(other, earlier) => return None,
                // Whoever comes back with the provider's no has not signed in, however the page takes it.
                Purpose::Callback if earlier.facts.messages.iter().any(is_error_answer) => {}
                // Another application of the site has logins of its own.
                Purpose::SignIn | Purpose::Callback if earlier.was_accepted() && !is_login_of_another(earlier, record) => {
                    sign_in = Some(other);
                    break;
                }
                Purpose::SignOut => return None,
                Purpose::Callback if earlier.origin == record.origin => return None,
                _ => {}
            }
        }
        let has_session = !record.facts.cookies.is_empty();
        let was_let_through = || {
            let before = self.list(key("let through", address(&record.exchange.url))).back_from(at).take(limits::LOOK_BACK);
            let is_equal = |other: &Record| other.exchange.method == record.exchange.method && other.bears_the_same_credentials_as(record);
            before.filter(|(_, other)| other.exchange.started < record.exchange.started).any(|(_, other)| is_equal(other))
        };
        if sign_in.is_none() && !(has_session && was_let_through()) {
            return None;
        }
        let failure = Failure { at, kind: FailureKind::Bounced, with: sign_in.into_iter().collect(), recovered_by: None };
        self.repaired(at, record, failure)
    }

    /// Whether a form that a page of the application showed to somebody who had logged in is sent without what they bore, and
    /// leads to where they log in.
    fn is_work_of_a_stranger(&self, at: usize, record: &Record) -> bool {
        let is_at_home = record.redirect_target().is_some_and(|target| target.origin() == record.exchange.url.origin());
        let page = record.exchange.sent("referer");
        let is_shown = |other: &Record| {
            other.exchange.kind == Kind::Document
                && Some(other.exchange.url.as_str()) == page
                && other.was_accepted()
                && !other.shows_sign_in_form()
                && self.bears_carrier(other)
        };
        is_at_home
            && record.facts.purpose == Purpose::Page
            && record.facts.messages.is_empty()
            && !record.exchange.unseen.cookies
            && !self.bears_carrier(record)
            && self.of_origin(&record.origin).back_from(at).at_most(WAKE, 0).any(|(_, other)| is_shown(other))
    }

    /// Whether a form of somebody who had logged in leads to where they log in, which remembers what they sent it to.
    fn is_work_that_ends_the_login(&self, record: &Record) -> bool {
        let is_remembered = |target: &Url| target.origin() == record.exchange.url.origin() && remembers(&record.exchange.url, target);
        record.facts.purpose == Purpose::Page
            && record.facts.messages.is_empty()
            && self.bears_carrier(record)
            && record.redirect_target().is_some_and(is_remembered)
    }

    /// Whether another origin, to which the browser is sent to log in, refuses: that is what failed.
    fn is_refused_on_the_way(&self, at: usize, record: &Record) -> bool {
        let next = self.redirect_step(at).and_then(|step| self.record(step.to));
        next.is_some_and(|next| {
            next.origin != record.origin && (400..600).contains(&next.exchange.status()) && next.facts.purpose == Purpose::Authorize
        })
    }

    /// Whether somebody logs out, whatever the address is called: in the middle of their work they go where they never went
    /// before and do not come back to, that answer of the same server ends their session itself and remembers nothing of
    /// where they wanted to go, and nobody logs in again.
    pub(super) fn is_left_by_choice(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let ends = |reception: &Reception| {
            reception.outcome == Outcome::Deleted
                && record.facts.cookie(&reception.name).is_some()
                && self.carries(record, &reception.name) > Carries::No
        };
        let is_of_site = || record.page_site().zip(record.site()).is_none_or(|(page, here)| page.is_schemelessly_same(here));
        if exchange.kind != Kind::Document || exchange.url.query().is_some() || !record.receptions.iter().any(ends) || !is_of_site() {
            return false;
        }
        let is_borne = |(name, value): &(Box<str>, Fingerprint)| record.facts.cookie(name).is_some_and(|borne| borne.is_surely(*value));
        let at_work = |other: &Record| {
            record.exchange.started.since(other.exchange.started) <= AT_WORK
                && other.was_accepted()
                && other.facts.purpose != Purpose::Asset
                && (other.bears_the_same_credentials_as(record)
                    || !other.facts.purpose.is_login() && other.facts.set_cookies.iter().any(is_borne))
        };
        let remembers =
            record.redirect_target().is_some_and(|target| target.query_pairs().any(|(_, value)| value.contains(exchange.url.path())));
        let near = || self.of_origin(&record.origin).back_from(at).at_most(WAKE, 0);
        let goes_once = self.of_request(exchange).take(2).count() == 1;
        let logs_in = || self.list(sign_ins_at(&record.origin)).on_from(at).next().is_some();
        // Another server may not know the session, and none forgets one that it made a moment ago.
        let is_same_server = |other: &Record| other.exchange.server_address == exchange.server_address && backend(other) == backend(record);
        let has_settled = || {
            let login = self.logins_of(record.site()?).back_from(at).next()?.1;
            Some(exchange.started.since(login.exchange.started) >= SETTLED)
        };
        let is_at_work = near().any(|(_, other)| at_work(other) && is_same_server(other));
        !remembers && goes_once && is_at_work && has_settled() != Some(false) && !logs_in()
    }

    /// Whether the browser is sent on with a request for a login that is under way: its `state` was sent before
    /// (RFC 6749 10.12 makes it one request's), or the ID of SAML's (Core 1.3.4). Providers whose pages stand elsewhere go back
    /// and forth so, and others come back to it once somebody has logged in.
    fn goes_on(&self, at: usize, record: &Record) -> bool {
        let state = |record: &Record, is_sent: bool| {
            let mut requests =
                record.facts.messages.iter().filter(|message| message.kind.is_request() && message.carrier.is_sent() == is_sent);
            requests.find_map(|message| message.link("state"))
        };
        let request = |record: &Record, is_sent: bool| {
            let is_request = |saml: &&Saml| saml.what == What::Saml(message::Kind::AuthnRequest) && saml.carrier.is_sent() == is_sent;
            record.facts.saml.iter().find(is_request).and_then(|saml| saml.id)
        };
        let Some(own) = state(record, false).or_else(|| request(record, false)) else { return false };
        // At home a page that asks for the password is no going on.
        let is_at_home = record.redirect_target().is_some_and(|target| target.origin() == record.exchange.url.origin())
            && self.forms.led_to_by(at) != Some(Leads::ToForm);
        let before = self.in_order().back_from(at).take(limits::LOOK_BACK);
        before
            .filter(|(_, other)| other.origin != record.origin || is_at_home)
            .any(|(_, other)| state(other, true).or_else(|| request(other, true)).is_some_and(|theirs| theirs.is_surely(own)))
    }

    /// The page to which a form's login leads, which none of the cookies of that login reached: the browser refused each
    /// or keeps each off it, so whoever logged in is a stranger there, whatever the page shows.
    pub(super) fn lost_at_once(&self, at: usize, record: &Record) -> Option<Failure> {
        let bears = self.bears_carrier(record) || record.facts.credentials.is_some() || record.facts.own_secrets().next().is_some();
        if record.facts.purpose == Purpose::SignIn || record.exchange.unseen.cookies || bears {
            return None;
        }
        let (before, is_led) = match record.exchange.kind {
            Kind::Document => match self.redirected_from(at) {
                Some(before) => (before, true),
                None => (self.login_just_before(at, record)?, false),
            },
            _ => (self.first_after_login(at, record)?, false),
        };
        let login = self.record(before)?;
        // Who is handed a token needs no cookie.
        let hands_token =
            login.facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && seen.carrier != Carrier::SetCookie && seen.role != Role::Csrf);
        let is_form = login.facts.purpose == Purpose::SignIn && login.was_accepted() && !hands_token;
        // What a script fetches, or somebody opens next, may need no login: there only a cookie that the browser refused is lost.
        let is_kept_off = |name: &str| is_led && record.held_back.iter().any(|held| *held.name == *name && held.set_by == before);
        let mut lost = login.receptions.iter().filter(|reception| self.carries(login, &reception.name) == Carries::Surely).peekable();
        let is_lost = lost.peek().is_some()
            && lost.all(|reception| reception.outcome == Outcome::Rejected || is_kept_off(&reception.name))
            && login.origin == record.origin;
        let failure = Failure { at, kind: FailureKind::Bounced, with: vec![before], recovered_by: None };
        if is_form && is_lost { self.repaired(at, record, failure) } else { None }
    }

    /// The page that asks for a login where it should not: in the place of one that was there before, although the
    /// request bears the same cookie of a session, or right after a login that was accepted.
    pub(super) fn asked_in_place(&self, at: usize, record: &Record) -> Option<Failure> {
        if record.exchange.kind != Kind::Document || record.facts.purpose != Purpose::Page || !record.shows_sign_in_form() {
            return None;
        }
        let asks = |with: Vec<usize>| self.repaired(at, record, Failure { at, kind: FailureKind::Bounced, with, recovered_by: None });
        let is_login =
            |before: &usize| self.record(*before).is_some_and(|before| before.facts.purpose == Purpose::SignIn && before.was_accepted());
        if let Some(sign_in) = self.redirected_from(at).filter(is_login).or_else(|| self.login_just_before(at, record)) {
            return asks(vec![sign_in]);
        }
        let mut before = self.of_request(&record.exchange).back_from(at).take(limits::TOKENS);
        let was_shown = |other: &Record| other.exchange.status() == 200 && !other.shows_sign_in_form();
        // Who bears nothing any more, and did not leave, lost what the browser should still hold.
        let is_out_of_reach = |name: &str| {
            let (_, setter) = self.setters(name).back_from(at).next()?;
            let nth = setter.facts.set_cookies.iter().position(|(set, _)| **set == *name)?;
            Some(setter.set_cookie(nth)?.http_only.is_some())
        };
        // A page may forget by script what it can read.
        let is_gone = |name: &str| {
            let is_absent = |one: &Unexplained| one.difference == Difference::Absent && *one.name == *name;
            record.unexplained.iter().any(is_absent) && is_out_of_reach(name) == Some(true)
        };
        let has_left = || {
            let last = record.site().and_then(|site| self.logins_of(site).back_from(at).next());
            last.is_none_or(|(_, step)| step.facts.purpose == Purpose::SignOut)
        };
        let bore_it = |other: &Record| other.facts.cookies.iter().any(|(name, _)| is_gone(name) && self.carries(other, name) > Carries::No);
        let is_lost = !self.bears_carrier(record) && !record.unexplained.is_empty() && !has_left();
        let mut around = self.of_origin(&record.origin).back_from(at).at_most(WAKE, 0);
        let is_told = if is_lost {
            let is_here = |other: &Record| other.exchange.url.path() == record.exchange.url.path() && other.facts.purpose == Purpose::Page;
            around.any(|(_, other)| is_here(other) && was_shown(other) && bore_it(other))
        } else {
            self.bears_carrier(record) && before.any(|(_, other)| was_shown(other) && other.bears_the_same_credentials_as(record))
        };
        if is_told { asks(Vec::new()) } else { None }
    }

    /// Position of the form's login on whose answer this page was opened, none of whose cookies it bears.
    fn login_just_before(&self, at: usize, record: &Record) -> Option<usize> {
        let mut pages = self.of_origin(&record.origin).back_from(at).at_most(WAKE, 0);
        let (before, login) = pages.find(|(_, other)| other.exchange.kind == Kind::Document)?;
        let is_opened_there = record.exchange.sent("referer").is_some_and(|referer| referer == login.exchange.url.as_str());
        let is_lost = |reception: &Reception| record.facts.cookie(&reception.name).is_none() && reception.outcome != Outcome::Deleted;
        let is_login = login.facts.purpose == Purpose::SignIn && login.was_accepted() && !record.exchange.unseen.cookies;
        (is_login && is_opened_there && !self.bears_carrier(record) && !login.receptions.is_empty() && login.receptions.iter().all(is_lost))
            .then_some(before)
    }

    /// Position of the login that a script sent, where this is the first thing that its page asks of the same origin since.
    fn first_after_login(&self, at: usize, record: &Record) -> Option<usize> {
        let by_script = |record: &Record| record.exchange.kind.is_by_script();
        if !by_script(record) {
            return None;
        }
        let concerns = |other: &Record| !matches!(other.facts.purpose, Purpose::Asset | Purpose::Preflight);
        let (before, login) = self.of_origin(&record.origin).back_from(at).at_most(WAKE, 0).find(|(_, other)| concerns(other))?;
        (by_script(login) && login.facts.purpose == Purpose::SignIn).then_some(before)
    }

    /// Somebody comes back from another site without the cookie that the browser keeps off such a step, gets another in
    /// its place, and sets out again from where they had: the first journey was in vain.
    pub(super) fn returned_as_stranger(&self, at: usize, record: &Record) -> bool {
        let comes_back = record.exchange.kind == Kind::Document
            && record.page_site().zip(record.site()).is_some_and(|(page, here)| !page.is_schemelessly_same(here));
        let is_replaced = || {
            record.held_back.iter().any(|held| {
                let sets =
                    |reception: &Reception| reception.name == held.name && matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
                record.receptions.iter().any(sets)
            })
        };
        if !comes_back || !is_replaced() {
            return false;
        }
        let leaves = |other: &Record| {
            let target = other.redirect_site().zip(other.site());
            other.exchange.kind == Kind::Document && target.is_some_and(|(target, here)| !target.is_schemelessly_same(here))
        };
        let here = || self.of_origin(&record.origin);
        let Some((_, start)) = here().back_from(at).take(WAKE).find(|(_, other)| leaves(other)) else { return false };
        let is_again = |other: &Record| leaves(other) && same_request(&other.exchange) == same_request(&start.exchange);
        // Whoever logs out begins anew by themselves.
        let mut later = here().on_from(at).take(WAKE).take_while(|(_, other)| other.facts.purpose != Purpose::SignOut);
        later.any(|(_, other)| is_again(other))
    }

    /// The page that a service worker puts in the place of the address that begins a login: the very page that it puts
    /// elsewhere, after which scripts still find nobody signed in.
    pub(super) fn shell_in_place(&self, at: usize, record: &Record) -> Option<Failure> {
        let exchange = &record.exchange;
        let is_by_worker = exchange.kind == Kind::Document && exchange.served_by == ServedBy::ServiceWorker;
        if !is_by_worker || exchange.response_text().is_empty() || !(begins_login(&exchange.url) || self.is_taken_for_the_start(at, record))
        {
            return None;
        }
        let is_shell = |other: &Record| {
            other.exchange.kind == Kind::Document
                && other.exchange.url.path() != exchange.url.path()
                && other.exchange.response_text() == exchange.response_text()
        };
        let finds_nobody = |other: &Record| other.exchange.status() == 401 && other.exchange.kind != Kind::Document;
        let near = || self.of_origin(&record.origin).around(at).at_most(WAKE, WAKE);
        let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, WAKE);
        let logs_in = || self.list(sign_ins_at(&record.origin)).on_from(at).next().is_some();
        let fails = near().any(|(_, other)| is_shell(other)) && later.any(|(_, other)| finds_nobody(other)) && !logs_in();
        // That nobody is known is what the login was for.
        let with = || near().filter(|(_, other)| finds_nobody(other) && self.is_stranger(other)).map(|(other, _)| other).collect();
        fails.then(|| Failure { at, kind: FailureKind::Bounced, with: with(), recovered_by: None })
    }

    /// Whether a page of the application led to an address where people log in, of which the application itself knows
    /// nothing once it runs there: it loads as that page, goes on as another, and asks as a stranger what it asked before.
    fn is_taken_for_the_start(&self, at: usize, record: &Record) -> bool {
        let url = &record.exchange.url;
        let is_left_for_it = record.page().is_some_and(|page| page.origin() == url.origin() && page.path() != url.path());
        let is_door = || crate::facts::is_sign_in_url(url) || url.query_pairs().any(|(_, value)| value.starts_with('/'));
        if !is_left_for_it || !is_door() {
            return false;
        }
        let is_other_page = |other: &Record| other.exchange.kind == Kind::Document;
        let shown = || {
            self.of_origin(&record.origin).on_from(at).at_most(0, WAKE).map(|(_, other)| other).take_while(|other| !is_other_page(other))
        };
        let stands_at = |other: &Record, path: &str| {
            let referer = other.exchange.sent("referer").and_then(|referer| Url::parse(referer).ok());
            referer.is_some_and(|referer| referer.origin() == url.origin() && referer.path() == path)
        };
        let start = record.page().map_or("", Url::path);
        let asked_before = |other: &Record| {
            let mut before = self.of_request(&other.exchange).back_from(at).at_most(ANSWERS, 0);
            before.any(|(_, before)| before.exchange.status() == 401)
        };
        let starts = |other: &Record| {
            let is_call = other.exchange.kind.is_by_script() && other.exchange.status() == 401;
            is_call && stands_at(other, start) && self.is_stranger(other) && asked_before(other)
        };
        shown().any(|other| stands_at(other, url.path())) && shown().any(starts)
    }

    /// Whether an answer takes away, or replaces, the cookie of a login that the request bore. Applications that renew it
    /// with every answer take nothing away by that.
    pub(crate) fn takes_login_away(&self, at: usize, record: &Record) -> bool {
        let is_renewed = |name: &str| {
            let renews = |other: &Record| {
                let replaces = |reception: &Reception| *reception.name == *name && reception.outcome == Outcome::Replaced;
                let goes_on = other.was_accepted() && matches!(other.facts.purpose, Purpose::Page | Purpose::Api);
                goes_on && other.facts.cookie(name).is_some() && other.receptions.iter().any(replaces)
            };
            self.of_origin(&record.origin).back_from(at).at_most(ANSWERS, 0).filter(|(_, other)| renews(other)).nth(1).is_some()
        };
        let is_taken = |reception: &Reception| match reception.outcome {
            Outcome::Deleted => true,
            Outcome::Replaced => !is_renewed(&reception.name),
            _ => false,
        };
        record.receptions.iter().any(|reception| {
            record.facts.cookie(&reception.name).is_some() && self.carries(record, &reception.name) > Carries::No && is_taken(reception)
        })
    }
}

/// Whether a login at another host has nothing to do with a redirect to where people log in: that is a host's own, and the
/// login did not lead to it.
fn is_login_of_another(login: &Record, record: &Record) -> bool {
    let bare = |url: &Url| url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host).to_owned());
    let here = bare(&record.exchange.url);
    let leads_here = |record: &Record| record.redirect_target().is_some_and(|target| bare(target) == here);
    // A login by script leads nowhere; its page is what it was for.
    let is_for_here = || login.page().is_some_and(|page| bare(page) == here);
    bare(&login.exchange.url) != here && leads_here(record) && !leads_here(login) && !is_for_here()
}

/// Words in the addresses by which applications begin a login, as far as one may guess by words.
fn begins_login(url: &Url) -> bool {
    // Pages of the application itself may be called "login" or "auth".
    let words = ["oauth2", "oauth", "oidc", "saml", "saml2"];
    url.path().split('/').any(|segment| words.iter().any(|word| segment.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const LOANS: &str = "~ kind document\n> GET https://lib.test/loans\n> Cookie: lsx={secret l 32}\n< 200 OK\n";
    const FORM: &str = "<\n< <form method=post><input name=vana><input type=password name=sulo></form>\n\n";

    #[test]
    fn a_form_in_the_place_of_the_page_ends_the_session() {
        reports("session-expired", &format!("{LOANS}<\n< <h1>3 loans</h1>\n\n@ 40m\n{LOANS}{FORM}"));
        // Whoever changes a password sees such a form as well, and a page may always have one.
        is_healthy(&format!("{LOANS}{FORM}@ 40m\n{LOANS}{FORM}"));
        is_healthy(&format!("{LOANS}<\n< <h1>3 loans</h1>\n\n{}{FORM}", LOANS.replace("/loans", "/password")));
    }

    #[test]
    fn a_login_at_a_neighbour_opens_nothing_here() {
        let login = |host: &str, location: &str| {
            format!(
                "~ kind document\n> POST https://{host}/enter\n>\n> user=a&password=b\n< 303 See Other\n< Location: {location}\n< Set-Cookie: sid={{secret s 30}}; HttpOnly\n\n"
            )
        };
        let door = "~ kind document\n> GET https://wiki.org.test/\n< 302 Found\n< Location: https://wiki.org.test/login\n\n";
        is_healthy(&(login("nas.org.test", "/") + "@ 1m\n" + door));
        reports("cookie-not-sent-host", &(login("id.org.test", "https://wiki.org.test/") + door));
    }

    #[test]
    fn an_answer_that_renews_a_cookie_as_each_does_takes_no_login_away() {
        let call = |path: &str, answer: &str, cookie: &str, next: &str| {
            format!(
                "~ kind fetch\n> GET https://print.test/api/{path}\n> Cookie: sid={{secret {cookie} 30}}\n< {answer}\n< Set-Cookie: sid={{secret {next} 30}}; HttpOnly\n"
            )
        };
        let says = "<\n< {\"error\":\"You do not have permission to do this\"}\n\n";
        let work = ["a", "b", "c"].iter().zip([("s1", "s2"), ("s2", "s3"), ("s3", "s4")]);
        let rolling: String = work.map(|(path, (cookie, next))| call(path, "200 OK", cookie, next) + "\n").collect();
        reports("insufficient-permissions", &(rolling + &call("users", "403 Forbidden", "s4", "s5") + says));
    }

    #[test]
    fn who_ends_the_session_where_they_never_went_before_logs_out() {
        let page = |path: &str, answer: &str| {
            format!("~ kind document\n> GET https://reg.test{path}\n> Cookie: sid={{secret s 30}}\n< {answer}\n\n")
        };
        let login = "~ kind document\n> POST https://reg.test/enter\n>\n> user=a&password=b\n< 303 See Other\n< Location: /works\n< Set-Cookie: sid={secret s 30}; Path=/; HttpOnly\n\n";
        let work = login.to_owned() + "@ 10s\n" + &page("/works", "200 OK");
        let ended = |location: &str| format!("302 Found\n< Location: {location}\n< Set-Cookie: sid=; Max-Age=0; Path=/");
        is_healthy(&(work.clone() + &page("/gone", &ended("/login?left=1"))));
        // Where somebody wanted to go is remembered, or it is a page that was open before, or nobody was at work.
        let fails = |session: &str| assert_eq!(diagnose(session).failures.len(), 1, "{session}");
        fails(&(work.clone() + &page("/reports", &ended("/login?next=%2Freports"))));
        fails(&(work.clone() + &page("/works", &ended("/login"))));
        fails(&(work + "@ 40m\n" + &page("/gone", &ended("/login"))));
    }

    #[test]
    fn a_form_after_a_login_none_of_whose_cookies_came_back_is_no_page() {
        let login = |cookie: &str| {
            format!(
                "~ kind document\n> POST https://lib.test/enter\n>\n> card=1&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n<\n< <p>Welcome, Ann</p>\n\n"
            )
        };
        let page = |sent: &str| {
            format!(
                "~ kind document\n> GET https://lib.test/loans\n> Referer: https://lib.test/enter\n{sent}< 200 OK\n<\n< <form action=/enter><input name=card><input type=password name=pin></form>\n\n"
            )
        };
        reports("cookie-rejected-domain", &(login("m={secret m 20}; Domain=other.test") + &page("")));
        is_healthy(&(login("m={secret m 20}; Path=/") + &page("> Cookie: m={secret m 20}\n")));
    }

    #[test]
    fn a_login_whose_cookies_reach_no_page_failed_whatever_the_page_shows() {
        let login = |attributes: &str| {
            format!(
                "~ kind document\n> POST https://wiki.test/w/enter\n>\n> user=a&password=b\n< 302 Found\n< Location: /wiki/Main\n< Set-Cookie: mw={{secret mw 40}}; {attributes}\n\n"
            )
        };
        let page = "~ kind document\n> GET https://wiki.test/wiki/Main\n< 200 OK\n<\n< <h1>Main</h1>\n\n";
        let by_script = |answer: &str, cookie: &str| {
            format!(
                "~ kind fetch\n> POST https://wiki.test/enter\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< 200 OK\n< Set-Cookie: mw={{secret mw 40}}; HttpOnly; Domain=other.test\n<\n< {answer}\n\n\
                 ~ kind fetch\n> GET https://wiki.test/data.json\n{cookie}< 200 OK\n<\n< []\n\n"
            )
        };
        reports("cookie-rejected-domain", &by_script("{\"type\":\"redirect\"}", ""));
        // What a page fetches next may lie outside the path of the session.
        is_healthy(&by_script("{}", "").replace("Domain=other.test", "Path=/api"));
        is_healthy(&by_script("{\"access_token\":\"{secret t 50}\",\"token_type\":\"Bearer\"}", ""));
        reports("cookie-not-sent-path", &(login("Path=/w; Secure") + page));
        reports("cookie-rejected-domain", &(login("Domain=other.test") + page));
        is_healthy(&(login("Path=/") + &page.replace("Main\n<", "Main\n> Cookie: mw={secret mw 40}\n<")));
        // Nothing in the browser's rules explains it, so the capture may lack it.
        is_healthy(&(login("Path=/") + page));
    }

    #[test]
    fn a_provider_whose_pages_stand_elsewhere_goes_back_and_forth() {
        let page = |from: &str, to: &str| format!("~ kind document\n> GET {from}\n< 302 Found\n< Location: {to}\n\n");
        let auth = |more: &str| {
            format!(
                "https://auth.test/oauth2/auth?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1s2s3s4{more}"
            )
        };
        let login = format!(
            "~ kind document\n> POST https://login.test/login\n>\n> challenge=c1&user=a&password=b\n< 302 Found\n< Location: {}\n\n",
            auth("&login_verifier=v")
        );
        let flow = [
            page("https://app.test/in", &auth("")),
            page(&auth(""), "https://login.test/login?login_challenge=c1"),
            login,
            page(&auth("&login_verifier=v"), "https://login.test/consent?consent_challenge=c2"),
            page("https://login.test/consent?consent_challenge=c2", &auth("&consent_verifier=w")),
            page(&auth("&consent_verifier=w"), "https://app.test/cb?code=abcdefgh&state=s1s2s3s4"),
            "~ kind document\n> GET https://app.test/cb?code=abcdefgh&state=s1s2s3s4\n< 302 Found\n< Set-Cookie: sid={secret s 30}\n< Location: /\n".to_owned(),
        ];
        is_healthy(&flow.concat());
    }

    #[test]
    fn what_still_asks_after_a_logout_is_refused_as_it_should_be() {
        let poll = |cookie: &str, answer: &str| format!("~ kind fetch\n> GET https://chat.test/news\n{cookie}< {answer}\n\n");
        let cookie = "> Cookie: at={secret a 40}\n";
        let logout = format!("~ kind fetch\n> POST https://chat.test/logout\n{cookie}< 200 OK\n< Set-Cookie: at=; Max-Age=0; Path=/\n\n");
        is_healthy(&(poll(cookie, "200 OK") + &logout + &poll("", "401 Unauthorized")));
        let kicked = poll(cookie, "200 OK").replace("< 200 OK", "< 200 OK\n< Set-Cookie: at=; Max-Age=0; Path=/");
        assert_eq!(diagnose(&(kicked + &poll("", "401 Unauthorized"))).failures.len(), 1);
    }

    #[test]
    fn who_comes_back_a_stranger_and_sets_out_again_was_not_let_in() {
        let start = "~ kind document\n> GET https://clinic.test/in.php\n> Cookie: ses={secret one 30}\n< 302 Found\n< Location: https://gate.example/start?t={secret t 20}\n\n";
        let back = |attributes: &str| {
            format!(
                "~ kind document\n> GET https://clinic.test/\n< 200 OK\n< Set-Cookie: ses={{secret one 30}}; Path=/; Secure; {attributes}\n\n{start}\
                 ~ kind document\n> POST https://clinic.test/back.php\n> Origin: https://gate.example\n> Sec-Fetch-Site: cross-site\n>\n> ticket={{secret t 20}}&sig={{secret g 40}}\n\
                 < 302 Found\n< Location: /?note=none\n< Set-Cookie: ses={{secret two 30}}; Path=/; Secure; {attributes}\n\n"
            )
        };
        reports("cookie-not-sent-samesite", &format!("{}{}", back("SameSite=Strict"), start.replace("one", "two")));
        // Who is let in does not set out again, or logs out before.
        is_healthy(&back("SameSite=Strict"));
        let logout = "~ kind document\n> GET https://clinic.test/logout\n> Cookie: ses={secret two 30}\n< 200 OK\n\n";
        is_healthy(&format!("{}{logout}{}", back("SameSite=Strict"), start.replace("one", "two")));
    }

    #[test]
    fn a_shell_in_the_place_of_the_login_is_no_login() {
        let page = |path: &str, from: &str| {
            format!(
                "~ kind document\n{from}> GET https://app.test{path}\n< 200 OK\n< Content-Type: text/html\n<\n< <app-root></app-root>\n\n"
            )
        };
        let account = "~ kind xhr\n> GET https://app.test/api/account\n> Referer: https://app.test/\n< 401 Unauthorized\n<\n< {\"detail\":\"Full authentication is required\"}\n\n";
        let worker = "~ from service-worker\n";
        let news = "~ kind xhr\n> GET https://app.test/api/news\n> Referer: https://app.test/\n< 200 OK\n<\n< []\n\n";
        reports("service-worker-interference", &(page("/", "") + &page("/oauth2/authorization/oidc", worker) + account + news));
        is_healthy(&(page("/", "") + &page("/profile", worker)));
        // A page of the application itself, on which somebody then logs in.
        let login =
            "~ kind xhr\n> POST https://app.test/api/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; Path=/\n\n";
        is_healthy(&(page("/", "") + &page("/saml", worker) + account + login));
    }

    #[test]
    fn a_door_that_the_application_takes_for_its_start_leads_nowhere() {
        let page = |by: &str, path: &str, from: &str| {
            format!(
                "~ kind document\n{by}> GET https://tool.test{path}\n{from}< 200 OK\n< Content-Type: text/html\n<\n< <div id=root></div>\n\n"
            )
        };
        let load = |page: &str| {
            format!("~ kind script\n> GET https://tool.test/main.js\n> Referer: https://tool.test{page}\n< 200 OK\n<\n< run()\n\n")
        };
        let call = |page: &str, cookie: &str| {
            format!("~ kind fetch\n> GET https://tool.test/api/jobs\n> Referer: https://tool.test{page}\n{cookie}< 401 Unauthorized\n\n")
        };
        let (worker, from) = ("~ from service-worker\n", "> Referer: https://tool.test/\n");
        let start = page(worker, "/", "") + &load("/") + &call("/", "");
        let goes = |by: &str, door: &str, stands: &str, cookie: &str| {
            format!("{start}{}{}{}", page(by, door, from), load(door), call(stands, cookie))
        };
        let is_reported = |session: &str| reports("service-worker-interference", session);
        let (door, home) = ("/bff/login", "/bff/start?returnUrl=%2F");
        is_reported(&goes(worker, door, "/", ""));
        is_reported(&goes(worker, home, "/", ""));
        // From the network, of a page that the application knows, of no door, and where somebody is known or logs in later.
        let passes = |session: &str| is_silent("service-worker-interference", session);
        passes(&goes("", door, "/", ""));
        passes(&goes(worker, door, door, ""));
        passes(&goes(worker, "/jobs/old", "/", ""));
        passes(&goes(worker, door, "/", "> Cookie: sid={secret s 40}\n"));
        let login = "~ kind fetch\n> POST https://tool.test/api/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; Path=/\n\n";
        passes(&(goes(worker, door, "/", "") + login));
        // Nor what nobody had asked before.
        passes(&(page(worker, "/", "") + &page(worker, door, from) + &load(door) + &call("/", "")));
    }
}
