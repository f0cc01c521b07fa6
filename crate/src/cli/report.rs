//! `why401 redact`, `why401 report`, and the forms of `why401 diagnose` that are made for others.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use why401::capture::Source;
use why401::diagnosis::Verdict;
use why401::redact::{Key, Redactor, Scope};
use why401::report::Format;
use why401::report::share::{Original, Receipt, Share};
use why401::session::Session;

use super::arguments::{Form, Report};
use super::{Problem, input, show};

/// Redacts the file, makes the report, proves it, writes it.
///
/// # Errors
/// When the file cannot be read, a secret would be in the report, or it cannot be written.
pub fn run(options: &Report) -> Result<ExitCode, Problem> {
    let captured = input::read(options.file.as_deref(), options.now)?;
    let engine = options.browser.unwrap_or(captured.engine);
    let mut session = Session::new(engine.profile());
    session.extend(captured.exchanges.iter().cloned());
    let first = session.diagnose(captured.input.clone(), &mut Redactor::strict());
    drop(session);
    let original = Original {
        exchanges: captured.exchanges.iter().map(Cow::Borrowed).collect(),
        source: Source { name: captured.input.source.clone(), engine },
        input: captured.input,
    };
    let scope = Scope { hides_hosts: options.hides_hosts, without: options.without.clone(), without_hosts: options.without_hosts.clone() };
    let share =
        Share::of(original, &first, &scope, options.note.as_deref().unwrap_or_default(), &key(options.key.as_deref())?).map_err(Problem)?;
    let finished = match &options.form {
        Form::Shared(format) => share.report(*format),
        Form::Sarif(file) => share.sarif(file),
    };
    let finished = finished.map_err(|leak| Problem(format!("{leak}; please report this as a defect of Why401")))?;
    match &options.out {
        Some(path) => fs::write(path, finished)
            .map_err(|error| Problem(format!("{}: it cannot be written: {error}; write elsewhere", path.display())))?,
        None => show(&finished)?,
    }
    tell(&share.receipt, options);
    match captured.damage {
        Some(damage) => Err(damage),
        None if options.form == Form::Shared(Format::Har) => Ok(ExitCode::SUCCESS),
        None if share.diagnosis.verdict == Verdict::Failing => Ok(ExitCode::from(1)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The key in a file, or random bytes for the pseudonyms of this report, which nobody keeps.
fn key(path: Option<&Path>) -> Result<Key, Problem> {
    let mut bytes = [0; 32];
    if let Some(path) = path {
        let read = fs::read(path).map_err(|error| Problem(format!("{}: it cannot be read: {error}", path.display())))?;
        let bytes: [u8; 32] =
            read.try_into().map_err(|_| Problem(format!("{}: a key has 32 bytes; head -c 32 /dev/urandom makes one", path.display())))?;
        return Ok(Key::from(bytes));
    }
    getrandom::fill(&mut bytes).map_err(|error| Problem(format!("the system gives no random bytes: {error}; try again")))?;
    Ok(Key::from(bytes))
}

/// What was removed, on standard error.
fn tell(receipt: &Receipt, options: &Report) {
    let mut text = format!("{} exchanges leave", receipt.exchanges);
    if receipt.left_out > 0 {
        text.push_str(&format!(", {} stay", receipt.left_out));
    }
    text.push_str(&format!("; {} different values were removed:\n", receipt.values));
    for (kind, count) in &receipt.replaced {
        text.push_str(&format!("  {:10} {count:6}\n", kind.name()));
    }
    text.push_str("Nothing of them was found in the finished report.\n");
    if options.out.is_some() {
        text.push_str("What is attached to a public repository's issues can be read by everybody.\n");
    }
    // Where standard error is closed, the report is written all the same.
    let _ = io::stderr().write_all(text.as_bytes());
}
