//! The claims of a token.

use std::fmt;

use super::value::Value;
use super::{Part, Reader};
use crate::syntax::json::{Members, each_member, text_of};

/// The claims that a login turns on. Times are in seconds since the Unix epoch, rounded down.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`: who issued the token.
    pub iss: Option<String>,
    /// `sub`: whom it is about.
    pub sub: Option<String>,
    /// `aud`: for whom it is meant.
    pub aud: Vec<String>,
    /// `exp`: until when it is good.
    pub exp: Option<i64>,
    /// `nbf`: from when it is good.
    pub nbf: Option<i64>,
    /// `iat`: when it was issued.
    pub iat: Option<i64>,
    /// `auth_time`: when the user last logged in (OpenID Connect Core 2).
    pub auth_time: Option<i64>,
    /// `jti`: the token's own name.
    pub jti: Option<String>,
    /// `scope` (RFC 8693 4.2) or `scp`, apart.
    pub scope: Vec<String>,
    /// `roles` (RFC 9068 2.2.3.1).
    pub roles: Vec<String>,
    /// `azp`: the client it was issued to (OpenID Connect Core 2).
    pub azp: Option<String>,
    /// `client_id` (RFC 8693 4.3).
    pub client_id: Option<String>,
    /// `token_use`: `access` or `id`, by Amazon Cognito.
    pub token_use: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `at_hash`: binds an ID token to an access token.
    pub at_hash: Option<String>,
    /// `acr`: how strongly the user was authenticated.
    pub acr: Option<String>,
    /// `amr`: by which means.
    pub amr: Vec<String>,
    /// `cnf.jkt`: the thumbprint of the key that must accompany the token (RFC 9449 6.1).
    pub jkt: Option<String>,
    /// `tid`: the tenant, by Microsoft Entra.
    pub tid: Option<String>,
}

impl Claims {
    /// Whether it is meant for one of these audiences.
    #[must_use]
    pub fn is_for(&self, audiences: &[String]) -> bool {
        self.aud.iter().any(|audience| audiences.contains(audience))
    }
}

/// Names, nonces and identifiers stay out of logs.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("iss", &self.iss)
            .field("aud", &self.aud)
            .field("exp", &self.exp)
            .field("nbf", &self.nbf)
            .field("iat", &self.iat)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Reads every claim in one walk over the members; of repeated ones the last counts.
///
/// # Errors
/// The byte offset at which the text ceases to be a JSON object.
pub(super) fn read(json: &str, part: Part<'_>, reader: &mut Reader) -> Result<Claims, usize> {
    let mut claims = Claims::default();
    let mut scp = Vec::new();
    let mut value = Value { json, text: "", part, reader };
    each_member(json, &mut |name, text| {
        value.text = text;
        match name {
            "iss" => claims.iss = value.text(),
            "sub" => claims.sub = value.text(),
            "aud" => claims.aud = value.list(),
            "exp" => claims.exp = value.time(),
            "nbf" => claims.nbf = value.time(),
            "iat" => claims.iat = value.time(),
            "auth_time" => claims.auth_time = value.time(),
            "jti" => claims.jti = value.text(),
            "scope" => claims.scope = value.words(),
            "scp" => scp = value.words(),
            "roles" => claims.roles = value.list(),
            "azp" => claims.azp = value.text(),
            "client_id" => claims.client_id = value.text(),
            "token_use" => claims.token_use = value.text(),
            "nonce" => claims.nonce = value.text(),
            "at_hash" => claims.at_hash = value.text(),
            "acr" => claims.acr = value.text(),
            "amr" => claims.amr = value.list(),
            "cnf" => claims.jkt = Members::read(text).ok().and_then(|cnf| text_of(cnf.get("jkt")?.0)),
            "tid" => claims.tid = value.text(),
            _ => {}
        }
    })?;
    if claims.scope.is_empty() {
        claims.scope = scp;
    }
    Ok(claims)
}
