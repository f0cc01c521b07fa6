//! Each rule of RFC 6265bis 5.6 to 5.8 and each difference between browsers, by its step.

use super::*;
use crate::site::Site;
use crate::syntax::set_cookie;
use url::Url;

const NOW: Time = Time(1_800_000_000_000);
const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A store, and short words for what is done to it.
struct Browser(CookieStore);

impl Browser {
    fn chrome() -> Self {
        Self(CookieStore::new(Profile::chrome()))
    }

    fn firefox() -> Self {
        Self(CookieStore::new(Profile::firefox()))
    }

    fn receive(&mut self, from: &str, line: &str) -> Receipt {
        self.receive_at(from, line, NOW)
    }

    fn receive_at(&mut self, from: &str, line: &str, at: Time) -> Receipt {
        let url = url(from);
        let request = CookieRequest::navigation(&url, at);
        self.0.receive(&set_cookie::parse(line).value, &request, &Reception::default())
    }

    /// In a subresource of that page.
    fn receive_in(&mut self, page: &str, from: &str, line: &str) -> Receipt {
        let (page, from) = (url(page), url(from));
        let request = subresource(&page, &from);
        self.0.receive(&set_cookie::parse(line).value, &request, &Reception::default())
    }

    fn sent(&self, to: &str) -> String {
        let url = url(to);
        self.sent_in(&CookieRequest::navigation(&url, NOW))
    }

    fn sent_in(&self, request: &CookieRequest<'_>) -> String {
        let pairs: Vec<_> = self
            .0
            .consult(request)
            .iter()
            .filter(|decision| decision.is_sent())
            .map(|decision| format!("{}={}", decision.cookie.name(), decision.cookie.value()))
            .collect();
        pairs.join("; ")
    }

    /// The reasons for the only cookie.
    fn held_back(&self, request: &CookieRequest<'_>) -> Vec<BlockedReason> {
        let decisions = self.0.consult(request);
        assert_eq!(decisions.len(), 1);
        decisions[0].reasons.iter().collect()
    }
}

fn subresource<'a>(page: &'a Url, to: &'a Url) -> CookieRequest<'a> {
    CookieRequest { top_level: Site::of(page), initiator: Site::of(page), ..CookieRequest::navigation(to, NOW) }
}

fn navigation_from<'a>(page: &'a Url, to: &'a Url, method: &'a str) -> CookieRequest<'a> {
    CookieRequest { method, initiator: Site::of(page), ..CookieRequest::navigation(to, NOW) }
}

fn reasons(receipt: &Receipt) -> Vec<BlockedReason> {
    assert_eq!(receipt.outcome == Outcome::Rejected, !receipt.reasons.is_empty());
    receipt.reasons.iter().collect()
}

use BlockedReason as R;

#[test]
fn control_characters_lose_the_cookie() {
    // 5.6 step 1.
    let mut browser = Browser::chrome();
    assert_eq!(reasons(&browser.receive("https://a.test/", "a=b\u{1}c")), [R::DisallowedCharacter]);
    assert_eq!(reasons(&browser.receive("https://a.test/", "a=b; x=\u{7f}")), [R::DisallowedCharacter]);
    // A tab is no control character there, but Chrome refuses it all the same.
    assert_eq!(reasons(&browser.receive("https://a.test/", "a=b\tc")), [R::DisallowedCharacter]);
    assert_eq!(Browser::firefox().receive("https://a.test/", "a=b\tc").outcome, Outcome::Kept);
}

#[test]
fn nameless_cookies_are_kept_and_empty_ones_are_not() {
    // 5.6 steps 3 and 5.
    let mut browser = Browser::chrome();
    assert_eq!(browser.receive("https://a.test/", "token").outcome, Outcome::Kept);
    assert_eq!(browser.receive("https://a.test/", "=other").outcome, Outcome::Replaced);
    assert_eq!(reasons(&browser.receive("https://a.test/", "=; Path=/")), [R::NoCookieContent]);
    let mut old = Browser(CookieStore::new(Profile::rfc6265()));
    assert_eq!(reasons(&old.receive("https://a.test/", "token")), [R::SyntaxError]);
}

