//! Answers that turn away who asks by another status than 401 and 403: frameworks choose 400, 404, 419, 422
//! or 498 for it, and some answer 200 with an error inside.

use super::cookie_store::Outcome;
use super::said::{give_reason, gives_reason_that};
use super::{Carries, Difference, Reception, Record, Session, Unexplained};
use crate::exchange::{Kind, ServedBy};
use crate::facts::Purpose;
use crate::facts::statements::{
    Claim, Fault, Statement, Subject, Voice, claim, is_said_first, of_refusal, page_texts, says_little, stands_out,
};
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::facts::{Fingerprint, leads_out, outcome};
use crate::limits;
use crate::syntax::cache;
use crate::syntax::signed_address::signature_in_address;

impl Session {
    /// Whether an answer says, whatever its status, that a login is why it does not give what was asked for.
    pub(super) fn denies_login(&self, at: usize, record: &Record) -> bool {
        let facts = &record.facts;
        let concerns_login = facts.bears_credentials() || facts.purpose.is_login() || record.exchange.kind != Kind::Document;
        concerns_login
            && record.reports_error()
            && (record.is_refused_sign_in()
                || record.bears_what_is_over() && !self.takes_what_is_over(at, record)
                || self.is_digest_for_another_target(at, record)
                || record.bears_unfit_credentials() && self.accepted_with(record).next().is_none()
                || record.facts.statements.iter().any(Statement::concerns_login)
                || record.misses_the_password_it_bore()
                || record.facts.outcome.status.is_some_and(|status| REFUSALS.contains(&status))
                || give_reason(self, record)
                || self.was_let_through(record)
                || self.lacks_key(at).is_some())
    }
}

impl Session {
    /// Whether a page or call is answered by a success that says that nobody is let in.
    pub(super) fn is_denied_in_a_success(&self, at: usize, record: &Record) -> bool {
        self.is_turned_away_in_place(at, record)
            || self.is_answered_by_error_page(at, record)
            || self.is_taken_for_a_stranger_by_a_cache(at, record)
            || self.is_told_that_no_cookie_came(at, record)
            || self.is_blocked_in_its_place(record)
    }

    /// Whether what answers a login is no page of the application but one of a firewall, which may come by a success.
    fn is_blocked_in_its_place(&self, record: &Record) -> bool {
        record.facts.purpose.is_login()
            && record.secrets_set().next().is_none()
            && !record.shows_sign_in_form()
            && gives_reason_that(self, record, |cause| cause == "waf-blocked")
    }

