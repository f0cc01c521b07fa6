//! Why401 says why a login failed, proved from the captured requests.
//!
//! Data moves one way: a capture becomes [`exchange`]s, their header fields become [`facts`]
//! through the grammars of [`syntax`], facts are replayed into a [`session`], [`causes`] look at the
//! session and report [`finding`]s, and findings become one [`diagnosis`].
//!
//! Three invariants hold everywhere below: nothing panics on captured input, nothing reads a clock
//! or any other outside state, and nothing but [`redact`] reads a secret for display.

pub mod blocked;
pub mod capture;
pub mod cause;
pub mod causes;
pub mod compare;
pub mod data;
pub mod diagnosis;
pub mod exchange;
pub mod facts;
pub mod fields;
pub mod finding;
pub mod limits;
mod parallel;
pub mod place;
pub mod products;
pub mod profile;
pub mod reading;
pub mod redact;
pub mod report;
pub mod session;
pub mod site;
#[cfg(feature = "grammars")]
pub mod syntax;
#[cfg(not(feature = "grammars"))]
mod syntax;
pub mod time;
pub mod told;
pub mod view;
#[cfg(target_arch = "wasm32")]
mod wasm;
