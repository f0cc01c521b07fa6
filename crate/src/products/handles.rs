//! Identifiers by which an administrator or a vendor's support finds one request in a log.

use std::sync::LazyLock;

use super::statement::{Index, value_after};
use crate::exchange::Exchange;

/// Response fields that name one request, in lower case. From the vendors' documentation, as of 2026-11-21.
const FIELDS: [&str; 18] = [
    "cf-ray",
    "request-id",
    "traceparent",
    "x-akamai-request-id",
    "x-amz-cf-id",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-correlation-id",
    "x-github-request-id",
    "x-iinfo",
    "x-ms-request-id",
    "x-okta-request-id",
    "x-request-id",
    "x-runtime-request-id",
    "x-trace-id",
    "x-vercel-id",
];

/// Labels before an identifier in a page or an error object, and what the identifier is called. From the
/// vendors' documentation of their error pages; checked 2026-11-21.
const LABELS: &str = "\
trace id\ttrace id\n\
trace_id\ttrace id\n\
traceId\ttrace id\n\
correlation id\tcorrelation id\n\
correlation_id\tcorrelation id\n\
correlationId\tcorrelation id\n\
request id\trequest id\n\
request_id\trequest id\n\
requestId\trequest id\n\
errorId\terror id\n\
ray id\tcf-ray\n\
incident id\tincident id\n\
support id is\tsupport id\n\
support id\tsupport id\n\
reference\treference\n\
tracking id\ttracking id\n\
";

/// What AWS puts the identifier into where it answers in XML; checked 2026-11-21.
const REQUEST_ID_ELEMENT: &str = "<RequestId>";

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(LABELS));

/// The identifiers of one exchange, name and value: those of its fields first.
#[must_use]
pub fn handles(exchange: &Exchange) -> Vec<(&str, String)> {
    let fields = exchange.response.iter().flat_map(|response| response.fields.iter());
    let mut handles: Vec<(&str, String)> =
        fields.filter(|(name, _)| FIELDS.contains(name)).map(|(name, value)| (name, value.to_owned())).collect();
    let text = exchange.response_text();
    let element =
        memchr::memmem::find(text.as_bytes(), REQUEST_ID_ELEMENT.as_bytes()).map(|at| ("request id", at + REQUEST_ID_ELEMENT.len()));
    let labels = INDEX.find(text).into_iter().map(|label| (label.cause, label.span.end));
    for (name, end) in labels.chain(element) {
        let is_new = |value: &String| handles.iter().all(|(_, known)| known != value);
        if let Some(value) = value_after(text, end).filter(is_new) {
            handles.push((name, value));
        }
    }
    handles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<(String, String)> {
        let notation = format!("> GET https://app.test/\n< 403 Forbidden\n<\n< {body}\n");
        let exchange = crate::capture::notation::parse(&notation).unwrap().remove(0);
        handles(&exchange).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn reads_the_identifiers_of_known_error_pages() {
        // The forms are those of the vendors' documentation; the values are made up.
        for (body, name, value) in [
            (
                "AADSTS50105: x. Trace ID: 0a1b2c3d-1111-4222-8333-444455556666 Correlation ID: c",
                "trace id",
                "0a1b2c3d-1111-4222-8333-444455556666",
            ),
            ("{\"error\":\"x\",\"correlation_id\":\"7a-1\"}", "correlation id", "7a-1"),
            ("<p>Cloudflare Ray ID: <code>8f1e2d3c4b5a6978</code></p>", "cf-ray", "8f1e2d3c4b5a6978"),
            ("Access Denied Reference&#32;&#35;18&#46;2f3a1702&#46;1763", "reference", "18.2f3a1702.1763"),
            ("Reference #18.2f3a1702.1763", "reference", "18.2f3a1702.1763"),
            ("Request unsuccessful. Incapsula incident ID: 123000100-456", "incident id", "123000100-456"),
            ("Please consult with your administrator. Your support ID is: 1029384756", "support id", "1029384756"),
            ("<RequestId>4442587FB7D0A2F9</RequestId>", "request id", "4442587FB7D0A2F9"),
        ] {
            let found = found(body);
            assert!(found.contains(&(name.to_owned(), value.to_owned())), "{body}: {found:?}");
        }
    }

    #[test]
    fn words_in_passing_are_no_identifiers() {
        assert_eq!(found("Please quote your reference when you call. The request id is optional."), []);
    }
}
