//! `Authorization` and `Proxy-Authorization`: RFC 9110 11.6.2.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Parsed, Rule, SyntaxViolation, jwt};

static EMPTY: Rule = Rule { id: "empty-credentials", says: "has nothing after its scheme", source: "RFC 9110 11.4" };
static NO_SCHEME: Rule = Rule { id: "no-scheme", says: "has no scheme before the token", source: "RFC 9110 11.4" };
static DOUBLED: Rule = Rule { id: "doubled-scheme", says: "names its scheme twice", source: "RFC 9110 11.4" };
static QUOTED: Rule = Rule { id: "quoted-token", says: "has its token in quotes", source: "RFC 6750 2.1" };
static PLACEHOLDER: Rule = Rule { id: "placeholder", says: "holds a placeholder instead of a value", source: "RFC 9110 11.4" };
static NOT_BASE64: Rule = Rule { id: "basic-not-base64", says: "holds Basic credentials that are not base64", source: "RFC 7617 2" };
static NO_COLON: Rule = Rule { id: "basic-without-colon", says: "holds Basic credentials without a colon", source: "RFC 7617 2" };

/// What the field holds.
pub struct Credentials<'a> {
    /// The scheme, as written; empty where there is none.
    pub scheme: &'a str,
    /// The rest, by scheme.
    pub kind: Kind,
}

/// What stands behind the scheme.
pub enum Kind {
    /// A name and a password.
    Basic(Basic),
    /// Anything else.
    Other,
}

/// RFC 7617.
pub struct Basic {
    /// The name, as bytes of unknown charset.
    pub user: Vec<u8>,
}

/// Reads one field's value.
#[must_use]
pub fn parse(text: &str) -> Parsed<Credentials<'_>> {
    let mut violations = Vec::new();
    let trimmed = text.trim();
    let (scheme, rest) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
    let known = ["basic", "bearer", "digest", "negotiate", "ntlm", "dpop", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let rest = rest.trim();
    if rest.is_empty() && !known {
        violations.push(SyntaxViolation { at: 0, rule: &NO_SCHEME });
        return Parsed { value: Credentials { scheme: "", kind: Kind::Other }, violations };
    }
    let at = text.len() - text.trim_end().len().min(text.len());
    let at = at + text.find(rest).unwrap_or_default();
    let mut note = |rule| violations.push(SyntaxViolation { at, rule });
    let first = rest.split(' ').next().unwrap_or_default();
    if rest.is_empty() {
        note(&EMPTY);
    } else if first.eq_ignore_ascii_case(scheme) {
        note(&DOUBLED);
    } else if rest.starts_with('"') {
        note(&QUOTED);
    } else if ["undefined", "null", "NaN", "None", "[object Object]"].contains(&rest)
        || rest.starts_with("${")
        || rest.starts_with("{{")
        || rest.starts_with('<')
    {
        note(&PLACEHOLDER);
    }
    let mut kind = Kind::Other;
    if scheme.eq_ignore_ascii_case("basic") && violations.is_empty() {
        match STANDARD.decode(rest).or_else(|_| STANDARD_NO_PAD.decode(rest)) {
            Ok(bytes) => match bytes.iter().position(|byte| *byte == b':') {
                Some(colon) => kind = Kind::Basic(Basic { user: bytes.into_iter().take(colon).collect() }),
                None => violations.push(SyntaxViolation { at, rule: &NO_COLON }),
            },
            Err(_) => violations.push(SyntaxViolation { at, rule: &NOT_BASE64 }),
        }
    }
    let _ = jwt::looks_like_jwt(rest);
    Parsed { value: Credentials { scheme, kind }, violations }
}
