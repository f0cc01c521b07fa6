//! The order of the findings of one failed login.

use crate::cause::Stage;
use crate::finding::{Certainty, Finding};

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
        // Of several that are equal what the server says itself, then the first, as the catalogue has them.
        .min_by_key(|finding| (std::cmp::Reverse(finding.certainty), finding.cause.stage, !finding.is_said));
    let Some(root) = root.map(|root| root.cause) else { return findings };
    findings.sort_by_key(|finding| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::catalogue;

    #[test]
    fn of_equally_sure_findings_of_one_stage_the_first_in_the_catalogue_is_the_root() {
        let of_stage = |stage: Stage| catalogue::all().map(|cause| cause.meta()).filter(move |meta| meta.stage == stage);
        for stage in [Stage::CookieNotKept, Stage::Refused, Stage::TokenUnfit, Stage::NotAllowed] {
            let findings: Vec<Finding> = of_stage(stage).map(|meta| Finding::new(meta, Certainty::Likely, "")).collect();
            assert!(findings.len() > 1, "{stage:?}");
            let ranked = ranked(findings.iter().collect());
            assert_eq!(ranked.first().map(|finding| finding.cause.id), findings.first().map(|finding| finding.cause.id));
        }
    }
}