    /// Whether somebody who had logged in is told so in the place of what they asked for, and did not leave by themselves.
    fn is_turned_away_in_place(&self, at: usize, record: &Record) -> bool {
        let leaves = |other: &Record| other.facts.purpose == Purpose::SignOut || self.takes_login_away(at, other);
        let has_left = || leaves(record) || self.redirected_from(at).and_then(|from| self.record(from)).is_some_and(leaves);
        let is_served = |other: &Record| other.was_accepted() && other.facts.purpose == Purpose::Page && !other.is_told_in_its_place();
        let works_on = || {
            let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, PAGES).map(|(_, later)| later);
            later.any(|later| later.bears_the_same_credentials_as(record) && is_served(later))
        };
        record.is_told_in_its_place()
            && (self.bears_carrier(record) || record.exchange.unseen.cookies)
            && !self.asks_as_visitor(at, record)
            && !has_left()
            && (record.exchange.unseen.cookies || !works_on())
    }

    /// Whether it is a login, or somebody who has logged in, that is told to slow down.
    pub(super) fn is_slowed_down(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        // Where it is hidden who asked, somebody who had logged in before may have.
        let may_be_known =
            || exchange.unseen.cookies && record.site().is_some_and(|site| self.logins_of(site).back_from(at).next().is_some());
        record.facts.purpose.is_login() || record.facts.bears_credentials() || crate::facts::is_sign_in_url(&exchange.url) || may_be_known()
    }

    /// Whether a step of a login is answered by a page that says what is wrong, and nobody goes on from there.
    fn is_answered_by_error_page(&self, at: usize, record: &Record) -> bool {
        let goes_on = || {
            let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, PAGES).map(|(_, later)| later);
            let next = later.find(|later| later.exchange.kind == Kind::Document || later.facts.purpose == Purpose::Api);
            let is_at_work = |next: &Record| matches!(next.facts.purpose, Purpose::Page | Purpose::Api) && next.was_accepted();
            next.is_some_and(|next| is_at_work(next) && !next.shows_sign_in_form())
        };
        record.answers_by_error_page() && !goes_on()
    }

    /// Whether somebody was led to a page that says that the browser keeps no cookies, without one that was set on the way.
    fn is_told_that_no_cookie_came(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let is_it = |statement: &Statement| statement.pair.subject == Subject::Cookie && statement.pair.fault == Fault::Disabled;
        let is_lost = |at: usize, from: &Record| {
            let is_refused = |set: &Reception| set.outcome == Outcome::Rejected && record.facts.cookie(&set.name).is_none();
            let is_left_out = |set: &Reception| {
                let is_it = |missing: &Unexplained| missing.difference == Difference::Absent && missing.name == set.name;
                record.unexplained.iter().any(is_it)
            };
            from.receptions.iter().any(|set| is_refused(set) || is_left_out(set)) || record.held_back.iter().any(|held| held.set_by == at)
        };
        // Who bears a login that was set on the way is told of other cookies.
        let bears_login = |from: &Record| {
            let is_it = |(name, value): &(Box<str>, Fingerprint)| {
                self.carries(record, name) > Carries::No && record.facts.cookie(name).is_some_and(|borne| borne.is_surely(*value))
            };
            from.facts.set_cookies.iter().any(is_it)
        };
        let comes_without = |from: usize| self.record(from).is_some_and(|before| is_lost(from, before) && !bears_login(before));
        exchange.kind == Kind::Document
            && !exchange.unseen.cookies
            && self.redirected_from(at).is_some_and(comes_without)
            && !record.shows_sign_in_form()
            && !record.shows_way_out()
            && of_refusal(exchange).iter().any(is_it)
    }

    /// Whether an answer that a cache has kept says to somebody who has logged in that nobody is known.
    fn is_taken_for_a_stranger_by_a_cache(&self, at: usize, record: &Record) -> bool {
        record.facts.purpose == Purpose::Api
            && outcome::calls_a_stranger(record.exchange.response_text())
            && record.exchange.is_of_some_age()
            && self.bears_carrier(record)
            && !self.asks_as_visitor(at, record)
    }

    /// Position of the first answer after that which no cache had kept and that serves the same user: the login itself is unharmed.
    /// What a site gives to everybody, such as its configuration, shows that of nobody.
    pub(super) fn is_served_beside_the_cache(&self, at: usize, record: &Record) -> Option<usize> {
        if !self.is_taken_for_a_stranger_by_a_cache(at, record) {
            return None;
        }
        let is_fresh = |later: &Record| later.exchange.served_by == ServedBy::Network && !later.exchange.is_of_some_age();
        let is_served = |(_, later): &(usize, &Record)| {
            later.facts.purpose == Purpose::Api
                && later.was_accepted()
                && later.bears_the_same_credentials_as(record)
                && is_fresh(later)
                && (later.is_for_one_user() || later.exchange.url.path() == record.exchange.url.path())
                && !outcome::calls_a_stranger(later.exchange.response_text())
        };
        self.of_origin(&record.origin).on_from(at).at_most(0, PAGES).find(is_served).map(|(later, _)| later)
    }

    /// Whether a name and password are answered by no cookie, and the page that they lead to asks for them again or has little more to
    /// say than why nobody logs in.
    pub(super) fn lands_on_a_refusal(&self, at: usize, record: &Record) -> bool {
        if record.exchange.unseen.set_cookies || record.secrets_set().next().is_some() {
            return false;
        }
        let landing = self.redirect_chain(at).last().copied().filter(|landing| *landing != at).and_then(|landing| self.record(landing));
        let is_page = |landing: &&Record| landing.exchange.kind == Kind::Document && landing.secrets_set().next().is_none();
        let is_served = |other: &Record| {
            matches!(other.facts.purpose, Purpose::Page | Purpose::Api) && other.was_accepted() && !other.shows_sign_in_form()
        };
        let works_on = |landing: &Record| {
            let mut later = self.of_origin(&landing.origin).on_from(at).at_most(0, PAGES).map(|(_, later)| later);
            let is_known = |later: &Record| later.exchange.kind == Kind::Document || self.bears_carrier(later);
            let is_other = |later: &Record| later.exchange.url != landing.exchange.url && later.redirect_target().is_none();
            later.any(|later| is_other(later) && is_known(later) && is_served(later))
        };
        // Who is let in is shown a way out, and more than that; pages of a site have much around what they say.
        let says_why = |landing: &Record| {
            let is_door = landing.shows_sign_in_form() || page_texts(&landing.exchange).len() <= TEXTS_OF_A_DOOR;
            let is_said = |said: &Statement| said.judges_login() && (is_door || stands_out(&landing.exchange, said));
            !landing.shows_way_out() && of_refusal(&landing.exchange).iter().any(is_said)
        };
        landing.filter(is_page).is_some_and(|landing| says_why(landing) && !works_on(landing))
    }

    /// Whether the same token is taken all the same, then or later: the server gives it more time, or the clocks differ.
    fn takes_what_is_over(&self, at: usize, record: &Record) -> bool {
        let is_other_question = matches!(record.exchange.status(), 404 | 405 | 409 | 410);
        let over = |other: &Record| other.facts.token().and_then(|token| token.expires()).is_some_and(|end| end <= other.exchange.started);
        is_other_question && self.accepted_with(record).next().is_some()
            || self.accepted_with(record).any(|(other, taken)| other != at && over(taken))
    }

    /// Whether Digest credentials that were asked for are answered by 400, as a server does that got another target than they were made
    /// for (RFC 7616 3.4.6): something between may have changed it.
    #[must_use]
    pub fn is_digest_for_another_target(&self, at: usize, record: &Record) -> bool {
        let is_digest = |record: &Record| record.facts.credentials.as_ref().is_some_and(|credentials| credentials.is("digest"));
        let asks = |(_, other): (usize, &Record)| other.exchange.status() == 401 && other.facts.challenge("digest").is_some();
        let is_taken = |(_, other): (usize, &Record)| other.was_accepted() && is_digest(other);
        // What is wrong with a content, or a parameter, is judged of who is let in.
        record.exchange.status() == 400
            && is_digest(record)
            && record.exchange.request.body.is_none()
            && record.says_only_that_the_request_is_bad()
            && self.of_request(&record.exchange).back_from(at).at_most(PAGES, 0).any(asks)
            && !self.of_origin(&record.origin).around(at).at_most(PAGES, PAGES).any(is_taken)
    }

    /// Whether a product's code or phrase says more than that something is not allowed.
    pub(super) fn denies_for_a_reason(&self, record: &Record) -> bool {
        gives_reason_that(self, record, |cause| cause != "insufficient-permissions")
    }

    /// Whether the same page or resource was handed out before.
    fn was_let_through(&self, record: &Record) -> bool {
        let is_handed_out =
            |other: &Record| other.exchange.started < record.exchange.started && other.exchange.status() == 200 && !other.reports_error();
        // What is gone or in conflict is so for everybody.
        let may_be_for_the_login = !matches!(record.exchange.status(), 404 | 405 | 409 | 410);
        may_be_for_the_login
            && &*record.exchange.method == "GET"
            && self.of_request(&record.exchange).any(|(_, other)| is_handed_out(other))
    }
}

