use super::{Setting, absent_cookie, held_back};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Fingerprint;
use crate::finding::{Certainty, Finding};
use crate::session::Record;
use crate::session::cookie_store::BlockedReason;

declare_cause! {
    /// The cookie is partitioned: it lives in a jar of its own for each site in the address bar. The
    /// login filled the jar of one site, and the request comes from a page of another.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://login.widget.test/login
    /// > Origin: https://shop.test
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "wonder"}
    /// < 200 OK
    /// < Access-Control-Allow-Origin: https://shop.test
    /// < Access-Control-Allow-Credentials: true
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Secure; SameSite=None; Partitioned
    ///
    /// ~ kind fetch
    /// > GET https://login.widget.test/me
    /// > Origin: https://news.test
    /// < 401 Unauthorized
    /// ```
    CookieNotSentPartition {
        id: "cookie-not-sent-partition",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "A Partitioned cookie lives under another top-level site",
        recognised: "A stored Partitioned cookie matches the failed request in everything but the top-level site that it is kept for.",
        remedies: [
            (User, "Log in once more inside this site.", "The embedded part knows you here as well."),
            (Developer, "Expect one login for each embedding site, or ask for unpartitioned cookies by the Storage Access API.", "document.hasStorageAccess() says true, and the request bears the cookie."),
            (Administrator, "If the embedding sites are yours, put them below one registered domain with the embedded service: no partition is needed then.", "The request bears the cookie on every page of yours."),
        ],
        references: [("CHIPS: partitioned cookies", "https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies"), ("Storage Access API", "https://developer.mozilla.org/docs/Web/API/Storage_Access_API")],
    }
}

impl Cause for CookieNotSentPartition {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let by_rule = held_back(case, &[BlockedReason::OtherPartition]);
        let certainty = if by_rule.is_some() { Certainty::Proved } else { Certainty::Likely };
        let cookie = by_rule.or_else(|| set_in_a_frame(case)).or_else(|| kept_twice(case))?;
        // Without the attribute it is the browser's protection that keeps the cookie apart.
        let asked_for = cookie.attributes()?.partitioned.is_some();
        if !asked_for {
            return None;
        }
        let (then, now) = (page(cookie.record), page(case.record));
        let finding = Finding::new(
            &META,
            certainty,
            format!("The browser keeps the cookie {} apart for pages of {then}; {} comes from {now}.", cookie.name, case.request()),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("Set with Partitioned, from a page of {then}."));
        Some(cookie.absence(case, finding))
    }
}

/// The host of the page that a request came from.
fn page(record: &Record) -> String {
    record.exchange.page().and_then(|page| page.host_str().map(str::to_owned)).unwrap_or_else(|| "its own page".to_owned())
}

/// A partitioned cookie that came in a frame and is absent from a page of its own: who the frame belonged to is not in
/// every capture, and it was another site than this one.
pub(super) fn set_in_a_frame<'s>(case: &Case<'s>) -> Option<Setting<'s>> {
    let goes_to = |record: &Record, where_to: &[&str]| record.exchange.sent("sec-fetch-dest").is_some_and(|to| where_to.contains(&to));
    let is_framed = |record: &Record| goes_to(record, &["iframe", "frame"]) && record.exchange.sent("sec-fetch-site") == Some("cross-site");
    absent_cookie(case).filter(|cookie| goes_to(case.record, &["document"]) && is_framed(cookie.record))
}

