//! Every case under every transformation, and what is left of the right answers.

use std::collections::BTreeMap;

use why401::finding::Certainty;

use crate::cases::Case;
use crate::outcome::{Grade, Outcome};
use crate::transformations::{self, Keeps, Transformation};

/// Sessions and how many of them came out how.
#[derive(Clone, Copy, Default)]
pub struct Share {
    /// Changed sessions.
    pub all: usize,
    /// Those with the right answer.
    pub right: usize,
    /// Those with a wrong one.
    pub wrong: usize,
}

impl Share {
    fn add(&mut self, grade: Grade) {
        self.all += 1;
        self.right += usize::from(grade == Grade::Right);
        self.wrong += usize::from(grade == Grade::Wrong);
    }

    /// The share that is right, in percent.
    pub fn percent(self) -> f64 {
        percent(self.right, self.all)
    }

    /// The share that is wrong, in percent.
    pub fn percent_wrong(self) -> f64 {
        percent(self.wrong, self.all)
    }
}

/// A part of a whole, in percent; nothing of nothing.
#[expect(clippy::cast_precision_loss, reason = "no table of cases is that long")]
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// What was measured.
#[derive(Default)]
pub struct Measure {
    /// By transformation and family of cases.
    pub shares: BTreeMap<(&'static str, String), Share>,
    /// Of the root causes called so sure, over cases and transformations: how many there are, how many right.
    pub calibration: BTreeMap<Certainty, (usize, usize)>,
    /// Changed healthy sessions with an alarm, by transformation.
    pub alarms: BTreeMap<&'static str, usize>,
    /// What went wrong: transformation, case, what was said.
    pub lost: Vec<(&'static str, String, String)>,
}

impl Measure {
    /// Measures some cases.
    pub fn of(cases: &[Case]) -> Self {
        let mut measure = Self::default();
        for case in cases {
            measure.take(case);
        }
        measure
    }

    /// Joins what was measured apart.
    pub fn and(mut self, other: Self) -> Self {
        for (key, share) in other.shares {
            let sum = self.shares.entry(key).or_default();
            *sum = Share { all: sum.all + share.all, right: sum.right + share.right, wrong: sum.wrong + share.wrong };
        }
        for (certainty, (all, right)) in other.calibration {
            let sum = self.calibration.entry(certainty).or_default();
            *sum = (sum.0 + all, sum.1 + right);
        }
        for (name, alarms) in other.alarms {
            *self.alarms.entry(name).or_default() += alarms;
        }
        self.lost.extend(other.lost);
        self
    }

    /// The share of one transformation over all families.
    pub fn total(&self, transformation: &str) -> Share {
        self.shares.iter().filter(|((name, _), _)| *name == transformation).fold(Share::default(), |sum, (_, share)| Share {
            all: sum.all + share.all,
            right: sum.right + share.right,
            wrong: sum.wrong + share.wrong,
        })
    }

    fn take(&mut self, case: &Case) {
        let whole = Outcome::of(&case.profile, case.exchanges.clone(), false);
        self.calibrate("as it is", case, &whole, false);
        // What is not right to begin with cannot be kept.
        if !whole.is_right(&case.expected) {
            return;
        }
        for transformation in &transformations::ALL {
            for exchanges in (transformation.apply)(case) {
                let outcome = Outcome::of(&case.profile, exchanges, transformation.withholds_products);
                let grade = grade(transformation, case, &whole, &outcome);
                self.note(transformation.name, case, grade, || format!("{:?}", outcome.roots()));
                self.calibrate(transformation.name, case, &outcome, grade == Grade::Right);
            }
        }
        for [one, other] in transformations::order::apply(case) {
            let told = |exchanges| serde_json::to_string(&Outcome::of(&case.profile, exchanges, false).0).unwrap_or_default();
            let grade = if told(one) == told(other) { Grade::Right } else { Grade::Wrong };
            self.note(transformations::order::NAME, case, grade, || "another diagnosis".to_owned());
        }
    }

    fn note(&mut self, name: &'static str, case: &Case, grade: Grade, said: impl FnOnce() -> String) {
        self.shares.entry((name, case.family().to_owned())).or_default().add(grade);
        if grade != Grade::Right {
            *self.alarms.entry(name).or_default() += usize::from(case.is_healthy());
            let is_wrong = if grade == Grade::Wrong { "wrong: " } else { "" };
            self.lost.push((name, case.name.clone(), format!("{is_wrong}{}", said())));
        }
    }

    /// `is_right`: whether each root cause is one that the change calls for.
    fn calibrate(&mut self, name: &'static str, case: &Case, outcome: &Outcome, is_right: bool) {
        for (root, certainty) in outcome.sure_roots() {
            let is_right = is_right || case.expected.names(root);
            let (all, right) = self.calibration.entry(certainty).or_default();
            *all += 1;
            *right += usize::from(is_right);
            if !is_right && certainty >= Certainty::Stated {
                self.lost.push((name, case.name.clone(), format!("falsely {}: {root}", certainty.name())));
            }
        }
    }
}

fn grade(transformation: &Transformation, case: &Case, whole: &Outcome, outcome: &Outcome) -> Grade {
    let is_sibling = |siblings: &[&str]| {
        let lists_root = |failure: &why401::diagnosis::DiagnosedFailure| failure.causes.iter().any(|cause| case.expected.names(cause.id));
        outcome.roots().iter().all(|root| siblings.contains(root) || case.expected.names(root))
            && outcome.0.failures.iter().all(lists_root)
            && outcome.0.failures.len() == case.expected.failures.len()
    };
    let speaks_of_status = || case.expected.failures.iter().all(|root| transformations::status::OF_THE_STATUS.contains(&&**root));
    let shows_it_too = || {
        let known = whole.known();
        let is_true = |root: &&str| known.contains(root) || *root == "missing-credentials" || *root == "cors-origin-not-allowed";
        outcome.roots().len() == case.expected.failures.len() && outcome.roots().iter().all(is_true)
    };
    match transformation.keeps {
        Keeps::RootOr(siblings) if is_sibling(siblings) || speaks_of_status() && shows_it_too() => Grade::Right,
        Keeps::Root | Keeps::RootOr(_) if outcome.is_right(&case.expected) => Grade::Right,
        Keeps::Root | Keeps::RootOr(_) => Grade::Wrong,
        Keeps::RootOrWeaker => outcome.grade(&case.expected, &whole.known()),
    }
}
