use super::legs;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// Inside the Negotiate credentials the browser sent NTLM, because it got no Kerberos ticket for
    /// this name. Servers that take only Kerberos refuse that.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.corp.test/
    /// > Authorization: Negotiate TlRMTVNTUAABAAAAAgIAAA==
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Negotiate
    /// ```
    NegotiateNtlmFallback {
        id: "negotiate-ntlm-fallback",
        family: "windows",
        side: Server,
        stage: CredentialSpoiled,
        title: "Kerberos was asked and the browser answered with NTLM",
        recognised: "An NTLM message in Negotiate credentials, and 401.",
        remedies: [
            (User, "Use the site's registered name instead of an address or an alias.", "The page opens."),
            (Developer, "Call the service by the name for which its principal is registered.", "The credentials hold a Kerberos ticket."),
            (Administrator, "Register the service principal name HTTP/host once, on the account under which the service runs: setspn -Q HTTP/host lists it.", "klist get HTTP/host returns a ticket."),
        ],
        references: [("Microsoft: service principal names", "https://learn.microsoft.com/windows/win32/ad/service-principal-names"), ("RFC 4559: Negotiate", "https://www.rfc-editor.org/rfc/rfc4559")],
    }
}

impl Cause for NegotiateNtlmFallback {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let asks = |record: &Record| record.facts.challenge("negotiate").is_some();
        // Some refuse at last by 403, without asking once more.
        if !case.is_denied() || !asks(case.record) && !case.earlier_of_request().any(|(_, earlier)| asks(earlier)) {
            return None;
        }
        let is_negotiate = |record: &Record| record.facts.credentials.as_ref().is_some_and(|credentials| credentials.is("negotiate"));
        let (position, ..) = legs(case)
            .find(|(_, record, messages)| is_negotiate(record) && messages.sent.as_ref().is_some_and(|sent| sent.ntlm().is_some()))?;
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!("The browser answered Negotiate of {} with NTLM: it got no Kerberos ticket for this name.", case.host()),
            )
            .about(case.host())
            .shown(position, Place::Sent("authorization", 0), "These Negotiate credentials hold an NTLM message.")
            .shown(case.at(), Place::Status, "The server refuses."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "negotiate-ntlm-fallback";

    fn leg(token: &str, answer: &str) -> String {
        format!("~ kind document\n> GET https://app.corp.test/\n> Authorization: {token}\n{answer}\n")
    }

    const REFUSED: &str = "< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n";

    #[test]
    fn reports_ntlm_inside_negotiate() {
        reports(ID, &leg("Negotiate TlRMTVNTUAABAAAAAgIAAA==", REFUSED));
    }

    #[test]
    fn passes_over_kerberos_and_plain_ntlm() {
        is_silent(
            ID,
            &leg(
                "Negotiate YIGqBgkqhkiG9xIBAgIBAG6BmjCBl6ADAgEFoQMCAQ6iBwMFAAAAAACjXWFbMFmgAwIBBaELGwlDT1JQLlRFU1SiIDAeoAMCAQKhFzAVGwRIVFRQGw1hcHAuY29ycC50ZXN0oyMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKQjMCGgAwIBEqIaBBh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
                REFUSED,
            ),
        );
        is_silent(ID, &leg("NTLM TlRMTVNTUAABAAAAAgIAAA==", &REFUSED.replace("Negotiate", "NTLM")));
    }

    #[test]
    fn passes_over_a_handshake_that_succeeds() {
        is_healthy(
            &(leg(
                "Negotiate TlRMTVNTUAABAAAAAgIAAA==",
                "< 401 Unauthorized\n< WWW-Authenticate: Negotiate TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA\n",
            ) + &leg("Negotiate TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==", "< 200 OK\n")),
        );
    }
}
