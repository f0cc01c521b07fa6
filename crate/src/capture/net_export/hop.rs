//! One request over the network, put together from its events.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::Params;
use crate::capture::har::Text;
use crate::limits::BODY;
use crate::time::Time;

/// What Chrome calls an initiator that is no page.
const NO_PAGE: &str = "not an origin";

#[derive(Default)]
pub(super) struct Hop {
    /// Milliseconds since 1970.
    started: i64,
    duration: Option<i64>,
    method: String,
    url: String,
    is_page: bool,
    initiator: Option<String>,
    sent: Vec<String>,
    status_line: Option<String>,
    received: Vec<String>,
    content: Vec<u8>,
    error: Option<String>,
}

impl Hop {
    /// `None` for what the browser asks on its own account, such as for its updates.
    pub(super) fn starting(params: &Params<'_>, at: i64) -> Option<Self> {
        let is_page = matches!(params.request_type.as_ref(), "main frame" | "subframe");
        let initiator = Some(params.initiator.as_ref()).filter(|page| !page.is_empty() && *page != NO_PAGE).map(str::to_owned);
        (is_page || initiator.is_some()).then(|| Self {
            started: at,
            method: params.method.as_ref().to_owned(),
            url: params.url.as_ref().to_owned(),
            is_page,
            initiator,
            ..Self::default()
        })
    }

    /// The same request, sent once more.
    pub(super) fn again(&self, at: i64) -> Self {
        let (method, url, initiator) = (self.method.clone(), self.url.clone(), self.initiator.clone());
        Self { started: at, method, url, is_page: self.is_page, initiator, ..Self::default() }
    }

    pub(super) const fn started(&self) -> i64 {
        self.started
    }

    pub(super) const fn is_answered(&self) -> bool {
        self.status_line.is_some()
    }

    pub(super) fn send(&mut self, lines: &[Text<'_>]) {
        // Pseudo-header fields of HTTP/2 say what is known already.
        self.sent = lines.iter().map(|line| line.as_ref().to_owned()).filter(|line| !line.starts_with(':')).collect();
    }

    pub(super) fn receive(&mut self, lines: &[Text<'_>]) {
        let mut lines = lines.iter().map(|line| line.as_ref().to_owned());
        self.status_line = lines.next();
        self.received = lines.collect();
    }

    /// Bytes of the content, which only logs with all bytes hold.
    pub(super) fn content(&mut self, base64: &str) {
        if self.content.len() < BODY {
            self.content.extend(BASE64_STANDARD.decode(base64).unwrap_or_default());
        }
    }

    pub(super) fn fail(&mut self, error: Option<String>) {
        self.error = error.or(self.error.take());
    }

    pub(super) fn end(&mut self, at: i64) {
        self.duration = Some(at.saturating_sub(self.started));
    }

    pub(super) fn entry(&self) -> Value {
        let mut words = self.status_line.as_deref().unwrap_or_default().splitn(3, ' ');
        let (version, status, text) = (words.next(), words.next(), words.next());
        let response = status.map(|status| {
            json!({
                "status": status,
                "statusText": text,
                "httpVersion": version,
                "headers": self.received,
                "headersSize": 0,
                "content": {
                    "size": if self.content.is_empty() { -1 } else { 0 },
                    "mimeType": self.received("content-type"),
                    "encoding": "base64",
                    "text": Some(&self.content).filter(|content| !content.is_empty()).map(|content| BASE64_STANDARD.encode(content)),
                },
            })
        });
        json!({
            "startedDateTime": Time(self.started).to_rfc3339(),
            "time": self.duration,
            "_resourceType": if self.is_page { "document" } else { "" },
            "_initiator": { "url": self.initiator },
            "_error": self.error,
            "request": { "method": self.method, "url": self.url, "headers": self.sent, "headersSize": 0 },
            "response": response,
        })
    }

    fn received(&self, name: &str) -> Option<&str> {
        let mut fields = self.received.iter().filter_map(|line| line.split_once(':'));
        fields.find(|(other, _)| other.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}
