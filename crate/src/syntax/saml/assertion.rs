//! Assertions of SAML 2.0 and 1.1. SAML Core 2; SAML 1.1 Core 2.

use std::borrow::Cow;

use super::signature::{self, Signature};
use super::{ASSERTION, ASSERTION_1, NO_ID, NO_ISSUE_INSTANT, NOT_SAML_2, time};
use crate::limits;
use crate::syntax::xml::Cursor;
use crate::syntax::{Rule, SyntaxViolation};
use crate::time::Time;

/// An assertion without an issuer.
pub static NO_ISSUER: Rule = Rule { id: "saml-assertion-no-issuer" };

/// The name of a subject. Its `Debug` does not show the name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NameId<'a> {
    /// The name itself.
    pub value: Cow<'a, str>,
    /// `Format`.
    pub format: Option<Cow<'a, str>>,
    /// `NameQualifier`.
    pub name_qualifier: Option<Cow<'a, str>>,
    /// `SPNameQualifier`.
    pub sp_name_qualifier: Option<Cow<'a, str>>,
    /// Byte offset in the document.
    pub at: usize,
}

/// How the subject is confirmed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Confirmation<'a> {
    /// Identifier of the method.
    pub method: Cow<'a, str>,
    /// Whether there is a `SubjectConfirmationData`.
    pub has_data: bool,
    /// `Recipient`.
    pub recipient: Option<Cow<'a, str>>,
    /// `InResponseTo`.
    pub in_response_to: Option<Cow<'a, str>>,
    /// `NotBefore`.
    pub not_before: Option<Time>,
    /// `NotOnOrAfter`.
    pub not_on_or_after: Option<Time>,
    /// Byte offset in the document.
    pub at: usize,
}

/// What is said about a login.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authentication<'a> {
    /// `AuthnInstant`.
    pub instant: Option<Time>,
    /// `SessionIndex`.
    pub session_index: Option<Cow<'a, str>>,
    /// `SessionNotOnOrAfter`.
    pub session_not_on_or_after: Option<Time>,
    /// How the user logged in: `AuthnContextClassRef`, or `AuthenticationMethod` of SAML 1.1.
    pub context: Option<Cow<'a, str>>,
    /// Byte offset in the document.
    pub at: usize,
}

/// An assertion.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Assertion<'a> {
    /// Whether it is of SAML 2.0 rather than 1.1.
    pub is_version_2: bool,
    /// Its ID.
    pub id: Option<Cow<'a, str>>,
    /// When it was issued.
    pub issued: Option<Time>,
    /// Who issued it.
    pub issuer: Option<Cow<'a, str>>,
    /// Its own signature.
    pub signature: Option<Signature<'a>>,
    /// The subject's name.
    pub name_id: Option<NameId<'a>>,
    /// Whether the subject's name is encrypted.
    pub has_encrypted_id: bool,
    /// How the subject is confirmed.
    pub confirmations: Vec<Confirmation<'a>>,
    /// Byte offset of its conditions, where it has some.
    pub conditions: Option<usize>,
    /// `NotBefore` of its conditions.
    pub not_before: Option<Time>,
    /// `NotOnOrAfter` of its conditions.
    pub not_on_or_after: Option<Time>,
    /// For whom it is: of every list one must be the receiver.
    pub audiences: Vec<Vec<Cow<'a, str>>>,
    /// What is said about the login.
    pub authentications: Vec<Authentication<'a>>,
    /// Names of the attributes that it gives.
    pub attributes: Vec<Cow<'a, str>>,
    /// How many attributes are encrypted.
    pub encrypted_attributes: usize,
    /// Byte offset in the document.
    pub at: usize,
    /// The index of its node.
    pub(super) index: usize,
}

/// Assertions say who somebody is, so only the ID is shown.
impl std::fmt::Debug for Assertion<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assertion({:?})", self.id)
    }
}

/// Whether an element is an assertion in clear.
#[must_use]
pub fn is_assertion(element: Cursor<'_, '_>) -> bool {
    element.is(ASSERTION, "Assertion") || element.is(ASSERTION_1, "Assertion")
}

