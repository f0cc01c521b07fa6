//! RFC 6750, Bearer.

use why401::syntax::oauth::token;
use why401::syntax::{challenge, credentials, form};

const TOKEN: &str = "mF_9.B5f-4.1JqM";

#[test]
fn section_2() {
    let parsed = credentials::parse("Bearer mF_9.B5f-4.1JqM");
    assert_eq!((parsed.violations.as_slice(), parsed.value.token()), (&[][..], Some(TOKEN)));
    let content = form::urlencoded("access_token=mF_9.B5f-4.1JqM");
    assert_eq!((content.violations.as_slice(), content.value.get("access_token")), (&[][..], Some(TOKEN)));
    let query = form::urlencoded("access_token=mF_9.B5f-4.1JqM&p=q");
    assert_eq!((query.value.get("access_token"), query.value.get("p")), (Some(TOKEN), Some("q")));
}

#[test]
fn section_3() {
    let read = |field: &str| {
        let parsed = challenge::parse(field);
        assert_eq!(parsed.violations, [], "{field}");
        let [challenge] = &*parsed.value else { panic!("{field}") };
        assert!(challenge.is("bearer"), "{field}");
        ["error", "error_description", "scope"].map(|name| challenge.param(name).map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(read("Bearer realm=\"example\""), [None, None, None]);
    let expired = "Bearer realm=\"example\", error=\"invalid_token\", error_description=\"The access token expired\"";
    assert_eq!(read(expired), [some("invalid_token"), some("The access token expired"), None]);
    assert_eq!(read("Bearer scope=\"openid profile email\"")[2], some("openid profile email"));
    let scopes = "urn:example:channel=HBO&urn:example:rating=G,PG-13";
    assert_eq!(read(&format!("Bearer scope=\"{scopes}\""))[2], some(scopes));
}

#[test]
fn section_4() {
    let answer = token::response(
        r#"{"access_token":"mF_9.B5f-4.1JqM","token_type":"Bearer","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"}"#,
    )
    .unwrap();
    assert_eq!(answer.violations, []);
    assert_eq!((answer.value.access_token, answer.value.token_type.as_deref()), (Some(TOKEN.into()), Some("Bearer")));
    assert_eq!((answer.value.expires_in, answer.value.refresh_token), (Some(3600), Some("tGzv3JOkF0XG5Qx2TlKWIA".into())));
}