impl Record {
    /// Whether a page leads to where people log out.
    fn shows_way_out(&self) -> bool {
        leads_out(limits::beginning(self.exchange.response_text(), limits::STATEMENT_CONTENT))
    }

    /// Whether the content is a short error: any of a refusing status, of a success only JSON that calls
    /// itself one.
    fn reports_error(&self) -> bool {
        let text = self.exchange.response_text();
        match self.exchange.status() {
            200..=299 => self.facts.outcome.is_error,
            400..=499 => text.len() <= outcome::LONGEST,
            _ => false,
        }
    }

    /// Whether an answer is for who asks and for nobody else: no cache may give it to others (RFC 9111 3.5, 4.1 and 5.2.2), or it
    /// says that somebody is known.
    fn is_for_one_user(&self) -> bool {
        let control = self.exchange.received("cache-control").map(|field| cache::cache_control(field).value);
        let varies = |name: &str| self.exchange.received("vary").is_some_and(|field| cache::vary(field).value.with(name));
        control.is_some_and(|control| control.private || control.no_store)
            || varies("cookie")
            || varies("authorization")
            || outcome::calls_somebody(self.exchange.response_text())
    }

    /// Whether all that stands in the place of a page, or of a part of one, is that nobody is logged in any more.
    pub(super) fn is_told_in_its_place(&self) -> bool {
        let is_sentence = |statement: &Statement| statement.voice == Voice::Sentence && statement.says_nobody_asks();
        let is_bare = || !self.exchange.response_text().trim_start().starts_with(['<', '{', '[']);
        // A filter may write its sentence without saying of what kind it is.
        let is_html = || match self.exchange.received("content-type") {
            Some(media) => media.contains("html"),
            None => !self.exchange.unseen.response_fields,
        };
        matches!(self.facts.purpose, Purpose::Page | Purpose::Api)
            && self.facts.statements.iter().any(is_sentence)
            && is_bare()
            && is_html()
    }

