//! What a page shows: its texts between tags that begin or end a block, without what scripts, templates and hidden
//! elements hold.

use std::ops::Range;

use super::scripts;
use crate::limits;
use crate::syntax::hidden_fields::{Tag, unescaped};

/// Tags whose content is not shown, or is no part of an answer.
const UNSHOWN: [&str; 9] = ["script", "style", "template", "noscript", "svg", "nav", "footer", "option", "textarea"];

/// Tags within a sentence.
const INLINE: [&str; 13] = ["a", "abbr", "b", "bdi", "code", "em", "font", "i", "small", "span", "strong", "u", "wbr"];

/// Elements that hold text alone, or stand in for scripts where none are run.
const INERT: [&str; 5] = ["noscript", "style", "template", "textarea", "title"];

/// Dots of a text that are looked at for the end of a sentence.
const DOTS: usize = 64;

/// Lines of preformatted text that are read: what went wrong stands first, and what led to it below.
const LINES: usize = 32;

/// The texts of a page, with their places: at most [`limits::STATEMENT_LEAVES`].
pub fn texts(html: &str) -> Vec<(String, Range<usize>)> {
    let mut texts = Texts::default();
    let mut is_by_lines = false;
    let mut at = 0;
    let bytes = html.as_bytes();
    while texts.list.len() < limits::STATEMENT_LEAVES {
        let open = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()).map_or(html.len(), |open| at + open);
        let text = html.get(at..open).unwrap_or_default();
        if is_by_lines {
            texts.add_lines(text, at)
        } else {
            texts.add(text, at)
        }
        if open >= html.len() {
            break;
        }
        let rest = html.get(open + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("!--") {
            at = open + 4 + comment.find("-->").map_or(comment.len(), |end| end + 3);
            continue;
        }
        let end = rest.find('>').map_or(html.len(), |end| open + 1 + end);
        let tag = html.get(open + 1..end).unwrap_or_default();
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        at = (end + 1).min(html.len());
        is_by_lines = name == "pre" || is_by_lines && !tag.get(..4).is_some_and(|tag| tag.eq_ignore_ascii_case("/pre"));
        if UNSHOWN.contains(&&*name) || !name.is_empty() && is_hidden(tag) && !is_void(&name) {
            texts.end();
            at = past(html, at, &name);
        } else if !INLINE.contains(&tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()) {
            texts.end();
        }
    }
    texts.end();
    texts.list
}

/// Elements in which a page holds JSON for its scripts, at most.
const DATA: usize = 8;

/// The JSON that a page holds for its scripts, each with where it begins: frameworks hand messages over in it.
pub fn data(html: &str) -> Vec<(&str, usize)> {
    let begins = memchr::memmem::find_iter(html.as_bytes(), "application/json");
    let content = |at: usize| {
        let open = html.get(..at)?.rfind('<')?;
        let is_script = html.get(open + 1..)?.get(..6)?.eq_ignore_ascii_case("script");
        let is_type = html.get(open..at)?.trim_end_matches(['"', '\'']).to_ascii_lowercase().ends_with(" type=");
        let begins = at + html.get(at..)?.find('>')? + 1;
        let rest = html.get(begins..)?;
        (is_script && is_type).then(|| (rest.get(..end_of_script(rest)).unwrap_or(rest), begins))
    };
    begins.filter_map(content).take(DATA).collect()
}

/// The scripts that a browser runs as it reads the page, each with where it begins.
pub fn scripts(html: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + memchr::memchr(b'<', html.as_bytes().get(at..)?)? + 1;
            let rest = html.get(open..)?;
            if let Some(comment) = rest.strip_prefix("!--") {
                at = open + 3 + comment.find("-->").unwrap_or(comment.len());
                continue;
            }
            let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let is_named = |other: &str| name.eq_ignore_ascii_case(other);
            at = open;
            if let Some(inert) = INERT.iter().find(|inert| is_named(inert)) {
                at = past(html, open, inert);
            } else if is_named("script") {
                let mut tag = Tag::behind_name(rest.get(name.len()..)?);
                let is_run = tag.by_ref().all(|(name, value)| runs(name, value));
                let begins = html.len() - tag.rest().len() + tag.rest().find('>').map_or(tag.rest().len(), |end| end + 1);
                let content = html.get(begins..)?;
                let script = content.get(..end_of_script(content)).unwrap_or(content);
                at = begins + script.len();
                if is_run {
                    return Some((script, begins));
                }
            }
        }
    })
}

/// Whether an attribute of a script lets its content run: none does with another source, or with a type that is data
/// (HTML 4.12.1).
fn runs(name: &str, value: &str) -> bool {
    let is_script = |value: &str| matches!(value, "" | "module") || value.ends_with("javascript") || value.ends_with("ecmascript");
    !name.eq_ignore_ascii_case("src") && (!name.eq_ignore_ascii_case("type") || is_script(&value.trim().to_ascii_lowercase()))
}

