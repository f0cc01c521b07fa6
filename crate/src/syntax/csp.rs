//! Content Security Policy Level 3, as far as it tells where a page may send requests to.

use url::Url;

/// What a policy forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forbidden<'a> {
    /// The directive that decides: `connect-src`, or the one it falls back to.
    pub directive: &'a str,
    /// The sources that it allows, as written; empty for none.
    pub allowed: &'a str,
}

/// What of a `Content-Security-Policy` field keeps a page from a target, by the first of these directives that each of
/// its policies has. `page` is the page's own address.
#[must_use]
pub fn forbids<'a>(field: &'a str, directives: &[&str], page: &Url, target: &Url) -> Option<Forbidden<'a>> {
    field.split(',').find_map(|policy| {
        let named = |wanted: &str| {
            let mut parts =
                policy.split(';').map(|part| part.trim().split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((part.trim(), "")));
            // Of several of one name the first counts: CSP3 2.2.1.
            parts.find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let (directive, sources) = directives.iter().find_map(|wanted| named(wanted))?;
        let is_allowed = sources.split_ascii_whitespace().any(|source| allows(source, page, target));
        (!is_allowed).then_some(Forbidden { directive, allowed: sources.trim() })
    })
}

/// Whether a source expression matches a target: CSP3 6.7.2.8.
fn allows(source: &str, page: &Url, target: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    if source == "'self'" {
        return page.origin() == target.origin()
            || page.host() == target.host()
                && is_upgrade(page.scheme(), target.scheme())
                && has_usual_port(page)
                && has_usual_port(target);
    }
    if source == "*" {
        return matches!(target.scheme(), "http" | "https" | "ws" | "wss") || target.scheme() == page.scheme();
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_upgrade(scheme, target.scheme());
    }
    let (scheme, rest) = source.split_once("://").unwrap_or((page.scheme(), &source));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
    is_upgrade(scheme, target.scheme()) && has_host(target, host) && has_port(target, port) && has_path(target, path)
}

/// Whether a scheme is the one named, or its secure form: CSP3 6.7.2.9.
fn is_upgrade(named: &str, scheme: &str) -> bool {
    named == scheme || matches!((named, scheme), ("http", "https") | ("ws", "wss" | "http" | "https") | ("wss", "https"))
}

fn has_usual_port(url: &Url) -> bool {
    url.port().is_none()
}

fn has_host(target: &Url, pattern: &str) -> bool {
    let host = target.host_str().unwrap_or_default();
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(parent) => host.ends_with(parent) && host.len() > parent.len(),
        None => host == pattern,
    }
}

fn has_port(target: &Url, port: &str) -> bool {
    match port {
        "" => has_usual_port(target),
        "*" => true,
        _ => target.port_or_known_default().is_some_and(|own| port.parse() == Ok(own)),
    }
}

/// CSP3 6.7.2.12: a path that ends in a slash stands for all below it.
fn has_path(target: &Url, path: &str) -> bool {
    let own = target.path().to_ascii_lowercase();
    matches!(path, "" | "/") || if path.ends_with('/') { own.starts_with(path) } else { own == path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_forbidden(field: &str, directives: &[&str], target: &str) -> bool {
        let (page, target) = (Url::parse("https://app.test/login").unwrap(), Url::parse(target).unwrap());
        forbids(field, directives, &page, &target).is_some()
    }

    #[test]
    fn matches_sources_as_the_specification_does() {
        for (sources, target, is_allowed) in [
            ("'none'", "https://app.test/x", false),
            ("", "https://app.test/x", false),
            ("'self'", "https://app.test/x", true),
            ("'self'", "https://app.test:8443/x", false),
            ("'self'", "https://id.test/x", false),
            ("*", "https://id.test/x", true),
            ("https:", "https://id.test/x", true),
            ("https:", "http://id.test/x", false),
            ("http:", "https://id.test/x", true),
            ("id.test", "https://id.test/x", true),
            ("id.test", "https://id.test:8443/x", false),
            ("id.test:8443", "https://id.test:8443/x", true),
            ("id.test:*", "https://id.test:8443/x", true),
            ("http://id.test", "https://id.test/x", true),
            ("https://*.id.test", "https://eu.id.test/x", true),
            ("https://*.id.test", "https://id.test/x", false),
            ("https://id.test/oauth/", "https://id.test/oauth/token", true),
            ("https://id.test/oauth", "https://id.test/oauth/token", false),
        ] {
            assert_eq!(is_forbidden(&format!("connect-src {sources}"), &["connect-src"], target), !is_allowed, "{sources} {target}");
        }
    }

    #[test]
    fn every_policy_must_allow_and_the_first_directive_counts() {
        let target = "https://id.test/token";
        assert!(is_forbidden("default-src 'self'", &["connect-src", "default-src"], target));
        assert!(!is_forbidden("default-src 'self'; connect-src *", &["connect-src", "default-src"], target));
        assert!(!is_forbidden("default-src 'self'", &["form-action"], target));
        assert!(is_forbidden("connect-src *, connect-src 'self'", &["connect-src"], target));
        assert!(!is_forbidden("connect-src *; connect-src 'self'", &["connect-src"], target));
        assert!(!is_forbidden("frame-ancestors 'none'; Connect-Src https://id.test", &["connect-src"], target));
    }
}
