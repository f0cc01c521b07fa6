//! Whether a request to another origin was asked for before: what Chrome says of its preflights, and the requests that
//! it did not make because of them, which never become requests over the network.

use std::collections::BTreeMap;

use super::verdicts::cors_error;
use super::{Hop, Params};
use crate::exchange::CrossOrigin;

/// What is known of each request that may have to ask.
#[derive(Default)]
pub(super) struct Asking {
    requests: BTreeMap<u64, Request>,
    /// Which request a preflight asks for.
    asked_by: BTreeMap<u64, u64>,
}

#[derive(Default)]
struct Request {
    method: String,
    url: String,
    /// The page, which only the preflight names.
    page: String,
    sent: Vec<String>,
    said: Option<CrossOrigin>,
}

impl Asking {
    pub(super) fn begin(&mut self, id: u64, params: &Params<'_>) {
        let sent = &params.request_headers;
        let request = Request {
            method: sent.line.as_ref().split(' ').next().unwrap_or_default().to_owned(),
            url: params.url.as_ref().to_owned(),
            sent: sent.headers.iter().map(|line| line.as_ref().to_owned()).collect(),
            ..Request::default()
        };
        self.requests.insert(id, request);
    }

    pub(super) fn end(&mut self, id: u64) {
        self.requests.remove(&id);
    }

    /// Chrome says whether it has to ask.
    pub(super) fn required(&mut self, id: u64, is_required: Option<bool>) {
        if let Some(request) = self.requests.get_mut(&id) {
            request.said = (is_required == Some(false)).then_some(CrossOrigin::NoPreflight);
        }
    }

    /// It remembers an answer.
    pub(super) fn remembered(&mut self, id: u64) {
        if let Some(request) = self.requests.get_mut(&id) {
            request.said = Some(CrossOrigin::AnsweredBefore);
        }
    }

    /// It asks, by another request.
    pub(super) fn asks(&mut self, id: u64, preflight: Option<u64>) {
        self.asked_by.extend(preflight.map(|preflight| (preflight, id)));
    }

    /// A preflight begins: it goes where the request would go, also after redirects.
    pub(super) fn preflight(&mut self, preflight: u64, params: &Params<'_>) {
        let request = self.asked_by.get(&preflight).and_then(|id| self.requests.get_mut(id));
        if let Some(request) = request {
            request.url = params.url.as_ref().to_owned();
            request.page = params.initiator.as_ref().to_owned();
        }
    }

    /// What was said of a request that is now made, and is no longer of use.
    pub(super) fn said(&self, id: u64) -> Option<CrossOrigin> {
        self.requests.get(&id)?.said.clone()
    }

    /// A request that is not made, because its preflight failed.
    pub(super) fn refused(&mut self, id: u64, params: &Params<'_>, at: i64) -> Option<Hop> {
        let request = self.requests.remove(&id)?;
        let error = params.cors_error.and_then(cors_error);
        let said = error.map(|error| CrossOrigin::Refused { error: error.into(), subject: params.subject() });
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let failure = format!("net::{}", Some(params.error.as_ref()).filter(|name| is_name(name)).unwrap_or("ERR_FAILED"));
        Some(Hop::not_made((&request.method, &request.url, &request.page), &request.sent, said, failure, at))
    }
}
