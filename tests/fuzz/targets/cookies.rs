//! Set-Cookie, Cookie and cookie dates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::syntax::{cookie, cookie_date, set_cookie};
use why401_fuzz::{borrowed, sound};

fuzz_target!(|text: &str| {
    let line = sound(text, set_cookie::parse(text));
    borrowed(text, line.name);
    borrowed(text, line.value);
    assert!(!line.name.contains(['=', ';']), "{:?}", line.name);
    assert!(!line.value.contains(';'));
    assert_eq!(line.name, line.name.trim_matches([' ', '\t']));
    assert_eq!(text.get(line.value_at..line.value_at + line.value.len()), Some(line.value));
    for attribute in &line.ignored {
        borrowed(text, attribute.name);
        assert!(text[attribute.at..].starts_with(attribute.name));
    }

    for pair in sound(text, cookie::parse(text)) {
        borrowed(text, pair.name);
        borrowed(text, pair.value);
        assert!(!pair.value.contains(';'));
    }

    if let Some(moment) = cookie_date::parse(text) {
        // What was read can be written, and is then read as the same moment.
        assert_eq!(cookie_date::parse(&moment.to_http_date()), Some(moment), "{text:?}");
    }
});
