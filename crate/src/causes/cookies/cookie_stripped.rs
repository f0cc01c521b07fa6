use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::{Fingerprint, Purpose};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};

declare_cause! {
    /// The browser sends the session cookie, and the application never gets it: a cache or gateway between them takes it
    /// out of the request, so whoever logged in is a stranger on every page that goes through it.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://club.example.test/api/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 200 OK
    /// < X-Cache: MISS
    /// < Set-Cookie: sid={secret one 32}; Path=/; HttpOnly
    ///
    /// ~ kind fetch
    /// > GET https://club.example.test/api/me
    /// > Cookie: sid={secret one 32}
    /// < 401 Unauthorized
    /// < X-Cache: MISS
    /// < Set-Cookie: sid={secret two 32}; Path=/; HttpOnly
    ///
    /// ~ kind fetch
    /// > GET https://club.example.test/api/me
    /// > Cookie: sid={secret two 32}
    /// < 401 Unauthorized
    /// < X-Cache: MISS
    /// < Set-Cookie: sid={secret three 32}; Path=/; HttpOnly
    /// ```
    CookieStripped {
        id: "cookie-stripped",
        family: "cookies",
        side: Server,
        stage: CredentialSpoiled,
        title: "Something between browser and application removes cookies",
        recognised: "Requests bear the session that the login set, a cache or gateway signs the answers, and each answer is a stranger's: the session is issued anew every time, or it is known only where the cache is passed by, or it is unknown at once; or, without such a sign, a session that its cookie itself holds is unknown at once.",
        remedies: [
            (User, "Nothing in the browser helps; tell the site's operator that cookies do not reach the application.", "The login lasts."),
            (Developer, "Ask the application without the cache in between: if the cookie is known there, the cache removes it. Firebase Hosting hands on the cookie `__session` alone.", "The application's log shows the Cookie field."),
            (Administrator, "Have the cache hand on the session's cookie and answer nothing from its store where one came (CloudFront: cache and origin request policy; Varnish: no `unset req.http.Cookie` on these paths; nginx: no `proxy_set_header Cookie \"\"`).", "The same request with its cookie is answered alike with and without the cache."),
        ],
        references: [("CloudFront: caching based on cookies", "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html"), ("Firebase Hosting: using cookies", "https://firebase.google.com/docs/hosting/manage-cache#using_cookies")],
    }
}

impl Cause for CookieStripped {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        // A 403 may be for somebody known, unless they get what strangers get.
        let is_taken_for_a_stranger = case.session.is_taken_for_a_stranger(case.at(), case.record);
        if !is_refusal || case.facts().credentials.is_some() || case.exchange().status() == 403 && !is_taken_for_a_stranger {
            return None;
        }
        let Some(mark) = mark(case.record) else { return content_unread(case) };
        if let Some(finding) = says_none_came(case, mark) {
            return Some(finding);
        }
        let Some((name, login)) = session_of_login(case) else { return issued_each_time(case, mark) };
        let bears = |(_, record): &(usize, &Record)| record.facts.cookie(name).is_some() && !is_open(record);
        let since_login = || case.here_and_earlier().take_while(|(at, _)| *at > login).chain(case.later());
        // Where its cookie is known once, behind the same cache, nothing takes it out.
        let is_behind_cache = |record: &Record| self::mark(record).is_some();
        if !is_taken_for_a_stranger && case.others().filter(bears).any(|(_, record)| is_known(record, name) && is_behind_cache(record)) {
            return None;
        }
        let anew = since_login().filter(bears).filter(|(_, record)| is_issued_anew(record, name) && self::mark(record).is_some()).count();
        let past_it = case.others().filter(bears).find(|(_, record)| is_known(record, name) && !is_behind_cache(record));
        let is_just_set = is_just_after(case, login);
        let certainty = if past_it.is_some() {
            Certainty::Likely
        } else if anew >= AGAIN || is_just_set && (case.statements.is_empty() || is_taken_for_a_stranger) {
            // An application that lost the session answers alike.
            Certainty::Possible
        } else {
            return None;
        };
        let summary = format!(
            "The cookie {name} of {} does not seem to reach the application: what answers is a cache or gateway before it.",
            case.request()
        );
        let finding = Finding::new(&META, certainty, summary)
            .about(name)
            .shown(login, Place::Status, "The login was accepted here.")
            .shown(case.at(), Place::Sent("cookie", 0), format!("The browser sends {name}."))
            .shown(case.at(), Place::Received(mark, 0), "A cache or gateway signs the answer, which is a stranger's.")
            .unseen("What the cache hands on to the application.")
            .next("The application's own log: does this request have a Cookie field there?");
        Some(match past_it {
            Some((at, _)) => finding.shown(at, Place::Sent("cookie", 0), "This request went past the cache, and its cookie was known."),
            None => finding,
        })
    }
}

