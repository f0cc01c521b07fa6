use super::{Setting, absent_cookie, held_back, lacks_identity, refused_cookie};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::{BlockedReason, Outcome};
use crate::session::{Reception, Record};
use crate::syntax::cors::{self, StorageAccess};
use crate::syntax::set_cookie::SameSite;

declare_cause! {
    /// The cookie belongs to another site than the page in the tab. The browser keeps such cookies
    /// apart or does not let them through, however well they are set.
    ///
    /// ```http-notation
    /// > POST https://id.example.org/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: sid={secret s 32}; Path=/; Secure; HttpOnly; SameSite=None
    ///
    /// ~ kind document
    /// > GET https://id.example.org/frame
    /// > Referer: https://app.example.test/
    /// > Sec-Fetch-Site: cross-site
    /// > Sec-Fetch-Dest: iframe
    /// < 401 Unauthorized
    /// ```
    CookieBlockedThirdParty {
        id: "cookie-blocked-third-party",
        family: "cookies",
        side: SecurityControl,
        stage: CookieNotSent,
        title: "The browser blocks this cookie as third-party",
        recognised: "A request from a page of another site lacks a cookie that by its attributes should have come along, in a frame or where the server allows credentials; or the browser's rules, or its own Sec-Fetch-Storage-Access, keep third-party cookies apart.",
        remedies: [
            (User, "Allow the site's cookies in this browser for the page you are on, or log in on the site itself in a tab of its own.", "The frame or page knows you."),
            (Developer, "Keep the login on one site, use the Storage Access API in frames, or Partitioned cookies for a session that belongs to the page around it.", "The request bears a cookie."),
            (Administrator, "Serve the application and its login from one registrable domain.", "The cookie is first-party."),
        ],
        references: [("MDN: third-party cookies", "https://developer.mozilla.org/docs/Web/Privacy/Guides/Third-party_cookies"), ("MDN: Storage Access API", "https://developer.mozilla.org/docs/Web/API/Storage_Access_API")],
    }
}

impl Cause for CookieBlockedThirdParty {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let page = case.record.page()?;
        let is_foreign = case.record.page_site().zip(case.record.site()).is_some_and(|(page, target)| !page.is_schemelessly_same(target));
        let is_kept_out = keeps_third_party_cookies(case);
        // A frame's own scripts name the frame's site, whatever page is around it.
        let frame = frame_of_another_site(case);
        if !is_foreign && !is_kept_out && frame.is_none() {
            return None;
        }
        let by_rule = held_back(case, &[BlockedReason::UserPreferences, BlockedReason::OtherPartition]);
        let by_rule = by_rule.filter(|cookie| cookie.attributes().is_none_or(|line| line.partitioned.is_none()));
        let access = case.exchange().sent(ACCESS).and_then(|value| cors::storage_access(value).value);
        let (cookie, certainty) = match by_rule {
            Some(cookie) => (cookie, Certainty::Proved),
            None if access == Some(StorageAccess::Active) => return None,
            None => (
                refused_as_foreign(case).or_else(|| kept_from_third_party(case, is_kept_out || frame.is_some()))?,
                if is_kept_out { Certainty::Proved } else { Certainty::Likely },
            ),
        };
        let site = if is_foreign { page.host_str().unwrap_or_default() } else { "another site, in a frame" };
        let summary = format!("The browser did not let the cookie {} of {} through on a page of {site}.", cookie.name, case.host());
        let finding = Finding::new(&META, certainty, summary)
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), "By its attributes this cookie may go along with requests from other sites.")
            .shown(case.at(), Place::Target, format!("This request came from a page of {site} and does not bear it."));
        let finding = match frame {
            Some(frame) => finding.shown(frame, Place::Sent("sec-fetch-site", 0), "Its page is a frame in a page of another site."),
            None => finding,
        };
        Some(if is_kept_out {
            finding.shown(case.at(), Place::Sent(ACCESS, 0), "The browser says so itself: it keeps third-party cookies from this request.")
        } else if certainty == Certainty::Proved {
            finding
        } else {
            finding.next("The browser's own list of blocked cookies, in the address bar.")
        })
    }
}