    /// Whether a step of a login is answered by a page that begins with what is wrong and brings nothing that could
    /// carry a login; or by that sentence alone, which is no page to go on from.
    fn answers_by_error_page(&self) -> bool {
        let facts = &self.facts;
        let is_sentence = |statement: &Statement| statement.voice == Voice::Sentence && matches!(claim(statement.pair), Claim::Cause(_));
        let is_bare = || !self.exchange.response_text().trim_start().starts_with(['<', '{', '[']);
        let is_of_form = facts.purpose == Purpose::SignIn && self.exchange.kind == Kind::Document;
        if is_of_form && is_bare() && facts.statements.iter().any(is_sentence) {
            return true;
        }
        let is_step = matches!(facts.purpose, Purpose::SignIn | Purpose::Callback) && self.exchange.kind == Kind::Document;
        // Who is told that no session is there gets one all the same.
        let says_first = |is_it: &dyn Fn(&Statement) -> bool| {
            facts.statements.iter().any(|statement| is_it(statement) && is_said_first(&self.exchange, statement))
        };
        let is_stranger = is_step && says_first(&Statement::says_nobody_asks) && says_little(&self.exchange);
        let brings =
            |seen: &Seen| !seen.carrier.is_sent() && seen.role != Role::Csrf && !(is_stranger && seen.carrier == Carrier::SetCookie);
        let hands_on =
            || facts.messages.iter().any(|message| !message.carrier.is_sent()) || facts.saml.iter().any(|saml| !saml.carrier.is_sent());
        let names_what_is_wrong = |statement: &Statement| matches!(claim(statement.pair), Claim::Cause(_));
        let is_refused = || is_step && facts.set_cookies.is_empty() && says_first(&names_what_is_wrong);
        (is_stranger || is_refused()) && !facts.tokens.iter().any(brings) && !hands_on()
    }

    /// Whether an answer has nothing to say but what 400 means (RFC 9110 15.5.1): by its status alone, by a text of its words, or by
    /// the page that a server brings along.
    fn says_only_that_the_request_is_bad(&self) -> bool {
        let text = self.exchange.response_text();
        let said = match text.trim_start().as_bytes().first() {
            Some(b'<') => page_texts(&self.exchange).into_iter().map(|(text, _)| text).collect(),
            _ => vec![text.to_owned()],
        };
        // A server signs its page.
        let server = self.exchange.received("server").and_then(|server| server.split(['/', ' ']).next()).unwrap_or_default();
        let is_signature = |text: &str| !server.is_empty() && text.starts_with(server);
        let is_of_status = |word: &str| word.is_empty() || OF_A_BAD_REQUEST.iter().any(|known| word.eq_ignore_ascii_case(known));
        let is_status = |text: &str| text.split(|sign: char| !sign.is_alphanumeric()).all(is_of_status);
        let is_meaning = |text: &str| NOT_UNDERSTOOD.iter().any(|meaning| text.contains(meaning));
        text.len() <= outcome::LONGEST && said.iter().all(|text| is_status(text) || is_meaning(text) || is_signature(text))
    }

    /// Whether a name and a password came in Authorization and in no content, and the answer misses a password.
    #[must_use]
    pub fn misses_the_password_it_bore(&self) -> bool {
        let bears = self.facts.credentials.as_ref().is_some_and(|credentials| credentials.is("basic") || credentials.is("digest"));
        bears && self.exchange.request.body.is_none() && self.facts.statements.iter().any(Statement::misses_password)
    }

