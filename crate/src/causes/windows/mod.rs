//! Integrated Windows authentication: Negotiate, Kerberos, NTLM.

mod negotiate_no_ticket;
mod negotiate_ntlm_fallback;
mod negotiate_rejected;
mod ntlm_loop;
mod windows_auth_over_http2;

use crate::cause::{Case, Cause};
use crate::facts::negotiation::{Negotiation, is_windows_scheme};
use crate::session::Record;

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
