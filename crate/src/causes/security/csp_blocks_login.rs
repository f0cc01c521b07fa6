use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::site::is_downgrade;

declare_cause! {
    /// The page's own Content-Security-Policy forbids the step: it names the addresses that scripts, forms and frames
    /// of the page may go to, and the one of the login is not among them. The browser sends nothing.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/
    /// < 200 OK
    /// < Content-Security-Policy: default-src 'self'; connect-src 'self'
    ///
    /// ~ kind fetch
    /// > POST https://id.example.test/token
    /// > Origin: https://app.example.test
    /// > Referer: https://app.example.test/
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=authorization_code&code={secret c 30}&client_id=app
    /// < ! net::ERR_BLOCKED_BY_CSP
    /// ```
    CspBlocksLogin {
        id: "csp-blocks-login",
        family: "security",
        side: Server,
        stage: Unreachable,
        title: "The page's own policy forbids the step",
        recognised: "A request without an answer whose target the Content-Security-Policy of its page forbids (connect-src, form-action, frame-src or what they fall back to), or of which the browser says that such a policy blocked it. Or a form whose answer leads where form-action of its page does not, and that the browser stopped.",
        remedies: [
            (User, "Nothing to do; tell the site's developers what the browser's console says.", "The login goes on."),
            (Developer, "Add the origin of the login to connect-src for scripts, frame-src for frames, form-action for forms and where their answers redirect to.", "The console names no violation, and the request is answered."),
            (Administrator, "Look for a proxy or a middleware that sets a policy of its own: where there are two, both have to allow the address.", "The page has one policy, and it names the provider."),
        ],
        references: [("Content Security Policy Level 3: connect-src", "https://www.w3.org/TR/CSP3/#directive-connect-src"), ("Content Security Policy Level 3: form-action", "https://www.w3.org/TR/CSP3/#directive-form-action"), ("MDN: Content-Security-Policy", "https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP")],
    }
}

/// Chromium's net_error_list.h, and Playwright's word for it; checked 2026-11-29.
const BLOCKED: [&str; 2] = ["net::ERR_BLOCKED_BY_CSP", "csp"];

impl Cause for CspBlocksLogin {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = case.exchange().error.as_deref();
        // Where the answer was a redirect, some captures only say that the browser let go.
        let is_let_go = || case.session.is_forbidden_redirect(case.at());
        let is_other = error.is_some_and(|error| !BLOCKED.contains(&error));
        if case.failure.kind != FailureKind::Unreachable || is_other && !is_let_go() {
            return None;
        }
        if let Some(finding) = of_its_own_form(case) {
            return Some(finding);
        }
        let target = case.record.redirect_target().unwrap_or(&case.exchange().url);
        let policy = case.session.forbidding(case.at(), target);
        let summary = match &policy {
            Some((_, _, forbidden)) => format!(
                "{} of the page does not allow {}, so the browser did not {} {}.",
                forbidden.directive,
                target.host_str().unwrap_or_default(),
                if case.record.redirect_target().is_some() { "follow the answer to" } else { "send" },
                case.request()
            ),
            None => format!("A Content-Security-Policy of the page kept {} from being sent.", case.request()),
        };
        // An extension that takes policies away would let the request through to a server that is down.
        let certainty = if error.is_some() && !is_other { Certainty::Stated } else { Certainty::Likely };
        // A server that answers https by its own address over http is at fault, and no policy.
        let certainty = if is_downgrade(&case.exchange().url, target) { Certainty::Possible } else { certainty };
        let finding = Finding::new(&META, certainty, summary).about(case.host());
        let finding = match error {
            Some(error) => finding.shown(case.at(), Place::Error, format!("The browser says {error}.")),
            None => finding.shown(case.at(), Place::Target, "This request got no answer."),
        };
        match policy {
            Some((at, nth, forbidden)) => {
                let allowed = if forbidden.allowed.is_empty() { "nothing" } else { forbidden.allowed };
                let says = format!("{} allows {allowed}.", forbidden.directive);
                Some(finding.shown(at, Place::Received("content-security-policy", nth), says))
            }
            None => error.map(|_| finding.unseen("The page's policy: it is not in this capture.")),
        }
    }
}

