//! Protection spaces: what one login by `Authorization` opens (RFC 9110 11.5), who asked for it,
//! and what was tried.

use super::lists::{Lists, key};
use super::{Record, Session};
use crate::exchange::Exchange;
use crate::facts::{Challenge, Fingerprint};

/// A protection space: an origin, or a proxy, and one of its realms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// The origin that asks; for a proxy, the origin that was asked for through it.
    pub origin: Box<str>,
    /// The realm; empty where a challenge names none.
    pub realm: Box<str>,
    /// Whether a proxy asks.
    pub is_proxy: bool,
    /// The schemes that were offered, as first written.
    pub schemes: Vec<Box<str>>,
    /// The paths below which the space is known to extend: for Basic the folder of each address that
    /// was challenged (RFC 7617 2.2), for Digest what `domain` names (RFC 7616 3.3).
    pub prefixes: Vec<Box<str>>,
    /// Positions of the exchanges that were challenged for it, in order of time.
    pub challenged: Vec<usize>,
}

/// One try to get into a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Position of the exchange that bore credentials.
    pub at: usize,
    /// Tells equal credentials.
    pub credentials: Fingerprint,
    /// The scheme, as sent.
    pub scheme: Box<str>,
    /// Whether nothing had asked for them before: they were saved, or a script sent them unasked.
    pub is_preemptive: bool,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

/// What came of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Anything but a refusal.
    Accepted,
    /// The same challenge again.
    Refused,
    /// The handshake goes on: the answer is another token of it, or a nonce gone stale.
    GoesOn,
    /// No answer, or one that says nothing of them.
    Unknown,
}

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at) else { return };
    let origin = Fingerprint::of(&record.origin);
    let facts = &record.facts;
    if !facts.challenges.is_empty() || !facts.proxy_challenges.is_empty() {
        lists.insert(key("challenged", origin), at, records);
    }
    if facts.credentials.is_some() {
        lists.insert(key("attempted", origin), at, records);
    }
}

impl Session {
    /// The protection spaces of an origin, in the order in which they were first asked for.
    #[must_use]
    pub fn protection_spaces(&self, origin: &str) -> Vec<Space> {
        let mut spaces: Vec<Space> = Vec::new();
        for (at, record) in self.list(key("challenged", Fingerprint::of(origin))).take(crate::limits::SPACE_CHALLENGES) {
            let asked = [(false, &record.facts.challenges), (true, &record.facts.proxy_challenges)];
            for (is_proxy, challenge) in
                asked.into_iter().flat_map(|(is_proxy, list)| list.iter().map(move |challenge| (is_proxy, challenge)))
            {
                let realm = challenge.param("realm").unwrap_or_default();
                let known = spaces.iter().position(|space| *space.realm == *realm && space.is_proxy == is_proxy);
                let index = known.unwrap_or(spaces.len());
                if known.is_none() {
                    let (schemes, prefixes, challenged) = (Vec::new(), Vec::new(), Vec::new());
                    spaces.push(Space { origin: origin.into(), realm: realm.into(), is_proxy, schemes, prefixes, challenged });
                }
                if let Some(space) = spaces.get_mut(index) {
                    space.take(at, &record.exchange, challenge);
                }
            }
        }
        spaces
    }

    /// Every try to get into an origin, in order of time.
    #[must_use]
    pub fn attempts(&self, origin: &str) -> Vec<Attempt> {
        let origin = Fingerprint::of(origin);
        let attempt = |(at, record): (usize, &Record)| {
            let credentials = record.facts.credentials.as_ref()?;
            let asks = |other: &Record| covers(&other.exchange, &record.exchange, &other.facts.challenges, &credentials.scheme);
            let was_asked = self.list(key("challenged", origin)).before(record.exchange.started).any(|(_, other)| asks(other));
            Some(Attempt {
                at,
                credentials: credentials.fingerprint,
                scheme: credentials.scheme.clone(),
                is_preemptive: !was_asked,
                outcome: outcome(record, &credentials.scheme),
            })
        };
        self.list(key("attempted", origin)).take(crate::limits::SPACE_CHALLENGES).filter_map(attempt).collect()
    }

    /// Whether one login opens both: of one origin and challenged for one realm, or, where one of
    /// them was not challenged, below a path that its space is known to cover.
    #[must_use]
    pub fn shares_protection_space(&self, one: usize, other: usize) -> bool {
        let (Some(first), Some(second)) = (self.record(one), self.record(other)) else { return false };
        first.origin == second.origin
            && self
                .protection_spaces(&first.origin)
                .iter()
                .filter(|space| !space.is_proxy)
                .any(|space| space.covers(one, first) && space.covers(other, second))
    }
}

impl Space {
    fn take(&mut self, at: usize, exchange: &Exchange, challenge: &Challenge) {
        if !self.schemes.iter().any(|scheme| challenge.is(scheme)) {
            self.schemes.push(challenge.scheme.clone());
        }
        if self.challenged.last() != Some(&at) {
            self.challenged.push(at);
        }
        let mut add = |prefix: &str| {
            if !self.prefixes.iter().any(|known| prefix.starts_with(&**known)) {
                self.prefixes.push(prefix.into());
            }
        };
        let named = challenge.param("domain").filter(|_| challenge.is("digest"));
        for address in named.into_iter().flat_map(str::split_ascii_whitespace) {
            if let Some(target) = exchange.url.join(address).ok().filter(|target| target.origin() == exchange.url.origin()) {
                add(target.path());
            }
        }
        match named {
            Some(_) => {}
            // Without it a Digest space is the whole origin.
            None if challenge.is("digest") => add("/"),
            None => add(folder(exchange.url.path())),
        }
    }

