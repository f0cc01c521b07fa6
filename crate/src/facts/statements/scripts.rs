//! What a page's own script shows as soon as it is there: messages that servers write into a call instead of into the page.

use std::ops::Range;

use super::page;
use crate::limits;
use crate::syntax::json;

/// What functions and elements that show a message are called, as far as one may guess by words, in lower case.
pub(super) const SHOWING: [&str; 9] = ["alert", "error", "flash", "message", "notice", "notification", "notify", "toast", "warn"];

/// Messages of one page, at most.
const MOST: usize = 4;

/// How a name begins that keeps a text for later, or by which others are found.
const KEEPING: [&str; 5] = ["add", "define", "push", "register", "set"];

/// What goes on in the next line.
const UNENDED: &str = "=>&|?:,+-*%<!~^.([";

/// Words of JavaScript behind which a statement has yet to come.
const AWAITING: [&str; 9] = ["await", "delete", "do", "else", "in", "new", "typeof", "void", "yield"];

/// Words of JavaScript whose brackets say whether, or how often, the next statement is run.
const CONDITIONS: [&str; 4] = ["for", "if", "while", "with"];

/// The sentences that the scripts of a page hand at once to a function that shows them, with their places.
pub fn shown(html: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for (script, begins) in page::scripts(html) {
        calls(script, begins, &mut found);
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

/// What stands in a block may never be run, nor may what is handed to something else: only calls outside of every bracket
/// count.
fn calls(script: &str, offset: usize, found: &mut Vec<(String, Range<usize>)>) {
    let mut code = Code::default();
    let mut at = 0;
    while let Some(next) = script.get(at..).and_then(|rest| rest.find(['{', '}', '(', ')', '[', ']', ';', '"', '\'', '`', '/'])) {
        let begins = at + next;
        code.add(script.get(at..begins).unwrap_or_default());
        let rest = script.get(begins..).unwrap_or_default();
        at = begins + 1;
        match rest.as_bytes().first() {
            Some(b'/') if rest.starts_with("//") => at = begins + rest.find('\n').unwrap_or(rest.len()),
            Some(b'/') if rest.starts_with("/*") => at = begins + rest.find("*/").map_or(rest.len(), |end| end + 2),
            Some(mark @ (b'"' | b'\'' | b'`')) => {
                let text = literal(rest, *mark);
                if code.shows() && text.contains(' ') && text.len() <= limits::STATEMENT_TEXT {
                    found.push((unescaped(text), offset + begins + 1..offset + begins + 1 + text.len()));
                }
                code.add("\"\"");
                at += text.len() + 1;
            }
            Some(sign) => code.sign(*sign),
            None => {}
        }
    }
}

/// The code read so far, as far as it says whether what comes next is run.
#[derive(Default)]
struct Code {
    /// The brackets that are open.
    open: Vec<u8>,
    /// The statement outside of all brackets that the code is in: without comments, with empty literals and brackets.
    statement: String,
    /// Whether a bracket was opened, and nothing written since.
    is_first: bool,
}

impl Code {
    fn add(&mut self, text: &str) {
        self.is_first &= text.trim().is_empty();
        if self.open.is_empty() {
            self.statement.push_str(text);
        }
    }

    fn sign(&mut self, sign: u8) {
        let opening = match sign {
            b')' => Some(b'('),
            b']' => Some(b'['),
            b'}' => Some(b'{'),
            _ => None,
        };
        if let Some(opening) = opening {
            // What a regular expression left open ends with the block that it stands in.
            let Some(from) = self.open.iter().rposition(|open| *open == opening) else { return };
            self.open.truncate(from);
        }
        self.is_first = false;
        match sign {
            _ if !self.open.is_empty() => {}
            b';' | b'}' => self.statement.clear(),
            _ => self.statement.push(char::from(sign)),
        }
        if matches!(sign, b'(' | b'[' | b'{') {
            self.open.push(sign);
            self.is_first = true;
        }
    }

    /// Whether what comes next is the first that is handed to a function that shows it, and surely run.
    fn shows(&self) -> bool {
        let is_part = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '$');
        let Some(called) = self.statement.strip_suffix('(').filter(|_| self.is_first && self.open == [b'(']) else { return false };
        let called = called.trim_end();
        let before = called.trim_end_matches(is_part);
        is_ended(before) && called.strip_prefix(before).is_some_and(shows)
    }
}

/// Whether nothing stands before a statement that it could depend on.
fn is_ended(before: &str) -> bool {
    let line = before.trim_end();
    let is_new_line = before.strip_prefix(line).is_some_and(|space| space.contains(['\n', '\r']));
    let word = |text: &str| text.trim_end().rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let is_condition = line.strip_suffix("()").is_some_and(|line| CONDITIONS.contains(&&*word(line)));
    line.is_empty() || is_new_line && !line.ends_with(|sign| UNENDED.contains(sign)) && !AWAITING.contains(&&*word(line)) && !is_condition
}

/// Whether a function shows something, by what it is called; a console's does so to developers alone.
fn shows(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let function = name.rsplit('.').next().unwrap_or_default();
    let is_kept = function.ends_with('s') || KEEPING.iter().any(|word| function.starts_with(word)) || name.contains("console.");
    !is_kept && SHOWING.iter().any(|word| name.contains(word))
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
            ["Připojení selhalo. \"IMAP\"", "Wrong name", "Your account is locked"]
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
            "if (location.hash == '#bad')\n  alert('Wrong user or password')",
            "if (bad(a)) // why\n  alert('Wrong user or password')",
            "if (x) a()\nelse\n  alert('Wrong user or password')",
            "if (x) { a() } else\n  alert('Wrong user or password')",
            "while (bad())\n  alert('Wrong user or password')",
            "button.onclick = () =>\n  showError('Wrong user or password')",
            "bad &&\n  showError('Wrong user or password')",
            "bad\n  && showError('Wrong user or password')",
            "const messages = [\n  error('Wrong user or password'), error('Locked out')]",
            "check(name,\n  alert('Wrong user or password'))",
            "function on() { return s.match(/\\)/); alert('Wrong user or password') }",
        ] {
            assert!(shown(&format!("<script>{script}</script>")).is_empty(), "{script}");
        }
    }

    #[test]
    fn a_line_may_end_a_statement() {
        for script in [
            "start()\nalert('Wrong user or password')",
            "let a = b // why\n\n  alert('Wrong user or password')",
            "if (x) { a() }\nalert('Wrong user or password')",
            "let a = { b: [1] }\nalert( 'Wrong user or password')",
            "function on() { s.match(/\\(/) }\nalert('Wrong user or password')",
            "/* shown */ alert('Wrong user or password')",
        ] {
            assert_eq!(shown(&format!("<script>{script}</script>")).len(), 1, "{script}");
        }
    }

    #[test]
    fn what_is_kept_for_later_is_not_shown() {
        for script in [
            "defineMessage('Wrong user or password')",
            "setErrorMessages('Wrong user or password', 'Try again')",
            "errors.push('Wrong user or password')",
            "console.error('Wrong user or password')",
            "addMessage('bad', 'Wrong user or password')",
            "alert(check('a'), 'Wrong user or password')",
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
