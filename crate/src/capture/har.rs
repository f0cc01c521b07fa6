//! HAR 1.2, as browsers and proxies really write it, becomes [`Exchange`]s.
//!
//! A file is fed to a [`Reader`] chunk by chunk; one entry, as the live devtools API hands it out,
//! is an [`Entry`]. Nothing here fails on an oddity that leaves the exchange readable.

mod charset;
mod content;
mod convert;
mod encoding;
mod entries;
mod entry;
mod kind;
mod lenient;
pub mod live;
mod pages;
mod programs;
pub mod remarks;
mod repair;
mod split;
mod unseen;
mod weight;
mod write;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::borrow::Cow;

pub use convert::EntryError;
pub(super) use entries::Entries;
pub use entry::{Captured, Entry};
pub use lenient::Text;
pub use write::{Writer, write};

use super::shape::put;
use super::{Capture, Error, Format, Position, Skipped, beginning, hidden};
use crate::exchange::{Exchange, Kind, ServedBy};
use crate::limits;
#[cfg(not(target_arch = "wasm32"))]
use crate::parallel;
use crate::syntax::http_date;
use crate::time::Time;
use encoding::Encoding;
use pages::Pages;
use programs::{Program, Programs};
use remarks::Remarks;
use split::{Ending, Head, PRINT_QUOTE, Piece, Splitter};
use weight::Whole;

const PRINT_QUOTES: &str =
    "a quotation mark of print (“, ”, ‘ or ’) stands here, put in by an editor or a chat; hand on the file itself, not its text";

const EXPORT: &str = "in the Network tab of DevTools, save all as HAR with content";

