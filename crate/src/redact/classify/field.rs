//! Header fields: what of each known field may leave. The value of any other field does not.

use super::{Sink, challenge, cookies, multipart, name, parameter, url, words};
use crate::redact::{Kind, vocabulary};
use crate::syntax::{cookie_date, http_date};

/// What a field's value is made of.
#[derive(Clone, Copy)]
enum Shape {
    Words,
    Address,
    Host,
    Number,
    Moment,
    Languages,
    /// What names one request, where it looks like an identifier that a machine made.
    Handle,
}

/// Fields beside those with a grammar of their own, in lower case.
const FIELDS: &[(&str, Shape)] = &[
    ("accept", Shape::Words),
    ("accept-charset", Shape::Words),
    ("accept-encoding", Shape::Words),
    ("accept-language", Shape::Languages),
    ("accept-ranges", Shape::Words),
    ("access-control-allow-credentials", Shape::Words),
    ("access-control-allow-headers", Shape::Words),
    ("access-control-allow-methods", Shape::Words),
    ("access-control-allow-origin", Shape::Address),
    ("access-control-allow-private-network", Shape::Words),
    ("access-control-expose-headers", Shape::Words),
    ("access-control-max-age", Shape::Number),
    ("access-control-request-headers", Shape::Words),
    ("access-control-request-method", Shape::Words),
    ("access-control-request-private-network", Shape::Words),
    ("age", Shape::Number),
    ("allow", Shape::Words),
    (":authority", Shape::Host),
    ("cache-control", Shape::Words),
    ("cf-cache-status", Shape::Words),
    ("cf-mitigated", Shape::Words),
    ("cf-ray", Shape::Handle),
    ("clear-site-data", Shape::Words),
    ("connection", Shape::Words),
    ("content-disposition", Shape::Words),
    ("content-encoding", Shape::Words),
    ("content-language", Shape::Languages),
    ("content-length", Shape::Number),
    ("content-location", Shape::Address),
    ("content-security-policy", Shape::Words),
    ("content-type", Shape::Words),
    ("cross-origin-embedder-policy", Shape::Words),
    ("cross-origin-opener-policy", Shape::Words),
    ("cross-origin-resource-policy", Shape::Words),
    ("date", Shape::Moment),
    ("expect", Shape::Words),
    ("expires", Shape::Moment),
    ("host", Shape::Host),
    ("if-modified-since", Shape::Moment),
    ("if-unmodified-since", Shape::Moment),
    ("keep-alive", Shape::Words),
    ("last-modified", Shape::Moment),
    ("link", Shape::Words),
    ("location", Shape::Address),
    (":method", Shape::Words),
    ("origin", Shape::Address),
    (":path", Shape::Address),
    ("permissions-policy", Shape::Words),
    ("pragma", Shape::Words),
    ("priority", Shape::Words),
    ("proxy-connection", Shape::Words),
    ("ratelimit-limit", Shape::Number),
    ("ratelimit-remaining", Shape::Number),
    ("ratelimit-reset", Shape::Number),
    ("referer", Shape::Address),
    ("referrer-policy", Shape::Words),
    ("refresh", Shape::Words),
    ("request-id", Shape::Handle),
    ("retry-after", Shape::Number),
    (":scheme", Shape::Words),
    ("sec-ch-ua", Shape::Words),
    ("sec-ch-ua-mobile", Shape::Words),
    ("sec-ch-ua-platform", Shape::Words),
    ("sec-fetch-dest", Shape::Words),
    ("sec-fetch-mode", Shape::Words),
    ("sec-fetch-site", Shape::Words),
    ("sec-fetch-storage-access", Shape::Words),
    ("sec-fetch-user", Shape::Words),
    ("sec-purpose", Shape::Words),
    ("server", Shape::Words),
    (":status", Shape::Number),
    ("strict-transport-security", Shape::Words),
    ("te", Shape::Words),
    ("timing-allow-origin", Shape::Address),
    ("traceparent", Shape::Handle),
    ("trailer", Shape::Words),
    ("transfer-encoding", Shape::Words),
    ("upgrade", Shape::Words),
    ("upgrade-insecure-requests", Shape::Words),
    ("user-agent", Shape::Words),
    ("vary", Shape::Words),
    ("warning", Shape::Words),
    ("x-amz-cf-id", Shape::Handle),
    ("x-amz-request-id", Shape::Handle),
    ("x-amzn-errortype", Shape::Words),
    ("x-amzn-requestid", Shape::Handle),
    ("x-amzn-trace-id", Shape::Handle),
    ("x-auth-error", Shape::Words),
    ("x-cache", Shape::Words),
    ("x-cache-hits", Shape::Words),
    ("x-cache-status", Shape::Words),
    ("x-content-type-options", Shape::Words),
    ("x-correlation-id", Shape::Handle),
    ("x-error", Shape::Words),
    ("x-forwarded-host", Shape::Host),
    ("x-forwarded-port", Shape::Number),
    ("x-forwarded-proto", Shape::Words),
    ("x-frame-options", Shape::Words),
    ("x-github-request-id", Shape::Handle),
    ("x-ms-request-id", Shape::Handle),
    ("x-okta-request-id", Shape::Handle),
    ("x-powered-by", Shape::Words),
    ("x-proxy-cache", Shape::Words),
    ("x-ratelimit-limit", Shape::Number),
    ("x-ratelimit-remaining", Shape::Number),
    ("x-ratelimit-reset", Shape::Number),
    ("x-request-id", Shape::Handle),
    ("x-requested-with", Shape::Words),
    ("x-trace-id", Shape::Handle),
    ("x-varnish-cache", Shape::Words),
    ("x-vercel-cache", Shape::Words),
    ("x-xss-protection", Shape::Words),
];

