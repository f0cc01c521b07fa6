//! The cookie store held against what real browsers did: `tests/vectors/cookies/*.json`, recorded by
//! `tests/oracle/cookies.mjs`. It agrees on every kept and every sent cookie, and on the reason wherever
//! the browser names one. `chrome-captures.json` holds what Chrome said of the cookies in our captures of
//! it, by the DevTools protocol and by `cookies.onChanged` and `getAll`.

#![cfg(test)]

#[path = "common/recorded.rs"]
mod recorded;

use serde_json::Value;
use url::Url;
use why401::session::cookie_store::{
    BlockedReason, BlockedReasons, CookieRequest, CookieStore, Outcome, Profile, Reception, StoredCookie, ThirdParty,
};
use why401::site::Site;
use why401::syntax::set_cookie::{self, SameSite};
use why401::time::Time;

const NOW: Time = Time(1_800_000_000_000);

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// `{10}` stands for ten times x.
fn written(line: &str) -> String {
    match line.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (times, after))) => format!("{before}{}{after}", "x".repeat(times.parse().unwrap())),
        None => line.to_owned(),
    }
}

/// A place of the recording: how the request came about, from which page, to which URL.
struct Place {
    how: String,
    page: Option<Url>,
    url: Url,
}

impl Place {
    fn new(how: &str, page: Option<&str>, url: &str) -> Self {
        Self { how: how.to_owned(), page: page.map(|page| Url::parse(page).unwrap()), url: Url::parse(url).unwrap() }
    }

    fn of(value: &Value) -> Self {
        Self::new(text(&value["how"]), value["page"].as_str(), text(&value["url"]))
    }

    fn request(&self) -> CookieRequest<'_> {
        let page = self.page.as_ref().and_then(Site::of);
        let request = CookieRequest::navigation(&self.url, NOW);
        match self.how.as_str() {
            "navigation" => request,
            "script" => CookieRequest { http_api: false, ..request },
            "link" => CookieRequest { initiator: page, ..request },
            "post" => CookieRequest { initiator: page, method: "POST", ..request },
            "fetch" | "frame" => CookieRequest { initiator: page, top_level: page, ..request },
            "omit" => CookieRequest { initiator: page, top_level: page, credentials: false, ..request },
            other => panic!("{other}"),
        }
    }
}

/// Whether all reasons that the browser named are among ours. Chrome 156 says `SchemefulSameSite…` of
/// every cross-site request, whatever the schemes; there the rest of the name must agree.
fn names_all(reasons: BlockedReasons, named: &[&str]) -> bool {
    fn schemeless(name: &str) -> &str {
        name.strip_prefix("Schemeful").unwrap_or(name)
    }
    let ours: Vec<_> = reasons.iter().filter_map(|reason| reason.cdp_name()).map(schemeless).collect();
    named.iter().all(|name| ours.contains(&schemeless(name)))
}

fn set_differences(recorded: &Value, profile: &Profile) -> (usize, Vec<String>) {
    let lines: Vec<_> = texts(&recorded["lines"]);
    let mut differences = Vec::new();
    let mut rows = 0;
    for group in recorded["set"].as_array().unwrap() {
        let place = Place::of(&group["place"]);
        let results = texts(&group["results"]);
        assert_eq!(results.len(), lines.len());
        for (line, result) in lines.iter().zip(results) {
            let mut store = CookieStore::new(profile.clone());
            let receipt = store.receive(&set_cookie::parse(&written(line)).value, &place.request(), &Reception::default());
            let kept = receipt.outcome == Outcome::Kept;
            let named: Vec<_> = result.split(' ').skip(1).collect();
            if kept != (result == "kept") || !names_all(receipt.reasons, &named) {
                differences.push(format!("{} {line:?}: {result}, ours {:?} {:?}", group["place"], receipt.outcome, receipt.reasons));
            }
            rows += 1;
        }
    }
    (rows, differences)
}

fn sent_differences(recorded: &Value, profile: &Profile) -> (usize, Vec<String>) {
    let mut store = CookieStore::new(profile.clone());
    let first = Place::new("navigation", None, "https://a.test/dir/set");
    let third = Place::new("fetch", Some("https://b.test/"), "https://a.test/dir/set");
    for (place, lines) in [(first, "stored"), (third, "storedFromFetch")] {
        for line in texts(&recorded[lines]) {
            store.receive(&set_cookie::parse(line).value, &place.request(), &Reception::default());
        }
    }
    let mut differences = Vec::new();
    let mut rows = 0;
    for group in recorded["sent"].as_array().unwrap() {
        let place = Place::of(&group["place"]);
        let decisions = store.consult(&place.request());
        let ours: Vec<_> = decisions.iter().filter(|one| one.is_sent()).map(|one| one.cookie.name()).collect();
        let sent = texts(&group["sent"]);
        if ours != sent {
            differences.push(format!("{}: sent {sent:?}, ours {ours:?}", group["place"]));
        }
        for decision in decisions {
            let named = &group["heldBack"][decision.cookie.name()];
            if !named.is_null() && !names_all(decision.reasons, &texts(named)) {
                differences.push(format!("{} {}: {named}, ours {:?}", group["place"], decision.cookie.name(), decision.reasons));
            }
            rows += 1;
        }
    }
    (rows, differences)
}

