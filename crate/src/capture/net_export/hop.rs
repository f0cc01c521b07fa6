//! One request over the network, put together from its events.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::Params;
use super::verdicts::of_lines;
use crate::blocked::BlockedReason;
use crate::capture::har::Text;
use crate::exchange::{CrossOrigin, Exchange, Held, Said, Told};
use crate::limits::{self, BODY};
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
    is_by_script: bool,
    /// Whether it takes no cookies from its answer.
    saves_none: bool,
    initiator: Option<String>,
    /// What Chrome says of the cookies of the answer, by name.
    stored: Vec<(String, Told)>,
    said: Said,
    /// The cookies that are held back when it is sent once more.
    held_again: Vec<Held>,
    sent: Vec<String>,
    status_line: Option<String>,
    received: Vec<String>,
    content: Vec<u8>,
    error: Option<String>,
}

impl Hop {
    /// `None` for what the browser asks on its own account, such as for its updates.
    pub(super) fn starting(params: &Params<'_>, at: i64, cors: Option<CrossOrigin>, saves_none: bool) -> Option<Self> {
        let is_page = matches!(params.request_type.as_ref(), "main frame" | "subframe");
        let initiator = Some(params.initiator.as_ref()).filter(|page| !page.is_empty() && *page != NO_PAGE).map(str::to_owned);
        let is_within = |page: &String| params.url.as_ref().strip_prefix(page.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let is_foreign = !is_page && !initiator.as_ref().is_some_and(is_within);
        (is_page || initiator.is_some()).then(|| Self {
            started: at,
            method: params.method.as_ref().to_owned(),
            url: params.url.as_ref().to_owned(),
            is_page,
            saves_none,
            initiator,
            said: Said { held: Vec::new(), cors: cors.filter(|_| is_foreign) },
            ..Self::default()
        })
    }

    /// A request that a script asked for and that was not made. Its method, its address and its page are known.
    pub(super) fn not_made(
        (method, url, page): (&str, &str, &str),
        sent: &[String],
        cors: Option<CrossOrigin>,
        error: String,
        at: i64,
    ) -> Self {
        Self {
            started: at,
            method: method.to_owned(),
            url: url.to_owned(),
            is_by_script: true,
            initiator: Some(page).filter(|page| !page.is_empty()).map(str::to_owned),
            sent: sent.to_vec(),
            error: Some(error),
            said: Said { held: Vec::new(), cors },
            ..Self::default()
        }
    }

    /// Takes what Chrome says of a cookie that it stores or sends.
    pub(super) fn cookie(&mut self, operation: &str, name: &str, told: Told) {
        let held = if self.is_answered() { &mut self.held_again } else { &mut self.said.held };
        match (operation, told) {
            ("store" | "expire", told) if self.stored.len() < limits::COOKIES => self.stored.push((name.to_owned(), told)),
            // A cookie without a name in the log is one that cannot be found again.
            ("send", Told::Refused(reasons)) if !name.is_empty() && held.len() < limits::COOKIES => {
                held.push(Held { name: name.into(), reasons });
            }
            _ => {}
        }
    }

    /// Tells the exchange that was made of it what Chrome said.
    pub(super) fn tell(&self, exchange: &mut Exchange) {
        let lines = || exchange.response.iter().flat_map(|response| response.fields.all("set-cookie"));
        let told = if self.saves_none && self.stored.is_empty() {
            let omitted = Told::Refused([BlockedReason::CredentialsOmitted].into_iter().collect());
            lines().map(|_| omitted).collect()
        } else {
            of_lines(lines().take(limits::COOKIES), &self.stored)
        };
        if told.iter().any(|told| *told != Told::Nothing) {
            exchange.told = told;
        }
        if self.said != Said::default() {
            exchange.said = Some(Box::new(self.said.clone()));
        }
    }

    /// The same request, sent once more.
    pub(super) fn again(&mut self, at: i64) -> Self {
        let (method, url, initiator) = (self.method.clone(), self.url.clone(), self.initiator.clone());
        let said = Said { held: std::mem::take(&mut self.held_again), cors: self.said.cors.clone() };
        Self { started: at, method, url, is_page: self.is_page, saves_none: self.saves_none, initiator, said, ..Self::default() }
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
            "_resourceType": if self.is_page { "document" } else if self.is_by_script { "fetch" } else { "" },
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
