//! The answer in the markup of Jira Server.

use super::share::{Share, headline};
use super::story;
use crate::redact::pseudonym::readable;

/// The whole report, not yet searched.
pub(super) fn render(share: &Share) -> String {
    let headline = headline(&share.diagnosis);
    let mut text = format!("h2. {}\n\n", escaped(&headline));
    for failure in &share.diagnosis.failures {
        text.push_str(&format!("h3. {} ({})\n", escaped(&readable(&failure.what)), story::answer(failure)));
        let Some(cause) = failure.causes.first() else { continue };
        let summary = readable(&cause.summary);
        if summary != headline {
            text.push_str(&format!("{}\n", escaped(&summary)));
        }
        text.push_str(&format!("_{}, {}_\n", cause.id, cause.certainty.name()));
        for quote in &cause.evidence {
            text.push_str(&format!(
                "* {}\n{{noformat}}{}{{noformat}}\n",
                escaped(&readable(&quote.says)),
                readable(&quote.quote).replace("{noformat}", "")
            ));
        }
        text.push_str("||Who||What to do||How to see that it worked||\n");
        for remedy in &cause.remedies {
            text.push_str(&format!(
                "|{}|{}|{}|\n",
                story::audience(remedy.audience),
                escaped(&readable(&remedy.step)),
                escaped(&readable(&remedy.confirm))
            ));
        }
        for setting in &cause.settings {
            text.push_str(&format!(
                "{}, [{}|{}]:\n{{noformat}}{}{{noformat}}\n",
                story::audience(setting.audience),
                setting.product,
                setting.source,
                setting.lines
            ));
        }
        text.push('\n');
    }
    for step in story::steps(share) {
        text.push_str(&format!("* {}: {}\n", step.number, escaped(&step.sentence())));
    }
    text.push_str(&format!("\n{{color:gray}}{}{{color}}\n", escaped(&story::receipt(share))));
    text
}

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' | '[' | ']' | '|' | '*' | '_' | '#' | '!' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => written.push(' '),
            c => written.push(c),
        }
    }
    written
}
