//! How a message travels through the browser: by redirect, by POST, or as an artifact. SAML Bindings 3.4 to 3.6.

use super::artifact::{self, Artifact};
use crate::limits;
use crate::syntax::form::Form;
use crate::syntax::{Parsed, Rule, SyntaxViolation, inflate};

/// Text that is not base64.
pub static NOT_BASE64: Rule = Rule { id: "saml-not-base64" };

/// Spaces where a form encoder forgot to encode plus signs.
pub static SPACE_FOR_PLUS: Rule = Rule { id: "saml-space-for-plus" };

/// A redirect whose message is not deflated.
pub static NOT_DEFLATED: Rule = Rule { id: "saml-redirect-not-deflated" };

/// A POST whose message is deflated.
pub static DEFLATED: Rule = Rule { id: "saml-post-deflated" };

/// A message that is not UTF-8.
pub static NOT_UTF8: Rule = Rule { id: "saml-not-utf-8" };

/// A RelayState longer than the specification allows.
pub static LONG_RELAY_STATE: Rule = Rule { id: "saml-relay-state-too-long" };

/// A signature in the query without its algorithm, or the other way round.
pub static HALF_SIGNED: Rule = Rule { id: "saml-redirect-half-signed" };

/// An artifact of another length than its type defines.
pub static BAD_ARTIFACT: Rule = Rule { id: "saml-bad-artifact" };

/// By which binding a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// In the query, deflated.
    Redirect,
    /// In a form.
    Post,
    /// As a reference.
    Artifact,
}

/// A message as it was carried.
#[derive(Clone, PartialEq, Eq)]
pub struct Carried<'f> {
    /// The binding.
    pub binding: Binding,
    /// The parameter's name: `SAMLRequest`, `SAMLResponse` or `SAMLart`.
    pub parameter: &'f str,
    /// The message; empty for an artifact.
    pub xml: String,
    /// The artifact.
    pub artifact: Option<Artifact>,
    /// `RelayState`.
    pub relay_state: Option<&'f str>,
    /// `SigAlg`.
    pub signature_algorithm: Option<&'f str>,
    /// Whether the query has a `Signature`.
    pub is_signed: bool,
}

/// Messages carry tokens and people's data, so only the size is shown.
impl std::fmt::Debug for Carried<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} by {:?}, {} bytes", self.parameter, self.binding, self.xml.len())
    }
}

/// The parameters that carry a message, in the order in which they are looked for.
pub const PARAMETERS: [&str; 3] = ["SAMLResponse", "SAMLRequest", "SAMLart"];

/// Finds the message in a query (`Binding::Redirect`) or form (`Binding::Post`). Positions are
/// characters of the parameter's decoded value.
#[must_use]
pub fn find<'f>(form: &'f Form<'_>, binding: Binding) -> Option<Parsed<Carried<'f>>> {
    let pair = PARAMETERS.iter().find_map(|name| form.find(name))?;
    let mut violations = Vec::new();
    let mut carried = Carried {
        binding,
        parameter: &pair.name,
        xml: String::new(),
        artifact: None,
        relay_state: form.get("RelayState"),
        signature_algorithm: form.get("SigAlg"),
        is_signed: form.has("Signature"),
    };
    let bytes = base64(&pair.value, &mut violations);
    if pair.name == "SAMLart" {
        carried.binding = Binding::Artifact;
        carried.artifact = artifact::read(&bytes);
        if carried.artifact.as_ref().is_none_or(|artifact| !artifact.is_whole) {
            violations.push(SyntaxViolation { at: 0, rule: &BAD_ARTIFACT });
        }
    } else {
        carried.xml = text(bytes, binding, &mut violations);
    }
    let mut note = |is_broken: bool, rule| violations.extend(is_broken.then_some(SyntaxViolation { at: 0, rule }));
    note(carried.relay_state.is_some_and(|state| state.len() > 80), &LONG_RELAY_STATE);
    note(binding == Binding::Redirect && carried.is_signed != carried.signature_algorithm.is_some(), &HALF_SIGNED);
    Some(Parsed { value: carried, violations })
}

fn text(bytes: Vec<u8>, binding: Binding, violations: &mut Vec<SyntaxViolation>) -> String {
    let mut note = |rule| violations.push(SyntaxViolation { at: 0, rule });
    let begin = bytes.iter().position(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf));
    let begin = begin.and_then(|begin| bytes.get(begin..)).unwrap_or_default();
    // DEFLATE data may begin with `<` too, but it does not go on as text.
    let is_plain = begin.is_empty()
        || begin.starts_with(b"<") && begin.iter().take(16).all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let bytes = if is_plain {
        if binding == Binding::Redirect {
            note(&NOT_DEFLATED);
        }
        bytes
    } else {
        if binding == Binding::Post {
            note(&DEFLATED);
        }
        let inflated = inflate::inflate(&bytes, limits::XML_BYTES);
        violations.extend(inflated.violations);
        inflated.value
    };
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            violations.push(SyntaxViolation { at: error.utf8_error().valid_up_to(), rule: &NOT_UTF8 });
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    }
}

