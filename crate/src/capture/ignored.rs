//! Hosts that the user does not want to see.

use url::Url;

/// Hosts, and all below them.
#[derive(Clone, Debug, Default)]
pub struct Ignored(Vec<Box<str>>);

impl Ignored {
    /// Of a text that names them as people type them in, one a word: `example.test`, `*.cdn.test`,
    /// `https://login.example.test/path`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|word| !word.is_empty());
        Self(words.filter_map(host).collect())
    }

    /// Whether an address is of one of them.
    #[must_use]
    pub fn has(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        self.0.iter().any(|one| host.strip_suffix(&**one).is_some_and(|above| above.is_empty() || above.ends_with('.')))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The host in one word, as addresses spell it.
fn host(word: &str) -> Option<Box<str>> {
    let bare = word.split_once("://").map_or(word, |(_, rest)| rest);
    let bare = bare.strip_prefix("*.").unwrap_or(bare);
    Url::parse(&format!("http://{bare}")).ok()?.host_str().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_hosts_as_people_type_them_and_all_below_them() {
        let ignored = Ignored::of("Tracker.test, *.cdn.test\nhttps://ads.example.test:8443/path?q [::1]");
        let has = |url: &str| ignored.has(&Url::parse(url).unwrap());
        for url in
            ["https://tracker.test/", "http://a.b.tracker.test:1/x", "https://cdn.test/", "https://ads.example.test/", "http://[::1]:3000/"]
        {
            assert!(has(url), "{url}");
        }
        for url in ["https://mytracker.test/", "https://example.test/", "https://tracker.test.evil.example/", "data:,tracker.test"] {
            assert!(!has(url), "{url}");
        }
        assert!(Ignored::of(" , ;").is_empty());
    }
}
