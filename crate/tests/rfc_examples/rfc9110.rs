//! RFC 9110, as far as its fields concern logins. The challenges of 11.6.1, `Retry-After` and `Vary` are
//! unit tests beside their grammars.

use why401::syntax::credentials::{self, Kind};
use why401::syntax::{cache, http_date};

#[test]
fn section_6_6_1() {
    let parsed = http_date::parse("Tue, 15 Nov 1994 08:12:31 GMT");
    assert_eq!((parsed.value, parsed.violations), (Some(784_887_151_000), vec![]));
}

#[test]
fn section_7_6_3() {
    let hops = |field: &str| {
        let parsed = cache::via(field);
        assert_eq!(parsed.violations, []);
        parsed.value.iter().map(|hop| (hop.protocol.to_owned(), hop.by.to_owned())).collect::<Vec<_>>()
    };
    let hop = |protocol: &str, by: &str| (protocol.to_owned(), by.to_owned());
    assert_eq!(hops("1.0 fred, 1.1 p.example.net"), [hop("1.0", "fred"), hop("1.1", "p.example.net")]);
    assert_eq!(hops("1.0 ricky, 1.1 ethel, 1.1 fred, 1.0 lucy").len(), 4);
    assert_eq!(hops("1.0 ricky, 1.1 mertz, 1.0 lucy")[1], hop("1.1", "mertz"));
}

#[test]
fn section_9_3_6() {
    let parsed = credentials::parse("basic aGVsbG86d29ybGQ=");
    assert_eq!(parsed.violations, []);
    let Kind::Basic(basic) = parsed.value.kind else { panic!("not Basic") };
    assert_eq!((basic.user.as_slice(), basic.password.as_slice()), (&b"hello"[..], &b"world"[..]));
}
