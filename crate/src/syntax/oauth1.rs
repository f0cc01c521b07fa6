//! OAuth 1.0 (RFC 5849): its parameters in `Authorization`, in a query or in a form, the text that is
//! signed, and why a server refuses it (OAuth Problem Reporting).

use std::borrow::Cow;

use url::{Url, form_urlencoded};

use super::aws_sigv4::{decode, encode};
use super::challenge::Challenge;
use super::credentials::Credentials;
use super::form::Form;
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;
use crate::order::sort_by_key;

/// A parameter that every signed request has.
pub static MISSING_PARAMETER: Rule = Rule { id: "oauth1-missing-parameter" };

/// A time that is no positive whole number.
pub static BAD_TIMESTAMP: Rule = Rule { id: "oauth1-bad-timestamp" };

/// A time in milliseconds.
pub static MILLISECONDS: Rule = Rule { id: "oauth1-milliseconds" };

/// A version other than 1.0.
pub static BAD_VERSION: Rule = Rule { id: "oauth1-bad-version" };

/// A signature method that nobody defined.
pub static UNKNOWN_METHOD: Rule = Rule { id: "oauth1-unknown-method" };

/// Characters that belong percent-encoded.
pub static NOT_ENCODED: Rule = Rule { id: "oauth1-not-encoded" };

/// The three of RFC 5849, and those that servers have added.
const METHODS: [&str; 7] = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"];

/// From here on a time is taken for milliseconds: as seconds it would be the year 5138.
const LATEST_SECOND: i64 = 100_000_000_000;

/// The parameters, decoded. The signature itself is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The application.
    pub consumer_key: String,
    /// The token, which is no secret by itself; empty where none is sent yet.
    pub token: String,
    /// How it is signed.
    pub method: String,
    /// When, in seconds since the Unix epoch.
    pub timestamp: Option<i64>,
    /// What makes it unique with its time.
    pub nonce: String,
    /// Where the user is to come back to, of a request for temporary credentials; `oob` for nowhere.
    pub callback: Option<String>,
    /// Whether the user's consent is proved (`oauth_verifier`).
    pub has_verifier: bool,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signed").field("method", &self.method).field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

/// One parameter: name, decoded value, byte offset.
type Param<'a> = (&'a str, Cow<'a, str>, usize);

/// Reads credentials; `None` for those of another scheme, and for a token of OAuth 2.0 behind `OAuth`.
#[must_use]
pub fn of_credentials(credentials: &Credentials<'_>) -> Parsed<Option<Signed>> {
    let mut violations = Vec::new();
    let params: Vec<Param<'_>> = credentials
        .params()
        .iter()
        .filter(|_| credentials.is("OAuth"))
        .map(|param| {
            if param.value.bytes().any(|byte| matches!(byte, b'+' | b'/' | b'=' | b' ' | b':')) && param.name != "realm" {
                violations.push(SyntaxViolation { at: param.at, rule: &NOT_ENCODED });
            }
            (param.name, Cow::Owned(String::from_utf8_lossy(&decode(&param.value)).into_owned()), param.at)
        })
        .collect();
    read(&params, violations)
}

/// Reads the parameters of a query or a form; `None` where they are not signed so.
#[must_use]
pub fn of_form(form: &Form<'_>) -> Parsed<Option<Signed>> {
    let params: Vec<Param<'_>> = form.pairs.iter().map(|pair| (&*pair.name, Cow::Borrowed(&*pair.value), pair.at)).collect();
    read(&params, Vec::new())
}

fn read(params: &[Param<'_>], mut violations: Vec<SyntaxViolation>) -> Parsed<Option<Signed>> {
    let find = |name: &str| params.iter().find(|(known, ..)| *known == name);
    let text = |name: &str| find(name).map(|(_, value, _)| &**value).filter(|value| !value.is_empty());
    if text("oauth_consumer_key").is_none() && text("oauth_signature_method").is_none() {
        return Parsed { value: None, violations: Vec::new() };
    }
    let mut note = |name: &str, rule| violations.push(SyntaxViolation { at: find(name).map_or(0, |(_, _, at)| *at), rule });
    let method = text("oauth_signature_method").unwrap_or_default();
    // Only PLAINTEXT goes without a time and a nonce.
    let needed = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce"];
    let is_needed = |name: &str| method != "PLAINTEXT" || !matches!(name, "oauth_timestamp" | "oauth_nonce");
    if needed.iter().any(|name| is_needed(name) && text(name).is_none()) {
        note("oauth_consumer_key", &MISSING_PARAMETER);
    }
    if !method.is_empty() && !METHODS.contains(&method) {
        note("oauth_signature_method", &UNKNOWN_METHOD);
    }
    if text("oauth_version").is_some_and(|version| version != "1.0") {
        note("oauth_version", &BAD_VERSION);
    }
    let timestamp = text("oauth_timestamp").map(|text| text.parse::<i64>().ok().filter(|seconds| *seconds > 0));
    match timestamp {
        Some(None) => note("oauth_timestamp", &BAD_TIMESTAMP),
        Some(Some(seconds)) if seconds >= LATEST_SECOND => note("oauth_timestamp", &MILLISECONDS),
        _ => {}
    }
    let owned = |name: &str| text(name).unwrap_or_default().to_owned();
    let value = Signed {
        consumer_key: owned("oauth_consumer_key"),
        token: owned("oauth_token"),
        method: method.to_owned(),
        timestamp: timestamp.flatten(),
        nonce: owned("oauth_nonce"),
        callback: text("oauth_callback").map(str::to_owned),
        has_verifier: text("oauth_verifier").is_some(),
    };
    sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value: Some(value), violations }
}

