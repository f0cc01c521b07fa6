//! SAML and WS-Federation: what carries a message, its XML, and what is wrong with it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::limits;
use why401::syntax::saml::binding::{self, Binding};
use why401::syntax::saml::check::{self, Expected};
use why401::syntax::saml::message;
use why401::syntax::{form, inflate, ws_federation, xml};
use why401::time::Time;
use why401_fuzz::{sound, sound_bytes, sound_violations};

fuzz_target!(|text: &str| {
    let document = sound(text, xml::read(text));
    if let Some(root) = document.root() {
        assert!(root.parent().is_none());
        for child in root.children() {
            assert!(child.parent().is_some_and(|parent| parent.index == root.index));
        }
    }
    sound(text, message::read(text));
    sound(text, ws_federation::token_response(text));
    let expected = Expected {
        now: Some(Time(0)),
        entity_id: Some("sp"),
        acs_url: Some("acs"),
        request_id: Some("q"),
        issuer: Some("idp"),
        keys: &[],
        tolerance: 0,
    };
    sound_violations(text, &check::response(text, &expected).faults);
    sound_violations(text, &check::token_response(text, &expected).faults);
    let inflated = sound_bytes(text.as_bytes(), inflate::inflate(text.as_bytes(), limits::XML_BYTES));
    assert!(inflated.len() <= limits::XML_BYTES);
    for form in [form::urlencoded(text).value, form::urlencoded(&format!("SAMLResponse={text}")).value] {
        for binding in [Binding::Redirect, Binding::Post] {
            if let Some(found) = binding::find(&form, binding) {
                assert!(found.value.xml.len() <= limits::XML_BYTES.max(3 * text.len()));
            }
        }
    }
    let _ = ws_federation::find(&form::urlencoded(text).value);
});
