//! The fields of proxies, caches, rate limits and referrers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use why401::fields::Fields;
use why401::syntax::oauth::logout;
use why401::syntax::{cache, clear_site_data, proxy, rate_limit, referrer, structured, token_prefixes};
use why401_fuzz::{sound, two};

fuzz_target!(|text: &str| {
    let target = Url::parse("https://app.example.test/a?b=c").expect("a URL");
    let (first, second) = two(text);
    sound(text, structured::list(text));
    sound(text, structured::dictionary(text));
    sound(text, rate_limit::limits(text));
    sound(text, rate_limit::policies(text));
    let _ = (rate_limit::older_number(text), rate_limit::older_reset(text));
    let fields: Fields = [("ratelimit", first), ("ratelimit-policy", second), ("x-ratelimit-reset", first)].into_iter().collect();
    let _ = rate_limit::of(&fields);
    sound(text, proxy::status(text));
    let _ = proxy::supports_session_based_authentication(text);
    let directives = sound(text, cache::cache_control(text));
    assert!(!directives.may_be_shared(true) || directives.may_be_shared(false));
    sound(text, cache::vary(text));
    sound(text, cache::via(text));
    sound(text, cache::age(text));
    sound(text, clear_site_data::parse(text));
    if let Some(parsed) = logout::front_channel(text) {
        sound(text, parsed);
    }
    if let Some(parsed) = logout::back_channel(text) {
        sound(text, parsed);
    }
    let policy = sound(text, referrer::policy(first));
    if let Some(page) = sound(text, referrer::referer(second)) {
        let sent = referrer::expected(policy, &page, &target);
        assert!(sent.is_none_or(|sent| referrer::referer(&sent).violations.is_empty()));
    }
    let _ = token_prefixes::issuer(text);
});
