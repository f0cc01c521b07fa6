//! The names by which browsers tell why no answer came.

/// The browsers' names for: no connection, or one that broke before an answer. Chromium's
/// net_error_list.h and Firefox's nsresult names; checked 2026-11-29.
const CONNECTION_FAILURES: [&str; 31] = [
    "net::ERR_ADDRESS_INVALID",
    "net::ERR_ADDRESS_UNREACHABLE",
    "net::ERR_CONNECTION_ABORTED",
    "net::ERR_CONNECTION_CLOSED",
    "net::ERR_CONNECTION_FAILED",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "net::ERR_CONNECTION_TIMED_OUT",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_HTTP2_PING_FAILED",
    "net::ERR_HTTP2_PROTOCOL_ERROR",
    "net::ERR_HTTP2_SERVER_REFUSED_STREAM",
    "net::ERR_HTTP_1_1_REQUIRED",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_INVALID_HTTP_RESPONSE",
    "net::ERR_NETWORK_CHANGED",
    "net::ERR_PROXY_CONNECTION_FAILED",
    "net::ERR_PROXY_HTTP_1_1_REQUIRED",
    "net::ERR_QUIC_PROTOCOL_ERROR",
    "net::ERR_SOCKS_CONNECTION_FAILED",
    "net::ERR_TIMED_OUT",
    "net::ERR_TUNNEL_CONNECTION_FAILED",
    "NS_ERROR_CONNECTION_REFUSED",
    "NS_ERROR_NET_EMPTY_RESPONSE",
    "NS_ERROR_NET_HTTP2_SENT_GOAWAY",
    "NS_ERROR_NET_HTTP3_PROTOCOL_ERROR",
    "NS_ERROR_NET_INTERRUPT",
    "NS_ERROR_NET_RESET",
    "NS_ERROR_NET_TIMEOUT",
    "NS_ERROR_OFFLINE",
    "NS_ERROR_PROXY_CONNECTION_REFUSED",
];

/// Whether a browser's error says that no connection came about or that it broke.
pub(crate) fn names_a_connection_failure(error: &str) -> bool {
    CONNECTION_FAILURES.contains(&error)
}

/// Whether the server wants HTTP/1.1 and did not get it.
pub(crate) fn asks_for_http1(error: &str) -> bool {
    error == "net::ERR_HTTP_1_1_REQUIRED"
}

/// Whether the secure connection failed. A client certificate is a question of its own.
pub(crate) fn names_a_tls_failure(error: &str) -> bool {
    const STARTS: [&str; 6] =
        ["net::ERR_CERT_", "net::ERR_SSL_", "SEC_ERROR_", "SSL_ERROR_", "MOZILLA_PKIX_ERROR_", "NS_ERROR_NET_INADEQUATE_SECURITY"];
    STARTS.iter().any(|start| error.starts_with(start)) && !names_a_client_certificate(error)
}

pub(crate) fn names_a_client_certificate(error: &str) -> bool {
    const NAMES: [&str; 6] = [
        "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
        "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
        "net::ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY",
        "net::ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED",
        "SSL_ERROR_BAD_CERT_ALERT",
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
    ];
    NAMES.contains(&error)
}

pub(crate) fn names_an_unknown_host(error: &str) -> bool {
    error.starts_with("net::ERR_NAME_")
        || error.starts_with("net::ERR_DNS_")
        || matches!(error, "NS_ERROR_UNKNOWN_HOST" | "NS_ERROR_UNKNOWN_PROXY_HOST")
}

/// Whether the browser did not send a request, by its own will, an extension's or a policy's.
pub(crate) fn names_a_block(error: &str) -> bool {
    // Firefox: nsIContentPolicy and the lists of its URL classifier, such as NS_ERROR_TRACKING_URI.
    let by_list = |error: &str| error.starts_with("NS_ERROR_") && error.ends_with("_URI") && error != "NS_ERROR_MALFORMED_URI";
    error.starts_with("net::ERR_BLOCKED_BY_") || error == "NS_ERROR_CONTENT_BLOCKED" || by_list(error)
}

/// Whether the browser's check of access to the local network stopped a request, by its name of today or of before.
pub(crate) fn names_local_network_access(error: &str) -> bool {
    const NAMES: [&str; 4] = [
        "net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS",
        "net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS",
        // The same by the DevTools Protocol's names for errors of CORS.
        "LocalNetworkAccessPermissionDenied",
        "PrivateNetworkAccessPermissionDenied",
    ];
    NAMES.contains(&error)
}

/// Whether the browser did not send a request by http for a page that came by https, as DevTools word it.
pub(crate) fn is_mixed_content(error: &str) -> bool {
    error.trim_matches(['(', ')']) == "blocked:mixed-content"
}

/// Whether the browser did not send a request, and names neither a page's policy nor the local network for it.
pub(crate) fn names_an_unexplained_block(error: &str) -> bool {
    names_a_block(error) && error != "net::ERR_BLOCKED_BY_CSP" && !names_local_network_access(error)
}

/// Whether a browser's error says why nothing came back, rather than that somebody gave up waiting.
/// Chromium's net_error_list.h and Firefox's nsresult names; checked 2026-11-21.
#[must_use]
pub fn names_a_network_failure(error: &str) -> bool {
    names_a_connection_failure(error)
        || names_a_tls_failure(error)
        || names_a_client_certificate(error)
        || names_an_unknown_host(error)
        || names_a_block(error)
        || names_local_network_access(error)
        || is_mixed_content(error)
        || error == "net::ERR_RESPONSE_HEADERS_TOO_BIG"
}
