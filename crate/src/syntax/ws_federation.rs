//! WS-Federation 1.2 as browsers carry it (section 13), with the security token responses of WS-Trust.

use std::borrow::Cow;

use super::form::Form;
use super::saml::assertion::{self, Assertion};
use super::saml::{self, moment};
use super::xml::{self, Cursor, Document};
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;
use crate::time::Time;

/// A sign-in request that does not say for whom.
pub static NO_REALM: Rule = Rule { id: "wsfed-no-realm" };

/// A value that is no number of minutes.
pub static BAD_FRESH: Rule = Rule { id: "wsfed-bad-fresh" };

/// A time of another form than the specification's.
pub static BAD_TIME: Rule = Rule { id: "wsfed-bad-time" };

/// A result that is no security token response.
pub static NOT_A_RESPONSE: Rule = Rule { id: "wsfed-not-a-token-response" };

/// A response without a token.
pub static NO_TOKEN: Rule = Rule { id: "wsfed-no-token" };

/// What a message is for: `wa`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// `wsignin1.0`: a login, or its result.
    SignIn,
    /// `wsignout1.0`.
    SignOut,
    /// `wsignoutcleanup1.0`.
    SignOutCleanup,
    /// Something else.
    #[default]
    Other,
}

/// The parameters of a message. Its `Debug` shows no values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message<'f> {
    /// `wa`.
    pub action: Action,
    /// `wtrealm`: for whom the token is to be.
    pub realm: Option<&'f str>,
    /// `wctx`: what the receiver of the result gets back.
    pub context: Option<&'f str>,
    /// `wreply`: where the result is to go.
    pub reply: Option<&'f str>,
    /// `wct`: the sender's clock.
    pub current_time: Option<Time>,
    /// `wfresh`: how many minutes old the login may be.
    pub fresh: Option<u32>,
    /// `wauth`: how the user is to log in.
    pub authentication: Option<&'f str>,
    /// `whr`: the home realm.
    pub home_realm: Option<&'f str>,
    /// `wresult`: the token response, as XML.
    pub result: Option<&'f str>,
}

impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.action)
    }
}

/// Reads the parameters; `None` where there is neither `wa` nor `wresult`. Positions are those of the
/// parameters in their query or form.
#[must_use]
pub fn find<'f>(form: &'f Form<'_>) -> Option<Parsed<Message<'f>>> {
    let result = form.get("wresult");
    let action = match form.get("wa") {
        Some("wsignin1.0") => Action::SignIn,
        Some("wsignout1.0") => Action::SignOut,
        Some("wsignoutcleanup1.0") => Action::SignOutCleanup,
        // Applications have parameters of this name too; the protocol's values have its version.
        Some(other) if other.starts_with('w') && other.ends_with("1.0") => Action::Other,
        _ if result.is_some() => Action::SignIn,
        _ => return None,
    };
    let mut violations = Vec::new();
    let mut note = |name: &str, rule| {
        let at = form.find(name).map_or(0, |pair| pair.at);
        violations.push(SyntaxViolation { at, rule });
    };
    let (realm, reply) = (form.get("wtrealm"), form.get("wreply"));
    if action == Action::SignIn && result.is_none() && realm.is_none() && reply.is_none() {
        note("wa", &NO_REALM);
    }
    let current_time = form.get("wct").map(Time::from_rfc3339);
    if current_time == Some(None) {
        note("wct", &BAD_TIME);
    }
    let fresh = form.get("wfresh").map(|minutes| minutes.trim_ascii().parse().ok());
    if fresh == Some(None) {
        note("wfresh", &BAD_FRESH);
    }
    let message = Message {
        action,
        realm,
        context: form.get("wctx"),
        reply,
        current_time: current_time.flatten(),
        fresh: fresh.flatten(),
        authentication: form.get("wauth"),
        home_realm: form.get("whr"),
        result,
    };
    Some(Parsed { value: message, violations })
}

/// A fault instead of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault<'a> {
    /// `faultcode`, or `Code/Value` of SOAP 1.2.
    pub code: Option<Cow<'a, str>>,
    /// `Subcode/Value` of SOAP 1.2, where WS-Trust puts its own: `wst:FailedAuthentication`.
    pub sub_code: Option<Cow<'a, str>>,
    /// `faultstring`, or `Reason/Text`.
    pub reason: Option<Cow<'a, str>>,
}

/// A security token response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenResponse<'a> {
    /// `TokenType`.
    pub token_type: Option<Cow<'a, str>>,
    /// Whose token it is: `AppliesTo`.
    pub applies_to: Option<Cow<'a, str>>,
    /// `Lifetime/Created`.
    pub created: Option<Time>,
    /// `Lifetime/Expires`.
    pub expires: Option<Time>,
    /// The tokens that are assertions in clear.
    pub assertions: Vec<Assertion<'a>>,
    /// How many tokens are encrypted.
    pub encrypted: usize,
    /// The fault, where there is no token.
    pub fault: Option<Fault<'a>>,
}

