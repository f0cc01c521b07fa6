//! Digest: what fits and what does not between challenge, credentials and request.

super::family! {
    digest_algorithm_unsupported::DigestAlgorithmUnsupported,
    digest_mismatch::DigestMismatch,
    digest_stale_nonce::DigestStaleNonce,
}
