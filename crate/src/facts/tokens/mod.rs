//! The tokens of one exchange: each with the place where it stands, what it is for, and the reason
//! why that is believed. The tokens themselves are not kept, only what tells equal ones.

pub(super) mod names;
pub(super) mod role;

use std::borrow::Cow;
use std::sync::Arc;

use super::Fingerprint;
use crate::syntax::jwt::{Claims, Form, Jwt};
use crate::time::Time;

pub use names::{guards_forms, is_csrf_name, is_session_name, is_tracker_name};

/// One token at one place of one exchange.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The token, shared by all exchanges in which it is seen.
    pub token: Arc<Token>,
    /// The kind of place where it stands.
    pub carrier: Carrier,
    /// The name of the field, cookie, parameter or JSON member.
    pub name: Cow<'static, str>,
    /// What it is for.
    pub role: Role,
    /// Why it is believed to be for that.
    pub reason: Reason,
    /// Its life in seconds from the answer on, where a token response says so (`expires_in`).
    pub life: Option<u32>,
}

/// A token, as far as it may be kept.
#[derive(Debug)]
pub struct Token {
    /// Tells equal tokens.
    pub fingerprint: Fingerprint,
    /// How it is built.
    pub format: Format,
}

/// How a token is built.
#[derive(Debug)]
pub enum Format {
    /// A JWT. Its `form` tells whether its claims can be read.
    Jwt(Box<Jwt>),
    /// Anything else. Its first characters may tell who issued it.
    Opaque,
}

/// A kind of place in which a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// The request's `Authorization`.
    Authorization,
    /// Another request field: one for API keys, `DPoP`, or one that guards against forgery.
    Field,
    /// A cookie that was sent.
    Cookie,
    /// The query of the request.
    Query,
    /// The form content of the request.
    Form,
    /// The JSON content of the request.
    RequestJson,
    /// A cookie that the response sets.
    SetCookie,
    /// The JSON content of the response.
    ResponseJson,
    /// The query of the address that the response sends the browser to.
    LocationQuery,
    /// The fragment of that address, which no server sees.
    LocationFragment,
    /// A hidden field of a form in the response.
    HiddenField,
}

impl Carrier {
    /// Whether the request bore it; else the response handed it out.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        matches!(self, Self::Authorization | Self::Field | Self::Cookie | Self::Query | Self::Form | Self::RequestJson)
    }

    /// The place in words: "the Authorization field".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "the Authorization field",
            Self::Field => "a request field",
            Self::Cookie => "a cookie",
            Self::Query => "the query of the address",
            Self::Form => "the form that was sent",
            Self::RequestJson => "the JSON that was sent",
            Self::SetCookie => "a cookie that is set",
            Self::ResponseJson => "the JSON of the answer",
            Self::LocationQuery => "the query of the redirect",
            Self::LocationFragment => "the fragment of the redirect",
            Self::HiddenField => "a hidden field of the page",
        }
    }
}

/// What a token is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Gives access to an API.
    Access,
    /// Is exchanged for new access tokens.
    Refresh,
    /// Says to the application who logged in (OpenID Connect).
    Id,
    /// Is exchanged for the tokens of one login.
    AuthorizationCode,
    /// Is exchanged for tokens once the user has confirmed on another device.
    DeviceCode,
    /// Belongs to a program rather than to a login.
    ApiKey,
    /// Names a session that the server keeps, or holds it.
    Session,
    /// Shows that a form came from the page.
    Csrf,
    /// Says to the authorization server which application asks.
    ClientAssertion,
    /// Is itself the grant for which a token is asked.
    Assertion,
    /// Shows that the sender holds the key that a token is bound to.
    DpopProof,
    /// Holds the parameters of an authorization request.
    RequestObject,
    /// Ends sessions.
    Logout,
    /// Nothing tells.
    #[default]
    Unknown,
}

impl Role {
    /// The role in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access token",
            Self::Refresh => "refresh token",
            Self::Id => "ID token",
            Self::AuthorizationCode => "authorization code",
            Self::DeviceCode => "device code",
            Self::ApiKey => "API key",
            Self::Session => "session",
            Self::Csrf => "CSRF token",
            Self::ClientAssertion => "client assertion",
            Self::Assertion => "assertion",
            Self::DpopProof => "DPoP proof",
            Self::RequestObject => "request object",
            Self::Logout => "logout token",
            Self::Unknown => "token",
        }
    }
}

/// Why a token is believed to have its role. Later ones are stronger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nothing tells.
    #[default]
    Nothing,
    /// It stood behind a scheme for access tokens.
    Scheme,
    /// The name of its field, cookie, parameter or member is common for such tokens.
    CommonName,
    /// Its field is one in which products take API keys.
    KeyField,
    /// It has claims that access tokens have: `scope`, `scp` or `client_id` (RFC 9068 2.2).
    AccessClaims,
    /// It is meant for a client that asked for a login here: `aud` is its `client_id`.
    AudienceIsClient,
    /// It has claims that only ID tokens have: `nonce`, `at_hash` or `c_hash` (OpenID Connect Core 2).
    IdClaims,
    /// Its first characters are published by its issuer.
    Prefix,
    /// A message of OAuth or OpenID Connect carried it under its registered name.
    Protocol,
    /// The issuer says so in the token: `token_use`, by Amazon Cognito, or Keycloak's `typ`.
    Claim,
    /// `typ` of its header says so: `at+jwt` (RFC 9068), `dpop+jwt` (RFC 9449), `logout+jwt`, …
    Typ,
}

impl Token {
    /// The JWT, where it is one.
    #[must_use]
    pub fn jwt(&self) -> Option<&Jwt> {
        match &self.format {
            Format::Jwt(jwt) => Some(jwt),
            Format::Opaque => None,
        }
    }

    /// The claims, where it is a JWT that can be read.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.jwt().filter(|jwt| jwt.form != Form::Encrypted).map(|jwt| &jwt.claims)
    }

    /// `exp`.
    #[must_use]
    pub fn expires(&self) -> Option<Time> {
        self.claims()?.exp.map(Time::from_seconds)
    }

    /// `nbf`.
    #[must_use]
    pub fn not_before(&self) -> Option<Time> {
        self.claims()?.nbf.map(Time::from_seconds)
    }

    /// `iat`.
    #[must_use]
    pub fn issued(&self) -> Option<Time> {
        self.claims()?.iat.map(Time::from_seconds)
    }
}

impl Seen {
    /// The reason in words, as the end of "an ID token, since …".
    #[must_use]
    pub fn because(&self) -> String {
        match self.reason {
            Reason::Nothing => "nothing tells what it is for".to_owned(),
            Reason::Scheme => format!("it stands in {}", self.carrier.name()),
            Reason::CommonName | Reason::KeyField => format!("it is named {}", self.name),
            Reason::AccessClaims => "it has claims that access tokens have".to_owned(),
            Reason::AudienceIsClient => "its aud is the client_id of a login".to_owned(),
            Reason::IdClaims => "it has a nonce or at_hash, as only ID tokens have".to_owned(),
            Reason::Prefix => "its first characters are those of its issuer".to_owned(),
            Reason::Protocol => format!("it is named {} in {}", self.name, self.carrier.name()),
            Reason::Claim => "a claim of its own says so".to_owned(),
            Reason::Typ => "its typ says so".to_owned(),
        }
    }
}
