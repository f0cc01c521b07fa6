//! A login by SAML that the tests of this family vary.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What is said in the answer, as attributes and elements.
pub struct Answer {
    /// Attributes of Response.
    pub response: &'static str,
    /// The status code.
    pub status: &'static str,
    /// The assertion's content.
    pub assertion: &'static str,
}

/// An answer without a fault, for a session that begins at 2026-01-01.
pub const GOOD: Answer = Answer {
    response: r#"Destination="https://app.test/acs" InResponseTo="_q1""#,
    status: "Success",
    assertion: r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Conditions NotBefore="2025-12-31T23:59:00Z" NotOnOrAfter="2026-01-01T00:10:00Z"><saml:AudienceRestriction><saml:Audience>https://app.test/sp</saml:Audience></saml:AudienceRestriction></saml:Conditions>"#,
};

/// A message as a form's value.
pub fn encoded(xml: &str) -> String {
    url::form_urlencoded::byte_serialize(STANDARD.encode(xml).as_bytes()).collect()
}

/// The request by POST, and the answer that the service then gives to the provider's response.
pub fn login(answer: &Answer, outcome: &str) -> String {
    let namespaces =
        r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0""#;
    let request = encoded(&format!(
        r#"<samlp:AuthnRequest {namespaces} ID="_q1" IssueInstant="2026-01-01T00:00:00Z" AssertionConsumerServiceURL="https://app.test/acs"><saml:Issuer>https://app.test/sp</saml:Issuer></samlp:AuthnRequest>"#
    ));
    let Answer { response, status, assertion } = answer;
    let response = encoded(&format!(
        r#"<samlp:Response {namespaces} ID="_r1" IssueInstant="2026-01-01T00:00:01Z" {response}><saml:Issuer>https://id.test</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status><saml:Assertion Version="2.0" ID="_a1" IssueInstant="2026-01-01T00:00:01Z"><saml:Issuer>https://id.test</saml:Issuer>{assertion}</saml:Assertion></samlp:Response>"#
    ));
    format!(
        "~ kind document\n> POST https://id.test/sso\n> Origin: https://app.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLRequest={request}\n< 200 OK\n\n~ kind document\n> POST https://app.test/acs\n> Origin: https://id.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLResponse={response}\n< {outcome}\n< Date: {{date}}\n"
    )
}
