//! Redirects that lead back to where they came from with nothing changed: told by state, not by
//! address alone.

use crate::exchange::Kind;
use crate::facts::{Fingerprint, Purpose};
use crate::session::{Carries, Session};
use crate::site::is_same_origin;

use super::rules;

/// The browsers' names for: this went round too often. Chromium's net_error_list.h and Firefox's
/// nsresult names; checked 2026-11-20.
const LOOP_ERRORS: [&str; 2] = ["net::ERR_TOO_MANY_REDIRECTS", "NS_ERROR_REDIRECT_LOOP"];

/// The same state in one chain this often is a loop.
const VISITS: usize = 3;

/// Parameters that a sign-in makes anew for every attempt: RFC 6749, OpenID Connect, SAML bindings,
/// WS-Federation. A round that differs in these alone is the same round.
const FRESH_PARAMETERS: [&str; 14] = [
    "code",
    "code_challenge",
    "nonce",
    "request_id",
    "requestid",
    "samlrequest",
    "samlresponse",
    "session_state",
    "sig",
    "signature",
    "state",
    "wct",
    "wctx",
    "wresult",
];

/// A chain of redirects that goes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Position of the hop that shows what goes wrong: which is turned away although a login came before it in
    /// the chain, or else the first that goes round again.
    pub shows: usize,
    /// Positions of the chain's other hops, in order of time.
    pub others: Vec<usize>,
}

impl Session {
    /// The circle that an exchange is part of: a chain that goes round, or that the browser gave up.
    #[must_use]
    pub fn circle_of(&self, at: usize) -> Option<Circle> {
        let hops = self.redirect_chain(at);
        let redirects = |at: &usize| self.record(*at).is_some_and(|record| record.redirect_target().is_some());
        self.circle(hops.first().is_some_and(redirects).then_some(hops)?)
    }

    fn circle(&self, hops: Vec<usize>) -> Option<Circle> {
        let names_loop = |at: &usize| {
            self.record(*at).and_then(|record| record.exchange.error.as_deref()).is_some_and(|error| LOOP_ERRORS.contains(&error))
        };
        if !hops.iter().any(names_loop) && !self.comes_back(&hops) && !self.nests(&hops) && !self.exceeds_the_limit(&hops) {
            return None;
        }
        let shows = self.turned_away(&hops).or_else(|| self.goes_round(&hops)).or(hops.last().copied())?;
        Some(Circle { shows, others: hops.into_iter().filter(|hop| *hop != shows).collect() })
    }

    fn comes_back(&self, hops: &[usize]) -> bool {
        let mut places: Vec<_> = hops.iter().filter_map(|at| self.place(*at)).collect();
        places.sort_unstable();
        if !places.windows(VISITS).any(|places| places.first() == places.last()) {
            return false;
        }
        let states: Vec<Fingerprint> = hops.iter().filter_map(|at| self.state(*at)).collect();
        states.iter().any(|state| states.iter().filter(|other| *other == state).count() >= VISITS)
    }

    /// Whether a page sends the browser to itself, each time with its own address to come back to within the next.
    fn nests(&self, hops: &[usize]) -> bool {
        let leads_into_itself = |at: &usize| {
            let Some((record, target)) = self.record(*at).and_then(|record| Some((record, record.redirect_target()?))) else {
                return false;
            };
            let url = &record.exchange.url;
            let own = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
            is_same_origin(url, target)
                && url.path() == target.path()
                && target.query_pairs().any(|(_, value)| value == own.as_str() || value == url.as_str())
        };
        hops.iter().filter(|at| leads_into_itself(at)).count() >= VISITS
    }

    /// Method, address without what is fresh in every attempt, and the cookies that decide who
    /// somebody is: those of sessions, or all where there is none such.
    fn state(&self, at: usize) -> Option<Fingerprint> {
        let record = self.record(at)?;
        let url = &record.exchange.url;
        let mut state = Fingerprint::of(&record.exchange.method).and(record.origin.as_bytes()).and(url.path().as_bytes());
        for (name, value) in url.query_pairs() {
            let is_fresh = FRESH_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
            state = state.and(name.as_bytes()).and(if is_fresh { b"" } else { value.as_bytes() });
        }
        let cookies = &record.facts.cookies;
        let carriers: Vec<_> = cookies.iter().filter(|(name, _)| self.carries(record, name) > Carries::No).collect();
        let deciding = if carriers.is_empty() { cookies.iter().collect() } else { carriers };
        for (name, value) in deciding {
            state = state.and(name.as_bytes()).and(&value.to_bytes());
        }
        Some(state)
    }

