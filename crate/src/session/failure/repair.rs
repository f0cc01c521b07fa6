//! Refusals that the same session repairs without anybody noticing: answered challenges, renewed tokens, a page
//! that asks who is logged in before anybody is.

use url::Url;

use super::answers::{RENEWALS, handed_out_by, target};
use super::provider::is_error_answer;
use super::wake::AFTER_REFUSAL;
use super::{ANSWERS, Failure, FailureKind};
use crate::exchange::{Exchange, Kind};
use crate::facts::messages::MessageKind;
use crate::facts::negotiation::is_windows_scheme;
use crate::facts::statements::{Fault, Statement, Subject};
use crate::facts::tokens::Carrier;
use crate::facts::{Credentials, Purpose};
use crate::limits;
use crate::session::lists::key;
use crate::session::{Carries, Record, Session, Walk, same_request, sign_ins_at};

impl Session {
    /// The records, after this one, in which the same was asked for, and that have that property; the
    /// sign-ins of an origin are all attempts at the same.
    pub(super) fn later_of_target(&self, property: &str, at: usize, record: &Record) -> Walk<'_> {
        // Programs with one address for everything answer much else there.
        let is_sign_in = record.facts.purpose == Purpose::SignIn;
        let target = if is_sign_in { sign_ins_at(&record.origin) } else { target(record) };
        self.list(key(property, target)).on_from(at)
    }

    /// A refusal that the same session repairs without anybody noticing is no failed login.
    pub(super) fn repaired(&self, at: usize, record: &Record, mut failure: Failure) -> Option<Failure> {
        // A page that asks for the login lets nobody through, where pages of one address differ by their query alone.
        let is_door =
            |later: &Record| failure.kind == FailureKind::Bounced && later.exchange.kind == Kind::Document && later.shows_sign_in_form();
        // Nor does the answer to a call that brings nothing where the refused one brought something.
        let brings = |one: &Record| one.exchange.request.body.as_ref().is_some_and(|body| !body.text.trim().is_empty());
        let is_emptier = |later: &Record| record.facts.purpose == Purpose::SignIn && brings(record) && !brings(later);
        // Nor one that says the same to somebody who brings as little.
        let is_as_before = |later: &Record| {
            let bears = |record: &Record| record.facts.credentials.is_some() || self.bears_carrier(record);
            let is_same = || later.exchange.response_text() == record.exchange.response_text();
            failure.kind == FailureKind::Bounced && later.exchange.kind.is_by_script() && is_same() && !bears(record) && !bears(later)
        };
        let let_through = self
            .later_of_target("let through", at, record)
            .take(limits::LOOK_AHEAD)
            .find(|(_, later)| !is_door(later) && !is_emptier(later) && !is_as_before(later));
        let is_before = |other: &Record| let_through.is_none_or(|(_, later)| other.exchange.started <= later.exchange.started);
        if handshake_goes_on(record) || record.facts.credentials.is_none() && !record.facts.challenges.is_empty() {
            // The first leg of a login by challenge: what was answered to it tells how it ended.
            let mut answered = self.later_of_target("credentials", at, record).take(ANSWERS).take_while(|(_, later)| is_before(later));
            if answered.any(|(_, later)| handshake_goes_on(record) || answers_challenge(record, later)) {
                return None;
            }
        }
        if self.is_first_leg(at, record) || self.is_led_on(at, record) {
            return None;
        }
        if record.exchange.status() == 407 {
            let mut answered = self.later_of_target("answered", at, record).take(ANSWERS).take_while(|(_, later)| is_before(later));
            if answered.any(|(_, later)| answers_challenge(record, later)) {
                return None;
            }
        }
        if let Some((later_at, later)) = let_through {
            let is_refreshed = || self.list(RENEWALS).on_from(at).next().is_some_and(|(_, renewal)| is_before(renewal));
            // Where credentials cannot be seen, nobody can tell a refusal from the question for them.
            let is_hidden = later.exchange.unseen.authorization && !record.is_told_in_its_place();
            if is_hidden || record.was_intercepted() || asks_for_renewal(record) || renews(record, later) || is_refreshed() {
                return None;
            }
            failure.recovered_by = Some(later_at);
        }
        if let_through.is_none() && self.is_told_of_the_renewal(at, record) {
            return None;
        }
        if record.facts.purpose == Purpose::SignIn
            && let Some((later, _)) = self.list(handed_out_by(&record.origin)).on_from(at).next()
        {
            failure.recovered_by = failure.recovered_by.or(Some(later));
        }
        if record.facts.purpose == Purpose::SignIn {
            failure.recovered_by =
                failure.recovered_by.or_else(|| self.opens_what_was_shut(at, record)).or_else(|| self.shows_until_logout(at, record));
        }
        failure.recovered_by = failure
            .recovered_by
            .or_else(|| self.lets_in_after(at, record))
            .or_else(|| self.is_upgraded_after(at, record))
            .or_else(|| self.is_replaced_by_login(at, record))
            .or_else(|| self.is_served_beside_the_cache(at, record));
        (!self.is_probe(at, record)).then_some(failure)
    }

    /// Whether a script answers the refusal of a token by renewing it at once, and that is refused: then that is what failed.
    fn is_told_of_the_renewal(&self, at: usize, record: &Record) -> bool {
        let bears_token =
            || record.facts.token().is_some() || record.facts.credentials.as_ref().is_some_and(|credentials| credentials.is("bearer"));
        let Some(site) = record.site().filter(|_| record.facts.purpose == Purpose::Api) else {
            return false;
        };
        let renews =
            |later: &Record| later.facts.purpose == Purpose::Refresh && later.site().is_some_and(|other| other.is_schemelessly_same(site));
        // Where the token stands in a field of the program's own, only what follows at once is about it.
        let patience = if bears_token() { RENEWAL } else { AT_ONCE };
        let is_near = |later: &Record| later.exchange.started.since(record.exchange.started) <= patience;
        let mut later =
            self.in_order().on_from(at).at_most(0, limits::LOOK_AHEAD).map(|(_, later)| later).take_while(|later| is_near(later));
        // Programs that answer by a success whatever it is say so inside.
        matches!(record.exchange.status(), 200..=299 | 401)
            && later.any(|later| renews(later) && (400..500).contains(&later.exchange.status()))
    }

    /// Position of the same handshake of a WebSocket that was taken later, or of one with another token in its address once an answer
    /// had renewed the login.
    fn is_upgraded_after(&self, at: usize, record: &Record) -> Option<usize> {
        let asks = || record.exchange.sent("upgrade").is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
        if record.exchange.kind != Kind::WebSocket && record.exchange.url.scheme() != "wss" && !asks() {
            return None;
        }
        let is_taken = |later: &Record| later.exchange.status() == 101 && later.exchange.url.path() == record.exchange.url.path();
        let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, limits::LOOK_AHEAD);
        let (taken, handshake) = later.find(|(_, later)| is_taken(later))?;
        let renews = |other: &Record| other.was_accepted() && (other.secrets_set().next().is_some() || other.facts.hands_out_access());
        // Its scheme is its own, and so its origin; and whoever renews a token may stand on another host.
        let is_here = |other: &Record| other.exchange.url.host() == record.exchange.url.host() || other.facts.hands_out_access();
        let mut between = self.in_order().on_from(at).until(handshake.exchange.started).take(limits::LOOK_AHEAD);
        let is_same = handshake.exchange.url == record.exchange.url;
        (is_same || between.any(|(_, other)| is_here(other) && renews(other))).then_some(taken)
    }

    /// Position of the login after a page that nobody is let into, whose status says so and whose content is the form: whoever
    /// gets in there, and on, lacks nothing.
    fn lets_in_after(&self, at: usize, record: &Record) -> Option<usize> {
        let is_shut = record.facts.purpose == Purpose::Page && record.exchange.status() == 401 && record.facts.credentials.is_none();
        let is_dialog = record.facts.challenges.iter().any(|challenge| PASSWORD_DIALOGS.iter().any(|scheme| challenge.is(scheme)));
        if !is_shut || is_dialog {
            return None;
        }
        let mut logins = self.list(sign_ins_at(&record.origin)).on_from(at).take(ANSWERS);
        let (login, _) = logins.find(|(_, login)| login.was_accepted() && login.secrets_set().next().is_some())?;
        let is_let_in = |later: &Record| later.facts.purpose == Purpose::Page && later.exchange.status() == 200 && later.was_accepted();
        let mut after = self.of_origin(&record.origin).on_from(login).at_most(0, ANSWERS);
        after.any(|(_, later)| is_let_in(later) && !later.shows_sign_in_form()).then_some(login)
    }

    /// Position of what was shut before a refused step of a login and is open after it: a second step may answer
    /// by a refusal that only asks for more.
    fn opens_what_was_shut(&self, at: usize, record: &Record) -> Option<usize> {
        let is_page = |later: &Record| {
            let is_shown = matches!(later.facts.purpose, Purpose::Page | Purpose::Api) && !later.shows_sign_in_form();
            is_shown && later.exchange.status() == 200 && later.was_accepted() && &*later.exchange.method == "GET"
        };
        let was_shut = |later: &Record| {
            let mut before = self.of_request(&later.exchange).back_from(at).at_most(limits::LOOK_BACK, 0);
            let is_call = later.exchange.kind != Kind::Document;
            before.any(|(_, before)| {
                before.redirects_to_sign_in() || before.exchange.status() == 401 || is_call && before.exchange.status() == 403
            })
        };
        let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS);
        later.find(|(_, later)| is_page(later) && !later.facts.cookies.is_empty() && was_shut(later)).map(|(at, _)| at)
    }

    /// Position of the page that somebody logged out from who had not been in before: some devices send everybody back to
    /// the login page, which leads on.
    fn shows_until_logout(&self, at: usize, record: &Record) -> Option<usize> {
        let is_led_on = (300..=399).contains(&record.exchange.status());
        if !is_led_on || !record.facts.statements.is_empty() {
            return None;
        }
        let mut shown = None;
        let later = self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS);
        for (position, later) in later.filter(|(_, later)| later.exchange.kind == Kind::Document) {
            match later.facts.purpose {
                Purpose::SignOut => return shown.filter(|_| later.exchange.status() < 400 && !self.bears_carrier(record)),
                Purpose::SignIn => return None,
                _ if later.exchange.status() == 200 && !later.shows_sign_in_form() => shown = Some(position),
                _ => {}
            }
        }
        None
    }

    /// A program or the browser itself asked without credentials, and goes on with credentials that this origin
    /// accepts: RFC 9110 11.5 lets one login count for a whole protection space, but not everybody sends it unasked,
    /// and some fetch a manifest without any.
    fn is_first_leg(&self, at: usize, record: &Record) -> bool {
        let facts = &record.facts;
        let is_answered_unseen =
            |scheme: &str| is_windows_scheme(scheme) || ["basic", "digest"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        // Where credentials cannot be seen, a question and its answer look alike, but that the answer follows as no
        // person would, or is another one.
        let is_windows = facts.challenges.iter().any(|challenge| is_windows_scheme(&challenge.scheme));
        let follows = |later: &Record| is_windows && later.exchange.started.since(record.exchange.started) <= LEG;
        let differs = |later: &Record| later.exchange.status() != record.exchange.status();
        if record.exchange.unseen.authorization && facts.challenges.iter().any(|challenge| is_answered_unseen(&challenge.scheme)) {
            let mut later = self.of_request(&record.exchange).on_from(at);
            return later.next().is_some_and(|(_, later)| follows(later) || differs(later));
        }
        let answers = |later: &Record| {
            let borne = later.facts.credentials.as_ref();
            later.was_accepted() && borne.is_some_and(|borne| facts.challenges.iter().any(|challenge| borne.is(&challenge.scheme)))
        };
        record.exchange.kind == Kind::Other
            && facts.credentials.is_none()
            && facts.challenges.iter().any(|challenge| is_answered_unseen(&challenge.scheme))
            && self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS).any(|(_, later)| answers(later))
    }

    /// A page that nobody is let into and that leads on to the login by itself, as the browser then goes.
    fn is_led_on(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        if exchange.kind != Kind::Document || !matches!(exchange.status(), 401 | 403) || record.facts.credentials.is_some() {
            return false;
        }
        let mut pages =
            self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS).filter(|(_, later)| later.exchange.kind == Kind::Document);
        let Some((_, next)) = pages.next() else { return false };
        // Kerberos that a browser does not have: the page sends its own form, and another way to log in is offered.
        let is_sent = &*next.exchange.method == "POST" && next.exchange.started.since(record.exchange.ended()) <= LEG;
        refresh_target(exchange).is_some_and(|target| next.exchange.url == target && next.redirects_to_sign_in())
            || submits_itself(exchange) && is_sent && next.exchange.status() < 400
    }

    /// A script asked who is logged in before anybody had tried to, and somebody tries afterwards: how that ends is
    /// told of the attempt.
    fn is_probe(&self, at: usize, record: &Record) -> bool {
        let is_answered_once_known = || {
            let is_same = |later: &Record| {
                same_request(&later.exchange) == same_request(&record.exchange)
                    && later.exchange.request.body == record.exchange.request.body
            };
            let gets_in = |later: &Record| later.was_accepted() && is_same(later);
            // Or a cookie came in between that only whoever logs in has.
            let by_cookie = |later: &Record| {
                let is_new = |name: &str| record.facts.cookie(name).is_none() && self.carries(later, name) > Carries::No;
                gets_in(later) && later.facts.cookies.iter().any(|(name, _)| is_new(name))
            };
            let is_bare = record.facts.cookies.is_empty() && !record.exchange.unseen.cookies;
            self.later_of_target("credentials", at, record).take(ANSWERS).any(|(_, later)| gets_in(later))
                || is_bare && self.of_request(&record.exchange).on_from(at).at_most(0, ANSWERS).any(|(_, later)| by_cookie(later))
        };
        // Who is told that a session ended, and gets another in its place, had one.
        let says_ended = |statement: &Statement| {
            statement.pair.subject == Subject::Session && matches!(statement.pair.fault, Fault::Expired | Fault::Revoked)
        };
        let had_session = || record.facts.statements.iter().any(says_ended) && self.takes_login_away(at, record);
        let brings_nothing = || !self.bears_carrier(record) && record.facts.tokens.iter().all(|seen| !seen.carrier.is_sent());
        let may_ask = record.facts.purpose == Purpose::Api || record.facts.purpose == Purpose::Refresh && brings_nothing();
        let is_anonymous = may_ask
            && record.facts.credentials.is_none()
            && record.exchange.kind != Kind::Document
            && self.left_authorization_behind(at).is_none()
            && self.hands_on_code(at).is_none()
            && !had_session();
        let opens_attempt = || {
            let sign_ins = || self.list(sign_ins_at(&record.origin));
            // Or the page goes to where people log in, at this origin's own request, or to a provider.
            let goes_to_log_in = |record: &Record| record.exchange.kind == Kind::Document && record.redirects_to_sign_in();
            let goes = || self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS).any(|(_, later)| goes_to_log_in(later));
            let page = || record.page().map(|page| page.origin().ascii_serialization());
            let asks_provider = |later: &Record| {
                let comes_back =
                    |target: &str| Url::parse(target).is_ok_and(|target| page() == Some(target.origin().ascii_serialization()));
                let requests = later.facts.messages.iter().filter(|message| message.kind.is_request() && message.carrier.is_sent());
                let mut services = later.exchange.url.query_pairs().filter(|(name, _)| name == "service");
                later.facts.purpose == Purpose::Authorize
                    && later.exchange.kind == Kind::Document
                    && (requests.filter_map(|message| message.param("redirect_uri")).any(comes_back)
                        || services.any(|(_, service)| comes_back(&service)))
            };
            let leaves = || self.in_order().on_from(at).at_most(0, ANSWERS).any(|(_, later)| asks_provider(later));
            // What another party was asked for before anybody logged in at the page's own site is no login there.
            let of_page = || record.page_site().filter(|page| record.site() != Some(*page)).map(|page| self.logins_of(page));
            let page_opens = || {
                of_page().is_some_and(|logins| logins.back_from(at).next().is_none())
                    && of_page().is_some_and(|logins| logins.on_from(at).next().is_some())
            };
            let nobody_yet = || record.page_site().or(record.site()).is_none_or(|site| self.logins_of(site).back_from(at).next().is_none());
            let comes_later = || {
                record.site().is_some_and(|site| self.logins_of(site).on_from(at).any(|(_, step)| step.facts.purpose != Purpose::SignOut))
            };
            // What a submission brings that nobody had is a login, whatever it is called.
            let brings_secret = |later: &Record| {
                let is_new = |name: &str| later.facts.cookie(name).is_none();
                &*later.exchange.method == "POST" && later.was_accepted() && later.secrets_set().any(is_new)
            };
            let gets_in = || self.of_origin(&record.origin).on_from(at).at_most(0, ANSWERS).any(|(_, later)| brings_secret(later));
            let is_bare = || record.facts.cookies.is_empty() && !record.exchange.unseen.cookies;
            sign_ins().back_from(at).next().is_none()
                && (sign_ins().on_from(at).next().is_some()
                    || is_bare() && gets_in()
                    || goes()
                    || nobody_yet() && (leaves() || comes_later())
                    || page_opens())
        };
        // What a page asks for in the background whoever is there, and was told the same before anybody logged in.
        let was_told_before = || {
            let is_told = |other: &Record| {
                other.exchange.status() == record.exchange.status() && other.facts.cookies.is_empty() && other.facts.credentials.is_none()
            };
            let gets_in = |other: &Record| other.was_accepted() && !other.facts.messages.iter().any(is_error_answer);
            let nobody_got_in = || {
                record
                    .site()
                    .is_some_and(|site| !self.logins_of(site).back_from(at).at_most(limits::LOOK_BACK, 0).any(|(_, other)| gets_in(other)))
            };
            // A secret that was handed out meanwhile may be of a login by an unknown name.
            let brings_any = |other: &Record| &*other.exchange.method == "POST" && other.secrets_set().next().is_some();
            let nothing_came = || !self.of_origin(&record.origin).back_from(at).at_most(ANSWERS, 0).any(|(_, other)| brings_any(other));
            is_told(record)
                && nothing_came()
                && self.of_request(&record.exchange).back_from(at).at_most(ANSWERS, 0).any(|(_, other)| is_told(other))
                && nobody_got_in()
        };
        // Who never got in has nothing to renew.
        let has_nothing_to_renew = || {
            let is_asked = record.facts.purpose == Purpose::Refresh && record.facts.messages.is_empty() && brings_nothing();
            is_asked && record.site().is_some_and(|site| self.logins_of(site).next().is_none())
        };
        // Who was refused here a moment before is a stranger still, as was told of the attempt.
        let was_refused = || {
            let last = record.site().and_then(|site| self.logins_of(site).back_from(at).next());
            let is_step =
                |step: &Record| matches!(step.facts.purpose, Purpose::SignIn | Purpose::Callback) && step.exchange.status() >= 400;
            let is_moment = |step: &Record| record.exchange.started.since(step.exchange.started) <= AFTER_REFUSAL;
            // One page may log in at one host and ask another.
            let places = |record: &Record| [Some(record.exchange.url.origin()), record.page().map(Url::origin)];
            let is_here =
                |step: &Record| places(step).iter().flatten().any(|place| places(record).iter().flatten().any(|own| own == place));
            let is_it = |step: &Record| is_step(step) && is_moment(step) && is_here(step);
            brings_nothing() && last.is_some_and(|(before, step)| is_it(step) && self.refuses(before, step))
        };
        let is_probe =
            || record.facts.challenges.is_empty() && is_answered_once_known() || opens_attempt() || has_nothing_to_renew() || was_refused();
        is_anonymous && (is_probe() || was_told_before() || self.is_visitors(at, record))
    }

    /// A page that serves visitors asks whether this one is a member: nobody gets in at its site in all of the
    /// session, it sends nobody to do so, and it gives other answers to the same stranger.
    fn is_visitors(&self, at: usize, record: &Record) -> bool {
        let by_script = |record: &Record| record.exchange.kind.is_by_script();
        let is_own = record.page_site().zip(record.site()).is_some_and(|(page, here)| page.is_schemelessly_same(here));
        let asks = by_script(record)
            && is_own
            && !record.exchange.unseen.authorization
            && !record.exchange.unseen.cookies
            && &*record.exchange.method == "GET"
            && (record.exchange.status() == 401 || is_mere_refusal(record))
            && !record.facts.challenges.iter().any(|challenge| challenge.is("basic") || challenge.is("digest"))
            && (record.facts.statements.iter().any(Statement::says_nothing_came) || is_bare_challenge(record) || is_mere_refusal(record))
            && record.facts.tokens.iter().all(|seen| !seen.carrier.is_sent() || seen.carrier == Carrier::Cookie);
        let near = || self.of_origin(&record.origin).around(at).at_most(ANSWERS, ANSWERS).map(|(_, other)| other);
        let gets_in = |other: &Record| other.was_accepted() && !other.facts.messages.iter().any(is_error_answer);
        let nobody_gets_in = || record.site().is_some_and(|site| !self.logins_of(site).any(|(_, other)| gets_in(other)));
        let sends_away =
            |other: &Record| other.exchange.kind == Kind::Document && (other.redirects_to_sign_in() || other.shows_sign_in_form());
        let is_served = |other: &Record| {
            let is_asked_alike =
                by_script(other) && other.facts.purpose == Purpose::Api || is_mere_refusal(record) && other.facts.purpose == Purpose::Page;
            is_asked_alike && other.was_accepted() && other.facts.credentials.is_none()
        };
        let was_member = || self.of_request(&record.exchange).around(at).at_most(ANSWERS, ANSWERS).any(|(_, other)| other.was_accepted());
        asks && !was_member() && !near().any(sends_away) && near().any(is_served) && nobody_gets_in()
    }
}

