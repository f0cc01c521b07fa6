use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::parameters::Parameters;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// A firewall in front of the application refused the request. The application never saw it, so
    /// neither the name nor the password was judged.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 403 Forbidden
    /// < Server: cloudflare
    /// < CF-RAY: 8f1e2d3c4b5a6978-FRA
    /// <
    /// < error code: 1020
    /// ```
    WafBlocked {
        id: "waf-blocked",
        family: "security",
        side: SecurityControl,
        stage: Intercepted,
        title: "A firewall refused the request",
        recognised: "The marks of a known firewall on a refusal: its fields, its error page, its reference number; or a stock refusal page of the web server as the answer to a login whose form came from an application.",
        remedies: [
            (User, "Send the reference below to whoever runs the site; try another network or without a VPN.", "The same request gets another answer."),
            (Developer, "Look at what is unusual in the request: length, letters such as quotes or angle brackets in the password, a missing User-Agent.", "A request without it passes."),
            (Administrator, "Search the firewall's log for the reference below, and make an exception for the rule on this path if it is wrong.", "The log shows the rule, and the request passes."),
        ],
        references: [("Cloudflare: 1xxx errors", "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/"), ("OWASP Core Rule Set", "https://coreruleset.org/docs/")],
    }
}

impl Cause for WafBlocked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Refused || !matches!(case.exchange().status(), 400 | 403 | 405 | 406 | 429 | 501 | 503) {
            return None;
        }
        let summary = format!("A firewall in front of {} refused {}; the application never saw it.", case.host(), case.request());
        let by_field = || {
            let (name, _) =
                FIELDS.iter().find(|(name, value)| case.exchange().received(name).is_some_and(|received| received.contains(value)))?;
            let finding = Finding::new(&META, Certainty::Likely, summary.clone());
            Some(finding.shown(case.at(), Place::Received(name, 0), "This is the mark of a firewall that answered itself."))
        };
        stated(case, &META, summary.clone()).or_else(by_field).or_else(|| stock_page(case))
    }
}

/// Fields by which firewalls mark answers of their own. From the vendors' documentation; checked 2026-11-21.
const FIELDS: [(&str, &str); 3] = [("server", "AkamaiGHost"), ("x-sucuri-block", ""), ("x-denied-reason", "")];

/// How the error pages begin that web servers bring along, in bytes as they are: Apache httpd and nginx.
const STOCK_PAGES: [&str; 3] =
    ["<title>403 Forbidden</title>", "<title>406 Not Acceptable</title>", "<title>501 Method Not Implemented</title>"];

/// How the servers that have these pages name themselves.
const STOCK_SERVERS: [&str; 2] = ["Apache", "nginx"];

/// A submitted password that the web server itself refuses, where an application had served the form.
fn stock_page(case: &Case<'_>) -> Option<Finding> {
    let server = case.exchange().received("server").unwrap_or_default();
    // The page's own sentence speaks of permissions.
    let is_servers = STOCK_SERVERS.iter().any(|name| server.starts_with(name))
        && case.statements.iter().all(|stated| stated.cause == "insufficient-permissions");
    let is_stock = |text: &str| is_servers && STOCK_PAGES.iter().any(|page| text.contains(page));
    let is_form = |record: &crate::session::Record| record.shows_sign_in_form() && record.exchange.status() == 200;
    let (form, _) = case.earlier().find(|(_, record)| is_form(record))?;
    (case.facts().purpose == Purpose::SignIn && is_stock(case.exchange().response_text())).then(|| {
        let summary = format!(
            "The web server of {} refused {} itself, as a firewall in it would; the application did not answer.",
            case.host(),
            case.request()
        );
        let certainty = if sends_markup(case) { Certainty::Likely } else { Certainty::Possible };
        Finding::new(&META, certainty, summary)
            .shown(case.at(), Place::Status, "The answer is the web server's own error page.")
            .shown(form, Place::Target, "An application served the form.")
            .next("The web server's error log at this moment: a firewall such as ModSecurity names the rule there.")
    })
}

/// Whether a value that was submitted holds what the rules of firewalls look for: signs of SQL, HTML or a shell.
fn sends_markup(case: &Case<'_>) -> bool {
    let parameters = Parameters::of(case.exchange());
    let is_suspect =
        |value: &str| value.contains(['\'', '"', '<', '>', ';', '`', '$', '|']) || value.contains("--") || value.contains("../");
    parameters.content.pairs.iter().any(|pair| is_suspect(&pair.value))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "waf-blocked";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    const FORM: &str = "~ kind document\n> GET https://app.test/login\n< 200 OK\n<\n< <input type=password>\n\n";

    #[test]
    fn reports_the_marks_of_firewalls() {
        // Cloudflare; Imperva; F5; Akamai.
        for answer in [
            "< 403 Forbidden\n<\n< Sorry, you have been blocked",
            "< 403 Forbidden\n<\n< Request unsuccessful. Incapsula incident ID: 123000100-456",
            "< 403 Forbidden\n<\n< The requested URL was rejected. Please consult with your administrator. Your support ID is: 1029",
            "< 403 Forbidden\n< Server: AkamaiGHost\n<\n< Access Denied",
        ] {
            reports(ID, &login(answer));
        }
    }

    #[test]
    fn reports_a_stock_page_in_place_of_the_application() {
        reports(ID, &format!("{FORM}{}", login("< 403 Forbidden\n< Server: Apache\n<\n< <title>403 Forbidden</title><h1>Forbidden</h1>")));
    }

    #[test]
    fn passes_over_refusals_of_the_application_and_traffic_behind_a_firewall() {
        is_silent(
            ID,
            &format!("{FORM}{}", login("< 403 Forbidden\n< Server: cloudflare\n< CF-RAY: 8f1e\n<\n< {\"error\":\"account_disabled\"}")),
        );
        is_silent(ID, &login("< 403 Forbidden\n< Server: Apache\n<\n< <title>403 Forbidden</title>"));
        is_healthy(&login("< 200 OK\n< Server: AkamaiGHost"));
    }
}
