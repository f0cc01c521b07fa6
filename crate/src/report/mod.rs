//! The diagnosis in the forms in which it leaves the program.

mod admin;
pub mod comparison;
mod curl;
pub mod explain;
pub mod html;
mod jira;
pub mod json;
mod junit;
mod markdown;
mod page;
pub mod preview;
mod sarif;
pub mod share;
mod story;
pub mod text;

use share::{Leak, Share};

/// A form in which a redacted capture and its diagnosis leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page, which can be opened again as a capture.
    Html,
    /// A comment at GitHub or GitLab.
    Markdown,
    /// A comment in Jira Server.
    Jira,
    /// The redacted capture.
    Har,
    /// The diagnosis for programs, version 1.
    Json,
    /// Test results.
    JUnit,
    /// What an administrator searches for: lines of what, where and the query, parted by tabs.
    Admin,
}

impl Format {
    /// Every form and its name.
    pub const ALL: [(&str, Self); 7] = [
        ("html", Self::Html),
        ("markdown", Self::Markdown),
        ("jira", Self::Jira),
        ("har", Self::Har),
        ("json", Self::Json),
        ("junit", Self::JUnit),
        ("admin", Self::Admin),
    ];

    /// The form of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }
}

impl Share {
    /// The finished report.
    ///
    /// # Errors
    /// When something of a secret would be in it.
    pub fn report(&self, format: Format) -> Result<String, Leak> {
        self.proved(match format {
            Format::Html => html::render(self),
            Format::Markdown => markdown::render(self),
            Format::Jira => jira::render(self),
            Format::Har => return self.redacted_har(),
            Format::Json => json::render(&self.diagnosis),
            Format::JUnit => junit::render(self),
            Format::Admin => admin::render(self),
        })
    }

    /// An exchange as a command for curl; `None` where none of that number leaves.
    ///
    /// # Errors
    /// When something of a secret would be in it.
    pub fn curl(&self, number: u32) -> Result<Option<String>, Leak> {
        curl::render(self, number).map(|command| self.proved(command)).transpose()
    }

    /// The finished report for code scanning. `file` is the path of a file of the repository.
    ///
    /// # Errors
    /// When something of a secret would be in it.
    pub fn sarif(&self, file: &str) -> Result<String, Leak> {
        self.proved(sarif::render(self, file))
    }
}
