//! Whether an element still has the digest that was signed. XML Signature 3.2.1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::DS;
use super::canonical::{Method, canonical};
use super::signature::{Signature, target};
use crate::syntax::Rule;
use crate::syntax::xml::{Cursor, Document};

/// An element that was changed after it was signed.
pub static DIGEST_DIFFERS: Rule = Rule { id: "signature-digest-differs" };

/// A transform that SAML does not allow.
pub static OTHER_TRANSFORM: Rule = Rule { id: "signature-other-transform" };

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// What is wrong with what the signature covers; nothing where the digest holds or cannot be told:
/// by an algorithm that is not known, or without the one element that the signature names.
pub(super) fn fault(document: &Document<'_>, signature: &Signature<'_>) -> Option<&'static Rule> {
    let element = document.cursor(signature.index)?;
    let reference = element.child(DS, "SignedInfo")?.child(DS, "Reference")?;
    let target = target(document, &reference.attribute("URI").unwrap_or_default())?;
    let Some((method, without)) = steps(reference, signature.index) else { return Some(&OTHER_TRANSFORM) };
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
    let is_same = signed.split_ascii_whitespace().flat_map(str::bytes).eq(digest.bytes());
    (!is_same).then_some(&DIGEST_DIFFERS)
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
        // The variants that keep comments differ only where there are comments; a same-document
        // reference leaves them out anyway (XML Signature 4.4.3.3).
        match &*transform.attribute("Algorithm")?.replace("WithComments", "") {
            ENVELOPED => without = Some(signature),
            INCLUSIVE | "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#" => method = Method::Inclusive,
            EXCLUSIVE => {
                let listed = transform.child(EXCLUSIVE, "InclusiveNamespaces").and_then(|list| list.attribute("PrefixList"));
                method = Method::Exclusive(listed.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect());
            }
            _ => return None,
        }
    }
    Some((method, without))
}
