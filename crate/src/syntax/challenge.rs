//! `WWW-Authenticate` and `Proxy-Authenticate`: RFC 9110 11.6.1.
//!
//! One field may hold several challenges, and commas separate both challenges and the parameters of
//! one challenge; only the next words tell which. Fields that a browser joined by line ends, as
//! Firefox does, are read as the several fields that they were.

use super::lexer::{self, Cursor};
use super::list::is_token_byte;
use super::{Parsed, Rule};
use crate::limits;

pub use super::lexer::{AuthParam, MISSING_COMMA, STRAY_CHARACTER};

/// A parameter before any scheme.
pub static PARAMETER_WITHOUT_SCHEME: Rule = Rule { id: "parameter-without-scheme" };

/// A comma right behind a scheme, which ends its challenge: strict readers see no parameters.
pub static COMMA_AFTER_SCHEME: Rule = Rule { id: "comma-after-scheme" };

/// A realm without quotation marks.
pub static REALM_NOT_QUOTED: Rule = Rule { id: "realm-not-quoted" };

/// More challenges than are read.
pub static TOO_MANY_CHALLENGES: Rule = Rule { id: "too-many-challenges" };

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge<'a> {
    /// Byte offset of the scheme.
    pub at: usize,
    /// The scheme, as written.
    pub scheme: &'a str,
    /// The token68, where the challenge bears one instead of parameters.
    pub token68: Option<&'a str>,
    /// Parameters in order, each name once.
    pub params: Vec<AuthParam<'a>>,
}

impl Challenge<'_> {
    /// Whether it is of that scheme, in any case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// A parameter's value, by name in any case.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        lexer::param(&self.params, name)
    }
}

/// Reads one field's value into its challenges, at most [`limits::CHALLENGES`], in order.
#[must_use]
pub fn parse(field_value: &str) -> Parsed<Vec<Challenge<'_>>> {
    let mut reader = Reader { cursor: Cursor::new(field_value), challenges: Vec::new(), is_open: false };
    reader.read();
    let mut violations = reader.cursor.violations;
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: reader.challenges, violations }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    challenges: Vec<Challenge<'a>>,
    /// Whether the last challenge may still take parameters: a line end closes it.
    is_open: bool,
}

/// What stood between two elements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Comma,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let mut gap = Gap::Comma;
        loop {
            if self.skip_separators() {
                gap = Gap::Comma;
            }
            if self.cursor.is_at_end() {
                return;
            }
            let at = self.cursor.at;
            let word = self.cursor.token();
            if word.is_empty() {
                self.skip_stray(at);
                continue;
            }
            let blanks = self.cursor.skip_blanks();
            if self.cursor.peek() == Some(b'=') {
                self.parameter(at, word, blanks, gap);
            } else {
                if self.challenges.len() >= limits::CHALLENGES {
                    self.cursor.note(at, &TOO_MANY_CHALLENGES);
                    return;
                }
                self.challenge(at, word, blanks, gap);
            }
            gap = Gap::Nothing;
        }
    }

    /// Skips blanks, commas and line ends; says whether elements are properly apart now.
    fn skip_separators(&mut self) -> bool {
        let mut apart = false;
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                Some(b',') => apart = true,
                Some(b'\r' | b'\n') => {
                    apart = true;
                    self.is_open = false;
                }
                _ => return apart,
            }
            self.cursor.at += 1;
        }
    }

    fn skip_stray(&mut self, at: usize) {
        self.cursor.note(at, &STRAY_CHARACTER);
        if self.cursor.peek() == Some(b'"') {
            self.cursor.quoted_string();
        } else {
            self.cursor.take_while(|byte| !is_token_byte(byte) && !matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n' | b'"'));
        }
    }

    fn parameter(&mut self, at: usize, name: &'a str, blanks: bool, gap: Gap) {
        let param = self.cursor.param(at, name, blanks);
        let Some(challenge) = self.challenges.last_mut().filter(|_| self.is_open) else {
            self.cursor.note(at, &PARAMETER_WITHOUT_SCHEME);
            return;
        };
        if gap == Gap::Nothing && !challenge.params.is_empty() {
            self.cursor.note(at, &MISSING_COMMA);
        }
        if !param.quoted && param.name.eq_ignore_ascii_case("realm") {
            self.cursor.note(at, &REALM_NOT_QUOTED);
        }
        self.cursor.keep(&mut challenge.params, param);
    }

    fn challenge(&mut self, at: usize, scheme: &'a str, blanks: bool, gap: Gap) {
        if gap == Gap::Nothing {
            self.cursor.note(at, &MISSING_COMMA);
        }
        let mut challenge = Challenge { at, scheme, token68: None, params: Vec::new() };
        if blanks {
            challenge.token68 = self.token68();
        } else if self.cursor.peek() == Some(b',') && self.parameter_follows() {
            self.cursor.note(self.cursor.at, &COMMA_AFTER_SCHEME);
        }
        self.is_open = challenge.token68.is_none();
        self.challenges.push(challenge);
    }

    /// Whether what stands behind the next commas is a parameter rather than a scheme.
    fn parameter_follows(&mut self) -> bool {
        let from = self.cursor.at;
        self.cursor.take_while(|byte| matches!(byte, b',' | b' ' | b'\t'));
        let named = !self.cursor.token().is_empty();
        self.cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
        let follows = named && self.cursor.peek() == Some(b'=');
        self.cursor.at = from;
        follows
    }

    fn token68(&mut self) -> Option<&'a str> {
        let from = self.cursor.at;
        let token68 = take_token68(&mut self.cursor);
        let end = self.cursor.at;
        self.cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
        let is_alone = matches!(self.cursor.peek(), None | Some(b',' | b'\r' | b'\n'));
        if is_alone && is_token68_rather_than_parameter(token68) {
            self.cursor.at = end;
            return Some(token68);
        }
        self.cursor.at = from;
        None
    }
}

