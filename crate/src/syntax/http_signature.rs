//! HTTP message signatures: `Signature-Input`, `Accept-Signature` and `Signature` of RFC 9421, and the
//! `Signature` scheme and field of the cavage draft before it, which the Fediverse still speaks.

use std::borrow::Cow;

use super::credentials::Credentials;
use super::lexer::{AuthParam, param, place};
use super::structured::{self, Bare, Item, Member, Param};
use super::{Parsed, Rule, SyntaxViolation, auth_info};
use crate::limits;

/// A signature that is not given as its definition says.
pub static NOT_A_SIGNATURE: Rule = Rule { id: "signature-wrong-type" };

/// A component whose name no specification defines, or that may not be covered.
pub static UNKNOWN_COMPONENT: Rule = Rule { id: "signature-unknown-component" };

/// A field name in capital letters, or something other than a string.
pub static BAD_COMPONENT: Rule = Rule { id: "signature-bad-component" };

/// The same component twice.
pub static REPEATED_COMPONENT: Rule = Rule { id: "signature-repeated-component" };

/// A parameter of another type than its definition says.
pub static BAD_PARAMETER: Rule = Rule { id: "signature-bad-parameter" };

/// An algorithm that is not registered.
pub static UNKNOWN_ALGORITHM: Rule = Rule { id: "signature-unknown-algorithm" };

/// `(created)` or `(expires)` with an algorithm for which the draft forbids them.
pub static TIME_WITH_OLD_ALGORITHM: Rule = Rule { id: "signature-time-with-old-algorithm" };

/// A time that is no whole number of seconds.
pub static BAD_TIME: Rule = Rule { id: "signature-bad-time" };

/// RFC 9421 2.2, and its table of registered names in 6.5; checked 2026-11-21.
const DERIVED: [&str; 9] =
    ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@query-param", "@status"];

/// RFC 9421 6.2, table 1; checked 2026-11-21.
const ALGORITHMS: [&str; 6] = ["rsa-pss-sha512", "rsa-v1_5-sha256", "hmac-sha256", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "ed25519"];

/// A part of the message that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component<'a> {
    /// A field's name in lower case, or a derived component: `@method`, `@path`.
    pub name: Cow<'a, str>,
    /// Whether it stands in the request that a signed response answers (`req`).
    pub of_request: bool,
    /// Which parameter of the query, of `@query-param`.
    pub parameter: Option<Cow<'a, str>>,
}

/// What one signature covers and how it was made, or is asked to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input<'a> {
    /// Byte offset of the label.
    pub at: usize,
    /// What links it to its signature.
    pub label: &'a str,
    /// What is signed, in order.
    pub components: Vec<Component<'a>>,
    /// When it was signed, in seconds since the Unix epoch.
    pub created: Option<i64>,
    /// Until when it is good, in seconds since the Unix epoch.
    pub expires: Option<i64>,
    /// Which key.
    pub key_id: Option<Cow<'a, str>>,
    /// Which algorithm, where it does not go without saying by the key.
    pub algorithm: Option<Cow<'a, str>>,
    /// The application that it is for.
    pub tag: Option<Cow<'a, str>>,
    /// Whether a nonce makes it unique.
    pub has_nonce: bool,
}

impl Input<'_> {
    /// Whether a field of the message or a derived component is signed, by its name in lower case.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        self.components.iter().any(|component| component.name == name)
    }
}

/// Reads `Signature-Input`. `Accept-Signature` has the same form, with times that have no value.
#[must_use]
pub fn inputs(field_value: &str) -> Parsed<Vec<Input<'_>>> {
    let Parsed { value: entries, mut violations } = structured::dictionary(field_value);
    let mut inputs = Vec::new();
    for entry in entries {
        match entry.member {
            Member::Inner(items, params) => {
                inputs.push(input(Input { at: entry.at, label: entry.key, ..Input::default() }, items, params, &mut violations))
            }
            Member::Item(_) => violations.push(SyntaxViolation { at: entry.at, rule: &NOT_A_SIGNATURE }),
        }
    }
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    violations.truncate(limits::AUTH_VIOLATIONS);
    Parsed { value: inputs, violations }
}

