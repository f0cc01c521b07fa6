//! Where products say why a login failed: in contents, in fields, in what a redirect carries.

use super::statement::Index;
use super::tables;
use crate::facts::Purpose;
use crate::finding::{Place, Stated};
use crate::session::{Failure, Record, Session};

/// Response fields in which products say why, in lower case. From their documentation; checked 2026-11-21.
const FIELDS: [&str; 14] = [
    "www-authenticate",
    "location",
    "server",
    "cf-mitigated",
    "x-amzn-errortype",
    "x-amzn-waf-action",
    "x-auth-error",
    "x-error",
    "x-error-message",
    "x-error-reason",
    "x-github-otp",
    "x-ms-wwa-status",
    "x-reason",
    "x-squid-error",
];

/// Pages after a refused sign-in that may show its message.
const PAGES_AFTER: usize = 3;

/// The codes and phrases of all products.
pub struct Phrases {
    index: Index,
}

impl Phrases {
    /// Made once for a diagnosis.
    #[must_use]
    pub fn new() -> Self {
        Self { index: Index::of(tables::ALL) }
    }

    /// What products say of a failed login: in its exchange, in those that belong to it, and on the
    /// page that a refused sign-in leads to.
    #[must_use]
    pub fn said(&self, session: &Session, failure: &Failure) -> Vec<Stated> {
        let mut said = Vec::new();
        let chain = session.redirect_chain(failure.at);
        let leads_on = session.record(failure.at).is_some_and(|record| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback));
        let after = chain.iter().skip_while(|at| **at != failure.at).skip(1).take(PAGES_AFTER).filter(|_| leads_on);
        for at in std::iter::once(&failure.at).chain(&failure.with).chain(after) {
            if let Some(record) = session.record(*at) {
                self.in_record(*at, record, &mut said);
            }
        }
        said
    }

    fn in_record(&self, at: usize, record: &Record, said: &mut Vec<Stated>) {
        let mut look = |text: &str, place: &dyn Fn(std::ops::Range<usize>) -> Place| {
            for statement in self.index.find(text) {
                said.push(Stated { cause: statement.cause, product: statement.product, at, place: place(statement.span) });
            }
        };
        let exchange = &record.exchange;
        look(exchange.response_text(), &Place::ResponseBody);
        if let Some(response) = &exchange.response {
            for name in FIELDS {
                for (nth, value) in response.fields.all(name).enumerate() {
                    look(value, &|_| Place::Received(name, nth));
                }
            }
        }
        if record.facts.purpose == Purpose::Callback {
            for text in [exchange.url.query(), exchange.url.fragment()].into_iter().flatten() {
                look(text, &|_| Place::Target);
            }
            if let Some(body) = &exchange.request.body {
                look(&body.text, &Place::RequestBody);
            }
        }
    }
}

impl Default for Phrases {
    fn default() -> Self {
        Self::new()
    }
}
