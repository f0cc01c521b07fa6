//! RFC 7616, Digest, and the older specifications of it.

use why401::syntax::challenge;
use why401::syntax::credentials;
use why401::syntax::digest::{Algorithm, Demand, Hash, Known, Qop, demand, nonce_count, response};

fn asked(field: &str) -> Demand {
    let parsed = challenge::parse(field);
    assert_eq!(parsed.violations, [], "{field}");
    demand(|name| parsed.value[0].param(name))
}

/// Whether the field bears the response that belongs to these inputs.
fn answers(field: &str, known: Known<'_>) -> bool {
    let parsed = credentials::parse(field);
    assert_eq!(parsed.violations, [], "{field}");
    assert_eq!(nonce_count(&parsed.value), parsed.value.param("nc").map(|_| 1));
    response(&parsed.value, known).as_deref() == parsed.value.param("response")
}

const MUFASA: Known<'_> = Known { username: b"Mufasa", password: b"Circle of Life", method: "GET", body: b"" };

#[test]
fn section_3_9_1() {
    let rest = "qop=\"auth, auth-int\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    for (name, hash) in [("SHA-256", Hash::Sha256), ("MD5", Hash::Md5)] {
        let demand = asked(&format!("Digest realm=\"http-auth@example.org\", algorithm={name}, {rest}"));
        assert_eq!(demand.algorithm, Some(Algorithm { hash, session: false }));
        assert_eq!(demand.qop, Some(Qop { auth: true, auth_int: true }));
        assert!(demand.nonce && !demand.stale);
    }
    for (name, response) in
        [("MD5", "8ca523f5e9506fed4657c9700eebdbec"), ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    {
        let field = format!(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={name}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        assert!(answers(&field, MUFASA));
        assert!(!answers(&field, Known { password: b"Circle of life", ..MUFASA }));
    }
}

/// Errata 4897 gives the user hash and the response anew, with the SHA-512/256 of FIPS 180-4: the
/// values of the text are the beginnings of SHA-512.
#[test]
fn section_3_9_2() {
    let demand = asked(
        "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true",
    );
    assert_eq!(demand.qop, Some(Qop { auth: true, auth_int: false }));
    assert_eq!(demand.algorithm, Some(Algorithm { hash: Hash::Sha512256, session: false }));
    let jason = "J\u{e4}s\u{f8}n Doe".as_bytes();
    let hashed = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b";
    let rest = "realm=\"api@example.org\", uri=\"/doe.json\", algorithm=SHA-512-256, nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", nc=00000001, cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v\", qop=auth, response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\", opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\"";
    let known = Known { username: jason, password: b"Secret, or not?", method: "GET", body: b"" };
    assert!(answers(&format!("Digest username=\"{hashed}\", {rest}, userhash=true"), known));
    let plain = format!("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, {rest}, userhash=false");
    assert!(answers(&plain, known));
    assert_eq!(credentials::parse(&plain).value.param("username*").map(str::as_bytes), Some(jason));
    let printed = plain.replace(
        "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
        "ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd",
    );
    assert!(!answers(&printed, known));
}

/// Section 3.5 has a rule and no message: this is the server's answer to the message of RFC 2617 3.5,
/// worked out by that rule with another program.
#[test]
fn section_3_5() {
    let sent = credentials::parse(RFC_2617).value;
    let known = Known { password: b"Circle Of Life", method: "", ..MUFASA };
    assert_eq!(response(&sent, known).as_deref(), Some("376602cfd2f4e8e5e78b948a85263e85"));
}

const RFC_2617: &str = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

/// Sections 3.4.2 and 3.4.3 for every algorithm and both protections, with the names of 3.9.1 and the
/// content "v=1": the specification gives only the rules, and another program worked these out.
#[test]
fn sections_3_4_2_and_3_4_3() {
    for (algorithm, qop, response) in [
        ("MD5", "auth", "6f31d8ff6361bb27783b6ac62b999535"),
        ("MD5", "auth-int", "beb71ce784d939e8a8030380ddf6b456"),
        ("MD5-sess", "auth", "9e3465d402d672d7b3c6a659201e5672"),
        ("MD5-sess", "auth-int", "03f76e47209558db978cf03c9b7ddc52"),
        ("SHA-256", "auth", "b85bfcaae378db6f6d75b1706062ac3d66fec2dd3d0082d77885522866488dac"),
        ("SHA-256", "auth-int", "90cc45fb9f237c41d070611a21a42189a5fc07acb164650c5538b033e7e8e555"),
        ("SHA-256-sess", "auth", "0e658dc13b25b342e9281bdff874ea276afc02b18423b0b6e6d4db12ef338586"),
        ("SHA-256-sess", "auth-int", "ff3fb69964794a4e2874e1aeeb7615dc8fff8358dec7761a6eb5ace088a5be2a"),
        ("SHA-512-256", "auth", "bd4311c37b3890a2df44699789473e744efafb31f8d789781eac66741224f782"),
        ("SHA-512-256", "auth-int", "8b1de8d282162c845baedaff83967cd64362e0d3c75329b1f4d6774023f4cd73"),
        ("SHA-512-256-sess", "auth", "6a367200f8f86e5ed33f8efa29ba094aa97a9c411b3a57823e11563a89748060"),
        ("SHA-512-256-sess", "auth-int", "275cac3eea64b86cab7453846347db36013a796050d37743320a90eea679f20c"),
    ] {
        let field = format!(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop={qop}, response=\"{response}\""
        );
        assert!(answers(&field, Known { method: "POST", body: b"v=1", ..MUFASA }), "{algorithm} {qop}");
    }
}

#[test]
fn rfc_2617_section_3_5() {
    let demand = asked(
        "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
    );
    assert!(demand.qop == Some(Qop { auth: true, auth_int: true }) && demand.algorithm == Algorithm::parse(Some("MD5")));
    assert!(answers(RFC_2617, Known { password: b"Circle Of Life", ..MUFASA }));
}

/// Errata 749: the response of the text, e966c932…, belongs to no password.
#[test]
fn rfc_2069_section_2_4() {
    let demand = asked(
        "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
    );
    assert_eq!(demand.qop, None);
    let field = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", response=\"1949323746fe6a43ef61f9606e7febea\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    let known = Known { password: b"CircleOfLife", ..MUFASA };
    assert!(answers(field, known));
    assert!(!answers(&field.replace("1949323746fe6a43ef61f9606e7febea", "e966c932a9242554e42c8ee200cec7f6"), known));
}
