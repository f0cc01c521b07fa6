//! One exchange in a list.

use serde::Serialize;

use crate::facts::Purpose;
use crate::redact::{Redactor, join};
use crate::session::{Record, Session};

/// One exchange in a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Row {
    /// Position in the session.
    pub index: usize,
    /// Number of the exchange, by which everything else names it.
    pub number: u32,
    /// When it began, in milliseconds since the Unix epoch; none where the capture does not say.
    pub started: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration: u32,
    /// The method.
    pub method: String,
    /// The target, its secrets masked.
    pub url: String,
    /// Host and port.
    pub host: String,
    /// Path and query, their secrets masked.
    pub path: String,
    /// The status; 0 where no response was received.
    pub status: u16,
    /// What the browser wanted it for.
    pub kind: &'static str,
    /// The browser's own name for what went wrong.
    pub error: Option<String>,
    /// Whether it carries or concerns authentication.
    pub auth: bool,
    /// Whether by itself it looks like a failed login.
    pub notable: bool,
}

impl Session {
    /// The row of the exchange at a position.
    #[must_use]
    pub fn row(&self, at: usize, redactor: &mut Redactor) -> Option<Row> {
        let record = self.record(at)?;
        let exchange = &record.exchange;
        let url = join(&redactor.url(exchange.url.as_str()));
        let host = record.origin.split_once("://").map_or("", |(_, host)| host).to_owned();
        let path =
            url.split_once("://").map_or(&*url, |(_, rest)| rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")).to_owned();
        Some(Row {
            index: at,
            number: exchange.number,
            started: exchange.moment().map(|moment| moment.0),
            duration: exchange.duration,
            method: exchange.method.to_string(),
            url,
            host,
            path,
            status: exchange.status(),
            kind: exchange.kind.name(),
            error: exchange.error.as_deref().filter(|error| !error.is_empty()).map(|error| redactor.sentence(error)),
            auth: record.concerns_authentication(),
            notable: record.is_notable(),
        })
    }
}

impl Record {
    /// Whether it carries or concerns authentication.
    pub(crate) fn concerns_authentication(&self) -> bool {
        let facts = &self.facts;
        if facts.purpose == Purpose::Asset && !matches!(self.exchange.status(), 401 | 403 | 407) {
            return false;
        }
        let is_step = matches!(
            facts.purpose,
            Purpose::SignIn
                | Purpose::Token
                | Purpose::Refresh
                | Purpose::Callback
                | Purpose::Authorize
                | Purpose::SignOut
                | Purpose::Preflight
        );
        is_step
            || self.is_notable()
            || facts.bears_credentials()
            || !facts.challenges.is_empty()
            || !facts.proxy_challenges.is_empty()
            || !facts.set_cookies.is_empty()
            || self.redirects_to_sign_in()
    }

    /// Whether by itself it looks like a failed login.
    pub(super) fn is_notable(&self) -> bool {
        let is_login = matches!(self.facts.purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback);
        match self.exchange.status() {
            401 | 403 | 407 | 419 | 429 => true,
            0 => self.exchange.error.is_some(),
            status => is_login && status >= 400,
        }
    }
}
