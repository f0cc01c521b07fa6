//! Which cookies go when a site has too many.

use super::change::Place;
use super::profile::Limit;
use super::stored::StoredCookie;
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
