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

/// Position of an earlier request of the same origin that the last message of NTLM of the same user opened: what browsers hold of a
/// login that was taken they send again, so that its refusal says nothing of the password.
pub(super) fn was_let_in(case: &Case<'_>) -> Option<usize> {
    let user = |record: &Record| match Negotiation::of(&record.exchange)?.sent?.ntlm()? {
        ntlm::Message::Authenticate(message) => Some((message.domain.to_lowercase(), message.user.to_lowercase())),
        _ => None,
    };
    let own = user(case.record)?;
    case.earlier().find(|(_, other)| other.was_accepted() && user(other).as_ref() == Some(&own)).map(|(at, _)| at)
}

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