#[test]
fn name_and_value_are_limited_together() {
    // 5.6 step 5.
    let mut browser = Browser::chrome();
    let fits = format!("a={}", "x".repeat(4095));
    assert_eq!(browser.receive("https://a.test/", &fits).outcome, Outcome::Kept);
    let longer = format!("ab={}", "x".repeat(4095));
    assert_eq!(reasons(&browser.receive("https://a.test/", &longer)), [R::NameValuePairExceedsMaxSize]);
}

#[test]
fn the_domain_must_cover_the_host() {
    // 5.7 step 6.
    let mut browser = Browser::chrome();
    for domain in ["other.test", "www.a.example", "ample.com", "a.example.", "..a.example", ".", "\"a.example\"", "bücher.example"] {
        let receipt = browser.receive("https://a.example/", &format!("x=1; Domain={domain}"));
        assert_eq!(reasons(&receipt), [R::InvalidDomain], "{domain}");
    }
    for (number, domain) in ["a.example", ".a.example", "A.eXample", "  .a.example ", ""].into_iter().enumerate() {
        let receipt = browser.receive("https://www.a.example/", &format!("n{number}=1; Domain={domain}"));
        assert_eq!(receipt.outcome, Outcome::Kept, "{domain}");
    }
}

#[test]
fn a_public_suffix_is_no_domain_for_cookies() {
    // 5.7 step 5.
    let mut browser = Browser::chrome();
    for (host, domain) in [("www.example.co.uk", "co.uk"), ("a.github.io", "github.io"), ("example.com", "com"), ("a.github.io", "io")] {
        let receipt = browser.receive(&format!("https://{host}/"), &format!("x=1; Domain={domain}"));
        assert_eq!(reasons(&receipt), [R::PublicSuffix], "{domain}");
        assert_eq!(R::PublicSuffix.cdp_name(), Some("InvalidDomain"));
    }
    // A public suffix may set a cookie for itself alone.
    assert_eq!(browser.receive("https://github.io/", "x=1; Domain=github.io").outcome, Outcome::Kept);
    assert!(browser.0.iter().all(|cookie| cookie.host_only));
    assert_eq!(browser.sent("https://a.github.io/"), "");
}

#[test]
fn host_only_cookies_stay_at_their_host_and_domain_cookies_go_below() {
    // 5.7 step 7 and 5.8.3 step 1.
    let mut browser = Browser::chrome();
    browser.receive("https://a.example/", "host=1");
    browser.receive("https://a.example/", "domain=1; Domain=a.example");
    assert_eq!(browser.sent("https://a.example/"), "host=1; domain=1");
    assert_eq!(browser.sent("https://www.a.example/"), "domain=1");
    let www = url("https://www.a.example/");
    let decisions = browser.0.consult(&CookieRequest::navigation(&www, NOW));
    assert_eq!(decisions[0].reasons.iter().collect::<Vec<_>>(), [R::DomainMismatch]);
}

#[test]
fn cookies_of_other_sites_are_not_even_looked_at() {
    let mut browser = Browser::chrome();
    browser.receive("https://a.example/", "x=1");
    let other = url("https://b.example/");
    assert!(browser.0.consult(&CookieRequest::navigation(&other, NOW)).is_empty());
}

#[test]
fn the_path_covers_what_lies_below_it() {
    // 5.6.4 and 5.8.3 step 1.
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/docs/index.html", "default=1");
    browser.receive("https://a.test/docs/index.html", "relative=1; Path=web");
    browser.receive("https://a.test/", "deep=1; Path=/docs/web/");
    assert_eq!(browser.sent("https://a.test/docs/web/x"), "deep=1; default=1; relative=1");
    assert_eq!(browser.sent("https://a.test/docs"), "default=1; relative=1");
    assert_eq!(browser.sent("https://a.test/docsets"), "");
    let docsets = url("https://a.test/docsets");
    assert!(browser.0.consult(&CookieRequest::navigation(&docsets, NOW)).iter().all(|one| one.reasons.contains(R::NotOnPath)));
}

#[test]
fn secure_cookies_need_a_secure_connection_both_ways() {
    // 5.7 step 8 and 5.8.3 step 1.
    let mut browser = Browser::chrome();
    assert_eq!(reasons(&browser.receive("http://app.test/", "x=1; Secure")), [R::SecureOnly]);
    assert_eq!(browser.receive("https://app.test/", "x=1; Secure").outcome, Outcome::Kept);
    let plain = url("http://app.test/");
    assert_eq!(browser.held_back(&CookieRequest::navigation(&plain, NOW)), [R::SecureOnly]);
    assert_eq!(browser.sent("https://app.test/"), "x=1");
}

