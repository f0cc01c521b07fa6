//! `why401 causes` and `why401 explain`.

use serde::Serialize;
use why401::cause::CauseMeta;
use why401::causes;
use why401::report::explain;
use why401::view::explanation::Explanation;

use super::Problem;
use super::arguments::ListFormat;

/// The catalogue that this build knows.
pub fn list(format: ListFormat) -> String {
    let causes: Vec<&'static CauseMeta> = causes::catalogue::all().map(|cause| cause.meta()).collect();
    match format {
        ListFormat::Text => text(&causes),
        ListFormat::Tsv => lines("id\tfamily\tside\ttitle\tevidence that decides it\n", &causes, |cause| {
            format!("{}\t{}\t{}\t{}\t{}\n", cause.id, cause.family, cause.side.name(), cause.title(), cause.recognised)
        }),
        ListFormat::Markdown => lines("| id | family | side | title |\n|---|---|---|---|\n", &causes, |cause| {
            format!("| `{}` | {} | {} | {} |\n", cause.id, cause.family, cause.side.name(), cause.title().replace('|', "\\|"))
        }),
        ListFormat::Json => {
            let listed: Vec<Listed> = causes.iter().map(|cause| Listed::from(*cause)).collect();
            // Nothing in the list is a map with keys that are no text, which is all that can fail here.
            serde_json::to_string_pretty(&listed).unwrap_or_default() + "\n"
        }
    }
}

/// A cause in the JSON list.
#[derive(Serialize)]
struct Listed {
    id: &'static str,
    family: &'static str,
    side: &'static str,
    title: &'static str,
    evidence: &'static str,
}

impl From<&'static CauseMeta> for Listed {
    fn from(cause: &'static CauseMeta) -> Self {
        Self { id: cause.id, family: cause.family, side: cause.side.name(), title: cause.title(), evidence: cause.recognised }
    }
}

fn lines(head: &str, causes: &[&CauseMeta], line: impl Fn(&CauseMeta) -> String) -> String {
    std::iter::once(head.to_owned()).chain(causes.iter().map(|cause| line(cause))).collect()
}

/// One block per family, ids in a column of their own.
fn text(causes: &[&CauseMeta]) -> String {
    let width = causes.iter().map(|cause| cause.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut family = "";
    for cause in causes {
        if cause.family != family {
            family = cause.family;
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(&format!("{family}\n"));
        }
        out.push_str(&format!("  {:width$}  {}\n", cause.id, cause.title()));
    }
    out
}

/// What a cause is, how it is recognised, how it is repaired.
///
/// # Errors
/// When this build knows no cause of that id.
pub fn explain(id: &str, is_markdown: bool, coloured: bool) -> Result<String, Problem> {
    let cause = causes::catalogue::find(id).ok_or_else(|| Problem(format!("there is no cause '{id}'; why401 causes lists them")))?;
    let page = Explanation::of(cause.meta());
    Ok(if is_markdown { page.markdown() } else { explain::render(&page, coloured) })
}
