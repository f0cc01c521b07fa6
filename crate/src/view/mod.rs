//! What a panel shows: what is new, how the logins stand, a row for the list, an opened exchange, the cookies, the login as a
//! picture.
//!
//! Everything is decided here, down to the words; whoever displays it only lays it out.

pub mod cookies;
mod decoded;
mod detail;
mod explained;
pub mod explanation;
pub mod filter;
pub mod news;
mod row;
mod saml;
#[cfg(test)]
mod shapes;
mod standing;
pub mod timeline;

pub use detail::{Detail, Leaf, Level, Line, Section, Validity};
pub use row::Row;
pub use standing::{Seen, Standing, State};
