use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::{is_stock_page, stated};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::messages::Message;
use crate::facts::parameters::Parameters;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

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
        recognised: "The marks of a known firewall on a refusal: its fields, its error page, its reference number; a field of any firewall that says it blocked the request; or a stock refusal page of the web server as the answer to a login whose form came from an application, or to a way back from a provider.",
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
        if case.failure.kind != FailureKind::Refused {
            return None;
        }
        let summary = format!("A firewall in front of {} refused {}; the application never saw it.", case.host(), case.request());
        // Whoever runs a firewall chooses the status of its page.
        if let Some(finding) = stated(case, &META, summary.clone()) {
            return Some(finding);
        }
        if !matches!(case.exchange().status(), 400 | 403 | 405 | 406 | 429 | 501 | 503) {
            return None;
        }
        let by_field = || {
            let (name, _) =
                FIELDS.iter().find(|(name, value)| case.exchange().received(name).is_some_and(|received| received.contains(value)))?;
            let finding = Finding::new(&META, Certainty::Likely, summary.clone());
            Some(finding.shown(case.at(), Place::Received(name, 0), "This is the mark of a firewall that answered itself."))
        };
        let by_word = || {
            let name = case.record.blocked_by()?.to_owned();
            if case.others().any(|(_, other)| other.was_accepted() && other.blocked_by() == Some(&*name)) {
                return None;
            }
            let finding = Finding::new(&META, Certainty::Likely, summary.clone()).about(name.clone());
            Some(finding.shown(case.at(), Place::Status, format!("{name} says that a firewall blocked the request.")))
        };
        by_field().or_else(by_word).or_else(|| stock_page(case)).or_else(|| shut_by_login(case))
    }
}

/// Fields by which firewalls mark answers of their own. From the vendors' documentation; checked 2026-11-21.
const FIELDS: [(&str, &str); 3] = [("server", "AkamaiGHost"), ("x-sucuri-block", ""), ("x-denied-reason", "")];

/// The web server itself refuses whoever comes with a login, also where everybody was let in before without one: nobody
/// lacks a permission for that.
fn shut_by_login(case: &Case<'_>) -> Option<Finding> {
    if !is_stock_page(case) || !case.session.bears_carrier(case.record) {
        return None;
    }
    let text = case.exchange().response_text();
    let was_open = |record: &Record| {
        let mut before = case.session.of_request(&record.exchange).until(record.exchange.started).take(LOOK);
        before.find(|(_, other)| other.was_accepted() && !case.session.bears_carrier(other)).map(|(at, _)| at)
    };
    let is_same = |record: &Record| {
        record.exchange.status() == case.exchange().status()
            && record.exchange.response_text() == text
            && record.bears_the_same_credentials_as(case.record)
    };
    let near = case.session.of_origin(&case.record.origin).around(case.at()).at_most(LOOK, LOOK);
    let (at, open) = std::iter::once((case.at(), case.record))
        .chain(near)
        .filter(|(_, record)| is_same(record))
        .find_map(|(at, record)| Some((at, was_open(record)?)))?;
    let summary = format!("The web server of {} refuses whatever bears the login, also what it gave to everybody before.", case.host());
    let finding = Finding::new(&META, Certainty::Likely, summary).about(case.host());
    let finding = finding.shown(case.at(), Place::Status, "The answer is the web server's own error page.");
    let finding = finding.shown(open, Place::Status, "Without the login everybody got this.");
    Some(finding.shown(at, Place::Sent("cookie", 0), "With it nobody does.").next("Which rule of the firewall the cookie's value meets."))
}

/// Exchanges of the same origin that are looked at.
const LOOK: usize = 64;

