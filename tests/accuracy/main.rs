//! How often the diagnosis of the cases in `tests/cases` is right: `./build.sh accuracy`. Fails below
//! 97 % of root causes, and for any false alarm on a healthy session.

mod cases;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use cases::Case;

/// The least share of cases whose root cause must be right, in percent.
const LEAST: usize = 97;

#[derive(Default)]
struct Score {
    cases: usize,
    right: usize,
    nearly: usize,
    silent: usize,
    alarms: usize,
}

impl Score {
    fn add(&mut self, case: &Case) {
        if case.is_healthy() {
            self.alarms += usize::from(!case.diagnosis.failures.is_empty());
            return;
        }
        self.cases += 1;
        self.right += usize::from(case.is_right());
        self.nearly += usize::from(case.is_nearly_right());
        self.silent += usize::from(case.diagnosis.failures.iter().all(|failure| failure.causes.is_empty()));
    }

    fn row(&self, family: &str) {
        println!("| {family} | {} | {} | {} | {} | {} |", self.cases, self.right, self.nearly, self.silent, self.alarms);
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let cases = cases::all()?;
    let mut families: BTreeMap<&str, Score> = BTreeMap::new();
    let mut total = Score::default();
    for case in &cases {
        families.entry(case.family()).or_default().add(case);
        total.add(case);
    }
    println!("| family | failing cases | root right | among the first three | no answer | false alarms |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (family, score) in &families {
        score.row(family);
    }
    total.row("all");
    let healthy = cases.iter().filter(|case| case.is_healthy()).count();
    println!("\n{} cases, {healthy} of them healthy.", cases.len());
    for case in cases.iter().filter(|case| !case.is_right()) {
        println!("{}: expected {:?}, got {:?}", case.name, case.expected.failures, case.roots());
    }
    let is_good = total.right * 100 >= total.cases * LEAST && total.alarms == 0;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
