use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// Something in front of the application refused the request in its own name, for a login of its own: the
    /// application never saw what was sent, so its tokens and its log say nothing of it. Mostly an address that
    /// another rule of the gateway covers than those which work.
    ///
    /// ```http-notation
    /// > GET https://tools.example.test/mcp/health
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    /// < Content-Type: application/json
    ///
    /// > POST https://tools.example.test/mcp
    /// > Authorization: Bearer {secret t 40}
    /// < 401 Unauthorized
    /// < X-Goog-IAP-Generated-Response: true
    /// ```
    AnsweredByAnotherGateway {
        id: "answered-by-another-gateway",
        family: "server",
        side: SecurityControl,
        stage: Intercepted,
        title: "A gateway in front wants its own login",
        recognised: "The refusal bears a gateway's own mark (Google IAP, Cloudflare Access, an AWS load balancer, Azure App Service, oauth2-proxy), or another Server than the answers that accept the same credentials.",
        remedies: [
            (User, "Open the application's own page first; where that works and this does not, tell its administrator the address.", "The address opens."),
            (Developer, "Compare this address with one that works: path, host, a slash at the end; and send the gateway the credential that it asks for where both are meant to look.", "The request reaches the application's log."),
            (Administrator, "Look up in the gateway which rule covers this address, and route it as those that work, or let the application's own token pass there.", "The answer bears the application's fields, not the gateway's."),
        ],
        references: [("Google IAP: programmatic authentication", "https://cloud.google.com/iap/docs/authentication-howto"), ("Cloudflare Access: service tokens", "https://developers.cloudflare.com/cloudflare-one/identity/service-tokens/"), ("AWS: listener rules of an Application Load Balancer", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html")],
    }
}

/// How gateways mark answers that they make themselves: field in lower case, what its value holds, who it is. From
/// the documentation of Google IAP, Cloudflare Access, AWS and Microsoft; checked 2026-11-29.
const MARKS: [(&str, &str, &str); 6] = [
    ("x-goog-iap-generated-response", "", "Google's Identity-Aware Proxy"),
    ("www-authenticate", "cloudflare-access", "Cloudflare Access"),
    ("location", ".cloudflareaccess.com/", "Cloudflare Access"),
    ("cf-access-domain", "", "Cloudflare Access"),
    ("server", "awselb/", "an AWS load balancer"),
    ("x-ms-middleware-request-id", "", "the authentication of Azure App Service"),
];

impl Cause for AnsweredByAnotherGateway {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if let Some(finding) = keeps_the_field_for_itself(case) {
            return Some(finding);
        }
        let bears = case.facts().credentials.is_some() || case.hides_what_was_refused() || case.session.bears_carrier(case.record);
        let is_refused = case.is_denied() || case.failure.kind == FailureKind::Bounced;
        if !bears || !is_refused || case.facts().purpose.is_login() {
            return None;
        }
        let accepted = case.accepted_elsewhere().find(|(_, other)| other.facts.purpose == Purpose::Api && has_no_mark(other));
        // What marks answers that went through as well tells nothing of who made this one.
        let is_common = |found: &(&'static str, &'static str)| {
            case.others().any(|(_, other)| other.was_accepted() && mark(other).as_ref() == Some(found))
        };
        let (field, who, certainty) = match (mark(case.record).filter(|found| !is_common(found)), &accepted) {
            (Some((field, who)), Some(_)) => (field, who.to_owned(), Certainty::Stated),
            (Some((field, who)), None) => (field, who.to_owned(), Certainty::Likely),
            (None, Some((_, other))) => ("server", another_server(case.record, other)?, Certainty::Likely),
            (None, None) => return None,
        };
        let finding = Finding::new(
            &META,
            certainty,
            format!("{who} answered {} itself; the application behind it did not see the request.", case.request()),
        )
        .about(field)
        .shown(case.at(), Place::Received(field, 0), format!("This is how {who} marks its answers."));
        Some(match accepted {
            Some((at, _)) => finding.shown(at, Place::Status, "Here the same credentials reached the application, and were accepted."),
            None => finding,
        })
    }
}

