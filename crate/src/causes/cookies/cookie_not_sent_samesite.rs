use super::cookie_blocked_third_party::{frame_of_another_site, kept_from_third_party};
use super::{Setting, breaks_at_callback, held_back, lacks_identity, refused_cookie, set_anew_as_strict};
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Reception;
use crate::session::cookie_store::{BlockedReason, Outcome};
use crate::syntax::set_cookie::{SameSite, SetCookie};

declare_cause! {
    /// The browser holds the session cookie and keeps it back, because SameSite does not let it
    /// travel with a request that begins on another site: a form posted from the identity provider,
    /// a frame, a call from a script elsewhere.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Location: https://idp.test/authorize?client_id=app&response_type=code&state=s1
    /// < Set-Cookie: correlation={secret c 24}; Path=/; Secure; SameSite=Lax
    ///
    /// ~ kind document
    /// > POST https://app.example.test/callback
    /// > Origin: https://idp.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > code={secret code 24}&state=s1
    /// < 401 Unauthorized
    /// ```
    CookieNotSentSamesite {
        id: "cookie-not-sent-samesite",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "SameSite keeps the cookie off this request",
        recognised: "A stored cookie matches the failed request in everything but SameSite: the request begins on another site and is no plain link, or the cookie is Strict; or it was never stored, since a page of another site received it.",
        remedies: [
            (User, "Begin the login on the site itself instead of by a link or a frame of another site.", "The site knows you."),
            (Developer, "Give the cookie that must survive a cross-site POST or a frame SameSite=None; Secure; for a Strict session cookie let the page after the login come by a same-site navigation, or use Lax.", "The request from the other site bears the cookie."),
            (Administrator, "If the identity provider can answer by a redirect instead of a posted form (response_mode=query), Lax cookies suffice.", "The callback is a GET and bears the cookie."),
        ],
        references: [("RFC 6265bis 5.6.7: SameSite", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6.7"), ("MDN: SameSite cookies", "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value")],
    }
}

const REASONS: [BlockedReason; 6] = [
    BlockedReason::SameSiteStrict,
    BlockedReason::SameSiteLax,
    BlockedReason::SameSiteUnspecifiedTreatedAsLax,
    BlockedReason::SchemefulSameSiteStrict,
    BlockedReason::SchemefulSameSiteLax,
    BlockedReason::SchemefulSameSiteUnspecifiedTreatedAsLax,
];

impl Cause for CookieNotSentSamesite {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let Some(cookie) = held_back(case, &REASONS) else {
            return never_kept(case)
                .or_else(|| strict_by_link(case))
                .or_else(|| strict_from_before(case))
                .or_else(|| kept_out_of_frame(case));
        };
        // What may go anywhere stayed behind as well: it is not for this attribute.
        if kept_from_third_party(case, false).is_some() {
            return None;
        }
        let from = case.exchange().page().and_then(|page| page.host_str().map(str::to_owned)).unwrap_or_else(|| "another site".to_owned());
        let finding = Finding::new(
            &META,
            if breaks_at_callback(case) { Certainty::Likely } else { Certainty::Proved },
            format!("The browser holds the cookie {} and kept it off {}, which began on {from}.", cookie.name, case.request()),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), cookie.why(&REASONS));
        let finding = if case.exchange().sent("origin").is_some() {
            finding.shown(case.at(), Place::Sent("origin", 0), "The request began here.")
        } else {
            finding
        };
        Some(advised(case, &cookie, finding, &from))
    }
}

/// The session's cookie that the browser did not even keep: what a page of another site receives has to be SameSite=None.
fn never_kept(case: &Case<'_>) -> Option<Finding> {
    // What bears a session or a key in a field of its own needs none in a cookie.
    let is_key = |seen: &Seen| seen.carrier.is_sent() && seen.carrier != Carrier::Cookie && seen.role == Role::ApiKey;
    let facts = case.facts();
    if facts.own_secrets().next().is_some() || case.bears_own_session() || facts.tokens.iter().any(is_key) {
        return None;
    }
    let cookie = refused_cookie(case, &REASONS).filter(|cookie| cookie.reasons.iter().all(|reason| REASONS.contains(&reason)))?;
    let setter = &cookie.record.exchange;
    let from = setter.page().map_or_else(|| "another site".to_owned(), |page| page.origin().ascii_serialization());
    let summary = format!(
        "The browser did not keep the cookie {} of {}: a page of {from} received it, and it is not SameSite=None.",
        cookie.name,
        cookie.setter()
    );
    let finding = Finding::new(&META, Certainty::Proved, summary).about(cookie.name).shown(cookie.at, cookie.place(), cookie.why(&REASONS));
    let finding = match setter.sent("origin") {
        Some(_) => finding.shown(cookie.at, Place::Sent("origin", 0), "The page that received it."),
        None => finding,
    };
    Some(advised(case, &cookie, finding, &from))
}

