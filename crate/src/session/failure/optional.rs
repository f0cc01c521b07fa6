//! Refusals that nobody minds: what pages ask for by themselves as soon as somebody has logged in, and pages that are closed
//! to every visitor.

use super::ANSWERS;
use super::answers::RENEWALS;
use crate::exchange::{Exchange, Kind};
use crate::facts::statements::{Fault, Subject};
use crate::facts::tokens::Role;
use crate::facts::{Fingerprint, Purpose};
use crate::session::{Carries, Record, Session, same_request};

/// Milliseconds after a login in which a page asks for all that it could show.
const LANDING: i64 = 5_000;

/// Milliseconds within which a page asks for several things at once.
const TOGETHER: i64 = 2_000;

/// Milliseconds after which nobody is sent away any more for what was refused.
const SENT_AWAY: i64 = 10_000;

/// Exchanges of any site before a refusal that are looked at.
const BEFORE: usize = 64;

/// Fields by which browsers and frameworks mark what they fetch in case somebody goes there, in lower case: Fetch,
/// Chromium, Firefox, Next.js; checked 2026-11-29.
const SPECULATION_FIELDS: [&str; 4] = ["sec-purpose", "purpose", "x-moz", "next-router-prefetch"];

/// Whether nobody asked for this yet.
pub(super) fn is_speculative(exchange: &Exchange) -> bool {
    SPECULATION_FIELDS.iter().any(|name| exchange.sent(name).is_some_and(|value| value.contains("prefetch") || value == "1"))
}

/// Whether nothing but a token is asked for that tells of nobody, and that few browsers have: pages that check whether a person asks
/// go on without it (RFC 9577 2.1).
pub(super) fn asks_for_no_identity(record: &Record) -> bool {
    let mut challenges = record.facts.challenges.iter().peekable();
    let is_asked = record.exchange.kind != Kind::Document && record.exchange.status() == 401 && challenges.peek().is_some();
    is_asked && challenges.all(|challenge| challenge.is("privatetoken"))
}

impl Session {
    /// Whether what is refused here is done without: a script asked for it once, the same user is answered before and after,
    /// and everything goes on. Of what it asks for right after a login, it may ask again after the next.
    pub(super) fn is_done_without(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let is_landing = self.has_just_logged_in(at, record);
        let says_no_more = record.facts.statements.iter().all(|statement| {
            statement.pair.subject == Subject::Permission || is_landing && matches!(statement.pair.fault, Fault::Denied | Fault::Disabled)
        });
        // Where all calls are POSTs that are answered by 200, nothing tells those that change something.
        let is_read = match &*exchange.method {
            "GET" => matches!(exchange.status(), 200 | 403),
            "POST" => exchange.status() == 200 || exchange.status() == 403 && is_landing,
            _ => false,
        };
        let may_be = is_read
            && exchange.kind != Kind::Document
            && record.facts.purpose == Purpose::Api
            && record.facts.challenges.is_empty()
            && says_no_more
            && !record.was_intercepted()
            && !self.denies_for_a_reason(record);
        // What was done without after one login is asked for again after the next.
        let was_before = || {
            let mut before = self.of_request(exchange).back_from(at).at_most(ANSWERS, 0);
            is_landing
                && before.any(|(before, other)| other.exchange.status() == exchange.status() && self.goes_on_all_the_same(before, other))
        };
        may_be && (self.goes_on_all_the_same(at, record) || was_before())
    }

    /// Whether a page is closed to a visitor of whom nobody has asked anything: its site is open before and after, the
    /// request bears nothing, and the answer says nothing of a login.
    pub(super) fn is_closed_to_all(&self, at: usize, record: &Record) -> bool {
        let is_bare = !record.facts.bears_credentials() && record.facts.cookies.is_empty() && !record.exchange.unseen.cookies;
        let says_nothing = record.facts.statements.iter().all(|statement| statement.pair.subject == Subject::Permission)
            && record.facts.challenges.is_empty()
            && !record.was_intercepted()
            && !self.denies_for_a_reason(record);
        let is_open = |(_, other): (usize, &Record)| {
            other.exchange.kind == Kind::Document
                && other.facts.purpose == Purpose::Page
                && other.was_accepted()
                && other.facts.cookies.is_empty()
        };
        let near = || self.of_origin(&record.origin);
        record.facts.purpose == Purpose::Page
            && is_bare
            && says_nothing
            && near().back_from(at).at_most(ANSWERS, 0).any(is_open)
            && near().on_from(at).at_most(0, ANSWERS).any(is_open)
    }

