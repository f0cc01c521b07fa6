//! What an answer says about the time at its server, beside `Date`.

use super::negotiation::{is_windows_scheme, server_time};
use super::{Facts, Purpose};
use crate::exchange::Exchange;
use crate::syntax::server_time::ServerTime;
use crate::time::Time;

/// A statement of the server's clock while it answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What states it.
    pub kind: WitnessKind,
    /// The time that it states.
    pub time: Time,
}

/// What states a server's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WitnessKind {
    /// The `Date` field.
    Date,
    /// The timestamp in an NTLM challenge's target information.
    Ntlm,
    /// The server's time in a Kerberos error.
    Kerberos,
    /// `ts` of a Hawk challenge.
    Hawk,
    /// `iat` of a token that the answer has just issued.
    TokenIssued,
    /// `IssueInstant` of a SAML message that the answer hands out.
    Saml,
    /// The text of an error.
    Stated,
}

impl WitnessKind {
    /// The witness in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "the Date field",
            Self::Ntlm => "the timestamp of the NTLM challenge",
            Self::Kerberos => "the server's time in the Kerberos error",
            Self::Hawk => "ts of the Hawk challenge",
            Self::TokenIssued => "iat of the token that was issued",
            Self::Saml => "IssueInstant of the SAML message",
            Self::Stated => "the time that the error states",
        }
    }

    /// By how many milliseconds the server's clock may have been past the time that is stated: most
    /// count whole seconds, and some issuers date tokens back by up to five minutes, so that servers
    /// whose clocks are behind take them (as Microsoft Entra does; 2026-11-21).
    #[must_use]
    pub const fn slack(self) -> i64 {
        match self {
            Self::Ntlm => 0,
            Self::Date | Self::Kerberos | Self::Hawk | Self::Saml | Self::Stated => 999,
            Self::TokenIssued => 300_999,
        }
    }

    /// Whether it comes from the server's clock as it is: then it outweighs what was known before.
    #[must_use]
    pub const fn is_strong(self) -> bool {
        !matches!(self, Self::TokenIssued | Self::Saml)
    }
}

/// The statements of an exchange, without `Date`.
pub(super) fn read(facts: &Facts, exchange: &Exchange) -> Box<[Witness]> {
    let mut witnesses = Vec::new();
    let mut take = |kind, time: Option<Time>| witnesses.extend(time.map(|time| Witness { kind, time }));
    if facts.challenges.iter().any(|challenge| is_windows_scheme(&challenge.scheme)) {
        match server_time(exchange) {
            Some(ServerTime::Ntlm(time)) => take(WitnessKind::Ntlm, Some(time)),
            Some(ServerTime::Kerberos(time)) => take(WitnessKind::Kerberos, Some(time)),
            None => {}
        }
    }
    let hawk = facts.challenge("hawk").and_then(|challenge| challenge.param("ts")?.parse().ok());
    take(WitnessKind::Hawk, hawk.map(Time::from_seconds));
    // Providers and applications write these messages as they send them.
    let handed_out = facts.saml.iter().find(|saml| !saml.carrier.is_sent());
    take(WitnessKind::Saml, handed_out.and_then(|saml| saml.issued));
    // What a grant answers with is new; elsewhere an answer may hand out what it has kept.
    if matches!(facts.purpose, Purpose::Token | Purpose::Refresh | Purpose::SignIn) {
        let issued = facts.tokens.iter().filter(|seen| !seen.carrier.is_sent()).filter_map(|seen| seen.token.issued());
        take(WitnessKind::TokenIssued, issued.max());
    }
    witnesses.into()
}
