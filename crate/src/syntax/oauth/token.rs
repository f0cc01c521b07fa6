//! What an application says to the token endpoint and its neighbours – introspection, revocation,
//! device authorization, pushed requests, logout – and what they answer.

use super::authorization::is_error_byte;
use super::{MISSING_PARAMETER, note_repeated, parameters, pkce};
use crate::order::sort_by_key;
use crate::syntax::form::{Form, urlencoded};
use crate::syntax::json::{NOT_JSON, Object};
use crate::syntax::secret::Secret;
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// A token response in form encoding, as some servers send where JSON is not asked for.
pub static RESPONSE_NOT_JSON: Rule =
    Rule { id: "oauth-token-response-not-json", says: "is form-encoded where JSON is required", source: "RFC 6749 5.1" };

/// A token response without `token_type`.
pub static TOKEN_TYPE_MISSING: Rule =
    Rule { id: "oauth-token-type-missing", says: "holds an access token without its token_type", source: "RFC 6749 5.1" };

/// An error code with characters outside the allowed set.
pub static ERROR_FORM: Rule =
    Rule { id: "oauth-error-characters", says: "has an error code with characters that it must not have", source: "RFC 6749 5.2" };

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
    /// The grant type.
    grant_type,
    /// The authorization code.
    code,
    /// The redirect URI, which must equal that of the authorization request.
    redirect_uri,
    /// The application's identifier.
    client_id,
    /// The application's secret.
    client_secret,
    /// The application's signed statement of who it is.
    client_assertion,
    /// What kind of statement that is.
    client_assertion_type,
    /// The PKCE verifier.
    code_verifier,
    /// The refresh token.
    refresh_token,
    /// The requested scopes.
    scope,
    /// The user name of a password grant.
    username,
    /// Its password.
    password,
    /// The device code.
    device_code,
    /// The token to introspect or revoke.
    token,
    /// The API that the token is for.
    resource,
    /// A JWT or SAML assertion.
    assertion,
    /// The ID token of the session to end.
    id_token_hint,
    /// Where to go after the end of the session.
    post_logout_redirect_uri,
}

impl TokenRequest<'_> {
    /// How the application says who it is.
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        if self.client_assertion().is_some() {
            ClientAuthentication::Assertion
        } else if self.client_secret().is_some() {
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
    sort_by_key(&mut violations, |violation| violation.at);
    Some(Parsed { value: TokenRequest { form, purpose }, violations })
}

/// An error answer (RFC 6749 5.2), with the members that products add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The code.
    pub error: String,
    /// The server's own words.
    pub description: Option<String>,
    /// A page about it.
    pub uri: Option<String>,
    /// Microsoft Entra's numeric codes, without their AADSTS.
    pub error_codes: Vec<i64>,
    /// Microsoft Entra's second code: `bad_token`, `consent_required`, `basic_action`.
    pub suberror: Option<String>,
    /// Entra's trace identifier.
    pub trace_id: Option<String>,
    /// Entra's correlation identifier.
    pub correlation_id: Option<String>,
}

/// What an authorization server answers, as JSON. Members that it did not send are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenResponse {
    /// Access token.
    pub access_token: Option<Secret>,
    /// `Bearer`, `DPoP`, `N_A`, …
    pub token_type: Option<String>,
    /// Life of the access token in seconds.
    pub expires_in: Option<i64>,
    /// Refresh token.
    pub refresh_token: Option<Secret>,
    /// Life of the refresh token in seconds, as Keycloak (`refresh_expires_in`) and others
    /// (`refresh_token_expires_in`) give it.
    pub refresh_expires_in: Option<i64>,
    /// ID token.
    pub id_token: Option<Secret>,
    /// Granted scopes.
    pub scope: Option<String>,
    /// Type of an exchanged token (RFC 8693).
    pub issued_token_type: Option<String>,
    /// Error, where there is one.
    pub error: Option<ErrorResponse>,
}

/// Reads a token endpoint's answer; `None` where the content is something else.
#[must_use]
pub fn response(content: &str) -> Option<Parsed<TokenResponse>> {
    let trimmed = content.trim_start();
    if !trimmed.starts_with('{') {
        return form_response(content);
    }
    let mut object = Object::read(content);
    let secret = |object: &mut Object<'_>, name: &str| object.text(name).map(|text| Secret(text.into()));
    let value = TokenResponse {
        access_token: secret(&mut object, "access_token"),
        token_type: object.text("token_type"),
        expires_in: object.number("expires_in"),
        refresh_token: secret(&mut object, "refresh_token"),
        refresh_expires_in: object.number("refresh_expires_in").or_else(|| object.number("refresh_token_expires_in")),
        id_token: secret(&mut object, "id_token"),
        scope: object.text("scope"),
        issued_token_type: object.text("issued_token_type"),
        error: error_of(&mut object),
    };
    if value.access_token.is_none() && value.id_token.is_none() && value.error.is_none() {
        return None;
    }
    if value.access_token.is_some() && value.token_type.is_none() {
        object.note("access_token", &TOKEN_TYPE_MISSING);
    }
    Some(object.finish(value))
}

