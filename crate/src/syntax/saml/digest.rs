//! Whether an element still has the digest that was signed. XML Signature 3.2.1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::DS;
use super::canonical::{Method, canonical};
use super::signature::{Signature, target};
use crate::syntax::Rule;
use crate::syntax::jwt::signature::Verdict;
use crate::syntax::xml::{Cursor, Document};

/// An element that was changed after it was signed.
pub static DIGEST_DIFFERS: Rule = Rule { id: "signature-digest-differs" };

/// A transform that SAML does not allow.
pub static OTHER_TRANSFORM: Rule = Rule { id: "signature-other-transform" };

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Whether the signature takes a step that SAML does not allow on the way to what it covers.
pub(super) fn has_other_transform(document: &Document<'_>, signature: &Signature<'_>) -> bool {
    reference(document, signature).is_some_and(|reference| steps(reference, signature.index).is_none())
}

/// Whether what the signature covers is what was signed; unknown where that cannot be told: by an algorithm
/// that is not known, or without the one element that the signature names.
pub(super) fn verdict(document: &Document<'_>, signature: &Signature<'_>) -> Verdict {
    match holds(document, signature) {
        Some(true) => Verdict::Good,
        Some(false) => Verdict::Bad,
        None => Verdict::Unknown,
    }
}

fn reference<'d, 'a>(document: &'d Document<'a>, signature: &Signature<'_>) -> Option<Cursor<'d, 'a>> {
    document.cursor(signature.index)?.child(DS, "SignedInfo")?.child(DS, "Reference")
}

fn holds(document: &Document<'_>, signature: &Signature<'_>) -> Option<bool> {
    let reference = reference(document, signature)?;
    let target = target(document, &reference.attribute("URI").unwrap_or_default())?;
    let (method, without) = steps(reference, signature.index)?;
    let text = canonical(document, target.index, without, &method)?;
    let text = text.as_bytes();
    let digest = match &*reference.child(DS, "DigestMethod")?.attribute("Algorithm")? {
        "http://www.w3.org/2000/09/xmldsig#sha1" => STANDARD.encode(Sha1::digest(text)),
        "http://www.w3.org/2001/04/xmlenc#sha256" => STANDARD.encode(Sha256::digest(text)),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => STANDARD.encode(Sha384::digest(text)),
        "http://www.w3.org/2001/04/xmlenc#sha512" => STANDARD.encode(Sha512::digest(text)),
        _ => return None,
    };
    let signed = reference.child(DS, "DigestValue")?.text();
    Some(signed.split_ascii_whitespace().flat_map(str::bytes).eq(digest.bytes()))
}

/// How the digest's bytes are made, and the node that is left out of them; `None` where there is a
/// step that SAML does not allow.
fn steps(reference: Cursor<'_, '_>, signature: usize) -> Option<(Method, Option<usize>)> {
    let mut method = Method::Inclusive;
    let mut without = None;
    let transforms = reference.child(DS, "Transforms");
    if transforms.is_some_and(|transforms| transforms.children().count() > 2) {
        return None;
    }
    for transform in transforms.into_iter().flat_map(|transforms| transforms.children()) {
        if transform.attribute("Algorithm").as_deref() == Some(ENVELOPED) {
            without = Some(signature);
        } else {
            method = self::method(transform)?;
        }
    }
    Some((method, without))
}

/// The canonicalization that an element names; `None` for one that SAML does not allow.
pub(super) fn method(element: Cursor<'_, '_>) -> Option<Method> {
    // The variants that keep comments differ only where there are comments; a same-document
    // reference leaves them out anyway (XML Signature 4.4.3.3).
    match &*element.attribute("Algorithm")?.replace("WithComments", "") {
        INCLUSIVE | "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#" => Some(Method::Inclusive),
        EXCLUSIVE => {
            let listed = element.child(EXCLUSIVE, "InclusiveNamespaces").and_then(|list| list.attribute("PrefixList"));
            Some(Method::Exclusive(listed.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect()))
        }
        _ => None,
    }
}