/// The text that is signed (RFC 5849 3.4.1), which servers quote when they find another signature.
/// `form` is the content of a form, empty for any other.
#[must_use]
pub fn base_string(method: &str, url: &Url, credentials: &Credentials<'_>, form: &str) -> String {
    let decoded = |text: &str| -> Vec<(String, String)> {
        let pairs = form_urlencoded::parse(text.as_bytes()).take(limits::FORM_PAIRS);
        pairs.map(|(name, value)| (encode(name.as_bytes(), ""), encode(value.as_bytes(), ""))).collect()
    };
    let mut pairs = decoded(url.query().unwrap_or_default());
    pairs.extend(decoded(form));
    let params = credentials.params().iter().filter(|param| !param.name.eq_ignore_ascii_case("realm"));
    pairs.extend(params.map(|param| (param.name.to_owned(), encode(&decode(&param.value), ""))));
    pairs.retain(|(name, _)| name != "oauth_signature");
    sort_by_key(&mut pairs, Clone::clone);
    let joined = pairs.iter().map(|(name, value)| [name, "=", value].concat()).collect::<Vec<_>>().join("&");
    let address = [url.origin().ascii_serialization().as_str(), url.path()].concat();
    [&method.to_ascii_uppercase(), "&", &encode(address.as_bytes(), ""), "&", &encode(joined.as_bytes(), "")].concat()
}

/// Why a server refuses: `oauth_problem` of a challenge, such as `timestamp_refused`, `nonce_used`,
/// `signature_invalid`, `token_expired` (OAuth Problem Reporting).
#[must_use]
pub fn problem<'c>(challenge: &'c Challenge<'_>) -> Option<&'c str> {
    challenge.param("oauth_problem").filter(|_| challenge.is("OAuth"))
}

#[cfg(test)]
mod tests {
    use super::super::{challenge, credentials, form};
    use super::*;

    fn rules(field: &str) -> Vec<&'static str> {
        of_credentials(&credentials::parse(field).value).violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_examples_of_rfc_5849_1_2() {
        let asks = credentials::parse(
            "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\", oauth_nonce=\"wIjqoxSIdksqkel\", oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\"",
        );
        let parsed = of_credentials(&asks.value);
        assert_eq!(parsed.violations, []);
        let signed = parsed.value.unwrap();
        assert_eq!((signed.consumer_key.as_str(), signed.timestamp), ("dpf43f3p2l4k3l03", Some(137_131_200)));
        assert_eq!(signed.callback.as_deref(), Some("http://printer.example.com/ready"));
        let redeems = credentials::parse(
            "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"hh5s93j4hdidpola\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"walatlh\", oauth_verifier=\"hfdp7dh39dks9884\", oauth_signature=\"gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D\"",
        );
        assert!(of_credentials(&redeems.value).value.unwrap().has_verifier);
    }

    #[test]
    fn builds_the_signed_text_of_rfc_5849_3_4_1() {
        let field = "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"";
        let url = Url::parse("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b").unwrap();
        let text = base_string("POST", &url, &credentials::parse(field).value, "c2&a3=2+q");
        assert_eq!(
            text,
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn reads_queries_and_forms() {
        // RFC 5849 3.5.2.
        let form = form::urlencoded("oauth_consumer_key=0685bd9184jfhq22&oauth_token=ad180jjd733klru7&oauth_signature_method=HMAC-SHA1&oauth_signature=wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D&oauth_timestamp=137131200&oauth_nonce=4572616e48616d6d65724c61686176&oauth_version=1.0").value;
        let parsed = of_form(&form);
        assert_eq!((parsed.violations.as_slice(), parsed.value.unwrap().token.as_str()), (&[][..], "ad180jjd733klru7"));
        assert_eq!(of_form(&form::urlencoded("oauth_token=abc&oauth_verifier=def").value).value, None);
    }

    #[test]
    fn names_what_servers_refuse() {
        let field = "OAuth oauth_consumer_key=\"a\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"b\", oauth_timestamp=\"1\", oauth_nonce=\"n\"";
        assert_eq!(rules(field), Vec::<&str>::new());
        assert_eq!(rules(&field.replace("\"1\"", "\"137131200000\"")), ["oauth1-milliseconds"]);
        assert_eq!(rules(&field.replace("\"1\"", "\"-1\"")), ["oauth1-bad-timestamp"]);
        assert_eq!(rules(&field.replace(", oauth_nonce=\"n\"", "")), ["oauth1-missing-parameter"]);
        assert_eq!(rules(&field.replace("HMAC-SHA1", "PLAINTEXT").replace(", oauth_nonce=\"n\"", "")), Vec::<&str>::new());
        assert_eq!(rules(&field.replace("HMAC-SHA1", "MD5").replace("\"b\"", "\"b/c=\"")), ["oauth1-unknown-method", "oauth1-not-encoded"]);
        assert_eq!(rules(&format!("{field}, oauth_version=\"1.0a\"")), ["oauth1-bad-version"]);
        assert_eq!(of_credentials(&credentials::parse("OAuth ya29.abc").value).value, None);
    }

    #[test]
    fn reads_why_a_server_refuses() {
        let parsed = challenge::parse("OAuth realm=\"api\", oauth_problem=\"timestamp_refused\", oauth_acceptable_timestamps=\"1-2\"");
        assert_eq!(problem(&parsed.value[0]), Some("timestamp_refused"));
    }
}
