//! How often the diagnosis is right: `./build.sh accuracy`. Of the cases in `tests/cases` as they are, and of
//! what is left under changes that mean nothing. Fails below the floors in `floors.tsv`, where a case is wrong
//! that is not known to be, or right that is, and for any false alarm on a healthy session.

mod cases;
mod floors;
mod measure;
mod outcome;
mod report;
mod transformations;

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use measure::Measure;
use outcome::Outcome;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let tells_all = std::env::args().any(|argument| argument == "--lost");
    let cases = cases::all()?;
    if let Some(name) = std::env::args().skip_while(|argument| argument != "--show").nth(1) {
        let only = std::env::args().skip_while(|argument| argument != "--show").nth(2);
        for case in cases.iter().filter(|case| case.name.contains(&name)) {
            let chosen = |transformation: &&transformations::Transformation| only.as_deref().is_none_or(|only| only == transformation.name);
            transformations::ALL.iter().filter(chosen).for_each(|transformation| report::show(case, transformation));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes: Vec<Outcome> = cases.iter().map(|case| Outcome::of(&case.profile, case.exchanges.clone(), false)).collect();
    let mut faults = report::cases(&cases, &outcomes);
    let (half, rest) = cases.split_at(cases.len() / 2);
    let measure = thread::scope(|scope| {
        let other = scope.spawn(|| Measure::of(half));
        let mine = Measure::of(rest);
        other.join().map(|other| other.and(mine))
    });
    let measure = measure.map_err(|_| "a diagnosis broke off")?;
    report::transformations(&measure);
    report::calibration(&measure);
    if tells_all {
        report::lost(&measure);
    }
    faults.extend(floors::broken(&measure)?);
    for fault in &faults {
        println!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
