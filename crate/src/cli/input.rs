//! The file to diagnose, whatever form it has. What it is, its content tells, not its name.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use why401::capture::{self, Engine};
use why401::diagnosis::Input;
use why401::exchange::Exchange;
use why401::limits::CAPTURE_CHUNK;
use why401::time::Time;

use super::Problem;
use super::progress::Watched;

/// What a file held.
pub struct Captured {
    /// Its exchanges, in order of time.
    pub exchanges: Vec<Exchange>,
    /// What is known of the file.
    pub input: Input,
    /// The browser whose rules the requests followed.
    pub engine: Engine,
    /// What kept the file from being read to its end.
    pub damage: Option<Problem>,
}

/// Reads a file, or standard input. `now` stands in for the time of requests that have none.
///
/// # Errors
/// When nothing of it can be read; the line names the file.
pub fn read(path: Option<&Path>, now: Option<Time>) -> Result<Captured, Problem> {
    let name = path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    let told = |what: String| Problem(format!("{name}: {what}"));
    let (source, total): (Box<dyn Read>, _) = match path {
        None => (Box::new(io::stdin().lock()), None),
        Some(path) => {
            let file = File::open(path).map_err(|error| told(refusal(&error)))?;
            let total = file.metadata().ok().map(|metadata| metadata.len());
            (Box::new(file), total)
        }
    };
    let mut source = Watched::new(source, name.clone(), total);
    let head = first(&mut source);
    let captured = if head.bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = MultiGzDecoder::new(head.bytes.as_slice().chain(source));
        let head = first(&mut unpacked);
        plain(head, unpacked, now)
    } else {
        plain(head, source, now)
    };
    let mut captured = captured.map_err(told)?;
    captured.damage = captured.damage.map(|damage| told(damage.0));
    captured.exchanges.sort_by_key(|exchange| exchange.started);
    Ok(captured)
}

/// The first chunk: as many bytes as tell what the file is.
struct Head {
    bytes: Vec<u8>,
    /// What ended the file early.
    broken: Option<String>,
}

fn first(source: &mut impl Read) -> Head {
    let mut bytes = Vec::new();
    let broken = source.by_ref().take(CAPTURE_CHUNK as u64).read_to_end(&mut bytes).err();
    Head { bytes, broken: broken.map(|error| refusal(&error)) }
}

fn plain(head: Head, mut rest: impl Read, now: Option<Time>) -> Result<Captured, String> {
    let Head { bytes, mut broken } = head;
    let mut exchanges = Vec::new();
    let mut reader = capture::open(&bytes, now.unwrap_or_default()).map_err(|error| broken.take().unwrap_or(error))?;
    let mut wants_more = reader.feed(&bytes, &mut exchanges);
    drop(bytes);
    let mut chunk = vec![0; CAPTURE_CHUNK];
    while wants_more && broken.is_none() {
        match rest.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => wants_more = reader.feed(chunk.get(..length).unwrap_or_default(), &mut exchanges),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => broken = Some(refusal(&error)),
        }
    }
    let mut capture = match reader.finish(&mut exchanges) {
        Ok(capture) => capture,
        Err(error) => return Err(broken.unwrap_or_else(|| error.to_string())),
    };
    let damage = broken.or(capture.damage.take().map(|error| error.to_string())).map(Problem);
    let engine = capture.source.engine;
    Ok(Captured { input: Input::of(capture, exchanges.len()), exchanges, engine, damage })
}

/// What an error of the system means for whoever named the file.
fn refusal(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file; check the path".to_owned(),
        ErrorKind::PermissionDenied => "you may not read this file; check its permissions".to_owned(),
        ErrorKind::IsADirectory => "this is a directory; name a file in it".to_owned(),
        ErrorKind::UnexpectedEof => "the gzipped file breaks off; copy or save it again".to_owned(),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => "the gzipped file is damaged; copy or save it again".to_owned(),
        _ => format!("the file cannot be read: {error}; copy it somewhere else and try again"),
    }
}
