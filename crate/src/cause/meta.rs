//! What is known of a cause before any session is seen.

use serde::Serialize;

use super::Advice;

/// What is known of a cause before any session is seen.
#[derive(Debug)]
pub struct CauseMeta {
    /// The contract: reports, links and other people's tools use it.
    pub id: &'static str,
    /// The family, which is its folder.
    pub family: &'static str,
    /// Who has to act.
    pub side: Side,
    /// Where it stands in the course of a login.
    pub stage: Stage,
    /// What happened, why, and an example session.
    pub docs: &'static str,
    /// How it is recognised, in a sentence or two.
    pub recognised: &'static str,
    /// Title, remedies and references.
    #[cfg(not(target_arch = "wasm32"))]
    pub advice: Advice,
}

impl CauseMeta {
    /// Title, remedies and references.
    #[must_use]
    pub fn advice(&self) -> Advice {
        #[cfg(not(target_arch = "wasm32"))]
        return self.advice;
        #[cfg(target_arch = "wasm32")]
        return Advice::of(self.id);
    }

    /// The cause in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.advice().title()
    }
}

impl Eq for CauseMeta {}

impl PartialEq for CauseMeta {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Which side has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The browser, its user, or the script that made the request.
    Client,
    /// The application or its server.
    Server,
    /// Whoever knows the accounts.
    IdentityProvider,
    /// A firewall, a rate limit, a policy.
    SecurityControl,
    /// The way between.
    Network,
}

impl Side {
    /// The word in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::IdentityProvider => "identity-provider",
            Self::SecurityControl => "security-control",
            Self::Network => "network",
        }
    }
}

/// Where a cause stands in the course of a login. One stage's failure brings about the next one's,
/// so the order of stages says which of two findings explains the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// No answer came from the server at all.
    Unreachable,
    /// Something in front of the application answered.
    Intercepted,
    /// Two clocks disagree.
    Clock,
    /// The browser did not keep a cookie.
    CookieNotKept,
    /// The browser kept a cookie and did not send it.
    CookieNotSent,
    /// Credentials were on their way and got lost or spoiled.
    CredentialSpoiled,
    /// A credential was not renewed in time.
    NotRenewed,
    /// The token is out of its time, or not the right one.
    TokenUnfit,
    /// No credentials arrived.
    NoCredentials,
    /// The credentials or the session were refused.
    Refused,
    /// The identity is known and not allowed.
    NotAllowed,
    /// How the server said no is itself wrong.
    AnswerFaulty,
    /// What people see in the end: the loop, the hidden answer.
    Symptom,
    /// Nothing explains it: counts only where no other cause was found.
    Unexplained,
}

impl Stage {
    /// Whether a failure of this stage brings about one of that stage.
    #[must_use]
    pub const fn leads_to(self, next: Self) -> bool {
        use Stage::{
            AnswerFaulty, Clock, CookieNotKept, CookieNotSent, CredentialSpoiled, NoCredentials, NotAllowed, NotRenewed, Refused, Symptom,
            TokenUnfit,
        };
        match self {
            Self::Clock => matches!(next, CredentialSpoiled | TokenUnfit | Refused | CookieNotKept | AnswerFaulty | Symptom),
            CookieNotKept => matches!(next, CookieNotSent | NoCredentials | Refused | AnswerFaulty | Symptom),
            CookieNotSent => matches!(next, NoCredentials | Refused | AnswerFaulty | Symptom),
            CredentialSpoiled => matches!(next, TokenUnfit | NoCredentials | Refused | AnswerFaulty | Symptom),
            NotRenewed => matches!(next, TokenUnfit | Refused | AnswerFaulty | Symptom),
            TokenUnfit => matches!(next, Refused | AnswerFaulty | Symptom),
            NoCredentials | Refused | NotAllowed => matches!(next, AnswerFaulty | Symptom),
            AnswerFaulty => matches!(next, Symptom),
            Self::Unreachable | Self::Intercepted => {
                matches!(next, Clock | CredentialSpoiled | TokenUnfit | NoCredentials | Refused | NotAllowed | AnswerFaulty | Symptom)
            }
            Symptom | Self::Unexplained => false,
        }
    }
}