/// Where a script's content ends: at its own end tag alone, in whatever case (HTML 13.2.5.17).
fn end_of_script(content: &str) -> usize {
    const END: &str = "</script";
    let is_end = |at: &usize| content.get(*at..*at + END.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(END));
    memchr::memmem::find_iter(content.as_bytes(), "</").find(is_end).unwrap_or(content.len())
}

#[derive(Default)]
struct Texts {
    list: Vec<(String, Range<usize>)>,
    text: String,
    span: Option<Range<usize>>,
    /// Where the last sentence ends that is read whole: in the text, and in the page.
    sentence: Option<(usize, usize)>,
}

impl Texts {
    fn add(&mut self, text: &str, at: usize) {
        let shown = text.trim();
        if shown.is_empty() || self.text.len() > limits::STATEMENT_TEXT {
            return;
        }
        let start = at + (text.len() - text.trim_start().len());
        let end = start + shown.len();
        if let Some(span) = self.span.as_ref().filter(|_| self.text.ends_with('.') && text.starts_with(char::is_whitespace)) {
            self.sentence = Some((self.text.len(), span.end));
        }
        self.span = Some(self.span.take().map_or(start..end, |span| span.start..end));
        if !self.text.is_empty() && text.starts_with(|c: char| c.is_whitespace()) && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        if let Some(sentences) = sentences(text, start - at, limits::STATEMENT_TEXT.saturating_sub(self.text.len())) {
            self.sentence = Some((self.text.len() + unescaped(sentences).len(), start + sentences.len()));
        }
        // In HTML a line's end is a blank like any other.
        self.text.push_str(&unescaped(shown).replace(['\n', '\r'], " "));
        if text.ends_with(|c: char| c.is_whitespace()) {
            self.text.push(' ');
        }
    }

