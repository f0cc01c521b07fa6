//! What a receiver will not accept in a response, and what its signatures prove: SAML Core, and the Web
//! Browser SSO Profile (SAML Profiles 4.1.4).

use url::Url;

use super::assertion::{Assertion, Confirmation};
use super::message::{self, Kind, Message};
use super::signature::{Signature, id_of};
use super::verify::{self, Proof};
use super::{ASSERTION, BEARER, DS, ENCRYPTION, digest, status};
use crate::syntax::jwt::signature::{Material, Verdict};
use crate::syntax::redaction::is_mark;
use crate::syntax::xml::{self, Cursor, Document};
use crate::syntax::{Parsed, Rule, SyntaxViolation, ws_federation};
use crate::time::Time;

pub use super::digest::{DIGEST_DIFFERS, OTHER_TRANSFORM};
pub use super::signature::COVERS_ANOTHER;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal;)+) => {
        $($(#[doc = $doc])+ pub static $name: Rule = Rule { id: $id };)+
    };
}

rules! {
    /// A status other than success.
    NOT_SUCCESS = "saml-status-not-success";
    /// A `Destination` without a value.
    EMPTY_DESTINATION = "saml-destination-empty";
    /// A `Destination` that is not where the response went.
    DESTINATION = "saml-destination-differs";
    /// An answer to another request.
    IN_RESPONSE_TO = "saml-in-response-to-differs";
    /// Success without an assertion.
    NO_ASSERTION = "saml-no-assertion";
    /// More assertions than most receivers take.
    SEVERAL_ASSERTIONS = "saml-several-assertions";
    /// A response without an issuer.
    NO_ISSUER = "saml-response-no-issuer";
    /// Another issuer than the expected one, or than the assertion's.
    ISSUER = "saml-issuer-differs";
    /// No signature anywhere.
    UNSIGNED = "saml-unsigned";
    /// A signature that names no key or certificate.
    NO_KEY = "signature-no-key";
    /// A signature that stands on nothing that is read.
    MISPLACED = "signature-misplaced";
    /// Two elements with one ID.
    REPEATED_ID = "saml-repeated-id";
    /// An assertion where nobody looks for one.
    MISPLACED_ASSERTION = "saml-misplaced-assertion";
    /// No name for the subject.
    NO_NAME_ID = "saml-no-name-id";
    /// An empty name.
    EMPTY_NAME_ID = "saml-name-id-empty";
    /// A name for another service.
    SP_NAME_QUALIFIER = "saml-sp-name-qualifier-differs";
    /// An encrypted element that does not say how it was encrypted.
    NO_ENCRYPTION_METHOD = "saml-encryption-no-method";
    /// An encrypted element without the key that it was encrypted with.
    NO_ENCRYPTION_KEY = "saml-encryption-no-key";
    /// An encrypted attribute.
    ENCRYPTED_ATTRIBUTE = "saml-encrypted-attribute";
    /// An attribute twice.
    REPEATED_ATTRIBUTE = "saml-repeated-attribute";
    /// No bearer confirmation.
    NO_BEARER = "saml-no-bearer-confirmation";
    /// A bearer confirmation without data.
    NO_CONFIRMATION_DATA = "saml-no-confirmation-data";
    /// A confirmation for another URL.
    RECIPIENT = "saml-recipient-differs";
    /// A confirmation for no URL.
    NO_RECIPIENT = "saml-no-recipient";
    /// A confirmation that answers another request.
    CONFIRMATION_IN_RESPONSE_TO = "saml-confirmation-in-response-to-differs";
    /// A bearer confirmation with `NotBefore`.
    CONFIRMATION_NOT_BEFORE = "saml-confirmation-not-before";
    /// A bearer confirmation without an end.
    CONFIRMATION_NO_END = "saml-confirmation-no-end";
    /// A confirmation that is over.
    CONFIRMATION_EXPIRED = "saml-confirmation-expired";
    /// An assertion without conditions.
    NO_CONDITIONS = "saml-no-conditions";
    /// An assertion of the future.
    NOT_YET_VALID = "saml-not-yet-valid";
    /// An assertion of the past.
    EXPIRED = "saml-expired";
    /// An assertion for nobody in particular.
    NO_AUDIENCE = "saml-no-audience";
    /// An assertion for another service.
    AUDIENCE = "saml-audience-differs";
    /// An assertion that says nothing about a login.
    NO_AUTHN_STATEMENT = "saml-no-authn-statement";
    /// A login that is over.
    SESSION_EXPIRED = "saml-session-expired";
}

/// What the receiver of a response expects. What is `None` is not known, and nothing is held against it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'e> {
    /// The receiver's clock.
    pub now: Option<Time>,
    /// By how many milliseconds clocks may differ.
    pub tolerance: i64,
    /// The receiver's entity ID.
    pub entity_id: Option<&'e str>,
    /// The URL that the response was sent to.
    pub acs_url: Option<&'e str>,
    /// The ID of the request that was made.
    pub request_id: Option<&'e str>,
    /// The entity ID of the identity provider.
    pub issuer: Option<&'e str>,
    /// The keys that the identity provider is known to sign with.
    pub keys: &'e [Material],
}

