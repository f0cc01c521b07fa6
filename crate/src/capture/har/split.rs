//! Cuts a HAR file into the elements of `log.entries`, chunk by chunk, so that a file of any size
//! needs the memory of one entry, and a file that breaks off still yields every entry before.

use memchr::memchr2;

use crate::capture::Position;
use crate::limits;

/// A member that says what wrote the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Creator,
    Browser,
    /// What Why401 itself wrote beside.
    Remarks,
}

/// What the splitter found.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Head(Head, &'a [u8]),
    Entry(&'a [u8], Position),
    /// An entry beyond [`HAR_ENTRY`](limits::HAR_ENTRY).
    TooLong(Position),
}

/// How far the file was read, once it is at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Whole, with a list of entries.
    Whole,
    /// Whole, but there is no list of entries.
    NoEntries,
    /// Nothing but white space.
    Empty,
    /// Something else than JSON's `{` at the beginning.
    NoObject(Position),
    /// The file breaks off here.
    Cut(Position),
    /// What stands here cannot stand there in JSON.
    Broken(Position),
    /// A quotation mark of print stands where JSON's should.
    PrintQuotes(Position),
    /// The capture is whole, and this behind it is none.
    More(Position),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    /// In an object, before a key.
    Key,
    Colon,
    Value,
    /// In the list, before an entry.
    Entries,
    Inside(What),
    End,
    /// Nothing more is read.
    Stopped(Ending),
}

/// The value that is being passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Key,
    Head(Head),
    Entry,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Log,
    Entries,
    Head(Head),
    Other,
}

#[derive(Debug)]
pub(super) struct Splitter {
    state: State,
    scan: Scan,
    /// JSON has no comments; some tools and people write them.
    comment: Option<Comment>,
    in_log: bool,
    /// The file is a list: of entries, or of captures.
    is_list: bool,
    /// The file is entries alone, one behind the other, as lines of JSON are.
    is_bare: bool,
    member: Member,
    found_entries: bool,
    /// The beginning of a value whose end lies in a later chunk.
    held: Vec<u8>,
    too_long: bool,
    /// Where the next byte stands, and where the value being passed began.
    place: Position,
    begun: Position,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            state: State::Start,
            scan: Scan::default(),
            comment: None,
            in_log: false,
            is_list: false,
            is_bare: false,
            member: Member::Other,
            found_entries: false,
            held: Vec::new(),
            too_long: false,
            place: Position::START,
            begun: Position::START,
        }
    }
}