const ACCESS: &str = "sec-fetch-storage-access";

/// Where the page whose script asks was loaded as a frame of another site's page, by the browser's own word, and no cookie of
/// this origin was ever sent from there.
pub(super) fn frame_of_another_site(case: &Case<'_>) -> Option<usize> {
    let bears = |record: &Record| !record.facts.cookies.is_empty() || record.exchange.unseen.cookies;
    // What is opened within the frame is of the same one.
    let is_within = |record: &Record| {
        record.exchange.sent("sec-fetch-dest") == Some("iframe") && record.exchange.sent("sec-fetch-site") != Some("cross-site")
    };
    if !(case.exchange().kind.is_by_script() || is_within(case.record)) || bears(case.record) {
        return None;
    }
    let mut pages = case.earlier().take(CALLS).filter(|(_, record)| record.exchange.kind == Kind::Document);
    let (at, page) = pages.find(|(_, page)| !is_within(page))?;
    let is_frame = page.exchange.sent("sec-fetch-dest") == Some("iframe") && page.exchange.sent("sec-fetch-site") == Some("cross-site");
    (is_frame && !bears(page) && !case.earlier().take_while(|(other, _)| *other != at).any(|(_, other)| bears(other))).then_some(at)
}

/// Calls of a frame since its page was loaded that are looked at.
const CALLS: usize = 64;

/// Whether the browser says of the request that it is another site's, and that it keeps such a site's cookies apart.
pub(super) fn keeps_third_party_cookies(case: &Case<'_>) -> bool {
    let access = case.exchange().sent(ACCESS).and_then(|value| cors::storage_access(value).value);
    matches!(access, Some(StorageAccess::None | StorageAccess::Inactive))
}

/// A cookie that the browser refused for no other reason than whose page it was.
fn refused_as_foreign<'s>(case: &Case<'s>) -> Option<Setting<'s>> {
    let cookie = refused_cookie(case, &[BlockedReason::UserPreferences])?;
    cookie.reasons.iter().all(|reason| reason == BlockedReason::UserPreferences).then_some(cookie)
}

/// A cookie that should have been there: in a frame, or in a call for which the server allows credentials.
pub(super) fn kept_from_third_party<'s>(case: &Case<'s>, is_said: bool) -> Option<Setting<'s>> {
    let exchange = case.exchange();
    let allows_credentials = exchange.received("access-control-allow-credentials") == Some("true");
    let is_held = |_: &Record, reception: &Reception| {
        let is_kept = matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
        is_kept && !case.record.held_back.iter().any(|held| held.name == reception.name)
    };
    let cookie = match exchange.kind {
        _ if is_said && lacks_identity(case) => Setting::find(case, &is_held),
        Kind::Document if exchange.unseen.cookies || !lacks_identity(case) => None,
        Kind::Document => Setting::find(case, &is_held),
        _ if allows_credentials => absent_cookie(case),
        _ => None,
    };
    cookie.filter(|cookie| {
        cookie
            .attributes()
            .is_some_and(|line| line.secure.is_some() && line.same_site.is_some_and(|(_, same_site)| same_site == SameSite::None))
    })
}

#[cfg(test)]
mod tests {
    use super::Certainty;
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "cookie-blocked-third-party";

    const LOGIN: &str =
        "> POST https://id.org/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}; Secure; SameSite=None\n\n";
    const FRAME: &str = "~ kind document\n> GET https://id.org/frame\n> Referer: https://app.test/\n> Sec-Fetch-Site: cross-site\n> Sec-Fetch-Dest: iframe\n";

