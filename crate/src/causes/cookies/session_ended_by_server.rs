use super::{Setting, lacks_identity};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, Reception, Record};
use crate::time::span;

declare_cause! {
    /// An answer of the server deleted the session cookie, and the next request came without it: the
    /// session was ended there, by a rotation that went wrong, a login elsewhere, or an error.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: sid={secret s 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// > GET https://app.example.test/report
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < Set-Cookie: sid=; Path=/; Max-Age=0
    ///
    /// > GET https://app.example.test/home
    /// < 401 Unauthorized
    /// ```
    SessionEndedByServer {
        id: "session-ended-by-server",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "The server ended the session",
        recognised: "A response before the failure, and no logout, deletes the session cookie that the failed request lacks. Or a session that was in use until just now is refused, and its cookie deleted.",
        remedies: [
            (User, "Log in again.", "The page opens."),
            (Developer, "Look why this answer deletes the cookie: an error page that logs out, a rotation that sends the deletion last.", "The answer no longer has the deleting Set-Cookie field."),
            (Administrator, "Check whether the account may have only one session at a time.", "The server's log names the reason at this moment."),
        ],
        references: [("RFC 6265bis 5.7: storage model", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7")],
    }
}

impl Cause for SessionEndedByServer {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        ended_at_once(case)
            .or_else(|| deleted(case))
            .or_else(|| stated(case, &META, format!("{} says that it ended the session of {}.", case.host(), case.request())))
    }
}

/// The browser went without the cookie, which an answer had deleted.
fn deleted(case: &Case<'_>) -> Option<Finding> {
    if !lacks_identity(case) {
        return None;
    }
    let is_kept = |record: &Record, reception: &Reception| {
        !matches!(reception.outcome, Outcome::Rejected) && case.session.carries(record, &reception.name) > Carries::No
    };
    let mut cookie = Setting::find(case, &is_kept)?;
    let setter = cookie.record;
    let of_cookie = |(_, reception): &(usize, &Reception)| *reception.name == *cookie.name;
    let lines = || setter.receptions.iter().enumerate().filter(of_cookie);
    let (last, ended) = lines().next_back().filter(|(_, reception)| reception.outcome == Outcome::Deleted)?;
    // Who deletes what the browser did not show only tidies up, and so does a login, except what it brought itself.
    let brought_it = lines().any(|(_, reception)| reception.outcome != Outcome::Deleted);
    let is_shown = setter.facts.cookie(&ended.name).is_some();
    let tidies_up = matches!(setter.facts.purpose, Purpose::SignOut | Purpose::SignIn | Purpose::Callback);
    if cookie.at == case.at() || !brought_it && (tidies_up || !is_shown) {
        return None;
    }
    cookie.field = last;
    let finding = Finding::new(
        &META,
        Certainty::Proved,
        format!("{} deleted the cookie {}; so {} went without it.", cookie.setter(), cookie.name, case.request()),
    )
    .about(cookie.name)
    .shown(cookie.at, cookie.place(), "This line deletes the cookie.");
    Some(cookie.absence(case, finding))
}

/// Milliseconds within which no session that somebody uses runs out for want of use.
const IN_USE: i64 = 120_000;

/// The session was in use until just now, and this answer refuses it and deletes its cookie: it did not run out, somebody
/// ended it.
pub(super) fn ended_at_once(case: &Case<'_>) -> Option<Finding> {
    if !case.is_denied() || case.facts().credentials.is_some() || case.stated("session-expired").is_some() {
        return None;
    }
    let is_deleted = |(_, reception): &(usize, &Reception)| {
        reception.outcome == Outcome::Deleted
            && case.facts().cookie(&reception.name).is_some()
            && case.session.carries(case.record, &reception.name) > Carries::No
    };
    let (field, deleted) = case.record.receptions.iter().enumerate().find(is_deleted)?;
    let value = case.facts().cookie(&deleted.name)?;
    let is_use = |record: &Record| {
        record.was_accepted()
            && record.facts.purpose == Purpose::Api
            && record.facts.cookie(&deleted.name).is_some_and(|theirs| theirs.is_surely(value))
    };
    let (last, record) = case.earlier().find(|(_, record)| is_use(record))?;
    let idle = case.exchange().started.since(record.exchange.started);
    (idle <= IN_USE).then(|| {
        let name = &*deleted.name;
        let summary = format!("{} ended the session of the cookie {name}, which it had accepted {} before.", case.host(), span(idle));
        Finding::new(&META, Certainty::Likely, summary)
            .about(name)
            .shown(last, Place::Sent("cookie", 0), "Here the session was in use.")
            .shown(case.at(), Place::Received("set-cookie", field), "This line deletes its cookie.")
            .next("What the answer says, and whether the account was used elsewhere at that moment.")
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "session-ended-by-server";

    const LOGIN: &str = "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 24}\n\n";
    const BARE: &str = "> GET https://app.test/home\n< 401 Unauthorized\n";

    fn answer(path: &str, line: &str) -> String {
        format!("> GET https://app.test/{path}\n> Cookie: sid={{secret s 24}}\n< 200 OK\n< Set-Cookie: {line}\n\n")
    }

    #[test]
    fn quotes_the_line_that_deletes() {
        assert!(reports(ID, &format!("{LOGIN}{}{BARE}", answer("x", "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"))).contains("GET /x"));
    }

    #[test]
    fn passes_over_logout_and_other_cookies() {
        is_silent(ID, &format!("{LOGIN}{}{BARE}", answer("logout", "sid=; Max-Age=0")));
        is_silent(ID, &format!("{LOGIN}{}{BARE}", answer("x", "theme=; Max-Age=0")));
    }

    #[test]
    fn passes_over_a_deletion_that_a_new_value_follows() {
        is_silent(ID, &format!("{LOGIN}{}{}{BARE}", answer("x", "sid=; Max-Age=0"), answer("y", "sid=new")));
    }

    #[test]
    fn a_session_in_use_does_not_run_out() {
        let poll = |answer: &str| format!("~ kind fetch\n> GET https://school.test/news\n> Cookie: sid={{secret s 30}}\n< {answer}\n\n");
        let ended =
            poll("401 Unauthorized\n< Set-Cookie: sid=; Path=/; Max-Age=0\n<\n< <p>Z tohto konta sa práve prihlásil iný prehliadač.</p>");
        reports(ID, &(poll("200 OK") + "@ 30s\n" + &ended));
        is_silent(ID, &(poll("200 OK") + "@ 40m\n" + &ended));
    }
}
