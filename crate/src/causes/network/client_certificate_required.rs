use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::names_a_client_certificate;

declare_cause! {
    /// The server identifies people by a certificate that their browser shows, and none came, or none
    /// that it accepts. Name and password were not looked at.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://app.example.test/
    /// < 400 Bad Request
    /// < Server: nginx
    /// <
    /// < <center><h1>400 Bad Request</h1></center><center>No required SSL certificate was sent</center>
    /// ```
    ClientCertificateRequired {
        id: "client-certificate-required",
        family: "network",
        side: Client,
        stage: Intercepted,
        title: "The server wants a client certificate",
        recognised: "495, 496, a 400 or 403 that says so, or the browser's error for a refused client certificate.",
        remedies: [
            (User, "Choose your certificate when the browser asks; restart the browser if it no longer asks. A smart card must be in its reader.", "The page opens."),
            (Developer, "Send the client certificate with the request.", "The server's log shows its subject."),
            (Administrator, "Check which issuers the server accepts, and that the certificate is neither expired nor revoked.", "openssl s_client -cert gets an answer."),
        ],
        references: [("nginx: ssl_verify_client", "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client"), ("IIS: HTTP status codes", "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-administration-management/http-status-code")],
    }
}

impl Cause for ClientCertificateRequired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("{} wants a client certificate, and none that it accepts came.", case.host());
        if let Some(error) = case
            .exchange()
            .error
            .as_deref()
            .filter(|error| case.failure.kind == FailureKind::Unreachable && names_a_client_certificate(error))
        {
            return Some(Finding::new(&META, Certainty::Stated, summary).about(case.host()).shown(
                case.at(),
                Place::Error,
                format!("The browser says {error}."),
            ));
        }
        let by_status = || {
            matches!(case.exchange().status(), 495 | 496)
                .then(|| Finding::new(&META, Certainty::Stated, summary.clone()).shown(case.at(), Place::Status, "So nginx says it."))
        };
        stated(case, &META, summary.clone()).or_else(by_status)
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "client-certificate-required";

    fn page(answer: &str) -> String {
        format!("~ kind document\n> GET https://app.test/\n{answer}\n")
    }

    #[test]
    fn reports_statuses_words_and_errors() {
        reports(ID, &page("< 496 SSL Certificate Required"));
        reports(ID, &page("< 400 Bad Request\n<\n< The SSL certificate error"));
        reports(ID, &page("< 403 Forbidden\n<\n< HTTP Error 403.7 - Forbidden"));
        reports(ID, &page("< ! net::ERR_BAD_SSL_CLIENT_AUTH_CERT"));
    }

    #[test]
    fn passes_over_server_certificates_and_other_refusals() {
        is_silent(ID, &page("< ! net::ERR_CERT_DATE_INVALID"));
        is_silent(ID, &page("< 403 Forbidden\n<\n< HTTP Error 403.14 - Forbidden"));
        is_healthy(&page("< 400 Bad Request"));
    }
}
