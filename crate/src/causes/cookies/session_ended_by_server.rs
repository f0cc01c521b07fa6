use super::{Setting, lacks_identity};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, Reception, Record};

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
        recognised: "A response before the failure, and no logout, deletes the session cookie that the failed request lacks.",
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
}