    /// Whether what the request bears was handed out a moment before.
    fn has_just_logged_in(&self, at: usize, record: &Record) -> bool {
        let is_handed_out = |earlier: &Record| {
            let by_cookie = |(name, value): &(Box<str>, Fingerprint)| {
                let is_renewed = earlier.facts.cookie(name).is_some_and(|sent| sent.is_surely(*value));
                !is_renewed
                    && self.carries(earlier, name) > Carries::No
                    && record.facts.cookie(name).is_some_and(|sent| sent.is_surely(*value))
            };
            let by_token = || {
                let of = |record: &Record, is_sent: bool| {
                    let tokens = record.facts.tokens.iter().filter(|seen| seen.carrier.is_sent() == is_sent && seen.role != Role::Csrf);
                    tokens.map(|seen| seen.token.fingerprint).collect::<Vec<_>>()
                };
                let (borne, before) = (of(record, true), of(earlier, true));
                of(earlier, false).iter().any(|given| borne.contains(given) && !before.contains(given))
            };
            earlier.facts.set_cookies.iter().any(by_cookie) || by_token()
        };
        let mut before = self.in_order().back_from(at).at_most(BEFORE, 0).map(|(_, earlier)| earlier);
        let is_near = |earlier: &&Record| record.exchange.started.since(earlier.exchange.started) <= LANDING;
        before.by_ref().take_while(is_near).any(is_handed_out)
    }