/// Takes `token68` of RFC 9110 11.2, which may be empty.
pub(crate) fn take_token68<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let from = cursor.at;
    cursor.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'));
    cursor.take_while(|byte| byte == b'=');
    cursor.since(from)
}

/// `realm=` is a token68 by the letter of the grammar, and a parameter whose value was forgotten by
/// all likelihood: base64 that is padded has a length of a multiple of four.
fn is_token68_rather_than_parameter(text: &str) -> bool {
    let Some(name) = text.strip_suffix('=').filter(|name| !name.ends_with('=')) else { return !text.is_empty() };
    text.len().is_multiple_of(4) && !["qop", "uri", "charset"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scheme, token68, and `name=value` of each challenge.
    fn read(text: &str) -> Vec<String> {
        parse(text)
            .value
            .iter()
            .map(|challenge| {
                let params = challenge.params.iter().map(|param| format!(" {}={}", param.name, param.value));
                let token68 = challenge.token68.map(|token68| format!(" <{token68}>")).unwrap_or_default();
                format!("{}{token68}{}", challenge.scheme, params.collect::<String>())
            })
            .collect()
    }

    fn broken(text: &str) -> Vec<(usize, &'static str)> {
        parse(text).violations.iter().map(|violation| (violation.at, violation.rule.id)).collect()
    }

    #[test]
    fn reads_the_examples_of_the_specifications() {
        let rfc_9110 = "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"";
        assert_eq!(read(rfc_9110), ["Basic realm=simple", "Newauth realm=apps type=1 title=Login to \"apps\""]);
        assert_eq!(broken(rfc_9110), []);
        // RFC 7616 3.9.1.
        let digest = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let parsed = parse(digest);
        assert_eq!(parsed.value[0].param("QOP"), Some("auth, auth-int"));
        assert_eq!(parsed.value[0].params.len(), 5);
        assert_eq!(parsed.violations, []);
        // RFC 6750 3, RFC 7617 2.1, RFC 4559 4.2.
        assert_eq!(
            read("Bearer realm=\"example\", error=\"invalid_token\", error_description=\"The access token expired\""),
            ["Bearer realm=example error=invalid_token error_description=The access token expired"]
        );
        assert_eq!(read("Basic realm=\"foo\", charset=\"UTF-8\""), ["Basic realm=foo charset=UTF-8"]);
        assert_eq!(read("Negotiate a87421000492aa874209af8bc028"), ["Negotiate <a87421000492aa874209af8bc028>"]);
    }

    #[test]
    fn tells_token68_from_parameters_and_schemes() {
        assert_eq!(read("Negotiate YIIZ==, NTLM TlRM/+, Basic realm=\"x\""), ["Negotiate <YIIZ==>", "NTLM <TlRM/+>", "Basic realm=x"]);
        assert_eq!(read("A, B"), ["A", "B"]);
        assert_eq!(read("PrivateToken challenge=abc=, token-key=MIIB=="), ["PrivateToken challenge=abc= token-key=MIIB=="]);
        assert_eq!(read("Basic realm="), ["Basic realm="]);
        assert_eq!(broken("Basic realm="), [(6, "realm-not-quoted"), (12, "empty-value")]);
    }

    #[test]
    fn reads_the_fields_that_firefox_joins_by_line_ends() {
        let joined = "Negotiate\nNTLM\nBasic realm=\"a\", charset=\"UTF-8\"\nBearer";
        assert_eq!(read(joined), ["Negotiate", "NTLM", "Basic realm=a charset=UTF-8", "Bearer"]);
        assert_eq!(broken(joined), []);
        assert_eq!(read("Bearer\nrealm=\"x\""), ["Bearer"]);
        assert_eq!(broken("Bearer\nrealm=\"x\""), [(7, "parameter-without-scheme")]);
        assert_eq!(read("Basic realm=\"a\nBearer"), ["Basic realm=a", "Bearer"]);
    }

    #[test]
    fn goes_on_behind_everything_that_is_broken() {
        for (text, challenges, violations) in [
            ("Basic realm=\"a", vec!["Basic realm=a"], vec![(12, "unterminated-quoted-string")]),
            ("Basic realm=\"a\\", vec!["Basic realm=a"], vec![(12, "unterminated-quoted-string")]),
            ("Basic\r\n realm=\"a\"", vec!["Basic realm=a"], vec![(5, "obs-fold")]),
            ("Basic realm=\"a\", Realm=\"b\"", vec!["Basic realm=a"], vec![(17, "repeated-parameter")]),
            ("Basic, realm=\"a\"", vec!["Basic realm=a"], vec![(5, "comma-after-scheme")]),
            ("Basic , realm=\"a\"", vec!["Basic realm=a"], vec![]),
            ("Basic realm = \"a\"", vec!["Basic realm=a"], vec![(11, "blanks-around-equals")]),
            ("Digest a=\"b\" c=\"d\"", vec!["Digest a=b c=d"], vec![(13, "missing-comma")]),
            ("Bearer a=\"b\" Basic realm=\"c\"", vec!["Bearer a=b", "Basic realm=c"], vec![(13, "missing-comma")]),
            ("realm=\"a\"", vec![], vec![(0, "parameter-without-scheme")]),
            ("\"Basic\" realm=\"a\", Bearer", vec!["Bearer"], vec![(0, "stray-character"), (8, "parameter-without-scheme")]),
            ("Basic realm=\"a\u{1}b\"", vec!["Basic realm=a\u{1}b"], vec![(14, "control-character")]),
            ("Basic realm=\"a\\\u{1}\"", vec!["Basic realm=a\u{1}"], vec![(15, "control-character")]),
            ("Basic realm=\\f\\o", vec!["Basic realm=\\f\\o"], vec![(6, "realm-not-quoted"), (12, "value-not-a-token")]),
            ("GNAP as_uri=https://a/b", vec!["GNAP as_uri=https://a/b"], vec![(17, "value-not-a-token")]),
            ("Basic realm=\u{fc}", vec!["Basic realm=\u{fc}"], vec![(6, "realm-not-quoted"), (12, "value-not-a-token")]),
            ("\u{fc}, Basic", vec!["Basic"], vec![(0, "stray-character")]),
        ] {
            assert_eq!((read(text), broken(text)), (challenges.iter().map(ToString::to_string).collect(), violations), "{text}");
        }
    }

    #[test]
    fn decodes_extended_parameters() {
        // RFC 8187 3.2.3.
        let parsed = parse("X title*=UTF-8''%c2%a3%20and%20%e2%82%ac%20rates, other*=iso-8859-1'en'%A3%20rates");
        assert_eq!(parsed.value[0].param("title*"), Some("\u{a3} and \u{20ac} rates"));
        assert_eq!(parsed.value[0].param("other*"), Some("\u{a3} rates"));
        assert_eq!(parsed.violations, []);
        assert_eq!(broken("X title*=UTF-8''%ff"), [(9, "bad-extended-value")]);
    }

    #[test]
    fn stops_at_the_limits() {
        let parsed = parse_len(&"A,".repeat(limits::CHALLENGES + 5));
        assert_eq!(parsed, (limits::CHALLENGES, Some("too-many-challenges")));
        let params: String = (0..limits::AUTH_PARAMS + 5).map(|n| format!("p{n}=1,")).collect();
        let text = format!("A {params}");
        assert_eq!(parse(&text).value[0].params.len(), limits::AUTH_PARAMS);
        assert_eq!(parse(&"=".repeat(10_000)).violations.len(), 1);
        assert_eq!(parse(&"= ".repeat(10_000)).violations.len(), limits::AUTH_VIOLATIONS);
    }

    fn parse_len(text: &str) -> (usize, Option<&'static str>) {
        let parsed = parse(text);
        (parsed.value.len(), parsed.violations.last().map(|violation| violation.rule.id))
    }
}