/// A login whose session is itself the content of its cookie, which no store can lose, and which gets what strangers get at
/// once: it does not reach who reads it.
fn content_unread(case: &Case<'_>) -> Option<Finding> {
    if !case.session.is_taken_for_a_stranger(case.at(), case.record) {
        return None;
    }
    let (name, login) = session_of_login(case).filter(|(_, login)| is_just_after(case, *login))?;
    let set = case.session.record(login)?;
    let nth = set.facts.set_cookies.iter().position(|(other, _)| **other == *name)?;
    set.set_cookie(nth).filter(|line| !is_handle(line.value))?;
    let summary =
        format!("The cookie {name} of {} does not seem to reach the application, which answers as to a stranger.", case.request());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(name)
            .shown(
                login,
                Place::Received("set-cookie", nth),
                "The login was accepted, and its session set here: the value holds it itself.",
            )
            .shown(case.at(), Place::Sent("cookie", 0), format!("The browser sends {name}."))
            .unseen("What a server in between hands on to the application.")
            .next("The application's own log: does this request have a Cookie field there?"),
    )
}

/// Whether the failed request came just after a login.
fn is_just_after(case: &Case<'_>, login: usize) -> bool {
    case.session.record(login).is_some_and(|login| case.exchange().started.since(login.exchange.ended()) <= SECONDS)
}

/// A page that says that the browser keeps no cookies, to a request that brought one which the server had set.
fn says_none_came(case: &Case<'_>, mark: &'static str) -> Option<Finding> {
    let said = case.stated("cookies-disabled").filter(|_| case.brings_cookies_set_here())?;
    let summary = format!("The cookies of {} do not seem to reach the application: it says that there are none.", case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .said()
            .shown(said.at, said.place.clone(), "The application misses cookies.")
            .shown(case.at(), Place::Sent("cookie", 0), "The browser sends what the server set before.")
            .shown(case.at(), Place::Received(mark, 0), "A cache or gateway signs the answer.")
            .next("The application's own log: does this request have a Cookie field there?"),
    )
}

/// A login that no session gets as far as: every answer that a cache signs, the refusal among them, issues anew what the
/// request bore.
fn issued_each_time(case: &Case<'_>, mark: &'static str) -> Option<Finding> {
    let is_login = case.facts().purpose == Purpose::SignIn && case.failure.kind == FailureKind::Refused && case.statements.is_empty();
    let mut named = case.facts().cookies.iter().map(|(name, _)| &**name).filter(|name| is_login && is_issued_anew(case.record, name));
    let name = named.find(|name| {
        let of_origin = case.here_and_earlier().chain(case.later());
        let bearing = of_origin.filter(|(_, record)| record.facts.cookie(name).is_some() && self::mark(record).is_some());
        let (anew, left): (Vec<_>, Vec<_>) = bearing.partition(|(_, record)| is_issued_anew(record, name));
        anew.len() >= ALWAYS && left.is_empty()
    })?;
    let summary =
        format!("The cookie {name} of {} does not seem to reach the application: it gives another one to every request.", case.request());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(name)
            .shown(case.at(), Place::Sent("cookie", 0), format!("The browser sends {name}."))
            .shown(case.at(), Place::Received("set-cookie", 0), "The answer issues it anew, as all before did.")
            .shown(case.at(), Place::Received(mark, 0), "A cache or gateway signs the answer.")
            .next("The application's own log: does this request have a Cookie field there?"),
    )
}

