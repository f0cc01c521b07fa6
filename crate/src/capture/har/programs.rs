//! What wrote a HAR file, in the words that a person would use: "Chrome 156 HAR".

use serde::Deserialize;

use super::lenient::Text;
use crate::capture::{Engine, Source};

/// Name and version of a program, as in `log.creator` and `log.browser`.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Program<'a> {
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) version: Text<'a>,
}

/// The programs that had a hand in the file.
#[derive(Default)]
pub(super) struct Programs {
    pub(super) creator: Option<Program<'static>>,
    pub(super) browser: Option<Program<'static>>,
    /// The first User-Agent field among the requests.
    pub(super) agent: Option<Box<str>>,
}

/// DevTools of Chrome's family write this name whatever they are sold as.
const CHROMIUM_DEVTOOLS: &str = "WebInspector";

impl Programs {
    /// What wrote the file.
    pub(super) fn source(&self) -> Source {
        Source { name: self.label(), engine: self.engine() }
    }

    /// The program's name and version.
    fn label(&self) -> String {
        let agent = self.agent.as_deref().unwrap_or_default();
        let program = self.creator.as_ref().filter(|program| program.name.some().is_some()).or(self.browser.as_ref());
        let (name, version) = program.map_or(("", ""), |program| (program.name.as_ref(), program.version.as_ref()));
        match name {
            "" => "HAR".to_owned(),
            CHROMIUM_DEVTOOLS => {
                let (product, version) = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome")]
                    .into_iter()
                    .find_map(|(token, product)| Some((product, version_after(agent, token)?)))
                    .unwrap_or(("Chrome", ""));
                label(product, major(version))
            }
            "WebKit Web Inspector" => label("Safari", version_after(agent, "Version/").map_or("", major)),
            "Firefox" => label(name, major(version)),
            _ => label(name, two_parts(version)),
        }
    }

    /// The browser that made the requests.
    fn engine(&self) -> Engine {
        let name =
            |program: &Option<Program<'_>>| program.as_ref().map(|program| program.name.as_ref().to_ascii_lowercase()).unwrap_or_default();
        let (creator, browser) = (name(&self.creator), name(&self.browser));
        let named = |word: &str| creator.contains(word) || browser.contains(word);
        if creator == CHROMIUM_DEVTOOLS.to_ascii_lowercase() || named("chrom") {
            Engine::Chromium
        } else if named("firefox") || named("firebug") {
            Engine::Firefox
        } else if named("webkit web") || named("safari") {
            Engine::WebKit
        } else {
            Engine::of_agent(self.agent.as_deref().unwrap_or_default())
        }
    }

    /// Whether Firefox itself saved the file, which leaves out Proxy-Authorization.
    pub(super) fn is_from_firefox(&self) -> bool {
        self.creator.as_ref().is_some_and(|program| program.name.as_ref() == "Firefox")
    }

    /// Whether a program that is no browser's DevTools named itself.
    pub(super) fn is_other_program(&self) -> bool {
        self.creator.is_some() && !self.is_by(&[CHROMIUM_DEVTOOLS, "Firefox", "WebKit Web Inspector"])
    }

    fn is_by(&self, names: &[&str]) -> bool {
        self.creator.as_ref().is_some_and(|program| names.contains(&program.name.as_ref()))
    }

    /// Whether the file holds each request as it would be sent when the file was written, with the time of that:
    /// Insomnia's `exportHar`, checked 2026-11-30.
    pub(super) fn writes_what_it_would_send(&self) -> bool {
        self.is_by(&["Insomnia REST Client"])
    }

    /// Whether the status 0 without an error stands for an answer that was not there yet: `har.ts` of HTTP Toolkit
    /// and Insomnia, `savehar.py` of mitmproxy, checked 2026-11-30.
    pub(super) fn writes_zero_for_no_answer(&self) -> bool {
        self.is_by(&["HTTP Toolkit", "Insomnia REST Client", "mitmproxy"])
    }

    /// Whether the file was saved by the DevTools of Chrome's family, which since version 130 leave
    /// out Cookie, Set-Cookie and Authorization unless told otherwise.
    pub(super) fn may_be_sanitised(&self) -> bool {
        let from_devtools = self.creator.as_ref().is_some_and(|program| program.name.as_ref() == CHROMIUM_DEVTOOLS);
        let version = self.agent.as_deref().and_then(|agent| version_after(agent, "Chrome/"));
        from_devtools && version.and_then(|version| major(version).parse::<u32>().ok()).is_none_or(|major| major >= 130)
    }
}

fn label(name: &str, version: &str) -> String {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
    match version {
        "" => format!("{} HAR", clean(name)),
        _ => format!("{} {} HAR", clean(name), clean(version)),
    }
}

/// "156.0.0.0" behind "Chrome/".
fn version_after<'a>(agent: &'a str, token: &str) -> Option<&'a str> {
    let (_, after) = agent.split_once(token)?;
    after.split([' ', ')', ';']).next()
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// "1.23" of "1.23.0-next"; nothing where a version does not begin with a number.
fn two_parts(version: &str) -> &str {
    if !version.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    let end = version.match_indices('.').nth(1).map_or(version.len(), |(at, _)| at);
    version.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(creator: (&str, &str), agent: &str) -> Programs {
        let text = |text: &str| Text(text.to_owned().into());
        let program = Program { name: text(creator.0), version: text(creator.1) };
        Programs { creator: Some(program), browser: None, agent: Some(agent.into()) }
    }

    #[test]
    fn names_browsers_as_people_do() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51";
        let safari =
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Safari/605.1.15";
        for (creator, agent, label, engine) in [
            (("WebInspector", "537.36"), chrome, "Chrome 156 HAR", Engine::Chromium),
            (("WebInspector", "537.36"), edge, "Edge 125 HAR", Engine::Chromium),
            (("Firefox", "153.0"), "", "Firefox 153 HAR", Engine::Firefox),
            (("WebKit Web Inspector", "1.0"), safari, "Safari 16 HAR", Engine::WebKit),
            (("Charles Proxy", "4.6.3"), chrome, "Charles Proxy 4.6 HAR", Engine::Chromium),
            (("Insomnia REST Client", "insomnia.desktop.app:v2022.1.1"), "", "Insomnia REST Client HAR", Engine::Other),
            (("", ""), safari, "HAR", Engine::WebKit),
        ] {
            let source = source(creator, agent);
            assert_eq!((source.label().as_str(), source.engine()), (label, engine));
        }
        assert!(source(("WebInspector", ""), chrome).may_be_sanitised());
        assert!(!source(("WebInspector", ""), edge).may_be_sanitised());
    }
}
