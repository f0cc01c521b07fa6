//! Metadata of a provider that cannot be had: without it a client knows no address at which to log in.

use super::ANSWERS;
use crate::exchange::Kind;
use crate::facts::{Purpose, is_discovery};
use crate::limits;
use crate::session::{Record, Session};

impl Session {
    /// Whether a client asked for a provider's metadata in vain, and nothing went on from there: neither did it look
    /// elsewhere, as clients do that guess, nor do without.
    pub(super) fn is_metadata_missing(&self, at: usize, record: &Record) -> bool {
        // What it asks for next tells by itself whether that fails.
        let leads_on = |_, later: &Record| later.was_accepted() || later.facts.purpose.is_login() || is_discovery(&later.exchange.url);
        record.lacks_metadata()
            && self.goes_on_without_metadata(at, record, leads_on).is_none()
            && !self.is_open_there(at, record)
            && !self.is_asked_by_somebody_known(at, record)
    }

    /// Whether a program was served there, or is afterwards, without any metadata: it only looks whether there is a login. A page's own
    /// origin serves its parts to everybody, and any server what everybody may read.
    fn is_open_there(&self, at: usize, record: &Record) -> bool {
        let is_pages = |origin: &str| record.page().is_some_and(|page| page.origin().ascii_serialization() == *origin);
        let is_served =
            |(_, other): (usize, &Record)| other.facts.purpose == Purpose::Api && &*other.exchange.method != "GET" && other.was_accepted();
        !is_pages(&record.origin) && self.of_origin(&record.origin).around(at).at_most(ANSWERS, ANSWERS).any(is_served)
    }

    /// Whether the page that asks is of somebody who has logged in already: it connects something else.
    fn is_asked_by_somebody_known(&self, at: usize, record: &Record) -> bool {
        let is_known = |(at, other): (usize, &Record)| {
            let bears = || other.facts.credentials.is_some() || self.bears_carrier(other);
            other.facts.purpose == Purpose::Api && other.was_accepted() && bears() && !self.asks_as_visitor(at, other)
        };
        let page = record.page().map(|page| page.origin().ascii_serialization());
        page.is_some_and(|page| self.of_origin(&page).back_from(at).at_most(ANSWERS, 0).any(is_known))
    }

    /// Position of the first exchange after a question for metadata by which the client or its page goes on, of those that
    /// are taken for it: it looks in another place, logs in all the same, or shows what it has.
    pub(super) fn goes_on_without_metadata(&self, at: usize, record: &Record, is_taken: impl Fn(usize, &Record) -> bool) -> Option<usize> {
        let goes_on = |(other, later): &(usize, &Record)| {
            let is_of_page = || record.page().is_some_and(|page| page.origin() == later.exchange.url.origin());
            let is_content = || matches!(later.facts.purpose, Purpose::Page | Purpose::Api) && !later.shows_sign_in_form();
            let goes_on = is_discovery(&later.exchange.url) || later.facts.purpose.is_login() || is_of_page() && is_content();
            goes_on && is_taken(*other, later)
        };
        self.in_order().on_from(at).at_most(0, limits::LOOK_AHEAD).find(goes_on).map(|(other, _)| other)
    }
}

