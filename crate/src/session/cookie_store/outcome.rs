//! What became of a cookie.

use super::change::Change;
use super::stored::StoredCookie;
pub use crate::blocked::{BlockedReason, BlockedReasons};

/// What the store did with one Set-Cookie field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new cookie.
    Kept,
    /// A cookie in the place of one with the same name, domain and path.
    Replaced,
    /// The line was expired on arrival and took away the cookie that was there.
    Deleted,
    /// The line was expired on arrival and there was nothing to take away.
    DeletedNothing,
    /// Refused; the reasons say why.
    Rejected,
}

/// The answer to one Set-Cookie field.
#[derive(Debug)]
pub struct Receipt {
    /// What the store did.
    pub outcome: Outcome,
    /// Every reason against the cookie; empty unless it was rejected.
    pub reasons: BlockedReasons,
    /// Every reason that the rules have against it, empty where there is none, if the browser itself said that it went
    /// the other way.
    pub by_rules: Option<BlockedReasons>,
    /// What [`CookieStore::undo`](super::CookieStore::undo) needs; `None` where nothing changed.
    pub change: Option<Change>,
}

/// What happens to one stored cookie in one request.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// The cookie.
    pub cookie: &'a StoredCookie,
    /// Every reason to hold it back; empty where it is sent.
    pub reasons: BlockedReasons,
}

impl Decision<'_> {
    /// Whether the cookie is sent.
    pub fn is_sent(&self) -> bool {
        self.reasons.is_empty()
    }
}
