//! Sessions of Charles in JSON (`.chlsj`): a list with an object for each request, which keeps the parts of its
//! address, both messages, and times. <https://www.charlesproxy.com/documentation/using-charles/sessions/>

use memchr::memmem;
use serde_json::Value;

use super::har::Entries;
use super::shape::{put, shaped, text};
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning};
use crate::exchange::Exchange;
use crate::time::Time;

/// Whether a file begins with a list whose first element names what only Charles does.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head);
    let begins = text.get(..4096).unwrap_or(text);
    let has = |part: &[u8]| memmem::find(begins, part).is_some();
    text.starts_with(b"[") && has(b"\"protocolVersion\"") && (has(b"\"actualPort\"") || has(b"\"firstLine\""))
}

/// A reader for which requests without a time were made at `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(Charles { now })
}

struct Charles {
    now: Time,
}

impl Read for Charles {
    const NAME: &'static str = "session of Charles";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let session: Value = serde_json::from_slice(bytes).map_err(|error| {
            format!("this session of Charles breaks at line {}, column {}; export it again", error.line(), error.column())
        })?;
        let mut entries = Entries::starting(self.now);
        // Tunnels, of which Charles saw nothing inside, are no requests of the browser's.
        for (request, number) in session.as_array().into_iter().flatten().zip(1..) {
            if text(request, "/method") != "CONNECT" {
                entries.take(&format!("request {number}"), &entry(request), exchanges);
            }
        }
        if exchanges.is_empty() {
            return Err("this session of Charles holds no request that can be read; in Charles switch on SSL Proxying for the site, log in, and export again".to_owned());
        }
        Ok(entries.finish("Charles session", exchanges))
    }
}

/// Where Charles keeps what HAR has.
const PLACES: [[&str; 2]; 12] = [
    ["startedDateTime", "/times/start"],
    ["time", "/durations/total"],
    ["request/method", "/method"],
    ["request/headers", "/request/header/headers"],
    ["request/postData/mimeType", "/request/mimeType"],
    ["request/postData/text", "/request/body/text"],
    ["response/status", "/response/status"],
    ["response/httpVersion", "/protocolVersion"],
    ["response/headers", "/response/header/headers"],
    ["response/content/mimeType", "/response/mimeType"],
    ["response/content/text", "/response/body/text"],
    // What is no text stands there in base64.
    ["response/content/text", "/response/body/encoded"],
];

fn entry(one: &Value) -> Value {
    let mut entry = shaped(one, &PLACES);
    put(&mut entry, "request/url", url(one).into());
    put(&mut entry, "serverIPAddress", text(one, "/remoteAddress").rsplit('/').next().into());
    put(&mut entry, "response/statusText", text(one, "/response/header/firstLine").splitn(3, ' ').nth(2).into());
    if one.pointer("/response/body/encoded").is_some() {
        put(&mut entry, "response/content/encoding", "base64".into());
    }
    if text(one, "/status") == "FAILED" {
        put(&mut entry, "_error", text(one, "/errorMessage").into());
    }
    entry
}

