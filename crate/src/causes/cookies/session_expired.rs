use super::session_ended_by_server::ended_at_once;
use super::{Setting, lacks_identity};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::NO_AGE;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};
use crate::time::span;

declare_cause! {
    /// The server accepted this session cookie before and does not any more: the session ran out,
    /// usually after idle time, or the server has forgotten it.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/orders
    /// > Cookie: sid={secret sid 24}
    /// < 200 OK
    ///
    /// @ 45m
    /// > GET https://app.example.test/orders
    /// > Cookie: sid={secret sid 24}
    /// < 401 Unauthorized
    /// ```
    SessionExpired {
        id: "session-expired",
        family: "cookies",
        side: Server,
        stage: Refused,
        title: "The session has expired",
        recognised: "A session cookie that was accepted before is sent unchanged and now answered by 401, 403 or the login page; or the answer says that the session has expired. The idle time between is stated.",
        remedies: [
            (User, "Log in again.", "The page opens."),
            (Developer, "Tell people before the session ends, keep what they typed, and lead them back to it after the login.", "After the idle time the application asks for a new login instead of failing."),
            (Administrator, "Compare the idle time shown here with the server's session timeout; if it is shorter, look for a restart or a full session store.", "A session lives as long as the setting says."),
        ],
        references: [("OWASP Session Management: session expiration", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration"), ("RFC 6265bis 8.4: session identifiers", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-8.4")],
    }
}

impl Cause for SessionExpired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if let Some(finding) = took_too_long(case) {
            return Some(finding);
        }
        let facts = case.facts();
        let is_refused = case.is_denied() || case.failure.kind == FailureKind::Bounced;
        // A login needs no session, unless its form does, and the server says so by a code.
        let needs_none = || facts.purpose == Purpose::SignIn && case.stated(META.id).is_none_or(|stated| stated.in_words);
        if !is_refused || needs_none() || facts.credentials.is_some() {
            return None;
        }
        if let Some(finding) = ended_in_the_browser(case) {
            return Some(finding);
        }
        let stated = case.stated(META.id);
        let accepted = last_accepted(case);
        let name = accepted
            .as_ref()
            .map(|(_, _, name)| *name)
            .or_else(|| facts.cookies.iter().map(|(name, _)| &**name).find(|name| case.session.carries(case.record, name) > Carries::No));
        let certainty = match (&stated, &accepted) {
            (Some(stated), _) if name.is_some() || accepted.is_some() => {
                if stated.in_words {
                    Certainty::Likely
                } else {
                    Certainty::Stated
                }
            }
            // A 403 for a cookie that still works elsewhere speaks of permission, not of the session.
            (None, Some((_, _, name)))
                if (case.exchange().status() != 403 || case.has_stopped_working()) && !still_accepted(case, name) =>
            {
                let is_ended = || ended_at_once(case).is_some();
                // No session runs out while somebody is at work with it.
                let is_in_use =
                    || accepted.as_ref().is_some_and(|(_, record, _)| case.exchange().started.since(record.exchange.started) <= IN_USE);
                if case.exchange().status() == 403 || is_ended() || is_in_use() { Certainty::Possible } else { Certainty::Likely }
            }
            _ => return None,
        };
        let cookie = name.unwrap_or("the session cookie");
        let idle = accepted.as_ref().map(|(_, record, _)| span(case.exchange().started.since(record.exchange.started)));
        let summary = match &idle {
            Some(idle) => {
                format!("{} no longer accepts the cookie {cookie}, which it accepted {idle} before {}.", case.host(), case.request())
            }
            None => format!("{} says that the session of the cookie {cookie} is over.", case.host()),
        };
        let finding = Finding::new(&META, certainty, summary).about(cookie).shown(
            case.at(),
            Place::Sent("cookie", 0),
            format!("The request bears {cookie}, and is refused."),
        );
        let finding = match accepted {
            Some((other, _, _)) => finding.shown(other, Place::Status, format!("The same value of {cookie} was accepted here.")),
            None => finding,
        };
        Some(match stated {
            Some(stated) => finding.shown(stated.at, stated.place.clone(), "The answer says so itself."),
            None => finding.next("The server's session timeout: is it shorter than the idle time?"),
        })
    }
}

