//! What whoever made a capture hid in it, and how much.

use crate::exchange::Exchange;
use crate::facts::Fingerprint;
use crate::syntax::credentials::{self, Kind};
use crate::syntax::redaction::is_mark;

/// Notes in an exchange which of its fields are there in name only.
pub(super) fn note(exchange: &mut Exchange) {
    exchange.unseen.authorization |= hides_authorization(exchange);
    exchange.unseen.cookies |= exchange.request.fields.all("cookie").any(is_mark);
    let sets_hidden = exchange.response.as_ref().is_some_and(|response| response.fields.all("set-cookie").any(is_mark));
    exchange.unseen.set_cookies |= sets_hidden;
}

/// Whether a request had content, by its own fields, that the capture leaves out.
fn lacks_what_was_sent(exchange: &Exchange) -> bool {
    let length = exchange.sent("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    exchange.request.body.is_none() && (length > Some(0) || exchange.sent("transfer-encoding").is_some())
}

fn hides_authorization(exchange: &Exchange) -> bool {
    exchange.sent("authorization").is_some_and(|value| credentials::parse(value).value.kind == Kind::Hidden)
}

/// What is hidden in how many exchanges: "authorization, hidden in 3 of 240 exchanges".
pub(super) fn told(exchanges: &[Exchange]) -> Vec<String> {
    let cookies = |exchange: &Exchange| {
        let sent = exchange.request.fields.all("cookie");
        sent.flat_map(|field| crate::syntax::cookie::parse(field).value)
            .any(|pair| Fingerprint::unless_hidden(pair.value) == Fingerprint::HIDDEN)
            || exchange.request.fields.all("cookie").any(is_mark)
    };
    [
        amount("authorization, hidden", exchanges, hides_authorization),
        amount("cookies, hidden", exchanges, cookies),
        amount("request bodies", exchanges, lacks_what_was_sent),
        amount("the time", exchanges, |exchange| exchange.unseen.moment),
        amount("the answer, not recorded", exchanges, |exchange| exchange.unseen.response),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What cannot be seen in how many exchanges: "cookies in 3 of 240 exchanges"; `None` where it can be in all.
pub(super) fn amount(what: &str, exchanges: &[Exchange], lacks: impl Fn(&Exchange) -> bool) -> Option<String> {
    let (count, all) = (exchanges.iter().filter(|exchange| lacks(exchange)).count(), exchanges.len());
    (count > 0).then(|| format!("{what} in {count} of {all} exchange{}", if all == 1 { "" } else { "s" }))
}
