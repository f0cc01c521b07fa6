//! The only room that reads a secret for display, for a report or for a capture that is shared.
//!
//! What of a value may leave is decided once, by its place, in [`classify`]. [`Redactor`] masks the rest on a
//! screen; [`Rewriter`] writes a capture anew in which the rest is replaced by kind, length and pseudonym;
//! [`Search`] proves of the finished bytes that nothing of it is in them.

pub mod classify;
mod display;
mod escapes;
mod exchange;
mod kind;
mod known;
mod learn;
pub mod pseudonym;
mod rewrite;
mod search;
mod sentence;

pub(crate) mod vocabulary;

pub use display::{Part, Redactor, join};
pub use exchange::{Removed, Scope};
pub use kind::Kind;
pub use pseudonym::Key;
pub use rewrite::{Rewriter, Secrets};
pub use search::{Hit, METHOD, Search};
