//! WWW-Authenticate fields that both accept.

use crate::table::{heading, medians, row};
use why401::syntax::challenge;

const FIELDS: [(&str, &str); 4] = [
    ("Basic", "Basic realm=\"staff\", charset=\"UTF-8\""),
    (
        "Bearer with an error",
        "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The access token expired\", scope=\"openid profile email\"",
    ),
    (
        "Digest",
        "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
    ),
    ("three in one field", "Digest realm=\"a\", nonce=\"n\", qop=\"auth\", Basic realm=\"a\", Bearer realm=\"a\", error=\"invalid_token\""),
];
const TIMES: usize = 200;

pub fn run() {
    heading("Challenges", "http-auth");
    for (what, field) in FIELDS {
        let theirs = http_auth::parse_challenges(field).map(|challenges| challenges.len());
        assert_eq!(theirs.ok(), Some(challenge::parse(field).value.len()), "{field}");
        let mut we = || (0..TIMES).map(|_| challenge::parse(std::hint::black_box(field)).value.len()).sum();
        let mut they = || (0..TIMES).map(|_| http_auth::parse_challenges(std::hint::black_box(field)).map_or(0, |list| list.len())).sum();
        let times = medians(TIMES, &mut [&mut we, &mut they]);
        row(what, times[0], times[1], 1.0);
    }
}
