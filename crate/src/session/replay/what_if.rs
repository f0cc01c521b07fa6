//! What the browser would have done with its cookies had one thing been different.

use super::super::cookie_store::{BlockedReasons, CookieRequest, CookieStore, Decision, Doubt, StoredCookie};
use super::super::{Record, Session};
use super::confront::confront;
use super::past::Past;
use super::{Key, Part, Reception, receive_from, request_at, speaks_of_cookies};
use crate::limits;
use crate::site::registrable_domain;
use crate::time::Time;

/// The one thing that is supposed to be different.
#[derive(Clone, Copy, Debug)]
pub enum Hypothesis<'a> {
    /// A Set-Cookie field had been another line.
    SetCookie {
        /// Position of the exchange.
        at: usize,
        /// Which of its Set-Cookie fields.
        field: usize,
        /// The line: `sid=1; SameSite=None; Secure`.
        line: &'a str,
    },
    /// A request had been made in another way: see [`Record::cookie_request`].
    Request {
        /// Position of the exchange.
        at: usize,
        /// The request in its place.
        request: CookieRequest<'a>,
    },
}

/// What would have been.
#[derive(Clone, Debug, Default)]
pub struct WhatIf {
    /// What would have become of each Set-Cookie field of that exchange, in order.
    pub receptions: Vec<Reception>,
    /// The cookies whose fate in this or a later request would have been another, and those of the
    /// changed line in every request, in order of time.
    pub fates: Vec<CookieFate>,
    /// Whether there are more exchanges of the site than were replayed.
    pub cut: bool,
}

/// One cookie in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieFate {
    /// Position of the request's exchange.
    pub at: usize,
    /// The cookie's name.
    pub name: Box<str>,
    /// What the browser did by its rules.
    pub was: Fate,
    /// What it would have done.
    pub would_be: Fate,
}

/// What becomes of a cookie in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is not there.
    NotStored,
    /// It is sent.
    Sent,
    /// It is held back for these reasons.
    HeldBack(BlockedReasons),
}

impl Fate {
    fn of(decision: Option<&Decision<'_>>) -> Self {
        match decision {
            Some(decision) if decision.cookie.doubt != Doubt::None => Self::NotStored,
            Some(decision) if decision.is_sent() => Self::Sent,
            Some(decision) => Self::HeldBack(decision.reasons),
            None => Self::NotStored,
        }
    }
}

impl Hypothesis<'_> {
    fn at(&self) -> usize {
        match *self {
            Self::SetCookie { at, .. } | Self::Request { at, .. } => at,
        }
    }
}

impl Session {
    /// Replays the cookies of the site as they were and with one change, and tells where the two part.
    /// Nothing in the session changes. At most [`limits::WHAT_IF_BEFORE`] exchanges before the change and
    /// [`limits::WHAT_IF_EXCHANGES`] after it are replayed.
    ///
    /// ```
    /// # use why401::capture::notation;
    /// # use why401::session::{Fate, Hypothesis, Profile, Session};
    /// let text = "~ kind document\n> GET https://idp.test/\n< 200 OK\n< Set-Cookie: sid=1\n\n\
    ///     ~ kind fetch\n> GET https://idp.test/me\n> Origin: https://app.test\n< 401 Unauthorized\n";
    /// let mut session = Session::new(Profile::chrome());
    /// notation::parse(text).unwrap().into_iter().for_each(|exchange| drop(session.push(exchange)));
    /// let what_if = session.what_if(&Hypothesis::SetCookie { at: 0, field: 0, line: "sid=1; SameSite=None; Secure" });
    /// assert_eq!(what_if.fates[0].would_be, Fate::Sent);
    /// ```
    #[must_use]
    pub fn what_if(&self, hypothesis: &Hypothesis<'_>) -> WhatIf {
        self.what_if_until(hypothesis, None)
    }

