use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::net_error::names_a_tls_failure;

declare_cause! {
    /// No secure connection came about: the certificate is not valid for this host or this moment, or
    /// both sides have no way of encryption in common. Nothing was sent.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://api.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < ! net::ERR_CERT_DATE_INVALID
    /// ```
    TlsFailure {
        id: "tls-failure",
        family: "network",
        side: Network,
        stage: Unreachable,
        title: "The secure connection failed",
        recognised: "The browser's error is one of its certificate or TLS errors.",
        remedies: [
            (User, "Check the date of this computer; do not click a certificate warning away.", "The site opens without a warning."),
            (Developer, "Use the host name for which the certificate was issued.", "The browser shows the certificate as valid."),
            (Administrator, "Renew the certificate, serve its whole chain, and offer current versions of TLS.", "openssl s_client shows a chain without errors."),
        ],
        references: [("RFC 9325: recommendations for TLS", "https://www.rfc-editor.org/rfc/rfc9325"), ("Chromium: net error list", "https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h")],
    }
}

impl Cause for TlsFailure {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let error =
            case.exchange().error.as_deref().filter(|error| case.failure.kind == FailureKind::Unreachable && names_a_tls_failure(error))?;
        Some(
            Finding::new(&META, Certainty::Stated, format!("The secure connection to {} failed, before anything was sent.", case.host()))
                .about(case.host())
                .shown(case.at(), Place::Error, format!("The browser says {error}.")),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "tls-failure";

    fn login(error: &str) -> String {
        format!("~ kind fetch\n> POST https://app.test/login\n>\n> user=a&password=b\n< ! {error}\n")
    }

    #[test]
    fn reports_the_names_of_both_browsers() {
        for error in
            ["net::ERR_CERT_AUTHORITY_INVALID", "net::ERR_SSL_PROTOCOL_ERROR", "SEC_ERROR_UNKNOWN_ISSUER", "SSL_ERROR_BAD_CERT_DOMAIN"]
        {
            reports(ID, &login(error));
        }
    }

    #[test]
    fn passes_over_other_errors_and_answers() {
        for error in ["net::ERR_CONNECTION_REFUSED", "net::ERR_NAME_NOT_RESOLVED", "NS_ERROR_NET_RESET"] {
            is_silent(ID, &login(error));
        }
        is_healthy("> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n");
    }

    #[test]
    fn passes_over_requests_of_other_parties() {
        is_healthy(&format!(
            "~ kind fetch\n> GET https://tracker.example/hit\n> Origin: https://app.test\n< ! {}\n",
            ["net::ERR_CERT_AUTHORITY_INVALID", "net::ERR_SSL_PROTOCOL_ERROR", "SEC_ERROR_UNKNOWN_ISSUER", "SSL_ERROR_BAD_CERT_DOMAIN"][0]
        ));
    }
}