fn url(one: &Value) -> String {
    let mut url = format!("{}://{}", text(one, "/scheme"), text(one, "/host"));
    if let Some(port) = one.get("actualPort").and_then(Value::as_u64) {
        url.push_str(&format!(":{port}"));
    }
    url.push_str(text(one, "/path"));
    if !text(one, "/query").is_empty() {
        url.push('?');
        url.push_str(text(one, "/query"));
    }
    url
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::time::Time;

    // In the shape in which Charles 4 and 5 export; Charles itself does not run here.
    const SESSION: &str = r#"[
        {"status": "COMPLETE", "method": "CONNECT", "protocolVersion": "HTTP/1.1", "scheme": "https", "host": "app.test", "actualPort": 443, "tunnel": true, "request": {}, "response": {"status": 200}},
        {"status": "COMPLETE", "method": "POST", "protocolVersion": "HTTP/1.1", "scheme": "https", "host": "app.test", "actualPort": 443, "path": "/login", "query": "next=%2Fhome",
         "tunnel": false, "keptAlive": true, "webSocket": false, "remoteAddress": "app.test/192.0.2.7", "clientAddress": "127.0.0.1",
         "times": {"start": "2026-11-20T20:51:41.538+01:00", "end": "2026-11-20T20:51:41.700+01:00"}, "durations": {"total": 162, "latency": 120},
         "request": {"sizes": {"headers": 300, "body": 28}, "mimeType": "application/x-www-form-urlencoded", "charset": null, "contentEncoding": null,
            "header": {"firstLine": "POST /login?next=%2Fhome HTTP/1.1", "headers": [{"name": "Cookie", "value": "sid=1"}, {"name": "User-Agent", "value": "Mozilla/5.0 Firefox/144.0"}]},
            "body": {"text": "user=alice&password=wonder", "charset": null}},
         "response": {"status": 401, "sizes": {"headers": 200, "body": 30}, "mimeType": "application/json", "charset": "utf-8", "contentEncoding": null,
            "header": {"firstLine": "HTTP/1.1 401 Not Known Here", "headers": [{"name": "Content-Type", "value": "application/json; charset=utf-8"}]},
            "body": {"text": "{\"error\":\"bad\"}"}}},
        {"status": "FAILED", "errorMessage": "Remote host closed the connection", "method": "GET", "protocolVersion": "HTTP/1.1", "scheme": "http", "host": "app.test", "actualPort": 8080, "path": "/me", "query": null,
         "times": {"start": "2026-11-20T20:51:42.000+01:00"}, "request": {"header": {"firstLine": "GET /me HTTP/1.1", "headers": []}}, "response": null},
        {"status": "COMPLETE", "method": "GET", "protocolVersion": "HTTP/2.0", "scheme": "https", "host": "app.test", "path": "/api", "query": "",
         "request": {"header": {"headers": []}}, "response": {"status": 403, "mimeType": "text/plain", "header": {"headers": []}, "body": {"encoded": "Z2Vz\ncGVycnQ="}}}]"#;

    #[test]
    fn reads_what_charles_knows_of_each_request() {
        let (exchanges, capture) = read(SESSION.as_bytes(), Time::default()).unwrap();
        let [login, failed, api] = exchanges.as_slice() else { panic!("three exchanges, not {}", exchanges.len()) };
        assert_eq!((login.url.as_str(), login.status()), ("https://app.test/login?next=%2Fhome", 401));
        assert_eq!((login.started, login.duration), (Time::from_rfc3339("2026-11-20T19:51:41.538Z").unwrap(), 162));
        assert_eq!((login.sent("cookie"), login.response_text()), (Some("sid=1"), "{\"error\":\"bad\"}"));
        assert_eq!(login.request.body.as_ref().map(|body| &*body.text), Some("user=alice&password=wonder"));
        assert_eq!(login.response.as_ref().map(|response| &*response.status_text), Some("Not Known Here"));
        assert_eq!(login.server_address.as_deref(), Some("192.0.2.7"));
        assert_eq!((failed.url.port(), failed.error.as_deref()), (Some(8080), Some("Remote host closed the connection")));
        assert!(failed.response.is_none() && !failed.unseen.response);
        assert_eq!((api.status(), api.response_text(), api.unseen.moment), (403, "gesperrt", true));
        assert_eq!((&*capture.source.name, capture.source.engine), ("Charles session", crate::capture::Engine::Firefox));
    }

    #[test]
    fn tells_what_is_wrong_with_a_session() {
        let why = |file: &str| read(file.as_bytes(), Time::default()).unwrap_err();
        let cut = SESSION.split_at(400).0;
        assert!(why(cut).contains("breaks at line 4, column"), "{}", why(cut));
        let tunnels = r#"[{"method": "CONNECT", "protocolVersion": "HTTP/1.1", "actualPort": 443, "host": "app.test"}]"#;
        assert!(why(tunnels).contains("SSL Proxying"));
        let nameless = r#"[{"method": "GET", "protocolVersion": "HTTP/1.1", "actualPort": 443}]"#;
        assert!(why(nameless).contains("holds no request"));
        // A list of entries of HAR is none.
        let entries = r#"[{"request": {"url": "https://app.test/", "httpVersion": "HTTP/1.1"}, "response": {"status": 200}}]"#;
        assert_eq!(read(entries.as_bytes(), Time::default()).unwrap().1.source.name, "HAR");
    }
}
