//! Logs of Proxyman (`.proxymanlogv2`): of each request a file in JSON, with contents in base64.
//! <https://docs.proxyman.com/basic-features/import-export>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::{Capture, Exchange, Members, Time};
use crate::capture::har::Entries;
use crate::capture::shape::{put, shaped, text};

/// Whether a file of an archive is a request: `request_7_23`.
pub(super) fn is_request(name: &str) -> bool {
    number(name).is_some()
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("request_")?.split('_').next()?.parse().ok()
}

pub(super) fn read(members: &mut Members<'_>, now: Time, exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
    let mut requests: Vec<String> = members.names.iter().filter(|name| is_request(name)).cloned().collect();
    requests.sort_by_cached_key(|name| (number(name).unwrap_or(u64::MAX), name.clone()));
    let mut entries = Entries::starting(now);
    for name in &requests {
        match serde_json::from_slice::<Value>(&members.bytes(name)?) {
            // Of a tunnel Proxyman saw nothing inside.
            Ok(one) if text(&one, "/request/method/name") == "CONNECT" => {}
            Ok(one) => entries.take(name, &entry(&one), exchanges),
            Err(_) => entries.skip(name, "this is no whole JSON; save the log again"),
        }
    }
    if exchanges.is_empty() {
        return Err("this log of Proxyman holds no request that can be read; in Proxyman enable SSL Proxying for the site, log in, then choose File, Export, HAR".to_owned());
    }
    Ok(entries.finish("Proxyman log", exchanges))
}

/// Where Proxyman keeps what HAR has.
const PLACES: [[&str; 2]; 5] = [
    ["request/method", "/request/method/name"],
    ["request/url", "/request/fullPath"],
    ["response/status", "/response/status/code"],
    ["response/statusText", "/response/status/phrase"],
    ["response/content/text", "/response/bodyData"],
];

fn entry(one: &Value) -> Value {
    let mut entry = shaped(one, &PLACES);
    let moment = |at: &str| one.pointer(at).and_then(Value::as_f64).map(|seconds| (seconds * 1000.0).round() as i64);
    if let Some(started) = moment("/timing/requestStartedAt") {
        put(&mut entry, "startedDateTime", started.into());
        put(&mut entry, "time", moment("/timing/responseEndedAt").unwrap_or(started).saturating_sub(started).into());
    }
    put(&mut entry, "response/content/encoding", "base64".into());
    for message in ["request", "response"] {
        for field in one.pointer(&format!("/{message}/header/entries")).and_then(Value::as_array).into_iter().flatten() {
            let name = text(field, "/key/name").to_ascii_lowercase();
            if name == "content-type" {
                let to = if message == "request" { "request/postData/mimeType" } else { "response/content/mimeType" };
                put(&mut entry, to, text(field, "/value").into());
            }
            // What was switched off was not sent.
            if field.get("isEnabled") != Some(&Value::Bool(false)) {
                add(&mut entry, message, name, text(field, "/value"));
            }
        }
    }
    // A form of another charset than UTF-8 is a form all the same.
    if let Ok(sent) = BASE64_STANDARD.decode(text(one, "/request/bodyData")) {
        put(&mut entry, "request/postData/text", String::from_utf8_lossy(&sent).into());
    }
    entry
}

/// Puts a field behind those that a message has.
fn add(entry: &mut Value, message: &str, name: String, value: &str) {
    let field = Value::Array(vec![name.into(), value.into()]);
    match entry.get_mut(message).and_then(|message| message.get_mut("headers")).and_then(Value::as_array_mut) {
        Some(fields) => fields.push(field),
        None => put(entry, &format!("{message}/headers"), Value::Array(vec![field])),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::archive;
    use crate::capture::read;
    use crate::time::Time;

    // In the shape in which Proxyman 5 saves its logs; Proxyman itself runs on other systems only.
    const LOGIN: &str = r#"{"id": "23", "name": "23", "isSSL": true, "isIntercepted": true, "timezone": "GMT",
        "request": {"host": "app.test", "port": 443, "isSSL": true, "scheme": "https", "uri": "/login", "fullPath": "https://app.test/login",
            "method": {"name": "POST"}, "version": {"major": 1, "minor": 1},
            "header": {"entries": [{"key": {"name": "Content-Type", "nameInLowercase": "content-type"}, "value": "application/x-www-form-urlencoded", "isEnabled": true},
                {"key": {"name": "X-Off", "nameInLowercase": "x-off"}, "value": "1", "isEnabled": false}]},
            "bodyData": "dXNlcj1hbGljZSZwYXNzd29yZD13b25kZXI="},
        "response": {"status": {"code": 401, "phrase": "Unauthorized", "strict": false}, "version": {"major": 1, "minor": 1},
            "header": {"entries": [{"key": {"name": "content-type", "nameInLowercase": "content-type"}, "value": "application/json", "isEnabled": true}]},
            "bodyData": "eyJlcnJvciI6ImJhZCJ9", "bodySize": 15, "error": null},
        "timing": {"requestStartedAt": 1795204301.538, "responseEndedAt": 1795204301.7}}"#;

    #[test]
    fn reads_requests_in_the_order_of_their_numbers() {
        let open = r#"{"request": {"fullPath": "https://app.test/me", "method": {"name": "GET"}}, "response": null, "timing": {}}"#;
        let tunnel =
            r#"{"request": {"fullPath": "https://app.test", "method": {"name": "CONNECT"}}, "response": {"status": {"code": 200}}}"#;
        let file = archive(&[("request_10_4", open), ("request_1_2", tunnel), ("request_2_23", LOGIN), ("request_3_1", "{")]);
        let (exchanges, capture) = read(&file, Time::default()).unwrap();
        let [login, me] = exchanges.as_slice() else { panic!("two exchanges, not {}", exchanges.len()) };
        assert_eq!((login.url.as_str(), login.status(), login.response_text()), ("https://app.test/login", 401, "{\"error\":\"bad\"}"));
        assert_eq!((login.started, login.duration), (Time(1_795_204_301_538), 162));
        assert_eq!(login.request.body.as_ref().map(|body| &*body.text), Some("user=alice&password=wonder"));
        assert_eq!((login.sent("x-off"), login.received("content-type")), (None, Some("application/json")));
        assert!(me.unseen.response, "what has no answer in the log was not recorded");
        assert_eq!((&*capture.source.name, capture.skipped.len()), ("Proxyman log", 1));
    }

    #[test]
    fn a_form_of_another_charset_is_read_as_far_as_it_is_text() {
        let latin = LOGIN.replace("dXNlcj1hbGljZSZwYXNzd29yZD13b25kZXI=", "dXNlcj1hbGljZSZwYXNzd29yZD1zY2j2bg==");
        let (exchanges, _) = read(&archive(&[("request_0_1", &latin)]), Time::default()).unwrap();
        let sent = exchanges[0].request.body.as_ref().map(|body| &*body.text);
        assert_eq!(sent, Some("user=alice&password=sch\u{fffd}n"));
    }

    #[test]
    fn says_how_to_save_a_log_with_requests() {
        let why = read(&archive(&[("request_0_1", "{}")]), Time::default()).unwrap_err();
        assert!(why.contains("Export, HAR"), "{why}");
        // Other files are none of Proxyman's.
        assert!(read(&archive(&[("request_log.txt", "{}")]), Time::default()).unwrap_err().contains("no HAR file"));
    }
}