/// A cookie that the request bears with a value from before, while others bear the value that a login has set since: the browser
/// keeps both, each for another top-level site.
fn kept_twice<'s>(case: &Case<'s>) -> Option<Setting<'s>> {
    let newer = |(at, record): (usize, &'s Record)| {
        let (field, (name, _)) = record.facts.set_cookies.iter().enumerate().find(|(_, (name, set))| {
            let is_borne = |(_, other): (usize, &Record)| other.facts.cookie(name).is_some_and(|borne| borne.is_surely(*set));
            let Some(sent) = case.facts().cookie(name).filter(|sent| !sent.is_surely(*set)) else { return false };
            let is_it = |(set, value): &(Box<str>, Fingerprint)| set == name && value.is_surely(sent);
            let mut bearers = case.earlier().filter(|(_, other)| other.facts.set_cookies.iter().any(is_it));
            // It is from before the login, and nothing set it since.
            bearers.next().is_some_and(|(_, setter)| setter.place() < record.place()) && case.others().any(is_borne)
        })?;
        // Who bears both has both, before the answer came there was one, and what pages of one site get is kept together.
        let bears_new =
            case.facts().cookies.iter().any(|(borne, value)| {
                borne == name && record.facts.set_cookies.iter().any(|(set, new)| set == name && new.is_surely(*value))
            });
        if bears_new || case.exchange().started < record.exchange.ended() || page(record) == page(case.record) {
            return None;
        }
        let reasons = record.receptions.get(field).filter(|reception| reception.name == *name)?.reasons;
        Some(Setting { at, record, field, name, reasons })
    };
    // A login at one place takes effect everywhere but in what was partitioned.
    let is_login = |(_, record): &(usize, &Record)| record.facts.purpose.is_login() && record.was_accepted();
    case.earlier().find(is_login).and_then(newer)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-not-sent-partition";

    fn pages(attributes: &str, first: &str, second: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://widget.test/login\n> Origin: {first}\n> Content-Type: application/json\n>\n> {{\"password\": \"x\"}}\n< 200 OK\n< Access-Control-Allow-Origin: {first}\n< Access-Control-Allow-Credentials: true\n< Set-Cookie: sid=x; Path=/; Secure; SameSite=None{attributes}\n\n~ kind fetch\n> GET https://widget.test/me\n> Origin: {second}\n< 401 Unauthorized\n"
        )
    }

    #[test]
    fn names_both_pages() {
        let summary = reports(ID, &pages("; Partitioned", "https://shop.test", "https://news.test"));
        assert!(summary.contains("shop.test") && summary.contains("news.test"), "{summary}");
    }

    #[test]
    fn a_login_in_a_window_of_its_own_does_not_reach_the_frame() {
        let session = |attribute: &str, sent: &str| {
            format!(
                "~ kind document\n> GET https://plan.test/embed\n> Referer: https://portal.example/\n< 200 OK\n< Set-Cookie: s={{secret a 40}}; Secure; HttpOnly; SameSite=None{attribute}\n\n\
                 ~ kind document\n> POST https://plan.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /done\n< Set-Cookie: s={{secret b 40}}; Secure; HttpOnly; SameSite=None{attribute}\n\n\
                 ~ kind document\n> GET https://plan.test/done\n> Cookie: s={{secret b 40}}\n< 200 OK\n\n\
                 ~ kind fetch\n> GET https://plan.test/me\n> Referer: https://plan.test/embed\n> Cookie: s={{secret {sent} 40}}\n< 401 Unauthorized\n"
            )
        };
        reports(ID, &session("; Partitioned", "a"));
        is_silent(ID, &session("; Partitioned", "b"));
        is_silent(ID, &session("", "a"));
    }

    #[test]
    fn a_request_that_has_both_or_went_before_the_answer_tells_nothing() {
        let session = |first: &str, took: &str, moment: &str, sent: &str, referer: &str| {
            let cookie = |value: &str| format!("s={{secret {value} 40}}; Secure; HttpOnly; SameSite=None; Partitioned");
            format!(
                "~ kind document\n> GET https://kurs.test/app/\n< 200 OK\n< Set-Cookie: {}{first}\n\n@ 2026-01-01T00:01:00Z\n\
                 ~ kind fetch\n~ took {took}\n> POST https://kurs.test/in\n{referer}> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< 200 OK\n< Set-Cookie: {}\n\n@ {moment}\n\
                 ~ kind fetch\n> GET https://kurs.test/app/me\n> Referer: https://kurs.test/app/\n> Cookie: {sent}\n< 401 Unauthorized\n\n\
                 ~ kind fetch\n> GET https://kurs.test/home\n> Cookie: s={{secret b 40}}\n< 200 OK\n",
                cookie("a"),
                cookie("b"),
            )
        };
        let (old, later) = ("s={secret a 40}", "2026-01-01T00:01:05Z");
        reports(ID, &session("", "50ms", later, old, ""));
        is_silent(ID, &session("; Path=/app", "50ms", later, "s={secret a 40}; s={secret b 40}", ""));
        is_silent(ID, &session("", "900ms", "2026-01-01T00:01:00.300Z", old, ""));
        is_silent(ID, &session("", "50ms", later, old, "> Referer: https://kurs.test/app/\n"));
    }

    #[test]
    fn passes_over_pages_of_one_site_and_shared_cookies() {
        is_silent(ID, &pages("; Partitioned", "https://www.shop.test", "https://pay.shop.test"));
        is_silent(ID, &pages("", "https://shop.test", "https://news.test"));
    }

    #[test]
    fn a_cookie_of_a_frame_is_missing_from_a_page_of_its_own() {
        let session = |attribute: &str, dest: &str| {
            format!(
                "~ kind document\n> POST https://tool.test/\n> Origin: https://school.example\n> Sec-Fetch-Dest: {dest}\n> Sec-Fetch-Site: cross-site\n>\n> id_token={{secret t 40}}&state=abc\n< 302 Found\n< Location: /quiz\n< Set-Cookie: k={{secret k 40}}; Path=/; Secure; SameSite=None; {attribute}\n\n\
                 ~ kind document\n> GET https://tool.test/quiz\n> Referer: https://school.example/\n> Sec-Fetch-Dest: {dest}\n> Cookie: k={{secret k 40}}\n< 200 OK\n<\n< <h1>Quiz</h1>\n\n\
                 ~ kind document\n> GET https://tool.test/play\n> Referer: https://tool.test/quiz\n> Sec-Fetch-Dest: document\n> Sec-Fetch-Site: same-origin\n< 401 Unauthorized\n<\n< {{\"message\":\"Session not found.\"}}\n"
            )
        };
        reports(ID, &session("Partitioned", "iframe"));
        is_silent(ID, &session("Partitioned", "document"));
        is_silent(ID, &session("HttpOnly", "iframe"));
    }
}
