//! What an identity provider publishes of itself, as far as its signatures are verified by it: SAML
//! Metadata 2.3.2 and 2.4.1.1.

use super::DS;
use crate::limits;
use crate::syntax::xml::{self, Cursor};

/// Namespace of metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// An identity provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its entity ID.
    pub entity_id: String,
    /// The certificates of the keys that it signs with, in base64 as written.
    pub certificates: Vec<String>,
}

/// The identity providers that a document describes.
#[must_use]
pub fn providers(text: &str) -> Vec<Provider> {
    let document = xml::read(text).value;
    let Some(root) = document.root() else { return Vec::new() };
    let entities = std::iter::once(root).chain(root.descendants()).filter(|element| element.is(METADATA, "EntityDescriptor"));
    entities.filter_map(provider).take(limits::SAML_ITEMS).collect()
}

fn provider(entity: Cursor<'_, '_>) -> Option<Provider> {
    let keys = entity.child(METADATA, "IDPSSODescriptor")?.children().filter(|child| child.is(METADATA, "KeyDescriptor"));
    // One that does not say what it is for is for everything.
    let signing = keys.filter(|key| key.attribute("use").is_none_or(|purpose| purpose == "signing"));
    let certificates = signing.flat_map(|key| key.descendants()).filter(|element| element.is(DS, "X509Certificate"));
    Some(Provider {
        entity_id: entity.attribute("entityID")?.into_owned(),
        certificates: certificates.take(limits::SAML_ITEMS).map(|certificate| certificate.text().into_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_signing_keys_of_identity_providers_alone() {
        let key = |purpose: &str, certificate: &str| {
            format!(
                "<m:KeyDescriptor{purpose}><d:KeyInfo><d:X509Data><d:X509Certificate>\n{certificate}\n</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>"
            )
        };
        let text = format!(
            "<m:EntitiesDescriptor xmlns:m='{METADATA}' xmlns:d='{DS}'><m:EntityDescriptor entityID='https://sp.test'><m:SPSSODescriptor>{}</m:SPSSODescriptor></m:EntityDescriptor>\
            <m:EntityDescriptor entityID='https://idp.test'><m:IDPSSODescriptor>{}{}{}</m:IDPSSODescriptor></m:EntityDescriptor></m:EntitiesDescriptor>",
            key("", "sp"),
            key(" use='signing'", "one"),
            key(" use='encryption'", "two"),
            key("", "three"),
        );
        let expected = Provider { entity_id: "https://idp.test".to_owned(), certificates: vec!["one".to_owned(), "three".to_owned()] };
        assert_eq!(providers(&text), [expected]);
        assert_eq!(providers("<html/>"), []);
    }
}
