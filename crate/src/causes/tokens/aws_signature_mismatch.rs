use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::exchange::Exchange;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::aws_canonical::{self, Request};
use crate::syntax::aws_sigv4::{self, ALLOWED, Signature};
use crate::time::span;

declare_cause! {
    /// The request is signed for AWS, and the signature does not fit: another key, another region or
    /// service, a moment long past, or a request that was changed after it was signed.
    ///
    /// ```http-notation
    /// > GET https://bucket.s3.eu-west-1.amazonaws.com/report
    /// > Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00
    /// > X-Amz-Date: 20261121T000000Z
    /// < 403 Forbidden
    /// < Content-Type: application/xml
    /// <
    /// < <Error><Code>SignatureDoesNotMatch</Code></Error>
    /// ```
    AwsSignatureMismatch {
        id: "aws-signature-mismatch",
        family: "tokens",
        side: Client,
        stage: CredentialSpoiled,
        title: "The AWS request signature does not match",
        recognised: "SignatureDoesNotMatch, IncompleteSignature and their kin; or a credential scope whose region, service or day differs from the request.",
        remedies: [
            (User, "Set the computer's clock by a time service.", "The call succeeds."),
            (Developer, "Sign with the region and service of the host, sign last, and send the request exactly as it was signed.", "The credential scope names the host's region."),
            (Administrator, "Check that no proxy changes signed fields or the path.", "The string that AWS returns to be signed equals yours."),
        ],
        references: [("AWS: signature version 4", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html"), ("AWS: troubleshoot signatures", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html")],
    }
}

impl Cause for AwsSignatureMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Refused {
            return None;
        }
        let exchange = case.exchange();
        let summary = format!("The signature of {} does not fit.", case.request());
        let said = stated(case, &META, summary.clone());
        let in_field = case.record.sent_credentials().and_then(|sent| aws_sigv4::of_credentials(&sent).value);
        let place = if in_field.is_some() { Place::Sent("authorization", 0) } else { Place::Target };
        let Some(signature) = in_field.or_else(|| aws_sigv4::of_query(exchange.url.query()?).value) else { return said };
        let mut faults = faults(case, &signature);
        if faults.is_empty() {
            faults.extend(compared(exchange, &signature));
        }
        match (said, faults.is_empty()) {
            (None, true) => None,
            (Some(said), true) => Some(said.about(signature.scope)),
            (said, false) => {
                let finding = said.unwrap_or_else(|| Finding::new(&META, Certainty::Proved, summary)).about(signature.scope.clone());
                Some(faults.into_iter().fold(finding, |finding, says| finding.shown(case.at(), place.clone(), says)))
            }
        }
    }
}

fn faults(case: &Case<'_>, signature: &Signature) -> Vec<String> {
    let mut faults = Vec::new();
    let host = case.exchange().url.host_str().unwrap_or_default();
    let region = host.strip_suffix(".amazonaws.com").and_then(|rest| rest.rsplit('.').next()).filter(|part| part.split('-').count() >= 3);
    if let Some(region) = region.filter(|region| *region != signature.region) {
        faults.push(format!("It is signed for {}, and the host is in {region}.", signature.region));
    }
    let signed_at = signature.signed_at.or_else(|| aws_sigv4::time(case.exchange().sent("x-amz-date")?));
    if let (Some(signed_at), Some(now)) = (signed_at, case.server_time()) {
        let allowed = signature.expires.map_or(ALLOWED, |seconds| i64::from(seconds) * 1000);
        let age = now.since(signed_at);
        if age > allowed || age < -ALLOWED {
            let direction = if age > 0 { "before" } else { "after" };
            faults.push(format!("It was signed {} {direction} the server's clock.", span(age)));
        }
    }
    faults
}

