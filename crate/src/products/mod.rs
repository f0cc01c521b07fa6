//! What named products answer when a login fails: dated tables, searched without regular expressions.

mod dsm;
mod handles;
mod iis;
mod internals;
pub mod statement;

pub use dsm::login_error;
pub use handles::handles;
pub use iis::{SubStatus, iis_sub_status};
pub use internals::internals;