fn input<'a>(mut input: Input<'a>, items: Vec<Item<'a>>, params: Vec<Param<'a>>, violations: &mut Vec<SyntaxViolation>) -> Input<'a> {
    for item in items {
        let mut note = |rule| violations.push(SyntaxViolation { at: item.at, rule });
        let of_request = item.param("req") == Some(&Bare::Boolean(true));
        let parameter = item.param("name").and_then(Bare::text).map(|text| Cow::Owned(text.to_owned()));
        let Bare::String(name) = item.value else {
            note(&BAD_COMPONENT);
            continue;
        };
        if name.starts_with('@') {
            if !DERIVED.contains(&&*name) {
                note(&UNKNOWN_COMPONENT);
            }
        } else if !super::list::is_token(&name) || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            note(&BAD_COMPONENT);
        }
        let component = Component { name, of_request, parameter };
        if input.components.contains(&component) {
            note(&REPEATED_COMPONENT);
        }
        input.components.push(component);
    }
    for param in params {
        let (at, name) = (param.at, param.name);
        let rule = match (name, param.value) {
            ("created", Bare::Integer(seconds)) => {
                input.created = Some(seconds);
                None
            }
            ("expires", Bare::Integer(seconds)) => {
                input.expires = Some(seconds);
                None
            }
            // So Accept-Signature asks for a time.
            ("created" | "expires", Bare::Boolean(true)) => None,
            ("keyid", Bare::String(text)) => {
                input.key_id = Some(text);
                None
            }
            ("alg", Bare::String(text)) => {
                let is_known = ALGORITHMS.contains(&&*text);
                input.algorithm = Some(text);
                (!is_known).then_some(&UNKNOWN_ALGORITHM)
            }
            ("tag", Bare::String(text)) => {
                input.tag = Some(text);
                None
            }
            ("nonce", Bare::String(_)) => {
                input.has_nonce = true;
                None
            }
            ("created" | "expires" | "keyid" | "alg" | "tag" | "nonce", _) => Some(&BAD_PARAMETER),
            _ => None,
        };
        violations.extend(rule.map(|rule| SyntaxViolation { at, rule }));
    }
    input
}

/// Reads `Signature`: of every signature its label and its length in bytes.
#[must_use]
pub fn signatures(field_value: &str) -> Parsed<Vec<(&str, usize)>> {
    let Parsed { value: entries, mut violations } = structured::dictionary(field_value);
    let mut signatures = Vec::new();
    for entry in entries {
        match entry.member {
            Member::Item(Item { value: Bare::Bytes(bytes), .. }) => signatures.push((entry.key, bytes.len())),
            _ => violations.push(SyntaxViolation { at: entry.at, rule: &NOT_A_SIGNATURE }),
        }
    }
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value: signatures, violations }
}

/// A signature of the cavage draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cavage<'c> {
    /// Which key.
    pub key_id: Option<&'c str>,
    /// `rsa-sha256`, `hs2019`, …
    pub algorithm: Option<&'c str>,
    /// What is signed: field names, `(request-target)`, `(created)`, `(expires)`; `date` where missing,
    /// as nearly all implementations have it.
    pub headers: Vec<&'c str>,
    /// When it was signed, in seconds since the Unix epoch.
    pub created: Option<i64>,
    /// Until when it is good, in seconds since the Unix epoch.
    pub expires: Option<i64>,
}

/// Reads the credentials of the scheme `Signature`; `None` for those of another scheme.
#[must_use]
pub fn cavage_credentials<'c>(credentials: &'c Credentials<'_>) -> Parsed<Option<Cavage<'c>>> {
    if !credentials.is("Signature") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let Parsed { value, violations } = cavage(credentials.params());
    Parsed { value: Some(value), violations }
}

/// Whether a `Signature` field is of the cavage draft rather than of RFC 9421.
#[must_use]
pub fn is_cavage(field_value: &str) -> bool {
    let params = auth_info::parse(field_value).value;
    param(&params, "keyId").is_some() && param(&params, "signature").is_some()
}

/// Reads the parameters of a signature, of the scheme or of a field that [`is_cavage`].
#[must_use]
pub fn cavage<'c>(params: &'c [AuthParam<'_>]) -> Parsed<Cavage<'c>> {
    let mut violations = Vec::new();
    let mut note = |name: &str, rule| violations.push(SyntaxViolation { at: place(params, name), rule });
    // A decimal fraction of a second is allowed in `expires`.
    let seconds = |name| param(params, name).map(|text| text.split('.').next().unwrap_or_default().parse::<i64>());
    let (created, expires) = (seconds("created"), seconds("expires"));
    for (name, time) in [("created", &created), ("expires", &expires)] {
        if matches!(time, Some(Err(_))) {
            note(name, &BAD_TIME);
        }
    }
    let algorithm = param(params, "algorithm");
    let headers: Vec<_> = match param(params, "headers") {
        Some(headers) => headers.split_ascii_whitespace().take(limits::LIST_ELEMENTS).collect(),
        None => vec!["date"],
    };
    if headers.iter().any(|name| name.bytes().any(|byte| byte.is_ascii_uppercase())) {
        note("headers", &BAD_COMPONENT);
    }
    let is_old = algorithm.is_some_and(|name| ["rsa", "hmac", "ecdsa"].iter().any(|old| name.starts_with(old)));
    if is_old && headers.iter().any(|name| matches!(*name, "(created)" | "(expires)")) {
        note("headers", &TIME_WITH_OLD_ALGORITHM);
    }
    let value = Cavage {
        key_id: param(params, "keyId"),
        algorithm,
        headers,
        created: created.and_then(Result::ok),
        expires: expires.and_then(Result::ok),
    };
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value, violations }
}

