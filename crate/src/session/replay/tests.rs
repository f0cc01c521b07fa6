//! What is told of cookies that the captured responses do not explain.

use super::*;
use crate::session::Session;
use crate::session::cookie_store::BlockedReason;
use Difference::{Absent, OtherValue, Present};
use Likely::{AgainstTheRules, BeforeCapture, ByHand, Expired, HiddenResponse, LeftOutBefore};

fn session_of(text: &str, order: impl Iterator<Item = usize>) -> Session {
    let exchanges = crate::capture::notation::parse(text).unwrap();
    let mut session = Session::new(Profile::chrome());
    for at in order {
        session.push(exchanges[at].clone());
    }
    session
}

type Told = (u32, String, Difference, Likely, Option<u32>);

/// By number of the exchange in the text, whatever the order of arrival.
fn told(session: &Session) -> Vec<Told> {
    let number = |at: usize| session.record(at).unwrap().exchange.number;
    let mut told: Vec<Told> = Vec::new();
    for record in session.records() {
        told.extend(
            record
                .unexplained
                .iter()
                .map(|one| (record.exchange.number, one.name.to_string(), one.difference, one.likely, one.told_by.map(number))),
        );
    }
    told.sort_by_key(|one| (one.0, one.1.clone()));
    told
}

#[track_caller]
fn assert_told(text: &str, expected: &[(u32, &str, Difference, Likely, Option<u32>)]) {
    let count = crate::capture::notation::parse(text).unwrap().len();
    let expected: Vec<Told> =
        expected.iter().map(|(at, name, difference, likely, by)| (*at, (*name).to_owned(), *difference, *likely, *by)).collect();
    assert_eq!(told(&session_of(text, 0..count)), expected);
    for rotation in 1..count {
        assert_eq!(told(&session_of(text, (0..count).map(|at| (at + rotation) % count))), expected, "rotated by {rotation}");
    }
    assert_eq!(told(&session_of(text, (0..count).rev())), expected, "backwards");
}

const PAGE: &str = "~ kind document\n> GET https://app.test/\n";

#[test]
fn what_the_browser_holds_back_is_held_back_whatever_the_rules_say() {
    let text = "> GET https://app.test/\n< 200 OK\n< Set-Cookie: sid=1; Path=/; SameSite=Lax\n< Set-Cookie: area=2; Path=/admin\n\n\
        ~ kind document\n~ held sid UserPreferences\n~ held area NotOnPath\n> GET https://app.test/\n< 401 Unauthorized\n";
    let session = session_of(text, 0..2);
    let record = session.record(1).unwrap();
    let held: Vec<_> =
        record.held_back.iter().map(|held| (&*held.name, held.reasons.iter().next(), held.disagreement().is_some())).collect();
    assert_eq!(held, [("area", Some(BlockedReason::NotOnPath), false), ("sid", Some(BlockedReason::UserPreferences), true)]);
    assert_eq!(record.unexplained, [], "what the browser says needs no other explanation");
}

#[test]
fn what_the_browser_refuses_is_refused_for_its_reasons() {
    let receptions = |told: &str, cookie: &str| {
        let text = format!("~ told {told}\n> GET http://app.test/\n< 200 OK\n< Set-Cookie: sid=1; {cookie}\n");
        let reception = session_of(&text, 0..1).record(0).unwrap().receptions[0].clone();
        (reception.outcome, reception.reasons.iter().collect::<Vec<_>>(), reception.disagreement().unwrap_or_default())
    };
    let (outcome, reasons, says) = receptions("refused:SecureOnly", "Secure");
    assert_eq!((outcome, reasons, &*says), (Outcome::Rejected, vec![BlockedReason::SecureOnly], ""));
    let (outcome, reasons, says) = receptions("refused:UserPreferences", "Path=/");
    assert_eq!((outcome, reasons), (Outcome::Rejected, vec![BlockedReason::UserPreferences]));
    assert!(says.contains("might"), "{says}");
    let (_, reasons, says) = receptions("refused:InvalidPrefix", "Secure");
    assert_eq!(reasons, [BlockedReason::InvalidPrefix]);
    assert!(says.contains("another reason"), "{says}");
    assert_eq!(receptions("kept", "Secure").0, Outcome::Kept);
}

#[test]
fn nothing_is_known_of_a_cookie_whose_bounds_are_hidden() {
    let session = |attributes: &str| {
        format!(
            "> GET https://app.test/\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; {attributes}\n\n> GET https://app.test/home\n> Cookie: sid={{secret s 30}}\n< 200 OK\n"
        )
    };
    let received = |attributes: &str| {
        let session = session_of(&session(attributes), 0..2);
        session.record(0).map(|record| record.receptions[0].reasons.is_empty())
    };
    assert_eq!(received("Domain={obf:alternative_1}; Path=/"), Some(true));
    assert_eq!(received("Domain=other.test; Path=/"), Some(false));
}

