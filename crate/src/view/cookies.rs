//! The cookies of a session up to one of its moments: what became of each, from its Set-Cookie to its last use.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::session::cookie_store::{BlockedReasons, Outcome};
use crate::session::{Record, Session};
use crate::site::registrable_domain;

/// The cookies as they are known at one moment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cookies {
    /// Every cookie, those that matter to a failed login first.
    pub cookies: Vec<CookieLife>,
    /// How many Set-Cookie lines the browser refused.
    pub refused: usize,
    /// How many times a stored cookie stayed at home.
    pub held_back: usize,
}

/// One cookie's life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CookieLife {
    /// Its name.
    pub name: String,
    /// The site it belongs to.
    pub site: String,
    /// How it stands: "kept", "refused", "deleted", "from before".
    pub state: &'static str,
    /// Numbers of the exchanges whose responses set it.
    pub set_by: Vec<u32>,
    /// How often it was refused.
    pub refused: usize,
    /// Why, as sentences.
    pub refused_because: Vec<&'static str>,
    /// How often it was sent.
    pub sent: usize,
    /// Number of the last exchange that bore it.
    pub last_sent: Option<u32>,
    /// How often it was held back from a request of its site.
    pub held_back: usize,
    /// Why, as sentences.
    pub held_back_because: Vec<&'static str>,
    /// Numbers of the exchanges that it was held back from, the first ones.
    pub held_back_from: Vec<u32>,
    /// Where the browser itself said otherwise than its rules as known here, as sentences.
    pub disagreements: Vec<String>,
}

/// Exchanges that are named of one cookie.
const NAMED: usize = 8;
/// Cookies of one picture.
const MOST: usize = 3000;

impl Session {
    /// The cookies once the exchange of that number was over; at the end of the session without one.
    #[must_use]
    pub fn cookies(&self, until: Option<u32>) -> Cookies {
        let mut lives: BTreeMap<(String, String), CookieLife> = BTreeMap::new();
        for (_, record) in self.in_order() {
            take(record, &mut lives);
            if Some(record.exchange.number) == until {
                break;
            }
        }
        let mut cookies: Vec<CookieLife> = lives.into_values().take(MOST).collect();
        let refused = cookies.iter().map(|life| life.refused).sum();
        let held_back = cookies.iter().map(|life| life.held_back).sum();
        cookies.sort_by_key(|life| std::cmp::Reverse(life.refused + life.held_back));
        Cookies { cookies, refused, held_back }
    }
}

impl CookieLife {
    fn disagree(&mut self, says: Option<String>) {
        self.disagreements.extend(says.filter(|says| !self.disagreements.contains(says)));
    }
}

fn take(record: &Record, lives: &mut BTreeMap<(String, String), CookieLife>) {
    let number = record.exchange.number;
    let host = record.exchange.url.host_str().unwrap_or_default();
    let site = registrable_domain(host).unwrap_or(host);
    let mut life = |name: &str, change: &mut dyn FnMut(&mut CookieLife)| {
        let key = (site.to_owned(), name.to_owned());
        let life = lives.entry(key).or_insert_with(|| CookieLife { name: name.into(), site: site.into(), ..CookieLife::default() });
        change(life);
    };
    for (name, _) in &record.facts.cookies {
        life(name, &mut |life| {
            life.sent += 1;
            life.last_sent = Some(number);
            if life.state.is_empty() {
                life.state = "from before";
            }
        });
    }
    for held in &record.held_back {
        life(&held.name, &mut |life| {
            life.held_back += 1;
            add(&mut life.held_back_because, held.reasons);
            life.disagree(held.disagreement());
            if life.held_back_from.len() < NAMED {
                life.held_back_from.push(number);
            }
        });
    }
    for reception in &record.receptions {
        life(&reception.name, &mut |life| {
            if life.set_by.len() < NAMED {
                life.set_by.push(number);
            }
            life.disagree(reception.disagreement());
            match reception.outcome {
                Outcome::Kept | Outcome::Replaced => life.state = "kept",
                Outcome::Deleted | Outcome::DeletedNothing => life.state = "deleted",
                Outcome::Rejected => {
                    life.refused += 1;
                    add(&mut life.refused_because, reception.reasons);
                    if life.state.is_empty() {
                        life.state = "refused";
                    }
                }
            }
        });
    }
}

fn add(sentences: &mut Vec<&'static str>, reasons: BlockedReasons) {
    for says in reasons.iter().map(|reason| reason.says()) {
        if !sentences.contains(&says) {
            sentences.push(says);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(until: Option<u32>) -> Cookies {
        let text = "~ kind document\n> GET http://app.test/\n> Cookie: old=1\n< 200 OK\n< Set-Cookie: sid=1; Path=/private\n< Set-Cookie: bad=1; Secure\n\n\
            @ 5s\n~ kind document\n> GET http://app.test/private\n> Cookie: old=1; sid=1\n< 200 OK\n\n\
            ~ kind document\n> GET http://app.test/public\n> Cookie: old=1\n< 200 OK\n< Set-Cookie: sid=; Path=/private; Max-Age=0\n";
        let session = crate::session::testing::session(text);
        session.cookies(until)
    }

    fn life(cookies: &Cookies, name: &str) -> CookieLife {
        cookies.cookies.iter().find(|life| life.name == name).unwrap().clone()
    }

    #[test]
    fn tells_what_became_of_each() {
        let end = cookies(None);
        let sid = life(&end, "sid");
        assert_eq!((sid.state, sid.set_by, sid.sent, sid.last_sent, sid.held_back_from), ("deleted", vec![0, 2], 1, Some(1), vec![2]));
        assert_eq!(life(&end, "old").state, "from before");
        assert_eq!((life(&end, "bad").state, end.refused, end.held_back), ("refused", 1, 1));
    }

    #[test]
    fn lists_where_the_browser_said_otherwise() {
        let text = "~ told kept not-kept\n> GET http://app.test/\n< 200 OK\n< Set-Cookie: sid=1; Secure\n< Set-Cookie: lang=de\n\n\
            @ 5s\n> GET http://app.test/\n> Cookie: sid=1\n< 200 OK\n";
        let cookies = crate::session::testing::session(text).cookies(None);
        let (sid, lang) = (life(&cookies, "sid"), life(&cookies, "lang"));
        assert_eq!((sid.state, sid.refused, lang.state, lang.refused, lang.held_back), ("kept", 0, "refused", 1, 0));
        assert!(sid.disagreements[0].contains("Secure") && lang.disagreements[0].contains("does not keep"), "{cookies:?}");
    }

    #[test]
    fn knows_nothing_of_what_comes_after_its_moment() {
        let sid = life(&cookies(Some(1)), "sid");
        assert_eq!((sid.state, sid.held_back), ("kept", 0));
        assert!(cookies(Some(0)).cookies.iter().all(|life| life.name != "sid" || life.sent == 0));
    }
}
