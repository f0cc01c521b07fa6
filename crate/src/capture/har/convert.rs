//! One entry becomes one exchange.

use url::Url;

use super::content::{request_body, response_body};
use super::entry::{Captured, Entry};
use super::kind::kind;
use super::lenient::Text;
use super::remarks::Note;
use super::unseen::{served_by, unseen};
use crate::capture::moment::moment;
use crate::exchange::{Exchange, Request, Response, Version};
use crate::time::Time;

/// Why an entry is no exchange. Says what and what to do, and quotes nothing of the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryError(pub(super) &'static str);

impl std::fmt::Display for EntryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for EntryError {}

impl<C: Captured> Entry<'_, C> {
    /// The exchange that this entry captured.
    ///
    /// `number` is its place in the input, from 0. `otherwise` stands in for a start that is missing
    /// or in no known form; [`Unseen::moment`](crate::exchange::Unseen) tells where it does, and where the
    /// start has no time zone.
    ///
    /// # Errors
    /// When the entry has no request, or the request no absolute URL.
    pub fn exchange(&self, number: u32, otherwise: Time) -> Result<Exchange, EntryError> {
        let request = self.request.as_ref().ok_or(EntryError("it has no request; capture again and save the file whole"))?;
        let url = target(request.url.as_ref())?;
        let served_by = served_by(self);
        let error = self.response.as_ref().and_then(|response| response.error.some()).or(self.error.some());
        // Splash, Playwright's fixtures and others put what went wrong where the reason phrase would stand.
        let unanswered = self.response.as_ref().filter(|response| response.status.0 == Some(0));
        let error = error.or(unanswered.and_then(|response| response.status_text.some()).filter(|text| names_an_error(text)));
        // Chrome says so of every answer without content, which arrived all the same.
        let has_no_content = self.response.as_ref().is_some_and(|response| response.status.0 == Some(204));
        let error = error.filter(|error| !(has_no_content && *error == "net::ERR_ABORTED"));
        let note = Note::read(self.note);
        let wants_content = self.wants_content() || note.is_some();
        // Where loading failed, Chrome hands out the content of its own error page.
        let arrived = self.response.as_ref().filter(|_| wants_content && (error.is_none() || note.is_some()));
        let body = arrived.and_then(|response| response.content.as_ref()).and_then(response_body);
        let mut unseen = unseen(self, served_by, wants_content, body.is_some());
        // Chrome sends the credentials in a URL when it is asked for some, and lists the fields of before.
        unseen.authorization |= !url.username().is_empty() && request.headers.get("authorization").is_none();
        let response = self.response.as_ref().and_then(|response| {
            let status = u16::try_from(response.status.0?).ok().filter(|status| (1..1000).contains(status))?;
            Some(Response {
                status,
                status_text: response.status_text.as_ref().into(),
                fields: response.headers.0.iter().map(|(name, value)| (name, value)).collect(),
                redirect_url: boxed(&response.redirect_url),
                body,
            })
        });
        let method = request.method.some().unwrap_or("GET");
        let (started, is_known) = moment(self.started_date_time.as_ref()).unwrap_or((otherwise, false));
        unseen.moment = !is_known;
        let cookies = cookie_field(request);
        let mut exchange = Exchange {
            number,
            started,
            // -1 and other nonsense count as 0.
            duration: u32::try_from(self.time.0.unwrap_or_default()).unwrap_or_default(),
            method: method.into(),
            kind: kind(self),
            request: Request {
                fields: request
                    .headers
                    .0
                    .iter()
                    .map(|(name, value)| (name.as_ref(), value.as_ref()))
                    .chain(cookies.as_deref().map(|cookies| ("cookie", cookies)))
                    .collect(),
                body: request.post_data.as_ref().and_then(request_body),
            },
            response,
            error: error.map(Into::into),
            served_by,
            initiator: self.initiator.as_ref().and_then(|initiator| boxed(&initiator.url)),
            server_address: boxed(&self.server_ip_address),
            connection: self.connection_name(&url),
            version: self.response.as_ref().map(|response| Version::from_name(response.http_version.as_ref())).unwrap_or_default(),
            told: Box::default(),
            said: None,
            unseen,
            url,
        };
        if let Some(note) = note {
            note.apply(&mut exchange);
        }
        Ok(exchange)
    }

    /// Chrome and Firefox write the server's port into `connection`, which names no connection.
    fn connection_name(&self, url: &Url) -> Option<Box<str>> {
        let port = url.port_or_known_default().map(|port| port.to_string());
        let connection = self.connection.some().filter(|name| Some(*name) != port.as_deref());
        self.connection_id.some().or(connection).map(Into::into)
    }
}

