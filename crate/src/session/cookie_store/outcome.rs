//! What became of a cookie, and every reason for it.

use super::change::Change;
use super::stored::StoredCookie;

/// Why a cookie was refused or held back.
///
/// Where the Chrome DevTools Protocol has a `SetCookieBlockedReason` or `CookieBlockedReason` for
/// it, the variant bears that name; the others are told apart by [`cdp_name`](Self::cdp_name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BlockedReason {
    /// `Secure`, and the connection is not secure.
    SecureOnly,
    /// `SameSite=Strict`, and the request is cross-site.
    SameSiteStrict,
    /// `SameSite=Lax`, and the request is cross-site and no top-level navigation by a safe method.
    SameSiteLax,
    /// No `SameSite`, which counts as `Lax`, and that forbids it.
    SameSiteUnspecifiedTreatedAsLax,
    /// `SameSite=None` without `Secure`.
    SameSiteNoneInsecure,
    /// As [`SameSiteStrict`](Self::SameSiteStrict), only because http meets https.
    SchemefulSameSiteStrict,
    /// As [`SameSiteLax`](Self::SameSiteLax), only because http meets https.
    SchemefulSameSiteLax,
    /// As [`SameSiteUnspecifiedTreatedAsLax`](Self::SameSiteUnspecifiedTreatedAsLax), only because
    /// http meets https.
    SchemefulSameSiteUnspecifiedTreatedAsLax,
    /// The browser blocks third-party cookies.
    UserPreferences,
    /// The URL's scheme carries no cookies.
    SchemeNotSupported,
    /// It would shadow a Secure cookie from a connection that is not secure.
    OverwriteSecure,
    /// `Domain` does not cover the host that set it.
    InvalidDomain,
    /// The name's prefix promises what the attributes do not keep.
    InvalidPrefix,
    /// Name and value are too long.
    NameValuePairExceedsMaxSize,
    /// A control character.
    DisallowedCharacter,
    /// Neither name nor value.
    NoCookieContent,
    /// The line is no cookie by this profile's grammar: a nameless one in RFC 6265.
    SyntaxError,
    /// The request's path is not below the cookie's.
    NotOnPath,
    /// The cookie belongs to another host.
    DomainMismatch,

    /// `Domain` is a public suffix. The protocol reports `InvalidDomain`.
    PublicSuffix,
    /// `Partitioned` without `Secure`. The protocol is silent about it.
    PartitionedInsecure,
    /// The request was made without credentials, so its cookies are neither sent nor looked at.
    CredentialsOmitted,
    /// The cookie is kept apart for another top-level site.
    OtherPartition,
    /// Its time was over.
    Expired,
    /// `HttpOnly`, and a script asked.
    HttpOnly,
    /// A script would overwrite an `HttpOnly` cookie.
    OverwriteHttpOnly,
    /// The browser says that it keeps no such cookie, and no rule tells why.
    NotKept,
}

impl BlockedReason {
    const ALL: [Self; 27] = [
        Self::SecureOnly,
        Self::SameSiteStrict,
        Self::SameSiteLax,
        Self::SameSiteUnspecifiedTreatedAsLax,
        Self::SameSiteNoneInsecure,
        Self::SchemefulSameSiteStrict,
        Self::SchemefulSameSiteLax,
        Self::SchemefulSameSiteUnspecifiedTreatedAsLax,
        Self::UserPreferences,
        Self::SchemeNotSupported,
        Self::OverwriteSecure,
        Self::InvalidDomain,
        Self::InvalidPrefix,
        Self::NameValuePairExceedsMaxSize,
        Self::DisallowedCharacter,
        Self::NoCookieContent,
        Self::SyntaxError,
        Self::NotOnPath,
        Self::DomainMismatch,
        Self::PublicSuffix,
        Self::PartitionedInsecure,
        Self::CredentialsOmitted,
        Self::OtherPartition,
        Self::Expired,
        Self::HttpOnly,
        Self::OverwriteHttpOnly,
        Self::NotKept,
    ];

