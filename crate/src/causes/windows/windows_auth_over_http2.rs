use super::{is_windows, legs};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Version;
use crate::facts::negotiation::{Negotiation, is_windows_scheme};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;
use crate::syntax::net_error::asks_for_http1;

declare_cause! {
    /// NTLM vouches for a connection, and so does Negotiate where it falls back to it; in HTTP/2 and HTTP/3 the requests
    /// of many share one. Browsers go back to HTTP/1.1 for such a login, and where they cannot, the handshake never ends.
    ///
    /// ```http-notation
    /// ~ kind document
    /// ~ http 2
    /// > GET https://intranet.example.test/
    /// > Authorization: NTLM TlRMTVNTUAABAAAAAgIAAA==
    /// < 401
    /// < WWW-Authenticate: NTLM TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA
    ///
    /// ~ kind document
    /// ~ http 2
    /// > GET https://intranet.example.test/
    /// > Authorization: NTLM TlRMTVNTUAABAAAAAgIAAA==
    /// < 401
    /// < WWW-Authenticate: NTLM
    /// ```
    WindowsAuthOverHttp2 {
        id: "windows-auth-over-http2",
        family: "windows",
        side: Server,
        stage: CredentialSpoiled,
        title: "Windows authentication over HTTP/2",
        recognised: "The messages of an NTLM handshake are refused on HTTP/2 or HTTP/3, or the browser says that the server asks for HTTP/1.1 where it offers NTLM or Negotiate; or the same host accepts such logins over HTTP/1.1 and none over HTTP/2.",
        remedies: [
            (User, "Try another browser, and tell the administrator; no password helps here.", "The page opens."),
            (Developer, "Let a client of your own use HTTP/1.1 towards this server.", "The three messages go over one connection of HTTP/1.1."),
            (Administrator, "Offer HTTP/1.1 where NTLM or Negotiate is asked for: switch HTTP/2 off at this site, binding or proxy (`http2 off` in nginx, EnableHttp2Tls in Windows), keep one connection to the server for each client, or use a login that is bound to no connection.", "The browser's network view shows http/1.1 for the page, and the third message is answered by 200."),
        ],
        references: [("HTTP/2 on IIS: what is not supported", "https://learn.microsoft.com/iis/get-started/whats-new-in-iis-10/http2-on-iis"), ("RFC 9113, HTTP_1_1_REQUIRED", "https://www.rfc-editor.org/rfc/rfc9113#section-7")],
    }
}

impl Cause for WindowsAuthOverHttp2 {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let finding = |certainty, says| Finding::new(&META, certainty, says).about(case.host());
        if let Some(error) = case.exchange().error.as_deref().filter(|error| asks_for_http1(error)) {
            let offered = case.offers_windows()?;
            let says = format!("{} lets nobody in by Windows authentication over HTTP/2, and the browser had nothing else.", case.host());
            return Some(
                finding(Certainty::Stated, says)
                    .shown(case.at(), Place::Error, format!("The browser says {error}: the server asks for HTTP/1.1."))
                    .shown(offered, Place::Received("www-authenticate", 0), "The server offers Windows authentication."),
            );
        }
        if !is_windows(case) || !case.exchange().version.shares_connections() {
            return None;
        }
        let is_over_http2 = |record: &Record| record.exchange.version.shares_connections();
        let is_ntlm = |messages: &Negotiation| messages.sent.as_ref().is_some_and(|sent| sent.ntlm().is_some());
        // Where a handshake ended so once, it can.
        let is_ended = |record: &Record| {
            record.was_accepted() && is_over_http2(record) && Negotiation::of(&record.exchange).is_some_and(|messages| is_ntlm(&messages))
        };
        if case.others().any(|(_, record)| is_ended(record)) {
            return None;
        }
        if let Some(over_one) = ends_over_http1(case) {
            let version = case.exchange().version.name();
            let says = format!("{} lets in by Windows authentication over HTTP/1.1 and never over {version}.", case.host());
            return Some(finding(Certainty::Likely, says).shown(over_one, Place::Status, "The same was accepted over HTTP/1.1.").shown(
                case.at(),
                Place::Status,
                format!("Over {version} the server asks anew."),
            ));
        }
        let (position, record, _) = legs(case).find(|(_, record, messages)| is_over_http2(record) && is_ntlm(messages))?;
        let version = record.exchange.version.name();
        let says = format!("{} asks for NTLM over {version}, where requests share connections and the handshake cannot end.", case.host());
        Some(
            finding(Certainty::Likely, says)
                .shown(position, Place::Sent("authorization", 0), format!("This message of NTLM went over {version}."))
                .shown(case.at(), Place::Status, "The server asks anew."),
        )
    }
}

