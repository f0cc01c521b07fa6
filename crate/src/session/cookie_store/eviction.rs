//! Which cookies go when a site has too many.

use super::change::Place;
use super::stored::StoredCookie;
use crate::profile::Limit;
use crate::time::Time;

/// 5.7, last paragraphs: first the expired cookies go, then those that are not Secure, then all, by
/// how long they were not used. Browsers also bound the number of all cookies, but take then only
/// those unused for 30 days, which no capture spans.
pub(super) fn evict(
    site: usize,
    cookies: &mut Vec<StoredCookie>,
    limit: Limit,
    newest: u32,
    now: Time,
    evicted: &mut Vec<(Place, StoredCookie)>,
) {
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
    let goes = |cookie: &StoredCookie| {
        cookie.is_expired(now) || (cookie.serial != newest && last_to_go.is_some_and(|last| standing(cookie) <= last))
    };
    take_out(site, cookies, &goes, evicted);
}

/// Takes cookies out of a site, from the back, so that they can be put back from the front.
pub(super) fn take_out(
    site: usize,
    cookies: &mut Vec<StoredCookie>,
    goes: &dyn Fn(&StoredCookie) -> bool,
    out: &mut Vec<(Place, StoredCookie)>,
) {
    for index in (0..cookies.len()).rev() {
        if cookies.get(index).is_some_and(goes) {
            out.push((Place { site, index }, cookies.remove(index)));
        }
    }
}
