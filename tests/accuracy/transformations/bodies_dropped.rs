//! No response's content, as a navigation loses it.

use why401::exchange::Exchange;

use super::each;
use crate::cases::Case;

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    each(case, |exchange| {
        let lost = exchange.response.as_mut().and_then(|response| response.body.take());
        exchange.unseen.response_body |= lost.is_some();
        lost.is_some()
    })
}
