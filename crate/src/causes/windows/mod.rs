//! Integrated Windows authentication: Negotiate, Kerberos, NTLM.

mod negotiate_no_ticket;
mod negotiate_ntlm_fallback;
mod negotiate_rejected;
mod ntlm_loop;
mod windows_auth_over_http2;

use crate::cause::{Case, Cause};
use crate::facts::negotiation::{Negotiation, is_windows_scheme};
use crate::session::Record;
use crate::syntax::ntlm;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &windows_auth_over_http2::WindowsAuthOverHttp2,
    &ntlm_loop::NtlmLoop,
    &negotiate_rejected::NegotiateRejected,
    &negotiate_ntlm_fallback::NegotiateNtlmFallback,
    &negotiate_no_ticket::NegotiateNoTicket,
];

/// Legs of one handshake that are looked at.
const LEGS: usize = 16;

/// Whether the failed login is one of integrated Windows authentication: the server offers it.
fn is_windows(case: &Case<'_>) -> bool {
    let offers = case.facts().challenges.iter().any(|challenge| is_windows_scheme(&challenge.scheme));
    case.is_denied() && offers
}

/// Position of an earlier request that the last message of NTLM of the same user opened, so that its refusal says nothing of the
/// password: one of the same origin, where browsers send again what they hold; or one of another, where the same user of a domain is
/// refused time and again, as nobody mistypes what was right a moment before. Later a password may have run out or been changed.
pub(super) fn was_let_in(case: &Case<'_>) -> Option<usize> {
    let user = |record: &Record| match Negotiation::of(&record.exchange)?.sent?.ntlm()? {
        ntlm::Message::Authenticate(message) => Some((message.domain.to_lowercase(), message.user.to_lowercase())),
        _ => None,
    };
    let own = user(case.record)?;
    let is_own = |record: &Record| user(record).as_ref() == Some(&own);
    let is_recent = |record: &Record| case.exchange().started.since(record.exchange.started) <= AS_IT_WAS;
    let lets_in = |(_, other): &(usize, &Record)| other.was_accepted() && is_own(other) && is_recent(other);
    let is_refused_again = || {
        let all = case.session.of_request(case.exchange()).around(case.at()).at_most(LEGS, LEGS);
        !own.0.is_empty() && all.filter(|(_, other)| !other.was_accepted() && is_own(other)).count() >= MORE_THAN_MISTYPED
    };
    let here = case.earlier().find(lets_in);
    here.or_else(|| if is_refused_again() { case.earlier_anywhere().find(lets_in) } else { None }).map(|(at, _)| at)
}

/// Milliseconds in which nobody's password becomes another.
const AS_IT_WAS: i64 = 3_600_000;

/// Refusals beside this one that are more than somebody mistypes.
const MORE_THAN_MISTYPED: usize = 2;

/// Where a leg of a handshake is, and the messages that it carries.
type Leg<'s> = (usize, &'s Record, Negotiation);

/// The legs of the handshake that ended in the failure, the last first, each with its messages.
fn legs<'s>(case: &Case<'s>) -> impl Iterator<Item = Leg<'s>> + use<'s> {
    let (url, method) = (&case.exchange().url, &case.exchange().method);
    case.here_and_earlier()
        .filter(move |(_, record)| record.exchange.url == *url && record.exchange.method == *method)
        .take(LEGS)
        .filter_map(|(position, record)| Some((position, record, Negotiation::of(&record.exchange)?)))
}
