//! What Bearer and DPoP challenges say: RFC 6750 3, RFC 9449 7, RFC 9470 3, RFC 9728 5.1.

use super::challenge::Challenge;
use super::{Parsed, Rule, SyntaxViolation};

/// A code that no specification defines.
pub static UNKNOWN_ERROR: Rule = Rule { id: "bearer-unknown-error" };

/// An age that is no number.
pub static BAD_MAX_AGE: Rule = Rule { id: "bearer-bad-max-age" };

/// An error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// `invalid_request`: the request is malformed, or bears its token twice.
    InvalidRequest,
    /// `invalid_token`: expired, revoked, malformed or otherwise not good.
    InvalidToken,
    /// `insufficient_scope`: a good token that allows less than this.
    InsufficientScope,
    /// `insufficient_user_authentication`: the user must log in more strongly, or anew.
    InsufficientUserAuthentication,
    /// `invalid_dpop_proof`.
    InvalidDpopProof,
    /// `use_dpop_nonce`: repeat with the nonce of `DPoP-Nonce`.
    UseDpopNonce,
    /// Any other.
    Unknown,
}

const ERRORS: [(&str, Error); 6] = [
    ("invalid_request", Error::InvalidRequest),
    ("invalid_token", Error::InvalidToken),
    ("insufficient_scope", Error::InsufficientScope),
    ("insufficient_user_authentication", Error::InsufficientUserAuthentication),
    ("invalid_dpop_proof", Error::InvalidDpopProof),
    ("use_dpop_nonce", Error::UseDpopNonce),
];

impl Error {
    /// The status that belongs to it; servers do send others.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::InvalidRequest => Some(400),
            Self::InvalidToken | Self::InsufficientUserAuthentication | Self::InvalidDpopProof | Self::UseDpopNonce => Some(401),
            Self::InsufficientScope => Some(403),
            Self::Unknown => None,
        }
    }
}

/// What a challenge asks for. Without `error` it asks for a token, where none was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand<'c> {
    /// `error`, understood.
    pub error: Option<Error>,
    /// `error`, as sent.
    pub error_code: Option<&'c str>,
    /// `error_description`.
    pub description: Option<&'c str>,
    /// The scopes that would do.
    pub scope: Vec<&'c str>,
    /// How strongly the user must log in, the best first (RFC 9470).
    pub acr_values: Vec<&'c str>,
    /// How many seconds ago the user may have logged in at most (RFC 9470).
    pub max_age: Option<u64>,
    /// Where the resource describes itself (RFC 9728).
    pub resource_metadata: Option<&'c str>,
    /// The algorithms that a DPoP proof may be signed with.
    pub algs: Vec<&'c str>,
}

/// Reads a Bearer or DPoP challenge; `None` for one of another scheme. Positions count in the
/// field that the challenge was read from.
#[must_use]
pub fn demand<'c>(challenge: &'c Challenge<'_>) -> Parsed<Option<Demand<'c>>> {
    if !challenge.is("Bearer") && !challenge.is("DPoP") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let words = |name| challenge.param(name).unwrap_or_default().split_ascii_whitespace().take(crate::limits::LIST_ELEMENTS).collect();
    let error_code = challenge.param("error");
    let error = error_code.map(|code| ERRORS.iter().find(|(known, _)| *known == code).map_or(Error::Unknown, |(_, error)| *error));
    let max_age = challenge.param("max_age").map(str::parse);
    let mut violations = Vec::new();
    let mut note = |name: &str, rule| {
        let at = challenge.params.iter().find(|param| param.name.eq_ignore_ascii_case(name)).map_or(challenge.at, |param| param.at);
        violations.push(SyntaxViolation { at, rule });
    };
    if error == Some(Error::Unknown) {
        note("error", &UNKNOWN_ERROR);
    }
    if matches!(max_age, Some(Err(_))) {
        note("max_age", &BAD_MAX_AGE);
    }
    let demand = Demand {
        error,
        error_code,
        description: challenge.param("error_description"),
        scope: words("scope"),
        acr_values: words("acr_values"),
        max_age: max_age.and_then(Result::ok),
        resource_metadata: challenge.param("resource_metadata"),
        algs: words("algs"),
    };
    Parsed { value: Some(demand), violations }
}

#[cfg(test)]
mod tests {
    use super::super::challenge;
    use super::*;

    #[test]
    fn reads_the_examples_of_the_specifications() {
        let rfc_6750 =
            challenge::parse("Bearer realm=\"example\", error=\"invalid_token\", error_description=\"The access token expired\"");
        let asked = demand(&rfc_6750.value[0]).value.unwrap();
        assert_eq!((asked.error, asked.description), (Some(Error::InvalidToken), Some("The access token expired")));
        let rfc_9470 = challenge::parse(
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A different authentication level is required\", acr_values=\"myACR\", max_age=\"5\"",
        );
        let asked = demand(&rfc_9470.value[0]).value.unwrap();
        assert_eq!((asked.error, asked.max_age), (Some(Error::InsufficientUserAuthentication), Some(5)));
        assert_eq!(asked.acr_values, ["myACR"]);
        let rfc_9449 =
            challenge::parse("DPoP error=\"use_dpop_nonce\", error_description=\"Resource server requires nonce in DPoP proof\"");
        assert_eq!(demand(&rfc_9449.value[0]).value.unwrap().error, Some(Error::UseDpopNonce));
        let rfc_9728 = challenge::parse("Bearer resource_metadata=\"https://resource.example.com/.well-known/oauth-protected-resource\"");
        let asked = demand(&rfc_9728.value[0]).value.unwrap();
        assert_eq!((asked.error, asked.resource_metadata.is_some()), (None, true));
    }

    #[test]
    fn names_what_is_not_defined() {
        let parsed = challenge::parse("Bearer error=\"token_expired\", max_age=\"soon\", scope=\"a  b\"");
        let asked = demand(&parsed.value[0]);
        let places: Vec<_> = asked.violations.iter().map(|violation| (violation.at, violation.rule)).collect();
        assert_eq!(places, [(7, &UNKNOWN_ERROR), (30, &BAD_MAX_AGE)]);
        assert_eq!(asked.value.unwrap().scope, ["a", "b"]);
        assert_eq!(demand(&challenge::parse("Basic realm=\"x\"").value[0]).value, None);
    }
}
