//! CORS, Fetch metadata, lists of tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::fields::Fields;
use why401::session::cors::{CredentialsMode, Preflighted, check, is_safelisted, needs_preflight, preflight, unsafe_names};
use why401::syntax::cors::{self, AccessControl};
use why401::syntax::list;
use why401_fuzz::{borrowed, sound, two};

const NAMES: [&str; 8] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-max-age",
    "access-control-expose-headers",
    "vary",
    "origin",
];

fuzz_target!(|text: &str| {
    sound(text, cors::origin(text));
    sound(text, cors::allow_credentials(text));
    sound(text, cors::max_age(text));
    sound(text, cors::fetch_site(text));
    sound(text, cors::fetch_token(text));
    sound(text, cors::fetch_user(text));
    let tokens = list::tokens(text);
    let is_clean = tokens.violations.is_empty();
    for token in sound(text, tokens) {
        borrowed(text, token);
        assert!(list::is_token(token) || !is_clean);
    }

    let fields: Fields = NAMES.iter().copied().zip(text.split('\n')).collect();
    let response = AccessControl::of(&fields);
    let (method, origin) = two(text);
    for credentials in [CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include] {
        let plain = check(origin, credentials, &response);
        if credentials == CredentialsMode::Include && plain.is_ok() {
            assert_eq!(response.allow_credentials.as_deref(), Some("true"));
            assert!(check(origin, CredentialsMode::Omit, &response).is_ok(), "credentials can only take leave away");
        }
        let refusals = preflight(
            Preflighted { origin, credentials, method, unsafe_names: &["authorization"], star_covers_authorization: false },
            204,
            &response,
        );
        if refusals.is_empty() {
            assert!(plain.is_ok());
            let named = response.allow_headers.as_deref().unwrap_or_default().to_ascii_lowercase();
            assert!(named.contains("authorization"), "Authorization must be named");
        }
    }
    let script: Fields = text.split('\n').filter_map(|line| line.split_once(':')).collect();
    let names = unsafe_names(script.iter());
    assert!(names.is_sorted());
    assert_eq!(needs_preflight("GET", &script), !names.is_empty());
    let _ = is_safelisted(method, origin);
});
