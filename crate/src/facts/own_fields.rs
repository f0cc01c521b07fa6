//! Fields by which programs bear a session of their own making: their names are theirs, so their values tell.

use super::Fingerprint;
use super::randomness::is_secret;
use super::tokens::guards_forms;
use crate::exchange::Exchange;

/// What begins the names of fields that browsers, tracers and conditional requests fill with what looks random as well, in lower
/// case. Fetch, RFC 9110, W3C Trace Context, and the documentation of tracing libraries; checked 2026-11-30.
const OTHERS: [&str; 33] = [
    "accept",
    "access-control-",
    "alt-used",
    "authorization",
    "b3",
    "baggage",
    "cache-",
    "client-",
    "content-",
    "cookie",
    "date",
    "dnt",
    "dpop",
    "forwarded",
    "host",
    "idempotency-",
    "if-",
    "newrelic",
    "origin",
    "pragma",
    "priority",
    "proxy-",
    "range",
    "referer",
    "request-id",
    "sec-",
    "sentry-",
    "te",
    "trace",
    "uber-trace",
    "upgrade",
    "user-agent",
    "via",
];

/// The same, of names that begin with `x-`.
const OTHERS_X: [&str; 16] = [
    "amz",
    "amzn",
    "b3-",
    "client-",
    "cloud-trace",
    "correlation",
    "datadog",
    "device",
    "forwarded",
    "instana",
    "ms-",
    "newrelic",
    "real-ip",
    "request",
    "trace",
    "goog-",
];

/// The fields that may bear a session: name in lower case, value.
pub(super) fn read(exchange: &Exchange) -> Box<[(Box<str>, Fingerprint)]> {
    let is_other = |name: &str| match name.strip_prefix("x-") {
        Some(rest) => OTHERS_X.iter().any(|begin| rest.starts_with(begin)) || guards_forms(name),
        None => OTHERS.iter().any(|begin| name.starts_with(begin)) || guards_forms(name),
    };
    let fields = exchange.request.fields.iter().filter(|(name, value)| !is_other(name) && is_secret(value));
    fields.map(|(name, value)| (name.into(), Fingerprint::unless_hidden(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fields: &str) -> Vec<String> {
        let exchange = crate::capture::notation::parse(&format!("> GET https://a.test/\n{fields}< 200 OK\n")).unwrap().remove(0);
        read(&exchange).iter().map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn what_nobody_could_guess_in_a_field_of_its_own_bears_a_session() {
        assert_eq!(names("> Guacamole-Token: {secret t 40}\n> X-Plex-Token: {secret p 20}\n"), ["guacamole-token", "x-plex-token"]);
    }

    #[test]
    fn what_browsers_and_tracers_send_does_not() {
        let others = "> If-None-Match: {secret e 30}\n> Traceparent: 00-{secret t 32}-{secret s 16}-01\n> X-Request-Id: {secret r 32}\n> X-CSRF-Token: {secret c 40}\n> X-Api-Version: 2026-11-30\n> X-Client-Data: {secret d 40}\n";
        assert_eq!(names(others), [""; 0]);
    }
}
