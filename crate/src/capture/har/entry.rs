//! One element of `log.entries`, as HAR 1.2 and the browsers' own additions shape it. Only what is
//! used is declared; everything else is passed over unread.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

use super::lenient::{Headers, Initiator, Number, Text};

/// An entry. `C` is the form of content: [`Text`] when it comes from JavaScript, raw JSON from a
/// file, where most content is never looked at and need not be unescaped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "C: Deserialize<'de>"))]
pub struct Entry<'a, C = Text<'a>> {
    #[serde(borrow, default)]
    pub(super) started_date_time: Text<'a>,
    #[serde(default)]
    pub(super) time: Number,
    pub(super) request: Option<Request<'a, C>>,
    pub(super) response: Option<Response<'a, C>>,
    #[serde(borrow, default, rename = "serverIPAddress")]
    pub(super) server_ip_address: Text<'a>,
    #[serde(borrow, default, rename = "pageref")]
    pub(super) page: Text<'a>,
    #[serde(borrow, default)]
    pub(super) connection: Text<'a>,
    /// Chrome: unlike `connection`, which is a port there, it names one connection.
    #[serde(borrow, default, rename = "_connectionId")]
    pub(super) connection_id: Text<'a>,
    /// Chrome: what the request was made for.
    #[serde(borrow, default, rename = "_resourceType")]
    pub(super) resource_type: Text<'a>,
    /// Chrome: who asked for it.
    #[serde(borrow, default, rename = "_initiator")]
    pub(super) initiator: Option<Initiator<'a>>,
    /// Chrome: "disk" or "memory".
    #[serde(borrow, default, rename = "_fromCache")]
    pub(super) from_cache: Text<'a>,
    /// Safari: "Network Load", "Disk Cache", "Memory Cache", "Service Worker".
    #[serde(borrow, default, rename = "_fetchType")]
    pub(super) fetch_type: Text<'a>,
    /// Firefox: "secure", "insecure".
    #[serde(borrow, default, rename = "_securityState")]
    pub(super) security_state: Text<'a>,
    #[serde(borrow, default, rename = "_error")]
    pub(super) error: Text<'a>,
    /// Why401's own files.
    #[serde(borrow, default, rename = "_why401")]
    pub(super) note: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "C: Deserialize<'de>"))]
pub(super) struct Request<'a, C> {
    #[serde(borrow, default)]
    pub(super) method: Text<'a>,
    #[serde(borrow, default)]
    pub(super) url: Text<'a>,
    #[serde(borrow, default)]
    pub(super) headers: Headers<'a>,
    #[serde(default)]
    pub(super) headers_size: Number,
    /// Where tools list the cookies that they took out of the fields.
    #[serde(borrow, default)]
    pub(super) cookies: Headers<'a>,
    pub(super) post_data: Option<PostData<'a, C>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "C: Deserialize<'de>"))]
pub(super) struct PostData<'a, C> {
    #[serde(borrow, default)]
    pub(super) mime_type: Text<'a>,
    pub(super) text: Option<C>,
    /// The form's fields, for tools that leave `text` out.
    #[serde(borrow, default)]
    pub(super) params: Headers<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "C: Deserialize<'de>"))]
pub(super) struct Response<'a, C> {
    #[serde(default)]
    pub(super) status: Number,
    #[serde(borrow, default)]
    pub(super) status_text: Text<'a>,
    #[serde(borrow, default)]
    pub(super) http_version: Text<'a>,
    #[serde(borrow, default)]
    pub(super) headers: Headers<'a>,
    #[serde(default)]
    pub(super) headers_size: Number,
    #[serde(borrow, default)]
    pub(super) cookies: Headers<'a>,
    #[serde(borrow, default, rename = "redirectURL")]
    pub(super) redirect_url: Text<'a>,
    pub(super) content: Option<Content<'a, C>>,
    #[serde(borrow, default, rename = "_error")]
    pub(super) error: Text<'a>,
    /// Chrome.
    #[serde(borrow, default, rename = "_fetchedViaServiceWorker")]
    pub(super) fetched_via_service_worker: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "C: Deserialize<'de>"))]
pub(super) struct Content<'a, C> {
    #[serde(default)]
    pub(super) size: Number,
    #[serde(borrow, default)]
    pub(super) mime_type: Text<'a>,
    #[serde(borrow, default)]
    pub(super) encoding: Text<'a>,
    pub(super) text: Option<C>,
}

/// Content in the form in which a capture holds it.
pub trait Captured {
    /// The text, unescaped; JSON that was not put into a text is its own.
    fn text(&self) -> Cow<'_, str>;
}

impl Captured for Text<'_> {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_ref())
    }
}

impl Captured for &RawValue {
    fn text(&self) -> Cow<'_, str> {
        match self.get() {
            json if json.starts_with(['{', '[']) => Cow::Borrowed(json),
            text => serde_json::from_str::<Text<'_>>(text).unwrap_or_default().0,
        }
    }
}

impl<'a> Entry<'a> {
    /// Puts the response's content in, which the live devtools API hands out apart from the entry.
    pub(super) fn with_content(mut self, text: &'a str, base64: bool) -> Self {
        if let Some(content) = self.response.as_mut().and_then(|response| response.content.as_mut()) {
            content.text = Some(Text(Cow::Borrowed(text)));
            content.encoding = Text(Cow::Borrowed(if base64 { "base64" } else { "" }));
        }
        self
    }
}
