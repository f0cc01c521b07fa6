//! What named products answer when a login fails: dated tables, searched without regular expressions.

mod iis;
mod said;
mod statement;
mod tables;

pub use iis::{SubStatus, iis_sub_status};
pub use said::Phrases;
