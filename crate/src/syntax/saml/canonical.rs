//! Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, without comments: the bytes that a
//! signature's digest is computed over.

use std::borrow::Cow;

use crate::limits;
use crate::syntax::xml::{Attribute, Content, Cursor, Document, XML_NAMESPACE, resolved, split_name};

/// Which algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Canonical XML 1.0: every namespace in scope.
    Inclusive,
    /// Exclusive: only the namespaces in use, and these prefixes as in the inclusive one.
    Exclusive(Vec<String>),
}

/// The canonical form of the element at `apex`, without the node at `without`. `None` where it
/// would be longer than [`CANONICAL_BYTES`](crate::limits::CANONICAL_BYTES).
#[must_use]
pub fn canonical(document: &Document<'_>, apex: usize, without: Option<usize>, method: &Method) -> Option<String> {
    let mut writer = Writer { document, without, method, apex, rendered: Vec::new(), out: String::new() };
    writer.node(apex)?;
    Some(writer.out)
}

struct Writer<'d, 'a> {
    document: &'d Document<'a>,
    without: Option<usize>,
    method: &'d Method,
    apex: usize,
    /// Prefixes and namespaces that the elements open in the output have declared there.
    rendered: Vec<(&'a str, Cow<'a, str>)>,
    out: String,
}

impl<'a> Writer<'_, 'a> {
    /// Writes a node with all below it. The depth of recursion is that of the document, which
    /// [`XML_DEPTH`](crate::limits::XML_DEPTH) bounds.
    fn node(&mut self, index: usize) -> Option<()> {
        if self.without == Some(index) {
            return Some(());
        }
        let node = self.document.node(index)?;
        match node.content {
            Content::Text(raw) => escape(&resolved(raw), &mut self.out, false),
            Content::Literal(raw) => escape(&raw.replace("\r\n", "\n").replace('\r', "\n"), &mut self.out, false),
            Content::Instruction(inside) => {
                let (target, data) = inside.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((inside, ""));
                let data = data.trim_ascii_start();
                let space = if data.is_empty() { "" } else { " " };
                for piece in ["<?", target, space, data, "?>"] {
                    self.out.push_str(piece);
                }
            }
            Content::Element { .. } => {
                let element = self.document.cursor(index)?;
                let before = self.rendered.len();
                self.start(element);
                let mut child = index + 1;
                while child < node.end {
                    self.node(child)?;
                    child = self.document.node(child)?.end;
                }
                self.out.push_str("</");
                self.out.push_str(element.name);
                self.out.push('>');
                self.rendered.truncate(before);
            }
        }
        (self.out.len() <= limits::CANONICAL_BYTES).then_some(())
    }

    fn start(&mut self, element: Cursor<'_, 'a>) {
        self.out.push('<');
        self.out.push_str(element.name);
        for (prefix, namespace) in self.declarations(element) {
            self.out.push_str(" xmlns");
            if !prefix.is_empty() {
                self.out.push(':');
                self.out.push_str(prefix);
            }
            self.attribute_value(&namespace);
            self.rendered.push((prefix, namespace));
        }
        let mut attributes: Vec<(Cow<'_, str>, &str, Attribute<'_>)> = Vec::new();
        let inherited = (*self.method == Method::Inclusive && element.index == self.apex).then(|| inherited_xml_attributes(element));
        let own = element.attributes.iter().filter(|attribute| attribute.declares().is_none()).copied();
        for attribute in own.chain(inherited.unwrap_or_default()) {
            let (prefix, local) = split_name(attribute.name);
            let namespace = if prefix.is_empty() { Cow::Borrowed("") } else { in_scope(element, prefix) };
            attributes.push((namespace, local, attribute));
        }
        attributes.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        for (_, _, attribute) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute.name);
            self.attribute_value(&attribute.value());
        }
        self.out.push('>');
    }

    fn attribute_value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape(value, &mut self.out, true);
        self.out.push('"');
    }

    /// The declarations that this element must write, in order of prefix.
    fn declarations(&self, element: Cursor<'_, 'a>) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut prefixes: Vec<&'a str> = match self.method {
            Method::Inclusive => prefixes_in_scope(element),
            Method::Exclusive(listed) => {
                let is_listed = |prefix: &str| listed.iter().any(|name| name == prefix || (prefix.is_empty() && name == "#default"));
                let mut prefixes = if listed.is_empty() { Vec::new() } else { prefixes_in_scope(element) };
                prefixes.retain(|prefix| is_listed(prefix));
                let named = element.attributes.iter().filter(|attribute| attribute.declares().is_none());
                prefixes.extend(named.map(|attribute| split_name(attribute.name).0).filter(|prefix| !prefix.is_empty()));
                prefixes.push(split_name(element.name).0);
                prefixes
            }
        };
        prefixes.sort_unstable();
        prefixes.dedup();
        let declarations = prefixes.into_iter().filter(|prefix| *prefix != "xml").filter_map(|prefix| {
            let namespace = in_scope(element, prefix);
            let written = self.rendered.iter().rev().find(|(name, _)| *name == prefix).map_or("", |(_, namespace)| namespace);
            (namespace != written).then_some((prefix, namespace))
        });
        declarations.collect()
    }
}

