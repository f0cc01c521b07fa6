//! What the browser extension SAML-tracer exports: version 1 and what came before it, with values as they
//! were, hashed or replaced.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::har::Entries;
use super::shape::{put, shaped, text};
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning};
use crate::exchange::Exchange;
use crate::syntax::redaction::is_mark;
use crate::time::Time;

/// Whether a file begins as an export does; HAR has no such member.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head).strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    text.strip_prefix(b"\"requests\"").is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// A reader; an export holds no times, so answers tell them, or `now`.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(SamlTracer { now })
}

struct SamlTracer {
    now: Time,
}

impl Read for SamlTracer {
    const NAME: &'static str = "export of SAML-tracer";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        const AGAIN: &str = "export it again from SAML-tracer";
        let export: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("this export of SAML-tracer breaks at line {}, column {}; {AGAIN}", error.line(), error.column()))?;
        let requests = export.get("requests").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut entries = Entries::starting(self.now);
        for (at, request) in requests.iter().enumerate() {
            let place = format!("requests[{at}]");
            match request {
                Value::Object(_) => entries.take(&place, &entry(request), exchanges),
                // Versions before 1.9.3 lost requests without an answer, and wrote this in their place.
                _ => entries.skip(&place, "SAML-tracer wrote nothing of it; update it, and record again"),
            }
        }
        if exchanges.is_empty() {
            return Err(format!("this export of SAML-tracer holds no request; {AGAIN}"));
        }
        Ok(entries.finish("SAML-tracer export", exchanges))
    }
}

/// Where SAML-tracer keeps what HAR has.
const PLACES: [[&str; 2]; 5] = [
    ["request/method", "/method"],
    ["request/url", "/url"],
    ["request/headers", "/requestHeaders"],
    ["response/status", "/responseStatus"],
    ["response/headers", "/responseHeaders"],
];

fn entry(request: &Value) -> Value {
    let mut entry = shaped(request, &PLACES);
    put(&mut entry, "response/statusText", text(request, "/responseStatusText").splitn(3, ' ').nth(2).into());
    put(&mut entry, "response/content/size", (-1).into());
    put(&mut entry, "response/content/mimeType", named(request.get("responseHeaders"), "content-type").into());
    if let Some(form) = form(request) {
        put(&mut entry, "request/postData/mimeType", "application/x-www-form-urlencoded".into());
        put(&mut entry, "request/postData/params", form);
    }
    entry
}

/// The form that was sent. Where its message is hidden, SAML-tracer still tells what it said.
fn form(request: &Value) -> Option<Value> {
    let post = request.get("post")?.as_array()?;
    let message = request.get("saml").and_then(Value::as_str).filter(|message| message.trim_start().starts_with('<'));
    let pair = |pair: &Value| {
        let (name, value) = (pair.get(0)?.as_str()?, pair.get(1).and_then(Value::as_str).unwrap_or_default());
        let told = message.filter(|_| matches!(name, "SAMLRequest" | "SAMLResponse") && is_mark(value));
        let value = told.map_or_else(|| value.to_owned(), |message| BASE64_STANDARD.encode(message));
        Some(Value::Array(vec![name.into(), value.into()]))
    };
    Some(post.iter().filter_map(pair).collect())
}

/// The value of a field in either form in which SAML-tracer lists fields.
fn named<'a>(fields: Option<&'a Value>, name: &str) -> Option<&'a str> {
    fields?.as_array()?.iter().find_map(|field| {
        let (field, value) = match field {
            Value::Array(pair) => (pair.first()?, pair.get(1)?),
            _ => (field.get("name")?, field.get("value")?),
        };
        field.as_str().filter(|field| field.eq_ignore_ascii_case(name)).and(value.as_str())
    })
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::exchange::Exchange;
    use crate::time::Time;

    /// Exported by SAML-tracer 1.9.5 of a login on loopback: as it was, with hashes, with stand-ins.
    const EXPORTS: [&str; 3] =
        [include_str!("saml_tracer/plain.json"), include_str!("saml_tracer/hashed.json"), include_str!("saml_tracer/replaced.json")];

    fn consumer(exchanges: &[Exchange]) -> &Exchange {
        exchanges.iter().find(|exchange| exchange.url.path() == "/acs").unwrap()
    }

    fn form_value(exchange: &Exchange, name: &str) -> String {
        let body = &exchange.request.body.as_ref().unwrap().text;
        let value = url::form_urlencoded::parse(body.as_bytes()).find(|(other, _)| other == name).map(|(_, value)| value.into_owned());
        value.unwrap()
    }

    #[test]
    fn reads_every_profile_with_the_message() {
        for export in EXPORTS {
            let (exchanges, capture) = read(export.as_bytes(), Time::default()).unwrap();
            assert_eq!((capture.source.name.as_str(), exchanges.len()), ("SAML-tracer export", 5));
            let consumer = consumer(&exchanges);
            assert_eq!((&*consumer.method, consumer.status()), ("POST", 403));
            let message = form_value(consumer, "SAMLResponse");
            let message = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, message).unwrap();
            assert!(String::from_utf8(message).unwrap().contains("https://other.example.test"));
            assert!(consumer.received("date").is_some() && consumer.unseen.response_body);
        }
    }

    #[test]
    fn takes_stand_ins_for_hidden_values() {
        for export in &EXPORTS[1..] {
            let (_, capture) = read(export.as_bytes(), Time::default()).unwrap();
            assert!(
                capture.not_observable.iter().any(|part| part == "cookies, hidden in 5 of 5 exchanges"),
                "{:?}",
                capture.not_observable
            );
        }
    }

    #[test]
    fn reads_what_version_0_wrote_and_names_what_was_lost() {
        let legacy = r#"{"requests":[null,{"id":1,"method":"GET","url":"https://app.test/","requestHeaders":[["Cookie","sid=1"]],"responseStatus":401,"responseStatusText":"HTTP/1.1 401 Unauthorized","responseHeaders":[["WWW-Authenticate","Basic"]]}]}"#;
        let (exchanges, capture) = read(legacy.as_bytes(), Time::default()).unwrap();
        assert_eq!((exchanges[0].sent("cookie"), exchanges[0].received("www-authenticate")), (Some("sid=1"), Some("Basic")));
        assert!(exchanges[0].unseen.moment);
        assert!(capture.skipped[0].why.starts_with("requests[0]: "), "{:?}", capture.skipped);
        assert!(read(b"{\"requests\":[]}", Time::default()).unwrap_err().contains("no request"));
    }
}
