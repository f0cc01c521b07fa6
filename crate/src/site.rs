//! Sites and registrable domains: HTML "sites", by the Public Suffix List.
//!
//! The list is `crate/data/public_suffix_list.txt`, searched where it lies, without building
//! anything first. Each of its lines is a parent domain and the labels that make a rule with it,
//! lines and labels sorted by byte; `tests/tools/public_suffix_list.py` writes it anew.

use std::cmp::Ordering;

use memchr::{memchr, memrchr};
use url::Url;

/// The list as `crate/data/public_suffix_list.txt` has it.
#[cfg(not(target_arch = "wasm32"))]
fn public_suffix_list() -> &'static str {
    include_str!("../data/public_suffix_list.txt")
}

/// The list that the extension handed over: it ships as a file of its own beside the wasm, so that
/// it can be renewed alone. Without it a host's last label counts as its public suffix.
#[cfg(target_arch = "wasm32")]
fn public_suffix_list() -> &'static str {
    LIST.get().map_or("", String::as_str)
}

#[cfg(target_arch = "wasm32")]
static LIST: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Takes the list, once: later calls change nothing.
#[cfg(target_arch = "wasm32")]
pub fn hand_over_public_suffix_list(text: String) {
    LIST.get_or_init(|| text);
}

/// Labels of the longest rule in the list; labels further left cannot belong to a public suffix.
const LONGEST_RULE: usize = 7;

/// A scheme and a registrable domain, or the host where it has none (an IP address, `localhost`, a
/// public suffix): what browsers mean by "same site".
///
/// ```
/// # use why401::site::Site;
/// # use url::Url;
/// let page = Url::parse("https://www.example.co.uk/").unwrap();
/// let api = Url::parse("https://api.example.co.uk:8443/").unwrap();
/// assert_eq!(Site::of(&page), Site::of(&api));
/// assert_eq!(Site::of(&page).unwrap().domain, "example.co.uk");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site<'a> {
    /// The URL's scheme; `http` for `ws` and `https` for `wss`.
    pub scheme: &'a str,
    /// Registrable domain or host, in lower case and ASCII as in the URL.
    pub domain: &'a str,
}

impl<'a> Site<'a> {
    /// The site of a URL, or `None` where it has no host (`data:`, `about:`, `file:`).
    pub fn of(url: &'a Url) -> Option<Self> {
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(Self { scheme: scheme_of(url), domain: registrable_domain(host).unwrap_or(host) })
    }

    /// Whether both are the same site if http and https were one scheme, as browsers that are not
    /// schemeful see it.
    pub fn is_schemelessly_same(self, other: Site<'_>) -> bool {
        self.domain == other.domain
    }
}

/// The scheme of a URL as sites have it.
pub(crate) fn scheme_of(url: &Url) -> &str {
    match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        scheme => scheme,
    }
}

/// The date of the list, `YYYY-MM-DD`.
pub fn list_date() -> &'static str {
    public_suffix_list().split_once("List of ").and_then(|(_, rest)| rest.get(..10)).unwrap_or("unknown")
}

/// The part of a host below which anybody may register names. Host in lower case and ASCII; a last
/// label that the list does not know counts as a public suffix (its rule `*`).
pub fn public_suffix(host: &str) -> &str {
    let name = host.strip_suffix('.').unwrap_or(host);
    let mut suffix_start = memrchr(b'.', name.as_bytes()).map_or(0, |dot| dot + 1);
    let mut parent_start = suffix_start;
    for _ in 1..LONGEST_RULE {
        let Some(left) = parent_start.checked_sub(1).and_then(|dot| name.get(..dot)) else {
            break;
        };
        let label_start = memrchr(b'.', left.as_bytes()).map_or(0, |dot| dot + 1);
        let parent = name.get(parent_start..).unwrap_or_default();
        let label = left.get(label_start..).unwrap_or_default();
        if let Some(labels) = rules_below(parent) {
            if is_exception(labels, label) {
                return host.get(parent_start..).unwrap_or(host);
            }
            // An asterisk is the next smallest byte after the exclamation mark of exceptions.
            let has_wildcard = labels.split(' ').find(|label| !label.starts_with('!')) == Some("*");
            if has_wildcard || find_entry(labels, b' ', label).is_some() {
                suffix_start = label_start;
            }
        }
        parent_start = label_start;
    }
    host.get(suffix_start..).unwrap_or(host)
}

/// The public suffix and one label more, or `None` for a public suffix itself and for an IP
/// address.
pub fn registrable_domain(host: &str) -> Option<&str> {
    if is_ip_address(host) {
        return None;
    }
    let suffix = public_suffix(host);
    let left = host.strip_suffix(suffix)?.strip_suffix('.')?;
    let label_start = memrchr(b'.', left.as_bytes()).map_or(0, |dot| dot + 1);
    (label_start < left.len()).then(|| host.get(label_start..)).flatten()
}

/// Whether cookies for this whole domain would reach strangers' hosts.
pub fn is_public_suffix(host: &str) -> bool {
    !is_ip_address(host) && public_suffix(host) == host
}

