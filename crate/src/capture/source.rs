//! What wrote a capture, and the rules that its browser followed.

use crate::profile::Profile;

/// What wrote a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// In the words that a person would use: "Chrome 156 HAR".
    pub name: String,
    /// The browser whose rules the requests followed.
    pub engine: Engine,
}

/// The browser whose rules the captured requests followed, as far as the capture tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chrome, Edge, Opera, Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari.
    WebKit,
    /// Another program, or none that is known.
    #[default]
    Other,
}

impl Engine {
    /// Its rules. Where nothing tells the browser, it is the one that most people use.
    #[must_use]
    pub fn profile(self) -> Profile {
        match self {
            Self::Firefox => Profile::firefox(),
            Self::WebKit => Profile::safari(),
            Self::Chromium | Self::Other => Profile::chrome(),
        }
    }

    /// The browser that calls itself so in User-Agent: what Chromium and WebKit say contains the names of others.
    #[must_use]
    pub fn of_agent(agent: &str) -> Self {
        let named = [("Firefox/", Self::Firefox), ("Chrome/", Self::Chromium), ("AppleWebKit/", Self::WebKit)];
        named.iter().find(|(name, _)| agent.contains(name)).map_or(Self::Other, |(_, engine)| *engine)
    }
}

impl Source {
    /// The developer tools of `browser`, "chrome" or "firefox".
    #[must_use]
    pub fn devtools(browser: &str) -> Option<Self> {
        let (name, engine) = match browser {
            "chrome" => ("Chrome DevTools", Engine::Chromium),
            "firefox" => ("Firefox DevTools", Engine::Firefox),
            _ => return None,
        };
        Some(Self { name: name.to_owned(), engine })
    }

    /// The recorder of this extension in `browser`, "chrome" or "firefox".
    #[must_use]
    pub fn recorder(browser: &str) -> Self {
        let (name, engine) = match browser {
            "chrome" => ("recording in Chrome", Engine::Chromium),
            "firefox" => ("recording in Firefox", Engine::Firefox),
            _ => ("recording", Engine::Other),
        };
        Self { name: name.to_owned(), engine }
    }

    /// The rules that its browser followed.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.engine.profile()
    }
}
