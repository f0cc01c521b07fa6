//! Why401 says why a login failed, proved from the captured requests.
//!
//! Data moves one way: a capture becomes [`exchange`]s, their header fields become facts
//! ([`syntax`]), facts are replayed into a session, causes look at the session and report findings,
//! and findings become one diagnosis.

pub mod exchange;
pub mod fields;
pub mod limits;
pub mod session;
pub mod site;
pub mod syntax;
pub mod time;
#[cfg(target_arch = "wasm32")]
mod wasm;
