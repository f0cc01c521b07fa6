use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::names_local_network_access;

declare_cause! {
    /// A page of the internet called an address in the user's own network, or on the user's own machine, and the
    /// browser did not let it: it asks the user first, and only for pages on https. Logins with a local helper, a
    /// router or a device meet this.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST http://192.168.1.20/api/login
    /// > Origin: https://app.example.test
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < ! net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS
    /// ```
    LocalNetworkAccessBlocked {
        id: "local-network-access-blocked",
        family: "security",
        side: SecurityControl,
        stage: Unreachable,
        title: "The browser asks before a public page may reach a local address",
        recognised: "The browser says that its check of access to the local network blocked the request.",
        remedies: [
            (User, "Allow the site to reach devices in your local network, in the site's settings of the browser, if you trust it.", "The login gets an answer."),
            (Developer, "Serve the page by https, name the local target with targetAddressSpace where fetch is used, and explain to people why the browser asks; where it can be, let the device speak to the server instead.", "The browser asks, and the request goes out once it is allowed."),
            (Administrator, "For managed computers, name the site in the policy LocalNetworkAccessAllowedForUrls.", "The request goes out without a question."),
        ],
        references: [("Local Network Access: the specification", "https://wicg.github.io/local-network-access/"), ("Chrome: permission prompt for Local Network Access", "https://developer.chrome.com/blog/local-network-access")],
    }
}

impl Cause for LocalNetworkAccessBlocked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error = case.record.ended_by().filter(|error| names_local_network_access(error))?;
        if case.failure.kind != FailureKind::Unreachable {
            return None;
        }
        Some(
            Finding::new(
                &META,
                Certainty::Stated,
                format!("The browser did not let the page reach {}, which is in the local network.", case.host()),
            )
            .about(case.host())
            .shown(case.at(), Place::Error, format!("The browser says {error}."))
            .shown(case.at(), Place::Target, "This is the local address."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "local-network-access-blocked";

    fn login(error: &str) -> String {
        format!(
            "~ kind fetch\n> POST http://10.0.0.2/login\n> Origin: https://app.test\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< ! {error}\n"
        )
    }

    #[test]
    fn takes_the_browsers_word_by_its_old_and_its_new_name() {
        reports(ID, &login("net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS"));
        reports(ID, &login("net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS"));
    }

    #[test]
    fn a_page_of_a_login_asks_a_program_on_the_same_machine() {
        let session = |page: &str| {
            let probe = |port: u16| {
                format!(
                    "~ kind xhr\n> GET http://localhost:{port}/probe\n> Origin: https://id.test\n< ! net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS\n\n"
                )
            };
            format!("~ kind document\n> GET https://id.test/{page}\n< 200 OK\n<\n< <title>App</title>\n\n{}", probe(2000))
        };
        reports(ID, &session("authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s"));
        is_silent(ID, &session("shop"));
    }

    #[test]
    fn a_form_that_tries_ports_waits_for_none_and_a_login_that_goes_on_lacks_nothing() {
        let probe = |port: u16| {
            format!(
                "~ kind fetch\n> GET http://127.0.0.1:{port}/\n> Origin: https://bank.test\n< ! net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS\n\n"
            )
        };
        let form = "~ kind document\n> GET https://bank.test/\n< 200 OK\n<\n< <form method=post><input name=u><input type=password name=p></form>\n\n";
        let ports = probe(3389) + &probe(5900) + &probe(5931);
        is_healthy(&(form.to_owned() + &ports));
        reports(ID, &(form.to_owned() + &probe(3389)));
        let authorize = "~ kind document\n> GET https://bank.test/authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s\n< 200 OK\n<\n< <title>App</title>\n\n";
        reports(ID, &(authorize.to_owned() + &ports));
        let login = "~ kind fetch\n> POST https://bank.test/login\n> Origin: https://bank.test\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: sid={secret s 40}; HttpOnly\n\n";
        assert!(diagnose(&(authorize.to_owned() + &ports + login)).failures.iter().all(|failure| failure.recovered_by.is_some()));
    }

    #[test]
    fn passes_over_other_ends_of_such_a_request() {
        for error in ["net::ERR_CONNECTION_REFUSED", "net::ERR_BLOCKED_BY_CLIENT", "net::ERR_ADDRESS_UNREACHABLE"] {
            is_silent(ID, &login(error));
        }
    }
}
