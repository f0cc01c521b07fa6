//! Tokens whose header and times say why they are refused.

use super::{Written, base64_text, claims};
use crate::redact::Kind;
use crate::syntax::jwt::looks_like_jwt;

/// A JWT with its header, the names of its claims and its times; everything else of it replaced.
pub fn jwt(text: &str, sink: &mut Written<'_, '_>) -> Option<String> {
    if !looks_like_jwt(text) {
        return None;
    }
    let mut parts = text.split('.');
    let (header, encode) = base64_text(parts.next()?)?;
    let mut rewritten = encode(&sink.inner(&header, claims)?);
    let rest: Vec<&str> = parts.collect();
    for (at, part) in rest.iter().enumerate() {
        rewritten.push('.');
        let content = base64_text(part).filter(|(text, _)| at == 0 && rest.len() == 2 && text.starts_with('{'));
        match content {
            Some((content, encode)) => rewritten.push_str(&encode(&sink.inner(&content, claims)?)),
            None => rewritten.push_str(&sink.rewriter.replace(if at + 1 == rest.len() { Kind::Signature } else { Kind::Token }, part)),
        }
    }
    Some(rewritten)
}

/// JSON in base64, as sessions and states are often kept.
pub fn json_in_base64(text: &str, sink: &mut Written<'_, '_>) -> Option<String> {
    if !text.starts_with("ey") || text.contains('.') {
        return None;
    }
    let (json, encode) = base64_text(text)?;
    serde_json::from_str::<serde::de::IgnoredAny>(&json).ok()?;
    Some(encode(&sink.inner(&json, claims)?))
}