/// Basic credentials of a script that are refused where the browser's own were and are accepted: a gate asks for those, and
/// takes what is meant for the application behind it for its own.
fn keeps_the_field_for_itself(case: &Case<'_>) -> Option<Finding> {
    let challenge = case.facts().challenge("basic").filter(|_| case.is_denied())?;
    let (at, _) = case.other_basic_around()?;
    let summary = format!(
        "Something in front of {} has Basic credentials of its own, and refuses those of {}, which are meant for the application.",
        case.host(),
        case.request()
    );
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about("basic")
            .shown(case.at(), Place::Sent("authorization", 0), "A script put these into the only field that there is.")
            .shown(case.at(), Place::Received("www-authenticate", challenge.field), "They are refused here.")
            .shown(at, Place::Sent("authorization", 0), "The browser's own are accepted, before and after."),
    )
}

fn mark(record: &Record) -> Option<(&'static str, &'static str)> {
    let holds = |field: &str, part: &str| record.exchange.received(field).is_some_and(|value| value.to_ascii_lowercase().contains(part));
    MARKS.iter().find(|(field, part, _)| holds(field, part)).map(|(field, _, who)| (*field, *who))
}

fn has_no_mark(record: &Record) -> bool {
    mark(record).is_none()
}

/// The program that answered here, where another one answered there. Versions are no difference.
fn another_server(here: &Record, there: &Record) -> Option<String> {
    let program = |record: &Record| Some(record.exchange.received("server")?.split(['/', ' ']).next()?.to_ascii_lowercase());
    let (here, there) = (program(here)?, program(there)?);
    (here != there).then_some(here)
}

#[cfg(test)]
mod tests {
    #[test]
    fn passes_over_a_mark_that_answers_bear_which_went_through() {
        let call = |path: &str, bears: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://app.test/api/{path}\n{bears}< {answer}\n< X-Ms-Middleware-Request-Id: a\n\n")
        };
        let token = "> Authorization: Bearer {secret t 60}\n";
        let refused = call("orders", token, "401 Unauthorized");
        reports(ID, &refused);
        is_silent(ID, &(call("health", "", "200 OK") + &refused));
    }

    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "answered-by-another-gateway";

    fn call(path: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://tool.test{path}\n> Authorization: Bearer {{secret t 40}}\n< {answer}\n\n")
    }

    #[test]
    fn a_gateway_is_known_by_its_mark() {
        for mark in ["X-Goog-IAP-Generated-Response: true", "Server: awselb/2.0", "X-MS-Middleware-Request-Id: 1"] {
            reports(ID, &(call("/v1", "200 OK\n< Server: gunicorn") + &call("/v2", &format!("401 Unauthorized\n< {mark}"))));
        }
    }

    #[test]
    fn a_gate_takes_the_field_that_the_application_needs() {
        let page = |who: &str| format!("~ kind document\n> GET https://mq.test/\n> Authorization: {{basic {who}}}\n< 200 OK\n\n");
        let whoami = "~ kind xhr\n> GET https://mq.test/whoami\n> Authorization: {basic app:b}\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"Ops\"\n\n";
        reports(ID, &format!("{}{whoami}{}", page("ops:a"), page("ops:a")));
        // Somebody who mistyped a name, and is let in by the other one.
        is_silent(ID, &format!("{whoami}{}", page("ops:a")));
        is_silent(ID, &format!("{}{whoami}", page("ops:a")));
        let by_script = page("ops:a").replace("document", "xhr");
        is_silent(ID, &format!("{by_script}{whoami}{by_script}"));
    }

    #[test]
    fn another_program_that_refuses_what_was_accepted_is_one() {
        reports(ID, &(call("/v1", "200 OK\n< Server: gunicorn") + &call("/v2", "403 Forbidden\n< Server: nginx/1.24.0")));
    }

    #[test]
    fn passes_over_the_application_itself() {
        is_silent(ID, &(call("/v1", "200 OK\n< Server: nginx/1.24.0") + &call("/v2", "403 Forbidden\n< Server: nginx/1.25.1")));
        is_silent(ID, &call("/v2", "401 Unauthorized\n< Server: nginx"));
    }

    #[test]
    fn passes_over_requests_that_bring_nothing() {
        is_silent(ID, "~ kind fetch\n> GET https://tool.test/v2\n< 401 Unauthorized\n< X-Goog-IAP-Generated-Response: true\n");
    }
}
