//! Another status that a server could as well have chosen.

use serde_json::json;
use why401::exchange::{Body, Exchange, Kind, Response};

use crate::cases::Case;

/// Causes that say that the status is not the one that is meant.
pub const SIBLINGS: [&str; 3] = ["login-answer-in-success", "permission-denied-as-401", "unauthenticated-as-403"];

/// Causes that speak of the status itself: of another one something else is true that the session shows as well.
pub const OF_THE_STATUS: [&str; 3] = ["cors-hides-401", "cors-preflight-unauthorized", "unauthenticated-as-403"];

/// Each is tried alone: what it replaces, and by what.
const CHANGES: [(u16, u16); 6] = [(401, 403), (403, 401), (401, 400), (401, 422), (403, 419), (401, 200)];

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    CHANGES.iter().filter_map(|(from, to)| changed(case, *from, *to)).collect()
}

fn changed(case: &Case, from: u16, to: u16) -> Option<Vec<Exchange>> {
    let mut exchanges = case.exchanges.clone();
    let mut any = false;
    for exchange in &mut exchanges {
        let is_script = matches!(exchange.kind, Kind::Fetch | Kind::Xhr | Kind::Other);
        let Some(response) = exchange.response.as_mut().filter(|response| response.status == from && is_free(response)) else { continue };
        if to == 200 && !is_script {
            continue;
        }
        response.status = to;
        response.status_text = "".into();
        if to == 200 {
            response.body = Some(Body::from(said(response).as_str()));
        }
        any = true;
    }
    any.then_some(exchanges)
}

/// Whether no protocol prescribes the status: a challenge goes with 401, and its scheme's own errors too. What an
/// answer says of its status in its content would no longer be true.
fn is_free(response: &Response) -> bool {
    let names_status = response.body.as_ref().is_some_and(|body| body.text.contains(&response.status.to_string()));
    !names_status && ["www-authenticate", "proxy-authenticate"].iter().all(|name| !response.fields.has(name))
}

/// What the answer said, inside a success.
fn said(response: &Response) -> String {
    let text = response.body.as_ref().map_or("", |body| &body.text);
    let error = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    json!({ "success": false, "error": error }).to_string()
}
