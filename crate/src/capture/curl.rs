//! What curl prints with `-v`, and writes with `--trace-ascii` or `--trace`; also pasted without its marks.

mod block;

use std::borrow::Cow;

use serde_json::json;
use url::Url;

use super::har::Entries;
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning, notation};
use crate::exchange::Exchange;
use crate::time::Time;
use block::{Block, What};

/// Lines at the beginning of a log among which a request is looked for.
const LOOKED_AT: usize = 400;

/// Whether a request line stands behind curl's mark, or without one on the first line or before a Host field: other than
/// in exchange notation, with a version.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning(head));
    if notation::begins_with_request(&text) {
        return false;
    }
    let mut lines = text.lines().take(LOOKED_AT).map(as_printed);
    let mut bare = text.lines().zip(text.lines().skip(1)).take(LOOKED_AT);
    let is_marked =
        |line: Cow<'_, str>| line.starts_with("=> Send header") || line.strip_prefix("> ").is_some_and(|line| request_line(line).is_some());
    let has_host = |next: &str| next.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("host:"));
    text.lines().next().is_some_and(|line| request_line(line).is_some())
        || lines.any(is_marked)
        || bare.any(|(line, next)| request_line(line).is_some() && has_host(next))
}

/// A reader; requests begin when their answers say, or at `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Log { now })
}

struct Log {
    now: Time,
}

impl Read for Log {
    const NAME: &'static str = "log of curl";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let text = String::from_utf8_lossy(bytes);
        let mut reader = Reader::starting(self.now);
        let mut block = Block::default();
        for line in text.split('\n').map(|line| as_printed(line.trim_end_matches('\r'))) {
            let line = &*line;
            if let Some((what, part)) = block.take(line) {
                reader.part(what, &part, exchanges);
            }
            if !block.is_open() {
                reader.plain(line, exchanges);
            }
        }
        if let Some((what, part)) = block.close() {
            reader.part(what, &part, exchanges);
        }
        reader.end(exchanges);
        if exchanges.is_empty() {
            return Err("this log of curl has no whole request with a Host field; run curl -v again and save all that it prints".to_owned());
        }
        Ok(reader.entries.finish("curl log", exchanges))
    }
}

/// The line behind the time that `--trace-time` puts before it.
fn without_time(line: &str) -> &str {
    let is_time = |text: &str| {
        text.bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 2 | 5) { byte == b':' } else { byte.is_ascii_digit() || at == 8 && byte == b'.' })
    };
    line.split_once(' ').filter(|(first, _)| first.len() >= 12 && is_time(first)).map_or(line, |(_, rest)| rest)
}

/// A line as curl printed it, before it was pasted somewhere: without the time and the numbers that options put before it,
/// the indentation of a block of code, and the names that HTML has for its marks.
fn as_printed(line: &str) -> Cow<'_, str> {
    let line = without_ids(without_time(line));
    for (name, mark) in [("&gt;", ">"), ("&lt;", "<")] {
        if let Some(rest) = line.trim_start().strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            return Cow::Owned([mark, rest].concat());
        }
    }
    let is_marked = |line: &str| ["> ", "< ", "* "].iter().any(|mark| line.starts_with(mark)) || line == ">" || line == "<";
    Cow::Borrowed(Some(line.trim_start()).filter(|line| is_marked(line)).unwrap_or(line))
}

/// The line behind the numbers of transfer and connection that `--trace-ids` puts before it: `[0-0] `.
fn without_ids(line: &str) -> &str {
    let ids = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let is_ids = |ids: &str| ids.contains('-') && ids.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'x'));
    ids.filter(|(ids, _)| is_ids(ids)).map_or(line, |(_, rest)| rest)
}

/// Method and target of `GET /path HTTP/1.1`.
fn request_line(line: &str) -> Option<(&str, &str)> {
    let (rest, version) = line.trim_end().rsplit_once(' ')?;
    let (method, target) = rest.split_once(' ')?;
    (version.starts_with("HTTP/") && !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase())).then_some((method, target))
}

struct Reader {
    entries: Entries,
    draft: Draft,
    /// What lines without a mark belong to, behind a first line that had none either.
    unmarked: Option<What>,
    is_secure: bool,
    address: Option<String>,
    redirected_to: Option<Url>,
}

#[derive(Default)]
struct Draft {
    request: Option<(String, String)>,
    sent: Vec<(String, String)>,
    content: String,
    status: Option<(String, String)>,
    received: Vec<(String, String)>,
    is_answered: bool,
    answer: String,
}

impl Reader {
    fn starting(now: Time) -> Self {
        let entries = Entries::starting(now);
        Self { entries, draft: Draft::default(), unmarked: None, is_secure: false, address: None, redirected_to: None }
    }

