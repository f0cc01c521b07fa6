use super::{Setting, lacks_identity};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::Outcome;
use crate::time::{Time, span};

declare_cause! {
    /// The login sets its session cookie with an end that has already passed, so the browser deletes
    /// it on arrival. Mostly a clock that is off, a lifetime of zero in the settings, or a date
    /// written in local time.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Date: {date}
    /// < Location: /home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Expires={date -1h}
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieExpiredOnArrival {
        id: "cookie-expired-on-arrival",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The session cookie is already expired when it arrives",
        recognised: "A login's answer sets a cookie with a value whose Max-Age is not positive or whose Expires lies in the past, and the later request lacks it. An empty value, or an end years ago, is a deletion on purpose and does not count. An end in January 1970, behind its first day, was written in seconds.",
        remedies: [
            (User, "Check that your computer's clock is right; else tell the site's developer.", "After the login the site knows you."),
            (Developer, "Set Max-Age in seconds from now, or leave both attributes out for a cookie that lives as long as the browser's session.", "The cookie appears under Application > Cookies after the login."),
            (Administrator, "Compare the server's clock with a time service, and look at the session lifetime in the settings: zero ends every session at once.", "Expires of a fresh session cookie lies ahead of the answer's Date."),
        ],
        references: [("RFC 6265bis 5.7: expired cookies are evicted", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7")],
    }
}

/// Milliseconds. An end this long ago is no lifetime that went wrong but the usual way to delete a cookie
/// that the browser has.
const DELETION: i64 = 366 * 86_400_000;

/// 2000-01-01. An end before is the usual way to delete a cookie, whether the browser has one or not.
const OLDEST_END: Time = Time(946_684_800_000);

impl Cause for CookieExpiredOnArrival {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !lacks_identity(case) {
            return None;
        }
        let cookie = Setting::find(case, &|record, reception| {
            // What goes along with a refusal ends an attempt, and carries no login.
            matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback)
                && record.exchange.status() < 400
                && matches!(reception.outcome, Outcome::Deleted | Outcome::DeletedNothing)
        })?;
        let line = cookie.attributes()?;
        let end = match (line.max_age, line.expires) {
            (Some((max_age, _)), _) => format!("Max-Age={}", max_age.value),
            (None, Some((_, expires))) => {
                let late = cookie.record.exchange.ended().since(expires);
                let deletes_nothing =
                    cookie.record.receptions.get(cookie.field).is_some_and(|one| matches!(one.outcome, Outcome::DeletedNothing));
                if late > DELETION && (!deletes_nothing || expires < OLDEST_END) && !is_in_wrong_unit(expires) {
                    return None;
                }
                format!("an Expires {} before it arrived", span(late))
            }
            (None, None) => return None,
        };
        // Deletions bear nothing, or a word that says so.
        let word = line.value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if word.is_empty() || DELETIONS.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return None;
        }
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!(
                "The browser deleted the cookie {} on arrival: {} sets it with {end}; so {} went without it.",
                cookie.name,
                cookie.setter(),
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("A fresh value comes with {end}."));
        Some(cookie.absence(case, finding))
    }
}

/// Words that programs write into a cookie that they delete: PHP, Roundcube, WebLogic and others; checked 2026-11-29.
const DELETIONS: [&str; 7] = ["del", "delete", "deleted", "expired", "none", "null", "removed"];

/// Whether an end was written in seconds where milliseconds belong: every day of these decades lies in January 1970 then,
/// and behind the first day, which deletions name.
fn is_in_wrong_unit(end: Time) -> bool {
    (Time::from_seconds(86_400)..Time::from_seconds(40 * 86_400)).contains(&end)
}

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-expired-on-arrival";

    #[test]
    fn reports_both_attributes() {
        assert!(reports(ID, &login("https://app.test", "sid=x; Max-Age=0")).contains("Max-Age=0"));
        assert!(reports(ID, &login("https://app.test", "sid=x; Expires={date -30m}")).contains("30 min"));
    }

    #[test]
    fn passes_over_deletions_on_purpose() {
        for line in
            ["sid=; Max-Age=0", "sid=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT", "sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
        {
            is_silent(ID, &login("https://app.test", line));
        }
    }

    #[test]
    fn passes_over_what_goes_along_with_a_refusal() {
        let attempt = "~ kind xhr\n> POST https://app.test/connect\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 403 Forbidden\n< Set-Cookie: sid=discard; Expires={date -24h}\n\n";
        is_silent(ID, &attempt.repeat(3));
    }

    #[test]
    fn passes_over_cookies_that_live() {
        for line in
            ["sid=x", "sid=x; Max-Age=60", "sid=x; Expires={date +1h}", "sid=x; Expires=nonsense", "sid=x; Max-Age=60; Expires={date -1h}"]
        {
            is_silent(ID, &login("https://app.test", line));
        }
    }

    #[test]
    fn passes_over_an_old_cookie_that_is_cleared_beside_the_new_one() {
        is_silent(
            ID,
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: flash=x; Max-Age=0\n< Set-Cookie: sid=y\n\n> GET https://app.test/me\n> Cookie: sid=y\n< 401 Unauthorized\n",
        );
    }
}
