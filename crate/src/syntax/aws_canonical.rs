//! The text that AWS Signature Version 4 signs, and how a service quotes its own when the two differ.
//!
//! Source: AWS IAM User Guide, "Create a signed AWS API request", and Amazon S3, "Error responses"; checked
//! 2026-11-20.

use sha2::{Digest, Sha256};

use super::aws_sigv4::decode;
use super::digest::hex;
use super::xml;
use crate::limits;

/// A request, as far as it is signed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, as it stands in the request.
    pub path: &'a str,
    /// The query, without `?`.
    pub query: &'a str,
    /// The fields, in order: name, value.
    pub fields: &'a [(&'a str, &'a str)],
    /// `X-Amz-Content-Sha256`, or the content's SHA-256 in hexadecimal digits.
    pub payload_hash: &'a str,
}

/// The canonical request. S3 alone takes the path as it is, without normalising or encoding it anew.
#[must_use]
pub fn canonical_request(request: &Request<'_>, signed_headers: &[String], takes_path_as_is: bool) -> String {
    let path = if takes_path_as_is { encode(request.path.as_bytes(), "/%") } else { encode(normalized(request.path).as_bytes(), "/") };
    let mut text = format!("{}\n{path}\n{}\n", request.method, canonical_query(request.query));
    for name in signed_headers {
        let values: Vec<String> = request
            .fields
            .iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        text += &format!("{name}:{}\n", values.join(","));
    }
    text + &format!("\n{}\n{}", signed_headers.join(";"), request.payload_hash)
}

/// The string to sign: of the `X-Amz-Date`, the scope and the canonical request.
#[must_use]
pub fn string_to_sign(amz_date: &str, scope: &str, canonical_request: &str) -> String {
    format!("AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{}", hex(&Sha256::digest(canonical_request)))
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .take(limits::FORM_PAIRS)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encode(&decode(name), ""), encode(&decode(value), ""))
        })
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Without `.`, `..` and empty segments.
fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let is_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) && !segments.is_empty();
    format!("/{}{}", segments.join("/"), if is_folder { "/" } else { "" })
}

/// Percent-encodes everything but unreserved characters and those named.
fn encode(bytes: &[u8], also_plain: &str) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || also_plain.as_bytes().contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&hex(&[*byte]).to_ascii_uppercase());
        }
    }
    text
}

/// What a service signed: the canonical request and the string to sign, as S3 quotes them in the answer
/// that refuses a signature; `None` where an answer quotes none.
#[must_use]
pub fn quoted(answer: &str) -> Option<(String, String)> {
    let document = xml::read(answer).value;
    let root = document.root()?;
    let text = |name| root.children().find(|child| child.local() == name).map(|child| child.text().into_owned());
    Some((text("CanonicalRequest")?, text("StringToSign")?))
}

/// Which parts of two canonical requests differ, by what people call them. The content's hash stands last
/// and is left out: a service that finds another one says so by a code of its own.
#[must_use]
pub fn differences(ours: &str, theirs: &str) -> Vec<String> {
    let fields = |text: &str| -> Vec<(String, String)> {
        let named = text.lines().skip(3).map_while(|line| line.split_once(':'));
        named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let parts = ["method", "path", "query"].into_iter().zip(ours.lines().zip(theirs.lines()));
    let mut differing: Vec<String> = parts.filter(|(_, (our, their))| our != their).map(|(what, _)| what.to_owned()).collect();
    let (ours, theirs) = (fields(ours), fields(theirs));
    let is_missing = |from: &[(String, String)], field: &(String, String)| !from.contains(field);
    for (name, _) in ours.iter().filter(|field| is_missing(&theirs, field)).chain(theirs.iter().filter(|field| is_missing(&ours, field))) {
        if !differing.contains(name) {
            differing.push(name.clone());
        }
    }
    differing
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "GET\n/a\n\nhost:b.s3.amazonaws.com\nx-amz-date:20261121T000000Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";

    #[test]
    fn names_the_parts_that_were_changed_on_the_way() {
        assert_eq!(differences(SENT, SENT), [""; 0]);
        for (from, to, what) in
            [("GET", "HEAD", "method"), ("/a", "/a/", "path"), ("\n\nhost", "\nx=1\nhost", "query"), ("b.s3", "c.s3", "host")]
        {
            assert_eq!(differences(SENT, &SENT.replacen(from, to, 1)), [what]);
        }
        assert_eq!(differences(SENT, &SENT.replace("UNSIGNED-PAYLOAD", "00")), [""; 0]);
    }

    #[test]
    fn reads_what_s3_quotes() {
        let answer = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256\nd</StringToSign>\
            <CanonicalRequest>GET\n/\na=1&amp;b=2</CanonicalRequest></Error>";
        assert_eq!(quoted(answer), Some(("GET\n/\na=1&b=2".to_owned(), "AWS4-HMAC-SHA256\nd".to_owned())));
        assert_eq!(quoted("<Error><Code>AccessDenied</Code></Error>"), None);
        assert_eq!(quoted("{}"), None);
    }
}
