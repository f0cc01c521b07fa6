//! Which content is kept, and how it becomes text. One rule for files and for the live API, which
//! must be asked for content before it is gone.

use base64::Engine;
use std::borrow::Cow;
use url::Url;

use super::charset;
use super::entry::{Captured, Content, Entry, PostData};
use super::kind::kind;
use crate::exchange::{Body, Kind};
use crate::limits::BODY;
use crate::syntax::inflate::inflate;

/// Parts of a path that belong to logins, tokens and their descriptions, in lower case.
const LOGIN_WORDS: [&str; 27] = [
    "account",
    "acs",
    "auth",
    "callback",
    "connect",
    "consent",
    "idp",
    "introspect",
    "jwks",
    "keys",
    "log-in",
    "log_in",
    "login",
    "logon",
    "mfa",
    "oidc",
    "password",
    "refresh",
    "saml",
    "session",
    "sign-in",
    "signin",
    "sso",
    "token",
    "userinfo",
    "verify",
    ".well-known",
];

impl<C> Entry<'_, C> {
    /// Whether the response's content may tell why a login failed.
    #[must_use]
    pub fn wants_content(&self) -> bool {
        let (Some(request), Some(response)) = (&self.request, &self.response) else { return false };
        let status = response.status.0.unwrap_or_default();
        let content = response.content.as_ref();
        let mime = content.map_or("", |content| content.mime_type.as_ref());
        let size = content.and_then(|content| content.size.0).unwrap_or_default();
        let kind = kind(self);
        if status < 200 || (300..400).contains(&status) || !is_text(mime) && !is_script(mime) || kind == Kind::Preflight {
            return false;
        }
        // Programs that answer by a success whatever it is say inside what they refuse, and say it briefly; some serve JSON as
        // if it were a script.
        let is_brief = kind.is_by_script() && usize::try_from(size).is_ok_and(|size| size <= BRIEF);
        if is_script(mime) {
            return is_brief;
        }
        if status >= 400 {
            return !kind.is_asset() || looks_like_login(request.url.as_ref());
        }
        let is_answer_to_a_form = request.method.as_ref() == "POST" && !kind.is_asset();
        let is_page = kind == Kind::Document && usize::try_from(size).is_ok_and(|size| size <= BODY);
        is_answer_to_a_form || is_page || is_brief || !kind.is_asset() && looks_like_login(request.url.as_ref())
    }
}

/// Bytes of an answer to a program that may be no more than an error.
const BRIEF: usize = 2048;

fn is_script(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    mime.split(';').next().unwrap_or_default().trim_end().ends_with("javascript")
}

/// Whether content of that media type is text that says something, "" being unknown.
fn is_text(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    let essence = mime.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some(("text", subtype)) => !matches!(subtype, "css" | "javascript" | "ecmascript" | "event-stream"),
        Some(("application", subtype)) => {
            ["json", "xml", "html", "jwt", "jose", "x-www-form-urlencoded", "scim", "unknown"].iter().any(|word| subtype.contains(word))
        }
        Some(("multipart", subtype)) => subtype == "form-data",
        // Chrome's "x-unknown" among others.
        None => true,
        Some(_) => false,
    }
}

fn looks_like_login(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let path = url.path().to_ascii_lowercase();
    let host = url.host_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    LOGIN_WORDS.iter().any(|word| path.contains(word)) || matches!(host, "login" | "auth" | "sso" | "idp" | "id" | "accounts" | "oauth")
}

/// The response's content as text; `None` where it was not captured or cannot be read.
pub(super) fn response_body<C: Captured>(content: &Content<'_, C>) -> Option<Body> {
    let text = content.text.as_ref()?.text();
    // What is called a script and begins otherwise is one: nothing tells where in it a secret stands.
    if is_script(content.mime_type.as_ref()) && !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    if content.encoding.as_ref().eq_ignore_ascii_case("base64") {
        decoded(&text, content.mime_type.as_ref())
    } else {
        Some(Body::from(&*text))
    }
}

/// The part of base64 text that is worth keeping, decoded; some proxies keep it compressed as it came.
fn decoded(text: &str, media_type: &str) -> Option<Body> {
    const ENCODED: usize = (BODY / 3 + 1) * 4;
    let packed: Cow<'_, str> =
        if text.contains(['\r', '\n', ' ']) { text.split_ascii_whitespace().collect::<String>().into() } else { text.into() };
    let kept = packed.get(..ENCODED).unwrap_or(&packed);
    let bytes = base64::prelude::BASE64_STANDARD.decode(kept).ok()?;
    let bytes = gunzipped(&bytes).map_or(Cow::Borrowed(&*bytes), Cow::Owned);
    let mut body = Body::from(&*charset::decode(&bytes, media_type));
    body.cut |= kept.len() < packed.len();
    Some(body)
}

/// The content of a gzip member (RFC 1952), as far as it goes; `None` for anything else.
fn gunzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    const NAMED: u8 = 0b1000;
    const COMMENTED: u8 = 0b1_0000;
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, rest @ ..] = bytes else { return None };
    let mut rest = rest;
    // Extra fields and header checksums are for archives; servers write none.
    for _ in 0..(flags & (NAMED | COMMENTED)).count_ones() {
        let end = rest.iter().position(|byte| *byte == 0)?;
        rest = rest.get(end + 1..)?;
    }
    Some(inflate(rest, BODY).value)
}

/// The request's content as text, where it is a form, JSON or other text.
pub(super) fn request_body<C: Captured>(post: &PostData<'_, C>) -> Option<Body> {
    if !is_text(post.mime_type.as_ref()) {
        return None;
    }
    let text = post.text.as_ref().map(Captured::text).unwrap_or_default();
    if !text.is_empty() || post.params.0.is_empty() {
        return Some(Body::from(&*text)).filter(|body| !body.text.is_empty());
    }
    let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&post.params.0).finish();
    Some(Body::from(&*form))
}
