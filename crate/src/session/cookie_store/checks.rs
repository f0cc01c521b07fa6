//! What speaks against a cookie, on its way in and on its way out.

use std::borrow::Cow;

use super::CookieStore;
use super::matching::{domain_matches, path_matches};
use super::outcome::{BlockedReason, BlockedReasons};
use super::request::{Relation, Standing, is_partition};
use super::stored::StoredCookie;
use crate::profile::{ThirdParty, Unspecified};
use crate::syntax::set_cookie::{SameSite, SetCookie};
use crate::time::Time;

impl CookieStore {
    /// What speaks against the field by itself and by where it comes from.
    pub(super) fn field_reasons(&self, field: &SetCookie<'_>, standing: &Standing<'_>) -> BlockedReasons {
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
    pub(super) fn domain_of<'a>(
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
    pub(super) fn expiry(&self, field: &SetCookie<'_>, now: Time, server_date: Option<Time>) -> Option<Time> {
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
    pub(super) fn retrieval_reasons(&self, cookie: &StoredCookie, standing: &Standing<'_>, path: &str) -> BlockedReasons {
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
