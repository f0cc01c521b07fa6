//! OpenID Connect Discovery 1.0 and RFC 8414 metadata, RFC 9728 resource metadata, and JSON Web Key
//! Sets (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::json::{self, Members, Object};
use super::jwt::signature::{Material, PublicKey};
use super::{Parsed, Rule};
use crate::limits;

/// Metadata without an issuer.
pub static NO_ISSUER: Rule = Rule { id: "metadata-no-issuer" };

/// An issuer that does not stand at the URL that the metadata came from.
pub static ISSUER_ELSEWHERE: Rule = Rule { id: "metadata-issuer-elsewhere" };

/// An issuer with a query or fragment, or without https.
pub static ISSUER_FORM: Rule = Rule { id: "metadata-issuer-form" };

/// A key set without `keys`.
pub static NO_KEYS: Rule = Rule { id: "jwks-no-keys" };

/// Two keys of one `kid`.
pub static REPEATED_KID: Rule = Rule { id: "jwks-repeated-kid" };

/// A key with private parts where only public ones belong.
pub static PRIVATE_KEY: Rule = Rule { id: "jwks-private-key" };

/// A key without a member that its type needs.
pub static INCOMPLETE_KEY: Rule = Rule { id: "jwks-incomplete-key" };

/// More keys than are read.
pub static TOO_MANY_KEYS: Rule = Rule { id: "jwks-too-many-keys" };

/// What an authorization server or OpenID provider says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The issuer, which `iss` of its tokens must equal.
    pub issuer: Option<String>,
    /// Where the browser is sent to log in.
    pub authorization_endpoint: Option<String>,
    /// Where tokens are issued.
    pub token_endpoint: Option<String>,
    /// Where claims about the user are.
    pub userinfo_endpoint: Option<String>,
    /// Where the keys are.
    pub jwks_uri: Option<String>,
    /// Where a session is ended.
    pub end_session_endpoint: Option<String>,
    /// Where tokens are introspected.
    pub introspection_endpoint: Option<String>,
    /// Where tokens are revoked.
    pub revocation_endpoint: Option<String>,
    /// Where authorization requests are pushed.
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where devices ask for codes.
    pub device_authorization_endpoint: Option<String>,
    /// Scopes.
    pub scopes_supported: Vec<String>,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Response modes.
    pub response_modes_supported: Vec<String>,
    /// Grant types.
    pub grant_types_supported: Vec<String>,
    /// PKCE methods; empty where PKCE is not named.
    pub code_challenge_methods_supported: Vec<String>,
    /// How applications may authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether `iss` stands in authorization responses (RFC 9207).
    pub has_response_iss: bool,
    /// Whether only pushed authorization requests are taken.
    pub requires_pushed_requests: bool,
}

/// Reads metadata. `url` is where it came from, so that the issuer can be compared; leave it empty
/// where that is not known.
#[must_use]
pub fn metadata(content: &str, url: &str) -> Parsed<Metadata> {
    let mut object = Object::read(content);
    let value = Metadata {
        issuer: object.text("issuer"),
        authorization_endpoint: object.text("authorization_endpoint"),
        token_endpoint: object.text("token_endpoint"),
        userinfo_endpoint: object.text("userinfo_endpoint"),
        jwks_uri: object.text("jwks_uri"),
        end_session_endpoint: object.text("end_session_endpoint"),
        introspection_endpoint: object.text("introspection_endpoint"),
        revocation_endpoint: object.text("revocation_endpoint"),
        pushed_authorization_request_endpoint: object.text("pushed_authorization_request_endpoint"),
        device_authorization_endpoint: object.text("device_authorization_endpoint"),
        scopes_supported: object.texts("scopes_supported"),
        response_types_supported: object.texts("response_types_supported"),
        response_modes_supported: object.texts("response_modes_supported"),
        grant_types_supported: object.texts("grant_types_supported"),
        code_challenge_methods_supported: object.texts("code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported: object.texts("token_endpoint_auth_methods_supported"),
        has_response_iss: object.boolean("authorization_response_iss_parameter_supported").unwrap_or(false),
        requires_pushed_requests: object.boolean("require_pushed_authorization_requests").unwrap_or(false),
    };
    match &value.issuer {
        None => object.note("issuer", &NO_ISSUER),
        Some(issuer) if !issuer.starts_with("https://") || issuer.contains(['?', '#']) => object.note("issuer", &ISSUER_FORM),
        Some(issuer) if !url.is_empty() && !metadata_urls(issuer).iter().any(|expected| expected == url) => {
            object.note("issuer", &ISSUER_ELSEWHERE);
        }
        Some(_) => {}
    }
    object.finish(value)
}

/// The URLs where an issuer's metadata belongs: OpenID Connect Discovery 4, and RFC 8414 3.
#[must_use]
pub fn metadata_urls(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let origin_ends =
        issuer.split_once("://").map_or(issuer.len(), |(scheme, rest)| scheme.len() + 3 + rest.find('/').unwrap_or(rest.len()));
    let (origin, path) = issuer.split_at_checked(origin_ends).unwrap_or((issuer, ""));
    vec![
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ]
}

/// What a protected resource says about itself, RFC 9728.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// The resource.
    pub resource: Option<String>,
    /// Who may issue tokens for it.
    pub authorization_servers: Vec<String>,
    /// Its scopes.
    pub scopes_supported: Vec<String>,
    /// Where it takes tokens: `header`, `body`, `query`.
    pub bearer_methods_supported: Vec<String>,
}

