//! Authorization requests, by query, by request object (JAR, RFC 9101) or pushed (PAR, RFC 9126), and
//! authorization responses, by query, fragment, form post or as a JWT (JARM).

use super::{MISSING_PARAMETER, claims_of, note_repeated, parameters, pkce, prepend_claims};
use crate::syntax::form::{Form, Pair, urlencoded};
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// A redirect URI that is relative or has a fragment.
pub static REDIRECT_URI_FORM: Rule = Rule { id: "oauth-redirect-uri-form" };

/// A response type that no specification registers.
pub static UNKNOWN_RESPONSE_TYPE: Rule = Rule { id: "oauth-unknown-response-type" };

/// `prompt=none` together with another prompt.
pub static PROMPT_NONE_COMBINED: Rule = Rule { id: "oidc-prompt-none-combined" };

/// A response type that returns an ID token from the authorization endpoint, without a nonce.
pub static NONCE_MISSING: Rule = Rule { id: "oidc-nonce-missing" };

/// A PKCE method outside the registry.
pub static UNKNOWN_CHALLENGE_METHOD: Rule = Rule { id: "pkce-unknown-method" };

/// A request object or response JWT that cannot be read.
pub static UNREADABLE_JWT: Rule = Rule { id: "oauth-jwt-unreadable" };

/// A response that holds both a code or token and an error.
pub static ERROR_AND_SUCCESS: Rule = Rule { id: "oauth-error-and-success" };

/// An error code with characters outside the allowed set.
pub static ERROR_CHARACTERS: Rule = Rule { id: "oauth-error-characters" };

/// How the parameters of an authorization request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestCarrier {
    /// As parameters of the request itself.
    Parameters,
    /// In a request object, readable; its claims stand first among the parameters.
    RequestObject,
    /// In a request object that is encrypted (a JWE), so that only the client ID is known.
    EncryptedRequestObject,
    /// By reference to a pushed request: `request_uri` begins with `urn:ietf:params:oauth:request_uri:`.
    Pushed,
    /// By reference to a request object elsewhere.
    Reference,
}

/// An authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest<'a> {
    /// Every parameter; `Debug` shows no values.
    pub form: Form<'a>,
    /// How they came.
    pub carrier: RequestCarrier,
}

parameters! { AuthorizationRequest:
    client_id, response_type, response_mode, redirect_uri, scope, state, nonce, code_challenge,
    code_challenge_method, prompt, max_age, acr_values, resource, audience, request_uri, login_hint, dpop_jkt,
}

impl AuthorizationRequest<'_> {
    /// The mode by which the answer comes: what was asked for, or the response type's default.
    #[must_use]
    pub fn effective_response_mode(&self) -> &str {
        self.get("response_mode").unwrap_or_else(|| {
            let mut types = self.get("response_type").unwrap_or("code").split(' ');
            if types.all(|kind| matches!(kind, "code" | "none")) { "query" } else { "fragment" }
        })
    }

    /// Whether the ID Connect scope is among the scopes.
    #[must_use]
    pub fn is_openid(&self) -> bool {
        self.get("scope").is_some_and(|scope| scope.split(' ').any(|name| name == "openid"))
    }
}

/// Reads an authorization request from a query or from form content; `None` where the parameters are
/// those of something else.
#[must_use]
pub fn request(parameters: &str) -> Option<Parsed<AuthorizationRequest<'_>>> {
    let Parsed { value: mut form, mut violations } = urlencoded(parameters);
    if !is_request(&form) {
        return None;
    }
    note_repeated(&form, &mut violations);

    let mut carrier = RequestCarrier::Parameters;
    if let Some(object) = form.find("request") {
        let at = object.at;
        if object.value.split('.').count() == 5 {
            carrier = RequestCarrier::EncryptedRequestObject;
        } else if let Some(claims) = claims_of(&object.value) {
            carrier = RequestCarrier::RequestObject;
            prepend_claims(&mut form, claims, at);
        } else {
            violations.push(SyntaxViolation { at, rule: &UNREADABLE_JWT });
        }
    } else if let Some(uri) = form.get("request_uri") {
        let is_pushed = uri.starts_with("urn:ietf:params:oauth:request_uri:");
        carrier = if is_pushed { RequestCarrier::Pushed } else { RequestCarrier::Reference };
    }
    let request = AuthorizationRequest { form, carrier };
    note_request(&request, &mut violations);
    violations.sort_by_key(|violation| violation.at);
    Some(Parsed { value: request, violations })
}