fn target(url: &str) -> Result<Url, EntryError> {
    // Inlined content may fill megabytes, and nobody logs in there.
    let url = if url.starts_with("data:") { url.split_once(',').map_or("data:", |(head, _)| head) } else { url };
    if url.is_empty() {
        return Err(EntryError("its request has no URL; capture again and save the file whole"));
    }
    Url::parse(url).map_err(|_| EntryError("its request.url is no absolute URL; capture again, or correct it in the file"))
}

/// The Cookie field, where it was taken apart and left out.
fn cookie_field<C>(request: &super::entry::Request<'_, C>) -> Option<String> {
    let listed = &request.cookies.0;
    if listed.is_empty() || request.headers.get("cookie").is_some() {
        return None;
    }
    let pairs: Vec<String> = listed.iter().map(|(name, value)| format!("{}={}", name.as_ref(), value.as_ref())).collect();
    Some(pairs.join("; "))
}

/// Whether a reason phrase without a status says that the browser gave up, or why.
fn names_an_error(text: &str) -> bool {
    let is_stopped = ["cancelled", "canceled", "aborted"].iter().any(|word| text.eq_ignore_ascii_case(word));
    is_stopped || text.starts_with("net::ERR_") || text.starts_with("NS_ERROR_")
}

fn boxed(text: &Text<'_>) -> Option<Box<str>> {
    text.some().map(Into::into)
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::time::Time;

    #[test]
    fn a_status_may_come_with_its_phrase_and_a_file_with_comments_before_it() {
        let har = "// exported by hand\n/* twice */ {\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"https://app.test/\",\"headers\":[]},\"response\":{\"status\":\"401 Unauthorized\",\"headers\":[]}}]}}";
        assert_eq!(read(har.as_bytes(), Time::default()).unwrap().0[0].status(), 401);
    }

    #[test]
    fn an_exchange_that_stands_there_alone_is_read_with_its_contents() {
        let alone = r#"{"request": {"method": "POST", "url": "https://app.test/login", "headers": {"Content-Type": "application/json"}, "body": {"user": "ann"}},
            "response": {"status": 401, "headers": {"content-type": "application/json"}, "body": "{\"error\":\"bad\"}"}}"#;
        let (exchanges, capture) = read(format!("{alone}\n{alone}").as_bytes(), Time::default()).unwrap();
        assert_eq!((exchanges.len(), capture.damage), (2, None));
        assert_eq!(exchanges[1].request.body.as_ref().map(|body| &*body.text), Some(r#"{"user":"ann"}"#));
        assert_eq!((exchanges[1].status(), exchanges[1].response_text()), (401, r#"{"error":"bad"}"#));
        let why = |file: &str| read(file.as_bytes(), Time::default()).unwrap_err();
        assert!(
            why(r#"{"request": {"urlPath": "/login"}, "response": {"status": 401}}"#)
                .contains("entry 0 cannot be read: its request has no URL")
        );
        assert!(why(r#"{"response": {"status": 401}}"#).contains("no log.entries"));
    }

    #[test]
    fn a_list_without_a_log_and_fields_of_any_shape_are_read() {
        for fields in [
            r#"[{"name":"Cookie","value":"a=b"}]"#,
            r#"[{"key":"Cookie","value":"a=b"}]"#,
            r#"[{"Cookie":"a=b"}]"#,
            r#"[["Cookie","a=b"]]"#,
            r#"["Cookie: a=b"]"#,
            r#"{"Cookie":["a=b"]}"#,
            r#""Cookie: a=b""#,
        ] {
            let list = format!(r#"[{{"request":{{"url":"https://app.test/","headers":{fields}}},"response":{{"status":401}}}}]"#);
            assert_eq!(read(list.as_bytes(), Time::default()).unwrap().0[0].sent("cookie"), Some("a=b"), "{fields}");
        }
        assert!(read(b"[{\"a\":1}]", Time::default()).unwrap_err().contains("no request"));
    }

    #[test]
    fn an_answer_without_a_status_was_not_recorded() {
        let unrecorded = |creator: &str, response: &str| {
            let har = format!(
                r#"{{"log":{{"creator":{{"name":"{creator}"}},"entries":[{{"request":{{"url":"https://app.test/","headers":[]}},"response":{response}}}]}}}}"#
            );
            read(har.as_bytes(), Time::default()).unwrap().0[0].unseen.response
        };
        for response in ["null", "{}", r#"{"status":null}"#] {
            assert!(unrecorded("Firefox", response), "{response}");
        }
        let zero = r#"{"status":0,"headers":[]}"#;
        assert!(unrecorded("HTTP Toolkit", zero) && !unrecorded("Firefox", zero));
        assert!(!unrecorded("mitmproxy", r#"{"status":0,"headers":[],"_error":"connection refused"}"#));
        assert!(!unrecorded("Firefox", r#"{"status":204,"headers":[]}"#));
    }

    #[test]
    fn what_insomnia_writes_has_the_time_of_its_export() {
        let har = |creator: &str| {
            format!(
                r#"{{"log":{{"creator":{{"name":"{creator}"}},"entries":[{{"startedDateTime":"2026-11-20T10:00:00.000Z","request":{{"url":"https://app.test/","headers":[]}},"response":{{"status":401,"headers":[{{"name":"Date","value":"Fri, 20 Nov 2026 09:00:00 GMT"}}]}}}}]}}}}"#
            )
        };
        let (exchanges, capture) = read(har("Insomnia REST Client").as_bytes(), Time::default()).unwrap();
        assert_eq!(exchanges[0].started, Time::from_rfc3339("2026-11-20T09:00:00Z").unwrap());
        assert!(exchanges[0].unseen.moment && capture.not_observable.iter().any(|part| part.contains("would be sent")));
        assert!(!read(har("Paw").as_bytes(), Time::default()).unwrap().0[0].unseen.moment);
    }

    #[test]
    fn a_content_that_is_a_mark_is_one_that_cannot_be_seen() {
        let har = |text: &str| {
            let content = serde_json::json!({"size": 30, "mimeType": "application/json", "text": text});
            let sent = serde_json::json!({"mimeType": "application/json", "text": text});
            let request = serde_json::json!({"method": "POST", "url": "https://app.test/login", "headers": [], "postData": sent});
            let entry = serde_json::json!({"request": request, "response": {"status": 200, "headers": [], "content": content}});
            read(serde_json::json!({"log": {"entries": [entry]}}).to_string().as_bytes(), Time::default()).unwrap().0.remove(0)
        };
        for mark in ["[REDACTED]", "***", "<redacted>", "[55 bytes were stripped]"] {
            let exchange = har(mark);
            assert!(exchange.request.body.is_none() && exchange.response_text().is_empty() && exchange.unseen.response_body, "{mark}");
        }
        for text in ["{\"password\":\"***\"}", "user=a&password=***", "Wrong password...", "null"] {
            let exchange = har(text);
            assert!(exchange.request.body.is_some() && exchange.response_text() == text && !exchange.unseen.response_body, "{text}");
        }
    }

    #[test]
    fn a_quotation_mark_of_print_is_named_inside_an_entry_too() {
        let har = r#"{"log":{"entries":[{"request":{“method”:"GET"}}]}}"#;
        let why = read(har.as_bytes(), Time::default()).unwrap_err();
        assert!(why.starts_with("line 1, column 32") && why.contains("quotation mark of print"), "{why}");
    }

    #[test]
    fn a_request_whose_content_is_left_out_is_told_of() {
        let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"https://app.test/login","headers":[{"name":"Content-Length","value":"22"}]},"response":{"status":302,"headers":[]}}]}}"#;
        let told = |har: &str| read(har.as_bytes(), Time::default()).unwrap().1.not_observable;
        assert!(told(har).contains(&"request bodies in 1 of 1 exchange".to_owned()));
        assert!(!told(&har.replace("22", "0")).iter().any(|part| part.contains("request bodies")));
    }

    #[test]
    fn a_brief_answer_to_a_script_is_kept_where_it_is_a_value() {
        let kept = |kind: &str, media: &str, text: &str| {
            let content = serde_json::json!({"size": text.len(), "mimeType": media, "text": text});
            let entry = serde_json::json!({"_resourceType": kind, "request": {"method": "GET", "url": "https://app.test/x", "headers": []},
                "response": {"status": 200, "headers": [], "content": content}});
            let har = serde_json::json!({"log": {"entries": [entry]}}).to_string();
            read(har.as_bytes(), Time::default()).unwrap().0[0].response_text() == text
        };
        let value = "{\"error\":\"not logged in\"}";
        assert!(kept("fetch", "application/json", value) && kept("xhr", "text/javascript;charset=utf-8", value));
        assert!(!kept("script", "text/javascript", value) && !kept("fetch", "application/json", &format!("{value}{}", " ".repeat(4000))));
        for script in ["cb({\"password\":\"x\"})", "for(;;);{\"password\":\"x\"}", ")]}'\n{\"a\":1}"] {
            assert!(!kept("xhr", "application/x-javascript", script), "{script}");
        }
    }

    #[test]
    fn a_reason_phrase_without_a_status_may_say_what_went_wrong() {
        let error = |text: &str| {
            let har = format!(
                r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"https://app.test/","headers":[]}},"response":{{"status":0,"statusText":"{text}","headers":[]}}}}]}}}}"#
            );
            read(har.as_bytes(), Time::default()).unwrap().0[0].error.clone()
        };
        assert_eq!(error("cancelled").as_deref(), Some("cancelled"));
        assert_eq!(error("net::ERR_CONNECTION_REFUSED").as_deref(), Some("net::ERR_CONNECTION_REFUSED"));
        assert_eq!(error("no answer"), None);
    }
}
