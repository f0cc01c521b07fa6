//! What named products answer when a login fails: dated tables, searched without regular expressions.

mod handles;
mod iis;
mod internals;
mod said;
mod settings;
mod statement;

pub use handles::handles;
pub use iis::{SubStatus, iis_sub_status};
pub use internals::internals;
pub use said::{Stated, give_reason, names_provider_error, said};
pub use settings::{Setting, settings};