/// What to set instead, the least that would do: a link needs Lax only.
fn advised(case: &Case<'_>, cookie: &Setting<'_>, finding: Finding, from: &str) -> Finding {
    let is_link = case.exchange().kind == Kind::Document
        && &*case.exchange().method == "GET"
        && case.exchange().sent("sec-fetch-dest").is_none_or(|dest| dest == "document");
    let attributes = if is_link { "SameSite=Lax" } else { "SameSite=None; Secure" };
    let without: &[&str] = if is_link { &["samesite"] } else { &["samesite", "secure"] };
    let step = format!("Set {} with {attributes} if it must travel with requests from {from}.", cookie.name);
    let finding = finding.advise(Audience::Developer, step, format!("{} bears {}.", case.request(), cookie.name));
    let finding = cookie.absence(case, finding);
    cookie.replayed(case, finding, without, attributes)
}

/// The session of a login within a frame of another site's page: a cookie that is not SameSite=None does not go along there.
fn kept_out_of_frame(case: &Case<'_>) -> Option<Finding> {
    let frame = frame_of_another_site(case).filter(|_| lacks_identity(case))?;
    let is_kept = |reception: &Reception| matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
    let stays_at_home = |line: SetCookie<'_>| line.same_site.is_none_or(|(_, same_site)| same_site != SameSite::None);
    let cookie = Setting::find(case, &|_, reception| is_kept(reception)).filter(|cookie| cookie.attributes().is_some_and(stays_at_home))?;
    let around = case.session.record(frame)?.exchange.page().and_then(|page| page.host_str().map(str::to_owned));
    let around = around.unwrap_or_else(|| "another site".to_owned());
    let summary =
        format!("{} is shown in a frame of {around}, where the browser lets only cookies through that are SameSite=None.", case.host());
    let finding = Finding::new(&META, Certainty::Likely, summary)
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), "This cookie is not.")
        .shown(frame, Place::Sent("sec-fetch-site", 0), "The page is a frame in a page of another site.");
    Some(advised(case, &cookie, finding, &around))
}

/// A page to which another site led, and which lacks a cookie from before the capture: it went along at home, and the answer sets
/// it anew as Strict.
fn strict_from_before(case: &Case<'_>) -> Option<Finding> {
    if case.exchange().unseen.cookies || !case.is_led_here_by_another_site() {
        return None;
    }
    let from = case.session.redirected_from(case.at()).and_then(|from| case.session.record(from));
    let (nth, name, before) = set_anew_as_strict(case).find_map(|(nth, name)| {
        let (before, _) = case.earlier().find(|(_, record)| record.facts.cookie(name).is_some())?;
        Some((nth, name, before))
    })?;
    let other = from.and_then(|from| from.exchange.url.host_str()).unwrap_or("another site");
    let summary = format!("The browser kept the cookie {name}, which is SameSite=Strict, off {}: {other} led here.", case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(name.to_owned())
            .shown(before, Place::Sent("cookie", 0), "It went along here, from a page of the same site.")
            .shown(case.at(), Place::Received("set-cookie", nth), "The answer sets it anew, as SameSite=Strict.")
            .advise(
                Audience::Developer,
                format!("Set {name} with SameSite=Lax: a provider's answer has to bring it back."),
                "The callback bears it.",
            ),
    )
}

