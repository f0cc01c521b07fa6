//! RFC 7617, Basic.

use why401::syntax::credentials::{self, Kind};
use why401::syntax::{basic, challenge, http_date};

/// Name and password of a field, which must be in order.
fn login(field: &str) -> (Vec<u8>, Vec<u8>) {
    let parsed = credentials::parse(field);
    assert_eq!(parsed.violations, []);
    let Kind::Basic(basic) = parsed.value.kind else { panic!("not Basic") };
    assert!(basic.utf8);
    (basic.user, basic.password)
}

#[test]
fn section_2() {
    let asked = challenge::parse("Basic realm=\"WallyWorld\"");
    assert_eq!((asked.violations.as_slice(), asked.value[0].param("realm")), (&[][..], Some("WallyWorld")));
    assert_eq!(login("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), (b"Aladdin".to_vec(), b"open sesame".to_vec()));
    // The Date of its response: 4 February 2014 was a Tuesday.
    let date = http_date::parse("Mon, 04 Feb 2014 16:50:53 GMT");
    assert_eq!((date.value, date.violations[0].rule), (Some(1_391_532_653_000), &http_date::WRONG_WEEKDAY));
}

#[test]
fn section_2_1() {
    let asked = challenge::parse("Basic realm=\"foo\", charset=\"UTF-8\"");
    assert_eq!((asked.violations.as_slice(), asked.value[0].param("charset")), (&[][..], Some("UTF-8")));
    // Octets 74 65 73 74 3A 31 32 33 C2 A3.
    let expected = (b"test".to_vec(), b"123\xc2\xa3".to_vec());
    assert_eq!(login("Basic dGVzdDoxMjPCow=="), expected);
    let proxy = basic::parse("dGVzdDoxMjPCow==").value.unwrap();
    assert_eq!((proxy.user, proxy.password), expected);
}
