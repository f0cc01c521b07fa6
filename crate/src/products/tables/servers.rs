//! Web servers and proxies. Sources: their published source code and documentation; checked 2026-11-21.

use crate::products::statement::Table;

/// IIS: its detailed error pages for 403. The sub-statuses of 401 are causes of their own.
pub static IIS: Table = Table {
    product: "IIS",
    rows: &[
        ("HTTP Error 403.4", "wrong-url"),
        ("HTTP Error 403.6", "ip-denied"),
        ("HTTP Error 403.7", "client-certificate-required"),
        ("HTTP Error 403.8", "ip-denied"),
        ("HTTP Error 403.13", "client-certificate-required"),
        ("HTTP Error 403.16", "client-certificate-required"),
        ("HTTP Error 403.17", "client-certificate-required"),
        ("HTTP Error 403.501", "rate-limited"),
        ("HTTP Error 403.502", "rate-limited"),
        ("HTTP Error 403.503", "ip-denied"),
        ("request header too long", "cookie-header-too-large"),
    ],
};

/// nginx: ngx_http_special_response.c.
pub static NGINX: Table = Table {
    product: "nginx",
    rows: &[
        ("no required SSL certificate was sent", "client-certificate-required"),
        ("the SSL certificate error", "client-certificate-required"),
        ("request header or cookie too large", "cookie-header-too-large"),
        ("the plain HTTP request was sent to HTTPS port", "wrong-url"),
    ],
};

/// Apache httpd: modules/http/http_protocol.c.
pub static APACHE: Table = Table {
    product: "Apache httpd",
    rows: &[
        ("size of a request header field exceeds server limit", "cookie-header-too-large"),
        ("speaking plain HTTP to an SSL-enabled server port", "wrong-url"),
    ],
};

/// squid: errors/en.
pub static SQUID: Table =
    Table { product: "squid", rows: &[("ERR_CACHE_ACCESS_DENIED", "proxy-authentication-required"), ("ERR_ACCESS_DENIED", "ip-denied")] };
