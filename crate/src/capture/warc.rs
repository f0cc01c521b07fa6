//! Web archives (ISO 28500), as wget, browsertrix and archiveweb.page write them: records of requests and
//! responses as they went over the network.

use std::collections::BTreeMap;

use memchr::memmem;
use serde_json::{Value, json};

use super::har::Entries;
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning, message};
use crate::exchange::Exchange;
use crate::time::Time;

/// Whether a file begins with a record.
pub(super) fn recognises(head: &[u8]) -> bool {
    beginning(head).starts_with(b"WARC/")
}

/// A reader; every record has a time.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Warc { now })
}

struct Warc {
    now: Time,
}

struct Record<'a> {
    fields: BTreeMap<String, &'a str>,
    block: &'a [u8],
}

impl<'a> Record<'a> {
    /// The first record, and what follows it.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let bytes = bytes.trim_ascii_start();
        let end = memmem::find(bytes, b"\r\n\r\n")?;
        let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let mut lines = head.lines();
        lines.next().filter(|version| version.starts_with("WARC/"))?;
        let fields: BTreeMap<_, _> =
            lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim())).collect();
        let length = fields.get("content-length")?.parse::<usize>().ok()?;
        let rest = bytes.get(end + 4..)?;
        let (block, rest) = rest.split_at_checked(length)?;
        Some((Self { fields, block }, rest))
    }

    fn field(&self, name: &str) -> &'a str {
        self.fields.get(name).copied().unwrap_or_default()
    }

    fn target(&self) -> &'a str {
        self.field("warc-target-uri").trim_matches(['<', '>'])
    }
}

impl Read for Warc {
    const NAME: &'static str = "web archive";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let mut rest = bytes;
        let (mut requests, mut responses) = (Vec::new(), Responses::default());
        while let Some((record, after)) = Record::first(rest) {
            rest = after;
            match record.field("warc-type") {
                "request" => requests.push(record),
                "response" => responses.add(record),
                _ => {}
            }
        }
        let mut entries = Entries::starting(self.now);
        for request in &requests {
            let response = responses.of(request);
            let place = format!("record {}", request.field("warc-record-id"));
            match entry(request, response) {
                Some(entry) => entries.take(&place, &entry, exchanges),
                None => entries.skip(&place, "it holds no request of HTTP/1; record the login as HAR instead"),
            }
        }
        if exchanges.is_empty() {
            return Err(
                "this web archive has no record of a request; record with one that keeps requests, or save a HAR instead".to_owned()
            );
        }
        let mut capture = entries.finish("web archive", exchanges);
        if !rest.trim_ascii().is_empty() {
            let place = super::Position::START.after(bytes.get(..bytes.len() - rest.len()).unwrap_or(bytes));
            capture.damage = Some(super::Error { place, what: "the archive breaks off here; save it again".to_owned() });
        }
        Ok(capture)
    }
}

/// The responses, by their own names and by those of the requests that they name.
#[derive(Default)]
struct Responses<'a> {
    records: Vec<Record<'a>>,
    own: BTreeMap<&'a str, usize>,
    of_requests: BTreeMap<&'a str, usize>,
}

impl<'a> Responses<'a> {
    fn add(&mut self, record: Record<'a>) {
        let at = self.records.len();
        for (index, name) in [(&mut self.own, "warc-record-id"), (&mut self.of_requests, "warc-concurrent-to")] {
            if !record.field(name).is_empty() {
                index.insert(record.field(name), at);
            }
        }
        self.records.push(record);
    }

    /// The answer to a request: either names the other.
    fn of(&self, request: &Record<'a>) -> Option<&Record<'a>> {
        let named = self.own.get(request.field("warc-concurrent-to"));
        self.records.get(*named.or_else(|| self.of_requests.get(request.field("warc-record-id")))?)
    }
}

fn entry(request: &Record<'_>, response: Option<&Record<'_>>) -> Option<Value> {
    Some(json!({
        "startedDateTime": request.field("warc-date"),
        "serverIPAddress": request.fields.get("warc-ip-address"),
        "request": message::request(request.block, Some(request.target()), "https")?,
        "response": response.and_then(|response| message::response(response.block)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::read;

    /// Recorded by wget 1.21.3 of a login on loopback.
    const LOGIN: &[u8] = include_bytes!("warc/login.warc");

    #[test]
    fn joins_requests_and_responses() {
        let (exchanges, capture) = read(LOGIN, Time::default()).unwrap();
        let [login, home, ..] = exchanges.as_slice() else { panic!("two exchanges, not {}", exchanges.len()) };
        assert_eq!((capture.source.name.as_str(), &*login.method, login.status()), ("web archive", "POST", 303));
        assert_eq!(&*login.request.body.as_ref().unwrap().text, "user=alice&password=wonder");
        assert_eq!(login.received("set-cookie"), Some("sid=s3cr3t-of-a-test; Path=/; HttpOnly"));
        assert_eq!((home.url.path(), home.sent("cookie"), home.status()), ("/home", Some("sid=s3cr3t-of-a-test"), 200));
        assert!(!login.unseen.moment && home.started >= login.started);
    }

    #[test]
    fn says_where_an_archive_breaks_off() {
        let (exchanges, capture) = read(LOGIN.get(..LOGIN.len() - 700).unwrap(), Time::default()).unwrap();
        assert!(!exchanges.is_empty());
        assert!(capture.damage.unwrap().what.contains("breaks off"));
    }
}
