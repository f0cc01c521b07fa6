use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, FailureKind, Reception, Record};

declare_cause! {
    /// The same session cookie is accepted by one server behind the balancer and refused by another,
    /// which does not know the session.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/a
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < X-Served-By: app1
    ///
    /// > GET https://app.example.test/b
    /// > Cookie: sid={secret s 32}
    /// < 401 Unauthorized
    /// < X-Served-By: app2
    ///
    /// > GET https://app.example.test/a
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < X-Served-By: app1
    /// ```
    SessionNotSticky {
        id: "session-not-sticky",
        family: "cookies",
        side: Server,
        stage: Refused,
        title: "The session lives on one server and the balancer picks another",
        recognised: "The same cookie is accepted before and after the refusal, and a mark of the server that answered differs between acceptance and refusal.",
        remedies: [
            (User, "Try again; the next request may reach the server that knows you.", "The page opens at times."),
            (Developer, "Keep sessions where every server finds them: a shared store, or signed tokens with a shared key.", "Every server accepts the cookie."),
            (Administrator, "Switch stickiness on at the balancer, or share the session store and its keys between the servers.", "Requests with the same cookie carry the same server mark, or all are accepted."),
        ],
        references: [("HAProxy: stickiness", "https://docs.haproxy.org/2.6/configuration.html#4.2-cookie"), ("AWS: sticky sessions", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html")],
    }
}

impl Cause for SessionNotSticky {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        if !is_refusal || case.facts().credentials.is_some() || case.facts().cookies.is_empty() {
            return None;
        }
        let (name, refused_by) = backend(case.record)?;
        let by_another = |(_, record): &(usize, &Record)| {
            record.was_accepted()
                && record.bears_the_same_credentials_as(case.record)
                && backend(record).is_some_and(|(other, value)| other == name && value != refused_by)
        };
        let by_the_same = |(_, record): &(usize, &Record)| {
            record.was_accepted() && record.bears_the_same_credentials_as(case.record) && backend(record) == Some((name, refused_by))
        };
        // What set the cookie takes it as well.
        let set_by_another = |(_, record): &(usize, &Record)| {
            let sets = |reception: &Reception| {
                case.facts().cookie(&reception.name).is_some()
                    && matches!(reception.outcome, Outcome::Kept | Outcome::Replaced)
                    && case.session.carries(record, &reception.name) > Carries::No
            };
            record.was_accepted()
                && record.receptions.iter().any(sets)
                && backend(record).is_some_and(|(other, value)| other == name && value != refused_by)
        };
        let (before, accepted) = case.earlier().find(|one| by_another(one) || set_by_another(one))?;
        let (_, accepted_by) = backend(accepted)?;
        if case.others().any(|other| by_the_same(&other)) {
            return None;
        }
        let after = case.later().find(by_another);
        // No session runs out while somebody is at work with it.
        let is_at_once = case.exchange().started.since(accepted.exchange.started) <= AT_ONCE;
        let certainty = if after.is_some() || is_at_once { Certainty::Likely } else { Certainty::Possible };
        let finding =
            Finding::new(&META, certainty, format!("{} accepts the session on {accepted_by} and refuses it on {refused_by}.", case.host()))
                .about(name)
                .shown(before, Place::Received(name, 0), "This server set the cookie or accepted it.")
                .shown(case.at(), Place::Received(name, 0), "This one refuses it.");
        Some(match after {
            Some((after, _)) => finding.shown(after, Place::Received(name, 0), "And the former accepts it again."),
            None => finding,
        })
    }
}

/// Milliseconds after which a session that nobody ended is as good as before.
const AT_ONCE: i64 = 60_000;

/// Fields by which balancers and servers say who answered, in lower case. Common practice of HAProxy,
/// nginx, Varnish, Heroku and Kubernetes setups; checked 2026-11-21.
const MARKS: [&str; 9] =
    ["x-served-by", "x-backend", "x-backend-server", "x-server", "x-server-id", "x-upstream", "x-instance", "x-node", "x-pod"];

fn backend(record: &Record) -> Option<(&'static str, &str)> {
    MARKS.into_iter().find_map(|name| record.exchange.received(name).map(|value| (name, value)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "session-not-sticky";

    fn call(path: &str, answer: &str, server: &str) -> String {
        format!("> GET https://app.test/{path}\n> Cookie: sid={{secret s 24}}\n< {answer}\n< X-Served-By: {server}\n\n")
    }

    #[test]
    fn names_both_servers() {
        let summary = reports(ID, &(call("a", "200 OK", "one") + &call("b", "401 Unauthorized", "two") + &call("a", "200 OK", "one")));
        assert!(summary.contains("one") && summary.contains("two"), "{summary}");
    }

    #[test]
    fn passes_over_one_server_and_a_session_that_every_server_knows() {
        is_silent(ID, &(call("a", "200 OK", "one") + &call("b", "401 Unauthorized", "one") + &call("a", "200 OK", "one")));
        is_silent(
            ID,
            &(call("a", "200 OK", "one")
                + &call("c", "200 OK", "two")
                + &call("b", "401 Unauthorized", "two")
                + &call("a", "200 OK", "one")),
        );
        is_silent(ID, &call("b", "401 Unauthorized", "two"));
    }

    #[test]
    fn passes_over_balanced_requests_that_all_succeed() {
        is_healthy(&(call("a", "200 OK", "one") + &call("b", "200 OK", "two")));
    }
}
