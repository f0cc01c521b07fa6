//! Values that a program sends only when something was never filled in. What hides a value that was sent
//! is a [mark of redaction](super::redaction).

use super::redaction::is_mark;

/// What stands there when a variable holds nothing, in JavaScript, Python, Ruby and Go.
const EMPTY_VALUES: [&str; 10] = ["undefined", "null", "NaN", "None", "nil", "<nil>", "(null)", "false", "true", "void 0"];

/// Names that examples give to what the reader should put in, in lower case.
const EXAMPLE_WORDS: [&str; 11] =
    ["token", "access_token", "accesstoken", "access-token", "api_key", "apikey", "api-key", "jwt", "changeme", "secret", "token_here"];

/// Opening and closing marks of the templates of shells, JavaScript, Ruby, Postman, Jinja and Windows.
const TEMPLATE_MARKS: [(&str, &str); 5] = [("{{", "}}"), ("${", "}"), ("#{", "}"), ("{", "}"), ("%", "%")];

/// Whether a value is one that no program means to send: `undefined`, `[object Object]`, `{{token}}`,
/// `$TOKEN`, `YOUR_API_KEY`.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() || is_mark(value) {
        return false;
    }
    EMPTY_VALUES.contains(&value)
        || value.starts_with("[object ")
        || is_template(value)
        || EXAMPLE_WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || is_addressed_to_the_reader(value)
}

fn is_template(value: &str) -> bool {
    let is_marked = TEMPLATE_MARKS.iter().any(|(open, close)| {
        let inside = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inside.is_some_and(|name| !name.is_empty() && !name.contains([':', '"']))
    });
    let is_shell_variable = value.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    is_marked || is_shell_variable || matches!(value, "%s" | "%d" | "%v" | "{}" | "{0}")
}

/// `YOUR_TOKEN`, `your-api-key-here`, `INSERT_TOKEN_HERE`, `my_token`.
fn is_addressed_to_the_reader(value: &str) -> bool {
    let mut words = value.split(['_', '-', ' ']);
    let first = words.next().unwrap_or_default();
    let addressed = ["your", "insert", "replace", "enter", "my"].iter().any(|word| first.eq_ignore_ascii_case(word));
    let mut rest = words.peekable();
    addressed
        && rest.peek().is_some()
        && rest.all(|word| !word.is_empty() && word.len() < 12 && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_was_never_filled_in() {
        for value in [
            "undefined",
            "null",
            "NaN",
            "None",
            "[object Object]",
            "[object Promise]",
            "{{token}}",
            "${TOKEN}",
            "#{token}",
            "{token}",
            "%TOKEN%",
            "%s",
            "{0}",
            "$TOKEN",
            "YOUR_TOKEN",
            "your-api-key-here",
            "Your Token",
            "INSERT_TOKEN_HERE",
            "my_token",
            "access_token",
            "ACCESS_TOKEN",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn passes_over_what_may_be_meant() {
        for value in [
            "",
            "nullable",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            "abc",
            "hunter2",
            "xoxb-1",
            "my_4f5a6b7c8d",
            "1|AbCdEf",
            "your",
            "{\"a\":1}",
            "$2y$10$abc",
            "dG9rZW4=",
            "ya29.a0Af",
            "mytoken",
            "<token>",
            "****",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
