//! What is signed, held against the cases that AWS publishes.

#![cfg(test)]

mod common;

use std::fs;

use sha2::{Digest, Sha256};
use why401::syntax::aws_canonical::{Request, canonical_request, string_to_sign};
use why401::syntax::aws_sigv4::{of_credentials, of_query};
use why401::syntax::credentials;

/// Method, path and query.
type RequestLine<'a> = (&'a str, &'a str, &'a str);

/// A request as text: its first line, its fields with folded lines joined, its content.
fn request(text: &str) -> (RequestLine<'_>, Vec<(&str, String)>, &str) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (line, rest) = head.split_once('\n').unwrap();
    let line = line.strip_suffix(" HTTP/1.1").unwrap();
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in rest.lines() {
        match line.split_once(':').filter(|_| !line.starts_with(' ')) {
            Some((name, value)) => fields.push((name, value.to_owned())),
            None => {
                let last = &mut fields.last_mut().unwrap().1;
                *last = format!("{last} {}", line.trim());
            }
        }
    }
    ((method, path, query), fields, body)
}

#[test]
fn canonical_requests_and_strings_to_sign_are_those_of_aws() {
    let Some(folder) = common::shared_data("aws-signing-suite") else { return };
    let mut count = 0;
    for entry in fs::read_dir(folder.join("tests/aws-signing-test-suite/v4")).unwrap() {
        let path = entry.unwrap().path();
        let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
        let as_is = read("context.json").contains("\"normalize\": false");
        // Some services want the session token added when the rest is signed already.
        let token_is_added_later = read("context.json").contains("\"omit_session_token\": true");
        for form in ["header", "query"] {
            let signed = read(&format!("{form}-signed-request.txt"));
            let ((method, target, query), fields, body) = request(&signed);
            let field = |name: &str| fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
            let parsed = match form {
                "header" => of_credentials(&credentials::parse(field("authorization").unwrap()).value),
                _ => of_query(query),
            };
            assert_eq!(parsed.violations, [], "{path:?} {form}");
            let signature = parsed.value.unwrap();
            let hash = Sha256::digest(body.trim_end_matches('\n')).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let fields_by_name: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let unsigned = |pair: &&str| !(token_is_added_later && pair.starts_with("X-Amz-Security-Token="));
            let query = &query.split('&').filter(unsigned).collect::<Vec<_>>().join("&");
            let request = Request {
                method,
                path: target,
                query,
                fields: &fields_by_name,
                payload_hash: field("x-amz-content-sha256").unwrap_or(&hash),
            };
            let canonical = canonical_request(&request, &signature.signed_headers, as_is);
            assert_eq!(canonical, read(&format!("{form}-canonical-request.txt")), "{path:?} {form}");
            let date = field("x-amz-date").unwrap_or("20150830T123600Z");
            assert_eq!(string_to_sign(date, &signature.scope, &canonical), read(&format!("{form}-string-to-sign.txt")), "{path:?} {form}");
            count += 1;
        }
    }
    assert_eq!(count, 76);
}