    /// Whether a name and password were not accepted as somebody's.
    fn is_refused_sign_in(&self) -> bool {
        self.facts.purpose == Purpose::SignIn && !self.refuses_choice()
    }

    /// Whether the answer says of a name or a password that nobody can choose it: that was a sign-up.
    pub(super) fn refuses_choice(&self) -> bool {
        let is_choice = |statement: &Statement| match statement.pair.subject {
            Subject::Account => statement.pair.fault == Fault::Reused,
            Subject::Password => matches!(statement.pair.fault, Fault::Reused | Fault::TooLarge | Fault::Malformed),
            _ => false,
        };
        self.facts.statements.iter().any(is_choice)
    }

    /// Whether Authorization goes to an address that is signed itself, for whoever has it: services take one of the two.
    fn bears_a_signed_address_too(&self) -> bool {
        self.facts.credentials.is_some() && signature_in_address(&self.exchange.url).is_some()
    }

    /// Whether Digest credentials were made for another target than the request's (RFC 7616 3.4.6).
    fn bears_digest_of_another_target(&self) -> bool {
        let is_digest = self.facts.credentials.as_ref().is_some_and(|credentials| credentials.is("digest"));
        let Some(sent) = is_digest.then(|| self.sent_credentials()).flatten() else { return false };
        let url = &self.exchange.url;
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        sent.param("uri").is_some_and(|uri| uri != target && uri != url.as_str())
    }

    /// Whether what went along in Authorization could not be accepted, as the request itself shows.
    fn bears_unfit_credentials(&self) -> bool {
        let is_spoiled = || self.facts.credentials.as_ref().is_some_and(|credentials| !credentials.violations.is_empty());
        is_spoiled() || self.bears_digest_of_another_target() || self.bears_a_signed_address_too()
    }

    /// Whether the token in Authorization has run out.
    pub(super) fn bears_what_is_over(&self) -> bool {
        let now = self.facts.date.unwrap_or(self.exchange.started);
        self.facts.credentials.is_some() && self.facts.token().and_then(|token| token.expires()).is_some_and(|expires| expires <= now)
    }
}

/// Exchanges after a step of a login among which the next page is looked for.
const PAGES: usize = 64;

/// Texts of a page that says no and has nothing else to show.
const TEXTS_OF_A_DOOR: usize = 5;

/// The words of the status itself.
const OF_A_BAD_REQUEST: [&str; 7] = ["400", "bad", "code", "error", "http", "request", "status"];

/// How servers put into words that a request is bad as a whole: Apache httpd and Werkzeug; RFC 9110 15.5.1, as Tomcat has it.
const NOT_UNDERSTOOD: [&str; 2] = ["sent a request that this server could not understand", "cannot or will not process the request"];