/// What the text that the service signed says beside the one that was sent.
fn compared(exchange: &Exchange, signature: &Signature) -> Option<String> {
    let (theirs, string) = aws_canonical::quoted(exchange.response_text())?;
    let mut fields: Vec<(&str, &str)> = exchange.request.fields.iter().collect();
    let authority = exchange.url.authority();
    if !exchange.request.fields.has("host") {
        // HTTP/2 names the host in another way.
        fields.push(("host", authority));
    }
    if signature.signed_headers.iter().any(|name| !fields.iter().any(|(field, _)| field == name)) {
        return None;
    }
    let request = Request {
        method: &exchange.method,
        path: exchange.url.path(),
        query: exchange.url.query().unwrap_or_default(),
        fields: &fields,
        payload_hash: theirs.lines().last()?,
    };
    let ours = aws_canonical::canonical_request(&request, &signature.signed_headers, signature.service == "s3");
    let differing = aws_canonical::differences(&ours, &theirs);
    if !differing.is_empty() {
        return Some(format!("The server got another {} than was sent: it was changed after it was signed.", differing.join(", ")));
    }
    let date = exchange.sent("x-amz-date").or_else(|| string.lines().nth(1))?;
    let is_same = string == aws_canonical::string_to_sign(date, &signature.scope, &ours);
    is_same.then(|| "All that is signed reached the server as it was sent, so another secret key signed it.".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "aws-signature-mismatch";

    const HASH: &str = "3b8a877e5134bca215371f7f5ebf67d6bd24d303656a72db385496236637e064";

    fn signed(scope: &str, date: &str, answer: &str) -> String {
        format!(
            "> GET https://bucket.s3.eu-west-1.amazonaws.com/x\n> Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\n> X-Amz-Date: {date}\n< 403 Forbidden\n< Date: Sat, 21 Nov 2026 12:00:00 GMT\n{answer}"
        )
    }

    #[test]
    fn proves_a_foreign_region_and_an_old_signature() {
        let found =
            |notation: &str| diagnose(notation).failures[0].causes[0].evidence.iter().map(|quote| quote.says.clone()).collect::<String>();
        assert!(found(&signed("20261121/us-east-1/s3", "20261121T115900Z", "")).contains("eu-west-1"));
        assert!(
            found(&signed("20261121/eu-west-1/s3", "20261121T113000Z", "")).contains("1800 s")
                || found(&signed("20261121/eu-west-1/s3", "20261121T113000Z", "")).contains("30 min")
        );
    }

    #[test]
    fn names_what_was_changed_on_the_way_or_the_key() {
        // The hash of the canonical request, by `sha256sum`.
        let quoted = |path: &str| {
            let canonical = format!(
                "GET\n{path}\n\nhost:bucket.s3.eu-west-1.amazonaws.com\nx-amz-date:20261121T115900Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD"
            );
            let answer = format!(
                "<\n< <Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256\n20261121T115900Z\n20261121/eu-west-1/s3/aws4_request\n{HASH}</StringToSign><CanonicalRequest>{canonical}</CanonicalRequest></Error>"
            );
            let answer = answer.replacen("<\n< ", "", 1).replace('\n', "\n< ");
            let sent = signed("20261121/eu-west-1/s3", "20261121T115900Z", &format!("<\n< {answer}\n"));
            let sent = sent.replacen("> X-Amz-Date", "> Host: bucket.s3.eu-west-1.amazonaws.com\n> X-Amz-Date", 1);
            diagnose(&sent).failures[0].causes[0].evidence.iter().map(|quote| quote.says.clone()).collect::<String>()
        };
        assert!(quoted("/proxied/x").contains("another path than was sent"), "{}", quoted("/proxied/x"));
        assert!(quoted("/x").contains("another secret key"), "{}", quoted("/x"));
    }

    #[test]
    fn reports_the_codes_of_aws() {
        for code in ["SignatureDoesNotMatch", "IncompleteSignature", "AuthorizationHeaderMalformed"] {
            reports(ID, &signed("20261121/eu-west-1/s3", "20261121T115900Z", &format!("<\n< <Error><Code>{code}</Code></Error>\n")));
        }
    }

    #[test]
    fn passes_over_missing_rights_and_fitting_signatures() {
        is_silent(ID, &signed("20261121/eu-west-1/s3", "20261121T115900Z", "<\n< <Error><Code>AccessDenied</Code></Error>\n"));
        is_silent(ID, "> GET https://api.test/\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n");
        is_silent(ID, &signed("20261121/eu-west-1/s3", "20261121T115900Z", ""));
    }
}
