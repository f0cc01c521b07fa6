//! The table of IIS causes. Each differs from the others in its number and in what people can do.

use super::SubStatusCause;
#[cfg(not(target_arch = "wasm32"))]
use crate::advice;
use crate::cause::{Cause, CauseMeta, Side, Stage};

macro_rules! sub_statuses {
    ($($name:ident $number:literal $side:ident $stage:ident $title:literal, $docs:literal,
       user $user:literal, developer $developer:literal, administrator $administrator:literal, confirm $confirm:literal;)+) => {
        $(static $name: CauseMeta = CauseMeta {
            id: concat!("iis-401-", $number),
            family: "iis",
            side: Side::$side,
            stage: Stage::$stage,
            docs: concat!(" ", $docs, "\n\n ```http-notation\n > GET https://intranet.example.test/\n < 401 Unauthorized\n < Server: Microsoft-IIS/10.0\n < Content-Type: text/html\n <\n < <h2>HTTP Error 401.", $number, " - Unauthorized</h2>\n ```\n"),
            recognised: concat!("The body of the 401 says \"HTTP Error 401.", $number, "\", as the detailed error pages of IIS do."),
            #[cfg(not(target_arch = "wasm32"))]
            advice: advice!(
                concat!("iis-401-", $number),
                concat!("IIS 401.", $number, ": ", $title),
                [(User, $user, $confirm), (Developer, $developer, $confirm), (Administrator, $administrator, $confirm)],
                [("HTTP status codes in IIS", "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-status-code")]
            ),
        };)+

        /// The causes of this family.
        pub static CAUSES: &[&dyn Cause] = &[$(&SubStatusCause { meta: &$name, number: $number }),+];
    };
}

sub_statuses! {
    LOGON_FAILED 1 Client Refused "the logon failed",
        "Windows refused the name and password, or the ticket. The account, the password, the domain or the service name does not match what the domain controller knows.",
        user "Type the name as DOMAIN\\name and the password again.",
        developer "Check which account and domain the client really sends.",
        administrator "Find this moment in the Security event log (event 4625): its status code names the reason. For Kerberos check the service principal name of the application pool's account.",
        confirm "The page opens, and event 4624 is logged.";
    CONFIGURATION 2 Server AnswerFaulty "the server's authentication configuration refuses",
        "No authentication method that the server has switched on fits what the browser sent. Often every method is off, or only methods that this browser does not speak are on.",
        user "Tell the administrator; nothing you type can help.",
        developer "Check that web.config allows the method that the application expects.",
        administrator "Compare the methods under IIS > Authentication with those in WWW-Authenticate: enable the one that this application needs.",
        confirm "WWW-Authenticate names that method, and the page opens.";
    ACL 3 Server NotAllowed "the file's ACL refuses",
        "Windows knows who asks, and the file or folder does not let this account read it.",
        user "Ask for access to this page; your login itself succeeded.",
        developer "Check which account the request runs as: the user, or the application pool.",
        administrator "Give this account, or its group, read access to the file and its folder.",
        confirm "The same account opens the page.";
    FILTER 4 Server Refused "a filter refused",
        "An ISAPI filter in front of the application refused the request.",
        user "Tell the administrator.",
        developer "Find out what the installed filters expect of a request.",
        administrator "List the ISAPI filters of the site and read the log of the one that authorises.",
        confirm "With the filter's rule repaired the page opens.";
    APPLICATION 5 Server Refused "an ISAPI or CGI application refused",
        "The application itself, running as ISAPI or CGI, refused the request.",
        user "Tell the administrator or the application's developer.",
        developer "Find where the application answers 401 and log its reason.",
        administrator "Read the application's own log at this moment.",
        confirm "The application's log shows the request as authorised.";
    CONCURRENT 501 SecurityControl Intercepted "too many requests from one client",
        "Dynamic IP Restrictions counted too many requests at once from this address. The application never saw the credentials.",
        user "Wait a minute, close other tabs of this site, and try again.",
        developer "Send fewer requests at once.",
        administrator "Raise the concurrent limit of Dynamic IP Restrictions if this address is a proxy for many people.",
        confirm "A single request is answered otherwise.";
    RATE 502 SecurityControl Intercepted "request rate limit reached",
        "Dynamic IP Restrictions counted too many requests in a span of time from this address. The application never saw the credentials.",
        user "Wait a minute and try again.",
        developer "Send fewer requests, and do not retry a 401 in a loop.",
        administrator "Raise the rate limit of Dynamic IP Restrictions if this traffic is expected.",
        confirm "After the pause a single request is answered otherwise.";
    ADDRESS 503 SecurityControl Intercepted "the IP address is denied",
        "The server's address rules deny this client. The application never saw the credentials.",
        user "Try from the network that you are meant to use, or ask the administrator.",
        developer "Nothing to change in the application.",
        administrator "Check IP Address and Domain Restrictions; behind a proxy switch on its proxy mode, else the proxy's address is judged.",
        confirm "The same request from an allowed address is answered otherwise.";
    HOST_NAME 504 SecurityControl Intercepted "the host name is denied",
        "The server's rules deny this client by its host name. The application never saw the credentials.",
        user "Try from the network that you are meant to use, or ask the administrator.",
        developer "Nothing to change in the application.",
        administrator "Check the host name rules of IP Address and Domain Restrictions, and what the client's address resolves to.",
        confirm "The same request from an allowed host is answered otherwise.";
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    fn page(status: &str, body: &str) -> String {
        format!("> GET https://intranet.example.test/\n< {status}\n< Content-Type: text/html\n<\n< {body}\n")
    }

    #[test]
    fn each_number_is_its_own_cause() {
        reports(
            "iis-401-3",
            &page("401 Unauthorized", "HTTP Error 401.3 - Unauthorized You do not have permission to view this directory or page."),
        );
        reports("iis-401-503", &page("401 Unauthorized", "<h2>HTTP Error 401.503 - Forbidden</h2>"));
        is_silent("iis-401-5", &page("401 Unauthorized", "HTTP Error 401.503 - Forbidden"));
    }

    #[test]
    fn a_number_without_the_page_or_the_status_means_nothing() {
        is_silent("iis-401-1", &page("401 Unauthorized", "Error in chapter 401.1 of the manual: see version 401.1"));
        is_silent("iis-401-1", &page("403 Forbidden", "HTTP Error 401.1 - Unauthorized"));
        is_silent("iis-401-1", &page("401 Unauthorized", "HTTP Error 401.10 - Unauthorized"));
    }
}