/// What was found in a response.
#[derive(Debug, Default)]
pub struct Checked {
    /// Everything that its receiver will not accept, and every departure from the grammar, in order of position.
    pub faults: Vec<SyntaxViolation>,
    /// What each of its signatures proves, the message's own first.
    pub proofs: Vec<Proof>,
}

impl Checked {
    /// Whether one of these rules is broken.
    #[must_use]
    pub fn breaks(&self, rules: &[&'static Rule]) -> bool {
        self.faults.iter().any(|fault| rules.contains(&fault.rule))
    }
}

/// Reads a response of SAML and checks it.
#[must_use]
pub fn response(text: &str, expected: &Expected<'_>) -> Checked {
    checked(text, expected, |check| {
        let message = message::of(check.document, &mut check.checked.faults);
        check.message(&message);
        check.tree();
    })
}

/// Reads a token response of WS-Federation and checks the assertions in it.
#[must_use]
pub fn token_response(text: &str, expected: &Expected<'_>) -> Checked {
    checked(text, expected, |check| {
        let response = ws_federation::token_response_of(check.document, &mut check.checked.faults);
        for assertion in &response.assertions {
            check.assertion(assertion);
        }
    })
}

fn checked(text: &str, expected: &Expected<'_>, check: impl FnOnce(&mut Check<'_>)) -> Checked {
    let Parsed { value: document, violations } = xml::read(text);
    let is_whole = !violations.iter().any(|violation| violation.rule == &xml::TRUNCATED);
    let mut all = Check { document: &document, expected, is_whole, checked: Checked { faults: violations, proofs: Vec::new() } };
    check(&mut all);
    all.checked.faults.sort_by_key(|fault| fault.at);
    all.checked
}

struct Check<'c> {
    document: &'c Document<'c>,
    expected: &'c Expected<'c>,
    /// Whether the text was not cut off on its way into the capture.
    is_whole: bool,
    checked: Checked,
}

/// Whether a value is there and is not the expected one. One that somebody hid differs from none.
fn differs(value: Option<&str>, expected: Option<&str>) -> bool {
    value.zip(expected).is_some_and(|(value, expected)| value != expected && !is_mark(value) && !is_mark(expected))
}

/// Whether a value names another address than the expected one: receivers do not look at its query, nor at
/// how its port is written.
fn differs_as_url(value: Option<&str>, expected: Option<&str>) -> bool {
    let bare = |url: &Url| (url.origin().ascii_serialization(), url.path().to_owned());
    value.zip(expected).is_some_and(|(value, expected)| match (Url::parse(value.trim_ascii()), Url::parse(expected)) {
        (Ok(value), Ok(expected)) => bare(&value) != bare(&expected),
        _ => differs(Some(value.trim_ascii()), Some(expected)),
    })
}