#[cfg(test)]
mod tests {
    use super::super::credentials;
    use super::*;

    fn rules(text: &str) -> Vec<(usize, &'static str)> {
        inputs(text).violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_signatures_of_rfc_9421() {
        // RFC 9421 4.3, a client's signature and its proxy's.
        let field = "sig1=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \"content-length\");created=1618884475;keyid=\"test-key-ecc-p256\", proxy_sig=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \"content-length\" \"forwarded\");created=1618884480;keyid=\"test-key-rsa\";alg=\"rsa-v1_5-sha256\";expires=1618884540";
        let parsed = inputs(field);
        assert_eq!(parsed.violations, []);
        let [first, proxy] = parsed.value.as_slice() else { panic!("not two") };
        assert_eq!((first.label, first.created, first.key_id.as_deref()), ("sig1", Some(1_618_884_475), Some("test-key-ecc-p256")));
        assert_eq!((proxy.label, proxy.expires, proxy.algorithm.as_deref()), ("proxy_sig", Some(1_618_884_540), Some("rsa-v1_5-sha256")));
        assert!(proxy.covers("forwarded") && !first.covers("forwarded"));
        // RFC 9421 2.4, 5.1, B.2.1, B.2.2 and B.2.5.
        let response = inputs("reqres=(\"@status\" \"content-digest\";req);created=1618884479;keyid=\"test-key-ecc-p256\"");
        assert!(response.value[0].components[1].of_request && !response.value[0].components[0].of_request);
        let asked = "sig1=(\"@method\" \"@target-uri\" \"@authority\" \"content-digest\" \"cache-control\");keyid=\"test-key-rsa-pss\";created;tag=\"app-123\"";
        assert_eq!((rules(asked), inputs(asked).value[0].tag.as_deref()), (vec![], Some("app-123")));
        let minimal = inputs("sig-b21=();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\"").value;
        assert!(minimal[0].components.is_empty() && minimal[0].has_nonce);
        let selected = inputs("sig-b22=(\"@authority\" \"content-digest\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\"").value;
        assert_eq!(selected[0].components[2].parameter.as_deref(), Some("Pet"));
        let signature = signatures("sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:");
        assert_eq!((signature.value, signature.violations), (vec![("sig-b25", 32)], vec![]));
    }

    #[test]
    fn names_what_verifiers_refuse() {
        assert_eq!(rules("a=\"x\""), [(0, "signature-wrong-type")]);
        assert_eq!(
            rules("a=(\"@host\" \"Date\" date)"),
            [(3, "signature-unknown-component"), (11, "signature-bad-component"), (18, "signature-bad-component")]
        );
        assert_eq!(rules("a=(\"date\" \"date\" \"date\";req)"), [(10, "signature-repeated-component")]);
        assert_eq!(rules("a=();created=\"1\";alg=\"hs2019\""), [(5, "signature-bad-parameter"), (17, "signature-unknown-algorithm")]);
        assert_eq!(signatures("a=abc").violations[0].rule, &NOT_A_SIGNATURE);
    }

    #[test]
    fn reads_the_cavage_draft() {
        // draft-cavage-http-signatures-12 3.1.1 and C.3.
        let field = "Signature keyId=\"rsa-key-1\",algorithm=\"hs2019\",headers=\"(request-target) (created) host digest content-length\",created=1402170695,signature=\"QkFTRTY0\"";
        let credentials = credentials::parse(field);
        assert_eq!(credentials.violations, []);
        let parsed = cavage_credentials(&credentials.value);
        assert_eq!(parsed.violations, []);
        let signature = parsed.value.unwrap();
        assert_eq!((signature.key_id, signature.created), (Some("rsa-key-1"), Some(1_402_170_695)));
        assert_eq!(signature.headers, ["(request-target)", "(created)", "host", "digest", "content-length"]);
        let broken =
            credentials::parse("Signature keyId=\"a\",algorithm=\"rsa-sha256\",headers=\"(created) Host\",created=soon,signature=\"b\"");
        let rules: Vec<_> = cavage_credentials(&broken.value).violations.iter().map(|violation| violation.rule.id).collect();
        assert_eq!(rules, ["signature-bad-component", "signature-time-with-old-algorithm", "signature-bad-time"]);
        assert!(is_cavage("keyId=\"https://social.example/actor#main-key\",headers=\"date\",signature=\"QkFTRTY0\""));
        assert!(!is_cavage("sig1=:QkFTRTY0:"));
        assert_eq!(cavage_credentials(&credentials::parse("Bearer abc").value).value, None);
    }
}
