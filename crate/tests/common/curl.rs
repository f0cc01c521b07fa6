//! The exchanges that curl's own test files hold: what a server replied, and exactly what curl sent next.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One test file.
pub struct Transcript {
    /// `test64`.
    pub name: String,
    /// The user name and password in the command, where they stand there.
    pub login: Option<(String, String)>,
    /// Every reply: its fields in order.
    pub replies: Vec<Vec<(String, String)>>,
    /// Every request, in order.
    pub requests: Vec<Request>,
}

/// One request.
#[derive(Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The target, as sent.
    pub target: String,
    /// The fields in order.
    pub fields: Vec<(String, String)>,
    /// The content.
    pub body: String,
}

impl Request {
    /// The path and the query, also where a proxy was asked for the whole address.
    #[must_use]
    pub fn path(&self) -> &str {
        let behind = self.target.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|slash| rest.get(slash..)));
        behind.unwrap_or(&self.target)
    }

    /// The value of the first field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}

/// Reads every test file of a folder, in order of name.
#[must_use]
pub fn transcripts(folder: &Path) -> Vec<Transcript> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_test = |path: &&std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("test"));
    paths.iter().filter(is_test).map(|path| transcript(path)).collect()
}

fn transcript(path: &Path) -> Transcript {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = expand(&String::from_utf8_lossy(&fs::read(path).unwrap()), name.trim_start_matches("test"));
    let between = |open: &str, close: &str| -> Vec<String> {
        let pieces = text.split(open).skip(1);
        pieces.map(|piece| piece.split(close).next().unwrap().split_once('>').map_or("", |(_, inner)| inner).to_owned()).collect()
    };
    let replies = between("<data", "</data").iter().chain(&between("<connect", "</connect")).map(|reply| fields(reply)).collect();
    let mut requests = Vec::new();
    for block in between("<protocol", "</protocol").iter().chain(&between("<proxy", "</proxy")) {
        requests.extend(self::requests(block));
    }
    let command = between("<command", "</command").concat();
    Transcript { name, login: login(&command), replies, requests }
}

/// Name and password behind `-u` or `--user`, or in the address.
fn login(command: &str) -> Option<(String, String)> {
    let option = ["-u ", "--user "].iter().find_map(|option| command.split_once(option));
    let option = option.map(|(_, rest)| match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest.get(1..).unwrap().split(quote).next().unwrap(),
        _ => rest.split_whitespace().next().unwrap_or_default(),
    });
    let address = || command.split_once("http://").and_then(|(_, rest)| Some(rest.split_once('@')?.0)).filter(|word| !word.contains('/'));
    let word = option.or_else(address)?;
    word.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

fn fields(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.trim_end_matches('\r').split_once(':'));
    lines.map(|(name, value)| (name.to_owned(), value.trim_matches([' ', '\t']).to_owned())).collect()
}

fn requests(block: &str) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    let mut in_body = false;
    for line in block.lines().map(|line| line.trim_end_matches('\r')) {
        let is_request = [" HTTP/1.1", " HTTP/1.0", " HTTP/2"].iter().any(|version| line.ends_with(version));
        if let Some((method, rest)) = line.split_once(' ').filter(|_| is_request) {
            let target = rest.rsplit_once(' ').map_or(rest, |(target, _)| target);
            requests.push(Request { method: method.to_owned(), target: target.to_owned(), ..Request::default() });
            in_body = false;
        } else if let Some(request) = requests.last_mut() {
            match line.split_once(':').filter(|_| !in_body) {
                Some((name, value)) => request.fields.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned())),
                None if line.is_empty() => in_body = true,
                None => request.body += line,
            }
        }
    }
    requests
}

/// Fills in what stands for numbers, addresses and odd bytes (curl's docs/tests/FILEFORMAT.md).
fn expand(text: &str, number: &str) -> String {
    let mut text = text.replace("%TESTNUMBER", number).replace("%CR", "\r").replace("%TAB", "\t").replace("%SP", " ").replace("%AMP", "&");
    for (name, value) in [("%HOSTIP", "127.0.0.1"), ("%HTTPPORT", "8990"), ("%HTTPSPORT", "8991"), ("%PROXYPORT", "8992")] {
        text = text.replace(name, value);
    }
    let text = replace(&text, "%repeat[", "]%", |inner| {
        let (times, what) = inner.split_once(" x ").unwrap();
        what.repeat(times.parse().unwrap())
    });
    let text = replace(&text, "%hex[", "]hex%", |inner| String::from_utf8_lossy(&bytes(inner)).into_owned());
    replace(&text, "%b64[", "]b64%", |inner| STANDARD.encode(bytes(inner)))
}

fn replace(text: &str, open: &str, close: &str, by: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split(open);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (inner, rest) = piece.split_once(close).unwrap();
        whole += &by(inner);
        whole += rest;
    }
    whole
}

/// Text in which `%` and two hexadecimal digits stand for a byte.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes
}
