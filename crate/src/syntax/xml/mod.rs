//! XML 1.0 with namespaces, as a bounded tree that borrows from its text. Document types are passed
//! over and only the five predefined entities are resolved, so nothing can be expanded or fetched.

mod read;
mod references;

use std::borrow::Cow;

use super::Rule;

pub use read::read;

/// Text that is no well-formed XML.
pub static NOT_WELL_FORMED: Rule = Rule { id: "xml-not-well-formed" };

/// A document type declaration.
pub static DOCUMENT_TYPE: Rule = Rule { id: "xml-document-type" };

/// A reference to an entity that is not predefined.
pub static UNKNOWN_ENTITY: Rule = Rule { id: "xml-unknown-entity" };

/// A prefix without a declaration.
pub static UNDECLARED_PREFIX: Rule = Rule { id: "xml-undeclared-prefix" };

/// Anything but comments and instructions outside the root element.
pub static SEVERAL_ROOTS: Rule = Rule { id: "xml-several-roots" };

/// The end of the text before the end of the root element.
pub static TRUNCATED: Rule = Rule { id: "xml-truncated" };

/// Deeper nesting, more nodes, references or bytes than are read.
pub static TOO_LARGE: Rule = Rule { id: "xml-too-large" };

/// Namespace of the prefix `xml`.
pub(super) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// An attribute or a namespace declaration.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    /// Qualified name, as written.
    pub name: &'a str,
    raw: &'a str,
}

impl<'a> Attribute<'a> {
    /// The prefix that it declares (empty for the default namespace), where it is a declaration.
    #[must_use]
    pub fn declares(&self) -> Option<&'a str> {
        match self.name.split_once(':') {
            None if self.name == "xmlns" => Some(""),
            Some(("xmlns", prefix)) => Some(prefix),
            _ => None,
        }
    }

    /// Its normalized value.
    #[must_use]
    pub fn value(&self) -> Cow<'a, str> {
        references::resolved(self.raw, true)
    }
}

/// What a node is.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// An element.
    Element {
        /// Qualified name, as written.
        name: &'a str,
        /// The declaration of its namespace as written, or nothing.
        namespace: &'a str,
        /// Where its attributes begin and end among the document's.
        attributes: (usize, usize),
    },
    /// Character data, as written.
    Text(&'a str),
    /// The inside of a CDATA section.
    Literal(&'a str),
    /// The inside of a processing instruction.
    Instruction(&'a str),
}

/// A node of the tree.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// What it is.
    pub content: Content<'a>,
    /// The index after its last descendant.
    pub end: usize,
    /// Its parent's index.
    pub parent: Option<usize>,
    /// Its byte offset in the text.
    pub at: usize,
}

/// A document: its root element with all descendants, in document order.
#[derive(Default)]
pub struct Document<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
}

/// Messages carry tokens and people's data, so only the size is shown.
impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} nodes)", self.nodes.len())
    }
}

impl<'a> Document<'a> {
    /// The root element.
    #[must_use]
    pub fn root(&self) -> Option<Cursor<'_, 'a>> {
        self.cursor(0)
    }

    /// The element at that index, where the node there is one.
    #[must_use]
    pub fn cursor(&self, index: usize) -> Option<Cursor<'_, 'a>> {
        let node = self.nodes.get(index)?;
        let Content::Element { name, namespace, attributes: (from, to) } = node.content else { return None };
        let attributes = self.attributes.get(from..to)?;
        Some(Cursor { document: self, index, node, name, namespace, attributes })
    }

    /// The node at an index.
    #[must_use]
    pub fn node(&self, index: usize) -> Option<&Node<'a>> {
        self.nodes.get(index)
    }
}

/// An element in its document.
#[derive(Clone, Copy)]
pub struct Cursor<'d, 'a> {
    /// The document.
    pub document: &'d Document<'a>,
    /// The index of the element's node.
    pub index: usize,
    /// Its qualified name, as written.
    pub name: &'a str,
    /// Its attributes and namespace declarations, in document order.
    pub attributes: &'d [Attribute<'a>],
    node: &'d Node<'a>,
    namespace: &'a str,
}

impl<'d, 'a> Cursor<'d, 'a> {
    /// Its local name.
    #[must_use]
    pub fn local(&self) -> &'a str {
        split_name(self.name).1
    }

    /// Its namespace, or nothing.
    #[must_use]
    pub fn namespace(&self) -> Cow<'a, str> {
        references::resolved(self.namespace, true)
    }

    /// Its byte offset in the text.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.node.at
    }

    /// Whether it has this name.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local() == local && self.namespace() == namespace
    }

    /// Its local name where it is in that namespace, else nothing.
    #[must_use]
    pub fn local_in(&self, namespace: &str) -> &'a str {
        if self.namespace() == namespace { self.local() } else { "" }
    }

    /// The value of an attribute without a prefix.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes.iter().find(|attribute| attribute.name == name).map(Attribute::value)
    }

    /// Its parent.
    #[must_use]
    pub fn parent(&self) -> Option<Cursor<'d, 'a>> {
        self.document.cursor(self.node.parent?)
    }

    /// Its child elements.
    pub fn children(&self) -> impl Iterator<Item = Cursor<'d, 'a>> + use<'d, 'a> {
        let (document, end) = (self.document, self.node.end);
        let within = move |index: usize| (index < end).then_some(index);
        let nodes = std::iter::successors(within(self.index + 1), move |index| within(document.nodes.get(*index)?.end));
        nodes.filter_map(|index| document.cursor(index))
    }

    /// Its first child element of this name.
    #[must_use]
    pub fn child(&self, namespace: &str, local: &str) -> Option<Cursor<'d, 'a>> {
        self.children().find(|child| child.is(namespace, local))
    }

    /// The elements below it, in document order.
    pub fn descendants(&self) -> impl Iterator<Item = Cursor<'d, 'a>> + use<'d, 'a> {
        let document = self.document;
        (self.index + 1..self.node.end).filter_map(move |index| document.cursor(index))
    }

    /// Its own character data, without the whitespace around it. Comments do not cut it in two.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        let mut text = Cow::Borrowed("");
        let below = self.document.nodes.get(self.index..self.node.end).unwrap_or_default();
        for node in below.iter().filter(|node| node.parent == Some(self.index)) {
            let piece = match node.content {
                Content::Text(raw) => references::resolved(raw, false),
                Content::Literal(raw) => Cow::Borrowed(raw),
                _ => continue,
            };
            if text.is_empty() { text = piece } else { text.to_mut().push_str(&piece) }
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
            Cow::Owned(text) => Cow::Owned(text.trim_ascii().into()),
        }
    }
}

/// Text with its character references and the five predefined entities resolved.
pub(super) fn resolved(raw: &str) -> Cow<'_, str> {
    references::resolved(raw, false)
}

/// Prefix (or nothing) and local name.
#[must_use]
pub fn split_name(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
