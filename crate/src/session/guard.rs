//! Which value an answer hands out to guard a request against forgery, and in which field it wants it back.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Record, Session};
use crate::exchange::{Exchange, Kind};
use crate::facts::parameters::{self, Parameters};
use crate::facts::randomness::is_secret;
use crate::facts::tokens::is_csrf_name;
use crate::limits;
use crate::syntax::form::{Pair, is_password_name};
use crate::syntax::hidden_fields;

/// Answers before a request that are looked through for what they hand out.
const ANSWERS: usize = 64;

/// A request that bears another value in a field than the server handed out for it.
pub struct Unlike<'a> {
    /// The field, or parameter, as the request has it.
    pub name: Cow<'a, str>,
    /// Position of the answer that handed the other value out.
    pub at: usize,
    /// Whether an answer before that had handed out the one that was sent.
    pub was_handed_out: bool,
}

impl Session {
    /// The field of a request for which the latest answer that names it, or stands for it by its own name, handed out another value
    /// than the one that is sent.
    #[must_use]
    pub fn unlike_handed_out(&self, at: usize) -> Option<Unlike<'_>> {
        let exchange = &self.record(at)?.exchange;
        let parameters = Parameters::of(exchange);
        let fields = exchange.request.fields.iter().filter(|(name, _)| !matches!(*name, "authorization" | "cookie"));
        let fields = fields.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value)));
        let pairs = parameters.content.pairs.into_iter().filter(|pair| !is_password_name(&pair.name)).map(|pair| (pair.name, pair.value));
        // What is compared with a cookie is its copy, whatever else is handed out under its name.
        let cookies = exchange.sent("cookie").map(|cookies| percent_decode_str(cookies).decode_utf8_lossy());
        let is_copy = |value: &str| cookies.as_ref().is_some_and(|cookies| cookies.contains(value));
        let mut sent = fields.chain(pairs).filter(|(_, value)| is_secret(value));
        let answers = self.handing_out(at, exchange);
        sent.find_map(|(name, value)| {
            let by_name = !is_copy(&value);
            let mut handed_out = answers.iter().filter_map(|(at, pairs)| Some((*at, handed_out_for(&name, pairs, by_name)?)));
            let (at, latest) = handed_out.next().filter(|(_, latest)| !latest.has(&value))?;
            let was_handed_out = handed_out.any(|(_, earlier)| earlier.has(&value));
            // A script may fill in what a page has left for it.
            let is_guard = latest.is_told || is_csrf_name(&name) || was_handed_out;
            is_guard.then_some(Unlike { name, at, was_handed_out })
        })
    }

    /// The answers before a request, the latest first, with the texts in them that have a name.
    fn handing_out(&self, at: usize, exchange: &Exchange) -> Vec<(usize, Vec<Pair<'_>>)> {
        let is_before = |record: &Record| record.exchange.ended() <= exchange.started && record.was_accepted();
        let near = self.record(at).map(|record| self.of_origin(&record.origin).back_from(at).at_most(ANSWERS, 0));
        near.into_iter().flatten().filter(|(_, record)| is_before(record)).map(|(at, record)| (at, texts(&record.exchange))).collect()
    }
}

/// The texts of an answer that have a name: members of an object, hidden fields and what a page says of itself.
fn texts(exchange: &Exchange) -> Vec<Pair<'_>> {
    let text = exchange.response_text();
    let beginning = text.trim_start();
    if text.len() > limits::STATEMENT_CONTENT || exchange.kind == Kind::Script {
        return Vec::new();
    }
    match beginning.as_bytes().first() {
        Some(b'{') => parameters::json(text).pairs,
        Some(b'<') => hidden_fields::metas(text).take(limits::FORM_PAIRS).chain(hidden_fields::read(text).pairs).collect(),
        _ => Vec::new(),
    }
}

/// What an answer hands out for a field.
struct HandedOut<'p> {
    values: Vec<&'p str>,
    /// Whether the answer names the field beside it.
    is_told: bool,
}

impl HandedOut<'_> {
    fn has(&self, value: &str) -> bool {
        self.values.contains(&value)
    }
}

/// What named texts hand out for a field: what stands beside a text that names it, or, where that may be, what bears its own name.
fn handed_out_for<'p>(field: &str, pairs: &'p [Pair<'_>], by_name: bool) -> Option<HandedOut<'p>> {
    let is_told = pairs.iter().any(|pair| pair.value.eq_ignore_ascii_case(field));
    let is_own = |pair: &Pair<'_>| by_name && (*pair.name == *field || is_csrf_name(&pair.name) && is_same_name(&pair.name, field));
    let is_for_it = |pair: &&Pair<'_>| is_secret(&pair.value) && (is_told || is_own(pair));
    let values: Vec<&str> = pairs.iter().filter(is_for_it).map(|pair| &*pair.value).collect();
    (!values.is_empty()).then_some(HandedOut { values, is_told })
}

/// Whether both are the same but for how words are joined, and for the `X-` of fields.
fn is_same_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let lower_case = name.to_ascii_lowercase();
        lower_case.strip_prefix("x-").unwrap_or(&lower_case).replace(['-', '_'], "")
    };
    bare(one) == bare(other)
}
