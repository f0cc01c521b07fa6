//! The log of the recorder: what a browser told an extension of its requests (`webRequest`), one JSON object a
//! line, in the order of arrival. The first line names the browser.

mod claims;
mod exchanges;
mod passwords;
mod record;
mod verdicts;

use memchr::memchr;

pub use exchanges::Exchanges;
pub use passwords::Passwords;
pub use record::Record;
pub use verdicts::Verdicts;

use super::{Capture, Engine, Error, Format, Position, Skipped, Source, beginning};
use crate::exchange::Exchange;
use crate::limits;
use crate::time::Time;

/// Whether a file begins with the line that begins a recording.
pub(super) fn recognises(head: &[u8]) -> bool {
    let line = beginning(head).split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice(line).is_ok_and(|record: Record<'_>| record.event == "start" && !record.browser.is_empty())
}

/// A reader; every record has a time of its own.
pub(super) fn reader(_: Time) -> Box<dyn Format> {
    Box::new(Log::default())
}

#[derive(Default)]
struct Log {
    /// Of the line that is not yet whole.
    begun: Vec<u8>,
    lines: u64,
    source: Option<Source>,
    exchanges: Exchanges,
    verdicts: Verdicts,
    skipped: Vec<Skipped>,
}

impl Log {
    fn line(&mut self, line: &[u8], exchanges: &mut Vec<Exchange>) {
        self.lines += 1;
        if line.trim_ascii().is_empty() {
            return;
        }
        match serde_json::from_slice::<Record<'_>>(line) {
            Ok(record) if record.event == "start" => {
                let source = Source::recorder(&record.browser);
                self.exchanges = Exchanges::of(source.engine);
                self.verdicts = Verdicts::of(source.engine);
                self.source = Some(source);
            }
            Ok(record) => {
                self.verdicts.settle(Time(record.at as i64), exchanges);
                self.verdicts.hear(&record, exchanges);
                let mut done = Vec::new();
                self.exchanges.take(&record, &mut done);
                done.into_iter().for_each(|exchange| self.verdicts.take(exchange, exchanges));
            }
            Err(_) if self.skipped.len() < limits::HAR_SKIPPED => {
                let why = format!("line {}: this is no record; it was broken off or changed", self.lines);
                self.skipped.push(Skipped { entry: exchanges.len(), why });
            }
            Err(_) => {}
        }
    }
}

impl Format for Log {
    fn feed(&mut self, mut bytes: &[u8], exchanges: &mut Vec<Exchange>) -> bool {
        while let Some((line, rest)) = memchr(b'\n', bytes).and_then(|end| Some((bytes.get(..end)?, bytes.get(end + 1..)?))) {
            bytes = rest;
            if self.begun.is_empty() {
                self.line(line, exchanges);
            } else {
                let mut whole = std::mem::take(&mut self.begun);
                whole.extend_from_slice(line);
                self.line(&whole, exchanges);
            }
        }
        self.begun.extend_from_slice(bytes);
        self.begun.len() <= limits::HAR_ENTRY
    }

    fn finish(mut self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        let begun = std::mem::take(&mut self.begun);
        self.line(&begun, exchanges);
        self.verdicts.finish(exchanges);
        self.exchanges.finish(exchanges);
        // Those that set cookies have waited for what the browser would say of them.
        exchanges.sort_by_key(|exchange| exchange.number);
        let source = self.source.unwrap_or(Source { name: "recording".to_owned(), engine: Engine::Other });
        if let (true, Some(first)) = (exchanges.is_empty(), self.skipped.first()) {
            return Err(Error { place: Position::START, what: first.why.clone() });
        }
        let bodies = exchanges.iter().any(|exchange| exchange.response.as_ref().is_some_and(|response| response.body.is_some()));
        let not_observable = if bodies { Vec::new() } else { vec!["response bodies".to_owned()] };
        Ok(Capture { source, not_observable, skipped: self.skipped, damage: None, first_reading: None })
    }
}
