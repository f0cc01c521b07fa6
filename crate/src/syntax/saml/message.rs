//! Messages of SAML 2.0 (SAML Core 3), and responses of SAML 1.1 as far as they are alike.

use std::borrow::Cow;

use super::assertion::{self, Assertion, NameId};

use super::signature::{self, Signature};
use super::{ASSERTION, NO_ID, NO_ISSUE_INSTANT, NOT_SAML_2, PROTOCOL, PROTOCOL_1, time, trimmed};
use crate::limits;
use crate::syntax::xml::{self, Cursor, Document};
use crate::syntax::{Parsed, Rule, SyntaxViolation};
use crate::time::Time;

pub use super::kind::Kind;

/// XML that is no message of SAML.
pub static NOT_A_MESSAGE: Rule = Rule { id: "saml-not-a-message" };

/// A response without a status.
pub static NO_STATUS: Rule = Rule { id: "saml-no-status" };

/// A status without a code.
pub static NO_STATUS_CODE: Rule = Rule { id: "saml-no-status-code" };

/// How a request was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status<'a> {
    /// The top-level code.
    pub code: Option<Cow<'a, str>>,
    /// The code below it.
    pub sub_code: Option<Cow<'a, str>>,
    /// `StatusMessage`.
    pub message: Option<Cow<'a, str>>,
    /// Byte offset in the document.
    pub at: usize,
}

/// What only an `AuthnRequest` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthnRequest<'a> {
    /// Where the answer is to go: `AssertionConsumerServiceURL`.
    pub acs_url: Option<Cow<'a, str>>,
    /// The same, by its number in the metadata.
    pub acs_index: Option<Cow<'a, str>>,
    /// By which binding the answer is to come.
    pub protocol_binding: Option<Cow<'a, str>>,
    /// Whether the user must log in again.
    pub force_authn: bool,
    /// Whether nothing may be shown to the user.
    pub is_passive: bool,
    /// The kind of name that is asked for.
    pub name_id_format: Option<Cow<'a, str>>,
    /// The ways to log in that are asked for.
    pub contexts: Vec<Cow<'a, str>>,
}

/// What only a `LogoutRequest` says.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LogoutRequest<'a> {
    /// Whose session is to end.
    pub name_id: Option<NameId<'a>>,
    /// Whether that name is encrypted.
    pub has_encrypted_id: bool,
    /// Which of the user's sessions.
    pub session_indexes: Vec<Cow<'a, str>>,
    /// Until when the request is good.
    pub not_on_or_after: Option<Time>,
}

/// A message.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its ID.
    pub id: Option<Cow<'a, str>>,
    /// When it was issued.
    pub issued: Option<Time>,
    /// Where it is sent to; there but empty where the attribute is.
    pub destination: Option<Cow<'a, str>>,
    /// The ID of the request that it answers.
    pub in_response_to: Option<Cow<'a, str>>,
    /// Who issued it.
    pub issuer: Option<Cow<'a, str>>,
    /// Its own signature.
    pub signature: Option<Signature<'a>>,
    /// How the request was answered.
    pub status: Option<Status<'a>>,
    /// Its assertions in clear.
    pub assertions: Vec<Assertion<'a>>,
    /// How many of its assertions are encrypted.
    pub encrypted_assertions: usize,
    /// What only an `AuthnRequest` says.
    pub authn_request: Option<Box<AuthnRequest<'a>>>,
    /// What only a `LogoutRequest` says.
    pub logout_request: Option<Box<LogoutRequest<'a>>>,
    /// The message in an `ArtifactResponse`.
    pub inner: Option<Box<Self>>,
    /// Byte offset in the document.
    pub at: usize,
}

/// Messages say who somebody is, so only what it is and its ID are shown.
impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}({:?})", self.kind, self.id)
    }
}

/// Reads a message from its XML, also from the body of a SOAP envelope.
#[must_use]
pub fn read(text: &str) -> Parsed<Message<'_>> {
    let Parsed { value: document, mut violations } = xml::read(text);
    let message = of(&document, &mut violations);
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: message, violations }
}

/// Reads the message that a document holds.
pub(super) fn of<'a>(document: &Document<'a>, violations: &mut Vec<SyntaxViolation>) -> Message<'a> {
    let Some(root) = root(document) else { return Message::default() };
    of_element(root, violations, true)
}

/// The element of the message: the root, or what stands in the body of a SOAP envelope.
pub(super) fn root<'d, 'a>(document: &'d Document<'a>) -> Option<Cursor<'d, 'a>> {
    let root = document.root()?;
    if root.local() != "Envelope" {
        return Some(root);
    }
    let body = root.children().find(|child| child.local() == "Body");
    body.and_then(|body| body.children().next()).or(Some(root))
}