impl Splitter {
    /// Takes the next chunk; `false` when nothing further can be of use.
    pub(super) fn feed(&mut self, chunk: &[u8], each: &mut impl FnMut(Piece<'_>)) -> bool {
        let mut rest = chunk;
        while let Some((&byte, after)) = rest.split_first() {
            match self.state {
                State::Inside(what) => {
                    let (length, ended) = self.scan.pass(rest);
                    let (value, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                    self.place = self.place.after(value);
                    rest = after;
                    if what != What::Other {
                        self.take(what, value, ended, each);
                    } else if ended {
                        self.state = State::Key;
                    }
                    continue;
                }
                _ if self.comment.is_some() || byte == b'/' => {
                    self.comment = Comment::after(self.comment, byte);
                    self.place = self.place.after(std::slice::from_ref(&byte));
                    rest = after;
                    continue;
                }
                State::Stopped(_) => return false,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                match (self.state, byte) {
                    (State::Start, b'{') if holds_messages(after) => {
                        self.is_bare = true;
                        self.found_entries = true;
                        self.enter(What::Entry);
                    }
                    // Two captures in one file are both read.
                    (State::Start | State::End, b'{') | (State::Key, b',') => self.state = State::Key,
                    (State::Start, b'[') => {
                        self.is_list = true;
                        if !holds_captures(after) {
                            self.found_entries = true;
                            self.state = State::Entries;
                        }
                    }
                    (State::End, b',') => {}
                    (State::End, b']') if self.is_list => self.is_list = false,
                    (State::End, _) => self.state = State::Stopped(Ending::More(self.place)),
                    (State::Start, _) => self.state = State::Stopped(Ending::NoObject(self.place)),
                    (State::Key, b'}') if self.in_log => self.in_log = false,
                    (State::Key, b'}') => self.state = State::End,
                    (State::Colon, b':') => self.state = State::Value,
                    (State::Value, b'{') if self.member == Member::Log && !self.in_log => {
                        self.in_log = true;
                        self.state = State::Key;
                    }
                    (State::Value, b'[') if self.member == Member::Entries => {
                        self.found_entries = true;
                        self.state = State::Entries;
                    }
                    (State::Entries, b',') => {}
                    (State::Entries, _) if self.is_bare && byte != b'{' => self.state = State::Stopped(Ending::More(self.place)),
                    (State::Entries, b']') if self.is_list && !self.in_log => self.state = State::End,
                    (State::Entries, b']') => self.state = State::Key,
                    (State::Key, b'"') => self.enter(What::Key),
                    (State::Key | State::Value, PRINT_QUOTE) => self.state = State::Stopped(Ending::PrintQuotes(self.place)),
                    (State::Value, _) if !matches!(byte, b',' | b':' | b'}' | b']') => {
                        self.enter(if let Member::Head(head) = self.member { What::Head(head) } else { What::Other });
                    }
                    (State::Entries, _) if !matches!(byte, b':' | b'}') => self.enter(What::Entry),
                    _ => self.state = State::Stopped(Ending::Broken(self.place)),
                }
                if matches!(self.state, State::Inside(_)) {
                    self.scan = Scan::from(byte);
                    continue;
                }
            }
            self.place = self.place.after(std::slice::from_ref(&byte));
            rest = after;
        }
        true
    }

    /// How the file ended.
    pub(super) fn ending(&self) -> Ending {
        match self.state {
            State::Start => Ending::Empty,
            State::End if self.found_entries => Ending::Whole,
            State::Entries if self.is_bare => Ending::Whole,
            State::End => Ending::NoEntries,
            State::Stopped(ending) => ending,
            _ => Ending::Cut(self.place),
        }
    }

    /// Whether the bytes so far end inside an entry.
    pub(super) fn is_in_entry(&self) -> bool {
        self.state == State::Inside(What::Entry)
    }

    /// Whether the file is entries alone, without what a HAR has around them.
    pub(super) fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// Whether a list of entries was found so far.
    pub(super) fn found_entries(&self) -> bool {
        self.found_entries
    }

    fn enter(&mut self, what: What) {
        self.state = State::Inside(what);
        self.begun = self.place;
        self.too_long = false;
        self.held.clear();
    }

    /// Takes a piece of a value that matters, and hands it on when it is whole.
    fn take(&mut self, what: What, value: &[u8], ended: bool, each: &mut impl FnMut(Piece<'_>)) {
        let bound = match what {
            What::Entry | What::Head(Head::Remarks) => limits::HAR_ENTRY,
            _ => limits::HAR_HEAD,
        };
        self.too_long |= self.held.len() + value.len() > bound;
        if self.too_long {
            self.held = Vec::new();
        } else if !ended || !self.held.is_empty() {
            self.held.extend_from_slice(value);
        }
        if !ended {
            return;
        }
        let whole = if self.held.is_empty() { value } else { &self.held };
        match what {
            What::Entry if self.too_long => each(Piece::TooLong(self.begun)),
            What::Entry => each(Piece::Entry(whole, self.begun)),
            What::Head(head) if !self.too_long => each(Piece::Head(head, whole)),
            What::Key if !self.too_long => self.member = member(whole, self.in_log),
            What::Key => self.member = Member::Other,
            What::Head(_) | What::Other => {}
        }
        self.state = match what {
            What::Key => State::Colon,
            What::Entry => State::Entries,
            What::Head(_) | What::Other => State::Key,
        };
        // One huge entry must not keep its memory for the rest of the file.
        if self.held.capacity() > 4 * limits::CAPTURE_CHUNK {
            self.held = Vec::new();
        } else {
            self.held.clear();
        }
    }
}

/// `entries` and its neighbours also count without a `log` around them, as the devtools API's
/// `getHAR` hands them out.
fn member(key: &[u8], in_log: bool) -> Member {
    match key {
        b"\"log\"" if !in_log => Member::Log,
        b"\"entries\"" => Member::Entries,
        b"\"creator\"" => Member::Head(Head::Creator),
        b"\"browser\"" => Member::Head(Head::Browser),
        b"\"_why401\"" => Member::Head(Head::Remarks),
        _ => Member::Other,
    }
}

/// Bytes of a list's first element in which a capture names its log.
const LIST_HEAD: usize = 1024;

/// Whether a list, behind its bracket, is one of whole captures.
fn holds_captures(list: &[u8]) -> bool {
    let first = list.trim_ascii_start().strip_prefix(b"{").unwrap_or_default();
    let begins = first.get(..LIST_HEAD).unwrap_or(first);
    let log = memchr::memmem::find(begins, b"\"log\"");
    log.is_some_and(|at| begins.get(..at).is_some_and(|before| !before.contains(&b'{')))
}

/// Whether an object, behind its bracket, is an entry alone: one that holds a request.
fn holds_messages(object: &[u8]) -> bool {
    let mut rest = object;
    loop {
        let Some((key, after)) = value(rest.trim_ascii_start()).filter(|(key, _)| key.starts_with(b"\"")) else { return false };
        let Some(of) = after.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start) else { return false };
        match key {
            b"\"request\"" => return of.starts_with(b"{"),
            b"\"log\"" | b"\"entries\"" => return false,
            _ => {}
        }
        let Some((_, after)) = value(of) else { return false };
        let after = after.trim_ascii_start();
        rest = after.strip_prefix(b",").unwrap_or(after);
    }
}

/// The value that a text begins with, and what stands behind it; `None` where it has no end.
fn value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, ended) = Scan::from(*text.first()?).pass(text);
    text.split_at_checked(length).filter(|_| ended)
}

