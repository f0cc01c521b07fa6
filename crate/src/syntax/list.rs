//! Comma-separated lists of tokens, as most header fields are built: RFC 9110 5.6.1 and 5.6.2.

use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// An element that holds characters a token must not hold.
pub static NOT_A_TOKEN: Rule = Rule { id: "list-element-not-a-token" };

/// Two commas with nothing between them, or a comma at an end.
pub static EMPTY_ELEMENT: Rule = Rule { id: "empty-list-element" };

/// More elements than are read.
pub static TOO_MANY_ELEMENTS: Rule = Rule { id: "too-many-list-elements" };

/// Whether a byte may stand in a token.
#[must_use]
pub const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

/// Whether a text is a token.
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// The elements between commas, without the whitespace around them, each with its byte offset.
/// Empty elements are included; quoted strings are not understood.
pub fn elements(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    value.split(',').map(move |raw| {
        let at = next + (raw.len() - raw.trim_start_matches([' ', '\t']).len());
        next += raw.len() + 1;
        (at, raw.trim_matches([' ', '\t']))
    })
}

/// Reads a list of tokens. Elements that are no tokens are kept, so that they can be shown.
#[must_use]
pub fn tokens(value: &str) -> Parsed<Vec<&str>> {
    let mut violations = Vec::new();
    let mut list = Vec::new();
    for (at, element) in elements(value) {
        if list.len() >= limits::LIST_ELEMENTS {
            violations.push(SyntaxViolation { at, rule: &TOO_MANY_ELEMENTS });
            break;
        }
        if element.is_empty() {
            // A field that is present and empty is a list of nothing, which is in order.
            if !value.trim_matches([' ', '\t']).is_empty() {
                violations.push(SyntaxViolation { at, rule: &EMPTY_ELEMENT });
            }
            continue;
        }
        if let Some(bad) = element.bytes().position(|byte| !is_token_byte(byte)) {
            violations.push(SyntaxViolation { at: at + bad, rule: &NOT_A_TOKEN });
        }
        list.push(element);
    }
    Parsed { value: list, violations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tokens_and_says_where_one_is_none() {
        let parsed = tokens("Origin,\tAccept Encoding ,, x-a");
        assert_eq!(parsed.value, ["Origin", "Accept Encoding", "x-a"]);
        assert_eq!(parsed.violations, [SyntaxViolation { at: 14, rule: &NOT_A_TOKEN }, SyntaxViolation { at: 25, rule: &EMPTY_ELEMENT }]);
    }

    #[test]
    fn an_empty_field_is_an_empty_list() {
        assert_eq!(tokens(" "), Parsed { value: vec![], violations: vec![] });
    }

    #[test]
    fn stops_at_the_limit() {
        let value = "a,".repeat(limits::LIST_ELEMENTS + 5);
        let parsed = tokens(&value);
        assert_eq!(parsed.value.len(), limits::LIST_ELEMENTS);
        assert_eq!(parsed.violations.last().map(|v| v.rule), Some(&TOO_MANY_ELEMENTS));
    }
}
