//! What is told of a cause that was found: its title, remedies and references.
//!
//! The core for browsers is compiled without these texts. The extension hands them over as one
//! file, in which they stand as here: a line for the id and one for the title, a line of audience,
//! step and confirmation for each remedy, and one of title and address for each reference, with tabs
//! between; then an empty line.

use serde::Serialize;

/// Who can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Whoever tried to log in.
    User,
    /// Whoever wrote the application.
    Developer,
    /// Whoever runs the server, the proxy or the identity provider.
    Administrator,
}

impl Audience {
    /// The name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Developer => "Developer",
            Self::Administrator => "Administrator",
        }
    }

    /// The audience of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "User" => Some(Self::User),
            "Developer" => Some(Self::Developer),
            "Administrator" => Some(Self::Administrator),
            _ => None,
        }
    }
}

/// What a reference's line begins with, where a remedy's has its audience.
const REFERENCE: &str = "Reference";

/// The texts of one cause.
#[derive(Clone, Copy, Debug)]
pub struct Advice(&'static str);

impl Advice {
    /// The texts as `declare_cause!` writes them.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The texts of a cause in the file that was handed over; empty ones where it has none.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn of(id: &str) -> Self {
        let mut causes = crate::data::advice().split("\n\n").map(Self);
        causes.find(|advice| advice.0.lines().next() == Some(id)).unwrap_or(Self(""))
    }

    /// The texts as the file has them.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.0
    }

    /// The cause in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.0.lines().nth(1).unwrap_or_default()
    }

    /// What each person can do: audience, step, how to see that it worked.
    pub fn remedies(self) -> impl Iterator<Item = (Audience, &'static str, &'static str)> {
        self.0.lines().filter_map(|line| {
            let (audience, rest) = line.split_once('\t')?;
            let (step, confirm) = rest.split_once('\t')?;
            Some((Audience::named(audience)?, step, confirm))
        })
    }

    /// Where the rules stand: title, address.
    pub fn references(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.lines().filter_map(|line| line.strip_prefix(REFERENCE)?.strip_prefix('\t')?.split_once('\t'))
    }
}

/// The texts of a cause as one [`Advice`](crate::cause::Advice).
#[macro_export]
macro_rules! advice {
    ($id:expr, $title:expr, [$(($audience:ident, $step:expr, $confirm:expr)),+], [$(($reference:expr, $url:expr)),+]) => {
        $crate::cause::Advice::new(concat!(
            $id, "\n", $title, "\n",
            $(stringify!($audience), "\t", $step, "\t", $confirm, "\n",)+
            $("Reference\t", $reference, "\t", $url, "\n",)+
            "\n",
        ))
    };
}
