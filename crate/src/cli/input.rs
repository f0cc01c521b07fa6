//! The file to diagnose, whatever form it has. What it is, its content tells, not its name.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use why401::diagnosis::{Input, Skipped};
use why401::exchange::Exchange;
use why401::har::{Engine, Reader};
use why401::limits::HAR_CHUNK;
use why401::notation;
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

/// Bytes of exchange notation, which people write by hand.
const NOTATION: usize = 16 * 1024 * 1024;
const WHAT_TO_DO: &str = "give a HAR file: in the Network tab of DevTools, save all as HAR with content";

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
    let broken = source.by_ref().take(HAR_CHUNK as u64).read_to_end(&mut bytes).err();
    Head { bytes, broken: broken.map(|error| refusal(&error)) }
}

fn plain(head: Head, rest: impl Read, now: Option<Time>) -> Result<Captured, String> {
    match (form(&head.bytes), head.broken) {
        (Form::Har, broken) => har(&head.bytes, broken, rest, now),
        (_, Some(broken)) => Err(broken),
        (Form::Notation, None) => exchange_notation(head.bytes, rest),
        (Form::Nothing, None) => Err(format!("the file is empty; {WHAT_TO_DO}")),
        (Form::Zip, None) => Err("this is a ZIP archive; unpack it and give the HAR file in it".to_owned()),
        (Form::Binary, None) => Err(format!("this is a binary file, neither a HAR nor exchange notation; {WHAT_TO_DO}")),
        (Form::Text, None) => Err(format!("line 1, column 1: this is neither a HAR nor exchange notation; {WHAT_TO_DO}")),
    }
}

enum Form {
    Har,
    Notation,
    Nothing,
    Zip,
    Binary,
    Text,
}

fn form(head: &[u8]) -> Form {
    let unmarked = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = unmarked.trim_ascii_start();
    let is_utf16 = matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{', 0, ..] | [0, b'{', ..]);
    match text {
        _ if is_utf16 => Form::Har,
        [] => Form::Nothing,
        [b'{', ..] => Form::Har,
        [b'P', b'K', 3, 4, ..] => Form::Zip,
        _ if text.iter().take(4096).any(|byte| *byte < 9 || (14..32).contains(byte) && *byte != 27) => Form::Binary,
        [b'>' | b'#' | b'@' | b'~', ..] => Form::Notation,
        _ => Form::Text,
    }
}

fn har(head: &[u8], mut broken: Option<String>, mut rest: impl Read, now: Option<Time>) -> Result<Captured, String> {
    let mut reader = now.map_or_else(Reader::default, Reader::starting);
    let mut exchanges = Vec::new();
    let mut wants_more = reader.feed(head, &mut exchanges);
    let mut chunk = vec![0; HAR_CHUNK];
    while wants_more && broken.is_none() {
        match rest.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => wants_more = reader.feed(chunk.get(..length).unwrap_or_default(), &mut exchanges),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => broken = Some(refusal(&error)),
        }
    }
    let capture = match reader.finish(&mut exchanges) {
        Ok(capture) => capture,
        Err(error) => return Err(broken.unwrap_or_else(|| error.to_string())),
    };
    let skipped = capture.skipped.into_iter().map(|skipped| Skipped { entry: skipped.entry, why: skipped.why }).collect();
    let input = Input { exchanges: exchanges.len(), skipped, source: capture.source, not_observable: capture.not_observable };
    let damage = broken.or(capture.damage.map(|error| error.to_string()));
    Ok(Captured { exchanges, input, engine: capture.engine, damage: damage.map(Problem) })
}

fn exchange_notation(head: Vec<u8>, rest: impl Read) -> Result<Captured, String> {
    let mut text = head;
    rest.take(NOTATION as u64).read_to_end(&mut text).map_err(|error| refusal(&error))?;
    if text.len() > NOTATION {
        return Err(format!("this exchange notation is larger than {} MB; cut it down to the login", NOTATION >> 20));
    }
    let text = String::from_utf8(text).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line}: this is not UTF-8; save the file as UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let exchanges = notation::parse(text).map_err(|error| error.to_string())?;
    let input = Input { exchanges: exchanges.len(), source: "exchange notation".to_owned(), ..Input::default() };
    Ok(Captured { exchanges, input, engine: Engine::Other, damage: None })
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
