use url::Url;

use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::own_fields;
use crate::facts::tokens::Role;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::sign_in::StepKind;
use crate::session::{FailureKind, Record};
use crate::site::{is_downgrade, is_loopback};

declare_cause! {
    /// People use the site over https, and the application believes that it is asked over http: it
    /// redirects to http, registers http addresses, and sets cookies that get lost between the two.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 302 Found
    /// < Location: http://app.example.test/home
    /// < Set-Cookie: sid={secret s 32}; Path=/; Secure; HttpOnly; SameSite=Lax
    ///
    /// ~ kind document
    /// > GET http://app.example.test/home
    /// < 301 Moved Permanently
    /// < Location: https://app.example.test/home
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: http://app.example.test/login
    ///
    /// ~ kind document
    /// > GET http://app.example.test/login
    /// < 301 Moved Permanently
    /// < Location: https://app.example.test/login
    ///
    /// ~ kind document
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Location: http://app.example.test/home
    ///
    /// ~ kind document
    /// > GET http://app.example.test/home
    /// < 301 Moved Permanently
    /// < Location: https://app.example.test/home
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < ! net::ERR_TOO_MANY_REDIRECTS
    /// ```
    ProxyUnawareApplication {
        id: "proxy-unaware-application",
        family: "server",
        side: Server,
        stage: CookieNotKept,
        title: "The application does not know it is behind an https proxy",
        recognised: "An answer over https sends the browser to the same host over http, from where a proxy sends it back to https; or the application names http in a redirect_uri of its own.",
        remedies: [
            (User, "Change http to https in the address bar.", "The page opens."),
            (Developer, "Let the application trust the proxy's X-Forwarded-Proto: trust proxy in Express, SECURE_PROXY_SSL_HEADER in Django, ForwardedHeaders in ASP.NET Core.", "Location begins with https."),
            (Administrator, "Let the proxy set X-Forwarded-Proto and X-Forwarded-Host, and remove those of clients.", "The application's log shows https."),
        ],
        references: [("RFC 7239: Forwarded", "https://www.rfc-editor.org/rfc/rfc7239"), ("Django: SECURE_PROXY_SSL_HEADER", "https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header")],
    }
}

impl Cause for ProxyUnawareApplication {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if let Some(finding) = form_over_http(case) {
            return Some(finding);
        }
        let is_about = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop);
        // What a policy of the page kept the browser from was where the server sent it.
        if !is_about && !case.session.is_forbidden_redirect(case.at()) {
            return None;
        }
        let mut hops: Vec<usize> = case.session.redirect_chain(case.at());
        hops.extend(case.failure.with.iter().copied());
        hops.push(case.at());
        hops.extend(way_to_refused_form(case));
        hops.extend(way_to_plain_callback(case));
        let shown = hops.into_iter().find_map(|position| {
            let record = case.session.record(position)?;
            leaves_https(case, record)
                .or_else(|| asks_for_http(case, position, record))
                .or_else(|| leads_to_itself(case, record))
                .or_else(|| names_itself_by_http(case, record))
                .map(|(place, says)| (position, place, says))
        });
        let Some((position, place, says)) = shown else { return sees_another_address(case).or_else(|| brought_nothing(case)) };
        let record = case.session.record(position)?;
        // Who asks a provider is another one than the provider.
        let own = plain_target(record).filter(|_| place == Place::Target);
        let host = own.as_ref().unwrap_or(&record.exchange.url).host_str().unwrap_or_default();
        let summary = format!("The application behind https://{host} believes that it is asked over http.");
        Some(Finding::new(&META, Certainty::Likely, summary).about(case.host()).shown(position, place, says))
    }
}

/// A page over https whose form leads to its own host over http, where its policy lets no form go.
fn form_over_http(case: &Case<'_>) -> Option<Finding> {
    let url = &case.exchange().url;
    let (target, nth, _) = case.session.shut_form(case.at()).filter(|_| case.failure.kind == FailureKind::Unreachable)?;
    is_downgrade(url, &target).then(|| {
        let summary = format!("The application behind https://{} believes that it is asked over http.", case.host());
        let text = case.exchange().response_text();
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(case.at(), Place::ResponseBody(0..text.len()), "The form of a page over https leads to http.")
            .shown(case.at(), Place::Received("content-security-policy", nth), "And the page's own policy lets no form go there.")
    })
}

/// A proof that names the very address that was called, and is refused for its address (RFC 9449 4.3, 9): the server sees
/// another one.
fn sees_another_address(case: &Case<'_>) -> Option<Finding> {
    let (place, _) = case.speaks_of_proof().filter(|(_, is_of_address)| *is_of_address && case.brings_whole_proof())?;
    let summary =
        format!("{} takes its own address for another: the DPoP proof of {} names the one that was called.", case.host(), case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(case.at(), Place::Sent("dpop", 0), "The proof's htu is the address of this request.")
            .shown(case.at(), place, "The server says that it is not."),
    )
}

