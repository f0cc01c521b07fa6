//! What a browser decides about reading across origins: the CORS check, the evaluation of a
//! preflight, and which request fields need one. Steps and names of the Fetch standard (2.2.2, 4.8,
//! 4.9; read 2026-11-20); reasons are the Chrome DevTools Protocol's `CorsError` names.

mod verdict;

use url::Url;

use crate::fields::Fields;
use crate::syntax::cors::AccessControl;
use crate::syntax::{SyntaxViolation, list};

pub(super) use verdict::take;
pub use verdict::{Asked, Outcome, Verdict, is_browsers};

/// Whether a request carries cookies, client certificates and stored authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsMode {
    /// Never.
    Omit,
    /// Only to the page's own origin.
    SameOrigin,
    /// Always.
    Include,
}

/// Why a browser keeps a response from the page, or does not send the request at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorsError {
    /// No Access-Control-Allow-Origin.
    MissingAllowOriginHeader,
    /// Several origins in Access-Control-Allow-Origin, or the field repeated.
    MultipleAllowOriginValues,
    /// Access-Control-Allow-Origin is no origin.
    InvalidAllowOriginValue,
    /// Access-Control-Allow-Origin names another origin.
    AllowOriginMismatch,
    /// `*` for a request with credentials.
    WildcardOriginNotAllowed,
    /// Access-Control-Allow-Credentials is not `true` for a request with credentials.
    InvalidAllowCredentials,
    /// The preflight has no Access-Control-Allow-Origin.
    PreflightMissingAllowOriginHeader,
    /// The preflight has several origins in Access-Control-Allow-Origin.
    PreflightMultipleAllowOriginValues,
    /// The preflight's Access-Control-Allow-Origin is no origin.
    PreflightInvalidAllowOriginValue,
    /// The preflight's Access-Control-Allow-Origin names another origin.
    PreflightAllowOriginMismatch,
    /// The preflight has `*` for a request with credentials.
    PreflightWildcardOriginNotAllowed,
    /// The preflight's Access-Control-Allow-Credentials is not `true` for a request with credentials.
    PreflightInvalidAllowCredentials,
    /// The preflight was redirected, which no browser follows.
    PreflightDisallowedRedirect,
    /// The preflight was answered with a status outside 200 to 299, such as 401.
    PreflightInvalidStatus,
    /// Access-Control-Allow-Methods is not a list of tokens.
    InvalidAllowMethodsPreflightResponse,
    /// Access-Control-Allow-Headers is not a list of tokens.
    InvalidAllowHeadersPreflightResponse,
    /// Access-Control-Allow-Methods does not cover the method.
    MethodDisallowedByPreflightResponse,
    /// Access-Control-Allow-Headers does not cover a header field.
    HeaderDisallowedByPreflightResponse,
}