/// Whether the answer gives another session for the one that the request bore. Sessions that are themselves the content
/// of a cookie change with every answer; only a mere handle says that its session was not found.
fn is_issued_anew(record: &Record, name: &str) -> bool {
    let Some(sent) = record.facts.cookie(name) else { return false };
    record.facts.set_cookies.iter().enumerate().any(|(nth, (set, value))| {
        **set == *name && !sent.is_surely(*value) && record.set_cookie(nth).is_some_and(|line| is_handle(line.value))
    })
}

/// Whether a value is an identifier, and no content: one word, or one with the signature of Connect.
fn is_handle(value: &str) -> bool {
    let is_word = |value: &str| value.len() <= HANDLE && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_word(value) || value.starts_with("s%3A") || value.starts_with("s:")
}

/// Bytes of the longest handle.
const HANDLE: usize = 64;

/// Answers that issue a session anew where nobody got as far as a login.
const ALWAYS: usize = 3;

/// Milliseconds between a login and what it leads to.
const SECONDS: i64 = 10_000;

/// Sessions that are issued anew before somebody sees a pattern in it.
const AGAIN: usize = 2;

/// The latest login before the failure, and the cookie of its session that the failed request bears: one that the login set,
/// or one that strangers get as well and that it left as it was.
fn session_of_login<'s>(case: &Case<'s>) -> Option<(&'s str, usize)> {
    case.earlier().filter(|(_, login)| login.facts.purpose == Purpose::SignIn && login.was_accepted()).find_map(|(at, login)| {
        let names = |(name, _): &'s (Box<str>, Fingerprint)| &**name;
        let set = login.facts.set_cookies.iter().map(names);
        let left = login.facts.cookies.iter().map(names);
        let mut named =
            set.chain(left).filter(|name| case.session.carries(login, name) > Carries::No && case.facts().cookie(name).is_some());
        Some((named.next()?, at))
    })
}

/// Whether the answer shows that a session of that name was known.
fn is_known(record: &Record, name: &str) -> bool {
    record.was_accepted() && record.facts.set_cookies.iter().all(|(set, _)| **set != *name)
}

/// Whether anybody gets such an answer.
fn is_open(record: &Record) -> bool {
    matches!(record.facts.purpose, Purpose::SignIn | Purpose::Asset | Purpose::SignOut) || record.shows_sign_in_form()
}

