//! From text to the tree, in one pass. Our own, since `quick-xml` 0.42 passes over eleven of the eighteen departures
//! that the tests below name by their place: several roots or none, a missing end, a bare `<` in a value.

use memchr::{memchr, memmem};

use super::references::{Reference, is_allowed, is_name, reference};
use super::{
    Attribute, Content, DOCUMENT_TYPE, Document, NOT_WELL_FORMED, Node, SEVERAL_ROOTS, TOO_LARGE, TRUNCATED, UNDECLARED_PREFIX,
    UNKNOWN_ENTITY, XML_NAMESPACE, split_name,
};
use crate::limits;
use crate::syntax::{Parsed, Rule, SyntaxViolation};

/// Reads a document. What comes after markup that is not well-formed is not read; all that was open
/// there ends there.
#[must_use]
pub fn read(text: &str) -> Parsed<Document<'_>> {
    let mut reader = Reader { text, ..Reader::default() };
    if let Err(violation) = reader.document() {
        reader.violations.push(violation);
    }
    while !reader.open.is_empty() {
        reader.close();
    }
    reader.violations.sort_by_key(|violation| violation.at);
    Parsed { value: reader.document, violations: reader.violations }
}

/// Where reading goes on, or why it does not.
type Step = Result<usize, SyntaxViolation>;

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    document: Document<'a>,
    /// The open elements' nodes.
    open: Vec<usize>,
    /// Prefixes and namespaces that the open elements declare, with their depth.
    scope: Vec<(&'a str, &'a str, usize)>,
    references: usize,
    violations: Vec<SyntaxViolation>,
}

const fn stop<T>(at: usize, rule: &'static Rule) -> Result<T, SyntaxViolation> {
    Err(SyntaxViolation { at, rule })
}

