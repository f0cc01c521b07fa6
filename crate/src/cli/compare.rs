//! `why401 compare`.

use std::path::Path;
use std::process::ExitCode;

use why401::compare::compare;
use why401::redact::Redactor;
use why401::report;
use why401::session::Session;

use super::arguments::Compare;
use super::{Problem, input, is_coloured, show};

/// Reads both files, compares them, writes the answer. The status tells whether anything differs.
///
/// # Errors
/// When a file cannot be read or the answer not be written.
pub fn run(options: &Compare) -> Result<ExitCode, Problem> {
    let (working, damage) = session(&options.working)?;
    let (failing, more_damage) = session(&options.failing)?;
    let mut redactor = if options.reveal { Redactor::revealing() } else { Redactor::strict() };
    let comparison = compare(&working, &failing, &mut redactor);
    show(&if options.json { report::json::render(&comparison) } else { report::comparison::render(&comparison, is_coloured()) })?;
    match damage.or(more_damage) {
        Some(damage) => Err(damage),
        None if comparison.first.is_some() => Ok(ExitCode::from(1)),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn session(file: &Path) -> Result<(Session, Option<Problem>), Problem> {
    let captured = input::read(Some(file), None)?;
    let mut session = Session::new(captured.engine.profile());
    session.extend(captured.exchanges);
    Ok((session, captured.damage))
}