/// Whether parameters are those of an authorization request.
#[must_use]
pub fn is_request(form: &Form<'_>) -> bool {
    let has = |name: &str| form.has(name);
    let asks = has("response_type") || has("request") || has("request_uri") || (has("redirect_uri") && (has("scope") || has("state")));
    !has("grant_type") && asks && (has("client_id") || (has("response_type") && (has("redirect_uri") || has("scope"))))
}

fn note_request(request: &AuthorizationRequest<'_>, violations: &mut Vec<SyntaxViolation>) {
    let place = |name: &str| request.form.find(name).map_or(0, |pair| pair.at);
    let mut note = |name: &str, rule: &'static Rule| violations.push(SyntaxViolation { at: place(name), rule });
    if request.get("client_id").is_none() {
        note("client_id", &MISSING_PARAMETER);
    }
    let is_visible = matches!(request.carrier, RequestCarrier::Parameters | RequestCarrier::RequestObject);
    match request.get("response_type") {
        None if is_visible => note("response_type", &MISSING_PARAMETER),
        Some(types) if !types.split(' ').all(|kind| matches!(kind, "code" | "token" | "id_token" | "none")) => {
            note("response_type", &UNKNOWN_RESPONSE_TYPE);
        }
        Some(types) if types.split(' ').any(|kind| kind == "id_token") && is_visible && request.get("nonce").is_none() => {
            note("response_type", &NONCE_MISSING);
        }
        _ => {}
    }
    if let Some(uri) = request.get("redirect_uri") {
        let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
        let is_absolute = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        if !is_absolute || uri.contains('#') {
            note("redirect_uri", &REDIRECT_URI_FORM);
        }
    }
    if request.get("prompt").is_some_and(|prompt| prompt.contains(' ') && prompt.split(' ').any(|part| part == "none")) {
        note("prompt", &PROMPT_NONE_COMBINED);
    }
    if let Some(challenge) = request.get("code_challenge") {
        match request.get("code_challenge_method").unwrap_or("plain") {
            "S256" if !pkce::is_s256_challenge(challenge) => note("code_challenge", &pkce::CHALLENGE_FORM),
            "plain" if !pkce::verifier(challenge).violations.is_empty() => note("code_challenge", &pkce::VERIFIER_LENGTH),
            "S256" | "plain" => {}
            _ => note("code_challenge_method", &UNKNOWN_CHALLENGE_METHOD),
        }
    }
}

/// Where an authorization response stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponsePlace {
    /// The query of the redirect URI.
    Query,
    /// Its fragment, which no server sees.
    Fragment,
    /// A form that the browser posted to it.
    FormPost,
}

/// An authorization response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse<'a> {
    /// Every parameter; `Debug` shows no values.
    pub form: Form<'a>,
    /// Where they stood.
    pub place: ResponsePlace,
    /// Whether they came in a JWT (JARM), whose claims stand first among the parameters.
    pub is_jwt: bool,
}

parameters! { AuthorizationResponse:
    code, state, iss, error, error_description, error_uri, access_token, id_token, token_type, expires_in,
    scope, session_state,
}

/// Whether parameters are those of an authorization response.
#[must_use]
pub fn is_response(form: &Form<'_>) -> bool {
    // A request that goes on to another provider may carry a code of its own.
    let is_request = form.has("response_type") || form.has("grant_type");
    !is_request && (["code", "error", "access_token", "id_token"].iter().any(|name| form.has(name)) || jarm(form).is_some())
}

/// The JWT that holds the response (JARM).
fn jarm<'f, 'a>(form: &'f Form<'a>) -> Option<&'f Pair<'a>> {
    form.find("response").filter(|pair| matches!(pair.value.split('.').count(), 3 | 5))
}

