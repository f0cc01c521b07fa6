//! What else a browser does meanwhile: logins that work at other sites, trackers that are turned away, a chat
//! widget that asks for its own session.

use why401::capture::notation;
use why401::exchange::Exchange;
use why401::time::Time;

use crate::cases::Case;

const NOISE: &str = include_str!("noise.http");

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let mut noise = notation::parse(NOISE).expect("noise.http is exchange notation");
    let (begin, end) = span(&case.exchanges);
    let (first, last) = span(&noise);
    let (wanted, has) = (end.since(begin).max(1), last.since(first).max(1));
    for exchange in &mut noise {
        exchange.started = begin.plus(exchange.started.since(first) * wanted / has);
    }
    let mut exchanges = case.exchanges.clone();
    exchanges.append(&mut noise);
    exchanges.sort_by_key(|exchange| exchange.started);
    for (number, exchange) in exchanges.iter_mut().enumerate() {
        exchange.number = u32::try_from(number).unwrap_or(u32::MAX);
    }
    vec![exchanges]
}

/// When a session begins and when it ends.
fn span(exchanges: &[Exchange]) -> (Time, Time) {
    let begin = exchanges.iter().map(|exchange| exchange.started).min();
    let end = exchanges.iter().map(Exchange::ended).max();
    (begin.unwrap_or(Time(0)), end.unwrap_or(Time(0)))
}