fn of_element<'a>(element: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>, is_outer: bool) -> Message<'a> {
    let at = element.at();
    let is_assertion = assertion::is_assertion(element);
    let is_message = matches!(&*element.namespace(), PROTOCOL | PROTOCOL_1) || element.is(ASSERTION, "EncryptedAssertion");
    let kind = if is_message || is_assertion { Kind::of(element.local()) } else { Kind::Other };
    let mut message = Message { kind, at, ..Message::default() };
    if kind == Kind::Other && !is_message {
        violations.push(SyntaxViolation { at, rule: &NOT_A_MESSAGE });
        return message;
    }
    match kind {
        Kind::Assertion => message.assertions.push(assertion::of(element, violations)),
        Kind::EncryptedAssertion => message.encrypted_assertions = 1,
        _ => {
            message.id = signature::id_of(element);
            message.issued = time(element, "IssueInstant", violations);
            message.destination = element.attribute("Destination").or_else(|| element.attribute("Recipient"));
            message.in_response_to = element.attribute("InResponseTo");
            message.signature = signature::of(element, violations);
            let is_version_2 = element.namespace() == PROTOCOL && element.attribute("Version").as_deref() == Some("2.0");
            let mut note = |is_broken: bool, rule| violations.extend(is_broken.then_some(SyntaxViolation { at, rule }));
            note(!is_version_2, &NOT_SAML_2);
            note(message.id.is_none(), &NO_ID);
            note(element.attribute("IssueInstant").is_none(), &NO_ISSUE_INSTANT);
            children(&mut message, element, violations, is_outer);
        }
    }
    message
}

fn children<'a>(message: &mut Message<'a>, element: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>, is_outer: bool) {
    let namespace = element.namespace();
    for child in element.children() {
        if assertion::is_assertion(child) && message.assertions.len() < limits::SAML_ITEMS {
            message.assertions.push(assertion::of(child, violations));
        }
        match child.local_in(ASSERTION) {
            "Issuer" => message.issuer = trimmed(child.text()),
            "EncryptedAssertion" => message.encrypted_assertions += 1,
            _ => {}
        }
        match child.local_in(&namespace) {
            "Status" => message.status = Some(status(child, violations)),
            "Extensions" | "" => {}
            _ if is_outer && message.kind == Kind::ArtifactResponse => {
                message.inner = Some(Box::new(of_element(child, violations, false)));
            }
            _ => {}
        }
    }
    if message.kind.has_status() && message.status.is_none() {
        violations.push(SyntaxViolation { at: message.at, rule: &NO_STATUS });
    }
    match message.kind {
        Kind::AuthnRequest => message.authn_request = Some(Box::new(authn_request(element))),
        Kind::LogoutRequest => message.logout_request = Some(Box::new(logout_request(element, violations))),
        _ => {}
    }
}

fn status<'a>(element: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) -> Status<'a> {
    let namespace = element.namespace();
    let is_code = |child: &Cursor<'_, 'a>| child.is(&namespace, "StatusCode");
    let code = element.children().find(is_code);
    let value = code.and_then(|code| code.attribute("Value"));
    if value.as_deref().is_none_or(str::is_empty) {
        violations.push(SyntaxViolation { at: element.at(), rule: &NO_STATUS_CODE });
    }
    Status {
        code: value,
        sub_code: code.and_then(|code| code.children().find(is_code)).and_then(|code| code.attribute("Value")),
        message: element.child(&namespace, "StatusMessage").and_then(|message| trimmed(message.text())),
        at: element.at(),
    }
}

fn is_true(element: Cursor<'_, '_>, name: &str) -> bool {
    matches!(element.attribute(name).as_deref(), Some("true" | "1"))
}

fn authn_request<'a>(element: Cursor<'_, 'a>) -> AuthnRequest<'a> {
    let policy = element.child(PROTOCOL, "NameIDPolicy");
    let contexts = element.child(PROTOCOL, "RequestedAuthnContext");
    let classes = contexts.into_iter().flat_map(|contexts| contexts.children()).filter(|child| child.is(ASSERTION, "AuthnContextClassRef"));
    AuthnRequest {
        acs_url: element.attribute("AssertionConsumerServiceURL"),
        acs_index: element.attribute("AssertionConsumerServiceIndex"),
        protocol_binding: element.attribute("ProtocolBinding"),
        force_authn: is_true(element, "ForceAuthn"),
        is_passive: is_true(element, "IsPassive"),
        name_id_format: policy.and_then(|policy| policy.attribute("Format")),
        contexts: classes.take(limits::SAML_ITEMS).map(|class| class.text()).collect(),
    }
}