fn form_response(content: &str) -> Option<Parsed<TokenResponse>> {
    let Parsed { value: form, mut violations } = urlencoded(content);
    if !form.has("access_token") && !form.has("error") {
        return None;
    }
    violations.insert(0, SyntaxViolation { at: 0, rule: &RESPONSE_NOT_JSON });
    let text = |name: &str| form.get(name).map(str::to_owned);
    let error = text("error").map(|error| ErrorResponse {
        error,
        description: text("error_description"),
        uri: text("error_uri"),
        ..ErrorResponse::default()
    });
    let value = TokenResponse {
        access_token: form.get("access_token").map(Secret::from),
        token_type: text("token_type"),
        expires_in: form.get("expires_in").and_then(|text| text.parse().ok()),
        refresh_token: form.get("refresh_token").map(Secret::from),
        scope: text("scope"),
        error,
        ..TokenResponse::default()
    };
    Some(Parsed { value, violations })
}

fn error_of(object: &mut Object<'_>) -> Option<ErrorResponse> {
    // Other protocols put an object into `error`; that is no OAuth answer.
    let error = object.members.get("error")?.as_str()?.to_owned();
    if error.is_empty() || !error.bytes().all(is_error_byte) {
        object.note("error", &ERROR_FORM);
    }
    let codes = object.members.get("error_codes").and_then(|codes| codes.as_array());
    let error_codes = codes.map(|codes| codes.iter().filter_map(serde_json::Value::as_i64).collect()).unwrap_or_default();
    Some(ErrorResponse {
        error,
        description: object.text("error_description"),
        uri: object.text("error_uri"),
        error_codes,
        suberror: object.text("suberror"),
        trace_id: object.text("trace_id"),
        correlation_id: object.text("correlation_id"),
    })
}

/// What a token is worth, RFC 7662 2.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introspection {
    /// Whether the token is good now.
    pub active: bool,
    /// Its scopes.
    pub scope: Option<String>,
    /// The application it was issued to.
    pub client_id: Option<String>,
    /// Its type.
    pub token_type: Option<String>,
    /// When it ends, in seconds since the epoch.
    pub exp: Option<i64>,
    /// When it begins, in seconds since the epoch.
    pub nbf: Option<i64>,
    /// When it was issued, in seconds since the epoch.
    pub iat: Option<i64>,
    /// Whom it speaks for.
    pub sub: Option<String>,
    /// Whom it is meant for.
    pub aud: Vec<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// Its own name.
    pub jti: Option<String>,
    /// The user's name, for people to read.
    pub username: Option<Secret>,
    /// The thumbprint of the key that must accompany it (`cnf.jkt`, RFC 9449 6.2).
    pub jkt: Option<String>,
}

/// Reads an introspection answer; `None` where the content is something else.
#[must_use]
pub fn introspection_response(content: &str) -> Option<Parsed<Introspection>> {
    let mut object = Object::read(content);
    let value = Introspection {
        active: object.boolean("active")?,
        scope: object.text("scope"),
        client_id: object.text("client_id"),
        token_type: object.text("token_type"),
        exp: object.number("exp"),
        nbf: object.number("nbf"),
        iat: object.number("iat"),
        sub: object.text("sub"),
        aud: object.texts("aud"),
        iss: object.text("iss"),
        jti: object.text("jti"),
        username: object.text("username").map(|text| Secret(text.into())),
        jkt: object.members.get("cnf").and_then(|cnf| Some(cnf.get("jkt")?.as_str()?.to_owned())),
    };
    Some(object.finish(value))
}

/// A device authorization answer, RFC 8628 3.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the device polls with.
    pub device_code: Option<Secret>,
    /// What the user types.
    pub user_code: Option<Secret>,
    /// Where the user types it.
    pub verification_uri: Option<String>,
    /// The same address with the code in it.
    pub verification_uri_complete: Option<Secret>,
    /// Life of both codes in seconds.
    pub expires_in: Option<i64>,
    /// Seconds between two polls; 5 where missing.
    pub interval: Option<i64>,
}

