//! What became of every token: where it was issued, borne, accepted and refused, and which came after it.

use std::sync::Arc;

use super::lists::{self, Lists};
use super::walk::Walk;
use super::{Record, Session};
use crate::exchange::Exchange;
use crate::facts::tokens::{Carrier, Reason, Role, Seen};
use crate::facts::{Fingerprint, Purpose, text_of};
use crate::site::origin_of;
use crate::syntax::jwt::Claims;
use crate::syntax::token_prefixes::{self, Kind, Prefix};
use crate::time::Time;

/// What happened to a token in an exchange, or what ties exchanges together.
#[derive(Clone, Copy)]
enum Event {
    Issued,
    Borne,
    Accepted,
    Refused,
    /// Another token for the same thing was issued here.
    Succession,
}

/// Lets equal tokens be one.
pub(super) fn share(lists: &Lists, tokens: &mut [Seen], records: &[Record]) {
    for seen in tokens {
        let token = seen.token.fingerprint;
        let known = [Event::Borne, Event::Issued].into_iter().find_map(|event| lists.positions(key(token, event)).first());
        let record = known.and_then(|at| records.get(*at));
        if let Some(earlier) = record.and_then(|record| sightings(record, token).next()) {
            seen.token = Arc::clone(&earlier.token);
        }
    }
}

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    for seen in &record.facts.tokens {
        let token = seen.token.fingerprint;
        if !seen.carrier.is_sent() {
            lists.insert(key(token, Event::Issued), at, records);
            lists.insert(succession(&record.exchange, seen), at, records);
            continue;
        }
        lists.insert(key(token, Event::Borne), at, records);
        if record.was_accepted() {
            lists.insert(key(token, Event::Accepted), at, records);
        } else if was_refused(record) {
            lists.insert(key(token, Event::Refused), at, records);
        }
    }
}

fn key(token: Fingerprint, event: Event) -> Fingerprint {
    lists::key("token", token).and(&[event as u8])
}

/// Where the next token for the same thing will be issued: the cookie of that name, a JWT for the
/// same audience and user by the same issuer, or the same endpoint.
fn succession(exchange: &Exchange, seen: &Seen) -> Fingerprint {
    let role = [Event::Succession as u8, seen.role as u8];
    match seen.token.claims() {
        _ if seen.carrier == Carrier::SetCookie => Fingerprint::of(&seen.name).and(exchange.url.host_str().unwrap_or_default().as_bytes()),
        Some(Claims { iss: Some(issuer), aud, sub, azp, .. }) => {
            let mut key = Fingerprint::of(issuer);
            for part in [sub, azp].into_iter().flatten().chain(aud) {
                key = key.and(part.as_bytes());
            }
            key
        }
        _ => Fingerprint::of(&seen.name).and(origin_of(&exchange.url).as_bytes()).and(exchange.url.path().as_bytes()),
    }
    .and(&role)
}

/// Whether the server turned down what the request bore.
fn was_refused(record: &Record) -> bool {
    let is_grant = matches!(record.facts.purpose, Purpose::Token | Purpose::Refresh);
    match record.exchange.status() {
        401 | 403 | 407 | 419 | 440 => true,
        400 => is_grant,
        _ => record.redirects_to_sign_in(),
    }
}

fn sightings(record: &Record, token: Fingerprint) -> impl Iterator<Item = &Seen> {
    record.facts.tokens.iter().filter(move |seen| seen.token.fingerprint == token)
}

/// Whether a token that was handed out later is for the same thing. One refresh token may serve for
/// access tokens of several APIs.
fn takes_the_place_of(older: &Seen, newer: &Seen) -> bool {
    let same_audience = match (older.token.claims(), newer.token.claims()) {
        (Some(older), Some(newer)) => older.aud == newer.aud,
        _ => true,
    };
    let same_cookie = (older.carrier == Carrier::SetCookie) == (newer.carrier == Carrier::SetCookie)
        && (older.carrier != Carrier::SetCookie || older.name == newer.name);
    !newer.carrier.is_sent()
        && newer.role == older.role
        && newer.token.fingerprint != older.token.fingerprint
        && same_audience
        && same_cookie
}

