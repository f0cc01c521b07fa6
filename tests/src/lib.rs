//! What the benchmarks and the tests of this package share.

pub mod long;
pub mod recorded;
pub mod traffic;
