//! The messages of a Negotiate or NTLM handshake that one exchange carries.

use crate::exchange::Exchange;
use crate::syntax::challenge;
use crate::syntax::credentials::{self, Credentials, Kind};
use crate::syntax::negotiate::{self, Token};
use crate::syntax::server_time::{self, ServerTime};

/// What stood behind `Negotiate` or `NTLM`, either way.
#[derive(Debug, Default)]
pub struct Negotiation {
    /// The client's message.
    pub sent: Option<Token>,
    /// The server's message.
    pub received: Option<Token>,
}

/// Whether a scheme is one of integrated Windows authentication.
#[must_use]
pub fn is_windows_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("negotiate") || scheme.eq_ignore_ascii_case("ntlm")
}

/// The time that the server's message states.
pub(super) fn server_time(exchange: &Exchange) -> Option<ServerTime> {
    for value in exchange.response.as_ref()?.fields.all("www-authenticate") {
        for challenge in challenge::parse(value).value {
            let token = challenge.token68.filter(|_| is_windows_scheme(challenge.scheme));
            if let Some(time) = token.and_then(server_time::find) {
                return Some(time);
            }
        }
    }
    None
}

impl Negotiation {
    /// Reads the messages of an exchange; `None` where it carries none. They are read when they are
    /// asked for: few exchanges carry any, and nothing ties them to others.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Option<Self> {
        let sent = exchange.sent("authorization").and_then(|value| match credentials::parse(value).value {
            Credentials { scheme, kind: Kind::Token68(token) } if is_windows_scheme(scheme) => negotiate::token(token).value,
            _ => None,
        });
        let fields = exchange.response.as_ref().map(|response| &response.fields);
        let received = fields.into_iter().flat_map(|fields| fields.all("www-authenticate")).find_map(|value| {
            let challenges = challenge::parse(value).value;
            let messages = challenges.iter().filter(|challenge| is_windows_scheme(challenge.scheme));
            messages.filter_map(|challenge| challenge.token68).find_map(|token| negotiate::token(token).value)
        });
        (sent.is_some() || received.is_some()).then_some(Self { sent, received })
    }
}
