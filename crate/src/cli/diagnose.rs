//! `why401 diagnose`.

use std::process::ExitCode;

use why401::diagnosis::Verdict;
use why401::redact::Redactor;
use why401::report;
use why401::session::Session;

use super::arguments::Diagnose;
use super::{Problem, input, is_coloured, show};

/// Reads the file, diagnoses it, writes the answer.
///
/// # Errors
/// When the file cannot be read or the answer not be written.
pub fn run(options: &Diagnose) -> Result<ExitCode, Problem> {
    let captured = input::read(options.file.as_deref(), options.now)?;
    let mut session = Session::new(options.browser.unwrap_or(captured.engine).profile());
    session.extend(captured.exchanges);
    let mut redactor = if options.reveal { Redactor::revealing() } else { Redactor::strict() };
    let diagnosis = session.diagnose(captured.input, &mut redactor);
    show(&if options.json { report::json::render(&diagnosis) } else { report::text::render(&diagnosis, is_coloured()) })?;
    let verdict = diagnosis.verdict;
    // The process ends here: to take a long session apart piece by piece would only keep whoever waits.
    std::mem::forget((session, diagnosis));
    match captured.damage {
        Some(damage) => Err(damage),
        None if verdict == Verdict::Failing => Ok(ExitCode::from(1)),
        None => Ok(ExitCode::SUCCESS),
    }
}
