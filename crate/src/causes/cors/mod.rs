//! Cross-origin requests: what the browser asks beforehand, and what it lets the page read.

mod cors_credentials_not_allowed;
mod cors_header_not_allowed;
mod cors_hides_401;
mod cors_origin_not_allowed;
mod cors_preflight_unauthorized;

use crate::cause::{Case, Cause};
use crate::finding::Finding;
use crate::place::Place;
use crate::session::FailureKind;
use crate::session::cors::{Asked, CorsError, Outcome};
use crate::syntax::cors::AccessControl;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &cors_hides_401::CorsHides401,
    &cors_header_not_allowed::CorsHeaderNotAllowed,
    &cors_credentials_not_allowed::CorsCredentialsNotAllowed,
    &cors_origin_not_allowed::CorsOriginNotAllowed,
    &cors_preflight_unauthorized::CorsPreflightUnauthorized,
];

/// Why the page got nothing: the exchange that refuses it, the reason, and what it is about.
struct Refusal {
    at: usize,
    error: CorsError,
    subject: Box<str>,
    origin: Box<str>,
}

/// The first reason of these kinds why the page could not read the answer, or the request was not made.
fn refusal(case: &Case<'_>, kinds: &[CorsError]) -> Option<Refusal> {
    if case.failure.kind != FailureKind::Hidden {
        return None;
    }
    let verdict = case.session.cors(case.at())?;
    let (position, errors) = match (verdict.outcome, verdict.asked) {
        (Outcome::Hidden(error), _) => (case.at(), vec![(error, Box::from(""))]),
        (Outcome::NotSent(refusals), Asked::At(question)) => {
            (question, refusals.into_iter().map(|refusal| (refusal.error, refusal.subject)).collect())
        }
        _ => return None,
    };
    // What a server lacks besides that answers no preflight at all follows from that.
    let missing = CorsError::PreflightMissingAllowOriginHeader;
    if errors.iter().any(|(error, _)| *error == missing) && !kinds.contains(&missing) {
        return None;
    }
    let (error, subject) = errors.into_iter().find(|(error, _)| kinds.contains(error))?;
    Some(Refusal { at: position, error, subject, origin: verdict.origin })
}

impl Refusal {
    /// Shows the field that refuses, or that it is missing, and the page's origin.
    fn shown(&self, case: &Case<'_>, field: &'static str, finding: Finding, says: &str) -> Finding {
        let has_field = case.session.record(self.at).is_some_and(|record| record.exchange.received(field).is_some());
        let place = if has_field { Place::Received(field, 0) } else { Place::Status };
        let finding = finding.about(&*self.origin).shown(self.at, place, says);
        if case.exchange().sent("origin").is_some() {
            finding.shown(case.at(), Place::Sent("origin", 0), "The page asks in the name of this origin.")
        } else {
            finding
        }
    }

    /// What the replayed check says of an answer that allows this origin with credentials.
    fn replayed(&self, case: &Case<'_>, mut finding: Finding) -> Finding {
        let allowing = AccessControl {
            allow_origin: Some((&*self.origin).into()),
            allow_credentials: Some("true".into()),
            ..AccessControl::default()
        };
        let verdict = case.session.cors_if(case.at(), Some(&allowing)).filter(|_| self.at == case.at());
        if verdict.is_some_and(|verdict| verdict.outcome == Outcome::Readable) {
            for remedy in &mut finding.remedies {
                remedy.counterfactual = Some(format!("the page could have read exchange {}", case.number(case.at())));
            }
        }
        finding
    }
}