#[test]
fn loopback_counts_as_secure() {
    // Secure Contexts 3.1; Chrome 156 and Firefox 153 both take Secure from http://localhost.
    for mut browser in [Browser::chrome(), Browser::firefox()] {
        for host in ["localhost:3000", "app.localhost", "127.0.0.1", "[::1]:80"] {
            let page = format!("http://{host}/");
            assert_eq!(browser.receive(&page, "x=1; Secure").outcome, Outcome::Kept, "{host}");
            assert_eq!(browser.sent(&page), "x=1", "{host}");
        }
        assert_eq!(reasons(&browser.receive("http://192.168.0.1/", "x=1; Secure")), [R::SecureOnly]);
    }
}

#[test]
fn secure_cookies_are_left_alone() {
    // 5.7 step 11.
    let mut browser = Browser::chrome();
    browser.receive("https://a.example/", "sid=1; Secure; Domain=a.example; Path=/app");
    for (from, line) in [
        ("http://a.example/", "sid=2; Path=/app"),
        ("http://a.example/", "sid=2; Path=/app/deep"),
        ("http://www.a.example/", "sid=2; Path=/app"),
        ("http://a.example/", "sid=2; Path=/app; Max-Age=0"),
    ] {
        assert_eq!(reasons(&browser.receive(from, line)), [R::OverwriteSecure], "{line}");
    }
    assert_eq!(browser.receive("http://a.example/", "sid=2; Path=/").outcome, Outcome::Kept);
    assert_eq!(browser.receive("http://a.example/", "other=2; Path=/app").outcome, Outcome::Kept);
    assert_eq!(browser.receive("https://a.example/", "sid=2; Path=/app").outcome, Outcome::Kept);
}

#[test]
fn prefixes_are_promises() {
    // 5.7 steps 18 to 21.
    let mut browser = Browser::chrome();
    for line in [
        "__Secure-x=1",
        "__Host-x=1; Path=/",
        "__Host-x=1; Secure",
        "__Host-x=1; Secure; Path=/app",
        "__Host-x=1; Secure; Path=/; Domain=a.example",
        "__Http-x=1; Secure",
        "__Host-Http-x=1; Secure; Path=/",
        "__Host-Http-x=1; Secure; HttpOnly",
        "__hOST-x=1",
        "__Secure-nameless; Secure",
        "=__Host-x=1; Secure; Path=/",
    ] {
        assert_eq!(reasons(&browser.receive("https://a.example/", line)), [R::InvalidPrefix], "{line}");
    }
    for line in [
        "__Secure-x=1; Secure",
        "__Host-x=1; Secure; Path=/",
        "__Http-x=1; Secure; HttpOnly",
        "__Host-Http-x=1; Secure; HttpOnly; Path=/",
        "__Hosts-x=1",
        "x=__Host-y",
    ] {
        assert_eq!(browser.receive("https://a.example/", line).outcome, Outcome::Kept, "{line}");
    }
    let both = browser.receive("http://a.example/", "__Secure-y=1; Secure");
    assert_eq!(reasons(&both), [R::SecureOnly, R::InvalidPrefix]);
}

#[test]
fn same_site_none_needs_secure() {
    // 5.7 step 17.
    for mut browser in [Browser::chrome(), Browser::firefox()] {
        assert_eq!(reasons(&browser.receive("https://a.test/", "x=1; SameSite=None")), [R::SameSiteNoneInsecure]);
        assert_eq!(browser.receive("https://a.test/", "x=1; SameSite=None; Secure").outcome, Outcome::Kept);
        assert_eq!(browser.receive("https://a.test/", "y=1; SameSite=Nonsense").outcome, Outcome::Kept);
    }
}

