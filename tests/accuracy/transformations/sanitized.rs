//! Cookies and Authorization are removed, as Chrome does in its default export.

use why401::exchange::Exchange;
use why401::fields::Fields;

use super::each;
use crate::cases::Case;

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let bears = |exchange: &Exchange| {
        ["cookie", "authorization"].iter().any(|name| exchange.sent(name).is_some()) || exchange.received("set-cookie").is_some()
    };
    if !case.exchanges.iter().any(bears) {
        return Vec::new();
    }
    each(case, |exchange| {
        strike(&mut exchange.request.fields, &["cookie", "authorization"]);
        exchange.unseen.cookies = true;
        exchange.unseen.authorization = true;
        if let Some(response) = &mut exchange.response {
            strike(&mut response.fields, &["set-cookie"]);
            exchange.unseen.set_cookies = true;
        }
        true
    })
}

fn strike(fields: &mut Fields, names: &[&str]) {
    *fields = fields.iter().filter(|(name, _)| !names.contains(name)).collect();
}
