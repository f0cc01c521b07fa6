//! What requests show of cookies that no captured response set: a store that was not empty when the
//! capture began, scripts and people that change it.

use super::change::{Change, Place, Step};
use super::eviction::take_out;
use super::matching::{domain_matches, path_matches};
use super::request::{CookieRequest, Relation, Standing, is_partition};
use super::stored::{Doubt, Parts, StoredCookie};
use super::{ACCESS_GRANULARITY, CookieStore, default_path, end_of};
use crate::profile::ThirdParty;
use crate::syntax::set_cookie::SameSite;

impl CookieStore {
    /// Takes in a cookie that `request` bore and that the store does not expect there. Its attributes
    /// are not known, so they are taken as narrow as they may be: it is expected only where it cannot
    /// but be sent. The changes are in the order in which they were made.
    pub(in crate::session) fn learn(&mut self, request: &CookieRequest<'_>, name: &str, value: &str, exchange: u32) -> [Option<Change>; 2] {
        let Some(host) = request.url.host_str() else { return [None, None] };
        let known = self.host(host);
        let domain = host.get(known.domain_at..).unwrap_or(host);
        let Some(standing) = Standing::of(*request, domain, self.profile()) else { return [None, None] };
        self.has_learned = true;
        let site = known.site;
        let cookies = self.sites.get(site).map_or(&[][..], Vec::as_slice);
        let same = cookies.iter().position(|cookie| cookie.learned && cookie.name() == name && cookie.value() == value);
        let same = same.and_then(|index| Some((index, cookies.get(index)?)));
        // One that went elsewhere before must go to both places.
        let is_wider = same.is_some_and(|(_, old)| old.domain() != host);
        let path = same.map_or(request.url.path(), |(_, old)| common_path(old.path(), request.url.path()));
        let parts = Parts { name, value, domain: if is_wider { domain } else { host }, path };
        let mut cookie = StoredCookie::new(&parts, request.at);
        cookie.learned = true;
        cookie.set_by = same.map_or(exchange, |(_, old)| old.set_by);
        cookie.host_only = !is_wider && same.is_none_or(|(_, old)| old.host_only);
        cookie.http_only = true;
        cookie.secure = standing.secure && same.is_none_or(|(_, old)| old.secure);
        cookie.same_site = Some(widest(same.and_then(|(_, old)| old.same_site), narrowest_same_site(&standing)));
        if standing.third_party && self.profile().third_party != ThirdParty::Allow {
            let site = standing.partition_site();
            cookie.partition = Some([site.scheme, "://", site.domain].concat().into_boxed_str());
        }
        // Its place in the order of sending depends on its path.
        let removed = same.map(|(index, _)| index).and_then(|index| self.remove(Place { site, index }));
        let tag = parts.tag();
        let twin = self.sites.get(site).and_then(|cookies| {
            cookies
                .iter()
                .position(|other| other.is(&parts, tag) && other.host_only == cookie.host_only && other.partition == cookie.partition)
        });
        let taken = match twin {
            Some(index) => self.replace(Place { site, index }, cookie),
            None => {
                let index = self.sites.get(site).map_or(0, |cookies| end_of(cookies, cookie.path_len()));
                self.insert(Place { site, index }, cookie, None)
            }
        };
        [removed, taken.change]
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
        let (third_party, partition) = (standing.third_party, standing.partition_site());
        let goes =
            |cookie: &StoredCookie| !third_party || cookie.partition.as_deref().is_some_and(|stored| is_partition(stored, partition));
        let mut evicted = Vec::new();
        take_out(site, self.sites.get_mut(site)?, &goes, &mut evicted);
        Some(Change { step: None, evicted, doubted: Vec::new() })
    }

    /// Adds to a change the doubts about learned cookies that may be the one which a line just set or
    /// deleted.
    pub(super) fn doubt_learned(&mut self, site: usize, line: &Parts<'_>, partitioned: bool, change: Option<Change>) -> Option<Change> {
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

/// Of two values of SameSite the one that lets a cookie go further.
fn widest(former: Option<SameSite>, seen: SameSite) -> SameSite {
    match (former, seen) {
        (None | Some(SameSite::Strict), seen) => seen,
        (Some(former), SameSite::Strict) => former,
        (Some(SameSite::Lax), seen) => seen,
        (Some(former), _) => former,
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