/// Whether a page sends its form as soon as it is shown.
fn submits_itself(exchange: &Exchange) -> bool {
    let plain = limits::beginning(exchange.response_text(), HEAD).to_ascii_lowercase();
    plain.contains("<form") && plain.contains("onload") && plain.contains(".submit()")
}

/// Where a page's own refresh leads: HTML, the `http-equiv` attribute.
fn refresh_target(exchange: &Exchange) -> Option<Url> {
    let text = limits::beginning(exchange.response_text(), HEAD);
    let plain = text.to_ascii_lowercase();
    plain.match_indices("<meta").find_map(|(from, _)| {
        let until = from + plain.get(from..)?.find('>')?;
        let tag = plain.get(from..until).filter(|tag| tag.contains("http-equiv") && tag.contains("refresh"))?;
        let address = text.get(from + tag.find("url=")? + "url=".len()..until)?;
        let address = address.trim_start_matches(['\'', '"']).split(['\'', '"']).next()?;
        exchange.url.join(&address.replace("&amp;", "&")).ok()
    })
}

/// Bytes of a page in which it says where it leads by itself.
const HEAD: usize = 2048;

/// Whether a stranger is told no more than that something is not for them.
fn is_mere_refusal(record: &Record) -> bool {
    let is_permission = |statement: &Statement| statement.pair.subject == Subject::Permission;
    record.exchange.status() == 403
        && !record.was_intercepted()
        && record.facts.cookies.is_empty()
        && (!record.facts.statements.is_empty() || record.facts.outcome.is_error)
        && record.facts.statements.iter().all(is_permission)
}

