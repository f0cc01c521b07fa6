//! The cookie store: whatever is set, only what may be sent is sent, and undoing leaves no trace.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::site::Site;
use why401::syntax::set_cookie;
use why401::time::Time;

const URLS: [&str; 8] = [
    "https://app.example.test/",
    "http://app.example.test/",
    "https://example.test/a/b/c",
    "https://api.example.test/a",
    "https://other.test/",
    "http://localhost/",
    "https://a.github.io/x",
    "http://127.0.0.1:8080/a/b",
];

fn contents(store: &CookieStore) -> Vec<String> {
    store.iter().map(|cookie| format!("{cookie:?} {}", cookie.value())).collect()
}

// A line for each step: a byte that chooses URL and page, and the Set-Cookie line.
fuzz_target!(|text: &str| {
    let urls: Vec<Url> = URLS.iter().map(|url| Url::parse(url).unwrap()).collect();
    for profile in [Profile::chrome(), Profile::firefox(), Profile::rfc6265()] {
        let mut store = CookieStore::new(profile);
        let mut journal = Vec::new();
        for (step, line) in text.split('\n').enumerate() {
            let choice = line.bytes().next().unwrap_or(0) as usize;
            let line = line.get(1..).unwrap_or_default();
            let url = &urls[choice % urls.len()];
            let page = &urls[choice / urls.len() % urls.len()];
            let request = CookieRequest {
                url,
                method: if choice & 64 == 0 { "GET" } else { "POST" },
                at: Time(1_767_225_600_000).plus(step as i64 * 30_000),
                top_level: (choice & 128 == 0).then(|| Site::of(page)).flatten(),
                initiator: Site::of(page),
                credentials: true,
                http_api: true,
            };
            let before = contents(&store);
            let receipt = store.receive(&set_cookie::parse(line).value, &request, &Reception { exchange: step as u32, server_date: None });
            match receipt.change {
                Some(change) => {
                    let after = contents(&store);
                    store.undo(change);
                    assert_eq!(contents(&store), before, "undo left a trace of {line:?}");
                    let again =
                        store.receive(&set_cookie::parse(line).value, &request, &Reception { exchange: step as u32, server_date: None });
                    assert_eq!(contents(&store).len(), after.len());
                    journal.extend(again.change);
                }
                None => assert_eq!(contents(&store), before),
            }
            let decisions = store.consult(&request);
            let sent: Vec<_> = decisions.iter().filter(|decision| decision.is_sent()).collect();
            for decision in &sent {
                let cookie = decision.cookie;
                let host = url.host_str().unwrap();
                assert!(
                    host == cookie.domain() || !cookie.host_only && host.ends_with(&format!(".{}", cookie.domain())),
                    "{cookie:?} to {host}"
                );
                assert!(url.path().starts_with(cookie.path()), "{cookie:?} to {}", url.path());
                assert!(cookie.expires.is_none_or(|end| end > request.at));
                let is_secure = url.scheme() == "https" || matches!(host, "localhost" | "127.0.0.1");
                assert!(!cookie.secure || is_secure);
            }
            assert!(sent.is_sorted_by_key(|decision| std::cmp::Reverse(decision.cookie.path().len())), "longer paths come first");
        }
        while let Some(change) = journal.pop() {
            store.undo(change);
        }
        assert_eq!(store.iter().count(), 0);
    }
});
