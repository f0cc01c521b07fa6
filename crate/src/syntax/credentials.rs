//! `Authorization` and `Proxy-Authorization`: RFC 9110 11.6.2.
//!
//! Beside departures from the grammar this names what programs send by mistake and never by design:
//! a token without its scheme, a scheme twice, quotation marks, a variable that was never filled in.

use std::fmt;

use super::basic::{self, Basic};
use super::lexer::{self, AuthParam, Cursor, VALUE_NOT_A_TOKEN};
use super::placeholder::is_placeholder;
use super::redaction::is_mark;
use super::schemes::{self, Shape};
use super::{Parsed, Rule, SyntaxViolation};

/// Nothing at all, or nothing behind the scheme.
pub static EMPTY: Rule = Rule { id: "empty-credentials" };

/// A token without a scheme.
pub static NO_SCHEME: Rule = Rule { id: "no-scheme" };

/// Something other than a blank behind the scheme.
pub static NO_BLANK_AFTER_SCHEME: Rule = Rule { id: "no-blank-after-scheme" };

/// A second scheme behind the first.
pub static TWO_SCHEMES: Rule = Rule { id: "doubled-scheme" };

/// The field's own name in its value.
pub static FIELD_NAME: Rule = Rule { id: "field-name-in-value" };

/// Quotation marks around the token.
pub static QUOTED: Rule = Rule { id: "quoted-token" };

/// A value that was never filled in.
pub static PLACEHOLDER: Rule = Rule { id: "placeholder" };

/// `%20`.
pub static PERCENT_BLANK: Rule = Rule { id: "percent-encoded-blank" };

/// A blank in the token.
pub static BLANK_IN_TOKEN: Rule = Rule { id: "blank-in-token" };

/// Punctuation that no issuer puts into tokens.
pub static STRAY_IN_TOKEN: Rule = Rule { id: "stray-character-in-token" };

/// A parameter that the scheme cannot do without.
pub static MISSING_PARAMETER: Rule = Rule { id: "missing-parameter" };

/// A carriage return or line feed at the end.
pub static LINE_END: Rule = Rule { id: "line-end" };

/// Any other control character.
pub static CONTROL_CHARACTER: Rule = Rule { id: "control-character" };

/// A character beyond ASCII.
pub static NON_ASCII: Rule = Rule { id: "non-ascii" };

/// What the field holds. Its `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The scheme, as written; empty where there is none.
    pub scheme: &'a str,
    /// The rest, by scheme.
    pub kind: Kind<'a>,
}

/// What stands behind the scheme.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A name and a password.
    Basic(Basic),
    /// One token: behind Bearer and its like, behind an unknown scheme, or without any.
    Token(&'a str),
    /// A message in base64, as of Negotiate and NTLM.
    Token68(&'a str),
    /// Parameters, as of Digest.
    Params(Vec<AuthParam<'a>>),
    /// A mark by which whoever made the capture hid what stood here.
    Hidden,
    /// Nothing, or nothing that could be made out.
    Nothing,
}

impl<'a> Credentials<'a> {
    /// The token, without the quotation marks or the second scheme that do not belong to it.
    #[must_use]
    pub const fn token(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Token(token) => Some(token),
            _ => None,
        }
    }

    /// The parameters, where there are such.
    #[must_use]
    pub fn params(&self) -> &[AuthParam<'a>] {
        match &self.kind {
            Kind::Params(params) => params,
            _ => &[],
        }
    }

    /// A parameter's value, by name in any case.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        lexer::param(self.params(), name)
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("scheme", &self.scheme).field("kind", &self.kind).finish()
    }
}

impl fmt::Debug for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(basic) => basic.fmt(f),
            Self::Token(text) => write!(f, "Token({} bytes)", text.len()),
            Self::Token68(text) => write!(f, "Token68({} bytes)", text.len()),
            Self::Params(params) => f.debug_list().entries(params.iter().map(|param| param.name)).finish(),
            Self::Hidden => f.write_str("Hidden"),
            Self::Nothing => f.write_str("Nothing"),
        }
    }
}

