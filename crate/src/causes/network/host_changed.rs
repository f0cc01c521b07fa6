use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Fingerprint;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};

declare_cause! {
    /// The host that refuses is not the one that accepted before: the name leads to another address,
    /// and another kind of server answers there. A VPN, a change of the network or a new entry in the
    /// name service can do that.
    ///
    /// ```http-notation
    /// ~ server 10.0.0.5
    /// > GET https://app.example.test/me
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < Server: Kestrel
    ///
    /// ~ server 203.0.113.7
    /// > GET https://app.example.test/me
    /// > Cookie: sid={secret s 32}
    /// < 401 Unauthorized
    /// < Server: nginx
    /// ```
    HostChanged {
        id: "host-changed",
        family: "network",
        side: Network,
        stage: Intercepted,
        title: "The same name is now another server",
        recognised: "The server's address and its Server field differ between acceptance and refusal of the same credentials.",
        remedies: [
            (User, "Check whether the VPN or the network changed, then reload.", "The page opens."),
            (Developer, "Compare the addresses and Server fields below.", "All answers come from one kind of server."),
            (Administrator, "Compare what the name service answers inside and outside, and remove old entries.", "The name leads to the same service everywhere."),
        ],
        references: [("RFC 9110 4.3.3: authority of origins", "https://www.rfc-editor.org/rfc/rfc9110#section-4.3.3")],
    }
}

impl Cause for HostChanged {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let address = exchange.server_address.as_deref()?;
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        if !is_refusal || !case.facts().bears_credentials() {
            return None;
        }
        // Whoever is asked for a password by a stranger still has the session of before.
        let bears_the_same_session = |record: &Record| {
            let is_same = |(name, value): &(Box<str>, Fingerprint)| case.facts().cookie(name).is_some_and(|sent| sent.is_surely(*value));
            record.facts.cookies.iter().any(|one| case.session.carries(record, &one.0) > Carries::No && is_same(one))
        };
        let is_other = |(_, record): &(usize, &Record)| {
            record.was_accepted()
                && (record.bears_the_same_credentials_as(case.record) || bears_the_same_session(record))
                && record.exchange.server_address.as_deref().is_some_and(|other| other != address)
                && record.exchange.received("server") != exchange.received("server")
        };
        let (before, accepted) = case.earlier().find(is_other)?;
        let former = accepted.exchange.server_address.as_deref().unwrap_or_default();
        Some(
            Finding::new(&META, Certainty::Likely, format!("{} was at {former} when it accepted the same credentials, and is at {address} now, where another kind of server answers.", case.host()))
                .about(case.host())
                .shown(before, Place::Status, format!("Accepted by {former}."))
                .shown(case.at(), Place::Status, format!("Refused by {address}.")),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "host-changed";

    fn call(address: &str, server: &str, status: &str) -> String {
        format!("~ server {address}\n> GET https://app.test/me\n> Cookie: sid={{secret s 24}}\n< {status}\n< Server: {server}\n\n")
    }

    #[test]
    fn a_stranger_that_asks_for_a_password_is_told_by_the_session_that_still_goes_along() {
        let asked = "~ server 192.0.2.2\n> GET https://app.test/me\n> Cookie: sid={secret s 24}\n> Authorization: Basic YTpi\n< 401 Unauthorized\n< Server: Router\n< WWW-Authenticate: Basic realm=\"Router\"\n";
        let diagnosis = crate::causes::testing::diagnose(&(call("192.0.2.1", "Kestrel", "200 OK") + asked));
        assert!(diagnosis.failures[0].causes.iter().any(|cause| cause.id == ID));
    }

    #[test]
    fn names_both_addresses() {
        let summary = reports(ID, &(call("192.0.2.1", "Kestrel", "200 OK") + &call("192.0.2.2", "nginx", "401 Unauthorized")));
        assert!(summary.contains("192.0.2.1") && summary.contains("192.0.2.2"), "{summary}");
    }

    #[test]
    fn passes_over_several_addresses_of_one_service() {
        is_silent(ID, &(call("192.0.2.1", "nginx", "200 OK") + &call("192.0.2.2", "nginx", "401 Unauthorized")));
        is_silent(ID, &(call("192.0.2.1", "a", "200 OK") + &call("192.0.2.1", "b", "401 Unauthorized")));
        is_healthy(&(call("192.0.2.1", "a", "200 OK") + &call("192.0.2.2", "b", "200 OK")));
    }
}
