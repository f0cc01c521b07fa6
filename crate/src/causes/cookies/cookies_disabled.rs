use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

use super::lacks_identity;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::{BlockedReason, Outcome, path_matches};
use crate::session::{Reception, Record};
use crate::syntax::set_cookie;

declare_cause! {
    /// The site sets cookies that any browser would keep, and this browser sends none of them back, not
    /// even on the site's own pages: cookies are switched off for it.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/login
    /// < 200 OK
    /// < Set-Cookie: sid={secret a 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// ~ kind document
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: sid={secret b 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookiesDisabled {
        id: "cookies-disabled",
        family: "cookies",
        side: Client,
        stage: CookieNotKept,
        title: "The browser keeps no cookies at all",
        recognised: "Two or more valid first-party Set-Cookie fields, and two or more later requests to the same host without any cookie. Or a form comes again, and no cookie of its site ever came back.",
        remedies: [
            (User, "Allow cookies for this site in the browser's settings, and look at extensions that remove them.", "The next request after a reload bears a cookie."),
            (Developer, "Tell people that the site needs cookies when the first one does not come back.", "The page says so."),
            (Administrator, "Check managed browsers for a policy that blocks cookies.", "chrome://policy or about:policies lists none."),
        ],
        references: [("RFC 6265bis 7.2: user controls", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-7.2")],
    }
}

impl Cause for CookiesDisabled {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("{} sets cookies, and the browser sends none of them back.", case.host());
        if let Some(finding) = stated(case, &META, summary.clone()).or_else(|| nonce_in_a_cookie(case)) {
            return Some(finding);
        }
        // A form that comes again says nothing of the password where no cookie ever comes back.
        let is_shown_again = || case.facts().purpose == Purpose::SignIn && case.record.shows_sign_in_form();
        if !(lacks_identity(case) || is_shown_again()) || case.exchange().unseen.cookies {
            return None;
        }
        let mut set = Vec::new();
        let mut bare = Vec::new();
        for (position, record) in case.earlier_and_here() {
            if !record.facts.cookies.is_empty() || record.exchange.unseen.cookies {
                return None;
            }
            let is_page = record.exchange.kind == Kind::Document;
            let is_allowed = |reception: &Reception| {
                matches!(reception.outcome, Outcome::Kept | Outcome::Replaced) || reception.reasons.contains(BlockedReason::NotKept)
            };
            // What is for other paths could not come.
            let is_for_here = |field: &usize| {
                let line = record.set_cookie(*field);
                line.and_then(|line| line.path).is_none_or(|path| path_matches(case.exchange().url.path(), path.value))
            };
            let keeps =
                (0..record.receptions.len()).find(|field| record.receptions.get(*field).is_some_and(is_allowed) && is_for_here(field));
            if let Some(field) = keeps.filter(|_| is_page && position != case.at()) {
                set.push((position, field));
            }
            if is_page {
                bare.push(position);
            }
        }
        let first_set =
            set.iter().filter_map(|(position, _)| case.session.record(*position)).map(|record| record.exchange.ended()).min()?;
        let bare_after = bare
            .iter()
            .filter(|position| case.session.record(**position).is_some_and(|record| record.exchange.started >= first_set))
            .count();
        if set.len() < LEAST || bare_after < LEAST {
            return None;
        }
        let finding = Finding::new(&META, Certainty::Likely, summary).about(case.host());
        let finding = set.into_iter().take(LEAST).fold(finding, |finding, (position, field)| {
            finding.shown(position, Place::Received("set-cookie", field), "Any browser that keeps cookies keeps this one.")
        });
        Some(finding.shown(case.at(), Place::Target, "This request bears no cookie, like all before it."))
    }
}

/// Cookies that were set, and pages that came without any: one of each could be chance.
const LEAST: usize = 2;

/// A challenge of Digest whose nonce stands in a cookie that came with it, as whoever reads that can see: answered to the
/// letter, and refused since the cookie did not come back.
fn nonce_in_a_cookie(case: &Case<'_>) -> Option<Finding> {
    let is_digest = case.facts().credentials.as_ref().is_some_and(|credentials| credentials.is("digest"));
    if !is_digest || case.exchange().unseen.cookies || !case.facts().cookies.is_empty() {
        return None;
    }
    let nonce = |record: &Record| record.facts.challenge("digest").and_then(|challenge| challenge.param("nonce").map(str::to_owned));
    let answered = case.record.sent_credentials()?.param("nonce").map(|nonce| nonce.to_string())?;
    let (at, asked) = case.earlier_of_request().find(|(_, record)| nonce(record).is_some_and(|nonce| nonce == answered))?;
    let lines = asked.exchange.response.as_ref().into_iter().flat_map(|response| response.fields.all("set-cookie"));
    let field = lines.enumerate().find(|(_, line)| holds_nonce(set_cookie::parse(line).value.value, &answered))?.0;
    let summary = format!("{} sets a cookie with its challenge, and the answer to the challenge comes without it.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(at, Place::Received("set-cookie", field), "The challenge brings a cookie along that holds its nonce.")
            .shown(case.at(), Place::Sent("authorization", 0), "This answers that challenge, with its nonce and without its cookie."),
    )
}

/// Whether a cookie's value holds a nonce, or what it is called: plain, or in the base64url of a signed session's first part.
fn holds_nonce(value: &str, nonce: &str) -> bool {
    let first = value.split('.').next().unwrap_or_default();
    let whole = first.get(..first.len() / 4 * 4).unwrap_or_default();
    let decoded = BASE64_URL_SAFE.decode(whole).or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(first)).unwrap_or_default();
    let decoded = String::from_utf8_lossy(&decoded);
    value.contains(nonce) || decoded.contains(nonce) || decoded.contains("nonce")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookies-disabled";

    const PAGE: &str = "~ kind document\n> GET https://app.test/login\n< 200 OK\n< Set-Cookie: sid=1\n\n";
    const LOGIN: &str =
        "~ kind document\n> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid=2\n\n";
    const BOUNCED: &str = "~ kind document\n> GET https://app.test/home\n< 302 Found\n< Location: /login\n";

    #[test]
    fn a_nonce_that_stands_in_a_cookie_needs_it_back() {
        let asks = |cookie: &str| {
            format!(
                "~ kind other\n> GET http://pi.test/\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"9b21bf50\"\n< Set-Cookie: {cookie}; Path=/\n\n"
            )
        };
        let answers = |cookie: &str| {
            format!(
                "~ kind other\n> GET http://pi.test/\n{cookie}> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"9b21bf50\", uri=\"/\", response=\"0\"\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"6d2061bb\"\n"
            )
        };
        // {"auth_nonce":"x"} and a signature, as a framework writes its sessions.
        for held in ["session=eyJhdXRoX25vbmNlIjoieCJ9.Ca1L_a.Of9c5xTgfeBU", "n=9b21bf50-x"] {
            reports(ID, &(asks(held) + &answers("")));
            is_silent(ID, &(asks(held) + &answers(&format!("> Cookie: {held}\n"))));
        }
        // A session of every visitor says nothing of the nonce.
        is_silent(ID, &(asks("sid={secret s 30}") + &answers("")));
    }

    #[test]
    fn reports_a_browser_that_sends_nothing_back() {
        reports(ID, &format!("{PAGE}{LOGIN}{BOUNCED}"));
    }

    #[test]
    fn reports_it_where_the_browser_itself_says_that_it_keeps_none() {
        reports(ID, &format!("~ told not-kept\n{PAGE}~ told not-kept\n{LOGIN}{BOUNCED}"));
    }

    #[test]
    fn passes_over_a_single_cookie_and_any_that_came_back() {
        is_silent(ID, &format!("{LOGIN}{BOUNCED}"));
        is_silent(ID, &format!("{PAGE}{}{BOUNCED}", LOGIN.replace("/login\n>", "/login\n> Cookie: sid=1\n>")));
        is_silent(ID, &format!("{PAGE}{LOGIN}{BOUNCED}").replace("~ kind", "~ unseen cookies\n~ kind"));
    }

    #[test]
    fn passes_over_cookies_that_no_browser_keeps() {
        is_silent(ID, &format!("{PAGE}{LOGIN}{BOUNCED}").replace("sid=1", "sid=1; Domain=b.test").replace("sid=2", "sid=2; Domain=b.test"));
    }

    #[test]
    fn passes_over_cookies_for_another_path() {
        let session = format!("{PAGE}{LOGIN}{BOUNCED}");
        is_silent(ID, &session.replace("sid=1", "sid=1; Path=/old/").replace("sid=2", "sid=2; Path=/old/"));
    }

    #[test]
    fn a_form_that_comes_again_is_for_the_cookies_where_none_comes_back() {
        let form = "<form method=post><input name=u><input type=password name=password></form>";
        let page = |method: &str, cookie: &str, n: u8| {
            let body = if method == "POST" { ">\n> u=a&password=b\n" } else { "" };
            format!(
                "~ kind document\n> {method} https://stats.test/\n{cookie}{body}< 200 OK\n< Content-Type: text/html\n< Set-Cookie: s={{secret s{n} 30}}; Path=/\n<\n< {form}\n\n"
            )
        };
        reports(ID, &(page("GET", "", 1) + &page("POST", "", 2) + &page("POST", "", 3)));
        is_silent(
            ID,
            &(page("GET", "", 1) + &page("POST", "> Cookie: s={secret s1 30}\n", 2) + &page("POST", "> Cookie: s={secret s2 30}\n", 3)),
        );
    }
}
