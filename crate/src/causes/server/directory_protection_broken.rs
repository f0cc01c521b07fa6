use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// Without credentials the address asks for them as it should; as soon as they come, the server
    /// fails. The file or the service against which it checks them is missing or unreadable.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/private/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff"
    ///
    /// > GET https://app.example.test/private/
    /// > Authorization: {basic alice:secret}
    /// < 500 Internal Server Error
    /// < Server: Apache
    /// ```
    DirectoryProtectionBroken {
        id: "directory-protection-broken",
        family: "server",
        side: Server,
        stage: Refused,
        title: "The directory protection is misconfigured",
        recognised: "An address that challenges for Basic or Digest answers 500 or 403 once credentials are sent.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page opens with the same password."),
            (Developer, "Nothing in the application is involved.", "The page opens."),
            (Administrator, "Read the web server's error log: the path in AuthUserFile or auth_basic_user_file, its rights, the format of its lines.", "The log has no such error, and the page opens."),
        ],
        references: [("Apache: AuthUserFile", "https://httpd.apache.org/docs/2.4/mod/mod_authn_file.html"), ("nginx: auth_basic_user_file", "https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html")],
    }
}

impl Cause for DirectoryProtectionBroken {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let credentials = case.facts().credentials.as_ref().filter(|credentials| credentials.is("basic") || credentials.is("digest"))?;
        if case.failure.kind != FailureKind::Refused || !matches!(case.exchange().status(), 403 | 500) {
            return None;
        }
        // What asked for them may be the folder in which this stands (RFC 7617 2.2), whose protection fails wherever one asks in it; but
        // some of what is in it may be for others.
        let is_of_space = |other: &Record| {
            let folder = other.exchange.url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            let is_in = case.exchange().url.path().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            is_in && case.exchange().status() == 500 && case.accepted_elsewhere().next().is_none()
        };
        let challenged = |(_, record): &(usize, &Record)| {
            record.exchange.status() == 401
                && record.facts.credentials.is_none()
                && record.facts.challenge(&credentials.scheme).is_some()
                && (record.exchange.url == case.exchange().url || is_of_space(record))
        };
        let Some((before, asked)) = case.earlier().find(challenged) else { return fails_with_credentials(case, &credentials.scheme) };
        let certainty = if case.exchange().status() == 500 { Certainty::Likely } else { Certainty::Possible };
        let (there, here, status) = (asked.exchange.url.path(), case.exchange().url.path(), case.exchange().status());
        let fails = if there == here { format!("fails with {status}") } else { format!("fails with {status} at {here}") };
        Some(
            Finding::new(
                &META,
                certainty,
                format!("{} asks for {} at {there}, and {fails} once the credentials come.", case.host(), credentials.scheme),
            )
            .about(case.exchange().url.path())
            .shown(before, Place::Status, "Without credentials it asks for them.")
            .shown(case.at(), Place::Status, "With them it fails.")
            .next("The web server's error log at this moment."),
        )
    }
}

/// Firefox shows of a page behind a browser's own dialog only how it ended.
fn fails_with_credentials(case: &Case<'_>, scheme: &str) -> Option<Finding> {
    let is_page = case.exchange().kind == Kind::Document && case.exchange().status() == 500;
    is_page.then(|| {
        Finding::new(
            &META,
            Certainty::Possible,
            format!(
                "{} fails with 500 at {} for a request with {scheme} credentials, which browsers send where they were asked for them.",
                case.host(),
                case.exchange().url.path()
            ),
        )
        .about(case.exchange().url.path())
        .shown(case.at(), Place::Sent("authorization", 0), "The browser added this itself.")
        .shown(case.at(), Place::Status, "With credentials it fails.")
        .unseen("The answer that asked for credentials is not in this capture.")
        .next("The web server's error log at this moment, and the same page without credentials.")
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "directory-protection-broken";

    fn pair(first: &str, second: &str) -> String {
        format!(
            "> GET https://app.test/p/\n< {first}\n< WWW-Authenticate: Basic realm=\"r\"\n\n> GET https://app.test/p/\n> Authorization: {{basic a:b}}\n< {second}\n"
        )
    }

    #[test]
    fn reports_a_failure_only_with_credentials() {
        reports(ID, &pair("401 Unauthorized", "500 Internal Server Error"));
    }

    #[test]
    fn a_folder_fails_wherever_one_asks_in_it_and_may_hold_what_is_for_others() {
        let within = |path: &str, answer: &str| {
            format!(
                "> GET https://dav.test/team/\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\n\n~ kind document\n> GET https://dav.test{path}\n\
                 > Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"{path}\", response=\"0\"\n< {answer}\n"
            )
        };
        let fails = |path: &str| {
            let failures = diagnose(&within(path, "500 Internal Server Error")).failures;
            failures.last().and_then(|failure| failure.causes.first()).unwrap().summary.clone()
        };
        assert!(fails("/team/plan").contains("at /team/, and fails with 500 at /team/plan"));
        assert!(!fails("/other/plan").contains("/team/"));
        is_silent(ID, &within("/team/pay", "403 Forbidden\n<\n< You are no member of the board."));
        // The folder itself lets nobody in.
        reports(ID, &pair("401 Unauthorized", "403 Forbidden"));
    }

    #[test]
    fn passes_over_refused_and_accepted_credentials() {
        is_silent(ID, &pair("401 Unauthorized", "401 Unauthorized"));
        is_healthy(&pair("401 Unauthorized", "200 OK"));
        is_silent(ID, "> GET https://app.test/p/\n> Authorization: {basic a:b}\n< 500 Internal Server Error\n");
    }
}
