//! What the benchmarks and the tests of this package share.

pub mod traffic;
