//! XML Signature as SAML uses it: with what was signed, and which element a signature names. Whether
//! that element was changed is [`check`](super::check)'s to say; the signature's value needs the
//! signer's key and is not looked at.

use std::borrow::Cow;

use super::DS;
use crate::syntax::xml::{Cursor, Document};
use crate::syntax::{Rule, SyntaxViolation};

/// A signature without its method, value or digest.
pub static INCOMPLETE: Rule = Rule { id: "signature-incomplete" };

/// A signature over another element than the one it stands in.
pub static COVERS_ANOTHER: Rule = Rule { id: "signature-covers-another-element" };

/// A signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature<'a> {
    /// Identifier of the signature algorithm.
    pub algorithm: Option<Cow<'a, str>>,
    /// Identifier of the digest algorithm.
    pub digest_algorithm: Option<Cow<'a, str>>,
    /// The ID of the element that it covers; empty for the whole document.
    pub reference: Option<Cow<'a, str>>,
    /// Whether it names a key or a certificate.
    pub has_key: bool,
    /// The first certificate beside it, in base64 as written.
    pub certificate: Option<Cow<'a, str>>,
    /// Byte offset in the document.
    pub at: usize,
    /// The index of its node.
    pub(super) index: usize,
}

/// Reads the signature that is a child of `parent`.
pub(super) fn of<'a>(parent: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) -> Option<Signature<'a>> {
    let signature = parent.child(DS, "Signature")?;
    let at = signature.at();
    let info = signature.child(DS, "SignedInfo");
    let reference = info.and_then(|info| info.child(DS, "Reference"));
    let algorithm_of = |element: Option<Cursor<'_, 'a>>, name| element?.child(DS, name)?.attribute("Algorithm");
    let algorithm = algorithm_of(info, "SignatureMethod");
    let digest_algorithm = algorithm_of(reference, "DigestMethod");
    let has_value = signature.child(DS, "SignatureValue").is_some_and(|value| !value.text().is_empty());
    if algorithm.is_none() || digest_algorithm.is_none() || !has_value {
        violations.push(SyntaxViolation { at, rule: &INCOMPLETE });
    }
    let key = signature.child(DS, "KeyInfo");
    let certificate = key.and_then(|key| key.descendants().find(|element| element.is(DS, "X509Certificate")));
    let reference = reference.map(|reference| reference.attribute("URI").unwrap_or_default());
    if let Some(uri) = &reference
        && target(parent.document, uri).is_none_or(|target| target.index != parent.index)
    {
        violations.push(SyntaxViolation { at, rule: &COVERS_ANOTHER });
    }
    Some(Signature {
        algorithm,
        digest_algorithm,
        reference: reference.map(|uri| match uri {
            Cow::Borrowed(uri) => Cow::Borrowed(uri.strip_prefix('#').unwrap_or(uri)),
            Cow::Owned(uri) => Cow::Owned(uri.strip_prefix('#').unwrap_or(&uri).into()),
        }),
        has_key: key.is_some_and(|key| key.children().next().is_some()),
        certificate: certificate.map(|certificate| certificate.text()),
        at,
        index: signature.index,
    })
}

/// The one element that the URI of a reference names: `#ID`, or nothing for the root.
pub(super) fn target<'d, 'a>(document: &'d Document<'a>, uri: &str) -> Option<Cursor<'d, 'a>> {
    let root = document.root()?;
    if uri.is_empty() {
        return Some(root);
    }
    let id = uri.strip_prefix('#')?;
    let mut named = std::iter::once(root).chain(root.descendants()).filter(|element| id_of(*element).as_deref() == Some(id));
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// The ID of an element of SAML 2.0 or 1.1, or of XML Signature.
pub(super) fn id_of<'a>(element: Cursor<'_, 'a>) -> Option<Cow<'a, str>> {
    ["ID", "AssertionID", "ResponseID", "Id"].into_iter().find_map(|name| element.attribute(name))
}