/// Reads the XML of a `wresult`.
#[must_use]
pub fn token_response(text: &str) -> Parsed<TokenResponse<'_>> {
    let Parsed { value: document, mut violations } = xml::read(text);
    let response = token_response_of(&document, &mut violations);
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: response, violations }
}

/// Reads the token response that a document holds.
pub(super) fn token_response_of<'a>(document: &Document<'a>, violations: &mut Vec<SyntaxViolation>) -> TokenResponse<'a> {
    let mut response = TokenResponse::default();
    let Some(root) = document.root() else { return response };
    let mut has_response = false;
    for element in std::iter::once(root).chain(root.descendants()) {
        match element.local() {
            "RequestSecurityTokenResponse" => has_response = true,
            "TokenType" => response.token_type = Some(element.text()),
            "AppliesTo" => {
                let address = element.descendants().find(|inner| inner.local() == "Address").unwrap_or(element);
                response.applies_to = Some(address.text());
            }
            "Lifetime" => {
                let mut of = |name| {
                    let part = element.children().find(|child| child.local() == name)?;
                    moment(&part.text(), part.at(), violations)
                };
                (response.created, response.expires) = (of("Created"), of("Expires"));
            }
            "RequestedSecurityToken" => tokens(&mut response, element, violations),
            "Fault" => response.fault = Some(fault(element)),
            _ => {}
        }
    }
    let rule = if !has_response && response.fault.is_none() {
        Some(&NOT_A_RESPONSE)
    } else if response.assertions.is_empty() && response.encrypted == 0 && response.fault.is_none() {
        Some(&NO_TOKEN)
    } else {
        None
    };
    violations.extend(rule.map(|rule| SyntaxViolation { at: root.at(), rule }));
    response
}

fn tokens<'a>(response: &mut TokenResponse<'a>, requested: Cursor<'_, 'a>, violations: &mut Vec<SyntaxViolation>) {
    for token in requested.children() {
        if assertion::is_assertion(token) && response.assertions.len() < limits::SAML_ITEMS {
            let mut noted = Vec::new();
            response.assertions.push(assertion::of(token, &mut noted));
            // Here an assertion of SAML 1.1 is as good as one of SAML 2.0.
            violations.extend(noted.into_iter().filter(|violation| violation.rule != &saml::NOT_SAML_2));
        } else if matches!(token.local(), "EncryptedAssertion" | "EncryptedData") {
            response.encrypted += 1;
        }
    }
}

