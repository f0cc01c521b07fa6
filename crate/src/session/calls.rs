//! Calls that log somebody in, whatever they and their parameters are called: the same call with another value was refused
//! once and handed out a login once, or what was refused before it is open with the cookie that it set.

use super::{Record, Session};
use crate::exchange::Exchange;
use crate::facts::parameters::Parameters;
use crate::facts::randomness::is_secret;
use crate::facts::tokens::{guards_forms, is_session_name, is_tracker_name};
use crate::facts::{Fingerprint, Purpose};
use crate::syntax::cookie;
use crate::syntax::form::Form;

/// Milliseconds between two calls that are held against each other: people try again soon.
const SOON: i64 = 600_000;

/// Requests of one kind, before and after, that are looked at.
const NEAR: usize = 64;

/// Answers that are asked whether they set what opens a request.
const SETTERS: usize = 4;

impl Session {
    /// The positions of the calls that an exchange shows to be logins.
    pub(super) fn logins_shown_by(&self, at: usize) -> Vec<usize> {
        let mut found = self.paired_logins(at);
        found.extend(self.logins_that_opened(at));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Of a call and those like it, the ones that show each other to be logins.
    fn paired_logins(&self, at: usize) -> Vec<usize> {
        let Some(record) = self.record(at).filter(|record| self.may_log_in(record)) else { return Vec::new() };
        let (is_refused, is_accepted) = (is_turned_away(record), gives_login(record));
        if !is_refused && !is_accepted {
            return Vec::new();
        }
        let started = record.exchange.started;
        let is_soon = |other: &Record| (-SOON..=SOON).contains(&other.exchange.started.since(started));
        let near = self.of_request(&record.exchange).around(at).at_most(NEAR, NEAR);
        let like = near.filter(|(other, twin)| *other != at && is_soon(twin));
        let is_pair = |twin: &Record| {
            let may_be = is_refused && gives_login(twin) && fits(record, twin) || is_accepted && is_turned_away(twin) && fits(twin, record);
            may_be && self.may_log_in(twin) && differ_in_a_value(&record.exchange, &twin.exchange)
        };
        like.filter(|(_, twin)| is_pair(twin)).flat_map(|(other, _)| [at, other]).collect()
    }

    /// The calls that set the cookie by which a request is served that was refused before, be the exchange the refusal, the call or
    /// the answer.
    fn logins_that_opened(&self, at: usize) -> Vec<usize> {
        let Some(record) = self.record(at) else { return Vec::new() };
        let opened_by = |answer: (usize, &Record)| self.login_that_opened(answer.0, answer.1);
        if record.was_accepted() && !record.facts.cookies.is_empty() {
            opened_by((at, record)).into_iter().collect()
        } else if record.exchange.status() == 401 {
            self.of_request(&record.exchange).on_from(at).at_most(0, NEAR).filter_map(opened_by).collect()
        } else {
            Vec::new()
        }
        .into_iter()
        .chain(self.opens_later(at, record))
        .collect()
    }

    /// The same where the call arrives last.
    fn opens_later(&self, at: usize, record: &Record) -> Option<usize> {
        if !self.may_log_in(record) || new_secrets(record).next().is_none() {
            return None;
        }
        let later = self.of_origin(&record.origin).on_from(at).at_most(0, NEAR);
        later.filter_map(|(other, answer)| self.login_that_opened(other, answer)).find(|login| *login == at)
    }

    /// The call that set a cookie by which this answer was given, where the same request was refused before without it.
    fn login_that_opened(&self, at: usize, record: &Record) -> Option<usize> {
        if !record.was_accepted() || record.facts.cookies.is_empty() || record.facts.credentials.is_some() {
            return None;
        }
        let is_refused = |(_, before): &(usize, &Record)| before.exchange.status() == 401 && before.facts.credentials.is_none();
        let (_, refused) = self.of_request(&record.exchange).back_from(at).at_most(NEAR, 0).find(is_refused)?;
        let is_new = |(name, _): &&(Box<str>, Fingerprint)| refused.facts.cookie(name).is_none();
        let since = |(_, setter): &(usize, &Record)| setter.place() > refused.place();
        let setter = |(name, value): &(Box<str>, Fingerprint)| {
            // What was set earlier to another value is no longer borne.
            let sets =
                |(_, setter): &(usize, &Record)| setter.facts.set_cookies.iter().any(|(set, new)| set == name && new.is_surely(*value));
            let (at, setter) = self.setters(name).back_from(at).at_most(SETTERS, 0).take_while(since).find(sets)?;
            (setter.origin == record.origin && hands_out(setter, name)).then_some((at, setter))
        };
        let mut setters: Vec<_> = record.facts.cookies.iter().filter(is_new).filter_map(setter).collect();
        setters.dedup_by_key(|(at, _)| *at);
        let is_call = |setter: &Record| self.may_log_in(setter) && !Parameters::of(&setter.exchange).content.pairs.is_empty();
        setters.into_iter().take(SETTERS).find(|(_, setter)| is_call(setter)).map(|(at, _)| at)
    }

    /// Whether a script sent something for nobody yet.
    fn may_log_in(&self, record: &Record) -> bool {
        &*record.exchange.method == "POST"
            && matches!(record.facts.purpose, Purpose::Api | Purpose::SignIn)
            && record.facts.credentials.is_none()
            && !bears_secret(record)
    }
}

/// Whether a request bears a cookie that may say who asks, by what stands in the request alone: what pages and logins show of
/// that cookie may arrive later, and what is learned of a call stays. What is sent twice guards a form.
pub(super) fn bears_secret(record: &Record) -> bool {
    let parameters = Parameters::of(&record.exchange);
    let is_sent_twice = |value: &str| {
        let mut fields = record.exchange.request.fields.iter().filter(|(name, _)| *name != "cookie");
        parameters.content.pairs.iter().any(|pair| pair.value == value) || fields.any(|(_, other)| other == value)
    };
    let says_who = |name: &str, value: &str| {
        !guards_forms(&name.to_ascii_lowercase())
            && !is_tracker_name(name)
            && (is_secret(value) || is_session_name(name) && !value.is_empty())
            && !is_sent_twice(value)
    };
    let pairs = record.exchange.request.fields.all("cookie").flat_map(|field| field.split(';'));
    pairs.into_iter().any(|pair| cookie::parse(pair).value.iter().any(|pair| says_who(pair.name, pair.value)))
}

fn is_turned_away(record: &Record) -> bool {
    matches!(record.exchange.status(), 400 | 401 | 403 | 422)
}

/// Whether a call was let in and given what opens more.
fn gives_login(record: &Record) -> bool {
    (200..=299).contains(&record.exchange.status())
        && !record.facts.outcome.is_error
        && (record.facts.hands_out_access() || new_secrets(record).next().is_some())
}

/// Whether an answer sets a cookie of that name that nobody could guess, guards no form, and was not there before.
fn hands_out(record: &Record, name: &str) -> bool {
    record.facts.cookie(name).is_none() && !guards_forms(&name.to_ascii_lowercase()) && record.sets_secret(name)
}

/// The names of the cookies that nobody could guess, guard no form, and were not there before.
fn new_secrets(record: &Record) -> impl Iterator<Item = &str> {
    record.secrets_set().filter(|name| record.facts.cookie(name).is_none() && !guards_forms(&name.to_ascii_lowercase()))
}

/// A rule of a form is no login's: who is turned away for one is let in with a cookie as well.
fn fits(refused: &Record, accepted: &Record) -> bool {
    matches!(refused.exchange.status(), 401 | 403) || accepted.facts.hands_out_access()
}

/// Whether two calls send the same names, and the same value under at least one and another under at least one of them. Where
/// both values are secrets that programs make, they are guards of forms.
fn differ_in_a_value(one: &Exchange, other: &Exchange) -> bool {
    let (one, other) = (Parameters::of(one), Parameters::of(other));
    let names = |form: &Form<'_>| form.pairs.iter().map(|pair| pair.name.to_string()).collect::<Vec<_>>();
    let pairs = || one.content.pairs.iter().zip(&other.content.pairs);
    one.content.pairs.len() > 1
        && names(&one.content) == names(&other.content)
        && pairs().any(|(one, other)| one.value == other.value)
        && pairs().any(|(one, other)| one.value != other.value && !(is_secret(&one.value) && is_secret(&other.value)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, reports};
    use crate::diagnosis::Input;
    use crate::redact::Redactor;
    use crate::session::{Profile, Session};

    const NO: &str = "401 Unauthorized\n<\n< {\"error\":\"no\"}";

    fn call(target: &str, cookie: &str, sent: &str, answer: &str) -> String {
        let (fields, sent) = match sent {
            "" => ("", String::new()),
            _ => ("> Content-Type: application/json\n", format!(">\n> {sent}\n")),
        };
        format!("~ kind fetch\n> {target}\n{cookie}{fields}{sent}< {answer}\n\n")
    }

    #[test]
    fn the_same_call_with_another_value_is_a_login() {
        let sent = |word: &str| format!("{{\"kade\":\"kurt\",\"refo\":\"{word}\"}}");
        let to = "POST https://p.test/x";
        let session =
            |cookie: &str, set: &str| call(to, cookie, &sent("falsch"), NO) + &call(to, cookie, &sent("right"), &format!("200 OK{set}"));
        let set = "\n< Set-Cookie: s={secret s 40}; HttpOnly";
        assert_eq!(reports("wrong-credentials", &session("", set)), "p.test refused what POST /x sent to log in.");
        // Whoever is known posts something; a guard is set; nothing opens.
        let known = "> Cookie: s={secret a 40}\n";
        let login =
            call("POST https://p.test/login", "", "{\"user\":\"a\",\"password\":\"b\"}", "200 OK\n< Set-Cookie: s={secret a 40}; HttpOnly");
        for other in [login + &session(known, set), session("", ""), session("", "\n< Set-Cookie: csrftoken={secret c 40}")] {
            let found = diagnose(&other).failures;
            assert!(found.iter().all(|failure| failure.causes.iter().all(|cause| cause.id != "wrong-credentials")), "{other}");
        }
    }

    #[test]
    fn what_opens_a_refused_request_is_a_login_in_whatever_order_it_arrives() {
        let (ask, borne) = ("GET https://p.test/who", "> Cookie: id={secret i 40}\n");
        let refused = call(ask, "", "", NO);
        let login = call("POST https://p.test/in", "", "{\"u\":\"a\",\"p\":\"b\"}", "200 OK\n< Set-Cookie: id={secret i 40}; HttpOnly");
        let text = refused
            + "@ 5s\n"
            + &login
            + "@ 5s\n"
            + &call(ask, borne, "", "200 OK")
            + "@ 5s\n"
            + &call("GET https://p.test/b", borne, "", NO);
        let exchanges = crate::capture::notation::parse(&text).unwrap();
        let told = |order: [usize; 4]| {
            let mut session = Session::new(Profile::chrome());
            for at in order {
                session.push(exchanges[at].clone());
            }
            serde_json::to_string(&session.diagnose(Input::default(), &mut Redactor::default())).unwrap()
        };
        let first = told([0, 1, 2, 3]);
        assert!(first.contains("session-expired"), "{first}");
        for order in [[3, 2, 1, 0], [1, 2, 3, 0], [0, 2, 3, 1], [2, 0, 1, 3], [0, 1, 3, 2]] {
            assert_eq!(told(order), first, "{order:?}");
        }
    }

    #[test]
    fn what_others_say_of_a_cookie_changes_no_call_whatever_arrives_first() {
        let page = "~ kind document\n> GET https://p.test/\n< 200 OK\n< Set-Cookie: box={secret b 40}\n\n";
        let login = "~ kind fetch\n> POST https://p.test/login\n> Cookie: box={secret b 40}\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: box={secret n 40}\n\n";
        let borne = "> Cookie: box={secret b 40}\n";
        let sent = |word: &str| format!("{{\"kade\":\"kurt\",\"refo\":\"{word}\"}}");
        let to = "POST https://p.test/x";
        let calls =
            call(to, borne, &sent("falsch"), NO) + &call(to, borne, &sent("right"), "200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly");
        for text in [format!("{page}{login}{calls}"), format!("{page}{calls}"), format!("{login}{calls}")] {
            let exchanges = crate::capture::notation::parse(&text).unwrap();
            let told = |order: &[usize]| {
                let mut session = Session::new(Profile::chrome());
                for at in order {
                    session.push(exchanges[*at].clone());
                }
                serde_json::to_string(&session.diagnose(Input::default(), &mut Redactor::default())).unwrap()
            };
            let mut order: Vec<usize> = (0..exchanges.len()).collect();
            let first = told(&order);
            for turn in 0..24 {
                order.rotate_left(1);
                let last = order.len() - 1;
                order.swap(turn % last, last);
                assert_eq!(told(&order), first, "{order:?}\n{text}");
            }
        }
    }

    #[test]
    fn what_guards_a_form_or_knows_a_browser_says_nothing_of_who_asks() {
        let session = |cookie: &str, guard: &str| {
            let sent = |word: &str| format!("{{\"kade\":\"kurt\",\"refo\":\"{word}\"{guard}}}");
            let to = "POST https://p.test/x";
            let set = "200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly";
            call(to, cookie, &sent("falsch"), NO) + &call(to, cookie, &sent("right"), set)
        };
        reports("wrong-credentials", &session("> Cookie: _ga=GA1.2.{secret g 30}\n", ""));
        reports("wrong-credentials", &session("> Cookie: box={secret b 40}\n", ",\"proof\":\"{secret b 40}\""));
        reports("wrong-credentials", &session("> Cookie: lang=de-AT\n", ""));
    }
}
