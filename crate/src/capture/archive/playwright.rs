//! Playwright's `trace.zip`: one line for each request, which is an entry of HAR with its content in a file
//! of the archive.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::{Capture, Exchange, Members, Time};
use crate::capture::har::Entries;

/// Whether a file of an archive is a log of requests: `trace.network`, `0-trace.network`.
pub(super) fn is_log(name: &str) -> bool {
    name.ends_with(".network")
}

pub(super) fn read(members: &mut Members<'_>, now: Time, exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
    let mut entries = Entries::starting(now);
    let mut logs: Vec<String> = members.names.iter().filter(|name| is_log(name)).cloned().collect();
    logs.sort();
    for log in logs {
        let text = members.bytes(&log)?;
        for (line, number) in text.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty()) {
            let place = format!("{log}, line {number}");
            let Ok(mut line) = serde_json::from_slice::<Value>(line) else {
                entries.skip(&place, "this is no whole line; record the trace again");
                continue;
            };
            if let Some(entry) = line.get_mut("snapshot") {
                for part in ["/response/content", "/request/postData"] {
                    fill_in(entry.pointer_mut(part), members);
                }
                // Unlike Chrome, whose entries look alike, Playwright lists every field, whatever it knows of sizes.
                for part in ["/request/headersSize", "/response/headersSize"] {
                    if let Some(size) = entry.pointer_mut(part) {
                        *size = 0.into();
                    }
                }
                entries.take(&place, entry, exchanges);
            }
        }
    }
    if exchanges.is_empty() {
        return Err("this trace of Playwright holds no request; record it with snapshots, which keep the network".to_owned());
    }
    let version = (members.bytes("trace.trace").ok()).and_then(|trace| {
        let line = trace.split(|byte| *byte == b'\n').next()?;
        serde_json::from_slice::<Value>(line).ok()?.get("playwrightVersion")?.as_str().map(|version| format!(" {version}"))
    });
    Ok(entries.finish(&format!("Playwright{} trace", version.unwrap_or_default()), exchanges))
}

/// Puts the content in whose file is named: by its path since 1.5x, by its name in `resources` before.
fn fill_in(content: Option<&mut Value>, members: &mut Members<'_>) {
    let Some(content) = content.and_then(Value::as_object_mut) else { return };
    let path = content.get("_file").and_then(Value::as_str).map(str::to_owned);
    let name = content.get("_sha1").and_then(Value::as_str).map(|name| format!("resources/{name}"));
    let Some(bytes) = path.or(name).and_then(|path| members.bytes(&path).ok()) else { return };
    match String::from_utf8(bytes) {
        Ok(text) => content.insert("text".to_owned(), text.into()),
        Err(error) => {
            content.insert("encoding".to_owned(), "base64".into());
            content.insert("text".to_owned(), BASE64_STANDARD.encode(error.as_bytes()).into())
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::time::Time;

    /// Recorded by Playwright 1.65.1 of a login on loopback.
    const TRACE: &[u8] = include_bytes!("playwright/trace.zip");

    #[test]
    fn reads_a_trace_with_its_contents() {
        let (exchanges, capture) = read(TRACE, Time::default()).unwrap();
        let [page, login, home, api] = exchanges.as_slice() else { panic!("four exchanges, not {}", exchanges.len()) };
        assert_eq!(capture.source.name, "Playwright 1.65.1 trace");
        assert!(page.response_text().contains("type=password"));
        assert_eq!(&*login.request.body.as_ref().unwrap().text, "user=alice&password=wonder");
        assert_eq!(login.received("set-cookie"), Some("sid=s3cr3t-of-a-test; Path=/; HttpOnly"));
        assert_eq!(home.sent("cookie"), Some("sid=s3cr3t-of-a-test"));
        assert_eq!((api.status(), api.sent("authorization")), (401, Some("Bearer opaque-token-of-a-test")));
        assert!(api.response_text().contains("invalid_token") && !api.unseen.moment);
        assert!(capture.not_observable.is_empty(), "{:?}", capture.not_observable);
    }
}
