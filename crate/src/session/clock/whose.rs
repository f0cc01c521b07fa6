//! Whose clock is off: that of the browser's computer, or the server's.

use url::Url;

use super::{Clock, Offset};
use crate::site::Site;

/// Clocks that differ by less agree: computers that ask a time service stay well within it.
const AGREEMENT: i64 = 5_000;

/// Sites that must agree with a server against the browser. Two, since the server and one other may
/// stand on one computer; against the server one is enough, for the browser is the second.
const SITES_AGAINST_THE_BROWSER: usize = 2;

/// Whose clock is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose<'s> {
    /// Nobody's, as far as can be seen.
    Nobody,
    /// The browser's: these other sites agree with the server.
    Browser(Vec<&'s str>),
    /// The server's: these other sites agree with the browser.
    Server(Vec<&'s str>),
    /// It cannot be told.
    CannotTell(Doubt),
}

/// Why it cannot be told whose clock is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Too few other sites have stated the time.
    TooFewSites,
    /// Some sites agree with the server, others with the browser.
    SitesDisagree,
    /// Other sites agree with neither.
    NobodyAgrees,
}

/// A site and the sides that its servers are on.
struct Voice<'s> {
    domain: &'s str,
    for_server: bool,
    for_browser: bool,
}

impl<'s> Clock<'s> {
    /// Whose clock is off, by what other sites say: sites of different owners that agree are right.
    #[must_use]
    pub fn whose(self) -> Whose<'s> {
        self.whose_by(self.offset())
    }

    /// The same, where one answer of this origin shows this offset.
    #[must_use]
    pub fn whose_by(self, offset: Offset) -> Whose<'s> {
        if offset.at_least().abs() < AGREEMENT {
            return Whose::Nobody;
        }
        let voices = self.voices(offset);
        let side = |server: bool, browser: bool| {
            let on_it = voices.iter().filter(move |voice| (voice.for_server, voice.for_browser) == (server, browser));
            let mut domains: Vec<&'s str> = on_it.map(|voice| voice.domain).collect();
            domains.sort_unstable();
            domains
        };
        let (server, browser) = (side(true, false), side(false, true));
        match (server.len(), browser.len()) {
            (0, 0) if voices.len() > 1 => Whose::CannotTell(Doubt::NobodyAgrees),
            (0, 0) => Whose::CannotTell(Doubt::TooFewSites),
            (0, _) => Whose::Server(browser),
            (count, 0) if count >= SITES_AGAINST_THE_BROWSER => Whose::Browser(server),
            (_, 0) => Whose::CannotTell(Doubt::TooFewSites),
            _ => Whose::CannotTell(Doubt::SitesDisagree),
        }
    }

    /// What the other sites say. Those whose interval allows for both sides say nothing.
    fn voices(self, offset: Offset) -> Vec<Voice<'s>> {
        let own = domain_of(self.url());
        let mut voices: Vec<Voice<'s>> = Vec::new();
        self.session.lists.note_value(super::OFFSETS);
        for entries in self.session.clocks.by_origin.values() {
            let other = Clock { entries, ..self };
            let Some(domain) = domain_of(other.url()).filter(|domain| Some(*domain) != own) else { continue };
            let theirs = other.offset();
            let (for_server, for_browser) = (agree(theirs, offset), agree(theirs, Offset { least: 0, most: 0 }));
            if for_server && for_browser {
                continue;
            }
            match voices.iter_mut().find(|voice| voice.domain == domain) {
                Some(voice) => {
                    voice.for_server |= for_server;
                    voice.for_browser |= for_browser;
                }
                None => voices.push(Voice { domain, for_server, for_browser }),
            }
        }
        voices
    }

    fn url(self) -> Option<&'s Url> {
        let first = self.entries.first()?;
        self.session.records.get(first.at).map(|record| &record.exchange.url)
    }
}

fn domain_of(url: Option<&Url>) -> Option<&str> {
    url.and_then(Site::of).map(|site| site.domain)
}

fn agree(one: Offset, other: Offset) -> bool {
    one.least <= other.most.saturating_add(AGREEMENT) && other.least <= one.most.saturating_add(AGREEMENT)
}

#[cfg(test)]
mod tests {
    use crate::session::{Session, testing};

    fn session(answers: &[(&str, &str)]) -> Session {
        let text: String =
            answers.iter().map(|(host, date)| format!("> GET https://{host}/\n< 200 OK\n< Date: {{date {date}}}\n\n")).collect();
        testing::session(&text)
    }

    fn whose(answers: &[(&str, &str)]) -> String {
        format!("{:?}", session(answers).clock("https://api.test").unwrap().whose())
    }

    #[test]
    fn sites_that_agree_are_right() {
        assert_eq!(whose(&[("api.test", "+1h"), ("b.test", "+1h"), ("c.test", "+1h")]), r#"Browser(["b.test", "c.test"])"#);
        assert_eq!(whose(&[("api.test", "+1h"), ("b.test", "+0s")]), r#"Server(["b.test"])"#);
        assert_eq!(whose(&[("api.test", "+0s"), ("b.test", "+1h")]), "Nobody");
    }

    #[test]
    fn says_why_it_cannot_tell() {
        assert_eq!(whose(&[("api.test", "+1h")]), "CannotTell(TooFewSites)");
        assert_eq!(whose(&[("api.test", "+1h"), ("b.test", "+1h")]), "CannotTell(TooFewSites)");
        assert_eq!(whose(&[("api.test", "+1h"), ("b.test", "+1h"), ("c.test", "+0s")]), "CannotTell(SitesDisagree)");
        assert_eq!(whose(&[("api.test", "+1h"), ("b.test", "+2h"), ("c.test", "-3h")]), "CannotTell(NobodyAgrees)");
    }

    #[test]
    fn servers_of_one_site_count_once() {
        assert_eq!(
            whose(&[("api.test", "+1h"), ("a.b.test", "+1h"), ("c.b.test", "+1h"), ("www.api.test", "+1h")]),
            "CannotTell(TooFewSites)"
        );
    }
}
