//! Random and damaged WWW-Authenticate fields, read by us and by the crate `http-auth`.
//!
//! Whatever it accepts, we read as it does, but for [`READ_OTHERWISE`], and it breaks no rule of ours,
//! but for [`FAULTED`]. Whatever it refuses breaks one, but for [`REFUSED`].

#![cfg(test)]

mod random;

use std::collections::BTreeMap;

use random::Random;
use why401::syntax::challenge;

const SEED: u64 = 401;
const ROUNDS: usize = 60_000;

const SCHEMES: [&str; 8] = ["Basic", "Digest", "Bearer", "DPoP", "basic", "X-Own", "PrivateToken", "a"];
const NAMES: [&str; 12] =
    ["realm", "Realm", "nonce", "qop", "error", "error_description", "charset", "x!#$", "1", "stale", "domain", "title*"];
const VALUES: [&str; 15] = [
    "\"a\"",
    "\"\"",
    "\"a \\\"quoted\\\" word\"",
    "\"back\\\\slash\"",
    "\"\\a\"",
    "\"\\\u{1}\"",
    "\"a,b=c\"",
    "\"Basic realm=x, Digest\"",
    "\"\t\u{e9}\"",
    "token",
    "SHA-256",
    "true",
    "!#$%&'*+-.^_`|~9",
    "UTF-8''%e2%82%ac",
    "\"UTF-8''%e2%82%ac\"",
];
const GAPS: [&str; 6] = [", ", ",", " , ", ",,", ", ,", "\t,\t"];
const ALPHABET: [char; 14] = ['"', '\\', ',', '=', ' ', '\t', 'a', 'B', ';', '/', '\u{e9}', '\u{7f}', '(', '~'];

/// Scheme and parameters of each challenge.
type Challenges = Vec<(String, Vec<(String, String)>)>;

type Change = fn(&mut Challenges) -> bool;
type Test = fn(&str) -> bool;

struct Expected<T> {
    what: &'static str,
    reason: &'static str,
    test: T,
}

/// What makes of their reading what ours must be; says whether it had anything to do.
static READ_OTHERWISE: [Expected<Change>; 2] = [
    Expected {
        what: "a parameter twice",
        reason: "RFC 9110 11.2 lets a name stand there only once, in any case; we keep the first, they keep all",
        test: |theirs| {
            let mut changed = false;
            for (_, params) in theirs {
                let mut seen = Vec::new();
                params.retain(|(name, _)| {
                    let is_new = !seen.contains(&name.to_ascii_lowercase());
                    seen.push(name.to_ascii_lowercase());
                    changed |= !is_new;
                    is_new
                });
            }
            changed
        },
    },
    Expected {
        what: "an extended parameter",
        reason: "RFC 8187 3.2: the value behind a name with * is decoded; they leave it as it is",
        test: |theirs| {
            let mut changed = false;
            for (_, value) in theirs.iter_mut().flat_map(|(_, params)| params).filter(|(name, _)| name.ends_with('*')) {
                if let Some(decoded) = decoded(value) {
                    *value = decoded;
                    changed = true;
                }
            }
            changed
        },
    },
];

/// What stands in an extended value in UTF-8.
fn decoded(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _, text) = (parts.next()?, parts.next()?, parts.next()?);
    let is_escape = |rest: &str| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if !charset.eq_ignore_ascii_case("utf-8") || !text.split('%').skip(1).all(is_escape) {
        return None;
    }
    let form = format!("={}", text.replace('+', "%2B").replace('&', "%26"));
    let (_, decoded) = url::form_urlencoded::parse(form.as_bytes()).next()?;
    (!decoded.contains('\u{fffd}')).then(|| decoded.into_owned())
}

/// What they refuse although we find no fault.
static REFUSED: [Expected<Test>; 7] = [
    Expected {
        what: "a token68",
        reason: "RFC 9110 11.3 allows it, Negotiate and NTLM use it; they say that they do not read it",
        test: |field| challenge::parse(field).value.iter().any(|one| one.token68.is_some()),
    },
    Expected {
        what: "letters outside ASCII in a quoted string",
        reason: "RFC 9110 5.6.4 allows obs-text; they say that they do not read it",
        test: |field| !field.is_ascii(),
    },
    Expected {
        what: "no challenge at all",
        reason: "RFC 9110 5.6.1.2 lets recipients read a list without elements; they ask for one",
        test: |field| field.bytes().all(|byte| matches!(byte, b',' | b' ' | b'\t')),
    },
    Expected {
        what: "blanks before the first challenge or behind the last",
        reason: "RFC 9110 5.5 takes them off; they allow none",
        test: |field| field.trim_matches([' ', '\t']) != field,
    },
    Expected {
        what: "several spaces behind a scheme",
        reason: "RFC 9110 11.3 allows 1*SP there; they allow one",
        test: |field| behind_schemes(field).any(|rest| rest.starts_with("  ") || rest.starts_with(" \t")),
    },
    Expected {
        what: "a tab behind a scheme",
        reason: "RFC 9110 11.3 asks for spaces; we take a tab for one, as it may stand for blanks everywhere else",
        test: |field| behind_schemes(field).any(|rest| rest.starts_with('\t')),
    },
    Expected {
        what: "a space and a comma between a scheme and its parameters",
        reason: "RFC 9110 5.6.1.2 lets a list begin with an empty element; they take the scheme for a whole challenge",
        test: |field| behind_schemes(field).any(|rest| rest.starts_with(" ,")),
    },
];

