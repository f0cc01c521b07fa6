//! Captures: what browsers, proxies and people write down becomes [`Exchange`]s.
//!
//! Each format is a file here and a line in [`FORMATS`]; only that file knows it. A capture is read as it
//! comes, chunk by chunk, and nothing fails on an oddity that leaves an exchange readable.

mod archive;
mod burp;
mod charles;
mod curl;
mod foreign;
pub mod har;
mod hidden;
pub mod ignored;
pub mod join;
mod message;
mod moment;
mod net_export;
pub mod notation;
mod postman;
pub mod recording;
mod report;
mod saml_tracer;
mod shape;
mod source;
mod warc;
mod whole;

use std::fmt;

use memchr::{memchr_iter, memrchr};
use serde::Serialize;

pub use source::{Engine, Source};

use crate::exchange::Exchange;
use crate::time::Time;

/// Every format that is known; the first that takes a file for its own reads it.
const FORMATS: &[(Recognises, Opens)] = &[
    (recording::recognises, recording::reader),
    (report::recognises, report::reader),
    (archive::recognises, archive::reader),
    (saml_tracer::recognises, saml_tracer::reader),
    (net_export::recognises, net_export::reader),
    (charles::recognises, charles::reader),
    (postman::recognises, postman::reader),
    (har::recognises, har::reader),
    (burp::recognises, burp::reader),
    (warc::recognises, warc::reader),
    (curl::recognises, curl::reader),
    (notation::recognises, notation::reader),
];

/// Whether a file that begins like this has the format.
type Recognises = fn(&[u8]) -> bool;
/// A reader for which requests without a time were made at the given one.
type Opens = fn(Time) -> Box<dyn Format>;

/// A capture in the course of being read.
pub trait Format {
    /// Takes the next bytes and appends the exchanges that are now complete. `false` when nothing that
    /// follows can be of use.
    fn feed(&mut self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> bool;

    /// Ends the capture. What turned out about it as a whole is noted in each of the exchanges, which must
    /// be those that [`feed`](Self::feed) appended.
    ///
    /// # Errors
    /// When no exchange could be read.
    fn finish(self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error>;
}

/// What a capture is, beside its exchanges.
#[derive(Clone, Debug)]
pub struct Capture {
    /// What wrote it.
    pub source: Source,
    /// What none of its exchanges can show: "cookies".
    pub not_observable: Vec<String>,
    /// What could not be read.
    pub skipped: Vec<Skipped>,
    /// Where it breaks off or stops being what it is; what stands before was read.
    pub damage: Option<Error>,
    /// What a report of Why401 says was found when the capture was whole, as the report words it. `None` where
    /// the report was changed since.
    pub first_reading: Option<Box<str>>,
}

/// A part of a capture that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Skipped {
    /// Its place in the list of exchanges, from 0.
    pub entry: usize,
    /// What is wrong with it, where, and what to do.
    pub why: String,
}

/// A place in a file, both counted from 1; the column in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

impl Position {
    /// Where a file begins.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Where the text ends that begins here.
    fn after(self, text: &[u8]) -> Self {
        let length = text.len() as u64;
        match memrchr(b'\n', text) {
            Some(at) => Self { line: self.line + memchr_iter(b'\n', text).count() as u64, column: length - at as u64 },
            None => Self { line: self.line, column: self.column + length },
        }
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where.
    pub place: Position,
    /// What is wrong there, and what to do.
    pub what: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.place.line, self.place.column, self.what)
    }
}

impl std::error::Error for Error {}

const WHAT_TO_DO: &str = "give a HAR file: in the Network tab of DevTools, save all as HAR with content";

/// The reader for a file that begins with these bytes, which are not yet read; some thousand suffice. Requests without
/// a time were made at `now`, until one has a time.
///
/// # Errors
/// When the file has no format that is known.
pub fn open(head: &[u8], now: Time) -> Result<Box<dyn Format>, String> {
    // A HAR begins as all JSON does; a report of Why401 is a web page.
    let foreign = foreign::named(head);
    let known = FORMATS
        .iter()
        .find(|(recognises, _)| recognises(head))
        .filter(|_| foreign.is_none() || !beginning(head).starts_with(b"{") && !beginning(head).starts_with(b"["));
    if let Some((_, reader)) = known {
        return Ok(reader(now));
    }
    if let Some(what) = foreign {
        return Err(what.to_owned());
    }
    let text = beginning(head);
    Err(match text {
        [] => format!("the file is empty; {WHAT_TO_DO}"),
        _ if is_binary(text) => format!("this is a binary file, neither a HAR nor exchange notation; {WHAT_TO_DO}"),
        _ => format!("line 1, column 1: this is neither a HAR nor exchange notation; {WHAT_TO_DO}"),
    })
}

/// Reads a whole file that lies in memory.
///
/// # Errors
/// When it has no format that is known, or no exchange of it could be read.
pub fn read(bytes: &[u8], now: Time) -> Result<(Vec<Exchange>, Capture), String> {
    read_pieces([bytes], now)
}

/// Reads a whole file that comes in pieces, of which the first tells what it is.
///
/// # Errors
/// As [`read`].
pub fn read_pieces(pieces: impl IntoIterator<Item: AsRef<[u8]>>, now: Time) -> Result<(Vec<Exchange>, Capture), String> {
    let mut exchanges = Vec::new();
    let mut pieces = pieces.into_iter();
    let first = pieces.next();
    let first = first.as_ref().map_or(&[][..], AsRef::as_ref);
    let mut reader = open(first, now)?;
    let mut goes_on = reader.feed(first, &mut exchanges);
    while let Some(piece) = pieces.next().filter(|_| goes_on) {
        goes_on = reader.feed(piece.as_ref(), &mut exchanges);
    }
    let capture = reader.finish(&mut exchanges).map_err(|error| error.to_string())?;
    Ok((exchanges, capture))
}

/// What a file begins with, behind a byte order mark and white space.
fn beginning(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

/// Whether text has control characters that no text has.
fn is_binary(text: &[u8]) -> bool {
    text.iter().take(4096).any(|byte| *byte < 9 || (14..32).contains(byte) && *byte != 27)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(file: &[u8]) -> String {
        read(file, Time::default()).unwrap_err()
    }

    #[test]
    fn tells_formats_by_what_a_file_holds() {
        let har = br#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://a.test/"}}]}}"#;
        let utf16: Vec<u8> = har.iter().flat_map(|byte| [*byte, 0]).collect();
        for (file, source) in [(&har[..], "HAR"), (&utf16, "HAR"), (b"\xef\xbb\xbf \n> GET https://a.test/\n", "exchange notation")] {
            let (exchanges, capture) = read(file, Time::default()).unwrap();
            assert_eq!((exchanges[0].url.as_str(), capture.source.name.as_str()), ("https://a.test/", source));
        }
    }

    #[test]
    fn says_what_a_file_is_that_it_cannot_read() {
        assert!(why(b" \n").contains("empty"));
        assert!(why(b"PK\x03\x04rest").contains("ZIP archive is damaged"));
        assert!(why(b"1234:9:websocket;0:~8:response;11:client_conn;").contains("hardump"));
        assert!(why(b"\x7fELF\x02\x01\x01\0").contains("binary"));
        assert!(why(b"<!doctype html>").contains("neither a HAR"));
        assert!(why(b"HTTP/1.1 401 Unauthorized\r\n").contains("curl -v"));
    }
}
