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
            Self::Chromium | Self::WebKit | Self::Other => Profile::chrome(),
        }
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