/// A login that is told of a timeout although it took none: what took too long is that its page stood open.
fn took_too_long(case: &Case<'_>) -> Option<Finding> {
    let (page, _, open) = case.form_out_of_time().filter(|(_, _, open)| *open >= NO_AGE && !case.facts().cookies.is_empty())?;
    let open = span(open);
    let summary = format!("{} gave up on the login before {} came: its page had stood open for {open}.", case.host(), case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .shown(page, Place::Status, "The page that the form was sent from.")
            .shown(case.at(), Place::Status, "408 is the answer, although the request took no time.")
            .next("The server's timeout for a login that has begun; or whether the page was opened by itself, from a bookmark."),
    )
}

/// Milliseconds after which nobody is at work any more, for all that one can tell.
const IN_USE: i64 = 30_000;

/// The cookie went along until the end that its Set-Cookie gave it.
fn ended_in_the_browser(case: &Case<'_>) -> Option<Finding> {
    if !lacks_identity(case) {
        return None;
    }
    let (last, record) = case.earlier().find(|(_, record)| record.was_accepted() && !record.facts.cookies.is_empty())?;
    let (set, end) = record.facts.cookies.iter().find_map(|(name, _)| {
        let set =
            Setting::find(case, &|setter, reception| *reception.name == **name && setter.exchange.started <= record.exchange.started)?;
        let line = set.attributes()?;
        let lived = line.max_age.map(|(_, seconds)| set.record.exchange.ended().plus(seconds.saturating_mul(1000)));
        let end = lived.or(line.expires.map(|(_, end)| end)).filter(|end| *end <= case.exchange().started)?;
        Some((set, end))
    })?;
    let ago = span(case.exchange().started.since(end));
    Some(
        Finding::new(
            &META,
            Certainty::Proved,
            format!("The session of the cookie {} ended {ago} before {}: its Set-Cookie gave it no longer.", set.name, case.request()),
        )
        .about(set.name)
        .shown(set.at, set.place(), format!("By this line the cookie ends at {}.", end.to_utc()))
        .shown(last, Place::Sent("cookie", 0), "Here it still went along, and was accepted.")
        .shown(case.at(), Place::Target, format!("This request does not bear {} any more.", set.name)),
    )
}

/// The latest earlier exchange of this origin in which a cookie of the failed request that carries the login was
/// accepted with the same value for something that is not the login itself.
fn last_accepted<'s>(case: &Case<'s>) -> Option<(usize, &'s Record, &'s str)> {
    let carriers = case.record.facts.cookies.iter().map(|(name, value)| (case.session.carries(case.record, name), &**name, *value));
    let mut carriers: Vec<_> = carriers.filter(|(carries, ..)| *carries > Carries::No).collect();
    carriers.sort_by_key(|(carries, ..)| std::cmp::Reverse(*carries));
    carriers.first()?;
    case.earlier().filter(|(_, other)| proves_identity(other)).find_map(|(at, other)| {
        let (_, name, _) = carriers.iter().find(|(_, name, value)| other.facts.cookie(name) == Some(*value))?;
        Some((at, other, *name))
    })
}

/// Whether letting a request through shows that its cookies were accepted.
fn proves_identity(record: &Record) -> bool {
    let may_be_open = matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback | Purpose::Asset | Purpose::SignOut);
    record.was_accepted() && !may_be_open && !record.shows_sign_in_form()
}

