//! What a request bore, held against what the store would have sent: the cookies that were held back
//! by the rules, and those that nothing captured explains.

use url::Url;

use super::super::cookie_store::{BlockedReason, BlockedReasons, Change, CookieRequest, CookieStore, Decision, Doubt};
use super::past::Past;
use super::{HeldBack, request_at};
use crate::exchange::{Exchange, Kind, ServedBy};
use crate::site::is_same_origin;
use crate::syntax::set_cookie::SameSite;

/// A cookie in which a request differs from what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// The cookie's name.
    pub name: Box<str>,
    /// How they differ.
    pub difference: Difference,
    /// What most likely happened.
    pub likely: Likely,
    /// Position of the exchange that this is told from, which [`Likely`] says more about.
    pub told_by: Option<usize>,
}

/// How a request differs from what the store would have sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The request bears a cookie that the store does not know or would hold back.
    Present,
    /// It bears another value than the one that was set.
    OtherValue,
    /// It lacks a cookie that would have been sent.
    Absent,
}

/// What most likely made the difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likely {
    /// It was there before the capture began: no earlier request to the origin shows otherwise.
    BeforeCapture,
    /// A script or the user set, changed or removed it. Told by the earlier request that lacked it, or
    /// by the exchange that set it.
    ByHand,
    /// The response of the exchange that tells it may have done so: its Set-Cookie fields are hidden.
    HiddenResponse,
    /// Its time was over by the browser's reckoning, which is not known to the second. Told by the
    /// exchange that set it.
    Expired,
    /// The same cookie was missing in earlier requests and is there again, so these went without it.
    /// Told by the exchange that set it.
    LeftOutBefore,
    /// By the rules it could not be there: it was refused by the exchange that tells it, or that one's
    /// cookie had to be held back.
    AgainstTheRules,
}

/// What one request says.
pub(super) struct Told {
    pub held_back: Vec<HeldBack>,
    pub unexplained: Vec<Unexplained>,
    pub changes: Vec<Change>,
}

/// What the store has to take over from a request.
#[derive(Default)]
struct Lessons<'a> {
    /// By the cookie's place among the decisions.
    doubts: Vec<(usize, Doubt)>,
    values: Vec<(usize, &'a str)>,
    /// Names and values of cookies that were not expected here.
    learned: Vec<(&'a str, &'a str)>,
}

/// Compares, and lets the store take over what it did not know.
pub(super) fn confront(store: &mut CookieStore, past: &Past<'_>) -> Told {
    let mut told = Told { held_back: Vec::new(), unexplained: Vec::new(), changes: Vec::new() };
    let exchange = &past.record.exchange;
    if exchange.kind == Kind::Preflight {
        return told;
    }
    let page = past.record.page();
    let request = request_at(past.record, exchange.started);
    let decisions = store.consult(&request);
    let sent = &past.record.facts.cookies;
    if decisions.is_empty() && sent.is_empty() {
        return told;
    }
    let mut used = vec![false; decisions.len()];
    let mut lessons = Lessons::default();
    let is_visible = !exchange.unseen.cookies && exchange.served_by == ServedBy::Network;
    let is_anonymous = is_visible && sent.is_empty() && is_subresource_across_origins(exchange, page);
    if is_visible {
        match_sent(past, &decisions, &mut used, &mut told.unexplained, &mut lessons);
    }
    if is_visible && !is_anonymous && exchange.response.is_some() {
        note_absent(past, &request, page.is_some(), &decisions, &used, &mut told.unexplained, &mut lessons);
    }
    told.held_back = held_back(past, &decisions, &used, is_anonymous);
    // First what leaves every cookie in its place.
    told.changes.extend(store.touch(&request, &used));
    if !lessons.doubts.is_empty() {
        told.changes.extend(store.doubt(&request, &lessons.doubts));
    }
    for (index, value) in lessons.values {
        told.changes.extend(store.revalue(&request, index, value));
    }
    for (name, value) in lessons.learned {
        let [removed, taken] = store.learn(&request, name, value, u32::try_from(past.at).unwrap_or(u32::MAX));
        told.changes.extend(removed);
        told.changes.extend(taken);
    }
    told
}

