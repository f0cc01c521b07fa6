//! Why a browser refuses a cookie, or holds one back: what the rules find and what a browser itself says.

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

    /// The reason whose variant bears that name, as exchange notation writes it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| format!("{reason:?}") == name)
    }

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

/// The name of a reason without the word by which the protocol tells http and https apart: of that, a browser says less.
fn plain(name: &str) -> &str {
    name.strip_prefix("Schemeful").unwrap_or(name)
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
    pub(crate) fn add_if(&mut self, condition: bool, reason: BlockedReason) {
        self.0 |= u32::from(condition) << reason as u8;
    }

    /// Whether the reason is among them.
    pub fn contains(self, reason: BlockedReason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    /// What counts where a browser itself named these reasons and the rules, as known here, others: the browser's,
    /// as exactly as the rules name them. Beside it what the rules have, where that is nothing of what it named.
    #[must_use]
    pub fn settled(self, by_rules: Self) -> (Self, Option<Self>) {
        let is_same = |rule: BlockedReason, said: BlockedReason| {
            rule == said
                || rule.cdp_name().zip(said.cdp_name()).is_some_and(|(rule, said)| plain(rule) == plain(said))
                // Of a Partitioned cookie over http, Chrome says only that it is no valid one.
                || (rule, said) == (BlockedReason::SecureOnly, BlockedReason::PartitionedInsecure)
        };
        let named: Self = by_rules.iter().filter(|rule| self.iter().any(|said| is_same(*rule, said))).collect();
        // How a request was made is for the browser to know, not for the rules.
        if self == Self::from_iter([BlockedReason::CredentialsOmitted]) {
            return (self, None);
        }
        if named.is_empty() {
            return (self, Some(by_rules));
        }
        let other = self.iter().filter(|said| !named.iter().any(|rule| is_same(rule, *said)));
        (named.iter().chain(other).collect(), None)
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

    #[test]
    fn what_the_browser_names_counts_and_the_rules_make_it_exact() {
        use BlockedReason::{InvalidDomain, PublicSuffix, SameSiteLax, SchemefulSameSiteLax, SecureOnly, UserPreferences};
        let set = |reasons: &[BlockedReason]| reasons.iter().copied().collect::<BlockedReasons>();
        assert_eq!(set(&[InvalidDomain]).settled(set(&[PublicSuffix, SecureOnly])), (set(&[PublicSuffix]), None));
        assert_eq!(
            set(&[SameSiteLax, UserPreferences]).settled(set(&[SchemefulSameSiteLax])),
            (set(&[SchemefulSameSiteLax, UserPreferences]), None)
        );
        assert_eq!(set(&[SecureOnly]).settled(set(&[])), (set(&[SecureOnly]), Some(set(&[]))));
        assert_eq!(set(&[SecureOnly]).settled(set(&[SameSiteLax])), (set(&[SecureOnly]), Some(set(&[SameSiteLax]))));
        let omitted = set(&[BlockedReason::CredentialsOmitted]);
        assert_eq!(omitted.settled(set(&[SameSiteLax])), (omitted, None));
    }
}
