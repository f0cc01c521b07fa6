//! Challenges, credentials, and what is made of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::syntax::browser_choice::{Browser, browser_choice};
use why401::syntax::{api_keys, aws_sigv4, basic, challenge, credentials, digest, placeholder, schemes};
use why401_fuzz::{borrowed, sound, sound_violations, two};

fuzz_target!(|text: &str| {
    let challenges = sound(text, challenge::parse(text));
    for one in &challenges {
        borrowed(text, one.scheme);
        assert!(one.is(&one.scheme.to_ascii_uppercase()));
        for param in &one.params {
            assert_eq!(one.param(param.name).is_some(), true, "{} is there and not found", param.name);
        }
        let _ = (digest::demand(|name| one.param(name)), basic::challenge_faults(one), schemes::known(one.scheme));
    }
    for browser in [Browser::Chrome, Browser::Firefox] {
        for negotiate in [false, true] {
            let choice = browser_choice(&challenges, browser, negotiate);
            assert!(choice.is_none_or(|choice| choice < challenges.len()));
        }
    }

    let (first, second) = two(text);
    let parsed = credentials::parse(first);
    sound_violations(first, &parsed.violations);
    let value = parsed.value;
    let _ = (aws_sigv4::of_credentials(&value), digest::nonce_count(&value), value.token());
    let _ = digest::response(&value, digest::Known { username: second.as_bytes(), password: first.as_bytes(), method: "GET", body: b"" });
    sound(first, basic::parse(first));
    sound(first, aws_sigv4::of_query(first));
    let _ = (placeholder::is_placeholder(first), api_keys::known(first), aws_sigv4::time(first));
});