    /// A chain that is as long as browsers allow and ends in one more redirect: the browser gave up,
    /// whether or not the capture says so.
    fn exceeds_the_limit(&self, hops: &[usize]) -> bool {
        let Some(last) = hops.last().and_then(|at| self.record(*at)).map(|record| &record.exchange) else { return false };
        let limit = rules::limit(last.sent("user-agent").unwrap_or_default(), last.kind == Kind::Document);
        hops.len() > limit.saturating_sub(1) && last.redirect_target().is_some()
    }

    /// The first hop after a login in the chain that is sent on once more, as if nobody had logged in.
    fn turned_away(&self, hops: &[usize]) -> Option<usize> {
        let purpose = |at: &usize| self.record(*at).map(|record| record.facts.purpose);
        let login = hops.iter().position(|at| matches!(purpose(at), Some(Purpose::SignIn | Purpose::Callback)))?;
        let mut after = hops.iter().skip(login + 1);
        after.find(|at| matches!(purpose(at), Some(Purpose::Page | Purpose::Api))).copied()
    }

    /// The first hop whose address came before.
    fn goes_round(&self, hops: &[usize]) -> Option<usize> {
        let is_known = |nth: usize, at: usize| hops.iter().take(nth).any(|other| self.place(*other) == self.place(at));
        hops.iter().enumerate().find(|(nth, at)| is_known(*nth, **at)).map(|(_, at)| *at)
    }

    fn place(&self, at: usize) -> Option<(&str, &str)> {
        self.record(at).map(|record| (&*record.origin, record.exchange.url.path()))
    }
}

#[cfg(test)]
mod tests {

    fn loops(notation: &str) -> Vec<super::Circle> {
        let session = crate::session::testing::session(notation);
        let mut circles: Vec<_> = (0..session.records().len()).filter_map(|at| session.circle_of(at)).collect();
        circles.dedup();
        circles
    }

    /// One round of an application that does not see the session which the provider sees.
    fn round(n: usize, session: &str) -> String {
        format!(
            "> GET https://app.test/home\n> Cookie: correlation={n}{session}\n< 302 Found\n< Location: https://id.test/authorize?client_id=app&state=s{n}&nonce=n{n}\n\n\
             > GET https://id.test/authorize?client_id=app&state=s{n}&nonce=n{n}\n> Cookie: idsession=1\n< 302 Found\n< Location: https://app.test/callback?code=c{n}&state=s{n}\n\n\
             > GET https://app.test/callback?code=c{n}&state=s{n}\n< 302 Found\n< Location: /home\n\n"
        )
    }

    #[test]
    fn fresh_parameters_do_not_hide_a_circle() {
        let circles = loops(&(0..3).map(|n| round(n, "")).collect::<String>());
        assert_eq!(circles.len(), 1);
        assert_eq!((circles[0].shows, circles[0].others.len()), (3, 8));
    }

    #[test]
    fn a_session_that_changes_is_progress_unless_the_provider_sees_none() {
        assert_eq!(loops(&(0..3).map(|n| round(n, &format!("; sid={n}"))).collect::<String>()).len(), 1);
        let step = |n: usize| format!("> GET https://app.test/step\n> Cookie: sid={n}\n< 302 Found\n< Location: /step\n\n");
        assert_eq!(loops(&(0..6).map(step).collect::<String>()), []);
    }

    #[test]
    fn a_login_page_that_asks_for_a_login_nests_its_own_address() {
        let mut url = "/login?next=%2Fmembers".to_owned();
        let mut session = String::new();
        for _ in 0..4 {
            let next = format!("/login?next={}", percent_encoding::utf8_percent_encode(&url, percent_encoding::NON_ALPHANUMERIC));
            session += &format!("> GET https://app.test{url}\n< 302 Found\n< Location: {next}\n\n");
            url = next;
        }
        assert_eq!(loops(&session).len(), 1);
        let once = "> GET https://app.test/login?next=%2F\n< 302 Found\n< Location: /login?next=%2Flogin%3Fnext%3D%252F\n\n";
        assert_eq!(loops(once), []);
    }

    #[test]
    fn pages_of_a_wizard_are_no_circle() {
        let page = |n: usize| format!("> GET https://app.test/wizard?page={n}\n< 302 Found\n< Location: /wizard?page={}\n\n", n + 1);
        assert_eq!(loops(&(0..10).map(page).collect::<String>()), []);
    }
}