impl CorsError {
    /// The protocol's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingAllowOriginHeader => "MissingAllowOriginHeader",
            Self::MultipleAllowOriginValues => "MultipleAllowOriginValues",
            Self::InvalidAllowOriginValue => "InvalidAllowOriginValue",
            Self::AllowOriginMismatch => "AllowOriginMismatch",
            Self::WildcardOriginNotAllowed => "WildcardOriginNotAllowed",
            Self::InvalidAllowCredentials => "InvalidAllowCredentials",
            Self::PreflightMissingAllowOriginHeader => "PreflightMissingAllowOriginHeader",
            Self::PreflightMultipleAllowOriginValues => "PreflightMultipleAllowOriginValues",
            Self::PreflightInvalidAllowOriginValue => "PreflightInvalidAllowOriginValue",
            Self::PreflightAllowOriginMismatch => "PreflightAllowOriginMismatch",
            Self::PreflightWildcardOriginNotAllowed => "PreflightWildcardOriginNotAllowed",
            Self::PreflightInvalidAllowCredentials => "PreflightInvalidAllowCredentials",
            Self::PreflightDisallowedRedirect => "PreflightDisallowedRedirect",
            Self::PreflightInvalidStatus => "PreflightInvalidStatus",
            Self::InvalidAllowMethodsPreflightResponse => "InvalidAllowMethodsPreflightResponse",
            Self::InvalidAllowHeadersPreflightResponse => "InvalidAllowHeadersPreflightResponse",
            Self::MethodDisallowedByPreflightResponse => "MethodDisallowedByPreflightResponse",
            Self::HeaderDisallowedByPreflightResponse => "HeaderDisallowedByPreflightResponse",
        }
    }

    const ALL: [Self; 18] = [
        Self::MissingAllowOriginHeader,
        Self::MultipleAllowOriginValues,
        Self::InvalidAllowOriginValue,
        Self::AllowOriginMismatch,
        Self::WildcardOriginNotAllowed,
        Self::InvalidAllowCredentials,
        Self::PreflightMissingAllowOriginHeader,
        Self::PreflightMultipleAllowOriginValues,
        Self::PreflightInvalidAllowOriginValue,
        Self::PreflightAllowOriginMismatch,
        Self::PreflightWildcardOriginNotAllowed,
        Self::PreflightInvalidAllowCredentials,
        Self::PreflightDisallowedRedirect,
        Self::PreflightInvalidStatus,
        Self::InvalidAllowMethodsPreflightResponse,
        Self::InvalidAllowHeadersPreflightResponse,
        Self::MethodDisallowedByPreflightResponse,
        Self::HeaderDisallowedByPreflightResponse,
    ];

    /// The error that the protocol calls so.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.name() == name)
    }

    const fn of_preflight(self) -> Self {
        match self {
            Self::MissingAllowOriginHeader => Self::PreflightMissingAllowOriginHeader,
            Self::MultipleAllowOriginValues => Self::PreflightMultipleAllowOriginValues,
            Self::InvalidAllowOriginValue => Self::PreflightInvalidAllowOriginValue,
            Self::AllowOriginMismatch => Self::PreflightAllowOriginMismatch,
            Self::WildcardOriginNotAllowed => Self::PreflightWildcardOriginNotAllowed,
            Self::InvalidAllowCredentials => Self::PreflightInvalidAllowCredentials,
            other => other,
        }
    }
}

/// The CORS check of Fetch 4.9: whether the page may read this response.
///
/// `request_origin` is the serialized origin as the Origin field carries it, `null` included.
///
/// # Errors
/// The reason why it may not.
pub fn check(request_origin: &str, credentials: CredentialsMode, response: &AccessControl<'_>) -> Result<(), CorsError> {
    let Some(allowed) = response.allow_origin.as_deref() else { return Err(CorsError::MissingAllowOriginHeader) };
    let with_credentials = credentials == CredentialsMode::Include;
    if allowed == "*" {
        return if with_credentials { Err(CorsError::WildcardOriginNotAllowed) } else { Ok(()) };
    }
    if allowed != request_origin {
        // `null` names no address and is still an origin.
        let is_origin = allowed == "null" || Url::parse(allowed).is_ok();
        return Err(match is_origin {
            _ if allowed.contains([',', ' ']) => CorsError::MultipleAllowOriginValues,
            false => CorsError::InvalidAllowOriginValue,
            true => CorsError::AllowOriginMismatch,
        });
    }
    if with_credentials && response.allow_credentials.as_deref() != Some("true") {
        return Err(CorsError::InvalidAllowCredentials);
    }
    Ok(())
}

/// The request that a preflight asks leave for.
#[derive(Clone, Copy, Debug)]
pub struct Preflighted<'a> {
    /// The serialized origin.
    pub origin: &'a str,
    /// The request's credentials mode.
    pub credentials: CredentialsMode,
    /// The method, as the request has it: browsers turn `get`, `post`, `put`, `delete`, `head` and
    /// `options` into capitals, but not `patch`.
    pub method: &'a str,
    /// The names in Access-Control-Request-Headers, or [`unsafe_names`] of the request.
    pub unsafe_names: &'a [&'a str],
    /// Whether `*` stands for `Authorization` too where no credentials are included. Fetch says that
    /// it never does; Chrome 156 and Firefox 153 still let it (recorded by `tests/oracle/cors.mjs`).
    pub star_covers_authorization: bool,
}

/// One reason why a preflight refuses the request, and the method or field it refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub error: CorsError,
    /// The method or field name that is not covered; empty for the other reasons.
    pub subject: Box<str>,
}

