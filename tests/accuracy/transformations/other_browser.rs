//! What Chrome's HAR tells and Firefox's does not is left out, and the reverse.

use why401::exchange::Exchange;

use super::each;
use crate::cases::Case;

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let is_firefox = |exchange: &Exchange| exchange.sent("user-agent").is_some_and(|agent| agent.contains("Firefox/"));
    if case.exchanges.iter().any(is_firefox) { each(case, as_chrome) } else { each(case, as_firefox) }
}

/// Chrome names who asked, and tells its connections apart.
fn as_chrome(exchange: &mut Exchange) -> bool {
    exchange.initiator = exchange.initiator.take().or_else(|| exchange.sent("referer").map(Into::into));
    exchange.request.fields = exchange.request.fields.iter().map(|(name, value)| (name, value.replace("Firefox/", "Chrome/"))).collect();
    true
}

/// Firefox does not name who asked, nor what became of an answer that the page may not read, and sends no client hints.
fn as_firefox(exchange: &mut Exchange) -> bool {
    exchange.initiator = None;
    exchange.error = exchange.error.take().filter(|_| exchange.response.is_none());
    exchange.request.fields = exchange
        .request
        .fields
        .iter()
        .filter(|(name, _)| !name.starts_with("sec-ch-"))
        .map(|(name, value)| (name, value.replace("Chrome/", "Firefox/")))
        .collect();
    true
}
