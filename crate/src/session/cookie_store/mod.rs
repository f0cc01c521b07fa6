//! The browser's cookie store: RFC 6265bis 5.7 (storing) and 5.8 (sending), by the rules of one
//! [`Profile`].
//!
//! Nothing is only yes or no: for every Set-Cookie there is each reason why it was refused, and for
//! every request each stored cookie of that site and each reason why it was held back. Every step
//! can be taken back, because a session rewinds when an exchange arrives late.

mod change;
mod matching;
mod outcome;
mod profile;
mod request;
mod stored;
mod words;

use std::borrow::Cow;
use std::collections::HashMap;

pub use change::Change;
pub use outcome::{BlockedReason, BlockedReasons, Decision, Outcome, Receipt};
pub use profile::{Limit, Profile, ThirdParty, Unspecified};
pub use request::CookieRequest;
pub use stored::StoredCookie;

use crate::site::{is_public_suffix, registrable_domain};
use crate::syntax::set_cookie::{SameSite, SetCookie};
use crate::time::Time;
use change::{Place, Step};
use matching::{decode_unreserved, default_path, domain_matches, path_matches};
use request::{Relation, Standing, is_partition};
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
#[derive(Debug)]
pub struct CookieStore {
    profile: Profile,
    /// Where each registrable domain (or host without one) stands in `sites`.
    numbers: HashMap<Box<str>, usize>,
    /// Where each host that set a cookie stands in `hosts`.
    host_numbers: HashMap<Box<str>, usize>,
    /// What the suffix list says of these hosts, as asking it costs more than all the rest.
    hosts: Vec<KnownHost>,
    /// The cookies of each site in the order in which they are sent: longer paths first, then
    /// earlier creation (5.8.3 step 2).
    sites: Vec<Vec<StoredCookie>>,
    next_serial: u32,
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

/// What else is known of a response that sets cookies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reception {
    /// Number of the exchange, for [`StoredCookie::set_by`].
    pub exchange: u32,
    /// The response's `Date`, by which browsers read `Expires`.
    pub server_date: Option<Time>,
}

