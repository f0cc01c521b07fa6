//! The claims of a JWT, without a look at its signature.

use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use why401::syntax::jwt;

use crate::table::{heading, medians, row};

const TIMES: usize = 200;

/// A claims type that reads what ours reads.
#[derive(serde::Deserialize, Clone)]
#[allow(dead_code, reason = "the peer has to read them")]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Value>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: Option<String>,
    scope: Option<String>,
    azp: Option<String>,
}

fn token(claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "RS256", "typ": "at+jwt", "kid": "2026-11-key-1"});
    format!("{}.{}.{}", part(&header), part(claims), BASE64_URL_SAFE_NO_PAD.encode([7; 256]))
}

pub fn run() -> Result<(), Box<dyn Error>> {
    heading("JWT: header and claims", "jsonwebtoken, no verification");
    let small = json!({"iss": "https://id.example.test", "sub": "248289761001", "aud": "api", "exp": 1_798_761_600, "iat": 1_798_758_000});
    let access = json!({
        "iss": "https://id.example.test/realms/staff", "sub": "f4b1c2d3-0000-4a4a-8888-1234567890ab", "aud": ["https://api.example.test", "account"],
        "exp": 1_798_761_600, "nbf": 1_798_757_990, "iat": 1_798_758_000, "jti": "5d0f0c0e-7c7b-4a9a-9d54-0e6f4c1b2a3d", "azp": "webshop",
        "scope": "openid profile email orders:read orders:write", "preferred_username": "alice", "email": "alice@example.test", "email_verified": true,
        "realm_access": {"roles": ["offline_access", "uma_authorization", "staff"]}, "sid": "8f14e45f-ceea-467f-a0e6-7a0b9e4f1c11", "acr": "1",
    });
    for (what, claims) in [("five claims", &small), ("an access token", &access)] {
        let token = token(claims);
        let theirs = jsonwebtoken::dangerous::insecure_decode::<Claims>(&token)?;
        let ours = jwt::parse(&token).value.ok_or("not read")?;
        assert_eq!(ours.claims.exp, theirs.claims.exp);
        let mut we = || (0..TIMES).map(|_| usize::from(jwt::parse(std::hint::black_box(&token)).value.is_some())).sum();
        let mut they = || {
            (0..TIMES).map(|_| usize::from(jsonwebtoken::dangerous::insecure_decode::<Claims>(std::hint::black_box(&token)).is_ok())).sum()
        };
        let times = medians(TIMES, &mut [&mut we, &mut they]);
        row(what, times[0], times[1], 1.0);
    }
    Ok(())
}
