//! What the messages of SAML and the token responses of WS-Federation say that one exchange carries;
//! requests of WS-Federation have no more to say than their parameters. A redirect carries its message
//! twice: in the `Location` of one exchange and in the query of the next.
//!
//! This is the short reading that every exchange gets, small enough for the browser: what it takes, it
//! takes by local names in one walk. [`message::read`](crate::syntax::saml::message::read) is the long one.

use super::Fingerprint;
use super::tokens::Carrier;
use crate::limits;
use crate::syntax::form::Form;
use crate::syntax::saml::binding::{self, Binding};
use crate::syntax::saml::kind::Kind;
use crate::syntax::xml::{self, Cursor};
use crate::syntax::{Parsed, SyntaxViolation};
use crate::time::Time;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A message of SAML.
    Saml(Kind),
    /// A reference to a message of SAML.
    Artifact,
    /// A token response of WS-Federation.
    TokenResponse,
}

/// Where a message is signed. One by redirect is signed in its query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// The message as a whole.
    pub message: bool,
    /// Its first assertion.
    pub assertion: bool,
    /// Tells equal certificates.
    pub certificate: Option<Fingerprint>,
}

/// What one message says, with its first assertion. Ids are kept as fingerprints.
#[derive(Debug)]
pub struct Saml {
    /// What it is.
    pub what: What,
    /// How it travelled.
    pub binding: Binding,
    /// Where it stands.
    pub carrier: Carrier,
    /// Its ID.
    pub id: Option<Fingerprint>,
    /// The ID of the request that it answers: its own `InResponseTo`, or its confirmation's.
    pub in_response_to: Option<Fingerprint>,
    /// `RelayState` or `wctx`.
    pub relay_state: Option<Fingerprint>,
    /// Who issued it.
    pub issuer: Option<Box<str>>,
    /// Where it says it is sent to: `Destination`.
    pub destination: Option<Box<str>>,
    /// Where the answer is to go: `AssertionConsumerServiceURL`.
    pub reply_to: Option<Box<str>>,
    /// For whom the login is: the assertion's audiences.
    pub audience: Vec<Box<str>>,
    /// The confirmation's `Recipient`.
    pub recipient: Option<Box<str>>,
    /// `IssueInstant`.
    pub issued: Option<Time>,
    /// From when it is valid.
    pub not_before: Option<Time>,
    /// Until when it is valid: the earliest end that it names.
    pub not_on_or_after: Option<Time>,
    /// Until when the session may last: `SessionNotOnOrAfter`.
    pub session_not_on_or_after: Option<Time>,
    /// The status or fault code.
    pub status: Option<Box<str>>,
    /// The code below it.
    pub sub_status: Option<Box<str>>,
    /// What the sender says about it.
    pub status_message: Option<Box<str>>,
    /// The format of the subject's name, had or asked for.
    pub name_id_format: Option<Box<str>>,
    /// How many assertions it has in clear.
    pub assertions: usize,
    /// How many it has encrypted.
    pub encrypted: usize,
    /// Where it is signed.
    pub signed: Signed,
    /// Departures from the grammar of the parameter's value and of the XML in it.
    pub violations: Box<[SyntaxViolation]>,
}

impl Saml {
    /// Reads the message in a set of parameters, if there is one.
    pub(super) fn of(carrier: Carrier, form: &Form<'_>) -> Option<Self> {
        let is_redirect = matches!(carrier, Carrier::Query | Carrier::LocationQuery | Carrier::LocationFragment);
        let binding = if is_redirect { Binding::Redirect } else { Binding::Post };
        let (mut saml, mut violations) = if let Some(found) = binding::find(form, binding) {
            let carried = found.value;
            let mut saml = Self::new(What::Artifact, carried.binding, carrier, carried.relay_state);
            let mut violations = found.violations;
            if carried.artifact.is_none() {
                saml.what = What::Saml(Kind::Other);
                violations.extend(saml.take_xml(&carried.xml));
            }
            saml.signed.message |= carried.is_signed;
            (saml, violations)
        } else {
            let mut saml = Self::new(What::TokenResponse, binding, carrier, form.get("wctx"));
            let violations = saml.take_xml(form.get("wresult")?);
            (saml, violations)
        };
        violations.truncate(limits::XML_VIOLATIONS);
        saml.violations = violations.into();
        Some(saml)
    }

    fn new(what: What, binding: Binding, carrier: Carrier, relay_state: Option<&str>) -> Self {
        Self {
            what,
            binding,
            carrier,
            id: None,
            in_response_to: None,
            relay_state: relay_state.map(Fingerprint::of),
            issuer: None,
            destination: None,
            reply_to: None,
            audience: Vec::new(),
            recipient: None,
            issued: None,
            not_before: None,
            not_on_or_after: None,
            session_not_on_or_after: None,
            status: None,
            sub_status: None,
            status_message: None,
            name_id_format: None,
            assertions: 0,
            encrypted: 0,
            signed: Signed::default(),
            violations: Box::default(),
        }
    }

