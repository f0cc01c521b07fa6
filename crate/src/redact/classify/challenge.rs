//! What fields of authentication carry: a scheme, and parameters or a token.

use super::{Sink, parameter, words};
use crate::redact::{Kind, vocabulary};

/// Authorization and Proxy-Authorization.
pub fn credentials(value: &str, sink: &mut dyn Sink) {
    let trimmed = value.trim_start_matches([' ', '\t']);
    sink.clear(value.get(..value.len() - trimmed.len()).unwrap_or_default());
    let Some((scheme, rest)) = trimmed.split_once([' ', '\t']).filter(|(scheme, _)| vocabulary::is_harmless(scheme)) else {
        // A scheme alone is no secret; anything else alone is one.
        if vocabulary::is_harmless(trimmed) {
            sink.clear(trimmed)
        } else {
            sink.secret(Kind::Token, trimmed)
        }
        return;
    };
    sink.clear(scheme);
    let credential = rest.trim_start();
    sink.clear(trimmed.get(scheme.len()..trimmed.len() - credential.len()).unwrap_or_default());
    if scheme.eq_ignore_ascii_case("basic") {
        sink.basic(credential);
    } else if scheme.eq_ignore_ascii_case("negotiate") || scheme.eq_ignore_ascii_case("ntlm") {
        sink.negotiate(credential);
    } else if is_list(credential) {
        parameters(credential, sink);
    } else if !credential.is_empty() {
        sink.secret(Kind::Token, credential);
    }
}

/// WWW-Authenticate, Proxy-Authenticate, Authentication-Info: schemes, and what they ask for.
pub fn challenges(value: &str, sink: &mut dyn Sink) {
    match value.split_once(' ') {
        Some((scheme, token))
            if (scheme.eq_ignore_ascii_case("negotiate") || scheme.eq_ignore_ascii_case("ntlm"))
                && !token.trim_end_matches('=').contains(['=', ',']) =>
        {
            sink.clear(scheme);
            sink.clear(" ");
            sink.negotiate(token);
        }
        _ => parameters(value, sink),
    }
}

/// Whether text is a list of parameters rather than one token.
fn is_list(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, value)| {
        !value.trim_start_matches('=').is_empty()
            && name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    })
}

/// `name=value` and `name="value"`, between whatever words.
fn parameters(text: &str, sink: &mut dyn Sink) {
    let mut rest = text;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let name = before.rsplit([' ', ',', '\t', ';']).next().unwrap_or_default();
        words(before, sink);
        sink.clear("=");
        let after = after.get(1..).unwrap_or_default();
        let space = after.len() - after.trim_start().len();
        sink.clear(after.get(..space).unwrap_or_default());
        let after = after.get(space..).unwrap_or_default();
        let quoted = after.strip_prefix('"').map(|inside| closing_quote(inside).map_or(inside, |end| inside.get(..end).unwrap_or(inside)));
        let value = quoted.unwrap_or_else(|| after.split([',', ' ', ';']).next().unwrap_or_default());
        let mark = usize::from(quoted.is_some());
        sink.clear(after.get(..mark).unwrap_or_default());
        if value.is_empty() || name.is_empty() {
            words(value, sink)
        } else {
            named(name, value, sink)
        }
        rest = after.get(mark + value.len()..).unwrap_or_default();
    }
    words(rest, sink);
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn named(name: &str, value: &str, sink: &mut dyn Sink) {
    match &*name.to_ascii_lowercase() {
        "realm" | "signedheaders" | "headers" | "error" | "error_description" | "algs" | "max-age" => words(value, sink),
        "uri" => super::url(value, sink),
        "nc" if value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) => sink.clear(value),
        // The day, region and service of AWS say what the signature is for; the key before them is a secret.
        "credential" => match value.split_once('/') {
            Some((key, scope)) => {
                sink.secret(Kind::Key, key);
                sink.clear("/");
                let day = scope.split('/').next().filter(|day| day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()));
                sink.clear(day.unwrap_or_default());
                words(scope.get(day.map_or(0, str::len)..).unwrap_or_default(), sink);
            }
            None => sink.secret(Kind::Key, value),
        },
        _ => parameter::value(name, value, true, sink),
    }
}
