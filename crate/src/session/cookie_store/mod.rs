//! The browser's cookie store: RFC 6265bis 5.7 (storing) and 5.8 (sending), by the rules of one
//! [`Profile`].
//!
//! Nothing is only yes or no: for every Set-Cookie there is each reason why it was refused, and for
//! every request each stored cookie of that site and each reason why it was held back. Every step
//! can be taken back, because a session rewinds when an exchange arrives late.

mod change;
mod checks;
mod eviction;
mod learning;
mod matching;
mod outcome;
mod request;
mod stored;
mod words;

use std::borrow::Cow;
use std::collections::HashMap;

pub use crate::profile::{Limit, Profile, ThirdParty, Unspecified};
pub use change::{Change, Undone};
pub use matching::path_matches;
pub use outcome::{BlockedReason, BlockedReasons, Decision, Outcome, Receipt};
pub use request::CookieRequest;
pub(super) use stored::Doubt;
pub use stored::StoredCookie;

use crate::exchange::Told;
use crate::site::{Suffixes, is_public_suffix, registrable_domain};
use crate::syntax::set_cookie::{SameSite, SetCookie};
use crate::time::Time;
use change::{Place, Step};
use eviction::evict;
use matching::{decode_unreserved, default_path, domain_matches};
use request::{Standing, is_partition};
use stored::Parts;

/// How much later a use must be to be noted as the last one; Chrome and Firefox do so too.
const ACCESS_GRANULARITY: i64 = 60 * 1000;

/// What a browser holds in cookies, and what it does with them.
///
/// ```
/// # use url::Url;
/// # use why401::session::cookie_store::*;
/// # use why401::syntax::set_cookie;
/// # use why401::time::Time;
/// let url = Url::parse("http://app.test/login").unwrap();
/// let request = CookieRequest::navigation(&url, Time(0));
/// let mut store = CookieStore::new(Profile::chrome());
/// let refused = store.receive(&set_cookie::parse("sid=1; Secure").value, &request, &Reception::default());
/// assert!(refused.reasons.contains(BlockedReason::SecureOnly));
/// store.receive(&set_cookie::parse("sid=1; Path=/").value, &request, &Reception::default());
/// assert!(store.consult(&request).iter().all(|decision| decision.is_sent()));
/// ```
#[derive(Clone, Debug)]
pub struct CookieStore {
    profile: Profile,
    /// Where each registrable domain (or host without one) stands in `sites`.
    numbers: HashMap<Box<str>, usize>,
    /// Where each host that set a cookie stands in `hosts`.
    host_numbers: HashMap<Box<str>, usize>,
    /// What the suffix list says of these hosts, as asking it costs more than all the rest.
    hosts: Vec<KnownHost>,
    /// The host that set a cookie last: a response sets several, and they come one after the other.
    last_host: Option<(Box<str>, KnownHost)>,
    suffixes: Suffixes,
    /// The cookies of each site in the order in which they are sent: longer paths first, then
    /// earlier creation (5.8.3 step 2).
    sites: Vec<Vec<StoredCookie>>,
    next_serial: u32,
    /// Whether a cookie was ever learned from a request, which makes more work of each line.
    has_learned: bool,
}

/// A host, as far as the suffix list goes.
#[derive(Clone, Copy, Debug)]
struct KnownHost {
    /// Number of its site.
    site: usize,
    /// Where its site's domain begins in it.
    domain_at: usize,
    is_public_suffix: bool,
}

/// Cookies of a site for which there is room from the start: as many as most sites have.
const SITE_COOKIES: usize = 8;

/// What else is known of a response that sets cookies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reception {
    /// Number of the exchange, for [`StoredCookie::set_by`].
    pub exchange: u32,
    /// The response's `Date`, by which browsers read `Expires`.
    pub server_date: Option<Time>,
    /// What the browser itself said became of it, which outranks the rules.
    pub told: Told,
}