/// Finds for each cookie that was sent the decision that explains it, and notes where there is none.
fn match_sent<'a>(
    past: &Past<'a>,
    decisions: &[Decision<'_>],
    used: &mut [bool],
    unexplained: &mut Vec<Unexplained>,
    lessons: &mut Lessons<'a>,
) {
    let mut strangers = Vec::new();
    // Cookies are sent in the order of the decisions, so the next one is nearly always the right one.
    let mut next = 0;
    for (number, (name, value)) in past.record.facts.cookies.iter().enumerate() {
        let is_it = |index: usize| {
            decisions.get(index).is_some_and(|one| one.is_sent() && one.cookie.name() == &**name && one.cookie.fingerprint.may_be(*value))
                && used.get(index) == Some(&false)
        };
        match (next..decisions.len()).chain(0..next).find(|index| is_it(*index)) {
            Some(index) => {
                mark(used, index);
                next = index + 1;
                let Some(decision) = decisions.get(index).filter(|one| one.cookie.doubt != Doubt::None) else { continue };
                lessons.doubts.push((index, Doubt::None));
                if decision.cookie.doubt == Doubt::Missed {
                    unexplained.push(present(name, Likely::LeftOutBefore, Some(decision.cookie.set_by as usize)));
                }
            }
            None => strangers.push((number, &**name, *value)),
        }
    }
    for (number, name, value) in strangers {
        let free = |index: usize, one: &Decision<'_>| used.get(index) == Some(&false) && one.cookie.name() == name;
        let same = decisions.iter().enumerate().find(|(index, one)| free(*index, one) && one.cookie.fingerprint.may_be(value));
        let other = decisions.iter().enumerate().find(|(index, one)| free(*index, one) && one.is_sent());
        let text = past.sent_value(number);
        if let Some((index, decision)) = same
            && (decision.cookie.learned || is_about_the_request(decision.reasons))
        {
            mark(used, index);
            if decision.cookie.learned {
                lessons.learned.push((name, text));
            } else {
                unexplained.push(present(name, Likely::AgainstTheRules, Some(decision.cookie.set_by as usize)));
            }
        } else if past.is_under_way(name, Some(value)) {
            // The response that sets it had come far enough when this request left.
            if let Some((index, _)) = other {
                mark(used, index);
            }
        } else if let Some((index, decision)) = other {
            mark(used, index);
            if past.spares(decision.cookie) {
                continue;
            }
            let (likely, told_by) = past.since(decision.cookie.set_by as usize);
            unexplained.push(Unexplained { name: name.into(), difference: Difference::OtherValue, likely, told_by });
            lessons.values.push((index, text));
        } else {
            let (likely, told_by) = past.origin_of(name, value);
            unexplained.push(present(name, likely, told_by));
            lessons.learned.push((name, text));
        }
    }
}

