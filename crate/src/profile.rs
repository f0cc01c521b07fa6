//! What a cookie store does where specifications and browsers part ways.

/// The rules of one user agent, as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What these rules are called: "Chrome", "Firefox", "RFC 6265".
    pub name: &'static str,
    /// Whether a cookie without a name is kept (RFC 6265bis) or dropped (RFC 6265 5.2 step 5).
    pub keeps_nameless: bool,
    /// Whether a control character other than a tab loses the cookie (RFC 6265bis 5.6 step 1).
    pub refuses_control_characters: bool,
    /// Whether a tab inside a name or value loses the cookie, as in Chrome.
    pub refuses_inner_tabs: bool,
    /// Whether an empty `Domain` stands for the host itself (RFC 6265bis 5.6.3) or is as if it were
    /// not there (RFC 6265 5.2.3).
    pub empty_domain_counts: bool,
    /// Bytes of name and value together that are kept, if that is limited (RFC 6265bis 5.6 step 5).
    pub max_pair: Option<usize>,
    /// Whether `__Host-`, `__Secure-`, `__Http-` and `__Host-Http-` are held to their promise.
    pub checks_prefixes: bool,
    /// Whether such a prefix is also checked, as that of a name, in a field without `=`, as in
    /// Firefox; otherwise it loses the cookie there (RFC 6265bis 5.7 step 22).
    pub takes_lone_text_for_name: bool,
    /// Whether a Secure cookie is taken only over a secure connection (RFC 6265bis 5.7 step 8).
    pub checks_secure_origin: bool,
    /// Whether plain http from this machine's loopback counts as a secure connection.
    pub trusts_loopback: bool,
    /// Whether plain http may not shadow a Secure cookie (RFC 6265bis 5.7, "leave secure cookies
    /// alone").
    pub leaves_secure_alone: bool,
    /// What a cookie without a known `SameSite` is taken for.
    pub unspecified_same_site: Unspecified,
    /// Whether http and https of one registrable domain are different sites.
    pub schemeful: bool,
    /// Whether `SameSite=None` needs `Secure` (RFC 6265bis 5.7 step 17).
    pub none_needs_secure: bool,
    /// Whether `SameSite` is looked at at all.
    pub knows_same_site: bool,
    /// What happens to cookies of another site than that of the page in the tab.
    pub third_party: ThirdParty,
    /// Whether the `Partitioned` attribute is known, which then needs `Secure`.
    pub knows_partitioned: bool,
    /// The longest lifetime in milliseconds (RFC 6265bis 5.5).
    pub max_lifetime: Option<i64>,
    /// Whether `Expires` is read by the server's clock, as its `Date` shows it.
    pub corrects_expires: bool,
    /// Whether the path of a request is compared with its unreserved characters decoded (RFC 3986
    /// 6.2.2.2).
    pub decodes_paths: bool,
    /// Whether a host's own cookie and one of the same name for the host and those below it are two
    /// (RFC 6265bis 5.7 step 23) or one (RFC 6265 5.3 step 11).
    pub tells_host_only_apart: bool,
    /// Most cookies of one registrable domain, and how many are left when there are more.
    pub per_site: Option<Limit>,
}

/// What a missing or unknown `SameSite` is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unspecified {
    /// `None`: sent everywhere.
    None,
    /// `Lax`, but for so many milliseconds after its creation also in cross-site top-level
    /// navigations by POST (RFC 6265bis 5.6.7.2).
    Lax {
        /// Milliseconds of grace.
        unsafe_grace: i64,
    },
}

/// What happens to cookies of another site than that of the page in the tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThirdParty {
    /// They are kept and sent like all others.
    Allow,
    /// They are neither kept nor sent, unless they are `Partitioned`.
    Block,
    /// They are kept apart for each site that is the page in the tab.
    Partition,
}

/// A bound on a number of cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// One more than this and some are evicted.
    pub most: usize,
    /// How many are left then.
    pub left: usize,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Profile {
    /// RFC 6265 of 2011, as written.
    pub fn rfc6265() -> Self {
        Self {
            name: "RFC 6265",
            keeps_nameless: false,
            refuses_control_characters: false,
            refuses_inner_tabs: false,
            empty_domain_counts: false,
            max_pair: None,
            checks_prefixes: false,
            takes_lone_text_for_name: false,
            checks_secure_origin: false,
            trusts_loopback: false,
            leaves_secure_alone: false,
            unspecified_same_site: Unspecified::None,
            schemeful: false,
            none_needs_secure: false,
            knows_same_site: false,
            third_party: ThirdParty::Allow,
            knows_partitioned: false,
            max_lifetime: None,
            corrects_expires: false,
            decodes_paths: true,
            tells_host_only_apart: false,
            per_site: None,
        }
    }

    /// Chrome 156 as it is installed, with third-party cookies allowed. Debian's build and many
    /// users have them blocked: [`ThirdParty::Block`].
    ///
    /// Limits: `net/cookies/cookie_monster.cc`, as of 2026-11-20, not measured.
    pub fn chrome() -> Self {
        Self {
            name: "Chrome",
            keeps_nameless: true,
            refuses_control_characters: true,
            refuses_inner_tabs: true,
            empty_domain_counts: true,
            max_pair: Some(4096),
            checks_prefixes: true,
            takes_lone_text_for_name: false,
            checks_secure_origin: true,
            trusts_loopback: true,
            leaves_secure_alone: true,
            unspecified_same_site: Unspecified::Lax { unsafe_grace: 2 * 60 * 1000 },
            schemeful: true,
            none_needs_secure: true,
            knows_same_site: true,
            third_party: ThirdParty::Allow,
            knows_partitioned: true,
            max_lifetime: Some(400 * DAY),
            corrects_expires: true,
            decodes_paths: false,
            tells_host_only_apart: true,
            per_site: Some(Limit { most: 180, left: 150 }),
        }
    }

    /// Safari 17 as it is installed, which blocks cookies of other sites than the page's and knows no trustworthy http.
    ///
    /// From WebKit's "Full Third-Party Cookie Blocking" (2020-03-24) and bug 232088, "Secure cookies on localhost"; checked
    /// 2026-11-30, not measured.
    pub fn safari() -> Self {
        Self {
            name: "Safari",
            trusts_loopback: false,
            unspecified_same_site: Unspecified::None,
            schemeful: false,
            third_party: ThirdParty::Block,
            knows_partitioned: false,
            ..Self::chrome()
        }
    }

    /// Firefox 153 as it is installed, with Total Cookie Protection.
    pub fn firefox() -> Self {
        Self {
            name: "Firefox",
            refuses_inner_tabs: false,
            takes_lone_text_for_name: true,
            unspecified_same_site: Unspecified::None,
            schemeful: false,
            third_party: ThirdParty::Partition,
            ..Self::chrome()
        }
    }
}
