//! A report of Why401's own in HTML: the redacted capture in it is read as any other.

use memchr::memmem;

use super::{Capture, Error, Format, Position, beginning, har};
use crate::exchange::Exchange;
use crate::limits::HAR_ENTRY;
use crate::time::Time;

const GENERATOR: &[u8] = b"<meta name=\"generator\" content=\"Why401 ";
const BEGINS: &[u8] = b"<template id=\"why401-capture\">";
const ENDS: &[u8] = b"</template>";

/// Whether a file begins as such a report does.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head);
    text.starts_with(b"<!doctype html>") && memmem::find(text.get(..text.len().min(1024)).unwrap_or_default(), GENERATOR).is_some()
}

/// A reader; every request in a report has a time.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Box::new(Report { page: Vec::new(), now })
}

struct Report {
    page: Vec<u8>,
    now: Time,
}

impl Format for Report {
    fn feed(&mut self, bytes: &[u8], _: &mut Vec<Exchange>) -> bool {
        self.page.extend_from_slice(bytes);
        self.page.len() <= HAR_ENTRY
    }

    fn finish(self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        let begins = memmem::find(&self.page, BEGINS).map(|at| at + BEGINS.len());
        let inside = begins.and_then(|begins| self.page.get(begins..)).and_then(|rest| rest.get(..memmem::find(rest, ENDS)?));
        let Some(inside) = inside else {
            return Err(Error { place: Position::START, what: "this report has no capture in it; save it again".to_owned() });
        };
        let text = String::from_utf8_lossy(inside);
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let mut reader = har::reader(self.now);
        reader.feed(text.as_bytes(), exchanges);
        reader.finish(exchanges)
    }
}
