use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// The credentials are good: the same server accepts them for other things before and after. What
    /// is missing is a permission, and the right answer to that is 403.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/orders
    /// > Authorization: Bearer {secret t 40}
    /// < 200 OK
    ///
    /// > GET https://api.example.test/admin
    /// > Authorization: Bearer {secret t 40}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"error": "You do not have permission to perform this action"}
    /// ```
    PermissionDeniedAs401 {
        id: "permission-denied-as-401",
        family: "server",
        side: Server,
        stage: NotAllowed,
        title: "The server says 401 where it means 403",
        recognised: "A 401 for credentials that the same origin accepts for other requests, and words that speak of permission, or acceptance both before and after, or the same refusal after a new login whose credentials are accepted elsewhere; or a challenge for another password of the same user and none for this one.",
        remedies: [
            (User, "Ask for the permission; logging in again will not help.", "The page opens."),
            (Developer, "Answer 403 where somebody is known and not allowed, so that clients do not ask for a login again.", "The same request is answered by 403."),
            (Administrator, "Give the account the role that this page asks for, if it should have it.", "The page opens."),
        ],
        references: [("RFC 9110 15.5.4: 403 Forbidden", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4")],
    }
}

impl Cause for PermissionDeniedAs401 {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Refused
            || case.exchange().status() != 401
            || !(case.facts().bears_credentials() || case.bears_own_session())
        {
            return None;
        }
        // Nobody is known before a login.
        if case.facts().purpose == Purpose::SignIn && case.session.asks_as_visitor(case.at(), case.record) {
            return None;
        }
        let path = case.exchange().url.path();
        if let Some(asked) = asked_another_password(case) {
            let summary = format!(
                "{} asks for no other password for {}: it knows who asks, and says 401 where it means 403.",
                case.host(),
                case.request()
            );
            return Some(
                Finding::new(&META, Certainty::Possible, summary)
                    .about(path)
                    .shown(asked, Place::Received("www-authenticate", 0), "Another password of the same user is answered by a challenge.")
                    .shown(case.at(), Place::Status, "This one is refused without."),
            );
        }
        // One may read and not write.
        let is_another = |record: &Record| record.exchange.url.path() != path || record.exchange.method != case.exchange().method;
        let elsewhere = |(_, record): &(usize, &Record)| {
            record.was_accepted()
                && record.bears_the_same_credentials_as(case.record)
                && is_another(record)
                && !record.facts.purpose.is_login()
        };
        let before = case.earlier().find(elsewhere);
        let after = case.later().find(elsewhere);
        let said = case.stated("insufficient-permissions");
        let certainty = match (before, after, said) {
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Certainty::Likely,
            (Some(_), _, None) if is_refused_anew(case) => Certainty::Likely,
            (Some(_), Some(_), None) => Certainty::Possible,
            _ => return None,
        };
        let finding = Finding::new(
            &META,
            certainty,
            format!("{} knows who asks for {}, and says 401 where it means 403.", case.host(), case.request()),
        )
        .about(path)
        .shown(case.at(), Place::Status, "The refusal.");
        let finding = before
            .into_iter()
            .chain(after)
            .fold(finding, |finding, (position, _)| finding.shown(position, Place::Status, "The same credentials are accepted here."));
        Some(match said {
            Some(said) => finding.shown(said.at, said.place.clone(), "The answer speaks of permission."),
            None => finding,
        })
    }
}

/// Position of the same request with another password of the same user, to which the server answered that it wants a password: this
/// one it does not ask for.
fn asked_another_password(case: &Case<'_>) -> Option<usize> {
    let (facts, own) = (case.facts(), case.facts().credentials.as_ref()?);
    if !own.is("basic") || own.is_hidden() || !facts.challenges.is_empty() || case.exchange().unseen.response_fields {
        return None;
    }
    let is_asked = |(_, other): &(usize, &Record)| {
        let theirs = other.facts.credentials.as_ref();
        let is_same_user =
            theirs.is_some_and(|theirs| theirs.is("basic") && theirs.user == own.user && theirs.fingerprint != own.fingerprint);
        // Servers leave the challenge out for scripts, so that no dialog opens.
        let is_alike = ["x-requested-with", "sec-fetch-mode"].iter().all(|name| other.exchange.sent(name) == case.exchange().sent(name));
        is_alike && is_same_user && other.exchange.status() == 401 && other.facts.challenge("basic").is_some()
    };
    let mut asked = case.session.of_request(case.exchange()).around(case.at()).at_most(NEAR, NEAR).filter(is_asked).map(|(at, _)| at);
    let first = asked.next()?;
    (asked.count() < TRIES).then_some(first)
}