/// A page whose policy lets its own form go nowhere.
fn of_its_own_form(case: &Case<'_>) -> Option<Finding> {
    let (target, nth, forbidden) = case.session.shut_form(case.at())?;
    let certainty = if is_downgrade(&case.exchange().url, &target) { Certainty::Possible } else { Certainty::Likely };
    let allowed = if forbidden.allowed.is_empty() { "nothing" } else { forbidden.allowed };
    let summary = format!(
        "{} of {} does not let its own form go to {}, so no login is ever sent.",
        forbidden.directive,
        case.exchange().url.path(),
        target.origin().ascii_serialization()
    );
    let text = case.exchange().response_text();
    Some(
        Finding::new(&META, certainty, summary)
            .about(case.host())
            .shown(case.at(), Place::ResponseBody(0..text.len()), format!("The form leads to {}.", target.origin().ascii_serialization()))
            .shown(case.at(), Place::Received("content-security-policy", nth), format!("{} allows {allowed}.", forbidden.directive)),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "csp-blocks-login";

    fn page(policy: &str) -> String {
        format!("~ kind document\n> GET https://app.test/\n< 200 OK\n< Content-Security-Policy: {policy}\n\n")
    }
    #[test]
    fn a_page_whose_policy_shuts_its_own_form() {
        let page = |action: &str, content: &str| {
            format!(
                "~ kind document\n> GET https://app.test/in\n< 200 OK\n< Content-Security-Policy: form-action 'self'\n<\n< {content}<form method=post action=\"{action}\"><input name=u><input type=password name=p></form>\n\n"
            )
        };
        let twice = |action: &str| page(action, "") + "@ 20s\n" + &page(action, "");
        reports(ID, &twice("https://sso.test/in"));
        reports("proxy-unaware-application", &twice("http://app.test/in"));
        is_silent(ID, &twice("/in"));
        // It was looked at once only, or the login went out all the same.
        is_silent(ID, &page("https://sso.test/in", ""));
        let login = "~ kind fetch\n> POST https://app.test/api/in\n> Content-Type: application/json\n>\n> {\"u\":\"a\",\"password\":\"b\"}\n< 200 OK\n\n";
        is_silent(ID, &(twice("https://sso.test/in") + login));
    }

    #[test]
    fn an_answer_that_leads_where_the_policy_lets_no_form_go() {
        let login = |to: &str, error: &str| {
            format!(
                "~ kind document\n~ error {error}\n> POST https://app.test/in\n> Sec-Fetch-Site: same-origin\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: {to}\n\n"
            )
        };
        let page = page("form-action 'self'");
        reports(ID, &(page.clone() + &login("https://other.test/home", "net::ERR_ABORTED")));
        is_silent(ID, &(page.clone() + &login("https://app.test/home", "net::ERR_ABORTED")));
        reports("proxy-unaware-application", &(page + &login("http://app.test/home", "net::ERR_ABORTED")));
    }

    fn login(end: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://id.test/login\n> Origin: https://app.test\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n{end}"
        )
    }

    #[test]
    fn reports_what_a_page_forbids() {
        for policy in ["connect-src 'self'", "default-src 'none'", "connect-src https://*.id.test", "img-src *, default-src 'self'"] {
            reports(ID, &(page(policy) + &login("")));
            reports(ID, &(page(policy) + &login("< ! net::ERR_BLOCKED_BY_CSP\n")));
        }
        reports(ID, &login("< ! net::ERR_BLOCKED_BY_CSP\n"));
    }

    #[test]
    fn reports_a_form_that_may_not_go_there() {
        let form = "~ kind document\n> POST https://id.test/enter\n> Origin: https://app.test\n> Referer: https://app.test/\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n";
        reports(ID, &(page("form-action 'self'") + form));
        is_silent(ID, &(page("default-src 'self'") + form));
    }

    #[test]
    fn reports_a_form_whose_answer_may_not_lead_on() {
        let consent = |target: &str, end: &str| {
            format!(
                "~ kind document\n> POST https://app.test/\n> Origin: https://app.test\n> Referer: https://app.test/\n\
                 > Content-Type: application/x-www-form-urlencoded\n>\n> approve=yes\n< 302 Found\n< Location: {target}?code={{secret c 30}}&state=s\n{end}"
            )
        };
        let error = "< ! net::ERR_BLOCKED_BY_CSP\n";
        reports(ID, &(page("form-action 'self'") + &consent("http://127.0.0.1:5000/", error)));
        is_silent(ID, &(page("form-action 'self' http://127.0.0.1:5000") + &consent("http://127.0.0.1:5000/", error)));
        is_silent(ID, &(page("form-action 'self'") + &consent("http://127.0.0.1:5000/", "")));
    }

    #[test]
    fn passes_over_what_a_page_allows() {
        for policy in ["connect-src 'self' https://id.test", "default-src *", "script-src 'self'", "frame-src 'none'"] {
            is_silent(ID, &(page(policy) + &login("")));
        }
    }

    #[test]
    fn passes_over_other_failures() {
        for end in ["< ! net::ERR_CONNECTION_REFUSED\n", "< ! net::ERR_BLOCKED_BY_CLIENT\n", "< 401 Unauthorized\n"] {
            is_silent(ID, &(page("connect-src 'self'") + &login(end)));
        }
    }
}
