//! The order of the findings of one failed login.

use crate::cause::Stage;
use crate::finding::{Certainty, Finding};
use crate::order::sort_by_key;

/// The root first: what no other finding explains, the surest of them; then what it explains, in
/// the order in which one brings about the next; then the rest.
pub fn ranked(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    if findings.len() > 1 {
        findings.retain(|finding| finding.cause.stage != Stage::Unexplained);
    }
    let reasons: Vec<_> = findings.iter().map(|finding| (finding.cause.stage, finding.certainty)).collect();
    // What is merely possible explains nothing that is surer.
    let is_explained = |finding: &Finding| {
        reasons.iter().any(|(stage, certainty)| {
            stage.leads_to(finding.cause.stage) && (*certainty >= Certainty::Likely || *certainty >= finding.certainty)
        })
    };
    let root = findings
        .iter()
        .filter(|finding| !is_explained(finding))
        .max_by(|a, b| a.certainty.cmp(&b.certainty).then(b.cause.stage.cmp(&a.cause.stage)));
    let Some(root) = root.map(|root| root.cause) else { return findings };
    sort_by_key(&mut findings, |finding| {
        let place = if finding.cause == root {
            0
        } else if root.stage.leads_to(finding.cause.stage) {
            1
        } else {
            2
        };
        (place, finding.cause.stage, std::cmp::Reverse(finding.certainty))
    });
    findings
}
