//! The diagnosis in the forms in which it leaves the program.

pub mod comparison;
pub mod explain;
pub mod json;
mod page;
pub mod text;
