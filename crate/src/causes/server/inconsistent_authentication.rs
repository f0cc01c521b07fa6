use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The same request with the same credentials succeeds, fails, and succeeds again. Nothing of it
    /// changed; something behind the server does.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    ///
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret t 40}
    /// < 401 Unauthorized
    ///
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    /// ```
    InconsistentAuthentication {
        id: "inconsistent-authentication",
        family: "server",
        side: Server,
        stage: Refused,
        title: "The same request is accepted and refused",
        recognised: "Equal requests with equal credentials are accepted and refused by turns, nobody logs in between, nothing expired, and no mark tells the servers behind the name apart.",
        remedies: [
            (User, "Try again.", "The page opens at times."),
            (Developer, "Log which instance and which key or cache judged the request.", "The log tells accepted and refused requests apart."),
            (Administrator, "Compare the instances behind this name: keys, clocks, caches, versions.", "All of them accept the request."),
        ],
        references: [("RFC 9110 11.6: user agents and credentials", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6")],
    }
}

impl Cause for InconsistentAuthentication {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refused = case.is_denied() || case.failure.kind == FailureKind::Bounced;
        if !is_refused || !case.facts().bears_credentials() {
            return None;
        }
        let wavering = case.wavering()?;
        // What is refused once between two others may have been asked for at a bad moment, and a permission may come and go.
        let certainty = if wavering.turns > 2 && wavering.is_of_identity { Certainty::Likely } else { Certainty::Possible };
        let summary = format!("{} takes the same credentials and refuses them, by turns, for the same requests.", case.host());
        let finding = Finding::new(&META, certainty, summary).about(case.host()).shown(wavering.taken, Place::Status, "Accepted.").shown(
            wavering.refused,
            Place::Status,
            "The same credentials, refused.",
        );
        Some(finding.next("Which server or process behind this name answered each of them."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "inconsistent-authentication";

    fn call(token: &str, status: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {{secret {token} 30}}\n< {status}\n\n")
    }

    #[test]
    fn reports_a_refusal_between_two_acceptances() {
        reports(ID, &(call("t", "200 OK") + &call("t", "403 Forbidden") + &call("t", "200 OK")));
    }

    #[test]
    fn a_session_that_only_some_processes_know() {
        let login = "~ kind fetch\n> POST https://a.test/in\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly\n\n";
        let call =
            |path: &str, status: &str| format!("~ kind fetch\n> GET https://a.test{path}\n> Cookie: s={{secret s 40}}\n< {status}\n\n");
        let (yes, no) = ("200 OK", "401 Unauthorized");
        let calls = |ways: [(&str, &str); 5]| ways.iter().map(|(path, way)| call(path, way)).collect::<String>();
        let mixed = calls([("/a", yes), ("/b", no), ("/b", yes), ("/a", no), ("/c", no)]);
        reports(ID, &(login.to_owned() + &mixed));
        is_silent("permission-denied-as-401", &(login.to_owned() + &mixed));
        // One stays shut; the session ended; there was a new login.
        for other in [
            calls([("/a", yes), ("/b", no), ("/a", yes), ("/b", no), ("/a", yes)]),
            calls([("/a", yes), ("/b", yes), ("/a", no), ("/b", no), ("/a", no)]),
            call("/a", yes) + &call("/a", no) + login + &call("/a", yes) + &call("/b", no),
        ] {
            is_silent(ID, &(login.to_owned() + &other));
        }
    }

    #[test]
    fn pages_that_are_shown_and_lead_to_the_login_by_turns() {
        let login = "~ kind document\n> POST https://a.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /\n< Set-Cookie: s={secret s 60}; HttpOnly\n\n";
        let page =
            |path: &str, answer: &str| format!("~ kind document\n> GET https://a.test{path}\n> Cookie: s={{secret s 60}}\n< {answer}\n\n");
        let (yes, no) = ("200 OK\n<\n< <h1>Plan</h1>", "302 Found\n< Location: /login");
        let pages = |ways: [(&str, &str); 5]| ways.iter().map(|(path, way)| page(path, way)).collect::<String>();
        reports(ID, &(login.to_owned() + &pages([("/", yes), ("/plan", no), ("/plan", yes), ("/", no), ("/x", no)])));
        is_silent(ID, &(login.to_owned() + &pages([("/", yes), ("/plan", yes), ("/plan", no), ("/", no), ("/x", no)])));
    }

    const LOGIN: &str = "~ kind fetch\n> POST https://a.test/in\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret s 40}; HttpOnly\n\n";

    /// Calls by turns taken and refused, which bear the session and what else is said of each.
    fn by_turns(own: &[&str], refusal: &str) -> String {
        let call = |(at, own): (usize, &&str)| {
            let status = if at % 2 == 0 { "200 OK" } else { refusal };
            let (cookie, field) = own.strip_prefix("; ").map_or(("", *own), |cookie| (cookie, ""));
            format!("~ kind fetch\n> GET https://a.test/report\n{field}> Cookie: s={{secret s 40}}; {cookie}\n< {status}\n\n")
        };
        LOGIN.to_owned() + &own.iter().enumerate().map(call).collect::<String>()
    }

    #[test]
    fn passes_over_what_tells_requests_apart() {
        for own in [
            ["> X-Tenant: a\n", "> X-Tenant: b\n", "> X-Tenant: a\n", "> X-Tenant: b\n"],
            ["; tenant=a", "; tenant=b", "; tenant=a", "; tenant=b"],
        ] {
            is_silent(ID, &by_turns(&own, "403 Forbidden"));
            is_silent(ID, &by_turns(&own, "401 Unauthorized"));
        }
        // What is new in each request tells only when it was asked, and so does a tracer.
        for own in [
            ["> X-Nonce: 1\n", "> X-Nonce: 2\n", "> X-Nonce: 3\n", "> X-Nonce: 4\n"],
            ["; node=1", "; node=2", "; node=3", "; node=4"],
            ["> Traceparent: 1\n", "> Traceparent: 2\n", "> Traceparent: 1\n", "> Traceparent: 2\n"],
        ] {
            reports(ID, &by_turns(&own, "401 Unauthorized"));
        }
    }

    #[test]
    fn a_permission_that_comes_and_goes_is_possible_at_most() {
        let certainty = |text: &str| {
            let found = diagnose(text).failures;
            found.into_iter().flat_map(|failure| failure.causes).find(|cause| cause.id == ID).map(|cause| cause.certainty)
        };
        assert_eq!(certainty(&by_turns(&[""; 4], "401 Unauthorized")), Some(Certainty::Likely));
        assert_eq!(certainty(&by_turns(&[""; 4], "403 Forbidden")), Some(Certainty::Possible));
    }

    #[test]
    fn passes_over_what_is_done_to_be_let_in() {
        let call = |status: &str| format!("~ kind fetch\n> GET https://a.test/vault\n> Cookie: s={{secret s 40}}\n< {status}\n\n");
        let act = |path: &str| format!("~ kind fetch\n> POST https://a.test{path}\n> Cookie: s={{secret s 40}}\n< 204 No Content\n\n");
        let (yes, no) = (call("200 OK"), call("401 Unauthorized"));
        is_silent(ID, &format!("{LOGIN}{no}{}{yes}@ 20m\n{no}{}{yes}", act("/confirm"), act("/confirm")));
        reports(ID, &format!("{LOGIN}{no}{}{yes}@ 20m\n{no}{yes}", act("/confirm")));
        reports(ID, &format!("{LOGIN}{yes}{}{no}{yes}", act("/confirm")));
    }

    #[test]
    fn passes_over_an_end_and_another_token() {
        is_silent(ID, &(call("t", "200 OK") + &call("t", "401 Unauthorized")));
        is_silent(ID, &(call("t", "200 OK") + &call("t", "401 Unauthorized") + &call("u", "200 OK")));
        is_silent(ID, &(call("t", "401 Unauthorized") + &call("t", "200 OK")));
    }
}
