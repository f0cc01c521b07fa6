//! Problem details for HTTP APIs, RFC 9457.

use serde_json::{Map, Value};

use super::json::Object;
use super::{Parsed, Rule};

/// `status` in the content differs from the response's status, which is what counts.
pub static STATUS_DIFFERS: Rule = Rule { id: "problem-status-differs" };

/// Problem details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The problem's type, a URI reference; `about:blank` where missing.
    pub kind: String,
    /// A short summary of the type.
    pub title: Option<String>,
    /// What is particular to this occurrence.
    pub detail: Option<String>,
    /// This occurrence, a URI reference.
    pub instance: Option<String>,
    /// The status, as the origin server gave it.
    pub status: Option<i64>,
    /// Every other member.
    pub extensions: Map<String, Value>,
}

/// Whether a Content-Type names problem details in JSON.
#[must_use]
pub fn is_problem(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/problem+json")
}

/// Reads problem details from a response's content, and compares `status` with the response's own.
#[must_use]
pub fn read(content: &str, status: u16) -> Parsed<Problem> {
    let mut object = Object::read(content);
    let mut problem = Problem {
        kind: object.text("type").unwrap_or_else(|| "about:blank".to_owned()),
        title: object.text("title"),
        detail: object.text("detail"),
        instance: object.text("instance"),
        status: object.number("status"),
        extensions: Map::new(),
    };
    if problem.status.is_some_and(|named| named != i64::from(status)) {
        object.note("status", &STATUS_DIFFERS);
    }
    problem.extensions = std::mem::take(&mut object.members);
    problem.extensions.retain(|name, _| !matches!(name.as_str(), "type" | "title" | "detail" | "instance" | "status"));
    object.finish(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_rfc_9457_3() {
        let content = r#"{
 "type": "https://example.com/probs/out-of-credit",
 "title": "You do not have enough credit.",
 "detail": "Your current balance is 30, but that costs 50.",
 "instance": "/account/12345/msgs/abc",
 "balance": 30,
 "accounts": ["/account/12345", "/account/67890"]
}"#;
        assert!(is_problem("application/problem+json; charset=utf-8"));
        let parsed = read(content, 403);
        assert_eq!(parsed.violations, []);
        assert_eq!(parsed.value.kind, "https://example.com/probs/out-of-credit");
        assert_eq!(parsed.value.detail.as_deref(), Some("Your current balance is 30, but that costs 50."));
        assert_eq!(parsed.value.extensions.keys().collect::<Vec<_>>(), ["accounts", "balance"]);
    }

    #[test]
    fn notes_another_status_and_a_missing_type() {
        let parsed = read(r#"{"status": 401, "title": 7}"#, 403);
        assert_eq!(parsed.value.kind, "about:blank");
        let rules: Vec<_> = parsed.violations.iter().map(|v| (v.at, v.rule.id)).collect();
        assert_eq!(rules, [(1, "problem-status-differs"), (16, "json-member-wrong-type")]);
    }
}
