//! Where two logins part, for a person at a terminal.

use super::page::{Page, Tone};
use crate::compare::{Comparison, Parting};

fn same(aligned: usize) -> String {
    if aligned == 1 { "1 exchange does the same in both.".to_owned() } else { format!("{aligned} exchanges do the same in both.") }
}

/// The comparison as text of 80 columns, with colours where they are wanted.
#[must_use]
pub fn render(comparison: &Comparison, coloured: bool) -> String {
    let mut page = Page::new(coloured);
    let Some(first) = &comparison.first else {
        page.block("", Tone::Good, "Nothing that matters tells the two logins apart.");
        page.block("", Tone::Aside, &same(comparison.aligned));
        return page.finish();
    };
    page.block("", Tone::Bad, &format!("The two logins part at {}.", first.what));
    page.block("", Tone::Aside, &same(comparison.aligned));
    page.gap();
    parting(&mut page, "", first);
    for cause in &comparison.causes {
        page.gap();
        page.block("", Tone::Strong, "What follows from it in the failing capture");
        page.block("   ", Tone::Plain, &cause.summary);
        page.block("   ", Tone::Aside, &format!("{}; {}; {}.", cause.id, cause.side.name(), cause.certainty.name()));
    }
    if !comparison.disproved.is_empty() {
        page.gap();
        page.block("", Tone::Strong, "What it is not, since the working login sends the same and is let in");
        for excluded in &comparison.disproved {
            page.block("   ", Tone::Plain, &format!("{} ({}).", excluded.title, excluded.id));
        }
    }
    if !comparison.further.is_empty() {
        page.gap();
        page.block("", Tone::Strong, "They also differ here");
        for one in &comparison.further {
            page.block(" - ", Tone::Plain, &one.what);
            parting(&mut page, "   ", one);
        }
    }
    page.finish()
}

fn parting(page: &mut Page, indent: &str, one: &Parting) {
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| format!(" (exchange {number})"));
    page.block(indent, Tone::Good, &format!("The working login{} {}.", number(one.working), one.works));
    page.block(indent, Tone::Bad, &format!("The failing login{} {}.", number(one.failing), one.fails));
}