fn fault<'a>(fault: Cursor<'_, 'a>) -> Fault<'a> {
    let text = |path: &[&str]| {
        let mut element = fault;
        for name in path {
            element = element.children().find(|child| child.local() == *name)?;
        }
        Some(element.text())
    };
    Fault {
        code: text(&["faultcode"]).or_else(|| text(&["Code", "Value"])),
        sub_code: text(&["Code", "Subcode", "Value"]),
        reason: text(&["faultstring"]).or_else(|| text(&["Reason", "Text"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::form;

    fn rules<T>(parsed: &Parsed<T>) -> Vec<&'static str> {
        parsed.violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_parameters_of_a_sign_in() {
        let text = "wa=wsignin1.0&wtrealm=urn%3Aapp&wctx=rm%3D0%26id%3Dpassive&wreply=https%3A%2F%2Fapp.example.test%2F&wct=2026-11-20T10%3A00%3A00Z&wfresh=0&whr=urn%3Ahome&wauth=urn%3Aam%3Apassword";
        let form = form::urlencoded(text).value;
        let parsed = find(&form).unwrap();
        assert_eq!(parsed.violations, []);
        let message = parsed.value;
        assert_eq!(message.action, Action::SignIn);
        assert_eq!(
            (message.realm, message.context, message.reply),
            (Some("urn:app"), Some("rm=0&id=passive"), Some("https://app.example.test/"))
        );
        assert_eq!((message.home_realm, message.authentication, message.fresh), (Some("urn:home"), Some("urn:am:password"), Some(0)));
        assert_eq!(message.current_time, Time::from_rfc3339("2026-11-20T10:00:00Z"));
    }

    #[test]
    fn names_what_is_wrong_with_the_parameters() {
        let of = |text| {
            let form = form::urlencoded(text).value;
            find(&form).map(|parsed| (parsed.value.action, parsed.violations.iter().map(|v| (v.at, v.rule.id)).collect::<Vec<_>>()))
        };
        assert_eq!(of("wa=wsignin1.0"), Some((Action::SignIn, vec![(0, "wsfed-no-realm")])));
        assert_eq!(of("wa=wsignin1.0&wtrealm=a&wct=now&wfresh=x").unwrap().1, [(24, "wsfed-bad-time"), (32, "wsfed-bad-fresh")]);
        assert_eq!(of("wa=wsignoutcleanup1.0"), Some((Action::SignOutCleanup, vec![])));
        assert_eq!(of("wa=wsignout1.0"), Some((Action::SignOut, vec![])));
        assert_eq!(of("wa=wattr1.0"), Some((Action::Other, vec![])));
        assert_eq!(of("wresult=x"), Some((Action::SignIn, vec![])));
        assert_eq!(of("wa=1&a=b"), None);
    }

    const RESPONSE: &str = "<t:RequestSecurityTokenResponse xmlns:t=\"http://schemas.xmlsoap.org/ws/2005/02/trust\">\
        <t:Lifetime><wsu:Created xmlns:wsu=\"urn:u\">2026-11-20T10:00:00.000Z</wsu:Created><wsu:Expires xmlns:wsu=\"urn:u\">2026-11-20T11:00:00Z</wsu:Expires></t:Lifetime>\
        <wsp:AppliesTo xmlns:wsp=\"urn:p\"><a:EndpointReference xmlns:a=\"urn:a\"><a:Address>urn:app</a:Address></a:EndpointReference></wsp:AppliesTo>\
        <t:RequestedSecurityToken>TOKEN</t:RequestedSecurityToken><t:TokenType>urn:oasis:names:tc:SAML:1.0:assertion</t:TokenType></t:RequestSecurityTokenResponse>";

    #[test]
    fn reads_a_response_with_an_assertion_of_saml_1() {
        let token = "<saml:Assertion MajorVersion=\"1\" MinorVersion=\"1\" AssertionID=\"_a\" Issuer=\"http://adfs.example.test/adfs/services/trust\" \
            IssueInstant=\"2026-11-20T10:00:00Z\" xmlns:saml=\"urn:oasis:names:tc:SAML:1.0:assertion\">\
            <saml:Conditions NotBefore=\"2026-11-20T10:00:00Z\" NotOnOrAfter=\"2026-11-20T11:00:00Z\"><saml:AudienceRestrictionCondition>\
            <saml:Audience>urn:app</saml:Audience></saml:AudienceRestrictionCondition></saml:Conditions>\
            <saml:AttributeStatement><saml:Subject><saml:NameIdentifier Format=\"urn:upn\">alice</saml:NameIdentifier>\
            <saml:SubjectConfirmation><saml:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:bearer</saml:ConfirmationMethod></saml:SubjectConfirmation>\
            </saml:Subject><saml:Attribute AttributeName=\"upn\" AttributeNamespace=\"urn:claims\"><saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>\
            <saml:AuthenticationStatement AuthenticationMethod=\"urn:am:password\" AuthenticationInstant=\"2026-11-20T09:59:00Z\"/></saml:Assertion>";
        let text = RESPONSE.replace("TOKEN", token);
        let parsed = token_response(&text);
        assert_eq!(rules(&parsed), [] as [&str; 0]);
        let response = parsed.value;
        assert_eq!(response.applies_to.as_deref(), Some("urn:app"));
        assert_eq!(response.token_type.as_deref(), Some("urn:oasis:names:tc:SAML:1.0:assertion"));
        assert_eq!(response.expires, Time::from_rfc3339("2026-11-20T11:00:00Z"));
        let [assertion] = &response.assertions[..] else { panic!("one assertion") };
        assert!(!assertion.is_version_2);
        assert_eq!(assertion.id.as_deref(), Some("_a"));
        assert_eq!(assertion.issuer.as_deref(), Some("http://adfs.example.test/adfs/services/trust"));
        assert_eq!(assertion.audiences, [["urn:app"]]);
        assert_eq!(assertion.name_id.as_ref().unwrap().format.as_deref(), Some("urn:upn"));
        assert_eq!(assertion.confirmations[0].method, "urn:oasis:names:tc:SAML:1.0:cm:bearer");
        assert_eq!(assertion.authentications[0].instant, Time::from_rfc3339("2026-11-20T09:59:00Z"));
        assert_eq!(assertion.authentications[0].context.as_deref(), Some("urn:am:password"));
        assert_eq!(assertion.attributes, ["upn"]);
        assert_eq!(assertion.not_on_or_after, Time::from_rfc3339("2026-11-20T11:00:00Z"));
    }

    #[test]
    fn names_encrypted_tokens_faults_and_what_is_neither() {
        let encrypted = RESPONSE.replace("TOKEN", "<EncryptedAssertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion'/>");
        let encrypted = token_response(&encrypted);
        assert_eq!((encrypted.value.encrypted, rules(&encrypted)), (1, vec![]));
        assert_eq!(rules(&token_response(&RESPONSE.replace("TOKEN", ""))), ["wsfed-no-token"]);
        assert_eq!(rules(&token_response("<a/>")), ["wsfed-not-a-token-response"]);
        let fault = token_response(
            "<s:Fault xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Code><s:Value>s:Sender</s:Value><s:Subcode>\
            <s:Value xmlns:t='urn:t'>t:FailedAuthentication</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang='en'>No</s:Text></s:Reason></s:Fault>",
        );
        assert_eq!(rules(&fault), [] as [&str; 0]);
        let expected = Fault { code: Some("s:Sender".into()), sub_code: Some("t:FailedAuthentication".into()), reason: Some("No".into()) };
        assert_eq!(fault.value.fault, Some(expected));
        let old = token_response("<Fault><faultcode>Server</faultcode><faultstring>Down</faultstring></Fault>").value.fault.unwrap();
        assert_eq!((old.code.as_deref(), old.reason.as_deref()), (Some("Server"), Some("Down")));
    }
}