    /// What a page shows as it was written: every line stands for itself.
    fn add_lines(&mut self, text: &str, at: usize) {
        let mut begins = at;
        for (nth, line) in text.split('\n').take(LINES).enumerate() {
            if nth > 0 {
                self.end();
            }
            self.add(line, begins);
            begins += line.len() + 1;
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        let (span, sentence) = (self.span.take(), self.sentence.take());
        let is_long = text.len() > limits::STATEMENT_TEXT;
        // Of a long text the sentences are read with which it begins.
        let read =
            span.and_then(|span| if is_long { sentence.map(|(read, end)| (read, span.start..end)) } else { Some((text.len(), span)) });
        if let Some((read, span)) = read {
            self.list.push((text.get(..read).unwrap_or_default().trim_end().to_owned(), span));
        }
    }
}

/// The whole sentences of a text from one place in it on, of so many bytes at most, where there are any.
fn sentences(text: &str, from: usize, most: usize) -> Option<&str> {
    let text = text.get(from..)?;
    let is_end = |end: &usize| text.get(end + 1..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    let ends = limits::beginning(text, most).rmatch_indices('.').map(|(end, _)| end);
    ends.take(DOTS).find(is_end).and_then(|end| text.get(..=end))
}

/// Elements that say what a page is about.
const HEADINGS: [&str; 2] = ["h1", "title"];

/// Elements of which a page has many alike.
const ITEMS: [&str; 5] = ["dd", "dt", "li", "td", "th"];

/// Tags between two texts that are looked at, at most.
const TAGS: usize = 16;

/// The tags right before a place, the nearest first, each with its name in lower case: no text stands between.
fn tags_before(html: &str, at: usize) -> impl Iterator<Item = (String, &str)> {
    let mut before = html.get(..at).unwrap_or_default();
    let next = move || {
        let open = before.trim_end().strip_suffix('>')?.rfind('<')?;
        let tag = before.get(open + 1..)?.trim_end().strip_suffix('>')?;
        before = before.get(..open)?;
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        Some((name.to_ascii_lowercase(), tag))
    };
    std::iter::from_fn(next).take(TAGS)
}

/// Whether a text that begins there is the page's heading or title.
pub fn is_heading(html: &str, at: usize) -> bool {
    let mut around = tags_before(html, at).filter(|(name, _)| !INLINE.contains(&&**name));
    around.next().is_some_and(|(name, tag)| !tag.starts_with('/') && HEADINGS.contains(&&*name))
}

/// Whether a text that begins there stands where a page says what it is for: right under its heading or title, or in an element that
/// is called a message. What stands in a list or a table is one among many.
pub fn stands_out(html: &str, at: usize) -> bool {
    let is_message = |tag: &str| {
        let name = tag.find(|c: char| !c.is_ascii_alphanumeric()).and_then(|end| tag.get(end..)).unwrap_or_default();
        let is_it = |value: &str| scripts::SHOWING.iter().any(|word| value.to_ascii_lowercase().contains(word));
        Tag::behind_name(name)
            .any(|(name, value)| ["class", "id", "role"].iter().any(|known| name.eq_ignore_ascii_case(known)) && is_it(value))
    };
    let (mut closed, mut is_item) = (0_usize, false);
    for (name, tag) in tags_before(html, at) {
        if HEADINGS.contains(&&*name) {
            return !is_item;
        }
        if is_void(&name) {
            continue;
        }
        if tag.starts_with('/') {
            closed += 1;
        } else if closed > 0 {
            closed -= 1;
        } else if is_message(tag) {
            return true;
        } else {
            is_item |= ITEMS.contains(&&*name);
        }
    }
    false
}

/// Whether an element is not shown: HTML 15.3.1, and what style sheets are told by nearly every framework.
fn is_hidden(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let has_hidden = tag
        .split_ascii_whitespace()
        .skip(1)
        .any(|part| matches!(part, "hidden" | "hidden=\"\"" | "hidden=\"hidden\"" | "aria-hidden=\"true\""));
    has_hidden || tag.contains("display:none") || tag.contains("display: none")
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr")
}

/// Behind the end tag of that name, elements of the same name within it passed over.
fn past(html: &str, from: usize, name: &str) -> usize {
    let mut depth = 1;
    let mut at = from;
    while let Some(open) = memchr::memchr(b'<', html.as_bytes().get(at..).unwrap_or_default()) {
        let start = at + open + 1;
        let rest = html.as_bytes().get(start..).unwrap_or_default();
        let (closes, rest) = rest.strip_prefix(b"/").map_or((false, rest), |rest| (true, rest));
        let is_same = rest.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
        if is_same {
            depth = if closes { depth - 1 } else { depth + 1 };
        }
        at = start;
        if depth == 0 {
            return html.get(start..).and_then(|rest| rest.find('>')).map_or(html.len(), |end| start + end + 1);
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_data_of_scripts() {
        let page = "<script>var a = 1;</script><SCRIPT id=o type=\"application/json\">{\"messages\":[]}</SCRIPT><script data-accept='application/json'>b</script>";
        let found = data(page);
        assert_eq!(found.iter().map(|(text, _)| *text).collect::<Vec<_>>(), ["{\"messages\":[]}"]);
        assert!(found.iter().all(|(text, at)| page.get(*at..).is_some_and(|rest| rest.starts_with(text))));
    }

    #[test]
    fn finds_the_scripts_that_are_run() {
        let page = "<!-- <script>a()</script> --><script>b('<!--')</script><SCRIPT Type='text/javascript'>c()</SCRIPT>\
                    <noscript><script>d()</script></noscript><script type=\"text/x-handlebars\">e()</script><template><script>f()</script></template>\
                    <script src='/g.js'>g()</script><footer><script type=module async>h()</script></footer><script defer>i(";
        let found: Vec<_> = scripts(page).collect();
        assert_eq!(found.iter().map(|(text, _)| *text).collect::<Vec<_>>(), ["b('<!--')", "c()", "h()", "i("]);
        assert!(found.iter().all(|(text, at)| page.get(*at..).is_some_and(|rest| rest.starts_with(text))));
    }

    #[test]
    fn data_ends_where_its_script_does() {
        let page = "<script type=\"application/json\">{\"messages\":[\"<b>no</b>\"]}</SCRIPT><p>x</p>";
        assert_eq!(data(page)[0].0, "{\"messages\":[\"<b>no</b>\"]}");
    }

    #[test]
    fn a_long_text_is_shown_as_far_as_it_is_read() {
        let help = "Ask the help desk, which knows more. ".repeat(40);
        let read = |page: &str| {
            let (text, span) = texts(page).swap_remove(0);
            (text, page.get(span).unwrap().to_owned())
        };
        let (text, shown) = read(&format!("<p>Your key wasn&#39;t\n<b>accepted.</b> {help}</p>"));
        assert!(text.starts_with("Your key wasn't accepted. Ask") && text.ends_with("knows more.") && text.len() <= limits::STATEMENT_TEXT);
        assert!(
            shown.starts_with("Your key wasn&#39;t\n<b>") && shown.ends_with("knows more.") && shown.len() <= limits::STATEMENT_TEXT + 20
        );
        let (text, shown) = read(&format!("<p>It ended.\n{}</p>", "and so on, ".repeat(80)));
        assert_eq!((&*text, &*shown), ("It ended.", "It ended."));
        let (text, shown) = read(&format!("<p><b>It ended.</b> {}</p>", "and so on, ".repeat(80)));
        assert_eq!((&*text, &*shown), ("It ended.", "It ended."));
        // A short text is shown whole, and of a long one without sentences nothing is.
        assert_eq!(read("<p>It ended. See above</p>").1, "It ended. See above");
        assert!(texts(&format!("<p>{}</p>", "and so on, ".repeat(80))).is_empty());
    }

    #[test]
    fn shows_what_people_see() {
        let page = "<title>Sign in</title><script>x='<p>no'</script><div class=alert>Wrong <b>password</b>, sorry&#33;</div><div hidden><div>Locked</div></div>\
                    <p style='display:none'>Expired</p><!-- <p>gone</p> --><label>Name<input type=text></label>";
        let shown = texts(page);
        let list: Vec<&str> = shown.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(list, ["Sign in", "Wrong password, sorry!", "Name"]);
        assert_eq!(shown.get(1).map(|(_, span)| page.get(span.clone()).unwrap()), Some("Wrong <b>password</b>, sorry&#33;"));
    }
}
