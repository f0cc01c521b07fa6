//! HTTP/1 messages as bytes, which archives keep as they went over the network; they become parts of HAR's entries.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;
use serde_json::{Value, json};

/// The `request` of an entry. `target` is the absolute URL, where the capture states it beside the message;
/// else the Host field completes what the request line names, by `scheme`. `None` where that gives no URL.
pub(super) fn request(message: &[u8], target: Option<&str>, scheme: &str) -> Option<Value> {
    let Parts { first_line, fields, content } = Parts::of(message)?;
    let mut words = first_line.split_ascii_whitespace();
    let (method, named) = (words.next()?, words.next()?);
    let url = match target {
        Some(target) => target.to_owned(),
        None if named.starts_with('/') => format!("{scheme}://{}{named}", field(&fields, "host")?),
        None => named.to_owned(),
    };
    let media_type = field(&fields, "content-type").unwrap_or_default();
    let text = String::from_utf8_lossy(&content);
    Some(json!({ "method": method, "url": url, "headers": fields, "postData": { "mimeType": media_type, "text": text } }))
}

/// The `response` of an entry; `None` where the message has no status.
pub(super) fn response(message: &[u8]) -> Option<Value> {
    let Parts { first_line, fields, content } = Parts::of(message)?;
    let mut words = first_line.splitn(3, ' ');
    let (version, status) = (words.next()?, words.next()?);
    let media_type = field(&fields, "content-type").unwrap_or_default();
    Some(json!({
        "status": status,
        "statusText": words.next().unwrap_or_default(),
        "httpVersion": version,
        "headers": fields,
        "content": { "size": content.len(), "mimeType": media_type, "encoding": "base64", "text": BASE64_STANDARD.encode(&content) },
    }))
}

struct Parts {
    first_line: String,
    fields: Vec<[String; 2]>,
    content: Vec<u8>,
}

impl Parts {
    fn of(message: &[u8]) -> Option<Self> {
        let (head, content) = match memmem::find(message, b"\r\n\r\n") {
            Some(end) => (message.get(..end)?, message.get(end + 4..)?),
            None => match memmem::find(message, b"\n\n") {
                Some(end) => (message.get(..end)?, message.get(end + 2..)?),
                None => (message, &[][..]),
            },
        };
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let first_line = lines.next()?.trim().to_owned();
        let fields: Vec<_> =
            lines.filter_map(|line| line.split_once(':')).map(|(name, value)| [name.trim().to_owned(), value.trim().to_owned()]).collect();
        let is_chunked = field(&fields, "transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        let content = is_chunked.then(|| unchunked(content)).flatten().unwrap_or_else(|| content.to_vec());
        Some(Self { first_line, fields, content })
    }
}

fn field<'a>(fields: &'a [[String; 2]], name: &str) -> Option<&'a str> {
    fields.iter().find(|[other, _]| other.eq_ignore_ascii_case(name)).map(|[_, value]| value.as_str())
}

/// The content of RFC 9112's chunked coding, as far as it goes; `None` where a tool took the coding off and
/// left its field.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    while let Some(end) = memmem::find(rest, b"\r\n") {
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        let chunk = rest.get(end + 2..)?;
        if size == 0 {
            return Some(content);
        }
        content.extend_from_slice(chunk.get(..size).unwrap_or(chunk));
        rest = chunk.get(size.saturating_add(2)..).unwrap_or_default();
    }
    Some(content).filter(|content| !content.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completes_a_target_by_the_host() {
        let whole = request(b"GET /a?b=c HTTP/1.1\r\nHost: app.test:8080\r\n\r\n", None, "https").unwrap();
        assert_eq!(whole["url"], "https://app.test:8080/a?b=c");
        let by_proxy = request(b"GET http://app.test/a HTTP/1.1\nAccept: */*\n\n", None, "https").unwrap();
        assert_eq!(by_proxy["url"], "http://app.test/a");
        assert!(request(b"GET /a HTTP/1.1\r\n\r\n", None, "https").is_none(), "whose page is not known");
    }

    #[test]
    fn takes_the_chunked_coding_off_where_it_is_on() {
        let text = |message: &[u8]| BASE64_STANDARD.decode(response(message).unwrap()["content"]["text"].as_str().unwrap()).unwrap();
        let head = "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(text(format!("{head}4\r\n{{\"a\"\r\n3;x=y\r\n:1}}\r\n0\r\n\r\n").as_bytes()), b"{\"a\":1}");
        assert_eq!(text(format!("{head}{{\"a\":1}}").as_bytes()), b"{\"a\":1}", "a tool took it off");
        assert_eq!(text(format!("{head}6\r\nabc").as_bytes()), b"abc", "the capture breaks off");
        assert_eq!(text(format!("{head}ffffffffffffffff\r\nabc").as_bytes()), b"abc", "longer than anything can be");
    }
}
