//! Responses that others published by their fault: each must name it, and the sound ones none.

#![cfg(test)]

mod common;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use why401::syntax::form;
use why401::syntax::jwt::signature::Verdict;
use why401::syntax::saml::binding::{self, Binding};
use why401::syntax::saml::check::{self, Expected};
use why401::syntax::saml::message::{self, Kind};
use why401::time::Time;

const NOW: &str = "2020-01-01T00:00:00Z";

fn file(folder: &Path, name: &str) -> String {
    let text = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    if !name.ends_with(".base64") {
        return String::from_utf8(text).unwrap();
    }
    let text: Vec<u8> = text.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8_lossy(&STANDARD.decode(text).unwrap()).into_owned()
}

fn faults(xml: &str, expected: &Expected<'_>) -> Vec<&'static str> {
    check::response(xml, expected).faults.iter().map(|fault| fault.rule.id).collect()
}

/// What the receiver of the file expects: the file's own, but where its fault is just that.
struct Row {
    file: &'static str,
    fault: &'static str,
    entity_id: Option<&'static str>,
    acs_url: Option<&'static str>,
    request_id: Option<&'static str>,
    issuer: Option<&'static str>,
}

const fn row(file: &'static str, fault: &'static str) -> Row {
    Row { file, fault, entity_id: None, acs_url: None, request_id: None, issuer: None }
}

const STUFF: &str = "http://stuff.com/endpoints/metadata.php";
const STUFF_ACS: &str = "http://stuff.com/endpoints/endpoints/acs.php";
const STUFF_REQUEST: &str = "_57bcbf70-7b1f-012e-c821-782bcb13bb38";

#[rustfmt::skip]
fn rows() -> [Row; 38] {
    [
        row("bad_reference", "signature-digest-differs"),
        row("duplicated_attributes", "saml-repeated-attribute"),
        row("empty_destination", "saml-destination-empty"),
        row("empty_nameid", "saml-name-id-empty"),
        row("encrypted_attrs", "saml-encrypted-attribute"),
        row("encrypted_nameID_without_EncMethod", "saml-encryption-no-method"),
        row("encrypted_nameID_without_keyinfo", "saml-encryption-no-key"),
        Row { entity_id: Some(STUFF), ..row("invalid_audience", "saml-audience-differs") },
        Row { issuer: Some("http://idp.example.com/"), ..row("invalid_issuer_assertion", "saml-issuer-differs") },
        Row { issuer: Some("http://idp.example.com/"), ..row("invalid_issuer_message", "saml-issuer-differs") },
        row("invalid_sessionindex", "saml-session-expired"),
        Row { request_id: Some(STUFF_REQUEST), ..row("invalid_subjectconfirmation_inresponse", "saml-confirmation-in-response-to-differs") },
        row("invalid_subjectconfirmation_nb", "saml-confirmation-not-before"),
        row("invalid_subjectconfirmation_noa", "saml-confirmation-expired"),
        Row { acs_url: Some(STUFF_ACS), ..row("invalid_subjectconfirmation_recipient", "saml-recipient-differs") },
        row("multiple_assertions", "saml-several-assertions"),
        row("no_authnstatement", "saml-no-authn-statement"),
        row("no_conditions", "saml-no-conditions"),
        row("no_id", "saml-no-id"),
        row("no_issuer_assertion", "saml-assertion-no-issuer"),
        row("no_issuer_response", "saml-response-no-issuer"),
        row("no_key", "signature-no-key"),
        row("no_nameid", "saml-no-name-id"),
        row("no_saml2", "saml-not-2.0"),
        row("no_signature", "saml-unsigned"),
        row("no_status", "saml-no-status"),
        row("no_status_code", "saml-no-status-code"),
        row("no_subjectconfirmation_data", "saml-no-confirmation-data"),
        row("no_subjectconfirmation_method", "saml-no-bearer-confirmation"),
        row("not_after_failed", "saml-expired"),
        row("not_before_failed", "saml-not-yet-valid"),
        row("response_encrypted_attrs", "saml-encrypted-attribute"),
        row("signature_wrapping_attack", "signature-misplaced"),
        row("signature_wrapping_attack2", "signature-covers-another-element"),
        // Its name says only what it has; it was changed after it was signed.
        row("signed_assertion_response", "signature-digest-differs"),
        row("status_code_responder", "saml-status-not-success"),
        row("status_code_responer_and_msg", "saml-status-not-success"),
        Row { entity_id: Some("https://pitbulk.no-ip.org/newonelogin/demo1/metadata.php"), ..row("wrong_spnamequalifier", "saml-sp-name-qualifier-differs") },
    ]
}

#[test]
fn each_of_the_38_responses_names_its_fault() {
    let Some(data) = common::shared_data("python3-saml") else { return };
    let folder = data.join("tests/data/responses/invalids");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), rows().len());
    for row in rows() {
        let xml = file(&folder, &format!("{}.xml.base64", row.file));
        let expected = Expected {
            now: Time::from_rfc3339(NOW),
            entity_id: row.entity_id,
            acs_url: row.acs_url,
            request_id: row.request_id,
            issuer: row.issuer,
            ..Expected::default()
        };
        let named = faults(&xml, &expected);
        assert!(named.contains(&row.fault), "{}: {named:?} lacks {}", row.file, row.fault);
    }
}

