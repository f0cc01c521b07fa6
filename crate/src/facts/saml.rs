//! What the messages of SAML and the token responses of WS-Federation say that one exchange carries;
//! requests of WS-Federation have no more to say than their parameters. A redirect carries its message
//! twice: in the `Location` of one exchange and in the query of the next.

use std::borrow::Cow;

use super::Fingerprint;
use super::parameters::Parameters;
use super::tokens::Carrier;
use crate::exchange::Exchange;
use crate::limits;
use crate::syntax::form::{self, Form};
use crate::syntax::hidden_fields;
use crate::syntax::saml::artifact::Artifact;
use crate::syntax::saml::assertion::Assertion;
use crate::syntax::saml::binding::{self, Binding};
use crate::syntax::saml::kind::Kind;
use crate::syntax::saml::message::{self, Message};
use crate::syntax::saml::status;
use crate::syntax::ws_federation::{self, TokenResponse};
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
    /// When the user logged in at the provider.
    pub authenticated: Option<Time>,
    /// From when it is valid.
    pub not_before: Option<Time>,
    /// Until when it is valid: the earliest end that it names.
    pub not_on_or_after: Option<Time>,
    /// The status or fault code.
    pub status: Option<Box<str>>,
    /// The code below it.
    pub sub_status: Option<Box<str>>,
    /// What the sender says about it.
    pub status_message: Option<Box<str>>,
    /// How many assertions it has in clear.
    pub assertions: usize,
    /// How many it has encrypted.
    pub encrypted: usize,
    /// Where it is signed.
    pub signed: Signed,
}

/// A message as it was carried.
pub struct Carried {
    /// Where it stands.
    pub carrier: Carrier,
    /// The parameter's name: `SAMLRequest`, `SAMLResponse`, `SAMLart` or `wresult`.
    pub parameter: Cow<'static, str>,
    /// The message; empty for an artifact.
    pub xml: String,
    /// The artifact.
    pub artifact: Option<Artifact>,
    /// Whether it is a token response of WS-Federation.
    pub is_token_response: bool,
    /// How its binding was departed from.
    pub violations: Vec<SyntaxViolation>,
}

/// The messages of an exchange as they were carried.
#[must_use]
pub fn carried(exchange: &Exchange) -> Vec<Carried> {
    let parameters = Parameters::of(exchange);
    let sent =
        [(Carrier::Query, &parameters.query), (if parameters.is_json { Carrier::RequestJson } else { Carrier::Form }, &parameters.content)];
    let mut all: Vec<Carried> = sent.into_iter().filter_map(|(carrier, form)| Carried::of(carrier, form)).collect();
    let target = exchange.redirect_target();
    let target = target.as_ref().and_then(|url| url.query()).map(|query| form::urlencoded(query).value);
    all.extend(target.and_then(|form| Carried::of(Carrier::LocationQuery, &form)));
    let page = exchange.response_text();
    if page.trim_start().starts_with('<') {
        all.extend(Carried::of(Carrier::HiddenField, &hidden_fields::read(page)));
    }
    all
}

impl Carried {
    fn of(carrier: Carrier, form: &Form<'_>) -> Option<Self> {
        if let Some(Parsed { value, violations }) = binding::find(form, binding_of(carrier)) {
            let parameter = Cow::Owned(value.parameter.to_owned());
            return Some(Self { carrier, parameter, xml: value.xml, artifact: value.artifact, is_token_response: false, violations });
        }
        let result = ws_federation::find(form)?.value.result?;
        let parameter = Cow::Borrowed("wresult");
        Some(Self { carrier, parameter, xml: result.to_owned(), artifact: None, is_token_response: true, violations: Vec::new() })
    }
}

fn binding_of(carrier: Carrier) -> Binding {
    let is_redirect = matches!(carrier, Carrier::Query | Carrier::LocationQuery | Carrier::LocationFragment);
    if is_redirect { Binding::Redirect } else { Binding::Post }
}

