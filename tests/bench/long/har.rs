//! A woven session as a HAR file, an entry a line.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use why401::capture::har::{self, remarks::Remarks};
use why401_tests::long::Woven;

/// Writes so many exchanges.
///
/// # Errors
/// Cases that cannot be read, or a file that cannot be written.
pub fn write(exchanges: usize, file: &Path) -> Result<(), Box<dyn Error>> {
    let unfinished = file.with_extension("unfinished");
    let mut out = BufWriter::new(File::create(&unfinished)?);
    out.write_all(b"{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"WebInspector\",\"version\":\"537.36\"},\"entries\":[\n")?;
    for (nth, exchange) in Woven::read()?.session(exchanges).into_iter().enumerate() {
        let whole = har::write(&[exchange], &Remarks::default(), "");
        let entry = whole.lines().skip_while(|line| *line != "\"entries\": [").nth(1).ok_or("an entry is a line")?;
        out.write_all(if nth == 0 { b"" } else { b",\n" })?;
        out.write_all(entry.as_bytes())?;
    }
    out.write_all(b"\n]}}\n")?;
    out.into_inner()?.sync_all()?;
    Ok(fs::rename(unfinished, file)?)
}
