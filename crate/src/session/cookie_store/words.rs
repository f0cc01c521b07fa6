//! What each reason against a cookie means, in words.

use super::BlockedReason;

impl BlockedReason {
    /// The reason as a sentence about the cookie.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::SecureOnly => "It is Secure, and the connection is plain http.",
            Self::SameSiteStrict => "It is SameSite=Strict, and the request comes from another site.",
            Self::SameSiteLax => "It is SameSite=Lax, and the request comes from another site without being a plain link.",
            Self::SameSiteUnspecifiedTreatedAsLax => {
                "It names no SameSite, which counts as Lax, and the request comes from another site without being a plain link."
            }
            Self::SameSiteNoneInsecure => "It is SameSite=None without Secure.",
            Self::SchemefulSameSiteStrict => "It is SameSite=Strict, and http and https count as two sites.",
            Self::SchemefulSameSiteLax => "It is SameSite=Lax, and http and https count as two sites.",
            Self::SchemefulSameSiteUnspecifiedTreatedAsLax => {
                "It names no SameSite, which counts as Lax, and http and https count as two sites."
            }
            Self::UserPreferences => "The browser blocks third-party cookies.",
            Self::SchemeNotSupported => "Addresses of this scheme have no cookies.",
            Self::OverwriteSecure => "A Secure cookie of this name exists, and plain http may not overwrite it.",
            Self::InvalidDomain => "Its Domain does not cover the host that set it.",
            Self::InvalidPrefix => "The prefix of its name promises attributes that it does not have.",
            Self::NameValuePairExceedsMaxSize => "Its name and value are longer than 4096 bytes.",
            Self::DisallowedCharacter => "It holds a control character.",
            Self::NoCookieContent => "It has neither name nor value.",
            Self::SyntaxError => "The line is no cookie.",
            Self::NotOnPath => "Its Path does not cover this address.",
            Self::DomainMismatch => "It belongs to another host.",
            Self::PublicSuffix => "Its Domain is a public suffix, under which anybody may register.",
            Self::PartitionedInsecure => "It is Partitioned without Secure.",
            Self::CredentialsOmitted => "The request was made without credentials.",
            Self::OtherPartition => "It is kept apart for another top-level site.",
            Self::Expired => "Its time was over.",
            Self::HttpOnly => "It is HttpOnly, and a script asked.",
            Self::OverwriteHttpOnly => "A script may not overwrite an HttpOnly cookie.",
            Self::NotKept => "The browser does not keep it, though its attributes allow that: a setting or an extension forbids it.",
        }
    }
}
