//! The answer as Markdown for an issue at GitHub or GitLab.

use super::share::{Share, headline};
use super::story;
use crate::diagnosis::DiagnosedFailure;
use crate::redact::pseudonym::readable;

/// Characters that a comment at GitHub may have, with room for what people write around it.
const LONGEST: usize = 64_000;
/// Characters of a Mermaid drawing beyond which GitLab shows its source instead.
const DRAWING: usize = 2000;

/// The whole report, not yet searched.
pub(super) fn render(share: &Share) -> String {
    let diagnosis = &share.diagnosis;
    let headline = headline(diagnosis);
    let mut text = format!("## {}\n\n", escaped(&headline));
    if !share.note.is_empty() {
        text.push_str(&format!("> {}\n\n", escaped(&readable(&share.note)).replace('\n', "\n> ")));
    }
    for failure in &diagnosis.failures {
        self::failure(failure, &headline, &mut text);
    }
    let steps = story::steps(share);
    let drawing = mermaid(&steps);
    if !drawing.is_empty() {
        text.push_str(&format!("### What happened\n\n```mermaid\n{drawing}```\n\n"));
    }
    let list: Vec<String> = steps.iter().map(|step| format!("{}. {}\n", step.number, escaped(&step.sentence()))).collect();
    text.push_str(&format!("<details><summary>The same as a list, {} exchanges</summary>\n\n", steps.len()));
    for line in list {
        if text.chars().count() + line.chars().count() > LONGEST - 2000 {
            text.push_str("\nThe rest is left out: a comment holds no more.\n");
            break;
        }
        text.push_str(&line);
    }
    text.push_str("\n</details>\n\n");
    text.push_str(&format!("<sub>{}</sub>\n", escaped(&story::receipt(share))));
    text
}

fn failure(failure: &DiagnosedFailure, headline: &str, text: &mut String) {
    let Some(cause) = failure.causes.first() else {
        text.push_str(&format!("{}. None of the known causes explains it.\n\n", escaped(&failure.what)));
        return;
    };
    text.push_str(&format!(
        "**{}** ({}), {}, {}: `{}`\n\n",
        escaped(&readable(&failure.what)),
        story::answer(failure),
        escaped(&failure.origin),
        cause.certainty.name(),
        cause.id
    ));
    let summary = readable(&cause.summary);
    if summary != headline {
        text.push_str(&format!("{}\n\n", escaped(&summary)));
    }
    text.push_str(&format!("{}\n\n", failure.identity_or_permission));
    if let Some(said) = &failure.server_says {
        text.push_str(&format!("The server says: {}\n\n", code(&readable(&said.quote))));
    }
    for quote in &cause.evidence {
        text.push_str(&format!(
            "- {} (exchange {}, {})\n  {}\n",
            escaped(&readable(&quote.says)),
            quote.exchange,
            escaped(format!("{} {}", quote.part, readable(&quote.name)).trim_end()),
            code(&readable(&quote.quote))
        ));
    }
    text.push_str("\n| Who | What to do | How to see that it worked |\n|---|---|---|\n");
    for remedy in &cause.remedies {
        text.push_str(&format!("| {} | {} | {} |\n", story::audience(remedy.audience), cell(&remedy.step), cell(&remedy.confirm)));
    }
    text.push('\n');
    for setting in &cause.settings {
        text.push_str(&format!(
            "{}, {} ({}):\n\n```{}\n{}\n```\n\n",
            story::audience(setting.audience),
            setting.product,
            setting.source,
            setting.format,
            setting.lines
        ));
    }
}

fn mermaid(steps: &[story::Step]) -> String {
    let mut text = "sequenceDiagram\n".to_owned();
    let lines = steps.iter().filter(|step| step.concerns_login).map(|step| {
        format!(
            "  Browser->>{0}: {1}\n  {0}-->>Browser: {2}\n",
            step.host.replace([':', '-'], "_"),
            label(&readable(&step.request)),
            label(&step.answer)
        )
    });
    for line in lines {
        if text.chars().count() + line.chars().count() > DRAWING {
            break;
        }
        text.push_str(&line);
    }
    if text.lines().count() > 1 { text } else { String::new() }
}

/// A text of the drawing in the entities of Mermaid: nothing in it ends the block or is markup where nobody draws it.
fn label(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' | ';' | '<' | '>' | '`' => written.push_str(&format!("#{};", u32::from(c))),
            c if c.is_control() => written.push(' '),
            c => written.push(c),
        }
    }
    written
}

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => written.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '@' => written.extend(['\\', c]),
            c if c.is_control() && c != '\n' => written.push(' '),
            c => written.push(c),
        }
    }
    written
}

fn cell(text: &str) -> String {
    escaped(&readable(text)).replace('\n', " ")
}

/// Code, in as many marks as the text does not have.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let marks = "`".repeat(longest + 1);
    format!("{marks} {} {marks}", text.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_drawing_neither_ends_it_nor_is_markup() {
        let drawn = label("x\n```\n# <img src=https://a.test>\u{1b}[31m;");
        assert!(!drawn.contains(['\n', '`', '<', '>', '\u{1b}']), "{drawn}");
    }
}
