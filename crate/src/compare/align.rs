//! Which exchange of one session does what which exchange of the other does. Positions and times
//! differ between two captures of one login; purposes, methods and addresses hardly do.

use std::collections::HashSet;

use crate::exchange::Exchange;
use crate::facts::parameters::Parameters;
use crate::facts::{Fingerprint, Purpose};
use crate::session::{Record, Session};

/// Exchanges that do the same, or one that has no counterpart. Positions in their sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// One of each.
    Both(usize, usize),
    /// Only the working session has it.
    Working(usize),
    /// Only the failing session has it.
    Failing(usize),
}

/// Exchanges of each session that are aligned; what a login needs stands before that many.
const MOST: usize = 2_000;

/// What a pair counts; more than all that failed together, each of which counts one more.
const PAIR: u32 = MOST as u32 + 1;

/// The pairs in order of time: a longest common subsequence of what the exchanges do, and of equally long ones that with
/// most of the exchanges whose numbers are those of what `failed`.
pub fn align(working: &Session, failing: &Session, failed: &HashSet<u32>) -> Vec<Pair> {
    let (ours, theirs) = (steps(working), steps(failing));
    let width = theirs.len() + 1;
    let mut counts = vec![0_u32; (ours.len() + 1) * width];
    let at = |counts: &[u32], row: usize, column: usize| counts.get(row * width + column).copied().unwrap_or(0);
    let counts_for = |other: usize| {
        let is_failed = failing.record(other).is_some_and(|record| failed.contains(&record.exchange.number));
        PAIR + u32::from(is_failed)
    };
    for (row, (_, one)) in ours.iter().enumerate().rev() {
        for (column, (other_at, other)) in theirs.iter().enumerate().rev() {
            let alone = at(&counts, row + 1, column).max(at(&counts, row, column + 1));
            let paired = if one == other { at(&counts, row + 1, column + 1) + counts_for(*other_at) } else { 0 };
            if let Some(cell) = counts.get_mut(row * width + column) {
                *cell = paired.max(alone);
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::with_capacity(ours.len() + theirs.len());
    loop {
        pairs.push(match (ours.get(row), theirs.get(column)) {
            (Some((one, key)), Some((other, other_key)))
                if key == other_key && at(&counts, row, column) == at(&counts, row + 1, column + 1) + counts_for(*other) =>
            {
                (row, column) = (row + 1, column + 1);
                Pair::Both(*one, *other)
            }
            (Some((one, _)), Some(_)) if at(&counts, row + 1, column) >= at(&counts, row, column + 1) => {
                row += 1;
                Pair::Working(*one)
            }
            (_, Some((other, _))) => {
                column += 1;
                Pair::Failing(*other)
            }
            (Some((one, _)), None) => {
                row += 1;
                Pair::Working(*one)
            }
            (None, None) => return pairs,
        });
    }
}

/// What each exchange does, in order of time. Assets and what they are for take no part in a login.
fn steps(session: &Session) -> Vec<(usize, Fingerprint)> {
    let takes_part = |(_, record): &(usize, &Record)| record.facts.purpose != Purpose::Asset;
    session.in_order().filter(takes_part).take(MOST).map(|(at, record)| (at, step(record))).collect()
}

/// What a request does, by what it says itself: what its answer makes of it is what two logins differ in.
fn step(record: &Record) -> Fingerprint {
    let exchange = &record.exchange;
    let host = exchange.url.host_str().unwrap_or_default();
    let asked = match record.facts.purpose {
        purpose @ (Purpose::Callback | Purpose::Authorize | Purpose::SignOut | Purpose::Preflight) => format!("{purpose:?}"),
        _ => grant(exchange),
    };
    Fingerprint::of(&format!("{asked} {} {host} {}", exchange.method, path_of(exchange)))
}

/// The grant by which a request asks for a token: an endpoint serves several.
fn grant(exchange: &Exchange) -> String {
    let parameters = Parameters::of(exchange);
    let grant = parameters.content.get("grant_type").or_else(|| parameters.query.get("grant_type"));
    grant.unwrap_or_default().to_owned()
}

/// The path without its parts that name one thing among many: numbers and long opaque texts.
fn path_of(exchange: &Exchange) -> String {
    let is_name = |part: &str| part.len() < OPAQUE && !part.bytes().all(|byte| byte.is_ascii_digit()) || part.is_empty();
    exchange.url.path().split('/').map(|part| if is_name(part) { part } else { "*" }).collect::<Vec<_>>().join("/")
}

/// Bytes from which on a part of a path is taken for an identifier.
const OPAQUE: usize = 20;