/// Reads an authorization response; `None` where the parameters are those of something else.
#[must_use]
pub fn response(parameters: &str, place: ResponsePlace) -> Option<Parsed<AuthorizationResponse<'_>>> {
    let Parsed { value: mut form, mut violations } = urlencoded(parameters);
    if !is_response(&form) {
        return None;
    }
    let mut is_jwt = false;
    if let Some(jwt) = jarm(&form) {
        let at = jwt.at;
        is_jwt = true;
        // An encrypted one is in order, and only its receiver can read it.
        let is_encrypted = jwt.value.split('.').count() == 5;
        match claims_of(&jwt.value) {
            Some(claims) => prepend_claims(&mut form, claims, at),
            None if is_encrypted => {}
            None => violations.push(SyntaxViolation { at, rule: &UNREADABLE_JWT }),
        }
    }
    note_repeated(&form, &mut violations);
    let response = AuthorizationResponse { form, place, is_jwt };
    if let Some(error) = response.form.find("error") {
        let is_success = response.get("code").is_some() || response.get("access_token").is_some() || response.get("id_token").is_some();
        if is_success {
            violations.push(SyntaxViolation { at: error.at, rule: &ERROR_AND_SUCCESS });
        }
        if error.value.is_empty() || !error.value.bytes().all(is_error_byte) {
            violations.push(SyntaxViolation { at: error.at, rule: &ERROR_CHARACTERS });
        }
    }
    violations.sort_by_key(|violation| violation.at);
    Some(Parsed { value: response, violations })
}

