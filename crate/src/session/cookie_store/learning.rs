//! What requests show of cookies that no captured response set: a store that was not empty when the
//! capture began, scripts and people that change it.

use super::change::{Change, Place, Step};
use super::matching::{domain_matches, path_matches};
use super::profile::ThirdParty;
use super::request::{CookieRequest, Relation, Standing};
use super::stored::{Doubt, Parts, StoredCookie};
use super::{ACCESS_GRANULARITY, CookieStore, default_path};
use crate::site::registrable_domain;
use crate::syntax::set_cookie::SameSite;

impl CookieStore {
    /// Takes in a cookie that `request` bore and that the store does not hold. Its attributes are not
    /// known, so they are taken as narrow as they may be: from `exchange` on it is expected only where
    /// it cannot but be sent.
    pub(in crate::session) fn learn(&mut self, request: &CookieRequest<'_>, name: &str, value: &str, exchange: u32) -> Option<Change> {
        let host = request.url.host_str()?;
        let known = self.host(host);
        let standing = Standing::of(*request, host.get(known.domain_at..)?, self.profile())?;
        let parts = Parts { name, value, domain: host, path: request.url.path() };
        let mut cookie = StoredCookie::new(&parts, request.at);
        cookie.learned = true;
        cookie.set_by = exchange;
        cookie.http_only = true;
        cookie.secure = standing.secure;
        cookie.same_site = Some(narrowest_same_site(&standing));
        if standing.third_party && self.profile().third_party != ThirdParty::Allow {
            let site = standing.partition_site();
            cookie.partition = Some([site.scheme, "://", site.domain].concat().into_boxed_str());
        }
        self.has_learned = true;
        let tag = parts.tag();
        let twin = self.sites.get(known.site)?.iter().position(|other| other.is(&parts, tag) && other.partition == cookie.partition);
        match twin {
            Some(index) => self.replace(Place { site: known.site, index }, cookie).change,
            None => self.insert(known.site, cookie, None).change,
        }
    }

    /// Widens the attributes of the learned cookie of that name and value so far that `request` bears
    /// it. The changes are in the order in which they were made.
    pub(in crate::session) fn widen(&mut self, request: &CookieRequest<'_>, name: &str, value: &str) -> [Option<Change>; 2] {
        let Some((site, cookies, standing)) = self.site_of(request) else { return [None, None] };
        let of_that_name = |cookie: &StoredCookie| cookie.learned && cookie.name() == name && cookie.value() == value;
        let Some((index, old)) = cookies.iter().enumerate().find(|(_, cookie)| of_that_name(cookie)) else { return [None, None] };
        let one_host = old.domain() == standing.host;
        let domain = if one_host { standing.host } else { registrable_domain(standing.host).unwrap_or(standing.host) };
        let parts = Parts { name, value, domain, path: common_path(old.path(), request.url.path()) };
        let mut cookie = StoredCookie::new(&parts, old.created);
        cookie.learned = true;
        cookie.set_by = old.set_by;
        cookie.last_access = request.at;
        cookie.http_only = true;
        cookie.host_only = old.host_only && one_host;
        cookie.secure = old.secure && standing.secure;
        cookie.same_site = match (old.same_site, narrowest_same_site(&standing)) {
            (Some(SameSite::Strict), seen) => Some(seen),
            (Some(SameSite::Lax), SameSite::Strict) => Some(SameSite::Lax),
            (Some(SameSite::Lax), seen) => Some(seen),
            (former, _) => former,
        };
        cookie.partition.clone_from(&old.partition);
        // Its place in the order of sending depends on its path.
        [self.remove(Place { site, index }), self.insert(site, cookie, None).change]
    }

    /// Gives another value to the cookie that stands there among those of the request's site.
    pub(in crate::session) fn revalue(&mut self, request: &CookieRequest<'_>, index: usize, value: &str) -> Option<Change> {
        let (site, ..) = self.site_of(request)?;
        let place = Place { site, index };
        let cookie = self.cookie_mut(place)?;
        let changed = cookie.with_value(value);
        Some(Change::of(Step::Replaced(place, Box::new(std::mem::replace(cookie, changed)))))
    }

