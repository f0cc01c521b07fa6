//! Holds what sentences are read as to what they mean, for the measure of `tools/words`: of each line of the standard
//! input, `SUBJECT FAULT`, a tab and the sentence, it says `right`, what else was read, or nothing. What means nothing has
//! no pair.

use std::io::{self, BufRead as _, Write as _};

use why401::facts::statements::{Claim, Fault, Pair, Subject, claim, of_sentence};

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (meant, text) = line.split_once('\t').unwrap_or(("", &line));
        match (of_sentence(text), pair(meant)) {
            (None, _) => writeln!(output)?,
            (Some(said), Some(meant)) if means_the_same(said, meant) => writeln!(output, "right")?,
            (Some(said), _) => writeln!(output, "{} {}", said.subject.name(), said.fault.name())?,
        }
    }
    Ok(())
}

fn pair(name: &str) -> Option<Pair> {
    let (subject, fault) = name.split_once(' ')?;
    Some(Pair { subject: Subject::named(subject)?, fault: Fault::named(fault)? })
}

/// "Wrong password" and "password and name do not match" lead to one cause.
fn means_the_same(one: Pair, other: Pair) -> bool {
    one == other || matches!((claim(one), claim(other)), (Claim::Cause(one), Claim::Cause(other)) if one == other)
}
