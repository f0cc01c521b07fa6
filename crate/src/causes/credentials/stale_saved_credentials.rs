use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::{Credentials, Purpose};
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;

declare_cause! {
    /// The browser or a program replays a saved name and password by itself. They stopped being
    /// right, so every request fails before anybody is asked.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/private/
    /// > Authorization: {basic alice:last-years}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff"
    ///
    /// > GET https://app.example.test/private/news
    /// > Authorization: {basic alice:last-years}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff"
    /// ```
    StaleSavedCredentials {
        id: "stale-saved-credentials",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "A saved or cached credential is replayed and keeps failing",
        recognised: "The identical credential is sent unprompted on two or more requests, each answered by 401 for the same protection space, with no login step in between.",
        remedies: [
            (User, "Delete the saved password for this site, close every window of the browser (or use a private one) and log in again.", "The browser asks for a name and password before it sends any."),
            (Developer, "Where a script holds the credential, drop it after the first 401 and ask again.", "After a 401 the next request bears no credentials or new ones."),
            (Administrator, "Check whether this account's password was changed or the account was moved, and whether repeated attempts have locked it.", "The server's log shows no further attempts with the old password."),
        ],
        references: [("RFC 7617 2.2: reusing credentials", "https://www.rfc-editor.org/rfc/rfc7617#section-2.2"), ("RFC 9110 11.5: protection spaces", "https://www.rfc-editor.org/rfc/rfc9110#section-11.5")],
    }
}

impl Cause for StaleSavedCredentials {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let credentials = case.facts().credentials.as_ref().filter(|credentials| is_saved_by_browsers(credentials))?;
        let realm = |facts: &crate::facts::Facts| {
            facts.challenge(&credentials.scheme).and_then(|challenge| challenge.param("realm")).map(str::to_owned)
        };
        let space = realm(case.facts());
        // A program's own credentials at a token endpoint are none that a browser saves.
        let is_client = matches!(case.facts().purpose, Purpose::Token | Purpose::Refresh);
        if !case.is_denied() || is_client || case.exchange().status() == 403 {
            return None;
        }
        // Whoever is asked in a dialog and answers it anew, however often by the same, replays nothing.
        let is_typed = |at: usize, other: &crate::session::Record| {
            let mut before = case.session.of_request(&other.exchange).back_from(at).at_most(limits::TOKENS, 0);
            let asked = before.find(|(_, asked)| asked.exchange.status() == 401);
            other.exchange.kind == Kind::Document
                && asked.is_some_and(|(_, asked)| other.exchange.started.since(asked.exchange.started) >= TYPING)
        };
        let between = |purpose: Purpose| !matches!(purpose, Purpose::SignIn);
        let replayed = |(at, other): &(usize, &crate::session::Record)| {
            other.exchange.status() == case.exchange().status()
                && other.facts.purpose != Purpose::Asset
                && realm(&other.facts) == space
                && other.facts.credentials.as_ref().is_some_and(|theirs| theirs.fingerprint.is_surely(credentials.fingerprint))
                && !is_typed(*at, other)
        };
        let others: Vec<_> = case
            .earlier()
            .take_while(|(_, other)| between(other.facts.purpose))
            .filter(replayed)
            .chain(case.later().take_while(|(_, other)| between(other.facts.purpose)).filter(replayed))
            .collect();
        // What opens something else afterwards is right.
        let is_right = |other: &crate::session::Record| {
            other.was_accepted() && other.facts.purpose != Purpose::Asset && other.bears_the_same_credentials_as(case.record)
        };
        let (other, _) = *others.first()?;
        let refused = others.iter().map(|(_, other)| other.exchange.started).chain([case.exchange().started]);
        let first = refused.min().unwrap_or(case.exchange().started);
        if case.others().any(|(_, other)| other.exchange.started > first && is_right(other)) {
            return None;
        }
        // What a page sends for itself, and no dialog asks for, is what somebody typed there, each time they try again.
        let is_asked = case.facts().challenge(&credentials.scheme).is_some();
        let apart = |at: crate::time::Time| case.exchange().started.since(at).abs() >= TYPING;
        let is_tried_again = others.len() <= TRIES && others.iter().all(|(_, other)| apart(other.exchange.started));
        if case.exchange().kind.is_by_script() && !is_asked && is_tried_again || case.record.misses_the_password_it_bore() {
            return None;
        }
        // Where a gate before the application takes others, these are the application's own.
        if case.other_basic_around().is_some() {
            return None;
        }
        let who = credentials.user.as_ref().map_or_else(String::new, |user| format!(" of “{user}”"));
        Some(
            Finding::new(
                &META,
                Certainty::Stated,
                format!(
                    "The same {} credentials{who} went to {} {} times without anybody being asked, and were refused each time.",
                    credentials.scheme,
                    case.host(),
                    others.len() + 1
                ),
            )
            .about(who)
            .shown(case.at(), Place::Sent("authorization", 0), "These credentials are refused here.")
            .shown(other, Place::Sent("authorization", 0), "The identical credentials are refused here as well."),
        )
    }
}

