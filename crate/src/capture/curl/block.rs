//! Parts of what curl writes with `--trace-ascii` and `--trace`.

/// What a part is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Sent,
    SentData,
    Received,
    ReceivedData,
}

/// The part of a trace that is being read: its lines hold an offset and what stands there.
#[derive(Default)]
pub(super) struct Block {
    what: Option<What>,
    text: String,
    /// The offset behind what was read.
    next: usize,
}

impl Block {
    pub(super) fn is_open(&self) -> bool {
        self.what.is_some()
    }

    /// Takes a line, and hands out the part that ends before it.
    pub(super) fn take(&mut self, line: &str) -> Option<(What, String)> {
        let begun = [
            ("=> Send header", What::Sent),
            ("=> Send data", What::SentData),
            ("<= Recv header", What::Received),
            ("<= Recv data", What::ReceivedData),
        ];
        if let Some((_, what)) = begun.iter().find(|(mark, _)| line.starts_with(mark)) {
            let before = self.close();
            self.what = Some(*what);
            return before;
        }
        self.what?;
        let at = line.split_once(": ").or_else(|| line.split_once(':'));
        let Some((at, rest)) = at.and_then(|(at, rest)| Some((usize::from_str_radix(at, 16).ok()?, rest))) else {
            return if line.is_empty() { None } else { self.close() };
        };
        if let Some(bytes) = dumped(rest) {
            self.text.push_str(&String::from_utf8_lossy(&bytes));
            return None;
        }
        // A long line is broken without a gap; a line's end leaves two bytes out.
        if at > 0 && at != self.next {
            self.text.push('\n');
        }
        self.text.push_str(rest);
        self.next = at + rest.len();
        None
    }

    pub(super) fn close(&mut self) -> Option<(What, String)> {
        let Self { what, text, .. } = std::mem::take(self);
        what.map(|what| (what, text))
    }
}

/// The bytes that a line of `--trace` shows as hexadecimal numbers, at most sixteen.
fn dumped(line: &str) -> Option<Vec<u8>> {
    let numbers = line.get(..48)?;
    let of = |pair: &str| (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok())?;
    numbers.split_ascii_whitespace().map(of).collect()
}
