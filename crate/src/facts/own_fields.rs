//! Fields by which programs bear a session of their own making: their names are theirs, so their values tell.

use super::Fingerprint;
use super::randomness::is_secret;
use super::tokens::guards_forms;
use crate::exchange::Exchange;
use crate::syntax::json;

/// What begins the names of fields by which requests are found again in logs, in lower case, without `x-`, in order; none of them
/// begins another. W3C Trace Context and Baggage, and the documentation of tracing libraries and of gateways; checked 2026-11-30.
const TRACERS: [&str; 24] = [
    "amzn-trace",
    "b3",
    "baggage",
    "cf-ray",
    "client-request",
    "client-trace",
    "cloud-trace",
    "correlation",
    "datadog",
    "dt",
    "elastic-",
    "instana",
    "ms-client-request",
    "ms-request",
    "newrelic",
    "ot-",
    "request-id",
    "requestid",
    "sentry",
    "trace",
    "tracking",
    "transaction",
    "uber-trace",
    "unique",
];

/// The same of those that browsers, frameworks and conditional requests fill with what looks random as well. Fetch, RFC 9110, and
/// the documentation of frameworks; checked 2026-11-30.
const OTHERS: [&str; 44] = [
    "accept",
    "access-control-",
    "alt-used",
    "amz",
    "app-",
    "authorization",
    "cache-",
    "cf-",
    "client-",
    "content-",
    "cookie",
    "date",
    "device",
    "dnt",
    "dpop",
    "fingerprint",
    "forwarded",
    "goog-",
    "host",
    "hx-",
    "idempotency-",
    "if-",
    "inertia",
    "installation",
    "ms-",
    "next-",
    "origin",
    "pragma",
    "priority",
    "proxy-",
    "range",
    "real-ip",
    "referer",
    "request",
    "rsc",
    "sec-",
    "super-",
    "te",
    "turbo-",
    "up-",
    "upgrade",
    "user-agent",
    "via",
    "visitor",
];

/// Whether a field's name, in lower case, says that it bears a session.
#[must_use]
pub fn names_a_session(name: &str) -> bool {
    let says_so =
        |word: &str| matches!(word, "auth" | "jwt" | "login" | "session" | "sessionid" | "sid" | "ticket") || word.ends_with("token");
    name.split(['-', '_']).any(says_so)
}

/// Whether a name without `x-` begins like one of a list.
fn begins_like(list: &[&str], bare: &str) -> bool {
    let before = list.partition_point(|begin| *begin <= bare).checked_sub(1);
    before.and_then(|at| list.get(at)).is_some_and(|begin| bare.starts_with(begin))
}

fn bare(name: &str) -> &str {
    name.strip_prefix("x-").unwrap_or(name)
}

/// Whether a field of that name, in lower case, tells only one request from another, so that it may be found in logs.
#[must_use]
pub fn is_tracers(name: &str) -> bool {
    begins_like(&TRACERS, bare(name)) && !names_a_session(bare(name))
}

/// The fields that may bear a session: name in lower case, value.
pub(super) fn read(exchange: &Exchange) -> Box<[(Box<str>, Fingerprint)]> {
    let is_other = |name: &str| {
        let is_no_session = is_tracers(name) || begins_like(&OTHERS, bare(name)) && !names_a_session(bare(name));
        is_no_session || guards_forms(name) || bare(name).starts_with("cookie")
    };
    // Addresses hold what looks random, and so does what a program says of itself in base64.
    let is_text = |value: &str| value.contains("://") || value.starts_with(['/', '{', '[', '%']);
    let is_json = |value: &str| value.starts_with("eyJ") && value.matches('.').count() != 2;
    let is_value = |value: &str| is_secret(value) && (!is_text(value) || is_only_member(value)) && !is_json(value);
    let is_session = |(name, value): &(&str, &str)| !is_other(name) && is_value(value);
    exchange.request.fields.iter().filter(is_session).map(|(name, value)| (name.into(), Fingerprint::unless_hidden(value))).collect()
}

/// Whether an answer hands out a session in a field, to be borne in one.
#[must_use]
pub fn hands_out_session(exchange: &Exchange) -> bool {
    let names_it = |name: &str| name == "authorization" || names_a_session(name) && !guards_forms(name);
    let mut fields = exchange.response.iter().flat_map(|response| response.fields.iter());
    fields.any(|(name, value)| names_it(name) && is_secret(value))
}

/// Whether a value is an object of one member, whose name says that it is a session: what a program could not keep in a cookie.
fn is_only_member(value: &str) -> bool {
    let (mut members, mut named) = (0, 0);
    let read = json::each_member(value, &mut |name, value| {
        members += 1;
        named += usize::from(names_a_session(&name.to_ascii_lowercase()) && is_secret(value));
    });
    read.is_ok() && members == 1 && named == 1
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
        assert_eq!(names("> X-Fallback: {\"a_session_1\":\"{secret t 40}\"}\n> X-State: {\"view\":\"{secret p 20}\"}\n"), ["x-fallback"]);
    }

    #[test]
    fn what_begins_other_names_stands_in_order() {
        for list in [&TRACERS[..], &OTHERS] {
            assert!(list.is_sorted() && list.windows(2).all(|pair| !pair[1].starts_with(pair[0])));
            assert!(list.iter().all(|begin| begins_like(list, begin) && begins_like(list, &format!("{begin}z"))));
            assert!(!begins_like(list, "") && !begins_like(list, "guacamole-token") && !begins_like(list, "zebra"));
        }
    }

    #[test]
    fn what_browsers_and_tracers_send_does_not() {
        let others = "> If-None-Match: {secret e 30}\n> Traceparent: 00-{secret t 32}-{secret s 16}-01\n> X-Request-Id: {secret r 32}\n> X-CSRF-Token: {secret c 40}\n> X-Api-Version: 2026-11-30\n> X-Client-Data: {secret d 40}\n> X-Inertia-Version: {secret i 32}\n> Hx-Current-Url: https://a.test/{secret u 32}\n> Cf-Ray: {secret f 20}\n> X-Properties: {base64 {\"distinct\":\"a1b2c3d4e5f6a7b8c9\",\"os\":\"x\"}}\n";
        assert_eq!(names(others), [""; 0]);
    }

    #[test]
    fn tells_tracers_from_what_decides_an_answer() {
        for name in ["traceparent", "x-request-id", "x-b3-traceid", "sentry-trace", "x-amzn-trace-id", "x-correlation-id"] {
            assert!(is_tracers(name), "{name}");
        }
        for name in ["x-requested-with", "dpop", "x-amz-date", "x-ms-date", "x-forwarded-user", "x-trace-session", "x-api-key"] {
            assert!(!is_tracers(name), "{name}");
        }
    }
}