/// Milliseconds in which nobody types a name and a password.
const TYPING: i64 = 3000;

/// How often somebody tries the same once more before they give up.
const TRIES: usize = 2;

/// Tokens are held by programs and have causes of their own; names and passwords are what browsers
/// save and replay.
fn is_saved_by_browsers(credentials: &Credentials) -> bool {
    credentials.is("basic")
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "stale-saved-credentials";

    fn refused(path: &str, user: &str, realm: &str) -> String {
        format!(
            "> GET https://app.test{path}\n> Authorization: {{basic {user}:x}}\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"{realm}\"\n\n"
        )
    }

    #[test]
    fn passes_over_who_tries_the_same_again_in_a_form_of_the_page() {
        let call = |wait: &str| {
            format!(
                "{wait}~ kind xhr\n> GET https://mq.test/api/whoami\n> Authorization: {{basic a:b}}\n< 401 Unauthorized\n<\n< {{\"error\":\"not_authorised\"}}\n\n"
            )
        };
        is_silent(ID, &(call("") + &call("@ 9s\n")));
        reports(ID, &(call("") + &call("") + &call("") + &call("")));
        reports(ID, &(call("") + &call("@ 9s\n") + &call("@ 9s\n") + &call("@ 9s\n")));
    }

    #[test]
    fn passes_over_credentials_that_open_something_else_meanwhile() {
        let twice = refused("/a", "u", "r") + &refused("/a", "u", "r");
        let credentials = twice.lines().find(|line| line.starts_with("> Authorization")).unwrap();
        let open = format!("~ kind fetch\n> GET https://app.test/open\n{credentials}\n< 200 OK\n\n");
        reports(ID, &twice);
        is_silent(ID, &(twice + &open + &refused("/a", "u", "r")));
    }

    #[test]
    fn counts_how_often() {
        let summary = reports(ID, &(refused("/a", "al", "r") + &refused("/b", "al", "r") + &refused("/c", "al", "r")));
        assert!(summary.contains("3 times"), "{summary}");
    }

    #[test]
    fn passes_over_a_first_attempt_and_a_second_password() {
        is_silent(ID, &refused("/a", "al", "r"));
        is_silent(ID, &(refused("/a", "al", "r") + &refused("/a", "bob", "r")));
    }

    #[test]
    fn passes_over_what_was_typed_again() {
        let page = |credentials: &str| {
            format!(
                "@ 9s\n~ kind document\n> GET https://app.test/a\n{credentials}< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"r\"\n\n"
            )
        };
        is_silent(ID, &(page("") + &page("> Authorization: {basic al:x}\n").repeat(3)));
    }

    #[test]
    fn passes_over_another_protection_space() {
        is_silent(ID, &(refused("/a", "al", "r") + &refused("/b", "al", "other")));
    }

    #[test]
    fn passes_over_tokens() {
        let token = "> GET https://app.test/a\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n\n";
        is_silent(ID, &token.repeat(2));
    }
}
