//! What an application says to the token endpoint and its neighbours – introspection, revocation,
//! device authorization, pushed requests, logout – and what they answer.

mod answers;

pub use answers::{Introspection, TokenResponse, device_response, introspection_response, pushed_response, response};

use super::{MISSING_PARAMETER, note_repeated, parameters, pkce};
use crate::syntax::form::{Form, urlencoded};
use crate::syntax::{Parsed, SyntaxViolation};

/// What a form-encoded request to an authorization server asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A token for an authorization code (RFC 6749 4.1.3).
    AuthorizationCode,
    /// A token for a refresh token (RFC 6749 6).
    RefreshToken,
    /// A token for a user name and password (RFC 6749 4.3).
    Password,
    /// A token for the application itself (RFC 6749 4.4).
    ClientCredentials,
    /// A token for a device code (RFC 8628 3.4).
    DeviceCode,
    /// A token for a JWT (RFC 7523).
    JwtBearer,
    /// A token for a SAML assertion (RFC 7522).
    SamlBearer,
    /// A token for another token (RFC 8693).
    TokenExchange,
    /// A token for a CIBA request.
    Ciba,
    /// A token by another grant type.
    OtherGrant,
    /// What a token is worth (RFC 7662).
    Introspection,
    /// The end of a token (RFC 7009).
    Revocation,
    /// A device code and user code (RFC 8628 3.1).
    DeviceAuthorization,
    /// A reference for an authorization request (RFC 9126).
    PushedAuthorization,
    /// The end of the session (OpenID Connect RP-Initiated Logout).
    Logout,
}

/// Grant types by their registered names, checked 2026-11-20.
const GRANTS: [(&str, Purpose); 9] = [
    ("authorization_code", Purpose::AuthorizationCode),
    ("refresh_token", Purpose::RefreshToken),
    ("password", Purpose::Password),
    ("client_credentials", Purpose::ClientCredentials),
    ("urn:ietf:params:oauth:grant-type:device_code", Purpose::DeviceCode),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", Purpose::JwtBearer),
    ("urn:ietf:params:oauth:grant-type:saml2-bearer", Purpose::SamlBearer),
    ("urn:ietf:params:oauth:grant-type:token-exchange", Purpose::TokenExchange),
    ("urn:openid:params:grant-type:ciba", Purpose::Ciba),
];

impl Purpose {
    /// Whether it asks for a token.
    #[must_use]
    pub fn is_grant(self) -> bool {
        self == Self::OtherGrant || GRANTS.iter().any(|(_, purpose)| *purpose == self)
    }
}

/// How the application says who it is, as far as the parameters show. Basic authentication stands in
/// the Authorization field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Nothing, or a `client_id` alone: a public client, unless Authorization says more.
    None,
    /// `client_secret` among the parameters.
    Post,
    /// A signed `client_assertion` (RFC 7521).
    Assertion,
}

/// A request to an authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest<'a> {
    /// Every parameter; `Debug` shows no values.
    pub form: Form<'a>,
    /// What it asks for.
    pub purpose: Purpose,
}

parameters! { TokenRequest:
    grant_type, code, redirect_uri, client_id, client_secret, client_assertion, client_assertion_type,
    code_verifier, refresh_token, scope, username, password, device_code, token, resource, assertion,
    id_token_hint, post_logout_redirect_uri,
}

impl TokenRequest<'_> {
    /// How the application says who it is.
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        if self.get("client_assertion").is_some() {
            ClientAuthentication::Assertion
        } else if self.get("client_secret").is_some() {
            ClientAuthentication::Post
        } else {
            ClientAuthentication::None
        }
    }
}

