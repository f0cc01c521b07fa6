//! The grammars of authentication fields on text that nobody meant: every answer in bounds, in order
//! and in time that grows with the text.

#![cfg(test)]

use std::time::{Duration, Instant};

use why401::syntax::{
    SyntaxViolation, aws_sigv4, cache, challenge, clear_site_data, credentials, dpop, http_date, jwt, proxy, rate_limit, retry_after,
    structured,
};

const FIELDS: [&str; 20] = [
    "Negotiate YII==, Basic realm=\"a\\\"b\", charset=\"UTF-8\"\nBearer error=\"invalid_token\", title*=UTF-8''%e2%82%ac",
    "Digest realm=\"r\", qop=\"auth, auth-int\",, nonce = \"n\", stale=true\r\n , opaque=o",
    "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"ab\", nc=00000001, cnonce=\"c\"",
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "Bearer Bearer \"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOiIxIiwiYXVkIjpbImEiXX0.c2ln\"",
    "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d",
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIn19.eyJodG0iOiJHRVQifQ.c2ln, x",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "rspauth=\"66\", qop=auth, nextnonce=\"abc\"",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F1%2Fu%2Fs%2Faws4_request&X-Amz-Date=20150830T123600Z",
    "sig1=(\"@method\" \"date\";req);created=1618884475;keyid=\"k\", b=:AAEC:;x=?0, c=%\"%c3%bc\", d=1.5, e=@1",
    "Hawk id=\"a\", ts=\"1353832234\", nonce=\"n\", hash=\"h=\", mac=\"m=\"",
    "OAuth realm=\"r\", oauth_consumer_key=\"a\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"b%3D\", oauth_timestamp=\"1\"",
    "HOBA result=\"a.b.c.d\", challenge=\"x\", max-age=10, PrivateToken challenge=\"AAIAAWEAAAA=\", token-key=\"MIIB\", max-age=1",
    "PrivateToken token=\"AAIA\"",
    "Mutual version=1, realm=\"a\", sid=1, nc=1a, vkc=\"a\", GNAP as_uri=https://a/tx;access=b;referrer=c",
    "vapid t=eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL2EifQ.c2ln, k=BA1H",
    "Concealed k=YmFz, a=VGhp, s=2055, v=dmVy, p=QzpX",
    "no-cache=\"set-cookie\", private, max-age=60, \"cookies\", 1.1 edge (a, b), HTTP/2 c",
    "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM",
];

fn read_by_all(text: &str) -> Vec<(&'static str, Vec<SyntaxViolation>)> {
    let credentials = credentials::parse(text);
    vec![
        ("structured list", structured::list(text).violations),
        ("rate limit", rate_limit::limits(text).violations),
        ("rate limit policy", rate_limit::policies(text).violations),
        ("proxy status", proxy::status(text).violations),
        ("cache control", cache::cache_control(text).violations),
        ("vary", cache::vary(text).violations),
        ("via", cache::via(text).violations),
        ("age", cache::age(text).violations),
        ("clear site data", clear_site_data::parse(text).violations),
        ("challenge", challenge::parse(text).violations),
        ("aws_sigv4", aws_sigv4::of_credentials(&credentials.value).violations),
        ("credentials", credentials.violations),
        ("jwt", jwt::parse(text).violations),
        ("dpop", dpop::parse(text).violations),
        ("http_date", http_date::parse(text).violations),
        ("retry_after", retry_after::parse(text).violations),
        ("query", aws_sigv4::of_query(text).violations),
    ]
}

fn check(text: &str) {
    for (grammar, violations) in read_by_all(text) {
        assert!(violations.iter().all(|violation| violation.at <= text.len()), "{grammar}: {violations:?} in {text:?}");
        assert!(violations.is_sorted_by_key(|violation| violation.at), "{grammar}: {violations:?} in {text:?}");
    }
}

#[test]
fn every_mutation_is_read_in_bounds_and_in_order() {
    let mut state = 0x401_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let pieces: Vec<char> = "\"\\=,; \t\r\n.%*'/\u{0}\u{e9}\u{20ac}\u{1f600}AeyJ0-+_".chars().collect();
    for round in 0..20_000 {
        let mut text: Vec<char> = FIELDS[round % FIELDS.len()].chars().collect();
        for _ in 0..=random(4) {
            let at = random(text.len());
            match random(4) {
                0 => text.truncate(at),
                1 => text.insert(at, pieces[random(pieces.len())]),
                2 if !text.is_empty() => text[at] = pieces[random(pieces.len())],
                _ => {
                    let end = (at + random(20)).min(text.len());
                    text.drain(at..end);
                }
            }
        }
        check(&text.into_iter().collect::<String>());
    }
}

#[test]
fn time_grows_no_faster_than_the_text() {
    for piece in [
        "\r", "\n", ",", " ", "\"", "\\", "=", "A ", "A,", "A=", "a=b,", "a=\"b\" ", "Basic ", "eyJ", ".", "%", "\u{e9}", "Bearer ",
        "\r\n ", "a*=''%", "(", "a=();", "a;b;", "?1,", "a (", ":a:,",
    ] {
        for start in ["", "Basic ", "Digest a=\"", "Bearer ", "eyJhbGciOiJIUzI1NiJ9.", "A", "OAuth a=", "Concealed k=", "Mutual "] {
            let text = format!("{start}{}", piece.repeat(150_000 / piece.len()));
            let begun = Instant::now();
            read_by_all(&text);
            // Quadratic work on this much text would take far longer.
            assert!(begun.elapsed() < Duration::from_secs(4), "{piece:?} after {start:?} took {:?}", begun.elapsed());
        }
    }
}
