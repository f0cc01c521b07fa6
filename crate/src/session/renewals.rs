//! Which calls renew a token, told by what they do where no name tells it: they bring what an earlier answer handed out
//! beside a token, and get another token and another of the same in its place.

use std::collections::HashMap;

use super::{Record, Session, same_request};
use crate::exchange::Exchange;
use crate::facts::randomness::is_secret;
use crate::facts::renewal::{Texts, handed_out, sent};
use crate::facts::{Facts, Fingerprint};
use crate::time::Time;

/// What is known of renewals.
#[derive(Default)]
pub struct Renewals {
    /// What answers handed out beside a token: since when, and under which name.
    handed_out: HashMap<Fingerprint, (Time, Box<str>)>,
    /// Calls that renew, by their address and the names of what they send: those under which the token is sent and comes.
    known: HashMap<Fingerprint, [Box<str>; 2]>,
}

/// What equal calls have in common: method, address, and the names of what they send.
fn call(exchange: &Exchange, sent: &Texts) -> Fingerprint {
    sent.iter().fold(same_request(exchange), |key, (name, _)| key.and(b"\n").and(name.as_bytes()))
}

impl Renewals {
    /// The names under which a renewal's token is sent and the next one comes, where this is one.
    pub fn names(&self, exchange: &Exchange, facts: &Facts) -> Option<[&str; 2]> {
        if self.known.is_empty() || !facts.may_renew(exchange) {
            return None;
        }
        let [is_sent, is_given] = self.known.get(&call(exchange, &sent(exchange)))?;
        Some([is_sent, is_given])
    }

    /// Notes what an answer hands out beside a token; whether any of it is new.
    fn take(&mut self, record: &Record) -> bool {
        let mut is_any_new = false;
        if !record.facts.hands_out_token_alone() {
            return false;
        }
        let since = record.exchange.ended();
        for (name, text) in handed_out(&record.exchange).into_iter().filter(|(_, text)| is_handle(text)) {
            let known = self.handed_out.entry(Fingerprint::of(&text)).or_insert_with(|| (Time::MAX, name.clone()));
            let now = (since, name);
            if now < *known {
                (*known, is_any_new) = (now, true);
            }
        }
        is_any_new
    }

    /// Notes the call that an exchange shows to be a renewal; whether that is new.
    fn learn(&mut self, record: &Record) -> bool {
        let Some((call, names)) = self.shown_by(record) else { return false };
        // Whichever is seen first, the same pair stays.
        let is_new = self.known.get(&call).is_none_or(|known| names < *known);
        if is_new {
            self.known.insert(call, names);
        }
        is_new
    }

    fn shown_by(&self, record: &Record) -> Option<(Fingerprint, [Box<str>; 2])> {
        let exchange = &record.exchange;
        if self.handed_out.is_empty() || !record.facts.hands_out_token_alone() || !record.facts.may_renew(exchange) {
            return None;
        }
        let (brought, got) = (sent(exchange), handed_out(exchange));
        let names = brought.iter().find_map(|(name, text)| {
            let (since, given) = self.handed_out.get(&Fingerprint::of(text))?;
            let replaces = |(name, next): &(Box<str>, Box<str>)| name == given && next != text && is_handle(next);
            (*since <= exchange.started && got.iter().any(replaces)).then(|| [name.clone(), given.clone()])
        })?;
        Some((call(exchange, &brought), names))
    }
}

/// Whether a text is what a server handed out to be brought back, and speaks for itself by nothing: no JWT, and no text.
fn is_handle(text: &str) -> bool {
    is_secret(text) && !text.contains(['.', ' '])
}

impl Session {
    /// Learns of the renewals that an exchange shows, or others by what it hands out. The positions of those that look
    /// different for it.
    pub(super) fn learn_renewals(&mut self, at: usize) -> Vec<usize> {
        let Some(record) = self.records.get(at) else { return Vec::new() };
        let mut candidates = vec![at];
        if self.renewals.take(record) {
            let may_be = |(_, later): &(usize, &Record)| later.facts.hands_out_token_alone();
            candidates.extend(self.in_order().on_from(at).filter(may_be).map(|(later, _)| later));
        }
        let mut others = Vec::new();
        for candidate in candidates {
            let Some(record) = self.records.get(candidate).filter(|record| self.renewals.learn(record)) else { continue };
            let is_one = |(_, other): &(usize, &Record)| self.renewals.names(&other.exchange, &other.facts).is_some();
            others.extend(self.of_request(&record.exchange).filter(is_one).map(|(other, _)| other));
        }
        others
    }
}

#[cfg(test)]
mod tests {
    use crate::capture::notation;
    use crate::causes::testing::{is_healthy, is_silent, reports};
    use crate::diagnosis::Input;
    use crate::redact::Redactor;
    use crate::session::{Profile, Session};

    fn post(path: &str, body: &str, answer: &str) -> String {
        format!("~ kind fetch\n> POST https://app.test/{path}\n> Content-Type: application/json\n>\n> {body}\n< {answer}\n\n")
    }

    fn tokens(access: &str, next: &str) -> String {
        format!(
            "200 OK\n< Content-Type: application/json\n<\n< {{\"t\":\"{{jwt sub=31 n={access} exp=300}}\",\"r\":\"{{secret {next} 32}}\"}}"
        )
    }

    fn renew(token: &str, answer: &str) -> String {
        post("y/2", &format!("{{\"r\":\"{{secret {token} 32}}\"}}"), answer)
    }

    const REFUSED: &str = "401 Unauthorized\n<\n< {\"message\":\"Unauthorized\"}";

    fn login() -> String {
        post("y/1", "{\"a1\":\"eleni\",\"a2\":\"b\"}", &tokens("a", "r1"))
    }

    #[test]
    fn a_renewal_is_known_by_what_it_does() {
        let first = login() + &renew("r1", &tokens("b", "r2"));
        is_healthy(&(first.clone() + &renew("r2", &tokens("c", "r3"))));
        reports("refresh-token-reused", &(first.clone() + &renew("r1", REFUSED)));
        // With the reused one the server ends those that came from it.
        reports("refresh-token-reused", &(first.clone() + &renew("r1", REFUSED) + &renew("r2", REFUSED)));
        reports("token-refresh-failed", &(first + &renew("r2", REFUSED)));
    }

    #[test]
    fn what_brings_something_else_or_gets_nothing_new_renews_nothing() {
        // Nothing like it was handed out, it does not change, or there is no token beside it.
        is_silent("token-refresh-failed", &(login() + &renew("x1", &tokens("b", "r2")) + &renew("r9", REFUSED)));
        is_silent("token-refresh-failed", &(login() + &renew("r1", &tokens("b", "r1")) + &renew("r1", REFUSED)));
        let plain = "200 OK\n< Content-Type: application/json\n<\n< {\"r\":\"{secret r2 32}\"}";
        is_silent("token-refresh-failed", &(login() + &renew("r1", plain) + &renew("r2", REFUSED)));
    }

    #[test]
    fn whatever_arrives_first_the_same_is_told() {
        let text = login() + &renew("r1", &tokens("b", "r2")) + &renew("r1", REFUSED);
        let told = |order: [usize; 3]| {
            let exchanges = notation::parse(&text).unwrap();
            let mut session = Session::new(Profile::chrome());
            for at in order {
                session.push(exchanges[at].clone());
            }
            serde_json::to_string(&session.diagnose(Input::default(), &mut Redactor::default())).unwrap()
        };
        for order in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
            assert_eq!(told(order), told([0, 1, 2]), "{order:?}");
        }
    }
}
