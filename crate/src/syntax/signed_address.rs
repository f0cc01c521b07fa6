//! Addresses that are signed for whoever has them, and that take no other credentials beside.

use url::Url;

/// Parameters that sign an address, in lower case: AWS Signature Version 4, Google Cloud Storage, CloudFront; checked
/// 2026-11-29.
const SIGNED: [&str; 3] = ["key-pair-id", "x-amz-signature", "x-goog-signature"];

/// The name of the parameter by which an address is signed.
#[must_use]
pub fn signature_in_address(url: &Url) -> Option<&'static str> {
    SIGNED.into_iter().find(|signed| url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case(signed)))
}