/// The field in which a cache or gateway signs an answer that it has no longer, or not yet, in its store. Cloudflare signs
/// what it hands through as `DYNAMIC`, and Varnish setups write PASS or BYPASS.
fn mark(record: &Record) -> Option<&'static str> {
    const FIELDS: [&str; 6] = ["x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache", "x-varnish", "via"];
    // Every balancer writes Via; only a cache of some name may take cookies out.
    const CACHES: [&str; 5] = ["varnish", "cloudfront", "squid", "cache", "trafficserver"];
    let has = |value: &str, words: &[&str]| words.iter().any(|word| value.to_ascii_lowercase().contains(word));
    let signs = |name: &&str, value: &str| if *name == "via" { has(value, &CACHES) } else { !has(value, &["dynamic", "bypass", "pass"]) };
    FIELDS.into_iter().find(|name| record.exchange.received(name).is_some_and(|value| signs(name, value)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-stripped";

    fn login(field: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://club.test/api/login\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< 200 OK{field}\n< Set-Cookie: sid={{secret s0 32}}; HttpOnly\n\n"
        )
    }

    fn call(sent: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://club.test/api/me\n> Cookie: sid={{secret {sent} 32}}\n< {answer}\n\n")
    }

    fn anew(sid: &str, field: &str) -> String {
        format!("401 Unauthorized{field}\n< Set-Cookie: sid={{secret {sid} 32}}; HttpOnly")
    }

    const MISS: &str = "\n< X-Cache: MISS";

    #[test]
    fn reports_sessions_that_are_issued_anew_behind_a_cache() {
        for field in [MISS, "\n< Via: 1.1 varnish", "\n< CF-Cache-Status: MISS"] {
            reports(ID, &(login(field) + &call("s0", &anew("s1", field)) + &call("s1", &anew("s2", field))));
        }
    }

    #[test]
    fn reports_a_form_whose_session_is_issued_anew_each_time() {
        let page = |sent: &str, set: &str, answer: &str| {
            format!("~ kind document\n> {answer}\n< X-Cache: Miss from cloudfront\n< Set-Cookie: sid={{secret {set} 26}}; HttpOnly\n\n")
                .replace("<COOKIE>", &format!("> Cookie: sid={{secret {sent} 26}}"))
        };
        let form = "GET https://club.test/login\n<COOKIE>\n< 200 OK";
        let post = "POST https://club.test/login\n<COOKIE>\n>\n> user=a&password=b\n< 400 Bad Request";
        reports(ID, &(page("s0", "s1", form) + &page("s1", "s2", form) + &page("s2", "s3", post)));
        is_silent(ID, &(page("s0", "s1", form) + &page("s1", "s1", form) + &page("s1", "s3", post)));
        // What holds its content itself changes with every answer.
        let content = |session: String| session.replace(" 26}", " 26}.{secret x 60}");
        is_silent(ID, &content(page("s0", "s1", form) + &page("s1", "s2", form) + &page("s2", "s3", post)));
    }

    #[test]
    fn reports_a_session_that_is_known_past_the_cache() {
        let past = call("s0", "200 OK").replace("/api/me", "/api/orders");
        reports(ID, &(login("") + &past + &call("s0", &format!("401 Unauthorized{MISS}"))));
    }

    fn entry(session: &str) -> String {
        format!(
            "~ kind document\n> POST https://club.test/door\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: /mine\n< Set-Cookie: kx={session}; HttpOnly\n\n"
        )
    }

    fn page(path: &str, session: &str, answer: &str) -> String {
        format!("~ kind document\n> GET https://club.test{path}\n> Cookie: kx={session}\n< {answer}\n\n")
    }

    #[test]
    fn reports_who_is_forbidden_with_a_fresh_session_and_offered_the_login_again() {
        let (handle, content) = ("{secret own 32}", "{secret own 32}.{secret mac 20}");
        let forbidden = |body: &str| format!("403 Forbidden{MISS}\n< Content-Type: text/html\n<\n< <p>Not for you</p>{body}");
        let link = "<a href='/door?to=x'>Come in</a>";
        reports(ID, &(entry(handle) + &page("/mine", handle, &forbidden(link))));
        let start = |body: &str| page("/", handle, &format!("200 OK{MISS}\n< Content-Type: text/html\n<\n< <p>News</p>{body}"));
        reports(ID, &(entry(handle) + &page("/mine", handle, &forbidden("")) + &start(link)));
        reports(ID, &(entry(content) + &page("/mine", content, &forbidden(link).replace(MISS, ""))));
        // Who can log out is known, and so is who gets pages of their own.
        for known in [start("<a href='/logout'>Leave</a>"), start("<p>Your orders</p>")] {
            is_silent(ID, &(entry(handle) + &page("/mine", handle, &forbidden("")) + &known));
            reports("insufficient-permissions", &(entry(handle) + &page("/mine", handle, &forbidden("")) + &known));
        }
        // A store behind no cache may have lost it.
        is_silent(ID, &(entry(handle) + &page("/mine", handle, &forbidden(link).replace(MISS, ""))));
        // Where the login leads to its own address, the link there is the account's.
        let own = entry(handle).replace("/mine", "/door");
        is_silent(ID, &(own + &page("/mine", handle, &forbidden("")) + &start("<a href=/door>Mine</a>")));
    }

    #[test]
    fn passes_over_sites_without_a_cache_and_caches_that_hand_everything_on() {
        is_silent(ID, &(login("") + &call("s0", &anew("s1", "")) + &call("s1", &anew("s2", ""))));
        let dynamic = "\n< CF-Cache-Status: DYNAMIC";
        is_silent(ID, &(login(dynamic) + &call("s0", &anew("s1", dynamic)) + &call("s1", &anew("s2", dynamic))));
    }

    #[test]
    fn passes_over_a_session_that_ended_and_one_refusal() {
        let known = call("s0", &format!("200 OK{MISS}"));
        is_silent(ID, &(login(MISS) + &known + "@ 40m\n" + &call("s0", &anew("s1", MISS)) + &call("s1", &anew("s2", MISS))));
        is_silent(ID, &(login(MISS) + "@ 40m\n" + &call("s0", &anew("s1", MISS))));
    }
}