/// Whether a URL's host is an IP address: in brackets, or with a last label that is a number, which
/// the URL Standard reads as IPv4.
pub fn is_ip_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    host.starts_with('[') || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The labels of the line whose parent domain this is.
fn rules_below(parent: &str) -> Option<&'static str> {
    find_entry(public_suffix_list(), b'\n', parent)?.split_once(' ').map(|(_, labels)| labels)
}

/// Exceptions such as `!www` stand before all other labels, as `!` is the smallest byte used.
fn is_exception(labels: &str, label: &str) -> bool {
    labels.starts_with('!') && labels.split(' ').map_while(|rule| rule.strip_prefix('!')).any(|exception| exception == label)
}

/// Binary search in sorted text: the entry, among those that `separator` divides, whose first word
/// is `key`.
fn find_entry<'t>(text: &'t str, separator: u8, key: &str) -> Option<&'t str> {
    let (bytes, key) = (text.as_bytes(), key.as_bytes());
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memrchr(separator, bytes.get(low..middle)?).map_or(low, |at| low + at + 1);
        let end = || memchr(separator, bytes.get(middle..high).unwrap_or_default()).map_or(high, |at| middle + at);
        // Both separators are smaller than every byte of a name, so a word that ends before the key
        // does compares as smaller, as it should.
        let key_end = start + key.len();
        let order = bytes.get(start..key_end.min(high))?.cmp(key);
        match order {
            Ordering::Equal if key_end == high || bytes.get(key_end).is_some_and(|byte| *byte <= b' ') => return text.get(start..end()),
            Ordering::Less => low = end() + 1,
            Ordering::Equal | Ordering::Greater => high = start.saturating_sub(1),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(url: &str) -> (String, String) {
        let url = Url::parse(url).unwrap();
        let site = Site::of(&url).unwrap();
        (site.scheme.to_owned(), site.domain.to_owned())
    }

    #[test]
    fn follows_the_rules_of_the_list() {
        // Rules, wildcards and exceptions as the list's own documentation describes them.
        for (host, expected) in [
            ("example.com", Some("example.com")),
            ("a.b.example.com", Some("example.com")),
            ("com", None),
            ("www.example.co.uk", Some("example.co.uk")),
            ("co.uk", None),
            ("a.example.unlisted-tld", Some("example.unlisted-tld")),
            ("c.kobe.jp", None),
            ("b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("a.b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("www.city.kobe.jp", Some("city.kobe.jp")),
            ("test.ck", None),
            ("a.b.test.ck", Some("b.test.ck")),
            ("www.www.ck", Some("www.ck")),
            ("a.b.city.ide.kyoto.jp", Some("city.ide.kyoto.jp")),
            ("xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn")),
            ("xn--55qx5d.cn", None),
        ] {
            assert_eq!(registrable_domain(host), expected, "{host}");
        }
    }

    #[test]
    fn knows_the_private_section() {
        assert_eq!(registrable_domain("pages.someone.github.io"), Some("someone.github.io"));
        assert!(is_public_suffix("github.io"));
        assert!(is_public_suffix("s3.amazonaws.com"));
        assert!(!is_public_suffix("amazonaws.com"));
    }

    #[test]
    fn single_labels_and_addresses_have_no_registrable_domain() {
        for host in ["localhost", "intranet", "127.0.0.1", "[::1]", "", "."] {
            assert_eq!(registrable_domain(host), None, "{host}");
        }
        assert!(is_public_suffix("localhost"));
        assert!(!is_public_suffix("127.0.0.1"));
    }

    #[test]
    fn a_dot_at_the_end_makes_another_host_of_the_same_kind() {
        assert_eq!(registrable_domain("www.example.co.uk."), Some("example.co.uk."));
        assert_eq!(public_suffix("example.co.uk."), "co.uk.");
    }

    #[test]
    fn sites_are_schemeful_and_blind_to_ports() {
        let https = ("https".to_owned(), "example.com".to_owned());
        assert_eq!(site("https://www.example.com:8443/x"), https);
        assert_eq!(site("wss://example.com/"), https);
        assert_ne!(site("http://example.com/"), https);
        assert_eq!(site("http://127.0.0.1:80/").1, "127.0.0.1");
        assert_eq!(site("http://[::1]/").1, "[::1]");
        assert_eq!(site("http://localhost:3000/").1, "localhost");
        assert_eq!(Site::of(&Url::parse("data:,x").unwrap()), None);
    }

    #[test]
    fn the_list_is_in_the_order_that_the_search_needs() {
        let parents: Vec<_> = public_suffix_list().lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(parents.is_sorted());
        let mut longest = 0;
        for line in public_suffix_list().lines().filter(|line| !line.starts_with('#')) {
            let (parent, labels) = line.split_once(' ').unwrap();
            assert!(labels.split(' ').is_sorted(), "{parent}");
            longest = longest.max(parent.split('.').count() + 1);
            for label in labels.split(' ') {
                assert!(find_entry(labels, b' ', label).is_some(), "{label}.{parent}");
            }
            assert_eq!(rules_below(parent), Some(labels));
        }
        assert_eq!(longest, LONGEST_RULE);
        assert_eq!(list_date().split('-').count(), 3);
    }
}
