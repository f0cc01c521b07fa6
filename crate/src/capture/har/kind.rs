//! What the browser wanted a request for, from whatever the capture tells of it.

use url::Url;

use super::entry::Entry;
use super::lenient::Headers;
use crate::exchange::Kind;
use crate::site::is_same_origin;

/// Chrome says it in `_resourceType`; elsewhere the request's own fields tell.
pub(super) fn kind<C>(entry: &Entry<'_, C>) -> Kind {
    let Some(request) = &entry.request else { return Kind::Other };
    let is_preflight = request.method.as_ref() == "OPTIONS" && request.headers.get("access-control-request-method").is_some();
    if is_preflight || entry.initiator.as_ref().is_some_and(|initiator| initiator.kind.as_ref() == "preflight") {
        return Kind::Preflight;
    }
    match Kind::from_name(&entry.resource_type.as_ref().to_ascii_lowercase()) {
        Kind::Other => from_fields(&request.headers).unwrap_or_else(|| from_response(entry)),
        kind => kind,
    }
}

/// Fetch Metadata's `Sec-Fetch-Dest` decides where it was sent, which is only to trustworthy
/// origins; what browsers have always sent decides elsewhere.
fn from_fields(headers: &Headers<'_>) -> Option<Kind> {
    if headers.get("upgrade").is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket")) {
        return Some(Kind::WebSocket);
    }
    match headers.get("sec-fetch-dest") {
        Some("document" | "iframe" | "frame" | "embed" | "object") => return Some(Kind::Document),
        Some("empty") => return Some(script_request(headers)),
        Some("script" | "worker" | "sharedworker" | "serviceworker") => return Some(Kind::Script),
        Some("style") => return Some(Kind::Style),
        Some("image") => return Some(Kind::Image),
        Some("font") => return Some(Kind::Font),
        Some("audio" | "video" | "track") => return Some(Kind::Media),
        Some("manifest") => return Some(Kind::Manifest),
        _ => {}
    }
    if headers.get("upgrade-insecure-requests").is_some() {
        return Some(Kind::Document);
    }
    let accept = headers.get("accept").unwrap_or_default();
    if accept.starts_with("text/html") {
        Some(Kind::Document)
    } else if accept.starts_with("text/css") {
        Some(Kind::Style)
    } else if accept.starts_with("image/") {
        Some(Kind::Image)
    } else if accept.starts_with("application/json") || headers.get("x-requested-with").is_some() {
        Some(script_request(headers))
    } else {
        None
    }
}

fn script_request(headers: &Headers<'_>) -> Kind {
    let is_xhr = headers.get("x-requested-with").is_some_and(|with| with.eq_ignore_ascii_case("xmlhttprequest"));
    if is_xhr { Kind::Xhr } else { Kind::Fetch }
}

/// Whether a browser asked for anything at all, as it does where a script says nothing else.
fn asked_by_script<C>(entry: &Entry<'_, C>) -> bool {
    let sent = |name| entry.request.as_ref().and_then(|request| request.headers.get(name)).unwrap_or_default();
    sent("accept") == "*/*" && sent("user-agent").starts_with("Mozilla/")
}

/// Whether it is a script of the page rather than what a script asks for: its name says so, or it goes to another origin
/// without `Origin`, which every request has whose answer a script may read (Fetch 3.2).
fn is_script_element<C>(entry: &Entry<'_, C>) -> bool {
    let Some(request) = &entry.request else { return false };
    let url = Url::parse(request.url.as_ref()).ok();
    let referer = request.headers.get("referer").and_then(|referer| Url::parse(referer).ok());
    let is_named = url.as_ref().is_some_and(|url| url.path().ends_with(".js") || url.path().ends_with(".mjs"));
    let is_foreign = url.zip(referer).is_some_and(|(url, page)| !is_same_origin(&url, &page));
    request.method.as_ref() == "GET" && request.headers.get("origin").is_none() && (is_named || is_foreign)
}

/// Only what is certainly part of a page: JSON or HTML may have been asked for by anything.
fn from_response<C>(entry: &Entry<'_, C>) -> Kind {
    let mime = entry.response.as_ref().and_then(|response| response.content.as_ref()).map_or("", |content| content.mime_type.as_ref());
    let essence = mime.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some(("image", _)) => Kind::Image,
        Some(("font", _)) => Kind::Font,
        Some(("audio" | "video", _)) => Kind::Media,
        Some(("text", "css")) => Kind::Style,
        Some(("text" | "application", subtype)) if subtype.ends_with("javascript") => Kind::Script,
        _ if asked_by_script(entry) && is_script_element(entry) => Kind::Script,
        _ if asked_by_script(entry) => Kind::Fetch,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::exchange::Kind;
    use crate::time::Time;

    #[test]
    fn a_script_element_is_told_from_what_a_script_asks_for() {
        let kind = |url: &str, more: &str| {
            let fields = r#"{"name":"Accept","value":"*/*"},{"name":"User-Agent","value":"Mozilla/5.0"},{"name":"Referer","value":"https://app.test/"}"#;
            let har = format!(
                r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"{url}","headers":[{fields}{more}]}},"response":{{"status":401,"headers":[],"content":{{"mimeType":"text/html"}}}}}}]}}}}"#
            );
            read(har.as_bytes(), Time::default()).unwrap().0[0].kind
        };
        assert_eq!(kind("https://app.test/lib/common.js", ""), Kind::Script);
        assert_eq!(kind("https://ads.test/show;page=1", ""), Kind::Script);
        assert_eq!(kind("https://api.test/me", r#",{"name":"Origin","value":"https://app.test"}"#), Kind::Fetch);
        assert_eq!(kind("https://app.test/api/me", ""), Kind::Fetch);
    }
}