impl<'a> Reader<'a> {
    fn note(&mut self, at: usize, rule: &'static Rule) {
        if self.violations.len() < limits::XML_VIOLATIONS {
            self.violations.push(SyntaxViolation { at, rule });
        }
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    fn document(&mut self) -> Result<(), SyntaxViolation> {
        if self.text.len() > limits::XML_BYTES {
            return stop(limits::XML_BYTES, &TOO_LARGE);
        }
        let mut at = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        while at < self.text.len() {
            at = self.markup_or_text(at)?;
        }
        match self.document.nodes.is_empty() {
            true => stop(at, &NOT_WELL_FORMED),
            false if self.open.is_empty() => Ok(()),
            false => stop(at, &TRUNCATED),
        }
    }

    fn markup_or_text(&mut self, at: usize) -> Step {
        let rest = self.rest(at);
        if !rest.starts_with('<') {
            let end = at + memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            return self.character_data(at, end);
        }
        if rest.starts_with("<!--") {
            return self.after(at + 4, "-->");
        }
        if rest.starts_with("<?") {
            let end = self.after(at + 2, "?>")?;
            let inside = self.text.get(at + 2..end - 2).unwrap_or_default();
            if !self.open.is_empty() {
                self.push(at, Content::Instruction(inside))?;
            }
            return Ok(end);
        }
        if rest.starts_with("<![CDATA[") && !self.open.is_empty() {
            let end = self.after(at + 9, "]]>")?;
            let inside = self.text.get(at + 9..end - 3).unwrap_or_default();
            self.push(at, Content::Literal(inside))?;
            return Ok(end);
        }
        if rest.starts_with("<!DOCTYPE") && self.document.nodes.is_empty() {
            self.note(at, &DOCUMENT_TYPE);
            return self.document_type(at);
        }
        if rest.starts_with("</") {
            return self.end_tag(at);
        }
        if self.open.is_empty() && !self.document.nodes.is_empty() {
            return stop(at, &SEVERAL_ROOTS);
        }
        self.start_tag(at)
    }

    /// The offset after `what`, looked for from an offset on.
    fn after(&self, from: usize, what: &str) -> Step {
        match memmem::find(self.rest(from).as_bytes(), what.as_bytes()) {
            Some(found) => Ok(from + found + what.len()),
            None => stop(self.text.len(), &TRUNCATED),
        }
    }

    /// Passes over a document type: its quoted text and its internal subset may hold `>`.
    fn document_type(&self, at: usize) -> Step {
        let mut quote = None;
        let mut depth = 0_usize;
        for (offset, byte) in self.rest(at).bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[' | b'<') => depth += 1,
                (None, b']') => depth = depth.saturating_sub(1),
                (None, b'>') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(at + offset + 1);
                    }
                }
                _ => {}
            }
        }
        stop(self.text.len(), &TRUNCATED)
    }

    fn character_data(&mut self, at: usize, end: usize) -> Step {
        let text = self.text.get(at..end).unwrap_or_default();
        if !self.open.is_empty() {
            if let Some(found) = memmem::find(text.as_bytes(), b"]]>") {
                self.note(at + found, &NOT_WELL_FORMED);
            }
            self.check_characters(at, text)?;
            self.push(at, Content::Text(text))?;
        } else if !text.trim_ascii().is_empty() {
            return stop(at, if self.document.nodes.is_empty() { &NOT_WELL_FORMED } else { &SEVERAL_ROOTS });
        }
        Ok(end)
    }

    /// Notes characters and references that XML does not allow.
    fn check_characters(&mut self, at: usize, text: &str) -> Result<(), SyntaxViolation> {
        if let Some((bad, _)) = text.char_indices().find(|(_, character)| !is_allowed(*character)) {
            self.note(at + bad, &NOT_WELL_FORMED);
        }
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| memchr(b'&', rest.as_bytes())) {
            from += found;
            self.references += 1;
            if self.references > limits::XML_REFERENCES {
                return stop(at + from, &TOO_LARGE);
            }
            match reference(text.get(from..).unwrap_or_default()) {
                Reference::Character(..) => {}
                Reference::Unknown(_) => self.note(at + from, &UNKNOWN_ENTITY),
                Reference::Bare => self.note(at + from, &NOT_WELL_FORMED),
            }
            from += 1;
        }
        Ok(())
    }

    fn push(&mut self, at: usize, content: Content<'a>) -> Result<(), SyntaxViolation> {
        let index = self.document.nodes.len();
        if index >= limits::XML_NODES {
            return stop(at, &TOO_LARGE);
        }
        self.document.nodes.push(Node { content, parent: self.open.last().copied(), end: index + 1, at });
        Ok(())
    }

    fn close(&mut self) {
        let (end, depth) = (self.document.nodes.len(), self.open.len());
        if let Some(node) = self.open.pop().and_then(|index| self.document.nodes.get_mut(index)) {
            node.end = end;
        }
        while self.scope.last().is_some_and(|(_, _, declared)| *declared == depth) {
            self.scope.pop();
        }
    }

    fn end_tag(&mut self, at: usize) -> Step {
        let Some(length) = memchr(b'>', self.rest(at).as_bytes()) else { return stop(self.text.len(), &TRUNCATED) };
        let name = self.text.get(at + 2..at + length).unwrap_or_default().trim_ascii_end();
        let open = self.open.last().and_then(|index| self.document.cursor(*index));
        if open.is_none_or(|element| element.name != name) {
            return stop(at, &NOT_WELL_FORMED);
        }
        self.close();
        Ok(at + length + 1)
    }

    fn start_tag(&mut self, at: usize) -> Step {
        if self.open.len() >= limits::XML_DEPTH {
            return stop(at, &TOO_LARGE);
        }
        let name = self.word(at + 1)?;
        let first = self.document.attributes.len();
        let mut next = at + 1 + name.len();
        let is_empty = loop {
            let (from, has_space) = self.skip_space(next)?;
            let rest = self.rest(from);
            if rest.starts_with('>') {
                next = from + 1;
                break false;
            }
            if rest.starts_with("/>") {
                next = from + 2;
                break true;
            }
            if !has_space {
                return stop(from, &NOT_WELL_FORMED);
            }
            next = self.attribute(from, first)?;
        };
        let depth = self.open.len() + 1;
        for attribute in self.document.attributes.get(first..).unwrap_or_default() {
            if let Some(prefix) = attribute.declares() {
                self.scope.push((prefix, attribute.raw, depth));
            }
        }
        if self.scope.len() > limits::XML_NAMESPACES {
            return stop(at, &TOO_LARGE);
        }
        let namespace = self.namespace(split_name(name).0, at);
        for index in first..self.document.attributes.len() {
            if let Some(attribute) = self.document.attributes.get(index).filter(|attribute| attribute.declares().is_none())
                && let Some((prefix, _)) = attribute.name.split_once(':')
            {
                self.namespace(prefix, at);
            }
        }
        let index = self.document.nodes.len();
        let attributes = (first, self.document.attributes.len());
        self.push(at, Content::Element { name, namespace, attributes })?;
        self.open.push(index);
        if is_empty {
            self.close();
        }
        Ok(next)
    }

    /// The attribute at an offset; `first` is the first of the same element.
    fn attribute(&mut self, at: usize, first: usize) -> Step {
        let name = self.word(at)?;
        let (equals, _) = self.skip_space(at + name.len())?;
        if !self.rest(equals).starts_with('=') {
            return stop(equals, &NOT_WELL_FORMED);
        }
        let (quote, _) = self.skip_space(equals + 1)?;
        let value = quote + 1;
        let mark = match self.rest(quote).bytes().next() {
            Some(mark @ (b'"' | b'\'')) => mark,
            _ => return stop(quote, &NOT_WELL_FORMED),
        };
        let Some(length) = memchr(mark, self.rest(value).as_bytes()) else { return stop(self.text.len(), &TRUNCATED) };
        let raw = self.text.get(value..value + length).unwrap_or_default();
        let others = self.document.attributes.get(first..).unwrap_or_default();
        if memchr(b'<', raw.as_bytes()).is_some() || others.iter().any(|other| other.name == name) {
            return stop(at, &NOT_WELL_FORMED);
        }
        if others.len() >= limits::XML_ATTRIBUTES || self.document.attributes.len() >= limits::XML_NODES {
            return stop(at, &TOO_LARGE);
        }
        self.check_characters(value, raw)?;
        self.document.attributes.push(Attribute { name, raw });
        Ok(value + length + 1)
    }

    /// The name at an offset, with or without a prefix.
    fn word(&self, at: usize) -> Result<&'a str, SyntaxViolation> {
        let rest = self.rest(at);
        let is_end = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=' | b'<' | b'"' | b'\'');
        let Some(length) = rest.bytes().position(is_end) else { return stop(self.text.len(), &TRUNCATED) };
        match rest.get(..length) {
            Some(name) if name.splitn(2, ':').all(is_name) => Ok(name),
            _ => stop(at, &NOT_WELL_FORMED),
        }
    }

    /// The offset of what comes after any space, and whether there was some.
    fn skip_space(&self, at: usize) -> Result<(usize, bool), SyntaxViolation> {
        match self.rest(at).bytes().position(|byte| !byte.is_ascii_whitespace()) {
            Some(length) => Ok((at + length, length > 0)),
            None => stop(self.text.len(), &TRUNCATED),
        }
    }

    fn namespace(&mut self, prefix: &str, at: usize) -> &'a str {
        match self.scope.iter().rev().find(|(declared, _, _)| *declared == prefix) {
            Some((_, namespace, _)) => namespace,
            None if prefix == "xml" => XML_NAMESPACE,
            None => {
                if !prefix.is_empty() {
                    self.note(at, &UNDECLARED_PREFIX);
                }
                ""
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        read(text).violations.iter().map(|violation| violation.rule.id).collect()
    }

    fn first(text: &str) -> Option<(usize, &'static str)> {
        read(text).violations.first().map(|violation| (violation.at, violation.rule.id))
    }

    #[test]
    fn resolves_names_text_and_references() {
        let text = "<?xml version=\"1.0\"?>\n<a xmlns='urn:a' xmlns:b='urn:b'><b:c d='1 &amp;&#x32;' b:d='x'/>one<!-- no --> &lt;two<![CDATA[ <3]]></a >\n";
        let parsed = read(text);
        assert_eq!(parsed.violations, []);
        let root = parsed.value.root().unwrap();
        assert!(root.is("urn:a", "a"));
        let child = root.child("urn:b", "c").unwrap();
        assert_eq!(child.attribute("d").as_deref(), Some("1 &2"));
        assert_eq!(child.at(), text.find("<b:c").unwrap());
        assert_eq!(root.text(), "one <two <3");
        assert_eq!(child.parent().unwrap().index, root.index);
    }

    #[test]
    fn an_inner_declaration_hides_an_outer_one_until_its_element_ends() {
        let parsed = read("<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/><d xmlns='urn:3'><e xmlns=''/></d></p:a>");
        let names: Vec<_> = parsed.value.root().unwrap().descendants().map(|element| element.namespace().into_owned()).collect();
        assert_eq!(names, ["urn:2", "urn:1", "urn:3", ""]);
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        assert_eq!(first("<a><b></a>"), Some((6, "xml-not-well-formed")));
        assert_eq!(first("<a b='1' b='2'/>"), Some((9, "xml-not-well-formed")));
        assert_eq!(first("<a b='1'c='2'/>"), Some((8, "xml-not-well-formed")));
        assert_eq!(first("<a b='<'/>"), Some((3, "xml-not-well-formed")));
        assert_eq!(first("<a b=1/>"), Some((5, "xml-not-well-formed")));
        assert_eq!(first("<a>x & y</a>"), Some((5, "xml-not-well-formed")));
        assert_eq!(first("<a>]]></a>"), Some((3, "xml-not-well-formed")));
        assert_eq!(first("<a>\u{1}</a>"), Some((3, "xml-not-well-formed")));
        assert_eq!(first("<1/>"), Some((1, "xml-not-well-formed")));
        assert_eq!(first("<a:b:c xmlns:a=''/>"), Some((1, "xml-not-well-formed")));
        assert_eq!(first("<a :b=''/>"), Some((3, "xml-not-well-formed")));
        assert_eq!(first("no xml"), Some((0, "xml-not-well-formed")));
        assert_eq!(first(""), Some((0, "xml-not-well-formed")));
        assert_eq!(first("<a><b>"), Some((6, "xml-truncated")));
        assert_eq!(first("<a><b c='"), Some((9, "xml-truncated")));
        assert_eq!(first("<a/><b/>"), Some((4, "xml-several-roots")));
        assert_eq!(first("<a/>text"), Some((4, "xml-several-roots")));
        assert_eq!(rules("<p:a b='&x;'/>"), ["xml-undeclared-prefix", "xml-unknown-entity"]);
        assert_eq!(rules("<p:a q:b=''/>"), ["xml-undeclared-prefix", "xml-undeclared-prefix"]);
    }

    #[test]
    fn resolves_no_entity_of_a_document_type() {
        let text = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y \"]>\">]><a b='&y;'>&x;</a>";
        assert_eq!(rules(text), ["xml-document-type", "xml-unknown-entity", "xml-unknown-entity"]);
        let parsed = read(text);
        assert_eq!(parsed.value.root().unwrap().text(), "");
    }

    #[test]
    fn is_bounded_in_depth_number_size_and_references() {
        assert_eq!(rules(&"<a>".repeat(limits::XML_DEPTH + 1)), ["xml-too-large"]);
        assert_eq!(rules(&format!("<a>{}</a>", "<b/>".repeat(limits::XML_NODES))), ["xml-too-large"]);
        assert_eq!(rules(&" ".repeat(limits::XML_BYTES + 1)), ["xml-too-large"]);
        assert_eq!(rules(&format!("<a>{}</a>", "&lt;".repeat(limits::XML_REFERENCES + 1))), ["xml-too-large"]);
        let attributes: String = (0..=limits::XML_ATTRIBUTES).map(|number| format!(" a{number}=''")).collect();
        assert_eq!(rules(&format!("<a{attributes}/>")), ["xml-too-large"]);
        assert_eq!(rules(&format!("<a>{}</a>", "&x;".repeat(1000))).len(), limits::XML_VIOLATIONS);
    }
}
