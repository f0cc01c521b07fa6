//! What the browser and the servers knew at each moment, computed from the facts.

pub mod cookie_store;
pub mod cors;