/// Reads a device authorization answer; `None` where the content is something else.
#[must_use]
pub fn device_response(content: &str) -> Option<Parsed<DeviceAuthorization>> {
    let mut object = Object::read(content);
    let value = DeviceAuthorization {
        device_code: object.text("device_code").map(|text| Secret(text.into())),
        user_code: object.text("user_code").map(|text| Secret(text.into())),
        verification_uri: object.text("verification_uri").or_else(|| object.text("verification_url")),
        verification_uri_complete: object.text("verification_uri_complete").map(|text| Secret(text.into())),
        expires_in: object.number("expires_in"),
        interval: object.number("interval"),
    };
    value.device_code.is_some().then(|| object.finish(value))
}

/// A pushed authorization answer, RFC 9126 2.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushedAuthorization {
    /// The reference that the authorization request then carries.
    pub request_uri: String,
    /// Its life in seconds.
    pub expires_in: Option<i64>,
}

/// Reads a pushed authorization answer; `None` where the content is something else.
#[must_use]
pub fn pushed_response(content: &str) -> Option<Parsed<PushedAuthorization>> {
    let mut object = Object::read(content);
    let value = PushedAuthorization { request_uri: object.text("request_uri")?, expires_in: object.number("expires_in") };
    Some(object.finish(value))
}

/// Whether content that should be JSON is something else, such as an HTML page from a proxy.
#[must_use]
pub fn is_not_json(content: &str) -> bool {
    Object::read(content).finish(()).violations.iter().any(|violation| violation.rule == &NOT_JSON)
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
        assert_eq!(parsed.value.redirect_uri(), Some("https://client.example.com/cb"));
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

    #[test]
    fn reads_the_answers_of_rfc_6749_5() {
        let granted = response(
            r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"}"#,
        )
        .unwrap();
        assert_eq!(granted.violations, []);
        assert_eq!(granted.value.expires_in, Some(3600));
        assert_eq!(granted.value.refresh_token, Some("tGzv3JOkF0XG5Qx2TlKWIA".into()));
        let refused = response(r#"{"error":"invalid_request"}"#).unwrap();
        assert_eq!(refused.value.error.map(|e| e.error).as_deref(), Some("invalid_request"));
    }

    #[test]
    fn reads_what_entra_adds_to_an_error() {
        let text = r#"{"error":"invalid_grant","error_description":"AADSTS70008: expired","error_codes":[70008],
            "timestamp":"2026-11-20 10:00:00Z","trace_id":"t-1","correlation_id":"c-1","suberror":"bad_token"}"#;
        let error = response(text).unwrap().value.error.unwrap();
        assert_eq!(
            (error.error_codes, error.suberror.as_deref(), error.trace_id.as_deref()),
            (vec![70008], Some("bad_token"), Some("t-1"))
        );
    }

    #[test]
    fn tolerates_and_names_loose_answers() {
        let rules = |text: &str| response(text).unwrap().violations.iter().map(|v| v.rule.id).collect::<Vec<_>>();
        assert_eq!(rules(r#"{"access_token":"a","token_type":"Bearer","expires_in":"3599"}"#), ["json-number-in-quotes"]);
        assert_eq!(rules(r#"{"access_token":"a"}"#), ["oauth-token-type-missing"]);
        assert_eq!(rules("error=bad_verification_code&error_description=x"), ["oauth-token-response-not-json"]);
        assert_eq!(response("<html>"), None);
        assert_eq!(response(r#"{"error":{"code":401}}"#), None);
    }

    #[test]
    fn reads_introspection_device_and_pushed_answers() {
        // RFC 7662 2.2, RFC 8628 3.2, RFC 9126 2.2.
        let active = introspection_response(
            r#"{"active":true,"client_id":"l238j323ds-23ij4","aud":"https://protected.example.net/resource","exp":1419356238}"#,
        );
        let active = active.unwrap().value;
        assert_eq!((active.active, active.exp, active.aud.len()), (true, Some(1_419_356_238), 1));
        let device = device_response(
            r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT","verification_uri":"https://example.com/device","verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#,
        );
        let device = device.unwrap().value;
        assert_eq!((device.interval, device.verification_uri.as_deref()), (Some(5), Some("https://example.com/device")));
        assert_eq!(device.verification_uri_complete, Some("https://example.com/device?user_code=WDJB-MJHT".into()));
        let pushed = pushed_response(r#"{"request_uri":"urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2","expires_in":90}"#);
        assert_eq!(pushed.unwrap().value.expires_in, Some(90));
        assert_eq!(pushed_response("{}"), None);
    }

    #[test]
    fn shows_no_token_when_debugged() {
        let text = format!("{:?}", response(r#"{"access_token":"s3cret-token","token_type":"Bearer"}"#));
        assert!(!text.contains("s3cret"), "{text}");
    }
}
