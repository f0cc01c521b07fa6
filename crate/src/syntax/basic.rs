//! Basic credentials: RFC 7617.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::challenge::Challenge;
use super::lexer::place;
use super::placeholder::is_placeholder;
use super::{Parsed, Rule, SyntaxViolation};

/// Neither base64 nor anything that can be taken for it.
pub static NOT_BASE64: Rule = Rule { id: "basic-not-base64" };

/// A name and a password as they are.
pub static NOT_ENCODED: Rule = Rule { id: "basic-not-encoded" };

/// base64 without the `=` at its end.
pub static NOT_PADDED: Rule = Rule { id: "basic-not-padded" };

/// base64url.
pub static URL_ALPHABET: Rule = Rule { id: "basic-base64url" };

/// Nothing that separates name and password.
pub static NO_COLON: Rule = Rule { id: "basic-without-colon" };

/// A control character in name or password, such as the line end that `echo` adds.
pub static CONTROL_CHARACTER: Rule = Rule { id: "basic-control-character" };

/// A name or password that was never filled in.
pub static PLACEHOLDER: Rule = Rule { id: "basic-placeholder" };

/// A challenge without a realm.
pub static NO_REALM: Rule = Rule { id: "basic-no-realm" };

/// A charset that may not be asked for.
pub static UNKNOWN_CHARSET: Rule = Rule { id: "basic-unknown-charset" };

/// What is wrong with a Basic challenge; nothing with one of another scheme.
#[must_use]
pub fn challenge_faults(challenge: &Challenge<'_>) -> Vec<SyntaxViolation> {
    let mut violations = Vec::new();
    if challenge.is("Basic") {
        if challenge.param("realm").is_none() {
            violations.push(SyntaxViolation { at: challenge.at, rule: &NO_REALM });
        }
        if challenge.param("charset").is_some_and(|charset| !charset.eq_ignore_ascii_case("UTF-8")) {
            violations.push(SyntaxViolation { at: place(&challenge.params, "charset"), rule: &UNKNOWN_CHARSET });
        }
    }
    violations
}

/// A name and a password, in a charset that Basic leaves open. Their `Debug` shows only lengths.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    /// The name.
    pub user: Vec<u8>,
    /// The password.
    pub password: Vec<u8>,
    /// Whether both are UTF-8 (ASCII is).
    pub utf8: bool,
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Basic {{ user: {} bytes, password: {} bytes, utf8: {} }}", self.user.len(), self.password.len(), self.utf8)
    }
}