    /// A line of `-v`.
    fn plain(&mut self, line: &str, exchanges: &mut Vec<Exchange>) {
        // The progress meter has no line end of its own.
        let line = if line.contains("--:--") { line.find('*').and_then(|at| line.get(at..)).unwrap_or_default() } else { line };
        if line.trim_start().starts_with("% Total") || line.trim_start().starts_with("Dload") {
            return;
        }
        match line.split_at_checked(2) {
            Some(("* ", info)) => self.info(info),
            Some(("==", info)) => self.info(info.trim_start_matches(" Info: ")),
            Some(("> ", sent)) => self.part(What::Sent, sent, exchanges),
            Some(("< ", received)) => self.part(What::Received, received, exchanges),
            Some(("} " | "{ ", data)) if data.starts_with('[') && data.ends_with("data]") => {}
            _ if line == ">" => self.part(What::Sent, "", exchanges),
            _ if line == "<" => self.part(What::Received, "", exchanges),
            _ => self.without_mark(line, exchanges),
        }
    }

    fn without_mark(&mut self, line: &str, exchanges: &mut Vec<Exchange>) {
        if self.draft.request.is_none() {
            self.info(line);
        }
        if request_line(line).is_some() {
            self.unmarked = Some(What::Sent);
        } else if self.draft.request.is_some() && self.draft.status.is_none() && line.starts_with("HTTP/") {
            self.unmarked = Some(What::Received);
        } else if line.is_empty() && self.unmarked == Some(What::Sent) {
            self.unmarked = Some(What::SentData);
        } else if self.draft.is_answered {
            let (content, info) = line.split_once("* Connection #").map_or((line, None), |(content, info)| (content, Some(info)));
            self.part(What::ReceivedData, content, exchanges);
            if !content.is_empty() && info.is_none() {
                self.draft.answer.push('\n');
            }
            return;
        }
        if let Some(what) = self.unmarked {
            self.part(what, line, exchanges);
        }
    }

    fn info(&mut self, info: &str) {
        let info = info.trim_start();
        if info.starts_with("Trying ") {
            self.is_secure = false;
        } else if info.starts_with("SSL connection using") || info.starts_with("ALPN") || info.starts_with("TLSv") {
            self.is_secure = true;
        } else if let Some((_, rest)) = info.split_once("Connected to ").and_then(|(_, rest)| rest.split_once('(')) {
            self.address = rest.split_once(')').map(|(address, _)| address.to_owned());
            self.is_secure |= rest.contains("port 443");
        } else if let Some(url) = info.strip_prefix("Issue another request to this URL: '") {
            self.redirected_to = Url::parse(url.trim_end_matches('\'')).ok();
        }
    }

    fn part(&mut self, what: What, text: &str, exchanges: &mut Vec<Exchange>) {
        match what {
            What::SentData => self.draft.content.push_str(text),
            What::ReceivedData => self.draft.answer.push_str(text),
            What::Sent => text.split('\n').for_each(|line| self.sent(line.trim_end_matches('\r'), exchanges)),
            What::Received => text.split('\n').for_each(|line| self.received(line.trim_end_matches('\r'))),
        }
    }

    fn sent(&mut self, line: &str, exchanges: &mut Vec<Exchange>) {
        if let Some((method, target)) = request_line(line) {
            // Whether lines have marks does not change with the next request.
            let unmarked = self.unmarked;
            self.end(exchanges);
            self.unmarked = unmarked;
            self.draft.request = Some((method.to_owned(), target.to_owned()));
        } else if let Some((name, value)) = line.split_once(':') {
            self.draft.sent.push((name.to_owned(), value.trim().to_owned()));
        }
    }

    fn received(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("HTTP/") {
            // What comes before the answer proper (100 Continue) is none.
            self.draft.received.clear();
            let mut words = rest.splitn(3, ' ').skip(1);
            self.draft.status = words.next().map(|status| (status.to_owned(), words.next().unwrap_or_default().trim().to_owned()));
        } else if let Some((name, value)) = line.split_once(':') {
            self.draft.received.push((name.to_owned(), value.trim().to_owned()));
        } else if line.is_empty() {
            self.draft.is_answered = self.draft.status.is_some();
        }
    }