#[test]
fn same_site_strict_stays_within_the_site() {
    // 5.8.3 step 1.
    let mut browser = Browser::chrome();
    browser.receive("https://www.a.example/", "x=1; SameSite=Strict; Secure; Domain=a.example");
    let (page, sibling, elsewhere) = (url("https://www.a.example/"), url("https://api.a.example/"), url("https://idp.test/"));
    assert_eq!(browser.sent_in(&subresource(&sibling, &page)), "x=1");
    assert_eq!(browser.held_back(&navigation_from(&elsewhere, &page, "GET")), [R::SameSiteStrict]);
    assert_eq!(browser.held_back(&subresource(&elsewhere, &page)), [R::SameSiteStrict]);
    assert_eq!(browser.sent("https://www.a.example/"), "x=1");
}

#[test]
fn same_site_lax_lets_safe_navigations_pass() {
    let mut browser = Browser::chrome();
    browser.receive("https://a.example/", "x=1; SameSite=Lax");
    let (page, elsewhere) = (url("https://a.example/"), url("https://idp.test/"));
    assert_eq!(browser.sent_in(&navigation_from(&elsewhere, &page, "GET")), "x=1");
    assert_eq!(browser.held_back(&navigation_from(&elsewhere, &page, "POST")), [R::SameSiteLax]);
    assert_eq!(browser.held_back(&subresource(&elsewhere, &page)), [R::SameSiteLax]);
}

#[test]
fn unspecified_same_site_is_lax_with_two_minutes_of_grace_in_chrome_and_none_in_firefox() {
    // 5.6.7.2.
    let (page, elsewhere) = (url("https://a.example/"), url("https://idp.test/"));
    let post = navigation_from(&elsewhere, &page, "POST");
    let later = |minutes| CookieRequest { at: NOW.plus(minutes * MINUTE), ..post };
    let mut chrome = Browser::chrome();
    chrome.receive("https://a.example/", "x=1");
    assert_eq!(chrome.sent_in(&later(2)), "x=1");
    assert_eq!(chrome.held_back(&later(3)), [R::SameSiteUnspecifiedTreatedAsLax]);
    assert_eq!(chrome.held_back(&subresource(&elsewhere, &page)), [R::SameSiteUnspecifiedTreatedAsLax]);
    let mut firefox = Browser::firefox();
    firefox.receive("https://a.example/", "x=1");
    assert_eq!(firefox.sent_in(&later(3)), "x=1");
}

#[test]
fn http_and_https_are_two_sites_in_chrome() {
    let (secure, plain) = (url("https://a.example/"), url("http://a.example/"));
    let mut chrome = Browser::chrome();
    chrome.receive("https://a.example/", "x=1; SameSite=Strict");
    assert_eq!(chrome.held_back(&subresource(&plain, &secure)), [R::SchemefulSameSiteStrict]);
    let refused = chrome.receive_in("http://a.example/", "https://a.example/", "y=1; SameSite=Lax");
    assert_eq!(reasons(&refused), [R::SchemefulSameSiteLax]);
}

#[test]
fn cross_site_subresources_may_set_only_same_site_none() {
    // 5.7 steps 12 to 16.
    let mut browser = Browser::chrome();
    let mut set = |line: &str| browser.receive_in("https://a.example/", "https://b.example/", line);
    assert_eq!(reasons(&set("x=1; SameSite=Strict")), [R::SameSiteStrict]);
    assert_eq!(reasons(&set("x=1; SameSite=Lax")), [R::SameSiteLax]);
    assert_eq!(reasons(&set("x=1")), [R::SameSiteUnspecifiedTreatedAsLax]);
    assert_eq!(set("x=1; SameSite=None; Secure").outcome, Outcome::Kept);
    // A navigation from elsewhere may set them all.
    let (page, elsewhere) = (url("https://b.example/"), url("https://idp.test/"));
    let request = navigation_from(&elsewhere, &page, "POST");
    let receipt = browser.0.receive(&set_cookie::parse("s=1; SameSite=Strict").value, &request, &Reception::default());
    assert_eq!(receipt.outcome, Outcome::Kept);
}

