//! `Authentication-Info` and `Proxy-Authentication-Info`: RFC 7615.

use super::Parsed;
use super::lexer::{AuthParam, Cursor};

/// Reads a field's value into its parameters: of Digest `nextnonce`, `rspauth`, `qop`, `cnonce`, `nc`
/// (RFC 7616 3.5), of other schemes their own.
#[must_use]
pub fn parse(field_value: &str) -> Parsed<Vec<AuthParam<'_>>> {
    let mut cursor = Cursor::new(field_value);
    let value = cursor.params();
    let mut violations = cursor.violations;
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value, violations }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::param;
    use super::*;

    #[test]
    fn reads_what_digest_servers_send() {
        let parsed = parse("rspauth=\"6629fae49393a05397450978507c4ef1\", qop=auth, nc=00000001, nextnonce=\"abc\"");
        assert_eq!(parsed.violations, []);
        assert_eq!(param(&parsed.value, "NextNonce"), Some("abc"));
        assert_eq!(parsed.value.len(), 4);
    }

    #[test]
    fn names_what_is_broken_and_goes_on() {
        let parsed = parse("junk, qop=auth nextnonce=\"abc");
        let rules: Vec<_> = parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect();
        assert_eq!(rules, [(0, "stray-character"), (15, "missing-comma"), (25, "unterminated-quoted-string")]);
        assert_eq!(param(&parsed.value, "nextnonce"), Some("abc"));
    }
}
