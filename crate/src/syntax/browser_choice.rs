//! Which of several challenges a browser answers by itself.
//!
//! Browsers do not go by the server's order. Both prefer Negotiate to NTLM, NTLM to Digest and Digest
//! to Basic, and know no other scheme. For Firefox `ChallengeRank` in
//! netwerk/protocol/http/nsHttpChannelAuthProvider.cpp says so, as of 2026-11-20. Firefox ESR 153 and Chromium 156 were seen
//! to do so.

use super::challenge::Challenge;
use super::digest::{self, Algorithm, Hash};

/// A browser, as far as its choice differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chrome, Chromium, Edge: takes the first of equally good challenges.
    Chrome,
    /// Firefox: takes the strongest algorithm among Digest challenges that name one.
    Firefox,
}

/// The challenge that the browser answers, by its place among those offered; `None` where it knows
/// none of them and the 401 stands. `negotiate` says whether the browser can answer Negotiate: it
/// must trust the site (a policy in Chrome, `network.negotiate-auth.trusted-uris` in Firefox) and
/// the user must be logged in to the domain.
#[must_use]
pub fn browser_choice(challenges: &[Challenge<'_>], browser: Browser, negotiate: bool) -> Option<usize> {
    let mut best: Option<(usize, (u8, u8))> = None;
    for (place, challenge) in challenges.iter().enumerate() {
        let rank = rank(challenge, browser, negotiate);
        if rank.0 > 0 && best.is_none_or(|(_, former)| rank > former) {
            best = Some((place, rank));
        }
    }
    best.map(|(place, _)| place)
}

fn rank(challenge: &Challenge<'_>, browser: Browser, negotiate: bool) -> (u8, u8) {
    let demand = digest::demand(|name| challenge.param(name));
    if challenge.is("Negotiate") && negotiate {
        (4, 0)
    } else if challenge.is("NTLM") {
        (3, 0)
    } else if let Some(algorithm) = demand.algorithm.filter(|algorithm| algorithm.is_known_to_browsers())
        && challenge.is("Digest")
        && demand.nonce
    {
        (2, if browser == Browser::Firefox { strength(algorithm) } else { 0 })
    } else {
        (u8::from(challenge.is("Basic")), 0)
    }
}

/// How Firefox orders the algorithms: by hash, each without the session first.
fn strength(algorithm: Algorithm) -> u8 {
    2 * u8::from(algorithm.hash != Hash::Md5) + u8::from(algorithm.session)
}

#[cfg(test)]
mod tests {
    use super::super::challenge::parse;
    use super::*;

    fn choice(field: &str, browser: Browser, negotiate: bool) -> Option<usize> {
        browser_choice(&parse(field).value, browser, negotiate)
    }

    #[test]
    fn goes_by_strength_and_not_by_order() {
        for browser in [Browser::Chrome, Browser::Firefox] {
            assert_eq!(choice("Basic realm=\"a\", Digest realm=\"a\", nonce=\"n\", NTLM, Negotiate", browser, true), Some(3));
            assert_eq!(choice("Negotiate, NTLM, Basic realm=\"a\", Bearer", browser, false), Some(1));
            assert_eq!(choice("Bearer, Digest realm=\"a\", nonce=\"n\", Basic realm=\"a\"", browser, false), Some(1));
            assert_eq!(choice("Bearer, DPoP algs=\"ES256\", Negotiate", browser, false), None);
        }
    }

    #[test]
    fn passes_over_digest_that_it_cannot_compute() {
        let field = "Digest realm=\"a\", nonce=\"n\", algorithm=SHA-512-256, Basic realm=\"a\"";
        assert_eq!(choice(field, Browser::Chrome, false), Some(1));
        assert_eq!(choice("Digest realm=\"a\", Basic realm=\"a\"", Browser::Chrome, false), Some(1));
    }

    #[test]
    fn among_digests_chrome_takes_the_first_and_firefox_the_strongest() {
        let field = "Digest realm=\"a\", nonce=\"n\", algorithm=MD5, Digest realm=\"a\", nonce=\"n\", algorithm=SHA-256";
        assert_eq!(choice(field, Browser::Chrome, false), Some(0));
        assert_eq!(choice(field, Browser::Firefox, false), Some(1));
    }
}