/// A login over https that is accepted and hands out nothing that could carry it: frameworks hold a Secure cookie back
/// where a request seems to come over http (express-session and others).
fn brought_nothing(case: &Case<'_>) -> Option<Finding> {
    let (exchange, facts) = (case.exchange(), case.facts());
    let is_bare = case.session.is_stranger(case.record) && !case.bears_own_session();
    let is_seen =
        |record: &Record| !record.exchange.unseen.cookies && !record.exchange.unseen.set_cookies && !record.exchange.unseen.authorization;
    if !is_bare || exchange.url.scheme() != "https" || facts.purpose.is_login() || exchange.status() == 403 {
        return None;
    }
    let (at, login) = case.earlier().find(|(_, record)| record.facts.purpose == Purpose::SignIn)?;
    let hands_token = || login.facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && seen.role != Role::Csrf);
    let hands_nothing = login.was_accepted()
        && login.facts.set_cookies.is_empty()
        && login.facts.cookies.is_empty()
        && !hands_token()
        && !own_fields::hands_out_session(&login.exchange);
    if !hands_nothing || !is_seen(login) || !is_seen(case.record) {
        return None;
    }
    let summary = format!("{} accepted the login and handed out neither a cookie nor a token to carry it.", case.host());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(case.host())
            .shown(at, Place::Status, "The login is accepted here, and the answer sets no cookie.")
            .shown(case.at(), Place::Target, "This request has nothing that could show who asks.")
            .next("Whether the application sets its session's cookie as Secure and trusts what its proxy says of https."),
    )
}

/// What came before a form that is refused without a word, although it comes from a page of its own origin: whoever believes
/// to be asked over http takes that origin for another.
fn way_to_refused_form(case: &Case<'_>) -> impl Iterator<Item = usize> {
    let exchange = case.exchange();
    let own = exchange.url.origin().ascii_serialization();
    let is_own = |name: &'static str| exchange.sent(name).is_some_and(|from| from == own || from.starts_with(&format!("{own}/")));
    // An empty 403 gives none of the reasons for which a login is refused, and one that speaks of the origin gives this.
    let says_no_other = || exchange.response_text().trim().is_empty() || case.stated("csrf-rejected").is_some();
    let is_wordless = || exchange.status() == 403 && exchange.sent("origin").is_some() && says_no_other();
    let is_refused = matches!(exchange.status(), 400 | 403 | 422 | 500)
        && (case.facts().purpose == Purpose::SignIn || &*exchange.method != "GET" && is_wordless())
        && if exchange.sent("origin").is_some() { is_own("origin") } else { is_own("referer") }
        && case.statements.iter().all(|stated| stated.cause == "csrf-rejected");
    case.earlier().take(if is_refused { WAY } else { 0 }).map(|(at, _)| at)
}

/// The requests to the provider from which it sent the browser back over http.
fn way_to_plain_callback(case: &Case<'_>) -> Vec<usize> {
    let is_plain = case.facts().purpose == Purpose::Callback && case.exchange().url.scheme() == "http";
    let flow = is_plain.then(|| case.session.sign_in(case.at())).flatten();
    flow.map_or_else(Vec::new, |flow| flow.steps.iter().filter(|step| step.kind == StepKind::Request).map(|step| step.at).collect())
}

/// Exchanges before a form that are looked at.
const WAY: usize = 32;

/// A redirect from https to the same host over http, where something sends browsers back to https.
fn leaves_https(case: &Case<'_>, record: &Record) -> Option<(Place, &'static str)> {
    let url = &record.exchange.url;
    record.redirect_target().filter(|target| is_downgrade(url, target))?;
    let leads_back = |(_, other): (usize, &Record)| {
        let from = &other.exchange.url;
        from.scheme() == "http"
            && from.host_str() == url.host_str()
            && other.redirect_target().is_some_and(|to| to.scheme() == "https" && to.host_str() == url.host_str())
    };
    // Nobody saw where it leads, since the page's own policy kept the browser from going there.
    let is_stopped = || case.exchange().url == *url && case.session.is_forbidden_redirect(case.at());
    (is_stopped() || case.others_anywhere().any(leads_back))
        .then_some((Place::Received("location", 0), "An answer over https leads back to http."))
}

/// A loop in which an address over https leads to itself without setting anything: whoever forces https
/// does so without end where every request seems to come over http.
fn leads_to_itself(case: &Case<'_>, record: &Record) -> Option<(Place, &'static str)> {
    let url = &record.exchange.url;
    let is_forced = matches!(record.exchange.status(), 301 | 308) && record.receptions.is_empty() && url.scheme() == "https";
    let target = record.redirect_target().filter(|_| is_forced && case.failure.kind == FailureKind::Loop)?;
    (*target == *url).then_some((
        Place::Received("location", 0),
        "An address over https leads to itself, as where https is forced on a request that seems to be http.",
    ))
}

