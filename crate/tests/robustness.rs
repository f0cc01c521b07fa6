//! Damaged captures: whatever is cut off or flipped, the answer is a diagnosis or a clear error.

#![cfg(test)]

#[path = "common/captures.rs"]
mod captures;
mod common;
#[path = "common/files.rs"]
mod files;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use why401::capture::har::Reader;
use why401::redact::Redactor;
use why401::report;
use why401::session::Session;
use why401::session::cookie_store::Profile;

const CUTS: usize = 200;
const FLIPS: usize = 2000;
/// Files beyond this many bytes are damaged entry by entry: all of them at every place would take hours.
const WHOLE: usize = 16 * 1024;

/// What JSON and the grammars of header fields take for structure, and what is no text at all.
const STRUCTURE: &[u8] = b"\"\\{}[],:;= \n%0\0\xff";

/// Knuth's linear congruential generator: the same places on every run.
struct Places(u64);

impl Places {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }
}

/// Everything that a file goes through, down to the text that a person reads.
fn diagnose(file: &[u8]) {
    let mut reader = Reader::default();
    let mut exchanges = Vec::new();
    for chunk in file.chunks(4096) {
        if !reader.feed(chunk, &mut exchanges) {
            break;
        }
    }
    match reader.finish(&mut exchanges) {
        Err(error) => assert!(error.what.contains(';') && error.place.line > 0, "no clear error: {error}"),
        Ok(capture) => {
            assert!(capture.skipped.iter().all(|skipped| skipped.why.contains(';')), "no clear reason: {:?}", capture.skipped);
            let mut session = Session::new(Profile::chrome());
            for exchange in exchanges {
                session.push(exchange);
            }
            let diagnosis = session.diagnose(why401::diagnosis::Input::default(), &mut Redactor::default());
            assert!(report::text::render(&diagnosis, true).ends_with('\n'));
            assert!(report::json::render(&diagnosis).ends_with("}\n"));
        }
    }
}

/// One capture and the pieces that are damaged in its place: itself, or its entries one by one.
struct Capture {
    name: String,
    file: Vec<u8>,
    pieces: Vec<Vec<u8>>,
}

fn captures() -> Vec<Capture> {
    let own = ["chromium-156", "firefox-153"];
    let own = own.iter().filter_map(|folder| common::shared_data(folder)).flat_map(|folder| files::files_under(&folder.join("har")));
    let foreign = files::PUBLISHED.iter().filter_map(|folder| common::shared_data(folder)).flat_map(|folder| files::files_under(&folder));
    let read = |path: PathBuf, own: bool| {
        let bytes = fs::read(&path).unwrap();
        let file = if own { captures::capture_as_har(&bytes) } else { bytes };
        Capture { name: path.display().to_string(), pieces: pieces(&file), file }
    };
    let is_har = |path: &PathBuf| path.extension().is_some_and(|extension| ["har", "harp", "json"].iter().any(|known| extension == *known));
    own.map(|path| read(path, true)).chain(foreign.filter(is_har).map(|path| read(path, false))).collect()
}

fn pieces(file: &[u8]) -> Vec<Vec<u8>> {
    let har: Value = serde_json::from_slice(file).unwrap_or_default();
    match har["log"]["entries"].as_array() {
        Some(entries) if file.len() > WHOLE && entries.len() > 1 => entries
            .iter()
            .map(|entry| json!({"log": {"creator": har["log"]["creator"], "entries": [entry]}}).to_string().into_bytes())
            .collect(),
        _ => vec![file.to_vec()],
    }
}

impl Capture {
    /// Tries every damage, and names the first that breaks something.
    fn damaged(&self) -> Result<(), String> {
        let tried =
            |what: String, file: &[u8]| catch_unwind(AssertUnwindSafe(|| diagnose(file))).map_err(|_| format!("{}: {what}", self.name));
        tried("as it is".to_owned(), &self.file)?;
        for cut in 0..CUTS {
            let number = cut % self.pieces.len();
            let piece = &self.pieces[number];
            let end = piece.len() * cut / CUTS;
            tried(format!("piece {number} cut at {end}"), &piece[..end])?;
        }
        let mut places = Places(0x5eed);
        let mut damaged = Vec::new();
        for _ in 0..FLIPS {
            let piece = places.below(self.pieces.len());
            damaged.clone_from(&self.pieces[piece]);
            let place = places.below(damaged.len());
            let Some(byte) = damaged.get_mut(place) else { continue };
            // Half of them at a bit, half of them to structure.
            *byte = match places.below(2) {
                0 => *byte ^ (1 << places.below(8)),
                _ => STRUCTURE[places.below(STRUCTURE.len())],
            };
            tried(format!("piece {piece} flipped at {place}"), &damaged)?;
        }
        Ok(())
    }
}

#[test]
fn every_capture_cut_and_flipped_is_diagnosed_or_refused_clearly() {
    let captures = captures();
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(capture) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(what) = capture.damaged() {
                        broken.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{broken:#?}");
}