impl Check<'_> {
    fn note(&mut self, at: usize, is_broken: bool, rule: &'static Rule) {
        if is_broken {
            self.checked.faults.push(SyntaxViolation { at, rule });
        }
    }

    fn message(&mut self, message: &Message<'_>) {
        let at = message.at;
        let is_success = message.status.as_ref().and_then(|status| status.code.as_deref()).is_some_and(|code| code == status::SUCCESS);
        if let Some(status) = message.status.as_ref().filter(|status| status.code.is_some()) {
            self.note(status.at, !is_success, &NOT_SUCCESS);
        }
        let destination = message.destination.as_deref();
        self.note(at, destination == Some(""), &EMPTY_DESTINATION);
        self.note(at, destination != Some("") && differs_as_url(destination, self.expected.acs_url), &DESTINATION);
        self.note(at, differs(message.in_response_to.as_deref(), self.expected.request_id), &IN_RESPONSE_TO);
        self.note(at, differs(message.issuer.as_deref(), self.expected.issuer), &ISSUER);
        self.signature(message.signature.as_ref());
        if message.kind != Kind::Response || !is_success && message.assertions.is_empty() {
            return;
        }
        let count = message.assertions.len() + message.encrypted_assertions;
        self.note(at, message.issuer.is_none(), &NO_ISSUER);
        self.note(at, count == 0, &NO_ASSERTION);
        self.note(at, count > 1, &SEVERAL_ASSERTIONS);
        let is_signed = message.signature.is_some() || message.assertions.iter().any(|assertion| assertion.signature.is_some());
        self.note(at, !is_signed && message.encrypted_assertions == 0, &UNSIGNED);
        for assertion in &message.assertions {
            let is_other = message.issuer.is_some() && differs(assertion.issuer.as_deref(), message.issuer.as_deref());
            self.note(assertion.at, is_other && !differs(message.issuer.as_deref(), self.expected.issuer), &ISSUER);
            self.assertion(assertion);
        }
    }

    fn signature(&mut self, signature: Option<&Signature<'_>>) {
        let Some(signature) = signature else { return };
        self.note(signature.at, !signature.has_key, &NO_KEY);
        self.note(signature.at, digest::has_other_transform(self.document, signature), &OTHER_TRANSFORM);
        if self.is_whole {
            let proof = verify::proof(self.document, signature, self.expected.keys);
            self.note(signature.at, proof.integrity == Verdict::Bad, &DIGEST_DIFFERS);
            self.checked.proofs.push(proof);
        }
    }

    fn assertion(&mut self, assertion: &Assertion<'_>) {
        let at = assertion.at;
        self.signature(assertion.signature.as_ref());
        match &assertion.name_id {
            Some(name) => {
                self.note(name.at, name.value.is_empty(), &EMPTY_NAME_ID);
                self.note(name.at, differs(name.sp_name_qualifier.as_deref(), self.expected.entity_id), &SP_NAME_QUALIFIER);
            }
            None => self.note(at, !assertion.has_encrypted_id, &NO_NAME_ID),
        }
        self.note(at, assertion.encrypted_attributes > 0, &ENCRYPTED_ATTRIBUTE);
        let mut names = assertion.attributes.clone();
        names.sort_unstable();
        self.note(at, names.windows(2).any(|pair| pair.first() == pair.last()), &REPEATED_ATTRIBUTE);
        self.note(at, assertion.authentications.is_empty(), &NO_AUTHN_STATEMENT);
        for authentication in &assertion.authentications {
            self.note(authentication.at, self.is_over(authentication.session_not_on_or_after), &SESSION_EXPIRED);
        }
        self.conditions(assertion);
        // Bearer assertions of SAML 1.1 have no data to confirm them by.
        if assertion.is_version_2 {
            self.confirmations(assertion);
        }
    }

    fn conditions(&mut self, assertion: &Assertion<'_>) {
        let Some(at) = assertion.conditions else { return self.note(assertion.at, true, &NO_CONDITIONS) };
        self.note(at, self.is_to_come(assertion.not_before), &NOT_YET_VALID);
        self.note(at, self.is_over(assertion.not_on_or_after), &EXPIRED);
        self.note(at, assertion.audiences.is_empty(), &NO_AUDIENCE);
        if let Some(entity_id) = self.expected.entity_id {
            let is_for_other = assertion.audiences.iter().any(|list| list.iter().all(|audience| differs(Some(audience), Some(entity_id))));
            self.note(at, is_for_other, &AUDIENCE);
        }
    }

    /// One bearer confirmation that holds is enough; where none does, the faults of all are named.
    fn confirmations(&mut self, assertion: &Assertion<'_>) {
        let bearers = assertion.confirmations.iter().filter(|confirmation| confirmation.method == BEARER);
        let faults: Vec<Vec<SyntaxViolation>> = bearers.map(|confirmation| self.confirmation(confirmation)).collect();
        if faults.is_empty() {
            self.note(assertion.at, true, &NO_BEARER);
        } else if !faults.iter().any(Vec::is_empty) {
            self.checked.faults.extend(faults.into_iter().flatten());
        }
    }

    fn confirmation(&self, confirmation: &Confirmation<'_>) -> Vec<SyntaxViolation> {
        let (data, expected) = (confirmation, self.expected);
        let faults: [(bool, &'static Rule); 7] = [
            (!data.has_data, &NO_CONFIRMATION_DATA),
            (data.has_data && data.recipient.is_none(), &NO_RECIPIENT),
            (differs_as_url(data.recipient.as_deref(), expected.acs_url), &RECIPIENT),
            (differs(data.in_response_to.as_deref(), expected.request_id), &CONFIRMATION_IN_RESPONSE_TO),
            (data.not_before.is_some(), &CONFIRMATION_NOT_BEFORE),
            (data.has_data && data.not_on_or_after.is_none(), &CONFIRMATION_NO_END),
            (self.is_over(data.not_on_or_after), &CONFIRMATION_EXPIRED),
        ];
        faults.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, rule)| SyntaxViolation { at: data.at, rule }).collect()
    }

    fn is_over(&self, end: Option<Time>) -> bool {
        self.expected.now.zip(end).is_some_and(|(now, end)| now >= end.plus(self.expected.tolerance))
    }

    fn is_to_come(&self, begin: Option<Time>) -> bool {
        self.expected.now.zip(begin).is_some_and(|(now, begin)| now.plus(self.expected.tolerance) < begin)
    }

    /// What can stand anywhere.
    fn tree(&mut self) {
        let Some(root) = self.document.root() else { return };
        let message = message::root(self.document).map(|message| message.index);
        let mut ids = Vec::new();
        for element in std::iter::once(root).chain(root.descendants()) {
            let at = element.at();
            ids.extend(id_of(element).map(|id| (id, at)));
            if element.is(DS, "Signature") {
                let is_own = element.parent().is_some_and(|parent| Some(parent.index) == message || is_read(parent, message));
                self.note(at, !is_own, &MISPLACED);
            } else if element.is(ASSERTION, "Assertion") {
                self.note(at, Some(element.index) != message && !is_read(element, message), &MISPLACED_ASSERTION);
            } else if element.is(ENCRYPTION, "EncryptedData") || element.is(ENCRYPTION, "EncryptedKey") {
                self.note(at, element.child(ENCRYPTION, "EncryptionMethod").is_none(), &NO_ENCRYPTION_METHOD);
                // The key may stand beside the data, in the element of SAML that holds both.
                let holder = element.parent().filter(|_| element.local() == "EncryptedData");
                let has_key = element.child(DS, "KeyInfo").is_some()
                    || holder.is_none_or(|holder| holder.child(ENCRYPTION, "EncryptedKey").is_some());
                self.note(at, !has_key, &NO_ENCRYPTION_KEY);
            }
        }
        ids.sort_unstable();
        let repeated: Vec<usize> = ids
            .windows(2)
            .filter_map(|pair| Some((pair.first()?, pair.last()?)))
            .filter(|(one, next)| one.0 == next.0)
            .map(|(_, next)| next.1)
            .collect();
        for at in repeated {
            self.note(at, true, &REPEATED_ID);
        }
    }
}