/// Evaluates a preflight's response by Fetch 4.8, with every reason why it refuses the request.
///
/// The first is the one that Chrome names; the others would come up once it is repaired. None at
/// all: the request may be sent.
#[must_use]
pub fn preflight(request: Preflighted<'_>, status: u16, response: &AccessControl<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |error, subject: &str| refusals.push(Refusal { error, subject: subject.into() });
    // A redirect ends it before anything else is looked at.
    let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
    if is_redirect {
        refuse(CorsError::PreflightDisallowedRedirect, "");
    }
    if let Err(error) = check(request.origin, request.credentials, response) {
        refuse(error.of_preflight(), "");
    }
    if !is_redirect && !(200..=299).contains(&status) {
        refuse(CorsError::PreflightInvalidStatus, "");
    }

    let methods = list::tokens(response.allow_methods.as_deref().unwrap_or_default());
    let names = list::tokens(response.allow_headers.as_deref().unwrap_or_default());
    let is_broken = |violations: &[SyntaxViolation]| violations.iter().any(|violation| violation.rule == &list::NOT_A_TOKEN);
    if is_broken(&methods.violations) {
        refuse(CorsError::InvalidAllowMethodsPreflightResponse, "");
    }
    if is_broken(&names.violations) {
        refuse(CorsError::InvalidAllowHeadersPreflightResponse, "");
    }

    // With credentials `*` is a method or a field of that name and stands for nothing else.
    let covers_all = |list: &[&str]| request.credentials != CredentialsMode::Include && list.contains(&"*");
    let method = request.method;
    if !matches!(method, "GET" | "HEAD" | "POST") && !methods.value.contains(&method) && !covers_all(&methods.value) {
        refuse(CorsError::MethodDisallowedByPreflightResponse, method);
    }
    for name in request.unsafe_names {
        let is_named = names.value.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
        let needs_its_name = name.eq_ignore_ascii_case("authorization") && !request.star_covers_authorization;
        if !is_named && (needs_its_name || !covers_all(&names.value)) {
            refuse(CorsError::HeaderDisallowedByPreflightResponse, name);
        }
    }
    refusals
}

/// The names, in lower case, sorted and without repetition, of those fields set by a script that
/// need a preflight: Fetch 2.2.2, CORS-unsafe request-header names.
#[must_use]
pub fn unsafe_names<'a>(script_fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut names = Vec::new();
    let mut possibly = Vec::new();
    let mut safelisted_bytes = 0;
    for (name, value) in script_fields {
        let name = name.to_ascii_lowercase();
        if is_safelisted(&name, value) {
            safelisted_bytes += value.len();
            possibly.push(name);
        } else {
            names.push(name);
        }
    }
    if safelisted_bytes > 1024 {
        names.append(&mut possibly);
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a field set by a script needs no preflight: Fetch 2.2.2, CORS-safelisted request-header.
/// `name` in lower case.
#[must_use]
pub fn is_safelisted(name: &str, value: &str) -> bool {
    if value.len() > 128 {
        return false;
    }
    let has_unsafe_byte = value.bytes().any(|b| (b < 0x20 && b != b'\t') || b"\"():<>?@[\\]{}\x7f".contains(&b));
    match name {
        "accept" => !has_unsafe_byte,
        "accept-language" | "content-language" => value.bytes().all(|b| b.is_ascii_alphanumeric() || b" *,-.;=".contains(&b)),
        "content-type" => !has_unsafe_byte && has_safe_essence(value),
        "range" => is_simple_range(value),
        _ => false,
    }
}

fn has_safe_essence(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim_matches([' ', '\t', '\r', '\n']);
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].iter().any(|safe| essence.eq_ignore_ascii_case(safe))
}

fn is_simple_range(value: &str) -> bool {
    let Some((first, last)) = value.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return false };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // They may have more digits than any integer type, so they are compared as texts.
    let number = |text: &str| text.trim_start_matches('0').to_owned();
    let (first_number, last_number) = (number(first), number(last));
    !first.is_empty()
        && digits(first)
        && digits(last)
        && (last.is_empty() || (first_number.len(), first_number) <= (last_number.len(), last_number))
}

