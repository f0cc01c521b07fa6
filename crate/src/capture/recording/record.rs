//! One line of the log, in the words of the browsers' `webRequest` and `cookies` interfaces.

use serde::Deserialize;
use std::borrow::Cow;

/// What a browser told at one moment. Which members there are depends on the event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record<'a> {
    /// `onBeforeRequest`, `onCompleted`, `cookie`, `tab`, `step`.
    #[serde(borrow, rename = "type")]
    pub event: Cow<'a, str>,
    /// Milliseconds since 1970, by the browser's clock.
    pub at: f64,
    /// The browser's number of the request; one for all hops of a redirect.
    #[serde(borrow)]
    pub request: Cow<'a, str>,
    /// The browser's number of the tab; −1 for what belongs to none.
    pub tab: Option<i64>,
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) url: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) initiator: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) document: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) content: Option<Content<'a>>,
    #[serde(borrow)]
    pub(super) fields: Option<Vec<Field<'a>>>,
    pub(super) status: Option<u16>,
    #[serde(borrow)]
    pub(super) line: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) to: Option<Cow<'a, str>>,
    pub(super) cached: bool,
    #[serde(borrow)]
    pub(super) ip: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) error: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) scheme: Option<Cow<'a, str>>,
    pub(super) proxy: bool,
    /// Of a `cookie`.
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) domain: Cow<'a, str>,
    pub(super) removed: bool,
    /// Of a `start`.
    #[serde(borrow)]
    pub(super) browser: Cow<'a, str>,
}

/// Content that a request or, in Firefox, a response carried.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Content<'a> {
    /// A form's fields, as the browser has taken them apart.
    #[serde(borrow)]
    pub(super) form: Option<Vec<(Cow<'a, str>, Cow<'a, str>)>>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
}

/// A header field.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Field<'a>(#[serde(borrow)] pub(super) Cow<'a, str>, #[serde(borrow)] pub(super) Option<Cow<'a, str>>);