/// A page that was gone to without the cookie, where the capture does not tell from where: only a
/// navigation that began on another site leaves a Strict cookie out.
fn strict_by_link(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let is_told = exchange.sent("referer").is_some() || exchange.sent("sec-fetch-site").is_some();
    if exchange.kind != Kind::Document || is_told || exchange.unseen.cookies || !lacks_identity(case) {
        return None;
    }
    let is_strict = |line: SetCookie<'_>| line.same_site.is_some_and(|(_, same_site)| same_site == SameSite::Strict);
    let is_kept = |reception: &Reception| matches!(reception.outcome, Outcome::Kept | Outcome::Replaced);
    let cookie = Setting::find(case, &|_, reception| is_kept(reception)).filter(|cookie| cookie.attributes().is_some_and(is_strict))?;
    let came_before = case.earlier_anywhere().find(|(_, record)| record.exchange.kind == Kind::Document)?;
    let other = came_before.1.exchange.url.host_str().unwrap_or_default();
    let is_elsewhere = came_before.1.site().zip(case.record.site()).is_some_and(|(before, here)| !before.is_schemelessly_same(here));
    is_elsewhere.then(|| {
        let summary = format!(
            "The browser kept the cookie {}, which is SameSite=Strict, off {}: the page before was on {other}.",
            cookie.name,
            case.request()
        );
        let finding = Finding::new(&META, Certainty::Likely, summary)
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), BlockedReason::SameSiteStrict.says())
            .shown(came_before.0, Place::Target, "From here the browser came.");
        advised(case, &cookie, finding, other)
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "cookie-not-sent-samesite";

    fn call(cookie: &str, request: &str) -> String {
        format!(
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n@ 10m\n{request}< 401 Unauthorized\n"
        )
    }

    #[test]
    fn what_a_page_of_another_site_receives_is_not_even_kept() {
        let session = |page: &str, attributes: &str| {
            format!(
                "~ kind fetch\n> POST https://localhost:7001/login\n> Origin: {page}\n>\n> {{\"email\":\"a\",\"password\":\"b\"}}\n< 200 OK\n< Access-Control-Allow-Origin: {page}\n< Access-Control-Allow-Credentials: true\n< Set-Cookie: sid={{secret s 60}}; HttpOnly; {attributes}\n\n\
                 ~ kind fetch\n> GET https://localhost:7001/me\n> Origin: {page}\n< 401 Unauthorized\n< Access-Control-Allow-Origin: {page}\n< Access-Control-Allow-Credentials: true\n< WWW-Authenticate: Bearer\n"
            )
        };
        // http and https are two sites, and so are two hosts.
        reports(ID, &session("http://localhost:4200", "Secure; SameSite=Lax"));
        reports(ID, &session("https://app.test", "Secure"));
        let cause = diagnose(&session("https://app.test", "SameSite=Strict")).failures.remove(0).causes.remove(0);
        assert!(cause.id == ID && cause.summary.contains("https://app.test"), "{}", cause.summary);
        is_silent(ID, &session("https://localhost:4200", "Secure; SameSite=Lax"));
        is_silent(ID, &session("https://app.test", "Secure; SameSite=None"));
        // A session stands in a field of its own.
        let call = |fields: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://localhost:7001/me\n> Origin: https://app.test\n{fields}< {answer}\n< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Credentials: true\n<\n< {{\"id\":7}}\n\n"
            )
        };
        let login = session("https://app.test", "Secure").split("~ kind fetch\n> GET").next().unwrap().to_owned();
        is_silent(ID, &(login.clone() + &call("> X-Auth-Token: {secret t 40}\n", "401 Unauthorized")));
        is_silent(ID, &(login + &call("> X-Api-Key: key-of-the-shop\n", "401 Unauthorized")));
    }

    const FOREIGN_CALL: &str = "~ kind fetch\n> POST https://app.test/api\n> Origin: https://elsewhere.test\n";

    #[test]
    fn a_login_within_a_frame_of_another_site() {
        let session = |dest: &str, attributes: &str| {
            format!(
                "~ kind document\n> GET https://stats.test/board\n> Referer: https://intra.test/\n> Sec-Fetch-Dest: {dest}\n> Sec-Fetch-Site: cross-site\n< 200 OK\n\n~ kind xhr\n> POST https://stats.test/session\n> Sec-Fetch-Site: same-origin\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; HttpOnly{attributes}\n\n~ kind xhr\n> GET https://stats.test/me\n> Sec-Fetch-Site: same-origin\n< 401 Unauthorized\n"
            )
        };
        reports(ID, &session("iframe", ""));
        let form = |attributes: &str| {
            format!(
                "~ kind document\n> GET https://stats.test/board\n> Referer: https://intra.test/\n> Sec-Fetch-Dest: iframe\n> Sec-Fetch-Site: cross-site\n< 200 OK\n< Set-Cookie: sid={{secret r 30}}; HttpOnly{attributes}\n\n\
                 ~ kind document\n> POST https://stats.test/session\n> Sec-Fetch-Dest: iframe\n> Sec-Fetch-Site: same-origin\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b&newpassword=\n< 302 Found\n< Location: /start\n< Set-Cookie: sid={{secret s 30}}; HttpOnly{attributes}\n\n\
                 ~ kind document\n> GET https://stats.test/start\n> Sec-Fetch-Dest: iframe\n> Sec-Fetch-Site: same-origin\n< 302 Found\n< Location: /login\n"
            )
        };
        reports(ID, &form(""));
        is_silent(ID, &form("; SameSite=None; Secure"));
        is_silent(ID, &session("iframe", "; SameSite=None; Secure"));
        is_silent(ID, &session("document", ""));
    }

    #[test]
    fn a_strict_cookie_from_before_is_kept_off_the_way_back() {
        let session = |attributes: &str, site: &str| {
            format!(
                "~ kind document\n> GET https://git.test/oauth\n> Cookie: i_like={{secret a 30}}\n< 307 Temporary Redirect\n< Location: https://sso.{site}/auth\n\n~ kind document\n> GET https://sso.{site}/auth\n< 302 Found\n< Location: https://git.test/oauth/callback?code={{secret c 30}}&state={{secret s 20}}\n\n~ kind document\n> GET https://git.test/oauth/callback?code={{secret c 30}}&state={{secret s 20}}\n< 500 Internal Server Error\n< Set-Cookie: i_like={{secret b 30}}; HttpOnly; Secure{attributes}\n"
            )
        };
        reports(ID, &session("; SameSite=Strict", "hinoki.test"));
        is_silent(ID, &session("; SameSite=Lax", "hinoki.test"));
        is_silent(ID, &session("; SameSite=Strict", "git.test"));
    }

    #[test]
    fn reports_lax_strict_and_unspecified() {
        for attribute in ["; SameSite=Lax", "; SameSite=Strict", "", "; SameSite=Sometimes"] {
            reports(ID, &call(&format!("sid=x; Secure{attribute}"), FOREIGN_CALL));
        }
    }

    #[test]
    fn says_what_the_replayed_session_shows() {
        let remedies = |cookie: &str| diagnose(&call(cookie, FOREIGN_CALL)).failures.remove(0).causes.remove(0).remedies;
        let says = |cookie: &str| remedies(cookie).into_iter().find_map(|remedy| remedy.counterfactual).unwrap();
        assert!(says("sid=x; SameSite=Lax").contains("would have borne sid"));
        assert!(says("sid=x; SameSite=Lax; Path=/").contains("exchange 1"));
    }

    #[test]
    fn a_strict_cookie_stays_behind_on_a_link_as_well() {
        reports(ID, &call("sid=x; SameSite=Strict", "~ kind document\n> GET https://app.test/home\n> Referer: https://elsewhere.test/\n"));
    }

    #[test]
    fn passes_over_requests_of_the_site_itself_and_plain_links() {
        is_silent(ID, &call("sid=x; SameSite=Strict", "~ kind fetch\n> POST https://app.test/api\n> Origin: https://app.test\n"));
        is_silent(ID, &call("sid=x; SameSite=Lax", "~ kind document\n> GET https://app.test/home\n> Referer: https://elsewhere.test/\n"));
    }

    #[test]
    fn passes_over_a_cookie_that_may_travel() {
        is_silent(ID, &call("sid=x; SameSite=None; Secure", FOREIGN_CALL));
    }

    #[test]
    fn passes_over_a_cookie_that_says_nothing_of_a_login() {
        is_silent(
            ID,
            "> GET https://app.test/\n< 200 OK\n< Set-Cookie: theme=x; SameSite=Strict\n\n~ kind fetch\n> POST https://app.test/api\n> Origin: https://elsewhere.test\n< 401 Unauthorized\n",
        );
    }

    #[test]
    fn a_callback_that_fails_without_the_cookie_of_its_begin() {
        let session = |attributes: &str, status: &str| {
            format!(
                "~ kind document\n> POST https://app.test/begin\n< 303 See Other\n< Location: https://id.test/authorize?client_id=a&response_type=code&state=s1\n< Set-Cookie: begin={{secret b 40}}; Path=/; Secure{attributes}\n\n~ kind document\n> POST https://app.test/acs\n> Origin: https://id.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> code={{secret c 24}}&state=s1\n< {status}\n"
            )
        };
        reports(ID, &session("; SameSite=Lax", "500 Internal Server Error"));
        is_silent(ID, &session("; SameSite=Lax", "503 Service Unavailable"));
        is_silent(ID, &session("; SameSite=None", "500 Internal Server Error"));
        is_silent(ID, &session("; SameSite=Lax", "500 Internal Server Error").replace("begin={secret b 40}", "lang=de"));
    }
}