    /// The name that the Chrome DevTools Protocol has for it, or `None` where it reports nothing.
    /// Chrome 156 says `SchemefulSameSite…` of every cross-site request; we only where http meets
    /// https.
    pub fn cdp_name(self) -> Option<&'static str> {
        Some(match self {
            Self::SecureOnly => "SecureOnly",
            Self::SameSiteStrict => "SameSiteStrict",
            Self::SameSiteLax => "SameSiteLax",
            Self::SameSiteUnspecifiedTreatedAsLax => "SameSiteUnspecifiedTreatedAsLax",
            Self::SameSiteNoneInsecure => "SameSiteNoneInsecure",
            Self::SchemefulSameSiteStrict => "SchemefulSameSiteStrict",
            Self::SchemefulSameSiteLax => "SchemefulSameSiteLax",
            Self::SchemefulSameSiteUnspecifiedTreatedAsLax => "SchemefulSameSiteUnspecifiedTreatedAsLax",
            Self::UserPreferences => "UserPreferences",
            Self::SchemeNotSupported => "SchemeNotSupported",
            Self::OverwriteSecure => "OverwriteSecure",
            Self::InvalidDomain | Self::PublicSuffix => "InvalidDomain",
            Self::InvalidPrefix => "InvalidPrefix",
            Self::NameValuePairExceedsMaxSize => "NameValuePairExceedsMaxSize",
            Self::DisallowedCharacter => "DisallowedCharacter",
            Self::NoCookieContent => "NoCookieContent",
            Self::SyntaxError => "SyntaxError",
            Self::NotOnPath => "NotOnPath",
            Self::DomainMismatch => "DomainMismatch",
            Self::PartitionedInsecure
            | Self::CredentialsOmitted
            | Self::OtherPartition
            | Self::Expired
            | Self::HttpOnly
            | Self::OverwriteHttpOnly
            | Self::NotKept => return None,
        })
    }
}

/// A set of reasons.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct BlockedReasons(u32);

impl BlockedReasons {
    /// Adds a reason.
    pub fn add(&mut self, reason: BlockedReason) {
        self.0 |= 1 << reason as u8;
    }

    /// Adds a reason where the condition holds.
    pub(super) fn add_if(&mut self, condition: bool, reason: BlockedReason) {
        self.0 |= u32::from(condition) << reason as u8;
    }

    /// Whether the reason is among them.
    pub fn contains(self, reason: BlockedReason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    /// Whether nothing speaks against the cookie.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Every reason, in the order of [`BlockedReason`].
    pub fn iter(self) -> impl Iterator<Item = BlockedReason> {
        BlockedReason::ALL.into_iter().filter(move |reason| self.contains(*reason))
    }
}

impl std::fmt::Debug for BlockedReasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<BlockedReason> for BlockedReasons {
    fn from_iter<I: IntoIterator<Item = BlockedReason>>(reasons: I) -> Self {
        let mut set = Self::default();
        reasons.into_iter().for_each(|reason| set.add(reason));
        set
    }
}

/// What the store did with one Set-Cookie field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new cookie.
    Kept,
    /// A cookie in the place of one with the same name, domain and path.
    Replaced,
    /// The line was expired on arrival and took away the cookie that was there.
    Deleted,
    /// The line was expired on arrival and there was nothing to take away.
    DeletedNothing,
    /// Refused; the reasons say why.
    Rejected,
}

/// The answer to one Set-Cookie field.
#[derive(Debug)]
pub struct Receipt {
    /// What the store did.
    pub outcome: Outcome,
    /// Every reason against the cookie; empty unless it was rejected.
    pub reasons: BlockedReasons,
    /// Every reason that the rules have against it, empty where there is none, if the browser itself said that it went
    /// the other way.
    pub by_rules: Option<BlockedReasons>,
    /// What [`CookieStore::undo`](super::CookieStore::undo) needs; `None` where nothing changed.
    pub change: Option<Change>,
}

/// What happens to one stored cookie in one request.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// The cookie.
    pub cookie: &'a StoredCookie,
    /// Every reason to hold it back; empty where it is sent.
    pub reasons: BlockedReasons,
}

impl Decision<'_> {
    /// Whether the cookie is sent.
    pub fn is_sent(&self) -> bool {
        self.reasons.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_place() {
        for (place, reason) in BlockedReason::ALL.into_iter().enumerate() {
            assert_eq!(place, reason as usize);
            let set = BlockedReasons::from_iter([reason]);
            assert_eq!(set.iter().collect::<Vec<_>>(), [reason]);
        }
    }
}
