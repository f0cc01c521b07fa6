//! draft-ietf-httpbis-rfc6265bis: sections 3.1, 4.1.3 and 5.4, in both browsers.

use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::syntax::{cookie, set_cookie};
use why401::time::Time;

/// Before the Expires of section 3.1, and within 400 days of it.
const NOW: Time = Time(1_775_000_000_000);

/// What is sent to `to` after `https://site.example/` set these cookies.
fn sent(profile: Profile, lines: &[&str], to: &str) -> String {
    let from = Url::parse("https://site.example/").unwrap();
    let mut store = CookieStore::new(profile);
    for line in lines {
        store.receive(&set_cookie::parse(line).value, &CookieRequest::navigation(&from, NOW), &Reception::default());
    }
    let to = Url::parse(to).unwrap();
    let decisions = store.consult(&CookieRequest::navigation(&to, NOW));
    let pairs: Vec<_> =
        decisions.iter().filter(|one| one.is_sent()).map(|one| format!("{}={}", one.cookie.name(), one.cookie.value())).collect();
    pairs.join("; ")
}

fn profiles() -> [Profile; 2] {
    [Profile::chrome(), Profile::firefox()]
}

#[test]
fn section_3_1() {
    let host = "https://site.example/path/";
    for profile in profiles() {
        for (lines, to, expected) in [
            (&["SID=31d4d96e407aad42"][..], host, "SID=31d4d96e407aad42"),
            (&["SID=31d4d96e407aad42; Path=/; Domain=site.example"], "https://www.site.example/", "SID=31d4d96e407aad42"),
            (
                &["SID=31d4d96e407aad42; Path=/; Secure; HttpOnly", "lang=en-US; Path=/; Domain=site.example"],
                host,
                "SID=31d4d96e407aad42; lang=en-US",
            ),
            (&["SID=31d4d96e407aad42", "sid=31d4d96e407aad42"], host, "SID=31d4d96e407aad42; sid=31d4d96e407aad42"),
            (&["SID=31d4d96e407aad42", "lang=en-US; Expires=Wed, 09 Jun 2026 10:18:14 GMT"], host, "SID=31d4d96e407aad42; lang=en-US"),
            (&["SID=31d4d96e407aad42", "lang=en-US", "lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT"], host, "SID=31d4d96e407aad42"),
        ] {
            for line in lines {
                let wrong: Vec<_> = set_cookie::parse(line).violations.iter().map(|violation| violation.rule.id).collect();
                assert_eq!(wrong, Vec::<&str>::new(), "{line}");
            }
            let field = sent(profile.clone(), lines, to);
            assert_eq!(field, expected, "{}: {lines:?}", profile.name);
            assert_eq!(cookie::parse(&field).value.len(), expected.split("; ").count());
        }
    }
}

/// The section on prefixes in 4.1.3, and the one for browsers in 5.4, which has them in any case.
#[test]
fn sections_4_1_3_and_5_4() {
    let https = "https://site.example/";
    for profile in profiles() {
        for line in [
            "__Secure-SID=12345; Domain=site.example",
            "__secure-SID=12345; Domain=site.example",
            "__SECURE-SID=12345; Domain=site.example",
            "__Host-SID=12345",
            "__Host-SID=12345; Secure",
            "__host-SID=12345; Secure",
            "__Host-SID=12345; Domain=site.example",
            "__host-SID=12345; Domain=site.example",
            "__Host-SID=12345; Domain=site.example; Path=/",
            "__HOST-SID=12345; Domain=site.example; Path=/",
            "__Host-SID=12345; Secure; Domain=site.example; Path=/",
            "__host-SID=12345; Secure; Domain=site.example; Path=/",
            "__HOST-SID=12345; Secure; Domain=site.example; Path=/",
        ] {
            // Without a Path the cookie has that of its URL, which is `/` here; the draft counts on another.
            let is_kept_by_its_url = line.eq_ignore_ascii_case("__Host-SID=12345; Secure");
            let field = sent(profile.clone(), &[line], https);
            assert!(field.is_empty() || is_kept_by_its_url, "{}: {line}", profile.name);
        }
        for line in [
            "__Secure-SID=12345; Domain=site.example; Secure",
            "__secure-SID=12345; Domain=site.example; Secure",
            "__SECURE-SID=12345; Domain=site.example; Secure",
            "__Host-SID=12345; Secure; Path=/",
            "__host-SID=12345; Secure; Path=/",
            "__HOST-SID=12345; Secure; Path=/",
        ] {
            assert!(sent(profile.clone(), &[line], https).ends_with("SID=12345"), "{}: {line}", profile.name);
        }
    }
}
