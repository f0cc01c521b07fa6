use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::site::is_loopback;
use crate::syntax::net_error::{is_mixed_content, names_an_unexplained_block};

declare_cause! {
    /// A page on https called an address on http. Browsers do not send such a request: what it would carry and bring
    /// back could be read and changed on its way.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST http://api.example.test/login
    /// > Origin: https://app.example.test
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// ```
    MixedContentBlocked {
        id: "mixed-content-blocked",
        family: "network",
        side: Server,
        stage: Unreachable,
        title: "An https page may not call http",
        recognised: "A script or a frame of a page on https asks an address on http that is not this machine, and there is no answer.",
        remedies: [
            (User, "Tell the site's developers; do not switch the browser's protection off.", "The login gets an answer."),
            (Developer, "Call the API by https or by a path of the page's own origin; look for http:// in the addresses that the build and the environment set, and where a redirect leads.", "The request goes to https and is answered."),
            (Administrator, "Serve the API by https, and let the proxy tell the application by X-Forwarded-Proto that it does; Content-Security-Policy: upgrade-insecure-requests mends addresses of old pages.", "No address that pages get begins with http."),
        ],
        references: [("W3C: Mixed Content", "https://www.w3.org/TR/mixed-content/"), ("MDN: mixed content", "https://developer.mozilla.org/docs/Web/Security/Mixed_content")],
    }
}

impl Cause for MixedContentBlocked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let is_by_script = exchange.kind.is_by_script();
        // Where an extension is at work the browser says so, and it names no other failure for what it never sent.
        let error = exchange.error.as_deref();
        let is_blocked = error.is_none_or(|error| names_an_unexplained_block(error) || is_mixed_content(error))
            && case.failure.kind == FailureKind::Unreachable;
        // Firefox's own word for what it does not load into a page: nobody is kept so from a page that they go to themselves. No
        // field of a request by http names the page around it, which was opened right before.
        let is_content = |error: &str| error == "NS_ERROR_CONTENT_BLOCKED" || is_mixed_content(error);
        let is_frame =
            exchange.kind == Kind::Document && error.is_some_and(is_content) && exchange.sent("sec-fetch-dest") != Some("document");
        let is_near = |record: &Record| exchange.started.since(record.exchange.started) <= OPENED;
        let around =
            || case.earlier_anywhere().take_while(|(_, record)| is_near(record)).find(|(_, record)| record.exchange.kind == Kind::Document);
        let frame_of = if is_frame { around() } else { None };
        let page =
            case.record.page().or_else(|| frame_of.map(|(_, record)| &record.exchange.url)).filter(|page| page.scheme() == "https")?;
        if !is_by_script && !is_frame || !is_blocked || exchange.url.scheme() != "http" || is_loopback(&exchange.url) {
            return None;
        }
        let finding = Finding::new(
            &META,
            if error.is_some() { Certainty::Stated } else { Certainty::Likely },
            format!(
                "The page of {} is on https and calls {} by http; browsers do not send that.",
                page.host_str().unwrap_or_default(),
                case.host()
            ),
        )
        .about(case.host())
        .shown(case.at(), Place::Target, "The address begins with http.");
        let finding = match exchange.sent("origin").map(|_| "origin").or_else(|| exchange.sent("referer").map(|_| "referer")) {
            Some(name) => finding.shown(case.at(), Place::Sent(name, 0), "The page is on https."),
            None => match frame_of {
                Some((at, _)) => finding.shown(at, Place::Target, "The page around it is on https."),
                None => finding,
            },
        };
        Some(match error {
            Some(error) => finding.shown(case.at(), Place::Error, format!("The browser says {error}.")),
            None => finding.unseen("The browser's own reason; its console names mixed content."),
        })
    }
}

/// Milliseconds after a page was asked for in which it loads its frames.
const OPENED: i64 = 10_000;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "mixed-content-blocked";

    fn login(page: &str, target: &str, end: &str) -> String {
        format!(
            "~ kind fetch\n> POST {target}/login\n> Origin: {page}\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n{end}"
        )
    }

    #[test]
    fn reports_a_login_by_http_from_a_page_on_https() {
        for end in ["", "< ! net::ERR_BLOCKED_BY_CLIENT\n", "< ! NS_ERROR_CONTENT_BLOCKED\n", "< ! (blocked:mixed-content)\n"] {
            reports(ID, &login("https://app.test", "http://api.app.test", end));
            reports(ID, &login("https://app.test", "http://login.example", end));
        }
        let call = "~ kind xhr\n> GET http://api.app.test/me\n> Referer: https://www.app.test/\n> Authorization: Bearer {secret t 30}\n";
        reports(ID, call);
    }

    #[test]
    fn a_frame_by_http_in_a_page_on_https() {
        let session = |page: &str, frame: &str| {
            format!(
                "~ kind document\n> GET {page}/console\n< 200 OK\n<\n< <title>Console</title>\n\n~ kind document\n> GET {frame}/authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb\n< ! NS_ERROR_CONTENT_BLOCKED\n"
            )
        };
        reports(ID, &session("https://app.test", "http://id.test"));
        is_silent(ID, &session("http://app.test", "http://id.test"));
        is_silent(ID, &session("https://app.test", "https://id.test"));
        // Somebody goes there later, or an extension blocks it.
        let later = session("https://app.test", "http://id.test").replace("\n\n~ kind", "\n\n@ 20m\n~ kind");
        is_silent(ID, &later);
        is_silent(ID, &session("https://app.test", "http://id.test").replace("NS_ERROR_CONTENT_BLOCKED", "net::ERR_BLOCKED_BY_CLIENT"));
    }

    #[test]
    fn passes_over_addresses_that_may_be_called() {
        for (page, target) in [
            ("https://app.test", "https://api.app.test"),
            ("http://app.test", "http://api.app.test"),
            ("https://app.test", "http://localhost:8080"),
            ("https://app.test", "http://127.0.0.1:8080"),
        ] {
            is_silent(ID, &login(page, target, "< ! net::ERR_BLOCKED_BY_CLIENT\n"));
        }
    }

    #[test]
    fn passes_over_requests_that_were_sent() {
        is_silent(ID, &login("https://app.test", "http://api.app.test", "< ! net::ERR_CONNECTION_REFUSED\n"));
        is_healthy(&login("https://app.test", "http://api.app.test", "< 200 OK\n< Access-Control-Allow-Origin: https://app.test\n"));
    }

    #[test]
    fn passes_over_what_concerns_no_login() {
        is_healthy("~ kind fetch\n> GET http://weather.example/today\n> Origin: https://app.test\n");
    }
}