impl CookieStore {
    /// An empty store.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            numbers: HashMap::new(),
            host_numbers: HashMap::new(),
            hosts: Vec::new(),
            last_host: None,
            suffixes: Suffixes::default(),
            sites: Vec::new(),
            next_serial: 0,
            has_learned: false,
        }
    }

    /// Its rules.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Every cookie, expired ones too.
    pub fn iter(&self) -> impl Iterator<Item = &StoredCookie> {
        self.sites.iter().flatten()
    }

    /// Takes one Set-Cookie field of a response to `request`: RFC 6265bis 5.7.
    pub fn receive(&mut self, field: &SetCookie<'_>, request: &CookieRequest<'_>, reception: &Reception) -> Receipt {
        let rejected = |reasons| Receipt { outcome: Outcome::Rejected, reasons, by_rules: None, change: None };
        let host = request.url.host_str().unwrap_or_default();
        let known = self.host(host);
        let Some(standing) = Standing::of(*request, host.get(known.domain_at..).unwrap_or(host), &self.profile) else {
            return rejected(BlockedReasons::from_iter([BlockedReason::SchemeNotSupported]));
        };
        let mut reasons = self.field_reasons(field, &standing);
        let (domain, host_only) = match self.domain_of(field, &standing, known.is_public_suffix) {
            Ok(domain) => domain,
            Err(reason) => {
                reasons.add(reason);
                (Cow::Borrowed(standing.host), true)
            }
        };
        // 5.6.4: a path that does not begin with a slash is as good as none.
        let path = match field.path {
            Some(path) if path.value.starts_with('/') => path.value,
            _ => default_path(request.url.path()),
        };
        let parts = Parts { name: field.name, value: field.value, domain: &domain, path };
        let partitioned = self.profile.knows_partitioned && field.partitioned.is_some();
        let partition = standing.partitions(&self.profile, partitioned).then(|| standing.partition_site());
        let site = known.site;
        let cookies = self.sites.get(site).map_or(&[][..], Vec::as_slice);
        let in_partition = |cookie: &StoredCookie| match (&cookie.partition, partition) {
            (None, None) => true,
            (Some(stored), Some(site)) => is_partition(stored, site),
            _ => false,
        };
        if self.profile.leaves_secure_alone && !standing.secure && field.secure.is_none() {
            let shadows = |cookie: &StoredCookie| {
                cookie.secure
                    && cookie.name() == parts.name
                    && !cookie.is_expired(request.at)
                    && (domain_matches(cookie.domain(), &domain) || domain_matches(&domain, cookie.domain()))
                    && path_matches(path, cookie.path())
                    && in_partition(cookie)
            };
            reasons.add_if(cookies.iter().any(shadows), BlockedReason::OverwriteSecure);
        }
        // Cookies with the same path stand together, as cookies are sorted by its length.
        let tag = parts.tag();
        let end = end_of(cookies, path.len());
        let same_length = cookies.iter().enumerate().take(end).rev().take_while(|(_, cookie)| cookie.path_len() == path.len());
        let tells_apart = self.profile.tells_host_only_apart;
        let is_old =
            |cookie: &StoredCookie| cookie.is(&parts, tag) && (cookie.host_only == host_only || !tells_apart) && in_partition(cookie);
        let old = same_length
            .filter(|(_, cookie)| is_old(cookie))
            .last()
            .map(|(index, cookie)| (index, cookie.is_expired(request.at), cookie.http_only));
        if let Some((_, false, true)) = old {
            reasons.add_if(!request.http_api, BlockedReason::OverwriteHttpOnly);
        }
        if let Told::Refused(said) = reception.told {
            let (reasons, by_rules) = said.settled(reasons);
            return Receipt { by_rules, ..rejected(reasons) };
        }
        if !reasons.is_empty() && reception.told != Told::Kept {
            return rejected(reasons);
        }
        let by_rules = (!reasons.is_empty()).then(|| std::mem::take(&mut reasons));
        let expires = self.expiry(field, request.at, reception.server_date);
        if expires.is_some_and(|expires| expires <= request.at) {
            let removed = match old {
                Some((index, false, _)) => self.remove(Place { site, index }),
                _ => None,
            };
            let change = if self.has_learned { self.doubt_learned(site, &parts, partition.is_some(), removed) } else { removed };
            let outcome = if change.is_some() { Outcome::Deleted } else { Outcome::DeletedNothing };
            return Receipt { outcome, reasons, by_rules, change };
        }
        // Of a cookie that stays as it was browsers say nothing.
        if reception.told == Told::NotKept && old.is_none() {
            let reason = if standing.third_party { BlockedReason::UserPreferences } else { BlockedReason::NotKept };
            return Receipt { by_rules: Some(BlockedReasons::default()), ..rejected(BlockedReasons::from_iter([reason])) };
        }
        let mut cookie = StoredCookie::new(&parts, request.at);
        cookie.set_by = reception.exchange;
        cookie.expires = expires;
        cookie.partition = partition.map(|site| [site.scheme, "://", site.domain].concat().into_boxed_str());
        cookie.same_site = field.same_site.map(|(_, same_site)| same_site).filter(|same_site| *same_site != SameSite::Unrecognised);
        cookie.host_only = host_only;
        cookie.secure = field.secure.is_some();
        cookie.http_only = field.http_only.is_some();
        let mut receipt = match old {
            Some((index, false, _)) => self.replace(Place { site, index }, cookie),
            _ => self.insert(Place { site, index: end }, cookie, old.map(|(index, ..)| index)),
        };
        if self.has_learned {
            receipt.change = self.doubt_learned(site, &parts, partition.is_some(), receipt.change);
        }
        Receipt { by_rules, ..receipt }
    }

    /// Each cookie of the site that `request` goes to, in the order in which they would be sent,
    /// and why those that are not sent are held back: RFC 6265bis 5.8.3.
    pub fn consult(&self, request: &CookieRequest<'_>) -> Vec<Decision<'_>> {
        let Some((_, cookies, standing)) = self.site_of(request) else {
            return Vec::new();
        };
        let path = self.request_path(&standing);
        let decide = |cookie| Decision { cookie, reasons: self.retrieval_reasons(cookie, &standing, &path) };
        cookies.iter().map(decide).collect()
    }

    /// Takes back a change. Changes of one site must be taken back in the reverse of their order.
    pub fn undo(&mut self, change: Change) -> Undone {
        let doubted = self.swap_doubts(change.doubted);
        let mut evicted = Vec::new();
        for (place, cookie) in change.evicted.into_iter().rev() {
            self.put_back(place, cookie);
            evicted.push(place);
        }
        Undone { step: change.step.and_then(|step| self.reverse(step)), evicted, doubted }
    }

    /// Makes a change again that was taken back, where the site is as it was when it was made first.
    pub fn redo(&mut self, undone: Undone) -> Change {
        let step = undone.step.and_then(|step| self.reverse(step));
        let evicted = undone.evicted.into_iter().rev().filter_map(|place| Some((place, self.take_away(place)?))).collect();
        Change { step, evicted, doubted: self.swap_doubts(undone.doubted) }
    }

    /// Takes a step back, and gives the step that takes this back.
    fn reverse(&mut self, step: Step) -> Option<Step> {
        Some(match step {
            Step::Inserted(place) => Step::Removed(place, Box::new(self.take_away(place)?)),
            Step::Removed(place, cookie) => {
                self.put_back(place, *cookie);
                Step::Inserted(place)
            }
            Step::Replaced(place, mut cookie) => {
                std::mem::swap(self.cookie_mut(place)?, &mut cookie);
                Step::Replaced(place, cookie)
            }
            Step::Accessed { site, mut before } => {
                for (index, last_access) in &mut before {
                    if let Some(cookie) = self.cookie_mut(Place { site, index: *index }) {
                        std::mem::swap(&mut cookie.last_access, last_access);
                    }
                }
                Step::Accessed { site, before }
            }
        })
    }

    fn swap_doubts(&mut self, mut doubted: Vec<(Place, Doubt)>) -> Vec<(Place, Doubt)> {
        for (place, doubt) in &mut doubted {
            if let Some(cookie) = self.cookie_mut(*place) {
                std::mem::swap(&mut cookie.doubt, doubt);
            }
        }
        doubted
    }

    fn request_path<'a>(&self, standing: &Standing<'a>) -> Cow<'a, str> {
        let path = standing.request.url.path();
        if self.profile.decodes_paths { decode_unreserved(path) } else { Cow::Borrowed(path) }
    }

    fn site_of<'a>(&self, request: &CookieRequest<'a>) -> Option<(usize, &[StoredCookie], Standing<'a>)> {
        let host = request.url.host_str()?;
        let known = self.host_numbers.get(host).and_then(|number| self.hosts.get(*number));
        let (number, domain) = match known {
            Some(known) => (known.site, host.get(known.domain_at..)?),
            None => {
                let domain = registrable_domain(host).unwrap_or(host);
                (*self.numbers.get(domain)?, domain)
            }
        };
        Some((number, self.sites.get(number)?, Standing::of(*request, domain, &self.profile)?))
    }

    fn host(&mut self, host: &str) -> KnownHost {
        if let Some((_, known)) = self.last_host.as_ref().filter(|(last, _)| **last == *host) {
            return *known;
        }
        let known = self.host_numbers.get(host).and_then(|number| self.hosts.get(*number)).copied();
        let known = known.unwrap_or_else(|| self.new_host(host));
        self.last_host = Some((host.into(), known));
        known
    }

    fn new_host(&mut self, host: &str) -> KnownHost {
        let registrable = self.suffixes.registrable_domain(host);
        let domain = registrable.unwrap_or(host);
        let site = self.numbers.get(domain).copied().unwrap_or_else(|| {
            self.numbers.insert(domain.into(), self.sites.len());
            self.sites.push(Vec::with_capacity(SITE_COOKIES));
            self.sites.len() - 1
        });
        let known =
            KnownHost { site, domain_at: host.len() - domain.len(), is_public_suffix: registrable.is_none() && is_public_suffix(host) };
        self.host_numbers.insert(host.into(), self.hosts.len());
        self.hosts.push(known);
        known
    }

    fn cookie_mut(&mut self, place: Place) -> Option<&mut StoredCookie> {
        self.sites.get_mut(place.site)?.get_mut(place.index)
    }

    fn put_back(&mut self, place: Place, cookie: StoredCookie) {
        if let Some(cookies) = self.sites.get_mut(place.site) {
            cookies.insert(place.index.min(cookies.len()), cookie);
        }
    }

    fn take_away(&mut self, place: Place) -> Option<StoredCookie> {
        let cookies = self.sites.get_mut(place.site)?;
        (place.index < cookies.len()).then(|| cookies.remove(place.index))
    }

    fn remove(&mut self, place: Place) -> Option<Change> {
        Some(Change::of(Step::Removed(place, Box::new(self.take_away(place)?))))
    }

    /// 5.7 step 23.3: the creation time of the old cookie goes over to the new one.
    fn replace(&mut self, place: Place, mut cookie: StoredCookie) -> Receipt {
        let change = self.cookie_mut(place).map(|old| {
            cookie.created = old.created;
            cookie.serial = old.serial;
            let former = Box::new(std::mem::replace(old, cookie));
            Change::of(Step::Replaced(place, former))
        });
        Receipt { outcome: Outcome::Replaced, reasons: BlockedReasons::default(), by_rules: None, change }
    }

    /// Inserts where the sending order has it. An expired cookie of the same identity goes.
    fn insert(&mut self, place: Place, mut cookie: StoredCookie, expired: Option<usize>) -> Receipt {
        let Place { site, index } = place;
        cookie.serial = self.next_serial;
        self.next_serial += 1;
        let serial = cookie.serial;
        let limit = self.profile.per_site;
        let now = cookie.created;
        let mut change = None;
        if let Some(cookies) = self.sites.get_mut(site) {
            cookies.insert(index.min(cookies.len()), cookie);
            let mut evicted = Vec::new();
            // The expired one has a path of the same length and so stands before the new one.
            if let Some(index) = expired {
                evicted.push((Place { site, index }, cookies.remove(index)));
            }
            if let Some(limit) = limit
                && cookies.len() > limit.most
            {
                evict(site, cookies, limit, serial, now, &mut evicted);
            }
            change = Some(Change { step: Some(Step::Inserted(place)), evicted, doubted: Vec::new() });
        }
        Receipt { outcome: Outcome::Kept, reasons: BlockedReasons::default(), by_rules: None, change }
    }
}

/// Where the cookies end whose path is at least so long: a new one of that length comes there. Most
/// paths are alike, so that most often this is the end of all.
fn end_of(cookies: &[StoredCookie], path_len: usize) -> usize {
    let shorter = cookies.iter().rev().take_while(|cookie| cookie.path_len() < path_len).count();
    cookies.len() - shorter
}

#[cfg(test)]
mod tests;
