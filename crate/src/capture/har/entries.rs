//! Captures of other formats, whose requests were put into the shape of HAR's entries.

use serde_json::Value;

use super::{Capture, Exchange, Intake, Skipped, Unreadable, hidden, lead_up, problem};
use crate::capture::Source;
use crate::time::Time;

/// Takes entries one by one, with all that is known of the oddities of HAR.
pub(in crate::capture) struct Entries {
    intake: Intake,
    skipped: Vec<Skipped>,
}

impl Entries {
    /// Requests without a time were made at `now`, until one has a time.
    pub(in crate::capture) fn starting(now: Time) -> Self {
        Self { intake: Intake { started: now, ..Intake::default() }, skipped: Vec::new() }
    }

    /// Takes one entry. One that cannot be read is noted, with `place` as where it stands.
    pub(in crate::capture) fn take(&mut self, place: &str, entry: &Value, exchanges: &mut Vec<Exchange>) {
        match super::entry(entry.to_string().as_bytes(), self.intake.next) {
            Ok(single) => {
                self.intake.put(single, exchanges);
                self.intake.next = self.intake.next.saturating_add(1);
            }
            Err(Unreadable::Json(error)) => self.skip(place, problem(&error, b"")),
            Err(Unreadable::Entry(error)) => self.skip(place, error.0),
        }
    }

    /// Notes that what stands at `place` could not be read.
    pub(in crate::capture) fn skip(&mut self, place: &str, why: &str) {
        if self.skipped.len() < crate::limits::HAR_SKIPPED {
            self.skipped.push(Skipped { entry: self.intake.next as usize, why: format!("{place}: {why}") });
        }
        self.intake.next = self.intake.next.saturating_add(1);
    }

    /// Ends a capture that people call by this name.
    pub(in crate::capture) fn finish(self, name: &str, exchanges: &mut [Exchange]) -> Capture {
        lead_up(exchanges);
        let mut not_observable = hidden::told(exchanges);
        not_observable.extend(hidden::amount("response bodies", exchanges, |exchange| exchange.unseen.response_body));
        let source = Source { name: name.to_owned(), engine: self.intake.source.source().engine };
        Capture { source, not_observable, skipped: self.skipped, damage: None, first_reading: None }
    }
}