impl Saml {
    /// Whether it says that the login failed at the provider.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.status.as_deref().is_some_and(|code| code != status::SUCCESS)
    }

    /// Reads the message in a set of parameters, if there is one.
    pub(super) fn of(carrier: Carrier, form: &Form<'_>) -> Option<Self> {
        let binding = binding_of(carrier);
        if let Some(found) = binding::find(form, binding) {
            let found = found.value;
            let mut saml = Self::new(What::Artifact, found.binding, carrier, found.relay_state);
            if found.artifact.is_none() {
                saml.take_message(&message::read(&found.xml).value);
            }
            saml.signed.message |= found.is_signed;
            return Some(saml);
        }
        let found = ws_federation::find(form)?.value;
        let mut saml = Self::new(What::TokenResponse, binding, carrier, found.context);
        saml.take_token_response(&ws_federation::token_response(found.result?).value);
        Some(saml)
    }

    fn new(what: What, binding: Binding, carrier: Carrier, relay_state: Option<&str>) -> Self {
        Self {
            what,
            binding,
            carrier,
            id: None,
            in_response_to: None,
            relay_state: relay_state.map(Fingerprint::unless_hidden),
            issuer: None,
            destination: None,
            reply_to: None,
            audience: Vec::new(),
            recipient: None,
            issued: None,
            authenticated: None,
            not_before: None,
            not_on_or_after: None,
            status: None,
            sub_status: None,
            status_message: None,
            assertions: 0,
            encrypted: 0,
            signed: Signed::default(),
        }
    }

    fn take_message(&mut self, message: &Message<'_>) {
        self.what = What::Saml(message.kind);
        self.id = message.id.as_deref().map(Fingerprint::unless_hidden);
        self.in_response_to = message.in_response_to.as_deref().map(Fingerprint::unless_hidden);
        self.issuer = kept(message.issuer.as_deref());
        self.destination = kept(message.destination.as_deref());
        self.issued = message.issued;
        self.encrypted = message.encrypted_assertions;
        self.signed.message = message.signature.is_some();
        self.reply_to = message.authn_request.as_ref().and_then(|request| kept(request.acs_url.as_deref()));
        self.ends(message.logout_request.as_ref().and_then(|request| request.not_on_or_after));
        if let Some(status) = &message.status {
            self.status = kept(status.code.as_deref());
            self.sub_status = kept(status.sub_code.as_deref());
            self.status_message = kept(status.message.as_deref());
        }
        self.take_assertions(&message.assertions);
    }

    fn take_token_response(&mut self, response: &TokenResponse<'_>) {
        self.encrypted = response.encrypted;
        self.audience.extend(kept(response.applies_to.as_deref()));
        self.ends(response.expires);
        if let Some(fault) = &response.fault {
            self.status = kept(fault.code.as_deref());
            self.sub_status = kept(fault.sub_code.as_deref());
            self.status_message = kept(fault.reason.as_deref());
        }
        self.take_assertions(&response.assertions);
    }

    /// Takes what the first assertion says: what others say would only be mixed up with it.
    fn take_assertions(&mut self, assertions: &[Assertion<'_>]) {
        self.assertions = assertions.len();
        let Some(first) = assertions.first() else { return };
        self.issuer = self.issuer.take().or_else(|| kept(first.issuer.as_deref()));
        self.issued = self.issued.or(first.issued);
        self.authenticated = first.authentications.first().and_then(|login| login.instant);
        self.not_before = first.not_before;
        self.ends(first.not_on_or_after);
        self.signed.assertion = first.signature.is_some();
        let audiences = first.audiences.iter().flatten().filter_map(|audience| kept(Some(audience)));
        self.audience.extend(audiences.take(limits::SAML_ITEMS));
        if let Some(confirmation) = first.confirmations.first() {
            self.recipient = kept(confirmation.recipient.as_deref());
            self.in_response_to = self.in_response_to.or_else(|| confirmation.in_response_to.as_deref().map(Fingerprint::unless_hidden));
            self.ends(confirmation.not_on_or_after);
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
fn kept(text: Option<&str>) -> Option<Box<str>> {
    text.filter(|text| text.len() <= limits::SAML_TEXT).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    fn parse(notation: &str) -> Vec<Exchange> {
        crate::capture::notation::parse(notation).unwrap()
    }

    fn facts(notation: &str) -> Vec<Facts> {
        parse(notation).iter().map(Facts::of).collect()
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
        let session = format!(
            "> GET https://sp.test/\n< 302 Found\n< Location: https://idp.test/sso?SAMLRequest={request}&RelayState=%2Fhome\n\n\
             > GET https://idp.test/sso?SAMLRequest={request}&RelayState=%2Fhome\n< 200 OK\n< Content-Type: text/html\n<\n\
             < <form method=post action=https://sp.test/acs><input type=hidden name=SAMLResponse value=\"{page}\"><input type=hidden name=RelayState value=/home></form>\n\n\
             > POST https://sp.test/acs\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLResponse={response}&RelayState=/home\n< 302 Found\n\n\
             > GET https://sp.test/?SAML=no&wa=1\n< 200 OK\n"
        );
        let facts = facts(&session);
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
        assert_eq!(response.issuer.as_deref(), Some("https://idp.test"));
        assert_eq!(response.audience, ["https://sp.test".into()]);
        assert_eq!(response.status.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:status:Success"));
        assert_eq!(response.not_on_or_after, Time::from_rfc3339("2026-01-01T00:05:05Z"));
        assert_eq!((response.assertions, response.encrypted, response.signed), (1, 0, Signed::default()));
        let xml: Vec<_> = super::carried(&parse(&session)[1]).into_iter().map(|carried| (carried.carrier, carried.xml)).collect();
        assert_eq!(xml, [(Carrier::Query, REQUEST.to_owned()), (Carrier::HiddenField, RESPONSE.to_owned())]);
    }

    #[test]
    fn reads_the_token_response_of_ws_federation() {
        let facts = facts(
            "> POST https://app.test/\n> Content-Type: application/x-www-form-urlencoded\n>\n\
             > wa=wsignin1.0&wctx=abc&wresult=%3Ct%3ARequestSecurityTokenResponse+xmlns%3At%3D%22urn%3At%22%3E%3Ct%3ARequestedSecurityToken%3E%3CEncryptedAssertion%2F%3E%3C%2Ft%3ARequestedSecurityToken%3E%3C%2Ft%3ARequestSecurityTokenResponse%3E\n< 302 Found\n",
        );
        let result = &facts[0].saml[0];
        assert_eq!((result.what, result.encrypted), (What::TokenResponse, 1));
        assert_eq!(result.relay_state, Some(Fingerprint::of("abc")));
    }
}
