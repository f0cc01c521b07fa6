//! The authentication schemes that are met on the web, and what stands behind each in `Authorization`.
//!
//! Names from the IANA registry of HTTP authentication schemes, and those of widely used products, as
//! of 2026-11-20.

/// What stands behind a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Name and password in base64.
    Basic,
    /// One opaque token, or parameters where the product so wishes.
    Token,
    /// `name=value` separated by commas.
    Params,
    /// As `Params`, with values that no product puts into the quotation marks that they need.
    BareParams,
    /// A token68: a message of a protocol of its own.
    Token68,
}

/// A scheme that is known here.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name as it is usually written.
    pub name: &'static str,
    /// What stands behind it.
    pub shape: Shape,
    /// Where that is defined.
    pub source: &'static str,
    /// The parameters without which no server can accept it; of names with `|` between them, one.
    pub required: &'static [&'static str],
}

impl Scheme {
    const fn with(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }
}

const fn scheme(name: &'static str, shape: Shape, source: &'static str) -> Scheme {
    Scheme { name, shape, source, required: &[] }
}

static SCHEMES: [Scheme; 35] = [
    scheme("Basic", Shape::Basic, "RFC 7617"),
    scheme("Bearer", Shape::Token, "RFC 6750"),
    scheme("Concealed", Shape::Params, "RFC 9729").with(&["k", "a", "p", "s", "v"]),
    scheme("Digest", Shape::Params, "RFC 7616").with(&["username|username*", "realm", "nonce", "uri", "response"]),
    scheme("DPoP", Shape::Token, "RFC 9449"),
    scheme("GNAP", Shape::Token, "RFC 9635"),
    scheme("HOBA", Shape::Params, "RFC 7486").with(&["result"]),
    scheme("Mutual", Shape::Params, "RFC 8120").with(&["realm"]),
    scheme("Negotiate", Shape::Token68, "RFC 4559"),
    scheme("OAuth", Shape::Token, "RFC 5849, and OAuth 2.0 by Salesforce and others").with(&[
        "oauth_consumer_key|oauth_token",
        "oauth_signature_method",
        "oauth_signature",
    ]),
    scheme("PrivateToken", Shape::Params, "RFC 9577").with(&["token"]),
    scheme("SCRAM-SHA-1", Shape::Params, "RFC 7804").with(&["data"]),
    scheme("SCRAM-SHA-256", Shape::Params, "RFC 7804").with(&["data"]),
    scheme("vapid", Shape::BareParams, "RFC 8292").with(&["t", "k"]),
    scheme("NTLM", Shape::Token68, "MS-NTHT"),
    scheme("Kerberos", Shape::Token68, "MS-NTHT"),
    scheme("AWS4-HMAC-SHA256", Shape::BareParams, "AWS Signature Version 4").with(&["Credential", "SignedHeaders", "Signature"]),
    scheme("AWS4-ECDSA-P256-SHA256", Shape::BareParams, "AWS Signature Version 4A").with(&["Credential", "SignedHeaders", "Signature"]),
    scheme("AWS", Shape::Token, "AWS Signature Version 2"),
    scheme("GOOG4-HMAC-SHA256", Shape::BareParams, "Google Cloud Storage V4 signing").with(&["Credential", "SignedHeaders", "Signature"]),
    scheme("Hawk", Shape::Params, "Hawk 8").with(&["id", "ts", "nonce", "mac"]),
    scheme("MAC", Shape::Params, "draft-ietf-oauth-v2-http-mac").with(&["id", "mac"]),
    scheme("Signature", Shape::Params, "draft-cavage-http-signatures").with(&["keyId", "signature"]),
    scheme("WSSE", Shape::Params, "WSSE UsernameToken"),
    scheme("SharedKey", Shape::Token, "Azure Storage"),
    scheme("SharedKeyLite", Shape::Token, "Azure Storage"),
    scheme("SharedAccessSignature", Shape::Token, "Azure Service Bus"),
    scheme("Token", Shape::Token, "Django REST framework, GitHub"),
    scheme("JWT", Shape::Token, "Django REST framework JWT"),
    scheme("ApiKey", Shape::Token, "Elasticsearch"),
    scheme("Api-Key", Shape::Token, "Django REST framework API key"),
    scheme("Key", Shape::Token, "fal.ai and others"),
    scheme("SSWS", Shape::Token, "Okta"),
    scheme("Splunk", Shape::Token, "Splunk"),
    scheme("GenieKey", Shape::Token, "Opsgenie"),
];

/// The scheme of that name, in any case.
#[must_use]
pub fn known(name: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name))
}

/// The scheme that a text begins with although no blank follows, as in `Bearer:abc`; the longest of
/// several. What follows is no part of a name.
#[must_use]
pub fn known_prefix(text: &str) -> Option<&'static Scheme> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
    known(text.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_schemes_in_any_case_and_each_once() {
        assert_eq!(known("bEARER").map(|scheme| scheme.shape), Some(Shape::Token));
        assert_eq!(known("Bear"), None);
        for scheme in &SCHEMES {
            assert_eq!(known(&scheme.name.to_uppercase()), Some(scheme), "{}", scheme.name);
        }
    }

    #[test]
    fn finds_a_scheme_before_what_is_no_name() {
        assert_eq!(known_prefix("Bearer:abc").map(|scheme| scheme.name), Some("Bearer"));
        assert_eq!(known_prefix("AWS4-HMAC-SHA256=").map(|scheme| scheme.name), Some("AWS4-HMAC-SHA256"));
        assert_eq!(known_prefix("Bearers:abc"), None);
    }
}
