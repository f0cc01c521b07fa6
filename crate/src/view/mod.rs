//! What a panel shows of single exchanges: a row for the list, and the opened exchange.
//!
//! Everything is decided here, down to the words; whoever displays it only lays it out.

mod detail;
mod row;

pub use detail::{Detail, Level, Line, Section};
pub use row::Row;