/// Reads what stands behind `Basic`; `None` where no name and password can be made out.
#[must_use]
pub fn parse(credentials: &str) -> Parsed<Option<Basic>> {
    let mut violations = Vec::new();
    let value = read(credentials, &mut |at, rule| violations.push(SyntaxViolation { at, rule }));
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

fn read(credentials: &str, note: &mut impl FnMut(usize, &'static Rule)) -> Option<Basic> {
    let clear = decode(credentials, note)?;
    if !clear.contains(&b':') {
        note(0, &NO_COLON);
        return None;
    }
    if clear.iter().any(u8::is_ascii_control) {
        note(0, &CONTROL_CHARACTER);
    }
    let mut parts = clear.splitn(2, |byte| *byte == b':');
    let mut part = || parts.next().unwrap_or_default().to_vec();
    let basic = Basic { user: part(), password: part(), utf8: std::str::from_utf8(&clear).is_ok() };
    let unfilled = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| text.trim() == "undefined" || text.starts_with("[object "));
    let template = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(is_placeholder);
    if unfilled(&basic.user) || unfilled(&basic.password) || (template(&basic.user) && template(&basic.password)) {
        note(0, &PLACEHOLDER);
    }
    Some(basic)
}

fn decode(credentials: &str, note: &mut impl FnMut(usize, &'static Rule)) -> Option<Vec<u8>> {
    if let Ok(clear) = STANDARD.decode(credentials) {
        return Some(clear);
    }
    if credentials.contains(':') {
        note(0, &NOT_ENCODED);
        return Some(credentials.as_bytes().to_vec());
    }
    let bare = credentials.trim_end_matches('=');
    if let Ok(clear) = STANDARD_NO_PAD.decode(bare) {
        note(credentials.len(), &NOT_PADDED);
        return Some(clear);
    }
    if let Ok(clear) = URL_SAFE_NO_PAD.decode(bare) {
        note(bare.find(['-', '_']).unwrap_or(0), &URL_ALPHABET);
        return Some(clear);
    }
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    note(credentials.bytes().position(|byte| !is_base64(byte)).unwrap_or(0), &NOT_BASE64);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pair = Option<(String, String)>;

    fn read(text: &str) -> (Pair, Vec<(usize, &'static str)>) {
        let parsed = parse(text);
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let value = parsed.value.map(|basic| (lossy(&basic.user), lossy(&basic.password)));
        (value, parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect())
    }

    fn pair(user: &str, password: &str) -> Pair {
        Some((user.to_owned(), password.to_owned()))
    }

    #[test]
    fn names_what_is_wrong_with_a_challenge() {
        use crate::syntax::challenge;
        // RFC 7617 2.1.
        let asked = challenge::parse("Basic realm=\"foo\", charset=\"UTF-8\"");
        assert_eq!(challenge_faults(&asked.value[0]), []);
        let broken = challenge::parse("Bearer, Basic charset=\"ISO-8859-1\"");
        let rules: Vec<_> = challenge_faults(&broken.value[1]).iter().map(|violation| (violation.at, violation.rule.id)).collect();
        assert_eq!(rules, [(8, "basic-no-realm"), (14, "basic-unknown-charset")]);
        assert_eq!(challenge_faults(&broken.value[0]), []);
    }

    #[test]
    fn reads_the_examples_of_rfc_7617() {
        assert_eq!(read("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), (pair("Aladdin", "open sesame"), vec![]));
        assert_eq!(read("dGVzdDoxMjPCow=="), (pair("test", "123\u{a3}"), vec![]));
    }

    #[test]
    fn keeps_everything_behind_the_first_colon() {
        assert_eq!(read(&STANDARD.encode("a:b:c")), (pair("a", "b:c"), vec![]));
        assert_eq!(read(&STANDARD.encode(":")), (pair("", ""), vec![]));
    }

    #[test]
    fn leaves_other_charsets_undecided() {
        let parsed = parse(&STANDARD.encode(b"m\xfcller:x"));
        assert_eq!(parsed.violations, []);
        assert!(!parsed.value.unwrap().utf8);
    }

    #[test]
    fn names_what_is_wrong_and_reads_what_it_can() {
        assert_eq!(read("!!!"), (None, vec![(0, "basic-not-base64")]));
        assert_eq!(read("YTpi\u{e9}"), (None, vec![(4, "basic-not-base64")]));
        assert_eq!(read("alice:wonder"), (pair("alice", "wonder"), vec![(0, "basic-not-encoded")]));
        assert_eq!(read("QWxhZGRpbjpvcGVuIHNlc2FtZQ"), (pair("Aladdin", "open sesame"), vec![(26, "basic-not-padded")]));
        assert_eq!(read("Pz8-Ojo_"), (pair("??>", ":?"), vec![(3, "basic-base64url")]));
        assert_eq!(read(&STANDARD.encode("alice")), (None, vec![(0, "basic-without-colon")]));
        assert_eq!(read(&STANDARD.encode("alice:wonder\n")), (pair("alice", "wonder\n"), vec![(0, "basic-control-character")]));
        assert_eq!(read(&STANDARD.encode("alice:undefined")).1, [(0, "basic-placeholder")]);
        assert_eq!(read(&STANDARD.encode("${USER}:${PASSWORD}")).1, [(0, "basic-placeholder")]);
        assert_eq!(read(&STANDARD.encode("alice:null")).1, []);
    }

    #[test]
    fn debug_hides_both() {
        let shown = format!("{:?}", parse(&STANDARD.encode("alice:wonder")));
        assert!(!shown.contains("alice") && !shown.contains("wonder"));
    }

    #[test]
    fn departures_stand_in_order_of_their_places() {
        let parsed = parse("Zm9v=");
        assert_eq!(parsed.violations.iter().map(|violation| violation.at).collect::<Vec<_>>(), [0, 5]);
    }
}
