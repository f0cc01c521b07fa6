//! What the token endpoint and its neighbours answer.

use crate::syntax::form::urlencoded;
use crate::syntax::json::Object;
use crate::syntax::oauth::authorization::is_error_byte;
use crate::syntax::secret::Secret;
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// A token response in form encoding, as some servers send where JSON is not asked for.
pub static RESPONSE_NOT_JSON: Rule = Rule { id: "oauth-token-response-not-json" };

/// A token response without `token_type`.
pub static TOKEN_TYPE_MISSING: Rule = Rule { id: "oauth-token-type-missing" };

/// An error code with characters outside the allowed set.
pub static ERROR_FORM: Rule = Rule { id: "oauth-error-characters" };

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

#[cfg(test)]
mod tests {
    use super::*;

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