/// Reads protected resource metadata.
#[must_use]
pub fn resource_metadata(content: &str) -> Parsed<ResourceMetadata> {
    let mut object = Object::read(content);
    let value = ResourceMetadata {
        resource: object.text("resource"),
        authorization_servers: object.texts("authorization_servers"),
        scopes_supported: object.texts("scopes_supported"),
        bearer_methods_supported: object.texts("bearer_methods_supported"),
    };
    object.finish(value)
}

/// One public key, as far as matching a token to it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Its identifier.
    pub kid: Option<String>,
    /// `RSA`, `EC`, `OKP`, `oct`, `AKP`.
    pub kty: Option<String>,
    /// The algorithm it is meant for.
    pub alg: Option<String>,
    /// `sig` or `enc`.
    pub usage: Option<String>,
    /// The curve of an `EC` or `OKP` key.
    pub crv: Option<String>,
}

/// Reads a key set. Key material itself is not kept.
#[must_use]
pub fn jwks(content: &str) -> Parsed<Vec<Key>> {
    let mut object = Object::read(content);
    let Some(Value::Array(list)) = object.members.get("keys").cloned() else {
        object.note("keys", &NO_KEYS);
        return object.finish(Vec::new());
    };
    if list.len() > limits::JWKS_KEYS {
        object.note("keys", &TOO_MANY_KEYS);
    }
    let mut keys: Vec<Key> = Vec::new();
    for item in list.iter().take(limits::JWKS_KEYS) {
        let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
        let has = |name: &str| item.get(name).is_some_and(Value::is_string);
        let key = Key { kid: text("kid"), kty: text("kty"), alg: text("alg"), usage: text("use"), crv: text("crv") };
        let is_complete = match key.kty.as_deref() {
            Some("RSA") => has("n") && has("e"),
            Some("EC") => has("crv") && has("x") && has("y"),
            Some("OKP") => has("crv") && has("x"),
            Some("oct") => has("k"),
            Some("AKP") => has("alg") && has("pub"),
            Some(_) => true,
            None => false,
        };
        if !is_complete {
            object.note("keys", &INCOMPLETE_KEY);
        }
        if has("d") || has("k") || has("priv") {
            object.note("keys", &PRIVATE_KEY);
        }
        // One kid may name a key in two types, so only equal types collide.
        if key.kid.is_some() && keys.iter().any(|other| other.kid == key.kid && other.kty == key.kty) {
            object.note("keys", &REPEATED_KID);
        }
        keys.push(key);
    }
    object.finish(keys)
}

/// The keys of a key set by which signatures can be verified; those of other types are left out.
#[must_use]
pub fn public_keys(content: &str) -> Vec<PublicKey> {
    let Some((list, _)) = Members::read(content).ok().and_then(|members| members.get("keys")) else { return Vec::new() };
    let items: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    items.into_iter().take(limits::JWKS_KEYS).filter_map(|item| public_key(item.get())).collect()
}

/// One key of a set, or the `jwk` of a header.
#[must_use]
pub fn public_key(jwk: &str) -> Option<PublicKey> {
    let members = Members::read(jwk).ok()?;
    let text = |name: &str| json::text_of(members.get(name)?.0);
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?.trim_end_matches('=')).ok();
    let point = |length: usize| {
        let mut point = vec![4];
        for name in ["x", "y"] {
            let coordinate = bytes(name).filter(|coordinate| coordinate.len() == length)?;
            point.extend(coordinate);
        }
        Some(point)
    };
    // RFC 7517 4.2 and 4.3: what the key may be used for.
    let operations = members.get("key_ops").and_then(|(list, _)| serde_json::from_str::<Vec<String>>(list).ok());
    let may_not_verify = operations.is_some_and(|operations| !operations.iter().any(|operation| operation == "verify"));
    if may_not_verify || text("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    let material = match (text("kty")?.as_str(), text("crv").as_deref()) {
        ("RSA", _) => Material::Rsa(bytes("n")?, bytes("e")?),
        ("EC", Some("P-256")) => Material::P256(point(32)?),
        ("EC", Some("P-384")) => Material::P384(point(48)?),
        ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x")?),
        _ => return None,
    };
    Some(PublicKey { kid: text("kid"), alg: text("alg"), material })
}