/// Where the same host, whatever its port, accepts a login with Windows over HTTP/1.1, and none over a version in which requests
/// share a connection.
fn ends_over_http1(case: &Case<'_>) -> Option<usize> {
    let host = case.exchange().url.host_str()?;
    let is_login = |record: &Record| {
        record.exchange.url.host_str() == Some(host)
            && record.facts.credentials.as_ref().is_some_and(|credentials| is_windows_scheme(&credentials.scheme))
    };
    let mut over_one = None;
    for (at, record) in case.others_anywhere().filter(|(_, record)| is_login(record) && record.was_accepted()) {
        match record.exchange.version {
            Version::One => over_one = Some(at),
            // No browser speaks HTTP/2 without TLS.
            Version::Unknown if record.exchange.url.scheme() == "http" => over_one = Some(at),
            Version::Unknown => {}
            Version::Two | Version::Three => return None,
        }
    }
    // A message of the server's own says why, and another service at another port may have other keys.
    let is_told = Negotiation::of(case.exchange()).is_some_and(|messages| messages.received.is_some());
    let mut refused = case.others_anywhere().filter(|(_, record)| is_login(record) && record.exchange.status() == 401);
    let is_never = refused.any(|(_, record)| record.exchange.version.shares_connections());
    over_one.filter(|_| case.facts().credentials.is_some() && !is_told && is_never)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "windows-auth-over-http2";
    const FIRST: &str = "TlRMTVNTUAABAAAAAgIAAA==";
    const SECOND: &str = " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA";
    const THIRD: &str = "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==";

    fn leg(version: &str, token: &str, answer: &str) -> String {
        format!(
            "~ kind document\n~ http {version}\n> GET https://intra.test/\n> Authorization: NTLM {token}\n< 401\n< WWW-Authenticate: NTLM{answer}\n\n"
        )
    }

    #[test]
    fn reports_handshakes_over_http2_and_before_other_causes() {
        for version in ["2", "3"] {
            let session = leg(version, FIRST, SECOND) + &leg(version, THIRD, "");
            reports(ID, &session);
            assert_eq!(diagnose(&session).failures[0].causes[0].id, ID);
        }
        reports(ID, &(leg("2", FIRST, SECOND) + &leg("2", FIRST, SECOND) + &leg("2", FIRST, SECOND)));
    }

    #[test]
    fn what_ends_over_http1_and_never_over_http2() {
        let call = |version: &str, port: u16, answer: &str| {
            format!(
                "~ kind document\n~ http {version}\n> GET https://uren.test:{port}/\n> Authorization: Negotiate {{spnego kerberos}}\n< {answer}\n\n"
            )
        };
        let refused = call("2", 5001, "401 Unauthorized\n< WWW-Authenticate: Negotiate");
        // One refusal may have another reason.
        is_silent(ID, &(call("1.1", 5000, "200 OK") + &refused));
        let refused = refused.clone() + "@ 9s\n" + &refused;
        reports(ID, &(call("1.1", 5000, "200 OK") + &refused));
        is_silent(ID, &refused);
        is_silent(ID, &(call("1.1", 5000, "200 OK") + &call("2", 5001, "200 OK") + &refused));
        is_silent(ID, &(call("1.1", 5000, "200 OK") + &refused.replace("~ http 2", "~ http 1.1")));
        // The server says what is wrong with the ticket.
        is_silent(
            ID,
            &(call("1.1", 5000, "200 OK") + &refused.replace("e: Negotiate", "e: Negotiate {spnego answer state=reject error=41}")),
        );
    }

    #[test]
    fn reports_what_the_browser_says_where_windows_is_offered() {
        let offer =
            "~ kind fetch\n~ http 2\n> GET https://intra.test/api\n< 401\n< WWW-Authenticate: Negotiate\n< WWW-Authenticate: NTLM\n\n";
        let asks = "~ kind document\n> POST https://intra.test/login\n>\n> user=a&password=b\n< ! net::ERR_HTTP_1_1_REQUIRED\n";
        reports(ID, &format!("{offer}{asks}"));
        is_silent(ID, asks);
        is_silent(ID, &format!("{offer}{}", asks.replace("ERR_HTTP_1_1_REQUIRED", "ERR_CONNECTION_RESET")));
    }

    #[test]
    fn passes_over_a_wrong_password_after_the_browser_went_back_to_http1() {
        let offered = "~ kind document\n~ http 2\n> GET https://intra.test/\n< 401\n< WWW-Authenticate: NTLM\n\n";
        is_silent(ID, &(offered.to_owned() + &leg("1.1", FIRST, SECOND) + &leg("1.1", THIRD, "")));
        is_silent(ID, &(leg("1.1", FIRST, SECOND) + &leg("1.1", THIRD, "")));
    }

    #[test]
    fn passes_over_a_ticket_and_a_handshake_that_ends() {
        let ticket = "YIGsBgkqhkiG9xIBAgIBAG6BnDCBmaADAgEFoQMCAQ6iBwMFAAAAAACjX2FdMFugAwIBBaELGwlDT1JQLlRFU1SiIjAgoAMCAQKhGTAXGwRIVFRQGw93ZWIwMS5jb3JwLnRlc3SjIzAhoAMCARKiGgQYeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4pCMwIaADAgESohoEGHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==";
        is_silent(ID, &leg("2", "x", "").replace("NTLM x", &format!("Negotiate {ticket}")).replace("NTLM\n", "Negotiate\n"));
        is_healthy(&(leg("2", FIRST, SECOND) + &leg("2", THIRD, "").replace("401\n< WWW-Authenticate: NTLM", "200")));
    }
}