/// Whether a file begins as a HAR does, in whichever encoding.
pub(super) fn recognises(head: &[u8]) -> bool {
    let is_utf16 = matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{', 0, ..] | [0, b'{', ..]);
    let text = behind_comments(beginning(head));
    let is_list = || text.strip_prefix(b"[").is_some_and(|list| list.trim_ascii_start().starts_with(b"{"));
    is_utf16 || text.starts_with(b"{") || is_list()
}

/// What a text begins with, behind the comments that people put there.
fn behind_comments(mut text: &[u8]) -> &[u8] {
    loop {
        let end = match text {
            [b'/', b'/', ..] => memchr::memchr(b'\n', text).map(|at| at + 1),
            [b'/', b'*', ..] => memchr::memmem::find(text, b"*/").map(|at| at + 2),
            _ => return text,
        };
        let Some(rest) = end.and_then(|end| text.get(end..)) else { return text };
        text = rest.trim_ascii_start();
    }
}

/// A reader for which requests without a time were made at `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Box::new(Reader::starting(now))
}

impl Format for Reader {
    fn feed(&mut self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> bool {
        Self::feed(self, bytes, exchanges)
    }

    fn finish(self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        Self::finish(*self, exchanges)
    }
}

/// Reads a HAR file.
#[derive(Default)]
pub struct Reader {
    encoding: Encoding,
    splitter: Splitter,
    intake: Intake,
}

impl Reader {
    /// A reader for which requests without a time were made at `now`, until one has a time.
    #[must_use]
    pub fn starting(now: Time) -> Self {
        Self { intake: Intake { started: now, ..Intake::default() }, ..Self::default() }
    }

    /// Takes the next bytes of the file and appends the exchanges that are now complete. `false`
    /// when nothing that follows can be of use.
    pub fn feed(&mut self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> bool {
        let text = self.encoding.decode(bytes);
        Self::split(&mut self.splitter, &mut self.intake, &text, exchanges)
    }

    /// Reads what a text holds, entry by entry.
    #[cfg(target_arch = "wasm32")]
    fn split(splitter: &mut Splitter, intake: &mut Intake, text: &[u8], exchanges: &mut Vec<Exchange>) -> bool {
        splitter.feed(text, &mut |piece| intake.take(piece, exchanges))
    }

    /// The same on two cores: while one still splits, the other reads.
    #[cfg(not(target_arch = "wasm32"))]
    fn split(splitter: &mut Splitter, intake: &mut Intake, text: &[u8], exchanges: &mut Vec<Exchange>) -> bool {
        let mut number = intake.next;
        let split = |hand_on: &mut dyn FnMut((Cut, u32))| {
            splitter.feed(text, &mut |piece| {
                let cut = match piece {
                    Piece::Head(..) => return intake.take(piece, exchanges),
                    Piece::Entry(text, place) => Cut::Entry(text.to_vec(), place),
                    Piece::TooLong(place) => Cut::TooLong(place),
                };
                hand_on((cut, number));
                number = number.saturating_add(1);
            })
        };
        let read = |(cut, number): (Cut, u32)| match cut {
            Cut::Entry(text, place) => Ok((entry(&text, number), text, place)),
            Cut::TooLong(place) => Err(place),
        };
        let (wants_more, read) = parallel::shared(split, read);
        for read in read {
            match read {
                Ok((read, text, place)) => intake.keep(&text, place, read, exchanges),
                Err(place) => intake.take(Piece::TooLong(place), exchanges),
            }
        }
        wants_more
    }

    /// Ends the file. What turned out about the file as a whole is noted in each of the exchanges,
    /// which must be those that [`feed`](Self::feed) appended.
    ///
    /// # Errors
    /// When the file is no HAR, or no entry of it could be read.
    pub fn finish(mut self, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        let rest = self.encoding.rest();
        Self::split(&mut self.splitter, &mut self.intake, &rest, exchanges);
        let damage = self.damage(exchanges.len())?;
        let Intake { remarks, source, next, mut skipped, skipped_more, seen, whole, first_problem, .. } = self.intake;
        if let Some(error) = damage.as_ref().filter(|_| self.splitter.is_in_entry()) {
            skipped.push(Skipped { entry: next as usize, why: error.to_string() });
        }
        if skipped_more > 0 {
            let entry = skipped.last().map_or(0, |last| last.entry);
            skipped.push(Skipped { entry, why: format!("{skipped_more} more entries after this one could not be read either") });
        }
        if let (true, Some(error)) = (exchanges.is_empty(), first_problem) {
            return Err(error);
        }
        lead_up(exchanges);
        let mut struck = seen.struck;
        if source.may_be_sanitised() && seen.whole_exchange && !seen.cookie && !seen.authorization {
            for (exchange, whole) in exchanges.iter_mut().zip(&whole) {
                struck |= note_struck(exchange, *whole, |whole| whole != Some(true));
            }
        }
        let mut not_observable = hidden::told(exchanges);
        if struck {
            not_observable.extend(hidden::amount("cookies", exchanges, |exchange| exchange.unseen.cookies || exchange.unseen.set_cookies));
            not_observable.extend(hidden::amount("authorization", exchanges, |exchange| exchange.unseen.authorization));
        }
        if source.writes_what_it_would_send() {
            not_observable.push("what was sent, for which stands what would be sent when the file was written".to_owned());
        }
        if source.is_from_firefox() {
            not_observable.push("proxy-authorization".to_owned());
        }
        not_observable.extend(hidden::amount("response bodies", exchanges, |exchange| exchange.unseen.response_body));
        if begins_late(exchanges) {
            not_observable.push("the pages before the first".to_owned());
        }
        if let Some(remarks) = remarks {
            let first_reading = remarks.first_reading_of(exchanges).map(Into::into);
            if first_reading.is_none() && remarks.first_reading.is_some() {
                skipped.push(Skipped {
                    entry: 0,
                    why: "this file was edited after it was written, so what its first reading found is left out".into(),
                });
            }
            return Ok(Capture { source: remarks.source(), not_observable: remarks.not_observable, skipped, damage, first_reading });
        }
        Ok(Capture { source: source.source(), not_observable, skipped, damage, first_reading: None })
    }

    /// What is wrong with the file as a whole: nothing, something to tell, or too much.
    fn damage(&self, read: usize) -> Result<Option<Error>, Error> {
        let start = Position::START;
        let error = |place, what: String| Error { place, what };
        let is_other = self.splitter.is_bare() || self.intake.source.is_other_program();
        let again = if is_other { "export or copy it again".to_owned() } else { format!("{EXPORT} again") };
        let told = match self.splitter.ending() {
            Ending::Whole => return Ok(None),
            Ending::Empty => return Err(error(start, format!("the file is empty; {EXPORT}"))),
            Ending::NoObject(place) => return Err(error(place, format!("this is not JSON, so it is no HAR; {EXPORT}"))),
            Ending::NoEntries => return Err(error(start, format!("this JSON has no log.entries, so it is no HAR; {EXPORT}"))),
            Ending::Cut(place) if self.splitter.is_in_entry() => {
                error(place, format!("the file breaks off inside entry {}; {again}", self.intake.next))
            }
            Ending::Cut(place) => error(place, format!("the file breaks off before its end; {again}")),
            Ending::PrintQuotes(place) => error(place, PRINT_QUOTES.to_owned()),
            Ending::More(place) => {
                error(place, "the capture ends before this, which is none, and is not read; hand on one capture a file".to_owned())
            }
            Ending::Broken(place) => error(place, format!("this is not valid JSON; {again}")),
        };
        if self.splitter.found_entries() && read > 0 { Ok(Some(told)) } else { Err(told) }
    }
}

/// What is cut from a file to be read elsewhere.
#[cfg(not(target_arch = "wasm32"))]
enum Cut {
    Entry(Vec<u8>, Position),
    TooLong(Position),
}

/// What was learnt from the entries so far.
#[derive(Default)]
struct Intake {
    remarks: Option<Remarks>,
    source: Programs,
    /// The number of the next entry.
    next: u32,
    /// When the exchange before began.
    started: Time,
    skipped: Vec<Skipped>,
    skipped_more: usize,
    first_problem: Option<Error>,
    seen: Seen,
    /// For each exchange, whether the file lists all its fields.
    whole: Vec<Whole>,
    pages: Pages,
}

/// What at least one exchange showed.
#[derive(Default)]
struct Seen {
    /// A request and a response as they went over the network.
    whole_exchange: bool,
    /// Cookie or Set-Cookie.
    cookie: bool,
    authorization: bool,
    /// Fields that were certainly there, and are not listed.
    struck: bool,
}

impl Intake {
    fn take(&mut self, piece: Piece<'_>, exchanges: &mut Vec<Exchange>) {
        match piece {
            Piece::Head(head, text) => {
                if head == Head::Remarks {
                    self.remarks = serde_json::from_slice(text).ok();
                    return;
                }
                let program = String::from_utf8_lossy(text);
                let Ok(program) = serde_json::from_str::<Program<'_>>(&program) else { return };
                let owned = |text: Text<'_>| Text(Cow::Owned(text.0.into_owned()));
                let program = Some(Program { name: owned(program.name), version: owned(program.version) });
                match head {
                    Head::Creator => self.source.creator = program,
                    Head::Browser => self.source.browser = program,
                    Head::Remarks => {}
                }
            }
            Piece::TooLong(place) => {
                let why = format!("it is larger than {} MB; save the HAR without content, or remove the entry", limits::HAR_ENTRY >> 20);
                self.skip(place, place, &why);
                self.next = self.next.saturating_add(1);
            }
            Piece::Entry(text, place) => self.keep(text, place, entry(text, self.next), exchanges),
        }
    }

    /// Keeps what was read of the next entry, which is that text.
    fn keep(&mut self, text: &[u8], place: Position, read: Result<Single, Unreadable>, exchanges: &mut Vec<Exchange>) {
        match read {
            Ok(single) => self.put(single, exchanges),
            Err(Unreadable::Json(error)) => self.skip(place, within(place, text, &error), problem(&error, text)),
            Err(Unreadable::Entry(error)) => self.skip(place, place, error.0),
        }
        self.next = self.next.saturating_add(1);
    }

    /// Puts an exchange behind those before it.
    fn put(&mut self, single: Single, exchanges: &mut Vec<Exchange>) {
        let Single { mut exchange, whole, page } = single;
        if self.source.writes_what_it_would_send() {
            exchange.unseen.moment = true;
            exchange.started = UNPLACED;
        }
        exchange.unseen.response |= exchange.status() == 0 && exchange.error.is_none() && self.source.writes_zero_for_no_answer();
        if exchange.started == UNPLACED {
            exchange.started = self.started.plus(1);
        }
        self.pages.take(&page, &mut exchange);
        place_in_time(&mut exchange, self.started);
        self.seen.struck |= note_struck(&mut exchange, whole, |whole| whole == Some(false));
        self.learn(&exchange);
        self.whole.push(whole);
        exchanges.push(exchange);
    }

    fn learn(&mut self, exchange: &Exchange) {
        self.started = exchange.started;
        let unseen = exchange.unseen;
        let seen = &mut self.seen;
        seen.whole_exchange |=
            exchange.response.is_some() && exchange.served_by == ServedBy::Network && !unseen.cookies && !unseen.set_cookies;
        seen.cookie |= exchange.sent("cookie").is_some() || exchange.received("set-cookie").is_some();
        seen.authorization |= exchange.sent("authorization").is_some();
        if self.source.agent.is_none() {
            self.source.agent = exchange.sent("user-agent").map(Into::into);
        }
    }

    fn skip(&mut self, begun: Position, place: Position, what: &str) {
        let entry = self.next as usize;
        if self.first_problem.is_none() {
            self.first_problem = Some(Error { place, what: format!("entry {entry} cannot be read: {what}") });
        }
        if self.skipped.len() == limits::HAR_SKIPPED {
            self.skipped_more += 1;
            return;
        }
        let Position { line, column } = place;
        let why = if place == begun { format!("line {line}: {what}") } else { format!("line {line}, column {column}: {what}") };
        self.skipped.push(Skipped { entry, why });
    }
}

/// Where no entry has a time: later than the dates by which servers delete cookies, earlier than any that
/// a capture can hold.
const UNTIMED: Time = Time::from_seconds(946_684_800);

/// Where an entry without a time begins as long as the one before it is not known.
const UNPLACED: Time = Time::MIN;

/// Puts an exchange without a time behind the one before, or at the moment that its answer's Date states.
fn place_in_time(exchange: &mut Exchange, before: Time) {
    if exchange.unseen.moment && exchange.started == before.plus(1) {
        let stated = exchange.received("date").and_then(http_date::moment);
        exchange.started = exchange.started.max(UNTIMED).max(stated.unwrap_or(UNTIMED));
    }
}

/// Brings those without a time that stand before the first with one up to it.
fn lead_up(exchanges: &mut [Exchange]) {
    let first = exchanges.iter().position(|exchange| exchange.started > UNTIMED.plus(i64::from(u32::MAX)));
    let Some((before, started)) = first.and_then(|first| Some((exchanges.get(..first)?.len(), exchanges.get(first)?.started))) else {
        return;
    };
    for (exchange, ahead) in exchanges.iter_mut().take(before).rev().zip(1..) {
        exchange.started = started.plus(-ahead);
    }
}

/// Notes in an exchange which fields the file may have struck from it; whether there are any.
fn note_struck(exchange: &mut Exchange, whole: Whole, may_be: impl Fn(Option<bool>) -> bool) -> bool {
    let (request, response) = (may_be(whole.request), may_be(whole.response) && exchange.response.is_some());
    exchange.unseen.cookies |= request && exchange.sent("cookie").is_none();
    exchange.unseen.authorization |= request && exchange.sent("authorization").is_none();
    exchange.unseen.set_cookies |= response && exchange.received("set-cookie").is_none();
    request || response
}

enum Unreadable {
    Json(serde_json::Error),
    Entry(EntryError),
}

/// What one element of `log.entries` says by itself.
struct Single {
    exchange: Exchange,
    /// Whether all its fields are listed.
    whole: Whole,
    /// Its `pageref`.
    page: Box<str>,
}

/// Reads one element of `log.entries`.
fn entry(text: &[u8], number: u32) -> Result<Single, Unreadable> {
    let read = |text: &str| -> Result<Single, Unreadable> {
        let entry: Entry<'_, &RawValue> = Entry::deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(Unreadable::Json)?;
        let mut exchange = entry.exchange(number, UNPLACED).map_err(Unreadable::Entry)?;
        hidden::note(&mut exchange);
        Ok(Single { exchange, whole: Whole::of(&entry), page: entry.page.as_ref().into() })
    };
    if let Some(text) = with_contents(text) {
        return read(&text);
    }
    match std::str::from_utf8(text) {
        Ok(text) => match read(text) {
            Err(Unreadable::Json(error)) if error.classify() == Category::Syntax => {
                read(&repair::repaired(text.as_bytes())).or(Err(Unreadable::Json(error)))
            }
            // Of members that stand there twice the last counts, as everywhere else.
            Err(Unreadable::Json(error)) if error.classify() == Category::Data => {
                let last = serde_json::from_str::<serde_json::Value>(text).map(|value| value.to_string());
                last.map_or(Err(Unreadable::Json(error)), |text| read(&text))
            }
            result => result,
        },
        Err(_) => read(&repair::repaired(text)),
    }
}

/// An exchange with its contents where HAR has them: programs that are no HAR writers put them down as `body`.
fn with_contents(text: &[u8]) -> Option<String> {
    memchr::memmem::find(text, b"\"body\"")?;
    let mut exchange: serde_json::Value = serde_json::from_slice(text).ok()?;
    for [message, content] in [["request", "postData"], ["response", "content"]] {
        let of = exchange.get(message).filter(|message| message.get(content).is_none());
        if let Some(body) = of.and_then(|message| message.get("body")).cloned() {
            put(&mut exchange, &format!("{message}/{content}/text"), body);
        }
    }
    Some(exchange.to_string())
}

/// Whether people came to the first page of a capture from another page: without "Preserve log" a browser
/// forgets with every page what was before it, so what was set there is missing.
fn begins_late(exchanges: &[Exchange]) -> bool {
    let pages = exchanges.iter().filter(|exchange| exchange.kind == Kind::Document);
    let first = pages.min_by_key(|exchange| exchange.started);
    first.is_some_and(|first| first.sent("referer").is_some() && first.sent("sec-fetch-dest").is_none_or(|dest| dest == "document"))
}

/// What `serde_json` found, without its quote of the value there, which may be a secret.
fn problem(error: &serde_json::Error, text: &[u8]) -> &'static str {
    let at = offset(text, error);
    match error.classify() {
        _ if text.get(at.saturating_sub(1)..).is_some_and(|rest| rest.iter().take(2).any(|byte| *byte == PRINT_QUOTE)) => PRINT_QUOTES,
        Category::Data => "a value there has another type than HAR gives it; capture again, or correct it in the file",
        _ => "this is not valid JSON; capture again, or correct it in the file",
    }
}

/// Where in the file an error lies that was found in an entry.
fn within(begun: Position, text: &[u8], error: &serde_json::Error) -> Position {
    begun.after(text.get(..offset(text, error)).unwrap_or(text))
}

fn offset(text: &[u8], error: &serde_json::Error) -> usize {
    let line_start = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum::<usize>();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}