/// The first byte of “, ”, ‘ and ’ in UTF-8.
pub(super) const PRINT_QUOTE: u8 = 0xe2;

/// How far a comment was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comment {
    Slash,
    Line,
    Block,
    Star,
}

impl Comment {
    /// Where the next byte leads; `None` behind the comment's end, or where there was none.
    fn after(before: Option<Self>, byte: u8) -> Option<Self> {
        match (before, byte) {
            (None, _) => Some(Self::Slash),
            (Some(Self::Slash), b'*') => Some(Self::Block),
            (Some(Self::Slash), b'/') => Some(Self::Line),
            (Some(Self::Line), b'\n') | (Some(Self::Star), b'/') | (Some(Self::Slash), _) => None,
            (Some(Self::Line), _) => Some(Self::Line),
            (Some(Self::Block | Self::Star), b'*') => Some(Self::Star),
            (Some(Self::Block | Self::Star), _) => Some(Self::Block),
        }
    }
}

/// Passes over one JSON value without reading it.
#[derive(Debug, Default)]
struct Scan {
    /// A number or word, which ends before what follows it.
    is_bare: bool,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// For the value that begins with this byte.
    fn from(first: u8) -> Self {
        Self { is_bare: !matches!(first, b'"' | b'{' | b'['), ..Self::default() }
    }