    fn end(&mut self, exchanges: &mut Vec<Exchange>) {
        let Draft { request, sent, content, status, received, answer, .. } = std::mem::take(&mut self.draft);
        self.unmarked = None;
        let Some((method, target)) = request else { return };
        if let Some(url) = self.redirected_to.take() {
            self.is_secure = url.scheme() == "https";
        }
        let named = |fields: &[(String, String)], name: &str| {
            fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let scheme = if self.is_secure { "https" } else { "http" };
        let host = named(&sent, "host");
        let url = if target.starts_with('/') && !host.is_empty() { format!("{scheme}://{host}{target}") } else { target };
        let answer = Some(answer.trim_end_matches('\n')).filter(|answer| !answer.is_empty());
        let size = if answer.is_none() && named(&received, "content-length") == "0" { 0 } else { -1 };
        let mut entry = json!({
            "serverIPAddress": self.address,
            "request": {
                "method": method,
                "url": url,
                "headers": sent,
                "postData": { "mimeType": named(&sent, "content-type"), "text": content },
            },
        });
        if let (Some((status, text)), Some(entry)) = (status, entry.as_object_mut()) {
            let content = json!({ "size": size, "mimeType": named(&received, "content-type"), "text": answer });
            let response = json!({ "status": status, "statusText": text, "headers": received, "content": content });
            entry.insert("response".to_owned(), response);
        }
        self.entries.take(&format!("request {}", exchanges.len() + 1), &entry, exchanges);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::read;

    /// Printed by curl 7.88.1 of a server on loopback.
    const VERBOSE: &str = include_str!("curl/verbose.txt");
    const TRACE: &str = include_str!("curl/trace_ascii.txt");
    const DUMP: &str = include_str!("curl/trace.txt");

    #[test]
    fn reads_a_redirected_login_as_curl_prints_it() {
        let (exchanges, capture) = read(VERBOSE.as_bytes(), Time::default()).unwrap();
        let [login, home] = exchanges.as_slice() else { panic!("two exchanges, not {}", exchanges.len()) };
        assert_eq!((capture.source.name.as_str(), login.url.path(), login.status()), ("curl log", "/login", 302));
        assert_eq!(login.received("set-cookie"), Some("sid=abc123; Path=/; HttpOnly"));
        assert_eq!((&*home.method, home.sent("cookie"), home.status()), ("GET", Some("sid=abc123"), 401));
        assert_eq!(home.response_text(), "{\"error\":\"unauthorized\"}");
        assert!(home.unseen.moment && home.started > login.started);
    }

    #[test]
    fn reads_traces_with_what_was_sent() {
        for trace in [TRACE, DUMP] {
            let (exchanges, _) = read(trace.as_bytes(), Time::default()).unwrap();
            assert_eq!(exchanges.len(), 1);
            assert_eq!(&*exchanges[0].request.body.as_ref().unwrap().text, "user=alice&password=wonder");
            assert_eq!(exchanges[0].sent("content-type"), Some("application/x-www-form-urlencoded"));
            assert!(exchanges[0].received("date").is_some());
        }
    }

    #[test]
    fn takes_the_meter_and_a_missing_line_end_out_of_the_content() {
        let log = "  % Total    % Received\n  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying 1.2.3.4:443...\n* SSL connection using TLSv1.3\n> GET /me HTTP/2\n> Host: a.test\n> Authorization: Bearer [REDACTED]\n> \n< HTTP/2 401 \n< www-authenticate: Bearer\n< \n{\"a\":1}* Connection #0 to host a.test left intact\n";
        let (exchanges, capture) = read(log.as_bytes(), Time::default()).unwrap();
        assert_eq!((exchanges[0].url.as_str(), exchanges[0].response_text()), ("https://a.test/me", "{\"a\":1}"));
        assert!(capture.not_observable.iter().any(|part| part == "authorization, hidden in 1 of 1 exchange"), "{capture:?}");
    }

    #[test]
    fn reads_what_was_pasted_with_marks_lost_escaped_or_indented() {
        let url = |log: &str| {
            let (exchanges, capture) = read(log.as_bytes(), Time::default()).unwrap();
            assert_eq!((capture.source.name.as_str(), exchanges[0].status()), ("curl log", 401), "{log}");
            exchanges[0].url.to_string()
        };
        let log = "* Connected to a.test (1.2.3.4) port 443 (#0)\n> GET /me HTTP/1.1\n> Host: a.test\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer\n< \n{}\n";
        let lost: Vec<&str> = log.lines().map(|line| line.get(2..).filter(|_| line.len() > 2).unwrap_or_default()).collect();
        let escaped = log.replace("\n> ", "\n&gt; ").replace("\n< ", "\n&lt; ");
        let indented: Vec<String> = log.lines().map(|line| format!("    {line}")).collect();
        let numbered: Vec<String> = log.lines().map(|line| format!("10:11:12.123456 [0-0] {line}")).collect();
        for pasted in [log.to_owned(), lost.join("\n"), escaped, indented.join("\n"), numbered.join("\n")] {
            assert_eq!(url(&pasted), "https://a.test/me", "{pasted}");
        }
    }

    #[test]
    fn leaves_exchange_notation_alone_and_says_what_lacks() {
        assert_eq!(read(b"> GET https://a.test/\n< 200 OK\n", Time::default()).unwrap().1.source.name, "exchange notation");
        assert!(read(b"* Trying\n> GET / HTTP/1.1\n", Time::default()).unwrap_err().contains("curl -v again"));
    }
}