/// Whether an assertion stands where receivers look for it, or in the advice of one that does.
fn is_read(assertion: Cursor<'_, '_>, message: Option<usize>) -> bool {
    let is_assertion = assertion.is(ASSERTION, "Assertion");
    is_assertion && assertion.parent().is_some_and(|parent| Some(parent.index) == message || parent.is(ASSERTION, "Advice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sound response; the digest is of an algorithm that nobody knows, so that tests may change it.
    const SOUND: &str = "<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion' \
        xmlns:ds='http://www.w3.org/2000/09/xmldsig#' ID='r1' Version='2.0' IssueInstant='2026-11-20T10:00:00Z' InResponseTo='q1' \
        Destination='https://sp.example.test/acs'><saml:Issuer>https://idp.example.test</saml:Issuer>\
        <samlp:Status><samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></samlp:Status>\
        <saml:Assertion ID='a1' Version='2.0' IssueInstant='2026-11-20T10:00:00Z'><saml:Issuer>https://idp.example.test</saml:Issuer>\
        <ds:Signature><ds:SignedInfo><ds:SignatureMethod Algorithm='urn:s'/><ds:Reference URI='#a1'><ds:Transforms>\
        <ds:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/></ds:Transforms><ds:DigestMethod Algorithm='urn:d'/>\
        <ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue>\
        <ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo></ds:Signature>\
        <saml:Subject><saml:NameID SPNameQualifier='https://sp.example.test'>alice</saml:NameID>\
        <saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'><saml:SubjectConfirmationData InResponseTo='q1' \
        Recipient='https://sp.example.test/acs' NotOnOrAfter='2026-11-20T10:05:00Z'/></saml:SubjectConfirmation></saml:Subject>\
        <saml:Conditions NotBefore='2026-11-20T09:59:00Z' NotOnOrAfter='2026-11-20T10:06:00Z'><saml:AudienceRestriction>\
        <saml:Audience>https://other.example.test</saml:Audience><saml:Audience>https://sp.example.test</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
        <saml:AuthnStatement AuthnInstant='2026-11-20T09:59:30Z' SessionNotOnOrAfter='2026-11-20T18:00:00Z'/>\
        <saml:AttributeStatement><saml:Attribute Name='mail'/><saml:Attribute Name='uid'/></saml:AttributeStatement></saml:Assertion></samlp:Response>";

    fn at(now: &str, text: &str) -> Vec<&'static str> {
        let expected = Expected {
            now: Time::from_rfc3339(now),
            tolerance: 60_000,
            entity_id: Some("https://sp.example.test"),
            acs_url: Some("https://sp.example.test/acs"),
            request_id: Some("q1"),
            issuer: Some("https://idp.example.test"),
            keys: &[],
        };
        response(text, &expected).faults.iter().map(|fault| fault.rule.id).collect()
    }

    fn named(text: &str) -> Vec<&'static str> {
        at("2026-11-20T10:01:00Z", text)
    }

    #[test]
    fn every_departure_names_its_rule() {
        assert_eq!(named(SOUND), [] as [&str; 0]);
        for (from, to, rules) in [
            ("status:Success", "status:Responder", &["saml-status-not-success"][..]),
            ("Destination='https://sp.example.test/acs'", "Destination=''", &["saml-destination-empty"]),
            ("Destination='https://sp.example.test/acs'", "Destination='https://sp.example.test/ACS'", &["saml-destination-differs"]),
            ("Destination='https://sp.example.test/acs'", "", &[]),
            ("InResponseTo='q1' Destination", "InResponseTo='q0' Destination", &["saml-in-response-to-differs"]),
            ("InResponseTo='q1' Recipient", "InResponseTo='q0' Recipient", &["saml-confirmation-in-response-to-differs"]),
            ("ID='r1' ", "", &["saml-no-id"]),
            ("ID='r1' Version='2.0'", "ID='r1' Version='1.1'", &["saml-not-2.0"]),
            ("ID='r1' ", "ID='a1' ", &["signature-covers-another-element", "saml-repeated-id"]),
            ("IssueInstant='2026-11-20T10:00:00Z' InResponseTo", "InResponseTo", &["saml-no-issue-instant"]),
            ("IssueInstant='2026-11-20T10:00:00Z' InResponseTo", "IssueInstant='today' InResponseTo", &["saml-bad-time"]),
            ("<saml:Issuer>https://idp.example.test</saml:Issuer><samlp", "<samlp", &["saml-response-no-issuer"]),
            ("<saml:Issuer>https://idp.example.test</saml:Issuer><ds", "<ds", &["saml-assertion-no-issuer"]),
            (
                "<saml:Issuer>https://idp.example.test</saml:Issuer><ds",
                "<saml:Issuer>https://evil.test</saml:Issuer><ds",
                &["saml-issuer-differs"],
            ),
            (
                "<saml:Issuer>https://idp.example.test</saml:Issuer><samlp",
                "<saml:Issuer>https://evil.test</saml:Issuer><samlp",
                &["saml-issuer-differs"],
            ),
            ("<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/>", "", &["saml-no-status-code"]),
            ("URI='#a1'", "URI='#r1'", &["signature-covers-another-element"]),
            ("URI='#a1'", "URI='#nobody'", &["signature-covers-another-element"]),
            ("<ds:SignatureValue>AA==</ds:SignatureValue>", "", &["signature-incomplete"]),
            ("<ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo>", "", &["signature-no-key"]),
            ("2000/09/xmldsig#enveloped-signature", "TR/1999/REC-xslt-19991116", &["signature-other-transform"]),
            ("<saml:NameID SPNameQualifier='https://sp.example.test'>alice</saml:NameID>", "", &["saml-no-name-id"]),
            ("<saml:NameID SPNameQualifier='https://sp.example.test'>alice</saml:NameID>", "<saml:EncryptedID/>", &[]),
            (">alice<", "> <", &["saml-name-id-empty"]),
            ("SPNameQualifier='https://sp", "SPNameQualifier='https://other", &["saml-sp-name-qualifier-differs"]),
            ("cm:bearer", "cm:holder-of-key", &["saml-no-bearer-confirmation"]),
            ("Recipient='https://sp.example.test/acs'", "Recipient='https://sp.example.test/'", &["saml-recipient-differs"]),
            ("Recipient='https://sp.example.test/acs'", "", &["saml-no-recipient"]),
            ("Recipient=", "NotBefore='2026-11-20T09:00:00Z' Recipient=", &["saml-confirmation-not-before"]),
            ("NotOnOrAfter='2026-11-20T10:05:00Z'", "", &["saml-confirmation-no-end"]),
            ("NotOnOrAfter='2026-11-20T10:05:00Z'", "NotOnOrAfter='2026-11-20T10:00:00Z'", &["saml-confirmation-expired"]),
            (
                "<saml:SubjectConfirmation Method",
                "<saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'/><saml:SubjectConfirmation Method",
                &[],
            ),
            ("NotBefore='2026-11-20T09:59:00Z'", "NotBefore='2026-11-20T10:02:01Z'", &["saml-not-yet-valid"]),
            ("NotOnOrAfter='2026-11-20T10:06:00Z'", "NotOnOrAfter='2026-11-20T10:00:00Z'", &["saml-expired"]),
            ("<saml:Audience>https://sp.example.test</saml:Audience>", "", &["saml-audience-differs"]),
            ("</saml:AudienceRestriction>", "</saml:AudienceRestriction><saml:AudienceRestriction/>", &["saml-audience-differs"]),
            ("AudienceRestriction>", "Other>", &["saml-no-audience"]),
            ("saml:Conditions", "saml:Other", &["saml-no-conditions"]),
            ("SessionNotOnOrAfter='2026-11-20T18:00:00Z'", "SessionNotOnOrAfter='2026-11-20T08:00:00Z'", &["saml-session-expired"]),
            ("saml:AuthnStatement", "saml:Other", &["saml-no-authn-statement"]),
            ("Name='uid'", "Name='mail'", &["saml-repeated-attribute"]),
            ("<saml:Attribute Name='uid'/>", "<saml:EncryptedAttribute/>", &["saml-encrypted-attribute"]),
            ("ds:Signature>", "ds:Object>", &["saml-unsigned"]),
            (
                "</samlp:Response>",
                "<saml:Assertion ID='a2' Version='2.0' IssueInstant='2026-11-20T10:00:00Z'/></samlp:Response>",
                &[
                    "saml-several-assertions",
                    "saml-assertion-no-issuer",
                    "saml-no-name-id",
                    "saml-no-authn-statement",
                    "saml-no-conditions",
                    "saml-no-bearer-confirmation",
                ],
            ),
            (
                "<samlp:Status>",
                "<samlp:Extensions><saml:Assertion ID='a2'/></samlp:Extensions><samlp:Status>",
                &["saml-misplaced-assertion"],
            ),
            ("<samlp:Status>", "<samlp:Extensions><ds:Signature/></samlp:Extensions><samlp:Status>", &["signature-misplaced"]),
            (
                "<saml:Conditions",
                "<saml:Advice><saml:Assertion ID='a2'><ds:Signature/></saml:Assertion></saml:Advice><saml:Conditions",
                &[],
            ),
            (
                ">alice</saml:NameID>",
                "/><saml:EncryptedID><e:EncryptedData xmlns:e='http://www.w3.org/2001/04/xmlenc#'/></saml:EncryptedID>",
                &["saml-name-id-empty", "saml-encryption-no-method", "saml-encryption-no-key"],
            ),
        ] {
            assert!(SOUND.contains(from), "{from}");
            let changed = SOUND.replace(from, to);
            let mut names = named(&changed);
            let mut expected = rules.to_vec();
            names.sort_unstable();
            expected.sort_unstable();
            assert_eq!(names, expected, "{from} → {to}");
        }
    }

    #[test]
    fn names_a_response_without_assertion_and_one_that_only_the_receiver_can_read() {
        let (before, rest) = SOUND.split_once("<saml:Assertion").unwrap();
        let after = rest.split_once("</saml:Assertion>").unwrap().1;
        assert_eq!(named(&format!("{before}{after}")), ["saml-no-assertion", "saml-unsigned"]);
        let key = "<e:EncryptedKey><e:EncryptionMethod Algorithm='urn:k'/><ds:KeyInfo/></e:EncryptedKey>";
        let encrypted = format!(
            "{before}<saml:EncryptedAssertion xmlns:e='http://www.w3.org/2001/04/xmlenc#'><e:EncryptedData><e:EncryptionMethod Algorithm='urn:e'/></e:EncryptedData>{key}</saml:EncryptedAssertion>{after}"
        );
        assert_eq!(named(&encrypted), [] as [&str; 0]);
        let message = message::read(&encrypted).value;
        assert_eq!((message.encrypted_assertions, message.assertions.len()), (1, 0));
    }

    #[test]
    fn holds_time_against_it_with_tolerance_and_only_where_time_is_known() {
        assert_eq!(at("2026-11-20T10:05:59Z", SOUND), [] as [&str; 0]);
        assert_eq!(at("2026-11-20T10:06:00Z", SOUND), ["saml-confirmation-expired"]);
        assert_eq!(at("2026-11-20T09:58:00Z", SOUND), [] as [&str; 0]);
        assert_eq!(at("2026-11-20T09:57:59Z", SOUND), ["saml-not-yet-valid"]);
        assert!(response(SOUND, &Expected::default()).faults.is_empty());
    }

    #[test]
    fn points_at_the_element() {
        let text = SOUND.replace(">alice<", "><");
        let faults = response(&text, &Expected::default()).faults;
        assert_eq!(faults, [SyntaxViolation { at: text.find("<saml:NameID").unwrap(), rule: &EMPTY_NAME_ID }]);
    }

    #[test]
    fn recomputes_the_digest_of_what_was_signed() {
        use base64::Engine;
        use sha2::Digest as _;
        // Exclusive canonicalization of `<a>` by hand: attributes sorted, quotes, and its namespace declared in it.
        let text = |value: &str, digest: &str| {
            format!(
                "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:unused='urn:u' Version='2.0' ID='r'><d:Signature xmlns:d='{DS}'>\
                <d:SignedInfo><d:SignatureMethod Algorithm='urn:s'/><d:Reference URI='#r'><d:Transforms><d:Transform Algorithm='{DS}enveloped-signature'/>\
                <d:Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/></d:Transforms><d:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/>\
                <d:DigestValue>{digest}</d:DigestValue></d:Reference></d:SignedInfo><d:SignatureValue>AA</d:SignatureValue></d:Signature><p:Extensions>{value}</p:Extensions></p:Response>"
            )
        };
        let canonical = "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"r\" Version=\"2.0\"><p:Extensions>1</p:Extensions></p:Response>";
        let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(canonical));
        let has = |text: &str| response(text, &Expected::default()).breaks(&[&DIGEST_DIFFERS]);
        assert!(!has(&text("1", &digest)));
        assert!(has(&text("2", &digest)));
        // Whoever made the capture replaced the value, or cut the message off.
        assert!(!has(&text("[REDACTED]", &digest)));
        assert!(!has(text("2", &digest).trim_end_matches("</p:Response>")));
    }
}
