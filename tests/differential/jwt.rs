//! Random and damaged JWTs, read by us and by the crate `jsonwebtoken` without verification.
//!
//! What it reads, we read with the same header and claims, and break no rule of ours over it, but for
//! [`FAULTED`]. Whatever it refuses breaks one, but for [`REFUSED`].

#![cfg(test)]

mod random;

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode;
use random::Random;
use serde_json::{Map, Value};
use why401::syntax::jwt::{self, Form, Jwt};

const ROUNDS: usize = 30_000;
const SEED: u64 = 7519;
const NAMES: [&str; 14] = ["other", "other", "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "nonce", "azp", "other", "acr"];
const VALUES: [&str; 17] = [
    "\"text\"",
    "\"with \\\"quotes\\\", \\u00e9 and \u{e9}\\n\"",
    "\"read write\"",
    "[\"a\",\"b\"]",
    "[1]",
    "null",
    "true",
    "{\"nested\":{\"exp\":1}}",
    "-1",
    "1798761600",
    "1798761600.75",
    "-0.5",
    "1.7987616e9",
    "\"1798761600\"",
    "1798761600000",
    "1e999",
    "\"\\ud800\"",
];
const ALGORITHMS: [&str; 7] = ["RS256", "RS256", "ES256", "HS256", "EdDSA", "none", "ES256K"];
const EXTRAS: [&str; 7] = ["", "", "", ",\"kid\":\"key \u{e9} 1\"", ",\"typ\":\"at+jwt\"", ",\"cty\":\"JWT\"", ",\"own\":1"];
const ALPHABET: [char; 8] = ['A', 'b', '9', '-', '_', '.', '=', '+'];

type Test = fn(&str, &Jwt) -> bool;

/// What they refuse although we find no fault, each with the reason.
const REFUSED: [(&str, &str, Test); 7] = [
    ("a header parameter twice", "RFC 7515 4 lets the last one count; they take the other way that it leaves, and refuse", |token, _| {
        part(token, 0)
            .is_some_and(|header| ["kid", "typ", "cty", "own"].iter().any(|name| header.matches(&format!("\"{name}\":")).count() == 2))
    }),
    ("an encrypted token", "its header can be read (RFC 7516 9); they read signed ones only", |_, ours| ours.form == Form::Encrypted),
    ("a detached signature", "RFC 7515 appendix F; they want content", |_, ours| ours.form == Form::Detached),
    ("content that is a token again", "RFC 7519 5.2; they want claims", |_, ours| ours.header.cty.is_some()),
    ("an alg outside their list", "RFC 7518 7.1 keeps a registry of them, and its none has no key", |_, ours| {
        ours.header.alg.as_deref().is_some_and(|alg| alg.parse::<jsonwebtoken::Algorithm>().is_err())
    }),
    ("another header parameter that is no text", "RFC 7515 4.3 lets it be any JSON; they want text", |token, _| {
        part(token, 0)
            .and_then(|header| serde_json::from_str::<Map<String, Value>>(&header).ok())
            .is_some_and(|header| !header.values().all(Value::is_string))
    }),
    ("a claim that nobody asks for, out of their range", "RFC 8259 6 and 8.2 allow the number and the lone surrogate", |token, _| {
        part(token, 1).is_some_and(|claims| claims.contains("1e999") || claims.contains("\\ud800"))
    }),
];

/// Rules of ours that a token breaks which they read, each with the reason.
const FAULTED: [(&str, &str); 9] = [
    ("json-member-wrong-type", "RFC 7519 4.1 gives registered claims a type; they were asked for any JSON"),
    ("json-number-in-quotes", "the same; we read the time all the same"),
    ("jwt-milliseconds", "RFC 7519 2 counts seconds; to them it is a number"),
    ("jwt-not-base64url", IN_SIGNATURE),
    ("jwt-base64-alphabet", IN_SIGNATURE),
    ("jwt-padded", IN_SIGNATURE),
    ("jwt-stray-bits", IN_SIGNATURE),
    ("jwt-truncated", IN_SIGNATURE),
    ("jwt-no-signature", IN_SIGNATURE),
];
const IN_SIGNATURE: &str = "they do not look at the signature";

fn encoded(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn part(token: &str, nth: usize) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(nth)?).ok()?).ok()
}