/// What `at_hash` or `c_hash` of an ID token must be for this access token or code: the left half of
/// its hash by the ID token's `alg` (OpenID Connect Core 3.1.3.6). `None` for other algorithms.
#[must_use]
pub fn half_hash(token: &str, alg: &str) -> Option<String> {
    let digest = match alg {
        "RS256" | "PS256" | "ES256" | "HS256" => Sha256::digest(token.as_bytes()).to_vec(),
        "RS384" | "PS384" | "ES384" | "HS384" => Sha384::digest(token.as_bytes()).to_vec(),
        "RS512" | "PS512" | "ES512" | "HS512" => Sha512::digest(token.as_bytes()).to_vec(),
        _ => return None,
    };
    digest.get(..digest.len() / 2).map(|half| URL_SAFE_NO_PAD.encode(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules<T>(parsed: &Parsed<T>) -> Vec<&'static str> {
        parsed.violations.iter().map(|v| v.rule.id).collect()
    }

    #[test]
    fn reads_metadata_and_compares_its_issuer() {
        // Members of the example in OpenID Connect Discovery 4.2.
        let content = r#"{"issuer":"https://server.example.com","authorization_endpoint":"https://server.example.com/connect/authorize",
            "token_endpoint":"https://server.example.com/connect/token","jwks_uri":"https://server.example.com/jwks.json",
            "response_types_supported":["code","code id_token"],"scopes_supported":["openid","profile"]}"#;
        let parsed = metadata(content, "https://server.example.com/.well-known/openid-configuration");
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.jwks_uri.as_deref(), Some("https://server.example.com/jwks.json"));
        assert_eq!(parsed.value.response_types_supported, ["code", "code id_token"]);
        assert_eq!(rules(&metadata(content, "https://other.example/.well-known/openid-configuration")), ["metadata-issuer-elsewhere"]);
        assert_eq!(rules(&metadata("{}", "")), ["metadata-no-issuer"]);
        assert_eq!(rules(&metadata(r#"{"issuer":"http://a"}"#, "")), ["metadata-issuer-form"]);
    }

    #[test]
    fn knows_where_metadata_belongs() {
        // RFC 8414 3.1 and 5.
        let urls = metadata_urls("https://example.com/issuer1");
        assert!(urls.contains(&"https://example.com/.well-known/oauth-authorization-server/issuer1".to_owned()));
        assert!(urls.contains(&"https://example.com/issuer1/.well-known/openid-configuration".to_owned()));
    }

    #[test]
    fn reads_the_key_set_of_rfc_7517_appendix_a() {
        let content = r#"{"keys":[
            {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
            {"kty":"RSA","n":"0vx7","e":"AQAB","alg":"RS256","kid":"2011-04-29"}]}"#;
        let parsed = jwks(content);
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.iter().map(|k| k.kid.as_deref()).collect::<Vec<_>>(), [Some("1"), Some("2011-04-29")]);
        assert_eq!(parsed.value[1].alg.as_deref(), Some("RS256"));
    }

    #[test]
    fn names_what_is_wrong_with_a_key_set() {
        assert_eq!(rules(&jwks("{}")), ["jwks-no-keys"]);
        assert_eq!(rules(&jwks(r#"{"keys":[{"kty":"RSA","n":"a"}]}"#)), ["jwks-incomplete-key"]);
        assert_eq!(rules(&jwks(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"a","d":"b"}]}"#)), ["jwks-private-key"]);
        let twice = r#"{"keys":[{"kty":"RSA","n":"a","e":"b","kid":"k"},{"kty":"RSA","n":"c","e":"b","kid":"k"}]}"#;
        assert_eq!(rules(&jwks(twice)), ["jwks-repeated-kid"]);
    }

    #[test]
    fn halves_the_hashes_of_openid_connect_core() {
        // OpenID Connect Core appendix A.3 and A.4.
        assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256").as_deref(), Some("77QmUPtjPfzWtF2AnpK9RQ"));
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "RS256").as_deref(),
            Some("LDktKdoQak3Pk0cnXxCltA")
        );
        assert_eq!(half_hash("x", "none"), None);
    }
}