/// Those of the same publisher that are sound by their names, and what their receiver expects.
#[test]
fn sound_responses_have_no_fault() {
    let Some(data) = common::shared_data("python3-saml") else { return };
    let folder = data.join("tests/data/responses");
    let sound = [
        "double_signed_response.xml.base64",
        "double_signed_response2.xml.base64",
        "response_encrypted_nameid.xml.base64",
        "signed_assertion_response.xml.base64",
        "signed_assertion_response2.xml.base64",
        "signed_message_response.xml.base64",
        "signed_message_response2.xml.base64",
        "valid_response.xml.base64",
        "valid_response2.xml.base64",
        "valid_response_with_namequalifier.xml.base64",
        "valid_response_without_inresponseto.xml.base64",
        "valid_encrypted_assertion.xml.base64",
        "signed_message_encrypted_assertion.xml.base64",
        "double_signed_encrypted_assertion.xml.base64",
    ];
    for name in sound {
        let xml = file(&folder, name);
        let message = message::read(&xml).value;
        let moment = message.issued.map(|issued| issued.plus(1000));
        let destination = message.destination.clone();
        let request = message.in_response_to.clone();
        let issuer = message.issuer.clone();
        let audience = message.assertions.first().and_then(|assertion| assertion.audiences.first()).and_then(|list| list.first()).cloned();
        let expected = Expected {
            now: moment,
            tolerance: 0,
            entity_id: audience.as_deref(),
            acs_url: destination.as_deref(),
            request_id: request.as_deref(),
            issuer: issuer.as_deref(),
            keys: &[],
        };
        let checked = check::response(&xml, &expected);
        assert_eq!(checked.faults, [], "{name}");
        // Each bears the certificate that it was signed with.
        for proof in &checked.proofs {
            assert_eq!((proof.integrity, proof.own_key), (Verdict::Good, Verdict::Good), "{name}");
        }
    }
}

#[test]
fn the_signature_matrix_of_node_saml() {
    let Some(data) = common::shared_data("node-saml") else { return };
    let folder = data.join("test/static/signatures");
    let about_signatures = [
        "saml-unsigned",
        "signature-covers-another-element",
        "signature-digest-differs",
        "signature-misplaced",
        "signature-other-transform",
        "signature-incomplete",
        "saml-repeated-id",
    ];
    let named = |kind: &str, name: &str| -> Vec<&'static str> {
        let named = faults(&file(&folder, &format!("{kind}/{name}")), &Expected::default());
        named.into_iter().filter(|fault| about_signatures.contains(fault) || fault.starts_with("xml-")).collect()
    };
    for entry in std::fs::read_dir(folder.join("valid")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert_eq!(named("valid", &name), [] as [&str; 0], "{name}");
    }
    for (name, fault) in [
        // Each has a transform twice; that it also breaks the signature takes the key to see.
        ("response.root-signed-transforms.assertion-unsigned.xml", "signature-other-transform"),
        ("response.root-unsigned.assertion-signed-transforms.xml", "signature-other-transform"),
        ("response.root-signed.assertion-invalidly-signed.xml", "signature-digest-differs"),
        ("response.root-signed.multiple-root-elements.xml", "xml-several-roots"),
        ("response.root-unsigned.assertion-unsigned.xml", "saml-unsigned"),
        ("response.root-unsigned.assertion-unsigned.1advice-unsigned.xml", "saml-unsigned"),
        ("response.root-unsigned.assertion-unsigned.2advice-unsigned.xml", "saml-unsigned"),
    ] {
        assert!(named("invalid", name).contains(&fault), "{name}: {:?}", named("invalid", name));
    }
}