/// Refused passwords after the first from which on a server may have locked somebody out.
const TRIES: usize = 2;

/// Whether the same was refused before or since to other credentials of the same place, which were accepted for other things as well:
/// somebody logged in anew, and only this stays shut.
fn is_refused_anew(case: &Case<'_>) -> bool {
    let bears_alike = |record: &Record| match (&case.facts().credentials, &record.facts.credentials) {
        (Some(here), Some(there)) => here.is(&there.scheme),
        (None, None) => case.facts().has_own_fields_like(&record.facts),
        _ => false,
    };
    let is_refused =
        |record: &Record| record.exchange.status() == 401 && bears_alike(record) && !record.bears_the_same_credentials_as(case.record);
    let was_known = |before: &Record| {
        case.others()
            .any(|(_, other)| other.was_accepted() && !other.facts.purpose.is_login() && other.bears_the_same_credentials_as(before))
    };
    let same = case.session.of_request(case.exchange()).around(case.at()).at_most(NEAR, NEAR);
    same.map(|(_, record)| record).any(|record| is_refused(record) && was_known(record))
}

/// Equal requests, before and after, that are looked at.
const NEAR: usize = 16;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "permission-denied-as-401";

    #[test]
    fn a_password_that_nobody_asks_for_anew_was_right() {
        let call = |who: &str, challenge: &str| {
            format!("~ kind xhr\n> GET https://mq.test/api/me\n> Authorization: {{basic {who}}}\n< 401 Unauthorized\n{challenge}\n")
        };
        let asks = "< WWW-Authenticate: Basic realm=\"mq\"\n";
        let causes = |text: &str| diagnose(text).failures.last().unwrap().causes[0].id;
        assert_eq!(causes(&(call("ann:wrong", asks) + &call("ann:right", ""))), ID);
        // A server that never asks, or of another user, tells nothing by that.
        is_silent(ID, &(call("ann:wrong", "") + &call("ann:right", "")));
        is_silent(ID, &(call("bob:wrong", asks) + &call("ann:right", "")));
        is_silent(ID, &(call("ann:wrong", asks) + &call("ann:other", asks)));
        // A lock may come after several; a script is asked nothing, so that no dialog opens.
        let locked = ["ann:one", "ann:two", "ann:three"].map(|who| call(who, asks)).concat() + &call("ann:four", "");
        is_silent(ID, &locked);
        let scripted = call("ann:right", "").replace("> Authorization", "> X-Requested-With: XMLHttpRequest\n> Authorization");
        is_silent(ID, &(call("ann:wrong", asks) + &scripted));
    }

    fn call(path: &str, answer: &str) -> String {
        format!("> GET https://api.test{path}\n> Authorization: Bearer {{secret t 30}}\n< {answer}\n\n")
    }

    #[test]
    fn says_in_words_that_permission_failed() {
        let diagnosis = diagnose(&(call("/a", "200 OK") + &call("/admin", "401 Unauthorized\n<\n< insufficient permissions")));
        assert_eq!(diagnosis.failures[0].causes[0].id, ID);
        assert!(diagnosis.failures[0].identity_or_permission.contains("401 where 403 is meant"));
    }

    #[test]
    fn what_stays_shut_after_a_new_login_is_for_others() {
        let call = |token: &str, path: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://api.test{path}\n> X-Session: {{secret {token} 40}}\n< {answer}\n\n")
        };
        let (me, shut) = (|token: &str| call(token, "/me", "200 OK"), |token: &str| call(token, "/app/4", "401 Unauthorized"));
        reports(ID, &(me("a") + &shut("a") + &me("b") + &shut("b")));
        is_silent(ID, &(me("a") + &shut("a") + &shut("b")));
        is_silent(ID, &(me("a") + &call("a", "/app/4", "200 OK") + &shut("a")));
    }

    #[test]
    fn reports_acceptance_before_and_after() {
        reports(ID, &(call("/a", "200 OK") + &call("/admin", "401 Unauthorized") + &call("/b", "200 OK")));
    }

    #[test]
    fn reports_who_may_read_and_not_write() {
        let write = call("/flows", "401 Unauthorized").replace("GET", "POST");
        reports(ID, &(call("/flows", "200 OK") + &write + &call("/flows", "304 Not Modified")));
    }

    #[test]
    fn passes_over_credentials_that_work_nowhere_and_an_end_of_the_session() {
        is_silent(ID, &call("/admin", "401 Unauthorized\n<\n< insufficient permissions"));
        is_silent(ID, &(call("/a", "200 OK") + &call("/b", "401 Unauthorized")));
        is_silent(ID, &(call("/a", "200 OK") + &call("/admin", "403 Forbidden") + &call("/b", "200 OK")));
    }
}