    /// Whether a later renewal is of the token that was refused: it redeems what came beside it, or beside what took its place.
    /// Where that came before the capture, the same user or page asks for it, or the token was no longer taken.
    fn renews_for(&self, (at, record): (usize, &Record), (renewed, renewal): (usize, &Record)) -> bool {
        let tokens = self.tokens();
        let borne = || {
            record.facts.tokens.iter().filter(|seen| seen.carrier.is_sent() && seen.role != Role::Csrf).map(|seen| seen.token.fingerprint)
        };
        let hands_out_refresh =
            |issuer: &Record| issuer.facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && seen.role == Role::Refresh);
        let is_known = |token| tokens.issued(token).and_then(|(issuer, _)| self.record(issuer)).is_some_and(hands_out_refresh);
        let line = |token| {
            let next = |token: &Fingerprint| tokens.successor(*token).map(|newer| newer.seen.token.fingerprint);
            std::iter::successors(Some(token), next).take(ANSWERS)
        };
        let redeems = |token| line(token).any(|token| tokens.redemptions(token).take(ANSWERS).any(|other| other == renewed));
        let is_over = |token| {
            let refused = tokens.refused(token).on_from(at).take(ANSWERS).map(|(_, other)| other);
            let mut until = refused.take_while(|other| other.exchange.started <= renewal.exchange.started);
            until.any(|other| other.exchange.status() == 401)
        };
        let is_same_page = || record.page().zip(renewal.page()).is_some_and(|(own, page)| own.origin() == page.origin());
        let is_likely = || renewal.is_of_the_same_user_as(record) || is_same_page() || borne().any(is_over);
        if borne().any(is_known) { borne().any(redeems) } else { is_likely() }
    }

    /// Whether the same user is answered right before and ever after, is not sent away, and nobody insists.
    fn goes_on_all_the_same(&self, at: usize, record: &Record) -> bool {
        let since = |other: &Record| other.exchange.started.since(record.exchange.started);
        // Where it is hidden who asks, it is one and the same.
        let is_hidden =
            |record: &Record| record.exchange.unseen.cookies && !record.facts.bears_credentials() && !record.facts.purpose.is_login();
        let is_same = |other: &Record| other.is_of_the_same_user_as(record) || is_hidden(record) && is_hidden(other);
        // A token that a renewal handed out meanwhile is the same user's.
        let is_its_own = |(renewed, renewal): &(usize, &Record)| self.renews_for((at, record), (*renewed, renewal));
        let renewals: Vec<&Record> = self.list(RENEWALS).on_from(at).take(ANSWERS).filter(is_its_own).map(|(_, renewal)| renewal).collect();
        let bears_renewed = |other: &Record| {
            let handed_out = |renewal: &&Record| {
                let tokens = renewal.facts.tokens.iter().filter(|seen| !seen.carrier.is_sent()).map(|seen| seen.token.fingerprint);
                let borne = |token| other.facts.tokens.iter().any(|seen| seen.carrier.is_sent() && seen.token.fingerprint == token);
                tokens.into_iter().any(borne)
            };
            renewals.iter().any(handed_out)
        };
        let is_same = |other: &Record| is_same(other) || bears_renewed(other);
        let is_answered = |other: &Record| other.was_accepted() && is_same(other);
        let here = || self.of_origin(&record.origin);
        let before = || here().back_from(at).at_most(ANSWERS, 0).map(|(_, other)| other).take_while(|other| since(other) >= -TOGETHER);
        let later = || here().on_from(at).at_most(0, ANSWERS).map(|(_, other)| other);
        let is_way_in = |other: &Record| {
            other.facts.purpose == Purpose::SignIn
                || other.redirects_to_sign_in()
                || other.exchange.kind == Kind::Document && other.shows_sign_in_form()
        };
        let is_asked_again = |other: &Record| same_request(&other.exchange) == same_request(&record.exchange);
        // Where most of what a page asks for is refused, it can hardly do without.
        let together =
            || before().chain(later().take_while(|other| since(other) <= TOGETHER)).filter(|other| other.facts.purpose == Purpose::Api);
        let answered = together().filter(|other| is_answered(other)).count();
        let is_refused = |other: &&Record| other.exchange.status() == record.exchange.status() && !other.was_accepted();
        let refused = 1 + together().filter(is_refused).count();
        // Who opens a page wants what it shows first; and that a page asks again and again for the same is no work.
        let is_opened = || before().any(|other| other.exchange.kind == Kind::Document);
        let is_new = |other: &Record| self.of_request(&other.exchange).back_from(at).at_most(ANSWERS, 0).next().is_none();
        let works_on = || later().any(|other| is_answered(other) && (&*other.exchange.method != "GET" || is_new(other)));
        let is_alone = answered == 0 && refused == 1 && !is_opened() && works_on();
        here().back_from(at).at_most(ANSWERS, 0).any(|(_, other)| is_answered(other))
            && (is_alone || answered > refused || answered == 1 && refused == 1)
            && later().any(is_answered)
            && !later().take_while(|other| since(other) <= SENT_AWAY).any(|other| is_way_in(other) || is_asked_again(other))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    const LOGIN: &str =
        "~ kind xhr\n> POST https://app.test/api/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly\n\n";

    fn call(path: &str, answer: &str) -> String {
        format!("~ kind xhr\n> GET https://app.test/api/{path}\n> Cookie: sid={{secret s 30}}\n< {answer}\n\n")
    }

    #[test]
    fn what_a_page_asks_for_by_itself_after_a_login_may_be_refused() {
        let landing = LOGIN.to_owned() + &call("me", "200 OK") + &call("admin/quota", "403 Forbidden");
        is_healthy(&(landing.clone() + &call("projects", "200 OK")));
        // What it sends by itself as well; later that is somebody's work.
        let sends = call("push", "403 Forbidden").replace("> GET", "> POST");
        is_healthy(&(LOGIN.to_owned() + &call("me", "200 OK") + &sends + &call("projects", "200 OK")));
        reports("insufficient-permissions", &(LOGIN.to_owned() + &call("me", "200 OK") + "@ 5m\n" + &sends + &call("projects", "200 OK")));
        // It was the last thing that happened, somebody asks again, or is sent away.
        reports("insufficient-permissions", &landing);
        reports("insufficient-permissions", &(landing.clone() + &call("projects", "200 OK") + &call("admin/quota", "403 Forbidden")));
        let sent_away = "~ kind document\n> GET https://app.test/\n> Cookie: sid={secret s 30}\n< 302 Found\n< Location: /login\n\n";
        let diagnosis = diagnose(&(landing + &call("projects", "200 OK") + sent_away));
        assert!(diagnosis.failures.iter().any(|failure| failure.causes.iter().any(|cause| cause.id == "insufficient-permissions")));
    }

    #[test]
    fn what_is_refused_once_in_the_midst_of_work_is_done_without_and_a_change_is_not() {
        let refused = call("admin/users", "403 Forbidden");
        let calls = call("projects", "200 OK") + "@ 20s\n" + &refused + "@ 40s\n" + &call("people", "200 OK");
        is_healthy(&(LOGIN.to_owned() + &calls));
        // That a page goes on asking for the same is no work, and whoever opens a page wants what it shows.
        reports("insufficient-permissions", &(LOGIN.to_owned() + &calls.replace("people", "projects")));
        let opened = "~ kind document\n> GET https://app.test/users\n> Cookie: sid={secret s 30}\n< 200 OK\n\n";
        let calls = call("projects", "200 OK") + "@ 20s\n" + opened + &refused + "@ 40s\n" + &call("people", "200 OK");
        reports("insufficient-permissions", &(LOGIN.to_owned() + &calls));
        reports("insufficient-permissions", &(LOGIN.to_owned() + &calls + "@ 60s\n" + &refused));
        let changes = call("admin/users", "403 Forbidden").replace("> GET", "> DELETE");
        reports("insufficient-permissions", &(LOGIN.to_owned() + &call("me", "200 OK") + &changes + &call("projects", "200 OK")));
    }

    #[test]
    fn a_private_token_is_nobodys() {
        let asked = |kind: &str, challenge: &str| {
            format!(
                "~ kind {kind}\n> GET https://check.test/pat/7f\n< 401 Unauthorized\n< WWW-Authenticate: PrivateToken challenge=\"AAIA\", token-key=\"MIIB\"{challenge}\n\n"
            )
        };
        is_healthy(&asked("fetch", ""));
        assert!(!diagnose(&asked("document", "")).failures.is_empty());
        assert!(!diagnose(&asked("fetch", "\n< WWW-Authenticate: Bearer")).failures.is_empty());
    }

    #[test]
    fn who_works_on_with_a_renewed_token_is_the_same_user() {
        let bears = |path: &str, token: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://api.test/{path}\n> Authorization: Bearer {{secret {token} 40}}\n< {answer}\n\n")
        };
        let renewal = |token: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={{secret r 40}}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{{secret {token} 40}}\"}}\n\n"
            )
        };
        let work = bears("sync", "a", "200 OK") + "@ 20s\n" + &bears("rooms/left", "a", "403 Forbidden") + "@ 5m\n";
        let on = bears("sync", "a", "401 Unauthorized") + &renewal("b") + &bears("sync?since=2", "b", "200 OK");
        is_healthy(&(work.clone() + &on));
        // Somebody else may have logged in.
        let other = bears("sync", "a", "401 Unauthorized") + &renewal("c") + &bears("sync?since=2", "b", "200 OK");
        assert!(!diagnose(&(work + &other)).failures.is_empty());
    }

    #[test]
    fn who_works_on_with_what_another_login_renewed_is_another_user() {
        let bears = |path: &str, token: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://api.test/{path}\n> Authorization: Bearer {{secret {token} 40}}\n< {answer}\n\n")
        };
        let grants = |grant: &str, page: &str, token: &str, next: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n{page}> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{{secret {token} 40}}\",\"refresh_token\":\"{{secret {next} 40}}\"}}\n\n"
            )
        };
        let renews = |refresh: &str, page: &str, token: &str, next: &str| {
            grants(&format!("grant_type=refresh_token&refresh_token={{secret {refresh} 40}}"), page, token, next)
        };
        let work = bears("notes", "a", "200 OK") + "@ 20s\n" + &bears("notes/shared", "a", "403 Forbidden") + "@ 5m\n";
        let on = bears("notes?since=2", "b", "200 OK");
        let first = grants("grant_type=authorization_code&code={secret c 30}", "", "a", "r1");
        // What came beside the token is redeemed, or what came in its place.
        is_healthy(&(first.clone() + &work + &renews("r1", "", "b", "r2") + &on));
        is_healthy(&(first.clone() + &work + &renews("r1", "", "d", "r2") + "@ 9m\n" + &renews("r2", "", "b", "r3") + &on));
        let other = renews("q1", "", "b", "q2") + &on;
        reports("insufficient-permissions", &(work.clone() + &other));
        reports("insufficient-permissions", &(first + &work + &other));
        // Nothing but the page tells whose it is.
        let page = "> Referer: https://api.test/\n";
        let work = work.replace("> Authorization", &format!("{page}> Authorization"));
        let own = |page: &str| renews("q1", page, "b", "q2").replace("id.test", "api.test");
        is_healthy(&(work.clone() + &own(page) + &on));
        reports("insufficient-permissions", &(work + &own("") + &on));
    }

    #[test]
    fn a_call_that_is_refused_inside_a_success_is_done_without_as_well() {
        let post = |path: &str, answer: &str| {
            format!(
                "~ kind xhr\n> POST https://app.test/api/{path}\n> Cookie: sid={{secret s 30}}\n> Content-Type: application/json\n>\n> [1]\n< 200 OK\n< Content-Type: application/json\n<\n< {answer}\n\n"
            )
        };
        let refusal = "{\"error\":\"you do not have permission\"}";
        let one = LOGIN.to_owned() + &post("courses", "{\"list\":[]}") + &post("people", refusal);
        is_healthy(&(one.clone() + &call("news", "200 OK") + &call("files", "200 OK")));
        // Nothing of what the page asked for was given.
        let nothing = LOGIN.to_owned() + &post("courses", refusal) + &post("people", refusal);
        assert_ne!(diagnose(&nothing).verdict, crate::diagnosis::Verdict::Healthy);
    }
}
