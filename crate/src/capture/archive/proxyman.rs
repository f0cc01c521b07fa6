//! Logs of Proxyman (`.proxymanlogv2`): of each request a file in JSON, with contents in base64.
//! <https://docs.proxyman.com/basic-features/import-export>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Capture, Exchange, Members, Time};
use crate::capture::har::Entries;

/// Whether a file of an archive is a request: `request_7_23`.
pub(super) fn is_request(name: &str) -> bool {
    number(name).is_some()
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("request_")?.split('_').next()?.parse().ok()
}

pub(super) fn read(members: &mut Members<'_>, now: Time, exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
    let mut requests: Vec<String> = members.names.iter().filter(|name| is_request(name)).cloned().collect();
    requests.sort_by_key(|name| number(name));
    let mut entries = Entries::starting(now);
    for name in &requests {
        match serde_json::from_slice::<Value>(&members.bytes(name)?) {
            // Of a tunnel Proxyman saw nothing inside.
            Ok(one) if one.pointer("/request/method/name").is_some_and(|method| method == "CONNECT") => {}
            Ok(one) => entries.take(name, &entry(&one), exchanges),
            Err(_) => entries.skip(name, "this is no whole JSON; save the log again"),
        }
    }
    if exchanges.is_empty() {
        return Err("this log of Proxyman holds no request that can be read; in Proxyman enable SSL Proxying for the site, log in, then choose File, Export, HAR".to_owned());
    }
    Ok(entries.finish("Proxyman log", exchanges))
}

fn entry(one: &Value) -> Value {
    let (request, response) = (one.get("request").unwrap_or(&Value::Null), one.get("response").unwrap_or(&Value::Null));
    let moment = |name: &str| {
        let seconds = one.get("timing").and_then(|timing| timing.get(name)).and_then(Value::as_f64);
        seconds.map(|seconds| (seconds * 1000.0).round() as i64)
    };
    let (started, ended) = (moment("requestStartedAt"), moment("responseEndedAt"));
    let (sent, received) = (fields(request), fields(response));
    json!({
        "startedDateTime": started,
        "time": started.zip(ended).map(|(started, ended)| ended.saturating_sub(started)),
        "request": {
            "method": request.pointer("/method/name"),
            "url": request.get("fullPath"),
            "postData": { "mimeType": media(&sent), "text": content(request) },
            "headers": sent,
        },
        "response": response.pointer("/status/code").map(|status| json!({
            "status": status,
            "statusText": response.pointer("/status/phrase"),
            "content": { "mimeType": media(&received), "text": response.get("bodyData"), "encoding": "base64" },
            "headers": received,
        })),
    })
}

/// The fields of a message, without those that were switched off.
fn fields(message: &Value) -> Vec<[&Value; 2]> {
    let listed = message.pointer("/header/entries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_on = |field: &&Value| field.get("isEnabled") != Some(&Value::Bool(false));
    listed.iter().filter(is_on).filter_map(|field| Some([field.pointer("/key/name")?, field.get("value")?])).collect()
}

fn media<'a>(fields: &[[&'a Value; 2]]) -> Option<&'a Value> {
    let is_media = |name: &Value| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("content-type"));
    fields.iter().find(|[name, _]| is_media(name)).map(|[_, value]| *value)
}

/// What was sent, where it is text.
fn content(message: &Value) -> Option<String> {
    let encoded = message.get("bodyData")?.as_str()?;
    String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()
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
    fn says_how_to_save_a_log_with_requests() {
        let why = read(&archive(&[("request_0_1", "{}")]), Time::default()).unwrap_err();
        assert!(why.contains("Export, HAR"), "{why}");
        // Other files are none of Proxyman's.
        assert!(read(&archive(&[("request_log.txt", "{}")]), Time::default()).unwrap_err().contains("no HAR file"));
    }
}
