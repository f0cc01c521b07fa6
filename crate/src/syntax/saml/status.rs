//! The status codes of SAML 2.0. Source: SAML Core 3.2.2.2, checked 2026-11-20.

const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// The code of a message that reports success.
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

const CODES: [(&str, &str); 23] = [
    ("AuthnFailed", "could not authenticate the user"),
    ("InvalidAttrNameOrValue", "found an attribute that it does not accept"),
    ("InvalidNameIDPolicy", "cannot give the kind of name identifier that was asked for"),
    ("NoAuthnContext", "cannot meet the requested authentication context"),
    ("NoAvailableIDP", "cannot reach any of the identity providers that it is to ask"),
    ("NoPassive", "would have had to ask the user something, but was told not to show anything"),
    ("NoSupportedIDP", "does not support any of the identity providers that it is to ask"),
    ("PartialLogout", "could not end the session everywhere"),
    ("ProxyCountExceeded", "may not ask another identity provider"),
    ("RequestDenied", "refuses the request"),
    ("RequestUnsupported", "does not support the request"),
    ("RequestVersionDeprecated", "no longer supports the request's version"),
    ("RequestVersionTooHigh", "does not support the request's version yet"),
    ("RequestVersionTooLow", "no longer supports a version as low as the request's"),
    ("Requester", "says that the request is at fault"),
    ("ResourceNotRecognized", "does not know the resource"),
    ("Responder", "failed itself"),
    ("Success", "succeeded"),
    ("TooManyResponses", "would have to return more than it can"),
    ("UnknownAttrProfile", "does not know the attribute profile"),
    ("UnknownPrincipal", "does not know the user"),
    ("UnsupportedBinding", "cannot answer by the binding that was asked for"),
    ("VersionMismatch", "does not support the request's version"),
];

/// The short name of a status code: `AuthnFailed`; the code itself where it is no code of SAML 2.0.
#[must_use]
pub fn name(code: &str) -> &str {
    code.strip_prefix(PREFIX).unwrap_or(code)
}

/// What a status code means, as the end of a sentence that begins with "The identity provider".
#[must_use]
pub fn says(code: &str) -> Option<&'static str> {
    let name = code.strip_prefix(PREFIX)?;
    CODES.binary_search_by(|row| row.0.cmp(name)).ok().and_then(|at| CODES.get(at)).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_can_be_found() {
        for (name, meaning) in CODES {
            assert_eq!(says(&format!("{PREFIX}{name}")), Some(meaning));
        }
        assert_eq!(says("urn:example:status:Odd"), None);
        assert_eq!(name("urn:oasis:names:tc:SAML:2.0:status:NoPassive"), "NoPassive");
    }
}
