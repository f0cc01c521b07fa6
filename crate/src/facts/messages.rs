//! The messages of sign-in protocols that one exchange carries: what links them across hosts as
//! fingerprints, and what may be shown as text.

use super::Fingerprint;
use super::tokens::Carrier;
use crate::syntax::form::Form;
use crate::syntax::oauth::{self, authorization};
use crate::syntax::ws_federation::{self, Action};

/// One message of a sign-in protocol.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which message.
    pub kind: MessageKind,
    /// Where it stands.
    pub carrier: Carrier,
    links: Vec<(&'static str, Fingerprint)>,
    params: Box<[(&'static str, Box<str>)]>,
}

/// Which message of which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// OAuth 2.0 and OpenID Connect: the browser goes to the provider.
    AuthorizationRequest,
    /// It comes back.
    AuthorizationResponse,
    /// A token is asked for with a grant.
    TokenRequest,
    /// The token endpoint refuses, or the one where a request is handed in beforehand.
    TokenError,
    /// An authorization request is handed in beforehand (RFC 9126).
    PushedRequest,
    /// WS-Federation: the browser goes to the provider.
    WsFederationRequest,
    /// It comes back.
    WsFederationResponse,
}

impl MessageKind {
    /// Whether the browser goes to the provider with it.
    #[must_use]
    pub const fn is_request(self) -> bool {
        matches!(self, Self::AuthorizationRequest | Self::WsFederationRequest)
    }
}

/// Whether messages are linked by a parameter of that name.
#[must_use]
pub fn is_link(name: &str) -> bool {
    LINKS.contains(&name)
}

/// Parameters that link messages, kept as fingerprints: RFC 6749, RFC 8628, RFC 9126, OpenID Connect
/// Core, WS-Federation 1.2. Checked 2026-11-21.
const LINKS: [&str; 6] = ["code", "device_code", "nonce", "request_uri", "state", "wctx"];

/// Parameters that are no secrets and that logins turn on, kept as text; of the same specifications.
const PARAMS: [&str; 20] = [
    "acr_values",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "error",
    "error_description",
    "grant_type",
    "iss",
    "max_age",
    "prompt",
    "redirect_uri",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "wa",
    "wfresh",
    "wreply",
    "wtrealm",
];

/// By which codes a client that asks again and again is told to go on asking: RFC 8628 3.5, OpenID CIBA 11.
const PENDING: [&str; 2] = ["authorization_pending", "slow_down"];

/// What else stands in authorization responses, and seldom elsewhere beside `code` or `error`.
const RESPONSE_COMPANIONS: [&str; 6] = ["error_description", "id_token", "iss", "session_state", "state", "token_type"];

/// No shorter `code` that stands alone is taken for an authorization code: other things have codes, too.
pub(crate) const SHORTEST_CODE: usize = 16;

impl Message {
    /// Reads the message in a set of parameters, if there is one.
    pub(super) fn of(carrier: Carrier, form: &Form<'_>) -> Option<Self> {
        let has = |name: &str| form.has(name);
        let is_sent = carrier.is_sent();
        let federation = ws_federation::find(form).map(|found| found.value).filter(|message| message.action == Action::SignIn);
        let kind = if federation.as_ref().is_some_and(|message| message.result.is_some()) {
            MessageKind::WsFederationResponse
        } else if federation.is_some_and(|message| message.realm.is_some()) {
            MessageKind::WsFederationRequest
        } else if is_sent && (has("grant_type") || carrier == Carrier::Form && redeems_code(form)) {
            MessageKind::TokenRequest
        } else if authorization::is_request(form) {
            MessageKind::AuthorizationRequest
        } else if carrier == Carrier::RequestJson {
            // The application's own page hands the code to its server.
            let hands_on = has("code") && ["state", "redirect_uri", "code_verifier"].iter().any(|name| has(name));
            hands_on.then_some(MessageKind::TokenRequest)?
        } else if authorization::is_response(form) && is_plausible_response(form) {
            MessageKind::AuthorizationResponse
        } else {
            return None;
        };
        Some(Self::with(kind, carrier, form))
    }

    /// The message that is known to stand in a set of parameters.
    pub(super) fn with(kind: MessageKind, carrier: Carrier, form: &Form<'_>) -> Self {
        // The claims of a request object take precedence over the parameters beside it (RFC 9101 6.3).
        let claims = form.get("request").and_then(oauth::claims_of).unwrap_or_default();
        let claim = |name: &str| claims.iter().find(|(claim, _)| claim == name).map(|(_, value)| &**value);
        // Sent without a value is the same as not sent: RFC 6749 3.1.
        let value = |name: &str| claim(name).or_else(|| form.get(name)).filter(|value| !value.is_empty());
        let (mut links, mut params) = (Vec::new(), Vec::new());
        for name in LINKS {
            if let Some(value) = value(name) {
                links.push((name, Fingerprint::unless_hidden(value)));
            }
        }
        for name in PARAMS {
            if let Some(value) = value(name) {
                params.push((name, value.into()));
            }
        }
        Self { kind, carrier, links, params: params.into() }
    }

    /// Takes note that an authorization request was only handed in, and is known by this reference from now on.
    pub(super) fn became_pushed(&mut self, reference: &str) {
        if self.kind == MessageKind::AuthorizationRequest {
            self.kind = MessageKind::PushedRequest;
            self.links.push(("request_uri", Fingerprint::of(reference)));
        }
    }

    /// Whether the client itself asks in the background, and not the browser that it sends: for a token, or to leave a
    /// request beforehand.
    pub(super) fn is_of_client(&self) -> bool {
        match self.kind {
            MessageKind::TokenRequest => true,
            MessageKind::AuthorizationRequest => matches!(self.carrier, Carrier::Form | Carrier::RequestJson),
            _ => false,
        }
    }

    /// Whether the provider waits for the user, who logs in on another device: the client asks again (RFC 8628 3.5).
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.kind == MessageKind::TokenError && self.param("error").is_some_and(|error| PENDING.contains(&error))
    }

    /// The fingerprint of a linking parameter: `state`, `nonce`, `code`, `device_code`, `request_uri`, `wctx`.
    #[must_use]
    pub fn link(&self, name: &str) -> Option<Fingerprint> {
        self.links.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// Every linking parameter.
    pub fn links(&self) -> impl Iterator<Item = (&'static str, Fingerprint)> {
        self.links.iter().copied()
    }

    /// A parameter that is no secret: `client_id`, `redirect_uri`, `error`, `code_challenge`, …
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(other, _)| *other == name).map(|(_, value)| &**value)
    }

    /// What tells equal requests: everything that was kept of them.
    #[must_use]
    pub fn identity(&self) -> Fingerprint {
        let mut identity = Fingerprint::of("");
        for (name, value) in &self.params {
            identity = identity.and(name.as_bytes()).and(value.as_bytes());
        }
        self.links.iter().fold(identity, |identity, (name, value)| identity.and(name.as_bytes()).and(&value.to_bytes()))
    }
}

/// Whether parameters hand in a code for tokens, with or without the `grant_type` that says so.
pub(super) fn redeems_code(form: &Form<'_>) -> bool {
    form.has("code") && ["client_secret", "code_verifier"].iter().any(|name| form.has(name))
}

fn is_plausible_response(form: &Form<'_>) -> bool {
    RESPONSE_COMPANIONS.iter().any(|name| form.has(name)) || form.get("code").is_some_and(|code| code.len() >= SHORTEST_CODE)
}
