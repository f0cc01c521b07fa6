//! JSON Web Tokens: RFC 7519 in the compact form of RFC 7515.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Parsed;
use crate::limits;

/// A token.
pub struct Jwt {
    /// Its claims.
    pub claims: Claims,
}

/// The claims that causes ask for; times in seconds since the epoch.
#[derive(Default)]
pub struct Claims {
    /// `exp`.
    pub exp: Option<i64>,
    /// `nbf`.
    pub nbf: Option<i64>,
    /// `iat`.
    pub iat: Option<i64>,
    /// `iss`.
    pub iss: Option<String>,
    /// `aud`.
    pub aud: Vec<String>,
    /// `scope` or `scp`.
    pub scope: Vec<String>,
}

/// Whether a text has the outer form of a JWT.
#[must_use]
pub fn looks_like_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && text.matches('.').count() >= 2
}

/// Reads a token.
#[must_use]
pub fn parse(text: &str) -> Parsed<Option<Jwt>> {
    let mut parts = text.split('.');
    let (header, claims) = (parts.next().and_then(object), parts.next().and_then(object));
    let value = header.and(claims).map(|claims| Jwt {
        claims: Claims {
            exp: number(&claims, "exp"),
            nbf: number(&claims, "nbf"),
            iat: number(&claims, "iat"),
            iss: claims.get("iss").and_then(Value::as_str).map(str::to_owned),
            aud: words(claims.get("aud"), false),
            scope: words(claims.get("scope").or_else(|| claims.get("scp")), true),
        },
    });
    Parsed { value, violations: Vec::new() }
}

fn object(segment: &str) -> Option<Map<String, Value>> {
    (segment.len() <= limits::JWT_SEGMENT)
        .then(|| URL_SAFE_NO_PAD.decode(segment).ok())
        .flatten()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

fn number(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn words(value: Option<&Value>, split: bool) -> Vec<String> {
    match value {
        Some(Value::String(text)) if split => text.split_ascii_whitespace().map(str::to_owned).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
