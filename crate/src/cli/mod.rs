//! What the command does, one file per job. All its reading and writing is here; the thinking is
//! in the library.

pub mod arguments;
mod catalogue;
mod compare;
mod diagnose;
mod input;
mod progress;
mod report;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::{Command, HELP};

/// The exit status when something could not be read.
const UNREADABLE: u8 = 2;

/// Why the command cannot do what was asked: one line that says what, where, and what to do.
pub struct Problem(pub String);

impl Problem {
    /// Writes the line to standard error.
    pub fn tell(&self) -> ExitCode {
        // Where standard error is closed, the exit status still tells.
        let _ = writeln!(io::stderr(), "why401: {}", self.0);
        ExitCode::from(UNREADABLE)
    }
}

/// Does what the command line asks for.
pub fn run(command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Help => show(HELP),
        Command::Version => show(concat!("why401 ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Causes(format) => show(&catalogue::list(format)),
        Command::Explain { id, is_markdown } => show(&catalogue::explain(&id, is_markdown, is_coloured())?),
        Command::Diagnose(options) => return diagnose::run(&options),
        Command::Compare(options) => return compare::run(&options),
        Command::Report(options) => return report::run(&options),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Whether standard output wants colours: a terminal does, unless `NO_COLOR` is set; a pipe does
/// not, unless `CLICOLOR_FORCE` is.
fn is_coloured() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Writes to standard output. Whoever closes it early has seen enough, so that is no problem.
fn show(text: &str) -> Result<(), Problem> {
    // What has no colour in it need not be searched for what a terminal would not know.
    let has_colour = memchr::memchr(b'\x1b', text.as_bytes()).is_some();
    let mut out: Box<dyn Write> = if has_colour { Box::new(anstream::stdout().lock()) } else { Box::new(io::stdout().lock()) };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem(format!("standard output cannot be written: {error}; free some space, or write elsewhere")))
        }
        _ => Ok(()),
    }
}
