//! The rarer authentication schemes, and the fields of proxies, caches, rate limits and signatures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use why401::fields::Fields;
use why401::syntax::oauth::logout;
use why401::syntax::{
    auth_info, cache, challenge, clear_site_data, concealed, credentials, form, gnap, hawk, hoba, http_signature, mutual, oauth1,
    private_token, proxy, rate_limit, referrer, scram, structured, token_prefixes, vapid,
};
use why401::time::Time;
use why401_fuzz::{sound, two};

fuzz_target!(|text: &str| {
    for one in &challenge::parse(text).value {
        sound(text, hoba::demand(one));
        sound(text, mutual::of_challenge(one));
        sound(text, private_token::demand(one));
        sound(text, gnap::demand(one));
        let _ = (hawk::refusal(one), oauth1::problem(one));
    }
    let sent = credentials::parse(text).value;
    sound(text, hawk::of_credentials(&sent));
    sound(text, oauth1::of_credentials(&sent));
    sound(text, hoba::of_credentials(&sent));
    sound(text, mutual::of_params(sent.params()));
    sound(text, private_token::of_credentials(&sent));
    sound(text, concealed::of_credentials(&sent));
    sound(text, http_signature::cavage_credentials(&sent));
    let target = Url::parse("https://app.example.test/a?b=c").expect("a URL");
    if let Some(token) = sound(text, vapid::of_credentials(&sent)) {
        let _ = vapid::mismatches(&token, &target, Time(0));
    }
    let (first, second) = two(text);
    let _ = oauth1::base_string(first, &target, &sent, second);
    sound(text, oauth1::of_form(&form::urlencoded(text).value));

    for input in sound(text, http_signature::inputs(text)) {
        assert!(input.label.is_empty() || text.contains(input.label));
    }
    sound(text, http_signature::signatures(text));
    sound(text, http_signature::cavage(&auth_info::parse(text).value));

    sound(text, structured::item(text));
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
    sound(text, scram::message(text));
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
    let _ = (token_prefixes::issuer(text), token_prefixes::is_macaroon(text), hawk::payload_hash(first, second.as_bytes()));
});
