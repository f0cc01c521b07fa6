use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::{Kind, ServedBy};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// A service worker of the site answered in the server's place, or sent the request on without what
    /// the page had put into it. The server may never have been asked.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// ~ from service-worker
    /// > GET https://app.example.test/api/me
    /// > Authorization: Bearer {secret t 40}
    /// < 401 Unauthorized
    /// ```
    ServiceWorkerInterference {
        id: "service-worker-interference",
        family: "network",
        side: Client,
        stage: Intercepted,
        title: "The page's service worker changed or answered the request",
        recognised: "The refused exchange was answered by the page's service worker.",
        remedies: [
            (User, "Reload with Shift, or remove the site's service worker in the browser's developer tools.", "The next answer comes from the network."),
            (Developer, "Do not cache answers to requests with Authorization or cookies in the service worker, and pass requests on unchanged.", "The answer is served by the network."),
            (Administrator, "Serve the service worker's script with Cache-Control: no-cache, so that repairs arrive.", "The browser loads the new worker."),
        ],
        references: [("MDN: using service workers", "https://developer.mozilla.org/docs/Web/API/Service_Worker_API/Using_Service_Workers")],
    }
}

impl Cause for ServiceWorkerInterference {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        if is_refusal && case.exchange().served_by == ServedBy::Network {
            return hides_the_question(case);
        }
        if !is_refusal || case.exchange().served_by != ServedBy::ServiceWorker {
            return None;
        }
        let url = &case.exchange().url;
        let asked = case.others().find(|(_, record)| record.exchange.url == *url && record.exchange.served_by == ServedBy::Network);
        // A success in which somebody is lost is the page that the worker puts in the place of every other.
        let is_shell = case.failure.kind == FailureKind::Bounced && (200..=299).contains(&case.exchange().status());
        let certainty = if asked.is_some() || is_shell { Certainty::Likely } else { Certainty::Possible };
        let summary = if is_shell {
            format!("The service worker answered {} by a page of its own, so that the server was never asked.", case.request())
        } else {
            format!("The service worker of the page answered {} by {}.", case.request(), case.exchange().status())
        };
        let finding = Finding::new(&META, certainty, summary).about(case.host()).shown(
            case.at(),
            Place::Status,
            "Served by the service worker, not by the network.",
        );
        Some(match asked {
            Some((position, _)) => finding.shown(position, Place::Status, "This is what the network answers."),
            None => finding.next("Reload without the service worker: is the answer the same?"),
        })
    }
}

/// The worker answers each page, so that the browser never asks for the name and password that every call lacks.
fn hides_the_question(case: &Case<'_>) -> Option<Finding> {
    let before = case.bore_what_is_asked_for().filter(|_| case.exchange().kind.is_by_script())?;
    let is_page = |(_, other): &(usize, &Record)| other.exchange.kind == Kind::Document;
    let (page, _) = case.earlier().find(is_page).filter(|(_, page)| page.exchange.served_by == ServedBy::ServiceWorker)?;
    let summary = format!("The service worker answers the pages of {}, so that nobody is asked for the credentials it wants.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(before, Place::Sent("authorization", 0), "The browser sent these where a page had asked for them.")
            .shown(page, Place::Status, "Served by the service worker, not by the network.")
            .shown(case.at(), Place::Received("www-authenticate", 0), "The server asks a call, which comes without them.")
            .next("Reload without the service worker: does the browser ask for the name and password?"),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "service-worker-interference";

    fn call(by: &str, status: &str) -> String {
        format!("~ kind fetch\n{by}> GET https://app.test/api/me\n> Authorization: Bearer {{secret t 30}}\n< {status}\n\n")
    }

    #[test]
    fn reports_an_answer_of_the_worker() {
        let diagnosis = diagnose(&call("~ from service-worker\n", "403 Forbidden"));
        assert!(diagnosis.failures[0].causes.iter().any(|cause| cause.id == ID), "{diagnosis:?}");
    }

    #[test]
    fn a_worker_that_serves_the_pages_hides_the_question_for_a_password() {
        let get = |by: &str, kind: &str, path: &str, who: &str, answer: &str| {
            format!("{by}~ kind {kind}\n> GET https://iot.test{path}\n{who}< {answer}\n\n")
        };
        let (asks, who) = ("401 Unauthorized\n< WWW-Authenticate: Basic realm=\"r\"", "> Authorization: {basic a:b}\n");
        let before =
            get("", "document", "/", "", asks) + &get("", "document", "/", who, "200 OK") + &get("", "fetch", "/api", who, "200 OK");
        let cookie = "> Cookie: s={secret s 40}\n";
        let after = |by: &str| format!("@ 9h\n{}{}", get(by, "document", "/", "", "200 OK"), get("", "fetch", "/api", cookie, asks));
        reports(ID, &(before.clone() + &after("~ from service-worker\n")));
        is_silent(ID, &(before + &after("")));
        is_silent(ID, &after("~ from service-worker\n"));
    }

    #[test]
    fn passes_over_the_network_and_workers_that_serve_what_is_right() {
        is_silent(ID, &call("", "401 Unauthorized"));
        is_silent(ID, &call("~ from cache\n", "401 Unauthorized"));
        is_healthy(&call("~ from service-worker\n", "200 OK"));
    }
}