    /// The same, no further than to the exchange at that position.
    #[must_use]
    pub fn what_if_until(&self, hypothesis: &Hypothesis<'_>, until: Option<usize>) -> WhatIf {
        let mut told = WhatIf::default();
        let at = hypothesis.at();
        let Some(changed) = self.record(at) else { return told };
        let other_url = match hypothesis {
            Hypothesis::Request { request, .. } => request.url,
            Hypothesis::SetCookie { .. } => &changed.exchange.url,
        };
        let domains = [&changed.exchange.url, other_url].map(|url| domain_of(url.host_str().unwrap_or_default()));
        let positions = self.of_sites(&domains, at, until, &mut told.cut);
        let spared = matches!(hypothesis, Hypothesis::SetCookie { .. }).then_some(at);
        let mut was = CookieStore::new(self.replay.store.profile().clone());
        let mut other_store = None;
        for (.., position, part) in events(&self.records, &positions) {
            let Some(record) = self.record(position) else { continue };
            let is_changed = position == at;
            // Up to there both are the same.
            if is_changed && other_store.is_none() {
                other_store = Some(was.clone());
            }
            match part {
                Part::Request => {
                    let request = request_at(record, record.exchange.started);
                    let other = match hypothesis {
                        Hypothesis::Request { request, .. } if is_changed => *request,
                        _ => request,
                    };
                    if let Some(would_be) = &other_store {
                        compare(&was, &request, would_be, &other, position, spared, &mut told.fates);
                    }
                    let of_origin = self.lists.positions(crate::session::of_origin(&record.origin));
                    let past = Past { records: &self.records, of_origin, at: position, record, spared: None };
                    drop(confront(&mut was, &past));
                    // What that request really bore says nothing of one that was made otherwise.
                    if let Some(would_be) = other_store.as_mut().filter(|_| !is_changed || spared.is_some()) {
                        drop(confront(would_be, &Past { spared, ..past }));
                    }
                }
                Part::Response => {
                    let request = request_at(record, record.exchange.ended());
                    drop(receive_from(&mut was, record, &request, position, None));
                    let (other, line) = match *hypothesis {
                        Hypothesis::Request { request: other, .. } if is_changed => (CookieRequest { at: request.at, ..other }, None),
                        Hypothesis::SetCookie { field, line, .. } if is_changed => (request, Some((field, line))),
                        _ => (request, None),
                    };
                    let Some(would_be) = &mut other_store else { continue };
                    let (receptions, _) = receive_from(would_be, record, &other, position, line);
                    if is_changed {
                        told.receptions = receptions;
                    }
                }
            }
        }
        told
    }

    /// Positions of the exchanges with these domains, in order of time, from some before that one on.
    fn of_sites(&self, domains: &[&str], at: usize, until: Option<usize>, cut: &mut bool) -> Vec<usize> {
        let moment = |at: usize| self.record(at).map_or(Time(0), |record| record.exchange.started);
        let end = until.map_or(Time::MAX, moment);
        let mut positions = vec![at];
        for domain in domains {
            let site = || self.list(crate::session::of_site(domain));
            let mut before = site().back_from(at);
            positions.extend(before.by_ref().take(limits::WHAT_IF_BEFORE).map(|(at, _)| at));
            let mut after = site().on_from(at).until(end);
            positions.extend(after.by_ref().take(limits::WHAT_IF_EXCHANGES).map(|(at, _)| at));
            *cut |= before.next().is_some() || after.next().is_some();
        }
        positions.sort_by_key(|at| (moment(*at), *at));
        positions.dedup();
        positions
    }
}

fn domain_of(host: &str) -> &str {
    registrable_domain(host).unwrap_or(host)
}

/// Requests and responses in the order in which they happened.
fn events(records: &[Record], positions: &[usize]) -> Vec<Key> {
    let mut events = Vec::new();
    for &at in positions {
        let Some(record) = records.get(at) else { continue };
        let number = record.exchange.number;
        events.push((record.exchange.started, number, at, Part::Request));
        if speaks_of_cookies(record) {
            events.push((record.exchange.ended(), number, at, Part::Response));
        }
    }
    events.sort_unstable();
    events
}