/// Whether a cross-origin request of this method, with these fields set by its script, needs a
/// preflight.
#[must_use]
pub fn needs_preflight(method: &str, script_fields: &Fields) -> bool {
    !matches!(method, "GET" | "HEAD" | "POST") || !unsafe_names(script_fields.iter()).is_empty()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    const APP: &str = "https://app.example";

    fn allowing(origin: &'static str, credentials: Option<&'static str>) -> AccessControl<'static> {
        AccessControl { allow_origin: Some(Cow::Borrowed(origin)), allow_credentials: credentials.map(Cow::Borrowed), ..Default::default() }
    }

    fn refused(request: Preflighted<'_>, status: u16, response: &AccessControl<'_>) -> Vec<(&'static str, String)> {
        preflight(request, status, response).into_iter().map(|r| (r.error.name(), r.subject.into())).collect()
    }

    fn put(unsafe_names: &'static [&'static str], credentials: CredentialsMode) -> Preflighted<'static> {
        Preflighted { origin: APP, credentials, method: "PUT", unsafe_names, star_covers_authorization: false }
    }

    #[test]
    fn credentials_need_the_origin_by_name_and_true() {
        use CredentialsMode::{Include, SameOrigin};
        assert_eq!(check(APP, SameOrigin, &allowing("*", None)), Ok(()));
        assert_eq!(check(APP, Include, &allowing("*", Some("true"))), Err(CorsError::WildcardOriginNotAllowed));
        assert_eq!(check(APP, Include, &allowing(APP, None)), Err(CorsError::InvalidAllowCredentials));
        assert_eq!(check(APP, Include, &allowing(APP, Some("True"))), Err(CorsError::InvalidAllowCredentials));
        assert_eq!(check(APP, Include, &allowing(APP, Some("true"))), Ok(()));
    }

    #[test]
    fn names_why_an_origin_does_not_match() {
        let with = |allowed| check(APP, CredentialsMode::Omit, &allowing(allowed, None)).map_err(CorsError::name);
        assert_eq!(with("https://other.example"), Err("AllowOriginMismatch"));
        assert_eq!(with("null"), Err("AllowOriginMismatch"));
        assert_eq!(with("https://app.example, https://b.example"), Err("MultipleAllowOriginValues"));
        assert_eq!(with("app.example"), Err("InvalidAllowOriginValue"));
        assert_eq!(check(APP, CredentialsMode::Omit, &AccessControl::default()), Err(CorsError::MissingAllowOriginHeader));
        assert_eq!(check("null", CredentialsMode::Omit, &allowing("null", None)), Ok(()));
    }

    #[test]
    fn authorization_is_never_covered_by_a_star() {
        let response = AccessControl { allow_headers: Some("*".into()), allow_methods: Some("*".into()), ..allowing("*", None) };
        let request = put(&["authorization", "x-trace"], CredentialsMode::SameOrigin);
        assert_eq!(refused(request, 204, &response), [("HeaderDisallowedByPreflightResponse", "authorization".to_owned())]);
        let named = AccessControl { allow_headers: Some("X-Trace, Authorization".into()), ..response };
        assert_eq!(refused(request, 204, &named), []);
    }

    #[test]
    fn a_star_covers_nothing_when_credentials_are_included() {
        let response = AccessControl { allow_headers: Some("*".into()), allow_methods: Some("*".into()), ..allowing(APP, Some("true")) };
        assert_eq!(
            refused(put(&["x-trace"], CredentialsMode::Include), 200, &response),
            [("MethodDisallowedByPreflightResponse", "PUT".to_owned()), ("HeaderDisallowedByPreflightResponse", "x-trace".to_owned())]
        );
    }

    #[test]
    fn methods_are_compared_with_their_case() {
        let response = AccessControl { allow_methods: Some("PATCH".into()), ..allowing(APP, None) };
        let patch = Preflighted { method: "patch", ..put(&[], CredentialsMode::Omit) };
        assert_eq!(refused(patch, 200, &response), [("MethodDisallowedByPreflightResponse", "patch".to_owned())]);
        assert_eq!(refused(Preflighted { method: "POST", ..patch }, 200, &allowing(APP, None)), []);
    }

    #[test]
    fn lists_what_would_fail_next() {
        let bare = AccessControl::default();
        assert_eq!(
            refused(put(&["authorization"], CredentialsMode::Omit), 401, &bare),
            [
                ("PreflightMissingAllowOriginHeader", String::new()),
                ("PreflightInvalidStatus", String::new()),
                ("MethodDisallowedByPreflightResponse", "PUT".to_owned()),
                ("HeaderDisallowedByPreflightResponse", "authorization".to_owned()),
            ]
        );
        let redirected = refused(put(&[], CredentialsMode::Omit), 302, &allowing(APP, None));
        assert_eq!(redirected.first().map(|r| r.0), Some("PreflightDisallowedRedirect"));
    }

    #[test]
    fn long_safelisted_values_together_need_a_preflight() {
        let value = "a".repeat(128);
        let fields = |n: usize| vec![("Accept", value.as_str()); n].into_iter();
        assert!(unsafe_names(fields(8)).is_empty());
        assert_eq!(unsafe_names(fields(9)), ["accept"]);
    }
}
