//! Random and damaged JWTs, read by us and by the crate `jsonwebtoken` without verification: what it
//! reads, we read, with the same header and claims.

#![cfg(test)]

mod random;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use random::Random;
use serde_json::{Map, Value, json};
use why401::syntax::jwt;

const ROUNDS: usize = 30_000;
const SEED: u64 = 7519;
const NAMES: [&str; 12] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "nonce", "azp", "other", "acr"];
const ALPHABET: [char; 8] = ['A', 'b', '9', '-', '_', '.', '=', '+'];

fn value(random: &mut Random) -> Value {
    match random.below(9) {
        0 => json!(random.below(2_000_000_000)),
        1 => json!("text"),
        2 => json!("with \"quotes\" and \u{e9}\n"),
        3 => json!(["a", "b"]),
        4 => json!(null),
        5 => json!(-1),
        6 => json!({"nested": {"exp": 1}}),
        7 => json!(true),
        _ => json!("read write"),
    }
}

fn token(random: &mut Random) -> String {
    let claims: Map<String, Value> = (0..random.below(8)).map(|_| (random.of(&NAMES).to_owned(), value(random))).collect();
    let mut header = json!({"alg": random.of(&["RS256", "ES256", "HS256", "EdDSA"]), "typ": random.of(&["JWT", "at+jwt"])});
    if random.below(2) == 0 {
        header["kid"] = json!("key é 1");
    }
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&header), part(&Value::Object(claims)), BASE64_URL_SAFE_NO_PAD.encode(vec![7; 32 + random.below(40)]))
}

#[test]
fn agrees_with_jsonwebtoken_on_what_it_reads() {
    let mut random = Random::seeded(SEED);
    let mut compared = 0;
    for round in 0..ROUNDS {
        let whole = token(&mut random);
        let text = if round % 2 == 0 { whole } else { random.damage(&whole, &ALPHABET) };
        let Ok(theirs) = jsonwebtoken::dangerous::insecure_decode::<Map<String, Value>>(&text) else { continue };
        compared += 1;
        let ours = jwt::parse(&text).value.unwrap_or_else(|| panic!("round {round}: {text} is not read"));
        assert_eq!(ours.header.kid, theirs.header.kid, "round {round}: {text}");
        assert_eq!(ours.header.typ, theirs.header.typ, "round {round}: {text}");
        for (name, value) in &theirs.claims {
            let mine: Value = serde_json::from_str(ours.claim(name).unwrap_or("missing"))
                .unwrap_or_else(|error| panic!("round {round}: {name}: {error}"));
            assert_eq!(&mine, value, "round {round}: {name} of {text}");
        }
        let text_of = |name: &str| theirs.claims.get(name).and_then(Value::as_str).map(str::to_owned);
        assert_eq!(
            (&ours.claims.iss, &ours.claims.sub, &ours.claims.jti),
            (&text_of("iss"), &text_of("sub"), &text_of("jti")),
            "round {round}: {text}"
        );
        for (name, mine) in [("exp", ours.claims.exp), ("nbf", ours.claims.nbf), ("iat", ours.claims.iat)] {
            if let Some(seconds) = theirs.claims.get(name).and_then(Value::as_i64) {
                assert_eq!(mine, Some(seconds), "round {round}: {name} of {text}");
            }
        }
    }
    assert!(compared > ROUNDS / 2, "only {compared} tokens were read");
}
