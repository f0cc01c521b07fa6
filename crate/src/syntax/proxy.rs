//! What proxies say of themselves: `Proxy-Status` (RFC 9209) and `Proxy-Support` (RFC 4559 6).
//! `Proxy-Authenticate`, `Proxy-Authorization` and `Proxy-Authentication-Info` have the grammars of their
//! counterparts without `Proxy-`.

use super::list::elements;
use super::structured::{self, Bare, Member, find};
use super::{Parsed, Rule, SyntaxViolation};

/// An error type that is not registered.
pub static UNKNOWN_ERROR: Rule = Rule { id: "proxy-status-unknown-error" };

/// An intermediary that does not name itself.
pub static NO_NAME: Rule = Rule { id: "proxy-status-no-name" };

/// What one intermediary says about its handling of a response, the nearest to the server first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The intermediary.
    pub name: String,
    /// The type of error: `http_request_denied`, `tls_certificate_error`, `connection_timeout`, …
    pub error: Option<String>,
    /// Where the intermediary turned to.
    pub next_hop: Option<String>,
    /// The status that the server itself sent.
    pub received_status: Option<i64>,
    /// More, in the intermediary's own words.
    pub details: Option<String>,
}

impl Status {
    /// Whether the intermediary made the response itself, so that the server may never have seen the request.
    #[must_use]
    pub const fn is_generated(&self) -> bool {
        self.error.is_some() && self.received_status.is_none()
    }
}

/// RFC 9209 2.3, every type in order of name; checked 2026-11-21.
const ERRORS: [&str; 32] = [
    "connection_limit_reached",
    "connection_read_timeout",
    "connection_refused",
    "connection_terminated",
    "connection_timeout",
    "connection_write_timeout",
    "destination_ip_prohibited",
    "destination_ip_unroutable",
    "destination_not_found",
    "destination_unavailable",
    "dns_error",
    "dns_timeout",
    "http_protocol_error",
    "http_request_denied",
    "http_request_error",
    "http_response_body_size",
    "http_response_content_coding",
    "http_response_header_section_size",
    "http_response_header_size",
    "http_response_incomplete",
    "http_response_timeout",
    "http_response_trailer_section_size",
    "http_response_trailer_size",
    "http_response_transfer_coding",
    "http_upgrade_failed",
    "proxy_configuration_error",
    "proxy_internal_error",
    "proxy_internal_response",
    "proxy_loop_detected",
    "tls_alert_received",
    "tls_certificate_error",
    "tls_protocol_error",
];

/// Reads `Proxy-Status`.
#[must_use]
pub fn status(field_value: &str) -> Parsed<Vec<Status>> {
    let Parsed { value: members, mut violations } = structured::list(field_value);
    let mut list = Vec::new();
    for member in members {
        let Member::Item(item) = member else {
            violations.push(SyntaxViolation { at: 0, rule: &NO_NAME });
            continue;
        };
        let Some(name) = item.value.text() else {
            violations.push(SyntaxViolation { at: item.at, rule: &NO_NAME });
            continue;
        };
        let text = |name| find(&item.params, name).and_then(Bare::text).map(str::to_owned);
        let error = text("error");
        if error.as_deref().is_some_and(|error| !ERRORS.contains(&error)) {
            let at = item.params.iter().find(|param| param.name == "error").map_or(item.at, |param| param.at);
            violations.push(SyntaxViolation { at, rule: &UNKNOWN_ERROR });
        }
        list.push(Status {
            name: name.to_owned(),
            error,
            next_hop: text("next-hop"),
            received_status: find(&item.params, "received-status").and_then(Bare::integer),
            details: text("details"),
        });
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: list, violations }
}

/// Whether `Proxy-Support` says that the proxy keeps each client's connection for itself, without which
/// Negotiate and NTLM fail through it, or log one user in as another.
#[must_use]
pub fn supports_session_based_authentication(field_value: &str) -> bool {
    elements(field_value).any(|(_, element)| element.eq_ignore_ascii_case("Session-Based-Authentication"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_examples_of_rfc_9209() {
        // RFC 9209 2, 2.1.1, 2.1.2, 2.1.4 and 2.1.5.
        assert_eq!(
            status("revproxy1.example.net, ExampleCDN").value.iter().map(|hop| &*hop.name).collect::<Vec<_>>(),
            ["revproxy1.example.net", "ExampleCDN"]
        );
        let parsed = status("ExampleCDN; error=connection_timeout");
        assert_eq!((parsed.violations.as_slice(), parsed.value[0].error.as_deref()), (&[][..], Some("connection_timeout")));
        assert!(parsed.value[0].is_generated());
        let parsed = status("r34.example.net; error=http_request_error, ExampleCDN");
        assert_eq!(parsed.value.iter().map(Status::is_generated).collect::<Vec<_>>(), [true, false]);
        assert_eq!(
            status("cdn.example.org; next-hop=backend.example.org:8001").value[0].next_hop.as_deref(),
            Some("backend.example.org:8001")
        );
        assert_eq!(status("ExampleCDN; received-status=200").value[0].received_status, Some(200));
        let parsed = status("proxy.example.net; error=\"http_protocol_error\"; details=\"Malformed response header: space before colon\"");
        assert_eq!((parsed.violations.as_slice(), parsed.value[0].details.is_some()), (&[][..], true));
    }

    #[test]
    fn names_what_is_not_registered() {
        let parsed = status("a; error=out_of_order, 7");
        let rules: Vec<_> = parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect();
        assert_eq!(rules, [(3, "proxy-status-unknown-error"), (23, "proxy-status-no-name")]);
    }

    #[test]
    fn reads_what_rfc_4559_has_proxies_say() {
        assert!(supports_session_based_authentication("Session-Based-Authentication"));
        assert!(!supports_session_based_authentication("Sessions"));
    }
}
