//! The answer for code scanning: SARIF 2.1.0.

use serde_json::{Value, json};

use super::share::Share;
use crate::redact::pseudonym::readable;

/// The log, not yet searched. `file` is a file of the repository by its path there: what has no place in a
/// repository is shown by no code scanning.
pub(super) fn render(share: &Share, file: &str) -> String {
    let causes = || share.diagnosis.failures.iter().filter_map(|failure| Some((failure, failure.causes.first()?)));
    let physical = json!({"artifactLocation": {"uri": file}, "region": {"startLine": 1}});
    let location = json!({"physicalLocation": physical});
    let mut rules: Vec<Value> = Vec::new();
    for (_, cause) in causes() {
        if rules.iter().all(|rule| rule.get("id").is_none_or(|id| id != cause.id)) {
            rules.push(json!({
                "id": cause.id,
                "shortDescription": {"text": cause.title},
                "fullDescription": {"text": cause.title},
                "help": {"text": cause.remedies.iter().map(|remedy| remedy.step.clone()).collect::<Vec<_>>().join("\n")},
            }));
        }
    }
    let results: Vec<Value> = causes()
        .map(|(failure, cause)| {
            let hops: Vec<Value> = cause
                .evidence
                .iter()
                .map(|quote| json!({"location": {"message": {"text": readable(&quote.says)}, "physicalLocation": physical}}))
                .collect();
            let mut result = json!({
                "ruleId": cause.id,
                "level": if failure.recovered_by.is_none() { "error" } else { "note" },
                "message": {"text": readable(&cause.summary)},
                "locations": [location],
                "partialFingerprints": {"why401/v1": format!("{}/{}", cause.id, failure.origin)},
            });
            if let (false, Some(result)) = (hops.is_empty(), result.as_object_mut()) {
                result.insert("codeFlows".into(), json!([{"threadFlows": [{"locations": hops}]}]));
            }
            result
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "Why401", "version": env!("CARGO_PKG_VERSION"), "rules": rules}}, "results": results}],
    });
    super::json::render(&log)
}
