//! What is known of a cause, for a person at a terminal.

use super::page::{Page, Tone};
use crate::cause::CauseMeta;

/// What it is, how it is recognised, how it is repaired, as text of 80 columns.
#[must_use]
pub fn render(cause: &CauseMeta, coloured: bool) -> String {
    let mut page = Page::new(coloured);
    page.block("", Tone::Strong, cause.title());
    page.block("", Tone::Aside, &format!("{}, family {}, side: {}", cause.id, cause.family, cause.side.name()));
    docs(&mut page, cause.docs);
    page.gap();
    page.block("", Tone::Strong, "How it is recognised");
    page.block("", Tone::Plain, cause.recognised);
    page.gap();
    page.block("", Tone::Strong, "What to do");
    for (audience, step, confirm) in cause.advice().remedies() {
        page.block(&format!("{:14} ", audience.name()), Tone::Plain, step);
        page.block(&" ".repeat(15), Tone::Aside, &format!("To check: {confirm}"));
    }
    page.gap();
    page.block("", Tone::Strong, "Where it stands");
    for (title, url) in cause.advice().references() {
        page.block("", Tone::Plain, &format!("{title}  {url}"));
    }
    page.finish()
}

/// The doc comment: paragraphs are wrapped anew, the example session stays as it is.
fn docs(page: &mut Page, docs: &str) {
    let mut paragraph = String::new();
    let mut in_example = false;
    for line in docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        let is_fence = line.starts_with("```");
        if !is_fence && !in_example && !line.is_empty() {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        if !paragraph.is_empty() {
            page.gap();
            page.block("", Tone::Plain, &paragraph);
            paragraph.clear();
        }
        if is_fence {
            in_example = !in_example;
            if in_example {
                page.gap();
            }
        } else if in_example {
            page.verbatim("    ", Tone::Quote, line);
        }
    }
    if !paragraph.is_empty() {
        page.gap();
        page.block("", Tone::Plain, &paragraph);
    }
}
