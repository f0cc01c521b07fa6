use super::held_back;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::session::Record;
use crate::session::cookie_store::BlockedReason;
use crate::site::registrable_domain;

declare_cause! {
    /// The browser holds the session cookie for one host, and the request goes to another one of the
    /// same site: www and the bare domain, app and api. Without a Domain attribute a cookie belongs
    /// to the very host that set it.
    ///
    /// ```http-notation
    /// > POST https://www.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: https://example.test/home
    /// < Set-Cookie: sid={secret sid 24}; Path=/; Secure
    ///
    /// ~ kind document
    /// > GET https://example.test/home
    /// < 302 Found
    /// < Location: https://www.example.test/login
    /// ```
    CookieNotSentHost {
        id: "cookie-not-sent-host",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "The cookie belongs to another host",
        recognised: "A stored cookie of a sibling or parent host of the same site matches the failed request in everything but the host.",
        remedies: [
            (User, "Log in and go on under one and the same address, with or without www.", "The site knows you."),
            (Developer, "Set the cookie with Domain of the parent that both hosts share, or let login and application live on one host.", "Requests to either host bear the cookie."),
            (Administrator, "Redirect the second name to the first before anybody logs in.", "Only one of the names answers with pages."),
        ],
        references: [("RFC 6265bis 5.7: the host-only-flag", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7")],
    }
}

impl Cause for CookieNotSentHost {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let cookie = held_back(case, &[BlockedReason::DomainMismatch])?;
        // What a provider remembers of people is for itself, and no application it answers gets it.
        let came_from = case.session.redirected_from(case.at()).and_then(|at| case.session.record(at));
        let is_host = |record: &Record| record.exchange.url.host_str() == Some(cookie.host());
        let is_asked = || case.earlier_anywhere().any(|(_, other)| other.facts.purpose == Purpose::Authorize && is_host(other));
        // Nor does a provider get what an application keeps of the login that it begins; but one may lack what its own login gave.
        let is_providers =
            || cookie.record.facts.purpose.is_login() && case.record.asks_back().is_some_and(|back| back.host_str() != Some(cookie.host()));
        if case.facts().purpose == Purpose::Authorize && !is_providers() {
            return None;
        }
        if case.facts().purpose == Purpose::Callback && (came_from.is_some_and(is_host) || is_asked()) {
            return None;
        }
        let (set_by, asked) = (cookie.host(), case.exchange().url.host_str().unwrap_or_default());
        let finding = Finding::new(
            &META,
            Certainty::Likely,
            format!(
                "The browser holds the cookie {} for {set_by}; {} went to {asked}, which does not get it.",
                cookie.name,
                case.request()
            ),
        )
        .about(cookie.name)
        .shown(cookie.at, cookie.place(), format!("This cookie belongs to {set_by}."))
        .advise(
            Audience::Developer,
            format!("Let {} name as Domain the parent that {set_by} and {asked} share, or keep to one host.", cookie.name),
            format!("{} bears {}.", case.request(), cookie.name),
        );
        let finding = cookie.absence(case, finding);
        let parent = registrable_domain(asked).filter(|parent| set_by.ends_with(parent));
        Some(match parent {
            Some(parent) => cookie.replayed(case, finding, &["domain"], &format!("Domain={parent}")),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-not-sent-host";

    fn then(cookie: &str, url: &str) -> String {
        format!(
            "> POST https://app.example.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: {cookie}\n\n~ kind fetch\n> GET {url}\n> Origin: https://app.example.test\n< 401 Unauthorized\n"
        )
    }

    #[test]
    fn what_a_provider_remembers_is_for_itself() {
        let provider = "> POST https://git.example.test/in\n>\n> user=a&password=b\n< 302 Found\n< Location: https://ci.example.test/cb?code={secret c 30}&state={secret t 30}\n< Set-Cookie: sid={secret s 30}; Secure\n\n";
        let callback = "~ kind document\n> GET https://ci.example.test/cb?code={secret c 30}&state={secret t 30}\n< 303 See Other\n< Location: /login?error=closed\n";
        is_silent(ID, &format!("{provider}{callback}"));
        // Its page may go on by script.
        let asked =
            "~ kind document\n> GET https://git.example.test/authorize?client_id=a&response_type=code&state={secret t 30}\n< 200 OK\n\n";
        let by_script =
            provider.replace("302 Found\n< Location: https://ci.example.test/cb?code={secret c 30}&state={secret t 30}", "200 OK");
        let failed = callback.replace("303 See Other\n< Location: /login?error=closed", "500 Internal Server Error");
        is_silent(ID, &format!("{asked}{by_script}{failed}"));
    }

    #[test]
    fn a_provider_may_lack_what_its_own_login_gave() {
        let session = |host: &str, client: &str| {
            let asks = format!(
                "https://auth.bank.test/authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2F{client}%2Fcb&state={{secret t 30}}"
            );
            format!(
                "~ kind document\n> POST https://{host}/in\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n\
                 < 302 Found\n< Location: {asks}\n< Set-Cookie: known={{secret s 40}}; HttpOnly; Secure\n\n\
                 ~ kind document\n> GET {asks}\n< 302 Found\n< Location: https://{host}/in\n\n\
                 ~ kind document\n> GET https://{host}/in\n> Cookie: known={{secret s 40}}\n< 200 OK\n< Content-Type: text/html\n<\n\
                 < <form><input name=user><input type=password name=password></form>\n"
            )
        };
        assert!(reports(ID, &session("door.bank.test", "shop.test")).contains("auth.bank.test"));
        // The application that it leads back to keeps its own login.
        is_silent(ID, &session("shop.bank.test", "shop.bank.test"));
        // No login gave it.
        let other = session("door.bank.test", "shop.test").replace("user=a&password=b", "lang=fr&theme=b");
        is_silent(ID, &other.replace("POST https://door.bank.test/in", "POST https://door.bank.test/lang"));
        is_silent(ID, &session("door.bank.test", "shop.test").replace("redirect_uri", "resume"));
    }

    #[test]
    fn names_both_hosts() {
        let summary = reports(ID, &then("sid=x", "https://api.example.test/me"));
        assert!(summary.contains("app.example.test") && summary.contains("api.example.test"), "{summary}");
    }

    #[test]
    fn passes_over_another_site() {
        is_silent(ID, &then("sid=x", "https://api.elsewhere.test/me"));
    }

    #[test]
    fn passes_over_a_cookie_of_the_shared_parent() {
        is_silent(ID, &then("sid=x; Domain=example.test", "https://api.example.test/me"));
        is_silent(ID, &then("sid=x", "https://app.example.test:8443/me"));
    }

    #[test]
    fn passes_over_an_api_that_takes_tokens() {
        is_silent(ID, &then("sid=x", "https://api.example.test/me\n> Authorization: Bearer {secret t 20}"));
    }

    #[test]
    fn an_older_cookie_of_that_name_is_not_what_the_login_brought() {
        let asks = "~ kind document\n> GET https://www.lib.test/account\n> Cookie: s={secret old 32}\n< 302 Found\n< Location: https://id.test/authorize?client_id=a&response_type=code&state=s1\n\n";
        let session = |host: &str| {
            let begin = asks
                .replace("> Cookie: s={secret old 32}\n", "")
                .replace("302 Found", "302 Found\n< Set-Cookie: s={secret old 32}; Secure; SameSite=None");
            let back = format!(
                "~ kind document\n> POST https://{host}/acs\n> Origin: https://id.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> code={{secret c 24}}&state=s1\n< 303 See Other\n< Location: https://www.lib.test/account\n< Set-Cookie: s={{secret new 32}}; Secure; SameSite=None\n< Set-Cookie: proof={{secret p 40}}; Secure; SameSite=None\n\n"
            );
            format!("{begin}{back}{asks}")
        };
        assert!(reports(ID, &session("lib.test")).contains("proof"));
        is_silent(ID, &session("www.lib.test"));
    }
}