impl Record {
    /// Whether a program asked for a provider's metadata (OpenID Connect Discovery 4, RFC 8414 3) and got none: nothing is
    /// there, the server fails, or a page stands in its place. That of a resource (RFC 9728) is seldom there at all.
    #[must_use]
    pub fn lacks_metadata(&self) -> bool {
        let exchange = &self.exchange;
        let asks = exchange.kind != Kind::Document && is_discovery(&exchange.url) && !exchange.url.path().contains("protected-resource");
        asks && match exchange.status() {
            404 | 410 | 500..=599 => true,
            200 => exchange.response_text().trim_start().starts_with('<'),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    const PAGE: &str = "~ kind document\n> GET https://app.test/\n< 200 OK\n< Content-Type: text/html\n<\n< <div id=root></div>\n\n";

    fn ask(url: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://{url}\n> Referer: https://app.test/\n< {answer}\n\n")
    }

    #[test]
    fn without_metadata_no_login_begins() {
        let missing = "404 Not Found\n< Content-Type: application/json\n<\n< {\"error\":\"Realm does not exist\"}";
        let page = "200 OK\n< Access-Control-Allow-Origin: *\n< Content-Type: text/html\n<\n< <!doctype html><div id=root></div>";
        for answer in [missing, page] {
            let found = reports("wrong-url", &(PAGE.to_owned() + &ask("id.test/realms/a/.well-known/openid-configuration", answer)));
            assert!(found.contains("/realms/a/.well-known/openid-configuration"));
        }
        for status in ["500 Internal Server Error", "503 Service Unavailable"] {
            reports("auth-backend-unavailable", &(PAGE.to_owned() + &ask("id.test/.well-known/oauth-authorization-server", status)));
        }
        // Of several places that were tried, the last one tells.
        let twice = ask("id.test/a/.well-known/openid-configuration", missing) + &ask("id.test/.well-known/openid-configuration", missing);
        assert_eq!(diagnose(&twice).failures.len(), 1);
    }

    #[test]
    fn who_does_without_has_lost_nothing() {
        let missing = "404 Not Found";
        let found = "200 OK\n< Access-Control-Allow-Origin: *\n< Content-Type: application/json\n<\n< {\"issuer\":\"https://id.test\"}";
        let probe = ask("id.test/.well-known/oauth-authorization-server", missing);
        is_healthy(&(probe.clone() + &ask("id.test/.well-known/openid-configuration", found)));
        let token = "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=client_credentials&client_id=a\n< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret t 30}\",\"token_type\":\"Bearer\"}\n\n";
        is_healthy(&(probe.clone() + token));
        is_healthy(&(probe + &ask("app.test/api/news", "200 OK\n< Content-Type: application/json\n<\n< [1]")));
        is_healthy(&ask("mcp.test/.well-known/oauth-protected-resource", missing));
        // Somebody looks whether the page is there.
        is_healthy("~ kind document\n> GET https://id.test/.well-known/openid-configuration\n< 404 Not Found\n");
    }

    #[test]
    fn who_is_served_without_a_login_only_looks_for_one() {
        let looks = ask("tools.test/.well-known/oauth-authorization-server", "404 Not Found");
        let call = "~ kind fetch\n> POST https://tools.test/rpc\n> Referer: https://app.test/\n> Content-Type: application/json\n>\n> {\"id\":1}\n\
                    < 200 OK\n< Content-Type: application/json\n<\n< {\"id\":1,\"result\":{}}\n\n";
        for session in [looks.clone() + call, call.to_owned() + &looks] {
            assert!(diagnose(&session).failures.is_empty(), "{session}");
            assert!(diagnose(&session.replace("> Referer: https://app.test/\n", "")).failures.is_empty(), "{session}");
        }
        reports("wrong-url", &(looks.clone() + &call.replace("200 OK", "500 Internal Server Error")));
        reports("wrong-url", &(ask("tools.test/texts.json", "200 OK\n< Content-Type: application/json\n<\n< {}") + &looks));
        // Its own page is there for everybody, and so are the parts of it.
        let parts = ask("app.test/settings.json", "200 OK\n< Content-Type: application/json\n<\n< {\"provider\":\"/auth\"}");
        reports("wrong-url", &(PAGE.to_owned() + &parts + &ask("app.test/auth/.well-known/openid-configuration", "404 Not Found")));
    }

    #[test]
    fn who_has_logged_in_connects_something_else() {
        let looks = ask("other.test/.well-known/oauth-authorization-server", "404 Not Found\n< Access-Control-Allow-Origin: *");
        let me = ask("app.test/me", "200 OK\n< Content-Type: application/json\n<\n< {\"user\":\"ann\"}");
        let bears = |field: &str| me.replace("> Referer", &format!("> {field}\n> Referer"));
        for known in [bears("Cookie: sid={secret s 40}"), bears("Authorization: Bearer {secret t 40}")] {
            is_healthy(&(PAGE.to_owned() + &known + &looks));
        }
        for stranger in [me.clone(), bears("Cookie: theme=dark"), bears("Cookie: sid={secret s 40}").replace("200 OK", "401 Unauthorized")]
        {
            let found = diagnose(&(PAGE.to_owned() + &stranger + &looks)).failures;
            assert!(found.iter().any(|failure| failure.causes.iter().any(|cause| cause.id == "wrong-url")), "{stranger}");
        }
    }
}
