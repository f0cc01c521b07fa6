//! The command `why401`: says why a login failed, from a captured file.
//!
//! It exits with 0 when no login failed or every failure was repaired, with 1 when at least one
//! login failed, and with 2 when the input could not be read or the command was not understood.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = cli::arguments::parse(std::env::args_os().skip(1)).and_then(cli::run);
    match outcome {
        Ok(status) => status,
        Err(problem) => problem.tell(),
    }
}
