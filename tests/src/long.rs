//! Long sessions for the benchmarks: the same on every run.

use std::error::Error;

use why401::exchange::{Body, Exchange};
use why401::fields::Fields;
use why401::time::Time;

use crate::recorded;

/// Of a long session's exchanges, one in so many belongs to a login that fails.
const FAILING: usize = 5;
/// Bytes of each body that are kept.
const BODY: usize = 4096;
/// 2026-11-20T08:00:00Z.
const BEGIN: Time = Time(1_795_161_600_000);
/// Milliseconds between the beginnings of two logins: they overlap.
const APART: i64 = 7_000;
/// Milliseconds between two requests beyond which the wait is shortened: a recorded night is no traffic.
const LONGEST_WAIT: i64 = 60_000;

/// The project's own cases, healthy and failing, woven into one session by shifting their times.
pub struct Woven {
    healthy: Vec<Vec<Exchange>>,
    failing: Vec<Vec<Exchange>>,
}

impl Woven {
    /// Reads the cases.
    ///
    /// # Errors
    /// A case that cannot be read.
    pub fn read() -> Result<Self, Box<dyn Error>> {
        let mut woven = Self { healthy: Vec::new(), failing: Vec::new() };
        for folder in recorded::folders()? {
            let (_, mut exchanges) = recorded::session(&folder)?;
            exchanges.sort_by_key(|exchange| exchange.started);
            exchanges.iter_mut().for_each(cut);
            let is_healthy = folder.starts_with(recorded::root().join("healthy"));
            if is_healthy { &mut woven.healthy } else { &mut woven.failing }.push(exchanges);
        }
        Ok(woven)
    }

    /// So many exchanges, in order of time.
    #[must_use]
    pub fn session(&self, count: usize) -> Vec<Exchange> {
        self.part(count, 0, 1)
    }

    /// The nth of `of` sessions of so many exchanges, which together begin with as many different cases as there are.
    #[must_use]
    pub fn part(&self, count: usize, nth: usize, of: usize) -> Vec<Exchange> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let (mut failing, mut rounds) = (0, [&self.healthy, &self.failing].map(|pool| pool.len() * nth / of));
        let mut begin = BEGIN;
        while exchanges.len() < count + count / 8 {
            let is_failing = failing * FAILING <= exchanges.len();
            let pool = if is_failing { &self.failing } else { &self.healthy };
            let round = &mut rounds[usize::from(is_failing)];
            let one = &pool[*round % pool.len()];
            *round += 1;
            failing += if is_failing { one.len() } else { 0 };
            shift(one, begin, &mut exchanges);
            begin = begin.plus(APART);
        }
        exchanges.sort_by_key(|exchange| exchange.started);
        exchanges.truncate(count);
        number(&mut exchanges);
        exchanges
    }
}

/// A login, and then a page that asks for its session every second although that has ended.
#[must_use]
pub fn poll(count: usize) -> Vec<Exchange> {
    let login = "~ kind document\n> POST https://app.example.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=alice&password=wonder\n< 302 Found\n< Date: {date}\n< Location: /home\n< Set-Cookie: sid={secret sid 24}; Path=/; HttpOnly\n\n\
        ~ kind document\n> GET https://app.example.test/home\n> Cookie: sid={secret sid 24}\n< 200 OK\n< Date: {date}\n\n\
        @ 40m\n~ kind fetch\n> GET https://app.example.test/api/me\n> Cookie: sid={secret sid 24}\n< 401 Unauthorized\n< Date: {date}\n< Content-Type: application/json\n<\n< {\"error\":\"unauthorized\"}\n";
    let known = why401::capture::notation::parse(login).unwrap_or_else(|error| panic!("{error}"));
    let (asked, first) = known.split_last().unwrap_or_else(|| panic!("the notation above has exchanges"));
    let again = (0..count.saturating_sub(first.len())).map(|nth| {
        let mut exchange = asked.clone();
        move_to(&mut exchange, asked.started.plus(1000 * nth as i64));
        exchange
    });
    let mut exchanges: Vec<Exchange> = first.iter().cloned().chain(again).collect();
    number(&mut exchanges);
    exchanges
}

/// The same exchanges, all of them refused.
#[must_use]
pub fn refused(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    for response in exchanges.iter_mut().filter_map(|exchange| exchange.response.as_mut()) {
        response.status = 401;
    }
    exchanges
}

/// Exchanges whose times cannot be told apart, as captures without readable times have them.
#[must_use]
pub fn without_times(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    for exchange in &mut exchanges {
        exchange.started = BEGIN;
    }
    exchanges
}

fn number(exchanges: &mut [Exchange]) {
    for (exchange, number) in exchanges.iter_mut().zip(0..) {
        exchange.number = number;
    }
}

/// Adds a session so that it begins at that moment.
fn shift(session: &[Exchange], begin: Time, into: &mut Vec<Exchange>) {
    let mut moment = begin;
    let mut last = None;
    for exchange in session {
        let waited = last.map_or(0, |last| exchange.started.since(last));
        last = Some(exchange.started);
        moment = moment.plus(waited.min(LONGEST_WAIT));
        let mut exchange = exchange.clone();
        move_to(&mut exchange, moment);
        into.push(exchange);
    }
}

/// Moves an exchange and what its server says of the time.
fn move_to(exchange: &mut Exchange, moment: Time) {
    let by = moment.since(exchange.started);
    exchange.started = moment;
    if let Some(response) = &mut exchange.response {
        let moved = |name: &str, value: &str| match why401::syntax::http_date::parse(value).value {
            Some(date) if name == "date" => Time(date).plus(by).to_http_date(),
            _ => value.to_owned(),
        };
        let fields: Fields = response.fields.iter().map(|(name, value)| (name, moved(name, value))).collect();
        response.fields = fields;
    }
}

fn cut(exchange: &mut Exchange) {
    let bodies = [exchange.request.body.as_mut(), exchange.response.as_mut().and_then(|response| response.body.as_mut())];
    for body in bodies.into_iter().flatten() {
        let end = (0..=BODY.min(body.text.len())).rev().find(|end| body.text.is_char_boundary(*end)).unwrap_or_default();
        if end < body.text.len() {
            *body = Body { text: body.text[..end].into(), cut: true };
        }
    }
}
