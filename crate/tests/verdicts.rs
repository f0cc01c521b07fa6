//! What real browsers handed to an extension while a login failed, or did not, and the verdict that
//! what was done there calls for.

#![cfg(test)]

#[path = "common/captures.rs"]
mod captures;
mod common;

use why401::capture::har::Reader;
use why401::diagnosis::{Diagnosis, Input};
use why401::redact::Redactor;
use why401::session::{Profile, Session};

/// The case, and the root cause of its one failed login; "" where no login failed.
const CHROMIUM: [(&str, &str); 33] = [
    ("basic-fetch-credentials-omit", "missing-credentials"),
    ("basic-fetch-explicit-authorization-wrong", "wrong-credentials"),
    ("basic-nav-credentials-in-url", ""),
    ("basic-nav-no-credentials-CDP-cancel", "missing-credentials"),
    ("basic-nav-no-credentials-dialog-pending", "missing-credentials"),
    ("basic-nav-wrong-credentials-in-url", "wrong-credentials"),
    ("basic-second-nav-cached-credentials", ""),
    ("cache-disk-max-age", ""),
    ("cookie-not-sent-cross-site-samesite-lax", ""),
    ("cors-preflight-401", "cors-preflight-unauthorized"),
    ("cors-preflight-header-not-allowed", "cors-header-not-allowed"),
    ("cors-preflight-redirect", "cors-preflight-unauthorized"),
    ("csp-connect-src-blocked-fetch", ""),
    ("fetch-403-json-insufficient-scope", "insufficient-scope"),
    ("fetch-with-authorization-bearer-and-cookie", ""),
    ("h2-https-401", "wrong-credentials"),
    ("login-form-post-secure-cookie-over-http-bounce", "cookie-rejected-secure"),
    ("mixed-content-blocked-fetch", ""),
    ("multi-www-authenticate-nav", "missing-credentials"),
    ("net-err-aborted-fetch", ""),
    ("net-err-connection-refused-fetch", "connection-failed"),
    ("net-err-connection-refused-nav", "connection-failed"),
    ("net-err-empty-response-fetch", "connection-failed"),
    ("proxy-407-nav-dialog-pending", "proxy-authentication-required"),
    ("realdialog-basic-fetch-cancel", "missing-credentials"),
    ("realdialog-basic-fetch-wrong-then-right", ""),
    ("realdialog-basic-nav-wrong-then-right", ""),
    ("realdialog-digest-nav-wrong-then-right", ""),
    ("redirect-cross-origin-strips-authorization", ""),
    ("redirect-loop-fetch", "cookie-rejected-secure"),
    ("redirect-loop-nav", "cookie-rejected-secure"),
    ("worker-fetch-401", "token-expired"),
    ("xhr-401", "token-expired"),
];

const FIREFOX: [(&str, &str); 26] = [
    ("abort-fetch", ""),
    ("basic-fetch-explicit-wrong-authz", "wrong-credentials"),
    ("basic-fetch-sameorigin-dismissed", "missing-credentials"),
    ("basic-nav-preemptive-second", ""),
    ("basic-nav-prompt-right", ""),
    ("basic-nav-prompt-wrong-then-right", ""),
    ("basic-nav-urlcreds-right", ""),
    ("basic-nav-urlcreds-wrong-dismissed", "wrong-credentials"),
    ("cache-etag-304", ""),
    ("cors-no-acao-401-with-authorization", "cors-preflight-unauthorized"),
    ("csp-blocked-fetch", ""),
    ("digest-nav-prompt-wrong-then-right", ""),
    ("fetch-403-scope", "insufficient-scope"),
    ("fetch-bearer-200", ""),
    ("form-post-302-nav", ""),
    ("mixed-content-fetch", ""),
    ("nochallenge-401-nav", "missing-credentials"),
    ("post-login-json-401", "wrong-credentials"),
    ("post-login-urlencoded-401", "wrong-credentials"),
    ("proxy-407-http-nav-creds", ""),
    ("proxy-407-https-connect-dismissed", "proxy-authentication-required"),
    ("redirect-loop-fetch", "redirect-loop"),
    ("redirect-self-nav", "redirect-loop"),
    ("refused-nav", "connection-failed"),
    ("worker-fetch-401", "token-expired"),
    ("xhr-401", "token-expired"),
];

fn diagnosed(capture: &[u8], profile: Profile) -> Diagnosis {
    let (mut reader, mut exchanges) = (Reader::default(), Vec::new());
    reader.feed(&captures::capture_as_har(capture), &mut exchanges);
    reader.finish(&mut exchanges).expect("a readable capture");
    let mut session = Session::new(profile);
    for exchange in exchanges {
        session.push(exchange);
    }
    session.diagnose(Input::default(), &mut Redactor::default())
}

fn judges(browser: &str, cases: &[(&str, &str)], profile: fn() -> Profile) {
    let Some(folder) = common::shared_data(browser) else { return };
    for (case, expected) in cases {
        let capture = std::fs::read(folder.join("har").join(format!("{case}.json"))).expect("a capture");
        let diagnosis = diagnosed(&capture, profile());
        let roots: Vec<_> =
            diagnosis.failures.iter().map(|failure| failure.causes.first().map_or("unexplained", |cause| cause.id)).collect();
        let expected: Vec<_> = Some(*expected).filter(|cause| !cause.is_empty()).into_iter().collect();
        assert_eq!(roots, expected, "{browser} {case}");
    }
}

#[test]
fn judges_what_chromium_delivers() {
    judges("chromium-156", &CHROMIUM, Profile::chrome);
}

#[test]
fn judges_what_firefox_delivers() {
    judges("firefox-153", &FIREFOX, Profile::firefox);
}
