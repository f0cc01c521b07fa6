use super::is_windows;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The server asks for Windows login, and the browser did not answer: it does not trust this site
    /// with it, or this computer has no ticket of the domain.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://intranet.example.test/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Negotiate
    /// < Content-Type: text/html
    /// ```
    NegotiateNoTicket {
        id: "negotiate-no-ticket",
        family: "windows",
        side: Client,
        stage: CredentialSpoiled,
        title: "Windows login was asked and the browser sent no ticket",
        recognised: "A 401 that offers Negotiate or NTLM, and no request with such credentials follows.",
        remedies: [
            (User, "Use a computer of the domain, and ask the administrator to have this site trusted by the browser.", "The page opens without asking."),
            (Developer, "Use the site's name as it is registered in the domain, not its address.", "The browser answers the challenge."),
            (Administrator, "Add the site to the browser's list: AuthServerAllowlist in Chrome and Edge, network.negotiate-auth.trusted-uris in Firefox, the intranet zone in Windows.", "klist shows a ticket for HTTP and this host."),
        ],
        references: [("Chromium: HTTP authentication", "https://www.chromium.org/developers/design-documents/http-authentication/"), ("RFC 4559: Negotiate", "https://www.rfc-editor.org/rfc/rfc4559")],
    }
}

impl Cause for NegotiateNoTicket {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !is_windows(case) || case.facts().credentials.is_some() {
            return None;
        }
        let hidden = case.exchange().unseen.authorization;
        let certainty = if hidden { Certainty::Possible } else { Certainty::Likely };
        let finding = Finding::new(
            &META,
            certainty,
            format!("{} asks for Windows login, and the browser sent nothing for {}.", case.host(), case.request()),
        )
        .about(case.host())
        .shown(case.at(), Place::Received("www-authenticate", 0), "The server offers Windows login.")
        .shown(case.at(), Place::Target, "No request with such credentials followed.");
        Some(if hidden {
            finding.unseen("This capture leaves out what the browser itself puts into Authorization.")
        } else {
            finding.next("Whether the browser's policy trusts this host, and whether klist shows a ticket.")
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "negotiate-no-ticket";

    const ASKED: &str = "~ kind document\n> GET https://intra.test/\n< 401 Unauthorized\n< WWW-Authenticate: Negotiate\n";

    #[test]
    fn reports_negotiate_and_ntlm() {
        reports(ID, ASKED);
        reports(ID, &ASKED.replace("Negotiate", "NTLM"));
    }

    #[test]
    fn passes_over_other_schemes_and_answered_challenges() {
        is_silent(ID, &ASKED.replace("Negotiate", "Basic realm=\"r\""));
        is_silent(ID, &ASKED.replace("> GET https://intra.test/", "> GET https://intra.test/\n> Authorization: Negotiate YIGsBgkqhkiG9xIBAgIBAG6BnDCBmaADAgEFoQMCAQ6iBwMFAAAAAACjX2FdMFugAwIBBaELGwlDT1JQLlRFU1SiIjAgoAMCAQKhGTAXGwRIVFRQGw93ZWIwMS5jb3JwLnRlc3SjIzAhoAMCARKiGgQYeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4pCMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA=="));
        is_healthy(&format!(
            "{ASKED}\n~ kind document\n> GET https://intra.test/\n> Authorization: Negotiate YIGqBgkqhkiG9xIBAgIBAG6BmjCBl6ADAgEFoQMCAQ6iBwMFAAAAAACjXWFbMFmgAwIBBaELGwlDT1JQLlRFU1SiIDAeoAMCAQKhFzAVGwRIVFRQGw1hcHAuY29ycC50ZXN0oyMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKQjMCGgAwIBEqIaBBh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=\n< 200 OK\n"
        ));
    }
}
