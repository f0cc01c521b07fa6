//! Addresses: scheme, host and known words of the path leave; userinfo and the values of everything else do not.

use super::parameter::pairs;
use super::{Sink, percent_decoded};
use crate::redact::{Kind, vocabulary};
use crate::site;

/// An address, absolute or not.
pub fn url(text: &str, sink: &mut dyn Sink) {
    let (rest, fragment) = text.split_once('#').map_or((text, None), |(rest, fragment)| (rest, Some(fragment)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let path = match rest.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') && !scheme.contains('/') => {
            super::name(scheme, sink);
            sink.clear("//");
            let end = rest.find(['/', '\\']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self::authority(authority, sink);
            path
        }
        _ => match rest.split_once(':') {
            // What an address without a host holds, it may hold whole: data, script, mail.
            Some((scheme, rest)) if !rest.is_empty() && !scheme.contains('/') && vocabulary::is_harmless(scheme) => {
                sink.clear(scheme);
                sink.clear(":");
                if scheme.eq_ignore_ascii_case("urn") || scheme.eq_ignore_ascii_case("about") {
                    super::words(rest, sink)
                } else {
                    sink.secret(Kind::Value, rest)
                }
                ""
            }
            _ => rest,
        },
    };
    self::path(path, sink);
    for (mark, part) in [("?", query), ("#", fragment)] {
        if let Some(part) = part {
            sink.clear(mark);
            pairs(part, sink);
        }
    }
}

fn authority(text: &str, sink: &mut dyn Sink) {
    let host = match text.rsplit_once('@') {
        Some((userinfo, host)) => {
            let (user, password) = userinfo.split_once(':').map_or((userinfo, None), |(user, password)| (user, Some(password)));
            sink.secret(Kind::Person, &percent_decoded(user, false));
            if let Some(password) = password {
                sink.clear(":");
                sink.secret(Kind::Password, &percent_decoded(password, false));
            }
            sink.clear("@");
            host
        }
        None => text,
    };
    self::host(host, sink);
}

/// A host with or without its port, as in `Host`, `Domain` and addresses.
pub fn host(text: &str, sink: &mut dyn Sink) {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && port.len() <= 5 && (name.ends_with(']') || !name.contains(':')) =>
        {
            (name, text.get(name.len()..).unwrap_or_default())
        }
        _ => (text, ""),
    };
    let bare = name.trim_matches(['[', ']']);
    if site::is_ip_address(bare) {
        let is_private = bare.starts_with("127.") || bare == "::1";
        if sink.hides_hosts() && !is_private { sink.secret(Kind::Host, name) } else { sink.clear(name) }
    } else {
        let suffix = site::public_suffix(bare).len();
        let below = bare.len().checked_sub(suffix + 1).and_then(|end| bare.get(..end)).unwrap_or_default();
        let hides = sink.hides_hosts();
        let count = below.split('.').count();
        for (at, label) in below.split('.').enumerate() {
            let known = vocabulary::is_harmless(label) && (!hides || at + 1 < count);
            if label.is_empty() || known || !hides && !holds_identifier(label) {
                sink.clear(label)
            } else {
                sink.secret(Kind::Host, label)
            }
            sink.clear(if at + 1 < count { "." } else { "" });
        }
        if !hides {
            sink.public(bare);
            sink.public(text);
        }
        let rest = bare.get(below.len()..).unwrap_or_default();
        if is_host(rest) { sink.clear(rest) } else { sink.secret(Kind::Host, rest) }
    }
    sink.clear(port);
}

fn is_host(text: &str) -> bool {
    text.len() < 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'*'))
        && !holds_identifier(text)
}

/// Labels of hosts that name a tenant or a session rather than a service.
fn holds_identifier(label: &str) -> bool {
    label.len() >= 24
        || label.bytes().filter(u8::is_ascii_digit).count() >= 5
        || !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'*'))
}

/// A path, segment by segment, so that paths that begin alike still do.
pub fn path(text: &str, sink: &mut dyn Sink) {
    let mut before = "";
    for (at, segment) in text.split('/').enumerate() {
        sink.clear(if at > 0 { "/" } else { "" });
        let mut parameters = segment.split(';');
        let name = parameters.next().unwrap_or_default();
        let decoded = percent_decoded(name, false);
        if vocabulary::is_harmless(&decoded) {
            sink.clear(name)
        } else {
            sink.secret(kind_below(before), &decoded)
        }
        for parameter in parameters {
            sink.clear(";");
            super::parameter::pair(parameter, sink);
        }
        before = name;
    }
}

/// What stands below `/users` names a user.
fn kind_below(segment: &str) -> Kind {
    match Kind::by_name(segment) {
        Kind::Person => Kind::Person,
        _ => Kind::Value,
    }
}
