//! Digest: what fits and what does not between challenge, credentials and request.

mod digest_algorithm_unsupported;
mod digest_mismatch;
mod digest_stale_nonce;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] =
    &[&digest_algorithm_unsupported::DigestAlgorithmUnsupported, &digest_mismatch::DigestMismatch, &digest_stale_nonce::DigestStaleNonce];
