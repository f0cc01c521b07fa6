//! Sites and registrable domains: HTML "sites", by the Public Suffix List.
//!
//! The list is `crate/data/public_suffix_list.txt`, searched where it lies, without building
//! anything first; `tools/public_suffix_list.py` writes it anew. Each of its lines is a top
//! level domain and the tree of labels that make rules with it, sorted by byte on each level:
//!
//! ```text
//! level = *( shared ending [ "." / "!" ] [ "(" level ")" ] )
//! ```
//!
//! `shared` tells how many bytes the label has in common with the one before it on its level (A for
//! none, B for one), `ending` is the rest of it. On the first level a space stands for A, so that a
//! search can begin at the label's first letter. A full stop marks a label that is no rule and only
//! has rules below it, an exclamation mark an exception. Parentheses hold the labels left of it.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};
use url::{Host, Position, Url};

use crate::data::public_suffix_list;

/// A scheme and a registrable domain, or the host where it has none (an IP address, `localhost`, a
/// public suffix): what browsers mean by "same site".
///
/// ```
/// # use why401::site::Site;
/// # use url::{Host, Url};
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

/// The origin of a URL, serialised: "https://app.example.test:8443".
pub(crate) fn origin_of(url: &Url) -> Cow<'_, str> {
    match before_path(url) {
        Some(origin) => Cow::Borrowed(origin),
        None => Cow::Owned(url.origin().ascii_serialization()),
    }
}

/// Whether two URLs have the same origin.
pub(crate) fn is_same_origin(one: &Url, other: &Url) -> bool {
    match (before_path(one), before_path(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.origin() == other.origin(),
    }
}

/// What stands before the path, where that is the origin: nobody's name is in it.
fn before_path(url: &Url) -> Option<&str> {
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    is_plain.then(|| &url[..Position::BeforePath])
}

/// The date of the list, `YYYY-MM-DD`.
pub fn list_date() -> &'static str {
    public_suffix_list().split_once("List of ").and_then(|(_, rest)| rest.get(..10)).unwrap_or("unknown")
}

/// The part of a host below which anybody may register names. Host in lower case and ASCII; a last
/// label that the list does not know counts as a public suffix (its rule `*`).
pub fn public_suffix(host: &str) -> &str {
    Suffixes::default().public_suffix(host)
}

/// Answers about one host after the other. Most hosts that meet in a session end alike, and where
/// the rules of a top level domain begin in the list is most of the search.
#[derive(Clone, Debug, Default)]
pub struct Suffixes {
    last: Option<(Box<str>, &'static [u8])>,
}

impl Suffixes {
    fn rules_of(&mut self, top_level: &str) -> &'static [u8] {
        match &self.last {
            Some((last, rules)) if **last == *top_level => rules,
            _ => {
                let rules = rules_of_top_level(top_level);
                self.last = Some((top_level.into(), rules));
                rules
            }
        }
    }

    fn public_suffix<'h>(&mut self, host: &'h str) -> &'h str {
        let name = host.strip_suffix('.').unwrap_or(host);
        let top = memrchr(b'.', name.as_bytes()).map_or(0, |dot| dot + 1);
        suffix_by(self.rules_of(name.get(top..).unwrap_or_default()), host, name, top)
    }

    /// As [`registrable_domain`].
    pub fn registrable_domain<'h>(&mut self, host: &'h str) -> Option<&'h str> {
        if is_ip_address(host) {
            return None;
        }
        let suffix = self.public_suffix(host);
        let left = host.strip_suffix(suffix)?.strip_suffix('.')?;
        let label_start = memrchr(b'.', left.as_bytes()).map_or(0, |dot| dot + 1);
        (label_start < left.len()).then(|| host.get(label_start..)).flatten()
    }
}

/// The suffix by the rules of its top level domain, which begins at `suffix_start` of the name: the
/// host without a dot at its end.
fn suffix_by<'h>(mut level: &[u8], host: &'h str, name: &str, mut suffix_start: usize) -> &'h str {
    let mut parent_start = suffix_start;
    while let (false, Some(left)) = (level.is_empty(), parent_start.checked_sub(1).and_then(|dot| name.get(..dot))) {
        let label_start = memrchr(b'.', left.as_bytes()).map_or(0, |dot| dot + 1);
        let found = find_rule(level, left.get(label_start..).unwrap_or_default().as_bytes());
        match found.map(|(standing, _)| standing) {
            Some(Standing::Exception) => return host.get(parent_start..).unwrap_or(host),
            Some(Standing::Rule) => suffix_start = label_start,
            // An asterisk is the smallest label.
            Some(Standing::Parent) | None if level.get(1) == Some(&b'*') => suffix_start = label_start,
            Some(Standing::Parent) | None => {}
        }
        level = found.map_or(&[], |(_, below)| below);
        parent_start = label_start;
    }
    host.get(suffix_start..).unwrap_or(host)
}

/// The public suffix and one label more, or `None` for a public suffix itself and for an IP
/// address.
pub fn registrable_domain(host: &str) -> Option<&str> {
    Suffixes::default().registrable_domain(host)
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

/// What a label is in the list, with those to its right.
#[derive(Clone, Copy)]
enum Standing {
    Rule,
    Exception,
    Parent,
}

/// The labels left of a top level domain.
fn rules_of_top_level(domain: &str) -> &'static [u8] {
    find_line(public_suffix_list(), domain).and_then(|line| line.get(domain.len()..)).map_or(&[], str::as_bytes)
}

