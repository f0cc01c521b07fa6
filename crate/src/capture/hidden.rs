//! What whoever made a capture hid in it, and how much.

use crate::exchange::Exchange;
use crate::facts::parameters::Parameters;
use crate::parallel;
use crate::syntax::credentials::{self, Kind};
use crate::syntax::redaction::{is_mark, is_mark_alone};
use crate::syntax::{cookie, set_cookie};

/// Notes in an exchange which of its fields are there in name only.
pub(super) fn note(exchange: &mut Exchange) {
    exchange.unseen.authorization |= hides_authorization(exchange);
    exchange.unseen.cookies |= exchange.request.fields.all("cookie").any(is_mark);
    let sets_hidden = set(exchange).any(|line| is_mark(line) || set_cookie::parse(line).value.is_hidden());
    exchange.unseen.set_cookies |= sets_hidden;
    exchange.request.body.take_if(|body| is_mark_alone(&body.text));
    if let Some(response) = &mut exchange.response {
        exchange.unseen.response_body |= response.body.take_if(|body| is_mark_alone(&body.text)).is_some();
    }
}

fn set(exchange: &Exchange) -> impl Iterator<Item = &str> {
    exchange.response.as_ref().into_iter().flat_map(|response| response.fields.all("set-cookie"))
}

/// Whether a request had content, by its own fields, that the capture leaves out.
fn lacks_what_was_sent(exchange: &Exchange) -> bool {
    let length = exchange.sent("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    exchange.request.body.is_none() && (length > Some(0) || exchange.sent("transfer-encoding").is_some())
}

/// Whether the token was left, but for what proves it.
fn hides_signature(exchange: &Exchange) -> bool {
    let signature = exchange.sent("authorization").and_then(|value| value.rsplit_once('.'));
    signature.is_some_and(|(signed, signature)| signed.contains(" eyJ") && signed.contains('.') && is_mark(signature))
}

/// Whether what was sent in the address, in a form or as JSON has a value in name only.
fn hides_parameters(exchange: &Exchange) -> bool {
    if exchange.url.query().is_none() && exchange.request.body.is_none() {
        return false;
    }
    let Parameters { query, content, .. } = Parameters::of(exchange);
    query.pairs.iter().chain(&content.pairs).any(|pair| is_mark_alone(&pair.value))
}

fn hides_authorization(exchange: &Exchange) -> bool {
    exchange.sent("authorization").is_some_and(|value| credentials::parse(value).value.kind == Kind::Hidden)
}

/// A question about an exchange.
type Asks = fn(&Exchange) -> bool;

/// What is asked of each exchange, and how it is called where it is hidden or was not recorded.
const LACKS: [(&str, Asks); 8] = [
    ("authorization, hidden", hides_authorization),
    ("signatures of tokens, hidden", hides_signature),
    ("cookies, hidden", hides_cookies),
    ("parameters, hidden", hides_parameters),
    ("request bodies", lacks_what_was_sent),
    ("header fields", lists_no_fields),
    ("the time", |exchange| exchange.unseen.moment),
    ("the answer, not recorded", |exchange| exchange.unseen.response),
];

/// What is hidden in how many exchanges: "authorization, hidden in 3 of 240 exchanges".
pub(super) fn told(exchanges: &[Exchange]) -> Vec<String> {
    let lacks = parallel::map(exchanges, |exchange| LACKS.map(|(_, lacks)| lacks(exchange)));
    let mut told = Vec::new();
    for (nth, (what, _)) in LACKS.iter().enumerate() {
        let count = lacks.iter().filter(|lacks| lacks.get(nth) == Some(&true)).count();
        told.extend(counted(what, count, exchanges.len()));
    }
    told
}

fn lists_no_fields(exchange: &Exchange) -> bool {
    let unseen = exchange.unseen;
    unseen.cookies && unseen.response_fields && !unseen.response && exchange.request.fields.is_empty()
}

fn hides_cookies(exchange: &Exchange) -> bool {
    let sent = exchange.request.fields.all("cookie");
    let is_hidden = |line: &str| is_mark(line) || is_mark(set_cookie::parse(line).value.value);
    sent.flat_map(|field| cookie::parse(field).value).any(|pair| is_mark(pair.value))
        || exchange.request.fields.all("cookie").any(is_mark)
        || set(exchange).any(is_hidden)
}

/// What cannot be seen in how many exchanges: "cookies in 3 of 240 exchanges"; `None` where it can be in all.
pub(super) fn amount(what: &str, exchanges: &[Exchange], lacks: impl Fn(&Exchange) -> bool) -> Option<String> {
    counted(what, exchanges.iter().filter(|exchange| lacks(exchange)).count(), exchanges.len())
}

fn counted(what: &str, count: usize, all: usize) -> Option<String> {
    (count > 0).then(|| format!("{what} in {count} of {all} exchange{}", if all == 1 { "" } else { "s" }))
}
