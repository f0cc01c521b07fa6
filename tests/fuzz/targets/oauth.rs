//! OAuth 2.0 and OpenID Connect: requests, responses, documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::syntax::oauth::authorization::{self, ResponsePlace};
use why401::syntax::oauth::{errors, pkce, token};
use why401::syntax::oidc;
use why401_fuzz::{sound, sound_violations, two};

fuzz_target!(|text: &str| {
    if let Some(parsed) = authorization::request(text) {
        sound_violations(text, &parsed.violations);
        let _ = (parsed.value.effective_response_mode(), parsed.value.is_openid());
    }
    for place in [ResponsePlace::Query, ResponsePlace::Fragment, ResponsePlace::FormPost] {
        if let Some(parsed) = authorization::response(text, place) {
            sound(text, parsed);
        }
    }
    let (path, parameters) = two(text);
    if let Some(parsed) = token::request(path, parameters) {
        let request = sound(parameters, parsed);
        let _ = request.client_authentication();
    }
    if let Some(parsed) = token::response(text) {
        sound(text, parsed);
    }
    if let Some(parsed) = token::introspection_response(text) {
        sound(text, parsed);
    }
    if let Some(parsed) = token::device_response(text) {
        sound(text, parsed);
    }
    if let Some(parsed) = token::pushed_response(text) {
        sound(text, parsed);
    }
    let _ = errors::find(text);
    assert_eq!(pkce::compare(text, text, Some("plain")), pkce::Match::Holds);
    let _ = (pkce::compare(text, path, Some("S256")), pkce::is_s256_challenge(text));
    sound(text, pkce::verifier(text));
    sound(text, oidc::metadata(text, path));
    sound(text, oidc::resource_metadata(text));
    sound(text, oidc::jwks(text));
    let _ = (oidc::metadata_urls(text), oidc::half_hash(text, "RS256"));
});