/// Reads one field's value. Where there is a scheme the value begins with it, blanks and
/// [`FIELD_NAME`] aside.
#[must_use]
pub fn parse(field_value: &str) -> Parsed<Credentials<'_>> {
    let is_whole = is_mark(field_value);
    // `Bearer ***` reads as a mark from end to end, and still names its scheme.
    let behind_scheme = field_value.trim_start().split_once(' ').filter(|(scheme, rest)| {
        let is_scheme = if is_whole { schemes::known(scheme).is_some() } else { scheme.bytes().all(super::list::is_token_byte) };
        is_scheme && hides(rest)
    });
    if is_whole || behind_scheme.is_some() {
        let scheme = behind_scheme.map_or("", |(scheme, _)| scheme);
        return Parsed { value: Credentials { scheme, kind: Kind::Hidden }, violations: Vec::new() };
    }
    let mut reader = Reader { text: field_value, violations: Vec::new() };
    reader.characters();
    let value = reader.credentials();
    // The claims were left and the signature was hidden, by a mark that no token could hold.
    let is_unsigned = value.token().is_some_and(|token| token.splitn(3, '.').nth(2).is_some_and(is_mark));
    let mut violations = if is_unsigned { Vec::new() } else { reader.violations };
    violations.truncate(crate::limits::AUTH_VIOLATIONS);
    violations.sort_by_key(|violation| violation.at);
    Parsed { value, violations }
}

/// Also where a tool decoded a name and a password, and hid only the password.
fn hides(rest: &str) -> bool {
    is_mark(rest) || rest.split_once(':').is_some_and(|(_, password)| is_mark(password))
}

struct Reader<'a> {
    text: &'a str,
    violations: Vec<SyntaxViolation>,
}

impl<'a> Reader<'a> {
    fn note(&mut self, at: usize, rule: &'static Rule) {
        self.violations.push(SyntaxViolation { at, rule });
    }

