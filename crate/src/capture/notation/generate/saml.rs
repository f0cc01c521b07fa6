//! SAML messages: as a form carries a response (HTTP-POST), and a redirect a request (HTTP-Redirect).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{moment, words};
use crate::time::Time;

const NAMESPACES: &str = r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;

/// `{saml-response issuer=… audience=… destination=… in-response-to=… name-id=… not-before=-60
/// not-on-or-after=5m issued=-1 status=Responder/AuthnFailed message="…"}`, in base64. A response whose
/// status is not Success has no assertion.
pub(super) fn response(arguments: &str, now: Time) -> Result<String, String> {
    let given = Given::read(
        "saml-response",
        arguments,
        &[
            "issuer",
            "audience",
            "destination",
            "in-response-to",
            "name-id",
            "not-before",
            "not-on-or-after",
            "issued",
            "status",
            "message",
            "id",
        ],
    )?;
    let issued = given.moment("issued", "", now)?;
    let id = given.or("id", "_response");
    let issuer = format!("<saml:Issuer>{}</saml:Issuer>", given.or("issuer", "https://idp.example.test"));
    let destination = given.attribute("Destination", "destination");
    let answers = given.attribute("InResponseTo", "in-response-to");
    let status = given.or("status", "Success");
    let (top, second) = status.split_once('/').unwrap_or((&status, ""));
    let code = |name: &str| format!("urn:oasis:names:tc:SAML:2.0:status:{name}");
    let inner = if second.is_empty() { String::new() } else { format!(r#"<samlp:StatusCode Value="{}"/>"#, code(second)) };
    let message = given.get("message").map(|text| format!("<samlp:StatusMessage>{text}</samlp:StatusMessage>")).unwrap_or_default();
    let assertion = if top == "Success" {
        let (begin, end) = (given.moment("not-before", "-60", now)?, given.moment("not-on-or-after", "5m", now)?);
        let recipient = given.attribute("Recipient", "destination");
        let audience = given
            .get("audience")
            .map(|name| format!("<saml:AudienceRestriction><saml:Audience>{name}</saml:Audience></saml:AudienceRestriction>"))
            .unwrap_or_default();
        format!(
            r#"<saml:Assertion ID="{id}-a" Version="2.0" IssueInstant="{issued}">{issuer}<saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{recipient}{answers} NotOnOrAfter="{end}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}">{audience}</saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}" SessionIndex="{id}-s"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion>"#,
            name = given.or("name-id", "alice"),
        )
    } else {
        String::new()
    };
    Ok(STANDARD.encode(format!(
        r#"<samlp:Response {NAMESPACES} ID="{id}" Version="2.0" IssueInstant="{issued}"{destination}{answers}>{issuer}<samlp:Status><samlp:StatusCode Value="{}">{inner}</samlp:StatusCode>{message}</samlp:Status>{assertion}</samlp:Response>"#,
        code(top),
    )))
}

/// `{saml-request issuer=… acs=… destination=… id=… issued=-1}`, deflated, in base64, as a redirect has
/// it; `binding=post` leaves it plain, as a form has it.
pub(super) fn request(arguments: &str, now: Time) -> Result<String, String> {
    let given = Given::read("saml-request", arguments, &["issuer", "acs", "destination", "id", "issued", "binding"])?;
    let xml = format!(
        r#"<samlp:AuthnRequest {NAMESPACES} ID="{}" Version="2.0" IssueInstant="{}"{}{}><saml:Issuer>{}</saml:Issuer></samlp:AuthnRequest>"#,
        given.or("id", "_request"),
        given.moment("issued", "", now)?,
        given.attribute("Destination", "destination"),
        given.attribute("AssertionConsumerServiceURL", "acs"),
        given.or("issuer", "https://sp.example.test"),
    );
    let is_plain = given.get("binding").is_some_and(|binding| binding == "post");
    Ok(STANDARD.encode(if is_plain { xml.into_bytes() } else { stored(xml.as_bytes()) }))
}

/// DEFLATE without compression, RFC 1951 3.2.4.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut chunks = bytes.chunks(usize::from(u16::MAX)).peekable();
    let mut out = Vec::new();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).unwrap_or(u16::MAX);
        out.push(u8::from(chunks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(chunk);
    }
    out
}

/// What stands in a generator, escaped for XML.
struct Given(Vec<(String, String)>);

impl Given {
    fn read(generator: &str, arguments: &str, known: &[&str]) -> Result<Self, String> {
        let words = words(arguments);
        if let Some((name, _)) = words.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(format!("{{{generator}}} has no `{name}`; write {}", known.join(", ")));
        }
        let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
        Ok(Self(words.into_iter().map(|(name, value)| (name, escaped(&value))).collect()))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn or(&self, name: &str, default: &str) -> String {
        self.get(name).unwrap_or(default).to_owned()
    }

    fn attribute(&self, attribute: &str, name: &str) -> String {
        self.get(name).map(|value| format!(r#" {attribute}="{value}""#)).unwrap_or_default()
    }

    fn moment(&self, name: &str, default: &str, now: Time) -> Result<String, String> {
        Ok(moment(self.get(name).unwrap_or(default), now)?.to_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::form::urlencoded;
    use crate::syntax::saml::binding::{Binding, find};

    #[test]
    fn makes_what_the_two_bindings_carry() {
        let request = request(r#"issuer="https://sp.test/a&b" acs=https://sp.test/acs"#, Time(0)).unwrap();
        let text = format!("SAMLRequest={}", percent(&request));
        let form = urlencoded(&text).value;
        let carried = find(&form, Binding::Redirect).unwrap();
        assert_eq!(carried.violations, []);
        assert!(carried.value.xml.contains("<saml:Issuer>https://sp.test/a&amp;b</saml:Issuer>"), "{}", carried.value.xml);

        let response = response("audience=https://sp.test not-before=60 status=Success", Time(0)).unwrap();
        let text = format!("SAMLResponse={}", percent(&response));
        let form = urlencoded(&text).value;
        let carried = find(&form, Binding::Post).unwrap();
        assert_eq!(carried.violations, []);
        assert!(carried.value.xml.contains(r#"NotBefore="1970-01-01T00:01:00"#), "{}", carried.value.xml);
        assert!(carried.value.xml.contains("<saml:Audience>https://sp.test</saml:Audience>"));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(response("audiense=x", Time(0)).unwrap_err().contains("no `audiense`"));
    }

    fn percent(text: &str) -> String {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    }
}