    /// Sets the doubts about those cookies among the ones of the request's site.
    pub(in crate::session) fn doubt(&mut self, request: &CookieRequest<'_>, doubts: &[(usize, Doubt)]) -> Option<Change> {
        let (site, ..) = self.site_of(request)?;
        let mut doubted = Vec::new();
        for &(index, doubt) in doubts {
            let place = Place { site, index };
            if let Some(cookie) = self.cookie_mut(place) {
                doubted.push((place, std::mem::replace(&mut cookie.doubt, doubt)));
            }
        }
        Some(Change { step: None, evicted: Vec::new(), doubted })
    }

    /// Notes which cookies of the request's site, in their order, went out with it: the others are
    /// evicted first.
    pub(in crate::session) fn touch(&mut self, request: &CookieRequest<'_>, sent: &[bool]) -> Option<Change> {
        let (site, ..) = self.site_of(request)?;
        let mut before = Vec::new();
        for (index, (cookie, sent)) in self.sites.get_mut(site)?.iter_mut().zip(sent).enumerate() {
            if *sent && request.at.since(cookie.last_access) > ACCESS_GRANULARITY {
                before.push((index, std::mem::replace(&mut cookie.last_access, request.at)));
            }
        }
        (!before.is_empty()).then(|| Change::of(Step::Accessed { site, before }))
    }

    /// What `Clear-Site-Data: "cookies"` does: every cookie of the registrable domain goes; in a frame of
    /// another site only those that are kept apart for the page in the tab. Clear Site Data 4.2.2.
    pub(in crate::session) fn clear(&mut self, request: &CookieRequest<'_>) -> Option<Change> {
        let (site, _, standing) = self.site_of(request)?;
        if !standing.secure {
            return None;
        }
        let third_party = standing.third_party;
        let partition = standing.partition_site();
        let goes = |cookie: &StoredCookie| {
            !third_party || cookie.partition.as_deref().is_some_and(|stored| super::is_partition(stored, partition))
        };
        let cookies = self.sites.get_mut(site)?;
        let gone: Vec<usize> = (0..).zip(cookies.iter()).filter(|(_, cookie)| goes(cookie)).map(|(index, _)| index).collect();
        let evicted = gone.into_iter().rev().map(|index| (Place { site, index }, cookies.remove(index))).collect();
        Some(Change { step: None, evicted, doubted: Vec::new() })
    }

    /// Adds to a change the doubts about learned cookies that may be the one which a line just set or
    /// deleted.
    pub(super) fn doubt_learned(&mut self, site: usize, line: &Parts<'_>, partitioned: bool, change: Option<Change>) -> Option<Change> {
        if !self.has_learned {
            return change;
        }
        let mut doubted = Vec::new();
        for (index, cookie) in self.sites.get_mut(site)?.iter_mut().enumerate().filter(|(_, cookie)| cookie.learned) {
            let may_be_the_same = cookie.name() == line.name
                && cookie.partition.is_some() == partitioned
                && domain_matches(cookie.domain(), line.domain)
                && path_matches(cookie.path(), line.path);
            if may_be_the_same && cookie.doubt == Doubt::None {
                doubted.push((Place { site, index }, std::mem::replace(&mut cookie.doubt, Doubt::MaybeReplaced)));
            }
        }
        if doubted.is_empty() {
            return change;
        }
        let change = change.unwrap_or(Change { step: None, evicted: Vec::new(), doubted: Vec::new() });
        Some(Change { doubted, ..change })
    }
}

/// The strictest SameSite with which a cookie may go out so.
fn narrowest_same_site(standing: &Standing<'_>) -> SameSite {
    match standing.relation {
        Relation::SameSite => SameSite::Strict,
        _ if standing.is_top_level_navigation() && standing.safe_method => SameSite::Lax,
        _ => SameSite::None,
    }
}

/// The longest path that certainly lies below the path of a cookie that went to both.
fn common_path<'a>(one: &str, other: &'a str) -> &'a str {
    let mut path = other;
    while !path_matches(one, path) && path != "/" {
        path = default_path(path);
    }
    path
}