/// Notes each cookie that fares otherwise in the one store than in the other.
fn compare(
    was: &CookieStore,
    request: &CookieRequest<'_>,
    would_be: &CookieStore,
    other: &CookieRequest<'_>,
    at: usize,
    spared: Option<usize>,
    fates: &mut Vec<CookieFate>,
) {
    let before = was.consult(request);
    let after = would_be.consult(other);
    let mut note = |cookie: &StoredCookie, was: Fate, would_be: Fate| {
        if was != would_be || spared == Some(cookie.set_by as usize) {
            fates.push(CookieFate { at, name: cookie.name().into(), was, would_be });
        }
    };
    for decision in &after {
        let twin = before.iter().find(|one| one.cookie.is_same(decision.cookie));
        note(decision.cookie, Fate::of(twin), Fate::of(Some(decision)));
    }
    for decision in before.iter().filter(|one| !after.iter().any(|other| other.cookie.is_same(one.cookie))) {
        note(decision.cookie, Fate::of(Some(decision)), Fate::NotStored);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::cookie_store::{BlockedReason, Outcome};
    use url::Url;

    fn session_of(text: &str) -> Session {
        crate::session::testing::session(text)
    }

    fn fates(what_if: &WhatIf) -> Vec<(usize, &str, Fate, Fate)> {
        what_if.fates.iter().map(|one| (one.at, &*one.name, one.was, one.would_be)).collect()
    }

    /// The cookie of a login is refused, so that the page sends people back to the login.
    const REFUSED: &str = "~ kind document\n> POST http://app.test/login\n< 302 Found\n< Location: /home\n< Set-Cookie: theme=dark; Path=/\n< Set-Cookie: sid=1; Path=/; Secure\n\n\
        ~ kind document\n> GET http://app.test/home\n> Cookie: theme=dark\n< 302 Found\n< Location: /login\n\n\
        ~ kind document\n> GET http://other.test/\n< 200 OK\n\n\
        ~ kind document\n> GET http://app.test/login\n> Cookie: theme=dark\n< 200 OK\n";

    #[test]
    fn a_refused_cookie_would_have_gone_along_with_every_later_request() {
        let session = session_of(REFUSED);
        let what_if = session.what_if(&Hypothesis::SetCookie { at: 0, field: 1, line: "sid=1; Path=/" });
        assert_eq!((what_if.receptions[1].outcome, what_if.cut), (Outcome::Kept, false));
        let sid: Vec<_> = fates(&what_if).into_iter().filter(|fate| fate.1 == "sid").collect();
        assert_eq!(sid, [(1, "sid", Fate::NotStored, Fate::Sent), (3, "sid", Fate::NotStored, Fate::Sent)]);
        // Other attributes that do not help say why not.
        let what_if = session.what_if(&Hypothesis::SetCookie { at: 0, field: 1, line: "sid=1; Path=/; SameSite=None" });
        assert!(what_if.receptions[1].reasons.contains(BlockedReason::SameSiteNoneInsecure));
        assert!(what_if.fates.iter().all(|fate| &*fate.name != "sid"));
        let what_if = session.what_if(&Hypothesis::SetCookie { at: 0, field: 1, line: "sid=1; Path=/home" });
        let not_on_path = Fate::HeldBack(BlockedReasons::from_iter([BlockedReason::NotOnPath]));
        assert!(fates(&what_if).contains(&(3, "sid", Fate::NotStored, not_on_path)));
    }

    #[test]
    fn a_request_made_otherwise_would_have_borne_its_cookies() {
        let text = "~ kind document\n> GET https://app.test/\n< 200 OK\n< Set-Cookie: sid=1; SameSite=Lax\n\n\
            ~ kind document\n> POST https://app.test/acs\n> Origin: https://idp.test\n< 200 OK\n< Set-Cookie: done=1\n";
        let session = session_of(text);
        let record = session.record(1).unwrap();
        let page = record.exchange.page();
        let request = CookieRequest { method: "GET", ..record.cookie_request(page.as_ref()) };
        let what_if = session.what_if(&Hypothesis::Request { at: 1, request });
        let lax = Fate::HeldBack(BlockedReasons::from_iter([BlockedReason::SameSiteLax]));
        assert_eq!(fates(&what_if), [(1, "sid", lax, Fate::Sent)]);
        // By way of plain http the answer's cookie would be another story, too.
        let url = Url::parse("http://app.test/acs").unwrap();
        let request = CookieRequest { url: &url, ..record.cookie_request(None) };
        let what_if = session.what_if(&Hypothesis::Request { at: 1, request });
        assert_eq!(what_if.receptions[0].outcome, Outcome::Kept);
        assert_eq!(fates(&what_if), [(1, "sid", lax, Fate::Sent)]);
    }

    #[test]
    fn nothing_changes_where_nothing_is_changed_and_the_session_stays_as_it_is() {
        let session = session_of(REFUSED);
        let before = format!("{:?}", session.records());
        let same = session.what_if(&Hypothesis::SetCookie { at: 0, field: 1, line: "sid=1; Path=/; Secure" });
        assert!(same.fates.iter().all(|fate| fate.was == fate.would_be));
        assert!(session.what_if(&Hypothesis::SetCookie { at: 9, field: 0, line: "x=1" }).receptions.is_empty());
        assert_eq!(format!("{:?}", session.records()), before);
    }
}
