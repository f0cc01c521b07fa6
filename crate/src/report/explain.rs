//! What is known of a cause, for a person at a terminal.

use super::page::{Page, Tone};
use crate::view::explanation::Explanation;

/// What it is, how it is recognised, how it is repaired, as text of 80 columns.
#[must_use]
pub fn render(cause: &Explanation, coloured: bool) -> String {
    let mut page = Page::new(coloured);
    page.block("", Tone::Strong, cause.title);
    page.block("", Tone::Aside, &format!("{}, family {}, side: {}", cause.id, cause.family, cause.side));
    for paragraph in &cause.paragraphs {
        page.gap();
        page.block("", Tone::Plain, paragraph);
    }
    page.gap();
    for line in cause.example.lines() {
        page.verbatim("    ", Tone::Quote, line);
    }
    page.gap();
    page.block("", Tone::Strong, "How it is recognised");
    page.block("", Tone::Plain, cause.recognised);
    page.gap();
    page.block("", Tone::Strong, "What to do");
    for remedy in &cause.remedies {
        page.block(&format!("{:14} ", remedy.audience.name()), Tone::Plain, &remedy.step);
        page.block(&" ".repeat(15), Tone::Aside, &format!("To check: {}", remedy.confirm));
    }
    page.gap();
    page.block("", Tone::Strong, "Where it stands");
    for reference in &cause.references {
        page.block("", Tone::Plain, &format!("{}  {}", reference.title, reference.url));
    }
    page.finish()
}
