//! What a signature of a message proves: XML Signature 3.2, with the algorithms of RFC 9231.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::DS;
use super::canonical::canonical;
use super::digest::{self, method};
use super::signature::Signature;
use crate::syntax::jwt::signature::{Material, Verdict, judge};
use crate::syntax::redaction::is_replaced;
use crate::syntax::x509;
use crate::syntax::xml::{Content, Document};

/// What one signature proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Byte offset of the signature.
    pub at: usize,
    /// Whether what it covers is as it was signed.
    pub integrity: Verdict,
    /// Whether the key of the certificate in it made it. That alone says nothing of who that is.
    pub own_key: Verdict,
    /// Whether one of the keys that the signer is known by made it.
    pub known_key: Verdict,
}

/// Algorithms of XML Signature, by the names that JWS has for the same.
const ALGORITHMS: [(&str, &str); 8] = [
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "RS1"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "RS256"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "RS384"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "RS512"),
    ("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", "PS256"),
    ("http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", "PS512"),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "ES256"),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", "ES384"),
];

/// The key of a certificate in base64, as signatures and metadata write it.
#[must_use]
pub fn key_of(certificate: &str) -> Option<Material> {
    x509::public_key(&decoded(certificate)?)
}

/// Judges a signature, by its own certificate and by the keys that its signer is known by.
#[must_use]
pub(super) fn proof(document: &Document<'_>, signature: &Signature<'_>, known: &[Material]) -> Proof {
    let mut proof = Proof { at: signature.at, integrity: Verdict::Unknown, own_key: Verdict::Unknown, known_key: Verdict::Unknown };
    if is_edited(document) {
        return proof;
    }
    proof.integrity = digest::verdict(document, signature);
    let Some((signed, value, algorithm)) = signed(document, signature) else { return proof };
    let by = |key: &Material| judge(key, algorithm, signed.as_bytes(), &value);
    proof.own_key = signature.certificate.as_deref().and_then(key_of).map_or(Verdict::Unknown, |key| by(&key));
    let verdicts: Vec<Verdict> = known.iter().map(by).collect();
    proof.known_key = [Verdict::Good, Verdict::Bad].into_iter().find(|verdict| verdicts.contains(verdict)).unwrap_or(Verdict::Unknown);
    proof
}

/// The bytes that were signed, the signature's value, and its algorithm.
fn signed(document: &Document<'_>, signature: &Signature<'_>) -> Option<(String, Vec<u8>, &'static str)> {
    let element = document.cursor(signature.index)?;
    let info = element.child(DS, "SignedInfo")?;
    let method = method(info.child(DS, "CanonicalizationMethod")?)?;
    let value = decoded(&element.child(DS, "SignatureValue")?.text())?;
    let (_, algorithm) = ALGORITHMS.iter().find(|(uri, _)| Some(*uri) == signature.algorithm.as_deref())?;
    Some((canonical(document, info.index, None, &method)?, value, algorithm))
}

/// Whether somebody replaced a value in it on the way into the capture, so that it proves nothing.
pub(super) fn is_edited(document: &Document<'_>) -> bool {
    (0..).map_while(|index| document.node(index).map(|node| (index, node))).any(|(index, node)| match node.content {
        Content::Text(text) | Content::Literal(text) => is_replaced(text.trim_ascii()),
        Content::Instruction(_) => false,
        Content::Element { .. } => {
            document.cursor(index).is_some_and(|element| element.attributes.iter().any(|attribute| is_replaced(&attribute.value())))
        }
    })
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok()
}
