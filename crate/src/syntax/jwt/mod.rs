//! JSON Web Tokens: the claims of RFC 7519 in the compact forms of RFC 7515 and RFC 7516.
//!
//! No signature is verified. What real issuers and libraries get wrong is read all the same and
//! named: times in quotation marks or in milliseconds, padding, the wrong alphabet, a cut-off end.

mod claims;
pub mod signature;
mod value;

use std::fmt;

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use base64::{DecodeError, Engine};

use super::json::{Members, NOT_AN_OBJECT, each_member};
use super::redaction::{self, is_mark};
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

pub use claims::Claims;
use value::Value;

/// Text whose first part is no JSON object in base64url.
pub static NOT_A_JWT: Rule = Rule { id: "not-a-jwt" };

/// A part that is not base64url.
pub static NOT_BASE64URL: Rule = Rule { id: "jwt-not-base64url" };

/// A part in base64, with `+` and `/`.
pub static BASE64_ALPHABET: Rule = Rule { id: "jwt-base64-alphabet" };

/// A part with `=` at its end.
pub static PADDED: Rule = Rule { id: "jwt-padded" };

/// A part whose last character holds bits that belong to no byte.
pub static STRAY_BITS: Rule = Rule { id: "jwt-stray-bits" };

/// A token that was cut off.
pub static TRUNCATED: Rule = Rule { id: "jwt-truncated" };

/// Any other number of parts than three or five.
pub static PARTS: Rule = Rule { id: "jwt-parts" };

/// A signed token with nothing where the signature belongs.
pub static NO_SIGNATURE: Rule = Rule { id: "jwt-no-signature" };

/// An unsecured token with a signature.
pub static UNSECURED_WITH_SIGNATURE: Rule = Rule { id: "jwt-unsecured-with-signature" };

/// A header without `alg`.
pub static NO_ALG: Rule = Rule { id: "jwt-no-alg" };

/// Five parts, and a header without `enc`.
pub static NO_ENC: Rule = Rule { id: "jwt-no-enc" };

/// A longer part than is read.
pub static TOO_LONG: Rule = Rule { id: "jwt-too-long" };

/// How a token is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Three parts and a signature (JWS).
    #[default]
    Signed,
    /// Three parts, `alg` none, no signature.
    Unsecured,
    /// A signature over content that is elsewhere (RFC 7515 appendix F).
    Detached,
    /// Five parts: only the header can be read (JWE).
    Encrypted,
}

/// The header parameters that matter; of RFC 7515 4.1 and RFC 7516 4.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `alg`.
    pub alg: Option<String>,
    /// `enc`, of an encrypted token.
    pub enc: Option<String>,
    /// `kid`: which key.
    pub kid: Option<String>,
    /// `typ`: which kind of token, such as `at+jwt` or `dpop+jwt`.
    pub typ: Option<String>,
    /// `cty`: `JWT` where the content is a token again.
    pub cty: Option<String>,
    /// `jwk`: the public key itself, as JSON.
    pub jwk: Option<Box<str>>,
}

/// A token. Its `Debug` shows neither the token nor whom it is about.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Jwt {
    /// How it is built.
    pub form: Form,
    /// Its header.
    pub header: Header,
    /// Its claims; none where it is encrypted or detached.
    pub claims: Claims,
    payload: Box<str>,
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt").field("form", &self.form).field("alg", &self.header.alg).field("claims", &self.claims).finish_non_exhaustive()
    }
}

impl Jwt {
    /// Any top-level claim, as the JSON that stands there.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        Members::read(&self.payload).ok()?.get(name).map(|(value, _)| value)
    }

    /// Whether whoever handed the capture on replaced something in it: then no key fits it any more.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        let is_replaced = |value: &str| value.split('"').any(redaction::is_replaced);
        [&self.header.kid, &self.header.typ].into_iter().flatten().any(|value| redaction::is_replaced(value))
            || Members::read(&self.payload)
                .is_ok_and(|members| members.iter().any(|(name, value)| name == "redacted" || is_replaced(value)))
    }

    /// The token inside, where the content is one (RFC 7519 5.2).
    #[must_use]
    pub fn nested(&self) -> Option<&str> {
        let says_so = self.header.cty.as_deref().is_some_and(|cty| cty.eq_ignore_ascii_case("JWT"));
        (says_so && !self.payload.is_empty()).then_some(&*self.payload)
    }
}

