//! What a cause may ask of a failed login and of the session around it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::exchange::{Exchange, Kind};
use crate::facts::negotiation::is_windows_scheme;
use crate::facts::own_fields;
use crate::facts::statements::Statement;
use crate::facts::tokens::Carrier;
use crate::facts::{Facts, Fingerprint, Purpose, is_new_password_url, text_of};
use crate::finding::Certainty;
use crate::limits;
use crate::place::Place;
use crate::session::cookie_store::Outcome;
use crate::session::{Failure, FailureKind, Reception, Record, Session, Stated, Walk, backend, clock};
use crate::time::Time;

/// A failed login, and the session around it, as a cause sees it.
pub struct Case<'s> {
    /// The session.
    pub session: &'s Session,
    /// The failed login.
    pub failure: &'s Failure,
    /// The exchange in which it failed.
    pub record: &'s Record,
    /// What products say of it, in the failed exchange and in those that belong to it.
    pub statements: &'s [Stated],
}

impl<'s> Case<'s> {
    /// Position of the exchange in which the login failed.
    #[must_use]
    pub fn at(&self) -> usize {
        self.failure.at
    }

    /// The exchange in which the login failed.
    #[must_use]
    pub fn exchange(&self) -> &'s Exchange {
        &self.record.exchange
    }

    /// What its fields say.
    #[must_use]
    pub fn facts(&self) -> &'s Facts {
        &self.record.facts
    }

    /// Whether the server said no to who asks, by whatever status: not to how often or how much, nor because
    /// something broke.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        let names_cause = || self.facts().statements.iter().any(Statement::names_what_the_login_lacks);
        self.failure.kind == FailureKind::Refused
            && match self.exchange().status() {
                200..=428 | 430 | 432..=493 | 497..=499 => true,
                // Programs let what they throw at a login that they refuse end as an error of theirs.
                500 => names_cause(),
                _ => false,
            }
    }

    /// Whether the capture leaves out Authorization, and the answer says what is wrong with what stood there: who
    /// brought nothing is told no error (RFC 6750 3.1).
    #[must_use]
    pub fn hides_what_was_refused(&self) -> bool {
        let names_reason = || self.statements.iter().any(|stated| stated.cause != "missing-credentials");
        self.facts().credentials.is_none()
            && self.exchange().unseen.authorization
            && !self.facts().purpose.is_login()
            && (self.facts().bearer_error().is_some() || names_reason())
    }

    /// The first statement of a product that names this cause.
    #[must_use]
    pub fn stated(&self, cause: &str) -> Option<&'s Stated> {
        self.statements.iter().find(|stated| stated.cause == cause)
    }

    /// Where the answer says that nobody asks whom the server knows.
    #[must_use]
    pub fn says_nobody_asks(&self) -> Option<&'s Place> {
        self.facts().statements.iter().find(|statement| statement.says_nobody_asks()).map(|statement| &statement.place)
    }

    /// How sure it is that the request is judged by that JWT: what stands in `Authorization` is judged, a cookie or a
    /// member of the content may be for something else.
    #[must_use]
    pub fn token_certainty(&self) -> Certainty {
        let is_named = self.facts().judged_by().is_none_or(|seen| seen.carrier == Carrier::Authorization);
        if is_named { Certainty::Proved } else { Certainty::Likely }
    }

    /// Where the JWT stands that the request is judged by.
    #[must_use]
    pub fn token_place(&self) -> Place {
        let Some(seen) = self.facts().judged_by() else { return Place::Sent("authorization", 0) };
        match seen.carrier {
            Carrier::Cookie => Place::Sent("cookie", 0),
            Carrier::Form | Carrier::RequestJson => {
                let content = self.exchange().request.body.as_ref().map_or("", |body| &body.text);
                let token = text_of(self.exchange(), seen.token.fingerprint);
                let at = token.and_then(|token| content.find(&*token.0).map(|at| at..at + token.0.len()));
                Place::RequestBody(at.unwrap_or_default())
            }
            Carrier::Field => match &seen.name {
                Cow::Borrowed(name) => Place::Sent(name, 0),
                Cow::Owned(_) => Place::Target,
            },
            Carrier::Query => Place::Target,
            _ => Place::Sent("authorization", 0),
        }
    }

    /// The host in short, as people name it: without a scheme.
    #[must_use]
    pub fn host(&self) -> &'s str {
        let host = self.record.origin.split_once("://").map_or(&*self.record.origin, |(_, host)| host);
        if host.is_empty() { "the server" } else { host }
    }

    /// The number by which people find an exchange of the session in their capture.
    #[must_use]
    pub fn number(&self, at: usize) -> u32 {
        self.session.record(at).map_or(0, |record| record.exchange.number)
    }

    /// Whether something in front of the application answered: a firewall or a bot check that says so.
    #[must_use]
    pub fn was_intercepted(&self) -> bool {
        self.record.was_intercepted()
    }

    /// Whether the request bore a cookie that some earlier response had set, or one that carries a session
    /// from before the capture.
    #[must_use]
    pub fn bears_known_cookie(&self) -> bool {
        self.session.bears_carrier(self.record)
            || self.facts().cookies.iter().any(|(name, _)| self.session.issued_before(name, self.exchange().started))
    }

    /// "GET /api/me": the request in short.
    #[must_use]
    pub fn request(&self) -> String {
        // A preflight can stand for a request that was never made.
        let method = if self.failure.kind == FailureKind::Hidden { self.exchange().asked_method() } else { &self.exchange().method };
        format!("{method} {}", self.exchange().url.path())
    }

    /// Earlier records of the same origin, the latest first.
    #[must_use]
    pub fn earlier(&self) -> Walk<'s> {
        self.of_origin().back_from(self.failure.at).at_most(limits::LOOK_BACK, 0)
    }

    /// The same, and last the exchange in which the login failed.
    #[must_use]
    pub fn earlier_and_here(&self) -> Walk<'s> {
        self.of_origin().back_from_and_at(self.failure.at).at_most(limits::LOOK_BACK, 1)
    }

    /// The exchange in which the login failed, and the earlier records of the same origin, the latest first.
    #[must_use]
    pub fn here_and_earlier(&self) -> Walk<'s> {
        self.of_origin().back_from_here(self.failure.at).at_most(limits::LOOK_BACK, 0)
    }

    /// Position of the latest answer of the same origin that offers integrated Windows authentication.
    #[must_use]
    pub fn offers_windows(&self) -> Option<usize> {
        let offers = |record: &Record| record.facts.challenges.iter().any(|challenge| is_windows_scheme(&challenge.scheme));
        self.here_and_earlier().find(|(_, record)| offers(record)).map(|(at, _)| at)
    }

    /// Later records of the same origin, the earliest first.
    #[must_use]
    pub fn later(&self) -> Walk<'s> {
        self.of_origin().on_from(self.failure.at).at_most(0, limits::LOOK_AHEAD)
    }

    /// The other records of the same origin: the earlier ones, the latest first, and then the later ones.
    #[must_use]
    pub fn others(&self) -> Walk<'s> {
        self.of_origin().around(self.failure.at).at_most(limits::LOOK_BACK, limits::LOOK_AHEAD)
    }

    /// The other records of any origin: the earlier ones, the latest first, and then the later ones.
    #[must_use]
    pub fn others_anywhere(&self) -> Walk<'s> {
        self.session.in_order().around(self.failure.at).at_most(limits::LOOK_BACK, limits::LOOK_AHEAD)
    }

    /// Earlier records of any origin, the latest first.
    #[must_use]
    pub fn earlier_anywhere(&self) -> Walk<'s> {
        self.session.in_order().back_from(self.failure.at).at_most(limits::LOOK_BACK, 0)
    }

    /// Earlier records of the same site that set a cookie, the latest first, and last the failed one if it did.
    #[must_use]
    pub fn earlier_setters_and_here(&self) -> Walk<'s> {
        self.session.setters_of_site(self.record).back_from_and_at(self.failure.at).at_most(limits::LOOK_BACK, 1)
    }

    /// Earlier records of any origin that set a cookie of that name, the latest first.
    #[must_use]
    pub fn earlier_setters_of(&self, name: &str) -> Walk<'s> {
        self.session.setters(name).back_from(self.failure.at).at_most(limits::LOOK_BACK, 0)
    }

    /// Earlier records with the method and URL of the failed one, the latest first.
    #[must_use]
    pub fn earlier_of_request(&self) -> Walk<'s> {
        self.session.of_request(self.exchange()).back_from(self.failure.at).at_most(limits::LOOK_BACK, 0)
    }

    /// Where the same credentials were accepted by the same origin, the latest before first, then after. A page that everybody
    /// gets accepts nobody.
    pub fn accepted_elsewhere(&self) -> impl Iterator<Item = (usize, &'s Record)> + use<'s> {
        let (session, record) = (self.session, self.record);
        let accepted = session.accepted_with(record).around(self.failure.at);
        let near = accepted.at_most(limits::LOOK_BACK, limits::LOOK_AHEAD);
        near.filter(move |(at, other)| other.bears_the_same_credentials_as(record) && !session.is_page_for_all(*at, other))
    }

    /// Where other Basic credentials than a script's were accepted by the same origin both before and after: they belong to
    /// something in front of the application, which shares the one field with it.
    #[must_use]
    pub fn other_basic_around(&self) -> Option<(usize, &'s Record)> {
        let own = self.facts().credentials.as_ref().filter(|own| own.is("basic") && self.exchange().kind.is_by_script())?;
        let others = |record: &Record| {
            let theirs = record.facts.credentials.as_ref().filter(|theirs| theirs.is("basic") && theirs.fingerprint != own.fingerprint)?;
            record.was_accepted().then_some(theirs.fingerprint)
        };
        // The browser sends its own along with what scripts ask for as well.
        let (at, before) = self.earlier().find(|(_, record)| !record.exchange.kind.is_by_script() && others(record).is_some())?;
        let browsers = others(before)?;
        self.later().any(|(_, record)| others(record).is_some_and(|theirs| theirs.is_surely(browsers))).then_some((at, before))
    }

    /// Where the origin that refuses the token in Authorization handed it out itself, which it has never taken yet.
    #[must_use]
    pub fn issued_here(&self) -> Option<(usize, &'s Record)> {
        let token = self.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization)?.token.fingerprint;
        let (at, _) = self.session.tokens().issued(token)?;
        let issuer = self.session.record(at).filter(|issuer| issuer.origin == self.record.origin)?;
        self.session.tokens().accepted(token).next().is_none().then_some((at, issuer))
    }

    /// Where the same request with the same credentials got past the check before, the latest: it was let through, or what
    /// it asks for was looked for and not there.
    #[must_use]
    pub fn got_past_before(&self) -> Option<(usize, &'s Record)> {
        let gets_past = |other: &Record| other.was_accepted() || other.exchange.status() == 404;
        self.earlier_of_request().find(|(_, other)| gets_past(other) && other.bears_the_same_credentials_as(self.record))
    }

    /// The page with the form of a login that came at once and whole, and is answered by the status for requests that do not
    /// (RFC 9110 15.5.9), and how many milliseconds it had stood open.
    #[must_use]
    pub fn form_out_of_time(&self) -> Option<(usize, &'s Record, i64)> {
        /// Milliseconds in which no server loses its patience with a request.
        const ANSWERED: i64 = 5_000;
        let exchange = self.exchange();
        let is_whole = exchange.request.body.is_some() && exchange.ended().since(exchange.started) < ANSWERED;
        if self.facts().purpose != Purpose::SignIn || exchange.status() != 408 || !is_whole {
            return None;
        }
        let is_form = |record: &Record| record.exchange.kind == Kind::Document && record.was_accepted();
        let (page, record) = self.earlier().find(|(_, record)| is_form(record))?;
        Some((page, record, exchange.started.since(record.exchange.ended())))
    }

    /// Whether what the request bears stopped being accepted altogether: by the answer itself, which takes it away, or
    /// as a whole, since what it opened before it opens no more, and nothing else either.
    #[must_use]
    pub fn has_stopped_working(&self) -> bool {
        let is_same = |other: &Record| other.bears_the_same_credentials_as(self.record);
        let is_refused = |other: &Record| matches!(other.exchange.status(), 401 | 403) && is_same(other);
        let worked_before = |refused: &Record| {
            let before = self.session.of_request(&refused.exchange).back_from(self.at());
            before.at_most(limits::TOKENS, 0).any(|(_, other)| other.was_accepted() && is_same(other))
        };
        if self.session.takes_login_away(self.at(), self.record) {
            return true;
        }
        let mut refused = std::iter::once(self.record).chain(self.later().map(|(_, other)| other).filter(|other| is_refused(other)));
        let is_accepted = |at: usize, other: &Record| other.was_accepted() && is_same(other) && !self.session.is_page_for_all(at, other);
        let is_over = !self.later().any(|(at, other)| is_accepted(at, other));
        is_over && refused.any(worked_before)
    }

    /// Whether the request bears a session in a field of its program's own: its name says so, or somebody was let in with it.
    #[must_use]
    pub fn bears_own_session(&self) -> bool {
        let is_api = |other: &Record| other.was_accepted() && matches!(other.facts.purpose, Purpose::Api | Purpose::Page);
        let own = &self.facts().own_fields;
        let is_taken = || self.others().any(|(_, other)| is_api(other) && own.iter().any(|field| other.facts.own_fields.contains(field)));
        own.iter().any(|(name, _)| own_fields::names_a_session(name)) || !own.is_empty() && is_taken()
    }

    /// Whether it is a page to which another site led, by a redirect or as the browser says it.
    #[must_use]
    pub fn is_led_here_by_another_site(&self) -> bool {
        let from = self.session.redirected_from(self.at()).and_then(|from| self.session.record(from));
        let is_elsewhere =
            |from: &Record| from.site().zip(self.record.site()).is_some_and(|(there, here)| !there.is_schemelessly_same(here));
        let is_told = || self.exchange().sent("sec-fetch-site") == Some("cross-site");
        self.exchange().kind == Kind::Document && (from.is_some_and(is_elsewhere) || is_told())
    }

    /// Whether one of several servers takes what the request bears whenever it is asked, and the one that refuses it here never
    /// does.
    #[must_use]
    pub fn is_split_between_servers(&self) -> bool {
        let Some((name, refused_by)) = backend(self.record) else { return false };
        let of_same = || self.others().map(|(_, record)| record).filter(|record| record.bears_the_same_credentials_as(self.record));
        let is_here = |record: &Record| backend(record) == Some((name, refused_by));
        let is_asked = |record: &&Record| matches!(record.facts.purpose, Purpose::Api | Purpose::Page);
        let mut accepted = of_same().filter(is_asked).filter(|record| record.was_accepted()).peekable();
        let is_refused_again = || of_same().any(|record| is_here(record) && matches!(record.exchange.status(), 401 | 403));
        accepted.peek().is_some() && accepted.all(|record| !is_here(record)) && is_refused_again()
    }

    /// Whether the request bears a cookie as the latest page of this origin set it, and the browser refused none of that page.
    #[must_use]
    pub fn brings_cookies_set_here(&self) -> bool {
        let is_sent = |(name, value): &(Box<str>, Fingerprint)| self.facts().cookie(name).is_some_and(|sent| sent.is_surely(*value));
        let sets = |(_, other): &(usize, &Record)| other.exchange.kind == Kind::Document && !other.facts.set_cookies.is_empty();
        let is_refused = |reception: &Reception| reception.outcome == Outcome::Rejected;
        let brings = |page: &Record| page.facts.set_cookies.iter().any(is_sent) && !page.receptions.iter().any(is_refused);
        self.earlier().find(sets).is_some_and(|(_, page)| brings(page))
    }

    /// The login that led here, to a page for choosing a new password that nobody had asked for.
    #[must_use]
    pub fn sent_to_choose_a_password(&self) -> Option<usize> {
        let url = &self.exchange().url;
        let site = self.record.site().filter(|_| self.failure.kind == FailureKind::Bounced && is_new_password_url(url))?;
        let logins = self.session.logins_of(site).back_from(self.at()).at_most(limits::REDIRECT_HOPS, 0);
        let leads_here = |login: &Record| login.redirect_target().is_some_and(|target| target.path() == url.path());
        let names_it = |asked: &str| percent_decode_str(asked).decode_utf8_lossy().contains(url.path());
        let is_asked_for = |at: usize, login: &Exchange| {
            let content = login.request.body.as_ref().map_or("", |body| &body.text);
            [content, login.url.as_str(), login.sent("referer").unwrap_or_default()].into_iter().any(names_it)
                || self.session.of_request(self.exchange()).back_from(at).next().is_some()
        };
        let is_login = |login: &Record| login.facts.purpose == Purpose::SignIn && login.was_accepted();
        let mut leading = logins.filter(|(_, login)| is_login(login) && leads_here(login));
        leading.find(|(at, login)| !is_asked_for(*at, &login.exchange)).map(|(at, _)| at)
    }

    /// Position of the provider's answer to the page that makes this call, where the call bears nothing that came of it.
    #[must_use]
    pub fn answer_that_came_to_nothing(&self) -> Option<usize> {
        let is_bare = self.facts().credentials.is_none()
            && self.facts().tokens.iter().all(|seen| !seen.carrier.is_sent())
            && !self.session.bears_carrier(self.record);
        let page = self.record.page().filter(|_| is_bare && self.exchange().kind.is_by_script())?.origin().ascii_serialization();
        let is_answer = |(_, other): &(usize, &Record)| other.facts.purpose == Purpose::Callback && *other.origin == *page;
        // What a provider refused since is why nothing comes.
        let is_error = |(_, other): &(usize, &Record)| other.facts.messages.iter().any(|message| message.param("error").is_some());
        self.earlier_anywhere().take_while(|one| !is_error(one)).find(is_answer).map(|(at, _)| at)
    }

    /// Position of an earlier request that was let through with Authorization of a scheme that is asked for here, where none comes.
    #[must_use]
    pub fn bore_what_is_asked_for(&self) -> Option<usize> {
        let asks = |record: &Record| {
            record.facts.credentials.as_ref().is_some_and(|credentials| self.facts().challenge(&credentials.scheme).is_some())
        };
        let is_bare = self.facts().credentials.is_none() && !self.exchange().unseen.authorization && !self.facts().challenges.is_empty();
        is_bare.then(|| self.earlier().find(|(_, other)| other.was_accepted() && asks(other)).map(|(at, _)| at)).flatten()
    }

    fn of_origin(&self) -> Walk<'s> {
        self.session.of_origin(&self.record.origin)
    }

    /// How far the server's clock was from the browser's when it answered: by this answer's own Date,
    /// since several servers may stand behind one name, or by the other answers of this origin.
    #[must_use]
    pub fn clock_offset(&self) -> Option<clock::Offset> {
        if self.exchange().unseen.moment {
            return None;
        }
        match self.facts().date {
            Some(date) => Some(clock::Offset::of(date, self.exchange().started, self.exchange().ended())),
            None => self.session.clock(&self.record.origin).map(|clock| clock.offset_at(self.exchange().started)),
        }
    }

    /// Whose clock is off where they disagree, by what other sites say; `None` where no answer stated a time.
    #[must_use]
    pub fn whose_clock(&self) -> Option<clock::Whose<'s>> {
        Some(self.session.clock(&self.record.origin)?.whose_by(self.clock_offset()?))
    }

    /// The server's own clock when it answered: its Date, or the browser's clock moved by the
    /// offset that other answers of this origin show.
    #[must_use]
    pub fn server_time(&self) -> Option<Time> {
        self.facts().date.or_else(|| self.clock_offset().map(|offset| self.exchange().ended().plus(offset.middle())))
    }

    /// The moment of the answer, by the server's clock or else by the browser's; `None` where the capture
    /// tells neither, since no verdict about times may then be made.
    #[must_use]
    pub fn now(&self) -> Option<Time> {
        self.server_time().or_else(|| Some(self.exchange().started).filter(|_| !self.exchange().unseen.moment))
    }
}
