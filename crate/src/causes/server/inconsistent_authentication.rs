use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

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
        recognised: "Equal method, URL and credentials are accepted before and after the refusal, nothing expired, and no mark of another server behind the name.",
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
        if !case.is_denied() || !case.facts().bears_credentials() {
            return None;
        }
        let equal = |(_, record): &(usize, &Record)| {
            record.was_accepted()
                && record.exchange.url == case.exchange().url
                && record.exchange.method == case.exchange().method
                && record.bears_the_same_credentials_as(case.record)
                && record.exchange.sent("cookie") == case.exchange().sent("cookie")
                // What a script asks for may stand in the content alone.
                && record.exchange.request.body == case.exchange().request.body
        };
        let (before, _) = case.earlier_of_request().find(equal)?;
        let (after, _) = case.later().find(equal)?;
        Some(
            Finding::new(
                &META,
                Certainty::Possible,
                format!("{} accepts {} with the same credentials, refuses it, and accepts it again.", case.host(), case.request()),
            )
            .about(case.exchange().url.path())
            .shown(before, Place::Status, "Accepted.")
            .shown(case.at(), Place::Status, "Refused.")
            .shown(after, Place::Status, "Accepted again.")
            .next("Which server behind this name answered each of the three."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "inconsistent-authentication";

    fn call(token: &str, status: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {{secret {token} 30}}\n< {status}\n\n")
    }

    #[test]
    fn reports_a_refusal_between_two_acceptances() {
        reports(ID, &(call("t", "200 OK") + &call("t", "403 Forbidden") + &call("t", "200 OK")));
    }

    #[test]
    fn passes_over_an_end_and_another_token() {
        is_silent(ID, &(call("t", "200 OK") + &call("t", "401 Unauthorized")));
        is_silent(ID, &(call("t", "200 OK") + &call("t", "401 Unauthorized") + &call("u", "200 OK")));
        is_silent(ID, &(call("t", "401 Unauthorized") + &call("t", "200 OK")));
    }
}