#[test]
fn blocking_third_party_cookies_spares_partitioned_ones() {
    let mut browser = Browser(CookieStore::new(Profile { third_party: ThirdParty::Block, ..Profile::chrome() }));
    let (page, other) = ("https://a.example/", "https://b.example/");
    browser.receive(other, "first=1; SameSite=None; Secure");
    let refused = browser.receive_in(page, other, "x=1; SameSite=None; Secure");
    assert_eq!(reasons(&refused), [R::UserPreferences]);
    let kept = browser.receive_in(page, other, "p=1; SameSite=None; Secure; Partitioned");
    assert_eq!(kept.outcome, Outcome::Kept);
    let (page, other) = (url(page), url(other));
    assert_eq!(browser.sent_in(&subresource(&page, &other)), "p=1");
    let first = &browser.0.consult(&subresource(&page, &other))[0];
    assert_eq!((first.cookie.name(), first.reasons.iter().collect::<Vec<_>>()), ("first", vec![R::UserPreferences]));
}

#[test]
fn partitioned_cookies_live_under_one_top_level_site() {
    let mut browser = Browser::chrome();
    let line = "p=1; SameSite=None; Secure; Partitioned";
    browser.receive_in("https://a.example/", "https://b.example/", line);
    let (a, b, c) = (url("https://www.a.example/"), url("https://b.example/"), url("https://c.example/"));
    assert_eq!(browser.sent_in(&subresource(&a, &b)), "p=1");
    assert_eq!(browser.held_back(&subresource(&c, &b)), [R::OtherPartition]);
    assert_eq!(browser.held_back(&CookieRequest::navigation(&b, NOW)), [R::OtherPartition]);
    // The same name elsewhere is another cookie.
    assert_eq!(browser.receive_in("https://c.example/", "https://b.example/", line).outcome, Outcome::Kept);
    assert_eq!(browser.receive_in("https://a.example/", "https://b.example/", line).outcome, Outcome::Replaced);
    let insecure = browser.receive("https://b.example/", "p=1; Partitioned");
    assert_eq!(reasons(&insecure), [R::PartitionedInsecure]);
}

#[test]
fn firefox_keeps_every_third_party_cookie_apart() {
    let mut browser = Browser::firefox();
    browser.receive("https://b.example/", "first=1");
    browser.receive_in("https://a.example/", "https://b.example/", "third=1");
    let (a, b) = (url("https://a.example/"), url("https://b.example/"));
    assert_eq!(browser.sent_in(&subresource(&a, &b)), "third=1");
    assert_eq!(browser.sent("https://b.example/"), "first=1");
}

#[test]
fn requests_without_credentials_neither_send_nor_set() {
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/", "x=1");
    let page = url("https://a.test/");
    let request = CookieRequest { credentials: false, ..CookieRequest::navigation(&page, NOW) };
    assert_eq!(browser.held_back(&request), [R::CredentialsOmitted]);
    let receipt = browser.0.receive(&set_cookie::parse("y=1").value, &request, &Reception::default());
    assert_eq!(reasons(&receipt), [R::CredentialsOmitted]);
}

#[test]
fn scripts_neither_see_nor_touch_http_only_cookies() {
    // 5.7 steps 10 and 23.2, 5.8.3 step 1.
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/", "x=1; HttpOnly");
    let page = url("https://a.test/");
    let script = CookieRequest { http_api: false, ..CookieRequest::navigation(&page, NOW) };
    assert_eq!(browser.held_back(&script), [R::HttpOnly]);
    let mut write = |line: &str| browser.0.receive(&set_cookie::parse(line).value, &script, &Reception::default());
    assert_eq!(reasons(&write("x=2")), [R::OverwriteHttpOnly]);
    assert_eq!(reasons(&write("y=2; HttpOnly")), [R::HttpOnly]);
    assert_eq!(write("y=2").outcome, Outcome::Kept);
}

#[test]
fn max_age_goes_before_expires_and_lives_at_most_400_days() {
    // 5.5 and 5.7 step 3.
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/", "x=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    browser.receive("https://a.test/", "y=1; Max-Age=99999999999999999999");
    browser.receive("https://a.test/", "z=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT");
    browser.receive("https://a.test/", "session=1");
    let expires: Vec<_> = browser.0.iter().map(|cookie| cookie.expires).collect();
    let cap = Some(NOW.plus(400 * DAY));
    assert_eq!(expires, [Some(NOW.plus(MINUTE)), cap, cap, None]);
}