    #[test]
    fn takes_the_browsers_word_within_a_frame() {
        let login = "~ kind fetch\n> POST https://bi.test/login\n> Sec-Fetch-Site: same-origin\n> Sec-Fetch-Storage-Access: none\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; Secure; HttpOnly; SameSite=None\n\n";
        let call = |access: &str| {
            format!(
                "~ kind fetch\n> POST https://bi.test/session\n> Origin: https://bi.test\n> Sec-Fetch-Site: same-origin\n{access}< 401 Unauthorized\n"
            )
        };
        reports(ID, &format!("{login}{}", call("> Sec-Fetch-Storage-Access: none\n")));
        is_silent(ID, &format!("{login}{}", call("")));
    }

    #[test]
    fn knows_a_frame_by_how_its_page_was_loaded() {
        let session = |dest: &str, cookie: &str| {
            format!(
                "~ kind document\n> GET https://talk.test/frame\n> Referer: https://news.test/\n> Sec-Fetch-Dest: {dest}\n> Sec-Fetch-Site: cross-site\n< 200 OK\n\n~ kind fetch\n> POST https://talk.test/in\n> Sec-Fetch-Site: same-origin\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; Secure; HttpOnly; SameSite=None\n\n~ kind fetch\n> POST https://talk.test/comment\n> Origin: https://talk.test\n> Sec-Fetch-Site: same-origin\n{cookie}< 401 Unauthorized\n"
            )
        };
        reports(ID, &session("iframe", ""));
        is_silent(ID, &session("document", ""));
        is_silent(ID, &session("iframe", "> Cookie: sid={secret s 30}\n"));
    }

    #[test]
    fn reports_frames_and_calls_with_credentials() {
        reports(ID, &format!("{LOGIN}{FRAME}< 401 Unauthorized\n"));
        reports(
            ID,
            &format!(
                "{LOGIN}~ kind fetch\n> GET https://id.org/me\n> Origin: https://app.test\n< 401 Unauthorized\n< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Credentials: true\n"
            ),
        );
    }

    #[test]
    fn proves_it_by_what_the_browser_says_of_its_storage() {
        let asked = |access: &str| format!("{LOGIN}{FRAME}> Sec-Fetch-Storage-Access: {access}\n< 401 Unauthorized\n");
        for access in ["none", "inactive"] {
            assert_eq!(diagnose(&asked(access)).failures[0].causes[0].certainty, Certainty::Proved, "{access}");
        }
        is_silent(ID, &asked("active"));
    }

    #[test]
    fn reports_a_cookie_that_the_browser_says_it_does_not_keep() {
        let login = "> POST https://id.org/login\n> Origin: https://app.test\n>\n> user=a&password=b\n< 200 OK\n< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Credentials: true\n< Set-Cookie: sid={secret s 24}; Secure; SameSite=None\n\n";
        let call = "~ kind fetch\n> GET https://id.org/me\n> Origin: https://app.test\n< 401 Unauthorized\n< Access-Control-Allow-Origin: https://app.test\n";
        reports(ID, &format!("~ kind fetch\n~ told not-kept\n{login}{call}"));
        is_silent(ID, &format!("~ kind fetch\n~ told kept\n{login}{call}"));
    }

    #[test]
    fn passes_over_cookies_that_may_not_travel_and_calls_without_credentials() {
        is_silent(ID, &format!("{}{FRAME}< 401 Unauthorized\n", LOGIN.replace("; SameSite=None", "; SameSite=Lax")));
        is_silent(ID, &format!("{LOGIN}~ kind fetch\n> GET https://id.org/me\n> Origin: https://app.test\n< 401 Unauthorized\n"));
        is_silent(ID, &format!("{LOGIN}~ kind document\n> GET https://id.org/home\n< 401 Unauthorized\n"));
    }

    #[test]
    fn passes_over_a_frame_that_is_known() {
        is_healthy(&format!("{LOGIN}{FRAME}> Cookie: sid={{secret s 24}}\n< 200 OK\n"));
    }
}
