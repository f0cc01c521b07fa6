//! Time and peak memory of `why401 diagnose` on a HAR file of 100 MB, mostly bodies, and on one of 50,000
//! exchanges, a fifth of them of logins that fail, beside a plain `serde_json` read of the same file, all in
//! one run and in turn: `har-100mb DIRECTORY_OF_THE_PROGRAMS`.
//!
//! Prints a Markdown table of medians for each.

mod capture;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

const ROUNDS: usize = 5;
/// Of the time and the memory of `from_slice`, what a diagnosis of many exchanges may take.
const TIME: f64 = 0.6;
const MEMORY: f64 = 0.25;

struct Contender {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<&'static str>,
    /// The exit statuses that mean it did its work; `why401` exits with 1 on a failed login.
    statuses: &'static [i32],
    runs: Vec<Run>,
}

#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    /// Largest resident set, in bytes.
    peak: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let programs = PathBuf::from(std::env::args_os().nth(1).ok_or("name the directory of the release programs")?);
    let large = programs.join("bench-100mb.har");
    if !large.exists() {
        capture::write(&large)?;
    }
    compare(&programs, &large)?;
    let many = programs.join("bench-50000.har");
    if !many.exists() {
        // By another program, as weaving takes memory: see below.
        Command::new(programs.join("long")).args(["write", "50000"]).arg(&many).status()?;
    }
    let [ours, theirs] = compare(&programs, &many)?;
    let share = |ours: f64, theirs: f64, demand: f64| {
        let share = ours / theirs;
        format!("{share:.2} (at most {demand}){}", if share <= demand { "" } else { " **missed**" })
    };
    let time = share(ours.wall.as_secs_f64(), theirs.wall.as_secs_f64(), TIME);
    let memory = share(ours.peak as f64, theirs.peak as f64, MEMORY);
    println!("\nOf what `from_slice` takes, `why401 diagnose` takes {time} of the time and {memory} of the memory.");
    Ok(())
}

/// Runs all contenders on a file; the medians of the first two.
fn compare(programs: &Path, file: &Path) -> Result<[Run; 2], Box<dyn Error>> {
    let bytes = file.metadata()?.len();
    let contender = |name, program: &str, arguments, statuses| Contender {
        name,
        program: programs.join(program),
        arguments,
        statuses,
        runs: Vec::new(),
    };
    let mut contenders = [
        contender("`why401 diagnose`", "why401", vec!["diagnose"], &[1]),
        contender("`serde_json::from_slice` into a `Value`", "serde-json-value", vec!["slice"], &[0]),
        contender("`serde_json::from_reader` into a `Value`", "serde-json-value", vec!["reader"], &[0]),
    ];
    for _ in 0..ROUNDS {
        for contender in &mut contenders {
            let run = contender.run(file)?;
            contender.runs.push(run);
        }
    }

    println!("\n{:.1} MB, {ROUNDS} runs of each in turn, medians:\n", bytes as f64 / 1e6);
    println!("| | time | peak memory |\n|---|---:|---:|");
    let medians = contenders.each_ref().map(Contender::median);
    for (contender, Run { wall, peak }) in contenders.iter().zip(&medians) {
        println!("| {} | {:.2} s | {:.0} MB |", contender.name, wall.as_secs_f64(), *peak as f64 / 1e6);
    }
    let [first, second, ..] = medians;
    Ok([first, second])
}

impl Contender {
    fn median(&self) -> Run {
        Run { wall: median(self.runs.iter().map(|run| run.wall)), peak: median(self.runs.iter().map(|run| run.peak)) }
    }

    /// The peak that the system reports for a child is never below what its parent held when it
    /// started it, so this program must stay small: the capture is written piece by piece.
    fn run(&self, file: &Path) -> Result<Run, Box<dyn Error>> {
        let begun = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let ended = child.wait4()?;
        let wall = begun.elapsed();
        match ended.status.code() {
            Some(code) if self.statuses.contains(&code) => Ok(Run { wall, peak: ended.rusage.maxrss }),
            _ => Err(format!("{}: {}", self.name, ended.status).into()),
        }
    }
}

fn median<T: Ord>(values: impl Iterator<Item = T>) -> T {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort();
    let middle = sorted.len() / 2;
    sorted.swap_remove(middle)
}
