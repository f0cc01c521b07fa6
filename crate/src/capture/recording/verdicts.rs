//! The browser's own word on each cookie (`cookies.onChanged`), told to the exchange whose response set it.
//!
//! A browser tells of every change to a cookie and says nothing of one that it refuses. Its silence counts only where it
//! was heard to speak at all, and of a cookie that was not there already.

use std::collections::VecDeque;

use super::Record;
use crate::capture::Engine;
use crate::exchange::{Exchange, ServedBy, Told};
use crate::site::Site;
use crate::syntax::cookie;
use crate::syntax::set_cookie::{self, SetCookie};
use crate::time::Time;

/// How long after the end of an exchange the browser may speak of its cookies, in milliseconds.
const PATIENCE: i64 = 300;
/// How much earlier than an exchange began its word may be dated, in milliseconds: the two have clocks of their own.
const BEFORE: i64 = 20;
/// Words that are remembered, and exchanges that wait.
const MOST: usize = 512;

/// What the browser said of cookies, and the exchanges that wait for it.
#[derive(Default)]
pub struct Verdicts {
    engine: Engine,
    said: VecDeque<Word>,
    waiting: Vec<Exchange>,
}

struct Word {
    at: Time,
    domain: Box<str>,
    name: Box<str>,
    /// The value that it has now; `None` where it is gone.
    value: Option<Box<str>>,
}

impl Verdicts {
    /// None yet, of a browser of that kind.
    #[must_use]
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// Takes what a record says of a cookie, and appends the exchanges of which all is known by it.
    pub fn hear(&mut self, record: &Record<'_>, done: &mut Vec<Exchange>) {
        if record.event != "cookie" {
            return;
        }
        self.said.truncate(MOST - 1);
        self.said.push_front(Word {
            at: Time(record.at as i64),
            domain: record.domain.trim_start_matches('.').into(),
            name: record.name.as_ref().into(),
            value: (!record.removed).then(|| record.value.as_ref().into()),
        });
        let said = &self.said;
        done.extend(self.waiting.extract_if(.., |exchange| is_all_told(said, exchange)));
    }

    /// Takes an exchange, and appends it if nothing more is to be told of it.
    pub fn take(&mut self, mut exchange: Exchange, done: &mut Vec<Exchange>) {
        if is_all_told(&self.said, &mut exchange) || self.waiting.len() == MOST {
            done.push(exchange);
        } else {
            self.waiting.push(exchange);
        }
    }

    /// Appends those of which the browser would have spoken by `now`.
    pub fn settle(&mut self, now: Time, done: &mut Vec<Exchange>) {
        let due: Vec<Exchange> = self.waiting.extract_if(.., |exchange| now.since(exchange.ended()) > PATIENCE).collect();
        for mut exchange in due {
            let silence: Vec<bool> = cookies(&exchange).map(|cookie| self.is_refused_in_silence(&exchange, &cookie)).collect();
            for (told, _) in exchange.told.iter_mut().zip(silence).filter(|(told, is_refused)| **told == Told::Nothing && *is_refused) {
                *told = Told::NotKept;
            }
            done.push(without_nothing(exchange));
        }
    }

    /// Appends those that still wait.
    pub fn finish(&mut self, done: &mut Vec<Exchange>) {
        done.extend(self.waiting.drain(..).map(without_nothing));
    }

    /// Whether it says something that nothing was said of this cookie. Firefox keeps those of other sites apart and does
    /// not tell of all of them, nor does any browser of one that stays as it was.
    fn is_refused_in_silence(&self, exchange: &Exchange, cookie: &SetCookie<'_>) -> bool {
        let is_there = || {
            let sent = exchange.sent("cookie").map(|value| cookie::parse(value).value).unwrap_or_default();
            sent.iter().any(|pair| pair.name == cookie.name && pair.value == cookie.value)
        };
        let is_foreign = || {
            let page = exchange.page();
            let sites = page.as_ref().and_then(Site::of).zip(Site::of(&exchange.url));
            sites.is_some_and(|(page, own)| !page.is_schemelessly_same(own))
        };
        !self.said.is_empty()
            && exchange.served_by == ServedBy::Network
            && cookie.partitioned.is_none()
            && cookie.value.bytes().all(|byte| byte.is_ascii_graphic())
            && spoken(&self.said, exchange, cookie.name).next().is_none()
            && !(self.engine == Engine::Firefox && is_foreign())
            && !is_there()
    }
}

