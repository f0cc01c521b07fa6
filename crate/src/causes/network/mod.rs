//! The way between browser and server.

super::family! {
    proxy_authentication_required::ProxyAuthenticationRequired,
    connection_failed::ConnectionFailed,
}

/// The browsers' names for: no connection, or one that broke before an answer. Chromium's
/// net_error_list.h and Firefox's nsresult names; checked 2026-11-20.
const CONNECTION_FAILURES: [&str; 17] = [
    "net::ERR_ADDRESS_UNREACHABLE",
    "net::ERR_CONNECTION_ABORTED",
    "net::ERR_CONNECTION_CLOSED",
    "net::ERR_CONNECTION_FAILED",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "net::ERR_CONNECTION_TIMED_OUT",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_NETWORK_CHANGED",
    "net::ERR_PROXY_CONNECTION_FAILED",
    "net::ERR_TIMED_OUT",
    "net::ERR_TUNNEL_CONNECTION_FAILED",
    "NS_ERROR_CONNECTION_REFUSED",
    "NS_ERROR_NET_INTERRUPT",
    "NS_ERROR_NET_RESET",
    "NS_ERROR_NET_TIMEOUT",
];

/// Whether a browser's error says that no connection came about or that it broke.
#[must_use]
pub fn names_a_connection_failure(error: &str) -> bool {
    CONNECTION_FAILURES.contains(&error)
}
