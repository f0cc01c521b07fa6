//! The smaller fields: dates, pauses, site names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use why401::site;
use why401::syntax::{http_date, retry_after};
use why401::time::Time;
use why401_fuzz::sound;

fuzz_target!(|text: &str| {
    if let Some(moment) = sound(text, http_date::parse(text)) {
        let written = Time(moment).to_http_date();
        assert_eq!(http_date::parse(&written).value, Some(moment), "{text:?} became {written:?}");
        assert!(http_date::parse(&written).violations.is_empty());
    }
    sound(text, retry_after::parse(text));
    if let Some(moment) = Time::from_rfc3339(text) {
        assert_eq!(Time::from_rfc3339(&moment.to_utc()).map(|again| again.0 / 1000), Some(moment.0.div_euclid(1000)), "{text:?}");
    }

    let Ok(url) = Url::parse(&format!("http://{text}/")) else { return };
    let Some(host) = url.host_str() else { return };
    let suffix = site::public_suffix(host);
    assert!(host.ends_with(suffix));
    if let Some(domain) = site::registrable_domain(host) {
        assert!(domain.ends_with(suffix) && domain.len() > suffix.len() && host.ends_with(domain));
        assert_eq!(site::registrable_domain(domain), Some(domain));
    }
});