/// Whether the same cookies still open other things afterwards.
fn still_accepted(case: &Case<'_>, name: &str) -> bool {
    case.later()
        .any(|(_, other)| proves_identity(other) && other.facts.cookie(name).is_some_and(|value| case.facts().cookie(name) == Some(value)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "session-expired";

    fn session(answer: &str) -> String {
        format!(
            "> GET https://app.test/orders\n> Cookie: sid=1\n< 200 OK\n\n@ 45m\n> GET https://app.test/orders\n> Cookie: sid=1\n{answer}\n"
        )
    }

    #[test]
    fn states_the_idle_time() {
        assert!(reports(ID, &session("< 302 Found\n< Location: /login\n")).contains("45 min"));
    }

    #[test]
    fn a_login_that_is_told_of_a_timeout_at_once_took_too_long() {
        let login = |fields: &str, status: &str| {
            format!(
                "~ kind document\n> GET https://app.test/store\n< 200 OK\n< Set-Cookie: sid={{secret s 30}}; HttpOnly\n<\n< <form><input name=u><input type=password name=p></form>\n\n@ 19m\n~ kind document\n> POST https://app.test/check\n{fields}> Content-Type: application/x-www-form-urlencoded\n>\n> u=a&p=b\n< {status}\n"
            )
        };
        let cookie = "> Cookie: sid={secret s 30}\n";
        assert!(reports(ID, &login(cookie, "408 Request Timeout")).contains("19 min"));
        is_silent(ID, &login(cookie, "504 Gateway Timeout"));
        is_silent(ID, &login("", "408 Request Timeout"));
    }

    #[test]
    fn takes_the_servers_word() {
        reports(ID, "> GET https://app.test/orders\n> Cookie: JSESSIONID=1\n< 401 Unauthorized\n<\n< {\"error\":\"session_expired\"}\n");
    }

    #[test]
    fn names_the_end_that_the_cookie_was_given() {
        let session = "@ 2026-01-01T00:00:00Z\n> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}; Max-Age=60; Secure; HttpOnly\n\n@ 2026-01-01T00:00:01Z\n> GET https://app.test/me\n> Cookie: sid={secret s 24}\n< 200 OK\n\n@ 2026-01-01T00:02:00Z\n> GET https://app.test/me\n< 401 Unauthorized\n";
        assert!(reports(ID, session).contains("sid"));
        is_silent(ID, &session.replace("Max-Age=60", "Max-Age=600"));
        is_silent(ID, &session.replace("Max-Age=60; ", ""));
    }

    #[test]
    fn passes_over_a_forbidden_page_and_another_value() {
        is_silent(ID, &session("< 403 Forbidden\n").replace("@ 45m\n> GET https://app.test/orders", "@ 45m\n> GET https://app.test/admin"));
        is_silent(
            ID,
            "> GET https://app.test/orders\n> Cookie: sid=1\n< 200 OK\n\n> GET https://app.test/orders\n> Cookie: sid=2\n< 401 Unauthorized\n",
        );
    }

    #[test]
    fn passes_over_a_session_that_goes_on() {
        is_silent(ID, &(session("< 401 Unauthorized\n") + "> GET https://app.test/other\n> Cookie: sid=1\n< 200 OK\n"));
        is_silent(ID, &session("< 200 OK\n"));
    }

    #[test]
    fn passes_over_cookies_that_carry_no_session() {
        is_silent(
            ID,
            "> GET https://app.test/orders\n> Cookie: theme=1\n< 200 OK\n\n@ 45m\n> GET https://app.test/orders\n> Cookie: theme=1\n< 401 Unauthorized\n",
        );
    }

    #[test]
    fn a_form_that_took_longer_than_its_cookie_lives() {
        let login = "~ kind document\n> POST https://app.test/in\n>\n> user=a&password=b\n< 302 Found\n< Location: /w\n< Set-Cookie: s={secret s 40}; Max-Age=3600; Secure; HttpOnly\n\n";
        let page = "~ kind document\n> GET https://app.test/w\n> Referer: https://app.test/in\n> Cookie: s={secret s 40}\n< 200 OK\n<\n< <form method=post><textarea name=t></textarea></form>\n\n";
        let send = "~ kind document\n> POST https://app.test/w\n> Referer: https://app.test/w\n> Content-Type: application/x-www-form-urlencoded\n>\n> t=a+long+text\n< 302 Found\n< Location: /in\n\n~ kind document\n> GET https://app.test/in\n< 200 OK\n<\n< <input type=password name=password>\n";
        reports(ID, &format!("{login}{page}@ 75m\n{send}"));
        // A visitor's form leads to where one logs in: nobody had a session.
        let visitor = page.replace("> Cookie: s={secret s 40}\n", "");
        is_silent(ID, &format!("{visitor}@ 75m\n{send}"));
    }
}
