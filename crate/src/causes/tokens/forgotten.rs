//! Tokens that a server knew a moment ago, and now answers as if they were none.

use crate::cause::{Case, CauseMeta};
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::time::span;

/// The finding for a JWT that is in its time, and with which the same request got past the check before.
pub fn forgotten(case: &Case<'_>, meta: &'static CauseMeta) -> Option<Finding> {
    let seen = case.facts().judged_by().filter(|seen| seen.carrier == Carrier::Authorization)?;
    let (end, now) = seen.token.expires().zip(case.now())?;
    let says_more = case.facts().bearer_error().is_some() || case.statements.iter().any(|stated| stated.cause != "missing-credentials");
    let is_refused = case.is_denied() && case.exchange().status() == 401;
    if !is_refused
        || end <= now
        || says_more
        || case.accepted_elsewhere().any(|(_, other)| other.exchange.started > case.exchange().started)
    {
        return None;
    }
    let (before, record) = case.got_past_before()?;
    let ago = span(case.exchange().started.since(record.exchange.started));
    let summary = format!(
        "{} no longer knows the token of {}, which got past its check {ago} before: it was revoked, or the server works with another secret.",
        case.host(),
        case.request()
    );
    // Neither the one nor the other shows in any capture.
    Some(
        Finding::new(meta, Certainty::Possible, summary)
            .shown(case.at(), case.token_place(), "This token is refused, and is in its time.")
            .shown(before, Place::Status, "The same request with the same token got past the check here.")
            .next("Was the server started anew in between, with another secret or without its memory?"),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const REFUSED: &str = "401 Unauthorized\n< WWW-Authenticate: Basic, Bearer\n<\n< {\"error\":\"authorization required\"}";

    fn call(claims: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://api.test/side\n> Authorization: Bearer {{jwt sub=a {claims}}}\n< {answer}\n\n")
    }

    // Each token is asked for a second later than the one before, and is the same.
    #[test]
    fn a_token_that_got_past_the_check_before_is_forgotten() {
        let past = call("alg=RS256 exp=300", "404 Not Found");
        let refused = call("alg=RS256 exp=299", REFUSED);
        reports("token-revoked", &(past.clone() + &refused));
        is_silent("token-revoked", &(call("alg=RS256 exp=0", "404 Not Found") + &call("alg=RS256 exp=-1", REFUSED)));
        is_silent("token-revoked", &(past + &refused + &call("alg=RS256 exp=298", "200 OK\n<\n< {}")));
        is_silent("token-revoked", &(call("alg=RS256 exp=300", "401 Unauthorized") + &refused));
        is_silent("token-revoked", &refused);
    }
}