/// Notes the cookies that would have been sent and were not.
fn note_absent(
    past: &Past<'_>,
    request: &CookieRequest<'_>,
    knows_page: bool,
    decisions: &[Decision<'_>],
    used: &[bool],
    unexplained: &mut Vec<Unexplained>,
    lessons: &mut Lessons<'_>,
) {
    let exchange = &past.record.exchange;
    let knows_initiator = knows_page || exchange.sent("sec-fetch-site").is_some();
    let is_whole = past.record.facts.cookies.is_empty();
    let is_page = exchange.kind == Kind::Document;
    // A request without any cookie may have been made without credentials, or in a frame of another
    // site whose cookies the browser blocks.
    let is_framed =
        is_page && request.top_level.is_some() || is_page && exchange.sent("sec-fetch-dest").is_none() && request.initiator.is_some();
    let may_lack_all = if is_page { is_framed && request.initiator.is_some() } else { !knows_page };
    if is_whole && (may_lack_all || exchange.kind == Kind::Manifest) {
        return;
    }
    let is_said = |one: &Decision<'_>| exchange.said.as_ref().is_some_and(|said| said.held(one.cookie.name(), one.reasons).is_some());
    let missing = decisions
        .iter()
        .enumerate()
        .zip(used)
        .filter(|((_, one), used)| !**used && one.is_sent() && one.cookie.doubt == Doubt::None && !is_said(one));
    for ((index, decision), _) in missing {
        let cookie = decision.cookie;
        let may_be_from_elsewhere = !knows_initiator && cookie.same_site == Some(SameSite::Strict);
        if may_be_from_elsewhere || past.spares(cookie) || past.is_under_way(cookie.name(), None) {
            continue;
        }
        let setter = cookie.set_by as usize;
        let (likely, told_by) = match cookie.expires {
            Some(expires) if expires.since(request.at) <= past.uncertainty(setter) => (Likely::Expired, Some(setter)),
            _ => past.since(setter),
        };
        unexplained.push(Unexplained { name: cookie.name().into(), difference: Difference::Absent, likely, told_by });
        lessons.doubts.push((index, Doubt::Missed));
    }
}

/// What the rules held back, of the cookies that are known well enough.
fn held_back(past: &Past<'_>, decisions: &[Decision<'_>], used: &[bool], is_anonymous: bool) -> Vec<HeldBack> {
    let sent = &past.record.facts.cookies;
    let holds = |decision: &Decision<'_>| {
        let mut reasons = decision.reasons;
        if is_anonymous && reasons.is_empty() {
            reasons.add(BlockedReason::CredentialsOmitted);
        }
        reasons
    };
    // What the browser itself says outranks the rules.
    let said = past.record.exchange.said.as_ref();
    let settled = |decision: &Decision<'_>| {
        let by_rules = holds(decision);
        match said.and_then(|said| said.held(decision.cookie.name(), by_rules)) {
            Some(said) => said.settled(decision.reasons),
            None => (by_rules, None),
        }
    };
    let is_known = |decision: &Decision<'_>| !decision.cookie.learned && decision.cookie.doubt == Doubt::None;
    { decisions.iter().zip(used) }
        .filter(|(decision, used)| !**used && is_known(decision) && !sent.iter().any(|(name, _)| **name == *decision.cookie.name()))
        .map(|(decision, _)| (decision, settled(decision)))
        .filter(|(_, (reasons, _))| !reasons.is_empty())
        .map(|(decision, (reasons, by_rules))| HeldBack {
            name: decision.cookie.name().into(),
            reasons,
            set_by: decision.cookie.set_by as usize,
            by_rules,
        })
        .collect()
}

fn present(name: &str, likely: Likely, told_by: Option<usize>) -> Unexplained {
    Unexplained { name: name.into(), difference: Difference::Present, likely, told_by }
}

fn mark(used: &mut [bool], index: usize) {
    if let Some(used) = used.get_mut(index) {
        *used = true;
    }
}

/// Whether the reasons speak of how the request was made. A cookie of another host, path or tab may
/// have the same name and value as one that is not known.
fn is_about_the_request(reasons: BlockedReasons) -> bool {
    !reasons.is_empty()
        && ![BlockedReason::DomainMismatch, BlockedReason::NotOnPath, BlockedReason::OtherPartition]
            .into_iter()
            .any(|reason| reasons.contains(reason))
}

/// Whether the request is one that pages make without credentials unless they ask for them.
fn is_subresource_across_origins(exchange: &Exchange, page: Option<&Url>) -> bool {
    exchange.kind != Kind::Document && page.is_some_and(|page| !is_same_origin(page, &exchange.url))
}
