//! Fiddler's `.saz`: of each session the messages as they went over the network, and a page of what Fiddler
//! knew of it. <https://docs.telerik.com/fiddler-everywhere/knowledge-base/fiddler-archives>

use serde_json::{Value, json};

use super::{Capture, Exchange, Members, Time};
use crate::capture::har::Entries;
use crate::capture::message;
use crate::capture::moment::moment;

/// Whether a file of an archive is the request of a session: `raw/007_c.txt`.
pub(super) fn is_session(name: &str) -> bool {
    number(name).is_some()
}

fn number(name: &str) -> Option<&str> {
    name.strip_prefix("raw/")?.strip_suffix("_c.txt")
}

pub(super) fn read(members: &mut Members<'_>, now: Time, exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
    let mut sessions: Vec<String> = members.names.iter().filter_map(|name| number(name).map(str::to_owned)).collect();
    sessions.sort_by_key(|number| (number.parse::<u64>().unwrap_or(u64::MAX), number.clone()));
    let mut entries = Entries::starting(now);
    for number in &sessions {
        let place = format!("session {number}");
        match entry(members, number) {
            Ok(Some(entry)) => entries.take(&place, &entry, exchanges),
            // The tunnels through which Fiddler decrypts are no requests of the browser's.
            Ok(None) => {}
            Err(why) => entries.skip(&place, &why),
        }
    }
    if exchanges.is_empty() {
        return Err("this archive of Fiddler holds no session that can be read; save all sessions again, without a password".to_owned());
    }
    Ok(entries.finish("Fiddler archive", exchanges))
}

/// One session as an entry; `None` for a tunnel.
fn entry(members: &mut Members<'_>, number: &str) -> Result<Option<Value>, String> {
    let sent = members.bytes(&format!("raw/{number}_c.txt"))?;
    if sent.starts_with(b"CONNECT ") {
        return Ok(None);
    }
    let known = members.bytes(&format!("raw/{number}_m.xml")).unwrap_or_default();
    let known = Known(String::from_utf8_lossy(&known).into_owned());
    let received = members.bytes(&format!("raw/{number}_s.txt")).unwrap_or_default();
    let request = message::request(&sent, None, "https").ok_or("its request names no host; save the sessions again")?;
    let begun = known.timer("ClientBeginRequest");
    let (started, ended) = (begun.as_deref().and_then(moment), known.timer("ServerDoneResponse").as_deref().and_then(moment));
    let duration = started.zip(ended).map(|((started, _), (ended, _))| ended.since(started));
    Ok(Some(json!({
        "startedDateTime": begun,
        "time": duration,
        "serverIPAddress": known.flag("x-hostip"),
        "request": request,
        "response": message::response(&received),
    })))
}

/// What Fiddler knew of a session: attributes of `SessionTimers`, and `SessionFlag` elements.
struct Known(String);

impl Known {
    fn timer(&self, name: &str) -> Option<String> {
        let (_, timers) = self.0.split_once("<SessionTimers ")?;
        // Timers that never ran stand at the beginning of the calendar.
        attribute(timers.split_once('>')?.0, name).filter(|time| !time.starts_with("0001-")).map(str::to_owned)
    }

    fn flag(&self, name: &str) -> Option<&str> {
        let mut flags = self.0.split("<SessionFlag ").skip(1).filter_map(|rest| Some(rest.split_once('>')?.0));
        attribute(flags.find(|flag| attribute(flag, "N").is_some_and(|flag| flag.eq_ignore_ascii_case(name)))?, "V")
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::archive;
    use crate::capture::read;
    use crate::time::Time;

    // As Fiddler's documentation describes its archives; Fiddler itself does not run here.
    const KNOWN: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Session SID=\"2\"><SessionTimers ClientConnected=\"2026-11-20T10:00:00.0000000+01:00\" ClientBeginRequest=\"2026-11-20T10:00:01.5000000+01:00\" ServerDoneResponse=\"2026-11-20T10:00:01.7500000+01:00\" ClientDoneResponse=\"0001-01-01T00:00:00\" /><SessionFlags><SessionFlag N=\"x-processinfo\" V=\"chrome:1\" /><SessionFlag N=\"x-hostIP\" V=\"192.0.2.7\" /></SessionFlags></Session>";
    const SENT: &str =
        "GET https://app.test/me HTTP/1.1\r\nHost: app.test\r\nCookie: sid=1\r\nUser-Agent: Mozilla/5.0 Chrome/125.0.0.0\r\n\r\n";
    const RECEIVED: &str =
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

    #[test]
    fn reads_sessions_in_the_order_of_their_numbers() {
        let file = archive(&[
            ("raw/10_c.txt", SENT),
            ("raw/2_c.txt", SENT),
            ("raw/2_s.txt", RECEIVED),
            ("raw/2_m.xml", KNOWN),
            ("raw/1_c.txt", "CONNECT app.test:443 HTTP/1.1\r\nHost: app.test\r\n\r\n"),
            ("raw/1_s.txt", "HTTP/1.1 200 Connection Established\r\n\r\n"),
        ]);
        let (exchanges, capture) = read(&file, Time::default()).unwrap();
        let [first, last] = exchanges.as_slice() else { panic!("two exchanges, not {}", exchanges.len()) };
        assert_eq!((first.url.as_str(), first.status(), first.response_text()), ("https://app.test/me", 401, "{}"));
        assert_eq!((first.started, first.duration), (Time::from_rfc3339("2026-11-20T09:00:01.5Z").unwrap(), 250));
        assert_eq!(first.server_address.as_deref(), Some("192.0.2.7"));
        assert!(last.unseen.response, "what has no answer in the archive was not recorded");
        assert_eq!(capture.source.engine, crate::capture::Engine::Chromium);
    }

    #[test]
    fn says_what_it_cannot_unpack() {
        let empty = archive(&[("raw/1_c.txt", "GET /me HTTP/1.1\r\n\r\n")]);
        assert!(read(&empty, Time::default()).unwrap_err().contains("holds no session that can be read"));
        let mut cut = archive(&[("raw/1_c.txt", SENT)]);
        cut.truncate(cut.len() / 2);
        assert!(read(&cut, Time::default()).unwrap_err().contains("damaged"));
        assert!(read(&archive(&[("notes.txt", "x")]), Time::default()).unwrap_err().contains("no HAR file"));
        assert!(read(&archive(&[("0-meta.json", "{}")]), Time::default()).unwrap_err().contains("session of Charles"));
    }
}