    fn take_xml(&mut self, xml: &str) -> Vec<SyntaxViolation> {
        let Parsed { value: document, violations } = xml::read(xml);
        let mut index = 0;
        while let Some(node) = document.node(index) {
            index += 1;
            let Some(element) = document.cursor(index - 1) else { continue };
            if element.local() == "Assertion" {
                self.assertions += 1;
                // What further assertions say would only be mixed up with the first one's.
                if self.assertions > 1 {
                    index = node.end;
                    continue;
                }
            }
            self.take(element);
        }
        violations
    }

    fn take(&mut self, element: Cursor<'_, '_>) {
        let text = || kept(&element.text());
        let attribute = |name: &str| element.attribute(name).and_then(|value| kept(&value));
        let named = |name: &str| element.attribute(name).map(|value| Fingerprint::of(&value));
        let time = |name: &str| element.attribute(name).and_then(|value| Time::from_rfc3339(&value));
        if element.parent().is_none() {
            if let What::Saml(kind) = &mut self.what {
                *kind = Kind::of(element.local());
            }
            self.id = named("ID");
            self.in_response_to = named("InResponseTo");
            self.destination = attribute("Destination");
            self.reply_to = attribute("AssertionConsumerServiceURL");
            self.ends(time("NotOnOrAfter"));
        }
        self.issued = self.issued.or_else(|| time("IssueInstant"));
        match element.local() {
            // In an assertion of SAML 1.1 it is an attribute.
            "Assertion" => self.issuer = self.issuer.take().or_else(|| attribute("Issuer")),
            "Issuer" => self.issuer = self.issuer.take().or_else(text),
            "EncryptedAssertion" => self.encrypted += 1,
            "EncryptedData" if element.parent().is_some_and(|parent| parent.local() == "RequestedSecurityToken") => self.encrypted += 1,
            "StatusCode" if self.status.is_none() => self.status = attribute("Value"),
            "StatusCode" => self.sub_status = attribute("Value"),
            // The codes of SOAP 1.2's faults.
            "Value" if self.status.is_none() => self.status = text(),
            "Value" => self.sub_status = text(),
            "faultcode" => self.status = text(),
            "StatusMessage" | "faultstring" | "Text" => self.status_message = text(),
            "NameID" | "NameIdentifier" | "NameIDPolicy" => self.name_id_format = attribute("Format"),
            "SubjectConfirmationData" if self.recipient.is_none() => {
                self.recipient = attribute("Recipient");
                self.in_response_to = self.in_response_to.or_else(|| named("InResponseTo"));
                self.ends(time("NotOnOrAfter"));
            }
            "Conditions" => {
                self.not_before = time("NotBefore");
                self.ends(time("NotOnOrAfter"));
            }
            "Audience" if self.audience.len() < limits::SAML_ITEMS => self.audience.extend(text()),
            "AuthnStatement" => self.session_not_on_or_after = time("SessionNotOnOrAfter"),
            "Signature" if self.assertions == 0 => self.signed.message = true,
            "Signature" => self.signed.assertion = true,
            "X509Certificate" if self.signed.certificate.is_none() => {
                let text = element.text();
                self.signed.certificate =
                    Some(text.split_ascii_whitespace().fold(Fingerprint::of(""), |all, line| all.and(line.as_bytes())));
            }
            _ => {}
        }
    }

