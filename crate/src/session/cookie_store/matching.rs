//! When a cookie belongs to a request: RFC 6265bis 5.1.3 and 5.1.4.

use std::borrow::Cow;

use crate::site::is_ip_address;

/// 5.1.3: whether the host is the domain or lies below it. Both in lower case.
pub(super) fn domain_matches(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(below) => below.ends_with('.') && !is_ip_address(host),
        None => false,
    }
}

/// 5.1.4: whether the path of a request is the cookie's path or lies below it.
#[must_use]
pub fn path_matches(request: &str, cookie: &str) -> bool {
    request.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie.ends_with('/'))
}

/// 5.1.4: the path of a cookie that names none: that of the URL without its last segment.
pub(super) fn default_path(url_path: &str) -> &str {
    match url_path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((directory, _)) if directory.starts_with('/') => directory,
        Some(_) => "/",
    }
}

/// A path with the percent-encoded unreserved characters decoded: RFC 3986 6.2.2.2.
pub(super) fn decode_unreserved(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut decoded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                decoded.push(char::from(byte));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                decoded.push('%');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_match_at_label_boundaries_and_never_within_addresses() {
        assert!(domain_matches("example.com", "example.com"));
        assert!(domain_matches("www.example.com", "example.com"));
        assert!(!domain_matches("badexample.com", "example.com"));
        assert!(!domain_matches("example.com", "www.example.com"));
        assert!(domain_matches("127.0.0.1", "127.0.0.1"));
        assert!(!domain_matches("127.0.0.1", "0.0.1"));
    }

    #[test]
    fn paths_match_at_segment_boundaries() {
        assert!(path_matches("/docs", "/docs"));
        assert!(path_matches("/docs/web", "/docs"));
        assert!(path_matches("/docs/web", "/docs/"));
        assert!(path_matches("/docs", "/"));
        assert!(!path_matches("/docsets", "/docs"));
        assert!(!path_matches("/docs", "/docs/"));
        assert!(!path_matches("/", "/docs"));
    }

    #[test]
    fn the_default_path_is_the_directory_of_the_url() {
        assert_eq!(default_path("/docs/web/index.html"), "/docs/web");
        assert_eq!(default_path("/docs/"), "/docs");
        assert_eq!(default_path("/docs"), "/");
        assert_eq!(default_path("/"), "/");
        assert_eq!(default_path(""), "/");
    }

    #[test]
    fn only_unreserved_characters_are_decoded() {
        assert_eq!(decode_unreserved("/f%6Fo%7e"), "/foo~");
        assert_eq!(decode_unreserved("/a%2Fb%%4"), "/a%2Fb%%4");
    }
}