    /// Where a part of the text begins in it.
    fn place(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn characters(&mut self) {
        let body = self.text.trim_end_matches(['\r', '\n', ' ', '\t']);
        if self.text.get(body.len()..).is_some_and(|end| end.contains(['\r', '\n'])) {
            self.note(body.len(), &LINE_END);
        }
        if let Some(at) = body.bytes().position(|byte| byte.is_ascii_control() && byte != b'\t') {
            self.note(at, &CONTROL_CHARACTER);
        }
        if let Some(at) = body.bytes().position(|byte| !byte.is_ascii()) {
            self.note(at, &NON_ASCII);
        }
    }

    fn credentials(&mut self) -> Credentials<'a> {
        let mut whole = self.text.trim_matches([' ', '\t', '\r', '\n']);
        for name in ["Authorization:", "Proxy-Authorization:"] {
            if whole.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
                self.note(self.place(whole), &FIELD_NAME);
                whole = whole.get(name.len()..).unwrap_or_default().trim_start();
            }
        }
        if whole.is_empty() {
            self.note(self.place(whole), &EMPTY);
            return Credentials { scheme: "", kind: Kind::Nothing };
        }
        let (scheme, rest) = match self.split(whole) {
            Some(split) => split,
            None => return Credentials { scheme: "", kind: self.without_scheme(whole) },
        };
        let kind = if rest.is_empty() {
            self.note(self.place(scheme) + scheme.len(), &EMPTY);
            Kind::Nothing
        } else {
            self.with_scheme(scheme, rest)
        };
        Credentials { scheme, kind }
    }

    /// Splits scheme and rest; `None` where there is no scheme.
    fn split(&mut self, whole: &'a str) -> Option<(&'a str, &'a str)> {
        let end = whole.find([' ', '\t']).unwrap_or(whole.len());
        let (word, rest) = whole.split_at_checked(end)?;
        if word.bytes().all(super::list::is_token_byte) && (!rest.is_empty() || schemes::known(word).is_some()) && !word.contains("%20") {
            if rest.starts_with('\t') {
                self.note(self.place(rest), &NO_BLANK_AFTER_SCHEME);
            }
            return Some((word, rest.trim_start()));
        }
        let known = schemes::known_prefix(word)?;
        let (scheme, rest) = whole.split_at_checked(known.name.len())?;
        if let Some(behind) = rest.strip_prefix("%20") {
            self.note(self.place(rest), &PERCENT_BLANK);
            return Some((scheme, behind));
        }
        let behind = rest.trim_start_matches([':', '=', ',', ' ', '\t']);
        if behind.len() == rest.len() {
            return None;
        }
        self.note(self.place(rest), &NO_BLANK_AFTER_SCHEME);
        Some((scheme, behind))
    }

    fn without_scheme(&mut self, token: &'a str) -> Kind<'a> {
        if is_placeholder(unquoted(token)) {
            self.note(self.place(token), &PLACEHOLDER);
        } else {
            self.note(self.place(token), &NO_SCHEME);
        }
        Kind::Token(unquoted(token))
    }

    fn with_scheme(&mut self, scheme: &'a str, rest: &'a str) -> Kind<'a> {
        let rest = self.without_second_scheme(scheme, rest);
        let at = self.place(rest);
        let known = schemes::known(scheme);
        match known.map(|known| known.shape) {
            _ if is_placeholder(unquoted(rest)) => {
                self.note(at, &PLACEHOLDER);
                Kind::Token(unquoted(rest))
            }
            Some(Shape::Basic) => self.basic(rest),
            Some(Shape::Token68) => Kind::Token68(self.one_token(rest)),
            Some(Shape::Token) if !is_params(rest) => Kind::Token(self.one_token(rest)),
            None if !is_params(rest) => Kind::Token(unquoted(rest)),
            shape => {
                let params = self.params(at, shape == Some(Shape::Params));
                let is_missing = |names: &str| names.split('|').all(|name| lexer::param(&params, name).is_none());
                if known.is_some_and(|known| known.required.iter().any(|names| is_missing(names))) {
                    self.note(self.place(scheme), &MISSING_PARAMETER);
                }
                Kind::Params(params)
            }
        }
    }

    /// What stands behind `Bearer Bearer`.
    fn without_second_scheme(&mut self, scheme: &str, rest: &'a str) -> &'a str {
        let Some((word, behind)) = rest.split_once(' ') else {
            if rest.eq_ignore_ascii_case(scheme) {
                self.note(self.place(rest), &TWO_SCHEMES);
            }
            return rest;
        };
        if !word.eq_ignore_ascii_case(scheme) && schemes::known(word).is_none() {
            return rest;
        }
        self.note(self.place(rest), &TWO_SCHEMES);
        behind.trim_start()
    }

    fn basic(&mut self, rest: &'a str) -> Kind<'a> {
        let at = self.place(rest);
        if is_quoted(rest) {
            self.note(at, &QUOTED);
        }
        let inner = unquoted(rest);
        let from = self.place(inner);
        let parsed = basic::parse(inner);
        self.violations.extend(parsed.violations.into_iter().map(|violation| SyntaxViolation { at: from + violation.at, ..violation }));
        parsed.value.map_or(Kind::Nothing, Kind::Basic)
    }

    /// A token that should be one run of characters.
    fn one_token(&mut self, rest: &'a str) -> &'a str {
        let at = self.place(rest);
        if is_quoted(rest) {
            self.note(at, &QUOTED);
        }
        let token = unquoted(rest);
        let from = self.place(token);
        if let Some(percent) = token.find("%20") {
            self.note(from + percent, &PERCENT_BLANK);
        }
        if let Some(blank) = token.find([' ', '\t']) {
            self.note(from + blank, &BLANK_IN_TOKEN);
        } else if let Some(stray) = token.find(['"', '\'', ',', ';', '\\', '<', '>', '{', '}', '(', ')', '[', ']']) {
            self.note(from + stray, &STRAY_IN_TOKEN);
        }
        token
    }

    fn params(&mut self, at: usize, strict: bool) -> Vec<AuthParam<'a>> {
        let end = self.text.trim_end_matches([' ', '\t', '\r', '\n']).len();
        let mut cursor = Cursor::from(self.text.get(..end).unwrap_or_default(), at);
        let params = cursor.params();
        self.violations.extend(cursor.violations.into_iter().filter(|violation| strict || violation.rule != &VALUE_NOT_A_TOKEN));
        params
    }
}

/// Whether a text begins as `name=value` does, and not as base64 that ends in `=`.
fn is_params(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, value)| {
        let name = name.trim_end();
        let only_padding = value.trim_matches('=').is_empty();
        !only_padding
            && name.len() < 32
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    })
}

fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '\'']) || text.ends_with(['"', '\''])
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> Vec<(usize, &'static str)> {
        parse(text).violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_examples_of_the_specifications() {
        // RFC 7617 2, RFC 6750 2.1, RFC 9449 7.1, RFC 4559 5.
        let basic = parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(matches!(&basic.value.kind, Kind::Basic(basic) if basic.user == b"Aladdin"));
        let bearer = parse("Bearer mF_9.B5f-4.1JqM");
        assert_eq!((bearer.value.scheme, bearer.value.token()), ("Bearer", Some("mF_9.B5f-4.1JqM")));
        assert_eq!(
            parse("DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU").value.token(),
            Some("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
        );
        assert_eq!(parse("Negotiate a87421000492aa874209af8bc028").value.kind, Kind::Token68("a87421000492aa874209af8bc028"));
        // RFC 7616 3.9.1.
        let digest = parse(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=SHA-256, nonce=\"7ypf\", nc=00000001, cnonce=\"f2/w\", qop=auth, response=\"753927fa\", opaque=\"FQhe\"",
        );
        assert_eq!((digest.value.param("Username"), digest.value.param("nc")), (Some("Mufasa"), Some("00000001")));
        for parsed in [&basic, &bearer, &digest] {
            assert_eq!(parsed.violations, []);
        }
    }

    #[test]
    fn passes_over_what_products_send_in_good_order() {
        for text in [
            "bearer  abc.def",
            "Bearer 1|Xk9zQ2VfTm1",
            "Bearer dGVzdA==",
            "Token token=\"abc\", email=\"a@b\"",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79",
            "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
            "SharedKey account:c2lnbmF0dXJl=",
            "vapid t=eyJ0eXAiOiJKV1Qi.eyJhdWQiO.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpi, k=BA1Hxzyi1RUM1b5wjxsn7nGxAs",
            // RFC 7486 appendix B has its own long values; the form is that of its section 3.
            "HOBA result=\"vesscamS2Kze4FFOg3e2UyCJPhuQ6_3_gzN-k_L6t3w.pUE77w0LylHypHKhBqAiQHuGC751GiOVv4_vnAmqFTQ\"",
            // RFC 5849 3.5.1.
            "OAuth realm=\"Example\", oauth_consumer_key=\"0685bd9184jfhq22\", oauth_token=\"ad180jjd733klru7\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D\", oauth_timestamp=\"137131200\", oauth_nonce=\"4572616e48616d6d65724c61686176\", oauth_version=\"1.0\"",
            // RFC 7804 5.
            "SCRAM-SHA-256 realm=\"testrealm@example.com\", data=biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8K",
            "OAuth 00D50000000IZ3Z!AQ0AQDpEDKYsn7ioKug2aSmgCjgrPjG9eRLza8jXWoW7uA",
            "PrivateToken token=\"abc=\"",
            "GenieKey eb243592-faa2-4ba2-a551q-1afdf565c889",
            "Hawk id=\"dh37fgj492je\", ts=\"1353832234\", nonce=\"j4h3g2\", mac=\"6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=\"",
        ] {
            assert_eq!(broken(text), [], "{text}");
        }
    }

    #[test]
    fn a_mark_hides_the_value_and_not_its_scheme() {
        for (text, scheme) in [
            ("Bearer ***", "Bearer"),
            ("Basic xxxx", "Basic"),
            ("Digest [REDACTED]", "Digest"),
            ("***", ""),
            ("[Authorization redacted]", ""),
            ("value redacted", ""),
        ] {
            let read = parse(text);
            assert_eq!((read.value.scheme, &read.value.kind), (scheme, &Kind::Hidden), "{text}");
            assert_eq!(read.violations, [], "{text}");
        }
        assert_eq!(parse("Bearer {token}").violations.len(), 1);
    }

    #[test]
    fn a_signature_may_be_hidden_where_the_claims_are_left() {
        for mark in ["redacted", "[REDACTED]", "‹secret 24 chars #a1›"] {
            assert_eq!(broken(&format!("Bearer eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjB9.{mark}")), [], "{mark}");
        }
        assert!(!broken("Bearer eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjB9.[x]").is_empty());
    }

    #[test]
    fn names_what_no_program_means_to_send() {
        for (text, violation) in [
            ("", (0, "empty-credentials")),
            ("Bearer", (6, "empty-credentials")),
            ("Basic ", (5, "empty-credentials")),
            ("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", (0, "no-scheme")),
            ("0123456789abcdef", (0, "no-scheme")),
            ("undefined", (0, "placeholder")),
            ("Bearer undefined", (7, "placeholder")),
            ("Bearer [object Object]", (7, "placeholder")),
            ("Basic {{credentials}}", (6, "placeholder")),
            ("Bearer \"null\"", (7, "placeholder")),
            ("Bearer Bearer abc", (7, "doubled-scheme")),
            ("Bearer bearer", (7, "doubled-scheme")),
            ("Bearer Basic YTpi", (7, "doubled-scheme")),
            ("Bearer \"abc\"", (7, "quoted-token")),
            ("Bearer 'abc'", (7, "quoted-token")),
            ("Bearer: abc", (6, "no-blank-after-scheme")),
            ("Bearer=abc", (6, "no-blank-after-scheme")),
            ("Bearer\tabc", (6, "no-blank-after-scheme")),
            ("Bearer%20abc", (6, "percent-encoded-blank")),
            ("Bearer abc%20def", (10, "percent-encoded-blank")),
            ("Bearer abc def", (10, "blank-in-token")),
            ("Bearer abc,", (10, "stray-character-in-token")),
            ("Bearer abc\r\n", (10, "line-end")),
            ("Bearer a\u{0}c", (8, "control-character")),
            ("Bearer abc\u{200b}", (10, "non-ascii")),
            ("Authorization: Bearer abc", (0, "field-name-in-value")),
            ("Basic alice:wonder", (6, "basic-not-encoded")),
            ("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\"", (0, "missing-parameter")),
            ("Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"ab", (61, "unterminated-quoted-string")),
            ("Hawk id=\"a\", ts=\"1\", nonce=\"n\"", (0, "missing-parameter")),
        ] {
            assert_eq!(broken(text), [violation], "{text}");
        }
    }

    #[test]
    fn finds_the_token_behind_the_mistake() {
        for text in [
            "Bearer abc.def",
            "abc.def",
            "Bearer Bearer abc.def",
            "Bearer \"abc.def\"",
            "Bearer: abc.def",
            "Bearer%20abc.def",
            "Authorization: Bearer abc.def",
        ] {
            assert_eq!(parse(text).value.token(), Some("abc.def"), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        for text in ["Bearer hush", "Basic aHVzaDpodXNo", "Digest username=\"hush\", response=\"hush\"", "NTLM hush", "hush"] {
            assert!(!format!("{:?}", parse(text)).contains("hush"), "{text}");
        }
    }

    #[test]
    fn never_mistakes_a_place_in_odd_text() {
        for text in [
            "\u{a0}Bearer \u{a0}x",
            "  \t ",
            "Bearer \u{1F600}\"",
            "\u{e9}%20",
            "Bearer%20",
            "=",
            "Basic =",
            "Digest =,=,\"",
            "Digest \u{e9}=\u{e9}",
        ] {
            for violation in parse(text).violations {
                assert!(text.is_char_boundary(violation.at), "{text}: {}", violation.rule.id);
            }
        }
    }
}