fn ancestors<'d, 'a>(element: Cursor<'d, 'a>) -> impl Iterator<Item = Cursor<'d, 'a>> {
    std::iter::successors(Some(element), Cursor::parent)
}

fn prefixes_in_scope<'a>(element: Cursor<'_, 'a>) -> Vec<&'a str> {
    ancestors(element).flat_map(|ancestor| ancestor.attributes).filter_map(Attribute::declares).collect()
}

fn in_scope<'a>(element: Cursor<'_, 'a>, prefix: &str) -> Cow<'a, str> {
    if prefix == "xml" {
        return Cow::Borrowed(XML_NAMESPACE);
    }
    let mut declarations = ancestors(element).flat_map(|ancestor| ancestor.attributes);
    declarations.find(|attribute| attribute.declares() == Some(prefix)).map(Attribute::value).unwrap_or_default()
}

fn inherited_xml_attributes<'a>(element: Cursor<'_, 'a>) -> Vec<Attribute<'a>> {
    let mut found: Vec<Attribute<'a>> = Vec::new();
    let above = ancestors(element).skip(1).flat_map(|ancestor| ancestor.attributes);
    for attribute in above.filter(|attribute| attribute.name.starts_with("xml:")) {
        if !element.attributes.iter().chain(&found).any(|other| other.name == attribute.name) {
            found.push(*attribute);
        }
    }
    found
}

fn escape(text: &str, out: &mut String, in_attribute: bool) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if !in_attribute => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\t' if in_attribute => out.push_str("&#x9;"),
            '\n' if in_attribute => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::xml;

    fn of(text: &str, local: &str, method: &Method) -> String {
        let document = xml::read(text).value;
        let root = document.root().unwrap();
        let apex = std::iter::once(root).chain(root.descendants()).find(|cursor| cursor.local() == local).unwrap();
        canonical(&document, apex.index, None, method).unwrap()
    }

    #[test]
    fn sorts_and_escapes_as_canonical_xml_3_3_and_3_4() {
        // Parts of the examples in Canonical XML 1.0, 3.3 and 3.4, without their document types.
        let text = "<doc><e1   /><e2   ></e2><e3   name = \"elem3\"   id=\"elem3\"   />\
            <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\" xmlns:b=\"http://www.ietf.org\" xmlns:a=\"http://www.w3.org\" xmlns=\"http://example.org\"/>\
            <value>&#x32;</value><compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute></doc>";
        let expected = "<doc><e1></e1><e2></e2><e3 id=\"elem3\" name=\"elem3\"></e3>\
            <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\
            <value>2</value><compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute></doc>";
        assert_eq!(of(text, "doc", &Method::Inclusive), expected);
    }

    // The shape of the examples in Exclusive XML Canonicalization 1.0, 2.1 and 2.2.
    const FIRST: &str = "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\
        <n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:local>";
    const SECOND: &str = "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\" xml:space=\"retain\">\
        <n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n2:pdu>";

    #[test]
    fn the_exclusive_form_does_not_depend_on_where_the_element_stands() {
        let expected =
            "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
        for text in [FIRST, SECOND] {
            assert_eq!(of(text, "elem2", &Method::Exclusive(vec![])), expected);
        }
    }

    #[test]
    fn the_inclusive_form_does() {
        assert_eq!(
            of(FIRST, "elem2", &Method::Inclusive),
            "<n1:elem2 xmlns:n0=\"foo:bar\" xmlns:n1=\"http://example.net\" xmlns:n3=\"ftp://example.org\" xml:lang=\"en\"><n3:stuff></n3:stuff></n1:elem2>"
        );
        assert_eq!(
            of(SECOND, "elem2", &Method::Inclusive),
            "<n1:elem2 xmlns:n1=\"http://example.net\" xmlns:n2=\"http://foo.example\" xml:lang=\"en\" xml:space=\"retain\">\
            <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
        );
    }

    #[test]
    fn a_small_document_cannot_grow_without_bound() {
        let text = format!("<r>{}</r>", format!("<p:a xmlns:p='urn:{}'/>", "&lt;".repeat(100)).repeat(2000));
        let document = xml::read(&text).value;
        assert!(canonical(&document, 0, None, &Method::Inclusive).is_some());
        let text = format!("<r xmlns:p='{}'>{}</r>", "u".repeat(100_000), "<p:a/>".repeat(1000));
        let document = xml::read(&text).value;
        assert_eq!(canonical(&document, 0, None, &Method::Exclusive(vec![])), None);
    }
}
