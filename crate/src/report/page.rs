//! Text for a terminal: wrapped, indented, in a few colours.

/// Columns of a line, also on wider terminals: longer lines are hard to read.
const COLUMNS: usize = 80;

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Good,
    Bad,
    /// Captured text.
    Quote,
    Aside,
}

impl Tone {
    /// The attributes of ECMA-48's Select Graphic Rendition; from the basic colours, which every
    /// terminal's theme keeps readable.
    const fn attributes(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Good => "1;32",
            Self::Bad => "1;31",
            Self::Quote => "36",
            Self::Aside => "2",
        }
    }
}

/// A text that grows from top to bottom.
pub(super) struct Page {
    text: String,
    coloured: bool,
}

impl Page {
    pub(super) const fn new(coloured: bool) -> Self {
        Self { text: String::new(), coloured }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Wrapped text behind a lead-in; its further lines begin below its first.
    pub(super) fn block(&mut self, lead: &str, tone: Tone, text: &str) {
        let indent = lead.chars().count();
        let mut before = lead.to_owned();
        for line in wrapped(text, COLUMNS.saturating_sub(indent)) {
            self.text.push_str(&before);
            self.paint(tone, &line);
            self.text.push('\n');
            before = " ".repeat(indent);
        }
    }

    /// Lines as they are.
    pub(super) fn verbatim(&mut self, lead: &str, tone: Tone, text: &str) {
        for line in text.lines() {
            self.text.push_str(lead);
            self.paint(tone, &harmless(line));
            self.text.push('\n');
        }
    }

    fn paint(&mut self, tone: Tone, text: &str) {
        match tone.attributes() {
            attributes if self.coloured && !attributes.is_empty() => self.text.push_str(&format!("\x1b[{attributes}m{text}\x1b[0m")),
            _ => self.text.push_str(text),
        }
    }
}

/// Captured text may hold what a terminal would obey.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Lines of at most `columns` characters, longer only where a word is.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > columns {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(&harmless(word));
            length += width;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_between_words_and_hangs_below_the_lead_in() {
        let mut page = Page::new(false);
        page.block("- ", Tone::Strong, &"word ".repeat(20));
        let text = page.finish();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:?}");
        assert!(lines.last().is_some_and(|line| line.starts_with("  word")), "{lines:?}");
    }

    #[test]
    fn shows_no_captured_escape_to_the_terminal() {
        let mut page = Page::new(true);
        page.block("", Tone::Plain, "a\x1b]0;title\x07b");
        assert!(!page.finish().contains('\x1b'));
    }
}