#[test]
fn other_messages_of_the_same_publishers() {
    let Some(data) = common::shared_data("python3-saml") else { return };
    let logout = data.join("tests/data/logout_requests");
    for name in ["logout_request_deflated.xml.base64", "logout_request.xml.base64"] {
        let value: String = std::fs::read_to_string(logout.join(name)).unwrap().split_whitespace().collect();
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("SAMLRequest", &value).finish();
        let form = form::urlencoded(&query).value;
        let binding = if name.contains("deflated") { Binding::Redirect } else { Binding::Post };
        let carried = binding::find(&form, binding).unwrap();
        assert_eq!(carried.violations, [], "{name}");
        let message = message::read(&carried.value.xml).value;
        assert_eq!(message.kind, Kind::LogoutRequest, "{name}");
        assert!(message.logout_request.unwrap().name_id.is_some(), "{name}");
    }
    let request = file(&data.join("tests/data/requests"), "authn_request.xml.base64");
    let parsed = message::read(&request);
    assert_eq!((parsed.value.kind, parsed.violations), (Kind::AuthnRequest, vec![]));
    assert!(parsed.value.authn_request.unwrap().acs_url.is_some());
}

#[test]
fn samlify_names_failures_too() {
    let Some(data) = common::shared_data("samlify") else { return };
    let folder = data.join("test/misc");
    assert!(faults(&file(&folder, "failed_response.xml"), &Expected::default()).contains(&"saml-status-not-success"));
    for name in ["false_signed_request_sha1.xml", "false_signed_request_sha256.xml", "false_signed_request_sha512.xml"] {
        assert!(faults(&file(&folder, name), &Expected::default()).contains(&"signature-digest-differs"), "{name}");
    }
    for name in ["signed_request_sha1.xml", "signed_request_sha256.xml", "signed_request_sha512.xml", "response_signed.xml"] {
        assert!(!faults(&file(&folder, name), &Expected::default()).contains(&"signature-digest-differs"), "{name}");
    }
}

/// The example messages of SAML Bindings 3.4.8, 3.5.8 and 3.6.7, as printed there.
mod bindings {
    use super::{Binding, Kind, Time, binding, form, message};

    const LOGOUT_REQUEST: &str = "SAMLRequest=fVFdS8MwFH0f7D%2BUvGdNsq62oSsIQyhMESc%2B%2BJYlmRbWpObeyvz3puv2IMjyFM7HPedyK1DdsZdb%2F%2BEHfLFfgwVMTt3RgTwzazIEJ72CFqRTnQWJWu7uH7dSLJjsg0ev%2FZFMlttiBWADtt6R%2BSyJr9msiRH7O70sCm31Mj%2Bo%2BC%2B1KA5GlEWeZaogSQMw2MYBKodrIhjLKONU8FdeSsZkVr6T5M0GiHMjvWCknqZXZ2OoPxF7kGnaGOuwxZ%2Fn4L9bY8NC%2By4du1XpRXnxPcXizSZ58KFTeHujEWkNPZylsh9bAMYYUjO2Uiy3jCpTCMo5M1StVjmN9SO150sl9lU6RV2Dp0vsLIy7NM7YU82r9B90PrvCf85W%2FwL8zSVQzAEAAA%3D%3D&RelayState=0043bfc1bc45110dae17004005b13a2b&SigAlg=http%3A%2F%2Fwww.w3.org%2F200%2F09%2Fxmldsig%23rsa-sha1&Signature=NOTAREALSIGNATUREBUTTHEREALONEWOULDGOHERE";

