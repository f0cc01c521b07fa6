//! What is known of a cause before any session is seen, as a page.

use serde::Serialize;

use crate::cause::CauseMeta;
use crate::diagnosis::Reference;
use crate::finding::Remedy;

/// A cause's page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Explanation {
    /// The catalogue's id.
    pub id: &'static str,
    /// Its family.
    pub family: &'static str,
    /// Who has to act.
    pub side: &'static str,
    /// It in a few words.
    pub title: &'static str,
    /// What happens and why, paragraph by paragraph.
    pub paragraphs: Vec<String>,
    /// A session in exchange notation that shows it.
    pub example: String,
    /// How it is recognised.
    pub recognised: &'static str,
    /// What each person can do.
    pub remedies: Vec<Remedy>,
    /// Where the rules stand.
    pub references: Vec<Reference>,
}

impl Explanation {
    /// The page of a cause.
    #[must_use]
    pub fn of(cause: &CauseMeta) -> Self {
        let (paragraphs, example) = read(cause.docs);
        let remedies = cause.advice().remedies();
        Self {
            id: cause.id,
            family: cause.family,
            side: cause.side.name(),
            title: cause.title(),
            paragraphs,
            example,
            recognised: cause.recognised,
            remedies: remedies
                .map(|(audience, step, confirm)| Remedy { audience, step: step.into(), confirm: confirm.into(), counterfactual: None })
                .collect(),
            references: cause.advice().references().map(|(title, url)| Reference { title, url }).collect(),
        }
    }

    /// The page as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        use std::fmt::Write;
        let mut page = format!("# {}\n\n`{}`, family {}, side: {}\n\n", self.title, self.id, self.family, self.side);
        for paragraph in &self.paragraphs {
            let _ = write!(page, "{paragraph}\n\n");
        }
        let _ = write!(
            page,
            "## An example\n\n```\n{}\n```\n\n## How it is recognised\n\n{}\n\n## What to do\n\n",
            self.example, self.recognised
        );
        for remedy in &self.remedies {
            let _ = writeln!(page, "- **{}**: {} *To check:* {}", remedy.audience.name(), remedy.step, remedy.confirm);
        }
        page.push_str("\n## Where the rules stand\n\n");
        for reference in &self.references {
            let _ = writeln!(page, "- [{}]({})", reference.title, reference.url);
        }
        page
    }
}

/// The paragraphs of a doc comment, and the session in its fenced block.
fn read(docs: &str) -> (Vec<String>, String) {
    let (mut paragraphs, mut example) = (vec![String::new()], Vec::new());
    let mut in_example = false;
    for line in docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if line.starts_with("```") {
            in_example = !in_example;
        } else if in_example {
            example.push(line);
        } else if line.is_empty() {
            paragraphs.push(String::new());
        } else if let Some(paragraph) = paragraphs.last_mut() {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    (paragraphs, example.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_whole_page() {
        for cause in crate::causes::catalogue::all() {
            let page = Explanation::of(cause.meta());
            let is_whole = !page.paragraphs.is_empty() && page.example.contains('>') && !page.recognised.is_empty();
            assert!(is_whole && !page.remedies.is_empty() && !page.references.is_empty(), "{page:?}");
            assert!(page.markdown().contains(&page.example));
        }
    }
}
