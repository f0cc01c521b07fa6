//! Named values: parameters of queries, fragments and forms, members of JSON, parts of a form with files.

use super::{Sink, percent_decoded, percent_encoded, url, words};
use crate::redact::Kind;
use crate::syntax::http_date;
use crate::time::Time;

/// Names whose values are words of a protocol or sentences of a server, in lower case. What these hold
/// beside known words does not leave. From RFC 6749, 7009, 7591, 7636, 9457, OpenID Connect Core,
/// WS-Federation and common practice, as of 2026-11-20.
const WORDS: [&str; 63] = [
    "acr_values",
    "action",
    "alg",
    "algorithm",
    "cause",
    "charset",
    "claims_supported",
    "client_assertion_type",
    "code_challenge_method",
    "code_challenge_methods_supported",
    "cty",
    "description",
    "detail",
    "details",
    "display",
    "enc",
    "error",
    "error_code",
    "error_codes",
    "error_description",
    "error_message",
    "error_reason",
    "error_subcode",
    "error_type",
    "errorcode",
    "errordescription",
    "errormessage",
    "errors",
    "exception",
    "fault",
    "faultcode",
    "faultstring",
    "grant_type",
    "grant_types_supported",
    "grants",
    "kty",
    "level",
    "messages",
    "message",
    "method",
    "msg",
    "non_field_errors",
    "prompt",
    "qop",
    "reason",
    "requested_token_type",
    "response_mode",
    "response_type",
    "response_types_supported",
    "result",
    "scope",
    "scopes",
    "scopes_supported",
    "scp",
    "sigalg",
    "stale",
    "status",
    "suberror",
    "token_type",
    "token_type_hint",
    "token_use",
    "typ",
    "wa",
];

/// Words in answers, where `code` is no authorization code and `type` no content.
const ANSWERS: [&str; 6] = ["code", "title", "type", "use", "status_code", "errorsummary"];

/// Names whose values are addresses, in lower case.
const ADDRESSES: [&str; 35] = [
    "acs_url",
    "assertionconsumerserviceurl",
    "aud",
    "audience",
    "authorization_endpoint",
    "authorization_uri",
    "callback",
    "callback_url",
    "continue",
    "destination",
    "end_session_endpoint",
    "error_uri",
    "href",
    "htu",
    "instance",
    "iss",
    "issuer",
    "jwks_uri",
    "location",
    "login_url",
    "next",
    "post_logout_redirect_uri",
    "recipient",
    "redirect",
    "redirect_to",
    "redirect_uri",
    "redirect_url",
    "redirecturl",
    "resource_metadata",
    "return_to",
    "returnurl",
    "token_endpoint",
    "uri",
    "url",
    "userinfo_endpoint",
];

/// Names whose values are times and spans in seconds, counts and codes, in lower case.
const NUMBERS: [&str; 26] = [
    "auth_time",
    "created",
    "error_codes",
    "exp",
    "expires",
    "expires_at",
    "expires_in",
    "expires_on",
    "ext_expires_in",
    "iat",
    "interval",
    "issued_at",
    "max",
    "max-age",
    "max_age",
    "nbf",
    "nc",
    "not_before",
    "q",
    "refresh_expires_in",
    "retry_after",
    "s-maxage",
    "stale-if-error",
    "stale-while-revalidate",
    "timeout",
    "v",
];

/// Digits of a time in milliseconds.
const LONGEST_NUMBER: usize = 13;

fn is_in(list: &[&str], name: &str) -> bool {
    list.contains(&name)
}

/// Whether a value is a number of such a name, or a truth, or so short that it tells nothing.
pub fn is_harmless_value(name: &str, value: &str) -> bool {
    let is_number = !value.is_empty() && value.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let named = is_number && value.len() <= LONGEST_NUMBER && is_in(&NUMBERS, name)
        || is_number && value.len() <= 3 && is_in(&["status", "code", "status_code"], name);
    let is_moment = || Time::from_rfc3339(value).is_some() || http_date::parse(value).value.is_some();
    value.is_empty()
        || named
        || is_number && value.len() <= 2
        || matches!(value, "true" | "false" | "null" | "on" | "off" | "yes" | "no")
        || is_in(&NUMBERS, name) && is_moment()
}

/// One value by its name, which may be of any case. `is_answer` where a server says it.
pub fn value(name: &str, text: &str, is_answer: bool, sink: &mut dyn Sink) {
    let name = name.to_ascii_lowercase();
    if is_harmless_value(&name, text) {
        sink.clear(text);
    } else if is_in(&WORDS, &name) || is_answer && is_in(&ANSWERS, &name) {
        words(text, sink);
    } else if is_in(&ADDRESSES, &name) && (text.contains("://") || text.starts_with('/') || text.starts_with("urn:")) {
        url(text, sink);
    } else if name.starts_with("saml") && text.len() > 40 {
        sink.saml(text);
    } else {
        sink.secret(Kind::by_name(&name), text);
    }
}

/// Parameters of a query, a fragment or a form.
pub fn pairs(text: &str, sink: &mut dyn Sink) {
    for (at, parameter) in text.split('&').enumerate() {
        sink.clear(if at > 0 { "&" } else { "" });
        pair(parameter, sink);
    }
}

/// One parameter. Without a name it may be anything: a fragment of a page, a token.
pub fn pair(parameter: &str, sink: &mut dyn Sink) {
    match parameter.split_once('=') {
        Some((name, text)) => {
            let decoded = percent_decoded(name, true);
            if crate::redact::vocabulary::is_harmless(&decoded) {
                sink.clear(name)
            } else {
                sink.secret(Kind::Name, &decoded)
            }
            sink.clear("=");
            sink.nested(text, &percent_decoded(text, true), percent_encoded, &|text, sink| value(&decoded, text, false, sink));
        }
        None => sink.nested(parameter, &percent_decoded(parameter, true), percent_encoded, &|text, sink| {
            if text.starts_with(['/', '!']) { url::path(text, sink) } else { super::name(text, sink) }
        }),
    }
}