    const LOGOUT_RESPONSE: &str = "SAMLResponse=fVFNa4QwEL0X%2Bh8k912TaDUGFUp7EbZQ6rKH3mKcbQVNJBOX%2FvxaXQ9tYec0vHlv3nzkqIZ%2BlAf7YSf%2FBjhagxB8Db1BuZQKMjkjrcIOpVEDoPRa1o8vB8n3VI7OeqttT1bJbbJCBOc7a8j9XTBH9VyQhqYRbTlrEi4Yo61oUqA0pvShYZHiDQkqs411tAVpeZPqSAgNOkrOas4zzcW55ZlI4liJrTXiBJVBr4wvCJ877ijbcXZkmaRUxtk7CU7gcB5mLu8pKVddvghd%2Ben9iDIMa3CXTsOrs5euBbfXdgh%2F9snDK%2FEqW69Ye%2BUnvGL%2F8CfbQnBS%2FQS3z4QLW9aT1oBIws0j%2FGOyAb9%2FV34Dw5k779IBAAA%3D&RelayState=0043bfc1bc45110dae17004005b13a2b&SigAlg=http%3A%2F%2Fwww.w3.org%2F200%2F09%2Fxmldsig%23rsa-sha1&Signature=NOTAREALSIGNATUREBUTTHEREALONEWOULDGOHERE";

    const POSTED_RESPONSE: &str = "PHNhbWxwOkxvZ291dFJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFt
ZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zPSJ1cm46b2FzaXM6bmFtZXM6
dGM6U0FNTDoyLjA6YXNzZXJ0aW9uIg0KICAgIElEPSJiMDczMGQyMWI2MjgxMTBk
OGI3ZTAwNDAwNWIxM2EyYiIgSW5SZXNwb25zZVRvPSJkMmI3YzM4OGNlYzM2ZmE3
YzM5YzI4ZmQyOTg2NDRhOCINCiAgICBJc3N1ZUluc3RhbnQ9IjIwMDQtMDEtMjFU
MTk6MDA6NDlaIiBWZXJzaW9uPSIyLjAiPg0KICAgIDxJc3N1ZXI+aHR0cHM6Ly9T
ZXJ2aWNlUHJvdmlkZXIuY29tL1NBTUw8L0lzc3Vlcj4NCiAgICA8c2FtbHA6U3Rh
dHVzPg0KICAgICAgICA8c2FtbHA6U3RhdHVzQ29kZSBWYWx1ZT0idXJuOm9hc2lz
Om5hbWVzOnRjOlNBTUw6Mi4wOnN0YXR1czpTdWNjZXNzIi8+DQogICAgPC9zYW1s
cDpTdGF0dXM+DQo8L3NhbWxwOkxvZ291dFJlc3BvbnNlPg==";

