use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::credentials::offered;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// A proxy on the way asks for credentials of its own. The site was never reached, so its login
    /// has nothing to do with this.
    ///
    /// ```http-notation
    /// > GET http://app.example.test/
    /// < 407 Proxy Authentication Required
    /// < Proxy-Authenticate: Basic realm="corporate proxy"
    /// ```
    ProxyAuthenticationRequired {
        id: "proxy-authentication-required",
        family: "network",
        side: Network,
        stage: Intercepted,
        title: "The proxy, not the site, asks for credentials",
        recognised: "The answer is 407 with Proxy-Authenticate.",
        remedies: [
            (User, "Enter the name and password for the proxy, not for the site; often it is your computer's login.", "Any other site opens as well."),
            (Developer, "Give the program the proxy's credentials, or exempt this host from the proxy.", "The answer comes from the site and not from the proxy."),
            (Administrator, "Check the proxy's user list and whether this browser may log in to it without asking.", "The proxy's log shows the user with this request."),
        ],
        references: [("RFC 9110 15.5.8: 407 Proxy Authentication Required", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8"), ("RFC 9110 11.7: authenticating clients to proxies", "https://www.rfc-editor.org/rfc/rfc9110#section-11.7")],
    }
}

impl Cause for ProxyAuthenticationRequired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.exchange().status() != 407 {
            return None;
        }
        let challenges = &case.facts().proxy_challenges;
        let wants = if challenges.is_empty() { "credentials".to_owned() } else { format!("{} credentials", offered(challenges)) };
        let finding = Finding::new(
            &META,
            Certainty::Stated,
            format!("A proxy asks for {wants} before it lets {} through to {}.", case.request(), case.host()),
        )
        .about(wants)
        .shown(case.at(), Place::Status, "This status comes from a proxy, not from the site.");
        Some(if challenges.is_empty() {
            finding
        } else {
            finding.shown(case.at(), Place::Received("proxy-authenticate", 0), "The proxy says what it wants to see.")
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "proxy-authentication-required";

    #[test]
    fn names_the_realm() {
        assert!(
            reports(ID, "> GET http://app.test/\n< 407 Proxy Authentication Required\n< Proxy-Authenticate: Basic realm=\"gate\"\n")
                .contains("“gate”")
        );
    }

    #[test]
    fn passes_over_the_first_leg() {
        is_healthy(
            "> GET http://app.test/\n< 407 Proxy Authentication Required\n< Proxy-Authenticate: Basic realm=\"gate\"\n\n> GET http://app.test/\n> Proxy-Authorization: {basic a:b}\n< 200 OK\n",
        );
    }

    #[test]
    fn passes_over_the_sites_own_challenge() {
        is_silent(ID, "> GET http://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"proxy\"\n");
    }
}