/// Whether a text has the outer form of a JWT, whole or cut off: its first part begins as a JSON
/// object does in base64url, and a dot follows.
#[must_use]
pub fn looks_like_jwt(text: &str) -> bool {
    // `{"`, `{ `, and `{` before a line end or tab.
    let begins = ["eyJ", "eyA", "ewo", "ew0", "ewk"].iter().any(|start| text.starts_with(start));
    begins && text.split_once('.').is_some_and(|(header, _)| header.len() >= 12 && header.bytes().all(is_base64url))
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a text is base64url without a fault, told without decoding it. Written without branches,
/// as a signature is the longest part of most tokens and nothing else is asked of it.
fn is_whole_base64url(text: &str) -> bool {
    let within = |byte: u8, first: u8, count: u8| byte.wrapping_sub(first) < count;
    let is_letter = |byte: u8| within(byte | 0x20, b'a', 26) | within(byte, b'0', 10) | (byte == b'-') | (byte == b'_');
    let spare_bits = match (text.len() % 4, text.bytes().last()) {
        (0, _) => return text.len() <= limits::JWT_SEGMENT && text.bytes().fold(true, |all, byte| all & is_letter(byte)),
        // The last character of these may carry no bits beyond the last byte.
        (2, Some(last)) => b"AQgw".contains(&last),
        (3, Some(last)) => b"AEIMQUYcgkosw048".contains(&last),
        _ => false,
    };
    spare_bits && text.len() <= limits::JWT_SEGMENT && text.bytes().fold(true, |all, byte| all & is_letter(byte))
}

/// Reads a token; `None`, with the reason among the violations, where the text is none.
#[must_use]
pub fn parse(token: &str) -> Parsed<Option<Jwt>> {
    let mut reader = Reader { violations: Vec::new() };
    let value = reader.token(token);
    let mut violations = reader.violations;
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

/// One part between dots.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    /// Byte offset in the token.
    at: usize,
}

impl Part<'_> {
    /// Where a byte of the decoded text stands in the token; earlier by what was passed over before
    /// it because it is no base64.
    fn place(self, decoded: usize) -> usize {
        let at = decoded / 3 * 4 + decoded % 3;
        self.at + (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }
}

struct Reader {
    violations: Vec<SyntaxViolation>,
}

impl Reader {
    fn note(&mut self, at: usize, rule: &'static Rule) {
        self.violations.push(SyntaxViolation { at, rule });
    }

    fn token(&mut self, token: &str) -> Option<Jwt> {
        let mut at = 0;
        let mut dots = memchr::memchr_iter(b'.', token.as_bytes());
        let mut parts = std::iter::from_fn(|| {
            let text = token.get(at..dots.next().unwrap_or(token.len()))?;
            let part = Part { text, at };
            at += text.len() + 1;
            Some(part)
        });
        let first = parts.next().unwrap_or(Part { text: "", at: 0 });
        let (header, content_encoded) = self.header(first)?;
        let mut jwt = Jwt { header, ..Jwt::default() };
        let rest = token.get(first.text.len() + 1..).unwrap_or_default();
        if !content_encoded {
            // Content as it is may hold dots itself (RFC 7797 5.2).
            let (content, signature) = rest.rsplit_once('.').unwrap_or((rest, ""));
            jwt.payload = content.into();
            jwt.form = if content.is_empty() { Form::Detached } else { Form::Signed };
            if signature.is_empty() {
                self.note(token.len(), &NO_SIGNATURE);
            }
            return Some(jwt);
        }
        match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
            (None, ..) => self.note(token.len(), &TRUNCATED),
            (Some(content), None, ..) => {
                self.content(content, &mut jwt);
                self.note(token.len(), &TRUNCATED);
            }
            (Some(content), Some(signature), None, ..) if jwt.header.enc.is_none() => self.signed(content, signature, &mut jwt),
            (Some(key), Some(vector), Some(content), Some(tag), None) => {
                jwt.form = Form::Encrypted;
                if jwt.header.enc.is_none() {
                    self.note(0, &NO_ENC);
                }
                for part in [key, vector, content, tag] {
                    self.decode(part);
                }
                for part in [vector, content, tag] {
                    if part.text.is_empty() {
                        self.note(part.at, &TRUNCATED);
                    }
                }
            }
            (Some(content), ..) => {
                if jwt.header.enc.is_some() {
                    jwt.form = Form::Encrypted;
                } else {
                    self.content(content, &mut jwt);
                }
                self.note(token.len(), &PARTS);
            }
        }
        Some(jwt)
    }

    fn signed(&mut self, content: Part<'_>, signature: Part<'_>, jwt: &mut Jwt) {
        let unsecured = jwt.header.alg.as_deref().is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
        if unsecured {
            jwt.form = Form::Unsecured;
        } else if content.text.is_empty() {
            jwt.form = Form::Detached;
        }
        self.content(content, jwt);
        match (unsecured, signature.text.is_empty()) {
            (true, false) => self.note(signature.at, &UNSECURED_WITH_SIGNATURE),
            (false, true) => self.note(signature.at, &NO_SIGNATURE),
            _ if is_whole_base64url(signature.text) || is_mark(signature.text) => {}
            _ => {
                self.decode(signature);
            }
        }
    }

    /// The header, and whether the content is in base64url, as it is unless `b64` says otherwise.
    fn header(&mut self, part: Part<'_>) -> Option<(Header, bool)> {
        let json = self.decode(part).and_then(|bytes| String::from_utf8(bytes).ok());
        let mut header = Header::default();
        let mut encoded = true;
        let json = json.as_deref().unwrap_or_default();
        let mut value = Value { json, text: "", part, reader: &mut *self };
        let walked = each_member(json, &mut |name, text| {
            value.text = text;
            match name {
                "alg" => header.alg = value.text(),
                "enc" => header.enc = value.text(),
                "kid" => header.kid = value.text(),
                "typ" => header.typ = value.text(),
                "cty" => header.cty = value.text(),
                "jwk" => header.jwk = Some(text.into()),
                "b64" => encoded = text != "false",
                _ => {}
            }
        });
        if walked.is_err() {
            // Whatever was wrong with its letters: what is no header makes no token.
            self.violations.clear();
            self.note(0, &NOT_A_JWT);
            return None;
        }
        if header.alg.is_none() {
            self.note(0, &NO_ALG);
        }
        Some((header, encoded))
    }

    fn content(&mut self, part: Part<'_>, jwt: &mut Jwt) {
        if part.text.is_empty() {
            return;
        }
        let Some(json) = self.decode(part).and_then(|bytes| String::from_utf8(bytes).ok()) else {
            if self.violations.iter().all(|violation| violation.at < part.at) {
                self.note(part.at, &NOT_AN_OBJECT);
            }
            return;
        };
        let noted = self.violations.len();
        match claims::read(&json, part, self) {
            Ok(claims) => jwt.claims = claims,
            Err(end) => {
                // What is no set of claims has no claims to find fault with.
                self.violations.truncate(noted);
                if end + 2 >= json.len() && json.starts_with('{') && jwt.header.cty.is_none() {
                    self.note(part.at + part.text.len(), &TRUNCATED);
                } else if jwt.header.cty.is_none() {
                    self.note(part.place(end), &NOT_AN_OBJECT);
                }
            }
        }
        jwt.payload = json.into_boxed_str();
    }

    /// Decodes a part, also where it is written wrongly but can mean only one thing.
    fn decode(&mut self, part: Part<'_>) -> Option<Vec<u8>> {
        if part.text.len() > limits::JWT_SEGMENT {
            self.note(part.at, &TOO_LONG);
            return None;
        }
        match URL_SAFE_NO_PAD.decode(part.text) {
            Ok(bytes) => Some(bytes),
            Err(error) => self.decode_tolerantly(part, &error),
        }
    }

    fn decode_tolerantly(&mut self, part: Part<'_>, error: &DecodeError) -> Option<Vec<u8>> {
        let bare = part.text.trim_end_matches('=');
        if bare.len() < part.text.len() {
            self.note(part.at + bare.len(), &PADDED);
        }
        let place = |test: fn(u8) -> bool| bare.bytes().position(test).map(|at| part.at + at);
        if let Some(at) = place(|byte| matches!(byte, b'+' | b'/')) {
            self.note(at, &BASE64_ALPHABET);
        }
        if let Some(at) = place(|byte| !is_base64url(byte) && !matches!(byte, b'+' | b'/')) {
            self.note(at, &NOT_BASE64URL);
        }
        let letters = bare.bytes().filter_map(|byte| match byte {
            b'+' => Some(b'-'),
            b'/' => Some(b'_'),
            _ => is_base64url(byte).then_some(byte),
        });
        let decoded = LENIENT.decode(letters.collect::<Vec<u8>>());
        let end = part.at + bare.len();
        match (&decoded, error) {
            (Ok(_), DecodeError::InvalidLastSymbol { .. }) => self.note(end.saturating_sub(1), &STRAY_BITS),
            (Ok(_), _) => {}
            (Err(_), _) => self.note(end, &TRUNCATED),
        }
        decoded.ok()
    }
}

