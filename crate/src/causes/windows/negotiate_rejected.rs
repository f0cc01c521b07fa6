use super::{is_windows, legs};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::kerberos::{self, Message};

declare_cause! {
    /// The browser sent a Kerberos ticket, and the server does not take it: it was made for another
    /// service name or account, the server's key is old, or a clock is off.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.corp.test/
    /// > Authorization: Negotiate YIGsBgkqhkiG9xIBAgIBAG6BnDCBmaADAgEFoQMCAQ6iBwMFAAAAAACjX2FdMFugAwIBBaELGwlDT1JQLlRFU1SiIjAgoAMCAQKhGTAXGwRIVFRQGw93ZWIwMS5jb3JwLnRlc3SjIzAhoAMCARKiGgQYeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4pCMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Negotiate
    /// ```
    NegotiateRejected {
        id: "negotiate-rejected",
        family: "windows",
        side: Server,
        stage: Refused,
        title: "The Kerberos ticket was refused",
        recognised: "Negotiate credentials with a Kerberos AP-REQ, and 401; the ticket's service name is compared with the host, and the code of a KRB-ERROR is named. Or any refusal whose content names GSS-API.",
        remedies: [
            (User, "Lock and unlock the computer for new tickets, then try again.", "The page opens."),
            (Developer, "Check that the request goes to the host for which the ticket was made.", "The service name in the ticket is HTTP and this host."),
            (Administrator, "Check on which account HTTP/host is registered, that the keytab or password of the service is that account's, and that clocks agree.", "The service's log shows the ticket as accepted."),
        ],
        references: [("RFC 4120 7.5.9: error codes", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"), ("RFC 4559: Negotiate", "https://www.rfc-editor.org/rfc/rfc4559")],
    }
}

impl Cause for NegotiateRejected {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !is_windows(case) && !names_mechanism(case) {
            return None;
        }
        let (position, service, error) = legs(case).find_map(|(position, _, messages)| {
            let Some(Message::ApRequest(request)) = messages.sent.as_ref().and_then(|sent| sent.kerberos()) else { return None };
            let error = match messages.received.as_ref().and_then(|received| received.kerberos()) {
                Some(Message::Error(error)) => Some(error.code),
                _ => None,
            };
            Some((position, request.ticket.service.names.join("/"), error))
        })?;
        let host = case.exchange().url.host_str().unwrap_or_default();
        let is_for_host = service.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(host));
        let code = error.and_then(kerberos::error_name);
        let said = code.map_or_else(String::new, |code| format!(" with {code}"));
        let certainty = if code.is_some() { Certainty::Stated } else { Certainty::Likely };
        let finding = Finding::new(&META, certainty, format!("{} refused{said} the Kerberos ticket for {service}.", case.host()))
            .about(service.clone())
            .shown(position, Place::Sent("authorization", 0), format!("This ticket is for {service}."));
        let finding = if is_for_host {
            finding
        } else {
            finding.shown(case.at(), Place::Target, format!("The request went to {host}, which is another name."))
        };
        Some(match code {
            Some(code) => finding.shown(position, Place::Received("www-authenticate", 0), format!("The server answers {code}.")),
            None => finding.next("The server's own log: it names the Kerberos error."),
        })
    }
}

/// Names of GSS-API and of its libraries, which servers write into the answer that refuses a ticket.
const MECHANISMS: [&str; 4] = ["GSSException", "GSSAPI", "GSS-API", "krb5"];

/// Whether the answer to a ticket, whatever its status, tells of the mechanism that checks tickets.
fn names_mechanism(case: &Case<'_>) -> bool {
    let text = case.exchange().response_text();
    case.failure.kind == FailureKind::Refused
        && case.facts().credentials.as_ref().is_some_and(|credentials| credentials.is("negotiate"))
        && MECHANISMS.iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "negotiate-rejected";

    fn leg(token: &str, answer: &str) -> String {
        format!("~ kind document\n> GET https://app.corp.test/\n> Authorization: Negotiate {token}\n{answer}\n")
    }

    #[test]
    fn names_the_service_of_the_ticket() {
        let diagnosis = diagnose(&leg(
            "YIGsBgkqhkiG9xIBAgIBAG6BnDCBmaADAgEFoQMCAQ6iBwMFAAAAAACjX2FdMFugAwIBBaELGwlDT1JQLlRFU1SiIjAgoAMCAQKhGTAXGwRIVFRQGw93ZWIwMS5jb3JwLnRlc3SjIzAhoAMCARKiGgQYeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4pCMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==",
            "< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n",
        ));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.summary.contains("HTTP/web01.corp.test") && cause.evidence.len() == 2, "{cause:?}");
        reports(
            ID,
            &leg(
                "YIGqBgkqhkiG9xIBAgIBAG6BmjCBl6ADAgEFoQMCAQ6iBwMFAAAAAACjXWFbMFmgAwIBBaELGwlDT1JQLlRFU1SiIDAeoAMCAQKhFzAVGwRIVFRQGw1hcHAuY29ycC50ZXN0oyMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKQjMCGgAwIBEqIaBBh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
                "< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n",
            ),
        );
    }

    #[test]
    fn passes_over_ntlm_other_tokens_and_success() {
        is_silent(ID, &leg("TlRMTVNTUAABAAAAAgIAAA==", "< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n"));
        is_silent(ID, &leg("Zm9vYmFy", "< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n"));
        is_healthy(&leg(
            "YIGqBgkqhkiG9xIBAgIBAG6BmjCBl6ADAgEFoQMCAQ6iBwMFAAAAAACjXWFbMFmgAwIBBaELGwlDT1JQLlRFU1SiIDAeoAMCAQKhFzAVGwRIVFRQGw1hcHAuY29ycC50ZXN0oyMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKQjMCGgAwIBEqIaBBh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
            "< 200 OK\n",
        ));
    }

    #[test]
    fn a_refusal_that_names_the_mechanism_counts_whatever_its_status() {
        const TICKET: &str = "YIGqBgkqhkiG9xIBAgIBAG6BmjCBl6ADAgEFoQMCAQ6iBwMFAAAAAACjXWFbMFmgAwIBBaELGwlDT1JQLlRFU1SiIDAeoAMCAQKhFzAVGwRIVFRQGw1hcHAuY29ycC50ZXN0oyMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKQjMCGgAwIBEqIaBBh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=";
        let answer =
            |says: &str| leg(TICKET, &format!("< 403 Forbidden\n< Content-Type: text/html\n<\n< <title>Error 403 {says}</title>\n"));
        reports(ID, &answer("GSSException: Failure unspecified at GSS-API level (Mechanism level: Checksum failed)"));
        is_silent(ID, &answer("You may not read this"));
    }
}
