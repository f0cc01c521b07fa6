//! Hawk: credentials, the server's challenge and its answer. Source: the Hawk README (mozilla/hawk,
//! "Protocol Example" and "Replay Protection"), read 2026-11-21.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::challenge::Challenge;
use super::credentials::Credentials;
use super::lexer::{param, place};
use super::{Parsed, Rule, SyntaxViolation};

/// A time that is no whole number.
pub static BAD_TIME: Rule = Rule { id: "hawk-bad-time" };

/// A time in milliseconds, as JavaScript counts it.
pub static MILLISECONDS: Rule = Rule { id: "hawk-milliseconds" };

/// A parameter that servers refuse.
pub static UNKNOWN_PARAMETER: Rule = Rule { id: "hawk-unknown-parameter" };

const KNOWN: [&str; 8] = ["id", "ts", "nonce", "hash", "ext", "mac", "app", "dlg"];

/// From here on a time is taken for milliseconds: as seconds it would be the year 5138.
const LATEST_SECOND: i64 = 100_000_000_000;

/// Credentials, without the message authentication code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hawk<'c> {
    /// Which key.
    pub id: Option<&'c str>,
    /// When it was made, in seconds since the Unix epoch, by the client's clock.
    pub time: Option<i64>,
    /// The hash of the content, in base64.
    pub hash: Option<&'c str>,
    /// What the application adds.
    pub ext: Option<&'c str>,
    /// The application (Oz).
    pub app: Option<&'c str>,
}

/// Reads credentials; `None` for those of another scheme. What is missing [`credentials`](super::credentials) names.
#[must_use]
pub fn of_credentials<'c>(credentials: &'c Credentials<'_>) -> Parsed<Option<Hawk<'c>>> {
    if !credentials.is("Hawk") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let params = credentials.params();
    let mut violations: Vec<SyntaxViolation> = params
        .iter()
        .filter(|param| !KNOWN.contains(&param.name))
        .map(|param| SyntaxViolation { at: param.at, rule: &UNKNOWN_PARAMETER })
        .collect();
    let time = param(params, "ts").map(|text| text.parse::<i64>());
    let rule = match time {
        Some(Err(_)) => Some(&BAD_TIME),
        Some(Ok(seconds)) if seconds >= LATEST_SECOND => Some(&MILLISECONDS),
        _ => None,
    };
    violations.extend(rule.map(|rule| SyntaxViolation { at: place(params, "ts"), rule }));
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    let text = |name| param(params, name);
    let value = Hawk { id: text("id"), time: time.and_then(Result::ok), hash: text("hash"), ext: text("ext"), app: text("app") };
    Parsed { value: Some(value), violations }
}

/// What a server says to credentials that it refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusal<'c> {
    /// Why: "Stale timestamp", "Bad mac", "Invalid nonce", "Bad payload hash".
    pub error: Option<&'c str>,
    /// The server's own time, in seconds since the Unix epoch, where the client's was too far off.
    pub server_time: Option<i64>,
}

/// Reads a challenge; `None` for one of another scheme.
#[must_use]
pub fn refusal<'c>(challenge: &'c Challenge<'_>) -> Option<Refusal<'c>> {
    let server_time = challenge.param("ts").and_then(|text| text.parse().ok());
    challenge.is("Hawk").then(|| Refusal { error: challenge.param("error"), server_time })
}

/// The `hash` that belongs to this content, for keys with SHA-256.
#[must_use]
pub fn payload_hash(content_type: &str, content: &[u8]) -> String {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut hasher = Sha256::new();
    for part in [b"hawk.1.payload\n", essence.as_bytes(), b"\n", content, b"\n"] {
        hasher.update(part);
    }
    STANDARD.encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::super::{challenge, credentials};
    use super::*;

    #[test]
    fn reads_the_protocol_example() {
        let field = "Hawk id=\"dh37fgj492je\", ts=\"1353832234\", nonce=\"j4h3g2\", hash=\"Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=\", ext=\"some-app-ext-data\", mac=\"aSe1DERmZuRl3pI36/9BdZmnErTw3sNzOOAUlfeKjVw=\"";
        let credentials = credentials::parse(field);
        let parsed = of_credentials(&credentials.value);
        assert_eq!((credentials.violations, parsed.violations), (vec![], vec![]));
        let hawk = parsed.value.unwrap();
        assert_eq!((hawk.id, hawk.time, hawk.ext), (Some("dh37fgj492je"), Some(1_353_832_234), Some("some-app-ext-data")));
        assert_eq!(hawk.hash, Some(payload_hash("Text/Plain; charset=utf-8", b"Thank you for flying Hawk").as_str()));
    }

    #[test]
    fn reads_the_servers_clock_from_its_refusal() {
        let parsed = challenge::parse("Hawk ts=\"1353832234\", tsm=\"ts6A==\", error=\"Stale timestamp\"");
        assert_eq!(refusal(&parsed.value[0]), Some(Refusal { error: Some("Stale timestamp"), server_time: Some(1_353_832_234) }));
        assert_eq!(refusal(&challenge::parse("Basic realm=\"a\"").value[0]), None);
    }

    #[test]
    fn names_what_servers_refuse() {
        let rules = |text: &str| {
            let credentials = credentials::parse(text);
            of_credentials(&credentials.value).violations.iter().map(|violation| violation.rule.id).collect::<Vec<_>>()
        };
        assert_eq!(rules("Hawk id=\"a\", ts=\"now\", nonce=\"n\", mac=\"m\""), ["hawk-bad-time"]);
        assert_eq!(
            rules("Hawk id=\"a\", ts=\"1353832234000\", nonce=\"n\", mac=\"m\", user=\"b\""),
            ["hawk-milliseconds", "hawk-unknown-parameter"]
        );
        assert_eq!(of_credentials(&credentials::parse("Bearer a").value).value, None);
    }
}