    /// What was challenged belongs where its challenge says, whatever a path would let expect.
    fn covers(&self, at: usize, record: &Record) -> bool {
        let path = record.exchange.url.path();
        self.challenged.contains(&at)
            || record.facts.challenges.is_empty() && self.prefixes.iter().any(|prefix| path.starts_with(&**prefix))
    }
}

/// Up to the last slash: a client may send Basic credentials unasked to whatever lies below.
fn folder(path: &str) -> &str {
    path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or("/")
}

fn covers(challenged: &Exchange, exchange: &Exchange, challenges: &[Challenge], scheme: &str) -> bool {
    challenges.iter().any(|challenge| challenge.is(scheme))
        && (exchange.url.path().starts_with(folder(challenged.url.path())) || scheme.eq_ignore_ascii_case("digest"))
}

fn outcome(record: &Record, scheme: &str) -> AttemptOutcome {
    let again = record.facts.challenge(scheme);
    match record.exchange.status() {
        0 => AttemptOutcome::Unknown,
        401 => match again {
            Some(challenge) if challenge.param("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")) => AttemptOutcome::GoesOn,
            // A handshake of several legs answers by a token of its own.
            Some(challenge) if challenge.has_token => AttemptOutcome::GoesOn,
            _ => AttemptOutcome::Refused,
        },
        407 => AttemptOutcome::Unknown,
        status if status >= 500 => AttemptOutcome::Unknown,
        _ => AttemptOutcome::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::session::testing::session;

    fn asked(path: &str, challenge: &str) -> String {
        format!("> GET https://a.test{path}\n< 401 Unauthorized\n< WWW-Authenticate: {challenge}\n\n")
    }

    #[test]
    fn realms_tell_the_spaces_of_an_origin_apart() {
        let session = session(
            &(asked("/staff/a", "Basic realm=\"staff\"")
                + &asked("/staff/b", "Digest realm=\"staff\", nonce=\"n\", Basic realm=\"staff\"")
                + &asked("/admin/", "Basic realm=\"admin\"")),
        );
        let spaces = session.protection_spaces("https://a.test");
        assert_eq!(spaces.iter().map(|space| &*space.realm).collect::<Vec<_>>(), ["staff", "admin"]);
        assert_eq!(spaces[0].challenged, [0, 1]);
        assert_eq!(spaces[0].schemes.iter().map(|scheme| &**scheme).collect::<Vec<_>>(), ["Basic", "Digest"]);
        assert!(session.protection_spaces("https://b.test").is_empty());
        assert!(session.shares_protection_space(0, 1) && !session.shares_protection_space(0, 2));
    }

    #[test]
    fn digest_names_its_own_extent() {
        let session = session(&asked("/x/y", "Digest realm=\"r\", nonce=\"n\", domain=\"/a/ https://a.test/b/ https://other.test/c/\""));
        assert_eq!(
            session.protection_spaces("https://a.test")[0].prefixes.iter().map(|prefix| &**prefix).collect::<Vec<_>>(),
            ["/a/", "/b/"]
        );
    }

    #[test]
    fn a_proxy_is_a_space_of_its_own() {
        let session = session(
            "> GET http://a.test/\n< 407 Proxy Authentication Required\n< Proxy-Authenticate: Basic realm=\"gate\"\n\n> GET http://a.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"gate\"\n",
        );
        let spaces = session.protection_spaces("http://a.test");
        assert_eq!(spaces.iter().map(|space| space.is_proxy).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn tells_saved_credentials_from_answers_to_a_dialog() {
        let with = |path: &str, password: &str, status: &str| {
            format!(
                "> GET https://a.test{path}\n> Authorization: {{basic alice:{password}}}\n< {status}\n< WWW-Authenticate: Basic realm=\"staff\"\n\n"
            )
        };
        let text = with("/private/early", "old", "401 Unauthorized")
            + &with("/private/", "wrong", "401 Unauthorized")
            + &with("/private/", "right", "200 OK");
        let attempts = session(&text).attempts("https://a.test");
        assert_eq!(attempts.iter().map(|attempt| attempt.is_preemptive).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(
            attempts.iter().map(|attempt| attempt.outcome).collect::<Vec<_>>(),
            [AttemptOutcome::Refused, AttemptOutcome::Refused, AttemptOutcome::Accepted]
        );
        assert_ne!(attempts[0].credentials, attempts[1].credentials);
    }

    #[test]
    fn a_stale_nonce_and_a_handshake_are_no_refusals() {
        let text = "> GET https://a.test/\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"1\", uri=\"/\", response=\"x\"\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", stale=true\n\n> GET https://b.test/\n> Authorization: NTLM TlRMTVNTUAABAAAA\n< 401 Unauthorized\n< WWW-Authenticate: NTLM TlRMTVNTUAACAAAA\n";
        let session = session(text);
        assert_eq!(session.attempts("https://a.test")[0].outcome, AttemptOutcome::GoesOn);
        assert_eq!(session.attempts("https://b.test")[0].outcome, AttemptOutcome::GoesOn);
    }
}
