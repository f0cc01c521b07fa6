use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// The application let the user in, and its answer never arrived: the cookies and fields by which it did so are
    /// larger than the gateway in front, or the browser, takes of an answer's header. Tokens that are kept in
    /// cookies are the usual reason.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Server: nginx
    /// < Set-Cookie: state={secret s 20}; HttpOnly; Secure; SameSite=Lax
    /// < Location: https://id.example.test/authorize?response_type=code&client_id=app&state=s1
    ///
    /// ~ kind document
    /// > GET https://app.example.test/callback?code={secret c 30}&state=s1
    /// > Cookie: state={secret s 20}
    /// < 502 Bad Gateway
    /// < Server: nginx
    /// <
    /// < <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>
    /// ```
    ResponseHeaderTooLarge {
        id: "response-header-too-large",
        family: "server",
        side: Server,
        stage: Intercepted,
        title: "A gateway could not pass on the large answer of the login",
        recognised: "Only the step that sets the login's cookies is answered by 502, in a gateway's own short page, while the application behind the same gateway answers other requests; or the browser itself says that the header was too big.",
        remedies: [
            (User, "Nothing to do; tell the site's administrator that the login page opens and the login itself fails.", "The login goes on."),
            (Developer, "Keep tokens on the server and only a session's id in the cookie; leave out claims and groups that nobody reads.", "Set-Cookie of the login's answer stays below 4 KB in all."),
            (Administrator, "Look for \"upstream sent too big header\" in the gateway's log, and raise proxy_buffer_size and proxy_buffers in nginx, ResponseFieldSize and ProxyIOBufferSize in Apache, tune.bufsize in HAProxy.", "The same login is answered by the application."),
        ],
        references: [("nginx: proxy_buffer_size", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffer_size"), ("HAProxy: tune.bufsize", "https://docs.haproxy.org/2.6/configuration.html#tune.bufsize"), ("RFC 9110 15.6.3: 502 Bad Gateway", "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3")],
    }
}

/// Chromium's net_error_list.h; checked 2026-11-29.
const TOO_BIG: &str = "net::ERR_RESPONSE_HEADERS_TOO_BIG";

/// Bytes of the longest page that a gateway makes itself.
const OWN_PAGE: usize = 2048;

impl Cause for ResponseHeaderTooLarge {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.exchange().error.as_deref() == Some(TOO_BIG) {
            let summary = format!("The browser gave up on the answer to {}: its header is too large.", case.request());
            return Some(Finding::new(&META, Certainty::Stated, summary).about(case.host()).shown(
                case.at(),
                Place::Error,
                format!("The browser says {TOO_BIG}."),
            ));
        }
        let brings_login = matches!(case.facts().purpose, Purpose::SignIn | Purpose::Callback);
        if case.failure.kind != FailureKind::Refused || !brings_login || !is_gateways_own(case.record) {
            return None;
        }
        let (before, application) = case.earlier().find(|(_, other)| is_of_application(other) && is_behind_the_same(case.record, other))?;
        let (after, _) = case.later().find(|(_, other)| is_behind_the_same(case.record, other) && other.exchange.status() < 500).unzip();
        // What stands behind a gateway may have gone away meanwhile, where it was not seen again.
        let certainty = if case.facts().purpose == Purpose::Callback || after.is_some() { Certainty::Likely } else { Certainty::Possible };
        let finding = Finding::new(
            &META,
            certainty,
            format!("The gateway of {} answered {} itself, although the application behind it answers: the header of its answer may be too large.", case.host(), case.request()),
        )
        .about(case.host())
        .shown(case.at(), Place::Status, "A gateway says so when it cannot use the application's answer.")
        .shown(before, Place::Status, format!("Here the application itself answered {} {}.", application.exchange.method, application.exchange.url.path()))
        .unseen("The answer that the gateway threw away.")
        .next("The gateway's log for this moment: nginx writes \"upstream sent too big header\".");
        Some(match after {
            Some(after) => finding.shown(after, Place::Status, "And here it answered again."),
            None => finding,
        })
    }
}

/// Whether a gateway made the answer: it sets nothing, and is short or empty.
fn is_gateways_own(record: &Record) -> bool {
    record.exchange.status() == 502 && record.facts.set_cookies.is_empty() && record.exchange.response_text().len() <= OWN_PAGE
}

/// Whether no server of files would answer so: it sets a cookie, or leads on with parameters.
fn is_of_application(record: &Record) -> bool {
    let leads_on = || record.redirect_target().is_some_and(|target| target.query().is_some());
    record.exchange.status() < 500 && (!record.facts.set_cookies.is_empty() || leads_on())
}

fn is_behind_the_same(one: &Record, other: &Record) -> bool {
    one.exchange.received("server") == other.exchange.received("server")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "response-header-too-large";

    const PAGE: &str = "> GET https://app.test/door\n< 200 OK\n< Server: nginx\n< Set-Cookie: xsrf={secret x 20}\n\n";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/door\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< {answer}\n\n")
    }
    fn callback(answer: &str) -> String {
        format!("~ kind document\n> GET https://app.test/cb?code={{secret c 30}}&state=s\n< {answer}\n\n")
    }

    #[test]
    fn reports_the_one_step_that_fails_while_the_application_answers() {
        reports(ID, &(PAGE.to_owned() + &callback("502 Bad Gateway\n< Server: nginx")));
        reports(ID, &(PAGE.to_owned() + &login("502 Bad Gateway\n< Server: nginx") + PAGE));
        let acs = "> POST https://app.test/saml\n>\n> SAMLResponse={repeat QUJD 900}\n< 502 Bad Gateway\n< Server: nginx\n\n";
        reports(ID, &(PAGE.to_owned() + acs));
    }

    #[test]
    fn takes_the_browsers_own_word() {
        reports(ID, &callback("! net::ERR_RESPONSE_HEADERS_TOO_BIG"));
    }

    #[test]
    fn passes_over_an_application_that_is_down() {
        is_silent(ID, &login("502 Bad Gateway\n< Server: nginx"));
        let files = "> GET https://app.test/form.html\n< 200 OK\n< Server: nginx\n\n";
        is_silent(ID, &(files.to_owned() + &login("502 Bad Gateway\n< Server: nginx") + files));
        reports("auth-backend-unavailable", &(PAGE.to_owned() + &login("502 Bad Gateway\n< Server: nginx")));
    }

    #[test]
    fn passes_over_the_applications_own_failures() {
        for answer in
            ["500 Internal Server Error\n< Server: nginx", "504 Gateway Timeout\n< Server: nginx", "502 Bad Gateway\n< Server: gunicorn"]
        {
            is_silent(ID, &(PAGE.to_owned() + &callback(answer)));
        }
        is_silent(ID, &(PAGE.to_owned() + &callback("502 Bad Gateway\n< Server: nginx\n< Set-Cookie: flash=1")));
    }
}
