//! AWS Signature Version 4: credentials in `Authorization` and in the query.
//!
//! Source: AWS IAM User Guide, "Create a signed AWS API request"; checked 2026-11-20.

use url::form_urlencoded;

use super::credentials::Credentials;
use super::lexer::hex_digit;
use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;
use crate::time::Time;

/// Milliseconds that AWS lets a signature be old or early: 15 minutes at S3, 5 elsewhere; checked 2026-11-21.
pub const ALLOWED: i64 = 15 * 60 * 1000;

/// A parameter that every signature has.
pub static MISSING_PARAMETER: Rule = Rule { id: "aws-missing-parameter" };

/// A `Credential` of other than five parts.
pub static BAD_SCOPE: Rule = Rule { id: "aws-bad-scope" };

/// `host` is not signed.
pub static HOST_NOT_SIGNED: Rule = Rule { id: "aws-host-not-signed" };

/// A day in the scope other than that of `X-Amz-Date`.
pub static OTHER_DAY: Rule = Rule { id: "aws-other-day" };

/// A signature and what it was made for.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The access key.
    pub access_key: String,
    /// The scope: `date/region/service/aws4_request`.
    pub scope: String,
    /// The region.
    pub region: String,
    /// The service.
    pub service: String,
    /// The names of the signed fields, in lower case.
    pub signed_headers: Vec<String>,
    /// When it was signed; of a header signature `X-Amz-Date` tells, see [`time`].
    pub signed_at: Option<Time>,
    /// For how many seconds a query signature is good.
    pub expires: Option<u32>,
}

/// The signature itself is not kept, and the key is named by its length.
impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signature").field("scope", &self.scope).field("signed_headers", &self.signed_headers).finish_non_exhaustive()
    }
}

/// Reads the credentials of an `Authorization` field; `None` for those of another scheme.
#[must_use]
pub fn of_credentials(credentials: &Credentials<'_>) -> Parsed<Option<Signature>> {
    if !credentials.scheme.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("AWS4-")) {
        return Parsed { value: None, violations: Vec::new() };
    }
    let param = |name| credentials.param(name).map(str::to_owned);
    read([param("Credential"), param("SignedHeaders"), param("Signature")], None, None)
}

/// Reads a query that bears a signature (a presigned URL); `None` for one that bears none.
#[must_use]
pub fn of_query(query: &str) -> Parsed<Option<Signature>> {
    let param = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes()).take(limits::FORM_PAIRS);
        pairs.find(|(pair, _)| pair.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    };
    if !param("X-Amz-Algorithm").is_some_and(|algorithm| algorithm.starts_with("AWS4-")) {
        return Parsed { value: None, violations: Vec::new() };
    }
    let expires = param("X-Amz-Expires").and_then(|seconds| seconds.parse().ok());
    read([param("X-Amz-Credential"), param("X-Amz-SignedHeaders"), param("X-Amz-Signature")], param("X-Amz-Date"), expires)
}

fn read(parts: [Option<String>; 3], date: Option<String>, expires: Option<u32>) -> Parsed<Option<Signature>> {
    let mut violations = Vec::new();
    let mut note = |rule| violations.push(SyntaxViolation { at: 0, rule });
    if parts.iter().any(Option::is_none) {
        note(&MISSING_PARAMETER);
    }
    let [credential, signed_headers, _] = parts;
    let credential = credential.unwrap_or_default();
    // From the end, for old keys may hold a slash.
    let mut scope = credential.rsplitn(5, '/');
    let (end, service, region, day) = (scope.next(), scope.next(), scope.next(), scope.next());
    let (Some("aws4_request"), Some(service), Some(region), Some(day), Some(access_key)) = (end, service, region, day, scope.next()) else {
        note(&BAD_SCOPE);
        return Parsed { value: None, violations };
    };
    let signed_headers: Vec<String> =
        signed_headers.unwrap_or_default().split(';').take(limits::LIST_ELEMENTS).map(str::to_ascii_lowercase).collect();
    if !signed_headers.iter().any(|name| name == "host") {
        note(&HOST_NOT_SIGNED);
    }
    if date.as_deref().is_some_and(|date| !date.starts_with(day)) {
        note(&OTHER_DAY);
    }
    let signature = Signature {
        access_key: access_key.to_owned(),
        scope: format!("{day}/{region}/{service}/aws4_request"),
        region: region.to_owned(),
        service: service.to_owned(),
        signed_headers,
        signed_at: date.as_deref().and_then(time),
        expires,
    };
    Parsed { value: Some(signature), violations }
}

/// The moment of an `X-Amz-Date`: "20150830T123600Z".
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let part = |from, to| text.get(from..to);
    let rfc3339 = format!("{}-{}-{}T{}:{}:{}", part(0, 4)?, part(4, 6)?, part(6, 8)?, part(9, 11)?, part(11, 13)?, part(13, 16)?);
    (part(8, 9)? == "T" && text.len() == 16).then(|| Time::from_rfc3339(&rfc3339)).flatten()
}

/// Decodes what is percent-encoded and leaves everything else alone.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(*byte);
        if let (b'%', [high, low, behind @ ..]) = (byte, after)
            && let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low))
        {
            bytes.pop();
            bytes.push(high << 4 | low);
            rest = behind;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::credentials;
    use super::*;

    fn rules(parsed: &Parsed<Option<Signature>>) -> Vec<&'static str> {
        parsed.violations.iter().map(|violation| violation.rule.id).collect()
    }

    #[test]
    fn reads_the_example_of_the_user_guide() {
        let field = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20220830/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=calculated";
        let parsed = of_credentials(&credentials::parse(field).value);
        assert_eq!(rules(&parsed), Vec::<&str>::new());
        let signature = parsed.value.unwrap();
        assert_eq!(
            (signature.access_key.as_str(), signature.scope.as_str()),
            ("AKIAIOSFODNN7EXAMPLE", "20220830/us-east-1/ec2/aws4_request")
        );
        assert_eq!(signature.signed_headers, ["host", "x-amz-date"]);
        assert_eq!(time("20220830T123600Z"), Time::from_rfc3339("2022-08-30T12:36:00Z"));
        assert_eq!(time("20220830"), None);
    }

    #[test]
    fn reads_presigned_urls_and_names_what_is_wrong() {
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=ab";
        let parsed = of_query(query);
        assert_eq!(rules(&parsed), Vec::<&str>::new());
        assert_eq!(parsed.value.unwrap().expires, Some(86400));
        assert_eq!(rules(&of_query(&query.replace("T123600Z", "").replace("Date=20150830", "Date=20150831"))), ["aws-other-day"]);
        assert_eq!(rules(&of_query(&query.replace("=host", "=date"))), ["aws-host-not-signed"]);
        assert_eq!(rules(&of_query(&query.replace("aws4_request", "x"))), ["aws-bad-scope"]);
        assert_eq!(rules(&of_query(&query.replace("&X-Amz-Signature=ab", ""))), ["aws-missing-parameter"]);
        assert_eq!(of_query("a=b").value, None);
        assert_eq!(
            rules(&of_credentials(&credentials::parse("AWS4-HMAC-SHA256 Bearer").value)),
            ["aws-missing-parameter", "aws-bad-scope"]
        );
    }
}