    fn is_the_logout_request(message: &message::Message<'_>) {
        assert_eq!(message.kind, Kind::LogoutRequest);
        assert_eq!(message.id.as_deref(), Some("d2b7c388cec36fa7c39c28fd298644a8"));
        assert_eq!(message.issued, Time::from_rfc3339("2004-01-21T19:00:49Z"));
        assert_eq!(message.issuer.as_deref(), Some("https://IdentityProvider.com/SAML"));
        let request = message.logout_request.as_ref().unwrap();
        let name = request.name_id.as_ref().unwrap();
        assert_eq!(name.value, "005a06e0-ad82-110d-a556-004005b13a2b");
        assert_eq!(name.format.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
        assert_eq!(request.session_indexes, ["1"]);
    }

    fn is_the_logout_response(message: &message::Message<'_>) {
        assert_eq!(message.kind, Kind::LogoutResponse);
        assert_eq!(message.id.as_deref(), Some("b0730d21b628110d8b7e004005b13a2b"));
        assert_eq!(message.in_response_to.as_deref(), Some("d2b7c388cec36fa7c39c28fd298644a8"));
        assert_eq!(message.issued, Time::from_rfc3339("2004-01-21T19:00:49Z"));
        assert_eq!(message.issuer.as_deref(), Some("https://ServiceProvider.com/SAML"));
        assert_eq!(message.status.as_ref().unwrap().code.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:status:Success"));
    }

    #[test]
    fn the_redirects_of_3_4_8() {
        for (query, check) in
            [(LOGOUT_REQUEST, is_the_logout_request as fn(&message::Message<'_>)), (LOGOUT_RESPONSE, is_the_logout_response)]
        {
            let form = form::urlencoded(query).value;
            let found = binding::find(&form, Binding::Redirect).unwrap();
            // Both end in the eight bytes that a gzip file has behind its DEFLATE data.
            assert_eq!(found.violations.iter().map(|violation| violation.rule.id).collect::<Vec<_>>(), ["deflate-trailing-data"]);
            let carried = found.value;
            assert_eq!(carried.relay_state, Some("0043bfc1bc45110dae17004005b13a2b"));
            assert_eq!(carried.signature_algorithm, Some("http://www.w3.org/200/09/xmldsig#rsa-sha1"));
            assert!(carried.is_signed);
            let parsed = message::read(&carried.xml);
            assert_eq!(parsed.violations, []);
            check(&parsed.value);
        }
    }

    #[test]
    fn the_form_of_3_5_8() {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("SAMLResponse", POSTED_RESPONSE)
            .append_pair("RelayState", "0043bfc1bc45110dae17004005b13a2b")
            .finish();
        let form = form::urlencoded(&query).value;
        let found = binding::find(&form, Binding::Post).unwrap();
        assert_eq!(found.violations, []);
        let parsed = message::read(&found.value.xml);
        assert_eq!(parsed.violations, []);
        is_the_logout_response(&parsed.value);
    }

    #[test]
    fn the_artifact_of_3_6_7_and_what_stands_behind_it() {
        let form = form::urlencoded(
            "SAMLart=AAQAADWNEw5VT47wcO4zX%2FiEzMmFQvGknDfws2ZtqSGdkNSbsW1cmVR0bzU%3D&RelayState=0043bfc1bc45110dae17004005b13a2b",
        )
        .value;
        let found = binding::find(&form, Binding::Redirect).unwrap();
        assert_eq!((found.value.binding, found.violations), (Binding::Artifact, vec![]));
        let artifact = found.value.artifact.unwrap();
        assert_eq!((artifact.type_code, artifact.endpoint_index, artifact.is_whole), (4, Some(0), true));
        let source: String = artifact.source_id.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(source, "358d130e554f8ef070ee335ff884ccc98542f1a4");

        let resolve = "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>
            <samlp:ArtifactResolve xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"
            ID=\"_6c3a4f8b9c2d\" Version=\"2.0\" IssueInstant=\"2004-01-21T19:00:49Z\"><Issuer>https://ServiceProvider.com/SAML</Issuer>
            <Artifact>AAQAADWNEw5VT47wcO4zX/iEzMmFQvGknDfws2ZtqSGdkNSbsW1cmVR0bzU=</Artifact></samlp:ArtifactResolve></SOAP-ENV:Body></SOAP-ENV:Envelope>";
        let resolve = message::read(resolve);
        assert_eq!((resolve.value.kind, resolve.violations), (Kind::ArtifactResolve, vec![]));
        assert_eq!(resolve.value.id.as_deref(), Some("_6c3a4f8b9c2d"));

        let response = "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>
            <samlp:ArtifactResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"
            ID=\"_FQvGknDfws2Z\" Version=\"2.0\" InResponseTo=\"_6c3a4f8b9c2d\" IssueInstant=\"2004-01-21T19:00:49Z\"><Issuer>https://IdentityProvider.com/SAML</Issuer>
            <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>
            <samlp:LogoutRequest ID=\"d2b7c388cec36fa7c39c28fd298644a8\" IssueInstant=\"2004-01-21T19:00:49Z\" Version=\"2.0\">
            <Issuer>https://IdentityProvider.com/SAML</Issuer><NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">005a06e0-ad82-110d-a556-004005b13a2b</NameID>
            <samlp:SessionIndex>1</samlp:SessionIndex></samlp:LogoutRequest></samlp:ArtifactResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>";
        let response = message::read(response);
        assert_eq!((response.value.kind, response.violations), (Kind::ArtifactResponse, vec![]));
        assert_eq!(response.value.in_response_to.as_deref(), Some("_6c3a4f8b9c2d"));
        is_the_logout_request(response.value.inner.as_ref().unwrap());
    }
}