/// NQSCHAR of RFC 6749 appendix A.
pub(super) const fn is_error_byte(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_authorization_request_of_openid_connect_core() {
        // OpenID Connect Core 3.1.2.1.
        let query = "response_type=code&scope=openid%20profile%20email&client_id=s6BhdRkqt3&state=af0ifjsldkj\
            &redirect_uri=https%3A%2F%2Fclient.example.org%2Fcb";
        let parsed = request(query).unwrap();
        assert_eq!(parsed.violations, []);
        let value = parsed.value;
        assert_eq!(value.get("client_id"), Some("s6BhdRkqt3"));
        assert_eq!(value.get("redirect_uri"), Some("https://client.example.org/cb"));
        assert_eq!(value.get("state"), Some("af0ifjsldkj"));
        assert!(value.is_openid());
        assert_eq!(value.effective_response_mode(), "query");
        assert_eq!(value.carrier, RequestCarrier::Parameters);
    }

    #[test]
    fn reads_the_request_object_of_rfc_9101() {
        // The claims of RFC 9101 4 in an unsigned JWT.
        let claims = r#"{"iss":"s6BhdRkqt3","aud":"https://server.example.com","response_type":"code id_token",
            "client_id":"s6BhdRkqt3","redirect_uri":"https://client.example.org/cb","scope":"openid","state":"af0ifjsldkj",
            "nonce":"n-0S6_WzA2Mj","max_age":86400}"#;
        use base64::Engine;
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let query = format!("client_id=s6BhdRkqt3&request={}.{}.", encode(r#"{"alg":"none"}"#), encode(claims));
        let parsed = request(&query).unwrap();
        assert_eq!(parsed.value.carrier, RequestCarrier::RequestObject);
        assert_eq!(parsed.value.get("nonce"), Some("n-0S6_WzA2Mj"));
        assert_eq!(parsed.value.get("max_age"), Some("86400"));
        assert_eq!(parsed.value.effective_response_mode(), "fragment");
        assert_eq!(parsed.violations, []);
    }

    #[test]
    fn tells_pushed_requests_from_other_references() {
        // RFC 9126 4.
        let query = "client_id=s6BhdRkqt3&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c";
        assert_eq!(request(query).map(|p| (p.value.carrier, p.violations)), Some((RequestCarrier::Pushed, vec![])));
        let elsewhere = request("client_id=a&request_uri=https%3A%2F%2Ftfp.example.org%2Frequest.jwt").unwrap();
        assert_eq!(elsewhere.value.carrier, RequestCarrier::Reference);
        let encrypted = request("client_id=a&request=e.e.e.e.e").unwrap();
        assert_eq!(encrypted.value.carrier, RequestCarrier::EncryptedRequestObject);
    }

    #[test]
    fn names_what_is_wrong_with_a_request() {
        let rules = |query: &str| request(query).unwrap().violations.iter().map(|v| (v.at, v.rule.id)).collect::<Vec<_>>();
        assert_eq!(rules("response_type=code&scope=a"), [(0, "oauth-missing-parameter")]);
        assert_eq!(rules("client_id=a&redirect_uri=%2Fcb&state=1"), [(0, "oauth-missing-parameter"), (12, "oauth-redirect-uri-form")]);
        assert_eq!(rules("client_id=a&response_type=code&state=1&state=2"), [(39, "oauth-repeated-parameter")]);
        assert_eq!(rules("client_id=a&response_type=code+token+magic"), [(12, "oauth-unknown-response-type")]);
        assert_eq!(rules("client_id=a&response_type=id_token"), [(12, "oidc-nonce-missing")]);
        assert_eq!(rules("client_id=a&response_type=code&prompt=none+login"), [(31, "oidc-prompt-none-combined")]);
        assert_eq!(rules("client_id=a&response_type=code&code_challenge=abc&code_challenge_method=S256"), [(31, "pkce-challenge-form")]);
        assert_eq!(rules("client_id=a&response_type=code&request=nonsense"), [(31, "oauth-jwt-unreadable")]);
        assert_eq!(rules("client_id=a&response_type=code&resource=x&resource=y"), []);
    }

    #[test]
    fn passes_over_other_queries() {
        for query in ["q=oauth&page=2", "client_id=a", "grant_type=authorization_code&client_id=a&redirect_uri=b&state=c", ""] {
            assert_eq!(request(query), None, "{query}");
            assert_eq!(response(query, ResponsePlace::Query), None, "{query}");
        }
    }

    #[test]
    fn reads_the_responses_of_rfc_6749() {
        // RFC 6749 4.1.2, 4.1.2.1 and 4.2.2.
        let code = response("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz", ResponsePlace::Query).unwrap();
        assert_eq!((code.value.get("code"), code.value.get("state")), (Some("SplxlOBeZQQYbYS6WxSbIA"), Some("xyz")));
        let denied = response("error=access_denied&state=xyz", ResponsePlace::Query).unwrap();
        assert_eq!((denied.value.get("error"), denied.violations), (Some("access_denied"), vec![]));
        let implicit = "access_token=2YotnFZFEjr1zCsicMWpAA&state=xyz&token_type=example&expires_in=3600";
        let implicit = response(implicit, ResponsePlace::Fragment).unwrap();
        assert_eq!((implicit.value.get("token_type"), implicit.value.get("expires_in")), (Some("example"), Some("3600")));
    }

    #[test]
    fn reads_a_response_in_a_jwt() {
        use base64::Engine;
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let jwt = format!(
            "{}.{}.x",
            encode("{}"),
            encode(r#"{"iss":"https://as.example","error":"access_denied","state":"S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw"}"#)
        );
        let query = format!("response={jwt}");
        let parsed = response(&query, ResponsePlace::Query).unwrap();
        assert!(parsed.value.is_jwt);
        assert_eq!((parsed.value.get("iss"), parsed.value.get("error")), (Some("https://as.example"), Some("access_denied")));
        let encrypted = response("response=eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d", ResponsePlace::FormPost).unwrap();
        assert_eq!((encrypted.value.is_jwt, encrypted.violations), (true, vec![]));
    }

    #[test]
    fn names_what_is_wrong_with_a_response() {
        let rules = |query: &str| response(query, ResponsePlace::Query).unwrap().violations.iter().map(|v| v.rule.id).collect::<Vec<_>>();
        assert_eq!(rules("error=x&code=1"), ["oauth-error-and-success"]);
        assert_eq!(rules("error=a%22b"), ["oauth-error-characters"]);
        assert_eq!(rules("error="), ["oauth-error-characters"]);
    }
}
