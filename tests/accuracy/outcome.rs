//! What the diagnosis of a session says, beside what it should say.

use why401::diagnosis::{DiagnosedFailure, Diagnosis, Input};
use why401::exchange::Exchange;
use why401::finding::Certainty;
use why401::redact::Redactor;
use why401::session::{Profile, Session};

use crate::cases::Expected;

/// What is said of a session.
pub struct Outcome(pub Diagnosis);

/// How good an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The root causes that are called for.
    Right,
    /// Less than those, and nothing that would lead astray.
    Weaker,
    /// Another root cause, called likely or surer.
    Wrong,
}

impl Outcome {
    /// Diagnoses a session. `withheld`: without what products are known to say.
    pub fn of(profile: &Profile, exchanges: Vec<Exchange>, withheld: bool) -> Self {
        let mut session = Session::new(profile.clone());
        if withheld {
            session.overlook_products();
        }
        session.extend(exchanges);
        Self(session.diagnose(Input::default(), &mut Redactor::default()))
    }

    /// The root cause of each failed login.
    pub fn roots(&self) -> Vec<&str> {
        let root = |failure: &DiagnosedFailure| failure.causes.first().map_or("none", |cause| cause.id);
        self.0.failures.iter().map(root).collect()
    }

    /// The root cause of each failed login and how sure it is.
    pub fn sure_roots(&self) -> impl Iterator<Item = (&str, Certainty)> {
        self.0.failures.iter().filter_map(|failure| failure.causes.first()).map(|cause| (cause.id, cause.certainty))
    }

    /// Failed logins that nothing put right.
    pub fn alarms(&self) -> usize {
        self.0.failures.iter().filter(|failure| failure.recovered_by.is_none()).count()
    }

    /// Whether every failed login has an expected root cause, there is no other, and no expected risk is missing.
    pub fn is_right(&self, expected: &Expected) -> bool {
        let names = |risk: &String| self.0.audit.iter().any(|cause| cause.id == risk);
        let roots = self.roots();
        let all_right = if expected.recovers {
            // Whether what was put right is listed is a matter of taste.
            self.alarms() == 0 && roots.iter().all(|root| expected.names(root))
        } else {
            roots.len() == expected.failures.len()
                && roots.iter().zip(&expected.failures).all(|(root, wanted)| root == wanted || expected.takes(root))
        };
        all_right && expected.audit.iter().all(names)
    }

    /// Whether each expected cause is among the first three of its failed login.
    pub fn is_nearly_right(&self, expected: &Expected) -> bool {
        let failures = &self.0.failures;
        let among = |(failure, wanted): (&DiagnosedFailure, &String)| {
            failure.causes.iter().take(3).any(|cause| cause.id == wanted || expected.takes(cause.id))
        };
        failures.len() == expected.failures.len() && failures.iter().zip(&expected.failures).all(among)
    }

    /// Whether a root cause is one that would lead people astray.
    pub fn leads_astray(&self, expected: &Expected) -> bool {
        self.roots().iter().any(|root| expected.never.iter().any(|id| id == root))
    }

    /// The grade of a lossy session's answer, beside what the whole session is called. `known`: every cause
    /// that the whole session's diagnosis lists, of which any is true, if not the root.
    pub fn grade(&self, expected: &Expected, known: &[&str]) -> Grade {
        let is_astray = |(root, certainty): (&str, Certainty)| {
            certainty >= Certainty::Likely && root != UNEXPLAINED && !known.contains(&root) && !expected.names(root)
        };
        if self.is_right(expected) {
            Grade::Right
        } else if self.leads_astray(expected) || self.sure_roots().any(is_astray) {
            Grade::Wrong
        } else {
            Grade::Weaker
        }
    }

    /// Every cause that is listed.
    pub fn known(&self) -> Vec<&str> {
        self.0.failures.iter().flat_map(|failure| &failure.causes).map(|cause| cause.id).collect()
    }
}

/// What is said where nothing explains a refusal.
const UNEXPLAINED: &str = "unexplained-refusal";

impl Expected {
    /// Whether a root cause is right wherever one is called for.
    pub fn takes(&self, root: &str) -> bool {
        self.equally.iter().chain(&self.also).any(|id| id == root)
    }

    /// Whether a root cause is one that is called for.
    pub fn names(&self, root: &str) -> bool {
        self.failures.iter().any(|id| id == root) || self.takes(root)
    }
}
