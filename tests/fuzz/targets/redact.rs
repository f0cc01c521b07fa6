//! Redaction: no secret of a field is in what is shown of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::redact::{Redactor, join};
use why401_fuzz::two;

const SECRET: &str = "Zq9xV7kT3mB5nR8wL2";

fuzz_target!(|text: &str| {
    let (before, after) = two(text);
    for (name, value) in [
        ("authorization", format!("Bearer {SECRET}")),
        ("authorization", format!("{before} {SECRET}")),
        ("cookie", format!("{}={SECRET}", before.replace(';', ""))),
        ("set-cookie", format!("{}={SECRET}; {after}", before.replace(['=', ';', '\n'], ""))),
        ("x-api-key", SECRET.to_owned()),
    ] {
        let shown = join(&Redactor::default().field(name, &value));
        assert!(!shown.contains(SECRET), "{name}: {value:?} shows as {shown:?}");
    }
    for url in [
        format!("https://a.test/?access_token={SECRET}&{after}"),
        format!("https://u:{SECRET}@a.test/"),
        format!("https://a.test/#id_token={SECRET}&{after}"),
    ] {
        let shown = join(&Redactor::default().url(&url));
        assert!(!shown.contains(SECRET), "{url:?} shows as {shown:?}");
    }
    let mut redactor = Redactor::default();
    let _ = redactor.text(text);
    assert_eq!(join(&Redactor::revealing().text(text)), text);
    assert_eq!(join(&Redactor::revealing().field("cookie", text)), text);
    assert_eq!(join(&Redactor::revealing().field("set-cookie", text)), text);
    assert_eq!(join(&Redactor::revealing().field("authorization", text)), text);
});