fn logout_request<'a>(element: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) -> LogoutRequest<'a> {
    let indexes = element.children().filter(|child| child.is(PROTOCOL, "SessionIndex")).take(limits::SAML_ITEMS);
    LogoutRequest {
        name_id: element.child(ASSERTION, "NameID").map(assertion::name_id),
        has_encrypted_id: element.child(ASSERTION, "EncryptedID").is_some(),
        session_indexes: indexes.map(|index| index.text()).collect(),
        not_on_or_after: time(element, "NotOnOrAfter", violations),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(parsed: &Parsed<Message<'_>>) -> Vec<&'static str> {
        parsed.violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_what_an_authn_request_asks_for() {
        let parsed = read(
            "<samlp:AuthnRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' ID='_q' Version='2.0' IssueInstant='2026-11-20T10:00:00.250Z' \
            Destination='https://idp.example.test/sso' ForceAuthn='true' IsPassive='0' AssertionConsumerServiceURL='https://sp.example.test/acs?a=1&amp;b=2' \
            ProtocolBinding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'><Issuer xmlns='urn:oasis:names:tc:SAML:2.0:assertion'>\n  https://sp.example.test\n</Issuer>\
            <samlp:NameIDPolicy Format='urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' AllowCreate='true'/><samlp:RequestedAuthnContext>\
            <c:AuthnContextClassRef xmlns:c='urn:oasis:names:tc:SAML:2.0:assertion'>urn:mfa</c:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>",
        );
        assert_eq!(parsed.violations, []);
        let message = parsed.value;
        assert_eq!((message.kind, message.id.as_deref()), (Kind::AuthnRequest, Some("_q")));
        assert_eq!(
            (message.issuer.as_deref(), message.destination.as_deref()),
            (Some("https://sp.example.test"), Some("https://idp.example.test/sso"))
        );
        assert_eq!(message.issued, Time::from_rfc3339("2026-11-20T10:00:00.250Z"));
        let request = message.authn_request.unwrap();
        assert_eq!(request.acs_url.as_deref(), Some("https://sp.example.test/acs?a=1&b=2"));
        assert_eq!((request.force_authn, request.is_passive), (true, false));
        assert_eq!(request.name_id_format.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
        assert_eq!(request.protocol_binding.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"));
        assert_eq!(request.contexts, ["urn:mfa"]);
    }

    #[test]
    fn reads_status_sub_status_and_message() {
        let parsed = read(
            "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' ID='_r' Version='2.0' IssueInstant='2026-11-20T10:00:00Z' InResponseTo='_q'><p:Status>\
            <p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Responder'><p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:AuthnFailed'/></p:StatusCode>\
            <p:StatusMessage>Account locked</p:StatusMessage></p:Status></p:Response>",
        );
        assert_eq!(parsed.violations, []);
        let status = parsed.value.status.unwrap();
        assert_eq!(status.code.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:status:Responder"));
        assert_eq!(status.sub_code.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"));
        assert_eq!(status.message.as_deref(), Some("Account locked"));
        assert_eq!(parsed.value.in_response_to.as_deref(), Some("_q"));
    }

    #[test]
    fn names_what_is_no_message_or_lacks_what_every_message_has() {
        assert_eq!(rules(&read("<html/>")), ["saml-not-a-message"]);
        assert_eq!(rules(&read("not xml")), ["xml-not-well-formed"]);
        assert_eq!(
            rules(&read("<Response xmlns='urn:oasis:names:tc:SAML:2.0:protocol'/>")),
            ["saml-not-2.0", "saml-no-id", "saml-no-issue-instant", "saml-no-status"]
        );
        let old = "<Response xmlns='urn:oasis:names:tc:SAML:1.0:protocol' ResponseID='a' IssueInstant='2026-11-20T10:00:00Z' MajorVersion='1' \
            Recipient='https://sp.test/'><Status><StatusCode Value='samlp:Success'/></Status></Response>";
        assert_eq!(rules(&read(old)), ["saml-not-2.0"]);
        assert_eq!(read(old).value.id.as_deref(), Some("a"));
    }

    #[test]
    fn names_an_encrypted_assertion_as_such() {
        let parsed = read("<EncryptedAssertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion'/>");
        assert_eq!((parsed.value.kind, parsed.value.encrypted_assertions), (Kind::EncryptedAssertion, 1));
        let parsed = read(
            "<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion' ID='a' Version='2.0' IssueInstant='2026-11-20T10:00:00Z'><Issuer>i</Issuer></Assertion>",
        );
        assert_eq!((parsed.value.kind, rules(&parsed)), (Kind::Assertion, vec![]));
    }

    #[test]
    fn reads_no_more_assertions_than_its_limit() {
        let many = format!("<p:Response xmlns:p='{PROTOCOL}'>{}</p:Response>", format!("<Assertion xmlns='{ASSERTION}'/>").repeat(100));
        assert_eq!(read(&many).value.assertions.len(), limits::SAML_ITEMS);
    }
}
