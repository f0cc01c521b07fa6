//! Where in a captured exchange something stands.

/// A place in a captured exchange. The text there is read for display by [`redact`](crate::redact) alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The method and target.
    Target,
    /// The nth request field of this lower-case name.
    Sent(&'static str, usize),
    /// The nth response field of this lower-case name.
    Received(&'static str, usize),
    /// The response's status.
    Status,
    /// These bytes of the request's content.
    RequestBody(std::ops::Range<usize>),
    /// These bytes of the response's content.
    ResponseBody(std::ops::Range<usize>),
    /// The browser's own name for what went wrong.
    Error,
    /// When the exchange happened.
    Moment,
}
