//! What a panel shows: a row for the list, an opened exchange, the login as a picture.
//!
//! Everything is decided here, down to the words; whoever displays it only lays it out.

mod detail;
mod explained;
mod row;
pub mod timeline;

pub use detail::{Detail, Level, Line, Section};
pub use row::Row;
