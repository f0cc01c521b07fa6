//! An entry as the live devtools API hands it out: an object of the browser's, of which only the
//! members that are used are asked for.

use std::borrow::Cow;

use super::entry::{Content, Entry, PostData, Request, Response};
use super::lenient::{Headers, Initiator, Number, Text, whole_number};

/// An object of the browser's. A member that is missing, or of another type than the one asked
/// for, is like one that was never there.
pub trait Object: Sized {
    /// A member that is an object.
    fn object(&self, name: &str) -> Option<Self>;
    /// A member that is text; the whole part of a number or a truth value as its text.
    fn text(&self, name: &str) -> Option<String>;
    /// A member that is a list of objects, at most this many of them.
    fn list(&self, name: &str, most: usize) -> Vec<Self>;
}

impl Entry<'static> {
    /// Reads what an entry has of the members that are used.
    pub fn of(entry: &impl Object) -> Self {
        Self {
            started_date_time: text(entry, "startedDateTime"),
            time: number(entry, "time"),
            request: entry.object("request").map(|request| Request {
                method: text(&request, "method"),
                url: text(&request, "url"),
                headers: headers(&request, "headers"),
                headers_size: number(&request, "headersSize"),
                // Browsers list them among the fields as well.
                cookies: Headers::default(),
                post_data: request.object("postData").map(|data| PostData {
                    mime_type: text(&data, "mimeType"),
                    text: data.text("text").map(|text| Text(Cow::Owned(text))),
                    params: headers(&data, "params"),
                }),
            }),
            response: entry.object("response").map(|response| Response {
                status: number(&response, "status"),
                status_text: text(&response, "statusText"),
                http_version: text(&response, "httpVersion"),
                headers: headers(&response, "headers"),
                headers_size: number(&response, "headersSize"),
                cookies: Headers::default(),
                redirect_url: text(&response, "redirectURL"),
                content: response.object("content").map(|content| Content {
                    size: number(&content, "size"),
                    mime_type: text(&content, "mimeType"),
                    encoding: text(&content, "encoding"),
                    text: content.text("text").map(|text| Text(Cow::Owned(text))),
                }),
                error: text(&response, "_error"),
                fetched_via_service_worker: text(&response, "_fetchedViaServiceWorker"),
            }),
            server_ip_address: text(entry, "serverIPAddress"),
            connection: text(entry, "connection"),
            connection_id: text(entry, "_connectionId"),
            resource_type: text(entry, "_resourceType"),
            initiator: entry.object("_initiator").map(|initiator| initiator_of(&initiator)),
            from_cache: text(entry, "_fromCache"),
            fetch_type: text(entry, "_fetchType"),
            security_state: text(entry, "_securityState"),
            error: text(entry, "_error"),
            note: None,
        }
    }
}

fn text(object: &impl Object, name: &str) -> Text<'static> {
    Text(Cow::Owned(object.text(name).unwrap_or_default()))
}

fn number(object: &impl Object, name: &str) -> Number {
    Number(object.text(name).and_then(|text| whole_number(&text)))
}

fn headers(object: &impl Object, name: &str) -> Headers<'static> {
    let fields = object.list(name, usize::MAX);
    Headers(fields.iter().map(|field| (text(field, "name"), text(field, "value"))).collect())
}

fn initiator_of(initiator: &impl Object) -> Initiator<'static> {
    let url = initiator.text("url").filter(|url| !url.is_empty()).or_else(|| {
        let stack = initiator.object("stack")?;
        stack.list("callFrames", 1).first()?.text("url")
    });
    Initiator { kind: text(initiator, "type"), url: Text(Cow::Owned(url.unwrap_or_default())) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::time::Time;

    impl Object for Value {
        fn object(&self, name: &str) -> Option<Self> {
            self.get(name).filter(|member| member.is_object()).cloned()
        }

        fn text(&self, name: &str) -> Option<String> {
            match self.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Bool(truth) => Some(truth.to_string()),
                _ => None,
            }
        }

        fn list(&self, name: &str, most: usize) -> Vec<Self> {
            self.get(name).and_then(Value::as_array).map(|list| list.iter().take(most).cloned().collect()).unwrap_or_default()
        }
    }

    #[test]
    fn an_entry_reads_the_same_live_and_from_a_file() {
        let entry = json!({
            "startedDateTime": "2026-11-20T08:25:03.000Z", "time": 12.75, "_resourceType": "fetch", "connection": "443",
            "_initiator": {"type": "script", "stack": {"callFrames": [{"url": "https://app.test/a.js"}, {"url": "https://app.test/b.js"}]}},
            "_securityState": "secure", "serverIPAddress": "127.0.0.1", "_connectionId": 7,
            "request": {"method": "POST", "url": "https://app.test/login", "headersSize": 200,
                "headers": [{"name": "Host", "value": "app.test"}, {"name": "Authorization", "value": "Bearer t"}],
                "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "user=a", "params": []}},
            "response": {"status": 401, "statusText": "Unauthorized", "httpVersion": "h2", "headersSize": -1, "redirectURL": "/x",
                "headers": [{"name": "WWW-Authenticate", "value": "Basic realm=\"a\""}],
                "content": {"size": 2, "mimeType": "application/json", "text": "{}"}}
        });
        let text = entry.to_string();
        let filed: Entry<'_> = serde_json::from_str(&text).unwrap();
        let [live, filed] = [Entry::of(&entry), filed].map(|entry| entry.exchange(0, Time::default()).unwrap());
        assert_eq!(format!("{live:?}"), format!("{filed:?}"));
        assert_eq!(live.status(), 401);
    }

    #[test]
    fn what_is_of_another_type_is_as_if_it_were_missing() {
        let entry = json!({"request": {"method": ["GET"], "url": "https://app.test/", "headers": "none", "postData": 1}, "response": null, "time": {}});
        let exchange = Entry::of(&entry).exchange(0, Time::default()).unwrap();
        assert_eq!(&*exchange.method, "GET");
        assert!(exchange.response.is_none());
    }
}