/// The name of a field, in lower case: itself, unless it may hold an identifier.
pub fn field_name(text: &str, sink: &mut dyn Sink) {
    if FIELDS.iter().any(|(known, _)| *known == text) { sink.clear(text) } else { name(text, sink) }
}

/// A header field's value. `name` is in lower case.
pub fn field(name: &str, value: &str, sink: &mut dyn Sink) {
    match name {
        _ if value.is_empty() => {}
        "authorization" | "proxy-authorization" => challenge::credentials(value, sink),
        "www-authenticate" | "proxy-authenticate" | "authentication-info" | "proxy-authentication-info" => {
            challenge::challenges(value, sink)
        }
        "cookie" => cookies::cookie(value, sink),
        "set-cookie" => cookies::set_cookie(value, sink),
        "content-type" if value.contains("boundary=") => {
            let (before, after) = value.split_once("boundary=").unwrap_or((value, ""));
            words(before, sink);
            sink.clear("boundary=");
            multipart::boundary(after.trim_matches('"'), sink);
        }
        _ => match FIELDS.iter().find(|(known, _)| *known == name) {
            Some((_, shape)) => shaped(*shape, name, value, sink),
            None => parameter::value(name, value, false, sink),
        },
    }
}

fn shaped(shape: Shape, name: &str, value: &str, sink: &mut dyn Sink) {
    let is_moment = || {
        let has_form = value.len() <= 40 && value.split([' ', ',', '-', ':']).all(|word| word.len() <= 4 || vocabulary::is_harmless(word));
        has_form && (http_date::parse(value).value.is_some() || cookie_date::parse(value).is_some())
    };
    match shape {
        Shape::Address if value == "*" || value == "null" => sink.clear(value),
        Shape::Address => url(value, sink),
        Shape::Host => url::host(value, sink),
        Shape::Moment if is_moment() => sink.clear(value),
        Shape::Number if value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_digit()) || is_moment() => sink.clear(value),
        Shape::Languages if is_languages(value) => sink.clear(value),
        Shape::Handle if is_made_by_a_machine(value) => {
            value.split([';', '=']).for_each(|part| sink.public(part));
            value.split('-').filter(|part| part.len() >= 16).for_each(|part| sink.public(part));
            sink.clear(value);
        }
        Shape::Handle => sink.secret(Kind::Value, value),
        Shape::Words => directives(name, value, sink),
        Shape::Number | Shape::Moment | Shape::Languages => words(value, sink),
    }
}

/// Words, and the numbers of directives that are known to have one.
fn directives(name: &str, value: &str, sink: &mut dyn Sink) {
    let mut from = 0;
    for (at, _) in value.match_indices('=') {
        let before = value.get(from..at).unwrap_or_default();
        let directive = before.rsplit([' ', ',', ';']).next().unwrap_or_default().to_ascii_lowercase();
        let after = value.get(at + 1..).unwrap_or_default();
        let number = after.get(..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())).unwrap_or_default();
        if !number.is_empty() && parameter::is_harmless_value(&directive, number) && name != "content-type" {
            words(before, sink);
            sink.clear("=");
            sink.clear(number);
            from = at + 1 + number.len();
        }
    }
    words(value.get(from..).unwrap_or_default(), sink);
}

/// `en-US,en;q=0.9`.
fn is_languages(value: &str) -> bool {
    value.split([',', ';']).map(str::trim).all(|tag| {
        tag == "*"
            || tag.starts_with("q=") && tag.len() <= 7 && !tag.contains(|c: char| c.is_ascii_alphabetic() && c != 'q')
            || tag.len() <= 10
                && tag.split('-').all(|part| (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}

/// Hexadecimal digits in groups, as identifiers of requests are written.
fn is_made_by_a_machine(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_hexdigit).count();
    let groups = value.split(['-', ':', '.', ';', '=']);
    let is_group = |group: &str| {
        group.bytes().all(|byte| byte.is_ascii_hexdigit())
            || group.len() <= 4 && group.bytes().all(|byte| byte.is_ascii_uppercase())
            || matches!(group, "Root" | "Parent" | "Sampled" | "Self")
    };
    (16..=96).contains(&value.len()) && digits >= 12 && groups.into_iter().all(is_group)
}
