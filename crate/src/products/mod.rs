//! What named products answer when a login fails: dated tables, searched without regular expressions.

mod handles;
mod iis;
mod internals;
mod said;
mod statement;
mod tables;

pub use handles::Handles;
pub use iis::{SubStatus, iis_sub_status};
pub use internals::internals;
pub use said::{Phrases, names_provider_error};