fn token(random: &mut Random) -> String {
    let claims: Vec<String> = (0..random.below(8)).map(|_| format!("\"{}\":{}", random.of(&NAMES), random.of(&VALUES))).collect();
    let header = format!("{{\"alg\":\"{}\"{}{}}}", random.of(&ALGORITHMS), random.of(&EXTRAS), random.of(&EXTRAS));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(vec![7; 32 + random.below(40)]);
    match random.below(20) {
        0 => format!("{}..{signature}", encoded(&header)),
        1 => format!("{}.{}.", encoded(&header), encoded(&format!("{{{}}}", claims.join(",")))),
        2 => format!("{}.e30.{signature}==", encoded(&header)),
        3 => format!("{}.c2E.aXY.Yw.dGFn", encoded("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}")),
        4 => format!("{}.{}.{signature}", encoded(&header), encoded(&format!("{}.{}.{signature}", encoded(&header), encoded("{}")))),
        _ => format!("{}.{}.{signature}", encoded(&header), encoded(&format!("{{{}}}", claims.join(",")))),
    }
}

fn same_claims(ours: &Jwt, theirs: &Map<String, Value>) -> bool {
    let text = |name: &str| theirs.get(name).and_then(Value::as_str).map(str::to_owned);
    let claims = &ours.claims;
    let texts = [
        ("iss", &claims.iss),
        ("sub", &claims.sub),
        ("jti", &claims.jti),
        ("nonce", &claims.nonce),
        ("azp", &claims.azp),
        ("acr", &claims.acr),
    ];
    let times = [("exp", claims.exp), ("nbf", claims.nbf), ("iat", claims.iat)];
    let audience: Vec<&str> = match theirs.get("aud") {
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => list.iter().filter_map(Value::as_str).collect(),
        one => one.and_then(Value::as_str).into_iter().collect(),
    };
    let scope = text("scope").unwrap_or_default();
    theirs.iter().all(|(name, value)| ours.claim(name).and_then(|json| serde_json::from_str::<Value>(json).ok()).as_ref() == Some(value))
        && texts.iter().all(|(name, mine)| **mine == text(name))
        && times.iter().all(|(name, mine)| match theirs.get(*name) {
            Some(Value::Number(number)) => {
                number.as_f64().filter(|seconds| seconds.abs() < 1e18).map(|seconds| seconds.floor() as i64) == *mine
            }
            Some(Value::String(digits)) => digits.parse().ok() == *mine,
            _ => mine.is_none(),
        })
        && claims.aud == audience
        && (theirs.get("scope").is_some_and(Value::is_array) || claims.scope.iter().eq(scope.split_ascii_whitespace()))
}

/// The differences in it: the names of expected ones, and what else there is.
fn compare(token: &str) -> Vec<&'static str> {
    let parsed = jwt::parse(token);
    let Ok(theirs) = insecure_decode::<Map<String, Value>>(token) else {
        let Some(ours) = parsed.value.filter(|_| parsed.violations.is_empty()) else { return Vec::new() };
        let expected = REFUSED.iter().find(|(_, _, test)| test(token, &ours));
        return vec![expected.map_or("refused by them, without fault to us", |(what, ..)| what)];
    };
    let signature = token.rfind('.').map_or(0, |dot| dot + 1);
    let faults = parsed.violations.iter().map(|violation| match FAULTED.iter().find(|(id, _)| *id == violation.rule.id) {
        Some((_, reason)) if *reason == IN_SIGNATURE && violation.at < signature => "a fault before the signature",
        _ => violation.rule.id,
    });
    let mut met: Vec<_> = faults.collect();
    let is_same = |ours: &Jwt| {
        let header = &theirs.header;
        (&ours.header.kid, &ours.header.typ, &ours.header.cty) == (&header.kid, &header.typ, &header.cty)
            && same_claims(ours, &theirs.claims)
    };
    if !parsed.value.as_ref().is_some_and(is_same) {
        met.push("read otherwise");
    }
    met
}

#[test]
fn differs_from_jsonwebtoken_only_where_it_must() {
    let expected: BTreeMap<_, _> = REFUSED.iter().map(|(what, reason, _)| (*what, *reason)).chain(FAULTED).collect();
    let mut random = Random::seeded(SEED);
    // How often each difference was met, and the first token that shows it.
    let mut met: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for round in 0..ROUNDS {
        let whole = token(&mut random);
        let token = if round % 2 == 0 { whole } else { random.damage(&whole, &ALPHABET) };
        for what in compare(&token) {
            met.entry(what).or_insert_with(|| (0, token.clone())).0 += 1;
        }
    }
    let mut is_as_expected = true;
    for (what, (count, token)) in &met {
        is_as_expected &= expected.contains_key(what);
        println!("{count:6}  {what}: {}\n        {token}", expected.get(what).unwrap_or(&"NOT EXPECTED"));
    }
    for what in expected.keys().filter(|what| !met.contains_key(*what)) {
        is_as_expected = false;
        println!("     0  {what}: NO LONGER A DIFFERENCE");
    }
    assert!(is_as_expected, "the differences above are not those expected");
}