/// Tells an exchange which of its cookies are kept, as far as it was said; whether that is all there is to say.
fn is_all_told(said: &VecDeque<Word>, exchange: &mut Exchange) -> bool {
    let told = |cookie: SetCookie<'_>| {
        let is_kept = spoken(said, exchange, cookie.name).any(|word| word.value.as_deref() == Some(cookie.value));
        if is_kept { Told::Kept } else { Told::Nothing }
    };
    let told: Box<[Told]> = cookies(exchange).map(told).collect();
    exchange.told = told;
    exchange.told.iter().all(|told| *told == Told::Kept)
}

/// What was said of a cookie of that name while an exchange set it.
fn spoken<'s>(said: &'s VecDeque<Word>, exchange: &Exchange, name: &str) -> impl Iterator<Item = &'s Word> {
    let span = exchange.started.plus(-BEFORE)..exchange.ended().plus(PATIENCE);
    let host = exchange.url.host_str().unwrap_or_default();
    let covers = move |domain: &str| host.strip_suffix(domain).is_some_and(|below| below.is_empty() || below.ends_with('.'));
    said.iter().filter(move |word| *word.name == *name && span.contains(&word.at) && covers(&word.domain))
}

fn cookies(exchange: &Exchange) -> impl Iterator<Item = SetCookie<'_>> {
    exchange.response.iter().flat_map(|response| response.fields.all("set-cookie")).map(|line| set_cookie::parse(line).value)
}

fn without_nothing(mut exchange: Exchange) -> Exchange {
    if exchange.told.iter().all(|told| *told == Told::Nothing) {
        exchange.told = Box::default();
    }
    exchange
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::exchange::Told;
    use crate::time::Time;

    /// What is told of the cookies of a login, in a recording with these records about cookies.
    fn told(browser: &str, sent: &str, records: &[&str]) -> Vec<Told> {
        let request = [
            format!(r#"{{"type":"start","at":1,"browser":"{browser}"}}"#),
            r#"{"type":"onBeforeRequest","at":1000,"request":"7","method":"POST","url":"https://app.test/login","kind":"main_frame"}"#.to_owned(),
            format!(r#"{{"type":"onSendHeaders","at":1001,"request":"7","fields":[["Cookie","{sent}"]]}}"#),
            r#"{"type":"onHeadersReceived","at":1009,"request":"7","status":302,"line":"HTTP/1.1 302 Found","fields":[["Location","/"],["Set-Cookie","sid=1; Secure"],["Set-Cookie","lang=de"]]}"#.to_owned(),
            r#"{"type":"onCompleted","at":1010,"request":"7","status":302}"#.to_owned(),
        ];
        let later = r#"{"type":"onBeforeRequest","at":2000,"request":"8","method":"GET","url":"https://app.test/","kind":"main_frame"}"#;
        let lines: Vec<&str> = request.iter().map(String::as_str).chain(records.iter().copied()).chain([later]).collect();
        let exchanges = read(lines.join("\n").as_bytes(), Time::default()).unwrap().0;
        exchanges.into_iter().find(|exchange| exchange.url.path() == "/login").unwrap().told.to_vec()
    }

    fn cookie(at: u32, name: &str, value: &str, domain: &str) -> String {
        format!(r#"{{"type":"cookie","at":{at},"removed":false,"cause":"explicit","name":"{name}","value":"{value}","domain":"{domain}"}}"#)
    }

    #[test]
    fn what_the_browser_says_and_what_it_passes_over_in_silence() {
        let sid = cookie(1011, "sid", "1", "app.test");
        assert_eq!(told("chrome", "", &[&sid]), [Told::Kept, Told::NotKept]);
        assert_eq!(told("chrome", "", &[&sid, &cookie(1012, "lang", "de", ".app.test")]), [Told::Kept, Told::Kept]);
    }

    #[test]
    fn silence_says_nothing_of_what_was_there_or_of_a_browser_that_never_spoke() {
        let sid = cookie(1011, "sid", "1", "app.test");
        assert_eq!(told("firefox", "lang=de", &[&sid]), [Told::Kept, Told::Nothing]);
        assert_eq!(told("chrome", "", &[]), []);
    }

    #[test]
    fn of_another_value_or_another_time_or_host_it_is_not_known() {
        let others = [cookie(1011, "sid", "2", "app.test"), cookie(1012, "lang", "en", "app.test")];
        assert_eq!(told("chrome", "", &[&others[0], &others[1]]), []);
        let elsewhere = [cookie(900, "sid", "1", "app.test"), cookie(1011, "sid", "1", "other.test")];
        assert_eq!(told("chrome", "", &[&elsewhere[0], &elsewhere[1]]), [Told::NotKept, Told::NotKept]);
    }
}
