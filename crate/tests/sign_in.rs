//! The logins in what real browsers handed out, told as chains of exchanges.

#![cfg(test)]

#[path = "common/captures.rs"]
mod captures;
mod common;

use why401::capture::har::Reader;
use why401::session::sign_in::{Outcome, Protocol, SignIn, StepKind};
use why401::session::{Profile, Session};

fn session(profile: Profile, folder: &std::path::Path, case: &str) -> Session {
    let capture = std::fs::read(folder.join("har").join(format!("{case}.json"))).expect("a capture");
    let (mut reader, mut exchanges) = (Reader::default(), Vec::new());
    reader.feed(&captures::capture_as_har(&capture), &mut exchanges);
    reader.finish(&mut exchanges).expect("a readable capture");
    let mut session = Session::new(profile);
    for exchange in exchanges {
        session.push(exchange);
    }
    session
}

/// How people log in, what the exchanges do, and how it ended.
type Told = (Protocol, Vec<StepKind>, &'static str);

fn told(flow: &SignIn) -> Told {
    let outcome = match flow.outcome {
        Outcome::Completed => "completed",
        Outcome::Refused(_) => "refused",
        Outcome::Unanswered(_) => "unanswered",
        Outcome::Abandoned(_) => "abandoned",
    };
    (flow.protocol, flow.steps.iter().map(|step| step.kind).collect(), outcome)
}

#[test]
fn follows_the_logins_that_browsers_delivered() {
    use StepKind::{Authenticate, Begin, Use};
    let chromium = [
        ("login-form-post-secure-cookie-over-http-bounce", vec![(Protocol::Form, vec![Authenticate, Use], "refused")]),
        ("negotiate-ntlm-nav", vec![(Protocol::Windows, vec![Begin], "abandoned")]),
        ("fetch-with-authorization-bearer-and-cookie", vec![]),
    ];
    let firefox = [
        ("ntlm-nav-prompt-creds", vec![(Protocol::Windows, vec![Authenticate], "refused")]),
        ("post-login-json-401", vec![(Protocol::Form, vec![Authenticate], "refused")]),
        ("redirect-to-login-fetch", vec![]),
    ];
    let check = |browser: &str, cases: &[(&str, Vec<Told>)], profile: fn() -> Profile| {
        let Some(folder) = common::shared_data(browser) else { return };
        for (case, expected) in cases {
            let flows: Vec<_> = session(profile(), &folder, case).sign_ins().iter().map(|flow| told(flow)).collect();
            assert_eq!(&flows, expected, "{browser} {case}");
        }
    };
    check("chromium-156", &chromium, Profile::chrome);
    check("firefox-153", &firefox, Profile::firefox);
}