#[test]
fn expires_is_read_by_the_servers_clock() {
    let mut browser = Browser::chrome();
    let page = url("https://a.test/");
    let request = CookieRequest::navigation(&page, NOW);
    let server_date = Some(NOW.plus(-60 * MINUTE));
    let line = format!("x=1; Expires={}", NOW.plus(-30 * MINUTE).to_http_date());
    let receipt = browser.0.receive(&set_cookie::parse(&line).value, &request, &Reception { server_date, ..Reception::default() });
    assert_eq!(receipt.outcome, Outcome::Kept);
    assert_eq!(browser.0.iter().next().unwrap().expires, Some(NOW.plus(30 * MINUTE)));
}

#[test]
fn expired_on_arrival_deletes() {
    // 5.7 step 24.
    let mut browser = Browser::chrome();
    assert_eq!(browser.receive("https://a.test/", "x=; Max-Age=0").outcome, Outcome::DeletedNothing);
    browser.receive("https://a.test/", "x=1");
    assert_eq!(browser.receive("https://a.test/", "x=; Path=/other; Max-Age=0").outcome, Outcome::DeletedNothing);
    assert_eq!(browser.receive("https://a.test/", "x=; Expires=Thu, 01 Jan 1970 00:00:00 GMT").outcome, Outcome::Deleted);
    assert_eq!(browser.sent("https://a.test/"), "");
}

#[test]
fn expired_cookies_are_held_back_and_make_room() {
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/", "x=1; Max-Age=60");
    let page = url("https://a.test/");
    let later = CookieRequest::navigation(&page, NOW.plus(MINUTE));
    assert_eq!(browser.held_back(&later), [R::Expired]);
    let receipt = browser.receive_at("https://a.test/", "x=2", NOW.plus(2 * MINUTE));
    assert_eq!(receipt.outcome, Outcome::Kept);
    assert_eq!(browser.0.iter().count(), 1);
    assert_eq!(browser.sent("https://a.test/"), "x=2");
}

#[test]
fn longer_paths_go_first_then_older_cookies_and_a_new_value_keeps_its_place() {
    // 5.8.3 step 2, 5.7 step 23.3.
    let mut browser = Browser::chrome();
    for line in ["a=1; Path=/", "b=1; Path=/docs", "c=1; Path=/", "d=1; Path=/docs", "a=2; Path=/"] {
        browser.receive("https://a.test/docs/", line);
    }
    assert_eq!(browser.sent("https://a.test/docs/"), "b=1; d=1; a=2; c=1");
}

#[test]
fn too_many_cookies_of_a_site_evict_the_least_used_and_not_the_secure_first() {
    let mut browser = Browser::chrome();
    browser.receive_at("https://a.test/", "oldest-but-secure=1; Secure", NOW.plus(-DAY));
    for number in 0..180 {
        browser.receive_at("https://a.test/", &format!("n{number}=1"), NOW.plus(number));
    }
    let names: Vec<_> = browser.0.iter().map(StoredCookie::name).collect();
    assert_eq!(names.len(), 150);
    assert_eq!((names[0], names[1], names[149]), ("oldest-but-secure", "n31", "n179"));
}

#[test]
fn cookies_in_use_are_evicted_last() {
    let mut browser = Browser::chrome();
    browser.receive("https://a.test/", "used=1; Path=/used");
    for number in 0..179 {
        browser.receive_at("https://a.test/", &format!("n{number}=1; Path=/other"), NOW.plus(number));
    }
    let page = url("https://a.test/used");
    let request = CookieRequest::navigation(&page, NOW.plus(5 * MINUTE));
    let sent: Vec<bool> = browser.0.consult(&request).iter().map(Decision::is_sent).collect();
    assert!(browser.0.touch(&request, &sent).is_some());
    browser.receive_at("https://a.test/", "last=1", NOW.plus(6 * MINUTE));
    assert!(browser.0.iter().any(|cookie| cookie.name() == "used"));
    assert_eq!(browser.0.iter().count(), 150);
}

#[test]
fn other_schemes_carry_no_cookies() {
    let mut browser = Browser::chrome();
    assert_eq!(reasons(&browser.receive("ftp://a.test/", "x=1")), [R::SchemeNotSupported]);
    assert_eq!(browser.receive("ws://a.test/", "x=1").outcome, Outcome::Kept);
}

#[test]
fn debug_hides_values() {
    let mut browser = Browser::chrome();
    let receipt = browser.receive("https://a.test/", "x=hush");
    assert!(!format!("{:?} {receipt:?}", browser.0).contains("hush"));
}

