//! What is printed of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cases::Case;
use crate::measure::{Measure, percent};
use crate::outcome::Outcome;

#[derive(Default)]
struct Score {
    cases: usize,
    right: usize,
    nearly: usize,
    astray: usize,
    silent: usize,
    healthy: usize,
    alarms: usize,
}

impl Score {
    fn add(&mut self, case: &Case, outcome: &Outcome) {
        if case.is_healthy() {
            self.healthy += 1;
            self.alarms += usize::from(outcome.alarms() > 0);
            return;
        }
        self.cases += 1;
        self.right += usize::from(outcome.is_right(&case.expected));
        self.nearly += usize::from(outcome.is_nearly_right(&case.expected));
        self.astray += usize::from(outcome.leads_astray(&case.expected));
        self.silent += usize::from(outcome.0.failures.iter().all(|failure| failure.causes.is_empty()));
    }

    fn row(&self, family: &str) {
        let Self { cases, right, nearly, astray, silent, healthy, alarms } = self;
        println!("| {family} | {cases} | {right} | {nearly} | {astray} | {silent} | {healthy} | {alarms} |");
    }
}

/// The cases as they are. Returns what must not be.
pub fn cases(cases: &[Case], outcomes: &[Outcome]) -> Vec<String> {
    let mut families: BTreeMap<&str, Score> = BTreeMap::new();
    let mut total = Score::default();
    let mut faults = Vec::new();
    for (case, outcome) in cases.iter().zip(outcomes) {
        families.entry(case.family()).or_default().add(case, outcome);
        total.add(case, outcome);
        faults.extend(fault(case, outcome));
    }
    println!("| family | failing cases | root right | among the first three | astray | no answer | healthy | false alarms |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    families.iter().for_each(|(family, score)| score.row(family));
    total.row("all");
    faults
}

/// What is wrong with the answer to a case, unless that is known.
pub fn fault(case: &Case, outcome: &Outcome) -> Option<String> {
    let said = || format!("{}: expected {:?}, got {:?}", case.name, case.expected.failures, outcome.roots());
    match (&case.expected.known_to_fail, outcome.is_right(&case.expected)) {
        (false, false) => Some(said()),
        (true, true) => Some(format!("{}: is right now, so it is no longer known to fail", case.name)),
        _ => None,
    }
}

/// What is left of the right answers, by transformation and family, in percent.
pub fn transformations(measure: &Measure) {
    let names: BTreeSet<&str> = measure.shares.keys().map(|(name, _)| *name).collect();
    let families: BTreeSet<&str> = measure.shares.keys().map(|(_, family)| family.as_str()).collect();
    println!("\nRight answers kept, in percent; `–` where nothing changes.\n");
    println!("| transformation | sessions | {} | all | wrong | false alarms |", families.iter().copied().collect::<Vec<_>>().join(" | "));
    println!("|---|---:|{}---:|---:|---:|", "---:|".repeat(families.len()));
    for name in names {
        let total = measure.total(name);
        let cell = |family: &&str| match measure.shares.get(&(name, (*family).to_owned())) {
            Some(share) => format!("{:.0}", share.percent()),
            None => "–".to_owned(),
        };
        let cells: Vec<String> = families.iter().map(cell).collect();
        println!(
            "| {name} | {} | {} | {:.1} | {:.1} | {} |",
            total.all,
            cells.join(" | "),
            total.percent(),
            total.percent_wrong(),
            measure.alarms.get(name).copied().unwrap_or_default()
        );
    }
}

/// How often what is called sure is right.
pub fn calibration(measure: &Measure) {
    println!("\n| root cause called | times | right, in percent |");
    println!("|---|---:|---:|");
    for (certainty, (all, right)) in measure.calibration.iter().rev() {
        println!("| {} | {all} | {:.1} |", certainty.name(), percent(*right, *all));
    }
    println!();
}

/// Each answer that was lost.
pub fn lost(measure: &Measure) {
    for (transformation, case, said) in &measure.lost {
        println!("{transformation}\t{case}\t{said}");
    }
}

/// What a transformation makes of a case, and what is said of it: to see why an answer was lost.
pub fn show(case: &Case, transformation: &crate::transformations::Transformation) {
    for exchanges in (transformation.apply)(case) {
        println!("\n=== {} {}", transformation.name, case.name);
        for exchange in &exchanges {
            let location = exchange.received("location").unwrap_or_default();
            println!("{:>3} {:?} {} {} -> {} {location}", exchange.number, exchange.kind, exchange.method, exchange.url, exchange.status());
            for name in ["cookie", "authorization"] {
                exchange.request.fields.all(name).for_each(|value| println!("      > {name}: {value:.100}"));
            }
            if let Some(body) = &exchange.request.body {
                println!("      > {:.120}", body.text);
            }
            if let Some(response) = &exchange.response {
                response.fields.all("set-cookie").for_each(|value| println!("      < set-cookie: {value:.120}"));
                response.fields.all("www-authenticate").for_each(|value| println!("      < www-authenticate: {value:.120}"));
            }
            let text: String = exchange.response_text().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
            println!("      < {text}");
        }
        println!("  says {:?}", Outcome::of(&case.profile, exchanges, transformation.withholds_products).roots());
    }
}