/// Statuses that refuse who asks, wherever they are written.
const REFUSALS: [u16; 6] = [401, 403, 407, 419, 440, 498];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    const CALL: &str = "~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer {jwt exp=-60}\n";

    #[test]
    fn a_page_that_only_says_no_refuses_a_login_whatever_its_status() {
        let form = "~ kind document\n> GET https://desk.test/\n< 200 OK\n<\n< <form method=post><input name=f1><input type=password name=f2></form>\n\n";
        let sent = |answer: &str| {
            format!(
                "~ kind document\n> POST https://desk.test/in\n> Content-Type: application/x-www-form-urlencoded\n>\n> f1=a&f2=b\n< 200 OK\n{answer}\n"
            )
        };
        let away = "<\n< <title>Accès refusé</title><h3>Accès refusé</h3><p>Connexion à l'annuaire LDAP impossible</p>\n";
        reports("auth-backend-unavailable", &(form.to_owned() + &sent(away)));
        reports("csrf-rejected", &(form.to_owned() + &sent("<\n< Invalid token (session timeout; refresh the page and try again?)\n")));
        let stranger = "< Set-Cookie: visit={secret v 30}; HttpOnly\n<\n< <title>Rooms</title><p>Your session has expired.</p>\n";
        reports("csrf-rejected", &(form.to_owned() + &sent(stranger)));
        // It brings a session, or whoever logged in goes on from there.
        is_healthy(&(form.to_owned() + &sent(&format!("< Set-Cookie: sid={{secret s 30}}; HttpOnly\n{away}"))));
        let goes_on = "~ kind document\n> GET https://desk.test/tickets\n< 200 OK\n<\n< <h1>Tickets</h1>\n\n";
        is_healthy(&(form.to_owned() + &sent(away) + "\n" + goes_on));
    }

    #[test]
    fn a_firewall_may_answer_a_login_by_a_success() {
        let login = |answer: &str| {
            format!(
                "~ kind document\n> POST https://app.test/in\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 200 OK\n{answer}\n"
            )
        };
        // F5's own page.
        let page = "<\n< <title>Request Rejected</title>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 7211<br>";
        reports("waf-blocked", &login(page));
        is_healthy(&login(&format!("< Set-Cookie: sid={{secret s 40}}; HttpOnly\n{page}")));
        is_healthy(&login("<\n< <h1>Welcome</h1><a href=/out>Leave</a>"));
        is_healthy(&login(page).replace("user=a&password=b", "q=a"));
    }

    #[test]
    fn a_page_that_shows_a_way_out_is_where_somebody_is_let_in() {
        let login = |page: &str| {
            format!(
                "~ kind document\n> POST https://app.test/in\n> Cookie: k={{secret k 26}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /next\n\n\
                 ~ kind document\n> GET https://app.test/next\n> Cookie: k={{secret k 26}}\n< 200 OK\n< Content-Type: text/html\n<\n< {page}\n"
            )
        };
        reports("account-locked", &login("<h1>Sorry</h1><p>Your account is locked.</p>"));
        for out in ["<a href='/session/logout?next=/'>Bye</a>", "<form method=post action=/sign-out><button>Bye</button></form>"] {
            is_healthy(&login(&format!("<p>One failed login since: invalid password.</p>{out}")));
        }
        let rows = "<h1>Users</h1><p>Search</p><p>Name</p><p>State</p><p>ann</p><p>bob</p><p>Account locked</p>";
        is_healthy(&login(rows));
    }

    #[test]
    fn a_refusal_stands_out_on_a_page_however_much_is_around_it() {
        let login = |page: &str| {
            format!(
                "~ kind document\n> POST https://mill.test/in\n> Cookie: k={{secret k 26}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: /note\n\n\
                 ~ kind document\n> GET https://mill.test/note\n> Cookie: k={{secret k 26}}\n< 200 OK\n< Content-Type: text/html\n<\n< <title>Mill</title><nav><a href=/>Start</a></nav><p>Flour</p><p>Bread</p>{page}<p>Since 1894</p><p>Imprint</p><p>Privacy</p>\n"
            )
        };
        for place in [
            "<div class='box box-warning'><p>SAID</p></div>",
            "<section role=alert><ul><li>SAID</li></ul></section>",
            "<h1>Not this time</h1></header><main><p><b>SAID</b></p></main>",
            "<h1>SAID</h1>",
        ] {
            reports("account-locked", &login(&place.replace("SAID", "Your account is locked.")));
            reports("account-disabled", &login(&place.replace("SAID", "Your account has been disabled.")));
        }
        for place in [
            "<table><tr><td>SAID</td></tr></table>",
            "<h1>People</h1><table><tr><td>SAID</td></tr></table>",
            "<h1>News</h1><p>Ann writes:</p><p>SAID</p>",
            "<div class=alert></div><p>SAID</p>",
            "<div class=alert>SAID</div><a href=/logout>Leave</a>",
        ] {
            is_healthy(&login(&place.replace("SAID", "Your account is locked.")));
        }
    }

    #[test]
    fn a_sentence_in_the_place_of_a_page_is_all_that_there_is() {
        let page = |kind: &str, content: &str| {
            format!(
                "~ kind {kind}\n> GET https://crm.test/list\n> Cookie: sid={{secret s 30}}\n< 200 OK\n< Content-Type: text/html\n<\n< {content}\n"
            )
        };
        let told = "Your session was terminated. <a href='/'>Return</a>";
        for kind in ["document", "xhr"] {
            reports("session-ended-by-server", &page(kind, told));
            is_healthy(&page(kind, &format!("<p>News</p><p>{told}</p>")));
            is_healthy(&page(kind, "Your session begins at nine. <a href='/'>Return</a>"));
        }
    }

    #[test]
    fn a_page_that_says_that_no_cookie_came_refuses_a_login_where_one_was_lost_on_the_way() {
        let led = |attributes: &str, cookie: &str, page: &str| {
            format!(
                "~ kind document\n> GET https://id.test/start?step=1\n< 302 Found\n< Location: /check\n< Set-Cookie: flow={{secret f 32}}; HttpOnly{attributes}\n\n\
                 ~ kind document\n> GET https://id.test/check\n{cookie}< 200 OK\n< Content-Type: text/html\n<\n< {page}\n"
            )
        };
        let told = "<title>Sign in</title><h1>Something is missing</h1><p>Cookies are disabled in your browser.</p>";
        reports("cookie-rejected-samesite-none", &led("; SameSite=None", "", told));
        // The cookie came, or the page asks for the login and says so in case.
        is_healthy(&led("; Secure", "> Cookie: flow={secret f 32}\n", told));
        let form = "<h1>Sign in</h1><p>Cookies must be enabled in your browser.</p><form method=post><input name=u><input type=password name=p></form>";
        is_healthy(&led("; SameSite=None", "", form));
        is_healthy(&led("; SameSite=None", "", "<h1>Welcome</h1>"));
    }

    #[test]
    fn a_page_that_speaks_of_cookies_to_who_was_let_in_speaks_of_others() {
        let login = |also: &str, cookies: &str, page: &str| {
            format!(
                "~ kind document\n> POST https://bakery.test/in\n> Cookie: step={{secret t 20}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: /bread\n{also}\n\
                 ~ kind document\n> GET https://bakery.test/bread\n{cookies}< 200 OK\n< Content-Type: text/html\n<\n< {page}\n"
            )
        };
        let session = "< Set-Cookie: sid={secret s 40}; Path=/; HttpOnly; Secure\n";
        let others = ["step=; Path=/; Max-Age=0", "next={secret n 40}; Path=/in/again; HttpOnly; Secure", "ad=1; SameSite=None; Path=/"];
        let told = "<h1>Good morning</h1><p>Cookies of advertisers are disabled.</p>";
        let told_all = "<h1>Good morning</h1><p>Cookies are disabled in your browser.</p>";
        for other in others {
            let also = format!("{session}< Set-Cookie: {other}\n");
            is_healthy(&login(&also, "> Cookie: sid={secret s 40}\n", told));
            is_healthy(&login(&also, "> Cookie: sid={secret s 40}\n", told_all));
        }
        is_healthy(&login(&format!("< Set-Cookie: {}\n", others[0]), "", told_all));
        let way_out = format!("{told_all}<a href=/logout>Leave</a>");
        let refused = "< Set-Cookie: sid={secret s 40}; SameSite=None; HttpOnly\n";
        is_healthy(&login(refused, "> Cookie: step={secret t 20}\n", &way_out));
        // The login itself does not come, by the browser's rules or against them.
        reports("cookie-rejected-samesite-none", &login(refused, "> Cookie: step={secret t 20}\n", told_all));
        reports("cookie-not-sent-path", &login(&session.replace("=/;", "=/in/;"), "", told_all));
        assert!(!diagnose(&login(session, "", told_all)).failures.is_empty());
    }

    #[test]
    fn goodbyes_and_remarks_to_visitors_are_no_refusals() {
        let told = |fields: &str| {
            format!(
                "~ kind document\n> GET https://app.test/goodbye\n{fields}< 200 OK\n< Content-Type: text/html\n<\n< You have been logged out. <a href=/in>Again</a>\n\n"
            )
        };
        let logout = "~ kind document\n> GET https://app.test/logout\n> Cookie: sid={secret s 30}\n< 302 Found\n< Location: /goodbye\n< Set-Cookie: sid=; Max-Age=0; Path=/\n\n";
        is_healthy(&(logout.to_owned() + &told("")));
        is_healthy(&told(""));
        let fragment =
            "~ kind xhr\n> GET https://news.test/form\n< 200 OK\n< Content-Type: text/html\n<\n< You must be logged in to comment.\n\n";
        is_healthy(fragment);
    }

    #[test]
    fn digest_for_another_target_and_a_token_beside_a_signature_are_denied_by_400() {
        let digest = |uri: &str| {
            format!(
                "~ kind fetch\n> GET https://dev.test/state?n=1\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"{uri}\", response=\"0\"\n< 400 Bad Request\n"
            )
        };
        reports("digest-mismatch", &digest("/state"));
        is_healthy(&digest("/state?n=1"));
    }

    #[test]
    fn a_login_is_denied_by_any_status() {
        for answer in ["400 Bad Request", "404 Not Found", "422 Unprocessable Content", "498 Invalid Token"] {
            reports("token-expired", &format!("{CALL}< {answer}\n< Date: {{date}}\n"));
        }
        for content in ["{\"error\":\"jwt expired\"}", "{\"success\":false}", "{\"data\":null,\"errors\":[{\"message\":\"no\"}]}"] {
            reports("token-expired", &format!("{CALL}< 200 OK\n< Date: {{date}}\n<\n< {content}\n"));
        }
    }

    #[test]
    fn an_answer_that_says_so_denies_a_login_in_a_success_and_without_one() {
        for answer in [
            "200 OK\n<\n< {\"code\":401,\"msg\":\"未登录\"}",
            "200 OK\n<\n< {\"data\":null,\"errors\":[{\"extensions\":{\"code\":\"invalid-jwt\"}}]}",
            "400 Bad Request\n<\n< {\"error\":\"TOKEN_EXPIRED\"}",
        ] {
            let call = CALL.replace("exp=-60", "exp=600");
            assert_eq!(diagnose(&format!("{call}< {answer}\n")).failures.len(), 1, "{answer}");
        }
        let bare = "~ kind fetch\n> GET https://api.test/me\n";
        reports("missing-credentials", &format!("{bare}< 400 Bad Request\n<\n< {{\"error\":\"not signed in\"}}\n"));
        reports("unauthenticated-as-403", &format!("{bare}< 403 Forbidden\n<\n< {{\"error\":\"not signed in\"}}\n"));
    }

    #[test]
    fn other_errors_deny_no_login() {
        let call = "~ kind fetch\n> POST https://api.test/orders\n> Authorization: Bearer {jwt exp=60}\n";
        for answer in [
            "400 Bad Request\n<\n< {\"error\":\"amount must be a number\"}",
            "404 Not Found",
            "200 OK\n<\n< {\"success\":false,\"error\":\"out of stock\"}",
        ] {
            is_healthy(&format!("{call}< {answer}\n"));
        }
        is_healthy(&format!("{CALL}< 200 OK\n< Date: {{date}}\n<\n< {{\"error\":null,\"name\":\"Alice\"}}\n"));
    }

    #[test]
    fn a_login_that_a_cache_knows_nothing_of_is_unharmed_where_it_is_served_elsewhere() {
        let login = "~ kind fetch\n> POST https://app.test/in\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret a 40}; HttpOnly\n\n";
        let asks =
            |path: &str, answer: &str| format!("~ kind fetch\n> GET https://app.test{path}\n> Cookie: s={{secret a 40}}\n< {answer}\n\n");
        let json = |field: &str, content: &str| format!("200 OK\n< Content-Type: application/json{field}\n<\n< {content}");
        let kept = login.to_owned() + &asks("/greeting", &json("\n< Age: 31", "{\"loggedIn\":false}"));
        let is_recovered = |later: &str| {
            let failures = diagnose(&(kept.clone() + later)).failures;
            let shown = failures.iter().find(|failure| failure.causes.iter().any(|cause| cause.id == "cached-unauthorized")).unwrap();
            shown.recovered_by.is_some()
        };
        let mine = json("\n< Cache-Control: private", "{\"orders\":[1]}");
        for known in [
            asks("/orders", &mine),
            asks("/orders", &mine.replace("Cache-Control: private", "Vary: Accept-Encoding, Cookie")),
            asks("/orders", &mine.replace("private", "no-cache, no-store")),
            asks("/visitor", &json("", "{\"user\":7,\"loggedIn\":true}")),
            asks("/greeting?again=1", &json("", "{\"user\":\"ann\"}")),
        ] {
            assert!(is_recovered(&known), "{known}");
        }
        for other in [
            String::new(),
            asks("/orders", &json("\n< Age: 31", "{\"orders\":[1]}")),
            asks("/orders", &json("", "{\"loggedIn\":false}")),
            asks("/orders", &mine).replace("secret a", "secret b"),
            // Anybody is given that.
            asks("/texts/en", &json("", "{\"hello\":\"Hello\"}")),
            asks("/features", &json("\n< Cache-Control: public, max-age=60\n< Vary: Accept-Encoding", "{\"dark\":true}")),
        ] {
            assert!(!is_recovered(&other), "{other}");
        }
    }
}