/// Until when a token is good, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The moment: by the issuer's clock where the token says it, by the browser's where the answer did.
    pub time: Time,
    /// Whether the token itself says so (`exp`); else `expires_in` of its answer did.
    pub is_claim: bool,
}

/// How one token followed another.
#[derive(Clone, Copy, Debug)]
pub struct Successor<'s> {
    /// Position of the exchange that issued it.
    pub at: usize,
    /// The newer token.
    pub seen: &'s Seen,
    /// Whether the older one's refresh token was redeemed for it; else it only took its place.
    pub by_refresh: bool,
}

/// The questions to the token timeline; `session.tokens()`.
#[derive(Clone, Copy)]
pub struct Tokens<'s> {
    session: &'s Session,
}

impl Session {
    /// What became of every token.
    #[must_use]
    pub const fn tokens(&self) -> Tokens<'_> {
        Tokens { session: self }
    }
}

impl<'s> Tokens<'s> {
    fn list(self, token: Fingerprint, event: Event) -> Walk<'s> {
        self.session.list(key(token, event))
    }

    fn record(self, at: usize) -> Option<&'s Record> {
        self.session.records.get(at)
    }

    /// The places of one exchange in which a token stands.
    pub fn places(self, at: usize, token: Fingerprint) -> impl Iterator<Item = &'s Seen> {
        self.record(at).into_iter().flat_map(move |record| sightings(record, token))
    }

    /// The exchanges in which responses handed a token out, in order of time.
    #[must_use]
    pub fn handed_out(self, token: Fingerprint) -> Walk<'s> {
        self.list(token, Event::Issued)
    }

    /// The exchanges whose requests bore it, in order of time.
    #[must_use]
    pub fn borne(self, token: Fingerprint) -> Walk<'s> {
        self.list(token, Event::Borne)
    }

    /// The exchanges before that one whose requests bore it, the latest first.
    #[must_use]
    pub fn borne_before(self, token: Fingerprint, at: usize) -> Walk<'s> {
        self.borne(token).back_from(at)
    }

    /// Those of them that the server let through.
    #[must_use]
    pub fn accepted(self, token: Fingerprint) -> Walk<'s> {
        self.list(token, Event::Accepted)
    }

    /// Those of them that the server turned down.
    #[must_use]
    pub fn refused(self, token: Fingerprint) -> Walk<'s> {
        self.list(token, Event::Refused)
    }

    /// The exchange that issued a token, and where it stood there; `None` where it is from before the
    /// capture. What hands out a token that was borne before only repeats it.
    #[must_use]
    pub fn issued(self, token: Fingerprint) -> Option<(usize, &'s Seen)> {
        let (at, record) = self.handed_out(token).next()?;
        let ended = record.exchange.ended();
        let was_borne = self.borne(token).next().is_some_and(|(_, first)| first.exchange.started < ended);
        let seen = self.places(at, token).find(|seen| !seen.carrier.is_sent())?;
        (!was_borne).then_some((at, seen))
    }

    /// The exchanges before that moment in which the server let the token through, the latest first.
    #[must_use]
    pub fn accepted_before(self, token: Fingerprint, moment: Time) -> Walk<'s> {
        self.accepted(token).before(moment)
    }

    /// Who issued a token that is no JWT, by its published prefix, or the format that it begins as.
    #[must_use]
    pub fn prefix(self, token: Fingerprint, at: usize) -> Option<&'static Prefix> {
        token_prefixes::issuer(&text_of(&self.record(at)?.exchange, token)?.0)
    }

    /// What a token is for, with the sighting that tells it best: the strongest reason among the
    /// exchange that issued it, the first that bore it, and that at `at`.
    #[must_use]
    pub fn role(self, token: Fingerprint, at: usize) -> (Role, Reason) {
        let positions = [self.handed_out(token).first(), self.borne(token).first(), Some(at)];
        let mut best = (Role::Unknown, Reason::Nothing);
        for seen in positions.into_iter().flatten().flat_map(|at| self.places(at, token)) {
            let is_for_client =
                || seen.token.claims().is_some_and(|claims| claims.aud.iter().any(|audience| self.session.is_client(audience)));
            if seen.reason > best.1 {
                best = (seen.role, seen.reason);
            }
            if best.1 < Reason::AccessClaims && is_for_client() {
                best = (Role::Id, Reason::AudienceIsClient);
            }
        }
        let prefix = if best.1 < Reason::Prefix { self.prefix(token, at) } else { None };
        match prefix.map(|prefix| prefix.kind) {
            Some(Kind::Access) => (Role::Access, Reason::Prefix),
            Some(Kind::Refresh) => (Role::Refresh, Reason::Prefix),
            Some(Kind::ApiKey | Kind::Public | Kind::Test | Kind::KeyId) => (Role::ApiKey, Reason::Prefix),
            Some(Kind::Format) | None => best,
        }
    }

    /// Until when a token is good: its `exp`, or its answer's `expires_in`.
    #[must_use]
    pub fn end(self, token: Fingerprint, at: usize) -> Option<End> {
        let seen = self.places(at, token).next()?;
        if let Some(time) = seen.token.expires() {
            return Some(End { time, is_claim: true });
        }
        let (at, seen) = self.issued(token)?;
        let time = self.record(at)?.exchange.ended().plus(i64::from(seen.life?) * 1000);
        Some(End { time, is_claim: false })
    }

    /// The exchanges in which a token's refresh token was redeemed, whatever came of it; for a refresh
    /// token those in which it was redeemed itself.
    pub fn redemptions(self, token: Fingerprint) -> impl Iterator<Item = usize> + use<'s> {
        let issued = self.issued(token).and_then(|(at, seen)| Some((self.record(at)?, seen)));
        let refresh = match issued {
            Some((record, seen)) if seen.role != Role::Refresh => {
                let tokens = || record.facts.tokens.iter().filter(|seen| seen.role == Role::Refresh);
                // Where the answer brings no new refresh token the one that was redeemed stays good.
                let beside = tokens().find(|seen| !seen.carrier.is_sent()).or_else(|| tokens().next());
                beside.map_or(token, |seen| seen.token.fingerprint)
            }
            _ => token,
        };
        let from = issued.map_or(Time::MIN, |(record, _)| record.exchange.ended());
        self.borne(refresh).since(from).filter(|(_, record)| record.facts.purpose == Purpose::Refresh).map(|(at, _)| at)
    }

    /// The token that took a token's place.
    #[must_use]
    pub fn successor(self, token: Fingerprint) -> Option<Successor<'s>> {
        let (issued_at, issued) = self.issued(token)?;
        let newer = move |at: usize| self.record(at)?.facts.tokens.iter().find(|seen| takes_the_place_of(issued, seen));
        if let Some((at, seen)) = self.redemptions(token).find_map(|at| Some((at, newer(at)?))) {
            return Some(Successor { at, seen, by_refresh: true });
        }
        let record = self.record(issued_at)?;
        let mut later = self.session.list(succession(&record.exchange, issued)).since(record.exchange.started.plus(1));
        later.find_map(|(at, _)| Some(Successor { at, seen: newer(at)?, by_refresh: false }))
    }

    /// The token that had already taken a token's place at that moment.
    #[must_use]
    pub fn successor_before(self, token: Fingerprint, moment: Time) -> Option<Successor<'s>> {
        self.successor(token).filter(|newer| self.record(newer.at).is_some_and(|record| record.exchange.ended() <= moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::session::testing::session;

    fn grant(request: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {request}\n{answer}\n\n"
        )
    }

    fn issues(tokens: &str) -> String {
        format!("< 200 OK\n< Content-Type: application/json\n<\n< {{{tokens}}}")
    }

    fn call(token: &str, status: &str) -> String {
        format!("~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer {token}\n< {status}\n\n")
    }

    /// RFC 6749 5.1 and 6: issued, used, refused, refreshed, used again.
    fn life() -> String {
        [
            grant("grant_type=authorization_code&code=c", &issues("\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\"")),
            call("2YotnFZFEjr1zCsicMWpAA", "200 OK"),
            "@ 2h\n".to_owned(),
            call("2YotnFZFEjr1zCsicMWpAA", "401 Unauthorized"),
            grant("grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA", &issues("\"access_token\":\"mF_9.B5f-4.1JqM\",\"token_type\":\"Bearer\"")),
            call("mF_9.B5f-4.1JqM", "200 OK"),
        ]
        .concat()
    }

    #[test]
    fn tells_the_life_of_a_token() {
        let session = session(&life());
        let tokens = session.tokens();
        let old = Fingerprint::of("2YotnFZFEjr1zCsicMWpAA");
        assert_eq!(tokens.issued(old).map(|(at, seen)| (at, seen.carrier)), Some((0, Carrier::ResponseJson)));
        assert_eq!([tokens.borne(old), tokens.accepted(old), tokens.refused(old)].map(Walk::positions), [vec![1, 2], vec![1], vec![2]]);
        assert_eq!(tokens.role(old, 1), (Role::Access, Reason::Protocol));
        let issued = session.record(0).unwrap().exchange.ended();
        assert_eq!(tokens.end(old, 2), Some(End { time: issued.plus(3_600_000), is_claim: false }));
        assert_eq!(tokens.redemptions(old).collect::<Vec<_>>(), [3]);
        let newer = tokens.successor(old).unwrap();
        assert_eq!((newer.at, newer.by_refresh, newer.seen.token.fingerprint), (3, true, Fingerprint::of("mF_9.B5f-4.1JqM")));
        let refused = session.record(2).unwrap().exchange.started;
        assert!(tokens.successor_before(old, refused).is_none());
        assert_eq!(tokens.accepted_before(old, refused).positions(), [1]);
        assert!(Arc::ptr_eq(&session.records()[0].facts.tokens[1].token, &session.records()[2].facts.tokens[0].token));
    }

    #[test]
    fn a_token_from_before_the_capture_was_issued_nowhere() {
        let session = session(&[call("abc", "200 OK"), grant("grant_type=x", &issues("\"access_token\":\"abc\""))].concat());
        assert!(session.tokens().issued(Fingerprint::of("abc")).is_none());
        assert_eq!(session.tokens().role(Fingerprint::of("abc"), 0), (Role::Access, Reason::Protocol));
    }

    #[test]
    fn tokens_for_several_apis_do_not_replace_each_other() {
        let answer = |audience: &str| {
            issues(&format!("\"access_token\":\"{{jwt iss=https://id.test aud={audience} iat=0 exp=600}}\",\"refresh_token\":\"r\""))
        };
        let refresh = "grant_type=refresh_token&refresh_token=r";
        let text =
            [grant("grant_type=authorization_code&code=c", &answer("one")), grant(refresh, &answer("two")), grant(refresh, &answer("one"))]
                .concat();
        let session = session(&text);
        let token = |at: usize| session.records()[at].facts.tokens.iter().find(|seen| seen.role == Role::Access).unwrap().token.fingerprint;
        assert_eq!(session.tokens().successor(token(0)).map(|newer| newer.at), Some(2));
        assert!(session.tokens().successor(token(1)).is_none());
    }

    #[test]
    fn a_session_cookie_is_replaced_by_the_next_of_its_name() {
        let set = |cookie: &str| format!("> GET https://app.test/\n< 200 OK\n< Set-Cookie: {cookie}\n\n");
        let session = session(&[set("sid=1"), set("other_session=9"), set("sid=2")].concat());
        let newer = session.tokens().successor(Fingerprint::of("1")).unwrap();
        assert_eq!((newer.at, newer.by_refresh), (2, false));
    }

    #[test]
    fn a_prefix_tells_who_issued_a_token_and_what_for() {
        let session = session(&call("ghr_0123456789abcdefghij", "401 Unauthorized"));
        let token = Fingerprint::of("ghr_0123456789abcdefghij");
        assert_eq!(session.tokens().role(token, 0), (Role::Refresh, Reason::Prefix));
        assert_eq!(session.tokens().prefix(token, 0).map(|prefix| prefix.issuer), Some("GitHub App"));
    }

    #[test]
    fn the_audience_tells_an_id_token_where_the_client_is_known() {
        let text = "> GET https://id.test/auth?response_type=code&client_id=s6BhdRkqt3&state=1\n< 200 OK\n\n".to_owned()
            + &call("{jwt aud=s6BhdRkqt3}", "401 Unauthorized");
        let session = session(&text);
        let token = session.records()[1].facts.tokens[0].token.fingerprint;
        assert_eq!(session.tokens().role(token, 1), (Role::Id, Reason::AudienceIsClient));
    }
}
