//! Tokens: JWT in all its forms, DPoP proofs, opaque ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use why401::syntax::{dpop, jwt, token_prefixes};
use why401_fuzz::{sound, two};

fuzz_target!(|text: &str| {
    if let Some(token) = sound(text, jwt::parse(text)) {
        let _ = (token.nested(), token.claim("aud"));
    }
    let _ = jwt::looks_like_jwt(text);
    let (first, second) = two(text);
    if let Some(proof) = sound(first, dpop::parse(first)) {
        let url = Url::parse(second).unwrap_or_else(|_| Url::parse("https://a.test/").unwrap());
        let _ = (proof.mismatches("GET", &url, Some(second)), proof.thumbprint());
    }
    let _ = token_prefixes::issuer(text);
});