/// Decodes base64 with or without padding, in lines, in either alphabet; stops where it is none.
fn base64(text: &str, violations: &mut Vec<SyntaxViolation>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    let mut has_space = false;
    for (at, byte) in text.bytes().enumerate() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b' ' => {
                if !has_space {
                    has_space = true;
                    violations.push(SyntaxViolation { at, rule: &SPACE_FOR_PLUS });
                }
                62
            }
            b'\r' | b'\n' | b'\t' => continue,
            b'=' => break,
            _ => {
                violations.push(SyntaxViolation { at, rule: &NOT_BASE64 });
                break;
            }
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::syntax::form;

    const XML: &str = "<samlp:AuthnRequest ID=\"a\" Version=\"2.0\">>>>???</samlp:AuthnRequest>";

    fn query(parameters: &[(&str, &str)]) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
    }

    fn found(query: &str, binding: Binding) -> (String, Vec<&'static str>) {
        let form = form::urlencoded(query).value;
        let parsed = find(&form, binding).unwrap();
        (parsed.value.xml, parsed.violations.iter().map(|violation| violation.rule.id).collect())
    }

    #[test]
    fn reads_redirects_and_posts() {
        let deflated = STANDARD.encode(miniz_oxide::deflate::compress_to_vec(XML.as_bytes(), 9));
        let plain = STANDARD.encode(XML);
        assert_eq!(found(&query(&[("SAMLRequest", &deflated)]), Binding::Redirect), (XML.into(), vec![]));
        assert_eq!(found(&query(&[("SAMLResponse", &plain)]), Binding::Post), (XML.into(), vec![]));
        assert_eq!(found(&query(&[("SAMLRequest", &plain)]), Binding::Redirect), (XML.into(), vec!["saml-redirect-not-deflated"]));
        assert_eq!(found(&query(&[("SAMLRequest", &deflated)]), Binding::Post), (XML.into(), vec!["saml-post-deflated"]));
    }

    #[test]
    fn reads_what_real_senders_make_of_base64() {
        let plain = STANDARD.encode(XML);
        assert!(plain.contains('+'), "{plain}");
        let lines: Vec<String> = plain.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        assert_eq!(found(&query(&[("SAMLResponse", &lines.join("\r\n"))]), Binding::Post), (XML.into(), vec![]));
        assert_eq!(found(&format!("SAMLResponse={plain}"), Binding::Post), (XML.into(), vec!["saml-space-for-plus"]));
        assert_eq!(found("SAMLResponse=PHg%2BPC94Pg", Binding::Post), ("<x></x>".into(), vec![]));
        assert_eq!(found("SAMLResponse=PHg%2B*PC94Pg", Binding::Post), ("<x>".into(), vec!["saml-not-base64"]));
        assert_eq!(
            found("SAMLResponse=PHNhbWxwOlJlc3BvbnNlIElEPSL8Ii8%2B", Binding::Post),
            ("<samlp:Response ID=\"\u{fffd}\"/>".into(), vec!["saml-not-utf-8"])
        );
        assert_eq!(found("SAMLResponse=", Binding::Post), (String::new(), vec![]));
    }

    #[test]
    fn reads_what_stands_beside_the_message() {
        let text = "RelayState=%2Fhome&Signature=AA%3D%3D&SAMLRequest=PHgvPg%3D%3D&SigAlg=http%3A%2F%2Fx";
        let form = form::urlencoded(text).value;
        let carried = find(&form, Binding::Redirect).unwrap().value;
        assert_eq!((carried.relay_state, carried.signature_algorithm, carried.is_signed), (Some("/home"), Some("http://x"), true));
        assert_eq!(found("SAMLResponse=&Signature=x", Binding::Redirect).1, ["saml-redirect-not-deflated", "saml-redirect-half-signed"]);
        let long = format!("SAMLResponse=&RelayState={}", "x".repeat(81));
        assert_eq!(found(&long, Binding::Post).1, ["saml-relay-state-too-long"]);
    }

    #[test]
    fn reads_artifacts() {
        let artifact = STANDARD.encode([&[0, 4, 0, 1][..], &[7; 40]].concat());
        let text = query(&[("SAMLart", &artifact)]);
        let form = form::urlencoded(&text).value;
        let parsed = find(&form, Binding::Redirect).unwrap();
        assert_eq!((parsed.value.binding, parsed.violations), (Binding::Artifact, vec![]));
        assert_eq!(parsed.value.artifact.unwrap().endpoint_index, Some(1));
        assert_eq!(found("SAMLart=AAQAAA", Binding::Redirect).1, ["saml-bad-artifact"]);
        assert!(find(&form::urlencoded("a=b").value, Binding::Post).is_none());
    }
}
