//! Whether an entry lists every header field that crossed the network.
//!
//! Chrome's DevTools strike Cookie, Set-Cookie and Authorization from a HAR file after they have
//! counted the bytes of all fields, and leave the count as it was (`har/Log.ts` of Chromium 156).

use url::Url;

use super::entry::{Entry, Request, Response};
use super::lenient::{Headers, Number};
use super::unseen::{Writer, writer};

/// What the count of bytes tells; `None` where there is none, as always in HTTP/2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) request: Option<bool>,
    pub(super) response: Option<bool>,
}

impl Whole {
    pub(super) fn of<C>(entry: &Entry<'_, C>) -> Self {
        if writer(entry) != Writer::Chromium {
            return Self::default();
        }
        Self { request: entry.request.as_ref().and_then(request), response: entry.response.as_ref().and_then(response) }
    }
}

fn request<C>(request: &Request<'_, C>) -> Option<bool> {
    request.headers_size.0.filter(|counted| *counted > 0)?;
    let url = Url::parse(request.url.as_ref()).ok()?;
    let target = url.path().len() + url.query().map_or(0, |query| query.len() + 1);
    is_whole(request.headers_size, request.method.as_ref().len() + target + "  HTTP/1.1".len(), &request.headers)
}

fn response<C>(response: &Response<'_, C>) -> Option<bool> {
    let line = response.status.0?.to_string().len() + response.status_text.as_ref().len();
    is_whole(response.headers_size, line + "HTTP/1.1  ".len(), &response.headers)
}

/// Compares the count with what is listed. The shortest field that is struck is longer than the
/// line ends that writers count differently.
fn is_whole(counted: Number, first_line: usize, headers: &Headers<'_>) -> Option<bool> {
    const SLACK: usize = 4;
    let fields = headers.0.iter().map(|(name, value)| name.as_ref().chars().count() + value.as_ref().chars().count() + ": \r\n".len());
    let listed = first_line + "\r\n\r\n".len() + fields.sum::<usize>();
    let counted = usize::try_from(counted.0?).ok().filter(|counted| *counted > 0)?;
    Some(counted <= listed + SLACK)
}