/// A submitted password, or a way back from a provider, that the web server itself refuses, where an application had begun
/// the login.
fn stock_page(case: &Case<'_>) -> Option<Finding> {
    let is_handed_out = |message: &Message| message.kind.is_request() && !message.carrier.is_sent();
    let begins = |record: &Record| match case.facts().purpose {
        Purpose::SignIn => record.shows_sign_in_form() && record.exchange.status() == 200,
        _ => record.facts.messages.iter().any(is_handed_out),
    };
    let began = || case.earlier().find(|(_, record)| begins(record)).map(|(at, _)| (at, "An application began the login."));
    let led_back = || case.session.redirected_from(case.at()).filter(|_| case.facts().purpose == Purpose::Callback);
    let (begin, says) = began().or_else(|| Some((led_back()?, "The provider sends the browser on to an application.")))?;
    (matches!(case.facts().purpose, Purpose::SignIn | Purpose::Callback) && is_stock_page(case)).then(|| {
        let summary = format!(
            "The web server of {} refused {} itself, as a firewall in it would; the application did not answer.",
            case.host(),
            case.request()
        );
        let certainty = if sends_markup(case) { Certainty::Likely } else { Certainty::Possible };
        Finding::new(&META, certainty, summary)
            .shown(case.at(), Place::Status, "The answer is the web server's own error page.")
            .shown(begin, Place::Target, says)
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

    #[test]
    fn a_firewall_says_in_a_field_of_its_own_that_it_blocked() {
        let login = |field: &str| {
            format!(
                "~ kind xhr\n> POST https://oa.test/login\n> Content-Type: application/json\n>\n> {{\"username\":\"a\",\"password\":\"b;id\"}}\n< 403 Forbidden\n< {field}\n"
            )
        };
        reports(ID, &login("X-Gate-WAF-Action: reject"));
        reports(ID, &login("X-Firewall: Blocked"));
        is_silent(ID, &login("X-Gate-WAF-Action: pass"));
        is_silent(ID, &login("X-Wafer: reject"));
        is_silent(ID, &login("X-Cache: deny"));
        is_silent(ID, &login("X-WAF-Mode: block"));
        is_silent(ID, &("> GET https://oa.test/\n< 200 OK\n< X-WAF: block\n\n".to_owned() + &login("X-WAF: block")));
    }

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
    fn reports_a_stock_page_at_a_way_back_from_a_provider() {
        let begins = "~ kind document\n> GET https://id.test/authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1\n\
                      < 302 Found\n< Location: https://app.test/cb?code={secret c 30}&state=s1\n\n";
        let back = |answer: &str| {
            format!(
                "{begins}~ kind document\n> GET https://app.test/cb?code={{secret c 30}}&state=s1\n< 403 Forbidden\n< Server: {answer}\n"
            )
        };
        reports(
            ID,
            &back("Apache/2.4.62\n<\n< <h1>Forbidden</h1><p>You don't have permission.</p><hr><address>Apache/2.4.62 Server</address>"),
        );
        reports(ID, &back("Gate/2\n<\n< <h1>403</h1><hr><center>Gate/2</center>"));
        is_silent(ID, &back("Apache\n<\n< <div id=app><h1>Forbidden</h1></div>"));
        is_silent(ID, &back("Gate/2\n<\n< <h1>Forbidden</h1><address>Head office, 2 High Street</address>"));
    }

    #[test]
    fn reports_a_server_that_shuts_out_whoever_bears_the_login() {
        let page =
            |path: &str, cookie: &str, answer: &str| format!("~ kind document\n> GET https://org.test{path}\n{cookie}< {answer}\n\n");
        let enters = "~ kind xhr\n> POST https://org.test/api/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly\n\n";
        let stock = "403 Forbidden\n< Server: Gate/2\n<\n< <html><title>403 Forbidden</title><hr><center>Gate/2</center></html>";
        let bearing = "> Cookie: sid={secret s 30}\n";
        let open = page("/", "", "200 OK") + enters;
        reports(ID, &(open.clone() + &page("/desk", bearing, stock) + &page("/", bearing, stock)));
        // What was never open may be for others, and what stays open is no matter of the login.
        is_silent(ID, &(open.clone() + &page("/desk", bearing, stock)));
        is_silent(ID, &(open.clone() + &page("/desk", bearing, stock) + &page("/", bearing, "200 OK")));
        is_silent(
            ID,
            &(open + &page("/desk", bearing, "403 Forbidden\n<\n< No entry") + &page("/", bearing, "403 Forbidden\n<\n< No entry")),
        );
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