/// Whether the answer asks for a token and names no error: none came (RFC 6750 3.1).
fn is_bare_challenge(record: &Record) -> bool {
    record.facts.challenge("bearer").is_some_and(|challenge| challenge.param("error").is_none())
}

/// Whether `later` bears credentials of a challenged scheme that `refused` did not bear.
fn answers_challenge(refused: &Record, later: &Record) -> bool {
    if refused.exchange.status() == 407 {
        // What was answered to a proxy is hidden in some captures; that it let the next request
        // through says enough.
        return refused.exchange.sent("proxy-authorization").is_none() && later.exchange.status() != 407;
    }
    let answers = |credentials: &Credentials| refused.facts.challenges.iter().any(|challenge| credentials.is(&challenge.scheme));
    refused.facts.credentials.is_none() && later.facts.credentials.as_ref().is_some_and(answers)
}

/// Whether the 401 is a step of a Negotiate or NTLM handshake: it bears the server's message.
fn handshake_goes_on(record: &Record) -> bool {
    record.facts.challenges.iter().any(|challenge| challenge.has_token && is_windows_scheme(&challenge.scheme))
}

/// Schemes for which the browser itself asks.
const PASSWORD_DIALOGS: [&str; 4] = ["basic", "digest", "negotiate", "ntlm"];

