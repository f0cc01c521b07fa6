//! One HTML file: the answer, the picture, the story, and the redacted capture itself, without a script.

use super::share::{Share, headline};
use super::{admin, story};
use crate::diagnosis::{DiagnosedCause, DiagnosedFailure};
use crate::redact::Redactor;
use crate::redact::pseudonym::readable;

pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1c22;--soft:#55555f;--paper:#fff;--line:#d5d5dd;--bad:#b3001b;--good:#0a6b2d;--code:#f3f3f7}\
@media(prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#b4b4c0;--paper:#18181c;--line:#44444f;--bad:#ff9aa2;--good:#7fdc9c;--code:#26262c}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1.5rem}\
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}.bad{color:var(--bad)}.good{color:var(--good)}\
.soft{color:var(--soft)}code{background:var(--code);padding:.1em .3em;border-radius:.2em;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid var(--line);padding:.4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}.wide{overflow-x:auto}\
a{color:inherit}summary{cursor:pointer}@media print{body{max-width:none;padding:0}details{display:block}h2{break-after:avoid}tr,li{break-inside:avoid}}";

pub(super) const HEAD: &str = "\
<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"generator\" content=\"Why401 {version}\">\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Why this login failed</title><style>{style}</style></head>\n<body><main>\n";

/// Before and behind the redacted capture, by which it is found again.
pub const CAPTURE_BEGINS: &str = "<template id=\"why401-capture\">";
/// See [`CAPTURE_BEGINS`].
pub const CAPTURE_ENDS: &str = "</template>";

/// The whole page, not yet searched.
pub(super) fn render(share: &Share) -> String {
    let diagnosis = &share.diagnosis;
    let answer = escaped(&headline(diagnosis));
    let is_open = diagnosis.failures.iter().any(|failure| failure.recovered_by.is_none());
    let mut page = HEAD.replace("{version}", env!("CARGO_PKG_VERSION")).replace("{style}", STYLE);
    page.push_str(&format!("<h1 class=\"{}\">{answer}</h1>\n", if is_open { "bad" } else { "good" }));
    if !share.note.is_empty() {
        page.push_str(&format!("<blockquote>{}</blockquote>\n", escaped(&readable(&share.note))));
    }
    for failure in &diagnosis.failures {
        self::failure(failure, &mut page);
    }
    let mut redactor = Redactor::revealing();
    let picture = share.session.timeline(&diagnosis.failures, &mut redactor).drawing().svg();
    page.push_str(&format!("<h2>What happened</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The login as a picture; the same stands in the list below\">{}</div>\n<ol>\n", readable(&picture)));
    for step in story::steps(share) {
        page.push_str(&format!("<li value=\"{}\">{}</li>\n", step.number, escaped(&step.sentence())));
    }
    page.push_str("</ol>\n<h2>For the administrator</h2>\n");
    page.push_str(&table(&["What", "Where", "Search for"], &admin::rows(share)));
    if !diagnosis.audit.is_empty() {
        page.push_str("<h2>Risks that broke no login</h2>\n<ul>\n");
        diagnosis.audit.iter().for_each(|risk| {
            page.push_str(&format!("<li>{} <span class=\"soft\">{}</span></li>\n", escaped(&readable(&risk.summary)), risk.id))
        });
        page.push_str("</ul>\n");
    }
    page.push_str(&format!("<h2>What was removed</h2>\n<p class=\"soft\">{}</p>\n</main>\n", escaped(&story::receipt(share))));
    page.push_str(&format!("{CAPTURE_BEGINS}{}{CAPTURE_ENDS}\n</body></html>\n", escaped(share.har())));
    page
}

fn failure(failure: &DiagnosedFailure, page: &mut String) {
    page.push_str(&format!(
        "<section><h2>{} ({}, {})</h2>\n",
        escaped(&readable(&failure.what)),
        story::answer(failure),
        escaped(&failure.origin)
    ));
    if let Some(number) = failure.recovered_by {
        page.push_str(&format!("<p class=\"good\">Exchange {number} succeeded later.</p>\n"));
    }
    let Some(root) = failure.causes.first() else {
        page.push_str("<p>None of the known causes explains it.</p></section>\n");
        return;
    };
    page.push_str(&format!("<p>{}</p>\n", escaped(&failure.identity_or_permission)));
    if let Some(said) = &failure.server_says {
        page.push_str(&format!("<p>The server says: <code>{}</code></p>\n", escaped(&readable(&said.quote))));
    }
    cause(root, page);
    let rows: Vec<[String; 3]> = root
        .remedies
        .iter()
        .map(|remedy| [story::audience(remedy.audience).to_owned(), readable(&remedy.step), readable(&remedy.confirm)])
        .collect();
    page.push_str("<h3>What to do</h3>\n");
    page.push_str(&table(&["Who", "What to do", "How to see that it worked"], &rows));
    for setting in &root.settings {
        page.push_str(&format!(
            "<p>{}, <a href=\"{}\">{}</a>:</p>\n<pre>{}</pre>\n",
            story::audience(setting.audience),
            escaped(setting.source),
            setting.product,
            escaped(&setting.lines)
        ));
    }
    let rest = failure.causes.get(1..).unwrap_or_default();
    if !rest.is_empty() {
        page.push_str("<details><summary>What else was found</summary>\n");
        rest.iter().for_each(|cause| self::cause(cause, page));
        page.push_str("</details>\n");
    }
    page.push_str("</section>\n");
}

fn cause(cause: &DiagnosedCause, page: &mut String) {
    page.push_str(&format!(
        "<h3>{}</h3>\n<p>{}</p>\n<p class=\"soft\">{}, {}</p>\n<ul>\n",
        escaped(cause.title),
        escaped(&readable(&cause.summary)),
        cause.id,
        cause.certainty.name()
    ));
    for quote in &cause.evidence {
        page.push_str(&format!(
            "<li>{} <span class=\"soft\">exchange {}, {} {}</span><br><code>{}</code></li>\n",
            escaped(&readable(&quote.says)),
            quote.exchange,
            quote.part,
            escaped(&quote.name),
            escaped(&readable(&quote.quote))
        ));
    }
    for says in cause.against.iter().chain(&cause.not_observable).chain(&cause.next_observation) {
        page.push_str(&format!("<li>{}</li>\n", escaped(&readable(says))));
    }
    page.push_str("</ul>\n");
}

fn table<const N: usize>(heads: &[&str; N], rows: &[[String; N]]) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let row =
        |row: &[String; N]| format!("<tr>{}</tr>\n", row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect::<String>());
    format!("<table><thead><tr>{heads}</tr></thead><tbody>\n{}</tbody></table>\n", rows.iter().map(row).collect::<String>())
}

pub(super) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => written.push(char::REPLACEMENT_CHARACTER),
            c => written.push(c),
        }
    }
    written
}
