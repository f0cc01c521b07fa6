//! Time and peak memory of `why401 diagnose` on a HAR file of 100 MB, beside a plain `serde_json`
//! read of the same file, all in one run and in turn: `har-100mb DIRECTORY_OF_THE_PROGRAMS`.
//!
//! Prints a Markdown table of medians.

mod capture;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

const ROUNDS: usize = 5;

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
    let file = programs.join("bench-100mb.har");
    if !file.exists() {
        capture::write(&file)?;
    }
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
            let run = contender.run(&file)?;
            contender.runs.push(run);
        }
    }

    println!("{:.1} MB, {ROUNDS} runs of each in turn, medians:\n", bytes as f64 / 1e6);
    println!("| | time | peak memory |\n|---|---:|---:|");
    for contender in &contenders {
        let wall = median(contender.runs.iter().map(|run| run.wall));
        let peak = median(contender.runs.iter().map(|run| run.peak));
        println!("| {} | {:.2} s | {:.0} MB |", contender.name, wall.as_secs_f64(), peak as f64 / 1e6);
    }
    Ok(())
}

impl Contender {
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
