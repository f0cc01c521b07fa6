//! Tokens that others published: each is read, or what is wrong with it is named.

#![cfg(test)]

use std::path::Path;

use serde_json::Value;
use why401::syntax::jwt::signature::{Verdict, verify};
use why401::syntax::jwt::{self, Form};
use why401::syntax::oidc;

mod common;

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Alterations that leave a token whole, as far as can be told without a key.
const INVISIBLE: [&str; 5] = ["Modified", "modified", "Attack", "Attacks", "Vulnerability"];

#[test]
fn every_wycheproof_vector_is_read_or_named() {
    let Some(folder) = common::shared_data("wycheproof-jose") else { return };
    let mut count = 0;
    for name in ["crypto", "encryption", "key", "signature"] {
        let file = json(&folder.join(format!("testvectors_v1/json_web_{name}_test.json")));
        for test in file["testGroups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap()) {
            count += 1;
            let token = if test["jwe"].is_null() { &test["jws"] } else { &test["jwe"] };
            if token.is_object() {
                // Only the compact forms are tokens that a login bears; the JSON form is named as none.
                assert_eq!(jwt::parse(&token.to_string()).violations[0].rule, &jwt::NOT_A_JWT);
            }
            let Some(token) = token.as_str() else { continue };
            let parsed = jwt::parse(token);
            let (id, comment) = (&test["tcId"], test["comment"].as_str().unwrap());
            let encrypted = test["jwe"].is_string();
            match &parsed.value {
                Some(jwt) => assert!(jwt.header.alg.is_some() || !parsed.violations.is_empty(), "{name} {id}"),
                None => assert!(!parsed.violations.is_empty(), "{name} {id}: neither read nor named"),
            }
            if test["result"] == "valid" {
                let jwt = parsed.value.as_ref().unwrap_or_else(|| panic!("{name} {id} {comment}: not read"));
                assert_eq!(jwt.form == Form::Encrypted, encrypted, "{name} {id} {comment}");
            }
            // The empty key of direct encryption is in order, and empty content makes a detached signature.
            let can_be_missing = ["MissingEncryptedKey", "MissingPayload"].iter().any(|part| comment.ends_with(part));
            if comment.starts_with("rejectsMissing") && !can_be_missing {
                assert!(!parsed.violations.is_empty(), "{name} {id} {comment}: nothing is found wrong");
            }
            if parsed.value.is_none() {
                assert!(
                    !INVISIBLE.iter().any(|word| comment.ends_with(word)) || comment.ends_with("ModifiedHeader"),
                    "{name} {id} {comment}"
                );
            }
        }
    }
    assert_eq!(count, 649, "the files hold as many vectors as they did");
}

/// The algorithms by which a key set verifies.
const VERIFIED: [&str; 9] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

#[test]
fn every_wycheproof_signature_is_judged_as_published() {
    let Some(folder) = common::shared_data("wycheproof-jose") else { return };
    let file = json(&folder.join("testvectors_v1/json_web_signature_test.json"));
    let mut counts = std::collections::BTreeMap::new();
    for group in file["testGroups"].as_array().unwrap() {
        let Some(key) = oidc::public_key(&group["public"].to_string()) else { continue };
        for test in group["tests"].as_array().unwrap() {
            let Some(token) = test["jws"].as_str() else { continue };
            let header = jwt::parse(token).value.map(|jwt| jwt.header).unwrap_or_default();
            let alg = header.alg.unwrap_or_default();
            let verdict = verify(token, &alg, &key);
            let about = format!("{} {}", test["tcId"], test["comment"]);
            // RFC 7520's Figure 20 is PS384, by a key that the file gives for PS256: RFC 7517 4.4 forbids that use.
            let is_meant = group["public"]["alg"].as_str().is_none_or(|meant| meant == alg);
            match (test["result"].as_str().unwrap(), VERIFIED.contains(&&*alg) && is_meant) {
                ("valid", true) => assert_eq!(verdict, Verdict::Good, "{about}"),
                ("valid", false) => assert_eq!(verdict, Verdict::Unknown, "{about}"),
                _ => assert_ne!(verdict, Verdict::Good, "{about}"),
            }
            *counts.entry((alg, verdict == Verdict::Good)).or_insert(0) += 1;
        }
    }
    println!("{counts:?}");
    let verified = counts.iter().filter(|((_, good), _)| *good).count();
    assert!(verified >= 5, "only {verified} algorithms: {counts:?}");
}

#[test]
fn every_wycheproof_key_is_read_or_named() {
    let Some(folder) = common::shared_data("wycheproof-jose") else { return };
    let mut count = 0;
    for name in ["crypto", "encryption", "key", "signature"] {
        let file = json(&folder.join(format!("testvectors_v1/json_web_{name}_test.json")));
        for group in file["testGroups"].as_array().unwrap() {
            for part in ["private", "public"] {
                let given = match &group[part] {
                    Value::Null => continue,
                    set if set["keys"].is_array() => set.clone(),
                    key => serde_json::json!({ "keys": [key] }),
                };
                let parsed = oidc::jwks(&given.to_string());
                assert_eq!(parsed.value.len(), given["keys"].as_array().unwrap().len());
                assert!(parsed.value.iter().all(|key| key.kty.is_some()) || !parsed.violations.is_empty(), "{given}");
                let gives_away = parsed.violations.iter().any(|violation| violation.rule == &oidc::PRIVATE_KEY);
                assert_eq!(gives_away, part == "private", "{given}");
                count += 1;
            }
        }
    }
    assert!(count > 50, "only {count} keys");
}

#[test]
fn every_compact_token_of_the_rfc_7520_cookbook_is_read() {
    let Some(folder) = common::shared_data("jose-cookbook-rfc7520") else { return };
    let mut count = 0;
    for kind in ["jws", "jwe", "curve25519", "rfc7797"] {
        for entry in std::fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let case = json(&path);
            let Some(token) = case["output"]["compact"].as_str() else { continue };
            let parsed = jwt::parse(token);
            // The cookbook's contents are letters and poems rather than claims; nothing else is amiss.
            assert!(
                parsed.violations.iter().all(|violation| violation.rule.id == "json-not-an-object"),
                "{path:?}: {:?}",
                parsed.violations
            );
            let jwt = parsed.value.unwrap();
            let encrypted = token.matches('.').count() == 4;
            assert_eq!(jwt.form == Form::Encrypted, encrypted, "{path:?}");
            assert!(jwt.header.alg.is_some());
            count += 1;
        }
    }
    assert!(count >= 15, "only {count} tokens");
    let nested = json(&folder.join("6.nesting_signatures_and_encryption.json"));
    let signed = nested["sign"]["output"]["compact"].as_str().unwrap();
    let claims = jwt::parse(signed).value.unwrap().claims;
    assert_eq!((claims.iss.as_deref(), claims.exp), (Some("hobbiton.example"), Some(1_300_819_380)));
    let encrypted = jwt::parse(nested["encrypt"]["output"]["compact"].as_str().unwrap());
    assert_eq!(encrypted.value.unwrap().header.cty.as_deref(), Some("JWT"));
}