/// A generator of no quality and no state but its own, so that a failure can be repeated.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[usize::try_from(self.below(among.len() as u64)).unwrap()]
    }
}

#[test]
fn undo_restores_the_store_exactly() {
    let (mut evictions, mut widened) = (0, 0);
    for seed in 0..40 {
        let mut random = Lcg(seed);
        let mut profile = if seed % 2 == 0 { Profile::chrome() } else { Profile::firefox() };
        profile.per_site = Some(Limit { most: 7, left: 4 });
        let mut store = CookieStore::new(profile);
        let mut history: Vec<(Vec<StoredCookie>, Change)> = Vec::new();
        for step in 0..400 {
            let snapshot: Vec<_> = store.iter().cloned().collect();
            let at = NOW.plus(step * 45_000);
            let host = random.pick(&["a.example", "www.a.example", "b.example", "a.github.io"]);
            let url = url(&format!("{}://{host}{}", random.pick(&["http", "https"]), random.pick(&["/", "/app/x", "/app/deep/x"])));
            let request = CookieRequest { http_api: random.below(9) > 0, ..CookieRequest::navigation(&url, at) };
            let change = if random.below(4) == 0 {
                let decisions = store.consult(&request);
                let count = decisions.len().max(1);
                let sent: Vec<bool> = decisions.iter().map(Decision::is_sent).collect();
                let index = usize::try_from(random.below(count as u64)).unwrap();
                match random.below(6) {
                    0 => {
                        let [removed, taken] = store.learn(&request, random.pick(&["a", "b", "new"]), "learned", 0);
                        // Kept apart, since a snapshot is taken for each change.
                        widened += usize::from(removed.is_some());
                        if let Some(removed) = removed {
                            store.undo(taken.unwrap());
                            store.undo(removed);
                            assert!(store.iter().eq(&snapshot), "seed {seed}, step {step}: widened");
                            None
                        } else {
                            taken
                        }
                    }
                    1 => store.revalue(&request, index, "changed"),
                    2 => store.doubt(&request, &[(index, Doubt::Missed)]),
                    3 if random.below(5) == 0 => store.clear(&request),
                    _ => store.touch(&request, &sent),
                }
            } else {
                let line = format!(
                    "{}={step}{}{}{}{}",
                    random.pick(&["a", "b", "c", "d", "e", "f", "g", "__Host-h", ""]),
                    random.pick(&["", "", "; Secure; Path=/", "; Secure; Partitioned", "; HttpOnly"]),
                    random.pick(&["", "; Path=/", "; Path=/app"]),
                    random.pick(&["", "; Domain=a.example", "; Domain=github.io"]),
                    random.pick(&["", "; Max-Age=0", "; Max-Age=100", "; Max-Age=9000"]),
                );
                store.receive(&set_cookie::parse(&line).value, &request, &Reception::default()).change
            };
            let Some(change) = change else {
                assert!(store.iter().eq(&snapshot), "seed {seed}, step {step}: changed without a record");
                continue;
            };
            evictions += change.evicted.len();
            let after: Vec<StoredCookie> = store.iter().cloned().collect();
            let undone = store.undo(change);
            let change = store.redo(undone);
            assert!(store.iter().eq(&after), "seed {seed}, step {step}: made again");
            history.push((snapshot, change));
            for _ in 0..random.below(8).saturating_sub(4) {
                let Some((snapshot, change)) = history.pop() else { break };
                store.undo(change);
                assert!(store.iter().eq(&snapshot), "seed {seed}, step {step}");
            }
        }
        while let Some((snapshot, change)) = history.pop() {
            store.undo(change);
            assert!(store.iter().eq(&snapshot), "seed {seed}");
        }
        assert_eq!(store.iter().count(), 0);
    }
    assert!(evictions > 100, "only {evictions} evictions, so the test shows too little");
    assert!(widened > 10, "only {widened} widened");
}

#[test]
fn safari_trusts_no_loopback_and_keeps_no_cookie_of_another_site() {
    let kept = |profile: Profile| {
        let mut browser = Browser(CookieStore::new(profile));
        browser.receive("http://localhost:8000/", "sid=1; Secure").outcome == Outcome::Kept
    };
    assert!(kept(Profile::chrome()) && !kept(Profile::safari()));
}
