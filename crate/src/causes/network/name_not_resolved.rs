use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::names_an_unknown_host;

declare_cause! {
    /// Nobody knows the address of this host name: it is mistyped, not published here, or the name
    /// server does not answer. Nothing was sent.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://api.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < ! net::ERR_NAME_NOT_RESOLVED
    /// ```
    NameNotResolved {
        id: "name-not-resolved",
        family: "network",
        side: Network,
        stage: Unreachable,
        title: "The host name does not resolve",
        recognised: "The browser's error says that the host name was not found.",
        remedies: [
            (User, "Check the name, the connection and the VPN.", "The site opens."),
            (Developer, "Check the host in the application's configuration for this environment.", "The name resolves from the user's network."),
            (Administrator, "Publish the name where users are, inside and outside.", "nslookup finds the address from the user's network."),
        ],
        references: [("Chromium: net error list", "https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h")],
    }
}

impl Cause for NameNotResolved {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = case
            .exchange()
            .error
            .as_deref()
            .filter(|error| case.failure.kind == FailureKind::Unreachable && names_an_unknown_host(error))?;
        Some(
            Finding::new(&META, Certainty::Stated, format!("The name {} was not found, so nothing was sent.", case.host()))
                .about(case.host())
                .shown(case.at(), Place::Error, format!("The browser says {error}.")),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "name-not-resolved";

    fn login(error: &str) -> String {
        format!("~ kind fetch\n> POST https://app.test/login\n>\n> user=a&password=b\n< ! {error}\n")
    }

    #[test]
    fn reports_the_names_of_both_browsers() {
        for error in ["net::ERR_NAME_NOT_RESOLVED", "NS_ERROR_UNKNOWN_HOST", "net::ERR_NAME_RESOLUTION_FAILED"] {
            reports(ID, &login(error));
        }
    }

    #[test]
    fn passes_over_other_errors_and_answers() {
        for error in ["net::ERR_CONNECTION_REFUSED", "net::ERR_CERT_DATE_INVALID"] {
            is_silent(ID, &login(error));
        }
        is_healthy("> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n");
    }

    #[test]
    fn passes_over_requests_of_other_parties() {
        is_healthy(&format!(
            "~ kind fetch\n> GET https://tracker.example/hit\n> Origin: https://app.test\n< ! {}\n",
            ["net::ERR_NAME_NOT_RESOLVED", "NS_ERROR_UNKNOWN_HOST", "net::ERR_NAME_RESOLUTION_FAILED"][0]
        ));
    }
}