fn behind_schemes(field: &str) -> impl Iterator<Item = &str> {
    challenge::parse(field).value.into_iter().filter_map(move |one| field.get(one.at + one.scheme.len()..))
}

/// Rules of ours that fields break which they accept.
const FAULTED: [(&str, &str); 4] = [
    ("bad-extended-value", "they read no extended notation"),
    ("blanks-around-equals", "RFC 9110 5.6.3: recipients must take them off, and senders must not write them"),
    ("realm-not-quoted", "RFC 9110 11.5: only quotation marks may be generated; nothing else is wrong with it"),
    ("repeated-parameter", "RFC 9110 11.2: each name only once, as above"),
];

fn field(random: &mut Random) -> String {
    let mut field = random.of(&["", "", "", "", ",", " ", ", ,"]).to_owned();
    for nth in 0..random.below(4) {
        if nth > 0 {
            field.push_str(random.of(&GAPS));
        }
        field.push_str(random.of(&SCHEMES));
        match random.below(8) {
            0 => continue,
            1 => {
                field.push(' ');
                field.push_str(random.of(&["TlRMTVNTUAAC", "YII=", "ab+/-._~==", "realm="]));
                continue;
            }
            _ => field.push_str(random.of(&[" ", " ", " ", " ", "  ", "\t", " , "])),
        }
        for nth in 0..=random.below(4) {
            if nth > 0 {
                field.push_str(random.of(&GAPS));
            }
            field.push_str(random.of(&NAMES));
            field.push_str(random.of(&["=", "=", "=", " = ", "= ", "\t="]));
            field.push_str(random.of(&VALUES));
        }
    }
    field.push_str(random.of(&["", "", "", "", ",", " ", ", "]));
    field
}

fn by_http_auth(field: &str) -> Option<Challenges> {
    let read = |one: http_auth::ChallengeRef<'_>| {
        (one.scheme.to_owned(), one.params.iter().map(|(name, value)| ((*name).to_owned(), value.to_unescaped())).collect())
    };
    Some(http_auth::parse_challenges(field).ok()?.into_iter().map(read).collect())
}

/// The differences in it: the names of expected ones, and what else there is.
fn compare(field: &str) -> Vec<&'static str> {
    let parsed = challenge::parse(field);
    let rules = parsed.violations.iter().map(|violation| violation.rule.id);
    let Some(mut theirs) = by_http_auth(field) else {
        if parsed.violations.is_empty() {
            let expected = REFUSED.iter().find(|one| (one.test)(field));
            return vec![expected.map_or("refused by them, without fault to us", |one| one.what)];
        }
        return Vec::new();
    };
    let owned = |param: &challenge::AuthParam<'_>| (param.name.to_owned(), param.value.clone().into_owned());
    let ours: Challenges = parsed.value.iter().map(|one| (one.scheme.to_owned(), one.params.iter().map(owned).collect())).collect();
    let mut met: Vec<_> = READ_OTHERWISE.iter().filter(|one| (one.test)(&mut theirs)).map(|one| one.what).collect();
    if ours != theirs {
        met.push("read otherwise");
    }
    met.extend(rules);
    met
}

fn expected() -> BTreeMap<&'static str, &'static str> {
    let lists = READ_OTHERWISE.iter().map(|one| (one.what, one.reason)).chain(REFUSED.iter().map(|one| (one.what, one.reason)));
    lists.chain(FAULTED).collect()
}

#[test]
fn differs_from_http_auth_only_where_it_must() {
    let expected = expected();
    let mut random = Random::seeded(SEED);
    // How often each difference was met, and the first field that shows it.
    let mut met: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for round in 0..ROUNDS {
        let whole = field(&mut random);
        let field = if round % 2 == 0 { whole } else { random.damage(&whole, &ALPHABET) };
        for what in compare(&field) {
            met.entry(what).or_insert_with(|| (0, field.clone())).0 += 1;
        }
    }
    let mut is_as_expected = true;
    for (what, (count, field)) in &met {
        is_as_expected &= expected.contains_key(what);
        println!("{count:6}  {what}: {}\n        {field:?}", expected.get(what).unwrap_or(&"NOT EXPECTED"));
    }
    for what in expected.keys().filter(|what| !met.contains_key(*what)) {
        is_as_expected = false;
        println!("     0  {what}: NO LONGER A DIFFERENCE");
    }
    assert!(is_as_expected, "the differences above are not those expected");
}
