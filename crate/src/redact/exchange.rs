//! Whole exchanges, redacted.

use std::borrow::Cow;

use url::Url;

use super::classify::{self, content, field, field_name};
use super::pseudonym::Key;
use super::{Kind, Rewriter, Secrets};
use crate::exchange::{Body, CrossOrigin, Exchange, Fields, Held, Request, Response, Said};

/// What is to leave.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Whether hosts are replaced too.
    pub hides_hosts: bool,
    /// Numbers of exchanges that stay behind.
    pub without: Vec<u32>,
    /// Hosts whose exchanges stay behind.
    pub without_hosts: Vec<String>,
}

impl Scope {
    /// Whether every exchange leaves.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.without.is_empty() && self.without_hosts.is_empty()
    }

    /// Whether an exchange leaves.
    #[must_use]
    pub fn lets_leave(&self, exchange: &Exchange) -> bool {
        let host = exchange.url.host_str().unwrap_or_default();
        !self.without.contains(&exchange.number) && !self.without_hosts.iter().any(|hidden| hidden == host)
    }
}

/// What was taken out of a capture.
pub struct Removed {
    /// Everything that was replaced.
    pub secrets: Secrets,
    /// How many exchanges stayed behind.
    pub left_out: usize,
}

impl Removed {
    /// Redacts exchanges, each of which is gone then, and hands on each in which nothing is left but what may leave.
    pub fn from<'e>(
        exchanges: impl IntoIterator<Item = Cow<'e, Exchange>>,
        scope: &Scope,
        key: &Key,
        mut leave: impl FnMut(&Exchange),
    ) -> Self {
        let mut rewriter = Rewriter::new(key, scope.hides_hosts);
        let mut left_out = 0;
        for exchange in exchanges {
            if scope.lets_leave(&exchange) {
                rewriter.exchange(&exchange).iter().for_each(&mut leave);
            } else {
                left_out += 1;
            }
        }
        Self { secrets: rewriter.secrets, left_out }
    }
}

impl Rewriter<'_> {
    /// One exchange. Nothing that its type does not name can be in it. `None` where its address, redacted,
    /// is none any more.
    pub fn exchange(&mut self, exchange: &Exchange) -> Option<Exchange> {
        let url = Url::parse(&self.write(exchange.url.as_str(), classify::url)).ok()?;
        self.publish(&exchange.started.to_rfc3339());
        // A report names the day, and the minutes around it.
        for moment in [-60_000, 0, 60_000].map(|away| exchange.started.plus(away).to_utc()) {
            self.publish(moment.get(..10).unwrap_or_default());
            self.publish(&moment);
        }
        Some(Exchange {
            number: exchange.number,
            started: exchange.started,
            duration: exchange.duration,
            method: self.write(&exchange.method, classify::words).into(),
            url,
            kind: exchange.kind,
            request: Request {
                fields: self.fields(&exchange.request.fields),
                body: exchange.request.body.as_ref().map(|body| self.body(body, &exchange.request.fields, false)),
            },
            response: exchange.response.as_ref().map(|response| Response {
                status: response.status,
                status_text: self.write(&response.status_text, classify::words).into(),
                fields: self.fields(&response.fields),
                redirect_url: response.redirect_url.as_ref().map(|url| self.write(url, classify::url).into()),
                body: response.body.as_ref().map(|body| self.body(body, &response.fields, true)),
            }),
            error: exchange.error.as_ref().map(|error| self.write(error, classify::words).into()),
            served_by: exchange.served_by,
            initiator: exchange.initiator.as_ref().map(|initiator| self.write(initiator, classify::url).into()),
            server_address: exchange.server_address.as_ref().map(|address| self.replace(Kind::Address, address).into()),
            connection: exchange.connection.as_ref().map(|name| self.replace(Kind::Name, name).into()),
            version: exchange.version,
            told: exchange.told.clone(),
            said: exchange.said.as_ref().map(|said| Box::new(self.said(said))),
            unseen: exchange.unseen,
        })
    }

    /// Names of cookies leave as they do in the fields; those of errors and fields are the browser's own words.
    fn said(&mut self, said: &Said) -> Said {
        let name = |held: &Held| Held { name: self.write(&held.name, classify::cookie_name).into(), ..held.clone() };
        let held = said.held.iter().map(name).collect();
        let cors = said.cors.as_ref().map(|cors| match cors {
            CrossOrigin::Refused { error, subject } => {
                CrossOrigin::Refused { error: self.write(error, classify::words).into(), subject: self.write(subject, field_name).into() }
            }
            other => other.clone(),
        });
        Said { held, cors }
    }

    fn fields(&mut self, fields: &Fields) -> Fields {
        let rewritten: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| (self.write(name, field_name), self.write(value, |value, sink| field(name, value, sink))))
            .collect();
        rewritten.into_iter().collect()
    }

    fn body(&mut self, body: &Body, fields: &Fields, is_answer: bool) -> Body {
        let media_type = fields.get("content-type").unwrap_or_default();
        let text = self.write(&body.text, |text, sink| content(media_type, text, is_answer, sink));
        let written = Body::from(&*text);
        Body { cut: body.cut || written.cut, ..written }
    }
}
