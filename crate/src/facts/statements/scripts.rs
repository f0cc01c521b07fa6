//! What a page's own script shows as soon as it is there: messages that servers write into a call instead of into the page.

use std::ops::Range;

use crate::limits;
use crate::syntax::json;

/// What functions that show a message are called, as far as one may guess by words, in lower case.
const SHOWING: [&str; 9] = ["alert", "error", "flash", "message", "notice", "notification", "notify", "toast", "warn"];

/// Messages of one page, at most.
const MOST: usize = 4;

/// The sentences that the scripts of a page hand at once to a function that shows them, with their places.
pub fn shown(html: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html.get(at..).and_then(|rest| rest.find("<script")).map(|open| at + open) {
        let Some(begins) = html.get(open..).and_then(|rest| rest.find('>')).map(|end| open + end + 1) else { break };
        let rest = html.get(begins..).unwrap_or_default();
        let script = rest.get(..rest.find("</script").unwrap_or(rest.len())).unwrap_or_default();
        calls(script, begins, &mut found);
        at = begins + script.len();
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

/// What stands in a block may never be run: only calls outside of every block count.
fn calls(script: &str, offset: usize, found: &mut Vec<(String, Range<usize>)>) {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = script.get(at..).and_then(|rest| rest.find(['{', '}', '"', '\'', '`', '/'])) {
        let begins = at + next;
        let rest = script.get(begins..).unwrap_or_default();
        at = begins + 1;
        match rest.as_bytes().first() {
            Some(b'{') => depth += 1,
            Some(b'}') => depth = depth.saturating_sub(1),
            Some(b'/') if rest.starts_with("//") => at = begins + rest.find('\n').unwrap_or(rest.len()),
            Some(b'/') if rest.starts_with("/*") => at = begins + rest.find("*/").map_or(rest.len(), |end| end + 2),
            Some(b'/') | None => {}
            Some(mark) => {
                let text = literal(rest, *mark);
                let name = script.get(..begins).unwrap_or_default().trim_end().strip_suffix('(').unwrap_or_default();
                if depth == 0 && shows(name) && text.contains(' ') && text.len() <= limits::STATEMENT_TEXT {
                    found.push((unescaped(text), offset + begins + 1..offset + begins + 1 + text.len()));
                }
                at += text.len() + 1;
            }
        }
    }
}

/// Whether the name before a bracket is of a function that shows something.
fn shows(before: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '$');
    let name = before.rsplit(|sign: char| !is_part(sign)).next().unwrap_or_default();
    // Where something else stands before it in the same statement, it may depend on that.
    let before = before.strip_suffix(name).unwrap_or_default().trim_end_matches([' ', '\t']);
    let begins = before.is_empty() || before.ends_with([';', '}', '\n', '\r']) || before.ends_with("*/");
    let name = name.to_ascii_lowercase();
    begins && SHOWING.iter().any(|word| name.contains(word))
}

/// What stands between a quotation mark and the next of its kind.
fn literal(text: &str, mark: u8) -> &str {
    let inner = text.get(1..).unwrap_or_default();
    let mut is_escaped = false;
    let end = inner.bytes().position(|sign| {
        let ends = sign == mark && !is_escaped;
        is_escaped = sign == b'\\' && !is_escaped;
        ends
    });
    inner.get(..end.unwrap_or(inner.len())).unwrap_or_default()
}

/// A literal of JavaScript as text: what JSON would have escaped alike.
fn unescaped(literal: &str) -> String {
    let as_json = format!("\"{}\"", literal.replace("\\'", "'").replace("\\\"", "\"").replace('"', "\\\""));
    json::text_of(&as_json).unwrap_or_else(|| literal.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_shown_at_once() {
        let page = "<h1>Mail</h1><script>// don't\nvar app = new Client({'a': \"it's { here\"});\n\
                    app.display_message(\"P\\u0159ipojen\\u00ed selhalo. \\\"IMAP\\\"\",\"warning\",0);\n\
                    form.onsubmit = function () { alert('Enter a password'); };\nlog('not for you');</script>\
                    <SCRIPT>showError('Wrong name')</SCRIPT><script>toastr.error('Your account is locked')</script>";
        let found = shown(page);
        assert_eq!(
            found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(),
            ["Připojení selhalo. \"IMAP\"", "Your account is locked"]
        );
        assert!(found.iter().all(|(_, span)| page.get(span.clone()).is_some()));
    }

    #[test]
    fn what_may_never_be_run_is_not_shown() {
        for script in [
            "setTimeout(() => toast.warn('Your session has expired'), 9000)",
            "if (bad) alert('Wrong user or password')",
            "bad && showError('Wrong user or password')",
            "var on = () => alert('Wrong user or password')",
        ] {
            assert!(shown(&format!("<script>{script}</script>")).is_empty(), "{script}");
        }
    }

    #[test]
    fn what_is_cut_off_ends_nowhere() {
        for page in ["<script>alert(\"Your sess", "<script>alert('a b", "<script", "<script>/* alert('a b')", "<script>alert(`a\\"] {
            assert!(shown(page).len() <= 1, "{page}");
        }
    }
}
