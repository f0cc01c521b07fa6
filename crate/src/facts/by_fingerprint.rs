//! Tables by fingerprint. A fingerprint is a hash already, and a session looks up dozens for each exchange.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Fingerprint;

/// A table by fingerprint.
pub type ByFingerprint<V> = HashMap<Fingerprint, V, BuildHasherDefault<Folded>>;

/// Takes a fingerprint for its hash. A capture made so that all fall together slows down nothing but its own diagnosis.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = Fingerprint(self.0).and(bytes).0;
    }

    fn write_u64(&mut self, fingerprint: u64) {
        // The last bits hang on fewer letters than the first.
        self.0 = fingerprint ^ fingerprint >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
