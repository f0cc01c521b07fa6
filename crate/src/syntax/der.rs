//! A walker over the Distinguished Encoding Rules, as far as SPNEGO and Kerberos need them: X.690.
//!
//! It looks at one level at a time and never recurses, so that depth is bounded by its callers.

use super::{Rule, SyntaxViolation};

/// An element that says it is longer than what is there.
pub static TRUNCATED: Rule = Rule { id: "der-truncated" };

/// A length of unknown size, or one that no 32-bit number holds.
pub static BAD_LENGTH: Rule = Rule { id: "der-bad-length" };

/// A tag number above 30, which these protocols do not use.
pub static LONG_TAG: Rule = Rule { id: "der-long-tag" };

/// An element other than the one that must stand there.
pub static UNEXPECTED: Rule = Rule { id: "der-unexpected-element" };

/// Identifier octet of SEQUENCE.
pub const SEQUENCE: u8 = 0x30;
/// Identifier octet of OBJECT IDENTIFIER.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// Identifier octet of OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;

/// Identifier octet of a context-specific constructed element.
#[must_use]
pub const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// Identifier octet of an application-specific constructed element.
#[must_use]
pub const fn application(number: u8) -> u8 {
    0x60 | number
}

/// One element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Identifier octet.
    pub tag: u8,
    /// Content octets; fewer than announced where the input ends.
    pub content: &'a [u8],
    /// Byte offset of the content in the whole input.
    pub at: usize,
}

impl<'a> Element<'a> {
    /// The elements of its content.
    #[must_use]
    pub fn elements(&self) -> Reader<'a> {
        Reader { rest: self.content, at: self.at }
    }

    /// The content of an INTEGER or ENUMERATED, where 64 bits hold it.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        if self.content.is_empty() || self.content.len() > 8 {
            return None;
        }
        let start = if self.content.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
        Some(self.content.iter().fold(start, |value: i64, byte| (value << 8) | i64::from(*byte)))
    }

    /// The content of an OBJECT IDENTIFIER in dotted form.
    #[must_use]
    pub fn object_identifier(&self) -> Option<String> {
        let mut arcs = Vec::new();
        let mut arc: u64 = 0;
        for byte in self.content {
            arc = arc.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                if arcs.is_empty() {
                    let first = (arc / 40).min(2);
                    arcs.extend([first, arc - first * 40]);
                } else {
                    arcs.push(arc);
                }
                arc = 0;
            }
        }
        let is_whole = self.content.last().is_some_and(|byte| byte & 0x80 == 0);
        is_whole.then(|| arcs.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
    }

    /// The content of a string type, with U+FFFD for what is no UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.content).into_owned()
    }

    /// The content of an OCTET STRING that stands alone inside this element.
    #[must_use]
    pub fn octets(&self, violations: &mut Vec<SyntaxViolation>) -> Option<Element<'a>> {
        self.elements().only(OCTET_STRING, violations)
    }
}

/// Elements one after another.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of an input.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, at: 0 }
    }

    /// What has not been read.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The byte offset of the next element.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The next element; `None` at the end, or where no element can be read.
    pub fn next(&mut self, violations: &mut Vec<SyntaxViolation>) -> Option<Element<'a>> {
        let start = self.at;
        let mut fail = |rule: &'static Rule| {
            violations.push(SyntaxViolation { at: start, rule });
            None
        };
        let (tag, after_tag) = self.rest.split_first()?;
        if tag & 0x1f == 0x1f {
            self.rest = &[];
            return fail(&LONG_TAG);
        }
        let Some((first, after_first)) = after_tag.split_first() else {
            self.rest = &[];
            return fail(&TRUNCATED);
        };
        let octets = if *first < 0x80 { 0 } else { usize::from(first & 0x7f) };
        let Some((octets, after_length)) = after_first.split_at_checked(octets).filter(|(octets, _)| octets.len() <= 4 && *first != 0x80)
        else {
            self.rest = &[];
            return fail(&BAD_LENGTH);
        };
        let length = if *first < 0x80 { usize::from(*first) } else { octets.iter().fold(0, |sum, octet| (sum << 8) | usize::from(*octet)) };
        let at = start + 2 + octets.len();
        let (content, rest) = after_length.split_at_checked(length).unwrap_or_else(|| {
            let _: Option<Element<'_>> = fail(&TRUNCATED);
            (after_length, &[])
        });
        self.rest = rest;
        self.at = at + content.len();
        Some(Element { tag: *tag, content, at })
    }

    /// The next bytes, which are no element.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        self.at += count;
        Some(taken)
    }

    /// The next element, which must have this tag; this reader itself does not go on.
    pub fn only(mut self, tag: u8, violations: &mut Vec<SyntaxViolation>) -> Option<Element<'a>> {
        let at = self.at;
        match self.next(violations) {
            Some(element) if element.tag == tag => Some(element),
            _ => {
                violations.push(SyntaxViolation { at, rule: &UNEXPECTED });
                None
            }
        }
    }

    /// The elements inside a SEQUENCE, each under its context-specific number.
    #[must_use]
    pub fn sequence(self, violations: &mut Vec<SyntaxViolation>) -> Numbered<'a> {
        let mut fields = Vec::new();
        if let Some(sequence) = self.only(SEQUENCE, violations) {
            let mut elements = sequence.elements();
            while let Some(element) = elements.next(violations) {
                if element.tag & 0xe0 != 0xa0 || fields.len() >= 32 {
                    violations.push(SyntaxViolation { at: element.at, rule: &UNEXPECTED });
                    break;
                }
                fields.push(element);
            }
        }
        Numbered { fields }
    }
}