/// What a label is on one level of the tree, and the level below it.
fn find_rule<'l>(mut level: &'l [u8], label: &[u8]) -> Option<(Standing, &'l [u8])> {
    if level.starts_with(b" ") {
        let start = memchr_iter(b' ', level).find(|at| level.get(at + 1) == label.first())?;
        level = level.get(start..)?;
    }
    // How many bytes of the label the last entry began with.
    let mut same = 0;
    while let Some((shared, rest)) = level.split_first() {
        let ending_length = rest.iter().position(|byte| !is_of_label(*byte)).unwrap_or(rest.len());
        let (ending, rest) = rest.split_at_checked(ending_length)?;
        let (standing, rest) = match rest.split_first() {
            Some((b'.', rest)) => (Standing::Parent, rest),
            Some((b'!', rest)) => (Standing::Exception, rest),
            _ => (Standing::Rule, rest),
        };
        let (below, rest) = level_below(rest);
        level = rest;
        let shared = usize::from(shared.saturating_sub(b'A'));
        if shared > same {
            // It differs from the label where the entry before it did.
            continue;
        }
        let wanted = label.get(shared..)?;
        let more = ending.iter().zip(wanted).take_while(|(byte, wanted)| byte == wanted).count();
        match ending.get(more).cmp(&wanted.get(more)) {
            Ordering::Equal => return Some((standing, below)),
            Ordering::Greater => return None,
            Ordering::Less => same = shared + more,
        }
    }
    None
}

const fn is_of_label(byte: u8) -> bool {
    byte >= b'a' || matches!(byte, b'0'..=b'9' | b'-' | b'*')
}

/// The level in the parentheses with which this begins, if it does, and what stands behind them.
fn level_below(text: &[u8]) -> (&[u8], &[u8]) {
    let Some((b'(', inside)) = text.split_first() else { return (&[], text) };
    let mut depth = 1_usize;
    let end = memchr2_iter(b'(', b')', inside).find(|at| {
        depth = if inside.get(*at) == Some(&b'(') { depth + 1 } else { depth - 1 };
        depth == 0
    });
    let (below, rest) = inside.split_at_checked(end.unwrap_or(inside.len())).unwrap_or_default();
    (below, rest.get(1..).unwrap_or_default())
}

/// Binary search in sorted text: the line whose first word is `key`.
fn find_line<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let (bytes, key) = (text.as_bytes(), key.as_bytes());
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memrchr(b'\n', bytes.get(low..middle)?).map_or(low, |at| low + at + 1);
        let end = || memchr(b'\n', bytes.get(middle..high).unwrap_or_default()).map_or(high, |at| middle + at);
        // Space and line end are smaller than every byte of a name, so a word that ends before the
        // key does compares as smaller, as it should.
        let key_end = start + key.len();
        let order = bytes.get(start..key_end.min(high))?.cmp(key);
        match order {
            Ordering::Equal if bytes.get(key_end) == Some(&b' ') => return text.get(start..end()),
            Ordering::Less => low = end() + 1,
            Ordering::Equal | Ordering::Greater => high = start.saturating_sub(1),
        }
    }
    None
}

/// Whether a page over https leads to its own host over http.
#[must_use]
pub fn is_downgrade(from: &Url, to: &Url) -> bool {
    from.scheme() == "https" && to.scheme() == "http" && from.host_str() == to.host_str()
}

/// Secure Contexts 3.1: hosts whose traffic does not leave this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => {
            let host = host.strip_suffix('.').unwrap_or(host);
            host == "localhost" || host.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
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

    /// Every rule of a level as the list's own text has it, parents on their way left out.
    fn rules(mut level: &[u8], parent: &str, out: &mut Vec<String>) {
        let mut label = String::new();
        while let Some((shared, rest)) = level.split_first() {
            let (ending, rest) = rest.split_at(rest.iter().position(|byte| !is_of_label(*byte)).unwrap_or(rest.len()));
            let before = label.clone();
            label.truncate(usize::from(shared.saturating_sub(b'A')));
            label.push_str(std::str::from_utf8(ending).unwrap());
            assert!(before < label, "{label}.{parent} after {before}");
            let (mark, rest) = match rest.split_first() {
                Some((mark @ (b'.' | b'!'), rest)) => (Some(mark), rest),
                _ => (None, rest),
            };
            let name = format!("{label}.{parent}");
            match mark {
                Some(b'!') => out.push(format!("!{name}")),
                Some(_) => assert!(rest.starts_with(b"("), "{name} is no rule and has none"),
                None => out.push(name.clone()),
            }
            let (below, rest) = level_below(rest);
            rules(below, &name, out);
            level = rest;
        }
    }

    #[test]
    fn finds_every_rule_of_the_list() {
        let lines: Vec<_> = public_suffix_list().lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.iter().filter_map(|line| line.split(' ').next()).is_sorted());
        let mut all = Vec::new();
        for line in lines {
            let (top_level, level) = line.split_at(line.find(' ').unwrap());
            rules(level.as_bytes(), top_level, &mut all);
        }
        assert!(all.len() > 8_000, "{}", all.len());
        for rule in &all {
            if let Some(exception) = rule.strip_prefix('!') {
                assert_eq!(public_suffix(exception), exception.split_once('.').unwrap().1);
            } else {
                let suffix = rule.replace('*', "any");
                assert_eq!(public_suffix(&format!("www.{suffix}")), suffix);
            }
        }
        assert_eq!(list_date().split('-').count(), 3);
    }
}
