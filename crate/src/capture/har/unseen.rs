//! What the browsers' captures leave out, measured in Chromium 156 and Firefox 153 on 2026-11-20.

use super::entry::{Entry, Request, Response};
use crate::exchange::{ServedBy, Unseen};

/// Who wrote an entry, told by the members only it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    Chromium,
    Firefox,
    WebKit,
    Other,
}

pub(super) fn writer<C>(entry: &Entry<'_, C>) -> Writer {
    if entry.initiator.is_some() || entry.resource_type.some().is_some() {
        Writer::Chromium
    } else if entry.security_state.some().is_some() {
        Writer::Firefox
    } else if entry.fetch_type.some().is_some() {
        Writer::WebKit
    } else {
        Writer::Other
    }
}

/// Where the response came from, as far as the entry tells.
pub(super) fn served_by<C>(entry: &Entry<'_, C>) -> ServedBy {
    let Some(response) = &entry.response else { return ServedBy::Network };
    if response.fetched_via_service_worker.as_ref() == "true" || entry.fetch_type.as_ref() == "Service Worker" {
        return ServedBy::ServiceWorker;
    }
    if entry.from_cache.some().is_some() || entry.fetch_type.as_ref().ends_with("Cache") {
        return ServedBy::Cache;
    }
    let no_network = entry.server_ip_address.some().is_none() && response.headers_size.0 == Some(0) && !response.headers.0.is_empty();
    if writer(entry) == Writer::Firefox && no_network {
        // Firefox marks both alike; it does not answer with an error from its cache.
        return if response.status.0 >= Some(400) { ServedBy::ServiceWorker } else { ServedBy::Cache };
    }
    ServedBy::Network
}

/// What this entry cannot show. `wants_content`: the response's content would have been of use;
/// `has_content`: it is there.
pub(super) fn unseen<C>(entry: &Entry<'_, C>, served_by: ServedBy, wants_content: bool, has_content: bool) -> Unseen {
    let (Some(request), Some(response)) = (&entry.request, &entry.response) else {
        let response = entry.error.some().is_none();
        return Unseen {
            cookies: true,
            set_cookies: true,
            authorization: true,
            response_fields: true,
            response_body: true,
            response,
            moment: false,
        };
    };
    let writer = writer(entry);
    let bare_request = is_bare_request(writer, request);
    let bare_response = writer == Writer::Chromium && is_bare_response(request, response);
    let has_status = response.status.0 > Some(0);
    let is_empty = response.content.as_ref().and_then(|content| content.size.0) == Some(0);
    // Who lists no field of an answer has not seen its content either.
    let is_unheard = is_empty && response.headers.0.is_empty();
    let failed = entry.error.some().or(response.error.some()).is_some();
    Unseen {
        cookies: bare_request && request.headers.get("cookie").is_none(),
        authorization: bare_request && request.headers.get("authorization").is_none(),
        set_cookies: (bare_response || !response.cookies.0.is_empty()) && has_status && response.headers.get("set-cookie").is_none(),
        response_fields: has_status && (served_by != ServedBy::Network || response.headers.0.is_empty()),
        response_body: wants_content && (is_unheard || !has_content && (!is_empty || failed)),
        response: response.status.0.is_none() && !failed,
        moment: false,
    }
}

/// Chrome lists only the fields that the page set when it has not heard from the network process,
/// and then knows no size of them. In HTTP/2 there is never a size, but then the pseudo-header
/// fields are missing too. A request without any field was not seen on the wire by anybody.
fn is_bare_request<C>(writer: Writer, request: &Request<'_, C>) -> bool {
    let unmeasured = request.headers_size.0.is_none_or(|size| size < 0);
    let has_pseudo_field = request.headers.0.iter().any(|(name, _)| name.as_ref().starts_with(':'));
    request.headers.0.is_empty() || writer == Writer::Chromium && unmeasured && !has_pseudo_field
}

/// The same for the response, whose Set-Cookie fields are then left out.
fn is_bare_response<C>(request: &Request<'_, C>, response: &Response<'_, C>) -> bool {
    let unmeasured = response.headers_size.0.is_none_or(|size| size < 0);
    let is_http1 = response.http_version.as_ref().to_ascii_lowercase().starts_with("http/1");
    unmeasured && (is_http1 || is_bare_request(Writer::Chromium, request))
}