impl CookieStore {
    /// An empty store.
    pub fn new(profile: Profile) -> Self {
        Self { profile, numbers: HashMap::new(), host_numbers: HashMap::new(), hosts: Vec::new(), sites: Vec::new(), next_serial: 0 }
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
        let rejected = |reasons| Receipt { outcome: Outcome::Rejected, reasons, change: None };
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
        let first = cookies.partition_point(|cookie| cookie.path_len() > path.len());
        let same_length = cookies.iter().enumerate().skip(first).take_while(|(_, cookie)| cookie.path_len() == path.len());
        let old = { same_length }.find(|(_, cookie)| cookie.is(&parts, tag) && cookie.host_only == host_only && in_partition(cookie));
        let old = old.map(|(index, cookie)| (index, cookie.is_expired(request.at), cookie.http_only));
        if let Some((_, false, true)) = old {
            reasons.add_if(!request.http_api, BlockedReason::OverwriteHttpOnly);
        }
        if !reasons.is_empty() {
            return rejected(reasons);
        }
        let expires = self.expiry(field, request.at, reception.server_date);
        if expires.is_some_and(|expires| expires <= request.at) {
            let change = match old {
                Some((index, false, _)) => self.remove(Place { site, index }),
                _ => None,
            };
            let outcome = if change.is_some() { Outcome::Deleted } else { Outcome::DeletedNothing };
            return Receipt { outcome, reasons, change };
        }
        let mut cookie = StoredCookie::new(&parts, request.at);
        cookie.set_by = reception.exchange;
        cookie.expires = expires;
        cookie.partition = partition.map(|site| [site.scheme, "://", site.domain].concat().into_boxed_str());
        cookie.same_site = field.same_site.map(|(_, same_site)| same_site).filter(|same_site| *same_site != SameSite::Unrecognised);
        cookie.host_only = host_only;
        cookie.secure = field.secure.is_some();
        cookie.http_only = field.http_only.is_some();
        match old {
            Some((index, false, _)) => self.replace(Place { site, index }, cookie),
            _ => self.insert(site, cookie, old.map(|(index, ..)| index)),
        }
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

    /// Notes that `request` took its cookies along, which decides which are evicted first.
    pub fn record_access(&mut self, request: &CookieRequest<'_>) -> Option<Change> {
        let (site, cookies, standing) = self.site_of(request)?;
        let path = self.request_path(&standing);
        let before: Vec<_> = cookies
            .iter()
            .enumerate()
            .filter(|(_, cookie)| request.at.since(cookie.last_access) > ACCESS_GRANULARITY)
            .filter(|(_, cookie)| self.retrieval_reasons(cookie, &standing, &path).is_empty())
            .map(|(index, cookie)| (index, cookie.last_access))
            .collect();
        if before.is_empty() {
            return None;
        }
        for &(index, _) in &before {
            if let Some(cookie) = self.cookie_mut(Place { site, index }) {
                cookie.last_access = request.at;
            }
        }
        Some(Change { step: Step::Accessed { site, before }, evicted: Vec::new() })
    }

    /// Takes back a change. Changes must be taken back in the reverse of their order.
    pub fn undo(&mut self, change: Change) {
        for (place, cookie) in change.evicted.into_iter().rev() {
            self.put_back(place, cookie);
        }
        match change.step {
            Step::Inserted(place) => {
                if let Some(cookies) = self.sites.get_mut(place.site)
                    && place.index < cookies.len()
                {
                    cookies.remove(place.index);
                    self.next_serial = self.next_serial.saturating_sub(1);
                }
            }
            Step::Replaced(place, former) => {
                if let Some(cookie) = self.cookie_mut(place) {
                    *cookie = *former;
                }
            }
            Step::Removed(place, former) => self.put_back(place, *former),
            Step::Accessed { site, before } => {
                for (index, last_access) in before {
                    if let Some(cookie) = self.cookie_mut(Place { site, index }) {
                        cookie.last_access = last_access;
                    }
                }
            }
        }
    }

    /// What speaks against the field by itself and by where it comes from.
    fn field_reasons(&self, field: &SetCookie<'_>, standing: &Standing<'_>) -> BlockedReasons {
        let profile = &self.profile;
        let request = &standing.request;
        let secure = field.secure.is_some();
        let mut reasons = BlockedReasons::default();
        reasons.add_if(!request.credentials, BlockedReason::CredentialsOmitted);
        // 5.6 steps 1 and 5.
        let control_character = profile.refuses_control_characters && field.control_character.is_some();
        let inner_tab = profile.refuses_inner_tabs && [field.name, field.value].iter().any(|text| text.as_bytes().contains(&b'\t'));
        reasons.add_if(control_character || inner_tab, BlockedReason::DisallowedCharacter);
        if field.name.is_empty() && field.value.is_empty() {
            reasons.add(BlockedReason::NoCookieContent);
        } else {
            reasons.add_if(field.name.is_empty() && !profile.keeps_nameless, BlockedReason::SyntaxError);
        }
        let too_long = profile.max_pair.is_some_and(|most| field.name.len() + field.value.len() > most);
        reasons.add_if(too_long, BlockedReason::NameValuePairExceedsMaxSize);
        // 5.7 step 8.
        reasons.add_if(profile.checks_secure_origin && secure && !standing.secure, BlockedReason::SecureOnly);
        // 5.7 step 10.
        reasons.add_if(field.http_only.is_some() && !request.http_api, BlockedReason::HttpOnly);
        // 5.7 steps 12 to 17.
        let asked = field.same_site.map(|(_, same_site)| same_site);
        if let Some(reason) = self.same_site_reason(asked, standing.relation)
            && !(standing.is_top_level_navigation() && request.http_api)
        {
            reasons.add(reason);
        }
        let insecure_none = profile.none_needs_secure && asked == Some(SameSite::None) && !secure;
        reasons.add_if(insecure_none, BlockedReason::SameSiteNoneInsecure);
        // 5.7 steps 18 to 21.
        reasons.add_if(
            profile.checks_prefixes && !keeps_prefix_promise(field, standing, profile.takes_lone_text_for_name),
            BlockedReason::InvalidPrefix,
        );
        let partitioned = profile.knows_partitioned && field.partitioned.is_some();
        reasons.add_if(partitioned && !secure, BlockedReason::PartitionedInsecure);
        let blocked = standing.third_party && profile.third_party == ThirdParty::Block && !partitioned;
        reasons.add_if(blocked, BlockedReason::UserPreferences);
        reasons
    }

    /// 5.6.3 and 5.7 steps 4 to 7: the cookie's domain, and whether it is for that very host only.
    fn domain_of<'a>(
        &self,
        field: &SetCookie<'a>,
        standing: &Standing<'a>,
        is_public_suffix: bool,
    ) -> Result<(Cow<'a, str>, bool), BlockedReason> {
        let host_only = Ok((Cow::Borrowed(standing.host), true));
        let attribute = if self.profile.empty_domain_counts { field.domain } else { field.nonempty_domain };
        let Some(attribute) = attribute.filter(|attribute| !attribute.value.is_empty()) else { return host_only };
        let written = attribute.value.strip_prefix('.').unwrap_or(attribute.value);
        if written.is_empty() {
            return Err(BlockedReason::InvalidDomain);
        }
        let domain = match written.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(written.to_ascii_lowercase()),
            false => Cow::Borrowed(written),
        };
        if domain == standing.host {
            // A public suffix may set cookies for itself, but not for the hosts below it.
            return Ok((domain, is_public_suffix));
        }
        if !domain_matches(standing.host, &domain) {
            return Err(BlockedReason::InvalidDomain);
        }
        // A public suffix above the host is also above the host's site.
        if domain.len() < standing.site.domain.len() { Err(BlockedReason::PublicSuffix) } else { Ok((domain, false)) }
    }

    /// 5.7 step 3, with the cap of 5.5: when the cookie expires; `None` for the end of the session.
    fn expiry(&self, field: &SetCookie<'_>, now: Time, server_date: Option<Time>) -> Option<Time> {
        let asked = match (field.max_age, field.expires) {
            (Some((_, seconds)), _) => now.plus(seconds.saturating_mul(1000)),
            (None, Some((_, moment))) => match server_date {
                Some(date) if self.profile.corrects_expires => moment.plus(now.since(date)),
                _ => moment,
            },
            (None, None) => return None,
        };
        Some(self.profile.max_lifetime.map_or(asked, |longest| asked.min(now.plus(longest))))
    }

    /// Why a cookie may not take part in a request that stands so to its site. Exceptions for
    /// navigations are for the caller to make.
    fn same_site_reason(&self, asked: Option<SameSite>, relation: Relation) -> Option<BlockedReason> {
        if !self.profile.knows_same_site {
            return None;
        }
        let cross_site = match relation {
            Relation::SameSite => return None,
            Relation::OtherScheme => false,
            Relation::CrossSite => true,
        };
        Some(match (asked, cross_site) {
            (Some(SameSite::None), _) => return None,
            (Some(SameSite::Strict), true) => BlockedReason::SameSiteStrict,
            (Some(SameSite::Strict), false) => BlockedReason::SchemefulSameSiteStrict,
            (Some(SameSite::Lax), true) => BlockedReason::SameSiteLax,
            (Some(SameSite::Lax), false) => BlockedReason::SchemefulSameSiteLax,
            (None | Some(SameSite::Unrecognised), cross_site) => match (self.profile.unspecified_same_site, cross_site) {
                (Unspecified::None, _) => return None,
                (Unspecified::Lax { .. }, true) => BlockedReason::SameSiteUnspecifiedTreatedAsLax,
                (Unspecified::Lax { .. }, false) => BlockedReason::SchemefulSameSiteUnspecifiedTreatedAsLax,
            },
        })
    }

    /// 5.8.3 step 1.
    fn retrieval_reasons(&self, cookie: &StoredCookie, standing: &Standing<'_>, path: &str) -> BlockedReasons {
        let request = &standing.request;
        let profile = &self.profile;
        let mut reasons = BlockedReasons::default();
        reasons.add_if(!request.credentials, BlockedReason::CredentialsOmitted);
        let host_matches = if cookie.host_only { cookie.domain() == standing.host } else { domain_matches(standing.host, cookie.domain()) };
        reasons.add_if(!host_matches, BlockedReason::DomainMismatch);
        reasons.add_if(!path_matches(path, cookie.path()), BlockedReason::NotOnPath);
        reasons.add_if(cookie.secure && !standing.secure, BlockedReason::SecureOnly);
        reasons.add_if(cookie.http_only && !request.http_api, BlockedReason::HttpOnly);
        reasons.add_if(cookie.is_expired(request.at), BlockedReason::Expired);
        if let Some(reason) = self.same_site_reason(cookie.same_site, standing.relation) {
            let lets_navigation_pass = match (cookie.same_site, profile.unspecified_same_site) {
                (Some(SameSite::Strict), _) => false,
                // 5.6.7.2: Lax-allowing-unsafe.
                (None, Unspecified::Lax { unsafe_grace }) => standing.safe_method || request.at.since(cookie.created) <= unsafe_grace,
                _ => standing.safe_method,
            };
            let passes = standing.is_top_level_navigation() && request.http_api && lets_navigation_pass;
            reasons.add_if(!passes, reason);
        }
        match &cookie.partition {
            Some(partition) => {
                reasons.add_if(!is_partition(partition, standing.partition_site()), BlockedReason::OtherPartition);
            }
            None if standing.third_party => match profile.third_party {
                ThirdParty::Allow => {}
                ThirdParty::Block => reasons.add(BlockedReason::UserPreferences),
                ThirdParty::Partition => reasons.add(BlockedReason::OtherPartition),
            },
            None => {}
        }
        reasons
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
        if let Some(known) = self.host_numbers.get(host).and_then(|number| self.hosts.get(*number)) {
            return *known;
        }
        let registrable = registrable_domain(host);
        let domain = registrable.unwrap_or(host);
        let site = self.numbers.get(domain).copied().unwrap_or_else(|| {
            self.numbers.insert(domain.into(), self.sites.len());
            self.sites.push(Vec::new());
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

    fn remove(&mut self, place: Place) -> Option<Change> {
        let cookies = self.sites.get_mut(place.site)?;
        let former = (place.index < cookies.len()).then(|| cookies.remove(place.index))?;
        Some(Change { step: Step::Removed(place, Box::new(former)), evicted: Vec::new() })
    }

    /// 5.7 step 23.3: the creation time of the old cookie goes over to the new one.
    fn replace(&mut self, place: Place, mut cookie: StoredCookie) -> Receipt {
        let change = self.cookie_mut(place).map(|old| {
            cookie.created = old.created;
            cookie.serial = old.serial;
            let former = Box::new(std::mem::replace(old, cookie));
            Change { step: Step::Replaced(place, former), evicted: Vec::new() }
        });
        Receipt { outcome: Outcome::Replaced, reasons: BlockedReasons::default(), change }
    }

    /// Inserts in sending order. An expired cookie of the same identity goes.
    fn insert(&mut self, site: usize, mut cookie: StoredCookie, expired: Option<usize>) -> Receipt {
        cookie.serial = self.next_serial;
        self.next_serial += 1;
        let serial = cookie.serial;
        let limit = self.profile.per_site;
        let now = cookie.created;
        let length = cookie.path_len();
        let mut change = None;
        if let Some(cookies) = self.sites.get_mut(site) {
            let index = cookies.partition_point(|other| other.path_len() >= length);
            cookies.insert(index, cookie);
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
            change = Some(Change { step: Step::Inserted(Place { site, index }), evicted });
        }
        Receipt { outcome: Outcome::Kept, reasons: BlockedReasons::default(), change }
    }
}

/// 5.7, last paragraphs: first the expired cookies go, then those that are not Secure, then all, by
/// how long they were not used. Browsers also bound the number of all cookies, but take then only
/// those unused for 30 days, which no capture spans.
fn evict(site: usize, cookies: &mut Vec<StoredCookie>, limit: Limit, newest: u32, now: Time, evicted: &mut Vec<(Place, StoredCookie)>) {
    let standing = |cookie: &StoredCookie| (cookie.secure, cookie.last_access, cookie.serial);
    let lasting = || cookies.iter().filter(|cookie| !cookie.is_expired(now));
    let count = lasting().count();
    // The worst standings, in order: as many as must go besides the expired ones.
    let mut worst = Vec::new();
    let surplus = if count > limit.most { count - limit.left } else { 0 };
    for cookie in lasting().filter(|cookie| cookie.serial != newest && surplus > 0) {
        let key = standing(cookie);
        if worst.len() == surplus {
            if worst.last().is_some_and(|best| *best < key) {
                continue;
            }
            worst.pop();
        }
        worst.insert(worst.partition_point(|other| *other < key), key);
    }
    let last_to_go = worst.pop();
    let mut at = 0..;
    let mut indexes = Vec::new();
    let gone = cookies.extract_if(.., |cookie| {
        let index = at.next().unwrap_or_default();
        let goes = cookie.is_expired(now) || (cookie.serial != newest && last_to_go.is_some_and(|last| standing(cookie) <= last));
        if goes {
            indexes.push(index);
        }
        goes
    });
    let gone: Vec<_> = gone.collect();
    // From the back, so that they can be put back from the front.
    evicted.extend(indexes.into_iter().map(|index| Place { site, index }).zip(gone).rev());
}

/// 5.4: what `__Secure-`, `__Host-`, `__Http-` and `__Host-Http-` promise of a cookie.
fn keeps_prefix_promise(field: &SetCookie<'_>, standing: &Standing<'_>, lone_text_is_name: bool) -> bool {
    // A nameless cookie is sent as its value alone, which then must not look like a name either.
    let text = if field.name.is_empty() { field.value } else { field.name };
    let named = !field.name.is_empty() || (lone_text_is_name && !field.has_equals);
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if !begins("__") {
        return true;
    }
    let host_http = begins("__Host-Http-");
    let (host, http) = (begins("__Host-"), begins("__Http-") || host_http);
    if !(host || http || begins("__Secure-")) {
        return true;
    }
    let bound_to_host = field.domain.is_none_or(|domain| domain.value.is_empty()) && field.path.is_some_and(|path| path.value == "/");
    let from_http = field.http_only.is_some() && standing.request.http_api;
    named && field.secure.is_some() && standing.secure && (!host || bound_to_host) && (!http || from_http)
}

#[cfg(test)]
mod tests;