/// Reads an assertion, noting what it lacks.
pub fn of<'a>(element: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) -> Assertion<'a> {
    let at = element.at();
    let is_version_2 = element.is(ASSERTION, "Assertion");
    let mut assertion = Assertion { is_version_2, at, index: element.index, ..Assertion::default() };
    assertion.id = signature::id_of(element);
    assertion.issuer =
        if is_version_2 { element.child(ASSERTION, "Issuer").map(|issuer| issuer.text()) } else { element.attribute("Issuer") };
    assertion.issued = time(element, "IssueInstant", violations);
    assertion.signature = signature::of(element, violations);
    let mut note = |is_broken: bool, rule| violations.extend(is_broken.then_some(SyntaxViolation { at, rule }));
    note(!is_version_2 || element.attribute("Version").as_deref() != Some("2.0"), &NOT_SAML_2);
    note(assertion.id.is_none(), &NO_ID);
    note(assertion.issuer.as_deref().is_none_or(str::is_empty), &NO_ISSUER);
    note(element.attribute("IssueInstant").is_none(), &NO_ISSUE_INSTANT);
    let namespace = element.namespace();
    for child in element.children() {
        match child.local_in(&namespace) {
            "Subject" => subject(&mut assertion, child, violations),
            "Conditions" => conditions(&mut assertion, child, violations),
            "AuthnStatement" | "AuthenticationStatement" => authentication(&mut assertion, child, violations),
            "AttributeStatement" => attributes(&mut assertion, child, violations),
            _ => {}
        }
    }
    assertion
}

fn subject<'a>(assertion: &mut Assertion<'a>, subject: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    let namespace = subject.namespace();
    for child in subject.children() {
        match child.local_in(&namespace) {
            "NameID" | "NameIdentifier" => assertion.name_id = Some(name_id(child)),
            "EncryptedID" => assertion.has_encrypted_id = true,
            "SubjectConfirmation" if assertion.confirmations.len() < limits::SAML_ITEMS => {
                let mut confirmation =
                    Confirmation { method: child.attribute("Method").unwrap_or_default(), at: child.at(), ..Confirmation::default() };
                for part in child.children() {
                    match part.local_in(&namespace) {
                        // SAML 1.1 names the method in an element.
                        "ConfirmationMethod" => confirmation.method = part.text(),
                        "SubjectConfirmationData" => {
                            confirmation.has_data = true;
                            confirmation.recipient = part.attribute("Recipient");
                            confirmation.in_response_to = part.attribute("InResponseTo");
                            confirmation.not_before = time(part, "NotBefore", violations);
                            confirmation.not_on_or_after = time(part, "NotOnOrAfter", violations);
                        }
                        _ => {}
                    }
                }
                assertion.confirmations.push(confirmation);
            }
            _ => {}
        }
    }
}

/// Reads the name of a subject.
pub(super) fn name_id<'a>(element: Cursor<'_, 'a>) -> NameId<'a> {
    NameId {
        value: element.text(),
        format: element.attribute("Format"),
        name_qualifier: element.attribute("NameQualifier"),
        sp_name_qualifier: element.attribute("SPNameQualifier"),
        at: element.at(),
    }
}

fn conditions<'a>(assertion: &mut Assertion<'a>, conditions: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    assertion.conditions = Some(conditions.at());
    assertion.not_before = time(conditions, "NotBefore", violations);
    assertion.not_on_or_after = time(conditions, "NotOnOrAfter", violations);
    let namespace = conditions.namespace();
    let is_restriction =
        |child: &Cursor<'_, 'a>| matches!(child.local_in(&namespace), "AudienceRestriction" | "AudienceRestrictionCondition");
    let restrictions = conditions.children().filter(is_restriction);
    for restriction in restrictions.take(limits::SAML_ITEMS) {
        let audiences = restriction.children().filter(|child| child.is(&namespace, "Audience")).take(limits::SAML_ITEMS);
        assertion.audiences.push(audiences.map(|audience| audience.text()).collect());
    }
}

fn authentication<'a>(assertion: &mut Assertion<'a>, statement: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    if assertion.authentications.len() >= limits::SAML_ITEMS {
        return;
    }
    let context = statement.descendants().find(|element| element.is(ASSERTION, "AuthnContextClassRef"));
    assertion.authentications.push(Authentication {
        instant: time(statement, "AuthnInstant", violations).or_else(|| time(statement, "AuthenticationInstant", violations)),
        session_index: statement.attribute("SessionIndex"),
        session_not_on_or_after: time(statement, "SessionNotOnOrAfter", violations),
        context: context.map(|context| context.text()).or_else(|| statement.attribute("AuthenticationMethod")),
        at: statement.at(),
    });
    within_statement(assertion, statement, violations);
}

fn attributes<'a>(assertion: &mut Assertion<'a>, statement: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    let namespace = statement.namespace();
    for child in statement.children() {
        match child.local_in(&namespace) {
            "Attribute" if assertion.attributes.len() < limits::SAML_ATTRIBUTES => {
                assertion.attributes.extend(child.attribute("Name").or_else(|| child.attribute("AttributeName")));
            }
            "EncryptedAttribute" => assertion.encrypted_attributes += 1,
            _ => {}
        }
    }
    within_statement(assertion, statement, violations);
}

/// SAML 1.1 names the subject in every statement.
fn within_statement<'a>(assertion: &mut Assertion<'a>, statement: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    if let Some(named) = statement.child(ASSERTION_1, "Subject").filter(|_| assertion.name_id.is_none()) {
        subject(assertion, named, violations);
    }
}