    /// How many of these bytes belong to the value, and whether it ends with them.
    fn pass(&mut self, text: &[u8]) -> (usize, bool) {
        if self.is_bare {
            let end = text.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']'));
            return (end.unwrap_or(text.len()), end.is_some());
        }
        let mut rest = text;
        while !rest.is_empty() {
            let next = if self.escaped {
                Some(0)
            } else if self.in_string {
                memchr2(b'"', b'\\', rest)
            } else {
                rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))
            };
            let Some((byte, after)) = next.and_then(|at| rest.get(at..)).and_then(<[u8]>::split_first) else { break };
            rest = after;
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' => self.depth += 1,
                _ => self.depth = self.depth.saturating_sub(1),
            }
            if self.depth == 0 && !self.in_string {
                return (text.len() - rest.len(), true);
            }
        }
        (text.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, size: usize) -> (Vec<String>, Ending) {
        let mut splitter = Splitter::default();
        let mut found = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            splitter.feed(chunk, &mut |piece| {
                found.push(match piece {
                    Piece::Entry(text, place) => format!("{}:{} {}", place.line, place.column, String::from_utf8_lossy(text)),
                    Piece::Head(head, text) => format!("{head:?} {}", String::from_utf8_lossy(text)),
                    Piece::TooLong(place) => format!("{}:{} too long", place.line, place.column),
                });
            });
        }
        (found, splitter.ending())
    }

    #[test]
    fn passes_over_comments_and_names_quotes_of_print() {
        let commented = "{ // an export\n\"log\": /* * */ {\"entries\": [ // {\n {\"a\": 1}, ] } }";
        for size in [1, commented.len()] {
            assert_eq!(split(commented, size), (vec!["3:2 {\"a\": 1}".to_owned()], Ending::Whole));
        }
        assert_eq!(split("{“log”: {}}", 99).1, Ending::PrintQuotes(Position { line: 1, column: 2 }));
    }

    #[test]
    fn finds_entries_wherever_the_chunks_are_cut() {
        let text = concat!(
            "{\"comment\": \"}]\\\"\", \"log\": {\n \"pages\": [{\"entries\": []}], \"version\": 1.2,\n",
            " \"creator\": {\"name\": \"x\"}, \"entries\": [ {\"a\": \"\\\\\"},\n  {\"b\": [\"}\", {}]}, null,7, \"s\" ],\n",
            " \"browser\": {} }}"
        );
        let expected = [
            "Creator {\"name\": \"x\"}",
            "3:41 {\"a\": \"\\\\\"}",
            "4:3 {\"b\": [\"}\", {}]}",
            "4:21 null",
            "4:26 7",
            "4:29 \"s\"",
            "Browser {}",
        ];
        for size in [1, 2, 3, 5, 8, 13, 1000] {
            let (found, ending) = split(text, size);
            assert_eq!(found, expected, "chunks of {size}");
            assert_eq!(ending, Ending::Whole);
        }
    }

    #[test]
    fn reads_lists_of_entries_and_of_captures() {
        let both = ["1:2 {\"a\": 1}", "1:11 {\"b\": 2}"];
        assert_eq!(split("[{\"a\": 1},{\"b\": 2}]\n", 99), (both.map(str::to_owned).to_vec(), Ending::Whole));
        let captures = "[ {\"log\": {\"entries\": [{\"a\": 1}]}},\n{\"log\": {\"entries\": [{\"b\": 2}]}} ]";
        let (found, ending) = split(captures, 99);
        assert_eq!((found.len(), ending), (2, Ending::Whole));
    }

    #[test]
    fn reads_entries_that_stand_there_alone() {
        let one = r#"{"time": [1, {"request": 2}], "response": {}, "request": {"url": "a"}}"#;
        let lines = format!("{one}\n{one},\n\n{one}\n");
        let (found, ending) = split(&lines, lines.len());
        assert_eq!((found.len(), ending), (3, Ending::Whole));
        let (found, ending) = split(&format!("{one}\nsent from my phone"), 999);
        assert_eq!((found.len(), ending), (1, Ending::More(Position { line: 2, column: 1 })));
        assert!(matches!(split(one.split_at(40).0, 999), (found, Ending::Cut(_)) if found.is_empty()));
        for other in
            ["{}", "{\"request\": \"GET /\"}", "{\"a\": {\"request\": {}}}", "{\"log\": {\"request\": {}}}", "{\"a\": \"", "{1: 2}"]
        {
            assert!(!matches!(split(other, 99), (_, Ending::Whole)), "{other}");
        }
        let capture = "{\"log\": {\"request\": {}, \"entries\": [{\"a\": 1}]}, \"request\": {}}";
        assert_eq!(split(capture, 99).0, ["1:37 {\"a\": 1}"]);
    }

    #[test]
    fn names_what_stands_behind_a_capture() {
        let one = "{\"log\":{\"entries\":[{\"a\":1}]}}";
        for (more, entries, expected) in [
            (",\n", 1, Ending::Whole),
            ("\nsent from my phone", 1, Ending::More(Position { line: 2, column: 1 })),
            ("}", 1, Ending::More(Position { line: 1, column: 30 })),
            (",\n{\"log\":{\"entries\":[{\"a\":1}]}}", 2, Ending::Whole),
        ] {
            let (found, ending) = split(&format!("{one}{more}"), 5);
            assert_eq!((found.len(), ending), (entries, expected), "{more}");
        }
    }

    #[test]
    fn yields_the_entries_before_a_cut_and_says_where_it_is() {
        let (found, ending) = split("{\"log\":{\"entries\":[{\"a\":1},\n{\"b\":", 4);
        assert_eq!(found, ["1:20 {\"a\":1}"]);
        assert_eq!(ending, Ending::Cut(Position { line: 2, column: 6 }));
    }

    #[test]
    fn names_what_is_no_har() {
        for (text, expected) in [
            ("", Ending::Empty),
            (" \n ", Ending::Empty),
            ("\n<html>", Ending::NoObject(Position { line: 2, column: 1 })),
            ("{\"log\": {\"entries\": null}}", Ending::NoEntries),
            ("{\"log\": }", Ending::Broken(Position { line: 1, column: 9 })),
            ("{\"entries\": []}", Ending::Whole),
        ] {
            assert_eq!(split(text, 3).1, expected, "{text}");
        }
    }
}
