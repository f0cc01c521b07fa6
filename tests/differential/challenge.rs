//! Random and damaged WWW-Authenticate fields, read by us and by the crate `http-auth`: where both
//! find nothing wrong, both find the same.

#![cfg(test)]

mod random;

use random::Random;
use why401::syntax::challenge;

const ROUNDS: usize = 60_000;
const SEED: u64 = 401;
const SCHEMES: [&str; 8] = ["Basic", "Digest", "Bearer", "DPoP", "basic", "X-Own", "PrivateToken", "a"];
const NAMES: [&str; 10] = ["realm", "Realm", "nonce", "qop", "error", "error_description", "charset", "x", "stale", "domain"];
const VALUES: [&str; 11] = [
    "\"a\"",
    "\"\"",
    "\"a \\\"quoted\\\" word\"",
    "\"back\\\\slash\"",
    "token",
    "\"a,b=c\"",
    "\"Basic realm=x\"",
    "SHA-256",
    "true",
    "\"\\a\"",
    "\"ü\"",
];
const GAPS: [&str; 6] = [", ", ",", " , ", ",,", ", ,", "\t,\t"];
const ALPHABET: [char; 14] = ['"', '\\', ',', '=', ' ', '\t', 'a', 'B', ';', '/', 'é', '\u{7f}', '(', '~'];

fn field(random: &mut Random) -> String {
    let mut text = String::new();
    for nth in 0..=random.below(3) {
        if nth > 0 {
            text.push_str(random.of(&GAPS));
        }
        text.push_str(random.of(&SCHEMES));
        for nth in 0..random.below(4) {
            text.push_str(if nth == 0 { " " } else { random.of(&GAPS) });
            text.push_str(random.of(&NAMES));
            text.push_str(random.of(&["=", "=", "=", " = ", "= "]));
            text.push_str(random.of(&VALUES));
        }
    }
    text
}

#[test]
fn agrees_with_http_auth_on_what_both_accept() {
    let mut random = Random::seeded(SEED);
    let mut compared = 0;
    for round in 0..ROUNDS {
        let whole = field(&mut random);
        let text = if round % 2 == 0 { whole } else { random.damage(&whole, &ALPHABET) };
        let ours = challenge::parse(&text);
        let Ok(theirs) = http_auth::parse_challenges(&text) else { continue };
        if !ours.violations.is_empty() {
            continue;
        }
        compared += 1;
        let mine: Vec<(String, Vec<(String, String)>)> = ours
            .value
            .iter()
            .map(|one| {
                (one.scheme.to_owned(), one.params.iter().map(|param| (param.name.to_owned(), param.value.clone().into_owned())).collect())
            })
            .collect();
        let their: Vec<(String, Vec<(String, String)>)> = theirs
            .iter()
            .map(|one| (one.scheme.to_owned(), one.params.iter().map(|(name, value)| ((*name).to_owned(), value.to_unescaped())).collect()))
            .collect();
        assert_eq!(mine, their, "round {round}: {text:?}");
    }
    assert!(compared > ROUNDS / 8, "only {compared} fields were accepted by both");
}