    fn ends(&mut self, end: Option<Time>) {
        self.not_on_or_after = match (self.not_on_or_after, end) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// Text of a length that identifiers have.
fn kept(text: &str) -> Option<Box<str>> {
    (text.len() <= limits::SAML_TEXT).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    fn facts(notation: &str) -> Vec<Facts> {
        crate::capture::notation::parse(notation).unwrap().iter().map(Facts::of).collect()
    }

    const REQUEST: &str = "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_q1\" Version=\"2.0\" \
        IssueInstant=\"2026-01-01T00:00:00Z\" AssertionConsumerServiceURL=\"https://sp.test/acs\" Destination=\"https://idp.test/sso\"/>";

    const RESPONSE: &str = "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' xmlns='urn:oasis:names:tc:SAML:2.0:assertion' ID='_r1' Version='2.0' \
        IssueInstant='2026-01-01T00:00:05Z' InResponseTo='_q1' Destination='https://sp.test/acs'><Issuer>https://idp.test</Issuer>\
        <p:Status><p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></p:Status>\
        <Assertion ID='_a1' Version='2.0' IssueInstant='2026-01-01T00:00:05Z'><Issuer>https://idp.test</Issuer>\
        <Subject><NameID Format='urn:f'>alice</NameID><SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>\
        <SubjectConfirmationData Recipient='https://sp.test/acs' NotOnOrAfter='2026-01-01T00:05:05Z'/></SubjectConfirmation></Subject>\
        <Conditions NotBefore='2026-01-01T00:00:00Z' NotOnOrAfter='2026-01-01T00:10:00Z'><AudienceRestriction><Audience>https://sp.test</Audience></AudienceRestriction></Conditions>\
        <AuthnStatement AuthnInstant='2026-01-01T00:00:04Z' SessionNotOnOrAfter='2026-01-01T08:00:00Z'/></Assertion></p:Response>";

    #[test]
    fn links_a_request_by_redirect_to_its_response_by_post() {
        use base64::Engine;
        let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes).replace('+', "%2B").replace('=', "%3D");
        let request = base64(&miniz_oxide::deflate::compress_to_vec(REQUEST.as_bytes(), 6));
        let response = base64(RESPONSE.as_bytes());
        let page = response.replace("%2B", "&#x2b;").replace("%3D", "=");
        let facts = facts(&format!(
            "> GET https://sp.test/\n< 302 Found\n< Location: https://idp.test/sso?SAMLRequest={request}&RelayState=%2Fhome\n\n\
             > GET https://idp.test/sso?SAMLRequest={request}&RelayState=%2Fhome\n< 200 OK\n< Content-Type: text/html\n<\n\
             < <form method=post action=https://sp.test/acs><input type=hidden name=SAMLResponse value=\"{page}\"><input type=hidden name=RelayState value=/home></form>\n\n\
             > POST https://sp.test/acs\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLResponse={response}&RelayState=/home\n< 302 Found\n\n\
             > GET https://sp.test/?SAML=no&wa=1\n< 200 OK\n"
        ));
        let carried: Vec<Vec<_>> =
            facts.iter().map(|facts| facts.saml.iter().map(|saml| (saml.what, saml.carrier, saml.binding)).collect()).collect();
        let (asked, answered) = (What::Saml(Kind::AuthnRequest), What::Saml(Kind::Response));
        assert_eq!(carried[0], [(asked, Carrier::LocationQuery, Binding::Redirect)]);
        assert_eq!(carried[1], [(asked, Carrier::Query, Binding::Redirect), (answered, Carrier::HiddenField, Binding::Post)]);
        assert_eq!(carried[2], [(answered, Carrier::Form, Binding::Post)]);
        assert_eq!(carried[3], []);
        let (request, response) = (&facts[1].saml[0], &facts[2].saml[0]);
        assert_eq!(request.id, response.in_response_to);
        assert_eq!(request.relay_state, response.relay_state);
        assert!(request.id.is_some() && request.relay_state.is_some());
        assert_eq!(
            (request.reply_to.as_deref(), response.recipient.as_deref()),
            (Some("https://sp.test/acs"), Some("https://sp.test/acs"))
        );
        assert_eq!((response.issuer.as_deref(), response.name_id_format.as_deref()), (Some("https://idp.test"), Some("urn:f")));
        assert_eq!(response.audience, ["https://sp.test".into()]);
        assert_eq!(response.status.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:status:Success"));
        assert_eq!(response.not_on_or_after, Time::from_rfc3339("2026-01-01T00:05:05Z"));
        assert_eq!(response.session_not_on_or_after, Time::from_rfc3339("2026-01-01T08:00:00Z"));
        assert_eq!((response.assertions, response.encrypted, response.signed), (1, 0, Signed::default()));
        assert!(response.violations.is_empty() && request.violations.is_empty());
    }

    #[test]
    fn reads_the_token_response_of_ws_federation() {
        let facts = facts(
            "> POST https://app.test/\n> Content-Type: application/x-www-form-urlencoded\n>\n\
             > wa=wsignin1.0&wctx=abc&wresult=%3Ct%3ARequestSecurityTokenResponse+xmlns%3At%3D%22urn%3At%22%3E%3Ct%3ARequestedSecurityToken%3E%3CEncryptedAssertion%2F%3E%3C%2Ft%3ARequestedSecurityToken%3E%3C%2Ft%3ARequestSecurityTokenResponse%3E\n< 302 Found\n",
        );
        let result = &facts[0].saml[0];
        assert_eq!((result.what, result.encrypted, &*result.violations), (What::TokenResponse, 1, &[][..]));
        assert_eq!(result.relay_state, Some(Fingerprint::of("abc")));
    }
}