/// Reads a request to an authorization server from its form content, or from the query of a logout;
/// `None` where the parameters are those of something else. `path` is the URL's path, since the
/// parameters alone do not tell introspection from revocation.
#[must_use]
pub fn request<'a>(path: &str, parameters: &'a str) -> Option<Parsed<TokenRequest<'a>>> {
    let Parsed { value: form, mut violations } = urlencoded(parameters);
    let path = path.to_ascii_lowercase();
    let has = |name: &str| form.has(name);
    let purpose = if let Some(grant) = form.get("grant_type") {
        GRANTS.iter().find(|(name, _)| *name == grant).map_or(Purpose::OtherGrant, |(_, purpose)| *purpose)
    } else if has("token") && path.contains("introspect") {
        Purpose::Introspection
    } else if has("token") && (path.contains("revoke") || path.contains("revocation")) {
        Purpose::Revocation
    } else if has("id_token_hint") && !has("response_type") || has("post_logout_redirect_uri") {
        Purpose::Logout
    } else if has("client_id") && path.contains("device") && !has("response_type") {
        Purpose::DeviceAuthorization
    } else if has("client_id") && (has("response_type") || has("request")) && path.split('/').any(|part| part == "par") {
        Purpose::PushedAuthorization
    } else {
        return None;
    };
    note_repeated(&form, &mut violations);
    let needed = match purpose {
        Purpose::AuthorizationCode => "code",
        Purpose::RefreshToken => "refresh_token",
        Purpose::Password => "username",
        Purpose::DeviceCode => "device_code",
        Purpose::JwtBearer | Purpose::SamlBearer => "assertion",
        Purpose::TokenExchange => "subject_token",
        _ => "",
    };
    if !needed.is_empty() && form.get(needed).is_none_or(str::is_empty) {
        violations.push(SyntaxViolation { at: form.find("grant_type").map_or(0, |pair| pair.at), rule: &MISSING_PARAMETER });
    }
    if let Some(verifier) = form.find("code_verifier") {
        let broken = pkce::verifier(&verifier.value).violations;
        violations.extend(broken.into_iter().map(|violation| SyntaxViolation { at: verifier.at, ..violation }));
    }
    violations.sort_by_key(|violation| violation.at);
    Some(Parsed { value: TokenRequest { form, purpose }, violations })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_token_requests_of_the_specifications() {
        // RFC 6749 4.1.3 with the verifier of RFC 7636, RFC 6749 6, RFC 8628 3.4.
        let code = "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb\
            &client_id=s6BhdRkqt3&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let parsed = request("/token", code).unwrap();
        assert_eq!((parsed.value.purpose, parsed.violations), (Purpose::AuthorizationCode, vec![]));
        assert_eq!(parsed.value.get("redirect_uri"), Some("https://client.example.com/cb"));
        assert_eq!(parsed.value.client_authentication(), ClientAuthentication::None);

        let refresh = request("/token", "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&client_secret=x").unwrap();
        assert_eq!((refresh.value.purpose, refresh.value.client_authentication()), (Purpose::RefreshToken, ClientAuthentication::Post));

        let device =
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=GmRhmhcxhwAzkoEqiMEg&client_id=1406020730";
        assert_eq!(request("/token", device).map(|p| p.value.purpose), Some(Purpose::DeviceCode));
        assert_eq!(request("/token", "grant_type=https%3A%2F%2Fexample.com%2Fgrant").map(|p| p.value.purpose), Some(Purpose::OtherGrant));
    }

    #[test]
    fn tells_the_neighbours_of_the_token_endpoint_apart() {
        let purpose = |path: &str, form: &str| request(path, form).map(|p| p.value.purpose);
        assert_eq!(purpose("/introspect", "token=2YotnFZFEjr1zCsicMWpAA"), Some(Purpose::Introspection));
        assert_eq!(purpose("/oauth2/revoke", "token=45ghiukldjahdnhzdauz"), Some(Purpose::Revocation));
        assert_eq!(purpose("/device_authorization", "client_id=1406020730&scope=example_scope"), Some(Purpose::DeviceAuthorization));
        assert_eq!(purpose("/as/par", "response_type=code&client_id=a"), Some(Purpose::PushedAuthorization));
        assert_eq!(purpose("/logout", "post_logout_redirect_uri=https%3A%2F%2Fa"), Some(Purpose::Logout));
        assert_eq!(purpose("/search", "token=abc"), None);
    }

    #[test]
    fn names_what_is_wrong_with_a_token_request() {
        let rules = |form: &str| request("/token", form).unwrap().violations.iter().map(|v| v.rule.id).collect::<Vec<_>>();
        assert_eq!(rules("grant_type=authorization_code"), ["oauth-missing-parameter"]);
        assert_eq!(rules("grant_type=refresh_token&refresh_token="), ["oauth-missing-parameter"]);
        assert_eq!(rules("grant_type=authorization_code&code=a&code=b"), ["oauth-repeated-parameter"]);
        assert_eq!(rules("grant_type=authorization_code&code=a&code_verifier=short"), ["pkce-verifier-length"]);
    }
}