/// Milliseconds between the legs of a handshake that nobody types anything for.
const LEG: i64 = 2000;

/// Milliseconds in which a script repeats what failed, having renewed its token out of sight.
const RENEWAL: i64 = 10_000;

/// Milliseconds in which a script answers by itself to what was refused.
const AT_ONCE: i64 = 1_500;

/// Whether a script repeats a refused call at once with another token: the renewal itself may be hidden in
/// a worker, a frame or an answer that was not captured.
fn renews(record: &Record, later: &Record) -> bool {
    let by_script = |record: &Record| record.exchange.kind.is_by_script();
    let token = |record: &Record| record.facts.token().and(record.facts.credentials.as_ref()).map(|credentials| credentials.fingerprint);
    by_script(record)
        && by_script(later)
        && token(record).zip(token(later)).is_some_and(|(refused, renewed)| refused != renewed)
        && later.exchange.started.since(record.exchange.started) <= RENEWAL
}

/// Whether the refusal only asks for the same once more with a new nonce: RFC 7616 3.3 and RFC 9449 9.
fn asks_for_renewal(refused: &Record) -> bool {
    let facts = &refused.facts;
    let is_stale =
        facts.challenge("digest").and_then(|challenge| challenge.param("stale")).is_some_and(|stale| stale.eq_ignore_ascii_case("true"));
    let token_error =
        facts.messages.iter().any(|message| message.kind == MessageKind::TokenError && message.param("error") == Some("use_dpop_nonce"));
    is_stale || token_error || facts.bearer_error().is_some_and(|(_, error)| error == "use_dpop_nonce")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    const ASKS: &str = "~ kind fetch\n> GET https://shop.test/api/me\n> Referer: https://shop.test/\n< 401 Unauthorized\n< WWW-Authenticate: Session\n<\n< {\"error\":\"not signed in\"}\n\n";
    const SERVED: &str = "~ kind fetch\n> GET https://shop.test/api/basket\n< 200 OK\n<\n< {\"items\":0}\n\n";

    #[test]
    fn a_renewal_that_is_refused_tells_why_the_call_before_was() {
        let call = "~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer {secret t 40}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n\n";
        let renewal = |answer: &str| {
            format!(
                "~ kind fetch\n> POST https://api.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={{secret r 40}}\n< {answer}\n\n"
            )
        };
        let refused = renewal("400 Bad Request\n<\n< {\"error\":\"invalid_grant\"}");
        assert_eq!(diagnose(&format!("{call}{refused}")).failures.len(), 1);
        // Much later it is another matter, and so is a renewal that works while the call still fails.
        assert_eq!(diagnose(&format!("{call}@ 5m\n{refused}")).failures.len(), 2);
        assert_eq!(diagnose(&format!("{call}{}", renewal("200 OK\n<\n< {\"access_token\":\"{secret u 40}\"}"))).failures.len(), 1);
    }

    #[test]
    fn a_page_that_leads_on_to_the_login_by_itself_is_a_step() {
        let shut = |head: &str| {
            format!(
                "~ kind document\n> GET https://ci.test/job\n< 403 Forbidden\n<\n< <html><head><meta charset=utf-8>{head}</head></html>\n\n"
            )
        };
        let begin = "~ kind document\n> GET https://ci.test/begin\n< 302 Found\n< Location: https://id.test/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fci.test%2Fcb&state=s\n\n";
        is_healthy(&(shut("<meta http-equiv='refresh' content='1;url=/begin'>") + begin));
        for head in ["", "<meta http-equiv='refresh' content='1;url=/elsewhere'>", "<meta http-equiv='refresh' content='30'>"] {
            assert_eq!(diagnose(&(shut(head) + begin)).failures.len(), 1, "{head}");
        }
    }

    #[test]
    fn a_form_that_comes_by_a_401_is_answered_by_the_login() {
        let form = "~ kind document\n> GET https://wiki.test/enter\n< 401 Unauthorized\n\n";
        let login = |answer: &str| {
            format!(
                "~ kind document\n> POST https://wiki.test/submit\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< {answer}\n\n"
            )
        };
        let page = "~ kind document\n> GET https://wiki.test/oils\n> Cookie: sid={secret s 30}\n< 200 OK\n\n";
        let enters = login("302 Found\n< Location: /oils\n< Set-Cookie: sid={secret s 30}; Path=/");
        let diagnosis = diagnose(&format!("{form}{}{enters}{page}", login("401 Unauthorized")));
        assert!(diagnosis.failures.iter().all(|failure| failure.recovered_by.is_some()), "{diagnosis:?}");
        assert!(diagnose(&format!("{form}{}", login("401 Unauthorized"))).failures.iter().all(|failure| failure.recovered_by.is_none()));
    }

    #[test]
    fn a_page_that_sends_its_form_by_itself_is_a_step() {
        let asks = |body: &str| {
            format!(
                "~ kind document\n> GET https://id.test/auth?client_id=a\n< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n<\n< {body}\n\n"
            )
        };
        let sent = "~ kind document\n> POST https://id.test/step\n< 200 OK\n<\n< <form method=post><input name=u><input type=password name=p></form>\n\n";
        is_healthy(&(asks("<body onload=\"document.forms[0].submit()\"><form method=post action=/step></form></body>") + sent));
        assert_eq!(diagnose(&(asks("<body><form method=post action=/step></form></body>") + sent)).failures.len(), 1);
    }

    #[test]
    fn the_first_answer_of_the_next_attempt_recovers_nothing() {
        let step = |body: &str, answer: &str| {
            format!("~ kind fetch\n> POST https://am.test/authenticate\n> Content-Type: application/json\n>\n> {body}\n< {answer}\n\n")
        };
        let asked = step("", "200 OK\n<\n< {\"callbacks\":[]}");
        let refused = step(
            "{\"callbacks\":[{\"type\":\"PasswordCallback\",\"input\":[{\"value\":\"b\"}]}]}",
            "401 Unauthorized\n<\n< {\"message\":\"User Locked Out.\"}",
        );
        let failure = &diagnose(&(asked.clone() + &refused + &asked)).failures[0];
        assert!(failure.recovered_by.is_none() && failure.causes[0].id == "account-locked", "{failure:?}");
    }

    #[test]
    fn who_logs_out_had_come_in() {
        let page = |path: &str, body: &str| format!("~ kind document\n> GET http://box.test/{path}\n< 200 OK\n<\n< {body}\n\n");
        let form = "<form action=/go method=post><input name=u><input type=password name=p></form>";
        let login = format!(
            "{}~ kind document\n> POST http://box.test/go\n> Content-Type: application/x-www-form-urlencoded\n>\n> u=a&p=b\n< 302 Found\n< Location: /login\n\n{}",
            page("", form),
            page("login", form)
        );
        let is_recovered = |after: &str| diagnose(&format!("{login}{after}")).failures.iter().all(|failure| failure.recovered_by.is_some());
        let (home, logout) = (page("home", "<h1>Status</h1>"), page("logout", "bye"));
        assert!(is_recovered(&format!("{home}{logout}")));
        assert!(!is_recovered(&home) && !is_recovered(&logout) && !is_recovered(&format!("{home}{login}{logout}")));
    }

    #[test]
    fn visitors_are_asked_after_and_served() {
        is_healthy(&format!("{ASKS}{SERVED}{ASKS}"));
        reports("missing-credentials", ASKS);
        let login = "~ kind fetch\n> POST https://shop.test/api/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; Domain=x.test\n\n";
        reports("cookie-rejected-domain", &format!("{login}{SERVED}{ASKS}"));
    }

    #[test]
    fn who_was_refused_asks_as_a_stranger_and_that_is_no_other_failure() {
        let login = |answer: &str| format!("~ kind document\n> GET https://app.test/cb?code={{secret c 30}}&state=s1\n< {answer}\n\n");
        let asks = "~ kind fetch\n> GET https://app.test/api/list\n< 401 Unauthorized\n< Content-Type: application/json\n<\n< {\"error\":\"no session\"}\n\n";
        let refused = login("500 Internal Server Error\n<\n< failed to verify id token signature");
        assert_eq!(diagnose(&(refused.clone() + asks)).failures.len(), 1);
        let let_in = login("302 Found\n< Location: /\n< Set-Cookie: sid={secret s 40}; HttpOnly; Secure");
        assert_eq!(diagnose(&(refused + "@ 1m\n" + &let_in + asks)).failures.len(), 2);
    }

    #[test]
    fn who_was_refused_elsewhere_or_long_ago_is_refused_anew() {
        let refused = |host: &str| {
            format!(
                "~ kind fetch\n> POST https://{host}.firm.test/in\n> Referer: https://{host}.firm.test/start\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< 401 Unauthorized\n< Content-Type: application/json\n<\n< {{\"error\":\"wrong password\"}}\n\n"
            )
        };
        let asks = "~ kind fetch\n> GET https://api.firm.test/list\n> Referer: https://time.firm.test/\n< 401 Unauthorized\n< Content-Type: application/json\n<\n< {\"error\":\"no session\"}\n\n";
        let failures = |session: &str| diagnose(session).failures.len();
        assert_eq!(failures(&(refused("time") + asks)), 1);
        assert_eq!(failures(&(refused("api") + asks)), 1);
        assert_eq!(failures(&(refused("files") + asks)), 2);
        assert_eq!(failures(&(refused("time") + "@ 2h\n" + asks)), 2);
    }

    #[test]
    fn what_another_party_was_asked_before_the_login_is_none() {
        let widget = "~ kind fetch\n> GET https://weather.example/now\n> Origin: https://clinic.test\n< 401 Unauthorized\n< WWW-Authenticate: ApiKey realm=\"w\"\n< Access-Control-Allow-Origin: *\n\n";
        let login = "~ kind document\n> POST https://clinic.test/in\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid={secret s 30}; Path=/\n\n";
        is_healthy(&format!("{widget}{login}"));
        reports("api-key-missing", widget);
    }

    #[test]
    fn a_step_that_asks_for_more_is_no_refusal_once_the_page_opens() {
        let page = |cookie: &str, answer: &str| {
            format!("~ kind document\n> GET https://clinic.test/visits\n> Cookie: k={{secret {cookie} 30}}\n< {answer}\n\n")
        };
        let first = "~ kind document\n> POST https://clinic.test/in\n> Cookie: k={secret one 30}\n>\n> card=1&password=b\n< 401 Unauthorized\n< Set-Cookie: k={secret two 30}; Path=/\n<\n< <form><input name=kod></form>\n\n";
        let shut = page("one", "302 Found\n< Location: /login");
        let opened = diagnose(&format!("{shut}{first}{}", page("two", "200 OK\n<\n< <h1>Visits</h1>")));
        assert!(opened.failures.iter().all(|failure| failure.recovered_by.is_some()));
        reports("wrong-credentials", &format!("{shut}{first}"));
    }
}