#[test]
fn what_responses_set_needs_no_explanation() {
    assert_told(
        &format!(
            "{PAGE}< 200 OK\n< Set-Cookie: a=1; Path=/\n< Set-Cookie: b=2; Path=/\n\n{PAGE}> Cookie: a=1; b=2\n< 200 OK\n< Set-Cookie: a=; Max-Age=0; Path=/\n\n{PAGE}> Cookie: b=2\n< 200 OK\n"
        ),
        &[],
    );
}

#[test]
fn a_cookie_from_before_the_capture_is_told_once() {
    assert_told(
        &format!(
            "{PAGE}> Cookie: old=1\n< 200 OK\n\n{PAGE}> Cookie: old=1\n< 200 OK\n\n~ kind document\n> GET https://app.test/deep/page\n> Cookie: old=1\n< 200 OK\n"
        ),
        &[(0, "old", Present, BeforeCapture, None)],
    );
}

#[test]
fn attributes_of_an_unknown_cookie_are_learned_from_where_it_goes() {
    // First only below /app/x, then elsewhere, on another host, from another site: the same cookie.
    let text = "~ kind document\n> GET https://www.app.test/app/x\n> Cookie: old=1\n< 200 OK\n\n\
        ~ kind document\n> GET https://www.app.test/login\n< 200 OK\n\n\
        ~ kind document\n> GET https://www.app.test/app/y\n> Cookie: old=1\n< 200 OK\n\n\
        ~ kind document\n> GET https://api.app.test/app/y\n> Cookie: old=1\n< 200 OK\n\n\
        ~ kind document\n> GET https://api.app.test/app/y\n> Cookie: old=1\n> Referer: https://idp.test/\n> Sec-Fetch-Dest: document\n> Sec-Fetch-Site: cross-site\n< 200 OK\n";
    assert_told(text, &[(0, "old", Present, BeforeCapture, None)]);
}

#[test]
fn a_cookie_that_the_request_before_lacked_was_set_by_hand() {
    let text = format!("{PAGE}< 200 OK\n\n{PAGE}> Cookie: consent=yes\n< 200 OK\n\n{PAGE}> Cookie: consent=yes\n< 200 OK\n");
    assert_told(&text, &[(1, "consent", Present, ByHand, Some(0))]);
}

#[test]
fn a_response_that_hides_its_fields_may_have_set_it() {
    let text = format!(
        "~ unseen set-cookies\n{PAGE}< 302 Found\n< Location: /home\n\n~ kind document\n> GET https://app.test/home\n> Cookie: sid=1\n< 200 OK\n"
    );
    assert_told(&text, &[(1, "sid", Present, HiddenResponse, Some(0))]);
}

#[test]
fn another_value_is_taken_over() {
    let text = format!(
        "{PAGE}< 200 OK\n< Set-Cookie: lang=de; Path=/\n\n{PAGE}> Cookie: lang=en\n< 200 OK\n\n{PAGE}> Cookie: lang=en\n< 200 OK\n"
    );
    assert_told(&text, &[(1, "lang", OtherValue, ByHand, Some(0))]);
}

#[test]
fn a_cookie_that_is_gone_is_told_once() {
    let text = format!(
        "{PAGE}< 200 OK\n< Set-Cookie: sid=1\n< Set-Cookie: b=1\n\n{PAGE}> Cookie: b=1\n< 200 OK\n\n{PAGE}> Cookie: b=1\n< 200 OK\n"
    );
    assert_told(&text, &[(1, "sid", Absent, ByHand, Some(0))]);
    let back = format!("{text}\n{PAGE}> Cookie: sid=1; b=1\n< 200 OK\n");
    assert_told(&back, &[(1, "sid", Absent, ByHand, Some(0)), (3, "sid", Present, LeftOutBefore, Some(0))]);
}

#[test]
fn nothing_is_told_where_the_capture_shows_no_cookies() {
    let text = format!(
        "{PAGE}< 200 OK\n< Set-Cookie: sid=1\n\n~ unseen cookies\n{PAGE}< 200 OK\n\n~ from cache\n{PAGE}< 200 OK\n\n{PAGE}> Cookie: sid=1\n< 200 OK\n"
    );
    assert_told(&text, &[]);
}

#[test]
fn a_cookie_near_its_end_may_have_expired() {
    let text = format!("~ took 3s\n{PAGE}< 200 OK\n< Set-Cookie: sid=1; Max-Age=60\n\n@ 61s\n{PAGE}< 200 OK\n");
    assert_told(&text, &[(1, "sid", Absent, Expired, Some(0))]);
}

#[test]
fn a_response_under_way_explains_what_a_request_bears_already() {
    let text = format!(
        "~ took 5s\n{PAGE}< 200 OK\n< Set-Cookie: sid=1\n\n~ kind fetch\n> GET https://app.test/api\n> Cookie: sid=1\n< 200 OK\n\n@ 30s\n{PAGE}> Cookie: sid=1\n< 200 OK\n"
    );
    assert_told(&text, &[]);
}