/// Takes a last character with stray bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2lnbmF0dXJl", part(header), part(claims))
    }

    fn of_claims(claims: &str) -> Parsed<Option<Jwt>> {
        parse(&token(r#"{"alg":"RS256"}"#, claims))
    }

    fn rules(parsed: &Parsed<Option<Jwt>>) -> Vec<&'static str> {
        parsed.violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn takes_claims_as_issuers_write_them() {
        let parsed = of_claims(
            r#"{"aud":["a","b"],"exp":1700000000.9,"nbf":-1,"scope":"read  write","roles":"admin","cnf":{"jkt":"thumb"},"amr":["pwd"],"exp2":{}}"#,
        );
        assert_eq!(parsed.violations, []);
        let claims = parsed.value.unwrap().claims;
        assert_eq!((claims.exp, claims.nbf), (Some(1_700_000_000), Some(-1)));
        assert_eq!((claims.aud, claims.scope), (vec!["a".to_owned(), "b".to_owned()], vec!["read".to_owned(), "write".to_owned()]));
        assert_eq!((claims.roles, claims.jkt.as_deref()), (vec!["admin".to_owned()], Some("thumb")));
        assert_eq!(of_claims(r#"{"scp":["a.b","c"]}"#).value.unwrap().claims.scope, ["a.b", "c"]);
    }

    #[test]
    fn names_claims_of_the_wrong_kind_and_still_reads_what_it_can() {
        for (claims, exp, rule) in [
            (r#"{"exp":"1700000000"}"#, Some(1_700_000_000), "json-number-in-quotes"),
            (r#"{"exp":1700000000000}"#, Some(1_700_000_000_000), "jwt-milliseconds"),
            (r#"{"exp":null}"#, None, "json-member-wrong-type"),
            (r#"{"exp":"tomorrow"}"#, None, "json-member-wrong-type"),
            (r#"{"exp":1e300}"#, None, "json-member-wrong-type"),
            (r#"{"aud":7}"#, None, "json-member-wrong-type"),
            (r#"{"iss":["x"]}"#, None, "json-member-wrong-type"),
            ("[1]", None, "json-not-an-object"),
            ("plain text", None, "json-not-an-object"),
            (r#"{"exp":1700"#, None, "jwt-truncated"),
        ] {
            let parsed = of_claims(claims);
            assert_eq!(rules(&parsed), [rule], "{claims}");
            assert_eq!(parsed.value.unwrap().claims.exp, exp, "{claims}");
        }
    }

    #[test]
    fn points_into_the_token() {
        // The value begins at byte 7 of the claims, which are 20 characters behind the header and its dot.
        let parsed = of_claims(r#"{"exp": "1"}"#);
        let header = part(r#"{"alg":"RS256"}"#).len();
        assert_eq!(parsed.violations.iter().map(|violation| violation.at).collect::<Vec<_>>(), [header + 1 + 10]);
        // Fuzzing found a place within a character that is no base64url.
        let torn = "eyJhbGciOiJIIn0.\u{20ac}]]]\0]]]Zm]]F*\0\0\0\r";
        assert!(parse(torn).violations.iter().all(|violation| torn.is_char_boundary(violation.at)), "{:?}", parse(torn));
    }

    #[test]
    fn names_what_is_wrong_with_the_parts() {
        let whole = token(r#"{"alg":"RS256"}"#, r#"{"iss":"joe"}"#);
        let (unsigned, _) = whole.rsplit_once('.').unwrap();
        for (text, rule) in [
            (unsigned.to_owned(), "jwt-truncated"),
            (part(r#"{"alg":"RS256"}"#), "jwt-truncated"),
            (format!("{unsigned}."), "jwt-no-signature"),
            (format!("{whole}.eA"), "jwt-parts"),
            (format!("{whole}=="), "jwt-padded"),
            (format!("{unsigned}.a+/b"), "jwt-base64-alphabet"),
            (format!("{unsigned}.ab cd"), "jwt-not-base64url"),
            (whole.replacen("eyJ", "ey\nJ", 1), "jwt-not-base64url"),
            (format!("{unsigned}.eB"), "jwt-stray-bits"),
            (format!("{unsigned}.abcde"), "jwt-truncated"),
            (token("{}", "{}"), "jwt-no-alg"),
            (format!("{}.eA.eA.eA.eA", part(r#"{"alg":"dir"}"#)), "jwt-no-enc"),
            (format!("{}.e30.eA", part(r#"{"alg":"none"}"#)), "jwt-unsecured-with-signature"),
            (format!("{whole}{}", "A".repeat(limits::JWT_SEGMENT)), "jwt-too-long"),
        ] {
            let parsed = parse(&text);
            assert_eq!(rules(&parsed), [rule], "{text:.80}");
            assert!(parsed.value.is_some(), "{text:.80}");
        }
        for text in ["", "abc", "v2.local.abc", "....", "a.b.c", "\u{e9}.\u{e9}.\u{e9}", "eyJhbGci"] {
            assert_eq!(rules(&parse(text)), ["not-a-jwt"], "{text}");
            assert_eq!(parse(text).value, None);
        }
    }

    #[test]
    fn knows_detached_and_nested_tokens() {
        let detached = parse(&format!("{}..c2ln", part(r#"{"alg":"HS256"}"#)));
        assert_eq!((detached.violations.len(), detached.value.unwrap().form), (0, Form::Detached));
        let inner = token(r#"{"alg":"HS256"}"#, "{}");
        let outer = parse(&token(r#"{"alg":"HS256","cty":"JWT"}"#, &inner));
        assert_eq!(outer.violations, []);
        assert_eq!(outer.value.unwrap().nested(), Some(&*inner));
    }

    #[test]
    fn tells_tokens_from_names_with_dots() {
        assert!(looks_like_jwt(&token(r#"{"alg":"RS256"}"#, "{}")));
        assert!(looks_like_jwt(&token("{\n \"alg\": \"RS256\"}", "{}")));
        for text in ["", "eyJ", "www.example.com", "eyJ.x", "eyJhbGciOiJSUzI1NiJ9", "v4.public.eyJhbGciOiJSUzI1NiJ9"] {
            assert!(!looks_like_jwt(text), "{text}");
        }
    }

    #[test]
    fn debug_keeps_the_token_and_its_subject_to_itself() {
        let shown = format!("{:?}", of_claims(r#"{"sub":"alice","nonce":"n0nce","iss":"https://id.example.test"}"#));
        assert!(
            shown.contains("id.example.test") && !shown.contains("alice") && !shown.contains("n0nce") && !shown.contains("eyJ"),
            "{shown}"
        );
    }
}