/// A refused callback over https whose answer quotes its own address, and begins it with http.
fn names_itself_by_http(case: &Case<'_>, record: &Record) -> Option<(Place, &'static str)> {
    let url = &record.exchange.url;
    let is_callback = record.facts.purpose == Purpose::Callback && url.scheme() == "https" && std::ptr::eq(record, case.record);
    let text = record.exchange.response_text();
    let own = format!("http://{}{}", url.host_str()?, url.path());
    // Its home page is linked everywhere, and another page's address may begin alike.
    let is_whole = |from: &usize| {
        text.get(from + own.len()..)
            .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && !"/-_.".contains(next)))
    };
    let from = memchr::memmem::find_iter(text.as_bytes(), own.as_bytes()).find(is_whole).filter(|_| is_callback && url.path() != "/")?;
    Some((Place::ResponseBody(from..from + own.len()), "The application gives its own address as http."))
}

/// The http address to which an authorization request wants its answer.
fn plain_target(record: &Record) -> Option<Url> {
    record.asks_back().filter(|target| target.scheme() == "http" && !is_loopback(target))
}

/// An authorization request in which the application names an http address of its own.
fn asks_for_http(case: &Case<'_>, position: usize, record: &Record) -> Option<(Place, &'static str)> {
    let target = plain_target(record)?;
    if record.page().is_some_and(|page| is_downgrade(page, &target)) {
        return Some((Place::Target, "redirect_uri begins with http, and the page is on https."));
    }
    let asked = case.session.record(case.session.redirected_from(position)?)?;
    is_downgrade(&asked.exchange.url, &target)
        .then_some((Place::Target, "redirect_uri begins with http, and the address that led here is on https."))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "proxy-unaware-application";

    fn login(location: &str, next: &str) -> String {
        format!(
            "~ kind document\n> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: {location}\n< Set-Cookie: sid={{secret s 24}}; Secure\n\n~ kind document\n> GET {location}\n< {next}\n\n"
        )
    }

    const BACK: &str = "301 Moved Permanently\n< Location: https://app.test/home";
    const REFUSED: &str = "~ kind document\n> GET https://app.test/home\n< 302 Found\n< Location: http://app.test/login\n\n~ kind document\n> GET http://app.test/login\n< 401 Unauthorized\n";

    #[test]
    fn a_whole_proof_that_is_refused_for_its_address_and_for_nothing_else() {
        let call = |answer: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n> DPoP: {{jwt typ=dpop+jwt htm=POST htu=https://id.test/token iat=0 jti=a}}\n>\n> grant_type=authorization_code&code={{secret c 30}}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {answer}\n"
            )
        };
        let says = |text: &str| format!("{{\"error\":\"invalid_request\",\"error_description\":\"{text}\"}}");
        reports(ID, &call(&says("DPoP HTTP URL mismatch")));
        is_silent(ID, &call(&says("DPoP HTTP URL mismatch")).replace("htu=https://id.test/token", "htu=https://id.test/other"));
        for text in ["jti was used before: DPoP", "redirect_uri is wrong", "URL is missing"] {
            is_silent(ID, &call(&says(text)));
        }
        is_silent(
            ID,
            &call("{\"error\":\"invalid_dpop_proof\",\"error_description\":\"jti used before\",\"error_uri\":\"https://id.test/e\"}"),
        );
    }

    #[test]
    fn reports_an_application_that_leads_to_http_and_a_proxy_that_leads_back() {
        let diagnosis = diagnose(&(login("http://app.test/home", BACK) + REFUSED));
        assert!(diagnosis.failures.iter().any(|failure| failure.causes[0].id == ID), "{:?}", diagnosis.failures);
    }

    #[test]
    fn names_an_address_that_forces_https_upon_itself() {
        let hop = "~ kind document\n> GET https://app.test/\n< 301 Moved Permanently\n< Location: https://app.test/\n\n";
        let end = "~ kind document\n> GET https://app.test/\n< ! net::ERR_TOO_MANY_REDIRECTS\n";
        reports(ID, &(hop.repeat(5) + end));
        is_silent(ID, &(hop.replace("\n\n", "\n< Set-Cookie: seen=1; Secure\n\n").repeat(5) + end));
        is_silent(ID, &(hop.repeat(5) + end).replace("https://", "http://"));
    }

    #[test]
    fn reports_a_login_that_hands_out_nothing() {
        let login = |more: &str, content: &str| {
            format!("~ kind fetch\n> POST https://app.test/api/login\n>\n> user=a&password=b\n< 200 OK{more}\n<\n< {content}\n\n")
        };
        let call = "~ kind fetch\n> GET https://app.test/api/me\n< 401 Unauthorized\n<\n< {\"message\":\"Not authenticated\"}\n";
        let accepted = "{\"success\":true,\"user\":{\"name\":\"a\"}}";
        reports(ID, &(login("", accepted) + call));
        is_silent(ID, &(login("\n< Set-Cookie: sid={secret s 30}; Path=/api/login", accepted) + call));
        is_silent(ID, &(login("", "{\"token\":\"{secret t 40}\"}") + call));
        is_silent(ID, &(login("\n< X-Club-Session: {secret s 30}", accepted) + call));
        is_silent(ID, &(login("", accepted) + &call.replace("< 401", "> X-Club-Session: {secret s 30}\n< 401")));
        reports(ID, &(login("\n< X-Request-Id: {secret s 30}", accepted) + call));
        is_silent(ID, &(login("", accepted) + call).replace("https://", "http://"));
    }

    #[test]
    fn passes_over_https_other_hosts_and_logins_that_work() {
        is_silent(ID, &login("https://app.test/home", "401 Unauthorized"));
        is_silent(ID, &login("http://app.test/home", "401 Unauthorized"));
        is_silent(ID, &login("http://other.test/home", "401 Unauthorized"));
        is_healthy(&login("http://app.test/home", "200 OK"));
    }

    #[test]
    fn knows_who_asks_by_the_address_that_led_to_the_provider() {
        let asked = |scheme: &str| {
            format!(
                "~ kind document\n> GET {scheme}://app.test/stock\n< 302 Found\n< Location: https://id.test/authorize?response_type=code&client_id=a&redirect_uri=http%3A%2F%2Fapp.test%2Fstock&state={{secret z 20}}\n\n~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=a&redirect_uri=http%3A%2F%2Fapp.test%2Fstock&state={{secret z 20}}\n< 400 Bad Request\n<\n< Invalid parameter\n"
            )
        };
        reports(ID, &asked("https"));
        is_silent(ID, &asked("http"));
    }

    #[test]
    fn a_callback_over_http_to_which_the_application_itself_sent() {
        let session = |scheme: &str, target: &str| {
            let query = format!("response_type=code&client_id=a&redirect_uri={target}%2Fback&state={{secret z 20}}");
            let back = target.replace("%3A", ":").replace("%2F", "/");
            format!(
                "~ kind document\n> GET {scheme}://wiki.firma.test/enter\n< 302 Found\n< Location: https://id.firma.test/authorize?{query}\n\n~ kind document\n> GET https://id.firma.test/authorize?{query}\n< 200 OK\n<\n< <form method=post action=/in><input name=user><input type=password name=pass></form>\n\n~ kind document\n> POST https://id.firma.test/in\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&pass=b\n< 200 OK\n<\n< <script>location=next</script>\n\n~ kind document\n> GET https://id.firma.test/authorize?{query}\n> Cookie: in={{secret i 30}}\n< 302 Found\n< Location: {back}/back?code={{secret c 30}}&state={{secret z 20}}\n\n~ kind document\n> GET {back}/back?code={{secret c 30}}&state={{secret z 20}}\n< 400 Bad Request\n<\n< <h1>Bad Request</h1>This port speaks TLS only.\n"
            )
        };
        assert!(reports(ID, &session("https", "http%3A%2F%2Fwiki.firma.test%3A443")).contains("https://wiki.firma.test "));
        reports(ID, &session("https", "http%3A%2F%2Fwiki.firma.test%3A8443"));
        // The application is at home there, or the provider sends where it is.
        is_silent(ID, &session("http", "http%3A%2F%2Fwiki.firma.test"));
        is_silent(ID, &session("https", "https%3A%2F%2Fwiki.firma.test"));
        is_silent(ID, &session("https", "http%3A%2F%2Flocalhost%3A8443"));
    }

    #[test]
    fn refuses_without_a_word_what_names_its_own_origin() {
        let session = |scheme: &str, answer: &str| {
            format!(
                "~ kind document\n> GET https://app.test/\n< 302 Found\n< Location: {scheme}://app.test/z\n\n~ kind document\n> GET {scheme}://app.test/z\n< 301 Moved Permanently\n< Location: https://app.test/z\n\n~ kind fetch\n> POST https://app.test/go\n> Origin: https://app.test\n> Content-Type: application/json\n>\n> {{\"a\":\"1\",\"b\":\"2\"}}\n< 403 Forbidden\n{answer}"
            )
        };
        reports(ID, &session("http", ""));
        is_silent(ID, &session("https", ""));
        is_silent(ID, &session("http", "<\n< You may not do this.\n"));
        reports(ID, &session("http", "<\n< The request origin is not authorized to access this resource.\n"));
    }
}