/// The context-specific elements of a SEQUENCE.
pub struct Numbered<'a> {
    fields: Vec<Element<'a>>,
}

impl<'a> Numbered<'a> {
    /// The wrapper of field `number`, whose content is the field itself.
    #[must_use]
    pub fn wrapper(&self, number: u8) -> Option<Element<'a>> {
        self.fields.iter().find(|element| element.tag == context(number)).copied()
    }

    /// Field `number` itself.
    pub fn field(&self, number: u8, violations: &mut Vec<SyntaxViolation>) -> Option<Element<'a>> {
        self.wrapper(number)?.elements().next(violations)
    }

    /// Field `number`, an INTEGER or ENUMERATED.
    pub fn integer(&self, number: u8, violations: &mut Vec<SyntaxViolation>) -> Option<i64> {
        self.field(number, violations)?.integer()
    }

    /// Field `number`, a string.
    pub fn text(&self, number: u8, violations: &mut Vec<SyntaxViolation>) -> Option<String> {
        self.field(number, violations).map(|element| element.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = (u8, Vec<u8>, usize);

    fn one(bytes: &[u8]) -> (Option<Read>, Vec<&'static str>) {
        let mut violations = Vec::new();
        let element = Reader::new(bytes).next(&mut violations).map(|e| (e.tag, e.content.to_vec(), e.at));
        (element, violations.iter().map(|v| v.rule.id).collect())
    }

    #[test]
    fn reads_short_and_long_lengths() {
        assert_eq!(one(&[4, 2, 7, 8, 9]), (Some((4, vec![7, 8], 2)), vec![]));
        let mut long = vec![4, 0x82, 1, 0];
        long.extend([0; 256]);
        assert_eq!(one(&long), (Some((4, vec![0; 256], 4)), vec![]));
    }

    #[test]
    fn names_what_it_cannot_read() {
        assert_eq!(one(&[4, 5, 1]), (Some((4, vec![1], 2)), vec!["der-truncated"]));
        assert_eq!(one(&[4]), (None, vec!["der-truncated"]));
        assert_eq!(one(&[0x30, 0x80, 0, 0]), (None, vec!["der-bad-length"]));
        assert_eq!(one(&[4, 0x85, 1, 1, 1, 1, 1]), (None, vec!["der-bad-length"]));
        assert_eq!(one(&[0x1f, 0x81, 1]), (None, vec!["der-long-tag"]));
        assert_eq!(one(&[]), (None, vec![]));
    }

    #[test]
    fn reads_integers_and_object_identifiers() {
        let element = |content| Element { tag: 0, content, at: 0 };
        assert_eq!(element(&[0x00, 0x80]).integer(), Some(128));
        assert_eq!(element(&[0xff]).integer(), Some(-1));
        assert_eq!(element(&[]).integer(), None);
        // X.690 8.19.5 and the Kerberos mechanism of RFC 4121.
        assert_eq!(element(&[0x88, 0x37, 3]).object_identifier().as_deref(), Some("2.999.3"));
        assert_eq!(element(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2]).object_identifier().as_deref(), Some("1.2.840.113554.1.2.2"));
        assert_eq!(element(&[0x2a, 0x86]).object_identifier(), None);
    }
}