#[test]
fn what_the_rules_forbid_betrays_a_wrong_model() {
    let refused = "~ kind document\n> GET http://app.test/\n< 200 OK\n< Set-Cookie: sid=secret; Secure\n\n~ kind document\n> GET http://app.test/\n> Cookie: sid=secret\n< 200 OK\n";
    assert_told(refused, &[(1, "sid", Present, AgainstTheRules, Some(0))]);
    let held = "~ kind document\n> GET https://app.test/\n< 200 OK\n< Set-Cookie: sid=secret; SameSite=Strict\n\n\
        ~ kind fetch\n> GET https://app.test/api\n> Origin: https://other.test\n> Cookie: sid=secret\n< 200 OK\n";
    assert_told(held, &[(1, "sid", Present, AgainstTheRules, Some(0))]);
}

#[test]
fn a_line_that_may_mean_an_unknown_cookie_ends_what_is_known_of_it() {
    // The old one has an unknown path: it may be replaced, and may be there still.
    let page = "~ kind document\n> GET https://app.test/app/x\n";
    let text = format!("{page}> Cookie: sid=old\n< 200 OK\n< Set-Cookie: sid=new; Path=/\n\n{page}> Cookie: sid=new\n< 200 OK\n");
    assert_told(&text, &[(0, "sid", Present, BeforeCapture, None)]);
    let both = format!("{text}\n{page}> Cookie: sid=old; sid=new\n< 200 OK\n");
    assert_told(&both, &[(0, "sid", Present, BeforeCapture, None)]);
    let deleted = format!("{page}> Cookie: sid=old\n< 200 OK\n< Set-Cookie: sid=; Max-Age=0; Path=/\n\n{page}< 200 OK\n");
    assert_told(&deleted, &[(0, "sid", Present, BeforeCapture, None)]);
    assert_eq!(session_of(&deleted, 0..2).records()[0].receptions[0].outcome, Outcome::Deleted);
}

#[test]
fn requests_across_origins_may_go_without_credentials() {
    let text = "~ kind document\n> GET https://api.app.test/\n< 200 OK\n< Set-Cookie: sid=1; SameSite=None; Secure\n\n\
        ~ kind fetch\n> GET https://api.app.test/me\n> Origin: https://www.app.test\n< 401 Unauthorized\n\n\
        ~ kind document\n> GET https://api.app.test/\n> Cookie: sid=1\n< 200 OK\n";
    assert_told(text, &[]);
    let session = session_of(text, 0..3);
    let held = &session.records()[1].held_back;
    assert_eq!((held.len(), held[0].reasons.contains(BlockedReason::CredentialsOmitted)), (1, true));
}

#[test]
fn clear_site_data_takes_the_cookies_of_the_whole_site() {
    let text = "~ kind document\n> GET https://www.app.test/\n> Cookie: old=1\n< 200 OK\n< Set-Cookie: sid=1; Domain=app.test\n\n\
        ~ kind document\n> GET https://www.app.test/logout\n> Cookie: old=1; sid=1\n< 200 OK\n< Clear-Site-Data: \"cookies\"\n\n\
        ~ kind document\n> GET https://www.app.test/\n< 200 OK\n";
    assert_told(text, &[(0, "old", Present, BeforeCapture, None)]);
    // Over plain http nobody heeds it.
    let plain = "~ kind document\n> GET http://app.test/\n< 200 OK\n< Set-Cookie: sid=1\n\n\
        ~ kind document\n> GET http://app.test/logout\n> Cookie: sid=1\n< 200 OK\n< Clear-Site-Data: \"*\"\n\n\
        ~ kind document\n> GET http://app.test/\n> Cookie: sid=1\n< 200 OK\n";
    assert_told(plain, &[]);
}

#[test]
fn thousands_of_cookies_in_one_exchange_are_read_up_to_a_bound() {
    let cookies: Vec<String> = (0..3000).map(|at| format!("many{at}={at}")).collect();
    let set: String = cookies.iter().map(|cookie| format!("< Set-Cookie: {cookie}; Path=/\n")).collect();
    let refused = |at: usize| format!("\n> GET https://app.test/o{at}\n> Authorization: Bearer abc{at}\n< 401 Unauthorized\n");
    let text = format!(
        "> GET https://app.test/many\n> Cookie: {}\n< 401 Unauthorized\n{set}{}",
        cookies.join("; "),
        (0..10).map(refused).collect::<String>()
    );
    let session = session_of(&text, 0..11);
    let record = session.record(0).unwrap();
    assert_eq!((record.receptions.len(), record.facts.set_cookies.len()), (limits::COOKIES, limits::COOKIES));
    assert!(session.detail(5, &mut crate::redact::Redactor::default()).is_some());
}