fn assert_agrees(browser: &str, profile: &Profile) {
    let recorded = recorded::read("cookies", browser);
    let (set, mut differences) = set_differences(&recorded, profile);
    let (sent, more) = sent_differences(&recorded, profile);
    differences.extend(more);
    assert!(set > 1500 && sent > 200, "only {set} and {sent} rows");
    assert!(differences.is_empty(), "{} differences in {set} + {sent} rows:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn agrees_with_chrome() {
    assert_agrees("chrome", &Profile::chrome());
}

#[test]
fn agrees_with_chrome_that_blocks_third_party_cookies() {
    assert_agrees("chrome-blocking", &Profile { third_party: ThirdParty::Block, ..Profile::chrome() });
}

#[test]
fn agrees_with_firefox() {
    assert_agrees("firefox", &Profile::firefox());
}

/// "name path samesite Secure HttpOnly" of each cookie for that host, as `cookies.getAll` has them.
fn stored(store: &CookieStore, host: &str) -> Vec<String> {
    let one = |cookie: &StoredCookie| {
        let same_site = match cookie.same_site {
            Some(SameSite::Strict) => "strict",
            Some(SameSite::Lax) => "lax",
            Some(SameSite::None) => "no_restriction",
            Some(SameSite::Unrecognised) | None => "unspecified",
        };
        let flags = [(cookie.secure, " Secure"), (cookie.http_only, " HttpOnly")].map(|(is, text)| if is { text } else { "" });
        format!("{} {} {same_site}{}", cookie.name(), cookie.path(), flags.concat())
    };
    let mut stored: Vec<_> = store.iter().filter(|cookie| cookie.domain() == host).map(one).collect();
    stored.sort();
    stored
}

#[test]
fn agrees_with_what_chrome_said_of_our_captures() {
    let (mut set, mut named) = (0, 0);
    for (capture, steps) in recorded::vectors("cookies", "chrome-captures").as_object().unwrap() {
        let mut store = CookieStore::new(Profile { third_party: ThirdParty::Block, ..Profile::chrome() });
        for step in steps.as_array().unwrap() {
            let place = Place::of(step);
            for line in step["before"].as_array().into_iter().flatten() {
                let before = CookieRequest::navigation(&place.url, NOW);
                assert_eq!(store.receive(&set_cookie::parse(text(line)).value, &before, &Reception::default()).outcome, Outcome::Kept);
            }
            let decisions = store.consult(&place.request());
            let ours: Vec<_> = decisions.iter().filter(|one| one.is_sent()).map(|one| one.cookie.name()).collect();
            assert_eq!(ours, texts(&step["sent"]), "{capture}: {}", step["url"]);
            for (name, reasons) in step["heldBack"].as_object().into_iter().flatten() {
                let ours = decisions.iter().find(|one| one.cookie.name() == name).unwrap().reasons;
                assert!(names_all(ours, &texts(reasons)), "{capture}: {name} {reasons}, ours {ours:?}");
                named += 1;
            }
            let mut kept = Vec::new();
            for row in step["set"].as_array().unwrap() {
                let line = written(text(&row[0]));
                let receipt = store.receive(&set_cookie::parse(&line).value, &place.request(), &Reception::default());
                if matches!(receipt.outcome, Outcome::Kept | Outcome::Replaced) {
                    kept.push(line.split('=').next().unwrap().to_owned());
                }
                if row[1].is_array() {
                    // Chrome refuses Partitioned without Secure before it looks further, and without a word.
                    let is_named = !receipt.reasons.is_empty() && !receipt.reasons.contains(BlockedReason::PartitionedInsecure);
                    assert_eq!(is_named, row[1][0].is_string(), "{capture}: {row}, ours {:?}", receipt.reasons);
                    assert!(names_all(receipt.reasons, &texts(&row[1])), "{capture}: {row}, ours {:?}", receipt.reasons);
                }
                set += 1;
            }
            if step["kept"].is_array() {
                assert_eq!(kept, texts(&step["kept"]), "{capture}: {}", step["url"]);
            }
            if step["stored"].is_array() {
                assert_eq!(stored(&store, place.url.host_str().unwrap()), texts(&step["stored"]), "{capture}");
            }
        }
    }
    assert!(set >= 60 && named >= 10, "only {set} lines and {named} held back");
}
