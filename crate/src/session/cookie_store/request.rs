//! A request as far as cookies care about it.

use url::Url;

use crate::profile::{Profile, ThirdParty};
use crate::site::{Site, is_loopback, scheme_of};
use crate::time::Time;

/// A request, or the exchange whose response sets cookies.
#[derive(Clone, Copy, Debug)]
pub struct CookieRequest<'a> {
    /// Its target.
    pub url: &'a Url,
    /// Its method.
    pub method: &'a str,
    /// When it was sent, or its response received.
    pub at: Time,
    /// Site of the page in the tab; `None` where the request navigates the tab itself.
    pub top_level: Option<Site<'a>>,
    /// Site of the document or worker that began it; `None` where the user did: by the address bar,
    /// a bookmark, a reload.
    pub initiator: Option<Site<'a>>,
    /// Whether its credentials mode lets cookies through.
    pub credentials: bool,
    /// `false` for a script that reads or writes `document.cookie`.
    pub http_api: bool,
}

impl<'a> CookieRequest<'a> {
    /// A navigation of the tab that the user began.
    pub fn navigation(url: &'a Url, at: Time) -> Self {
        Self { url, method: "GET", at, top_level: None, initiator: None, credentials: true, http_api: true }
    }
}

/// How the parties of a request stand to its target: RFC 6265bis 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// All of one site.
    SameSite,
    /// Of one registrable domain, but http meets https.
    OtherScheme,
    /// Some of another site.
    CrossSite,
}

/// A request's place in the world, worked out once for all cookies.
pub(super) struct Standing<'a> {
    pub request: CookieRequest<'a>,
    pub site: Site<'a>,
    pub host: &'a str,
    pub relation: Relation,
    /// The page in the tab belongs to another site.
    pub third_party: bool,
    /// The connection is secure, or as good as.
    pub secure: bool,
    pub safe_method: bool,
}

impl<'a> Standing<'a> {
    /// `None` where the URL's scheme carries no cookies. `domain` is that of the URL's site, which
    /// costs more to find out than everything else here.
    pub fn of(request: CookieRequest<'a>, domain: &'a str, profile: &Profile) -> Option<Self> {
        let url = request.url;
        let scheme = scheme_of(url);
        let encrypted = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let site = Site { scheme, domain };
        let parties = [request.top_level, request.initiator];
        let any = |differs: fn(Site<'_>, Site<'_>) -> bool| parties.into_iter().flatten().any(|party| differs(party, site));
        let relation = if any(|party, site| !party.is_schemelessly_same(site)) {
            Relation::CrossSite
        } else if profile.schemeful && any(|party, site| party != site) {
            Relation::OtherScheme
        } else {
            Relation::SameSite
        };
        Some(Self {
            request,
            site,
            host: url.host_str()?,
            relation,
            third_party: request
                .top_level
                .is_some_and(|page| if profile.schemeful { page != site } else { !page.is_schemelessly_same(site) }),
            secure: encrypted || (profile.trusts_loopback && is_loopback(url)),
            safe_method: matches!(request.method, "GET" | "HEAD" | "OPTIONS" | "TRACE"),
        })
    }

    /// The site that partitioned cookies of this request are kept apart for.
    pub fn partition_site(&self) -> Site<'a> {
        self.request.top_level.unwrap_or(self.site)
    }

    /// Whether a cookie set by this request, with or without `Partitioned`, is kept apart.
    pub fn partitions(&self, profile: &Profile, partitioned: bool) -> bool {
        partitioned || (self.third_party && profile.third_party == ThirdParty::Partition)
    }

    pub fn is_top_level_navigation(&self) -> bool {
        self.request.top_level.is_none()
    }
}

/// The form in which a partition's site is stored, compared without building it.
pub(super) fn is_partition(stored: &str, site: Site<'_>) -> bool {
    stored.strip_prefix(site.scheme).and_then(|rest| rest.strip_prefix("://")) == Some(site.domain)
}
