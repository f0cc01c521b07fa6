//! Contents: forms, multipart, hidden fields of pages, problem details.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::syntax::{form, hidden_fields, problem_json};
use why401_fuzz::{sound, two};

fuzz_target!(|text: &str| {
    let form = sound(text, form::urlencoded(text));
    for pair in &form.pairs {
        assert!(form.has(&pair.name));
        assert!(form.all(&pair.name).any(|value| value == pair.value));
    }
    let (media, content) = two(text);
    sound(content, form::multipart(media, content));
    for field in &hidden_fields::read(text).pairs {
        assert!(text[..field.at].ends_with('<'));
    }
    let _ = problem_json::is_problem(media);
    sound(text, problem_json::read(text, 401));
});
